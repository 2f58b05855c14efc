//! A new state: for each article its terms, for each term the articles where it is strongest.
//!
//! Stems are dealt out to [`SHARDS`] by their leading bits, so that threads count and number them without
//! sharing anything and each works in a small part of memory.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Candidate;
use super::state::{Entry, Facts, Limits, MOST, Posting, State, stems, tags};

const SHARD_BITS: u32 = 6;
const SHARDS: usize = 1 << SHARD_BITS;

/// Articles that one piece of parallel work takes on.
const PIECE: usize = 64;

impl State {
    /// Indexes the candidates in the order of their places; no lists yet. Linear in their terms.
    pub(super) fn index(
        candidates: &[Candidate<'_>],
        order: &[u32],
        count: u32,
        limits: Limits,
    ) -> Self {
        let members: Vec<&Candidate<'_>> =
            order.iter().map(|&at| &candidates[at as usize]).collect();
        let mut state = State::of(candidates, order, count, limits);
        let stock = Stock::new(&members);
        let mut shards: Vec<Shard> =
            (0..SHARDS).into_par_iter().map(|shard| Shard::count(&stock, shard)).collect();
        let mut firsts = Vec::with_capacity(SHARDS);
        for shard in &mut shards {
            firsts.push(state.names.len() as u32);
            state.names.extend(std::mem::take(&mut shard.names).into_iter().map(u64::from));
            state.kinds.append(&mut shard.kinds);
            state.frequencies.append(&mut shard.frequencies);
        }
        let tag_terms = number_tags(&members, &mut state);
        let all: BTreeMap<u32, usize> = state.eligible().into_iter().collect();
        let rarity = |(&kind, &frequency): (&u32, &u32)| {
            State::rarity(kind, frequency, all.get(&(kind >> 1)).copied().unwrap_or(0))
        };
        state.rarities = state.kinds.iter().zip(&state.frequencies).map(rarity).collect();
        // Beyond this no entry has room for a number.
        for rarity in state.rarities.iter_mut().skip(MOST) {
            *rarity = 0;
        }
        let numbering =
            Numbering { stock: &stock, shards: &shards, firsts: &firsts, tags: &tag_terms };
        numbering.fill(&mut state, &all);
        drop((shards, stock));
        let wanted: Vec<bool> = state.rarities.iter().map(|&rarity| rarity > 0).collect();
        state.post(&wanted, |_, _| ());
        state
    }

    /// Makes the lists of the `wanted` terms anew; `old` adds those of the others.
    pub(super) fn post(&mut self, wanted: &[bool], old: impl Fn(usize, &mut Vec<Posting>)) {
        /// Pieces of parallel work; each looks at all articles.
        const PIECES: usize = 8;
        let mut numbers = vec![0u32; wanted.len()];
        let mut count = 0;
        for (number, _) in numbers.iter_mut().zip(wanted).filter(|(_, is)| **is) {
            count += 1;
            *number = count;
        }
        let size = count.div_ceil(PIECES as u32).max(512);
        let made: Vec<Vec<Posting>> = (0..count.div_ceil(size))
            .into_par_iter()
            .flat_map_iter(|piece| self.collect(&numbers, piece * size, size))
            .collect();
        let mut postings = Vec::with_capacity(self.postings.len());
        let mut starts = Vec::with_capacity(wanted.len() + 1);
        starts.push(0);
        for (term, &number) in numbers.iter().enumerate() {
            match number {
                0 => old(term, &mut postings),
                number => postings.extend_from_slice(&made[number as usize - 1]),
            }
            starts.push(postings.len() as u32);
        }
        self.postings = postings;
        self.list_starts = starts;
    }

    /// The lists of the terms that have the numbers from `first` + 1 on.
    fn collect(&self, numbers: &[u32], first: u32, size: u32) -> Vec<Vec<Posting>> {
        let mut lists: Vec<Vec<Posting>> = vec![Vec::new(); size as usize];
        for place in (0..self.len()).filter(|&place| self.eligible[place] > 0) {
            for &entry in self.active(place) {
                let number = numbers[entry.term()].wrapping_sub(first + 1);
                if let Some(list) = lists.get_mut(number as usize) {
                    list.push(Posting::new(place as u32, self.share(place, entry)));
                }
            }
        }
        for list in &mut lists {
            let most = self.limits.list as usize;
            if list.len() > most {
                list.select_nth_unstable_by_key(most, |p| (255 - p.share(), p.place()));
                list.truncate(most);
                list.sort_unstable();
            }
        }
        lists
    }
}

/// The stems of all articles, dealt out.
struct Stock<'a> {
    members: &'a [&'a Candidate<'a>],
    stems: Vec<(&'a [u32], &'a [u8])>,
    bounds: Vec<[u32; SHARDS + 1]>,
}

impl<'a> Stock<'a> {
    fn new(members: &'a [&'a Candidate<'a>]) -> Self {
        let stems: Vec<_> = members.par_iter().map(|member| stems(member)).collect();
        let bounds = stems.par_iter().map(|(stems, _)| shard_bounds(stems)).collect();
        Stock { members, stems, bounds }
    }

    fn span(&self, place: usize, shard: usize) -> Range<usize> {
        self.bounds[place][shard] as usize..self.bounds[place][shard + 1] as usize
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
    /// The different stems, by group and each ascending.
    names: Vec<u32>,
    kinds: Vec<u32>,
    frequencies: Vec<u32>,
    /// The number of each stem of each article, article by article.
    numbers: Vec<u32>,
    /// Where the articles begin in `numbers`.
    firsts: Vec<u32>,
}

impl Shard {
    fn count(stock: &Stock<'_>, shard: usize) -> Self {
        let mut keys: Vec<u64> = Vec::new();
        let mut firsts = Vec::with_capacity(stock.members.len());
        let mut groups: Vec<(u32, usize)> = Vec::new();
        for (place, member) in stock.members.iter().enumerate() {
            if groups.last().is_none_or(|&(group, _)| group != member.group) {
                groups.push((member.group, keys.len()));
            }
            firsts.push(keys.len() as u32);
            for &stem in &stock.stems[place].0[stock.span(place, shard)] {
                // An article that is not eligible has its stems numbered, but not counted.
                let item = (keys.len() as u64) << 1 | u64::from(member.eligible);
                keys.push(u64::from(stem) << 32 | item);
            }
        }
        let numbers = vec![0; keys.len()];
        let (names, kinds, frequencies) = (Vec::new(), Vec::new(), Vec::new());
        let mut counted = Shard { names, kinds, frequencies, numbers, firsts };
        let mut start = 0;
        for (at, &(group, _)) in groups.iter().enumerate() {
            let end = groups.get(at + 1).map_or(keys.len(), |&(_, end)| end);
            counted.number(group, &mut keys[start..end]);
            start = end;
        }
        counted
    }

    fn number(&mut self, group: u32, keys: &mut [u64]) {
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a >> 32 == b >> 32) {
            let number = self.names.len() as u32;
            self.names.push((same[0] >> 32) as u32);
            self.kinds.push(group << 1);
            self.frequencies.push(same.iter().map(|&key| key as u32 & 1).sum());
            for &key in same {
                self.numbers[(key as u32 >> 1) as usize] = number;
            }
        }
    }
}

/// Gives the tags numbers after the stems.
fn number_tags(members: &[&Candidate<'_>], state: &mut State) -> FxHashMap<(u32, u64), u32> {
    let mut frequencies: BTreeMap<(u32, u64), u32> = BTreeMap::new();
    for member in members {
        for tag in tags(member) {
            *frequencies.entry((member.group, tag)).or_default() += u32::from(member.eligible);
        }
    }
    let mut numbers = FxHashMap::default();
    for ((group, tag), frequency) in frequencies {
        numbers.insert((group, tag), state.names.len() as u32);
        state.names.push(tag);
        state.kinds.push(group << 1 | 1);
        state.frequencies.push(frequency);
    }
    numbers
}

/// The entries of some articles, and of each how many they are and what they amount to.
type Piece = (Vec<Entry>, Vec<(usize, Facts)>);

/// From stems and tags to the numbers of terms.
struct Numbering<'a> {
    stock: &'a Stock<'a>,
    shards: &'a [Shard],
    firsts: &'a [u32],
    tags: &'a FxHashMap<(u32, u64), u32>,
}

impl Numbering<'_> {
    /// Makes the entries of all articles.
    fn fill(&self, state: &mut State, all: &BTreeMap<u32, usize>) {
        let pieces: Vec<Piece> = (0..state.len().div_ceil(PIECE))
            .into_par_iter()
            .map(|piece| {
                let mut entries = Vec::new();
                let end = state.len().min((piece + 1) * PIECE);
                let facts = (piece * PIECE..end).map(|place| {
                    let start = entries.len();
                    self.entries(place, &mut entries);
                    let all = all.get(&state.groups[place]).copied().unwrap_or(0);
                    let facts = state.arrange(&mut entries[start..], all);
                    (entries.len() - start, facts)
                });
                let facts = facts.collect();
                (entries, facts)
            })
            .collect();
        state.entries.reserve_exact(pieces.iter().map(|(entries, _)| entries.len()).sum());
        for (entries, facts) in pieces {
            state.entries.extend(entries);
            for (length, facts) in facts {
                state.add(length, facts);
            }
        }
    }

    /// Adds the entries of an article: stems, then tags, each ascending.
    fn entries(&self, place: usize, entries: &mut Vec<Entry>) {
        let member = self.stock.members[place];
        let (stems, weights) = self.stock.stems[place];
        let mut named = Named::new(member);
        for (number, shard) in self.shards.iter().enumerate() {
            let span = self.stock.span(place, number);
            let numbers = &shard.numbers[shard.firsts[place] as usize..];
            for (at, &term) in span.zip(numbers) {
                let term = self.firsts[number] + term;
                if (term as usize) < MOST {
                    entries.push(Entry::new(term, weights[at], named.has(stems[at])));
                }
            }
        }
        for tag in tags(member) {
            match self.tags.get(&(member.group, tag)) {
                Some(&term) if (term as usize) < MOST => {
                    entries.push(Entry::new(term, super::TAG_WEIGHT, true));
                }
                _ => {}
            }
        }
    }
}

impl State {
    /// Notes where the entries of the next article end and what they amount to.
    pub(super) fn add(&mut self, length: usize, facts: Facts) {
        let start = self.starts.last().copied().unwrap_or(0);
        self.starts.push(start + length as u32);
        self.active.push(facts.active);
        self.reads.push(facts.reads);
        self.squares.push(facts.squares);
    }
}

/// Tells which of an article's stems it can name; asked in ascending order.
pub(super) struct Named<'a>(&'a [u32]);

impl<'a> Named<'a> {
    pub(super) fn new(candidate: &Candidate<'a>) -> Self {
        Named(candidate.terms.map_or(&[], |terms| &terms.named))
    }

    pub(super) fn has(&mut self, stem: u32) -> bool {
        while let Some((&first, rest)) = self.0.split_first()
            && first < stem
        {
            self.0 = rest;
        }
        self.0.first() == Some(&stem)
    }
}
