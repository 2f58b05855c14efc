//! The font files that the caller found, and what is in them once a card needs it.
//!
//! Names and sizes are enough for the fingerprint; a file is opened when the first card is drawn, and read as a whole
//! only when letters are taken from it.

use std::fmt;
use std::ops::Range;
#[cfg(feature = "cards")]
use std::sync::OnceLock;

#[cfg(feature = "cards")]
use super::face::{Face, Faces};

/// Reads a range of bytes of a file of the system by its path; `None` if that fails or the file is shorter.
type Read = dyn Fn(&str, Range<u64>) -> Option<Vec<u8>> + Send + Sync;

/// A file with one or more fonts: TrueType, OpenType or a collection of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FontFile {
    /// Of the theme or the site: its letters come before all others.
    Theme { name: String, bytes: Vec<u8> },
    /// Of the system, read on demand.
    System { path: String, size: u64 },
}

/// All fonts that cards may be drawn with.
pub struct Fonts {
    #[cfg_attr(not(feature = "cards"), expect(dead_code, reason = "no card is drawn"))]
    files: Vec<FontFile>,
    #[cfg_attr(not(feature = "cards"), expect(dead_code, reason = "no card is drawn"))]
    read: Box<Read>,
    fingerprint: [u8; 32],
    #[cfg(feature = "cards")]
    faces: OnceLock<Faces>,
}

impl Fonts {
    /// Takes the files in any order; `read` reads those of the system. Opens nothing yet.
    pub fn new(
        mut files: Vec<FontFile>,
        read: impl Fn(&str, Range<u64>) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Fonts {
        files.sort_by(|a, b| a.place().cmp(&b.place()));
        files.dedup();
        let fingerprint = fingerprint(&files);
        Fonts {
            files,
            read: Box::new(read),
            fingerprint,
            #[cfg(feature = "cards")]
            faces: OnceLock::new(),
        }
    }

    /// Tells which fonts are there: names and sizes of the system's files, names and bytes of the theme's.
    /// The folders do not matter.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The faces of all files. The first call opens each file for its tables of names and characters.
    #[cfg(feature = "cards")]
    pub(super) fn faces(&self) -> &[Face] {
        &self.faces.get_or_init(|| Faces::of(&self.files, &*self.read)).faces
    }

    /// The bytes of the file that a face is in, read once.
    #[cfg(feature = "cards")]
    pub(super) fn open(&self, face: usize) -> Option<harfrust::Font> {
        self.faces.get_or_init(|| Faces::of(&self.files, &*self.read)).open(
            face,
            &self.files,
            &*self.read,
        )
    }
}

#[cfg(all(test, feature = "cards"))]
impl Fonts {
    /// The path of any font that is read from the system.
    pub(super) fn first_file(&self) -> Option<&str> {
        self.files.iter().find_map(|file| match file {
            FontFile::System { path, .. } => Some(&**path),
            FontFile::Theme { .. } => None,
        })
    }
}

impl FontFile {
    /// The theme's first, each kind in the order of names.
    fn place(&self) -> (bool, &str, &str) {
        match self {
            FontFile::Theme { name, .. } => (false, name, ""),
            FontFile::System { path, .. } => (true, last(path), path),
        }
    }
}

/// The name of a file without its folder.
fn last(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn fingerprint(files: &[FontFile]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let (kind, name, size) = match file {
            FontFile::Theme { name, bytes } => (0, &**name, bytes.len() as u64),
            FontFile::System { path, size } => (1, last(path), *size),
        };
        hasher.update(&[kind]);
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(&size.to_le_bytes());
        if let FontFile::Theme { bytes, .. } = file {
            hasher.update(bytes);
        }
    }
    *hasher.finalize().as_bytes()
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}
