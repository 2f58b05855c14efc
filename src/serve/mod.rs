//! Following an author at work: the watch over the site's files, and the preview in the browser.

mod advice;
mod live;
pub mod pages;
mod panel;
pub mod watch;
