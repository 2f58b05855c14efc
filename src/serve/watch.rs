//! Waits until the author has changed something: a burst of changes counts once.
//!
//! Takes the site's folder and gives one answer for everything that was saved within a moment. What
//! editors leave behind and what Byline writes itself is no change. The only file that names `notify`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::diagnostic::Diagnostic;
use crate::source;

/// How long nothing must happen until a burst counts as over: editors write a file in several steps, and
/// version control changes thousands.
const QUIET: Duration = Duration::from_millis(60);

/// A watch over a site's folder; it ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    output: PathBuf,
    events: Receiver<notify::Result<notify::Event>>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins to watch the folder and all below it. Nothing in `output` counts.
    ///
    /// # Errors
    /// When the system cannot watch the folder, for example because it watches too many already.
    pub fn new(root: &Path, output: &Path) -> Result<Watch, Diagnostic> {
        let full = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let (root, output) = (full(root), full(output));
        let (sender, events) = channel();
        let failed = |error: notify::Error| {
            Diagnostic::error("serve/watch", format!("cannot watch the site's folder: {error}"))
                .hint("build by hand, or raise the system's limit on watched folders")
        };
        let mut watcher = notify::recommended_watcher(sender).map_err(failed)?;
        watcher.watch(&root, RecursiveMode::Recursive).map_err(failed)?;
        Ok(Watch { root, output, events, _watcher: watcher })
    }

    /// Waits for the next burst of changes; gives the paths from the site's root, sorted, each once.
    /// `None` when the system watches no more.
    pub fn wait(&self) -> Option<Vec<String>> {
        let mut changed = Vec::new();
        while changed.is_empty() {
            self.collect(self.events.recv().ok()?, &mut changed);
        }
        while let Ok(event) = self.events.recv_timeout(QUIET) {
            self.collect(event, &mut changed);
        }
        changed.sort();
        changed.dedup();
        Some(changed)
    }

    fn collect(&self, event: notify::Result<notify::Event>, changed: &mut Vec<String>) {
        // A watch that lost events says so with an error: then anything may have changed.
        let Ok(event) = event else { return changed.push(String::new()) };
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        let names = event.paths.iter().filter_map(|path| self.counts(path));
        changed.extend(names);
    }

    /// The path from the root, if a change of it can change the site.
    fn counts(&self, path: &Path) -> Option<String> {
        if path.starts_with(&self.output) {
            return None;
        }
        let inner = path.strip_prefix(&self.root).ok()?;
        let is_leftover = |part: std::path::Component<'_>| {
            source::is_ignored_name(&part.as_os_str().to_string_lossy())
        };
        if inner.as_os_str().is_empty() || inner.components().any(is_leftover) {
            return None;
        }
        Some(inner.to_string_lossy().replace('\\', "/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_burst_counts_once_and_leftovers_and_outputs_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let (content, public) = (folder.path().join("content"), folder.path().join("public"));
        fs::create_dir(&content).unwrap();
        fs::create_dir(&public).unwrap();
        let watch = Watch::new(folder.path(), &public).unwrap();
        fs::write(public.join("index.html"), "x").unwrap();
        fs::write(content.join(".a.md.swp"), "x").unwrap();
        for number in 0..20 {
            fs::write(content.join(format!("{number}.md")), "x").unwrap();
        }
        let changed = watch.wait().unwrap();
        assert_eq!(changed.len(), 20, "{changed:?}");
        assert!(changed.iter().all(|path| path.starts_with("content/")));
        // An editor's atomic save: a temporary file, then a rename.
        fs::write(content.join("1.md~"), "y").unwrap();
        fs::rename(content.join("1.md~"), content.join("1.md")).unwrap();
        assert_eq!(watch.wait().unwrap(), ["content/1.md"]);
    }
}
