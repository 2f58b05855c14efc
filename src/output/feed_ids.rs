//! The check that no two articles have one id in the feeds.

use rustc_hash::FxHashMap;

use super::feed::Authority;
use super::feeds::entry_id;
use crate::content::Document;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::{Page, Site};

/// Two articles with one id are one article for every feed reader: an error that names both.
///
/// Articles without a date and without an `id` of their own stand in no feed and are left alone.
pub(super) fn same_ids(site: &Site, problems: &mut Vec<Diagnostic>) {
    let host = Authority::of(&site.config.base_url.url);
    let mut taken: FxHashMap<String, &Document> =
        FxHashMap::with_capacity_and_hasher(site.pages.len(), Default::default());
    let in_feeds = |page: &&Page| page.is_dated() || page.document.front.id.is_some();
    for page in site.pages.iter().filter(in_feeds) {
        let document = &*page.document;
        let id = entry_id(&host, document);
        let Some(first) = taken.get(&id) else {
            taken.insert(id, document);
            continue;
        };
        let place = |document: &Document| match document.front.places.get("id") {
            Some(range) => Place::bytes(document.file.clone(), range),
            None => Place::file(document.file.clone()),
        };
        let message =
            format!("`{}` and `{}` have the same id `{id}` in feeds", document.file, first.file);
        problems.push(
            Diagnostic::error("site/feed-id", message)
                .at(place(document))
                .note("the first one", place(first))
                .hint("give one of them another `id` in its front matter"),
        );
    }
}
