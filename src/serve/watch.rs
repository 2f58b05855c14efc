//! Waits until the author has changed something: a burst of changes counts once.
//!
//! Takes the site's folder and gives one answer for everything that was saved within a moment. What
//! editors leave behind and what Byline writes itself is no change. The only file that names `notify`.
//!
//! A burst is over as soon as the files that were written are closed and nothing more happens for a few
//! milliseconds; when many files change, as version control does it, only after a longer silence, and not before git
//! has let go of its lock.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, CreateKind};
use notify::{Config, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::diagnostic::Diagnostic;
use crate::source;

/// Silence after a save: programs write in several steps, which follow each other at once.
const SAVED: Duration = Duration::from_millis(3);

/// Silence while a file is still open, or where the system does not tell when it is closed.
const OPEN: Duration = Duration::from_millis(25);

/// Silence after more changes than one editor makes.
const MANY: Duration = Duration::from_millis(60);

/// How long a burst may last at most: who writes all the time is shown all the same.
const LONGEST: Duration = Duration::from_millis(500);

/// So many files are many.
const FEW: usize = 4;

/// How long git may take to change its files.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often files are looked at where the system does not tell of changes.
const POLL: Duration = Duration::from_millis(400);

/// Folders at the top of a site that other tools fill and Byline never reads.
const FOREIGN: [&str; 2] = ["target", "node_modules"];

/// A watch over a site's folder; it ends when this is dropped.
pub struct Watch {
    root: PathBuf,
    output: PathBuf,
    /// The lock of the repository that the site stands in.
    lock: Option<PathBuf>,
    events: Receiver<Heard>,
    sender: Sender<Heard>,
    watcher: Mutex<Box<dyn Watcher + Send>>,
    polls: bool,
}

/// What a watch hears: of the system, or that it shall end.
type Heard = Option<notify::Result<notify::Event>>;

/// Ends a watch from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Sender<Heard>);

impl Stopper {
    pub fn stop(&self) {
        let _ = self.0.send(None);
    }
}

/// Why [`Watch::next`] came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Paths from the site's root, sorted, each once; an empty one when anything may have changed.
    Changed(Vec<String>),
    /// Nothing happened until the given moment.
    Late,
    /// It was stopped, or the system watches no more.
    Ended,
}

impl Watch {
    /// Begins to watch the folder and all below it. Nothing in `output` counts. `polls` is for file systems that do
    /// not tell of changes: then all files are looked at several times a second.
    ///
    /// # Errors
    /// When the system cannot watch the folder, for example because it watches too many already.
    pub fn new(root: &Path, output: &Path, polls: bool) -> Result<Watch, Diagnostic> {
        let full = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let (root, output) = (full(root), full(output));
        let (sender, events) = channel();
        let config = Config::default().with_poll_interval(POLL);
        let to = sender.clone();
        // The receiver is gone only when nobody watches any more.
        let hear = move |event| drop(to.send(Some(event)));
        let watcher: Box<dyn Watcher + Send> = match polls {
            true => Box::new(PollWatcher::new(hear, config).map_err(failed)?),
            false => Box::new(RecommendedWatcher::new(hear, config).map_err(failed)?),
        };
        let lock = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir());
        let lock = lock.map(|git| git.join("index.lock"));
        let watch =
            Watch { root, output, lock, events, sender, watcher: Mutex::new(watcher), polls };
        watch.add(&watch.root, RecursiveMode::NonRecursive)?;
        for folder in source::folders(&watch.root) {
            if watch.counts(&folder).is_some() {
                watch.add(&folder, RecursiveMode::Recursive)?;
            }
        }
        Ok(watch)
    }

    /// Who can end it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    fn add(&self, path: &Path, mode: RecursiveMode) -> Result<(), Diagnostic> {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        watcher.watch(path, mode).map_err(failed)
    }

    /// Waits for the next burst of changes; gives the paths from the site's root, sorted, each once.
    /// `None` when the system watches no more.
    pub fn wait(&self) -> Option<Vec<String>> {
        match self.next(None) {
            Next::Changed(changed) => Some(changed),
            Next::Late | Next::Ended => None,
        }
    }

    /// Waits for the next burst of changes, or until a moment.
    pub fn next(&self, until: Option<Instant>) -> Next {
        let mut burst = Burst::default();
        while burst.changed.is_empty() {
            let event = match until {
                None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(until) => {
                    self.events.recv_timeout(until.saturating_duration_since(Instant::now()))
                }
            };
            match event {
                Ok(Some(event)) => drop(self.collect(event, &mut burst)),
                Ok(None) => return Next::Ended,
                Err(RecvTimeoutError::Timeout) => return Next::Late,
                Err(RecvTimeoutError::Disconnected) => return Next::Ended,
            }
        }
        let (began, mut last) = (Instant::now(), Instant::now());
        loop {
            // Files that are only read are told too: they are no reason to wait longer.
            let rest = self.silence(&burst).saturating_sub(last.elapsed());
            let is_over = rest.is_zero() || began.elapsed() > LONGEST;
            if is_over && !(self.is_locked() && began.elapsed() < PATIENCE) {
                break;
            }
            match self.events.recv_timeout(if is_over { MANY } else { rest }) {
                Ok(Some(event)) => {
                    if self.collect(event, &mut burst) {
                        last = Instant::now();
                    }
                }
                Ok(None) => return Next::Ended,
                Err(_) => {}
            }
        }
        Next::Changed(burst.changed.into_iter().collect())
    }

    /// How long nothing must happen until a burst is over.
    fn silence(&self, burst: &Burst) -> Duration {
        let tells_of_closing = cfg!(target_os = "linux") && !self.polls;
        match burst.changed.len() {
            many if many > FEW => MANY,
            _ if burst.open.is_empty() && tells_of_closing => SAVED,
            _ => OPEN,
        }
    }

    /// Whether git is changing files.
    fn is_locked(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.exists())
    }

    /// Notes what an event says; whether that is anything.
    fn collect(&self, event: notify::Result<notify::Event>, burst: &mut Burst) -> bool {
        // A watch that lost events says so with an error: then anything may have changed.
        let Ok(event) = event else {
            burst.changed.insert(String::new());
            return true;
        };
        if event.need_rescan() {
            burst.changed.insert(String::new());
        }
        let is_closed = event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
        if matches!(event.kind, EventKind::Access(_)) && !is_closed {
            return false;
        }
        let mut counts = false;
        for path in &event.paths {
            let Some(name) = self.counts(path) else { continue };
            counts = true;
            match event.kind {
                EventKind::Access(_) => drop(burst.open.remove(&name)),
                EventKind::Modify(notify::event::ModifyKind::Data(_)) => {
                    burst.open.insert(name.clone());
                }
                EventKind::Create(CreateKind::Folder) if path.parent() == Some(&self.root) => {
                    // What came into it before is found when the site is looked through.
                    let _ = self.add(path, RecursiveMode::Recursive);
                }
                EventKind::Remove(_) => drop(burst.open.remove(&name)),
                _ => {}
            }
            // A file that is closed was changed before, as far as it was.
            if !is_closed {
                burst.changed.insert(name);
            }
        }
        counts
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
        let first = inner.components().next()?;
        let is_foreign = FOREIGN.iter().any(|name| first.as_os_str() == *name);
        if is_foreign || inner.components().any(is_leftover) {
            return None;
        }
        Some(inner.to_string_lossy().replace('\\', "/"))
    }
}

/// Changes that belong together.
#[derive(Default)]
struct Burst {
    changed: BTreeSet<String>,
    /// Files that were written and not closed yet.
    open: BTreeSet<String>,
}

fn failed(error: notify::Error) -> Diagnostic {
    Diagnostic::error("serve/watch", format!("cannot watch the site's folder: {error}"))
        .hint("raise the system's limit on watched folders, or look at the files themselves with `--poll`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn site() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (content, public) = (folder.path().join("content"), folder.path().join("public"));
        fs::create_dir(&content).unwrap();
        fs::create_dir(&public).unwrap();
        (folder, content, public)
    }

    #[test]
    fn a_burst_counts_once_and_leftovers_and_outputs_do_not_count() {
        let (folder, content, public) = site();
        let watch = Watch::new(folder.path(), &public, false).unwrap();
        fs::write(public.join("index.html"), "x").unwrap();
        fs::write(content.join(".a.md.swp"), "x").unwrap();
        for number in 0..20 {
            fs::write(content.join(format!("{number}.md")), "x").unwrap();
        }
        // On a busy machine the first few may come by themselves.
        let (mut changed, mut bursts) = (BTreeSet::new(), 0);
        while changed.len() < 20 {
            changed.extend(watch.wait().unwrap());
            bursts += 1;
        }
        assert!(bursts <= 1 + FEW, "{bursts}");
        assert!(changed.iter().all(|path| path.starts_with("content/")), "{changed:?}");
        // An editor's atomic save: a temporary file, then a rename.
        fs::write(content.join("1.md~"), "y").unwrap();
        fs::rename(content.join("1.md~"), content.join("1.md")).unwrap();
        assert_eq!(watch.wait().unwrap(), ["content/1.md"]);
    }

    #[test]
    fn a_file_that_is_still_open_is_waited_for_and_many_files_too() {
        use notify::event::{DataChange, ModifyKind};
        let (folder, _, public) = site();
        let watch = Watch::new(folder.path(), &public, false).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let event = |kind, name: &str| Ok(notify::Event::new(kind).add_path(root.join(name)));
        let written = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let mut burst = Burst::default();
        watch.collect(event(written, "content/a.md"), &mut burst);
        assert_eq!(watch.silence(&burst), OPEN);
        watch.collect(event(closed, "content/a.md"), &mut burst);
        let tells = cfg!(target_os = "linux");
        assert_eq!(watch.silence(&burst), if tells { SAVED } else { OPEN });
        for number in 0..FEW {
            watch.collect(event(written, &format!("content/{number}.md")), &mut burst);
        }
        assert_eq!(watch.silence(&burst), MANY);
    }

    #[test]
    fn files_that_are_only_read_do_not_make_a_burst_longer() {
        let (folder, content, public) = site();
        let watch = Watch::new(folder.path(), &public, false).unwrap();
        for number in 0..=FEW {
            fs::write(content.join(format!("{number}.md")), "x").unwrap();
        }
        let reads = std::sync::atomic::AtomicBool::new(true);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while reads.load(std::sync::atomic::Ordering::Relaxed) {
                    fs::read(content.join("0.md")).unwrap();
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            let (mut seen, began) = (BTreeSet::new(), Instant::now());
            while seen.len() <= FEW && began.elapsed() < Duration::from_secs(10) {
                seen.extend(watch.wait().unwrap());
            }
            reads.store(false, std::sync::atomic::Ordering::Relaxed);
            assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        });
    }

    #[test]
    fn a_new_folder_is_watched_and_foreign_ones_are_not() {
        let (folder, _, public) = site();
        fs::create_dir(folder.path().join("target")).unwrap();
        let watch = Watch::new(folder.path(), &public, false).unwrap();
        fs::write(folder.path().join("target/x"), "x").unwrap();
        fs::create_dir(folder.path().join("templates")).unwrap();
        assert_eq!(watch.wait().unwrap(), ["templates"]);
        fs::write(folder.path().join("templates/page.html"), "x").unwrap();
        assert_eq!(watch.wait().unwrap(), ["templates/page.html"]);
    }

    #[test]
    fn a_burst_lasts_as_long_as_git_has_its_lock() {
        let (folder, content, public) = site();
        fs::create_dir(folder.path().join(".git")).unwrap();
        let watch = Watch::new(folder.path(), &public, false).unwrap();
        let lock = folder.path().join(".git/index.lock");
        fs::write(&lock, "").unwrap();
        let git = std::thread::spawn(move || {
            for name in ["a.md", "b.md"] {
                fs::write(content.join(name), "x").unwrap();
                std::thread::sleep(Duration::from_millis(200));
            }
            fs::remove_file(lock).unwrap();
        });
        assert_eq!(watch.wait().unwrap(), ["content/a.md", "content/b.md"]);
        git.join().unwrap();
    }

    #[test]
    fn files_are_looked_at_where_nobody_tells_of_changes() {
        let (folder, content, public) = site();
        let watch = Watch::new(folder.path(), &public, true).unwrap();
        fs::write(content.join("a.md"), "x").unwrap();
        assert!(watch.wait().unwrap().contains(&"content/a.md".to_string()));
        assert_eq!(watch.next(Some(Instant::now())), Next::Late);
    }
}
