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
use super::parse::{Converter, Owner};
use super::{Call, HoleKind, Prose};
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
}

/// Looks for tags. `None` when there is nothing that looks like one, which costs two quick searches.
pub(super) fn scan(body: &str, extensions: Extensions) -> Option<Scan> {
    let starts = candidates(body);
    if starts.is_empty() {
        return None;
    }
    let raw = raw_ranges(body, extensions);
    let mut scan = Scan { masked: String::new(), tags: Vec::new(), problems: Vec::new() };
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
            Err(malformed) => scan.problems.push(malformed),
        }
    }
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
    pub(super) fn take_calls(&mut self, tags: Vec<CallTag>, problems: Vec<Malformed>) {
        for malformed in problems {
            self.problem(
                malformed.at,
                Diagnostic::error("markdown/component-syntax", malformed.message)
                    .hint(malformed.hint),
            );
        }
        self.has_calls = true;
        self.calls = tags.into_iter();
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
        call.body = Some(Prose {
            html: done.html,
            holes: done.holes,
            page_only: done.page_only,
            ..Prose::default()
        });
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
