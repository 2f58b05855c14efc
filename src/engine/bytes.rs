//! Tables as bytes: numbers of fixed size, least byte first, texts and lists with their length before them.
//!
//! Reading gives `None` for anything that does not fit; it never panics and reserves no more than the
//! input can fill.

use super::Fingerprint;

pub fn put_u32(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub fn put_u64(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    // Nothing that is kept is longer; what would be is read back as damaged.
    put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX), out);
    out.extend_from_slice(bytes);
}

/// Bytes that are being read from the front.
#[derive(Debug, Clone)]
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        Input(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes are left.
    pub fn rest(&self) -> usize {
        self.0.len()
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub fn print(&mut self) -> Option<Fingerprint> {
        self.array().map(Fingerprint)
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.u32()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// A count of things that take at least so many bytes each.
    pub fn count(&mut self, least: usize) -> Option<usize> {
        let count = self.u32()? as usize;
        (count.checked_mul(least)? <= self.0.len()).then_some(count)
    }

    /// A list of numbers.
    pub fn numbers(&mut self) -> Option<Box<[u32]>> {
        let count = self.count(4)?;
        let (bytes, rest) = self.0.split_at_checked(count * 4)?;
        self.0 = rest;
        Some(bytes.as_chunks::<4>().0.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect())
    }
}

pub fn put_numbers(numbers: &[u32], out: &mut Vec<u8>) {
    put_u32(u32::try_from(numbers.len()).unwrap_or(u32::MAX), out);
    out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}
