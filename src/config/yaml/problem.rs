//! The parser's complaints in words that an author can act on.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place};

/// Turns a syntax error into a diagnostic with line, column and a hint.
pub(super) fn syntax(
    file: &str,
    text: &str,
    range: &Range<usize>,
    error: &serde_yaml::Error,
) -> Diagnostic {
    let yaml = &text[range.clone()];
    let shown = error.to_string();
    let at = place(yaml, error, &shown);
    let (message, hint) = explain(yaml, at, &shown);
    let at = range.start + at;
    let id_is_limit = ["expand to too", "nested too deeply", "limit exceeded"];
    let diagnostic = match id_is_limit.iter().any(|words| shown.contains(words)) {
        true => Diagnostic::error("yaml/too-large", message),
        false => Diagnostic::error("yaml/syntax", message),
    };
    diagnostic.at(Place::in_text(file, text, at..at)).hint(hint)
}

/// The byte where the mistake is: where the unfinished thing began, else where the parser gave up.
fn place(yaml: &str, error: &serde_yaml::Error, shown: &str) -> usize {
    let began = ["could not find expected ':'", "found unexpected end of stream"];
    let from_context = began
        .iter()
        .any(|words| shown.contains(words))
        .then(|| shown.rsplit_once(" at line ").and_then(|(_, rest)| line_column(yaml, rest)))
        .flatten();
    let mut at = from_context
        .or_else(|| error.location().map(|location| location.index()))
        .unwrap_or(0)
        .min(yaml.len());
    while !yaml.is_char_boundary(at) {
        at -= 1;
    }
    // Past the last line there is nothing to show: mark the end of the last line with text.
    match yaml[at..].trim().is_empty() {
        true => yaml.trim_end().len(),
        false => at,
    }
}

/// `3 column 5` as a byte offset.
fn line_column(yaml: &str, words: &str) -> Option<usize> {
    let (line, column) = words.split_once(" column ")?;
    let line: usize = line.parse().ok()?;
    let column: usize = column.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    let start = match line {
        0 | 1 => 0,
        line => yaml.match_indices('\n').nth(line - 2)?.0 + 1,
    };
    let offset = yaml[start..].char_indices().nth(column.saturating_sub(1)).map_or(0, |(at, _)| at);
    Some(start + offset)
}

fn explain(yaml: &str, at: usize, shown: &str) -> (String, String) {
    let words = shown.split(" at line ").next().unwrap_or(shown);
    let words = words.split(" at position ").next().unwrap_or(words);
    let line_start = yaml[..at].rfind('\n').map_or(0, |i| i + 1);
    let line_end = yaml[at..].find('\n').map_or(yaml.len(), |i| at + i);
    let line = yaml[line_start..line_end].trim_end();
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    let quotes = match value.is_empty() || value.len() > 80 {
        true => "put the value in quotes".to_string(),
        false => format!("put the value in quotes: {quoted}"),
    };
    if line.starts_with('\t') || yaml[at..].starts_with('\t') {
        return ("a tab where YAML expects spaces".into(), "indent with spaces".into());
    }
    if words.contains("mapping values are not allowed") {
        return ("a colon in a value without quotes".into(), quotes);
    }
    if words.contains("could not find expected ':'") {
        let message = format!("expected `key: value`, found `{}`", shorten(line.trim()));
        return (
            message,
            "write a colon and a space after the key; indent text that goes on".into(),
        );
    }
    if words.contains("cannot start any token") {
        let found = yaml[at..].chars().next().map_or(String::new(), |c| format!(" `{c}`"));
        return (format!("a value cannot begin with{found}"), quotes);
    }
    if words.contains("unknown anchor") || words.contains("alphabetic or numeric character") {
        return ("`*` and `&` at the beginning of a value have a meaning in YAML".into(), quotes);
    }
    if words.contains("more than one document") {
        return ("a line `---` inside the YAML".into(), "remove the line, or indent it".into());
    }
    if words.contains("unexpected end of stream") {
        return ("a quote that is never closed".into(), "close the quote".into());
    }
    if words.contains("unknown escape character") {
        return (
            "an unknown escape in double quotes".into(),
            "write `\\\\` for a backslash, or use single quotes".into(),
        );
    }
    if words.contains("expected ',' or ']'") || words.contains("expected ',' or '}'") {
        return (
            "a bracket that is never closed".into(),
            format!("close the bracket, or {quotes}"),
        );
    }
    if words.contains("expected a value without a tag") || words.contains("tag") {
        return ("`!` at the beginning of a value has a meaning in YAML".into(), quotes);
    }
    if words.contains("did not find expected key") || words.contains("block mapping") {
        return (
            format!("expected `key: value`, found `{}`", shorten(line.trim())),
            "keys of one level begin in the same column; put text with quotes, colons or brackets in quotes".into(),
        );
    }
    (format!("not YAML: {words}"), "check the indentation and the quotes".into())
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_string(),
    }
}
