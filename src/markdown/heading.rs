//! Headings: ids that are unique and stable, the anchor behind each, and the table of contents.
//!
//! An id is the slug of the text; the second heading with one slug gets `-1`, the third `-2`. An id
//! that the author wrote always wins, wherever it stands in the file.

use std::ops::Range;

use pulldown_cmark::CowStr;
use rustc_hash::FxHashSet;

use super::escape_attribute;
use super::parse::Converter;
use super::{Heading, Options, slug};
use crate::diagnostic::Diagnostic;

/// An entry of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocEntry {
    /// Index into the headings.
    pub heading: usize,
    pub children: Vec<TocEntry>,
}

/// Nests headings by level. A level that is left out opens no empty entry: `h2`, `h4` gives one child.
pub fn tree(headings: &[Heading]) -> Vec<TocEntry> {
    let mut roots = Vec::new();
    // The entries that are still open, outermost first, with their levels.
    let mut open: Vec<(u8, TocEntry)> = Vec::new();
    let close = |open: &mut Vec<(u8, TocEntry)>, roots: &mut Vec<TocEntry>| {
        if let Some((_, entry)) = open.pop() {
            open.last_mut().map_or(roots, |(_, parent)| &mut parent.children).push(entry);
        }
    };
    for (index, heading) in headings.iter().enumerate() {
        while open.last().is_some_and(|(level, _)| *level >= heading.level) {
            close(&mut open, &mut roots);
        }
        open.push((heading.level, TocEntry { heading: index, children: Vec::new() }));
    }
    while !open.is_empty() {
        close(&mut open, &mut roots);
    }
    roots
}

/// A heading whose end has not come yet.
pub(super) struct OpenHeading<'a> {
    id: Option<CowStr<'a>>,
    classes: Vec<CowStr<'a>>,
    attributes: Vec<(CowStr<'a>, Option<CowStr<'a>>)>,
    /// Where its content begins in the HTML, in the plain text and among the holes.
    html: usize,
    text: usize,
    holes: usize,
    page_only: usize,
    /// Parts of the content that a table of contents must not show.
    pub(super) cuts: Vec<Range<usize>>,
    source: Range<usize>,
    /// What the parser took for attributes and is text.
    tag: Option<&'a str>,
}

/// The ids that the author wrote in `{#id}` anywhere in the body, so that no made one takes them.
pub(super) fn explicit_ids(body: &str, options: &Options) -> FxHashSet<String> {
    let mut ids = FxHashSet::default();
    if !options.extensions {
        return ids;
    }
    for at in memchr::memchr_iter(b'{', body.as_bytes()) {
        let line = &body[at + 1..];
        // Up to the next brace only, so that a long row of them takes no longer.
        let end = memchr::memchr3(b'{', b'}', b'\n', line.as_bytes()).unwrap_or(line.len());
        for word in line[..end].split_ascii_whitespace() {
            if let Some(id) = word.strip_prefix('#') {
                ids.insert(id.to_string());
            }
        }
    }
    ids
}

impl<'a> Converter<'a, '_> {
    pub(super) fn start_heading(
        &mut self,
        level: u8,
        id: Option<CowStr<'a>>,
        classes: Vec<CowStr<'a>>,
        attributes: Vec<(CowStr<'a>, Option<CowStr<'a>>)>,
        source: Range<usize>,
    ) {
        self.line();
        if !self.options.extensions {
            self.out.html.push_str(opening(level));
            self.out.html.push('>');
            return;
        }
        self.end_words();
        // A tag of Liquid at the end looks like attributes to the parser; it is text.
        let is_tag = attributes.iter().any(|(name, _)| name.starts_with('%'));
        let tag = is_tag.then(|| self.body[source.clone()].rfind("{%")).flatten();
        let (id, classes, attributes) =
            if tag.is_some() { (None, Vec::new(), Vec::new()) } else { (id, classes, attributes) };
        self.heading = Some(OpenHeading {
            id,
            classes,
            attributes,
            tag: tag.map(|at| self.body[source.start + at..source.end].trim_end()),
            html: self.out.html.len(),
            text: self.text.len(),
            holes: self.out.holes.len(),
            page_only: self.out.page_only.len(),
            cuts: Vec::new(),
            source,
        });
    }

    pub(super) fn end_heading(&mut self, level: u8) {
        let Some(open) = self.heading.take() else {
            self.out.html.push_str(closing(level));
            return self.end_words();
        };
        if let Some(tag) = open.tag {
            self.plain(" ");
            self.plain(tag);
        }
        let text = self.text[open.text.min(self.text.len())..].trim().to_string();
        let id = self.heading_id(&open, &text);
        let html = without(&self.out.html, open.html, &open.cuts);
        self.insert_heading_tag(level, &id, &open);

        let anchor = self.out.html.len();
        for part in
            [" <a class=\"anchor\" href=\"#", &id, "\" aria-hidden=\"true\" tabindex=\"-1\">#</a>"]
        {
            self.out.html.push_str(part);
        }
        self.out.page_only.push(anchor as u32..self.out.html.len() as u32);
        self.out.html.push_str(closing(level));
        self.headings.push(Heading { level, id, html, text });
        self.end_words();
    }

    /// Puts the opening tag before the content, which was needed first to know the id.
    fn insert_heading_tag(&mut self, level: u8, id: &str, open: &OpenHeading<'_>) {
        let mut tag = String::with_capacity(id.len() + 16);
        tag.push_str(opening(level));
        let start = (open.html + tag.len()) as u32;
        tag.push_str(" id=\"");
        escape_attribute(id, &mut tag);
        tag.push('"');
        let id_part = start..(open.html + tag.len()) as u32;
        if !open.classes.is_empty() {
            tag.push_str(" class=\"");
            escape_attribute(&open.classes.join(" "), &mut tag);
            tag.push('"');
        }
        for (name, value) in open.attributes.iter().filter(|(name, _)| is_harmless(name)) {
            tag.push(' ');
            tag.push_str(name);
            tag.push_str("=\"");
            escape_attribute(value.as_deref().unwrap_or(""), &mut tag);
            tag.push('"');
        }
        tag.push('>');
        self.out.html.insert_str(open.html, &tag);
        for hole in &mut self.out.holes[open.holes..] {
            hole.at += tag.len() as u32;
        }
        for cut in &mut self.out.page_only[open.page_only..] {
            *cut = cut.start + tag.len() as u32..cut.end + tag.len() as u32;
        }
        self.out.page_only.insert(open.page_only, id_part);
    }

    fn heading_id(&mut self, open: &OpenHeading<'_>, text: &str) -> String {
        if let Some(id) = &open.id {
            let id = id.to_string();
            self.claim_id(&id, open.source.clone());
            return id;
        }
        let mut slug = slug::slugify(text);
        if slug.is_empty() {
            slug.push_str("section");
        }
        if ["fn-", "fnref-", "fig-"].iter().any(|taken| slug.starts_with(taken)) {
            // Those are the ids of footnotes and figures.
            slug.insert_str(0, "section-");
        }
        if self.ids.insert(slug.clone()) {
            return slug;
        }
        let count = self.repeated_ids.entry(slug.clone()).or_insert(0);
        loop {
            *count += 1;
            let id = format!("{slug}-{count}");
            if self.ids.insert(id.clone()) {
                return id;
            }
        }
    }

    /// Notes an id that the author wrote; two equal ones are an error.
    pub(super) fn claim_id(&mut self, id: &str, at: Range<usize>) {
        if !self.claimed_ids.insert(id.to_string()) {
            self.problem(
                at,
                Diagnostic::error(
                    "markdown/duplicate-id",
                    format!("the id `{id}` is there already in this file"),
                )
                .hint("give each heading and each figure an id of its own"),
            );
        }
    }

    /// Keeps what was written since `start` out of the table of contents.
    pub(super) fn cut_from_heading(&mut self, start: usize) {
        let end = self.out.html.len();
        if let Some(heading) = &mut self.heading {
            heading.cuts.push(start..end);
        }
    }
}

fn opening(level: u8) -> &'static str {
    ["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"][usize::from(level.clamp(1, 6)) - 1]
}

fn closing(level: u8) -> &'static str {
    ["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"]
        [usize::from(level.clamp(1, 6)) - 1]
}

/// Attributes of a heading that carry no script and no style.
fn is_harmless(name: &str) -> bool {
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_name && (["lang", "dir", "title"].contains(&name) || name.starts_with("data-"))
}

/// The HTML from `start` on, without the cuts.
fn without(html: &str, start: usize, cuts: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(html.len() - start);
    let mut at = start;
    for cut in cuts {
        if cut.start >= at {
            out.push_str(&html[at..cut.start]);
            at = cut.end;
        }
    }
    out.push_str(&html[at..]);
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, problems, read};
    use super::*;

    fn ids(markdown: &str) -> Vec<String> {
        read(markdown).prose.heading_ids().map(String::from).collect()
    }

    #[test]
    fn a_tag_of_liquid_behind_a_heading_is_not_lost() {
        let parsed = read("# Title {%- include badge.html version=\"4.1\" -%}\n");
        assert_eq!(
            parsed.prose.body().headings[0].text,
            "Title {%- include badge.html version=\"4.1\" -%}"
        );
    }

    #[test]
    fn an_id_is_the_slug_of_the_text_and_an_anchor_follows() {
        assert_eq!(
            html("## A *b* `c`\n"),
            "<h2 id=\"a-b-c\">A <em>b</em> <code>c</code> <a class=\"anchor\" href=\"#a-b-c\" \
             aria-hidden=\"true\" tabindex=\"-1\">#</a></h2>\n"
        );
        assert_eq!(
            ids("# Привет\n\n# !\n\n# Fn 1\n\n# Fig. 2"),
            ["privet", "section", "section-fn-1", "section-fig-2"]
        );
    }

    #[test]
    fn repeated_texts_are_counted() {
        assert_eq!(
            ids("# a\n# a\n# a\n# a-1\n# !\n# ?"),
            ["a", "a-1", "a-2", "a-1-1", "section", "section-1"]
        );
    }

    #[test]
    fn an_id_that_the_author_wrote_wins_wherever_it_stands() {
        assert_eq!(ids("# a\n# b {#a}\n# a {#a-2}\n# a"), ["a-1", "a", "a-2", "a-3"]);
        assert_eq!(ids("# a\n\n![x](y.png){#a}"), ["a-1"]);
    }

    #[test]
    fn two_equal_written_ids_are_an_error() {
        assert_eq!(
            problems("# a {#x}\n\n# b {#x}\n"),
            ["3:1+8 markdown/duplicate-id the id `x` is there already in this file"]
        );
    }

    #[test]
    fn classes_stay_and_attributes_that_run_scripts_go() {
        let html = html("# a {.b .c onclick=x lang=fr style=y data-z=\"1\"}\n");
        assert!(html.starts_with("<h1 id=\"a\" class=\"b c\" lang=\"fr\" data-z=\""), "{html}");
        assert!(!html.contains("onclick") && !html.contains("style"), "{html}");
    }

    #[test]
    fn the_table_of_contents_has_no_links_marks_or_pictures() {
        let prose =
            read("## A [*b*](c.md)[^1] ![d](e.png) <b>f</b> https://g.example\n\n[^1]: x\n").prose;
        assert_eq!(prose.body().headings[0].text, "A b  f https://g.example");
        assert_eq!(prose.body().headings[0].html, "A <em>b</em>  f https://g.example");
        assert!(prose.body().text.contains("href=\"https://g.example\""));
    }

    #[test]
    fn holes_in_a_heading_move_with_the_text() {
        assert_eq!(
            super::super::tests::shown("x\n\n## [a](b.md) ![c](d.png)\n")
                .split_once("<h2")
                .map(|parts| parts.1),
            Some(
                " id=\"a\"><a href=\"[b.md@10-14]\">a</a> [d.png false 0] <a class=\"anchor\" \
                 href=\"#a\" aria-hidden=\"true\" tabindex=\"-1\">#</a></h2>\n"
            )
        );
    }

    #[test]
    fn a_tree_nests_by_level_and_skips_levels_that_are_not_there() {
        let headings: Vec<Heading> = [2, 4, 3, 2, 1, 3]
            .map(|level| Heading {
                level,
                id: String::new(),
                html: String::new(),
                text: String::new(),
            })
            .into();
        let entry =
            |heading, children: &[TocEntry]| TocEntry { heading, children: children.to_vec() };
        let wanted =
            [entry(0, &[entry(1, &[]), entry(2, &[])]), entry(3, &[]), entry(4, &[entry(5, &[])])];
        assert_eq!(tree(&headings), wanted);
        assert_eq!(tree(&[]), []);
    }
}
