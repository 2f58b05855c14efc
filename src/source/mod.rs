//! The only reader of the author's files: finds them, checks that they stay inside the site, reads them.
//!
//! Takes the site's root folder and gives [`SourceFile`]s sorted by path, so that everything after it
//! sees the same order on every machine. It never writes, and it never follows a link out of the root.

mod stamp;
mod walk;

pub use stamp::Stamp;
pub(crate) use walk::is_ignored_name;

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// Largest text file that is read, in bytes; more is a mistake or an attack.
pub const LIMIT: u64 = 32 * 1024 * 1024;

/// A site's folder.
#[derive(Debug, Clone)]
pub struct Source {
    root: PathBuf,
}

/// One of the author's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path from the site's root, `/`-separated.
    pub path: Arc<str>,
    /// Size in bytes when it was found.
    pub size: u64,
    /// What the file system said of it when it was found.
    pub stamp: Stamp,
}

impl Source {
    /// Opens a folder as a site.
    ///
    /// # Errors
    /// When the folder is not there or is not a folder.
    pub fn open(root: &Path) -> Result<Source, Diagnostic> {
        let name = root.display().to_string();
        let root = root.canonicalize().map_err(|error| {
            Diagnostic::error(
                "source/root",
                format!("cannot open the site's folder `{name}`: {error}"),
            )
            .hint("give an existing folder with `--root`, or make a new site with `byline new DIR`")
        })?;
        if !root.is_dir() {
            return Err(Diagnostic::error("source/root", format!("`{name}` is not a folder"))
                .hint("give the folder that holds `byline.yaml`"));
        }
        Ok(Source { root })
    }

    /// The site's folder on this machine, for the stages that write beside it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file of the site is on this machine.
    pub fn locate(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Whether a file of this name is there.
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// Whether a file of this name is there and no link leads out of the site on the way to it.
    pub fn is_inside(&self, path: &str) -> bool {
        self.inside(path).is_some()
    }

    /// The stamp of one file; none when it is not there, is no file, or a link leads out of the site on the
    /// way to it.
    pub fn stamp(&self, path: &str) -> Option<Stamp> {
        self.inside(path).map(|metadata| Stamp::of(&metadata))
    }

    /// Whether a folder of this name is there.
    pub fn has_folder(&self, path: &str) -> bool {
        self.root.join(path).is_dir()
    }

    /// Reads a file into `buffer` (cleared first).
    ///
    /// # Errors
    /// When it cannot be read or is larger than [`LIMIT`].
    pub fn read_into(&self, file: &SourceFile, buffer: &mut Vec<u8>) -> Result<(), Diagnostic> {
        buffer.clear();
        if file.size > LIMIT {
            return Err(too_large(&file.path, file.size));
        }
        fs::File::open(self.root.join(&*file.path))
            .and_then(|handle| read_whole(handle, file.size as usize, buffer))
            .map_err(|error| unreadable(&file.path, &error))?;
        if buffer.len() as u64 > LIMIT {
            return Err(too_large(&file.path, buffer.len() as u64));
        }
        Ok(())
    }

    /// Reads a whole file by its path from the root.
    ///
    /// # Errors
    /// As [`Source::read_into`], and when a link leads out of the site on the way to it.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let Some(metadata) = self.inside(path) else {
            return Err(match fs::metadata(self.root.join(path)) {
                Err(error) => unreadable(path, &error),
                Ok(_) => outside(path),
            });
        };
        let stamp = Stamp::of(&metadata);
        let file = SourceFile { path: path.into(), size: stamp.size, stamp };
        let mut buffer = Vec::new();
        self.read_into(&file, &mut buffer)?;
        Ok(buffer)
    }

    /// Reads a whole file as text.
    ///
    /// # Errors
    /// As [`Source::read_into`], and when the file is not UTF-8.
    pub fn text(&self, path: &str) -> Result<String, Diagnostic> {
        String::from_utf8(self.read(path)?).map_err(|error| not_text(path, error.as_bytes()))
    }

    /// Reads the first bytes of a file, enough for what an image says of itself.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn head(&self, path: &str, bytes: u64) -> Result<Vec<u8>, Diagnostic> {
        let mut buffer = Vec::new();
        fs::File::open(self.root.join(path))
            .and_then(|handle| handle.take(bytes).read_to_end(&mut buffer))
            .map_err(|error| unreadable(path, &error))?;
        Ok(buffer)
    }

    /// All files below a folder of the site, sorted by path, and what is wrong with some of them.
    /// A folder that is not there has no files.
    pub fn walk(&self, folder: &str) -> (Vec<SourceFile>, Vec<Diagnostic>) {
        walk::walk(&self.root, folder)
    }

    /// What the file system says of a file, if it is one and no link leads out of the site on the way to it.
    fn inside(&self, path: &str) -> Option<fs::Metadata> {
        let mut target = self.root.clone();
        let mut last = None;
        for part in Path::new(path).components() {
            let Component::Normal(part) = part else { return self.followed(path) };
            target.push(part);
            let metadata = fs::symlink_metadata(&target).ok()?;
            if metadata.is_symlink() {
                return self.followed(path);
            }
            last = Some(metadata);
        }
        last.filter(fs::Metadata::is_file)
    }

    /// As [`Source::inside`], for a path with links or steps up.
    fn followed(&self, path: &str) -> Option<fs::Metadata> {
        let target = self.root.join(path).canonicalize().ok()?;
        let is_inside = target.starts_with(&self.root);
        is_inside.then(|| fs::metadata(&target).ok())?.filter(fs::Metadata::is_file)
    }
}

/// Reads a file to its end, or to just beyond [`LIMIT`]; one call to the system if it has the size that it had.
fn read_whole(mut file: fs::File, size: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    // One byte more shows whether it grew.
    buffer.resize(size + 1, 0);
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled == size {
            break;
        }
    }
    if filled <= size {
        buffer.truncate(filled);
        return Ok(());
    }
    file.take(LIMIT + 1 - filled as u64).read_to_end(buffer).map(|_| ())
}

/// The folders at the top of a site; none of one that cannot be read.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// The stamp of any file of this machine; for files of a site see [`Source::stamp`].
pub fn stamp_of(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))
}

fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("source/unreadable", format!("cannot read the file: {error}"))
        .at(Place::file(path))
        .hint("check that the file is there and that you may read it")
}

fn outside(path: &str) -> Diagnostic {
    Diagnostic::error("source/outside", "the link points out of the site's folder")
        .at(Place::file(path))
        .hint("copy the file into the site; Byline reads nothing outside its folder")
}

fn too_large(path: &str, size: u64) -> Diagnostic {
    Diagnostic::error(
        "source/too-large",
        format!("the file has {} MB, more than {} MB", size / 1_000_000, LIMIT / 1_048_576),
    )
    .at(Place::file(path))
    .hint("split the text, or put large data under `static/`")
}

fn not_text(path: &str, bytes: &[u8]) -> Diagnostic {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = String::from_utf8_lossy(&bytes[..valid]).into_owned();
    let mut place = Place::in_text(path, &before, valid..valid);
    place.width = 1;
    Diagnostic::error("source/not-utf8", format!("byte {valid} of the file is not UTF-8"))
        .at(place)
        .hint("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_even_when_it_is_not_as_long_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::open(folder.path()).unwrap();
        let text = "0123456789".repeat(20_000);
        fs::write(folder.path().join("a"), &text).unwrap();
        let mut buffer = b"left from before".to_vec();
        for size in [0, 1, 9, text.len() - 1, text.len(), text.len() + 1, text.len() * 3] {
            let size = size as u64;
            let file = SourceFile { path: "a".into(), size, stamp: Stamp::default() };
            source.read_into(&file, &mut buffer).unwrap();
            assert!(buffer == text.as_bytes(), "{size}");
        }
        assert_eq!(source.read("a").unwrap(), text.as_bytes());
    }
}
