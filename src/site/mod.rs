//! The whole site.

pub mod related;
