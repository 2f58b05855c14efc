//! One file of `content/` as a value: front matter, body and the facts that other stages ask for.

pub mod date;
mod date_format;
mod document;
mod front_matter;
mod heading;
mod name;
mod places;
mod split;
pub mod terms;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub use document::{Body, parse};
pub use front_matter::front_matter;
pub use name::{Name, name};
pub use places::Places;
pub use split::{Parts, split};

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
    pub kind: Kind,
    /// Language code; the configuration's default one when the name has no suffix.
    pub lang: String,
    /// Last part of the address before slugification decides: from the front matter, else the file name without date and language.
    pub slug: String,
    pub front: FrontMatter,
    pub prose: Prose,
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
    pub title: String,
    pub date: Option<Date>,
    pub updated: Option<Date>,
    /// Not built after this moment.
    pub expires: Option<Date>,
    pub description: Option<String>,
    pub authors: Vec<String>,
    /// Terms by taxonomy, `authors` not among them.
    pub taxonomies: BTreeMap<String, Vec<String>>,
    pub series: Option<SeriesPart>,
    pub image: Option<LeadImage>,
    /// Old addresses, each beginning with `/`.
    pub aliases: Vec<(String, Range<usize>)>,
    pub draft: bool,
    pub slug: Option<String>,
    /// Whole address instead of folder and slug.
    pub path: Option<String>,
    pub template: Option<String>,
    pub toc: Option<bool>,
    pub comments: Option<bool>,
    /// Stable id for feeds, for texts that came from another system.
    pub id: Option<String>,
    /// Address of the first publication, when it was elsewhere.
    pub canonical: Option<String>,
    pub weight: Option<i64>,
    /// Of sections: how to sort, how many on a page, whether a feed is made, template of its pages.
    pub sort_by: SortBy,
    pub paginate_by: Option<usize>,
    pub feed: bool,
    pub page_template: Option<String>,
    pub extra: Data,
    /// Byte range of the whole front matter in the file, for messages about it.
    pub span: Range<usize>,
    /// Byte ranges of the top-level keys' values, for messages of later stages; see [`FrontMatter::place`].
    pub places: Places,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    #[default]
    Date,
    Title,
    Weight,
    Slug,
}

#[derive(Debug, Clone)]
pub struct SeriesPart {
    pub name: String,
    pub order: Option<i64>,
}

/// The lead picture of an article.
#[derive(Debug, Clone, Default)]
pub struct LeadImage {
    pub src: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub license: Option<String>,
    pub source: Option<String>,
}

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod date_tests;
#[cfg(test)]
mod tests;
