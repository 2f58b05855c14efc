//! Where a file's front matter ends and its body begins.

use std::ops::Range;

use super::key;
use crate::diagnostic::{Diagnostic, Place};

/// A file in its parts, as byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The YAML between the fences; `None` when the file begins with the body.
    pub front: Option<Range<usize>>,
    /// Everything after.
    pub body: Range<usize>,
}

/// Finds the front matter: a first line `---`, YAML, and a line `---` or `...`. A body that begins
/// with a line `---` of its own is left whole.
pub fn split(file: &str, text: &str) -> (Parts, Option<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let whole = Parts { front: None, body: start..text.len() };
    let opening = start + text[start..].len() - text[start..].trim_start().len();
    let opening = text[start..opening].rfind('\n').map_or(start, |at| start + at + 1);
    let (fence, inside) = line(text, opening);
    if fence == "+++" && looks_like_toml(text, inside) {
        let problem = Diagnostic::error("front-matter/toml", "front matter in TOML")
            .at(Place::in_text(file, text, opening..opening + 3))
            .hint("write it in YAML: `---` instead of `+++`, and `title: ...` instead of `title = ...`");
        return (whole, Some(problem));
    }
    if fence != "---" {
        return (whole, None);
    }
    match closing(text, inside) {
        Some((end, after)) if is_front_matter(&text[inside..end]) => {
            (Parts { front: Some(inside..end), body: after..text.len() }, None)
        }
        None if is_front_matter(&text[inside..]) && !text[inside..].trim().is_empty() => {
            let problem =
                Diagnostic::error("front-matter/unclosed", "front matter is never closed")
                    .at(Place::in_text(file, text, opening..opening + 3))
                    .hint("add a line `---` after its last key");
            (whole, Some(problem))
        }
        _ => (whole, None),
    }
}

/// The line at an offset without space at its end, and where the next one begins.
fn line(text: &str, at: usize) -> (&str, usize) {
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (text[at..end].trim_end(), (end + 1).min(text.len()))
}

/// Where the closing fence begins, and where the line after it does.
fn closing(text: &str, inside: usize) -> Option<(usize, usize)> {
    let mut at = inside;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let (is_fence, next) = match rest.first() {
            Some(b'-' | b'.') => {
                let (line, next) = line(text, at);
                (line == "---" || line == "...", next)
            }
            _ => (false, memchr::memchr(b'\n', rest).map_or(text.len(), |i| at + i + 1)),
        };
        if is_fence {
            return Some((at, next));
        }
        at = next;
    }
    None
}

/// Whether text between two fences is meant as keys and values: it is blank, or one of its lines
/// begins with a key. After a blank line, where prose between two rules is likelier, only with a key
/// that we know.
fn is_front_matter(yaml: &str) -> bool {
    let begins_blank = yaml.lines().next().is_some_and(|line| line.trim().is_empty());
    if yaml.trim().is_empty() || (yaml.starts_with('{') && !begins_blank) {
        return true;
    }
    yaml.lines().filter_map(leading_key).any(|name| !begins_blank || key::is_known(name))
}

/// The key that a line begins with: `title: ...`.
fn leading_key(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once(':')?;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let name = name.trim_end().trim_matches(['"', '\'']);
    let is_key = !name.is_empty() && name.chars().all(is_word);
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\t', '\r', '"']))).then_some(name)
}

fn looks_like_toml(text: &str, inside: usize) -> bool {
    text[inside..]
        .lines()
        .take_while(|line| line.trim_end() != "+++")
        .any(|line| line.contains('=') || line.trim_start().starts_with('['))
}
