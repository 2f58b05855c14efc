//! Numbers and ranges in foreign bytes, and the pieces from which a cleaned file is put together.
//!
//! Nothing here trusts a length: what lies outside is `None`.

use std::borrow::Cow;

/// Order of the bytes in a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

impl Order {
    /// The number in at most 8 bytes.
    pub(super) fn number(self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        match self {
            Order::Big => bytes.iter().fold(0, add),
            Order::Little => bytes.iter().rev().fold(0, add),
        }
    }

    /// The lowest `length` bytes of a number, at most 8.
    pub(super) fn write(self, number: u64, length: usize) -> Vec<u8> {
        let bytes = number.to_le_bytes();
        let bytes = bytes.iter().take(length).copied();
        match self {
            Order::Big => bytes.rev().collect(),
            Order::Little => bytes.collect(),
        }
    }

    /// The number in `length` bytes at a place.
    pub(super) fn at(self, bytes: &[u8], at: usize, length: usize) -> Option<usize> {
        usize::try_from(self.number(range(bytes, at, length)?)).ok()
    }
}

/// `length` bytes from `at` on.
pub(super) fn range(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(length)?)
}

/// The parts of a new file: most are ranges of the old one.
#[derive(Debug, Default)]
pub(super) struct Pieces<'a> {
    parts: Vec<Cow<'a, [u8]>>,
}

impl<'a> Pieces<'a> {
    pub(super) fn keep(&mut self, part: &'a [u8]) {
        self.parts.push(Cow::Borrowed(part));
    }

    pub(super) fn put(&mut self, part: Vec<u8>) {
        self.parts.push(Cow::Owned(part));
    }

    /// Puts a part before the one with this number.
    pub(super) fn insert(&mut self, place: usize, part: Vec<u8>) {
        self.parts.insert(place.min(self.parts.len()), Cow::Owned(part));
    }

    pub(super) fn count(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn length(&self) -> usize {
        self.parts.iter().map(|part| part.len()).sum()
    }

    /// The new file; the old one itself when nothing differs.
    pub(super) fn finish(self, old: &'a [u8]) -> Cow<'a, [u8]> {
        let mut rest = old;
        let is_same = self.parts.iter().all(|part| match rest.strip_prefix(&**part) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        });
        if is_same && rest.is_empty() {
            Cow::Borrowed(old)
        } else {
            Cow::Owned(self.parts.concat())
        }
    }
}
