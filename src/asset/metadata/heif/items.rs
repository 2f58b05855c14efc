//! Items of a file and where their bytes are (ISO/IEC 14496-12, 8.11.3 `iloc` and 8.11.6 `iinf`).

use super::super::CUT;
use super::super::bytes::Order;
use super::boxes::{Box, boxes, full};

/// More ranges than any picture has.
const MOST_EXTENTS: usize = 100_000;

/// A part of the file with a purpose of its own.
#[derive(Debug)]
pub(super) struct Item {
    pub kind: [u8; 4],
    pub is_xmp: bool,
    /// Begins and ends of its ranges in the file.
    pub extents: Vec<(usize, usize)>,
}

impl Item {
    /// Neither pixels nor how they are put together.
    pub(super) fn is_private(&self) -> bool {
        matches!(&self.kind, b"Exif" | b"mime" | b"uri ")
    }

    /// Its bytes; `None` when it is longer than metadata are.
    pub(super) fn content(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let length =
            self.extents.iter().try_fold(0usize, |sum, (from, to)| sum.checked_add(to - from))?;
        if length > bytes.len() {
            return None;
        }
        let parts: Option<Vec<&[u8]>> =
            self.extents.iter().map(|(from, to)| bytes.get(*from..*to)).collect();
        Some(parts?.concat())
    }

    /// Whether it is a packet that is read.
    fn is_packet(content_type: &[u8]) -> bool {
        content_type.starts_with(b"application/rdf+xml")
    }
}

/// All items of a file; an error when a range lies outside of it.
pub(super) fn items(bytes: &[u8], meta: &Box) -> Result<Vec<Item>, String> {
    let parts = full(bytes, meta)?;
    let part = |kind: &[u8; 4]| parts.iter().find(|found| found.kind == *kind);
    let (Some(names), Some(places)) = (part(b"iinf"), part(b"iloc")) else { return Ok(Vec::new()) };
    let names = names_of(bytes, names)?;
    let places = Places { bytes, at: places.body, end: places.end, data: part(b"idat").copied() };
    let mut items = Vec::new();
    for (id, extents) in places.read()? {
        // What has no name is taken for pixels.
        let found = names.binary_search_by_key(&id, |(id, ..)| *id).ok().map(|place| names[place]);
        let (_, kind, is_xmp) = found.unwrap_or((id, [0; 4], false));
        items.push(Item { kind, is_xmp, extents });
    }
    Ok(items)
}

/// Number, kind and whether it is XMP, by number.
fn names_of(bytes: &[u8], holder: &Box) -> Result<Vec<(usize, [u8; 4], bool)>, String> {
    let version = *bytes.get(holder.body).ok_or(CUT)?;
    let (entries, is_whole) =
        boxes(bytes, holder.body + if version == 0 { 6 } else { 8 }, holder.end);
    if !is_whole {
        return Err(CUT.into());
    }
    let mut names = Vec::new();
    for entry in entries.iter().filter(|entry| entry.kind == *b"infe") {
        let body = &bytes[entry.body..entry.end];
        let length = match body.first() {
            Some(2) => 2,
            Some(3) => 4,
            _ => return Err("the file has a part of an unknown kind".into()),
        };
        let id = Order::Big.at(body, 4, length).ok_or(CUT)?;
        let rest = body.get(6 + length..).ok_or(CUT)?;
        let kind: [u8; 4] = rest.get(..4).and_then(|kind| kind.try_into().ok()).ok_or(CUT)?;
        let mut texts = rest[4..].split(|byte| *byte == 0);
        let is_xmp = &kind == b"mime" && texts.nth(1).is_some_and(Item::is_packet);
        names.push((id, kind, is_xmp));
    }
    names.sort_unstable();
    Ok(names)
}

/// Reads `iloc`.
struct Places<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    /// `idat`: items may lie in it.
    data: Option<Box>,
}

type Extents = Vec<(usize, usize)>;

impl Places<'_> {
    fn number(&mut self, length: usize) -> Result<usize, String> {
        if length > 8 || self.at + length > self.end {
            return Err(CUT.into());
        }
        let number = Order::Big.at(self.bytes, self.at, length).ok_or(CUT)?;
        self.at += length;
        Ok(number)
    }

    fn read(mut self) -> Result<Vec<(usize, Extents)>, String> {
        let version = self.number(1)?;
        self.number(3)?;
        let sizes = self.number(2)?;
        let (offset, length, base) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15);
        let index = if version == 0 { 0 } else { sizes & 15 };
        let count = self.number(if version < 2 { 2 } else { 4 })?;
        let (mut found, mut total) = (Vec::new(), 0usize);
        for _ in 0..count {
            let id = self.number(if version < 2 { 2 } else { 4 })?;
            let method = if version == 0 { 0 } else { self.number(2)? & 15 };
            self.number(2)?;
            let base = self.number(base)?;
            let extents = self.number(2)?;
            total += extents;
            if total > MOST_EXTENTS {
                return Err("the file has too many parts".into());
            }
            let mut ranges = Vec::new();
            for _ in 0..extents {
                self.number(index)?;
                let (offset, length) = (self.number(offset)?, self.number(length)?);
                ranges.push(self.range(method, base, offset, length)?);
            }
            found.push((id, ranges));
        }
        Ok(found)
    }

    /// Where an extent is in the file; a length of 0 is all that follows.
    fn range(
        &self,
        method: usize,
        base: usize,
        offset: usize,
        length: usize,
    ) -> Result<(usize, usize), String> {
        let (start, end) = match (method, self.data) {
            (0, _) => (0, self.bytes.len()),
            (1, Some(data)) => (data.body, data.end),
            _ => return Err("the file has a part of an unknown kind".into()),
        };
        let sum = |a: usize, b: usize| a.checked_add(b).ok_or(CUT);
        let from = sum(sum(start, base)?, offset)?;
        let to = if length == 0 { end } else { sum(from, length)? };
        if from <= to && to <= end { Ok((from, to)) } else { Err(CUT.into()) }
    }
}
