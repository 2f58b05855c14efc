//! The preview's HTTP server: a site's pages as a host would serve them, with the preview's script in each.
//!
//! Takes a [`Pages`](super::pages::Pages), which makes what is asked for, and hears of each
//! [`Update`](super::pages::Update). A request goes `server` -> `connection` -> `preview` (who may ask what) ->
//! `site` (pages and files) or `own` (the preview's own addresses, below `_byline/`); an answer is a `reply::Reply`.
//! It writes nothing, and answers nobody who has not proved to be the author's browser: see `guard`. The only
//! folder that names `hyper`.

mod body;
mod client;
mod connection;
mod deliver;
mod error_page;
mod etag;
mod events;
mod file;
mod guard;
mod inject;
mod media;
mod own;
mod path;
mod preview;
mod problems;
mod query;
mod range;
mod reply;
mod seat;
mod served;
mod server;
mod site;
mod tab;
mod teller;
mod token;

pub use server::{Address, Server, Settings, serve};
pub use teller::Teller;
