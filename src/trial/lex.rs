//! Template text -> tags and their words. Tera keeps its own tree to itself; this follows the lexer of Tera 2.4.

use std::ops::Range;

/// A word of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word<'a> {
    Name(&'a str),
    /// A text without its quotes; escapes stay as they are written.
    Text(&'a str),
    Number,
    Sign(&'a str),
}

/// A word and where it stands in the template.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    pub word: Word<'a>,
    pub at: Range<usize>,
}

/// What stands between `{{` and `}}` or between `{%` and `%}`.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    pub is_statement: bool,
    pub tokens: Vec<Token<'a>>,
}

const SIGNS: [&str; 10] = ["...", "?.", "?[", "==", "!=", "<=", ">=", "//", "**", "}}"];

/// All tags of a template in order, without comments and what is `raw`. Linear in the text.
pub(super) fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find("{").map(|found| at + found) {
        let rest = &text[found..];
        at = found + 1;
        if rest.starts_with("{#") {
            at = rest.find("#}").map_or(text.len(), |end| found + end + 2);
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let is_statement = rest.starts_with("{%");
            let (tokens, end) = tag(text, found + 2, is_statement);
            at = end;
            if is_statement && tokens.first().is_some_and(|token| token.word == Word::Name("raw")) {
                at = after_raw(text, end);
                continue;
            }
            tags.push(Tag { is_statement, tokens });
        }
    }
    tags
}

/// Where the text goes on behind `{% endraw %}`.
fn after_raw(text: &str, from: usize) -> usize {
    let Some(end) = text[from..].find("endraw").map(|end| from + end) else { return text.len() };
    text[end..].find("%}").map_or(text.len(), |close| end + close + 2)
}

/// The words of one tag, and where it ends.
fn tag(text: &str, from: usize, is_statement: bool) -> (Vec<Token<'_>>, usize) {
    let close = if is_statement { "%}" } else { "}}" };
    let mut tokens = Vec::new();
    let mut depth = 0usize;
    let mut at = from;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if depth == 0 && rest.starts_with(close) {
            return (tokens, at + 2);
        }
        let (word, length) = match letter {
            '"' | '\'' | '`' => {
                let end = end_of_text(rest, letter);
                (Some(Word::Text(rest[1..end].trim_end_matches(letter))), end)
            }
            letter if letter.is_alphabetic() || letter == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                let end = end.unwrap_or(rest.len());
                (Some(Word::Name(&rest[..end])), end)
            }
            letter if letter.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                (Some(Word::Number), end)
            }
            letter if letter.is_whitespace() => (None, letter.len_utf8()),
            // A sign that keeps or drops spaces at the edge of a tag.
            '-' if at == from || rest[1..].starts_with(close) => (None, 1),
            letter => {
                let sign = SIGNS.iter().find(|sign| **sign != "}}" && rest.starts_with(**sign));
                let length = sign.map_or(letter.len_utf8(), |sign| sign.len());
                (Some(Word::Sign(&rest[..length])), length)
            }
        };
        match word {
            Some(Word::Sign("{")) => depth += 1,
            Some(Word::Sign("}")) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(word) = word {
            tokens.push(Token { word, at: at..at + length });
        }
        at += length;
    }
    (tokens, text.len())
}

/// Length of a text with its quotes.
fn end_of_text(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<Word<'_>>> {
        tags(text).into_iter().map(|tag| tag.tokens.into_iter().map(|t| t.word).collect()).collect()
    }

    #[test]
    fn tags_have_words_and_places() {
        use Word::{Name, Number, Sign, Text};
        let text = "a {{- page?.title | get(key='a\\'b')[0] -}} {# {{ no }} #}{% raw %}{{ no }}{% endraw %}{%if x%}";
        assert_eq!(
            words(text),
            [
                vec![
                    Name("page"),
                    Sign("?."),
                    Name("title"),
                    Sign("|"),
                    Name("get"),
                    Sign("("),
                    Name("key"),
                    Sign("="),
                    Text("a\\'b"),
                    Sign(")"),
                    Sign("["),
                    Number,
                    Sign("]"),
                ],
                vec![Name("if"), Name("x")],
            ]
        );
        let tags = tags(text);
        assert_eq!(&text[tags[0].tokens[2].at.clone()], "title");
        assert!(!tags[0].is_statement && tags[1].is_statement);
    }

    #[test]
    fn maps_do_not_end_a_tag() {
        assert_eq!(words("{{ {\"a\": {\"b\": 1}}}} {{ x }}").len(), 2);
        assert_eq!(words("{{ \"}}\" ~ x }}").len(), 1);
        assert_eq!(words("{{ open").len(), 1);
        assert_eq!(words("a { b } c").len(), 0);
    }
}
