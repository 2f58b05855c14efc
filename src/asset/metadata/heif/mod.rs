//! Boxes of AVIF and HEIF files (ISO/IEC 14496-12, section 8; ISO/IEC 23008-12; AVIF 1.1).
//!
//! Cleaning writes over private data in place: a cleaned file has the length of the old one, and every place that
//! is named in it stays true.

mod boxes;
mod items;

use std::borrow::Cow;

use self::boxes::{Box, boxes, full};
use self::items::{Item, items};
use super::{Blocks, CUT, Removed, camera};

/// An Exif item without Exif: no bytes before the TIFF header, then a directory without fields.
const EMPTY: &[u8] = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0";
/// Boxes of an animation that hold other boxes.
const HOLDERS: &[&[u8; 4]] = &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"];
/// What stays at the top, in an animation, and in the description of a still.
const TOP: &[&[u8; 4]] = &[b"ftyp", b"meta", b"moov", b"mdat"];
#[rustfmt::skip]
const IN_MOVIE: &[&[u8; 4]] = &[
    b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvhd", b"mvex", b"tkhd", b"tref", b"elst", b"mdhd", b"hdlr",
    b"vmhd", b"nmhd", b"dinf", b"stsd", b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss",
    b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"trex",
];
const IN_META: &[&[u8; 4]] =
    &[b"hdlr", b"pitm", b"iloc", b"iinf", b"iprp", b"iref", b"idat", b"grpl", b"dinf"];
/// Properties that describe the taking, not the pixels: texts, times, position of the camera.
const PRIVATE: &[&[u8; 4]] =
    &[b"udes", b"crtt", b"mdft", b"altt", b"cmex", b"cmin", b"uuid", b"free", b"skip"];

/// Exif and XMP items.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    let mut blocks = Blocks::default();
    let top = boxes(bytes, 0, bytes.len()).0;
    let Some(meta) = top.iter().find(|found| found.kind == *b"meta") else { return blocks };
    let Ok(items) = items(bytes, meta) else { return blocks };
    for item in &items {
        let Some(content) = item.content(bytes) else { continue };
        if &item.kind == b"Exif" && content.len() > 4 {
            // The first 4 bytes say how many follow before the TIFF header.
            let skipped = super::bytes::Order::Big
                .at(&content, 0, 4)
                .and_then(|skipped| skipped.checked_add(4));
            let data = skipped.and_then(|skipped| content.get(skipped..)).map(<[u8]>::to_vec);
            blocks.exif = blocks.exif.or(data.map(Cow::Owned));
        } else if item.is_xmp {
            blocks.xmp.get_or_insert(Cow::Owned(content));
        }
    }
    blocks
}

/// Writes over all that is not needed to show the picture. Its orientation is a property and stays.
pub(super) fn clean<'a>(bytes: &'a [u8], removed: &mut Removed) -> Result<Cow<'a, [u8]>, String> {
    let (top, is_whole) = boxes(bytes, 0, bytes.len());
    if !is_whole {
        return Err(CUT.into());
    }
    let metas: Vec<&Box> = top.iter().filter(|found| found.kind == *b"meta").collect();
    if metas.len() > 1 {
        return Err("the file has two tables of contents".into());
    }
    let items = metas.first().map(|meta| items(bytes, meta)).transpose()?.unwrap_or_default();
    let has_movie = top.iter().any(|found| found.kind == *b"moov");
    if items.is_empty() && !has_movie {
        return Err("there is no picture in the file".into());
    }
    let mut copy = Copy { new: bytes.to_vec(), removed };
    for found in &top {
        copy.boxed(bytes, found, TOP);
        match &found.kind {
            b"meta" => copy.meta(bytes, found)?,
            b"moov" => copy.movie(bytes, found, 0)?,
            // What no item names is nobody's picture. The frames of an animation are named elsewhere.
            b"mdat" if !has_movie => copy.data(bytes, found, &items),
            _ => {}
        }
    }
    for item in items.iter().filter(|item| item.is_private()) {
        copy.item(bytes, item)?;
    }
    let is_same = copy.new == bytes;
    Ok(if is_same { Cow::Borrowed(bytes) } else { Cow::Owned(copy.new) })
}

struct Copy<'r> {
    new: Vec<u8>,
    removed: &'r mut Removed,
}

impl Copy<'_> {
    /// Makes free space of a box that is not known.
    fn boxed(&mut self, old: &[u8], found: &Box, kept: &[&[u8; 4]]) {
        if kept.iter().any(|kind| **kind == found.kind) {
            return;
        }
        self.zero(old, found.body, found.end, "private data");
        self.new[found.at + 4..found.at + 8].copy_from_slice(b"free");
    }

    /// Zeros over a range; notes it when something was there.
    fn zero(&mut self, old: &[u8], from: usize, to: usize, what: &'static str) {
        if old[from..to].iter().any(|byte| *byte != 0) {
            self.removed.insert(what);
            self.new[from..to].fill(0);
        }
    }

    fn meta(&mut self, old: &[u8], meta: &Box) -> Result<(), String> {
        for found in full(old, meta)? {
            self.boxed(old, &found, IN_META);
            if &found.kind != b"iprp" {
                continue;
            }
            let (properties, _) = boxes(old, found.body, found.end);
            for holder in properties.iter().filter(|found| found.kind == *b"ipco") {
                let (properties, is_whole) = boxes(old, holder.body, holder.end);
                if !is_whole {
                    return Err(CUT.into());
                }
                for property in properties.iter().filter(|p| PRIVATE.contains(&&p.kind)) {
                    self.boxed(old, property, &[]);
                }
            }
        }
        Ok(())
    }

    fn movie(&mut self, old: &[u8], holder: &Box, depth: usize) -> Result<(), String> {
        let (found, is_whole) = boxes(old, holder.body, holder.end);
        if !is_whole || depth > 8 {
            return Err(CUT.into());
        }
        for found in &found {
            self.boxed(old, found, IN_MOVIE);
            if HOLDERS.contains(&&found.kind) {
                self.movie(old, found, depth + 1)?;
            }
            // Two dates of 4 bytes each, of 8 in version 1, behind version and flags.
            if matches!(&found.kind, b"mvhd" | b"tkhd" | b"mdhd") {
                let length = if old.get(found.body) == Some(&1) { 16 } else { 8 };
                let end = (found.body + 4 + length).min(found.end);
                self.zero(old, (found.body + 4).min(end), end, "dates");
            }
        }
        Ok(())
    }

    /// Leaves only what items of the picture name.
    fn data(&mut self, old: &[u8], found: &Box, items: &[Item]) {
        let mut kept: Vec<(usize, usize)> = Vec::new();
        for item in items.iter().filter(|item| !item.is_private()) {
            let inside =
                |(from, to): &(usize, usize)| ((*from).max(found.body), (*to).min(found.end));
            kept.extend(item.extents.iter().map(inside).filter(|(from, to)| from < to));
        }
        kept.sort_unstable();
        let private: Vec<(usize, usize)> = items
            .iter()
            .filter(|item| item.is_private())
            .flat_map(|item| item.extents.clone())
            .collect();
        // Gaps that are items themselves are named for what they are.
        kept.extend(private);
        kept.sort_unstable();
        let mut at = found.body;
        for (from, to) in kept.into_iter().chain([(found.end, found.end)]) {
            let from = from.clamp(found.body, found.end);
            if from > at {
                self.zero(old, at, from, "private data");
            }
            at = at.max(to.min(found.end));
        }
    }

    /// Writes an empty text of the same length over an item.
    fn item(&mut self, old: &[u8], item: &Item) -> Result<(), String> {
        let content = item.content(old).ok_or(CUT)?;
        let empty = if &item.kind == b"Exif" { EMPTY } else { &[] };
        let filling = if item.is_xmp { b' ' } else { 0 };
        let mut new = if content.len() < empty.len() { Vec::new() } else { empty.to_vec() };
        new.resize(content.len(), filling);
        if new == content {
            return Ok(());
        }
        match &item.kind {
            b"Exif" => {
                let data = content.get(4..).unwrap_or_default();
                camera::note(data, None, self.removed);
            }
            _ if item.is_xmp => {
                self.removed.insert("XMP data");
            }
            _ => {
                self.removed.insert("private data");
            }
        }
        let mut rest = &new[..];
        for (from, to) in &item.extents {
            let (part, after) = rest.split_at_checked(to - from).ok_or(CUT)?;
            self.new[*from..*to].copy_from_slice(part);
            rest = after;
        }
        Ok(())
    }
}
