//! What exists in `public/` and how each of it is made.
//!
//! [`plan()`] lists every [`Output`] with its address; [`Maker::make`] turns one into bytes. An output is a
//! pure function of what it reads through [`View`](crate::theme::View) and the theme.

pub mod card;
mod check;
pub mod feed;
mod feed_ids;
mod feeds;
mod head;
pub mod json_ld;
mod listing;
mod maker;
mod page;
mod plan;
mod prose;
pub mod redirect;
pub mod robots;
pub mod search;
pub mod sitemap;
mod sitemaps;
mod xml;

pub use check::{Checked, check};
pub use maker::{Maker, Render};
pub use plan::{Plan, plan};

use std::sync::Arc;

use crate::config::FeedFormat;
use crate::engine::{Fingerprint, Hasher};
use crate::site::url::Address;
use crate::site::{PageId, SectionId};
use crate::theme::{Question, World};

/// One address of the site.
#[derive(Debug, Clone)]
pub struct Output {
    pub address: Address,
    pub kind: Kind,
}

/// What stands at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Page(PageId),
    /// A list page of a section, from 0.
    Section {
        id: SectionId,
        pager: u32,
    },
    /// All terms of a taxonomy (index in the site).
    Taxonomy(u32),
    Term {
        taxonomy: u32,
        term: u32,
        pager: u32,
    },
    Archive {
        lang: Arc<str>,
        year: Option<i32>,
    },
    /// The pictures of a language's pages with their credits.
    Credits {
        lang: Arc<str>,
    },
    /// What feeds are, and which ones there are in a language.
    Feeds {
        lang: Arc<str>,
    },
    /// The page for searching the articles of a language.
    Search {
        lang: Arc<str>,
    },
    /// A file of the search index, by its path and its bytes, which are made before the pages.
    Index(Arc<str>, Fingerprint),
    NotFound,
    Feed {
        of: Scope,
        format: FeedFormat,
    },
    /// The file of this number: 0 is `sitemap.xml`.
    Sitemap(u32),
    Robots,
    /// A file that a template of the theme makes, by its place among [`crate::theme::Manifest::files`].
    Written(u32),
    Redirect(Old),
    /// A copy of a source file, by its number in the site.
    Copy(u32),
    /// A file of the built-in theme, by its path.
    BuiltIn(Arc<str>),
    /// A made style sheet, by its plain name; its bytes are made before the pages.
    Style(Arc<str>),
}

/// What a feed is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A home page or another section.
    Section(SectionId),
    Term {
        taxonomy: u32,
        term: u32,
    },
}

/// Whose old address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Old {
    Page(PageId),
    Section(SectionId),
}

impl Kind {
    /// Short name for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Page(_) => "page",
            Kind::Section { .. } => "section",
            Kind::Taxonomy(_) => "taxonomy",
            Kind::Term { .. } => "term",
            Kind::Archive { .. } => "archive",
            Kind::Credits { .. } => "credits",
            Kind::Feeds { .. } => "feeds",
            Kind::Search { .. } => "search",
            Kind::Index(..) => "index",
            Kind::NotFound => "not-found",
            Kind::Feed { .. } => "feed",
            Kind::Sitemap(_) => "sitemap",
            Kind::Robots => "robots",
            Kind::Written(_) => "written",
            Kind::Redirect(_) => "redirect",
            Kind::Copy(_) | Kind::BuiltIn(_) => "file",
            Kind::Style(_) => "style",
        }
    }
}

impl Output {
    /// Fingerprint of what it is, by names that stay the same from build to build.
    pub fn what(&self, world: &World) -> Fingerprint {
        let site = &world.site;
        let page = |id: &PageId| site.page(*id).document.file.to_string();
        let section = |id: &SectionId| world.name(&Question::Section(*id));
        let term = |taxonomy: u32, term: u32| world.name(&Question::Term { taxonomy, term });
        let own = match &self.kind {
            Kind::Page(id) | Kind::Redirect(Old::Page(id)) => page(id),
            Kind::Section { id, pager } => format!("{pager} {}", section(id)),
            Kind::Redirect(Old::Section(id)) => section(id),
            Kind::Taxonomy(number) => world.name(&Question::Taxonomy(*number)),
            Kind::Term { taxonomy, term: number, pager } => {
                format!("{pager} {}", term(*taxonomy, *number))
            }
            Kind::Archive { lang, year } => format!("{lang} {year:?}"),
            Kind::Feed { of: Scope::Section(id), format } => format!("{format:?} {}", section(id)),
            Kind::Feed { of: Scope::Term { taxonomy, term: number }, format } => {
                format!("{format:?} {}", term(*taxonomy, *number))
            }
            Kind::Sitemap(number) => number.to_string(),
            Kind::Copy(number) => site.files[*number as usize].source.to_string(),
            Kind::BuiltIn(path) | Kind::Style(path) => path.to_string(),
            Kind::Credits { lang } | Kind::Feeds { lang } | Kind::Search { lang } => {
                lang.to_string()
            }
            Kind::Index(path, print) => format!("{print} {path}"),
            // The address says it.
            Kind::NotFound | Kind::Robots | Kind::Written(_) => String::new(),
        };
        Hasher::new().text(self.kind.name()).text(&own).finish()
    }
}
