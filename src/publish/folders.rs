//! Whether the folders on the way to an output are folders: what stands behind a link is somebody else's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::manifest::Manifest;

/// From so many folders in it on, a folder is listed instead of asking for each.
const MANY: usize = 64;

/// Folders, and whether each is one and no link.
pub(super) type Listed = FxHashMap<String, bool>;

/// Folders that were looked at, each once.
pub(super) struct Folders<'a> {
    listed: &'a Listed,
    known: Listed,
}

impl<'a> Folders<'a> {
    /// Starts with what is known already.
    pub fn with(listed: &'a Listed) -> Folders<'a> {
        Folders { listed, known: Listed::default() }
    }

    /// Whether all folders on the way to a file, or up to a last `/`, are folders.
    pub fn are_plain(&mut self, output: &Path, path: &str) -> bool {
        let Some((folder, _)) = path.rsplit_once('/') else { return true };
        if let Some(is_plain) = self.listed.get(folder).or_else(|| self.known.get(folder)) {
            return *is_plain;
        }
        let is_plain = self.are_plain(output, folder)
            && fs::symlink_metadata(output.join(folder)).is_ok_and(|metadata| metadata.is_dir());
        self.known.insert(folder.to_string(), is_plain);
        is_plain
    }
}

/// Looks at the folders of a list that stand in large numbers side by side, like those of articles: the listing
/// of the folder above tells of all of them what they are.
pub(super) fn list(output: &Path, manifest: &Manifest) -> Listed {
    // By the folder above, with its `/` at the end.
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = "";
    for path in manifest.paths() {
        let Some((folder, _)) = path.rsplit_once('/') else { continue };
        if folder == last {
            continue;
        }
        last = folder;
        let above = folder.rfind('/').map_or("", |at| &folder[..=at]);
        *counts.entry(above).or_default() += 1;
    }
    let mut listed = Listed::default();
    let nothing = Listed::default();
    let mut folders = Folders::with(&nothing);
    for (above, count) in counts {
        if count < MANY || !folders.are_plain(output, above) {
            continue;
        }
        let Ok(entries) = fs::read_dir(output.join(above)) else { continue };
        for entry in entries.flatten() {
            if let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) {
                listed.insert(format!("{above}{name}"), kind.is_dir());
            }
        }
    }
    listed
}
