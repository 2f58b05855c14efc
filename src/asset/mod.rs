//! What pictures say of themselves, and the names of files that the build makes.
//!
//! Pure: bytes in, facts out. Nothing here reads a file.

pub mod image;
pub mod name;

pub use image::{Credit, ImageFacts};
