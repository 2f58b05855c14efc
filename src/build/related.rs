//! Related articles: ranks them, from what the last build kept where it can, and lets go of what only the ranking
//! needs.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Kept;
use crate::content::terms::Terms;
use crate::engine::Fingerprint;
use crate::engine::bytes::{self, Input};
use crate::site::related::{Candidate, Related, State, key, update};
use crate::site::{Page, Site};

/// A ranking is kept when more than one in so many articles were ranked again since the last one.
const SHARE: usize = 64;

/// A ranking as the cache keeps it.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Articles by key with the fingerprint of the terms that they had.
    terms: FxHashMap<u128, Fingerprint>,
    state: State,
    /// Articles that were ranked again since it was last kept.
    searched: usize,
}

impl Ranking {
    /// A ranking that knows all but a few articles as they are serves as well: writing it costs more than
    /// ranking those few again.
    pub fn is_worth_keeping(&self) -> bool {
        self.searched * SHARE >= self.terms.len()
    }

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
        Some(Ranking { terms, state, searched: 0 })
    }
}

/// What ranking gives.
#[derive(Default)]
pub(super) struct Ranked {
    /// For each page its related articles.
    pub lists: Vec<Vec<Related>>,
    /// The ranking, if it is to be kept.
    pub ranking: Option<Ranking>,
}

/// Ranks the articles of a site, from what was known last.
pub(super) fn rank(site: &Site, kept: &Kept) -> Ranked {
    if site.config.related.count == 0 {
        return Ranked { lists: vec![Vec::new(); site.pages.len()], ranking: None };
    }
    let entry = |page: &Page| {
        let entry = kept.known.entry(&page.document.file)?;
        Some((key(&page.document.file), entry.terms.print))
    };
    let prints: FxHashMap<u128, Fingerprint> = site.pages.iter().filter_map(entry).collect();
    let updated = kept.last.as_ref().and_then(|old| {
        // An article whose terms the last ranking has need not bring them.
        let is_known = |key: u128| {
            let print = old.terms.get(&key).filter(|print| !print.is_none());
            print.is_some() && prints.get(&key) == print
        };
        with_candidates(site, kept, &is_known, |candidates, count| {
            update(&old.state, candidates, count)
        })
    });
    let (lists, state, searched) = match updated {
        Some(updated) => (updated.lists, updated.state, updated.searched),
        None => with_candidates(site, kept, &|_| false, |candidates, count| {
            let (lists, state) = State::rank(candidates, count);
            (lists, Some(state), candidates.len())
        }),
    };
    // Without a cache nobody asks for it again, and it is large.
    let state = state.filter(|_| kept.shelf.pack().is_some());
    let ranking = state.map(|state| Ranking { terms: prints, state, searched });
    Ranked { lists, ranking }
}

/// Calls `work` with all articles as the ranking sees them; those that are not known bring their terms.
fn with_candidates<T>(
    site: &Site,
    kept: &Kept,
    is_known: &(impl Fn(u128) -> bool + Sync),
    work: impl FnOnce(&[Candidate<'_>], usize) -> T,
) -> T {
    let languages: Vec<&str> = site.languages().collect();
    let brought: Vec<(u128, Vec<u64>, Option<Cow<'_, Terms>>)> = site
        .pages
        .par_iter()
        .with_min_len(64)
        .map(|page| {
            let key = key(&page.document.file);
            let terms = (!is_known(key)).then(|| terms(page, kept));
            (key, site.tags(page), terms)
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = site
        .pages
        .iter()
        .zip(&brought)
        .map(|(page, (key, tags, terms))| {
            let group = languages.iter().position(|lang| *lang == page.lang()).unwrap_or(0);
            Candidate {
                key: *key,
                terms: terms.as_deref(),
                tags,
                group: group as u32,
                day: page.document.front.date.map(|date| date.timestamp.div_euclid(86_400) as i32),
                eligible: !page.document.front.draft && page.is_dated(),
            }
        })
        .collect();
    work(&candidates, site.config.related.count)
}

/// All words of an article; those of a document from the cache are loaded.
fn terms<'a>(page: &'a Page, kept: &Kept) -> Cow<'a, Terms> {
    let terms = &page.document.terms;
    let is_part = terms.stems.is_empty() && !terms.named.is_empty();
    match kept.shelf.number(&page.document.file).filter(|_| is_part) {
        Some(number) => Cow::Owned(kept.shelf.terms(number)),
        None => Cow::Borrowed(terms),
    }
}
