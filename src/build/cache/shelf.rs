//! Where bodies come from when they are asked for: those of unchanged documents, and those that were put away
//! when they were parsed, so that not all of them are in memory at once.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::Cache;
use crate::content::stored;
use crate::content::terms::Terms;
use crate::engine::pack::Record;
use crate::engine::{Fingerprint, Pack};
use crate::markdown::{Html, Load};

/// Parses one file again; `None` when its bytes do not have this fingerprint any more.
pub(in crate::build) type Remake =
    dyn Fn(&str, Fingerprint) -> Option<(Arc<Html>, Terms)> + Send + Sync;

/// Bodies by the number of their document: first those of the old table, then those of this build.
pub(in crate::build) struct Shelf {
    pack: Option<Pack>,
    rows: Vec<Row>,
    new: Vec<OnceLock<Row>>,
    by_path: FxHashMap<Arc<str>, u32>,
    remake: Box<Remake>,
    lost: Mutex<Vec<Arc<str>>>,
}

struct Row {
    path: Arc<str>,
    print: Fingerprint,
    body: Record,
    terms: Record,
}

impl Shelf {
    /// Takes over the cache's file of bodies, for a build of so many documents.
    pub fn new(cache: &mut Cache, documents: usize, remake: Box<Remake>) -> Shelf {
        let row = |entry: &super::Entry| Row {
            path: entry.path.clone(),
            print: entry.print,
            body: entry.body,
            terms: entry.terms,
        };
        Shelf {
            pack: cache.pack.take(),
            rows: cache.old.entries.iter().map(row).collect(),
            new: (0..documents).map(|_| OnceLock::new()).collect(),
            by_path: cache.old.by_path.clone(),
            remake,
            lost: Mutex::default(),
        }
    }

    /// The file of bodies, for adding new ones.
    pub fn pack(&self) -> Option<&Pack> {
        self.pack.as_ref()
    }

    /// Puts the body of this build's document `at` away; gives its number.
    pub fn put(&self, at: usize, entry: &super::Entry) -> Option<u32> {
        let row = Row {
            path: entry.path.clone(),
            print: entry.print,
            body: entry.body,
            terms: entry.terms,
        };
        self.new.get(at)?.set(row).ok()?;
        u32::try_from(self.rows.len() + at).ok()
    }

    fn row(&self, number: u32) -> Option<&Row> {
        let number = number as usize;
        self.rows.get(number).or_else(|| self.new.get(number - self.rows.len())?.get())
    }

    /// The number of a document of the old table.
    pub fn number(&self, path: &str) -> Option<u32> {
        self.by_path.get(path).copied()
    }

    /// All words of a document.
    pub fn terms(&self, number: u32) -> Terms {
        let Some(row) = self.row(number) else { return Terms::default() };
        let mut buffer = Vec::new();
        let found = self.pack.as_ref().is_some_and(|pack| pack.read(&row.terms, &mut buffer));
        match found.then(|| stored::read_terms(&buffer)).flatten() {
            Some(terms) => terms,
            None => self.again(row).1,
        }
    }

    /// Files that were damaged in the cache and are not what they were in the site.
    pub fn lost(&self) -> Vec<Arc<str>> {
        std::mem::take(&mut *self.lost.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn again(&self, row: &Row) -> (Arc<Html>, Terms) {
        (self.remake)(&row.path, row.print).unwrap_or_else(|| {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            lost.push(row.path.clone());
            Default::default()
        })
    }
}

impl Load for Shelf {
    fn load(&self, number: u32) -> Arc<Html> {
        let Some(row) = self.row(number) else { return Arc::default() };
        let mut buffer = Vec::new();
        let found = self.pack.as_ref().is_some_and(|pack| pack.read(&row.body, &mut buffer));
        match found.then(|| stored::read_body(&buffer)).flatten() {
            Some(html) => Arc::new(html),
            None => self.again(row).0,
        }
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Shelf").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}
