//! What pictures say of themselves, smaller copies of them, and the names of files that the build makes.
//!
//! Pure: bytes in, facts or bytes out. Nothing here reads a file.

mod container;
mod encode;
pub mod image;
pub mod name;
mod pixels;
pub mod resize;

pub use self::image::{Credit, ImageFacts};
pub use self::pixels::{Original, make};
pub use self::resize::{Format, Operation, Resize};
