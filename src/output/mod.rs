//! What exists at which address, and how each is made.

pub mod feed;
mod xml;
