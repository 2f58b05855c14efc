//! Where the bodies of unchanged documents come from when they are asked for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::content::stored;
use crate::content::terms::Terms;
use crate::engine::Pack;
use crate::engine::pack::Record;
use crate::markdown::{Html, Load};

/// Parses one file again; `None` when it is not what it was.
pub(in crate::build) type Remake = dyn Fn(&str) -> Option<(Arc<Html>, Terms)> + Send + Sync;

/// Bodies by the number of their document in the old table.
pub(in crate::build) struct Shelf {
    pack: Option<Pack>,
    rows: Vec<(Arc<str>, Record, Record)>,
    remake: Box<Remake>,
    lost: Mutex<Vec<Arc<str>>>,
}

impl Shelf {
    pub fn new(pack: Option<Pack>, rows: Vec<(Arc<str>, Record, Record)>, remake: Box<Remake>) -> Shelf {
        Shelf { pack, rows, remake, lost: Mutex::default() }
    }

    /// The file of bodies, for adding new ones.
    pub fn pack(&self) -> Option<&Pack> {
        self.pack.as_ref()
    }

    pub fn into_pack(self) -> Option<Pack> {
        self.pack
    }

    /// All words of a document.
    pub fn terms(&self, number: u32) -> Terms {
        let Some((path, _, record)) = self.rows.get(number as usize) else { return Terms::default() };
        let mut buffer = Vec::new();
        let found = self.pack.as_ref().is_some_and(|pack| pack.read(record, &mut buffer));
        match found.then(|| stored::read_terms(&buffer)).flatten() {
            Some(terms) => terms,
            None => self.again(path).1,
        }
    }

    /// Files that were damaged in the cache and are not what they were in the site.
    pub fn lost(&self) -> Vec<Arc<str>> {
        std::mem::take(&mut *self.lost.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn again(&self, path: &Arc<str>) -> (Arc<Html>, Terms) {
        (self.remake)(path).unwrap_or_else(|| {
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            lost.push(path.clone());
            Default::default()
        })
    }
}

impl Load for Shelf {
    fn load(&self, number: u32) -> Arc<Html> {
        let Some((path, record, _)) = self.rows.get(number as usize) else { return Arc::default() };
        let mut buffer = Vec::new();
        let found = self.pack.as_ref().is_some_and(|pack| pack.read(record, &mut buffer));
        match found.then(|| stored::read_body(&buffer)).flatten() {
            Some(html) => Arc::new(html),
            None => self.again(path).0,
        }
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Shelf").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}
