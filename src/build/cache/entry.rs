//! One row of the table of documents: what is known of one Markdown file.

use std::sync::Arc;

use crate::engine::Fingerprint;
use crate::engine::pack::Record;
use crate::source::Stamp;

/// Bytes that were made now, or a part of the old table.
#[derive(Debug, Clone)]
pub(in crate::build) enum Bytes {
    Old(std::ops::Range<usize>),
    New(Box<[u8]>),
}

impl Bytes {
    /// Those that were made now.
    pub fn made(&self) -> Option<&[u8]> {
        match self {
            Bytes::Old(_) => None,
            Bytes::New(bytes) => Some(bytes),
        }
    }
}

/// A Markdown file, parsed.
#[derive(Debug, Clone)]
pub(in crate::build) struct Entry {
    pub path: Arc<str>,
    pub stamp: Stamp,
    /// Fingerprint of the file's bytes.
    pub print: Fingerprint,
    /// Fingerprint of what a card shows.
    pub facts: Fingerprint,
    /// Builds since it was used last.
    pub unused: u8,
    /// Whether the row stands in the table on disk just so.
    pub is_on_disk: bool,
    /// The facts of the document; empty when it could not be read.
    pub light: Bytes,
    /// Its strongest words.
    pub names: Bytes,
    pub problems: Bytes,
    /// In the pack: its HTML, what it is about, and all its words for the search index.
    pub body: Record,
    pub terms: Record,
    pub index: Record,
}

impl Entry {
    /// Lets go of what only the table needs.
    pub fn forget(&mut self) {
        let nothing = || Bytes::New(Box::default());
        (self.light, self.names, self.problems) = (nothing(), nothing(), nothing());
    }
}
