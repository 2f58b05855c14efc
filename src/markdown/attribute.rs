//! The attributes behind a picture: `{credit="A Photographer" .class #id width=300}`.
//!
//! They are read from the source, not from the parser's events: those have curled quotes and know
//! nothing of braces. Values stand in straight or curly quotes, or bare up to the next space.

use std::ops::Range;

/// What stands between the braces. Ranges are relative to the body.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Attributes {
    pub(super) pairs: Vec<(Range<usize>, String, String)>,
    pub(super) classes: Vec<String>,
    pub(super) id: Option<(Range<usize>, String)>,
}

/// Where and why a block of attributes cannot be read.
#[derive(Debug, PartialEq)]
pub(super) struct Malformed {
    pub(super) at: Range<usize>,
    pub(super) expected: &'static str,
}

/// Longest block of attributes; what has no end is not sought for ever.
const MAX_LENGTH: usize = 4096;

/// Reads the attributes whose `{` stands at `at`; gives them and the offset behind the `}`.
pub(super) fn parse(body: &str, at: usize) -> Result<(Attributes, usize), Malformed> {
    let body = &body[..body.floor_char_boundary(at.saturating_add(MAX_LENGTH))];
    let mut attributes = Attributes::default();
    let mut cursor = at + 1;
    loop {
        let rest = &body[cursor..];
        // In a quote, a line begins with its mark.
        cursor += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let rest = &body[cursor..];
        match rest.chars().next() {
            None => return Err(Malformed { at: at..at + 1, expected: "a closing `}`" }),
            Some('}') => return Ok((attributes, cursor + 1)),
            Some('>') => cursor += 1,
            Some('.') => {
                let end = cursor + 1 + word(&rest[1..]);
                attributes.classes.push(body[cursor + 1..end].to_string());
                cursor = end;
            }
            Some('#') => {
                let end = cursor + 1 + word(&rest[1..]);
                attributes.id = Some((cursor..end, body[cursor + 1..end].to_string()));
                cursor = end;
            }
            Some(_) => {
                let end = cursor + name(rest);
                let key = cursor..end;
                if key.is_empty() || !body[end..].starts_with('=') {
                    let end = cursor + name(rest).max(first_length(rest));
                    return Err(Malformed { at: cursor..end, expected: "`name=\"value\"`" });
                }
                let (value, next) = value(body, end + 1)?;
                attributes.pairs.push((key.clone(), body[key].to_string(), value));
                cursor = next;
            }
        }
    }
}

fn value(body: &str, at: usize) -> Result<(String, usize), Malformed> {
    let close: &[char] = match body[at..].chars().next() {
        Some('"') => &['"'],
        Some('\'') => &['\''],
        Some('“' | '”') => &['”', '“'],
        _ => {
            let end = at + word(&body[at..]);
            return Ok((body[at..end].to_string(), end));
        }
    };
    let open = at + first_length(&body[at..]);
    let mut out = String::new();
    let mut chars = body[open..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            c if close.contains(&c) => return Ok((out, open + offset + c.len_utf8())),
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\'' | '\\'))) => out.push(c),
                Some((_, c)) => out.extend(['\\', c]),
                None => break,
            },
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    Err(Malformed { at: at..open, expected: "a closing quote" })
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn name(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(text.len())
}

fn word(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || c == '}').unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(body: &str) -> Vec<(String, String)> {
        let (attributes, end) = parse(body, 0).unwrap();
        assert_eq!(end, body.len());
        attributes.pairs.into_iter().map(|(_, key, value)| (key, value)).collect()
    }

    #[test]
    fn values_stand_in_any_quotes_or_bare() {
        let found = pairs(r#"{a="x y" b='z "q"' c=1 d=“curly” e="\"}"}"#);
        let wanted = [("a", "x y"), ("b", "z \"q\""), ("c", "1"), ("d", "curly"), ("e", "\"}")];
        assert_eq!(found, wanted.map(|(k, v)| (k.to_string(), v.to_string())));
    }

    #[test]
    fn classes_and_ids_are_told_apart() {
        let (attributes, _) = parse("{.wide #map .dark}", 0).unwrap();
        assert_eq!(attributes.classes, ["wide", "dark"]);
        assert_eq!(attributes.id.map(|(_, id)| id).as_deref(), Some("map"));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        assert_eq!(parse("{a=\"x}", 0).unwrap_err().at, 3..4);
        assert_eq!(parse("{a=1 öde }", 0).unwrap_err().at, 5..9);
        assert_eq!(parse("{a=1", 0).unwrap_err().at, 0..1);
        assert_eq!(parse("{a=1 =2}", 0).unwrap_err().at, 5..6);
    }
}
