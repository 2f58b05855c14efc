//! Ids of feeds and entries: `tag:` URIs (RFC 4151), which name a thing without saying where it is.
//!
//! A reader that has seen an id shows the entry as read for all time; an id that changes shows it as
//! new to everybody. So an id is made of nothing that an author edits for readers' sake: no title, no
//! slug, no address, no body.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::clean::Url;
use crate::content::date::Date;

/// Characters that a tag URI's last part takes as they are: RFC 4151, section 2.1 (`specific`), with
/// `pchar` of RFC 3986, section 3.3, less those that invite trouble (`'`, `(`, `)`, `*`, `!`).
const SPECIFIC: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'+');

/// What can stand nowhere in an IRI (RFC 3987, section 2.2). `%` stays: the id may be encoded already.
const NOT_IN_IRI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Year of ids that have no date of their own (RFC 4151 wants one: "2000" is the first of January).
const NO_DATE: &str = "2000";

/// The id of an article: `tag:example.org,2015:posts/bishkek` for `content/posts/bishkek.md` of 2015.
///
/// `host` is the site's host name; a whole base URL serves too. `explicit` is `id:` of the front
/// matter: an IRI is taken as it is, anything else becomes the last part of a tag URI, so that neither
/// path nor date has a say. Otherwise the id comes from the source file's path without `content/` and
/// extension (a bundle's `/index` does not count, so that a file may become a bundle) and from the
/// *year* of the date, so that a corrected day changes nothing.
///
/// Moving or renaming the file, another year, and another host change the id; title, slug, address
/// and text do not.
pub fn entry_id(host: &str, explicit: Option<&str>, source: &str, date: Option<Date>) -> String {
    Authority::of(host).entry_id(explicit, source, date)
}

/// A host as ids name it, for many of them.
#[derive(Debug, Clone)]
pub struct Authority(String);

impl Authority {
    pub fn of(host: &str) -> Authority {
        Authority(authority(host))
    }

    /// [`entry_id`] of this host.
    pub fn entry_id(&self, explicit: Option<&str>, source: &str, date: Option<Date>) -> String {
        if let Some(id) = explicit.map(str::trim).filter(|id| !id.is_empty()) {
            return match is_iri(id) {
                true => utf8_percent_encode_ascii(id),
                false => self.tag(NO_DATE, &format!("id/{id}")),
            };
        }
        let year = date.map(|date| date.year()).filter(|year| (0..10_000).contains(year));
        let year = year.map_or_else(|| NO_DATE.to_string(), |year| format!("{year:04}"));
        self.tag(&year, &source_name(source))
    }

    fn tag(&self, year: &str, specific: &str) -> String {
        let mut id = String::with_capacity(self.0.len() + specific.len() + 12);
        for part in ["tag:", &self.0, ",", year, ":"] {
            id.push_str(part);
        }
        id.extend(utf8_percent_encode(specific, SPECIFIC));
        id
    }
}

/// The id of a feed: `tag:example.org,2000:feed/tags/csto` for the page at `/tags/csto/`.
///
/// The path is the page's without the base path, so that all formats of one feed share the id.
pub fn feed_id(host: &str, path: &str) -> String {
    let specific = format!("feed/{}", path.trim_matches('/'));
    Authority::of(host).tag(NO_DATE, specific.trim_end_matches('/'))
}

/// Host name as RFC 4151 wants it (section 2.1, `DNSname`): lower case, ASCII, without port.
fn authority(host: &str) -> String {
    let url = match host.contains("://") {
        true => Url::parse(host),
        false => Url::parse(&format!("https://{host}/")),
    };
    let name = url.ok().and_then(|url| url.domain().map(str::to_ascii_lowercase));
    let name = name.unwrap_or_default();
    match name.trim_matches('.') {
        "" => "localhost".to_string(),
        name => name.to_string(),
    }
}

/// `content/posts/x.fr.md` -> `posts/x.fr`; `content/posts/x/index.fr.md` -> `posts/x.fr`.
fn source_name(source: &str) -> Cow<'_, str> {
    let path = source.strip_prefix("content/").unwrap_or(source);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let bundle = stem.strip_prefix("index").filter(|rest| rest.is_empty() || rest.starts_with('.'));
    match bundle {
        Some(language) if !folder.is_empty() => format!("{folder}{language}").into(),
        _ if folder.is_empty() => stem.into(),
        _ => path[..folder.len() + 1 + stem.len()].into(),
    }
}

/// Whether the text begins with a scheme (RFC 3986, section 3.1) and goes on.
fn is_iri(id: &str) -> bool {
    id.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !rest.is_empty()
    })
}

/// Encodes what an IRI cannot hold and leaves letters of all scripts as they are.
fn utf8_percent_encode_ascii(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        match c.is_ascii() {
            true => out.extend(utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NOT_IN_IRI)),
            false => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(timestamp: i64) -> Option<Date> {
        Some(Date { timestamp, offset: 0, has_time: false })
    }

    #[test]
    fn the_id_is_made_of_host_year_and_source_path() {
        let id = |source| entry_id("example.org", None, source, date(1_437_091_200));
        assert_eq!(id("content/posts/bishkek.md"), "tag:example.org,2015:posts/bishkek");
        assert_eq!(id("content/posts/bishkek/index.md"), "tag:example.org,2015:posts/bishkek");
        assert_eq!(id("content/posts/bishkek.fr.md"), "tag:example.org,2015:posts/bishkek.fr");
        assert_eq!(
            id("content/posts/bishkek/index.fr.md"),
            "tag:example.org,2015:posts/bishkek.fr"
        );
        assert_eq!(id("content/about.md"), "tag:example.org,2015:about");
        assert_eq!(id("content/index.md"), "tag:example.org,2015:index");
        assert_eq!(
            id("content/Über uns/№ 1.md"),
            "tag:example.org,2015:%C3%9Cber%20uns/%E2%84%96%201"
        );
    }

    #[test]
    fn another_day_of_the_year_leaves_the_id_and_no_date_has_a_fixed_one() {
        let id = |date| entry_id("example.org", None, "content/a.md", date);
        assert_eq!(id(date(1_437_091_200)), id(date(1_437_264_000)));
        assert_eq!(id(None), "tag:example.org,2000:a");
        // The year is the author's, not that of UTC: 2016-01-01T00:30+02:00.
        let new_year = Date { timestamp: 1_451_601_000, offset: 7200, has_time: true };
        assert_eq!(id(Some(new_year)), "tag:example.org,2016:a");
    }

    #[test]
    fn an_explicit_id_pins_it() {
        let id = |explicit| entry_id("example.org", Some(explicit), "content/a.md", date(0));
        assert_eq!(id("https://old.example/?p=12&x=ü"), "https://old.example/?p=12&x=ü");
        assert_eq!(id("tag:example.org,2015:posts/a"), "tag:example.org,2015:posts/a");
        assert_eq!(id("urn:x: <y>\u{0}"), "urn:x:%20%3Cy%3E%00");
        assert_eq!(id("1234"), "tag:example.org,2000:id/1234");
        assert_eq!(id("a b"), "tag:example.org,2000:id/a%20b");
        assert_eq!(id(" "), "tag:example.org,1970:a");
    }

    #[test]
    fn the_host_is_a_bare_dns_name() {
        let id = |host| entry_id(host, None, "a.md", None);
        assert_eq!(id("Example.ORG:8080"), "tag:example.org,2000:a");
        assert_eq!(id("https://münchen.example/blog"), "tag:xn--mnchen-3ya.example,2000:a");
        for odd in ["", "a b", "[::1]", "127.0.0.1:4000", "/"] {
            assert_eq!(id(odd), "tag:localhost,2000:a", "{odd}");
        }
    }

    #[test]
    fn a_feed_has_one_id_for_all_formats() {
        assert_eq!(feed_id("example.org", "/"), "tag:example.org,2000:feed");
        assert_eq!(feed_id("example.org", "/tags/csto/"), "tag:example.org,2000:feed/tags/csto");
    }
}
