//! The loop over the parser's events: text and inline marks here, everything else in the file of its
//! feature. Makes one pass and pushes into one string per frame; positions inside are relative to the
//! body and become positions of the file when a hole or a problem is noted.

use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event, Options as Extensions, Parser, Tag, TagEnd};
use rustc_hash::{FxHashMap, FxHashSet};

use super::component::{self, CallTag};
use super::escape_text;
use super::events::Events;
use super::footnote::Note;
use super::heading::OpenHeading;
use super::lead;
use super::problem::Problems;
use super::{AsWritten, Heading, Highlighter, Hole, HoleKind, Html, Options, Parsed, Prose};
use super::{body, repack, sanitize, write};
use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;

/// Containers and inline marks inside each other; deeper ones are an error.
const MAX_DEPTH: usize = 100;

/// Reads a Markdown body.
///
/// `source` is the whole file and `body` the byte range of the Markdown in it, so that every place
/// refers to the file. `text` is cleared and filled with the plain text of the body (no code blocks,
/// no footnote marks, words separated by spaces and line ends) for counting, terms and search.
pub fn parse(
    source: &str,
    body: Range<usize>,
    file: &str,
    options: &Options,
    codes: &Highlighter,
    text: &mut String,
) -> Parsed {
    convert(source, body, file, options, Some(codes), text)
}

/// Markdown to block-level HTML, links as written and code without highlighting.
pub fn to_html(source: &str, options: &Options) -> String {
    let mut text = String::new();
    let parsed = convert(source, 0..source.len(), "", options, None, &mut text);
    let mut html = String::new();
    write(&parsed.prose, &AsWritten, &mut html);
    html
}

fn convert(
    source: &str,
    body: Range<usize>,
    file: &str,
    options: &Options,
    codes: Option<&Highlighter>,
    text: &mut String,
) -> Parsed {
    let markdown = source.get(body.clone()).unwrap_or("");
    let scan =
        if options.extensions { component::scan(markdown, extensions(options)) } else { None };
    match scan {
        None => Converter::new(source, body, file, options, codes, markdown, text).run(),
        Some(mut scan) => {
            let masked = std::mem::take(&mut scan.masked);
            let mut converter = Converter::new(source, body, file, options, codes, &masked, text);
            converter.take_calls(scan);
            converter.run()
        }
    }
}

/// The parser's switches for our options.
fn extensions(options: &Options) -> Extensions {
    let mut chosen = Extensions::empty();
    if options.extensions {
        chosen |= Extensions::ENABLE_TABLES
            | Extensions::ENABLE_FOOTNOTES
            | Extensions::ENABLE_STRIKETHROUGH
            | Extensions::ENABLE_TASKLISTS
            | Extensions::ENABLE_HEADING_ATTRIBUTES
            | Extensions::ENABLE_DEFINITION_LIST
            | Extensions::ENABLE_GFM;
    }
    if options.smart_punctuation {
        chosen |= Extensions::ENABLE_SMART_PUNCTUATION;
    }
    if options.math {
        chosen |= Extensions::ENABLE_MATH;
    }
    chosen
}

/// HTML in the making: the body's, a footnote's or that of a component's body.
#[derive(Default)]
pub(super) struct Frame {
    pub(super) html: String,
    pub(super) holes: Vec<Hole>,
    pub(super) page_only: Vec<Range<u32>>,
    /// Footnote marks inside a footnote: where, and which note. They get their numbers at the end.
    pub(super) references: Vec<(usize, usize)>,
}

/// What the current frame will become when it is closed.
pub(super) enum Owner {
    Note(usize),
    Component { call: Box<super::Call>, source: Range<usize>, depth: usize },
}

/// The state of one conversion. `'a` is the life of the text that the parser reads.
pub(super) struct Converter<'a, 'o> {
    pub(super) events: Events<'a>,
    /// What the parser reads: the body, with component calls blanked out.
    pub(super) body: &'a str,
    /// Offset of the body in the file.
    base: usize,
    source: &'o str,
    file: &'o str,
    pub(super) options: &'o Options,
    pub(super) codes: Option<&'o Highlighter>,
    pub(super) text: &'o mut String,
    pub(super) out: Frame,
    /// Finished bodies of components.
    pub(super) parts: Vec<String>,
    /// Frames around the current one, each with what the next inner one will become.
    pub(super) outer: Vec<(Owner, Frame)>,
    pub(super) depth: usize,
    pub(super) problems: Problems,
    pub(super) headings: Vec<Heading>,
    pub(super) heading: Option<OpenHeading<'a>>,
    pub(super) ids: FxHashSet<String>,
    pub(super) claimed_ids: FxHashSet<String>,
    pub(super) repeated_ids: FxHashMap<String, u32>,
    pub(super) notes: Vec<Note>,
    pub(super) note_names: FxHashMap<String, usize>,
    /// Notes in order of their numbers.
    pub(super) note_order: Vec<usize>,
    pub(super) calls: std::vec::IntoIter<CallTag>,
    pub(super) has_calls: bool,
    pub(super) figures: u32,
    /// Whether autolinks are worth looking for.
    pub(super) autolinks: bool,
    pub(super) open_links: usize,
    pub(super) run: Vec<(CowStr<'a>, Range<usize>)>,
    pub(super) alignments: Vec<Alignment>,
    pub(super) cell: usize,
    pub(super) table: super::table::Part,
    pub(super) is_header_cell: bool,
    pub(super) scratch: String,
    pub(super) is_more_pending: bool,
    pub(super) has_raw_html: bool,
    pub(super) has_code: bool,
    pub(super) is_inline: bool,
    is_too_deep: bool,
    summary: Option<usize>,
    lead: String,
    paragraph: usize,
}

impl<'a, 'o> Converter<'a, 'o> {
    pub(super) fn new(
        source: &'o str,
        body: Range<usize>,
        file: &'o str,
        options: &'o Options,
        codes: Option<&'o Highlighter>,
        markdown: &'a str,
        text: &'o mut String,
    ) -> Self {
        text.clear();
        let inner = Parser::new_ext(markdown, extensions(options)).into_offset_iter();
        Converter {
            events: Events::new(markdown, inner),
            body: markdown,
            base: body.start,
            source,
            file,
            options,
            codes,
            text,
            out: Frame {
                html: String::with_capacity(markdown.len() + markdown.len() / 4),
                ..Frame::default()
            },
            parts: Vec::new(),
            outer: Vec::new(),
            depth: 0,
            problems: Problems::default(),
            headings: Vec::new(),
            heading: None,
            ids: super::heading::explicit_ids(markdown, options),
            repeated_ids: FxHashMap::default(),
            claimed_ids: FxHashSet::default(),
            notes: Vec::new(),
            note_names: FxHashMap::default(),
            note_order: Vec::new(),
            calls: Vec::new().into_iter(),
            has_calls: false,
            figures: 0,
            autolinks: options.extensions && super::autolink::may_occur(markdown),
            open_links: 0,
            run: Vec::new(),
            alignments: Vec::new(),
            cell: 0,
            table: super::table::Part::Head,
            is_header_cell: false,
            scratch: String::new(),
            is_more_pending: false,
            has_raw_html: false,
            has_code: false,
            is_inline: false,
            is_too_deep: false,
            summary: None,
            lead: String::new(),
            paragraph: 0,
        }
    }

    pub(super) fn run(mut self) -> Parsed {
        while let Some((event, range)) = self.events.next() {
            self.event(event, range);
            if self.is_too_deep {
                break;
            }
        }
        self.finish()
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Text(text) => self.text_event(text, range),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::SoftBreak => {
                self.out.html.push('\n');
                self.text.push(' ');
            }
            Event::HardBreak => {
                self.out.html.push_str(if self.options.extensions { "<br>\n" } else { "<br />\n" });
                self.text.push(' ');
            }
            Event::Code(code) => {
                self.out.html.push_str("<code>");
                self.escaped(&code);
                self.out.html.push_str("</code>");
                self.text.push_str(&code);
            }
            Event::InlineMath(tex) => self.math("<span class=\"math inline\">", &tex, "</span>"),
            Event::DisplayMath(tex) => self.math("<span class=\"math display\">", &tex, "</span>"),
            Event::InlineHtml(html) => self.inline_html(&html),
            // Block HTML is read as a whole where it starts.
            Event::Html(_) => {}
            Event::Rule => {
                self.line();
                self.out.html.push_str(if self.options.extensions { "<hr>\n" } else { "<hr />\n" });
            }
            Event::FootnoteReference(name) => self.footnote_reference(&name, range),
            Event::TaskListMarker(done) => self.task(done),
        }
    }

    fn text_event(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if self.options.extensions && &*text == "[" {
            self.check_undefined_footnote(range.start);
        }
        if self.autolinks && self.open_links == 0 {
            self.text_run(text, range);
        } else {
            self.plain(&text);
        }
    }

    /// Writes text as it is, into the HTML and into the plain text.
    pub(super) fn plain(&mut self, text: &str) {
        self.escaped(text);
        self.text.push_str(text);
    }

    pub(super) fn escaped(&mut self, text: &str) {
        escape_text(text, &mut self.out.html);
    }

    fn math(&mut self, open: &str, tex: &str, close: &str) {
        self.out.html.push_str(open);
        escape_text(tex, &mut self.out.html);
        self.out.html.push_str(close);
        self.text.push_str(tex);
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.too_deep(range);
        }
        match tag {
            Tag::Paragraph => self.start_paragraph(range),
            Tag::Emphasis => self.out.html.push_str("<em>"),
            Tag::Strong => self.out.html.push_str("<strong>"),
            Tag::Strikethrough => self.out.html.push_str("<del>"),
            Tag::Superscript => self.out.html.push_str("<sup>"),
            Tag::Subscript => self.out.html.push_str("<sub>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => self.inline_image(dest_url, title, range),
            Tag::Heading { level, id, classes, attrs } => {
                self.start_heading(level as u8, id, classes, attrs, range);
            }
            Tag::CodeBlock(kind) => self.code_block(kind, range),
            Tag::HtmlBlock => self.html_block(range),
            Tag::FootnoteDefinition(name) => self.start_note(&name, range),
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => self.start_table_head(),
            Tag::TableRow => self.start_table_row(),
            Tag::TableCell => self.start_table_cell(range),
            Tag::DefinitionList => self.start_definitions(range),
            Tag::MetadataBlock(_) => {}
            block => self.start_block(block),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        self.depth = self.depth.saturating_sub(1);
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Emphasis => self.out.html.push_str("</em>"),
            TagEnd::Strong => self.out.html.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.html.push_str("</del>"),
            TagEnd::Superscript => self.out.html.push_str("</sup>"),
            TagEnd::Subscript => self.out.html.push_str("</sub>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Heading(level) => self.end_heading(level as u8),
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.end_table_head(),
            TagEnd::TableRow => self.end_table_row(),
            TagEnd::TableCell => self.end_table_cell(),
            // These are read up to their end where they start.
            TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => {}
            block => self.end_block(block),
        }
        self.end_summary();
    }

    fn start_paragraph(&mut self, range: Range<usize>) {
        if self.options.extensions && !self.is_inline && self.figures_alone(&range) {
            return;
        }
        self.paragraph = self.text.len();
        if !self.is_inline {
            self.line();
            self.out.html.push_str("<p>");
        }
    }

    fn end_paragraph(&mut self) {
        if !self.is_inline {
            self.out.html.push_str("</p>\n");
        }
        if self.lead.is_empty() && self.depth == 0 && self.outer.is_empty() {
            self.lead = lead::shorten(self.text[self.paragraph.min(self.text.len())..].trim());
        }
        self.end_words();
    }

    /// Ends the summary here if its mark was seen and no block is open.
    pub(super) fn end_summary(&mut self) {
        if self.is_more_pending && self.depth == 0 && self.outer.is_empty() {
            self.is_more_pending = false;
            self.summary.get_or_insert(self.out.html.len());
        }
    }

    /// Makes sure that the HTML is at the beginning of a line.
    pub(super) fn line(&mut self) {
        if !self.out.html.is_empty() && !self.out.html.ends_with('\n') {
            self.out.html.push('\n');
        }
    }

    /// Makes sure that the next word of the plain text stands apart.
    pub(super) fn end_words(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Leaves a hole here. `source` is relative to the body.
    pub(super) fn hole(&mut self, source: &Range<usize>, kind: HoleKind) {
        let at = self.out.html.len() as u32;
        self.out.holes.push(Hole { at, source: self.in_file(source), kind });
    }

    /// A range of the body as a range of the file.
    pub(super) fn in_file(&self, range: &Range<usize>) -> Range<u32> {
        (self.base + range.start) as u32..(self.base + range.end) as u32
    }

    /// Notes a problem at a range of the body.
    pub(super) fn problem(&mut self, at: Range<usize>, diagnostic: Diagnostic) {
        self.problems.push(self.base + at.start..self.base + at.end, diagnostic);
    }

    /// The body as the author wrote it, where calls of components are blanked out for the parser.
    pub(super) fn written(&self, range: Range<usize>) -> &'o str {
        self.source.get(self.base + range.start..self.base + range.end).unwrap_or("")
    }

    pub(super) fn too_deep(&mut self, at: Range<usize>) {
        self.is_too_deep = true;
        let first = at.start..at.end.min(at.start + 1);
        self.problem(
            first,
            Diagnostic::error(
                "markdown/too-deep",
                format!("more than {MAX_DEPTH} quotes, lists or marks inside each other"),
            )
            .hint("take the innermost levels out"),
        );
    }

    fn finish(mut self) -> Parsed {
        if self.is_too_deep {
            let problems = self.problems.locate(self.file, self.source);
            return Parsed { prose: Prose::default(), problems };
        }
        self.finish_calls();
        self.write_notes();
        let Frame { html: text, mut holes, page_only, .. } = self.out;
        let mut html = Html { text, parts: self.parts, headings: self.headings, page_only };
        let mut summary = self.summary.map(|end| 0..end);
        if self.has_raw_html && self.options.html == RawHtml::Sanitize {
            sanitize::clean(&mut html, &mut holes, &mut summary);
        }
        html.pack();
        repack(&mut holes);
        let prose = Prose {
            holes,
            summary,
            lead: self.lead,
            heading_ids: body::heading_ids(&html.headings),
            // Nothing else brings ids, and text that looks like one is none.
            anchors: match self.has_raw_html || !self.notes.is_empty() {
                true => body::anchors(&html),
                false => Box::default(),
            },
            has_raw_html: self.has_raw_html && self.options.html == RawHtml::Allow,
            has_code: self.has_code,
            body: html.into(),
        };
        Parsed { prose, problems: self.problems.locate(self.file, self.source) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, options, read_with};
    use super::*;

    #[test]
    fn the_text_has_the_words_and_nothing_else() {
        let markdown = "# A *b*\n\nc\nd `e` [f](g.md) <i>h</i> &amp;[^1]\\\ni\n\n- j\n- k\n\n![l](m.png \"n *o*\")\n\n```\np\n```\n\n[^1]: q\n";
        assert_eq!(read_with(markdown, &options()).1, "A b\nc d e f h & i\nj\nk\nn o\nq\n");
    }

    #[test]
    fn places_are_those_of_the_file() {
        let file = "---\ntitle: x\n---\nö ![](a.png)\n";
        let (mut text, codes) = (String::new(), Highlighter::new());
        let parsed = parse(file, 17..file.len(), "b.md", &options(), &codes, &mut text);
        let place = parsed.problems[0].place.as_ref().unwrap();
        assert_eq!((&*place.file, place.line, place.column, place.width), ("b.md", 4, 3, 10));
        assert_eq!(parsed.prose.holes[0].source, 20..30);
    }

    #[test]
    fn a_range_that_does_not_fit_the_file_is_an_empty_body() {
        let (mut text, codes) = (String::new(), Highlighter::new());
        for body in [1..2, 5..99, 9..9] {
            assert_eq!(
                parse("ö", body, "b.md", &options(), &codes, &mut text).prose.body().text,
                ""
            );
        }
    }

    #[test]
    fn commonmark_has_no_extensions() {
        let markdown =
            "# a {#b}\n\n~~c~~ http://d.example [^1] ![e](f.png){.g}\n\n|h|\n|-|\n\n{{<i />}}\n";
        let html = to_html(markdown, &Options::commonmark());
        assert!(html.starts_with("<h1>a {#b}</h1>\n<p>~~c~~ http://d.example [^1] <img src=\"f.png\" alt=\"e\" />{.g}</p>\n<p>|h|"), "{html}");
        assert!(html.contains("{{<i />}}"));
    }

    #[test]
    fn the_same_text_gives_the_same_bytes() {
        let markdown = "# a\n\n[b](c.md)[^1]\n\n[^1]: d\n";
        assert_eq!(html(markdown), html(markdown));
    }
}
