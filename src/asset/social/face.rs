//! Which faces the font files hold: family, weight and the characters that each has letters for.
//!
//! Layout of the files: OpenType specification 1.9.1, "Organization of an OpenType Font" (table directory, TTC header).

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use harfrust::font::attribute::Style;
use harfrust::font::name::NameId;
use harfrust::font::{Blob, TableFunction};
use harfrust::{Font, Tag};

use super::fonts::FontFile;

type Read<'a> = &'a dyn Fn(&str, Range<u64>) -> Option<Vec<u8>>;

/// Larger files are no fonts that a card needs, and they are read as a whole.
const MAX_FILE: u64 = 256 << 20;
const MAX_TABLE: u64 = 8 << 20;
const MAX_FACES: u32 = 64;
const MAX_TABLES: u16 = 256;

/// One upright face of normal width.
pub(super) struct Face {
    pub family: String,
    /// From and to in the units of OpenType (400 is regular, 700 bold); the same for a face that is not variable.
    pub weight: (f32, f32),
    pub is_theme: bool,
    /// Ranges of characters, first and last, in order.
    coverage: Vec<(u32, u32)>,
    file: usize,
    index: u32,
    font: OnceLock<Option<Font>>,
}

impl Face {
    /// Whether it has a letter for the character.
    pub fn has(&self, character: char) -> bool {
        let code = character as u32;
        let after = self.coverage.partition_point(|&(first, _)| first <= code);
        after.checked_sub(1).is_some_and(|i| self.coverage[i].1 >= code)
    }

    /// How far its nearest weight is from the wanted one.
    pub fn distance(&self, weight: f32) -> u32 {
        let nearest = weight.clamp(self.weight.0, self.weight.1);
        (nearest - weight).abs() as u32
    }
}

/// All usable faces, and the bytes of the files that were needed.
pub(super) struct Faces {
    pub faces: Vec<Face>,
    blobs: Vec<OnceLock<Option<Blob>>>,
}

impl Faces {
    pub fn of(files: &[FontFile], read: Read<'_>) -> Faces {
        let mut faces = Vec::new();
        for (number, file) in files.iter().enumerate() {
            match file {
                FontFile::Theme { bytes, .. } => {
                    let part = |range: Range<u64>| {
                        let range =
                            usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
                        bytes.get(range).map(<[u8]>::to_vec)
                    };
                    describe(&part, number, true, &mut faces);
                }
                FontFile::System { path, size } if *size <= MAX_FILE => {
                    describe(&|range| read(path, range), number, false, &mut faces);
                }
                FontFile::System { .. } => {}
            }
        }
        let blobs = files.iter().map(|_| OnceLock::new()).collect();
        Faces { faces, blobs }
    }

    /// The font of a face, its file read once.
    pub fn open(&self, face: usize, files: &[FontFile], read: Read<'_>) -> Option<Font> {
        let face = self.faces.get(face)?;
        face.font
            .get_or_init(|| {
                let blob = self.blobs[face.file].get_or_init(|| {
                    let bytes = match &files[face.file] {
                        FontFile::Theme { bytes, .. } => bytes.clone(),
                        FontFile::System { path, size } => read(path, 0..*size)?,
                    };
                    Some(Blob::from(bytes))
                });
                Font::new(blob.clone()?, face.index)
            })
            .clone()
    }
}

/// Adds the faces of one file. What is broken, slanted, narrow or without outlines is left out.
fn describe(
    read: &dyn Fn(Range<u64>) -> Option<Vec<u8>>,
    file: usize,
    is_theme: bool,
    faces: &mut Vec<Face>,
) {
    for (index, start) in starts(read).into_iter().enumerate() {
        let Some(tables) = directory(read, start) else { continue };
        let has = |tag: &[u8; 4]| tables.iter().any(|(name, _)| name == tag);
        if !(has(b"glyf") || has(b"CFF ") || has(b"CFF2")) || has(b"CBDT") || has(b"sbix") {
            continue;
        }
        let mut needed = std::collections::BTreeMap::new();
        for tag in [b"head", b"hhea", b"maxp", b"name", b"OS/2", b"fvar", b"cmap"] {
            let range = tables.iter().find(|(name, _)| name == tag).map(|(_, range)| range.clone());
            let bytes = range.filter(|range| range.end - range.start <= MAX_TABLE).and_then(read);
            if let Some(bytes) = bytes {
                needed.insert(*tag, Blob::from(bytes));
            }
        }
        let table = move |tag: Tag| needed.get(&tag.to_be_bytes()).cloned();
        let source = TableFunction::new(Arc::new(table));
        let font = Font::new(source, 0);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        faces.extend(font.and_then(|font| face(&font, file, index, is_theme)));
    }
}

fn face(font: &Font, file: usize, index: u32, is_theme: bool) -> Option<Face> {
    let attributes = font.default_attributes();
    let is_plain = attributes.style == Style::Normal && attributes.width.ratio() == 1.0;
    let axis = font.axes().get_by_tag(Tag::new(b"wght"));
    let own = attributes.weight.value();
    let weight = axis.map_or((own, own), |axis| (axis.min_value(), axis.max_value()));
    // Thin and black faces are for other uses, and there are many of them; `clamp` wants an order.
    let is_usable = weight.0 <= weight.1 && weight.0 <= 750.0 && weight.1 >= 350.0;
    if !is_theme && !is_plain || !is_usable {
        return None;
    }
    let names = font.names();
    let name = |id| Some(names.get(id)?.english_or_first()?.name().chars().take(100).collect());
    let family: String =
        name(NameId::TYPOGRAPHIC_FAMILY_NAME).or_else(|| name(NameId::FAMILY_NAME))?;
    let coverage = ranges(font.charmap().unicodes().map(|(code, _)| code).collect());
    let font = OnceLock::new();
    Some(Face { family, weight, is_theme, coverage, file, index, font })
}

fn ranges(mut codes: Vec<u32>) -> Vec<(u32, u32)> {
    codes.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for code in codes {
        match ranges.last_mut() {
            Some((_, last)) if code <= last.saturating_add(1) => *last = code.max(*last),
            _ => ranges.push((code, code)),
        }
    }
    ranges.shrink_to_fit();
    ranges
}

/// Where the table directories stand: several in a collection.
fn starts(read: &dyn Fn(Range<u64>) -> Option<Vec<u8>>) -> Vec<u64> {
    let Some(head) = read(0..12) else { return Vec::new() };
    if !head.starts_with(b"ttcf") {
        return vec![0];
    }
    let count = u64::from(u32_at(&head, 8).min(MAX_FACES));
    let offsets = read(12..12 + 4 * count).unwrap_or_default();
    (0..offsets.len() / 4).map(|i| u64::from(u32_at(&offsets, 4 * i))).collect()
}

/// Names and places of the tables of one font.
fn directory(
    read: &dyn Fn(Range<u64>) -> Option<Vec<u8>>,
    start: u64,
) -> Option<Vec<([u8; 4], Range<u64>)>> {
    let head = read(start..start + 12)?;
    let is_font = matches!(&head[..4], [0, 1, 0, 0] | b"OTTO" | b"true");
    let count = u16::from_be_bytes([head[4], head[5]]);
    if !is_font || count > MAX_TABLES {
        return None;
    }
    let records = read(start + 12..start + 12 + 16 * u64::from(count))?;
    let record = |record: &[u8]| {
        let offset = u64::from(u32_at(record, 8));
        (
            [record[0], record[1], record[2], record[3]],
            offset..offset + u64::from(u32_at(record, 12)),
        )
    };
    Some(records.chunks_exact(16).map(record).collect())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}
