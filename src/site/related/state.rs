//! The state of a ranking: vectors, the inverted index and the lists, as plain arrays.
//!
//! Articles stand in *places*: by language, in it the newest first. Terms have numbers; which number a term has
//! never shows in a list, so that a state that was updated may number them otherwise than a new one.
//! [`super::bytes`] writes a state and reads it back.

use std::ops::Range;

use super::{Candidate, Related, Why, length, rarity, term_rarity};
use crate::content::terms::Terms;

/// Bits of a packed entry below the number of the term.
pub(super) const SMALL: u32 = 8;
/// Articles, and terms, beyond which the index does not look.
pub(super) const MOST: usize = 1 << (32 - SMALL);
/// Stands for no place and no term.
pub(super) const NONE: u32 = u32::MAX;

/// Numbers in a packed relation: place, score, [`super::MOST_REASONS`] terms.
pub(super) const RELATION: usize = 2 + super::MOST_REASONS;

/// How far the index looks; tests make it short-sighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Postings that one search reads by estimate, give or take one list.
    pub(super) read: u32,
    /// Articles that are kept for one term, those where its share is greatest.
    pub(super) list: u32,
    /// Articles that are compared term by term.
    pub(super) compared: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { read: 12_000, list: 512, compared: 48 }
    }
}

/// All that a ranking knows. It depends on nothing but the candidates and the length of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    pub(super) limits: Limits,
    pub(super) count: u32,
    // By place.
    pub(super) keys: Vec<u128>,
    pub(super) groups: Vec<u32>,
    /// Days since 1970; the least number for an article without a date.
    pub(super) days: Vec<i64>,
    /// 1 for articles that others may point to.
    pub(super) eligible: Vec<u8>,
    /// A sum of its tags, which tells whether they are others.
    pub(super) tag_sums: Vec<u64>,
    /// Where the entries of an article begin; one more than there are articles.
    pub(super) starts: Vec<u32>,
    /// How many of its entries can relate it; they come first, the greatest share first.
    pub(super) active: Vec<u32>,
    /// How many of those a search reads.
    pub(super) reads: Vec<u32>,
    /// The square of the vector's length.
    pub(super) squares: Vec<u64>,
    pub(super) entries: Vec<Entry>,
    // By term.
    /// Stem, or key of a tag.
    pub(super) names: Vec<u64>,
    /// Twice the group, and one more for a tag.
    pub(super) kinds: Vec<u32>,
    /// Eligible articles.
    pub(super) frequencies: Vec<u32>,
    pub(super) rarities: Vec<u8>,
    /// Where the postings of a term begin; one more than there are terms.
    pub(super) list_starts: Vec<u32>,
    /// Of each term in order of place.
    pub(super) postings: Vec<Posting>,
    // The outcome, by place.
    /// The least sum of those that were compared, if no more could be; else 0.
    pub(super) least: Vec<u32>,
    pub(super) compared_starts: Vec<u32>,
    /// Places that were compared.
    pub(super) compared: Vec<u32>,
    /// Where the relations begin, counted in relations.
    pub(super) related_starts: Vec<u32>,
    pub(super) related: Vec<u32>,
}

/// A term with its weight in an article and whether the article can name it, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(pub(super) u32);

impl Entry {
    const NAMED: u32 = 1 << 7;

    pub(super) fn new(term: u32, weight: u8, is_named: bool) -> Self {
        let named = if is_named { Self::NAMED } else { 0 };
        Entry(term << SMALL | named | u32::from(weight.min(127)))
    }
    pub(super) fn term(self) -> usize {
        (self.0 >> SMALL) as usize
    }
    pub(super) fn weight(self) -> u32 {
        self.0 & (Self::NAMED - 1)
    }
    pub(super) fn is_named(self) -> bool {
        self.0 & Self::NAMED != 0
    }
}

/// An article with the share of its length that a term makes, packed; sorts by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(pub(super) u32);

impl Posting {
    pub(super) fn new(place: u32, share: u8) -> Self {
        Posting(place << SMALL | u32::from(share))
    }
    pub(super) fn place(self) -> usize {
        (self.0 >> SMALL) as usize
    }
    pub(super) fn share(self) -> u32 {
        self.0 & 0xff
    }
}

/// What an article's entries amount to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) active: u32,
    pub(super) reads: u32,
    pub(super) squares: u64,
}

impl State {
    /// How many articles it knows.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it knows no article.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All entries of an article.
    pub(super) fn entries(&self, place: usize) -> &[Entry] {
        &self.entries[span(&self.starts, place)]
    }

    /// Those that can relate it.
    pub(super) fn active(&self, place: usize) -> &[Entry] {
        &self.entries(place)[..self.active[place] as usize]
    }

    /// Those whose lists a search reads.
    pub(super) fn reads(&self, place: usize) -> &[Entry] {
        &self.entries(place)[..self.reads[place] as usize]
    }

    pub(super) fn list(&self, term: usize) -> &[Posting] {
        &self.postings[span(&self.list_starts, term)]
    }

    pub(super) fn compared(&self, place: usize) -> &[u32] {
        &self.compared[span(&self.compared_starts, place)]
    }

    /// The packed relations of an article, best first.
    pub(super) fn relations(&self, place: usize) -> &[[u32; RELATION]] {
        &self.related.as_chunks().0[span(&self.related_starts, place)]
    }

    pub(super) fn day(&self, place: usize) -> Option<i32> {
        i32::try_from(self.days[place]).ok()
    }

    /// The length of an article's vector.
    pub(super) fn length(&self, place: usize) -> f64 {
        length(self.squares[place])
    }

    /// The places of an article's group.
    pub(super) fn group(&self, place: usize) -> Range<usize> {
        let group = self.groups[place];
        self.groups.partition_point(|&other| other < group)
            ..self.groups.partition_point(|&other| other <= group)
    }

    /// What a search for an article makes of an entry: the share that a posting of it has.
    pub(super) fn share(&self, place: usize, entry: Entry) -> u8 {
        share(entry, self.rarities[entry.term()], self.length(place))
    }

    /// Eligible articles by group.
    pub(super) fn eligible(&self) -> Vec<(u32, usize)> {
        let mut all: Vec<(u32, usize)> = Vec::new();
        for (&group, &eligible) in self.groups.iter().zip(&self.eligible) {
            match all.last_mut() {
                Some((last, count)) if *last == group => *count += usize::from(eligible),
                _ => all.push((group, usize::from(eligible))),
            }
        }
        all
    }

    /// The terms of an article, without their spelling.
    pub(super) fn terms(&self, place: usize) -> Terms {
        let mut stems: Vec<(u32, u8, bool)> = self
            .entries(place)
            .iter()
            .filter(|entry| self.kinds[entry.term()] & 1 == 0)
            .map(|e| (self.names[e.term()] as u32, e.weight() as u8, e.is_named()))
            .collect();
        stems.sort_unstable();
        Terms {
            words: 0,
            stems: stems.iter().map(|&(stem, ..)| stem).collect(),
            weights: stems.iter().map(|&(_, weight, _)| weight).collect(),
            named: stems.iter().filter(|s| s.2).map(|&(stem, ..)| stem).collect(),
            ..Terms::default()
        }
    }

    /// The rarity of a term of a kind that `frequency` of `all` articles have.
    pub(super) fn rarity(kind: u32, frequency: u32, all: usize) -> u8 {
        let rarity = if kind & 1 == 1 { rarity } else { term_rarity };
        rarity(frequency as usize, all) as u8
    }

    /// The lists by candidate; `order` has the candidate of each place.
    pub(super) fn lists(&self, order: &[u32], candidates: usize) -> Vec<Vec<Related>> {
        let mut lists = vec![Vec::new(); candidates];
        for (place, &candidate) in order.iter().enumerate() {
            let relation = |relation: &[u32; RELATION]| {
                let terms = relation[2..].iter().filter(|&&term| term != NONE);
                Related {
                    index: order[relation[0] as usize],
                    score: relation[1] as u16,
                    why: terms.map(|&term| self.why(term as usize)).collect(),
                }
            };
            lists[candidate as usize] = self.relations(place).iter().map(relation).collect();
        }
        lists
    }

    fn why(&self, term: usize) -> Why {
        match self.kinds[term] & 1 {
            0 => Why::Term(self.names[term] as u32),
            _ => Why::Tag(self.names[term]),
        }
    }

    /// Puts the entries of an article, which come in order of their names, into the order of an article of
    /// a group with `all` eligible ones.
    pub(super) fn arrange(&self, entries: &mut [Entry], all: usize) -> Facts {
        let weight = |entry: &Entry| entry.weight() * u32::from(self.rarities[entry.term()]);
        let squares = entries.iter().map(|e| u64::from(weight(e)) * u64::from(weight(e))).sum();
        let length = length(squares);
        let unsorted = entries.to_vec();
        let mut keys: Vec<u64> = Vec::with_capacity(entries.len());
        for (entry, at) in unsorted.iter().zip(0..) {
            let rarity = self.rarities[entry.term()];
            if rarity > 0 {
                keys.push(u64::from(255 - share(*entry, rarity, length)) << 32 | at);
            }
        }
        keys.sort_unstable();
        let active = keys.len();
        let first = keys.iter().map(|&key| unsorted[(key as u32) as usize]);
        let last = unsorted.iter().filter(|entry| self.rarities[entry.term()] == 0).copied();
        for (entry, sorted) in entries.iter_mut().zip(first.chain(last)) {
            *entry = sorted;
        }
        let (mut reads, mut read) = (0, 0);
        while reads < active && read <= self.limits.read {
            read += self.estimate(self.rarities[entries[reads].term()], all);
            reads += 1;
        }
        Facts { active: active as u32, reads: reads as u32, squares }
    }

    /// About how long the list of a term is, from its rarity alone: so what a search reads is a matter of the
    /// article itself.
    fn estimate(&self, rarity: u8, all: usize) -> u32 {
        let steps = 1 + all.max(1).ilog2();
        let halves = 3u32 << steps.saturating_sub(u32::from(rarity)).min(24);
        halves.div_ceil(2).min(self.limits.list)
    }
}

/// What share of a vector's length a term makes, in 512ths, at most 255.
pub(super) fn share(entry: Entry, rarity: u8, length: f64) -> u8 {
    let weight = f64::from(entry.weight() * u32::from(rarity));
    (512.0 * weight / length + 0.5) as u8
}

/// The part of a flat array that belongs to one of its owners.
pub(super) fn span(starts: &[u32], at: usize) -> Range<usize> {
    starts[at] as usize..starts[at + 1] as usize
}

/// The day of a candidate as the state has it.
pub(super) fn day(candidate: &Candidate<'_>) -> i64 {
    candidate.day.map_or(i64::MIN, i64::from)
}

/// Stems and weights of a candidate, if they are in order.
pub(super) fn stems<'a>(candidate: &Candidate<'a>) -> (&'a [u32], &'a [u8]) {
    match candidate.terms {
        Some(terms)
            if terms.stems.len() == terms.weights.len()
                && terms.stems.is_sorted_by(|a, b| a < b) =>
        {
            (&terms.stems, &terms.weights)
        }
        _ => (&[], &[]),
    }
}

/// Tags of a candidate, each once, ascending.
pub(super) fn tags(candidate: &Candidate<'_>) -> Vec<u64> {
    let mut tags = candidate.tags.to_vec();
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// A sum of the tags of a candidate.
pub(super) fn tag_sum(candidate: &Candidate<'_>) -> u64 {
    const START: u64 = 0x243f_6a88_85a3_08d3;
    let tags = tags(candidate).into_iter();
    tags.fold(START, |sum, tag| (sum ^ tag).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29))
}

/// The candidates by place.
pub(super) fn order(candidates: &[Candidate<'_>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..candidates.len() as u32).collect();
    order.sort_by_key(|&at| {
        let candidate = &candidates[at as usize];
        (candidate.group, std::cmp::Reverse(day(candidate)))
    });
    order.truncate(MOST);
    order
}

impl State {
    /// A state that knows the candidates, in the order of their places, and nothing of them.
    pub(super) fn of(
        candidates: &[Candidate<'_>],
        order: &[u32],
        count: u32,
        limits: Limits,
    ) -> Self {
        let members = || order.iter().map(|&at| &candidates[at as usize]);
        State {
            limits,
            count,
            keys: members().map(|member| member.key).collect(),
            groups: members().map(|member| member.group).collect(),
            days: members().map(day).collect(),
            eligible: members().map(|member| u8::from(member.eligible)).collect(),
            tag_sums: members().map(tag_sum).collect(),
            starts: vec![0],
            compared_starts: vec![0],
            related_starts: vec![0],
            ..State::default()
        }
    }
}

impl State {
    /// Notes what was found for the article in the next place.
    pub(super) fn add_outcome(
        &mut self,
        least: u32,
        compared: impl Iterator<Item = u32>,
        relations: impl Iterator<Item = [u32; RELATION]>,
    ) {
        self.least.push(least);
        self.compared.extend(compared);
        self.compared_starts.push(self.compared.len() as u32);
        for relation in relations {
            self.related.extend(relation);
        }
        self.related_starts.push((self.related.len() / RELATION) as u32);
    }
}
