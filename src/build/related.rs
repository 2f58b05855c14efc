//! Related articles: ranks them, and lets go of what only the ranking needs.

use rayon::prelude::*;

use super::Kept;
use crate::content::terms::Terms;
use crate::site::Site;
use crate::site::related::{Candidate, rank};

/// Fills the related articles of every page.
pub(super) fn relate(site: &mut Site, kept: &Kept) {
    let count = site.config.related.count;
    if count == 0 {
        return;
    }
    load(site, kept);
    let languages: Vec<String> = site.languages().map(str::to_string).collect();
    let tags: Vec<Vec<u32>> = site.pages.iter().map(|page| site.tags(page)).collect();
    let candidates: Vec<Candidate<'_>> = site
        .pages
        .iter()
        .zip(&tags)
        .map(|(page, tags)| Candidate {
            terms: &page.document.terms,
            tags,
            group: languages.iter().position(|lang| lang == page.lang()).unwrap_or(0) as u32,
            day: page.document.front.date.map(|date| date.timestamp.div_euclid(86_400) as i32),
            eligible: !page.document.front.draft && page.is_dated(),
        })
        .collect();
    let related = rank(&candidates, count);
    drop(candidates);
    site.related = related;
    // Only the names of the strongest terms are needed from here on.
    for page in &mut site.pages {
        page.document.terms.forget();
    }
}

/// Brings all words of documents that come from the cache.
fn load(site: &mut Site, kept: &Kept) {
    site.pages.par_iter_mut().with_min_len(16).for_each(|page| {
        let terms = &page.document.terms;
        if terms.stems.is_empty()
            && !terms.named.is_empty()
            && let Some(number) = kept.shelf.number(&page.document.file)
        {
            let words = terms.words;
            page.document.terms = Terms { words, ..kept.shelf.terms(number) };
        }
    });
}
