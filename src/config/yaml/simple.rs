//! A short cut for the YAML that front matter mostly is: one plain `key: value` a line.
//!
//! It reads only what it is sure of and gives `None` for the rest, which then goes to the real parser;
//! a property test holds the two against each other. Much faster, and front matter is read for
//! every article of a site.

use std::borrow::Cow;

use super::Node;

/// Reads maps of scalars, lists of scalars and maps of scalars in brackets; `None` for anything else.
pub(super) fn parse(yaml: &str) -> Option<Node<'_>> {
    if !is_common_text(yaml.as_bytes()) {
        return None;
    }
    let mut map: Vec<(Cow<'_, str>, Node<'_>)> = Vec::with_capacity(16);
    let mut lines = yaml.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let line = trim_end(line);
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        let (key, rest) = line.split_once(':')?;
        if !is_key(key) || map.len() > 60 || map.iter().any(|(known, _)| known == key) {
            return None;
        }
        let mut node = match rest.strip_prefix(' ') {
            Some(rest) => value(rest.trim_start_matches(' '))?,
            None if rest.is_empty() => Node::Null,
            None => return None,
        };
        let mut items = Vec::new();
        let mut indent = None;
        while let Some(next) = lines.peek() {
            let next = trim_end(next);
            let content = next.trim_start_matches(' ');
            let Some(item) = content.strip_prefix("- ") else {
                // Text that goes on, a map inside, or a comment in a list: not for here.
                if content.len() != next.len() || next.starts_with('-') {
                    return None;
                }
                break;
            };
            let depth = next.len() - content.len();
            if *indent.get_or_insert(depth) != depth || node != Node::Null {
                return None;
            }
            items.push(scalar(item.trim_start_matches(' '), false)?);
            lines.next();
        }
        if !items.is_empty() {
            // `key: ~` with a list below is a mistake for the real parser to tell.
            if !rest.trim().is_empty() {
                return None;
            }
            node = Node::List(items);
        }
        map.push((Cow::Borrowed(key), node));
    }
    Some(Node::Map(map))
}

/// Whether the text is free of control characters, of the line ends U+0085, U+2028 and U+2029, and
/// of byte order marks and their like, all of which mean something to YAML.
fn is_common_text(bytes: &[u8]) -> bool {
    let next = |at: usize| bytes.get(at).copied().unwrap_or(0);
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' | b' '..=0x7e => true,
        b'\r' => next(at + 1) == b'\n',
        0..=0x1f | 0x7f => false,
        0xc2 => next(at + 1) >= 0xa0,
        0xe2 => next(at + 1) != 0x80 || !matches!(next(at + 2), 0xa8 | 0xa9),
        0xef => !matches!((next(at + 1), next(at + 2)), (0xbb, 0xbf) | (0xbf, _)),
        _ => true,
    })
}

/// The line without its end; a space before it is no part of any value here.
fn trim_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line).trim_end_matches(' ')
}

fn is_key(key: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    key.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && key.len() <= 100
        && key.bytes().all(is_word)
        && !matches!(key, "null" | "Null" | "NULL" | "True" | "TRUE" | "False" | "FALSE")
}

fn value(text: &str) -> Option<Node<'_>> {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (None, _) => Some(Node::Null),
        (Some(b'['), Some(b']')) if text.len() > 1 => {
            let inside = text[1..text.len() - 1].trim_matches(' ');
            if inside.is_empty() {
                return Some(Node::List(Vec::new()));
            }
            let items: Option<Vec<_>> =
                inside.split(',').map(|item| scalar(item.trim_matches(' '), true)).collect();
            items.map(Node::List)
        }
        (Some(b'{'), Some(b'}')) if text.len() > 2 => {
            let mut map: Vec<(Cow<'_, str>, Node<'_>)> = Vec::new();
            for entry in text[1..text.len() - 1].split(',') {
                let (key, value) = entry.trim_matches(' ').split_once(": ")?;
                if !is_key(key) || map.iter().any(|(known, _)| known == key) {
                    return None;
                }
                map.push((Cow::Borrowed(key), scalar(value.trim_matches(' '), true)?));
            }
            Some(Node::Map(map))
        }
        _ => scalar(text, false),
    }
}

/// Text that can be read in one way only: no sign of YAML in it, and quotes without escapes.
fn scalar(text: &str, is_in_brackets: bool) -> Option<Node<'_>> {
    let first = *text.as_bytes().first()?;
    if first == b'"' || first == b'\'' {
        let inside = text.get(1..text.len().checked_sub(1)?)?;
        let quote = char::from(first);
        let is_plain = text.len() > 1
            && text.ends_with(quote)
            && !inside.contains([quote, '\\'])
            && !(is_in_brackets && inside.contains([',', '[', ']', '{', '}']));
        return is_plain.then_some(Node::Text(Cow::Borrowed(inside)));
    }
    let is_split = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let is_bracket =
        |c: char| matches!(c, '[' | ']' | '{' | '}' | ',' | ':' | '"' | '\'' | '?' | '#');
    if is_split || (is_in_brackets && text.contains(is_bracket)) {
        return None;
    }
    match first {
        b'0'..=b'9' => number_or_date(text),
        b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => match text {
            "true" => Some(Node::Bool(true)),
            "false" => Some(Node::Bool(false)),
            "True" | "TRUE" | "False" | "FALSE" | "null" | "Null" | "NULL" => None,
            _ => Some(Node::Text(Cow::Borrowed(text))),
        },
        b'/' => Some(Node::Text(Cow::Borrowed(text))),
        _ => None,
    }
}

fn number_or_date(text: &str) -> Option<Node<'_>> {
    let bytes = text.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit)
        && bytes.len() <= 15
        && (bytes[0] != b'0' || bytes.len() == 1)
    {
        return Some(Node::Number(text.parse::<u64>().ok()?.into()));
    }
    let is_date = bytes.len() >= 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && [0, 1, 2, 3, 5, 6, 8, 9].iter().all(|at| bytes[*at].is_ascii_digit());
    is_date.then_some(Node::Text(Cow::Borrowed(text)))
}

#[cfg(test)]
mod tests {
    use super::super::node;
    use super::*;

    fn agrees(text: &str) -> bool {
        match parse(text) {
            None => false,
            Some(node) => {
                let real = node::parse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
                assert_eq!((node, false), real, "{text:?}");
                true
            }
        }
    }

    #[test]
    fn common_front_matter_takes_the_short_cut() {
        for text in [
            "title: \"A: b\"\ndate: 2015-07-17 10:00:00 +0200\ntags: [a, \"b c\", 2016]\ndraft: false\n",
            "title: What it says, and why\r\ntags:\r\n  - a\r\n  - 'b'\r\nseries: {name: S x, order: 2}\r\n",
            "title: Käse – und\n\n# note\naliases:\n- /a/\n- /b/\nslug:\ntoc: true\nx: [ ]\n",
            "",
        ] {
            assert!(agrees(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_simple_goes_to_the_parser() {
        for text in [
            "a: b\n  c\n",
            "a: b: c\n",
            "a: |\n  x\n",
            "a: &x b\n",
            "a: 1.5\n",
            "a: 007\n",
            "a: 0x1\n",
            "a: \"b\\n\"\n",
            "a: 'it''s'\n",
            "a:\n  b: c\n",
            "a: b\na: c\n",
            "a: [b, [c]]\n",
            "a: ~\n- b\n",
            "a: b #c\n",
            "a:\n  - b\n   - c\n",
            "a: \"b\n  c\"\n",
            "a: b\n- c\n",
            "\ta: b\n",
            "a: \u{85}b\n",
            "- a\n",
            "a: - b\n",
            "a: \n\n  - b\n",
            "a: -\n",
            "null: x\n",
            "a: {b: c, b: d}\n",
            "a: [b,]\n",
        ] {
            assert!(!agrees(text), "{text:?}");
        }
    }

    const PIECES: &[&str] = &[
        "a",
        "b: ",
        "\nc: ",
        "\nd:",
        "\n- ",
        "\n  - ",
        "\n",
        "\r\n",
        " ",
        "'",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        ": ",
        ":",
        "#",
        " #",
        "1",
        "2015-07-17",
        "true",
        "null",
        "e5",
        ".",
        "-",
        "- ",
        "ä",
        "\u{85}",
        "\u{2028}",
        "\t",
        "~",
        "&x",
        "*x",
        "!",
        "\\",
        "?",
        "? ",
        "/",
        "|",
        ">",
        "%",
        "@",
        "`",
        "<<",
        "=",
        "_",
        "\u{7f}",
        "\u{feff}",
        "…",
        "---",
        "...",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4000))]
        #[test]
        fn the_short_cut_says_what_the_parser_says(
            pieces in proptest::collection::vec(0..PIECES.len(), 0..14)
        ) {
            let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
            agrees(&text);
            agrees(&format!("k: {text}"));
            agrees(&format!("k: [{text}]\nl:\n  - {text}\n"));
            agrees(&format!("k: {{x: {text}}}\n"));
        }
    }
}
