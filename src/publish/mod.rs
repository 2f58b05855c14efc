//! Outputs -> files in `public/`: nothing is touched until all is known to be good.
//!
//! Outputs that are there as they should be are kept ([`Publisher::keep`]). The others are first written to a
//! staging folder inside the output folder ([`Publisher::stage`]). [`Publisher::commit`] then renames:
//! a folder that is new in one step, everything else file by file; removals come after that and the list of what
//! Byline wrote ([`manifest`]) comes last. A killed build leaves whole files only, and because the new list
//! is on disk before the first rename, the next build knows whose they are. Files that Byline did not
//! write are never touched, and a build that changes nothing touches nothing.

mod commit;
mod folders;
pub mod manifest;
mod staging;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Place};
use folders::{Folders, Listed};
use manifest::{Entry, Manifest};
use staging::Staging;

/// What became of one output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Written,
    Unchanged,
}

/// An output that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub fate: Fate,
    /// BLAKE3 of its content.
    pub hash: [u8; 32],
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
    /// How the folder is called in messages.
    name: String,
    was_there: bool,
    old: Manifest,
    /// By number in `old`: whether the file is to stay as it is.
    kept: Vec<AtomicBool>,
    staging: Staging,
    new: Mutex<Vec<New>>,
    /// Held for as long as the publisher lives: one build at a time writes to a folder.
    _lock: Option<File>,
}

/// A file that was staged.
#[derive(Debug)]
struct New {
    path: String,
    entry: Entry,
    /// Its place in the list of the last build.
    number: Option<usize>,
}

impl Publisher {
    /// Opens an output folder, making it if need be. While another build writes to it, calls `waiting` and
    /// waits. Nothing in the folder is touched before an output is staged or the build is published.
    ///
    /// # Errors
    /// When it is a file, cannot be made or cannot be written to.
    pub fn open(output: &Path, waiting: &dyn Fn()) -> Result<Publisher, Diagnostic> {
        let name = output.display().to_string();
        let was_there = output.is_dir();
        if !was_there && output.exists() {
            return Err(Diagnostic::error(
                "publish/not-a-folder",
                format!("the output folder `{name}` is a file"),
            )
            .hint("move the file away, or give another folder with `--output`"));
        }
        let problem = |error: io::Error| cannot_write(&name, &error);
        let lock = lock(output, waiting).map_err(problem)?;
        let staging = Staging::open(output).map_err(problem)?;
        let old = Manifest::read(output);
        let kept = (0..old.len()).map(|_| AtomicBool::new(false)).collect();
        let output = output.to_path_buf();
        let new = Mutex::default();
        Ok(Publisher { output, name, was_there, old, kept, staging, new, _lock: lock })
    }

    /// Lets an output stay as the last build wrote it, and gives its entry in the list; none if that build did
    /// not write it, or if somebody changed or removed the file since: it has to be made and staged then. An
    /// output that is staged after all, because the entry's hash is not the one that was expected, is replaced.
    pub fn keep(&self, path: &str) -> Option<Entry> {
        let number = self.as_written(path)?;
        self.keep_in(path, number, &mut Folders::with(&Listed::default()))
    }

    /// [`Publisher::keep`] for many outputs, on all threads; the answers stand in the order of the paths.
    pub fn keep_all<P: AsRef<str> + Sync>(&self, paths: &[P]) -> Vec<Option<Entry>> {
        // Folders are listed while files are looked at. Lists that are longer than what is asked for do not pay.
        let is_most = paths.len() >= self.old.len() / 2;
        let list =
            || if is_most { folders::list(&self.output, &self.old) } else { Listed::default() };
        let look_at = |path: &P| self.as_written(path.as_ref());
        let (listed, numbers): (Listed, Vec<Option<usize>>) =
            rayon::join(list, || paths.par_iter().with_min_len(128).map(look_at).collect());
        let keep = |folders: &mut Folders<'_>, (path, number): (&P, Option<usize>)| {
            self.keep_in(path.as_ref(), number?, folders)
        };
        let start = || Folders::with(&listed);
        paths.par_iter().zip(numbers).with_min_len(512).map_init(start, keep).collect()
    }

    /// How many outputs there are, if the list of them is the one with that print ([`list_print`]) and
    /// every one of them is there as it was written.
    pub fn untouched(&self, print: &[u8; 32]) -> Option<usize> {
        let is_same = !self.old.is_empty() && list_print(&self.output).as_ref() == Some(print);
        let paths: Vec<&str> = if is_same { self.old.paths().collect() } else { return None };
        self.keep_all(&paths).iter().all(Option::is_some).then_some(paths.len())
    }

    /// Number of a file in the list, if it is on disk as the last build wrote it, by its size and time.
    fn as_written(&self, path: &str) -> Option<usize> {
        let (number, entry) = self.old.find(path)?;
        let metadata = fs::symlink_metadata(self.output.join(path)).ok()?;
        let is_same = metadata.is_file()
            && metadata.len() == entry.size
            && modified(&metadata) == entry.modified;
        is_same.then_some(number)
    }

    /// Keeps a file that is as it was written, unless a link leads to it.
    fn keep_in(&self, path: &str, number: usize, folders: &mut Folders<'_>) -> Option<Entry> {
        let is_plain = folders.are_plain(&self.output, path);
        is_plain.then(|| {
            self.kept[number].store(true, Ordering::Relaxed);
            *self.old.file(number).1
        })
    }

    /// Takes the bytes of an output; `path` is below the output folder, `/`-separated.
    ///
    /// # Errors
    /// When the file cannot be written, for example because the disk is full.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> Result<Taken, Diagnostic> {
        let hash = *blake3::hash(bytes).as_bytes();
        if self.has(path, &hash) {
            return Ok(Taken { fate: Fate::Unchanged, hash });
        }
        let failed = |error: io::Error| cannot_write(path, &error);
        let number = self.old.find(path).map(|(number, _)| number);
        let staged = self.staging.place(path, number).map_err(failed)?;
        let written = File::create(staged).and_then(|mut file| {
            file.write_all(bytes)?;
            file.metadata()
        });
        Ok(self.take(path, number, hash, &written.map_err(failed)?))
    }

    /// Takes a copy of a file as an output. `known` is the hash of the file, where the caller has it: a file
    /// that is published already is then not read.
    ///
    /// # Errors
    /// When the file cannot be read or the copy cannot be written.
    pub fn stage_copy(
        &self,
        path: &str,
        from: &Path,
        source: &str,
        known: Option<[u8; 32]>,
    ) -> Result<Taken, Diagnostic> {
        let unreadable = |error: io::Error| {
            Diagnostic::error("source/unreadable", format!("cannot read the file: {error}"))
                .at(Place::file(source))
                .hint("check that the file is there and that you may read it")
        };
        let number = self.old.find(path).map(|(number, _)| number);
        let known = match (known, number) {
            (None, Some(_)) => Some(hash_file(from).map_err(unreadable)?),
            (known, _) => known,
        };
        if let Some(hash) = known
            && self.has(path, &hash)
        {
            return Ok(Taken { fate: Fate::Unchanged, hash });
        }
        let failed = |error: io::Error| cannot_write(path, &error);
        let file = File::open(from).map_err(unreadable)?;
        let staged = self.staging.place(path, number).map_err(failed)?;
        let mut copy = File::create(staged).map_err(failed)?;
        // The hash is of what was written, whatever became of the file since its hash was known.
        let hash = each_part(file, |part| copy.write_all(part).map_err(failed), unreadable)?;
        Ok(self.take(path, number, hash, &copy.metadata().map_err(failed)?))
    }

    /// Keeps an output that is there as the last build wrote it, with this content.
    pub fn unchanged(&self, path: &str, hash: &[u8; 32]) -> Option<Taken> {
        self.has(path, hash).then_some(Taken { fate: Fate::Unchanged, hash: *hash })
    }

    /// Whether an output is there as the last build wrote it, with this content; it is kept then.
    fn has(&self, path: &str, hash: &[u8; 32]) -> bool {
        self.old.find(path).is_some_and(|(_, entry)| entry.hash == *hash)
            && self.keep(path).is_some()
    }

    fn take(
        &self,
        path: &str,
        number: Option<usize>,
        hash: [u8; 32],
        metadata: &fs::Metadata,
    ) -> Taken {
        let entry = Entry { hash, size: metadata.len(), modified: modified(metadata) };
        let new = New { path: path.to_string(), entry, number };
        self.new.lock().unwrap_or_else(PoisonError::into_inner).push(new);
        Taken { fate: Fate::Written, hash }
    }

    /// Gives the build up: the output folder is as it was before.
    pub fn abort(self) {
        // What cannot be removed now is removed by the next build.
        let _ = self.staging.remove();
        if !self.was_there {
            let _ = fs::remove_dir(&self.output);
        }
    }
}

/// BLAKE3 of the list of what Byline wrote to an output folder; none while there is none or a new one is on its way.
pub fn list_print(output: &Path) -> Option<[u8; 32]> {
    manifest::bytes(output).map(|bytes| *blake3::hash(&bytes).as_bytes())
}

/// Makes a folder if need be and locks it.
fn lock(output: &Path, waiting: &dyn Fn()) -> io::Result<Option<File>> {
    loop {
        fs::create_dir_all(output)?;
        // Not every system opens folders, and not every file system has locks; without one, two builds at once
        // are the author's business.
        let Ok(lock) = File::open(output) else { return Ok(None) };
        if !matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(Some(lock));
        }
        waiting();
        let _ = lock.lock();
        // A build that failed takes the folder that it made with it.
        if output.is_dir() {
            return Ok(Some(lock));
        }
    }
}

/// Nanoseconds since 1970, as the file system has it.
#[cfg(unix)]
fn modified(metadata: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec())
}

/// Nanoseconds since 1970, as the file system has it.
#[cfg(not(unix))]
fn modified(metadata: &fs::Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |time| -time),
    }
}

fn hash_file(path: &Path) -> io::Result<[u8; 32]> {
    each_part(File::open(path)?, |_| Ok(()), |error| error)
}

/// Reads a file part by part; returns the hash of all parts.
fn each_part<E>(
    mut file: File,
    mut use_part: impl FnMut(&[u8]) -> Result<(), E>,
    unreadable: impl Fn(io::Error) -> E,
) -> Result<[u8; 32], E> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(*hasher.finalize().as_bytes()),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                use_part(&buffer[..read])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
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

/// Compares the bytes of two output folders: what Byline wrote to either, with how the first one is different.
pub fn compare(output: &Path, other: &Path) -> Vec<(String, String)> {
    let (one, two) = (Manifest::read(output), Manifest::read(other));
    let paths: BTreeSet<&str> = one.paths().chain(two.paths()).collect();
    let read = |folder: &Path, path: &str| fs::read(folder.join(path)).ok();
    let how = |path: &str| match (read(output, path), read(other, path)) {
        (Some(one), Some(two)) if one == two => None,
        (Some(one), Some(two)) => Some(format!("differs in line {}", first_difference(&one, &two))),
        (None, _) => Some("is missing".to_string()),
        (_, None) => Some("should not be there".to_string()),
    };
    paths.into_iter().filter_map(|path| Some((path.to_string(), how(path)?))).collect()
}

/// The number of the first line that is different, from 1.
fn first_difference(one: &[u8], two: &[u8]) -> usize {
    let at = one.iter().zip(two).take_while(|(one, two)| one == two).count();
    1 + one[..at].iter().filter(|byte| **byte == b'\n').count()
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
    let all: Vec<&str> = manifest.paths().collect();
    let removed = commit::remove(output, &all).map_err(problem)?;
    Staging::open(output).map_err(problem)?;
    manifest::forget(output).map_err(problem)?;
    // Only an empty folder goes.
    let _ = fs::remove_dir(output);
    Ok(removed.len())
}

#[cfg(test)]
mod tests;
