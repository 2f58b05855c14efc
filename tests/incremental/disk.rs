//! A site's folder on disk: only what an edit changed is written, the way editors and people do.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::edit::Way;

pub type Tree = BTreeMap<String, Vec<u8>>;

/// The folder and what it holds.
pub struct Disk {
    root: PathBuf,
    files: Tree,
    /// How many times something was written.
    writes: usize,
}

impl Disk {
    pub fn new(root: &Path) -> Disk {
        Disk { root: root.to_path_buf(), files: Tree::new(), writes: 0 }
    }

    /// Makes the folder hold these files.
    pub fn update(&mut self, files: Tree, way: &Way) {
        match way {
            Way::Write => self.write(files),
            Way::Rename(from, to) => {
                if let Some(bytes) = self.files.remove(from) {
                    make_folder(&self.root.join(to));
                    fs::rename(self.root.join(from), self.root.join(to))
                        .expect("a file that moves");
                    self.files.insert(to.clone(), bytes);
                    self.remove_empty(from);
                }
                self.write(files);
            }
            Way::Swap(one, two) => {
                self.swap(one, two);
                self.write(files);
            }
            Way::Quiet(path) => {
                let before = modified(&self.root.join(path));
                // In place: the file stays the same file.
                if let Some(bytes) = files.get(path) {
                    fs::write(self.root.join(path), bytes).expect("a file that is there");
                    self.files.insert(path.clone(), bytes.clone());
                }
                self.stamp(path, before);
                self.write(files);
            }
            Way::Old(path) => {
                self.write(files);
                self.stamp(path, UNIX_EPOCH + Duration::from_secs(1_000_000_000));
            }
            Way::Touch(path) => {
                self.write(files);
                // A clock that was wrong once leaves times to come.
                let ahead =
                    Duration::from_secs(if path.len().is_multiple_of(2) { 7200 } else { 0 });
                self.stamp(path, SystemTime::now() + ahead);
            }
        }
    }

    /// Two files change places and each place keeps its time.
    fn swap(&mut self, one: &str, two: &str) {
        let (first, second) = (self.root.join(one), self.root.join(two));
        let times = (modified(&first), modified(&second));
        let between = self.root.join("between");
        fs::rename(&first, &between).expect("the first");
        fs::rename(&second, &first).expect("the second");
        fs::rename(&between, &second).expect("the first again");
        self.stamp(one, times.0);
        self.stamp(two, times.1);
        let (a, b) = (self.files.remove(one), self.files.remove(two));
        self.files.extend(b.map(|bytes| (one.to_string(), bytes)));
        self.files.extend(a.map(|bytes| (two.to_string(), bytes)));
    }

    fn write(&mut self, files: Tree) {
        let gone: Vec<String> =
            self.files.keys().filter(|path| !files.contains_key(*path)).cloned().collect();
        for path in gone {
            fs::remove_file(self.root.join(&path)).expect("a file that goes");
            self.remove_empty(&path);
        }
        for (path, bytes) in &files {
            if self.files.get(path) == Some(bytes) {
                continue;
            }
            self.writes += 1;
            let target = self.root.join(path);
            make_folder(&target);
            if self.writes.is_multiple_of(2) {
                // Many editors write beside and rename.
                let beside = self.root.join(format!("{path}.tmp"));
                fs::write(&beside, bytes).expect("a file beside");
                fs::rename(beside, target).expect("a file that is there now");
            } else {
                fs::write(target, bytes).expect("a file");
            }
        }
        self.files = files;
    }

    fn stamp(&self, path: &str, time: SystemTime) {
        let file =
            File::options().write(true).open(self.root.join(path)).expect("a file with a time");
        file.set_modified(time).expect("a time");
    }

    /// Folders that hold nothing any more go.
    fn remove_empty(&self, path: &str) {
        let mut folder = Path::new(path).parent();
        while let Some(name) = folder.filter(|name| name.components().count() > 1) {
            if fs::remove_dir(self.root.join(name)).is_err() {
                break;
            }
            folder = name.parent();
        }
    }
}

fn make_folder(path: &Path) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders of a file");
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|about| about.modified()).expect("a time of change")
}
