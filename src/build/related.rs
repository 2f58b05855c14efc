//! Related articles: ranks them, from what the last build kept where it can, and lets go of what only the ranking
//! needs.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Kept;
use super::cache::Cache;
use crate::content::terms::Terms;
use crate::engine::Fingerprint;
use crate::engine::bytes::{self, Input};
use crate::site::Site;
use crate::site::related::{Candidate, Related, State, key, update};

/// A ranking as the cache keeps it.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Articles by key with the fingerprint of the terms that they had.
    terms: FxHashMap<u128, Fingerprint>,
    state: State,
}

impl Ranking {
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut terms: Vec<(&u128, &Fingerprint)> = self.terms.iter().collect();
        terms.sort_unstable();
        bytes::put_u32(terms.len() as u32, out);
        for (key, print) in terms {
            out.extend_from_slice(&key.to_le_bytes());
            out.extend_from_slice(&print.0);
        }
        out.extend_from_slice(&self.state.to_bytes());
    }

    pub fn read(payload: &[u8]) -> Option<Ranking> {
        let mut input = Input::new(payload);
        let mut terms = FxHashMap::default();
        for _ in 0..input.count(32)? {
            terms.insert(u128::from_le_bytes(input.array()?), input.print()?);
        }
        let state = State::from_bytes(&payload[payload.len() - input.rest()..])?;
        Some(Ranking { terms, state })
    }
}

/// Fills the related articles of every page. Gives the ranking, if it is another than the last one.
pub(super) fn relate(site: &mut Site, kept: &Kept, cache: &mut Cache) -> Option<Ranking> {
    if site.config.related.count == 0 {
        return None;
    }
    let entry = |page: &crate::site::Page| {
        let entry = kept.known.entry(&page.document.file)?;
        Some((key(&page.document.file), entry.terms.print))
    };
    let prints: FxHashMap<u128, Fingerprint> = site.pages.iter().filter_map(entry).collect();
    let old = cache.take_ranking();
    let updated = old.and_then(|old| updated(site, kept, &old, &prints));
    let (related, state) = updated.unwrap_or_else(|| {
        load(site, kept, &|_| false);
        let (lists, state) =
            with_candidates(site, &|_| false, |candidates, count| State::rank(candidates, count));
        (lists, Some(state))
    });
    site.related = related;
    // Only the names of the strongest terms are needed from here on.
    for page in &mut site.pages {
        page.document.terms.forget();
    }
    state.filter(|_| cache.is_on()).map(|state| Ranking { terms: prints, state })
}

type Lists = Vec<Vec<Related>>;

/// The lists after an edit, and the state if it is another one.
fn updated(
    site: &mut Site,
    kept: &Kept,
    old: &Ranking,
    prints: &FxHashMap<u128, Fingerprint>,
) -> Option<(Lists, Option<State>)> {
    // An article whose terms the last ranking has need not bring them.
    let is_known = |key: u128| {
        let print = old.terms.get(&key).filter(|print| !print.is_none());
        print.is_some() && prints.get(&key) == print
    };
    load(site, kept, &is_known);
    let updated = with_candidates(site, &is_known, |candidates, count| {
        update(&old.state, candidates, count)
    })?;
    Some((updated.lists, updated.state))
}

/// Calls `work` with all articles as the ranking sees them.
fn with_candidates<T>(
    site: &Site,
    is_known: &(impl Fn(u128) -> bool + Sync),
    work: impl FnOnce(&[Candidate<'_>], usize) -> T,
) -> T {
    let languages: Vec<&str> = site.languages().collect();
    let tags: Vec<Vec<u64>> = site.pages.par_iter().map(|page| site.tags(page)).collect();
    let candidates: Vec<Candidate<'_>> = site
        .pages
        .par_iter()
        .zip(&tags)
        .map(|(page, tags)| {
            let key = key(&page.document.file);
            let group = languages.iter().position(|lang| *lang == page.lang()).unwrap_or(0);
            Candidate {
                key,
                terms: (!is_known(key)).then_some(&page.document.terms),
                tags,
                group: group as u32,
                day: page.document.front.date.map(|date| date.timestamp.div_euclid(86_400) as i32),
                eligible: !page.document.front.draft && page.is_dated(),
            }
        })
        .collect();
    work(&candidates, site.config.related.count)
}

/// Brings all words of documents that come from the cache, where the ranking has to see them.
fn load(site: &mut Site, kept: &Kept, is_known: &(impl Fn(u128) -> bool + Sync)) {
    site.pages.par_iter_mut().with_min_len(64).for_each(|page| {
        let terms = &page.document.terms;
        if terms.stems.is_empty()
            && !terms.named.is_empty()
            && !is_known(key(&page.document.file))
            && let Some(number) = kept.shelf.number(&page.document.file)
        {
            let words = terms.words;
            page.document.terms = Terms { words, ..kept.shelf.terms(number) };
        }
    });
}
