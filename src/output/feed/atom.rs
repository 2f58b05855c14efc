//! Atom, RFC 4287 (<https://www.rfc-editor.org/rfc/rfc4287>).

use super::{Feed, GENERATOR, Item, Person, named};
use crate::content::date::Date;
use crate::output::xml::Writer;

/// Stands where RFC 4287 demands an `updated` and nothing has a date: reading a clock would make
/// another feed of the same site each time.
const NEVER: Date = Date { timestamp: 0, offset: 0, has_time: true };

/// Writes the feed as Atom.
pub fn atom(feed: &Feed, out: &mut Vec<u8>) {
    let mut xml = Writer::document(out);
    let mut attributes = vec![("xmlns", "http://www.w3.org/2005/Atom")];
    if !feed.language.is_empty() {
        attributes.push(("xml:lang", feed.language));
    }
    xml.open("feed", &attributes);
    head(feed, &mut xml);
    for item in &feed.items {
        entry(feed, item, &mut xml);
    }
    xml.close("feed");
    out.push(b'\n');
}

/// What describes the feed itself (section 4.1.1).
fn head(feed: &Feed, xml: &mut Writer) {
    xml.text("id", feed.id);
    xml.text("title", &feed.title());
    xml.text_if("subtitle", feed.description);
    xml.text("updated", &feed.changed().unwrap_or(NEVER).rfc3339());
    link(xml, "alternate", "text/html", feed.home_url);
    link(xml, "self", "application/atom+xml", feed.self_url);
    // Section 4.1.1: without an author here every entry must have its own.
    let mut is_signed = false;
    for person in named(&feed.authors) {
        author(person, xml);
        is_signed = true;
    }
    if !is_signed {
        let title = feed.title();
        author(&Person { name: &title, url: Some(feed.home_url), ..Person::default() }, xml);
    }
    xml.text_if("rights", feed.copyright);
    xml.text_if("icon", feed.icon.unwrap_or_default());
    xml.text("generator", GENERATOR);
}

/// One entry (section 4.1.2).
fn entry(feed: &Feed, item: &Item, xml: &mut Writer) {
    match item.own_language(feed) {
        Some(language) => xml.open("entry", &[("xml:lang", language)]),
        None => xml.open("entry", &[]),
    }
    xml.text("id", item.id);
    xml.text("title", &item.title());
    link(xml, "alternate", "text/html", item.url);
    if let Some(date) = item.published {
        xml.text("published", &date.rfc3339());
    }
    xml.text("updated", &item.changed().or(feed.changed()).unwrap_or(NEVER).rfc3339());
    for person in item.authors() {
        author(person, xml);
    }
    for tag in item.tags() {
        xml.empty("category", &[("term", tag)]);
    }
    xml.text_if("summary", item.summary);
    if let Some(html) = item.content() {
        xml.html("content", &[("type", "html")], html);
    }
    if let Some(image) = item.image {
        let length = image.length.map(|bytes| bytes.to_string());
        let mut attributes = vec![("rel", "enclosure"), ("type", image.mime), ("href", image.url)];
        attributes.extend(length.iter().map(|bytes| ("length", &**bytes)));
        xml.empty("link", &attributes);
    }
    xml.close("entry");
}

/// A person construct (section 3.2).
fn author(person: &Person, xml: &mut Writer) {
    xml.open("author", &[]);
    xml.text("name", person.name);
    xml.text_if("uri", person.url.unwrap_or_default());
    xml.text_if("email", person.email().unwrap_or_default());
    xml.close("author");
}

/// A link (section 4.2.7).
fn link(xml: &mut Writer, rel: &str, kind: &str, url: &str) {
    xml.empty("link", &[("rel", rel), ("type", kind), ("href", url)]);
}
