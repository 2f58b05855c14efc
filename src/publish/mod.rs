//! Outputs -> files in `public/`: nothing is touched until all is known to be good.
//!
//! Outputs are first written to a staging folder inside the output folder ([`Publisher::stage`]), those
//! that are already there as they should be are not written at all. [`Publisher::commit`] then renames:
//! a folder that is new in one step, everything else file by file; removals come after that and the list of what
//! Byline wrote ([`manifest`]) comes last. A killed build leaves whole files only, and because the new list
//! is on disk before the first rename, the next build knows whose they are. Files that Byline did not
//! write are never touched.

mod commit;
pub mod manifest;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use rustc_hash::FxHashSet;

use crate::diagnostic::{Diagnostic, Place};
use manifest::{Entry, Manifest};

/// Name of the staging folder inside the output folder.
const STAGING: &str = ".byline-staging";

/// What became of one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Written,
    Unchanged,
}

/// How many files a publication changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    pub written: Vec<String>,
    pub unchanged: usize,
    pub removed: Vec<String>,
}

/// Writes one build into an output folder.
#[derive(Debug)]
pub struct Publisher {
    output: PathBuf,
    staging: PathBuf,
    /// How the folder is called in messages.
    name: String,
    was_there: bool,
    old: Manifest,
    new: Mutex<Vec<(String, Entry, Fate)>>,
    folders: Mutex<FxHashSet<String>>,
    /// Held for as long as the publisher lives: one build at a time writes to a folder.
    _lock: Option<File>,
}

impl Publisher {
    /// Opens an output folder, making it if need be; waits while another build writes to it.
    ///
    /// # Errors
    /// When it is a file, cannot be made or cannot be written to.
    pub fn open(output: &Path) -> Result<Publisher, Diagnostic> {
        let name = output.display().to_string();
        let problem = |error: &io::Error| cannot_write(&name, error);
        if output.exists() && !output.is_dir() {
            return Err(Diagnostic::error(
                "publish/not-a-folder",
                format!("the output folder `{name}` is a file"),
            )
            .hint("move the file away, or give another folder with `--output`"));
        }
        let was_there = output.is_dir();
        fs::create_dir_all(output).map_err(|error| problem(&error))?;
        let lock = File::open(output).ok();
        if let Some(lock) = &lock {
            // Not every file system has locks; without one, two builds at once are the author's business.
            let _ = lock.lock();
        }
        let staging = output.join(STAGING);
        remove_all(&staging).map_err(|error| problem(&error))?;
        fs::create_dir(&staging).map_err(|error| problem(&error))?;
        let old = Manifest::read(output);
        Ok(Publisher {
            output: output.to_path_buf(),
            staging,
            name,
            was_there,
            old,
            new: Mutex::default(),
            folders: Mutex::default(),
            _lock: lock,
        })
    }

    /// Takes the bytes of an output; `path` is below the output folder, `/`-separated.
    ///
    /// # Errors
    /// When the file cannot be written, for example because the disk is full.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> Result<Fate, Diagnostic> {
        let hash = *blake3::hash(bytes).as_bytes();
        if let Some(entry) = self.current(path, &hash, bytes.len() as u64) {
            self.note(path, entry, Fate::Unchanged);
            return Ok(Fate::Unchanged);
        }
        let staged = self.prepare(path)?;
        let written = File::create(&staged).and_then(|mut file| {
            file.write_all(bytes)?;
            file.metadata()
        });
        let metadata = written.map_err(|error| cannot_write(path, &error))?;
        self.note(path, entry(hash, &metadata), Fate::Written);
        Ok(Fate::Written)
    }

    /// Keeps a file of the last build whose name says what is in it; `false` when it is not there as it was written.
    pub fn keep(&self, path: &str) -> bool {
        let known = self.old.get(path).map(|entry| (entry.hash, entry.size));
        let Some(entry) = known.and_then(|(hash, size)| self.current(path, &hash, size)) else {
            return false;
        };
        self.note(path, entry, Fate::Unchanged);
        true
    }

    /// Takes a copy of a file as an output.
    ///
    /// # Errors
    /// When the file cannot be read or the copy cannot be written.
    pub fn stage_copy(&self, path: &str, from: &Path, source: &str) -> Result<Fate, Diagnostic> {
        let unreadable = |error: &io::Error| {
            Diagnostic::error("source/unreadable", format!("cannot read the file: {error}"))
                .at(Place::file(source))
                .hint("check that the file is there and that you may read it")
        };
        let (hash, size) = hash_file(from).map_err(|error| unreadable(&error))?;
        if let Some(entry) = self.current(path, &hash, size) {
            self.note(path, entry, Fate::Unchanged);
            return Ok(Fate::Unchanged);
        }
        let staged = self.prepare(path)?;
        let copied = File::open(from)
            .and_then(|mut file| {
                let mut copy = File::create(&staged)?;
                io::copy(&mut file, &mut copy)?;
                copy.metadata()
            })
            .map_err(|error| cannot_write(path, &error))?;
        self.note(path, entry(hash, &copied), Fate::Written);
        Ok(Fate::Written)
    }

    /// The manifest's entry, if the file is on disk as it was written and has these bytes.
    fn current(&self, path: &str, hash: &[u8; 32], size: u64) -> Option<Entry> {
        let entry = self.old.get(path)?;
        if entry.hash != *hash || entry.size != size {
            return None;
        }
        let metadata = fs::symlink_metadata(self.output.join(path)).ok()?;
        let is_same =
            metadata.is_file() && metadata.len() == size && modified(&metadata) == entry.modified;
        is_same.then_some(*entry)
    }

    fn prepare(&self, path: &str) -> Result<PathBuf, Diagnostic> {
        if let Some(at) = path.rfind('/') {
            let folder = &path[..at];
            let folders = || self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let is_known = folders().contains(folder);
            if !is_known {
                // Two threads may make one folder; none may count on it before it is there.
                fs::create_dir_all(self.staging.join(folder))
                    .map_err(|error| cannot_write(path, &error))?;
                folders().insert(folder.to_string());
            }
        }
        Ok(self.staging.join(path))
    }

    fn note(&self, path: &str, entry: Entry, fate: Fate) {
        let mut new = self.new.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        new.push((path.to_string(), entry, fate));
    }

    /// Gives the build up: the output folder is as it was before.
    pub fn abort(self) {
        // What cannot be removed now is removed by the next build.
        let _ = remove_all(&self.staging);
        if !self.was_there {
            let _ = fs::remove_dir(&self.output);
        }
    }
}

fn entry(hash: [u8; 32], metadata: &fs::Metadata) -> Entry {
    Entry { hash, size: metadata.len(), modified: modified(metadata) }
}

/// Nanoseconds since 1970, as the file system has it.
fn modified(metadata: &fs::Metadata) -> i128 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

fn hash_file(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((*hasher.finalize().as_bytes(), size)),
            read => {
                hasher.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
}

fn remove_all(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

pub(crate) fn cannot_write(path: &str, error: &io::Error) -> Diagnostic {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on the disk; nothing was published"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "check that you may write there, or give another folder with `--output`"
        }
        _ => "check the output folder, or give another one with `--output`",
    };
    Diagnostic::error("publish/write", format!("cannot write `{path}`: {error}")).hint(hint)
}

/// Removes what Byline wrote to an output folder; folders that are then empty go too. Returns how many
/// files went.
///
/// # Errors
/// When a file cannot be removed.
pub fn clean(output: &Path) -> Result<usize, Diagnostic> {
    if !output.is_dir() {
        return Ok(0);
    }
    let manifest = Manifest::read(output);
    let problem = |error: io::Error| cannot_write(&output.display().to_string(), &error);
    let all: Vec<&str> = manifest.entries.keys().map(|path| &**path).collect();
    let removed = commit::remove(output, &all).map_err(problem)?;
    remove_all(&output.join(STAGING)).map_err(problem)?;
    Manifest::forget(output).map_err(problem)?;
    // Only an empty folder goes.
    let _ = fs::remove_dir(output);
    Ok(removed.len())
}

type Entries = BTreeMap<String, Entry>;
