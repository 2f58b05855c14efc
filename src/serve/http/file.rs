//! Files on their way to a browser: opened once, read in pieces, never whole.

use std::collections::VecDeque;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::time::UNIX_EPOCH;

use hyper::body::Bytes;

use super::etag::Etag;

/// Bytes that are in memory of a file at a time.
const PIECE: u64 = 64 * 1024;

/// A file that can be sent.
#[derive(Debug)]
pub(super) struct Opened {
    file: File,
    pub bytes: u64,
    pub etag: Etag,
}

impl Opened {
    /// Opens a file to be read.
    ///
    /// # Errors
    /// When it cannot be opened, or is no file: a pipe would be waited for.
    pub(super) fn new(path: &Path) -> io::Result<Opened> {
        if !fs::metadata(path)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let file = File::open(path)?;
        let facts = file.metadata()?;
        let since = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let nanoseconds = since.map_or(0, |since| since.as_nanos());
        let etag = Etag::of_file(facts.len(), nanoseconds, inode(&facts));
        Ok(Opened { file, bytes: facts.len(), etag })
    }

    /// What is to be sent of it.
    pub(super) fn slices(self, slices: Vec<Slice>) -> Slices {
        Slices { file: self.file, left: slices.into() }
    }
}

#[cfg(unix)]
fn inode(facts: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(facts)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// Parts of a file with what stands between them.
#[derive(Debug)]
pub(super) struct Slices {
    file: File,
    left: VecDeque<Slice>,
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slice {
    Text(Bytes),
    /// Of the file; bytes from its start.
    Part(Range<u64>),
}

impl Slice {
    fn length(&self) -> u64 {
        match self {
            Slice::Text(text) => text.len() as u64,
            Slice::Part(part) => part.end.saturating_sub(part.start),
        }
    }
}

impl Slices {
    /// How many bytes are left.
    pub(super) fn length(&self) -> u64 {
        self.left.iter().map(Slice::length).sum()
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, or became shorter.
    pub(super) fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            match self.left.pop_front() {
                None => return Ok(None),
                Some(Slice::Text(text)) => return Ok(Some(text)),
                Some(Slice::Part(part)) if part.start >= part.end => {}
                Some(Slice::Part(part)) => {
                    let length = (part.end - part.start).min(PIECE);
                    let mut piece = vec![0; usize::try_from(length).unwrap_or(0)];
                    self.file.seek(SeekFrom::Start(part.start))?;
                    self.file.read_exact(&mut piece)?;
                    self.left.push_front(Slice::Part(part.start + length..part.end));
                    return Ok(Some(piece.into()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_read_in_pieces_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big");
        let bytes: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
        fs::write(&path, &bytes).unwrap();
        let file = Opened::new(&path).unwrap();
        assert_eq!(file.bytes, 200_000);
        let text = Slice::Text(Bytes::from_static(b"--"));
        let mut slices = file.slices(vec![
            Slice::Part(199_990..200_000),
            text,
            Slice::Part(3..3),
            Slice::Part(0..150_000),
        ]);
        assert_eq!(slices.length(), 150_012);
        let mut read = Vec::new();
        while let Some(piece) = slices.next().unwrap() {
            assert!(piece.len() as u64 <= PIECE);
            read.extend_from_slice(&piece);
        }
        assert_eq!(read, [&bytes[199_990..], b"--", &bytes[..150_000]].concat());
    }

    #[test]
    fn a_file_that_became_shorter_is_an_error_and_a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("short");
        fs::write(&path, "abc").unwrap();
        let file = Opened::new(&path).unwrap();
        assert!(file.slices(vec![Slice::Part(0..4)]).next().is_err());
        assert!(Opened::new(folder.path()).is_err());
    }
}
