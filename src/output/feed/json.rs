//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use std::borrow::Cow;

use serde::Serialize;

use super::{Feed, Item, Person, named};
use crate::output::xml::legal;

/// Writes the feed as JSON Feed 1.1, with line breaks: people read feeds too.
pub fn json(feed: &Feed, out: &mut Vec<u8>) {
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: feed.title(),
        home_page_url: feed.home_url,
        feed_url: feed.self_url,
        description: legal(feed.description),
        icon: feed.icon,
        authors: named(&feed.authors).map(Author::new).collect(),
        language: feed.language,
        items: feed.items.iter().map(|item| Entry::new(feed, item)).collect(),
    };
    // Structs of strings into a `Vec<u8>`: nothing here can fail.
    let _ = serde_json::to_writer_pretty(&mut *out, &document);
    out.push(b'\n');
}

/// "Top-level".
#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: Cow<'a, str>,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
    items: Vec<Entry<'a>>,
}

/// "Items".
#[derive(Serialize)]
struct Entry<'a> {
    id: Cow<'a, str>,
    url: &'a str,
    title: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
}

impl<'a> Entry<'a> {
    fn new(feed: &Feed, item: &'a Item) -> Self {
        let content_html = item.content().map(legal);
        // Each item must have one of the two contents.
        let content_text = match content_html {
            Some(_) => None,
            None => Some(super::non_empty([item.summary, item.title, item.url])),
        };
        Entry {
            id: legal(item.id),
            url: item.url,
            title: item.title(),
            content_html,
            content_text,
            summary: legal(item.summary),
            image: item.image.map(|image| image.url),
            date_published: item.published.map(|date| date.rfc3339()),
            date_modified: item.changed_later().map(|date| date.rfc3339()),
            authors: item.authors().map(Author::new).collect(),
            tags: item.tags().map(legal).collect(),
            language: item.own_language(feed),
        }
    }
}

/// "authors": an object of which one member at least must be there.
#[derive(Serialize)]
struct Author<'a> {
    name: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
}

impl<'a> Author<'a> {
    fn new(person: &Person<'a>) -> Self {
        Author { name: legal(person.name), url: person.url, avatar: person.avatar }
    }
}
