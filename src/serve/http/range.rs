//! Parts of an answer: the header `Range` (RFC 9110, 14).

use std::ops::Range;

/// What a request wants of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it; also when the header is one that nobody has to understand.
    Whole,
    /// These parts, each within the answer and not empty.
    Parts(Vec<Range<u64>>),
    /// Parts that are not there.
    Nothing,
}

/// Parts that one request may ask for; more is an attack or a mistake.
const MOST: usize = 16;

/// Reads the header for an answer of `length` bytes.
pub(super) fn wanted(header: &str, length: u64) -> Wanted {
    let Some((unit, list)) = header.split_once('=') else { return Wanted::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    let mut parts: Vec<Range<u64>> = Vec::new();
    for (at, part) in list.split(',').enumerate() {
        match one(part.trim(), length) {
            Ok(Some(range)) if at < MOST => parts.push(range),
            Ok(None) => {}
            _ => return Wanted::Whole,
        }
    }
    if parts.is_empty() {
        return Wanted::Nothing;
    }
    // More bytes than there are: parts that overlap ask for work, not for content.
    let asked = parts.iter().fold(0u64, |sum, part| sum.saturating_add(part.end - part.start));
    if asked > length { Wanted::Whole } else { Wanted::Parts(parts) }
}

/// `0-99`, `100-` or `-100`; nothing when it lies past the end.
fn one(part: &str, length: u64) -> Result<Option<Range<u64>>, ()> {
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for the type lies past every end.
        true => Ok(text.parse().unwrap_or(u64::MAX)),
        false => Err(()),
    };
    let range = match part.split_once('-') {
        None | Some(("", "")) => return Err(()),
        Some(("", last)) => length.saturating_sub(number(last)?)..length,
        Some((first, "")) => number(first)?..length,
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return Err(());
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Ok((range.start < range.end).then_some(range))
}

#[cfg(test)]
mod tests {
    use super::{Wanted, wanted};

    #[test]
    fn one_part_in_each_form() {
        for (header, part) in [
            ("bytes=0-4", 0..5),
            ("bytes=5-", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes=8-99999999999999999999999", 8..10),
            ("Bytes = 9-9", 9..10),
        ] {
            assert_eq!(wanted(header, 10), Wanted::Parts(vec![part]), "{header}");
        }
    }

    #[test]
    fn several_parts_keep_their_order_and_lose_those_past_the_end() {
        assert_eq!(wanted("bytes=5-6, 0-1,50-", 10), Wanted::Parts(vec![5..7, 0..2]));
    }

    #[test]
    fn nothing_lies_past_the_end() {
        for header in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(wanted(header, 10), Wanted::Nothing, "{header}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
    }

    #[test]
    fn what_is_malformed_or_greedy_is_the_whole() {
        let many = format!("bytes={}", vec!["0-0"; 17].join(","));
        for header in
            ["", "bytes", "bytes=", "lines=0-1", "bytes=5-2", "bytes=a-b", "bytes=--1", "bytes=-"]
        {
            assert_eq!(wanted(header, 10), Wanted::Whole, "{header}");
        }
        assert_eq!(wanted(&many, 100), Wanted::Whole);
        assert_eq!(wanted("bytes=0-,0-", 10), Wanted::Whole);
    }
}
