//! Finds the font files of the system, and joins them with those of the theme.
//!
//! Only names and sizes are looked at here; [`Fonts`] opens what it needs, when the first card is drawn.

use std::env;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

use walkdir::WalkDir;

use crate::asset::social::{FontFile, Fonts};
use crate::engine::Fingerprint;

/// No system has so many; a link to the root of the disk must not stall a build.
const MAX_FILES: usize = 20_000;

/// All fonts there are. `theme` holds the font files of the site and its theme: name and bytes.
/// With `is_theme_only` the system's are not looked at: then the cards are the same on every machine.
pub(super) fn find(theme: Vec<(String, Vec<u8>)>, is_theme_only: bool) -> Fonts {
    let mut files: Vec<FontFile> =
        theme.into_iter().map(|(name, bytes)| FontFile::Theme { name, bytes }).collect();
    if !is_theme_only {
        files.extend(system());
    }
    Fonts::new(files, read)
}

/// Fingerprint of the fonts of the system.
pub(super) fn print_of_system() -> Fingerprint {
    Fingerprint::from_hash(&Fonts::new(system(), read).fingerprint())
}

/// The font files in the folders of the system; what cannot be read is not there.
fn system() -> Vec<FontFile> {
    let folders = folders();
    let entries = folders.iter().flat_map(|folder| {
        WalkDir::new(folder).follow_links(true).max_depth(8).into_iter().filter_map(Result::ok)
    });
    let font = |entry: walkdir::DirEntry| {
        let path = entry.path();
        let ending = path.extension()?.to_str()?;
        let is_font =
            ["ttf", "otf", "ttc", "otc"].iter().any(|font| ending.eq_ignore_ascii_case(font));
        if !is_font || !entry.file_type().is_file() {
            return None;
        }
        let size = entry.metadata().ok()?.len();
        Some(FontFile::System { path: path.to_str()?.to_string(), size })
    };
    entries.take(MAX_FILES).filter_map(font).collect()
}

/// Where systems keep fonts: the XDG base directories, and the folders that Apple and Microsoft document.
fn folders() -> Vec<PathBuf> {
    let variable =
        |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = variable("HOME");
    let mut folders = Vec::new();
    if cfg!(windows) {
        let windows = variable("SYSTEMROOT").unwrap_or_else(|| PathBuf::from("C:\\Windows"));
        folders.push(windows.join("Fonts"));
        folders
            .extend(variable("LOCALAPPDATA").map(|local| local.join("Microsoft\\Windows\\Fonts")));
    } else if cfg!(target_os = "macos") {
        folders.extend(["/System/Library/Fonts", "/Library/Fonts"].map(PathBuf::from));
        folders.extend(home.map(|home| home.join("Library/Fonts")));
    } else {
        let shared =
            variable("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
        folders.extend(env::split_paths(&shared).map(|data| data.join("fonts")));
        folders.extend(["/usr/local/share/fonts", "/usr/share/fonts"].map(PathBuf::from));
        folders.push("/run/current-system/sw/share/X11/fonts".into());
        let own = variable("XDG_DATA_HOME").or_else(|| Some(home.clone()?.join(".local/share")));
        folders.extend(own.map(|data| data.join("fonts")));
        folders.extend(home.map(|home| home.join(".fonts")));
    }
    folders.sort();
    folders.dedup();
    folders
}

/// A range of bytes of a file; `None` if it is shorter or cannot be read.
fn read(path: &str, range: Range<u64>) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::Start(range.start)).ok()?;
    let length = range.end.checked_sub(range.start)?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}
