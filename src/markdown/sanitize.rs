//! `markdown.html: sanitize`: the finished HTML of a body goes through a sanitiser.
//!
//! Raw HTML arrives in pieces (`<b>`, text, `</b>`), so only the whole can be judged. Before, each hole
//! gets a marker that does not occur in the text; after, holes are put back where their markers stand,
//! and only where they are safe: a link in a `href`, everything else outside of tags. A marker that raw
//! HTML has drawn into an attribute or swallowed is dropped with its hole.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use ammonia::Builder;

use super::{Hole, HoleKind, Html};

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["figure", "figcaption", "section", "input", "mark", "s", "u"])
        .add_generic_attributes(["class", "id", "role", "tabindex", "title", "lang", "dir"])
        .add_generic_attribute_prefixes(["aria-", "data-"])
        .add_tag_attributes("ol", ["start"])
        .add_tag_attributes("th", ["scope", "style"])
        .add_tag_attributes("td", ["style"])
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .add_tag_attributes("input", ["checked"])
        .filter_style_properties(HashSet::from(["text-align"]))
        .link_rel(None);
    builder
});

/// Sanitises a body and the bodies of its components.
pub(super) fn clean(html: &mut Html, holes: &mut Vec<Hole>, summary: &mut Option<Range<usize>>) {
    html.text = clean_text(&html.text, holes, summary);
    html.page_only.clear();
    clean_parts(&mut html.parts, holes);
}

fn clean_parts(parts: &mut [String], holes: &mut [Hole]) {
    for hole in holes {
        if let HoleKind::Component(call) = &mut hole.kind
            && let Some(body) = &mut call.body
            && let Some(part) = parts.get_mut(body.part as usize)
        {
            *part = clean_text(part, &mut body.holes, &mut None);
            clean_parts(parts, &mut body.holes);
        }
    }
}

/// Sanitises HTML; its holes and the end of the summary move along.
fn clean_text(html: &str, holes: &mut Vec<Hole>, summary: &mut Option<Range<usize>>) -> String {
    let prefix = free_prefix(html);
    let (marked, end) = mark(html, holes, summary.as_ref().map(|summary| summary.end), &prefix);
    let cleaned = SANITIZER.clean(&marked).to_string();
    restore(&cleaned, &prefix, holes, summary, end)
}

/// A word that does not occur in the text.
fn free_prefix(html: &str) -> String {
    let mut prefix = String::from("bylinehole");
    while html.contains(&prefix) {
        prefix.push('x');
    }
    prefix
}

/// The HTML with a marker for each hole and one for the end of the summary, whose index is returned.
fn mark(
    html: &str,
    holes: &[Hole],
    summary: Option<usize>,
    prefix: &str,
) -> (String, Option<usize>) {
    let mut marked = String::with_capacity(html.len() + holes.len() * 24);
    let mut at = 0;
    let mut copy = |to: usize, index: usize, marked: &mut String| {
        marked.push_str(&html[at..to]);
        marked.push_str(&format!("{prefix}{index}q"));
        at = to;
    };
    let mut summary_pending = summary;
    for (index, hole) in holes.iter().enumerate() {
        if let Some(end) = summary_pending.filter(|end| *end <= hole.at as usize) {
            copy(end, holes.len(), &mut marked);
            summary_pending = None;
        }
        copy(hole.at as usize, index, &mut marked);
    }
    if let Some(end) = summary_pending {
        copy(end, holes.len(), &mut marked);
    }
    marked.push_str(&html[at..]);
    (marked, summary.map(|_| holes.len()))
}

/// Where a byte of well-formed HTML stands.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Text,
    Tag,
    Value,
}

fn restore(
    cleaned: &str,
    prefix: &str,
    holes: &mut Vec<Hole>,
    summary: &mut Option<Range<usize>>,
    end: Option<usize>,
) -> String {
    let mut found: Vec<Option<Hole>> = std::mem::take(holes).into_iter().map(Some).collect();
    let mut html = String::with_capacity(cleaned.len());
    let mut inside = Inside::Text;
    let mut at = 0;
    *summary = None;
    for (start, _) in cleaned.match_indices(prefix) {
        if start < at {
            continue;
        }
        inside = follow(inside, &cleaned[at..start]);
        html.push_str(&cleaned[at..start]);
        let digits = &cleaned[start + prefix.len()..];
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        at = start + prefix.len() + length + usize::from(digits[length..].starts_with('q'));
        let Ok(index) = digits[..length].parse::<usize>() else { continue };
        if Some(index) == end && inside == Inside::Text {
            *summary = Some(0..html.len());
        }
        let Some(hole) = found.get_mut(index).and_then(Option::take) else { continue };
        let is_safe = match hole.kind {
            HoleKind::Link { .. } => {
                inside == Inside::Value
                    && html.ends_with(" href=\"")
                    && cleaned[at..].starts_with('"')
            }
            _ => inside == Inside::Text,
        };
        if is_safe {
            holes.push(Hole { at: html.len() as u32, ..hole });
        }
    }
    html.push_str(&cleaned[at..]);
    html
}

/// The state after more HTML. The sanitiser writes values in double quotes and escapes `<` in text.
fn follow(mut inside: Inside, html: &str) -> Inside {
    for byte in html.bytes() {
        inside = match (inside, byte) {
            (Inside::Text, b'<') => Inside::Tag,
            (Inside::Tag, b'>') => Inside::Text,
            (Inside::Tag, b'"') => Inside::Value,
            (Inside::Value, b'"') => Inside::Tag,
            (same, _) => same,
        };
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Show, html_with, options, read_with, with_html};
    use super::super::{Options, Prose, write};
    use crate::config::RawHtml;

    fn clean(markdown: &str) -> (Prose, String) {
        let prose = read_with(markdown, &with_html(RawHtml::Sanitize)).0.prose;
        let mut html = String::new();
        write(&prose, &Show, &mut html);
        (prose, html)
    }

    #[test]
    fn scripts_go_and_what_we_write_ourselves_stays() {
        let markdown = "<u>x</u>\n\n# A {.b}\n\n![c](d.png)\n\n- [x] e[^1]\n\n|f|\n|-:|\n|[g](h.md)|\n\n```rust hl_lines=1\nlet a;\n```\n\n\
             > [!NOTE]\n> i\n\n{% <j> %}\n<b onclick=k>l</b>\n{% </j> %}\n\n[^1]: m\n\n3. n\n";
        let (_, html) = clean(markdown);
        let plain = read_with(markdown, &options()).0.prose;
        let mut wanted = String::new();
        write(&plain, &Show, &mut wanted);
        // The sanitiser sorts attributes; nothing but the script may be missing.
        let words = |html: &str| {
            let mut words: Vec<String> = html
                .replace(['<', '>', '"', '='], " ")
                .split_whitespace()
                .map(String::from)
                .collect();
            words.sort_unstable();
            words.retain(|word| word != "onclick" && word != "k");
            words
        };
        assert_eq!(words(&html), words(&wanted.replace("align: ", "align:")), "{html}");
        assert!(!html.contains("onclick"));
    }

    #[test]
    fn tags_in_pieces_are_judged_as_a_whole() {
        let (_, html) = clean("a <b>*c*</b> <i>d\n\ne\n");
        assert_eq!(html, "<p>a <b><em>c</em></b> <i>d</i></p><i>\n<p>e</p>\n</i>");
    }

    #[test]
    fn a_hole_inside_of_an_attribute_is_dropped() {
        for markdown in [
            "<div title=\"\n\n![a](b.png)\n\n\">\n",
            "<div title=\"\n\n[a](b.md)\n\n\">\n",
            "<style>\n\n![a](b.png)\n\n</style>\n",
        ] {
            let (prose, html) = clean(markdown);
            assert!(prose.holes.is_empty(), "{markdown}: {html}");
            assert!(!html.contains("bylinehole"), "{html}");
        }
    }

    #[test]
    fn text_that_looks_like_a_marker_stays_text() {
        let (prose, html) = clean("<b>bylinehole0q bylineholex0q</b> [a](b.md)");
        assert_eq!(prose.holes.len(), 1);
        assert_eq!(
            html,
            "<p><b>bylinehole0q bylineholex0q</b> <a href=\"[b.md@38-42]\">a</a></p>\n"
        );
    }

    #[test]
    fn the_summary_keeps_its_end() {
        let (prose, _) = clean("<b>a</b> [c](d.md)\n\n<!-- more -->\n\ne\n");
        assert_eq!(
            &prose.body().text[prose.summary.clone().unwrap()],
            "<p><b>a</b> <a href=\"\">c</a></p>\n"
        );
        assert_eq!(prose.holes.len(), 1);
    }

    #[test]
    fn text_without_raw_html_is_not_touched() {
        let options = Options { html: RawHtml::Sanitize, ..options() };
        assert_eq!(html_with("a & b", &options), "<p>a &amp; b</p>\n");
    }
}
