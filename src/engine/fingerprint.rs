//! Fingerprints: what stands for a value when only "the same or not" is asked.
//!
//! BLAKE3 (<https://github.com/BLAKE3-team/BLAKE3-specs>), the first 128 bits: two values with one fingerprint
//! are not to be found, not even on purpose. A wrong hit would be a wrong page.

use std::fmt;

/// The fingerprint of a value.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// Stands for "there is no such thing".
    pub const NONE: Fingerprint = Fingerprint([0; 16]);

    /// The fingerprint of no bytes at all: links that nobody wrote are hashed ten thousand times.
    const EMPTY: Fingerprint = Fingerprint([
        0xaf, 0x13, 0x49, 0xb9, 0xf5, 0xf9, 0xa1, 0xa6, 0xa0, 0x40, 0x4d, 0xea, 0x36, 0xdc, 0xc9,
        0x49,
    ]);

    /// The fingerprint of bytes.
    pub fn of(bytes: &[u8]) -> Fingerprint {
        Fingerprint::from_hash(blake3::hash(bytes).as_bytes())
    }

    /// The fingerprint for a whole BLAKE3 hash.
    pub fn from_hash(hash: &[u8; 32]) -> Fingerprint {
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        Fingerprint(short)
    }

    /// Whether it stands for a thing that is not there.
    pub fn is_none(self) -> bool {
        self == Fingerprint::NONE
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..6].iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Takes the parts of a value one after the other. Every part is marked off from the next: `ab`, `c` and
/// `a`, `bc` are different values.
#[derive(Debug, Default)]
pub struct Hasher(Vec<u8>);

impl Hasher {
    pub fn new() -> Hasher {
        Hasher(Vec::with_capacity(512))
    }

    pub fn text(&mut self, text: &str) -> &mut Hasher {
        self.bytes(text.as_bytes())
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Hasher {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn maybe(&mut self, text: Option<&str>) -> &mut Hasher {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }

    pub fn number(&mut self, number: u64) -> &mut Hasher {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub fn print(&mut self, print: Fingerprint) -> &mut Hasher {
        self.0.extend_from_slice(&print.0);
        self
    }

    /// The fingerprint of all that was taken; the hasher is empty again.
    pub fn finish(&mut self) -> Fingerprint {
        if self.0.is_empty() {
            return Fingerprint::EMPTY;
        }
        let print = Fingerprint::of(&self.0);
        self.0.clear();
        print
    }
}

/// For values that write themselves as text.
impl std::io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_marked_off() {
        let of = |parts: &[&str]| {
            let mut hasher = Hasher::new();
            for part in parts {
                hasher.text(part);
            }
            hasher.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
        assert_eq!(Hasher::new().finish(), Fingerprint::of(b""));
        assert_ne!(Hasher::new().maybe(None).finish(), Hasher::new().maybe(Some("")).finish());
    }
}
