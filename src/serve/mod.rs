//! Following an author at work: today the watch over the site's files.

pub mod watch;
