//! Related articles: for each article the others that say most about the same things.
//!
//! Articles are vectors of weighted terms and tags, their likeness is the cosine between the vectors (Salton
//! and Buckley, "Term-weighting approaches in automatic text retrieval", 1988), times a mild preference for
//! newer ones. [`rank`] finds the best through an inverted index with bounded lists (Manning, Raghavan and
//! Schütze, "Introduction to Information Retrieval", chapter 7); [`exact()`] compares every pair and says what
//! the right answer is. An article is never related to itself, to an ineligible one or to another language.
//!
//! [`update()`] ranks again after an edit, from the [`State`] of the last ranking, at a small part of its cost.
//!
//! One edit must not change the lists of a whole site: how rare a term is counts in powers of two
//! ([`rarity`]), age in whole years ([`recency`]), and scores have three digits. All sums are of whole
//! numbers, so their order does not matter: every machine and every number of threads gives the same bytes.

mod bytes;
mod exact;
mod index;
mod reverse;
mod search;
mod state;
mod update;

use rayon::prelude::*;

use crate::content::terms::{Terms, name_hash};

pub use exact::exact;
pub use state::State;
pub use update::{Update, update};

use search::{Found, Search};
use state::Limits;

/// An article as the ranking sees it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What stands for it in a [`State`]: the same in every build, and another for every article.
    pub key: u128,
    /// What its text says.
    pub terms: Option<&'a Terms>,
    /// Its tags by [`tag_key`]; order and repetition do not matter.
    pub tags: &'a [u64],
    /// Its language by number: only articles of one group are related.
    pub group: u32,
    /// Its date in days since 1970; `None` counts as oldest where scores are equal.
    pub day: Option<i32>,
    /// Whether others may point to it. A draft may have a list, but stands in none.
    pub eligible: bool,
}

/// One entry of an article's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Which candidate.
    pub index: u32,
    /// Likeness in thousandths: 1000 is the same text, published much later.
    pub score: u16,
    /// What the two have in common, strongest first, at most [`MOST_REASONS`].
    pub why: Vec<Why>,
}

impl Related {
    /// The score as a number from 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.score) / 1000.0
    }
}

/// A reason for a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// Both have the tag with this key.
    Tag(u64),
    /// Both use this stem; [`Terms::name`] of one of the two articles spells it out.
    Term(u32),
}

/// Reasons that are given for one relation.
pub const MOST_REASONS: usize = 4;

/// Least score in thousandths of a related article: below it two texts share little but chance.
pub const LEAST_SCORE: u16 = 30;

/// The list of each candidate, best first, at most `count` long. Runs on the present rayon pool; takes time in
/// proportion to the number of candidates.
pub fn rank(candidates: &[Candidate<'_>], count: usize) -> Vec<Vec<Related>> {
    State::rank(candidates, count).0
}

impl State {
    /// The same as [`rank`], with what is needed to rank again after an edit.
    pub fn rank(candidates: &[Candidate<'_>], count: usize) -> (Vec<Vec<Related>>, State) {
        Self::rank_within(candidates, count, Limits::default())
    }

    fn rank_within(
        candidates: &[Candidate<'_>],
        count: usize,
        limits: Limits,
    ) -> (Vec<Vec<Related>>, State) {
        let order = state::order(candidates);
        let count = count.min(limits.compared as usize) as u32;
        if count == 0 {
            return (candidates.iter().map(|_| Vec::new()).collect(), State::default());
        }
        let mut state = State::index(candidates, &order, count, limits);
        let places: Vec<u32> = (0..state.len() as u32).collect();
        for found in state.search(&places) {
            found.add_to(&mut state);
        }
        (state.lists(&order, candidates.len()), state)
    }

    /// Searches for the articles in some places.
    fn search(&self, places: &[u32]) -> Vec<Found> {
        // Articles with the same strongest term read the same lists and compare the same articles: one after
        // the other they find them in the processor's cache.
        let strongest = |&place: &u32| self.active(place as usize).first().map(|e| e.term());
        let mut work: Vec<(Option<usize>, u32)> =
            places.iter().zip(0..).map(|(place, at)| (strongest(place), at)).collect();
        work.sort_unstable();
        let found: Vec<(u32, Found)> = work
            .par_iter()
            .with_min_len(64)
            .map_init(Search::default, |search, &(_, at)| {
                (at, search.find(self, places[at as usize] as usize))
            })
            .collect();
        let mut by_place: Vec<Found> = places.iter().map(|_| Found::default()).collect();
        for (at, found) in found {
            by_place[at as usize] = found;
        }
        by_place
    }
}

/// What stands for an article in all builds: `path` is that of its file.
pub fn key(path: &str) -> u128 {
    let other = name_hash(path).rotate_left(32) ^ 0x9e37_79b9_7f4a_7c15;
    u128::from(name_hash(path)) << 64 | u128::from(name_hash(&format!("{other:x}{path}")))
}

/// What stands for a tag in all builds: `taxonomy` and `term` are those of its address.
pub fn tag_key(taxonomy: &str, term: &str) -> u64 {
    name_hash(taxonomy).rotate_left(1) ^ name_hash(term)
}

/// How much a term counts that `articles` of `all` have: one more for each halving of that share, in powers of
/// two on both sides. 0 for a term in one article, which cannot relate anything.
pub fn rarity(articles: usize, all: usize) -> u32 {
    if articles < 2 {
        return 0;
    }
    1 + all.max(articles).ilog2() - articles.ilog2()
}

/// [`rarity`] of a term of the text, and 0 for one that stands in too many articles to say anything: in 16 or
/// more that are about a twelfth of the site (between a sixteenth and an eighth, by powers of two).
pub fn term_rarity(articles: usize, all: usize) -> u32 {
    let rarity = rarity(articles, all);
    if articles >= 16 && rarity < 5 { 0 } else { rarity }
}

/// Weight of a tag: that of a word with eight occurrences.
pub const TAG_WEIGHT: u8 = 32;

/// The least and the greatest [`recency`].
const LEAST_RECENCY: u32 = 64;
const MOST_RECENCY: u32 = 80;

/// The preference for newer articles, in eightieths: 72 for the same year and without dates, one more for each
/// whole year that the other is newer than this article, one less for each that it is older, from 64 to 80.
pub fn recency(this: Option<i32>, other: Option<i32>) -> u32 {
    let years = match (this, other) {
        (Some(this), Some(other)) => (i64::from(other) - i64::from(this)) / 365,
        _ => 0,
    };
    (72 + years.clamp(-8, 8)) as u32
}

/// The score in thousandths for the product of two vectors, their lengths and [`recency`].
fn score(product: u64, lengths: (f64, f64), recency: u32) -> u16 {
    let both = lengths.0 * lengths.1;
    if product == 0 || both <= 0.0 {
        return 0;
    }
    let cosine = (product as f64 / both).min(1.0);
    (cosine * f64::from(recency) * (1000.0 / 80.0) + 0.5) as u16
}

/// The length of a vector from the sum of its squares.
fn length(squares: u64) -> f64 {
    (squares as f64).sqrt()
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod update_tests;
