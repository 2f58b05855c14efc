//! What an output can ask about the rest of the site. One kind of question for every kind of input.

use std::sync::Arc;

use crate::site::{PageId, SectionId, Target};

/// A question; its answer is known by a fingerprint (`World::answer`).
///
/// To add an input: add a question here, answer it in `theme/answer.rs`, give it a name in
/// `theme/question_name.rs` (the compiler asks for both), and let `View` record it where it is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// The configuration as pages of a language see it, the menu among it.
    Config(Arc<str>),
    /// A template with all that it extends, includes and calls; also whether there is one.
    Template(Arc<str>),
    /// A component called from Markdown, with all that it calls.
    Component(Arc<str>),
    /// The address of a made style sheet.
    Style(Arc<str>),
    /// What stands at an address.
    Address(Arc<str>),
    /// The bytes of a file of the site; also whether there is one.
    File(Arc<str>),
    /// Which article or section a path below `content/` names, in a language (empty: none asked for).
    Content { path: Arc<str>, lang: Arc<str> },
    /// Whether a language has a taxonomy of a name.
    Kind { kind: Arc<str>, lang: Arc<str> },
    /// What lists show of an article.
    Card(PageId),
    /// The text of an article or a section, with the places where its links and pictures lead.
    Text(Target),
    /// Neighbours, parts of the series and articles that link here.
    Around(PageId),
    /// The related articles, with scores and reasons.
    Related(PageId),
    /// What articles say of their section: title, addresses, the sections above.
    Section(SectionId),
    /// A section with its children, without the articles of its list.
    WholeSection(SectionId),
    /// Name and address of a taxonomy.
    Taxonomy(u32),
    /// All terms of a taxonomy, without their articles.
    Terms(u32),
    /// One term, without its articles.
    Term { taxonomy: u32, term: u32 },
    /// How many articles a list has.
    Count(List),
    /// Which articles stand at these places of a list.
    Slice { list: List, from: u32, to: u32 },
    /// The newest dated articles of a list, so many at most.
    Newest { list: List, limit: u32 },
    /// The years of a language with the number of articles; the articles of one of them.
    Archive { lang: Arc<str>, year: Option<i32> },
    /// The pictures of a language's pages with their credits.
    Credits(Arc<str>),
    /// The feeds of a language.
    Feeds(Arc<str>),
    /// Old addresses and where they lead.
    Redirects,
    /// Addresses, dates and languages of all pages.
    Sitemap,
}

/// A list of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    Section(SectionId),
    Term { taxonomy: u32, term: u32 },
}
