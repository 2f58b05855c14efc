//! One search: the articles related to a given one.
//!
//! First the lists of the article's strongest terms are added up; then the most promising articles are
//! compared term by term, as the definition says.

use std::ops::Range;

use super::state::{Entry, NONE, RELATION, State, share};
use super::{LEAST_RECENCY, LEAST_SCORE, MOST_REASONS, MOST_RECENCY, recency, score};

/// Sums that are looked at together.
const BLOCK: usize = 32;

/// Bits of a key below the sum: the place.
const PLACE: u32 = 24;
const LAST_PLACE: u64 = (1 << PLACE) - 1;

/// Marks a factor whose term the searching article can name.
const NAMED: u32 = 1 << 31;

/// The working memory of a search; one for each thread, kept for many searches.
#[derive(Default)]
pub(super) struct Search {
    /// Likeness by place as far as it is known, 2^15 for equal articles; zero outside a search.
    /// Small numbers, because this is where a search spends its time, waiting for memory.
    sums: Vec<u16>,
    /// For each block of places a key that none of its places exceeds, and one that one of them reaches.
    highest: Vec<u32>,
    reached: Vec<u32>,
    promising: Vec<u64>,
    factors: Factors,
}

/// What a search finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The least sum of those that were compared, if no more could be; else 0.
    pub(super) least: u32,
    /// Places that were compared.
    pub(super) compared: Vec<u32>,
    /// Packed relations, best first.
    pub(super) relations: Vec<[u32; RELATION]>,
}

impl Found {
    /// Notes it for the article in the next place.
    pub(super) fn add_to(self, state: &mut State) {
        state.add_outcome(self.least, self.compared.into_iter(), self.relations.into_iter());
    }
}

/// How much a posting adds to the sum of its article.
pub(super) fn part(share: u32, other: u32) -> u16 {
    ((share * other + 7) >> 3) as u16
}

impl Search {
    /// The list of the article in a place.
    pub(super) fn find(&mut self, state: &State, place: usize) -> Found {
        let group = state.group(place);
        self.sums.resize(self.sums.len().max(state.len()), 0);
        let sums = &mut *self.sums;
        let length = state.length(place);
        for &entry in state.reads(place) {
            let share = u32::from(share(entry, state.rarities[entry.term()], length));
            for posting in state.list(entry.term()) {
                if let Some(sum) = sums.get_mut(posting.place()) {
                    // Both vectors have the length 1, so the sum has room.
                    *sum = sum.wrapping_add(part(share, posting.share()));
                }
            }
        }
        sums[place] = 0;
        let compared = state.limits.compared as usize;
        self.choose(state, place, group, compared);
        let mut found = Found::default();
        if self.promising.len() == compared {
            found.least = self.promising.iter().min().map_or(0, |key| (key >> PLACE) as u32);
        }
        found
            .compared
            .extend(self.promising.iter().map(|key| (LAST_PLACE - (key & LAST_PLACE)) as u32));
        found.compared.sort_unstable();
        self.factors.set(state, place);
        found.relations = self.factors.compare(state, place, &found.compared);
        self.factors.clear(state, place);
        found
    }

    /// Keeps the places with the greatest keys, that is sums times [`recency`], and clears the sums.
    fn choose(&mut self, state: &State, this: usize, group: Range<usize>, compared: usize) {
        let sums = &mut self.sums[group.clone()];
        let this_day = state.day(this);
        self.highest.clear();
        self.reached.clear();
        for (block, number) in sums.chunks(BLOCK).zip(0..) {
            let first = group.start + number * BLOCK;
            let (newest, oldest) = (state.day(first), state.day(first + block.len() - 1));
            let (most, least) = match oldest {
                Some(_) => (recency(this_day, newest), recency(this_day, oldest)),
                None => (MOST_RECENCY, LEAST_RECENCY),
            };
            let peak = u32::from(block.iter().fold(0, |a, &b| a.max(b)));
            self.highest.push(peak * most);
            self.reached.push(peak * least);
        }
        // At least as many as are compared have this key or a greater one.
        let mut least = 1;
        if self.reached.len() >= compared {
            let (_, &mut key, _) =
                self.reached.select_nth_unstable_by(compared - 1, |a, b| b.cmp(a));
            least = key.max(1);
        }
        self.promising.clear();
        for ((block, &highest), number) in sums.chunks(BLOCK).zip(&self.highest).zip(0..) {
            if highest < least {
                continue;
            }
            for (&sum, at) in block.iter().zip(0..) {
                if u32::from(sum) * MOST_RECENCY < least {
                    continue;
                }
                let place = group.start + number * BLOCK + at;
                let key = u32::from(sum) * recency(this_day, state.day(place));
                if key >= least {
                    self.promising.push(u64::from(key) << PLACE | (LAST_PLACE - place as u64));
                }
            }
            if self.promising.len() >= 8 * compared {
                keep(&mut self.promising, compared);
                // Nothing below the last of these can come in; an equal one that is newer can.
                least = least.max((self.promising[compared - 1] >> PLACE) as u32);
            }
        }
        keep(&mut self.promising, compared);
        sums.fill(0);
    }
}

/// Keeps the greatest; the least of them comes last.
fn keep(keys: &mut Vec<u64>, count: usize) {
    if keys.len() > count {
        keys.select_nth_unstable_by(count - 1, |a, b| b.cmp(a));
        keys.truncate(count);
    }
}

/// What an article's weight in a term is multiplied with; zero outside the article that is searched for.
#[derive(Default)]
pub(super) struct Factors(Vec<u32>);

impl Factors {
    pub(super) fn set(&mut self, state: &State, place: usize) {
        self.0.resize(self.0.len().max(state.names.len()), 0);
        for entry in state.active(place) {
            let rarity = u32::from(state.rarities[entry.term()]);
            self.0[entry.term()] = entry.weight() * rarity * rarity;
        }
    }

    pub(super) fn clear(&mut self, state: &State, place: usize) {
        for entry in state.active(place) {
            self.0[entry.term()] = 0;
        }
    }

    /// The score of another article for the one that is set.
    fn score(&self, state: &State, this: usize, other: usize) -> u16 {
        score(self.product(state, other), lengths(state, this, other), age(state, this, other))
    }

    /// The score of the one that is set for another article.
    pub(super) fn score_for(&self, state: &State, this: usize, other: usize) -> u16 {
        score(self.product(state, this), lengths(state, this, other), age(state, this, other))
    }

    fn product(&self, state: &State, other: usize) -> u64 {
        let part = |entry: &Entry| u64::from(self.0[entry.term()] * entry.weight());
        state.active(other).iter().map(part).sum()
    }

    /// Compares this article with others: the best of them with their reasons.
    fn compare(&mut self, state: &State, this: usize, others: &[u32]) -> Vec<[u32; RELATION]> {
        let mut list: Vec<(u16, u32)> = others
            .iter()
            .map(|&other| (self.score(state, this, other as usize), other))
            .filter(|&(score, _)| score >= LEAST_SCORE)
            .collect();
        // Places are in order of date, the newest first.
        list.sort_unstable_by_key(|&(score, other)| (std::cmp::Reverse(score), other));
        list.truncate(state.count as usize);
        for entry in state.active(this).iter().filter(|entry| entry.is_named()) {
            self.0[entry.term()] |= NAMED;
        }
        list.into_iter().map(|(score, other)| self.relation(state, other, score)).collect()
    }

    /// Adds the terms and tags that add most to the product and that one of the two articles can name.
    fn relation(&self, state: &State, other: u32, score: u16) -> [u32; RELATION] {
        let mut best: [(u32, u32); MOST_REASONS] = [(0, NONE); MOST_REASONS];
        for entry in state.active(other as usize) {
            let factor = self.0[entry.term()];
            let part = (factor & !NAMED) * entry.weight();
            if part > best[MOST_REASONS - 1].0 && (factor & NAMED != 0 || entry.is_named()) {
                let at = best.partition_point(|&(better, _)| better >= part);
                best[at..].rotate_right(1);
                best[at] = (part, entry.term() as u32);
            }
        }
        let mut relation = [other, u32::from(score), NONE, NONE, NONE, NONE];
        for (term, &(_, reason)) in relation[2..].iter_mut().zip(&best) {
            *term = reason;
        }
        relation
    }
}

fn lengths(state: &State, this: usize, other: usize) -> (f64, f64) {
    (state.length(this), state.length(other))
}

fn age(state: &State, this: usize, other: usize) -> u32 {
    recency(state.day(this), state.day(other))
}
