//! The syntax of one component tag: name, arguments, and the braces around them.

use std::ops::Range;

use serde_json::Value;

use super::component::CallTagKind;

/// Where and why a tag cannot be read. The range is relative to the body.
#[derive(Debug, PartialEq)]
pub(super) struct Malformed {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

/// Reads the tag whose `{{` or `{%` stands at `start`; gives the offset behind it.
pub(super) fn parse(body: &str, start: usize) -> Result<(CallTagKind, usize), Malformed> {
    let is_block = body[start..].starts_with("{%");
    let line = body[..start].rsplit('\n').next().unwrap_or("");
    let mut reader = Reader { body, start, at: start + 2, in_quote: line.contains('>') };
    reader.space();
    reader.at += 1; // the `<`, which the caller has seen
    let is_close = is_block && reader.take("/");
    let name = reader.name();
    if name.is_empty() {
        return Err(reader.expected("the name of a component behind `<`", USAGE));
    }
    let kind =
        if is_close {
            reader.space();
            CallTagKind::Close(name)
        } else {
            let arguments = reader.arguments()?;
            match (is_block, reader.take("/")) {
                (false, true) => CallTagKind::Whole(name, arguments),
                (true, false) => CallTagKind::Open(name, arguments),
                (false, false) => {
                    return Err(reader
                        .expected("`/>}}`", &format!("a call with a body is written {BLOCK}")));
                }
                (true, true) => {
                    return Err(reader
                        .expected("`> %}`", "a call without a body is written `{{<name />}}`"));
                }
            }
        };
    if !reader.take(">") {
        return Err(reader.expected("`>`", USAGE));
    }
    reader.space();
    let close = if is_block { "%}" } else { "}}" };
    if !reader.take(close) {
        return Err(reader.expected(&format!("`{close}`"), USAGE));
    }
    let rest = body[reader.at..].lines().next().unwrap_or("");
    if !rest.trim().is_empty() {
        return Err(reader.expected(
            "the end of the line behind the tag of a component",
            "a tag stands alone; put what follows on a line of its own",
        ));
    }
    Ok((kind, reader.at))
}

const USAGE: &str = "a call is written `{{<name key=\"value\" />}}`";
const BLOCK: &str = "`{% <name> %}`, the body, `{% </name> %}`";

struct Reader<'a> {
    body: &'a str,
    start: usize,
    at: usize,
    /// Lines begin with the mark of a quote.
    in_quote: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.body[self.at..]
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.rest().starts_with(word);
        self.at += if is_there { word.len() } else { 0 };
        is_there
    }

    /// Skips space, and the mark of a quote where a line begins with one. A blank line ends a tag.
    fn space(&mut self) {
        let rest = self.rest();
        let length = rest.len() - rest.trim_start().len();
        let breaks = rest[..length].matches('\n').count();
        if breaks > 1 {
            return;
        }
        self.at += length;
        if breaks == 1 && self.in_quote {
            while self.take(">") || self.take(" ") {}
        }
    }

    fn name(&mut self) -> String {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
        let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return String::new();
        }
        let name = rest[..length].to_string();
        self.at += length;
        name
    }

    fn arguments(&mut self) -> Result<Vec<(String, Value)>, Malformed> {
        let mut arguments: Vec<(String, Value)> = Vec::new();
        loop {
            self.space();
            if self.rest().starts_with(['/', '>']) {
                return Ok(arguments);
            }
            let start = self.at;
            let name = self.name();
            if name.is_empty() {
                return Err(self.expected("an argument, `/>` or `>`", USAGE));
            }
            if arguments.iter().any(|(known, _)| *known == name) {
                let message = format!("the argument `{name}` is there twice");
                let hint = "remove one of them".to_string();
                return Err(Malformed { at: start..self.at, message, hint });
            }
            let value = if self.take("=") { self.value()? } else { Value::Bool(true) };
            arguments.push((name, value));
        }
    }

    fn value(&mut self) -> Result<Value, Malformed> {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.string(quote).map(Value::String),
            Some('{') => {
                self.at += 1;
                self.space();
                let value = self.literal(0)?;
                self.space();
                if self.take("}") {
                    Ok(value)
                } else {
                    Err(self.expected("`}` behind the value", LITERAL))
                }
            }
            _ => Err(self.expected("a value in quotes or in `{}`", LITERAL)),
        }
    }

    /// A number, a string, `true`, `false`, `null` or a list of them.
    fn literal(&mut self, depth: usize) -> Result<Value, Malformed> {
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => return self.string(quote).map(Value::String),
            Some('[') if depth < 8 => return self.list(depth),
            _ => {}
        }
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let word = &rest[..rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())];
        let value = match word {
            "True" => Some(Value::Bool(true)),
            "False" => Some(Value::Bool(false)),
            "none" | "None" => Some(Value::Null),
            word => serde_json::from_str::<Value>(word).ok(),
        };
        let length = word.len();
        let value = value.ok_or_else(|| {
            self.expected("a number, a string, `true`, `false` or a list", LITERAL)
        })?;
        self.at += length;
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Malformed> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.take("]") {
                return Ok(Value::Array(items));
            }
            items.push(self.literal(depth + 1)?);
            self.space();
            if !self.take(",") && !self.rest().starts_with(']') {
                return Err(self.expected("`,` or `]` in a list", LITERAL));
            }
        }
    }

    fn string(&mut self, quote: char) -> Result<String, Malformed> {
        let open = self.at;
        let mut out = String::new();
        let mut chars = self.body[open + 1..].char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.at = open + 1 + offset + 1;
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, c @ ('"' | '\'' | '\\'))) => out.push(c),
                    Some((_, c)) => out.extend(['\\', c]),
                    None => break,
                },
                c => out.push(c),
            }
        }
        let message = "this string has no end".to_string();
        Err(Malformed { at: open..open + 1, message, hint: format!("close it with `{quote}`") })
    }

    fn expected(&self, what: &str, hint: &str) -> Malformed {
        let found: String = self.rest().lines().next().unwrap_or("").chars().take(20).collect();
        let message = if found.is_empty() {
            format!("expected {what}, found the end of the line")
        } else {
            format!("expected {what}, found `{found}`")
        };
        let width = found.chars().next().map_or(0, char::len_utf8);
        let at = if width > 0 { self.at..self.at + width } else { self.start..self.at };
        Malformed { at, message, hint: hint.to_string() }
    }
}

const LITERAL: &str =
    "values are written `key=\"text\"`, `key={3}`, `key={true}` or `key={[1, 2]}`";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments(body: &str) -> Vec<(String, Value)> {
        match parse(body, 0) {
            Ok((CallTagKind::Whole(_, arguments) | CallTagKind::Open(_, arguments), end)) => {
                assert_eq!(end, body.len());
                arguments
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn arguments_are_strings_literals_and_flags() {
        let found = arguments(
            "{{ <note title=\"A \\\"b\\\" %}\" s='x' n={3} f={-1.5} yes={true} l={[1, 'a', [\"b\"]]} flag /> }}",
        );
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["title", "s", "n", "f", "yes", "l", "flag"]);
        let values: Vec<Value> = found.into_iter().map(|(_, value)| value).collect();
        let wanted = json!(["A \"b\" %}", "x", 3, -1.5, true, [1, "a", ["b"]], true]);
        assert_eq!(Value::Array(values), wanted);
    }

    #[test]
    fn a_tag_may_take_several_lines() {
        assert_eq!(arguments("{% <note\n  title=\"x\"\n> %}").len(), 1);
    }

    #[test]
    fn malformed_tags_say_what_was_expected_and_where() {
        for (body, at, expected) in [
            ("{{<note", 0..7, "end of the line"),
            ("{{<note}}", 7..8, "an argument"),
            ("{{<note>}}", 7..8, "`/>}}`"),
            ("{{<note a= />}}", 10..11, "a value"),
            ("{{<note a=\"x />}}", 10..11, "no end"),
            ("{{<note a={x} />}}", 11..12, "a number"),
            ("{{<note a={1 />}}", 13..14, "`}`"),
            ("{{<note a={[1 2]} />}}", 14..15, "in a list"),
            ("{{<note a a />}}", 10..11, "twice"),
            ("{{<note />%}", 10..11, "`}}`"),
            ("{% <note /> %}", 10..11, "`> %}`"),
            ("{{<note />}} text", 12..13, "end of the line"),
            ("{{</note>}}", 3..4, "the name"),
        ] {
            let malformed = parse(body, 0).unwrap_err();
            assert!(malformed.message.contains(expected), "{body}: {}", malformed.message);
            assert_eq!(malformed.at, at, "{body}: {}", malformed.message);
        }
    }
}
