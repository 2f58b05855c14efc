//! Finds files below a folder: sorted, without editors' leftovers, never outside the site.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::SourceFile;
use crate::diagnostic::{Diagnostic, Place};

/// See [`super::Source::walk`].
pub(super) fn walk(root: &Path, folder: &str) -> (Vec<SourceFile>, Vec<Diagnostic>) {
    let start = root.join(folder);
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    if !start.exists() {
        return (files, problems);
    }
    if !start.canonicalize().is_ok_and(|start| start.starts_with(root)) {
        return (files, vec![super::outside(folder)]);
    }
    let mut entries = WalkDir::new(&start).follow_links(true).into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(broken(root, folder, &error));
                continue;
            }
        };
        let is_folder = entry.file_type().is_dir();
        let found = match entry.depth() > 0 && is_ignored(&entry) {
            true => Err(None),
            false => found(root, &entry).map_err(Some),
        };
        match found {
            Ok(file) => files.extend(file),
            Err(problem) => {
                problems.extend(problem);
                // What stands below a folder that is not ours is not ours either.
                if is_folder {
                    entries.skip_current_dir();
                }
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, problems)
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

fn is_ignored(entry: &DirEntry) -> bool {
    // What hosts read by its hidden name (`.well-known`, `.htaccess`, `.nojekyll`) is wanted.
    let name = entry.file_name().to_string_lossy();
    let wanted = matches!(&*name, ".well-known" | ".htaccess" | ".nojekyll" | ".domains");
    !wanted && is_ignored_name(&name)
}

fn found(root: &Path, entry: &DirEntry) -> Result<Option<SourceFile>, Diagnostic> {
    if entry.path_is_symlink() {
        let inside = entry.path().canonicalize().is_ok_and(|target| target.starts_with(root));
        if !inside {
            return Err(super::outside(&name_of(root, entry.path())));
        }
    }
    if !entry.file_type().is_file() {
        return Ok(None);
    }
    let Some(path) = relative(root, entry.path()) else {
        return Err(Diagnostic::error("source/name", "the file's name is not UTF-8")
            .at(Place::file(name_of(root, entry.path())))
            .hint("rename the file"));
    };
    let size = entry.metadata().map_or(0, |metadata| metadata.len());
    Ok(Some(SourceFile { path: path.into(), size }))
}

fn broken(root: &Path, folder: &str, error: &walkdir::Error) -> Diagnostic {
    let path = error.path().map_or_else(|| folder.to_string(), |path| name_of(root, path));
    if let Some(ancestor) = error.loop_ancestor() {
        let ancestor = name_of(root, ancestor);
        return Diagnostic::error(
            "source/loop",
            format!("the link leads back to its own folder `{ancestor}`"),
        )
        .at(Place::file(path))
        .hint("remove the link");
    }
    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Diagnostic::error("source/unreadable", format!("cannot read: {cause}"))
        .at(Place::file(path))
        .hint("check that the file is there and that you may read it")
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '/' { path.to_string() } else { path.replace('\\', "/") })
}

fn name_of(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::is_ignored_name;

    #[test]
    fn leftovers_of_editors_are_no_sources() {
        for name in ["a.md~", ".a.md.swp", "#a.md#", ".DS_Store", "Thumbs.db", "4913"] {
            assert!(is_ignored_name(name), "{name}");
        }
        for name in ["a.md", "_index.md", "c#.md"] {
            assert!(!is_ignored_name(name), "{name}");
        }
    }
}
