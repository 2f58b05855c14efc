//! What exists at which address, and how each is made.

pub mod card;
pub mod feed;
pub mod json_ld;
pub mod redirect;
pub mod robots;
pub mod sitemap;
mod xml;
