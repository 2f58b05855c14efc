//! Folders as sections: which articles they list, in which order, below which parent.

use std::cmp::Ordering;
use std::sync::Arc;

use super::url::Address;
use super::{Page, PageId, SectionId};
use crate::content::{Document, SortBy};

/// A folder of `content/` in one language, with its own page.
#[derive(Debug)]
pub struct Section {
    /// Below `content/`: `posts`; empty for the home page.
    pub folder: String,
    pub lang: String,
    pub title: String,
    /// Its `_index.md`, if there is one.
    pub document: Option<Arc<Document>>,
    pub address: Address,
    pub parent: Option<SectionId>,
    pub children: Vec<SectionId>,
    /// The articles of its list in the section's order. For a home page: the dated articles of the language.
    pub pages: Vec<PageId>,
    pub paginate_by: usize,
    pub sort_by: SortBy,
    pub feed: bool,
    pub translations: Vec<SectionId>,
}

impl Section {
    /// What sections are sorted by: the default language first.
    pub(super) fn key<'a>(&'a self, default: &str) -> (bool, &'a str, &'a str) {
        (self.lang != default, &self.lang, &self.folder)
    }

    pub fn is_home(&self) -> bool {
        self.folder.is_empty()
    }

    pub fn description(&self) -> Option<&str> {
        self.document.as_ref().and_then(|document| document.front.description.as_deref())
    }
}

/// Order of two articles in a list; the address decides between equals.
pub(super) fn order(by: SortBy, a: &Page, b: &Page) -> Ordering {
    let (x, y) = (&a.document.front, &b.document.front);
    let primary = match by {
        SortBy::Date => none_last(x.date, y.date, |x, y| y.cmp(x)).then_with(|| {
            if x.date.is_none() && y.date.is_none() {
                x.title.cmp(&y.title)
            } else {
                Ordering::Equal
            }
        }),
        SortBy::Title => x.title.to_lowercase().cmp(&y.title.to_lowercase()),
        SortBy::Weight => none_last(x.weight, y.weight, Ord::cmp),
        SortBy::Slug => a.document.slug.cmp(&b.document.slug),
    };
    primary.then_with(|| a.address.cmp(&b.address))
}

/// The place of each page among all, newest first: lists by date are sorted by it, which is cheaper than to compare
/// the pages for each of them anew.
pub(super) fn by_date(pages: &[Page]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..pages.len() as u32).collect();
    order.sort_by(|a, b| self::order(SortBy::Date, &pages[*a as usize], &pages[*b as usize]));
    let mut places = vec![0; pages.len()];
    for (page, place) in order.into_iter().zip(0..) {
        places[page as usize] = place;
    }
    places
}

/// Sorts a list of pages; `by_date` is the place of each among all.
pub(super) fn sort(by: SortBy, ids: &mut [PageId], pages: &[Page], by_date: &[u32]) {
    match by {
        SortBy::Date => ids.sort_by_key(|id| by_date[id.0 as usize]),
        _ => ids.sort_by(|a, b| order(by, &pages[a.0 as usize], &pages[b.0 as usize])),
    }
}

fn none_last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(&T, &T) -> Ordering) -> Ordering {
    match (&a, &b) {
        (Some(a), Some(b)) => compare(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
