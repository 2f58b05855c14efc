//! Links: those that leave the site are written at once, all others become holes that the site checks.

use std::ops::Range;

use pulldown_cmark::LinkType;

use super::HoleKind;
use super::parse::Converter;
use super::{escape_attribute, escape_href};
use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;

/// Whether an address leaves the site: it has a scheme, or begins with `//`.
pub(super) fn is_external(url: &str) -> bool {
    if url.starts_with("//") {
        return true;
    }
    let Some(colon) = url.find(':') else { return false };
    let scheme = &url.as_bytes()[..colon];
    scheme.len() >= 2
        && scheme[0].is_ascii_alphabetic()
        && scheme.iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
}

/// Whether a browser would run what stands in this address. Browsers drop control characters and
/// spaces in a scheme, so they are dropped here.
pub(super) fn is_unsafe(url: &str) -> bool {
    let mut scheme = url.bytes().filter(|b| *b > b' ').map(|b| b.to_ascii_lowercase());
    match scheme.next() {
        Some(b'j') => scheme.take(10).eq(*b"avascript:"),
        Some(b'v') => scheme.take(8).eq(*b"bscript:"),
        Some(b'd') => {
            let rest: Vec<u8> = scheme.take(14).collect();
            let picture = [&b"png"[..], b"gif", b"jpeg", b"webp"];
            rest.strip_prefix(b"ata:").is_some_and(|kind| {
                !kind
                    .strip_prefix(b"image/")
                    .is_some_and(|kind| picture.iter().any(|name| kind.starts_with(name)))
            })
        }
        _ => false,
    }
}

impl<'a> Converter<'a, '_> {
    pub(super) fn start_link(
        &mut self,
        kind: LinkType,
        url: &str,
        title: &str,
        range: Range<usize>,
    ) {
        self.open_links += 1;
        let start = self.out.html.len();
        if self.is_refused(url, &range) {
            self.out.html.push_str("<a>");
            return self.cut_from_heading(start);
        }
        self.out.html.push_str("<a href=\"");
        if kind == LinkType::Email {
            self.out.html.push_str("mailto:");
            escape_href(url, &mut self.out.html);
        } else if is_external(url) {
            escape_href(url, &mut self.out.html);
        } else {
            let place = self.destination(kind, url, &range);
            self.hole(&place, HoleKind::Link { target: url.into() });
        }
        if !title.is_empty() {
            self.out.html.push_str("\" title=\"");
            escape_attribute(title, &mut self.out.html);
        }
        self.out.html.push_str("\">");
        self.cut_from_heading(start);
    }

    pub(super) fn end_link(&mut self) {
        self.open_links = self.open_links.saturating_sub(1);
        let start = self.out.html.len();
        self.out.html.push_str("</a>");
        self.cut_from_heading(start);
    }

    /// Reports an address that would run a script, where raw HTML may not do that either.
    pub(super) fn is_refused(&mut self, url: &str, range: &Range<usize>) -> bool {
        if self.options.html == RawHtml::Allow || !is_unsafe(url) {
            return false;
        }
        self.problem(
            range.clone(),
            Diagnostic::error(
                "markdown/unsafe-link",
                format!("`{}` could run a script", url.chars().take(40).collect::<String>()),
            )
            .hint(
                "link to a page or a file, or set `markdown.html: allow` if you trust all authors",
            ),
        );
        true
    }

    /// Where the address of an inline link stands; the whole link when that is not easily said.
    fn destination(&self, kind: LinkType, url: &str, range: &Range<usize>) -> Range<usize> {
        if kind != LinkType::Inline || url.is_empty() {
            return range.clone();
        }
        let link = &self.body[range.clone()];
        let found = link.rfind("](").and_then(|at| {
            let rest = &link[at + 2..];
            let start = at + 2 + (rest.len() - rest.trim_start_matches([' ', '\n', '<']).len());
            link[start..].starts_with(url).then_some(range.start + start)
        });
        found.map_or_else(|| range.clone(), |start| start..start + url.len())
    }
}
