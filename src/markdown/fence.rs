//! Code blocks: what the line behind the fence asks for, and the HTML around the code.
//!
//! ```` ```rust title="src/main.rs" hl_lines=2-3,7 linenos ````: the first word is the language.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

use super::code::{self, Lookup};
use super::parse::Converter;
use super::{escape_attribute, escape_text};
use crate::diagnostic::Diagnostic;

/// The words behind a fence.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Info<'a> {
    pub(super) language: &'a str,
    pub(super) title: Option<&'a str>,
    /// Marked lines, from 1.
    pub(super) marked: Vec<Range<usize>>,
    pub(super) has_numbers: bool,
}

impl<'a> Info<'a> {
    pub(super) fn parse(info: &'a str) -> Self {
        let info = info.trim();
        let end = info.find([' ', '\t', ',', '{']).unwrap_or(info.len());
        let mut found = Info { language: &info[..end], ..Info::default() };
        let mut rest = &info[end..];
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',', '{', '}']);
            let end = rest.find([' ', '\t', ',', '=', '}']).unwrap_or(rest.len());
            let key = &rest[..end];
            if key.is_empty() && rest.is_empty() {
                return found;
            }
            let (value, next) = match rest[end..].strip_prefix('=') {
                None => ("", &rest[end..]),
                Some(value) => Self::value(key, value),
            };
            match key {
                "title" | "name" => found.title = Some(value).filter(|title| !title.is_empty()),
                "hl_lines" => found.marked = lines(value),
                "linenos" | "linenumbers" => found.has_numbers = value != "false",
                _ => {}
            }
            rest = next;
        }
    }

    fn value(key: &str, text: &'a str) -> (&'a str, &'a str) {
        for quote in ['"', '\''] {
            if let Some((value, rest)) =
                text.strip_prefix(quote).and_then(|text| text.split_once(quote))
            {
                return (value, rest);
            }
        }
        // Line numbers are separated by commas; elsewhere a comma ends the value.
        let ends: &[char] =
            if key == "hl_lines" { &[' ', '\t', '}'] } else { &[' ', '\t', ',', '}'] };
        let end = text.find(ends).unwrap_or(text.len());
        let end = if key == "hl_lines" { text[..end].find(",l").unwrap_or(end) } else { end };
        (&text[..end], &text[end..])
    }

    /// Whether the code has to be written line by line.
    pub(super) fn has_lines(&self) -> bool {
        self.has_numbers || !self.marked.is_empty()
    }
}

/// `2-3,7` -> ranges of lines.
fn lines(text: &str) -> Vec<Range<usize>> {
    text.split([',', ' '])
        .filter_map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last): (usize, usize) =
                (first.trim().parse().ok()?, last.trim().parse().ok()?);
            Some(first..last.saturating_add(1))
        })
        .collect()
}

impl<'a> Converter<'a, '_> {
    pub(super) fn code_block(&mut self, kind: CodeBlockKind<'a>, range: Range<usize>) {
        let mut code = std::mem::take(&mut self.scratch);
        code.clear();
        while let Some((event, part)) = self.events.next() {
            match event {
                Event::End(TagEnd::CodeBlock) => break,
                // Code shows calls of components as they are.
                Event::Text(_) if self.has_calls => code.push_str(self.written(part)),
                Event::Text(text) => code.push_str(&text),
                _ => {}
            }
        }
        self.depth = self.depth.saturating_sub(1);
        self.line();
        match &kind {
            CodeBlockKind::Fenced(info) if self.options.extensions => {
                self.fenced(&Info::parse(info), &code, range);
            }
            CodeBlockKind::Fenced(info) => {
                let language = info.split(' ').next().unwrap_or("");
                self.plain_code(language, &code);
            }
            CodeBlockKind::Indented => self.plain_code("", &code),
        }
        self.scratch = code;
        self.end_words();
        self.end_summary();
    }

    fn plain_code(&mut self, language: &str, code: &str) {
        self.out.html.push_str(if self.options.extensions {
            "<pre tabindex=\"0\"><code"
        } else {
            "<pre><code"
        });
        if !language.is_empty() {
            self.out.html.push_str(" class=\"language-");
            escape_attribute(language, &mut self.out.html);
            self.out.html.push('"');
        }
        self.out.html.push('>');
        self.escaped(code);
        self.out.html.push_str("</code></pre>\n");
    }

    fn fenced(&mut self, info: &Info<'_>, code: &str, range: Range<usize>) {
        if let Some(title) = info.title {
            self.out.html.push_str("<figure class=\"code\">\n<figcaption>");
            escape_text(title, &mut self.out.html);
            self.out.html.push_str("</figcaption>\n");
        }
        match self.codes.map(|codes| codes.highlight(info, code)) {
            Some(Lookup::Highlighted(html)) => {
                self.has_code = true;
                self.open_code(info, true);
                self.out.html.push_str(&html);
                self.out.html.push_str("</code></pre>\n");
            }
            Some(Lookup::UnknownLanguage) => {
                self.unknown_language(info.language, range);
                self.unhighlighted(info, code);
            }
            Some(Lookup::Plain) | None => self.unhighlighted(info, code),
        }
        if info.title.is_some() {
            self.out.html.push_str("</figure>\n");
        }
    }

    fn unhighlighted(&mut self, info: &Info<'_>, code: &str) {
        if !info.has_lines() {
            return self.plain_code(info.language, code);
        }
        self.open_code(info, false);
        code::plain_lines(info, code, &mut self.out.html);
        self.out.html.push_str("</code></pre>\n");
    }

    fn open_code(&mut self, info: &Info<'_>, is_highlighted: bool) {
        let html = &mut self.out.html;
        html.push_str(match (is_highlighted, info.has_numbers) {
            (true, true) => "<pre class=\"hl-code line-numbers\" tabindex=\"0\"><code",
            (true, false) => "<pre class=\"hl-code\" tabindex=\"0\"><code",
            (false, true) => "<pre class=\"line-numbers\" tabindex=\"0\"><code",
            (false, false) => "<pre tabindex=\"0\"><code",
        });
        if !info.language.is_empty() {
            html.push_str(" class=\"language-");
            escape_attribute(info.language, html);
            html.push_str(if is_highlighted { " hl\"" } else { "\"" });
        }
        html.push('>');
    }

    fn unknown_language(&mut self, language: &str, range: Range<usize>) {
        let hint = code::nearest_language(language).map_or_else(
            || "the code is shown without colours; `text` says that this is meant".to_string(),
            |name| format!("did you mean `{name}`?"),
        );
        let block = &self.body[range.clone()];
        let at = block.lines().next().and_then(|line| line.find(language)).unwrap_or(0);
        let start = range.start + at;
        let end = (start + language.len()).min(range.end);
        self.problem(
            start..end,
            Diagnostic::warning(
                "markdown/unknown-language",
                format!("`{language}`: unknown language of a code block"),
            )
            .hint(hint),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_behind_a_fence_is_read_in_the_usual_ways() {
        let info = Info::parse("rust,linenos hl_lines=2-3,7 title=\"a b.rs\"");
        assert_eq!(info.language, "rust");
        assert_eq!(info.title, Some("a b.rs"));
        assert_eq!(info.marked, [2..4, 7..8]);
        assert!(info.has_numbers);
        assert_eq!(Info::parse("").language, "");
        assert_eq!(Info::parse("c++ {title=x}").title, Some("x"));
        assert_eq!(Info::parse("rust,hl_lines=1,linenos").marked, [1..2]);
        assert!(Info::parse("rust,hl_lines=1,linenos").has_numbers);
    }

    #[test]
    fn nonsense_behind_a_fence_ends() {
        for text in
            ["x = = =", "x title=", "x title=\"", "x hl_lines=-", "=", "x ,,,{{}}", "x a=b=c"]
        {
            Info::parse(text);
        }
    }
}
