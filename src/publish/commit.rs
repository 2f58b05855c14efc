//! The moment in which a staged build becomes the published one.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use super::manifest::{self, Entry};
use super::{New, Published, Publisher, cannot_write, hash_file};
use crate::diagnostic::Diagnostic;

impl Publisher {
    /// Publishes what was staged and removes what Byline wrote earlier and does not make any more. If that is
    /// nothing at all, nothing in the output folder is touched.
    ///
    /// # Errors
    /// When a file of somebody else stands in the way (then nothing was changed), or a file cannot be renamed.
    pub fn commit(self) -> Result<Published, Vec<Diagnostic>> {
        let new = self.take_new();
        let mut is_staged = vec![false; self.old.len()];
        new.iter().filter_map(|file| file.number).for_each(|number| is_staged[number] = true);
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for number in (0..self.old.len()).filter(|number| !is_staged[*number]) {
            let (path, entry) = self.old.file(number);
            match self.kept[number].load(Ordering::Relaxed) {
                true => kept.push((path, entry)),
                false => gone.push(path),
            }
        }
        let mut published = Published { unchanged: kept.len(), ..Published::default() };
        if new.is_empty() && gone.is_empty() && !self.old.is_torn() {
            return Ok(published);
        }
        let foreign = self.in_the_way(&new);
        if !foreign.is_empty() {
            self.abort();
            return Err(foreign);
        }
        let mut files = kept;
        files.extend(new.iter().map(|file| (&*file.path, &file.entry)));
        // Two sorted runs: this is a merge.
        files.sort_by_key(|(path, _)| *path);
        published.removed = self
            .publish(&new, &gone, &files)
            .map_err(|error| vec![cannot_write(&self.name, &error)])?;
        drop(files);
        published.written = new.into_iter().map(|file| file.path).collect();
        Ok(published)
    }

    /// What was staged, sorted by path; of two files for one path the later one.
    pub(super) fn take_new(&self) -> Vec<New> {
        let mut new = std::mem::take(&mut *self.new.lock().unwrap_or_else(PoisonError::into_inner));
        new.sort_by(|a, b| a.path.cmp(&b.path));
        new.dedup_by(|later, earlier| {
            let is_same = later.path == earlier.path;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        new
    }

    /// The list, what makes way, the new files, what is gone, the end. Returns what was removed, sorted.
    fn publish(
        &self,
        new: &[New],
        gone: &[&str],
        files: &[(&str, &Entry)],
    ) -> io::Result<Vec<String>> {
        manifest::announce(&self.output, files.iter().copied())?;
        // What stands where a folder must be, or in a folder where a file must be, goes first: it is ours,
        // or we would not be here.
        let makes_way = |path: &&str| has_below(new, path) || is_below_a_file(new, path);
        let (first, last): (Vec<&str>, Vec<&str>) = gone.iter().copied().partition(makes_way);
        let mut removed = remove(&self.output, &first)?;
        self.staging.publish(&self.output, new)?;
        removed.extend(remove(&self.output, &last)?);
        removed.sort_unstable();
        manifest::settle(&self.output)?;
        self.staging.remove()?;
        Ok(removed)
    }

    /// Files that Byline did not write and that stand where an output belongs.
    fn in_the_way(&self, new: &[New]) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut folders = FxHashSet::default();
        // Nothing is in the way in a folder that is not there.
        let mut missing = "";
        for file in new {
            let path = &*file.path;
            let is_free = path.strip_prefix(missing).is_some_and(|rest| rest.starts_with('/'));
            if is_free && !missing.is_empty() {
                continue;
            }
            match self.way_to(path, &mut folders) {
                Way::Open => {}
                Way::Free(folder) => {
                    missing = folder;
                    continue;
                }
                Way::Ours => continue,
                Way::Foreign(name) => {
                    problems.push(foreign(&self.name, name));
                    continue;
                }
            }
            let is_foreign = match fs::symlink_metadata(self.output.join(path)) {
                Err(_) => false,
                Ok(metadata) if metadata.is_dir() => !self.holds_only_ours(path),
                Ok(_) if file.number.is_some() => false,
                // A file that is as it will be is nobody's loss.
                Ok(metadata) => {
                    let hash = || hash_file(&self.output.join(path));
                    !(metadata.is_file() && hash().is_ok_and(|hash| hash == file.entry.hash))
                }
            };
            if is_foreign {
                problems.push(foreign(&self.name, path));
            }
        }
        problems.sort_by(|a, b| a.message.cmp(&b.message));
        problems.dedup();
        problems
    }

    /// Looks at the folders of a path, each once.
    fn way_to<'a>(&self, path: &'a str, folders: &mut FxHashSet<&'a str>) -> Way<'a> {
        for (at, _) in path.match_indices('/') {
            let name = &path[..at];
            if folders.contains(name) {
                continue;
            }
            match fs::symlink_metadata(self.output.join(name)) {
                Err(_) => return Way::Free(name),
                Ok(metadata) if metadata.is_dir() => drop(folders.insert(name)),
                Ok(metadata) if metadata.is_file() && self.old.find(name).is_some() => {
                    return Way::Ours;
                }
                // A link leads to files of somebody else, even where a folder of ours was.
                Ok(_) => return Way::Foreign(name),
            }
        }
        Way::Open
    }

    /// Whether a folder that must make way for a file will be gone when Byline's files below it are.
    fn holds_only_ours(&self, folder: &str) -> bool {
        let Ok(entries) = fs::read_dir(self.output.join(folder)) else { return false };
        self.old.has_below(folder)
            && entries.flatten().all(|entry| {
                let Ok(name) = entry.file_name().into_string() else { return false };
                let path = format!("{folder}/{name}");
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => self.holds_only_ours(&path),
                    Ok(_) => self.old.find(&path).is_some(),
                    Err(_) => false,
                }
            })
    }
}

/// What stands where the folders of an output belong.
enum Way<'a> {
    /// Folders, all of them.
    Open,
    /// This one is not there.
    Free(&'a str),
    /// A file that Byline wrote; it makes way.
    Ours,
    /// Something of somebody else.
    Foreign(&'a str),
}

/// Whether a new file stands below that path. `new` is sorted.
fn has_below(new: &[New], path: &str) -> bool {
    let folder = format!("{path}/");
    let at = new.partition_point(|file| *file.path < *folder);
    new.get(at).is_some_and(|file| file.path.starts_with(&folder))
}

/// Whether that path goes through a new file. `new` is sorted.
fn is_below_a_file(new: &[New], path: &str) -> bool {
    let is_new = |folder: &str| new.binary_search_by(|file| (*file.path).cmp(folder)).is_ok();
    path.match_indices('/').any(|(at, _)| is_new(&path[..at]))
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
