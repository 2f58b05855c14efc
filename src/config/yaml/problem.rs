//! The parser's complaints in words that an author can act on.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place};

/// What is wrong, where, and what to do.
struct Finding {
    at: usize,
    message: String,
    hint: String,
}

/// Turns a syntax error into a diagnostic with line, column and a hint.
pub(super) fn syntax(
    file: &str,
    text: &str,
    range: &Range<usize>,
    error: &serde_yaml::Error,
) -> Diagnostic {
    let yaml = &text[range.clone()];
    let shown = error.to_string();
    let at = error.location().map_or(0, |location| location.index());
    let scene = Scene::new(yaml, at, &shown);
    let (finding, is_limit) = match scene.limit() {
        Some(finding) => (finding, true),
        None => (scene.explain(), false),
    };
    let at = range.start + floor(yaml, finding.at);
    let diagnostic = match is_limit {
        true => Diagnostic::error("yaml/too-large", finding.message),
        false => Diagnostic::error("yaml/syntax", finding.message),
    };
    diagnostic.at(Place::in_text(file, text, at..at)).hint(finding.hint)
}

fn floor(yaml: &str, at: usize) -> usize {
    let mut at = at.min(yaml.len());
    while !yaml.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The text around the place where the parser gave up.
struct Scene<'a> {
    yaml: &'a str,
    /// Where the parser gave up; on the last line with text if that was the end.
    at: usize,
    /// The parser's words without places.
    words: &'a str,
    /// Where the thing began that it was reading.
    began: Option<usize>,
    /// The line of `at`, and where it begins.
    line: &'a str,
    line_start: usize,
}

impl<'a> Scene<'a> {
    fn new(yaml: &'a str, at: usize, shown: &'a str) -> Self {
        let at = floor(yaml, at);
        let at = if yaml[at..].trim().is_empty() { yaml.trim_end().len() } else { at };
        let words = shown.split(" at line ").next().unwrap_or(shown);
        let words = words.split(" at position ").next().unwrap_or(words);
        let began = shown
            .split_once(", ")
            .and_then(|(_, context)| context.rsplit_once(" at line "))
            .and_then(|(_, place)| line_column(yaml, place));
        let line_start = yaml[..at].rfind('\n').map_or(0, |i| i + 1);
        let line_end = yaml[at..].find('\n').map_or(yaml.len(), |i| at + i);
        let line = yaml[line_start..line_end].trim_end();
        Scene { yaml, at, words, began, line, line_start }
    }

    fn says(&self, words: &str) -> bool {
        self.words.contains(words)
    }

    fn here(&self, message: impl Into<String>, hint: impl Into<String>) -> Finding {
        Finding { at: self.at, message: message.into(), hint: hint.into() }
    }

    /// Text that is well formed but asks for too much.
    fn limit(&self) -> Option<Finding> {
        if self.says("nested too deeply") || self.says("recursion limit") {
            let hint = "write it flatter, or keep the data in a file under `data/`";
            return Some(self.here("lists and maps are nested too deeply", hint));
        }
        if self.says("expand to too") || self.says("repetition limit") {
            let hint = "write the values out, or keep the data in a file under `data/`";
            return Some(self.here("aliases (`*name`) expand to too much", hint));
        }
        None
    }

    fn explain(&self) -> Finding {
        if let Some(at) = self.yaml.find(is_forbidden) {
            let hint = "remove it: a character that cannot be seen stands here";
            return Finding { at, message: "a control character".into(), hint: hint.into() };
        }
        if self.line.trim_start_matches(' ').starts_with('\t')
            || self.yaml[self.at..].starts_with('\t')
        {
            return self.here("a tab where YAML expects spaces", "indent with spaces");
        }
        if self.says("mapping values are not allowed") {
            return self.colon();
        }
        if self.says("could not find expected ':'") {
            return self.no_key(self.began.unwrap_or(self.at));
        }
        if self.says("more than one document") {
            let at = self.yaml.find("\n---").map_or(0, |at| at + 1);
            let hint = "remove the line, or indent it";
            return Finding {
                at,
                message: "a line `---` inside the YAML".into(),
                hint: hint.into(),
            };
        }
        if self.says("unexpected end of stream") || self.says("document indicator") {
            let at = self.began.unwrap_or(self.at);
            let (message, hint) = ("a quote that is never closed", "close the quote");
            return Finding { at, message: message.into(), hint: hint.into() };
        }
        if self.says("expected ',' or") {
            return self.bracket();
        }
        if self.says("did not find expected key") || self.says("expected '-' indicator") {
            return self.misplaced();
        }
        self.value()
    }

    /// A mistake in how a value begins or what is in it.
    fn value(&self) -> Finding {
        let beginning =
            |sign: &str| format!("{sign} at the beginning of a value has a meaning in YAML");
        if self.says("cannot start any token") {
            let found = self.yaml[self.at..].chars().next().unwrap_or(' ');
            return self.here(format!("a value cannot begin with `{found}`"), self.quotes());
        }
        if self.says("unknown anchor") || self.says("alphabetic or numeric character") {
            return self.here(beginning("`*` or `&`"), self.quotes());
        }
        if self.says("expected a key of text") {
            return self.here(beginning("`{` or `[`"), self.quotes());
        }
        if self.says("a value without a tag") || self.says("tag") {
            return self.here(beginning("`!`"), self.quotes());
        }
        if self.says("expected node content") {
            let found =
                self.yaml[self.at..].chars().next().map_or("the end".into(), |c| format!("`{c}`"));
            return self.here(format!("expected a value, found {found}"), self.quotes());
        }
        if self.says("unknown escape character") || self.says("hexadecimal number") {
            let hint = "write `\\\\` for a backslash, or use single quotes";
            return self.here("an unknown escape in double quotes", hint);
        }
        if self.says("block sequence entries") {
            let hint = format!("write the list on lines of its own, or {}", self.quotes());
            return self.here("a list cannot begin behind a key", hint);
        }
        if self.says("comment or line break") {
            return self
                .here("text behind `>` or `|`", "begin the text on the next line, indented");
        }
        let words = self.words.rsplit(": ").next().unwrap_or(self.words);
        self.here(format!("not YAML: {words}"), "check the indentation and the quotes")
    }

    /// A colon where none may stand: in a value, or because the line before is no key.
    fn colon(&self) -> Finding {
        let before = &self.yaml[self.line_start..self.at];
        if before.contains(": ") {
            return self.here("a colon in a value without quotes", self.quotes());
        }
        let above = self.yaml[..self.line_start].trim_end();
        let above_start = above.rfind('\n').map_or(0, |i| i + 1);
        let above = &above[above_start..];
        if above.contains(": ") || above.ends_with(':') {
            let key = shorten(before.trim());
            let hint = format!("begin `{key}` in the same column as the key above it");
            let at = self.line_start + before.len() - before.trim_start().len();
            let message = format!("`{key}` is indented as if it were part of the value above");
            return Finding { at, message, hint };
        }
        self.no_key(above_start)
    }

    /// A line that should be `key: value`.
    fn no_key(&self, at: usize) -> Finding {
        let line = self.yaml[floor(self.yaml, at)..].lines().next().unwrap_or("").trim();
        let hint = match line.split_once(':') {
            Some((key, value)) if !value.is_empty() && !key.contains(' ') => {
                format!("write a space after the colon: `{key}: {value}`")
            }
            _ => "write a colon and a space after the key; indent text that goes on".into(),
        };
        Finding { at, message: format!("expected `key: value`, found `{}`", shorten(line)), hint }
    }

    fn bracket(&self) -> Finding {
        let began = self.began.unwrap_or(self.at);
        let line = self.yaml[floor(self.yaml, began)..].lines().next().unwrap_or("");
        match line.contains([']', '}']) {
            true => self.here(
                "expected a comma or the closing bracket",
                "write a comma between two items; put text with brackets or quotes in quotes",
            ),
            false => Finding {
                at: began,
                message: "a bracket that is never closed".into(),
                hint: "close the bracket, or put the value in quotes".into(),
            },
        }
    }

    /// Something behind a closing quote or bracket, or a line in the wrong column.
    fn misplaced(&self) -> Finding {
        let before = self.yaml[self.line_start..self.at].trim_end();
        if before.ends_with('\'') && self.raw_value().starts_with('\'') {
            let hint = "inside single quotes write a single quote twice: `'it''s'`";
            return self.here("text after the closing quote", hint);
        }
        if before.ends_with(['"', '\'', ']', '}']) {
            let what = if before.ends_with([']', '}']) { "bracket" } else { "quote" };
            return self.here(format!("text after the closing {what}"), self.quotes());
        }
        let at = self.at;
        let message = format!("expected `key: value`, found `{}`", shorten(self.line.trim()));
        let hint = match self.line.trim_start().starts_with("- ") {
            true => "begin the list on the line after its key, with nothing behind the key",
            false => "keys of one level begin in the same column",
        };
        Finding { at, message, hint: hint.into() }
    }

    fn raw_value(&self) -> &'a str {
        self.line.split_once(": ").map_or("", |(_, value)| value.trim())
    }

    /// "put the value in quotes", with the quoted value when it is short.
    fn quotes(&self) -> String {
        let value = self.raw_value();
        if value.is_empty() || value.len() > 80 {
            return "put the value in quotes".into();
        }
        match value.contains(['"', '\\']) {
            true => format!("put the value in quotes: '{}'", value.replace('\'', "''")),
            false => format!("put the value in quotes: \"{value}\""),
        }
    }
}

/// Characters that YAML does not allow anywhere.
fn is_forbidden(c: char) -> bool {
    let is_allowed = matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    (c.is_control() && !is_allowed) || matches!(c, '\u{fffe}' | '\u{ffff}')
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

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_string(),
    }
}
