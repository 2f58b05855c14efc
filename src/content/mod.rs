//! One file of `content/` as a value: front matter, body and the facts that other stages ask for.

pub mod date;
mod date_format;
mod document;
mod front_matter;
mod heading;
mod name;
mod places;
mod split;
pub mod stored;
pub mod terms;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use document::{Body, parse};
pub use front_matter::front_matter;
pub use name::{Name, name};
pub use places::Places;
pub use split::{Parts, split};
pub use stored::card_fingerprint;

use crate::config::Data;
pub use crate::config::front_matter_key as key;
use crate::markdown::Prose;
use date::Date;
use terms::Terms;

/// One Markdown file, parsed. It knows nothing of the other files of the site.
#[derive(Debug)]
pub struct Document {
    /// Path from the site's root, `/`-separated: `content/posts/x.md`.
    pub file: Arc<str>,
    /// Folder below `content/`, without slashes at the ends: `posts`, or empty.
    pub folder: String,
    /// Page, bundle or section.
    pub kind: Kind,
    /// Language code; the configuration's default one when the name has no suffix.
    pub lang: String,
    /// Last part of the address before slugification decides: from the front matter, else the file name without date and language.
    pub slug: String,
    /// What stands above the body.
    pub front: FrontMatter,
    /// The body.
    pub prose: Prose,
    /// What the body is about.
    pub terms: Terms,
}

/// What kind of page a file makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `slug.md`
    Page,
    /// `slug/index.md`: the other files of the folder belong to it.
    Bundle,
    /// `_index.md`: the folder's own page.
    Section,
}

/// The front matter, checked; `None` and empty mean "not given".
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// Never empty in a document without errors, but for the home page.
    pub title: String,
    /// Publication; from the file name when not given.
    pub date: Option<Date>,
    /// Last change that readers should know of.
    pub updated: Option<Date>,
    /// Not built after this moment.
    pub expires: Option<Date>,
    /// One sentence for lists, feeds and cards.
    pub description: Option<String>,
    /// Keys of the configured authors, or plain names.
    pub authors: Vec<String>,
    /// Terms by taxonomy, `authors` not among them.
    pub taxonomies: BTreeMap<String, Vec<String>>,
    /// The series and the place in it.
    pub series: Option<SeriesPart>,
    /// The lead picture.
    pub image: Option<LeadImage>,
    /// Old addresses, each beginning with `/`.
    pub aliases: Vec<(String, Range<usize>)>,
    /// Not built without `--drafts`.
    pub draft: bool,
    /// Last part of the address.
    pub slug: Option<String>,
    /// Whole address instead of folder and slug.
    pub path: Option<String>,
    /// Another template than the usual one.
    pub template: Option<String>,
    /// Whether to show a table of contents.
    pub toc: Option<bool>,
    /// Whether to show comments.
    pub comments: Option<bool>,
    /// Whether readers find it with the search.
    pub search: Option<bool>,
    /// Stable id for feeds, for texts that came from another system.
    pub id: Option<String>,
    /// Address of the first publication, when it was elsewhere.
    pub canonical: Option<String>,
    /// What search engines may do, as in `<meta name="robots">`.
    pub robots: Option<String>,
    /// Number to sort by.
    pub weight: Option<i64>,
    /// Of sections: how to sort.
    pub sort_by: SortBy,
    /// Of sections: articles on a page.
    pub paginate_by: Option<usize>,
    /// Of sections: whether feeds are made.
    pub feed: bool,
    /// Of sections: template of its articles.
    pub page_template: Option<String>,
    /// Anything, for templates; always an object.
    pub extra: Data,
    /// Byte range of the whole front matter in the file, for messages about it.
    pub span: Range<usize>,
    /// Byte ranges of the top-level keys' values, for messages of later stages; see [`FrontMatter::place`].
    pub places: Places,
}

/// How a section sorts its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// Newest first.
    #[default]
    Date,
    /// By title.
    Title,
    /// By weight, light ones first.
    Weight,
    /// By the last part of the address.
    Slug,
}

/// A place in a series.
#[derive(Debug, Clone)]
pub struct SeriesPart {
    /// Name of the series.
    pub name: String,
    /// Place in it; by date when not given.
    pub order: Option<i64>,
}

/// The lead picture of an article.
#[derive(Debug, Clone, Default)]
pub struct LeadImage {
    /// Path as the author wrote it.
    pub src: String,
    /// What it shows; empty when it is for decoration.
    pub alt: Option<String>,
    /// Text below it.
    pub caption: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
    /// Its licence.
    pub license: Option<String>,
    /// Where it was found.
    pub source: Option<String>,
}

#[cfg(test)]
mod date_tests;
#[cfg(test)]
mod tests;
