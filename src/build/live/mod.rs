//! A site held in memory: what changes is put into it at once, and outputs are made when somebody asks for them.
//!
//! [`Live`] belongs to the one who hears of changes; everybody else reads the [`Edition`] in [`Shown`]. An edit of a
//! text alone is patched into the present edition (`patch.rs`); anything else puts the whole together again from
//! documents that are parsed already. Both give what a build from nothing would give.

mod edition;
mod patch;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use rayon::prelude::*;

use super::cache::{Cache, Entry, Listed, PictureEntry, Shelf, Table};
use super::observed::Observed;
use super::parse::{self, Known, Parsed, Reader, Worker};
use super::related::Ranking;
use super::{Job, Kept, Options, Problems, Progress, Ready, load, locate, remake};
use crate::config::Config;
use crate::content::Document;
use crate::diagnostic::{self, Diagnostic};
use crate::engine::Fingerprint;
use crate::site::{Page, PageId, Target};
use crate::source::{Source, SourceFile};
pub use edition::{Edition, Found, PictureWork};

/// The site in memory, for the one who changes it.
pub struct Live {
    options: Options,
    source: Source,
    clock: Clock,
    /// What is known of pictures and other files; of the cache on disk only until it is closed.
    cache: Cache,
    config: Option<Arc<Config>>,
    shelf: Option<Arc<Shelf>>,
    /// Fingerprint of what decides how documents are parsed.
    key: Fingerprint,
    /// Every Markdown file by its path.
    items: BTreeMap<Arc<str>, Item>,
    known: Known,
    ranking: Option<Ranking>,
    /// Problems that are nobody's text.
    base: Problems,
    /// Links and pictures that lead nowhere, by who has them.
    broken: BTreeMap<Target, Problems>,
    /// Whether the edition lacks something that is on the disk.
    is_behind: bool,
    /// Files that have another name since the last edition: the old one and the new one.
    renamed: Vec<(Arc<str>, Arc<str>)>,
    shown: Arc<Shown>,
}

/// Gives the time in nanoseconds since 1970, as the file system counts it.
pub type Clock = fn() -> i128;

/// One Markdown file.
struct Item {
    /// As it was read last.
    parsed: Parsed,
    /// The last document without an error: shown as long as the file has one.
    good: Option<Arc<Document>>,
    /// Nanoseconds since 1970 when it was read.
    read_at: i128,
}

impl Item {
    /// `good` is the last document of the file without an error.
    fn new(parsed: Parsed, good: Option<Arc<Document>>, read_at: i128) -> Item {
        let is_bad = parsed.problems.iter().any(Diagnostic::is_error);
        let good = good.filter(|_| is_bad).or_else(|| parsed.document.clone());
        Item { parsed, good, read_at }
    }

    fn is_current(&self, file: &SourceFile) -> bool {
        let stamp = self.parsed.entry.as_ref().map(|entry| entry.stamp);
        stamp == Some(file.stamp) && file.stamp.is_settled(self.read_at)
    }
}

/// What everybody else sees of the site.
#[derive(Default)]
pub struct Shown {
    state: RwLock<State>,
    /// Held while what is shown is known to be behind.
    settling: Mutex<()>,
}

/// The present state.
#[derive(Default)]
pub struct State {
    /// None until the first one could be made.
    pub edition: Option<Edition>,
    /// What is wrong, sorted; places have lines.
    pub problems: Vec<Diagnostic>,
    pub config: Option<Arc<Config>>,
    /// Seconds since 1970 for which it is the state.
    pub now: i64,
}

impl Shown {
    /// The present state, even if more is under way.
    pub fn now(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with everything in it that was heard of before this call; waits for that.
    pub fn settled(&self) -> RwLockReadGuard<'_, State> {
        drop(self.settle());
        self.now()
    }

    /// Lets those wait who want to see a settled state, until the guard is dropped.
    pub fn settle(&self) -> MutexGuard<'_, ()> {
        self.settling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    pub way: Way,
    /// Markdown files that were read.
    pub read: usize,
    /// Pages that moved: the file before, the old address, the new one.
    pub moved: Vec<(String, String, String)>,
}

/// How a change came into the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The text of some articles was replaced.
    Patched,
    /// Everything was put together again.
    Whole,
    /// Something is wrong with what the site is made of; the last edition stays.
    Kept,
}

impl Live {
    /// Opens a site. What was parsed for an earlier build is taken from the cache, and what is parsed now is put
    /// there, as far as `options.cache` lets it. `options.output` plays no part.
    ///
    /// # Errors
    /// When there is no such folder. Problems of the site itself stand in [`Shown`].
    pub fn open(
        options: Options,
        clock: Clock,
        shown: Arc<Shown>,
        progress: &dyn Progress,
    ) -> Result<Live, Diagnostic> {
        let source = Source::open(&options.root)?;
        let mut live = Live {
            options,
            source,
            clock,
            cache: Cache::default(),
            config: None,
            shelf: None,
            key: Fingerprint::NONE,
            items: BTreeMap::new(),
            // Nothing comes or goes by itself as long as nothing is known.
            known: Known { still: i64::MIN..i64::MAX, ..Known::default() },
            ranking: None,
            base: Vec::new(),
            broken: BTreeMap::new(),
            is_behind: true,
            renamed: Vec::new(),
            shown,
        };
        let options = live.options.clone();
        let mut job = Job::new(&options, progress);
        job.cache = Cache::open(&live.source, &mut job);
        job.cache.read(options.cache, false);
        live.ranking = job.cache.take_ranking();
        live.put_together(&mut job, true);
        Ok(live)
    }

    /// The seconds since 1970 in which no article comes or goes by itself, as far as is known.
    pub fn still(&self) -> Range<i64> {
        self.known.still.clone()
    }

    /// Brings the site up to what is on the disk. `changed` are paths from the root, an empty one for "anything";
    /// `now` is in seconds since 1970. `half_way` is called when the changed texts are in and only the related articles
    /// are not up to date yet.
    pub fn update(&mut self, changed: &[String], now: i64, half_way: &mut dyn FnMut()) -> Updated {
        let shown = self.shown.clone();
        let _settling = shown.settle();
        self.options.now = now;
        if !self.is_behind
            && !changed.is_empty()
            && let Some(way) = self.patch(changed, half_way)
        {
            return Updated { way, read: changed.len(), moved: Vec::new() };
        }
        let options = self.options.clone();
        let mut job = Job::new(&options, &super::Silent);
        job.cache = std::mem::take(&mut self.cache);
        let moved = self.put_together(&mut job, false);
        let way = if self.is_behind { Way::Kept } else { Way::Whole };
        Updated { way, read: job.report.parsed, moved }
    }

    /// Trusts nothing that is known: the next update reads everything again.
    pub fn distrust(&mut self) {
        (self.shelf, self.ranking, self.is_behind) = (None, None, true);
        self.items.clear();
    }

    /// Makes a new edition of everything, from the documents that are known. Gives the pages that moved.
    fn put_together(&mut self, job: &mut Job<'_>, is_first: bool) -> Vec<(String, String, String)> {
        let since = (self.clock)();
        let source = Arc::new(Observed::new(self.source.clone(), Listed::new()));
        let ready = self.whole(job, &source, since, is_first);
        if is_first && let (Some(scratch), Some(shelf)) = (job.cache.close(), &self.shelf) {
            shelf.close(scratch);
        }
        let is_made = matches!(ready, Ok(Some(_)));
        self.is_behind = !is_made;
        self.base = std::mem::take(&mut job.problems);
        let edition = match ready {
            Ok(ready) => ready
                .zip(self.shelf.clone())
                .map(|(ready, shelf)| Edition::new(ready, self.source.clone(), shelf)),
            Err(found) => {
                self.base.extend(found);
                None
            }
        };
        self.cache = std::mem::take(&mut job.cache);
        self.cache.old.since = since;
        // Lines are found once: files with problems may be many.
        locate(&self.source, &mut self.base);
        self.broken.values_mut().for_each(|problems| locate(&self.source, problems));
        let problems = self.problems();
        let renamed = std::mem::take(&mut self.renamed);
        let mut moved = Vec::new();
        if let (Some(edition), Some(old)) = (&edition, &self.shown.now().edition) {
            edition.remember(old);
            moved = edition.moved_from(old, &renamed);
        }
        let mut state = self.shown.write();
        state.problems = problems;
        state.config.clone_from(&self.config);
        state.now = self.options.now;
        let old = edition.and_then(|edition| state.edition.replace(edition));
        drop(state);
        drop(old);
        moved
    }

    fn whole(
        &mut self,
        job: &mut Job<'_>,
        source: &Arc<Observed>,
        since: i128,
        is_first: bool,
    ) -> Result<Option<Ready>, Problems> {
        let config = load::config(source, job)?;
        let key = load::parse_key(&config);
        if self.key != key || self.shelf.is_none() {
            let shelf = Shelf::new(&mut job.cache, remake(source, &config));
            if !is_first && let Some(scratch) = self.scratch() {
                shelf.close(scratch);
            }
            self.shelf = Some(Arc::new(shelf));
            self.items.clear();
        }
        (self.key, self.config) = (key, Some(config.clone()));
        let Some(shelf) = self.shelf.clone() else { return Ok(None) };
        let found = load::find(source, &mut job.problems);
        self.read(job, source, &config, &shelf, found.documents, since);
        let parsed = self.items.values().map(shown_parse).collect();
        let before = std::mem::take(&mut job.problems);
        let (documents, known) = parse::gather(job, source, parsed, found.others);
        // Problems of texts are asked of the items.
        job.problems = before;
        let mut kept = Kept::new(key, known, shelf.clone());
        kept.last = self.ranking.take();
        kept.mode = "serve";
        let ready = job.whole(source, &config, documents, &mut kept);
        let is_new = self.items.values().any(|item| item.parsed.is_new);
        if is_first && is_new {
            kept.keep(job);
        }
        self.take_over(job, kept);
        ready
    }

    /// Another file of bodies for this process alone; the cache has to be closed.
    fn scratch(&self) -> Option<crate::engine::Pack> {
        let mut job = Job::new(&self.options, &super::Silent);
        Cache::open(&self.source, &mut job).close()
    }

    /// Reads every file that is not known as it is, and forgets those that are gone.
    fn read(
        &mut self,
        job: &mut Job<'_>,
        source: &Arc<Observed>,
        config: &Arc<Config>,
        shelf: &Arc<Shelf>,
        files: Vec<SourceFile>,
        since: i128,
    ) {
        let mut reader = Reader::new(source.source(), config, &job.cache.old, shelf, self.key);
        reader.is_lean = true;
        let items = &self.items;
        job.progress.begin(super::Stage::Parse, files.len());
        let read: Vec<Option<Parsed>> = files
            .par_iter()
            .with_min_len(8)
            .map_init(Worker::new, |worker, file| {
                let is_current = items.get(&file.path).is_some_and(|item| item.is_current(file));
                job.progress.step();
                (!is_current).then(|| reader.one(file, worker))
            })
            .collect();
        let mut before = std::mem::take(&mut self.items);
        job.report.parsed = read.iter().flatten().count();
        let mut new: BTreeMap<Fingerprint, Arc<str>> = BTreeMap::new();
        for (file, parsed) in files.into_iter().zip(read) {
            let known = before.remove(&file.path);
            if let (Some(entry), None) = (parsed.as_ref().and_then(|p| p.entry.as_ref()), &known) {
                new.insert(entry.print, file.path.clone());
            }
            let item = match (parsed, known) {
                (Some(parsed), known) => {
                    Item::new(parsed, known.and_then(|known| known.good), since)
                }
                (None, Some(known)) => known,
                (None, None) => continue,
            };
            self.items.insert(file.path, item);
        }
        let gone = before.into_iter().filter_map(|(path, item)| {
            let new = new.get(&item.parsed.entry?.print)?;
            Some((path, new.clone()))
        });
        self.renamed = gone.collect();
    }

    /// Takes over what is to be known the next time.
    fn take_over(&mut self, job: &mut Job<'_>, kept: Kept) {
        let Kept { known, pictures, last, ranking, broken, files, .. } = kept;
        self.known = known;
        self.ranking = ranking.or(last);
        self.broken = broken;
        let table: &mut Table = &mut job.cache.old;
        let by_path = |entry: PictureEntry| (entry.path.clone(), entry);
        table.pictures = pictures.into_iter().map(by_path).collect();
        let seen = files.map(|files| files.seen()).unwrap_or_default();
        table.files.extend(seen.into_iter().map(|file| (file.path.clone(), file)));
        for item in self.items.values_mut() {
            item.parsed.is_new = false;
            item.parsed.entry.iter_mut().for_each(Entry::forget);
        }
        self.known.entries.iter_mut().for_each(Entry::forget);
    }

    /// Everything that is wrong.
    fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = self.base.clone();
        for item in self.items.values() {
            let hidden = item.parsed.document.as_ref().and_then(|document| {
                // What is not built may have mistakes.
                parse::reason(document, &self.options)
            });
            if hidden.is_none() {
                problems.extend(item.parsed.problems.iter().cloned());
            }
        }
        problems.extend(self.broken.values().flatten().cloned());
        diagnostic::sort(&mut problems);
        problems
    }
}

/// A file as it is shown: as it was the last time that it had no error.
fn shown_parse(item: &Item) -> Parsed {
    Parsed { document: item.good.clone(), problems: Vec::new(), ..item.parsed.clone() }
}
