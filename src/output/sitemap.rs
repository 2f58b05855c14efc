//! Sitemaps: the addresses of a site -> `sitemap.xml`, or an index and its parts for a large site.
//!
//! Protocol 0.9 (<https://www.sitemaps.org/protocol.html>) with Google's links between languages
//! (<https://developers.google.com/search/docs/specialty/international/localized-versions#sitemap>).
//! The order of the input has no say: entries stand sorted by address.

use crate::content::date::Date;
use crate::output::xml::Writer;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Entry<'a> {
    /// Full address, percent-encoded.
    pub url: &'a str,
    /// When the page changed last.
    pub lastmod: Option<Date>,
    /// All language versions as (language tag or `x-default`, full address), this page among them;
    /// empty for a page in one language.
    pub alternates: Vec<(&'a str, &'a str)>,
}

/// How much one sitemap file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub urls: usize,
    pub bytes: usize,
}

impl Default for Limits {
    /// "No more than 50,000 URLs and no larger than 50MB (52,428,800 bytes)": section "Using Sitemap
    /// index files".
    fn default() -> Self {
        Limits { urls: 50_000, bytes: 52_428_800 }
    }
}

/// Makes the sitemap files as (name, bytes): `sitemap.xml` alone, or, above the limits, `sitemap.xml`
/// as an index of `sitemap-1.xml`, `sitemap-2.xml` and so on. An address given twice stands once.
pub fn sitemaps(base_url: &str, entries: &[Entry], limits: Limits) -> Vec<(String, Vec<u8>)> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| entry.url);
    sorted.dedup_by_key(|entry| entry.url);
    let mut parts = Vec::new();
    let mut rest = &sorted[..];
    loop {
        let mut bytes = Vec::new();
        let taken = part(rest, limits, &mut bytes);
        let (done, left) = rest.split_at(taken);
        parts.push((bytes, done.iter().filter_map(|entry| entry.lastmod).max()));
        rest = left;
        if rest.is_empty() {
            break;
        }
    }
    if parts.len() == 1 {
        return parts.into_iter().map(|(bytes, _)| ("sitemap.xml".to_string(), bytes)).collect();
    }
    let name = |number: usize| format!("sitemap-{}.xml", number + 1);
    let dates: Vec<_> = parts.iter().map(|(_, newest)| *newest).collect();
    let mut files = vec![("sitemap.xml".to_string(), index(base_url, &dates, name))];
    files.extend(parts.into_iter().enumerate().map(|(i, (bytes, _))| (name(i), bytes)));
    files
}

/// Writes as many entries as fit, one at least, and says how many.
fn part(entries: &[&Entry], limits: Limits, out: &mut Vec<u8>) -> usize {
    const END: usize = "\n</urlset>\n".len();
    let mut xml = Writer::document(out);
    let mut attributes = vec![("xmlns", NAMESPACE)];
    if entries.iter().any(|entry| !entry.alternates.is_empty()) {
        attributes.push(("xmlns:xhtml", "http://www.w3.org/1999/xhtml"));
    }
    xml.open("urlset", &attributes);
    let mut taken = 0;
    for entry in entries.iter().take(limits.urls.max(1)) {
        let before = xml.length();
        url(entry, &mut xml);
        if xml.length() + END > limits.bytes && taken > 0 {
            xml.take_back(before);
            break;
        }
        taken += 1;
    }
    xml.close("urlset");
    out.push(b'\n');
    taken
}

fn url(entry: &Entry, xml: &mut Writer) {
    xml.open("url", &[]);
    xml.text("loc", entry.url);
    if let Some(date) = entry.lastmod {
        xml.text("lastmod", &w3c_datetime(&date));
    }
    for (language, url) in &entry.alternates {
        xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", language), ("href", url)]);
    }
    xml.close("url");
}

/// Section "Sitemap index".
fn index(base_url: &str, dates: &[Option<Date>], name: impl Fn(usize) -> String) -> Vec<u8> {
    let mut out = Vec::new();
    let mut xml = Writer::document(&mut out);
    xml.open("sitemapindex", &[("xmlns", NAMESPACE)]);
    for (i, date) in dates.iter().enumerate() {
        xml.open("sitemap", &[]);
        xml.text("loc", &format!("{}/{}", base_url.trim_end_matches('/'), name(i)));
        if let Some(date) = date {
            xml.text("lastmod", &w3c_datetime(date));
        }
        xml.close("sitemap");
    }
    xml.close("sitemapindex");
    out.push(b'\n');
    out
}

/// A day stays a day: <https://www.w3.org/TR/NOTE-datetime> ("complete date", or with a time).
fn w3c_datetime(date: &Date) -> String {
    let mut text = date.rfc3339();
    if !date.has_time
        && let Some(end) = text.find('T')
    {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(url: &str) -> Entry<'_> {
        Entry { url, ..Entry::default() }
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_small_site_has_one_file_sorted_by_address() {
        let day = Date { timestamp: 1_437_091_200, offset: 0, has_time: false };
        let moment = Date { timestamp: 1_437_091_200, offset: 21_600, has_time: true };
        let alternates =
            vec![("en", "https://example.org/b/"), ("x-default", "https://example.org/b/")];
        let files = sitemaps(
            "https://example.org",
            &[
                Entry { url: "https://example.org/b/", lastmod: Some(moment), alternates },
                Entry { lastmod: Some(day), ..page("https://example.org/a/?x=1&y='2'") },
                page("https://example.org/b/"),
            ],
            Limits::default(),
        );
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].0, "sitemap.xml");
        let want = r#"<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
 <url>
  <loc>https://example.org/a/?x=1&amp;y='2'</loc>
  <lastmod>2015-07-17</lastmod>
 </url>
 <url>
  <loc>https://example.org/b/</loc>
  <lastmod>2015-07-17T06:00:00+06:00</lastmod>
  <xhtml:link rel="alternate" hreflang="en" href="https://example.org/b/"/>
  <xhtml:link rel="alternate" hreflang="x-default" href="https://example.org/b/"/>
 </url>
</urlset>
"#;
        assert_eq!(text(&files[0].1), want);
    }

    #[test]
    fn a_large_site_has_an_index() {
        let urls: Vec<String> = (0..5).map(|i| format!("https://example.org/r/{i}/")).collect();
        let mut entries: Vec<Entry> = urls.iter().map(|url| page(url)).collect();
        entries[3].lastmod = Some(Date { timestamp: 86_400, offset: 0, has_time: false });
        let limits = Limits { urls: 2, ..Limits::default() };
        let files = sitemaps("https://example.org/r/", &entries, limits);
        let names: Vec<&str> = files.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml"]);
        let want = r#"<?xml version="1.0" encoding="utf-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
 <sitemap>
  <loc>https://example.org/r/sitemap-1.xml</loc>
 </sitemap>
 <sitemap>
  <loc>https://example.org/r/sitemap-2.xml</loc>
  <lastmod>1970-01-02</lastmod>
 </sitemap>
 <sitemap>
  <loc>https://example.org/r/sitemap-3.xml</loc>
 </sitemap>
</sitemapindex>
"#;
        assert_eq!(text(&files[0].1), want);
        assert_eq!(text(&files[3].1).matches("<loc>").count(), 1);
    }

    #[test]
    fn no_part_is_larger_than_allowed_and_none_is_lost() {
        let urls: Vec<String> = (0..200).map(|i| format!("https://example.org/{i:03}/")).collect();
        let entries: Vec<Entry> = urls.iter().map(|url| page(url)).collect();
        for bytes in [150, 400, 1000, 3001] {
            let limits = Limits { bytes, ..Limits::default() };
            let files = sitemaps("https://example.org", &entries, limits);
            let mut found = 0;
            for (name, file) in &files[1..] {
                let count = text(file).matches("<loc>").count();
                assert!(file.len() <= bytes || count == 1, "{name}: {} > {bytes}", file.len());
                found += count;
            }
            assert_eq!(found, 200);
        }
    }

    #[test]
    fn a_site_without_pages_is_an_empty_set() {
        let files = sitemaps("https://example.org", &[], Limits::default());
        assert_eq!(files.len(), 1);
        assert!(text(&files[0].1).contains("<urlset"));
    }
}
