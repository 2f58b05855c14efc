//! Byline builds a publication: Markdown in `content/` through a Tera theme into `public/`.
//!
//! Data flows one way, in four hops: a [`source::SourceFile`] becomes a [`content::Document`] (one file,
//! parsed), becomes a [`site::Page`] in a [`site::Site`] (the whole), becomes an [`output::Output`] (one
//! address), becomes a file in `public/`.
//!
//! The stages, in the order in which data meets them; each may use some of those above it and
//! nothing below; `tests/layers.rs` says which:
//!
//! | stage | does | never |
//! |---|---|---|
//! | [`diagnostic`] | problems with their place, as values | prints |
//! | [`engine`] | fingerprints, recorded reads, the cache on disk | knows what a blog is |
//! | [`source`] | finds and reads the author's files | writes; leaves the site's folder |
//! | [`config`] | `byline.yaml` -> [`config::Config`] | reads a file |
//! | [`markdown`] | body -> [`markdown::Prose`]: HTML with holes | knows the site |
//! | [`content`] | front matter and body -> [`content::Document`] | knows another document |
//! | [`site`] | documents -> [`site::Site`]: sections, taxonomies, addresses, related articles | sees a template |
//! | [`asset`] | facts of pictures, smaller copies, names of made files | reads a file; knows the site |
//! | [`theme`] | templates, and what they see and call ([`theme::World`]) | touches the disk but through its `World` |
//! | [`output`] | what exists, and how each is made | writes |
//! | [`publish`] | outputs -> `public/`, or nothing at all | touches files of others |
//! | [`build`] | the pipeline on one screen, the report | prints |
//! | [`audit`] | finished HTML -> what is wrong with it | knows a site |
//! | [`trial`] | a theme on a publication made for the purpose -> what is wrong with the theme | touches the author's site |
//! | [`serve`] | follows an author at work: the watch, the site in memory in the browser | writes; answers anyone but the author's browser |
//! | [`command`] | arguments -> options -> one call -> report | does the work itself |
//!
//! [`build`] hands each output to [`publish`] as it is made, so that no more than a few are in memory.
//! [`cli`] holds the arguments, [`terminal`] is the only writer to the terminal. The same test keeps the rule
//! that each foreign crate has one door.

pub mod asset;
pub mod audit;
pub mod build;
pub mod cli;
pub mod command;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod engine;
pub mod markdown;
pub mod output;
pub mod publish;
pub mod serve;
pub mod site;
pub mod source;
pub mod terminal;
pub mod theme;
pub mod trial;
