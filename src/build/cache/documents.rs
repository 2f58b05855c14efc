//! The table of what is known of the author's files: one file of the cache, and a small one with the rows that changed
//! since, so that an edit need not write everything again.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Bytes, Entry, UNUSED};
use crate::asset::{Credit, ImageFacts, Original, Rights, Tone};
use crate::content::stored;
use crate::diagnostic::Diagnostic;
use crate::engine::bytes::{self, Input};
use crate::engine::pack::Record;
use crate::engine::{Content, Fingerprint};
use crate::source::Stamp;

/// What this build knows, to be kept for the next one.
#[derive(Debug, Default)]
pub(in crate::build) struct Documents {
    /// Sorted by path.
    pub entries: Vec<Entry>,
    pub files: Vec<FileEntry>,
    pub pictures: Vec<PictureEntry>,
}

/// A file whose bytes were hashed.
#[derive(Debug, Clone)]
pub(in crate::build) struct FileEntry {
    pub path: Arc<str>,
    pub stamp: Stamp,
    /// BLAKE3.
    pub hash: [u8; 32],
    /// Hash of what was published of it, when that is not the file itself but the file without private data, and how it
    /// was cleaned.
    pub cleaned: Option<(u8, [u8; 32])>,
}

/// A picture whose facts were read.
#[derive(Debug, Clone)]
pub(in crate::build) struct PictureEntry {
    pub path: Arc<str>,
    pub stamp: Stamp,
    /// The file beside it, if there is one.
    pub side: Option<Stamp>,
    pub facts: Option<ImageFacts>,
    /// Whether its tone is known; it may also be known that there is none.
    pub is_toned: bool,
    /// What is wrong with the picture, without a place.
    pub fault: Option<Diagnostic>,
    /// What is wrong with the file beside it.
    pub problems: Vec<Diagnostic>,
}

/// What the last build knew.
#[derive(Debug, Default)]
pub(in crate::build) struct Table {
    pub parse: Fingerprint,
    pub since: i128,
    pub generation: u32,
    pub end: u64,
    pub entries: Vec<Entry>,
    pub by_path: FxHashMap<Arc<str>, u32>,
    pub files: FxHashMap<Arc<str>, FileEntry>,
    pub pictures: FxHashMap<Arc<str>, PictureEntry>,
    /// Fingerprint of the table on disk.
    print: Fingerprint,
    payload: Content,
}

/// What stands before the rows.
pub(super) struct Head {
    /// Fingerprint of the table that the rows belong to; none when they are all.
    pub base: Fingerprint,
    pub parse: Fingerprint,
    pub since: i128,
    pub generation: u32,
    pub end: u64,
}

impl Table {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn bytes<'a>(&'a self, bytes: &'a Bytes) -> &'a [u8] {
        match bytes {
            Bytes::Old(range) => self.payload.get(range.clone()).unwrap_or_default(),
            Bytes::New(bytes) => bytes,
        }
    }

    /// Fingerprint of the table on disk, without the rows that changed since.
    pub(super) fn print(&self) -> Fingerprint {
        self.print
    }

    /// Reads the table and the rows that changed since; these are left out when they belong to another table.
    pub(super) fn load(table: Option<Content>, changes: Option<Content>) -> Option<Table> {
        let (mut table, _) = Table::read(table?)?;
        let changes = changes.and_then(Table::read).filter(|(_, base)| *base == table.print);
        let Some((changes, _)) = changes else { return Some(table) };
        for entry in &changes.entries {
            let own = |bytes: &Bytes| Bytes::New(changes.bytes(bytes).into());
            let (light, names, problems) =
                (own(&entry.light), own(&entry.names), own(&entry.problems));
            let entry = Entry { is_on_disk: false, light, names, problems, ..entry.clone() };
            match table.by_path.get(&entry.path) {
                Some(number) => table.entries[*number as usize] = entry,
                None => {
                    table.by_path.insert(entry.path.clone(), table.entries.len() as u32);
                    table.entries.push(entry);
                }
            }
        }
        let Table { parse, since, generation, end, files, pictures, .. } = changes;
        Some(Table { parse, since, generation, end, files, pictures, ..table })
    }

    /// Reads what [`write()`] wrote: rows, and the table that they belong to.
    fn read(payload: Content) -> Option<(Table, Fingerprint)> {
        let mut input = Input::new(&payload);
        let base = input.print()?;
        let parse = input.print()?;
        let since = i128::from_le_bytes(input.array()?);
        let (generation, end) = (input.u32()?, input.u64()?);
        let mut entries = Vec::new();
        for _ in 0..input.count(168)? {
            entries.push(entry(&mut input, payload.len())?);
        }
        let by_path = entries.iter().map(|entry| entry.path.clone()).zip(0..).collect();
        let mut files = FxHashMap::default();
        for _ in 0..input.count(69)? {
            let path: Arc<str> = input.text()?.into();
            let stamp = Stamp::from_bytes(&input.array()?);
            let hash = input.array()?;
            let cleaned = match input.array()? {
                [0] => None,
                [how] => Some((how, input.array()?)),
            };
            files.insert(path.clone(), FileEntry { path, stamp, hash, cleaned });
        }
        let mut pictures = FxHashMap::default();
        for _ in 0..input.count(40)? {
            let picture = picture(&mut input)?;
            pictures.insert(picture.path.clone(), picture);
        }
        if !input.is_empty() {
            return None;
        }
        let print = payload.print();
        let table = Table {
            parse,
            since,
            generation,
            end,
            entries,
            by_path,
            files,
            pictures,
            print,
            payload,
        };
        Some((table, base))
    }
}

fn entry(input: &mut Input<'_>, length: usize) -> Option<Entry> {
    let path = input.text()?.into();
    let stamp = Stamp::from_bytes(&input.array()?);
    let (print, facts) = (input.print()?, input.print()?);
    let [unused] = input.array()?;
    let mut part = || -> Option<Bytes> {
        let size = input.bytes()?.len();
        let end = length - input.rest();
        Some(Bytes::Old(Range { start: end - size, end }))
    };
    let (light, names) = (part()?, part()?);
    let problems = part()?;
    let (body, terms) = (Record::take(input)?, Record::take(input)?);
    let index = Record::take(input)?;
    let is_on_disk = true;
    Some(Entry {
        path,
        stamp,
        print,
        facts,
        unused,
        is_on_disk,
        light,
        names,
        problems,
        body,
        terms,
        index,
    })
}

fn picture(input: &mut Input<'_>) -> Option<PictureEntry> {
    let path = input.text()?.into();
    let stamp = Stamp::from_bytes(&input.array()?);
    let side = match input.array()? {
        [0] => None,
        _ => Some(Stamp::from_bytes(&input.array()?)),
    };
    let facts = match input.array()? {
        [0] => None,
        _ => Some(facts(input)?),
    };
    let [is_toned] = input.array()?;
    let fault = stored::read_diagnostics(input.bytes()?)?.pop();
    let problems = stored::read_diagnostics(input.bytes()?)?;
    Some(PictureEntry { path, stamp, side, facts, is_toned: is_toned != 0, fault, problems })
}

fn facts(input: &mut Input<'_>) -> Option<ImageFacts> {
    let (width, height) = (input.u32()?, input.u32()?);
    let format = crate::asset::image::format(input.text()?)?;
    let credit = Credit::read(&mut || text(input))?;
    let published = input.u64()?;
    let original = match input.array()? {
        [0] => None,
        _ => Some(Arc::new(original(input)?)),
    };
    let tone = match input.array()? {
        [0] => None,
        _ => Some(Tone::from_bytes(input.array()?)?),
    };
    Some(ImageFacts { width, height, format, credit, published, original, tone })
}

fn text(input: &mut Input<'_>) -> Option<Option<String>> {
    match input.array()? {
        [0] => Some(None),
        _ => Some(Some(input.text()?.to_string())),
    }
}

fn original(input: &mut Input<'_>) -> Option<Original> {
    let (width, height, frames) = (input.u32()?, input.u32()?, input.u32()?);
    let format = crate::asset::image::format(input.text()?)?;
    let hash = input.array()?;
    let [is_kept, is_lossy, has_alpha] = input.array()?.map(|byte: u8| byte != 0);
    let rights = match input.array()? {
        [0] => None,
        _ => Some(Arc::new(Rights::read(&mut || text(input))?)),
    };
    Some(Original { width, height, frames, format, hash, is_kept, is_lossy, has_alpha, rights })
}

/// A row with the number of builds that did not use it.
pub(super) type Row<'a> = (&'a Entry, u8);

/// All rows: those of this build, and those of the old table that it did not use.
pub(super) fn all_rows<'a>(new: &'a Documents, old: &'a Table, parse: Fingerprint) -> Vec<Row<'a>> {
    // A folder that is gone today may be back tomorrow, as after a look at another branch.
    let is_old = |entry: &&Entry| {
        let is_used = new.entries.binary_search_by(|other| other.path.cmp(&entry.path)).is_ok();
        !is_used && entry.unused < UNUSED && parse == old.parse
    };
    let unused = old.entries.iter().filter(is_old).map(|entry| (entry, entry.unused + 1));
    new.entries.iter().map(|entry| (entry, 0)).chain(unused).collect()
}

/// The rows of this build that do not stand in the table on disk; none when they are too many to be written apart.
pub(super) fn changed_rows<'a>(new: &'a Documents, old: &Table) -> Option<Vec<Row<'a>>> {
    let changed = new.entries.iter().filter(|entry| !entry.is_on_disk);
    let rows: Vec<Row<'a>> = changed.map(|entry| (entry, 0)).collect();
    let is_few = !old.is_empty() && rows.len() * 16 <= old.entries.len();
    is_few.then_some(rows)
}

/// Writes rows, and what is known of other files.
pub(super) fn write(
    rows: &[Row<'_>],
    new: &Documents,
    old: &Table,
    head: &Head,
    out: &mut Vec<u8>,
) {
    let Head { base, parse, since, generation, end } = head;
    out.extend_from_slice(&base.0);
    out.extend_from_slice(&parse.0);
    out.extend_from_slice(&since.to_le_bytes());
    bytes::put_u32(*generation, out);
    bytes::put_u64(*end, out);
    bytes::put_u32(rows.len() as u32, out);
    for (entry, unused) in rows {
        put_entry(entry, *unused, old, out);
    }
    bytes::put_u32(new.files.len() as u32, out);
    for FileEntry { path, stamp, hash, cleaned } in &new.files {
        bytes::put_bytes(path.as_bytes(), out);
        out.extend_from_slice(&stamp.to_bytes());
        out.extend_from_slice(hash);
        out.push(cleaned.map_or(0, |(how, _)| how));
        out.extend(cleaned.iter().flat_map(|(_, hash)| *hash));
    }
    bytes::put_u32(new.pictures.len() as u32, out);
    for picture in &new.pictures {
        put_picture(picture, out);
    }
}

fn put_entry(entry: &Entry, unused_for: u8, old: &Table, out: &mut Vec<u8>) {
    let Entry { path, stamp, print, facts, light, names, problems, .. } = entry;
    bytes::put_bytes(path.as_bytes(), out);
    out.extend_from_slice(&stamp.to_bytes());
    out.extend_from_slice(&print.0);
    out.extend_from_slice(&facts.0);
    out.push(unused_for);
    for part in [light, names, problems] {
        bytes::put_bytes(old.bytes(part), out);
    }
    for record in [entry.body, entry.terms, entry.index] {
        record.put(out);
    }
}

fn put_picture(picture: &PictureEntry, out: &mut Vec<u8>) {
    let PictureEntry { path, stamp, side, facts, is_toned, fault, problems } = picture;
    bytes::put_bytes(path.as_bytes(), out);
    out.extend_from_slice(&stamp.to_bytes());
    out.push(side.is_some().into());
    out.extend(side.iter().flat_map(Stamp::to_bytes));
    out.push(facts.is_some().into());
    if let Some(facts) = facts {
        put_facts(facts, out);
    }
    out.push((*is_toned).into());
    for problems in [fault.as_slice(), problems] {
        let mut told = Vec::new();
        stored::write_diagnostics(problems, &mut told);
        bytes::put_bytes(&told, out);
    }
}

fn put_facts(facts: &ImageFacts, out: &mut Vec<u8>) {
    let ImageFacts { width, height, format, credit, published, original, tone } = facts;
    bytes::put_u32(*width, out);
    bytes::put_u32(*height, out);
    bytes::put_bytes(format.as_bytes(), out);
    credit.texts().into_iter().for_each(|text| put_text(text, out));
    bytes::put_u64(*published, out);
    out.push(original.is_some().into());
    if let Some(original) = original {
        put_original(original, out);
    }
    out.push(tone.is_some().into());
    out.extend(tone.iter().flat_map(|tone| tone.to_bytes()));
}

fn put_original(original: &Original, out: &mut Vec<u8>) {
    let Original { width, height, frames, format, hash, is_kept, is_lossy, has_alpha, rights } =
        original;
    for number in [width, height, frames] {
        bytes::put_u32(*number, out);
    }
    bytes::put_bytes(format.as_bytes(), out);
    out.extend_from_slice(hash);
    out.extend([*is_kept, *is_lossy, *has_alpha].map(u8::from));
    out.push(rights.is_some().into());
    if let Some(rights) = rights {
        rights.texts().into_iter().for_each(|text| put_text(text, out));
    }
}

fn put_text(text: Option<&str>, out: &mut Vec<u8>) {
    out.push(text.is_some().into());
    if let Some(text) = text {
        bytes::put_bytes(text.as_bytes(), out);
    }
}
