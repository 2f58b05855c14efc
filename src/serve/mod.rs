//! Following an author at work: the watch over the site's files, and the preview in the browser.

mod browser;
mod editor;
pub mod http;
pub mod pages;
mod program;
pub mod watch;

pub use browser::open as open_browser;
