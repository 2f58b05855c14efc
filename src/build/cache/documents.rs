//! The table of what is known of the author's files, as one file of the cache.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Bytes, Entry, UNUSED};
use crate::asset::ImageFacts;
use crate::asset::image::Credit;
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
}

/// A picture whose facts were read.
#[derive(Debug, Clone)]
pub(in crate::build) struct PictureEntry {
    pub path: Arc<str>,
    pub stamp: Stamp,
    /// The file beside it, if there is one.
    pub side: Option<Stamp>,
    pub facts: Option<ImageFacts>,
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
    payload: Content,
}

/// What stands before the rows.
pub(super) struct Head {
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

    /// Reads what [`write`] wrote.
    pub(super) fn read(payload: Content) -> Option<Table> {
        let mut input = Input::new(&payload);
        let parse = input.print()?;
        let since = i128::from_le_bytes(input.array()?);
        let (generation, end) = (input.u32()?, input.u64()?);
        let mut entries = Vec::new();
        for _ in 0..input.count(140)? {
            entries.push(entry(&mut input, payload.len())?);
        }
        let by_path = entries.iter().map(|entry| entry.path.clone()).zip(0..).collect();
        let mut files = FxHashMap::default();
        for _ in 0..input.count(68)? {
            let path: Arc<str> = input.text()?.into();
            let stamp = Stamp::from_bytes(&input.array()?);
            files.insert(path.clone(), FileEntry { path, stamp, hash: input.array()? });
        }
        let mut pictures = FxHashMap::default();
        for _ in 0..input.count(40)? {
            let picture = picture(&mut input)?;
            pictures.insert(picture.path.clone(), picture);
        }
        let is_whole = input.is_empty();
        is_whole.then_some(Table {
            parse,
            since,
            generation,
            end,
            entries,
            by_path,
            files,
            pictures,
            payload,
        })
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
    Some(Entry { path, stamp, print, facts, unused, light, names, problems, body, terms })
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
    let problems = stored::read_diagnostics(input.bytes()?)?;
    Some(PictureEntry { path, stamp, side, facts, problems })
}

fn facts(input: &mut Input<'_>) -> Option<ImageFacts> {
    let (width, height) = (input.u32()?, input.u32()?);
    let format = crate::asset::image::format(input.text()?)?;
    let mut text = || -> Option<Option<String>> {
        match input.array()? {
            [0] => Some(None),
            _ => Some(Some(input.text()?.to_string())),
        }
    };
    let (credit, license, source) = (text()?, text()?, text()?);
    let (alt, caption) = (text()?, text()?);
    Some(ImageFacts {
        width,
        height,
        format,
        credit: Credit { credit, license, source, alt, caption },
    })
}

/// Writes the table: the rows of this build and those of the old one that it did not use. Gives how many bytes
/// of the pack are in use.
pub(super) fn write(new: &Documents, old: &Table, head: Head, out: &mut Vec<u8>) -> u64 {
    let Head { parse, since, generation, end } = head;
    out.reserve(old.payload.len() + 64 * 1024);
    out.extend_from_slice(&parse.0);
    out.extend_from_slice(&since.to_le_bytes());
    bytes::put_u32(generation, out);
    bytes::put_u64(end, out);
    // A folder that is gone today may be back tomorrow, as after a look at another branch.
    let is_old = |entry: &&Entry| {
        let is_used = new.entries.binary_search_by(|other| other.path.cmp(&entry.path)).is_ok();
        !is_used && entry.unused < UNUSED && parse == old.parse
    };
    let unused: Vec<&Entry> = old.entries.iter().filter(is_old).collect();
    bytes::put_u32((new.entries.len() + unused.len()) as u32, out);
    let mut live = 0;
    for (entry, unused) in new
        .entries
        .iter()
        .map(|entry| (entry, 0))
        .chain(unused.into_iter().map(|entry| (entry, entry.unused + 1)))
    {
        live += u64::from(entry.body.length) + u64::from(entry.terms.length);
        put_entry(entry, unused, old, out);
    }
    bytes::put_u32(new.files.len() as u32, out);
    for FileEntry { path, stamp, hash } in &new.files {
        bytes::put_bytes(path.as_bytes(), out);
        out.extend_from_slice(&stamp.to_bytes());
        out.extend_from_slice(hash);
    }
    bytes::put_u32(new.pictures.len() as u32, out);
    for picture in &new.pictures {
        put_picture(picture, out);
    }
    live
}

fn put_entry(entry: &Entry, unused_for: u8, old: &Table, out: &mut Vec<u8>) {
    let Entry { path, stamp, print, facts, unused: _, light, names, problems, body, terms } = entry;
    bytes::put_bytes(path.as_bytes(), out);
    out.extend_from_slice(&stamp.to_bytes());
    out.extend_from_slice(&print.0);
    out.extend_from_slice(&facts.0);
    out.push(unused_for);
    for part in [light, names, problems] {
        bytes::put_bytes(old.bytes(part), out);
    }
    body.put(out);
    terms.put(out);
}

fn put_picture(picture: &PictureEntry, out: &mut Vec<u8>) {
    let PictureEntry { path, stamp, side, facts, problems } = picture;
    bytes::put_bytes(path.as_bytes(), out);
    out.extend_from_slice(&stamp.to_bytes());
    out.push(side.is_some().into());
    out.extend(side.iter().flat_map(Stamp::to_bytes));
    out.push(facts.is_some().into());
    if let Some(ImageFacts { width, height, format, credit }) = facts {
        bytes::put_u32(*width, out);
        bytes::put_u32(*height, out);
        bytes::put_bytes(format.as_bytes(), out);
        let Credit { credit, license, source, alt, caption } = credit;
        for text in [credit, license, source, alt, caption] {
            out.push(text.is_some().into());
            if let Some(text) = text {
                bytes::put_bytes(text.as_bytes(), out);
            }
        }
    }
    let mut told = Vec::new();
    stored::write_diagnostics(problems, &mut told);
    bytes::put_bytes(&told, out);
}
