//! What a build leaves for the next one, in `.byline/`: parsed documents, hashes of files, the ledger of outputs.
//!
//! Whatever cannot be used, for whatever reason, is made again: a cache never changes what comes out, and what goes
//! wrong with it is a warning.

mod documents;
mod entry;
mod shelf;
mod snapshot;

use std::path::{Path, PathBuf};

pub(super) use documents::{Documents, FileEntry, PictureEntry, Table};
pub(super) use entry::{Bytes, Entry};
pub(super) use shelf::{Remake, Shelf};
pub(super) use snapshot::{Listed, Look, Snapshot};

use super::Job;
use super::related::Ranking;
use super::search::States;
use crate::diagnostic::Diagnostic;
use crate::engine::{Content, Fingerprint, Hasher, Ledger, Pack, Store};
use crate::source::{Source, stamp_of};

/// Name of the cache's folder in the site.
pub const FOLDER: &str = ".byline";

/// Builds after which what was not used goes.
const UNUSED: u8 = 8;

const DOCUMENTS: &str = "documents";
/// Rows of it that changed since it was written.
const CHANGES: &str = "documents-changed";
const RANKING: &str = "related";
const INDEX: &str = "search";

/// How a build uses the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Makes again what changed.
    #[default]
    Use,
    /// Makes everything again and keeps it.
    Fresh,
    /// Neither reads nor writes a cache.
    Off,
    /// The same, and the report has the reads of every output.
    Check,
}

/// The cache of a site during one build.
#[derive(Debug, Default)]
pub(super) struct Cache {
    store: Option<Store>,
    /// Part of the names of files that belong to one output folder.
    target: String,
    /// What the last build knew.
    pub old: Table,
    ledger: Ledger,
    ranking: Option<Ranking>,
    pub pack: Option<Pack>,
    generation: u32,
}

impl Cache {
    /// Opens the cache of a site for an output folder. A cache that cannot be opened is a warning.
    pub fn open(source: &Source, job: &mut Job<'_>) -> Cache {
        let Job { options, progress, problems, .. } = job;
        if matches!(options.cache, Mode::Off | Mode::Check) {
            return Cache::default();
        }
        let folder = source.root().join(FOLDER);
        let store = match Store::open(&folder, program(), &|| progress.wait()) {
            Ok(store) => store,
            Err(error) => {
                problems.push(unusable(error));
                return Cache::default();
            }
        };
        let target = real_path(&options.output);
        let target = Fingerprint::of(target.as_os_str().as_encoded_bytes()).to_string();
        Cache { store: Some(store), target, ..Cache::default() }
    }

    /// Reads what the last build knew. A build that publishes needs what the outputs read, and the ranking later
    /// ([`Cache::ranking`]); others need the ranking at once.
    pub fn read(&mut self, mode: Mode, publishes: bool) {
        let Some(store) = &self.store else { return };
        if mode == Mode::Use {
            let outputs = format!("outputs-{}", self.target);
            let stored = || if publishes { store.read(&outputs) } else { None };
            let ledger = || stored().and_then(|bytes| Ledger::read(&bytes));
            let ranking = || if publishes { None } else { read_ranking(store) };
            let documents =
                || Table::load(store.read(DOCUMENTS), store.read(CHANGES)).unwrap_or_default();
            let (old, (ledger, ranking)) = rayon::join(documents, || rayon::join(ledger, ranking));
            // Without documents everything is new.
            self.ranking = ranking.filter(|_| !old.is_empty());
            (self.old, self.ledger) = (old, ledger.unwrap_or_default());
        }
        let is_new = self.old.is_empty();
        self.generation = if is_new { next_generation(store) } else { self.old.generation };
        let end = if is_new { 0 } else { self.old.end };
        self.pack = Pack::open(store, &pack_name(self.generation), end).ok();
    }

    /// What the last build of this output folder left for one that finds nothing changed.
    pub fn snapshot(&self) -> Option<Content> {
        self.store.as_ref()?.read(&format!("site-{}", self.target))
    }

    /// The ledger of this output folder; empty when there is none.
    pub fn take_ledger(&mut self) -> Ledger {
        std::mem::take(&mut self.ledger)
    }

    /// The ranking of related articles of the last build, from the disk.
    pub fn ranking(&self) -> Option<Ranking> {
        // Without documents everything is new.
        self.store.as_ref().filter(|_| !self.old.is_empty()).and_then(read_ranking)
    }

    /// The ranking of related articles of the last build, if it was read.
    pub fn take_ranking(&mut self) -> Option<Ranking> {
        self.ranking.take()
    }

    /// Lets others have the cache; what is known of files and pictures stays. Gives a file of bodies for this process
    /// alone, if there can be one.
    pub fn close(&mut self) -> Option<Pack> {
        self.pack = None;
        let scratch = self.store.take().and_then(|store| Pack::alone(&store).ok());
        let old = std::mem::take(&mut self.old);
        (self.old.since, self.old.files, self.old.pictures) = (old.since, old.files, old.pictures);
        scratch
    }

    /// The words of the search index of the last build.
    pub fn index(&self) -> Option<States> {
        // Without documents everything is new.
        let store = self.store.as_ref().filter(|_| !self.old.is_empty())?;
        store.read(INDEX).and_then(|bytes| States::read(&bytes))
    }

    /// When this build began to look at files.
    pub fn since(&self) -> i128 {
        self.store.as_ref().map_or(0, Store::since)
    }

    pub fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Keeps what was parsed; also after a build with errors.
    pub fn keep_documents(
        &self,
        new: &Documents,
        parse: Fingerprint,
        shelf: &Shelf,
    ) -> Result<(), Diagnostic> {
        let (Some(store), Some(pack)) = (&self.store, shelf.pack()) else { return Ok(()) };
        let mut head = documents::Head {
            base: self.old.print(),
            parse,
            since: store.since(),
            generation: self.generation,
            end: pack.end(),
        };
        let mut bytes = store.begin();
        if let Some(rows) =
            documents::changed_rows(new, &self.old).filter(|_| parse == self.old.parse)
        {
            documents::write(&rows, new, &self.old, &head, &mut bytes);
            return store.write(CHANGES, bytes).map_err(unusable);
        }
        head.base = Fingerprint::NONE;
        let rows = documents::all_rows(new, &self.old, parse);
        let length = |(entry, _): &documents::Row<'_>| {
            [entry.body, entry.terms, entry.index]
                .iter()
                .map(|part| u64::from(part.length))
                .sum::<u64>()
        };
        let live: u64 = rows.iter().map(length).sum();
        if pack.end() > 2 * live + (1 << 20) {
            let rows = self.compacted(store, pack, &rows, &mut head).map_err(unusable)?;
            let rows: Vec<documents::Row<'_>> = rows.iter().map(|(entry, n)| (entry, *n)).collect();
            documents::write(&rows, new, &self.old, &head, &mut bytes);
        } else {
            documents::write(&rows, new, &self.old, &head, &mut bytes);
        }
        store.write(DOCUMENTS, bytes).map_err(unusable)?;
        store.remove(CHANGES);
        let own = pack_name(head.generation);
        let is_old = |name: &String| name.starts_with("bodies-") && *name != own;
        store.names().iter().filter(|name| is_old(name)).for_each(|name| store.remove(name));
        Ok(())
    }

    /// Copies the bodies that are still somebody's into a new file.
    fn compacted(
        &self,
        store: &Store,
        pack: &Pack,
        rows: &[documents::Row<'_>],
        head: &mut documents::Head,
    ) -> std::io::Result<Vec<(Entry, u8)>> {
        head.generation = next_generation(store);
        let new = Pack::open(store, &pack_name(head.generation), 0)?;
        let (mut all, mut part, mut copied) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, unused) in rows {
            all.clear();
            let mut ends = [0; 3];
            let records = [entry.body, entry.terms, entry.index];
            // What is damaged is left out, and parsed again when it is used.
            let is_whole = records.iter().zip(&mut ends).all(|(record, end)| {
                let is_there = pack.read(record, &mut part);
                all.append(&mut part);
                *end = all.len();
                is_there
            });
            if is_whole {
                let [body, terms, index] = new.add_all(&all, ends)?;
                copied.push((Entry { body, terms, index, ..(*entry).clone() }, *unused));
            }
        }
        head.end = new.end();
        Ok(copied)
    }

    /// Keeps a new ranking.
    pub fn keep_ranking(&self, ranking: &Ranking) -> Result<(), Diagnostic> {
        let Some(store) = &self.store else { return Ok(()) };
        let mut bytes = store.begin();
        ranking.write(&mut bytes);
        store.write(RANKING, bytes).map_err(unusable)
    }

    /// Keeps the words of the search index.
    pub fn keep_index(&self, index: &States) -> Result<(), Diagnostic> {
        let Some(store) = &self.store else { return Ok(()) };
        let mut bytes = store.begin();
        index.write(&mut bytes);
        store.write(INDEX, bytes).map_err(unusable)
    }

    /// Keeps what the published outputs read.
    pub fn keep_ledger(&self, ledger: &Ledger) -> Result<(), Diagnostic> {
        let Some(store) = &self.store else { return Ok(()) };
        let mut bytes = store.begin();
        ledger.write(&mut bytes);
        store.write(&format!("outputs-{}", self.target), bytes).map_err(unusable)?;
        self.forget_others(store);
        Ok(())
    }

    /// Keeps what the build saw, for one that finds nothing changed.
    pub fn keep_snapshot(&self, snapshot: &Snapshot) -> Result<(), Diagnostic> {
        let Some(store) = &self.store else { return Ok(()) };
        let mut bytes = store.begin();
        snapshot.write(&mut bytes);
        store.write(&format!("site-{}", self.target), bytes).map_err(unusable)
    }

    /// Output folders that were not built for a while are forgotten, the longest unused ones first.
    fn forget_others(&self, store: &Store) {
        const MOST: usize = 8;
        let age = |name: &String| {
            let modified = store.path(name).metadata().and_then(|metadata| metadata.modified());
            modified.ok()
        };
        let mut targets: Vec<String> =
            store.names().into_iter().filter(|name| name.starts_with("outputs-")).collect();
        targets.sort_by_key(age);
        let surplus = targets.len().saturating_sub(MOST);
        for name in &targets[..surplus] {
            store.remove(name);
            store.remove(&name.replace("outputs-", "site-"));
        }
    }
}

/// The one name of a folder, whatever it is called and whether it is there yet.
fn real_path(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            real_path(parent).join(name)
        }
        _ => path.to_path_buf(),
    }
}

/// The ledger of an output folder, for who builds nothing; waits for nobody.
pub(super) fn ledger_of(source: &Source, output: &Path) -> Option<Ledger> {
    let store = Store::open(&source.root().join(FOLDER), program(), &|| {}).ok()?;
    let target = Fingerprint::of(real_path(output).as_os_str().as_encoded_bytes());
    store.read(&format!("outputs-{target}")).and_then(|bytes| Ledger::read(&bytes))
}

/// Removes the cache of a site. Returns whether there was one.
///
/// # Errors
/// When it cannot be removed.
pub fn clean(root: &Path) -> Result<bool, Diagnostic> {
    crate::engine::store::clean(&root.join(FOLDER)).map_err(|error| {
        Diagnostic::error("cache/remove", format!("cannot remove the cache in `{FOLDER}`: {error}"))
            .hint("check who owns the folder")
    })
}

fn read_ranking(store: &Store) -> Option<Ranking> {
    store.read(RANKING).and_then(|bytes| Ranking::read(&bytes))
}

fn pack_name(generation: u32) -> String {
    format!("bodies-{generation}")
}

/// A number that no file of bodies has.
fn next_generation(store: &Store) -> u32 {
    let numbers = store.names().into_iter().filter_map(|name| {
        name.strip_prefix("bodies-").and_then(|number| number.parse::<u32>().ok())
    });
    numbers.max().map_or(0, |last| last.wrapping_add(1))
}

pub(super) fn unusable(error: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::warning("cache/unusable", format!("cannot use the cache in `{FOLDER}`: {error}"))
        .hint("the site was built without it; check who owns the folder and whether the disk is full, or build with `--no-cache`")
}

/// The fingerprint of this very program: another build of it may make other bytes.
fn program() -> Fingerprint {
    let mut hasher = Hasher::new();
    hasher.text(env!("CARGO_PKG_VERSION"));
    if let Some(stamp) = std::env::current_exe().ok().and_then(|path| stamp_of(&path)) {
        hasher.bytes(&stamp.to_bytes());
    }
    hasher.finish()
}
