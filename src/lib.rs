//! Byline builds a publication: Markdown in `content/` through a Tera theme into `public/`.
//!
//! Data flows one way, in four hops: a [`source`] file becomes a [`content::Document`] (one file,
//! parsed), becomes a page in a [`site::Site`] (the whole), becomes an [`output`] (one address), becomes
//! a file in `public/`.

pub mod config;
pub mod content;
pub mod diagnostic;
pub mod markdown;
pub mod site;
