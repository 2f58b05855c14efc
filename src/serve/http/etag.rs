//! What stands for the bytes of an answer, so that a browser that has them does not get them again.

use std::fmt;

/// A strong entity tag (RFC 9110, 8.8.3), with its quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Etag(String);

impl Etag {
    /// The tag of bytes that were made.
    pub(super) fn of_bytes(bytes: &[u8]) -> Etag {
        Etag(format!("\"{}\"", &blake3::hash(bytes).to_hex()[..32]))
    }

    /// The tag of a file, by its size, its time and its place on the disk.
    pub(super) fn of_file(bytes: u64, nanoseconds: u128, inode: u64) -> Etag {
        Etag(format!("\"{bytes:x}-{nanoseconds:x}-{inode:x}\""))
    }

    /// Whether a header `If-None-Match` names it.
    pub(super) fn is_among(&self, header: &str) -> bool {
        let mut tags = header.split(',').map(|tag| tag.trim());
        header.trim() == "*" || tags.any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }

    /// Whether a header `If-Range` allows a part of these bytes.
    pub(super) fn is_exactly(&self, header: &str) -> bool {
        header.trim() == self.0
    }
}

impl fmt::Display for Etag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Etag;

    #[test]
    fn headers_name_tags_in_lists_weak_or_strong() {
        let tag = Etag::of_bytes(b"page");
        assert!(tag.is_among(&tag.to_string()) && tag.is_among("*"));
        assert!(tag.is_among(&format!("\"x\", W/{tag} ,\"y\"")));
        assert!(!tag.is_among("\"x\"") && !tag.is_among(""));
        assert!(!tag.is_among(&tag.to_string().replace('"', "")));
        assert!(tag.is_exactly(&format!(" {tag}")) && !tag.is_exactly(&format!("W/{tag}")));
        assert!(!tag.is_exactly("Wed, 21 Oct 2015 07:28:00 GMT"));
        assert_ne!(tag, Etag::of_bytes(b"Page"));
    }
}
