//! Image file directories: the tables of which TIFF files and Exif data consist (TIFF 6.0, section 2;
//! Exif 2.32, section 4.6), read without trust.

use super::bytes::{Order, range};

/// Artist, Copyright, Orientation and the rest by their numbers (TIFF 6.0, appendix A; Exif 2.32, 4.6.4).
pub(super) mod tag {
    pub(in super::super) const ORIENTATION: u16 = 0x0112;
    pub(in super::super) const ARTIST: u16 = 0x013b;
    pub(in super::super) const COPYRIGHT: u16 = 0x8298;
    pub(in super::super) const XMP: u16 = 0x02bc;
    pub(in super::super) const IPTC: u16 = 0x83bb;
    pub(in super::super) const PHOTOSHOP: u16 = 0x8649;
    pub(in super::super) const GPS: u16 = 0x8825;
}

/// A TIFF file, or the data of an Exif block, which has the same form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiff<'a> {
    pub bytes: &'a [u8],
    pub order: Order,
}

/// A directory: its entries and the place of the next one (0: none).
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub entries: Vec<Entry>,
    pub next: usize,
}

/// One field of a directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub tag: u16,
    /// Where its 12 bytes begin.
    pub at: usize,
    /// Where its value is, inside these bytes or elsewhere.
    pub value_at: usize,
    /// Bytes of its value.
    pub length: usize,
    /// Bytes of one number of the value.
    pub unit: usize,
}

impl<'a> Tiff<'a> {
    /// Reads the header; also gives the place of the first directory.
    pub(super) fn open(bytes: &'a [u8]) -> Option<(Tiff<'a>, usize)> {
        let order = match bytes.get(..4)? {
            b"II*\0" => Order::Little,
            b"MM\0*" => Order::Big,
            _ => return None,
        };
        Some((Tiff { bytes, order }, order.at(bytes, 4, 4)?))
    }

    /// The directory at a place; `None` when it does not fit into the bytes.
    pub(super) fn directory(&self, at: usize) -> Option<Directory> {
        let count = self.order.at(self.bytes, at, 2)?;
        let table = range(self.bytes, at.checked_add(2)?, count * 12)?;
        let entries = table.chunks_exact(12).enumerate();
        let entries = entries.filter_map(|(n, entry)| self.entry(entry, at + 2 + n * 12)).collect();
        // Some programs leave the place of the next one out.
        let next = self.order.at(self.bytes, at + 2 + count * 12, 4).unwrap_or(0);
        Some(Directory { entries, next })
    }

    fn entry(&self, entry: &[u8], at: usize) -> Option<Entry> {
        let tag = u16::try_from(self.order.number(&entry[..2])).ok()?;
        let unit = match self.order.number(&entry[2..4]) {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return None,
        };
        let count = usize::try_from(self.order.number(&entry[4..8])).ok()?;
        let length = count.checked_mul(unit)?;
        let place = usize::try_from(self.order.number(&entry[8..])).ok()?;
        let value_at = if length <= 4 { at + 8 } else { place };
        Some(Entry { tag, at, value_at, length, unit })
    }

    pub(super) fn value(&self, entry: &Entry) -> Option<&'a [u8]> {
        range(self.bytes, entry.value_at, entry.length)
    }

    /// The numbers of a field of whole numbers.
    pub(super) fn numbers(&self, entry: &Entry) -> Option<impl Iterator<Item = usize> + use<'a>> {
        let order = self.order;
        let value = self.value(entry)?.chunks_exact(entry.unit);
        Some(value.map(move |number| usize::try_from(order.number(number)).unwrap_or(usize::MAX)))
    }
}

impl Directory {
    pub(super) fn find(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }
}
