//! Where bodies come from when they are asked for: those of unchanged documents, and those that were put away
//! when they were parsed, so that not all of them are in memory at once.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

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

/// Bodies by number: first those of the old table, then those of this build as they are put away.
pub(in crate::build) struct Shelf {
    pack: Option<Pack>,
    /// For what comes after the cache was closed; it takes the place of `pack` then.
    scratch: OnceLock<Pack>,
    rows: RwLock<Rows>,
    remake: Box<Remake>,
    lost: Mutex<Vec<Arc<str>>>,
    /// Bodies that were loaded last, by number: a page asks for its own more than once.
    recent: [Mutex<Option<Recent>>; RECENT],
}

/// Number of a body, and the body.
type Recent = (u32, Arc<Html>);

/// Bodies that are remembered; more than threads that make pages.
const RECENT: usize = 64;

#[derive(Default)]
struct Rows {
    all: Vec<Row>,
    by_path: FxHashMap<Arc<str>, u32>,
}

#[derive(Clone)]
struct Row {
    is_scratch: bool,
    path: Arc<str>,
    print: Fingerprint,
    body: Record,
    terms: Record,
    index: Record,
}

impl Shelf {
    /// Takes over the cache's file of bodies.
    pub fn new(cache: &mut Cache, remake: Box<Remake>) -> Shelf {
        let row = |entry: &super::Entry| row(entry, false);
        let all = cache.old.entries.iter().map(row).collect();
        let rows = RwLock::new(Rows { all, by_path: cache.old.by_path.clone() });
        let pack = cache.pack.take();
        let recent = std::array::from_fn(|_| Mutex::default());
        Shelf { pack, scratch: OnceLock::new(), rows, remake, lost: Mutex::default(), recent }
    }

    /// The file of bodies, for adding new ones.
    pub fn pack(&self) -> Option<&Pack> {
        self.scratch.get().or(self.pack.as_ref())
    }

    /// From now on bodies are put into a file of their own, which nobody else sees: the cache's is left to others.
    pub fn close(&self, scratch: Pack) {
        let _ = self.scratch.set(scratch);
    }

    /// Notes a body that was put away; gives its number.
    pub fn put(&self, entry: &super::Entry) -> Option<u32> {
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(rows.all.len()).ok()?;
        rows.all.push(row(entry, self.scratch.get().is_some()));
        rows.by_path.insert(entry.path.clone(), number);
        Some(number)
    }

    fn row(&self, number: u32) -> Option<Row> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        rows.all.get(number as usize).cloned()
    }

    /// The number of a file's newest body.
    pub fn number(&self, path: &str) -> Option<u32> {
        let rows = self.rows.read().unwrap_or_else(PoisonError::into_inner);
        rows.by_path.get(path).copied()
    }

    fn read(&self, row: &Row, record: &Record, buffer: &mut Vec<u8>) -> bool {
        let pack = if row.is_scratch { self.scratch.get() } else { self.pack.as_ref() };
        pack.is_some_and(|pack| pack.read(record, buffer))
    }

    /// All words of a document.
    pub fn terms(&self, number: u32) -> Terms {
        let Some(row) = self.row(number) else { return Terms::default() };
        let mut buffer = Vec::new();
        let found = self.read(&row, &row.terms, &mut buffer);
        match found.then(|| stored::read_terms(&buffer)).flatten() {
            Some(terms) => terms,
            None => self.again(&row).1,
        }
    }

    /// All words of a document for the search index, into `buffer`.
    pub fn index(&self, number: u32, buffer: &mut Vec<u8>) {
        buffer.clear();
        let Some(row) = self.row(number) else { return };
        if !self.read(&row, &row.index, buffer) {
            buffer.clear();
            buffer.extend_from_slice(&self.again(&row).1.index);
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

fn row(entry: &super::Entry, is_scratch: bool) -> Row {
    Row {
        is_scratch,
        path: entry.path.clone(),
        print: entry.print,
        body: entry.body,
        terms: entry.terms,
        index: entry.index,
    }
}

impl Load for Shelf {
    fn load(&self, number: u32) -> Arc<Html> {
        let slot = &self.recent[number as usize % RECENT];
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        match &*slot {
            Some((known, html)) if *known == number => html.clone(),
            _ => {
                let html = self.read_body(number);
                *slot = Some((number, html.clone()));
                html
            }
        }
    }
}

impl Shelf {
    fn read_body(&self, number: u32) -> Arc<Html> {
        let Some(row) = self.row(number) else { return Arc::default() };
        let mut buffer = Vec::new();
        let found = self.read(&row, &row.body, &mut buffer);
        match found.then(|| stored::read_body(&buffer)).flatten() {
            Some(html) => Arc::new(html),
            None => self.again(&row).0,
        }
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Shelf").finish_non_exhaustive()
    }
}
