//! Bare addresses in text become links, as GitHub Flavored Markdown defines it (section 6.9):
//! `www.`, `http://`, `https://`, `ftp://` and e-mail addresses.
//!
//! The parser splits text at every sign that could mean something (`_`, `&`, quotes), so neighbouring
//! pieces are read as one run, and addresses are sought in the source of the run.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::CowStr;

use super::escape_href;
use super::parse::Converter;

/// Whether a body has anything that an address is made of.
pub(super) fn may_occur(body: &str) -> bool {
    let bytes = body.as_bytes();
    memmem::find(bytes, b"://").is_some()
        || memchr::memchr(b'@', bytes).is_some()
        || memmem::find(bytes, b"www.").is_some()
}

impl<'a> Converter<'a, '_> {
    /// Writes a run of text pieces with links for the addresses in it.
    pub(super) fn text_run(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let mut run = std::mem::take(&mut self.run);
        let mut end = range.end;
        let start = range.start;
        run.push((text, range));
        while let Some((text, range)) = self.events.next_text_at(end) {
            end = range.end;
            run.push((text, range));
        }
        let body = self.body;
        let mut from = start;
        if may_occur(&body[start..end]) {
            while let Some(found) = find(body, from, start..end) {
                self.pieces(&run, from..found.range.start, true);
                self.autolink(&run, &found);
                from = found.range.end;
            }
        }
        self.pieces(&run, from..end, true);
        run.clear();
        self.run = run;
    }

    /// Writes the part of a run that stands in `range` of the source.
    fn pieces(&mut self, run: &[(CowStr<'a>, Range<usize>)], range: Range<usize>, as_text: bool) {
        for (text, place) in within(run, &range) {
            let source = &self.body[place.start.max(range.start)..place.end.min(range.end)];
            let is_whole = place.start >= range.start && place.end <= range.end;
            // Of a piece that differs from its source (an entity, a curled quote) there is no part.
            if is_whole && (as_text || source.starts_with('&')) {
                self.plain(text);
            } else {
                self.plain(source);
            }
        }
    }

    fn autolink(&mut self, run: &[(CowStr<'a>, Range<usize>)], found: &Address) {
        let cut = self.out.html.len();
        self.out.html.push_str("<a href=\"");
        self.out.html.push_str(found.prefix);
        for (text, place) in within(run, &found.range) {
            let part = place.start.max(found.range.start)..place.end.min(found.range.end);
            let source = &self.body[part.clone()];
            let is_entity = source.starts_with('&') && part == *place;
            escape_href(if is_entity { text } else { source }, &mut self.out.html);
        }
        self.out.html.push_str("\">");
        self.cut_from_heading(cut);
        self.pieces(run, found.range.clone(), false);
        let cut = self.out.html.len();
        self.out.html.push_str("</a>");
        self.cut_from_heading(cut);
    }
}

/// The pieces of a run that share something with a range.
fn within<'r, 'a>(
    run: &'r [(CowStr<'a>, Range<usize>)],
    range: &Range<usize>,
) -> &'r [(CowStr<'a>, Range<usize>)] {
    let first = run.partition_point(|(_, place)| place.end <= range.start);
    let count = run[first..].partition_point(|(_, place)| place.start < range.end);
    &run[first..first + count]
}

/// A bare address in the source.
#[derive(Debug, PartialEq)]
struct Address {
    range: Range<usize>,
    /// What the link needs before it.
    prefix: &'static str,
}

/// The first address from `from` on. `run` is the range of text; what stands before it may be markup.
fn find(body: &str, from: usize, run: Range<usize>) -> Option<Address> {
    let bytes = body.as_bytes();
    let mut at = from;
    while at < run.end {
        at += memchr::memchr3(b':', b'@', b'w', &bytes[at..run.end])?;
        let found = match bytes[at] {
            b':' => url(body, at, from, run.end),
            b'@' => email(body, at, from, run.end),
            _ => www(body, at, run.end),
        };
        if found.is_some() {
            return found;
        }
        at += 1;
    }
    None
}

fn url(body: &str, colon: usize, from: usize, end: usize) -> Option<Address> {
    let rest = body[colon..end].strip_prefix("://")?;
    let bytes = body.as_bytes();
    let letters = bytes[from..colon].iter().rev().take(6).take_while(|b| b.is_ascii_alphabetic());
    let start = colon - letters.count();
    let scheme = &body[start..colon];
    if !["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    if start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
        return None;
    }
    let host = domain(rest, false)?;
    Some(Address { range: start..trim(body, start, colon + 3 + host, end), prefix: "" })
}

fn www(body: &str, at: usize, end: usize) -> Option<Address> {
    if !body[at..end].starts_with("www.") {
        return None;
    }
    let before = body.as_bytes().get(at.wrapping_sub(1)).copied();
    if before.is_some_and(|b| !b.is_ascii_whitespace() && !b"*_~(".contains(&b)) {
        return None;
    }
    let host = domain(&body[at..end], true)?;
    Some(Address { range: at..trim(body, at, at + host, end), prefix: "http://" })
}

/// Length of a valid domain: parts of letters, digits, `-` and `_` between periods, no `_` in the last
/// two parts.
fn domain(text: &str, needs_period: bool) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.';
    let length = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let host = text[..length].trim_end_matches('.');
    let mut parts = host.rsplit('.');
    let last_two = [parts.next().unwrap_or(""), parts.next().unwrap_or("")];
    let is_valid = host.starts_with(char::is_alphanumeric)
        && !host.contains("..")
        && !last_two.iter().any(|part| part.contains('_'))
        && (!needs_period || host.contains('.'));
    is_valid.then_some(host.len())
}

/// The end of an address whose host ends at `host`: up to a space or `<`, without the punctuation, the
/// unmatched brackets and the entity that close the sentence rather than the address.
fn trim(body: &str, start: usize, host: usize, run_end: usize) -> usize {
    let rest = &body[host..run_end];
    let mut end = host + rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
    let brackets = |bracket| body[start..end].matches(bracket).count();
    // Counted once, so that a long row of brackets takes no longer.
    let mut unmatched = brackets(')').saturating_sub(brackets('('));
    loop {
        let address = &body[start..end];
        let Some(last) = address.chars().next_back() else { return end };
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' | '”' | '’' => {
                end -= last.len_utf8();
            }
            ')' if unmatched > 0 => {
                unmatched -= 1;
                end -= 1;
            }
            ';' => {
                let name = address[..address.len() - 1]
                    .trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                let name = name.strip_suffix('#').unwrap_or(name);
                end = if name.ends_with('&') && name.len() + 1 < address.len() {
                    start + name.len() - 1
                } else {
                    end - 1
                };
            }
            _ => return end,
        }
    }
}

fn email(body: &str, at: usize, from: usize, end: usize) -> Option<Address> {
    let is_local = |b: &u8| b.is_ascii_alphanumeric() || b".-_+".contains(b);
    let bytes = body.as_bytes();
    let mut start = at - bytes[from..at].iter().rev().take_while(|b| is_local(b)).count();
    let length = bytes[at + 1..end]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
        .count();
    let host = body[at + 1..at + 1 + length].trim_end_matches('.');
    if start == at || !host.contains('.') || host.starts_with('.') || host.ends_with(['-', '_']) {
        return None;
    }
    let scheme = "mailto:";
    let prefix = match body[from..start].ends_with(scheme) {
        true => {
            start -= scheme.len();
            ""
        }
        false => scheme,
    };
    // An address in an address (`https://a@b.example`) belongs to the outer one, which was no link.
    if bytes[..start].ends_with(b"/") {
        return None;
    }
    Some(Address { range: start..at + 1 + host.len(), prefix })
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::tests::{html, html_with, options};

    /// The examples of the specification, section 6.9, and what it says in words.
    #[test]
    fn bare_addresses_become_links() {
        for (markdown, wanted) in [
            ("www.commonmark.org", "<a href=\"http://www.commonmark.org\">www.commonmark.org</a>"),
            (
                "Visit www.commonmark.org/help for more",
                "Visit <a href=\"http://www.commonmark.org/help\">www.commonmark.org/help</a> for more",
            ),
            (
                "(&#8220;http://a.example/b&#8221;)",
                "(“<a href=\"http://a.example/b\">http://a.example/b</a>”)",
            ),
            (
                "Visit www.commonmark.org.",
                "Visit <a href=\"http://www.commonmark.org\">www.commonmark.org</a>.",
            ),
            (
                "www.google.com/search?q=Markup+(business)))",
                "<a href=\"http://www.google.com/search?q=Markup+(business)\">www.google.com/search?q=Markup+(business)</a>))",
            ),
            (
                "(www.google.com/search?q=Markup+(business)",
                "(<a href=\"http://www.google.com/search?q=Markup+(business)\">www.google.com/search?q=Markup+(business)</a>",
            ),
            (
                "www.google.com/search?q=(business))+ok",
                "<a href=\"http://www.google.com/search?q=(business))+ok\">www.google.com/search?q=(business))+ok</a>",
            ),
            (
                "www.google.com/search?q=commonmark&hl=en",
                "<a href=\"http://www.google.com/search?q=commonmark&amp;hl=en\">www.google.com/search?q=commonmark&amp;hl=en</a>",
            ),
            (
                "www.google.com/search?q=commonmark&hl;",
                "<a href=\"http://www.google.com/search?q=commonmark\">www.google.com/search?q=commonmark</a>&amp;hl;",
            ),
            (
                "www.commonmark.org/he<lp",
                "<a href=\"http://www.commonmark.org/he\">www.commonmark.org/he</a>&lt;lp",
            ),
            (
                "http://commonmark.org",
                "<a href=\"http://commonmark.org\">http://commonmark.org</a>",
            ),
            (
                "(Visit https://encrypted.google.com/search?q=Markup+(business))",
                "(Visit <a href=\"https://encrypted.google.com/search?q=Markup+(business)\">https://encrypted.google.com/search?q=Markup+(business)</a>)",
            ),
            ("foo@bar.baz", "<a href=\"mailto:foo@bar.baz\">foo@bar.baz</a>"),
            (
                "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
                "hello@mail+xyz.example isn't valid, but <a href=\"mailto:hello+xyz@mail.example\">hello+xyz@mail.example</a> is.",
            ),
            ("a.b-c_d@a.b", "<a href=\"mailto:a.b-c_d@a.b\">a.b-c_d@a.b</a>"),
            ("a.b-c_d@a.b.", "<a href=\"mailto:a.b-c_d@a.b\">a.b-c_d@a.b</a>."),
            ("a.b-c_d@a.b-", "a.b-c_d@a.b-"),
            ("a.b-c_d@a.b_", "a.b-c_d@a.b_"),
            ("mailto:foo@bar.baz", "<a href=\"mailto:foo@bar.baz\">mailto:foo@bar.baz</a>"),
            ("see ftp://foo.bar.baz", "see <a href=\"ftp://foo.bar.baz\">ftp://foo.bar.baz</a>"),
        ] {
            assert_eq!(html(markdown), format!("<p>{wanted}</p>\n"));
        }
    }

    #[test]
    fn signs_that_the_parser_splits_at_belong_to_the_address() {
        let wanted = "<p><a href=\"https://a.example/b_(c)_d--e&#x27;f\">https://a.example/b_(c)_d--e'f</a>, “x”</p>\n";
        let smart = Options { smart_punctuation: true, ..options() };
        assert_eq!(html_with("https://a.example/b_(c)_d--e'f, \"x\"", &smart), wanted);
        assert_eq!(
            html("https://a.example/?b&amp;c"),
            "<p><a href=\"https://a.example/?b&amp;c\">https://a.example/?b&amp;c</a></p>\n"
        );
        assert!(html("**https://a.example/**").contains("<strong><a href=\"https://a.example/\">"));
    }

    #[test]
    fn what_only_looks_like_an_address_stays_text() {
        for markdown in [
            "xhttp://a.example",
            "http://",
            "http://_",
            "www.",
            "www..a",
            "awww.a.example",
            "http://a_b.c_d",
            "a@b",
            "@a.example",
            "a@.b",
            "://a.example",
            "javascript://a.example",
            "http://a.b_c.d",
        ] {
            assert!(!html(markdown).contains("<a"), "{markdown}: {}", html(markdown));
        }
    }

    #[test]
    fn links_code_and_raw_anchors_have_none_inside() {
        for markdown in [
            "[http://a.example](b.md)",
            "`http://a.example`",
            "<a href=\"b\">http://a.example</a>",
            "    http://a.example",
            "![http://a.example](b.png)",
            "\\http:x",
        ] {
            assert!(!html(markdown).contains("href=\"http"), "{markdown}: {}", html(markdown));
        }
    }
}
