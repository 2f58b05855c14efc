//! Where files stand, whole, between being written and being published: a folder inside the output folder.
//!
//! It is made when the first file needs it: a build that changes nothing leaves no trace. An output that was
//! there before is staged under its number in the list of the last build, so that no folders are made for it;
//! one that is new stands in a tree of its own, so that a folder that is new is published in one step.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::New;

/// Name of the folder inside the output folder.
const NAME: &str = ".byline-staging";
/// The tree of new files.
const NEW: &str = "new";
/// Files for those of the last build, by number.
const AGAIN: &str = "again";

#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
    /// Folders that are there, below `path`.
    folders: Mutex<FxHashSet<String>>,
}

impl Staging {
    /// For an output folder; what a killed build left is removed.
    pub fn open(output: &Path) -> io::Result<Staging> {
        let staging = Staging { path: output.join(NAME), folders: Mutex::default() };
        staging.remove()?;
        Ok(staging)
    }

    /// Where an output is written; its folder is there. `number` is its place in the list of the last build.
    pub fn place(&self, path: &str, number: Option<usize>) -> io::Result<PathBuf> {
        match (number, path.rfind('/')) {
            (Some(_), _) => self.make(AGAIN)?,
            (None, None) => self.make(NEW)?,
            (None, Some(at)) => self.make(&format!("{NEW}/{}", &path[..at]))?,
        }
        Ok(self.locate(path, number))
    }

    fn make(&self, folder: &str) -> io::Result<()> {
        let folders = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = folders().contains(folder);
        if !is_known {
            // Two threads may make one folder; none may count on it before it is there.
            fs::create_dir_all(self.path.join(folder))?;
            folders().insert(folder.to_string());
        }
        Ok(())
    }

    fn locate(&self, path: &str, number: Option<usize>) -> PathBuf {
        match number {
            Some(number) => self.path.join(format!("{AGAIN}/{number}")),
            None => self.path.join(format!("{NEW}/{path}")),
        }
    }

    /// Moves files, sorted by path, to where they belong.
    pub fn publish(&self, output: &Path, files: &[New]) -> io::Result<()> {
        self.publish_new(output, files.iter().filter(|file| file.number.is_none()))?;
        let again = files.par_iter().with_min_len(64).filter(|file| file.number.is_some());
        again.try_for_each(|file| {
            let (from, to) = (self.locate(&file.path, file.number), output.join(&file.path));
            match (fs::rename(&from, &to), to.parent()) {
                (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
                    // Its folder was removed by hand.
                    fs::create_dir_all(folder)?;
                    fs::rename(from, to)
                }
                (result, _) => result,
            }
        })
    }

    /// Moves the tree of new files: a folder that is not there yet in one step.
    fn publish_new<'a>(
        &self,
        output: &Path,
        files: impl Iterator<Item = &'a New>,
    ) -> io::Result<()> {
        let mut moved = "";
        for New { path, .. } in files {
            if !moved.is_empty() && is_below(path, moved) {
                continue;
            }
            match fs::rename(self.locate(path, None), output.join(path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    moved = self.move_folder(output, path).ok_or(error)??;
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// Moves the topmost folder of a path that is not there yet, with all that it holds. None if all are.
    fn move_folder<'a>(&self, output: &Path, path: &'a str) -> Option<io::Result<&'a str>> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        let is_missing = |folder: &&str| {
            fs::symlink_metadata(output.join(folder))
                .is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        let folder = { folders }.find(is_missing)?;
        Some(fs::rename(self.locate(folder, None), output.join(folder)).map(|()| folder))
    }

    /// Removes the folder with all that it holds, if it is there.
    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
