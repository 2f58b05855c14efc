//! RSS 2.0 as the RSS Advisory Board describes it (<https://www.rssboard.org/rss-specification>), with
//! its profile's advice (<https://www.rssboard.org/rss-profile>): whole articles in `content:encoded`,
//! authors in `dc:creator`, the feed's own address in `atom:link`.

use super::{Feed, GENERATOR, Item, Person};
use crate::output::xml::{Writer, partial_escape};

/// Writes the feed as RSS 2.0.
pub fn rss(feed: &Feed, out: &mut Vec<u8>) {
    let mut xml = Writer::document(out);
    xml.open(
        "rss",
        &[
            ("version", "2.0"),
            ("xmlns:atom", "http://www.w3.org/2005/Atom"),
            ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
    );
    xml.open("channel", &[]);
    channel(feed, &mut xml);
    for entry in &feed.items {
        item(entry, &mut xml);
    }
    xml.close("channel");
    xml.close("rss");
    out.push(b'\n');
}

/// The elements that describe the feed itself (specification: "Required channel elements", "Optional
/// channel elements").
fn channel(feed: &Feed, xml: &mut Writer) {
    xml.text("title", &feed.title());
    xml.text("link", feed.home_url);
    xml.text("description", &feed.description());
    xml.text_if("language", feed.language);
    xml.text_if("copyright", feed.copyright);
    if let Some(date) = feed.changed() {
        xml.text("lastBuildDate", &date.rfc2822());
    }
    xml.text("generator", GENERATOR);
    xml.text("docs", "https://www.rssboard.org/rss-specification");
    let kind = ("type", "application/rss+xml");
    xml.empty("atom:link", &[("href", feed.self_url), ("rel", "self"), kind]);
    // "url is the URL of a GIF, JPEG or PNG image"; title and link repeat those of the channel.
    if let Some(icon) = feed.icon.filter(|url| is_bitmap(url)) {
        xml.open("image", &[]);
        xml.text("url", icon);
        xml.text("title", &feed.title());
        xml.text("link", feed.home_url);
        xml.close("image");
    }
}

/// One entry (specification: "Elements of item").
fn item(item: &Item, xml: &mut Writer) {
    xml.open("item", &[]);
    xml.text("title", &item.title());
    xml.text("link", item.url);
    xml.text_with("guid", &[("isPermaLink", "false")], item.id);
    if let Some(date) = item.published.or(item.updated) {
        xml.text("pubDate", &date.rfc2822());
    }
    authors(item, xml);
    for tag in item.tags() {
        xml.text("category", tag);
    }
    // Readers take an item's description for HTML, so that the plain summary is escaped once as
    // HTML text and once more as XML.
    xml.text_if("description", &partial_escape(item.summary));
    if let Some(html) = item.content() {
        xml.html("content:encoded", &[], html);
    }
    // "An enclosure element has three required attributes": url, length, type.
    if let Some(image) = item.image
        && let Some(length) = image.length
    {
        let length = length.to_string();
        xml.empty("enclosure", &[("url", image.url), ("length", &length), ("type", image.mime)]);
    }
    xml.close("item");
}

/// `<author>` demands an e-mail address and may stand once; names go to `dc:creator`, one each
/// (profile: "author"). Both together would say the same twice.
fn authors(item: &Item, xml: &mut Writer) {
    let people: Vec<&Person> = item.authors().collect();
    if let [only] = people[..]
        && let Some(email) = only.email()
    {
        xml.text("author", &format!("{email} ({})", only.name));
        return;
    }
    for person in people {
        xml.text("dc:creator", person.name);
    }
}

fn is_bitmap(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    [".png", ".jpg", ".jpeg", ".gif"].iter().any(|end| path.ends_with(end))
}
