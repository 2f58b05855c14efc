//! Feeds: a [`Feed`] of plain borrowed values -> RSS 2.0, Atom and JSON Feed bytes.
//!
//! The three formats say the same: the same entries in the same order with the same ids, dates and
//! texts. The writers trust nothing about titles, summaries and bodies but that bodies are HTML with
//! absolute addresses ([`clean_html`] makes such bodies from raw HTML). They never fail, and read
//! neither clock nor disk: same feed, same bytes.

mod atom;
mod clean;
mod id;
mod json;
mod rss;

use std::borrow::Cow;

pub use atom::atom;
pub use clean::clean_html;
pub use id::{Authority, entry_id, feed_id};
pub use json::json;
pub use rss::rss;

use crate::content::date::Date;
use crate::output::xml::legal;

/// Name of the program in feeds; without a version, so that an update changes no feed.
const GENERATOR: &str = "Byline";

/// One feed: of the site, a section or a term.
#[derive(Debug, Clone, Default)]
pub struct Feed<'a> {
    /// Plain text.
    pub title: &'a str,
    /// Plain text; the title stands in where a format demands one and this is empty.
    pub description: &'a str,
    /// BCP 47 tag of the language of the feed.
    pub language: &'a str,
    /// Full address of the page that the feed belongs to.
    pub home_url: &'a str,
    /// Full address of the feed itself; another one for each format.
    pub self_url: &'a str,
    /// The feed's own id, the same for all time: see [`feed_id`].
    pub id: &'a str,
    /// When the feed changed last; the newest date of its entries when there is none.
    pub updated: Option<Date>,
    /// Authors of the whole feed, for entries that name none.
    pub authors: Vec<Person<'a>>,
    /// Copyright line, plain text; may be empty.
    pub copyright: &'a str,
    /// Full address of a square picture.
    pub icon: Option<&'a str>,
    /// Newest first, as they shall stand in the feed.
    pub items: Vec<Item<'a>>,
}

/// One entry of a feed.
#[derive(Debug, Clone, Default)]
pub struct Item<'a> {
    /// An IRI that stays when title and address change: see [`entry_id`].
    pub id: &'a str,
    /// Full address of the article.
    pub url: &'a str,
    /// Plain text.
    pub title: &'a str,
    /// Plain text; may be empty.
    pub summary: &'a str,
    /// The article as HTML with absolute addresses only; empty when the feed gives summaries.
    pub content_html: Cow<'a, str>,
    pub published: Option<Date>,
    /// The last change that readers should know of.
    pub updated: Option<Date>,
    pub authors: Vec<Person<'a>>,
    pub tags: Vec<&'a str>,
    /// The lead picture.
    pub image: Option<Enclosure<'a>>,
    /// BCP 47 tag, or empty for the feed's language.
    pub language: &'a str,
}

/// Somebody who wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Person<'a> {
    pub name: &'a str,
    /// Full address of a page about the person.
    pub url: Option<&'a str>,
    /// Stands in the feed for everybody to read: give it only if the author wants that.
    pub email: Option<&'a str>,
    /// Full address of a square picture (JSON Feed only).
    pub avatar: Option<&'a str>,
}

/// A file that belongs to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enclosure<'a> {
    /// Full address.
    pub url: &'a str,
    /// Size in bytes, if known; RSS cannot name a file without it.
    pub length: Option<u64>,
    /// Media type such as `image/jpeg`.
    pub mime: &'a str,
}

impl Feed<'_> {
    /// When the feed changed last: what it says itself, else its newest entry.
    fn changed(&self) -> Option<Date> {
        self.updated.or_else(|| self.items.iter().filter_map(Item::changed).max())
    }

    fn title(&self) -> Cow<'_, str> {
        non_empty([self.title, self.home_url])
    }

    fn description(&self) -> Cow<'_, str> {
        non_empty([self.description, self.title, self.home_url])
    }
}

impl<'a> Item<'a> {
    /// When the entry changed last. An `updated` before the publication is a slip of the author's.
    fn changed(&self) -> Option<Date> {
        self.updated.filter(|date| Some(*date) >= self.published).or(self.published)
    }

    /// When the entry changed after its publication, if it did.
    fn changed_later(&self) -> Option<Date> {
        self.changed().filter(|date| Some(*date) > self.published)
    }

    fn title(&self) -> Cow<'_, str> {
        non_empty([self.title, self.url])
    }

    fn content(&self) -> Option<&str> {
        Some(&*self.content_html).filter(|html| !html.trim().is_empty())
    }

    fn tags(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.tags.iter().copied().filter(|tag| !tag.trim().is_empty())
    }

    fn authors(&self) -> impl Iterator<Item = &Person<'a>> {
        named(&self.authors)
    }

    /// The entry's language where it is not the feed's.
    fn own_language(&self, feed: &Feed) -> Option<&'a str> {
        Some(self.language).filter(|tag| !tag.is_empty() && *tag != feed.language)
    }
}

impl<'a> Person<'a> {
    /// The e-mail address, if it looks like one (RFC 4287, section 3.2.3: `.+@.+`).
    fn email(&self) -> Option<&'a str> {
        self.email.filter(|address| {
            let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control());
            is_plain && address.split_once('@').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty())
        })
    }
}

fn named<'s, 'a>(people: &'s [Person<'a>]) -> impl Iterator<Item = &'s Person<'a>> {
    people.iter().filter(|person| !legal(person.name).trim().is_empty())
}

/// The first of the texts that has something to see, without what XML cannot hold.
fn non_empty<'a, const N: usize>(texts: [&'a str; N]) -> Cow<'a, str> {
    texts.into_iter().map(legal).find(|text| !text.trim().is_empty()).unwrap_or_default()
}
