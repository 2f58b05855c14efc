//! Markdown files -> documents: from the cache where nothing changed, else read and parsed.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::cache::{Bytes, Entry, Shelf, Table};
use super::load::Found;
use super::observed::Observed;
use super::{Job, Options, Problems};
use crate::config::Config;
use crate::content::terms::{Analyzer, Terms, Text};
use crate::content::{self, Body, Document, stored};
use crate::engine::pack::Record;
use crate::engine::{Fingerprint, Pack};
use crate::markdown::{self, Highlighter, Html, Load};
use crate::site::Hidden;
use crate::source::{Source, SourceFile};

/// What parsing gives.
#[derive(Default)]
pub(super) struct Documents {
    /// Those that are built, sorted by path.
    pub documents: Vec<Arc<Document>>,
    pub hidden: Vec<Hidden>,
    pub others: Vec<SourceFile>,
}

/// What is known of each file besides: for the cache, and for the fingerprints of the site.
#[derive(Default)]
pub(super) struct Known {
    /// Sorted by path.
    pub entries: Vec<Entry>,
    /// The seconds since 1970 in which no article comes or goes by itself, this moment among them.
    pub still: Range<i64>,
    /// How many files were read and parsed.
    pub parsed: usize,
    /// Whether all of it could be put away.
    pub is_kept: bool,
}

impl Known {
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok()?;
        Some(&self.entries[at])
    }
}

/// Everything that reading a file takes.
pub(super) struct Reader<'a> {
    source: &'a Source,
    config: &'a Config,
    markdown: markdown::Options,
    highlighter: Highlighter,
    cache: Option<Old<'a>>,
    shelf: &'a Arc<Shelf>,
    /// Whether words that were put away are let go at once.
    pub is_lean: bool,
}

/// What the last build knew.
struct Old<'a> {
    table: &'a Table,
    shelf: Arc<dyn Load>,
}

/// Per thread: buffers and caches that are used for every file again.
pub(super) struct Worker {
    bytes: Vec<u8>,
    text: String,
    kept: Vec<u8>,
    analyzer: Analyzer,
}

impl Worker {
    pub fn new() -> Worker {
        let (bytes, text, kept) = Default::default();
        Worker { bytes, text, kept, analyzer: Analyzer::new() }
    }
}

/// Workers that nobody has just now. What one thread has learned of words serves the next part of its work.
#[derive(Default)]
struct Workers(Mutex<Vec<Worker>>);

impl Workers {
    fn borrow(&self) -> Borrowed<'_> {
        let worker = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Borrowed { worker: worker.unwrap_or_else(Worker::new), from: self }
    }
}

/// A worker that comes back when its part of the work is done.
struct Borrowed<'a> {
    worker: Worker,
    from: &'a Workers,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let worker = std::mem::replace(&mut self.worker, Worker::new());
        self.from.0.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }
}

/// One file.
#[derive(Clone)]
pub(super) struct Parsed {
    pub document: Option<Arc<Document>>,
    pub problems: Problems,
    pub entry: Option<Entry>,
    pub is_new: bool,
    pub is_kept: bool,
}

/// Brings every document. `key` is the fingerprint of what decides how files are parsed.
pub(super) fn documents(
    job: &mut Job<'_>,
    source: &Observed,
    config: &Config,
    found: Found,
    shelf: &Arc<Shelf>,
    key: Fingerprint,
) -> (Documents, Known) {
    let Job { progress, cache, .. } = job;
    let reader = Reader::new(source.source(), config, &cache.old, shelf, key);
    let workers = Workers::default();
    let parsed: Vec<Parsed> = found
        .documents
        .par_iter()
        .with_min_len(8)
        .map_init(
            || workers.borrow(),
            |worker, file| {
                let parsed = reader.one(file, &mut worker.worker);
                progress.step();
                parsed
            },
        )
        .collect();
    gather(job, source, parsed, found.others)
}

/// Sorts out which documents are built; problems of the others do not count.
pub(super) fn gather(
    job: &mut Job<'_>,
    source: &Observed,
    parsed: Vec<Parsed>,
    others: Vec<SourceFile>,
) -> (Documents, Known) {
    let Job { options, problems, .. } = job;
    let mut documents = Documents { others, ..Documents::default() };
    let mut known = Known { still: i64::MIN..i64::MAX, is_kept: true, ..Known::default() };
    documents.documents.reserve(parsed.len());
    known.entries.reserve(parsed.len());
    for Parsed { document, problems: told, entry, is_new, is_kept } in parsed {
        known.is_kept &= is_kept;
        known.parsed += usize::from(is_new);
        if let Some(entry) = entry {
            source.print(entry.path.clone(), entry.print);
            known.entries.push(entry);
        }
        let Some(document) = document else {
            problems.extend(told);
            continue;
        };
        narrow(&mut known.still, &document, options.now);
        match reason(&document, options) {
            // What is not built may have mistakes.
            Some(reason) => {
                let (file, kind) = (document.file.clone(), document.kind);
                documents.hidden.push(Hidden { file, kind, reason });
            }
            None => {
                problems.extend(told);
                documents.documents.push(document);
            }
        }
    }
    (documents, known)
}

/// Why a document is not built, if it is not.
pub(super) fn reason(document: &Document, options: &Options) -> Option<&'static str> {
    let front = &document.front;
    if front.draft && !options.drafts {
        return Some("is a draft");
    }
    if front.date.is_some_and(|date| date.timestamp > options.now) && !options.future {
        return Some("is dated in the future");
    }
    front.expires.is_some_and(|date| date.timestamp <= options.now).then_some("has expired")
}

/// Takes out of a stretch of time the moments in which the answer of [`reason`] changes by the clock alone.
fn narrow(still: &mut Range<i64>, document: &Document, now: i64) {
    let front = &document.front;
    for moment in [front.date, front.expires].into_iter().flatten().map(|date| date.timestamp) {
        if moment > now {
            still.end = still.end.min(moment);
        } else {
            still.start = still.start.max(moment);
        }
    }
}

impl<'a> Reader<'a> {
    /// `key` is the fingerprint of what decides how files are parsed.
    pub fn new(
        source: &'a Source,
        config: &'a Config,
        table: &'a Table,
        shelf: &'a Arc<Shelf>,
        key: Fingerprint,
    ) -> Reader<'a> {
        let is_useful = !table.is_empty() && table.parse == key;
        Reader {
            source,
            config,
            markdown: markdown::Options::from(&config.markdown),
            highlighter: Highlighter::new(),
            cache: is_useful.then(|| Old { table, shelf: shelf.clone() }),
            shelf,
            is_lean: false,
        }
    }

    /// Brings one file.
    pub fn one(&self, file: &SourceFile, worker: &mut Worker) -> Parsed {
        let old = self.cache.as_ref().and_then(|old| {
            let number = *old.table.by_path.get(&file.path)?;
            Some((old, number, &old.table.entries[number as usize]))
        });
        if let Some((old, number, entry)) = old
            && entry.stamp == file.stamp
            && file.stamp.is_settled(old.table.since)
            && let Some(parsed) = kept(old, number, entry, file)
        {
            return parsed;
        }
        if let Err(problem) = self.source.read_into(file, &mut worker.bytes) {
            let problems = vec![problem];
            return Parsed { document: None, problems, entry: None, is_new: true, is_kept: true };
        }
        let print = Fingerprint::of(&worker.bytes);
        if let Some((old, number, entry)) = old
            && entry.print == print
            && let Some(parsed) = kept(old, number, entry, file)
        {
            return parsed;
        }
        self.parse(file, print, worker)
    }

    fn parse(&self, file: &SourceFile, print: Fingerprint, worker: &mut Worker) -> Parsed {
        let (mut document, problems) =
            parse(&file.path, self.config, &self.markdown, &self.highlighter, worker);
        let mut entry = self.unkept(file, print, document.as_ref());
        let mut is_kept = true;
        if let Some(pack) = self.shelf.pack() {
            is_kept =
                keep(pack, &mut entry, document.as_ref(), &problems, &mut worker.kept).is_ok();
            if is_kept
                && let Some(document) = &mut document
                && let Some(number) = self.shelf.put(&entry)
            {
                // The body comes back when it is shown; until then others need the memory.
                let by: Arc<dyn Load> = self.shelf.clone();
                document.prose.body = markdown::Body::stored(by.clone(), number);
                document.terms.index = Box::default();
                // As it comes back from the cache: without its words, and without room for more.
                let lean =
                    || stored_document(entry.light.made()?, entry.names.made()?, &by, number);
                if let Some(lean) = self.is_lean.then(lean).flatten() {
                    *document = lean;
                }
            }
        }
        let document = document.map(Arc::new);
        Parsed { document, problems, entry: Some(entry), is_new: true, is_kept }
    }

    /// What the fingerprints of the site need, when there is no cache.
    fn unkept(&self, file: &SourceFile, print: Fingerprint, document: Option<&Document>) -> Entry {
        let nothing = Record { offset: 0, length: 0, print: Fingerprint::NONE };
        Entry {
            path: file.path.clone(),
            stamp: file.stamp,
            print,
            facts: document.map_or(Fingerprint::NONE, facts),
            unused: 0,
            is_on_disk: false,
            light: Bytes::New(Box::default()),
            names: Bytes::New(Box::default()),
            problems: Bytes::New(Box::default()),
            body: nothing,
            terms: nothing,
            index: nothing,
        }
    }
}

/// Puts a document away.
fn keep(
    pack: &Pack,
    entry: &mut Entry,
    document: Option<&Document>,
    problems: &Problems,
    buffer: &mut Vec<u8>,
) -> std::io::Result<()> {
    buffer.clear();
    if let Some(document) = document {
        stored::write_body(&document.prose, buffer);
        let body = buffer.len();
        stored::write_terms(&document.terms, buffer);
        let terms = buffer.len();
        buffer.extend_from_slice(&document.terms.index);
        [entry.body, entry.terms, entry.index] =
            pack.add_all(buffer, [body, terms, buffer.len()])?;
        buffer.clear();
        stored::write_light(document, buffer);
        entry.light = Bytes::New(buffer.as_slice().into());
        buffer.clear();
        stored::write_names(&document.terms, buffer);
        entry.names = Bytes::New(buffer.as_slice().into());
        buffer.clear();
    }
    stored::write_diagnostics(problems, buffer);
    entry.problems = Bytes::New(buffer.as_slice().into());
    Ok(())
}

/// A document of the cache; `None` when it is damaged there.
fn kept(old: &Old<'_>, number: u32, entry: &Entry, file: &SourceFile) -> Option<Parsed> {
    let table = old.table;
    let problems = stored::read_diagnostics(table.bytes(&entry.problems))?;
    let light = table.bytes(&entry.light);
    let document = match light.is_empty() {
        true => None,
        false => {
            let names = table.bytes(&entry.names);
            Some(Arc::new(stored_document(light, names, &old.shelf, number)?))
        }
    };
    let is_on_disk = entry.is_on_disk && entry.stamp == file.stamp && entry.unused == 0;
    let entry = Entry { stamp: file.stamp, path: file.path.clone(), is_on_disk, ..entry.clone() };
    Some(Parsed { document, problems, entry: Some(entry), is_new: false, is_kept: true })
}

/// A document with the names of its strongest words.
fn stored_document(
    light: &[u8],
    names: &[u8],
    by: &Arc<dyn Load>,
    number: u32,
) -> Option<Document> {
    let mut document = stored::read_light(light, by, number)?;
    let words = document.terms.words;
    document.terms = stored::read_terms(names)?;
    document.terms.words = words;
    Some(document)
}

fn facts(document: &Document) -> Fingerprint {
    Fingerprint(content::card_fingerprint(document))
}

/// Parses the file that was read into the worker's buffer.
fn parse(
    path: &str,
    config: &Config,
    options: &markdown::Options,
    highlighter: &Highlighter,
    worker: &mut Worker,
) -> (Option<Document>, Problems) {
    let Worker { bytes, text, analyzer, .. } = worker;
    analyzer.set_index(config.search);
    content::parse(path, bytes, config, &mut |body: &Body<'_>| {
        let parsed =
            markdown::parse(body.text, body.range.clone(), body.file, options, highlighter, text);
        let tags: Vec<&str> = body.front.taxonomies.values().flatten().map(|tag| &**tag).collect();
        let terms = analyzer.analyze(
            body.lang,
            &Text {
                title: &body.front.title,
                description: body.front.description.as_deref().unwrap_or_default(),
                tags: &tags,
                body: text,
            },
        );
        (parsed, terms)
    })
}

/// Parses one file once more, when the cache has lost it; `None` when the file is another one by now.
pub(super) fn again(
    source: &Source,
    config: &Config,
    path: &str,
    print: Fingerprint,
) -> Option<(Arc<Html>, Terms)> {
    let mut worker = Worker { bytes: source.read(path).ok()?, ..Worker::new() };
    if Fingerprint::of(&worker.bytes) != print {
        return None;
    }
    let options = markdown::Options::from(&config.markdown);
    let (document, _) = parse(path, config, &options, &Highlighter::new(), &mut worker);
    document.map(|document| (document.prose.body(), document.terms))
}
