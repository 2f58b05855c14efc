//! `markdown.html: sanitize`: the finished HTML of a body goes through a sanitiser.
//!
//! Raw HTML arrives in pieces (`<b>`, text, `</b>`), so only the whole can be judged. Before, each hole
//! gets a marker that does not occur in the text; after, holes are put back where their markers stand,
//! and only where they are safe: a link in a `href`, everything else outside of tags. A marker that raw
//! HTML has drawn into an attribute or swallowed is dropped with its hole.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

use super::{Hole, HoleKind, Prose};

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
pub(super) fn clean(prose: &mut Prose) {
    let prefix = free_prefix(&prose.html);
    let (marked, ends) = mark(prose, &prefix);
    let cleaned = SANITIZER.clean(&marked).to_string();
    restore(prose, &cleaned, &prefix, ends);
    for hole in &mut prose.holes {
        if let HoleKind::Component(call) = &mut hole.kind
            && let Some(body) = &mut call.body
        {
            clean(body);
        }
    }
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
fn mark(prose: &Prose, prefix: &str) -> (String, Option<usize>) {
    let mut marked = String::with_capacity(prose.html.len() + prose.holes.len() * 24);
    let summary = prose.summary.as_ref().map(|summary| summary.end);
    let mut at = 0;
    let mut copy = |to: usize, index: usize, marked: &mut String| {
        marked.push_str(&prose.html[at..to]);
        marked.push_str(&format!("{prefix}{index}q"));
        at = to;
    };
    let mut summary_pending = summary;
    for (index, hole) in prose.holes.iter().enumerate() {
        if let Some(end) = summary_pending.filter(|end| *end <= hole.at as usize) {
            copy(end, prose.holes.len(), &mut marked);
            summary_pending = None;
        }
        copy(hole.at as usize, index, &mut marked);
    }
    if let Some(end) = summary_pending {
        copy(end, prose.holes.len(), &mut marked);
    }
    marked.push_str(&prose.html[at..]);
    (marked, summary.map(|_| prose.holes.len()))
}

/// Where a byte of well-formed HTML stands.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Text,
    Tag,
    Value,
}

fn restore(prose: &mut Prose, cleaned: &str, prefix: &str, summary: Option<usize>) {
    let mut holes: Vec<Option<Hole>> =
        std::mem::take(&mut prose.holes).into_iter().map(Some).collect();
    let mut html = String::with_capacity(cleaned.len());
    let mut inside = Inside::Text;
    let mut at = 0;
    prose.summary = None;
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
        if Some(index) == summary && inside == Inside::Text {
            prose.summary = Some(0..html.len());
        }
        let Some(hole) = holes.get_mut(index).and_then(Option::take) else { continue };
        let is_safe = match hole.kind {
            HoleKind::Link { .. } => {
                inside == Inside::Value
                    && html.ends_with(" href=\"")
                    && cleaned[at..].starts_with('"')
            }
            _ => inside == Inside::Text,
        };
        if is_safe {
            prose.holes.push(Hole { at: html.len() as u32, ..hole });
        }
    }
    html.push_str(&cleaned[at..]);
    prose.html = html;
    prose.page_only.clear();
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
