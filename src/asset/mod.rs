//! What pictures say of themselves, smaller copies of them, shorter style sheets and scripts, the names of files that the build makes.
//!
//! Pure: bytes in, facts or bytes out. Nothing here reads a file.

mod container;
pub mod copies;
pub mod css;
mod drawing;
mod encode;
pub mod image;
mod metadata;
pub mod name;
mod pixels;
pub mod resize;
pub mod script;
pub mod social;
mod tone;

pub use self::copies::{Copies, Wishes};
pub use self::drawing::{CleanedSvg, clean_svg};
pub use self::encode::blank;
pub use self::image::{Credit, ImageFacts, is_picture};
pub use self::metadata::{Cleaned, Embedded, Rights, clean, credit, licence_name};
pub use self::pixels::{Developed, Original, develop, make};
pub use self::resize::{Format, Limits, Operation, Resize};
pub use self::tone::Tone;

/// Counted up whenever pictures are cleaned of more or less than before.
pub const CLEANING: u8 = 1;
