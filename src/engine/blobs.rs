//! A folder of made files, each under a key that says all that it was made from.
//!
//! Unlike the rest of the cache it is shared: by all branches, all output folders, all versions of the program, and by
//! processes that run at the same time. A file is written under a temporary name and renamed; it begins with the hash
//! (BLAKE3) of the rest, and what is damaged is not there. What nobody used for a while goes.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, UNIX_EPOCH};

const HASH: usize = 32;
const DAY: u64 = 24 * 60 * 60;
/// Days after which what was not used goes.
const UNUSED: u64 = 60;

/// The folder.
#[derive(Debug)]
pub struct Blobs {
    folder: PathBuf,
    /// Seconds since 1970.
    now: u64,
    /// Whether what is there is made again.
    is_fresh: bool,
    next: AtomicU32,
}

impl Blobs {
    /// Nothing is made or read yet. `now` is in seconds since 1970; with `is_fresh` what was kept before is not used.
    pub fn new(folder: &Path, now: i64, is_fresh: bool) -> Blobs {
        let now = u64::try_from(now).unwrap_or_default();
        Blobs { folder: folder.to_path_buf(), now, is_fresh, next: AtomicU32::new(0) }
    }

    /// The file of a key; `None` when it is not there or damaged.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        if self.is_fresh {
            return None;
        }
        let path = self.folder.join(key);
        let mut bytes = fs::read(&path).ok()?;
        let (hash, content) = bytes.split_first_chunk::<HASH>()?;
        if *hash != *blake3::hash(content).as_bytes() {
            let _ = fs::remove_file(&path);
            return None;
        }
        self.touch(&path);
        bytes.drain(..HASH);
        Some(bytes)
    }

    /// Whether there is a file of a key, whole or not.
    pub fn has(&self, key: &str) -> bool {
        !self.is_fresh && self.folder.join(key).exists()
    }

    /// Keeps a file.
    ///
    /// # Errors
    /// When it cannot be written; it is made again another time then.
    pub fn put(&self, key: &str, content: &[u8]) -> io::Result<()> {
        let (temporary, mut file) = self.temporary(key)?;
        let written = file
            .write_all(blake3::hash(content).as_bytes())
            .and_then(|()| file.write_all(content))
            .and_then(|()| fs::rename(&temporary, self.folder.join(key)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// A new file that no other thread or process writes to.
    fn temporary(&self, key: &str) -> io::Result<(PathBuf, File)> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let path = self.folder.join(format!(".{key}-{number}.tmp"));
            match File::create_new(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(&self.folder)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Notes that a file is used: once a day is enough.
    fn touch(&self, path: &Path) {
        if self.age(path).is_some_and(|age| age >= DAY)
            && let Ok(file) = File::options().append(true).open(path)
        {
            // A file that cannot be touched is made again some day.
            let _ = file.set_modified(UNIX_EPOCH + Duration::from_secs(self.now));
        }
    }

    /// Seconds since a file was used last; none for one from the future.
    fn age(&self, path: &Path) -> Option<u64> {
        let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
        let modified = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
        self.now.checked_sub(modified)
    }

    /// Removes what was not used for a while, but for what `is_used` says is, and what a killed process left. Linear in
    /// the files that are there.
    pub fn clean(&self, is_used: &dyn Fn(&str) -> bool) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let days = if name.starts_with('.') { 1 } else { UNUSED };
            let is_old = self.age(&entry.path()).is_some_and(|age| age > days * DAY);
            if is_old && !is_used(&name) {
                // What cannot be removed now is removed another time.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 4_000_000_000;

    #[test]
    fn a_file_comes_back_as_it_was_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("deep/images");
        let blobs = Blobs::new(&folder, NOW, false);
        assert_eq!((blobs.get("a.webp"), blobs.has("a.webp")), (None, false));
        blobs.put("a.webp", b"picture").unwrap();
        assert!(blobs.has("a.webp"));
        let whole = fs::read(folder.join("a.webp")).unwrap();
        for at in 0..whole.len() {
            assert_eq!(blobs.get("a.webp").as_deref(), Some(&b"picture"[..]));
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(folder.join("a.webp"), &flipped).unwrap();
            assert_eq!(blobs.get("a.webp"), None, "flipped at {at}");
            fs::write(folder.join("a.webp"), &whole[..at]).unwrap();
            assert_eq!(blobs.get("a.webp"), None, "cut at {at}");
            blobs.put("a.webp", b"picture").unwrap();
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file stays");
        assert_eq!(Blobs::new(&folder, NOW, true).get("a.webp"), None);
    }

    #[test]
    fn what_nobody_uses_goes_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(folder.path(), NOW, false);
        let days_ago = |key: &str, days: u64| {
            blobs.put(key, b"x").unwrap();
            let file = File::options().append(true).open(folder.path().join(key)).unwrap();
            let then = UNIX_EPOCH + Duration::from_secs(NOW as u64 - days * DAY);
            file.set_modified(then).unwrap();
        };
        for (key, days) in
            [("new", 59), ("old", 61), ("shown", 100), ("read", 100), (".1-1.tmp", 2)]
        {
            days_ago(key, days);
        }
        assert!(blobs.get("read").is_some());
        blobs.clean(&|key| key == "shown");
        let there = |key: &str| folder.path().join(key).exists();
        let keys = ["new", "old", "shown", "read", ".1-1.tmp"];
        assert_eq!(keys.map(there), [true, false, true, true, false]);
    }
}
