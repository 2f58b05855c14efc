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
    use super::super::tests::{html, html_with, options, problems, read, read_with};
    use super::super::{Options, to_html};
    use super::*;

    #[test]
    fn known_languages_are_highlighted_and_others_shown_as_they_are() {
        let html_of = html("```rust\nlet a = \"<\";\n```\n");
        assert!(html_of.starts_with("<pre class=\"hl-code\" tabindex=\"0\"><code class=\"language-rust hl\"><span class=\"hl-source hl-rust\">"), "{html_of}");
        assert!(html_of.contains("&lt;") && html_of.ends_with("</code></pre>\n"), "{html_of}");
        assert!(read("```rust\nx\n```").prose.has_code);
        for language in ["", "text", "plain", "none", "mermaid", "TOML"] {
            let markdown = format!("```{language}\na<b\n```\n");
            assert!(problems(&markdown).is_empty(), "{language}");
            assert!(
                html(&markdown).contains(">a&lt;b\n</code>") && !read(&markdown).prose.has_code
            );
        }
        assert_eq!(html("    a<b\n"), "<pre tabindex=\"0\"><code>a&lt;b\n</code></pre>\n");
        assert!(
            !html("```ts\nlet a;\n```").contains("unknown")
                && read("```ts\nlet a;\n```").prose.has_code
        );
    }

    #[test]
    fn an_unknown_language_is_a_warning_with_the_nearest_name() {
        let parsed = read("a\n\n```pyhton title=x\nb\n```\n");
        assert_eq!(
            problems("a\n\n```pyhton title=x\nb\n```\n"),
            ["3:4+6 markdown/unknown-language `pyhton`: unknown language of a code block"]
        );
        assert_eq!(parsed.problems[0].hint.as_deref(), Some("did you mean `python`?"));
        assert!(parsed.prose.body().text.contains("<code class=\"language-pyhton\">b\n"));
    }

    #[test]
    fn titles_numbers_and_marked_lines() {
        let html_of = html("```python title=\"a<b\" linenos hl_lines=2\n\"\"\"x\ny\"\"\"\n```\n");
        assert!(html_of.starts_with("<figure class=\"code\">\n<figcaption>a&lt;b</figcaption>\n<pre class=\"hl-code line-numbers\""), "{html_of}");
        assert_eq!(html_of.matches("<span class=\"line\">").count(), 1);
        assert_eq!(
            html_of.matches("<mark class=\"line\"><span class=\"hl-source").count(),
            1,
            "{html_of}"
        );
        assert_eq!(html_of.matches("<span").count(), html_of.matches("</span").count());
        assert_eq!(
            html("```text hl_lines=1-2\na\nb\n```\n"),
            "<pre tabindex=\"0\"><code class=\"language-text\"><mark class=\"line\">a\n</mark><mark class=\"line\">b\n</mark></code></pre>\n"
        );
    }

    #[test]
    fn code_is_no_text_and_takes_no_time_when_it_is_absurd() {
        assert_eq!(read_with("a\n\n```\nb\n```\n\nc `d`\n", &options()).1, "a\nc d\n");
        for code in ["x = 1\n".repeat(40_000), "(".repeat(10_001)] {
            let start = std::time::Instant::now();
            let markdown = format!("```python\n{code}\n```\n");
            assert!(!read(&markdown).prose.has_code);
            assert!(start.elapsed().as_secs() < 2);
        }
    }

    #[test]
    fn the_filter_for_templates_has_no_colours() {
        let options = Options { math: true, ..options() };
        assert_eq!(
            to_html("```rust\nx\n```", &options),
            "<pre tabindex=\"0\"><code class=\"language-rust\">x\n</code></pre>\n"
        );
        assert_eq!(
            html_with("$a<b$ and $$c$$", &options),
            "<p><span class=\"math inline\">a&lt;b</span> and <span class=\"math display\">c</span></p>\n"
        );
        assert_eq!(html("$a$"), "<p>$a$</p>\n");
    }

    #[test]
    fn the_line_behind_a_fence_is_read_in_the_usual_ways() {
        let info = Info::parse("rust,linenos hl_lines=2-3,7 title=\"a b.rs\"");
        assert_eq!(info.language, "rust");
        assert_eq!(info.title, Some("a b.rs"));
        assert_eq!(info.marked, [2..4, 7..8]);
        assert!(info.has_numbers);
        assert_eq!(Info::parse("").language, "");
        assert_eq!(Info::parse("c++ {title=x}").title, Some("x"));
        assert_eq!(Info::parse("rust,hl_lines=1,linenos").marked.first(), Some(&(1..2)));
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
