//! TIFF files: credit in their fields, and cleaning by keeping only what the picture needs (TIFF 6.0).
//!
//! A cleaned file has the length and places of the old one. Everything that is not reached from the fields that
//! describe pixels is zero: private fields, previews, remains of earlier versions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::bytes::range;
use super::ifd::{Entry, Tiff, tag};
use super::{Blocks, CUT, Removed, camera, iptc};

/// Fields that describe pixels (TIFF 6.0, appendix A; TIFF technical note 3 for 34675, the colour profile).
#[rustfmt::skip]
const KEPT: &[u16] = &[
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284,
    290, 291, 292, 293, 296, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339,
    340, 341, 342, 347, 529, 530, 531, 532, 34675,
];
const COMPRESSION: u16 = 259;
/// Places of the pixels and their lengths, in strips or tiles.
const PIXELS: [(u16, u16); 2] = [(273, 279), (324, 325)];
/// JPEG as TIFF 6.0 had it: its tables lie about in the file.
const OLD_JPEG: usize = 6;
const MOST_PAGES: usize = 10_000;
const WRONG: &str = "the tables of the file lead nowhere";

/// What the first directory says.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    let mut blocks = Blocks { exif: Some(Cow::Borrowed(bytes)), ..Blocks::default() };
    if let Some((tiff, at)) = Tiff::open(bytes)
        && let Some(directory) = tiff.directory(at)
    {
        let value = |tag| tiff.value(directory.find(tag)?);
        blocks.xmp = value(tag::XMP).map(Cow::Borrowed);
        let records =
            value(tag::IPTC).or_else(|| value(tag::PHOTOSHOP).and_then(iptc::in_photoshop));
        blocks.iptc = records.map(Cow::Borrowed);
    }
    blocks
}

/// Keeps the pixels and what describes them.
pub(super) fn clean<'a>(bytes: &'a [u8], removed: &mut Removed) -> Result<Cow<'a, [u8]>, String> {
    let (tiff, first) =
        Tiff::open(bytes).ok_or("TIFF files of more than 4 GB are not known here")?;
    let mut copy = Copy { old: bytes, new: vec![0; bytes.len()], end: 0, budget: 4 * bytes.len() };
    copy.range(0, 8)?;
    let mut seen = BTreeSet::new();
    let mut at = first;
    while at != 0 {
        if !seen.insert(at) || seen.len() > MOST_PAGES {
            return Err("the pages of the file go round in a circle".into());
        }
        at = copy.page(&tiff, at, removed)?;
    }
    if seen.is_empty() {
        return Err("there is no picture in the file".into());
    }
    copy.new.truncate(copy.end);
    if copy.new == bytes {
        return Ok(Cow::Borrowed(bytes));
    }
    removed.insert("private data");
    Ok(Cow::Owned(copy.new))
}

/// The new file, into which ranges of the old one are copied.
#[derive(Debug)]
struct Copy<'a> {
    old: &'a [u8],
    new: Vec<u8>,
    /// Where the last range ends.
    end: usize,
    /// Bytes that may still be copied: ranges that lie over each other a thousand times would take hours.
    budget: usize,
}

impl Copy<'_> {
    fn range(&mut self, at: usize, length: usize) -> Result<(), String> {
        let part = range(self.old, at, length).ok_or(CUT)?;
        self.put(at, part.to_vec())
    }

    fn put(&mut self, at: usize, part: Vec<u8>) -> Result<(), String> {
        // An empty range costs time as well.
        self.budget = self.budget.checked_sub(part.len().max(1)).ok_or(WRONG)?;
        let place = self.new.get_mut(at..at + part.len()).ok_or(CUT)?;
        place.copy_from_slice(&part);
        self.end = self.end.max(at + part.len());
        Ok(())
    }

    /// One directory with the fields that stay, moved together, their values and the pixels; gives the next.
    fn page(&mut self, tiff: &Tiff, at: usize, removed: &mut Removed) -> Result<usize, String> {
        let directory = tiff.directory(at).ok_or(CUT)?;
        let kept: Vec<&Entry> =
            directory.entries.iter().filter(|e| KEPT.contains(&e.tag)).collect();
        if directory.find(tag::GPS).is_some() {
            camera::note(self.old, None, removed);
        }
        let find = |tag| kept.iter().copied().find(|entry| entry.tag == tag);
        let numbers = |tag| find(tag).map(|entry| tiff.numbers(entry).ok_or(CUT)).transpose();
        if numbers(COMPRESSION)?.and_then(|mut numbers| numbers.next()) == Some(OLD_JPEG) {
            return Err("the file holds a JPEG of a kind that is not known here".into());
        }
        for entry in &kept {
            if entry.value_at != entry.at + 8 {
                self.range(entry.value_at, entry.length)?;
            }
        }
        let mut has_pixels = false;
        for (places, lengths) in PIXELS {
            if let Some(places) = numbers(places)? {
                let mut lengths = numbers(lengths)?.ok_or(WRONG)?;
                for place in places {
                    self.range(place, lengths.next().ok_or(WRONG)?)?;
                    has_pixels = true;
                }
            }
        }
        if !has_pixels {
            return Err("there is no picture in the file".into());
        }
        self.table(tiff, at, &kept, directory.next)?;
        Ok(directory.next)
    }

    /// Writes the table over everything else.
    fn table(
        &mut self,
        tiff: &Tiff,
        at: usize,
        kept: &[&Entry],
        next: usize,
    ) -> Result<(), String> {
        let short = |number: usize| {
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            tiff.order.write(u64::from(number), 2)
        };
        let mut table = short(kept.len());
        for entry in kept {
            let used = if entry.value_at == entry.at + 8 { 8 + entry.length } else { 12 };
            table.extend_from_slice(range(self.old, entry.at, used).ok_or(CUT)?);
            table.resize(table.len() + 12 - used, 0);
        }
        table.extend(tiff.order.write(next as u64, 4));
        self.put(at, table)
    }
}
