//! Hashes and bytes of the author's other files: for templates that read them, and for copies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::cache::{FileEntry, Table};
use super::observed::Observed;
use crate::diagnostic::Diagnostic;
use crate::engine::Fingerprint;
use crate::theme::world;

/// Reads files for templates, each once, and remembers the hash of every file that it saw.
#[derive(Debug)]
pub(super) struct Files {
    source: Arc<Observed>,
    since: i128,
    old: FxHashMap<Arc<str>, FileEntry>,
    bytes: Mutex<FxHashMap<String, Option<Arc<[u8]>>>>,
    seen: Mutex<BTreeMap<Arc<str>, FileEntry>>,
}

impl Files {
    pub fn new(source: Arc<Observed>, old: &Table) -> Files {
        Files {
            source,
            since: old.since,
            old: old.files.clone(),
            bytes: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// The hash of a file that has not changed since the last build.
    pub fn known(&self, path: &str) -> Option<[u8; 32]> {
        let stamp = self.source.stamp(path)?;
        let entry = self.old.get(path)?;
        let is_same = entry.stamp == stamp && stamp.is_settled(self.since);
        is_same.then(|| {
            self.note(path, entry.hash);
            entry.hash
        })
    }

    /// Remembers the hash of a file for the next build.
    pub fn note(&self, path: &str, hash: [u8; 32]) {
        let is_same = |entry: &&FileEntry| entry.hash == hash;
        let cleaned = self.old.get(path).filter(is_same).and_then(|entry| entry.cleaned);
        let seen = lock(&self.seen).get(path).filter(is_same).and_then(|entry| entry.cleaned);
        self.note_cleaned(path, hash, seen.or(cleaned));
    }

    /// Remembers also what was published of it: how it was cleaned, and the hash of what came of that.
    pub fn note_cleaned(&self, path: &str, hash: [u8; 32], cleaned: Option<(u8, [u8; 32])>) {
        let Some(stamp) = self.source.stamp(path) else { return };
        let path: Arc<str> = path.into();
        self.source.print(path.clone(), Fingerprint::from_hash(&hash));
        lock(&self.seen).insert(path.clone(), FileEntry { path, stamp, hash, cleaned });
    }

    /// The hash of what was published of a file that has not changed since, if it was cleaned in this way.
    pub fn cleaned(&self, path: &str, how: u8) -> Option<[u8; 32]> {
        self.known(path)?;
        let (known, hash) = self.old.get(path)?.cleaned?;
        (known == how).then_some(hash)
    }

    /// Everything that was noted.
    pub fn seen(&self) -> Vec<FileEntry> {
        std::mem::take(&mut *lock(&self.seen)).into_values().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl world::Files for Files {
    fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>> {
        let mut known = lock(&self.bytes);
        if let Some(found) = known.get(path) {
            return found.clone().map(Ok);
        }
        if self.source.stamp(path).is_none() {
            known.insert(path.to_string(), None);
            return None;
        }
        Some(self.source.read(path).map(|bytes| {
            self.note(path, *blake3::hash(&bytes).as_bytes());
            let bytes: Arc<[u8]> = bytes.into();
            known.insert(path.to_string(), Some(bytes.clone()));
            bytes
        }))
    }

    fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>> {
        self.source.stamp(path)?;
        Some(self.source.read(path).inspect(|bytes| {
            self.note(path, *blake3::hash(bytes).as_bytes());
        }))
    }

    fn print(&self, path: &str) -> Fingerprint {
        if let Some(hash) = self.known(path) {
            return Fingerprint::from_hash(&hash);
        }
        match self.read(path) {
            Some(Ok(bytes)) => Fingerprint::of(&bytes),
            Some(Err(problem)) => Fingerprint::of(problem.message.as_bytes()),
            None => Fingerprint::NONE,
        }
    }
}
