//! The folder of the cache, `.byline/` in the site: whole files that are right or are not there.
//!
//! Every file begins with a line that says what it is, the fingerprint of the program and the hash of the rest
//! (BLAKE3). What is damaged, from another program or half written is a miss and never an error. A file is
//! written to a temporary name and renamed. One process at a time works with the folder; another one waits.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Fingerprint;

const HEADER: &[u8] = b"byline cache 1\n";
const HASH: usize = 32;
/// What a file of the cache begins with: header, program, hash.
const PREFIX: usize = HEADER.len() + 16 + HASH;
const LOCK: &str = "lock";

/// The content of a file of the cache.
#[derive(Debug, Default)]
pub struct Content(Vec<u8>);

impl Content {
    /// Fingerprint of the content.
    pub fn print(&self) -> Fingerprint {
        let hash = self.0.get(PREFIX - HASH..PREFIX).and_then(|hash| hash.first_chunk());
        hash.map_or(Fingerprint::NONE, Fingerprint::from_hash)
    }
}

impl std::ops::Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.get(PREFIX..).unwrap_or_default()
    }
}

/// An open cache.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    program: Fingerprint,
    since: i128,
    _lock: File,
}

impl Store {
    /// Opens the cache in a folder, making it if need be. `program` is the fingerprint of the running program;
    /// `waiting` is called once when another process has the cache.
    ///
    /// # Errors
    /// When the folder cannot be made or its files cannot be written.
    pub fn open(folder: &Path, program: Fingerprint, waiting: &dyn Fn()) -> io::Result<Store> {
        if !folder.join(LOCK).exists() {
            fs::create_dir_all(folder)?;
            // Nobody wants it in a repository or a backup (<https://bford.info/cachedir/>).
            fs::write(folder.join(".gitignore"), "*\n")?;
            fs::write(
                folder.join("CACHEDIR.TAG"),
                "Signature: 8a477f597d28d172789f06886806bc55\n",
            )?;
        }
        let lock =
            File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                waiting();
                lock.lock()?;
            }
            // Not every file system has locks; without one, two builds at once are the author's business.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        // The file system's own clock, which is the one that stamps the author's files.
        (&lock).write_all(b"\n")?;
        let since = match lock.metadata()?.modified()?.duration_since(UNIX_EPOCH) {
            Ok(after) => after.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        Ok(Store { folder: folder.to_path_buf(), program, since, _lock: lock })
    }

    /// When it was opened: nanoseconds since 1970 by the clock of the file system.
    pub fn since(&self) -> i128 {
        self.since
    }

    /// Where a file of the cache is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of a file; `None` when it is not there, damaged or from another program.
    pub fn read(&self, name: &str) -> Option<Content> {
        let bytes = fs::read(self.path(name)).ok()?;
        let (prefix, content) = bytes.split_at_checked(PREFIX)?;
        let rest = prefix.strip_prefix(HEADER)?.strip_prefix(&self.program.0)?;
        if rest != blake3::hash(content).as_bytes() {
            return None;
        }
        Some(Content(bytes))
    }

    /// Room for what stands before the content of a file; begin with this, append, then [`Store::write`].
    pub fn begin(&self) -> Vec<u8> {
        vec![0; PREFIX]
    }

    /// Writes a file whose content stands behind what [`Store::begin`] gave.
    ///
    /// # Errors
    /// When it cannot be written; the old one is still there then.
    pub fn write(&self, name: &str, mut bytes: Vec<u8>) -> io::Result<()> {
        let hash = blake3::hash(bytes.get(PREFIX..).unwrap_or_default());
        let prefix = [HEADER, &self.program.0, hash.as_bytes()].concat();
        if let Some(room) = bytes.get_mut(..PREFIX) {
            room.copy_from_slice(&prefix);
        }
        let temporary = self.path(&format!("{name}.tmp"));
        let written =
            fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, self.path(name)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Opens a file for appending to it and reading from it.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn append(&self, name: &str) -> io::Result<File> {
        File::options().create(true).truncate(false).read(true).write(true).open(self.path(name))
    }

    /// Removes a file, if it is there.
    pub fn remove(&self, name: &str) {
        // What cannot be removed now is removed another time.
        let _ = fs::remove_file(self.path(name));
    }

    /// Names of the files in the cache, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// Removes a cache. Returns whether there was one.
///
/// # Errors
/// When a file cannot be removed.
pub fn clean(folder: &Path) -> io::Result<bool> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path, program: &str) -> Store {
        Store::open(folder, Fingerprint::of(program.as_bytes()), &|| {}).unwrap()
    }

    fn put(store: &Store, content: &[u8]) {
        let mut bytes = store.begin();
        bytes.extend_from_slice(content);
        store.write("x", bytes).unwrap();
    }

    #[test]
    fn a_file_comes_back_as_it_was_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path(), "a");
        assert!(store.read("x").is_none());
        put(&store, b"content");
        assert_eq!(&*store.read("x").unwrap(), b"content");
        assert_eq!(store.read("x").unwrap().print(), Fingerprint::of(b"content"));
        let whole = fs::read(store.path("x")).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            fs::write(store.path("x"), &flipped).unwrap();
            assert!(store.read("x").is_none(), "flipped at {at}");
            fs::write(store.path("x"), &whole[..at]).unwrap();
            assert!(store.read("x").is_none(), "cut at {at}");
        }
    }

    #[test]
    fn another_program_finds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        put(&open(folder.path(), "a"), b"content");
        assert!(open(folder.path(), "b").read("x").is_none());
        assert!(open(folder.path(), "a").read("x").is_some());
    }

    #[test]
    fn a_second_process_waits_and_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path(), "a");
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let print = Fingerprint::of(b"a");
                let second = Store::open(folder.path(), print, &|| tell.send("waits").unwrap());
                tell.send(if second.is_ok() { "open" } else { "failed" }).unwrap();
            });
            assert_eq!(told.recv().unwrap(), "waits");
            drop(first);
            assert_eq!(told.recv().unwrap(), "open");
        });
    }
}
