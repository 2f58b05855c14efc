//! Components called from Markdown: `{{<note title="Method" />}}`, or a block with a Markdown body
//! between `{% <note title="Method"> %}` and `{% </note> %}`. A tag stands alone on its lines.
//!
//! Before the parser runs, each tag outside of code and raw HTML is blanked out by an HTML comment of
//! the same length. To the parser that is a block of its own, in lists and quotes too, so a body needs
//! no blank lines around it, and offsets stay those of the file. Where the parser comes upon such a
//! comment, the tag takes effect.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};
use serde_json::Value;

use super::call::{self, Malformed};
use super::foreign::{self, Foreign};
use super::parse::{Converter, Owner};
use super::{Call, CallBody, HoleKind};
use crate::diagnostic::Diagnostic;

/// Components inside each other.
const MAX_NESTING: usize = 16;

/// A tag of a component in the body.
#[derive(Debug)]
pub(super) struct CallTag {
    pub(super) range: Range<usize>,
    pub(super) kind: CallTagKind,
}

/// What a tag does.
#[derive(Debug, PartialEq)]
pub(super) enum CallTagKind {
    /// `{{<name ... />}}`
    Whole(String, Vec<(String, Value)>),
    /// `{% <name ...> %}`
    Open(String, Vec<(String, Value)>),
    /// `{% </name> %}`
    Close(String),
}

/// The body with its tags blanked out.
pub(super) struct Scan {
    pub(super) masked: String,
    pub(super) tags: Vec<CallTag>,
    pub(super) problems: Vec<Malformed>,
    pub(super) foreign: Vec<Foreign>,
}

/// Looks for tags. `None` when there is nothing that looks like one, which costs two quick searches.
pub(super) fn scan(body: &str, extensions: Extensions) -> Option<Scan> {
    let (starts, mut foreign) = (candidates(body), foreign::find(body));
    if starts.is_empty() && foreign.is_empty() {
        return None;
    }
    let raw = raw_ranges(body, extensions);
    foreign.retain(|foreign| !is_raw(&raw, foreign.at.start));
    let mut scan = Scan { masked: String::new(), tags: Vec::new(), problems: Vec::new(), foreign };
    let mut end = 0;
    for start in starts {
        if start < end || is_raw(&raw, start) {
            continue;
        }
        match call::parse(body, start) {
            Ok((kind, tag_end)) => {
                end = tag_end;
                scan.tags.push(CallTag { range: start..tag_end, kind });
            }
            Err(malformed) => {
                let foreign = scan.foreign.binary_search_by_key(&start, |foreign| foreign.at.start);
                let foreign = foreign.ok().map(|at| &scan.foreign[at]);
                scan.problems.push(foreign.map_or(malformed, Foreign::instead_of_call));
            }
        }
    }
    let (tags, problems) = (&scan.tags, &scan.problems);
    scan.foreign.retain(|foreign| {
        let at = foreign.at.start;
        let before = tags.partition_point(|tag| tag.range.start <= at);
        let is_inside = before > 0 && at < tags[before - 1].range.end;
        !is_inside && problems.binary_search_by_key(&at, |problem| problem.at.start).is_err()
    });
    scan.match_tags();
    scan.masked = mask(body, &scan.tags);
    Some(scan)
}

/// Where a line begins with `{{<` or `{% <`, behind nothing but the marks of lists and quotes.
fn candidates(body: &str) -> Vec<usize> {
    let bytes = body.as_bytes();
    let mut starts: Vec<usize> = memmem::find_iter(bytes, b"{{")
        .chain(memmem::find_iter(bytes, b"{%"))
        .filter(|start| body[start + 2..].trim_start_matches([' ', '\t']).starts_with('<'))
        .filter(|start| {
            let mut before = bytes[..*start].iter().rev().take_while(|b| **b != b'\n');
            before.all(|b| b" \t>-+*.)".contains(b) || b.is_ascii_digit())
        })
        .collect();
    starts.sort_unstable();
    starts
}

/// Code and raw HTML as the parser sees them, in order; block ranges are marked.
fn raw_ranges(body: &str, extensions: Extensions) -> Vec<(Range<usize>, bool)> {
    let mut ranges: Vec<(Range<usize>, bool)> = Parser::new_ext(body, extensions)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => Some((range, true)),
            Event::Code(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => Some((range, false)),
            _ => None,
        })
        .collect();
    ranges.sort_by_key(|(range, _)| range.start);
    ranges
}

/// Whether a place is in code or raw HTML. A tag itself may hold what the parser takes for inline HTML.
fn is_raw(ranges: &[(Range<usize>, bool)], at: usize) -> bool {
    let before = ranges.partition_point(|(range, _)| range.start <= at);
    ranges[..before]
        .last()
        .is_some_and(|(range, is_block)| at < range.end && (*is_block || range.start < at))
}

impl Scan {
    /// Pairs opening and closing tags; those without a partner become problems and are left out.
    fn match_tags(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut alone = vec![false; self.tags.len()];
        for (index, tag) in self.tags.iter().enumerate() {
            match &tag.kind {
                CallTagKind::Whole(..) => {}
                CallTagKind::Open(..) => open.push(index),
                CallTagKind::Close(name) => {
                    let is_partner = |at: &usize| matches!(&self.tags[*at].kind, CallTagKind::Open(open, _) if open == name);
                    match open.iter().rposition(is_partner) {
                        Some(position) => {
                            for unclosed in open.drain(position..).skip(1) {
                                alone[unclosed] = true;
                            }
                        }
                        None => alone[index] = true,
                    }
                }
            }
        }
        for unclosed in open {
            alone[unclosed] = true;
        }
        let tags = std::mem::take(&mut self.tags).into_iter().zip(alone);
        for (tag, is_alone) in tags {
            if is_alone {
                self.problems.push(partner_missing(&tag));
            } else {
                self.tags.push(tag);
            }
        }
    }
}

fn partner_missing(tag: &CallTag) -> Malformed {
    let (message, hint) = match &tag.kind {
        CallTagKind::Close(name) => (
            format!("`{{% </{name}> %}}` closes nothing"),
            format!("open it with `{{% <{name}> %}}` on a line above, or remove this line"),
        ),
        CallTagKind::Open(name, _) | CallTagKind::Whole(name, _) => (
            format!("the component `{name}` is not closed"),
            format!(
                "add a line `{{% </{name}> %}}`, or call it without a body: `{{{{<{name} />}}}}`"
            ),
        ),
    };
    Malformed { at: tag.range.clone(), message, hint }
}

/// The body with each tag as an HTML comment of the same length, line ends and quote marks kept.
fn mask(body: &str, tags: &[CallTag]) -> String {
    let mut masked = String::with_capacity(body.len());
    let mut at = 0;
    for tag in tags {
        masked.push_str(&body[at..tag.range.start]);
        masked.push_str("<!--");
        let mut at_line_start = false;
        for byte in body.as_bytes()[tag.range.start + 4..tag.range.end - 3].iter().copied() {
            let is_kept = byte == b'\n' || (at_line_start && b" \t>".contains(&byte));
            masked.push(if is_kept { byte as char } else { ' ' });
            at_line_start = byte == b'\n' || (at_line_start && is_kept);
        }
        masked.push_str("-->");
        at = tag.range.end;
    }
    masked.push_str(&body[at..]);
    masked
}

impl Converter<'_, '_> {
    pub(super) fn take_calls(&mut self, scan: Scan) {
        for foreign in &scan.foreign {
            self.problem(foreign.at.clone(), foreign.problem());
        }
        for malformed in scan.problems {
            self.problem(
                malformed.at,
                Diagnostic::error("markdown/component-syntax", malformed.message)
                    .hint(malformed.hint),
            );
        }
        self.has_calls = true;
        self.calls = scan.tags.into_iter();
    }

    /// Carries out the tags that stand in a block of HTML; whether there are any.
    pub(super) fn calls_in(&mut self, block: &Range<usize>) -> bool {
        let mut found = false;
        while let Some(tag) = self.calls.as_slice().first() {
            if tag.range.start >= block.end {
                break;
            }
            let is_inside = tag.range.start >= block.start;
            let Some(tag) = self.calls.next() else { break };
            if is_inside {
                found = true;
                self.call(tag);
            } else {
                self.misplaced(tag.range);
            }
        }
        found
    }

    fn call(&mut self, tag: CallTag) {
        self.line();
        match tag.kind {
            CallTagKind::Whole(name, arguments) => {
                let call = Box::new(Call { name, arguments, body: None });
                self.hole(&tag.range, HoleKind::Component(call));
                self.out.html.push('\n');
            }
            CallTagKind::Open(name, arguments) => {
                let call = Box::new(Call { name, arguments, body: None });
                let owner = Owner::Component { call, source: tag.range.clone(), depth: self.depth };
                self.outer.push((owner, std::mem::take(&mut self.out)));
                if self.outer.len() > MAX_NESTING {
                    self.too_deep(tag.range);
                }
            }
            CallTagKind::Close(_) => match self.outer.last() {
                Some((Owner::Component { depth, .. }, _)) if *depth == self.depth => {
                    self.end_call();
                }
                _ => self.misplaced(tag.range),
            },
        }
    }

    /// Closes the innermost component: its frame becomes the body of the call.
    fn end_call(&mut self) {
        let Some((owner, frame)) = self.outer.pop() else { return };
        let done = std::mem::replace(&mut self.out, frame);
        let Owner::Component { mut call, source, .. } = owner else { return };
        call.body = Some(CallBody { part: self.parts.len() as u32, holes: done.holes });
        self.parts.push(done.html);
        self.hole(&source, HoleKind::Component(call));
        self.out.html.push('\n');
    }

    /// Closes the components that were opened inside of a list item or quote that ends here.
    pub(super) fn end_calls_inside(&mut self) {
        while let Some((Owner::Component { depth, source, .. }, _)) = self.outer.last() {
            if *depth <= self.depth {
                break;
            }
            let source = source.clone();
            self.misplaced(source);
            self.end_call();
        }
    }

    /// Closes what is still open and reports the tags that the parser did not come upon.
    pub(super) fn finish_calls(&mut self) {
        while let Some((Owner::Component { source, .. }, _)) = self.outer.last() {
            let source = source.clone();
            self.misplaced(source);
            self.end_call();
        }
        while let Some(tag) = self.calls.next() {
            self.misplaced(tag.range);
        }
    }

    fn misplaced(&mut self, at: Range<usize>) {
        self.problem(
            at,
            Diagnostic::error(
                "markdown/component-syntax",
                "this tag of a component is not where it can take effect",
            )
            .hint(
                "put it on a line of its own with a blank line before it; the opening and the closing \
                 tag belong into the same list item or quote, or outside of all",
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, problems, read, read_with, shown, with_html};
    use crate::config::RawHtml;

    #[test]
    fn a_call_alone_becomes_a_hole_with_its_arguments() {
        assert_eq!(
            shown("a\n\n{{<note title=\"M\" n={3} />}}\n\n{{ <b /> }}\nc\n"),
            "<p>a</p>\n[note title=\"M\" n=3|-]\n[b|-]\n<p>c</p>\n"
        );
    }

    #[test]
    fn a_body_is_markdown_with_and_without_blank_lines() {
        let wanted =
            "[note|<p>Some <em>text</em></p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n]\n<p>c</p>\n";
        assert_eq!(shown("{% <note> %}\nSome *text*\n- a\n- b\n{% </note> %}\nc\n"), wanted);
        assert_eq!(
            shown("{% <note> %}\n\nSome *text*\n\n- a\n- b\n\n{% </note> %}\n\nc\n"),
            wanted
        );
        assert_eq!(shown("{%<a>%}\n{%</a>%}"), "[a|]\n");
        assert_eq!(
            shown("{% <a> %}\n# x\n{% </a> %}\n===\n"),
            shown("{% <a> %}\n# x\n{% </a> %}\n\n===\n")
        );
    }

    #[test]
    fn components_nest_also_in_lists_and_quotes() {
        assert_eq!(
            shown("{% <a> %}\n{% <a> %}\nx\n{% </a> %}\n{{<b />}}\n{% </a> %}"),
            "[a|[a|<p>x</p>\n]\n[b|-]\n]\n"
        );
        assert_eq!(
            shown(
                "- {{<a />}}\n- x\n  {% <b> %}\n  y\n  {% </b> %}\n\n> {% <c\n> d=\"e\"> %}\n> z\n> {% </c> %}\n"
            ),
            "<ul>\n<li>\n[a|-]\n</li>\n<li>x\n[b|y\n]\n</li>\n</ul>\n<blockquote>\n[c d=\"e\"|<p>z</p>\n]\n</blockquote>\n"
        );
    }

    #[test]
    fn ids_footnotes_and_figures_are_those_of_the_page() {
        let markdown = "# a\n\n{% <n> %}\n# a\n\n![x](y.png)\n\nb[^1]\n{% </n> %}\n\n![x](z.png)\n\n[^1]: c [l]\n\n[l]: d.md\n";
        let prose = read(markdown).prose;
        let ids: Vec<&str> = prose.heading_ids().collect();
        assert_eq!(ids, ["a", "a-1"]);
        let figures: Vec<_> =
            prose.figures().map(|image| (image.src.as_str(), image.number)).collect();
        assert_eq!(figures, [("y.png", 1), ("z.png", 2)]);
        assert!(
            prose.has_anchor("a-1") && prose.has_anchor("fig-2") && prose.has_anchor("fnref-1")
        );
        assert!(prose.body().text.contains("<li id=\"fn-1\">"));
        assert!(shown(markdown).contains("[d.md@"));
    }

    #[test]
    fn code_raw_html_and_sentences_are_left_alone() {
        for markdown in [
            "`{{<a />}}`",
            "    {{<a />}}",
            "```\n{{<a />}}\n{% <b> %}\n```",
            "x {{<a />}} y",
            "<div>\n{{<a />}}\n</div>",
            "`x\n{{<a />}}\ny`",
            "\\{{<a />}}",
            "{{ a }}",
            "{% iffy a %}",
            "> ~~~\n> {{<a />}}\n> ~~~",
        ] {
            let parsed = read(markdown);
            assert!(parsed.problems.is_empty(), "{markdown}: {:?}", parsed.problems);
            assert!(parsed.prose.holes.is_empty(), "{markdown}");
            let html = html(markdown).replace("&lt;", "<").replace("&gt;", ">");
            assert!(
                html.contains("{{<a />}}") || html.contains("{{ a }}") || html.contains("{% if"),
                "{html}"
            );
        }
        assert!(html("{{<a />}}\n\n    {{<b />}}\n").contains("{{&lt;b /&gt;}}"));
    }

    /// Seen as part of a paragraph at first, this call turns out to be code when the tag is read.
    #[test]
    fn code_behind_a_tag_is_shown_as_it_was_written() {
        let markdown = "{% <a> %}\n    {{<b />}}\n{% </a> %}\n";
        assert!(shown(markdown).contains("{{&lt;b /&gt;}}"), "{}", shown(markdown));
        assert!(problems(markdown)[0].starts_with("2:5+9 markdown/component-syntax"));
    }

    #[test]
    fn faults_are_errors_with_place() {
        let one = |markdown: &str| {
            let found = problems(markdown);
            assert_eq!(found.len(), 1, "{markdown}: {found:?}");
            assert!(read(markdown).problems[0].is_error());
            found[0].replace("markdown/component-syntax ", "")
        };
        assert_eq!(one("a\n\n{% <note> %}\nb\n"), "3:1+12 the component `note` is not closed");
        assert_eq!(one("a\n{% </note> %}\n"), "2:1+13 `{% </note> %}` closes nothing");
        assert_eq!(
            one("{% <a> %}\n{% <b> %}\n{% </a> %}\n"),
            "2:1+9 the component `b` is not closed"
        );
        assert!(one("{{<note title=x />}}").starts_with("1:15+1 expected a value in quotes"));
        assert!(one("{{<note />}} and text").starts_with("1:13+1 expected the end of the line"));
        // Both tags are marked, because either may be the one that is wrong.
        let crossing = problems("- {% <a> %}\n\n{% </a> %}\n");
        assert!(
            crossing[0].starts_with("1:3+9 ") && crossing[1].starts_with("3:1+10 "),
            "{crossing:?}"
        );
        let crossing = problems("{% <a> %}\n\n- {% </a> %}\n");
        assert!(
            crossing[0].starts_with("1:1+9 ") && crossing[1].starts_with("3:3+10 "),
            "{crossing:?}"
        );
        assert!(one("text\n      {{<a />}}\n").contains("is not where it can take effect"));
    }

    #[test]
    fn places_after_a_call_are_those_of_the_file() {
        assert_eq!(problems("{% <a\n b=\"ö\"> %}\n![](x.png)\n{% </a> %}\n![](y.png)\n").len(), 2);
        let found = problems("{% <a\n b=\"ö\"> %}\n![](x.png)\n{% </a> %}\n\n![](y.png)\n");
        assert!(found[0].starts_with("3:1+10") && found[1].starts_with("6:1+10"), "{found:?}");
    }

    #[test]
    fn calls_work_in_every_mode_of_raw_html_and_bring_none() {
        for html in [RawHtml::Allow, RawHtml::Sanitize, RawHtml::Escape] {
            let prose = read_with("{% <a> %}\nb\n{% </a> %}", &with_html(html)).0.prose;
            assert_eq!((prose.holes.len(), prose.has_raw_html), (1, false));
        }
    }

    #[test]
    fn the_summary_can_end_inside_of_a_component_but_not_break_it() {
        let prose = read("{% <a> %}\nb <!-- more -->\n\nc\n{% </a> %}\nd\n").prose;
        let mut html = String::new();
        super::super::write_summary(&prose, &super::super::tests::Show, &mut html);
        assert_eq!(html, "[a|<p>b</p>\n<p>c</p>\n]\n");
    }
}
