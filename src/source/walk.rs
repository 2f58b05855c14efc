//! Finds files below a folder: sorted, without editors' leftovers, never outside the site.
//!
//! A folder is listed by one thread; what it holds is looked at by all of them. Each file costs one call to
//! the system, made relative to its folder. Links are rare and cost more: where they lead is found out before
//! anything behind them is looked at.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::{SourceFile, Stamp};
use crate::diagnostic::{self, Diagnostic, Place};

/// So many files of a folder are looked at by one thread at a time, while the next ones are listed.
const TOGETHER: usize = 256;

/// See [`super::Source::walk`].
pub(super) fn walk(root: &Path, folder: &str) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let path = root.join(folder);
    let Ok(real) = path.canonicalize() else { return Default::default() };
    if !real.starts_with(root) {
        return (Vec::new(), vec![super::outside(folder)]);
    }
    if !real.is_dir() {
        return Default::default();
    }
    let name = folder.trim_end_matches('/').to_string();
    let Found { mut files, mut problems } = Folder { root, path, name, real, above: None }.walk();
    // Files come folder by folder; `a-b/` stands before `a/`.
    files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    diagnostic::sort(&mut problems);
    (files, problems)
}

/// A folder on the way down.
struct Folder<'a> {
    root: &'a Path,
    /// Where it was found, links on the way included.
    path: PathBuf,
    /// The same from the root, `/`-separated; empty for the root itself.
    name: String,
    /// Where it is.
    real: PathBuf,
    above: Option<&'a Folder<'a>>,
}

/// What stands below a folder, and what is wrong there.
#[derive(Default)]
struct Found {
    files: Vec<SourceFile>,
    problems: Vec<Diagnostic>,
}

/// A name in a folder that is not an ordinary file.
enum Other {
    Folder(OsString),
    Link(OsString),
}

impl Folder<'_> {
    fn walk(&self) -> Found {
        let mut found = Found::default();
        let others = match self.list(&mut found) {
            Ok(others) => others,
            Err(error) => {
                found.problems.push(unreadable(&self.name, &error));
                return found;
            }
        };
        let below: Vec<Found> = others.into_par_iter().map(|other| self.descend(other)).collect();
        for mut below in below {
            if found.files.is_empty() {
                found.files = below.files;
            } else {
                found.files.append(&mut below.files);
            }
            found.problems.append(&mut below.problems);
        }
        found
    }

    /// Takes the ordinary files of this folder and gives the names of what else is there. The folder is closed
    /// before anything below it is opened.
    fn list(&self, found: &mut Found) -> io::Result<Vec<Other>> {
        let mut others = Vec::new();
        let look_at = |entries: Vec<DirEntry>, found: &Mutex<&mut Found>| {
            let (files, problems) = self.files(entries);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.files.extend(files);
            found.problems.extend(problems);
        };
        let found = &Mutex::new(found);
        rayon::in_place_scope(|scope| {
            let mut entries = Vec::new();
            for entry in WalkDir::new(&self.path).min_depth(1).max_depth(1) {
                let entry = entry?;
                let kind = entry.file_type();
                if kind.is_file() {
                    entries.push(entry);
                } else if kind.is_dir() {
                    others.push(Other::Folder(entry.file_name().to_owned()));
                } else if kind.is_symlink() {
                    others.push(Other::Link(entry.file_name().to_owned()));
                }
                if entries.len() == TOGETHER {
                    let entries = std::mem::take(&mut entries);
                    scope.spawn(move |_| look_at(entries, found));
                }
            }
            look_at(entries, found);
            Ok(others)
        })
    }

    fn files(&self, entries: Vec<DirEntry>) -> (Vec<SourceFile>, Vec<Diagnostic>) {
        let (mut files, mut problems) = (Vec::with_capacity(entries.len()), Vec::new());
        for file in entries.iter().filter_map(|entry| self.file(entry)) {
            match file {
                Ok(file) => files.push(file),
                Err(problem) => problems.push(problem),
            }
        }
        (files, problems)
    }

    fn file(&self, entry: &DirEntry) -> Option<Result<SourceFile, Diagnostic>> {
        let name = entry.file_name();
        if is_ignored(name) {
            return None;
        }
        let Some(name) = name.to_str() else { return Some(Err(self.nameless(name))) };
        // A file that went in the meantime shows when it is read.
        let stamp = entry.metadata().map_or_else(|_| Stamp::default(), |found| Stamp::of(&found));
        Some(Ok(SourceFile { path: self.name_of(name).into(), size: stamp.size, stamp }))
    }

    /// What a folder or a link in this folder leads to.
    fn descend(&self, other: Other) -> Found {
        let (Other::Folder(name) | Other::Link(name)) = &other;
        if is_ignored(name) {
            return Found::default();
        }
        let path = self.path.join(name);
        let Some(text) = name.to_str() else { return problem(self.nameless(name)) };
        let name = self.name_of(text);
        let real = match &other {
            Other::Folder(part) => self.real.join(part),
            Other::Link(_) => match path.canonicalize() {
                Ok(real) if !real.starts_with(self.root) => return problem(super::outside(&name)),
                Ok(real) => real,
                Err(error) => return problem(unreadable(&name, &error)),
            },
        };
        if matches!(other, Other::Link(_)) {
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    let stamp = Stamp::of(&metadata);
                    let file = SourceFile { path: name.into(), size: stamp.size, stamp };
                    return Found { files: vec![file], problems: Vec::new() };
                }
                Ok(metadata) if !metadata.is_dir() => return Found::default(),
                Ok(_) if self.is_within(&real) => return problem(loops(self.root, &name, &real)),
                Ok(_) => {}
                Err(error) => return problem(unreadable(&name, &error)),
            }
        }
        Folder { root: self.root, path, name, real, above: Some(self) }.walk()
    }

    /// Whether going to that folder leads back here.
    fn is_within(&self, real: &Path) -> bool {
        self.real.starts_with(real) || self.above.is_some_and(|above| above.is_within(real))
    }

    /// Path from the root of something in this folder.
    fn name_of(&self, name: &str) -> String {
        if self.name.is_empty() {
            return name.to_string();
        }
        let mut path = String::with_capacity(self.name.len() + 1 + name.len());
        path.push_str(&self.name);
        path.push('/');
        path.push_str(name);
        path
    }

    fn nameless(&self, name: &OsStr) -> Diagnostic {
        Diagnostic::error("source/name", "the file's name is not UTF-8")
            .at(Place::file(self.name_of(&name.to_string_lossy())))
            .hint("rename the file")
    }
}

/// Hidden files, backups and swap files of editors, and what file managers leave behind.
pub(crate) fn is_ignored_name(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".swx")
        || name.ends_with(".tmp")
        || name.ends_with(".bak")
        || name.ends_with(".orig")
        || (name.starts_with('#') && name.ends_with('#'))
        || matches!(name, "Thumbs.db" | "desktop.ini" | "4913")
}

fn is_ignored(name: &OsStr) -> bool {
    // What hosts read by its hidden name (`.well-known`, `.htaccess`, `.nojekyll`) is wanted.
    let name = name.to_string_lossy();
    let wanted = matches!(&*name, ".well-known" | ".htaccess" | ".nojekyll" | ".domains");
    !wanted && is_ignored_name(&name)
}

fn problem(problem: Diagnostic) -> Found {
    Found { files: Vec::new(), problems: vec![problem] }
}

fn loops(root: &Path, link: &str, real: &Path) -> Diagnostic {
    let ancestor = real.strip_prefix(root).unwrap_or(real).to_string_lossy().replace('\\', "/");
    let ancestor = if ancestor.is_empty() { "." } else { &ancestor };
    let message = format!("the link leads back to its own folder `{ancestor}`");
    Diagnostic::error("source/loop", message).at(Place::file(link)).hint("remove the link")
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("source/unreadable", format!("cannot read: {error}"))
        .at(Place::file(path))
        .hint("check that the file is there and that you may read it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_of_editors_are_no_sources() {
        for name in ["a.md~", ".a.md.swp", "#a.md#", ".DS_Store", "Thumbs.db", "4913"] {
            assert!(is_ignored_name(name), "{name}");
        }
        for name in ["a.md", "_index.md", "c#.md"] {
            assert!(!is_ignored_name(name), "{name}");
        }
    }

    /// A folder with these empty files.
    fn site(files: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        (folder, root)
    }

    fn names(files: &[SourceFile]) -> Vec<&str> {
        files.iter().map(|file| &*file.path).collect()
    }

    fn ids(problems: &[Diagnostic]) -> Vec<(&str, String)> {
        let place = |problem: &Diagnostic| problem.place.as_ref().unwrap().file.to_string();
        let mut ids: Vec<_> = problems.iter().map(|one| (one.id, place(one))).collect();
        ids.sort();
        ids
    }

    #[test]
    fn files_are_sorted_by_their_whole_path_and_have_their_stamps() {
        let (_folder, root) = site(&[
            "content/a/b.md",
            "content/a-b/c.md",
            "content/a.md",
            "content/a/.hidden/x",
            "content/a/b.md~",
            "content/.well-known/y",
            "other/z",
        ]);
        let (files, problems) = walk(&root, "content");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            names(&files),
            ["content/.well-known/y", "content/a-b/c.md", "content/a.md", "content/a/b.md"]
        );
        for file in &files {
            assert_eq!(file.stamp, Stamp::of(&fs::metadata(root.join(&*file.path)).unwrap()));
            assert_eq!(file.size, file.path.len() as u64);
        }
        for nothing in ["none", "other/z"] {
            assert_eq!(walk(&root, nothing), Default::default());
        }
    }

    #[test]
    fn a_large_folder_is_complete() {
        let wanted: Vec<String> =
            (0..3 * TOGETHER).map(|number| format!("c/{number:05}.md")).collect();
        let (_folder, root) = site(&wanted.iter().map(|name| &**name).collect::<Vec<_>>());
        assert_eq!(names(&walk(&root, "c").0), wanted);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_nowhere_outside_and_never_round_in_circles() {
        use std::os::unix::fs::symlink;
        let (_folder, root) = site(&["c/a/x.md", "data/y.md", "data/deep/z.md", "c/b/w.md"]);
        let (_other, other) = site(&["secret.md"]);
        symlink(root.join("data"), root.join("c/data")).unwrap();
        symlink("../data/y.md", root.join("c/y.md")).unwrap();
        symlink(&other, root.join("c/out")).unwrap();
        symlink(other.join("secret.md"), root.join("c/out.md")).unwrap();
        symlink("..", root.join("c/a/up")).unwrap();
        symlink("../..", root.join("c/a/top")).unwrap();
        symlink(root.join("c/b"), root.join("data/across")).unwrap();
        symlink(root.join("data"), root.join("c/b/back")).unwrap();
        symlink("nowhere", root.join("c/broken")).unwrap();
        symlink("nowhere", root.join("c/.#lock")).unwrap();
        let (files, problems) = walk(&root, "c");
        assert_eq!(
            names(&files),
            [
                "c/a/x.md",
                "c/b/back/deep/z.md",
                "c/b/back/y.md",
                "c/b/w.md",
                "c/data/across/w.md",
                "c/data/deep/z.md",
                "c/data/y.md",
                "c/y.md",
            ]
        );
        let expected = [
            ("source/loop", "c/a/top"),
            ("source/loop", "c/a/up"),
            ("source/loop", "c/b/back/across"),
            ("source/loop", "c/data/across/back"),
            ("source/outside", "c/out"),
            ("source/outside", "c/out.md"),
            ("source/unreadable", "c/broken"),
        ];
        assert_eq!(ids(&problems), expected.map(|(id, path)| (id, path.to_string())));
        let text = |path: &str| {
            let is_it = |one: &&Diagnostic| &*one.place.as_ref().unwrap().file == path;
            problems.iter().find(is_it).unwrap().message.clone()
        };
        assert_eq!(text("c/a/top"), "the link leads back to its own folder `.`");
        assert_eq!(text("c/a/up"), "the link leads back to its own folder `c`");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf_8_is_told_once() {
        use std::os::unix::ffi::OsStringExt;
        let (_folder, root) = site(&["c/a.md"]);
        let bad = |text: &[u8]| root.join("c").join(OsString::from_vec(text.to_vec()));
        fs::write(bad(b"\xff.md"), "").unwrap();
        fs::create_dir(bad(b"\xfe")).unwrap();
        fs::write(bad(b"\xfe").join("x.md"), "").unwrap();
        let (files, problems) = walk(&root, "c");
        assert_eq!(names(&files), ["c/a.md"]);
        assert_eq!(problems.len(), 2);
        assert!(problems.iter().all(|problem| problem.id == "source/name"));
    }
}
