//! The inverted index: for each article its terms, for each term the articles where it is strongest.
//!
//! Stems are dealt out to [`SHARDS`] by their leading bits, so that threads count and number them without
//! sharing anything and each works in a small part of memory.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Candidate, TAG_WEIGHT, Why, length, rarity, term_rarity};

/// Articles that are kept for one term, those where it weighs most.
const MOST_POSTINGS: usize = 512;

const SHARD_BITS: u32 = 6;
const SHARDS: usize = 1 << SHARD_BITS;

/// Bits of a packed entry that hold the smaller number; the rest holds an article or a term.
const SMALL: u32 = 8;
/// Articles of one language, and terms, beyond which the index does not look.
const MOST: usize = 1 << (32 - SMALL);

/// All articles, ready to be searched.
pub struct Index<'a> {
    pub(super) candidates: &'a [Candidate<'a>],
    pub(super) shelves: Vec<Shelf>,
    /// Shelf and place on it by candidate.
    pub(super) places: Vec<(u32, u32)>,
}

/// The articles of one language, newest first.
pub(super) struct Shelf {
    /// Candidates by place.
    pub(super) members: Vec<u32>,
    /// Dates by place.
    pub(super) days: Vec<Option<i32>>,
    /// Entries of each article by place.
    pub(super) articles: Vec<Article>,
    /// Rarity by term, tags after the stems.
    pub(super) rarities: Vec<u8>,
    /// What the terms are.
    pub(super) names: Vec<Why>,
    /// Articles by term.
    pub(super) postings: Vec<Box<[Posting]>>,
}

/// The vector of one article.
pub(super) struct Article {
    pub(super) entries: Box<[Entry]>,
    pub(super) length: f64,
}

/// A term with its weight in an article, packed; sorts by term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(u32);

impl Entry {
    fn new(term: u32, weight: u8) -> Self {
        Entry(term << SMALL | u32::from(weight))
    }
    pub(super) fn term(self) -> usize {
        (self.0 >> SMALL) as usize
    }
    pub(super) fn weight(self) -> u32 {
        self.0 & 0xff
    }
}

/// An article with the share of its length that a term makes, packed; sorts by share, the greatest first, then
/// by place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(u32);

impl Posting {
    fn new(place: u32, share: u8) -> Self {
        Posting(u32::from(u8::MAX - share) << 24 | place)
    }
    pub(super) fn place(self) -> usize {
        (self.0 & 0x00ff_ffff) as usize
    }
    pub(super) fn share(self) -> u32 {
        255 - (self.0 >> 24)
    }
}

impl<'a> Index<'a> {
    /// Sorts the articles by language and indexes them; linear in their terms.
    pub fn new(candidates: &'a [Candidate<'a>]) -> Self {
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            groups.entry(candidate.group).or_default().push(at as u32);
        }
        let mut places = vec![(0, 0); candidates.len()];
        let mut shelves = Vec::with_capacity(groups.len());
        for mut members in groups.into_values() {
            members.sort_by_key(|&at| std::cmp::Reverse(candidates[at as usize].day));
            members.truncate(MOST);
            for (place, &at) in members.iter().enumerate() {
                places[at as usize] = (shelves.len() as u32, place as u32);
            }
            shelves.push(Shelf::new(candidates, members));
        }
        Index { candidates, shelves, places }
    }

    /// Length of the longest list of postings.
    #[cfg(test)]
    pub(super) fn longest(&self) -> usize {
        self.shelves
            .iter()
            .flat_map(|shelf| &shelf.postings)
            .map(|list| list.len())
            .max()
            .unwrap_or(0)
    }
}

impl Shelf {
    fn new(candidates: &[Candidate<'_>], members: Vec<u32>) -> Self {
        let on_shelf: Vec<&Candidate<'_>> =
            members.iter().map(|&at| &candidates[at as usize]).collect();
        let all = on_shelf.iter().filter(|candidate| candidate.eligible).count();
        let bounds: Vec<[u32; SHARDS + 1]> =
            on_shelf.par_iter().map(|c| shard_bounds(&c.terms.stems)).collect();
        let shards: Vec<Shard> = (0..SHARDS)
            .into_par_iter()
            .map(|shard| Shard::count(&on_shelf, &bounds, shard, all))
            .collect();
        let tags = tag_frequencies(&on_shelf);

        let mut names = Vec::new();
        let mut rarities = Vec::new();
        let mut firsts = Vec::with_capacity(SHARDS);
        for shard in &shards {
            firsts.push(names.len() as u32);
            names.extend(shard.kept.iter().map(|&(stem, _)| Why::Term(stem)));
            rarities.extend(shard.kept.iter().map(|&(_, rarity)| rarity));
        }
        let mut tag_terms = FxHashMap::default();
        for (&tag, &articles) in tags.iter().filter(|&(_, &articles)| articles > 1) {
            tag_terms.insert(tag, names.len() as u32);
            names.push(Why::Tag(tag));
            rarities.push(rarity(articles, all) as u8);
        }
        names.truncate(MOST);
        rarities.truncate(MOST);

        let numbering =
            Numbering { bounds: &bounds, shards: &shards, firsts: &firsts, tags: &tag_terms };
        let articles: Vec<Article> = on_shelf
            .par_iter()
            .enumerate()
            .map_init(Vec::new, |entries, (place, candidate)| {
                numbering.entries(place, candidate, entries);
                Article::new(entries, &rarities)
            })
            .collect();
        let postings = postings(&on_shelf, &articles, &rarities);
        let days = on_shelf.iter().map(|candidate| candidate.day).collect();
        Shelf { members, days, articles, rarities, names, postings }
    }
}

impl Article {
    fn new(entries: &[Entry], rarities: &[u8]) -> Self {
        let square = |entry: &Entry| {
            let weight = u64::from(entry.weight()) * u64::from(rarities[entry.term()]);
            weight * weight
        };
        let squares = entries.iter().map(square).sum();
        Article { entries: entries.into(), length: length(squares) }
    }

    /// What share of the vector's length a term makes, in 512ths, at most 255.
    pub(super) fn share(&self, entry: Entry, rarity: u8) -> u8 {
        let weight = f64::from(entry.weight() * u32::from(rarity));
        (512.0 * weight / self.length + 0.5) as u8
    }
}

/// Where the stems of each shard begin.
fn shard_bounds(stems: &[u32]) -> [u32; SHARDS + 1] {
    let mut bounds = [0; SHARDS + 1];
    for &stem in stems {
        bounds[(stem >> (32 - SHARD_BITS)) as usize + 1] += 1;
    }
    for shard in 0..SHARDS {
        bounds[shard + 1] += bounds[shard];
    }
    bounds
}

/// The stems with the same leading bits.
struct Shard {
    /// Those that can relate articles, ascending, with their rarity.
    kept: Vec<(u32, u8)>,
    /// Their numbers in `kept`.
    numbers: FxHashMap<u32, u32>,
}

impl Shard {
    fn count(
        members: &[&Candidate<'_>],
        bounds: &[[u32; SHARDS + 1]],
        shard: usize,
        all: usize,
    ) -> Self {
        let mut seen: FxHashMap<u32, u32> = FxHashMap::default();
        let mut counts: Vec<(u32, u32)> = Vec::new();
        for (candidate, bounds) in
            members.iter().zip(bounds).filter(|(candidate, _)| candidate.eligible)
        {
            for &stem in &candidate.terms.stems[span(bounds, shard)] {
                let next = counts.len() as u32;
                let at = *seen.entry(stem).or_insert(next);
                if at == next {
                    counts.push((stem, 0));
                }
                counts[at as usize].1 += 1;
            }
        }
        let mut kept: Vec<(u32, u8)> = counts
            .into_iter()
            .map(|(stem, articles)| (stem, term_rarity(articles as usize, all) as u8))
            .filter(|&(_, rarity)| rarity > 0)
            .collect();
        kept.sort_unstable();
        let numbers = kept.iter().zip(0..).map(|(&(stem, _), number)| (stem, number)).collect();
        Shard { kept, numbers }
    }
}

fn span(bounds: &[u32; SHARDS + 1], shard: usize) -> Range<usize> {
    bounds[shard] as usize..bounds[shard + 1] as usize
}

/// How many eligible articles have each tag.
fn tag_frequencies(members: &[&Candidate<'_>]) -> BTreeMap<u32, usize> {
    let mut frequencies = BTreeMap::new();
    for candidate in members.iter().filter(|candidate| candidate.eligible) {
        for (at, tag) in candidate.tags.iter().enumerate() {
            if !candidate.tags[..at].contains(tag) {
                *frequencies.entry(*tag).or_default() += 1;
            }
        }
    }
    frequencies
}

/// From stems and tags to the numbers of terms.
struct Numbering<'a> {
    bounds: &'a [[u32; SHARDS + 1]],
    shards: &'a [Shard],
    firsts: &'a [u32],
    tags: &'a FxHashMap<u32, u32>,
}

impl Numbering<'_> {
    fn entries(&self, place: usize, candidate: &Candidate<'_>, entries: &mut Vec<Entry>) {
        entries.clear();
        let (stems, weights) = (&candidate.terms.stems, &candidate.terms.weights);
        for (number, shard) in self.shards.iter().enumerate() {
            let span = span(&self.bounds[place], number);
            let weights = weights.get(span.clone()).unwrap_or_default();
            for (stem, &weight) in stems[span].iter().zip(weights) {
                if let Some(term) = shard.numbers.get(stem) {
                    self.push(self.firsts[number] + term, weight, entries);
                }
            }
        }
        for tag in candidate.tags {
            if let Some(&term) = self.tags.get(tag) {
                self.push(term, TAG_WEIGHT, entries);
            }
        }
        entries.sort_unstable();
        entries.dedup();
    }

    fn push(&self, term: u32, weight: u8, entries: &mut Vec<Entry>) {
        if (term as usize) < MOST {
            entries.push(Entry::new(term, weight));
        }
    }
}

/// For each term the eligible articles that have it, bounded: stems and tags of an article must be in order.
fn postings(
    members: &[&Candidate<'_>],
    articles: &[Article],
    rarities: &[u8],
) -> Vec<Box<[Posting]>> {
    const PARTS: usize = 16;
    let size = rarities.len().div_ceil(PARTS).max(1);
    let parts: Vec<Vec<Box<[Posting]>>> = rarities
        .par_chunks(size)
        .enumerate()
        .map(|(part, rarities)| {
            let first = part * size;
            let mut lists: Vec<Vec<Posting>> = vec![Vec::new(); rarities.len()];
            let eligible = members
                .iter()
                .zip(articles)
                .zip(0..)
                .filter(|((candidate, _), _)| candidate.eligible);
            for ((_, article), place) in eligible {
                let begin = article.entries.partition_point(|entry| entry.term() < first);
                for &entry in &article.entries[begin..] {
                    let Some(list) = lists.get_mut(entry.term() - first) else { break };
                    list.push(Posting::new(
                        place,
                        article.share(entry, rarities[entry.term() - first]),
                    ));
                }
            }
            lists.into_iter().map(strongest).collect()
        })
        .collect();
    parts.into_iter().flatten().collect()
}

/// The postings with the greatest shares.
fn strongest(mut list: Vec<Posting>) -> Box<[Posting]> {
    if list.len() > MOST_POSTINGS {
        list.select_nth_unstable(MOST_POSTINGS);
        list.truncate(MOST_POSTINGS);
        list.sort_unstable();
    }
    list.into_boxed_slice()
}
