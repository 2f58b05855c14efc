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

#[cfg(test)]
mod tests {
    use super::super::tests::{html, html_with, problems_with, shown, with_html};
    use super::*;

    #[test]
    fn links_that_leave_the_site_are_written_and_others_are_holes() {
        assert_eq!(
            shown(
                "[a](https://b.example/?c&d) [e](//f.example) <g@h.example> [i](mailto:j@k.example)"
            ),
            "<p><a href=\"https://b.example/?c&amp;d\">a</a> <a href=\"//f.example\">e</a> \
             <a href=\"mailto:g@h.example\">g@h.example</a> <a href=\"mailto:j@k.example\">i</a></p>\n"
        );
        assert_eq!(
            shown("[a](b.md#c) [d](#e) [f](/g/ \"h\")"),
            "<p><a href=\"[b.md#c@4-10]\">a</a> <a href=\"[#e@16-18]\">d</a> \
             <a href=\"[/g/@24-27]\" title=\"h\">f</a></p>\n"
        );
    }

    #[test]
    fn the_place_of_a_link_is_its_address_or_the_whole_link() {
        assert_eq!(shown("[a](<b c.md>)"), "<p><a href=\"[b c.md@5-11]\">a</a></p>\n");
        assert_eq!(shown("[a][b]\n\n[b]: c.md"), "<p><a href=\"[c.md@0-6]\">a</a></p>\n");
        assert_eq!(shown("[a](b&amp;c)"), "<p><a href=\"[b&c@0-12]\">a</a></p>\n");
    }

    #[test]
    fn an_address_with_one_letter_before_the_colon_is_no_scheme() {
        assert!(!is_external("c:/x") && !is_external("a b:c") && !is_external("x/y:z"));
        assert!(is_external("tel:1") && is_external("made-up+1.x:y"));
    }

    #[test]
    fn addresses_that_run_scripts_are_refused_unless_html_is_allowed() {
        for url in [
            "javascript:x",
            "JaVaScRiPt:x",
            "&#9;java&#10;script:x",
            "vbscript:x",
            "data:text/html,x",
            "data:image/svg+xml,x",
        ] {
            let markdown = format!("[a](<{url}>)");
            let options = with_html(RawHtml::Escape);
            assert_eq!(html_with(&markdown, &options), "<p><a>a</a></p>\n", "{url}");
            let problems = problems_with(&markdown, &options);
            assert!(problems[0].contains("markdown/unsafe-link"), "{problems:?}");
        }
        for url in ["javascript.html", "data:image/png;base64,x", "data.csv", "v"] {
            let markdown = format!("[a]({url}) ![b]({url})");
            assert!(problems_with(&markdown, &with_html(RawHtml::Sanitize)).is_empty(), "{url}");
        }
        assert!(html("[a](javascript:x)").contains("href=\"javascript:x\""));
    }

    #[test]
    fn pictures_and_what_is_around_them_are_refused_too() {
        for markdown in [
            "![a](javascript:x)",
            "[![a](b.png)](javascript:x)",
            "![a](b.png){source=\"javascript:x\"}",
        ] {
            let options = with_html(RawHtml::Escape);
            assert!(!html_with(markdown, &options).contains("javascript"), "{markdown}");
            assert_eq!(problems_with(markdown, &options).len(), 1, "{markdown}");
        }
    }
}
