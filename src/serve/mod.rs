//! Following an author at work: the watch over the site's files, and the preview in the browser.
//!
//! [`run()`] holds the site in memory ([`crate::build::live`]), hears of changes from [`watch`], and lets the server
//! ([`http`]) ask for pages ([`pages`]).

mod advice;
mod browser;
mod editor;
pub mod http;
mod live;
pub mod pages;
mod panel;
mod pictures;
mod program;
mod run;
pub mod watch;

pub use browser::open as open_browser;
pub use run::{Change, Clock, Listener, Wish, run};
