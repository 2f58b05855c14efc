//! The moment in which a staged build becomes the published one.

use std::fs;
use std::io;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entries, Fate, Manifest, Published, Publisher, cannot_write, hash_file, remove_all};
use crate::diagnostic::Diagnostic;

impl Publisher {
    /// Publishes what was staged and removes what Byline wrote earlier and does not make any more.
    ///
    /// # Errors
    /// When a file of somebody else stands in the way (then nothing was changed), or a file cannot be renamed.
    pub fn commit(self) -> Result<Published, Vec<Diagnostic>> {
        let mut published = Published::default();
        let mut entries = Entries::new();
        let staged = std::mem::take(
            &mut *self.new.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        for (path, entry, fate) in staged {
            match fate {
                Fate::Written => published.written.push(path.clone()),
                Fate::Unchanged => published.unchanged += 1,
            }
            entries.insert(path, entry);
        }
        published.written.sort();
        let gone: Vec<String> = self
            .old
            .paths()
            .filter(|path| !entries.contains_key(*path))
            .map(str::to_string)
            .collect();
        let foreign = self.in_the_way(&published.written, &entries);
        if !foreign.is_empty() {
            self.abort();
            return Err(foreign);
        }
        let failed = |error: io::Error| vec![cannot_write(&self.name, &error)];
        let manifest = Manifest { entries };
        if published.written.is_empty() && gone.is_empty() && manifest == self.old {
            remove_all(&self.staging).map_err(failed)?;
            return Ok(published);
        }
        manifest.announce(&self.output).map_err(failed)?;
        // What stands where a folder must be goes first: it is ours, or we would not be here.
        let blocking: Vec<&str> = gone
            .iter()
            .map(|path| &**path)
            .filter(|path| self.staging.join(path).is_dir())
            .collect();
        published.removed = remove(&self.output, &blocking).map_err(failed)?;
        let makes_way: Vec<&str> = gone
            .iter()
            .map(|path| &**path)
            .filter(|path| under_a_file(&published.written, path))
            .collect();
        published.removed.extend(remove(&self.output, &makes_way).map_err(failed)?);
        rename_tree(&self.staging, &self.output).map_err(failed)?;
        let rest: Vec<&str> = gone.iter().map(|path| &**path).collect();
        published.removed.extend(remove(&self.output, &rest).map_err(failed)?);
        published.removed.sort();
        Manifest::settle(&self.output).map_err(failed)?;
        remove_all(&self.staging).map_err(failed)?;
        Ok(published)
    }

    /// Files that Byline did not write and that stand where an output belongs.
    fn in_the_way(&self, written: &[String], entries: &Entries) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for path in written {
            let mut at = 0;
            while let Some(next) = path[at..].find('/').map(|next| at + next) {
                let name = &path[..next];
                at = next + 1;
                if known.contains(name) {
                    continue;
                }
                match fs::symlink_metadata(self.output.join(name)) {
                    Err(_) => break,
                    Ok(metadata) if metadata.is_dir() => drop(known.insert(name)),
                    Ok(metadata) if metadata.is_file() && self.old.get(name).is_some() => break,
                    // A link leads to files of somebody else, even where a folder of ours was.
                    Ok(_) => {
                        problems.push(foreign(&self.name, name));
                        break;
                    }
                }
            }
            if self.old.get(path).is_some() {
                continue;
            }
            let target = self.output.join(path);
            let Ok(metadata) = fs::symlink_metadata(&target) else { continue };
            let holds_ours_only = || {
                let folder = format!("{path}/");
                self.old.paths().any(|old| old.starts_with(&folder))
            };
            if metadata.is_dir() {
                if !holds_ours_only() {
                    problems.push(foreign(&self.name, path));
                }
                continue;
            }
            let is_same = entries
                .get(path)
                .is_some_and(|entry| hash_file(&target).is_ok_and(|(hash, _)| hash == entry.hash));
            if !is_same {
                problems.push(foreign(&self.name, path));
            }
        }
        problems.sort_by(|a, b| a.message.cmp(&b.message));
        problems.dedup();
        problems
    }
}

fn under_a_file(written: &[String], path: &str) -> bool {
    let mut folder = path;
    while let Some(at) = folder.rfind('/') {
        folder = &folder[..at];
        if written.binary_search_by(|other| other.as_str().cmp(folder)).is_ok() {
            return true;
        }
    }
    false
}

fn foreign(output: &str, path: &str) -> Diagnostic {
    Diagnostic::error(
        "publish/foreign",
        format!(
            "`{path}` in `{output}` was not written by Byline and stands where an output belongs"
        ),
    )
    .hint("move it away, or give another folder with `--output`; nothing was published")
}

/// Moves everything below `from` to `to`: a folder that is not there yet in one step.
fn rename_tree(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() && target.is_dir() {
            rename_tree(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Removes files below a folder and the folders that are empty then. Returns those that were there.
pub(super) fn remove(output: &Path, paths: &[&str]) -> io::Result<Vec<String>> {
    let mut removed = Vec::new();
    let mut known: FxHashMap<&str, bool> = FxHashMap::default();
    for path in paths {
        // What stands behind a link is not ours, even where a folder of ours was.
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let is_ours = folders.all(|folder| {
            *known.entry(folder).or_insert_with(|| {
                fs::symlink_metadata(output.join(folder)).is_ok_and(|metadata| metadata.is_dir())
            })
        });
        if !is_ours {
            continue;
        }
        match fs::remove_file(output.join(path)) {
            Ok(()) => removed.push((*path).to_string()),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                continue;
            }
            Err(error) if output.join(path).is_dir() => {
                let _ = error;
                continue;
            }
            Err(error) => return Err(error),
        }
        let mut folder = *path;
        while let Some(at) = folder.rfind('/') {
            folder = &folder[..at];
            if fs::remove_dir(output.join(folder)).is_err() {
                break;
            }
        }
    }
    Ok(removed)
}
