//! [`Prose`] -> HTML: copies the finished parts and asks a [`Resolve`] for what fills the holes.

use std::ops::Range;

use super::{Call, Hole, HoleKind, Html, Image, Prose, Resolve};
use super::{escape_attribute, escape_href};

/// Writes the whole body.
pub fn write(prose: &Prose, resolve: &dyn Resolve, out: &mut String) {
    write_range(prose, 0..usize::MAX, resolve, out);
}

/// Writes the part of a body that stands in `range` of [`Html::text`]; bounds that do not fit are cut.
/// A hole at the very end belongs to what follows, unless nothing follows.
pub fn write_range(prose: &Prose, range: Range<usize>, resolve: &dyn Resolve, out: &mut String) {
    let html = &*prose.body();
    let end = range.end.min(html.text.len());
    let start = range.start.min(end);
    // What fills the holes takes about as much again as a quarter of the rest.
    out.reserve((end - start) * 5 / 4);
    let first = prose.holes.partition_point(|hole| (hole.at as usize) < start);
    let last = if end == html.text.len() {
        prose.holes.len()
    } else {
        prose.holes.partition_point(|hole| (hole.at as usize) < end)
    };
    copy(html, &html.text, start..end, &prose.holes[first..last], resolve, out);
}

/// Writes the part before `<!-- more -->` without what belongs to the article's own page: ids and
/// anchors of headings and footnote marks. Returns whether there is such a part.
pub fn write_summary(prose: &Prose, resolve: &dyn Resolve, out: &mut String) -> bool {
    let Some(summary) = prose.summary.clone() else { return false };
    let html = &*prose.body();
    let mut at = summary.start;
    let mut holes = &prose.holes[..];
    let mut segment = |to: usize, next: usize, out: &mut String| {
        let count = holes.partition_point(|hole| hole.at as usize <= to);
        copy(html, &html.text, at..to, &holes[..count], resolve, out);
        let skipped = holes.partition_point(|hole| (hole.at as usize) < next);
        holes = &holes[skipped.max(count)..];
        at = next;
    };
    for cut in &html.page_only {
        if cut.end as usize <= summary.end {
            segment(cut.start as usize, cut.end as usize, out);
        }
    }
    segment(summary.end, summary.end, out);
    true
}

/// Copies a range of `text`, which is `html`'s own or one of its parts, with the given holes, all of
/// which lie in it. Offsets that do not fit lose text and harm nothing else.
fn copy(
    html: &Html,
    text: &str,
    range: Range<usize>,
    holes: &[Hole],
    resolve: &dyn Resolve,
    out: &mut String,
) {
    let mut at = range.start;
    for hole in holes {
        let stop = hole.at as usize;
        out.push_str(text.get(at..stop).unwrap_or_default());
        at = stop;
        fill(html, hole, resolve, out);
    }
    out.push_str(text.get(at..range.end).unwrap_or_default());
}

fn fill(html: &Html, hole: &Hole, resolve: &dyn Resolve, out: &mut String) {
    match &hole.kind {
        HoleKind::Link { target } => resolve.link(target, &hole.source, out),
        HoleKind::Image(image) => resolve.image(image, false, &hole.source, out),
        HoleKind::Figure(image) => resolve.image(image, true, &hole.source, out),
        HoleKind::Component(call) => {
            let body = call.body.as_ref().map(|body| {
                let text = html.parts.get(body.part as usize).map_or("", String::as_str);
                let mut inner = String::with_capacity(text.len() * 5 / 4);
                copy(html, text, 0..text.len(), &body.holes, resolve, &mut inner);
                inner
            });
            resolve.component(call, body.as_deref(), &hole.source, out);
        }
    }
}

impl Image {
    /// Writes the caption with its links resolved; `source` is the picture's own place.
    pub fn write_caption(&self, resolve: &dyn Resolve, source: &Range<u32>, out: &mut String) {
        let mut at = 0;
        for link in &self.caption_links {
            out.push_str(&self.caption_html[at..link.at.start as usize]);
            resolve.link(&link.target, source, out);
            at = link.at.end as usize;
        }
        out.push_str(&self.caption_html[at..]);
    }
}

/// Fills holes without a site: links and pictures as the author wrote them, components not at all.
pub struct AsWritten;

impl Resolve for AsWritten {
    fn link(&self, target: &str, _source: &Range<u32>, out: &mut String) {
        escape_href(target, out);
    }

    fn image(&self, image: &Image, is_figure: bool, _source: &Range<u32>, out: &mut String) {
        let caption = is_figure && !image.caption_html.is_empty();
        if is_figure {
            out.push_str("<figure>");
        }
        if let Some(target) = &image.link {
            out.push_str("<a href=\"");
            escape_href(target, out);
            out.push_str("\">");
        }
        out.push_str("<img src=\"");
        escape_href(&image.src, out);
        out.push_str("\" alt=\"");
        escape_attribute(image.alt.as_deref().unwrap_or(""), out);
        if !caption && !image.caption.is_empty() {
            out.push_str("\" title=\"");
            escape_attribute(&image.caption, out);
        }
        out.push_str(if image.link.is_some() { "\" /></a>" } else { "\" />" });
        if caption {
            out.push_str("<figcaption>");
            out.push_str(&image.caption_html);
            out.push_str("</figcaption>");
        }
        if is_figure {
            out.push_str("</figure>");
        }
    }

    fn component(&self, _: &Call, _: Option<&str>, _: &Range<u32>, _: &mut String) {}
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Show, html, read};
    use super::*;

    #[test]
    fn a_range_has_the_holes_that_stand_in_it() {
        let prose = read("[a](b.md) ![c](d.png)\n\n![e](f.png)\n").prose;
        let part = |range: Range<usize>| {
            let mut html = String::new();
            write_range(&prose, range, &Show, &mut html);
            html
        };
        let middle = prose.holes[1].at as usize;
        assert_eq!(part(0..middle), "<p><a href=\"[b.md@4-8]\">a</a> ");
        assert_eq!(part(middle..999), "[d.png false 0]</p>\n[f.png true 1]\n");
        assert_eq!(part(999..9999), "");
    }

    #[test]
    fn without_a_site_pictures_and_links_stay_as_written() {
        assert_eq!(
            html("[![a](<c d.png> \"*e*\")](f.md)\n"),
            "<figure><a href=\"f.md\"><img src=\"c%20d.png\" alt=\"a\" /></a><figcaption><em>e</em></figcaption></figure>\n"
        );
        assert_eq!(
            html("x ![a \"b\"](c.png \"d<e\")"),
            "<p>x <img src=\"c.png\" alt=\"a &quot;b&quot;\" title=\"d&lt;e\" /></p>\n"
        );
        assert_eq!(html("{{<a />}}"), "\n");
    }
}
