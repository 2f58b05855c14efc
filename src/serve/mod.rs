//! Following an author at work: the watch over the site's files, and the preview in the browser.

pub mod pages;
pub mod watch;
