//! Where the bodies of unchanged documents come from when they are asked for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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

/// Bodies by the number of their document in the old table.
pub(in crate::build) struct Shelf {
    pack: Option<Pack>,
    rows: Vec<Row>,
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
    /// Takes over the cache's file of bodies.
    pub fn new(cache: &mut Cache, remake: Box<Remake>) -> Shelf {
        let row = |entry: &super::Entry| Row {
            path: entry.path.clone(),
            print: entry.print,
            body: entry.body,
            terms: entry.terms,
        };
        Shelf {
            pack: cache.pack.take(),
            rows: cache.old.entries.iter().map(row).collect(),
            by_path: cache.old.by_path.clone(),
            remake,
            lost: Mutex::default(),
        }
    }

    /// The file of bodies, for adding new ones.
    pub fn pack(&self) -> Option<&Pack> {
        self.pack.as_ref()
    }

    /// The number of a document.
    pub fn number(&self, path: &str) -> Option<u32> {
        self.by_path.get(path).copied()
    }

    /// All words of a document.
    pub fn terms(&self, number: u32) -> Terms {
        let Some(row) = self.rows.get(number as usize) else { return Terms::default() };
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
        let Some(row) = self.rows.get(number as usize) else { return Arc::default() };
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
