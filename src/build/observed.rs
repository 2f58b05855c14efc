//! The author's files as a build sees them: whatever it looks at is noted, so that the next build can tell
//! whether anything is different. The stages of `build` read files in no other way.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cache::Listed;
use crate::diagnostic::Diagnostic;
use crate::engine::Fingerprint;
use crate::source::{Source, SourceFile, Stamp};

/// A site's folder with a memory of what was asked.
#[derive(Debug)]
pub(super) struct Observed {
    source: Source,
    seen: Mutex<Seen>,
    listed: Mutex<Listed>,
}

/// What was looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Every folder that was listed, with its files in order.
    pub folders: BTreeMap<String, Vec<(Arc<str>, Stamp)>>,
    /// Single files that were asked for; none when they were not there.
    pub files: BTreeMap<Arc<str>, Option<Stamp>>,
    /// Whether folders were there.
    pub has_folders: BTreeMap<String, bool>,
    /// Fingerprints of the bytes of files, as far as they were read.
    pub prints: BTreeMap<Arc<str>, Fingerprint>,
}

impl Observed {
    /// `listed` are folders whose files are known already.
    pub fn new(source: Source, listed: Listed) -> Observed {
        Observed { source, seen: Mutex::default(), listed: Mutex::new(listed) }
    }

    /// The folder itself, for those who read nothing of it.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was looked at since the last call.
    pub fn take(&self) -> Seen {
        std::mem::take(&mut *self.seen())
    }

    fn look(&self, path: &str) -> Option<Stamp> {
        let known = self.seen().files.get(path).copied();
        known.unwrap_or_else(|| {
            let stamp = self.source.stamp(path);
            self.seen().files.insert(path.into(), stamp);
            stamp
        })
    }

    /// Notes the fingerprint of a file's bytes.
    pub fn print(&self, path: Arc<str>, print: Fingerprint) {
        self.seen().prints.insert(path, print);
    }

    pub fn walk(&self, folder: &str) -> (Vec<SourceFile>, Vec<Diagnostic>) {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner).remove(folder);
        let (files, problems) = listed.unwrap_or_else(|| self.source.walk(folder));
        let list = files.iter().map(|file| (file.path.clone(), file.stamp)).collect();
        self.seen().folders.insert(folder.to_string(), list);
        (files, problems)
    }

    pub fn has_folder(&self, path: &str) -> bool {
        let is_there = self.source.has_folder(path);
        self.seen().has_folders.insert(path.to_string(), is_there);
        is_there
    }

    /// Whether there is a file that no link out of the site leads to.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        self.look(path)
    }

    /// Whether there is a file of this name, wherever it leads.
    pub fn has(&self, path: &str) -> bool {
        self.look(path);
        self.source.has(path)
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// As [`Source::read`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        self.look(path);
        let bytes = self.source.read(path)?;
        self.print(path.into(), Fingerprint::of(&bytes));
        Ok(bytes)
    }

    /// Reads a whole file as text.
    ///
    /// # Errors
    /// As [`Source::text`].
    pub fn text(&self, path: &str) -> Result<String, Diagnostic> {
        self.look(path);
        let text = self.source.text(path)?;
        self.print(path.into(), Fingerprint::of(text.as_bytes()));
        Ok(text)
    }
}
