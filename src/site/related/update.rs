//! Ranking again after an edit: only what the edit can have changed is searched again.
//!
//! Gives exactly what a new ranking gives. An article is *touched* when its vector may be another: its text or
//! its tags changed, or one of its terms became rarer or more common by a step. A list is *dirty* when a touched
//! article changed its share in it, came or went. What a search reads depends on its article alone
//! ([`State::arrange`]), so an article that is not touched finds something else only when one of those that moved
//! crosses the least sum that was compared, or is compared already and scores otherwise. Both are tested for the
//! moved articles alone ([`super::reverse`]); in doubt the article is searched for again.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::index::Named;
use super::reverse::Reverse;
use super::state::{
    Entry, Facts, Limits, MOST, NONE, Posting, State, day, order, stems, tag_sum, tags,
};
use super::{Candidate, Related, TAG_WEIGHT};
use crate::content::terms::Terms;

/// What [`update`] gives.
#[derive(Debug)]
pub struct Update {
    /// The list of each candidate.
    pub lists: Vec<Vec<Related>>,
    /// The state for the next time, if it is another than the previous one.
    pub state: Option<State>,
    /// How many articles were searched for again.
    pub searched: usize,
}

/// Ranks again. A candidate without terms (`None`) is one of `previous`, by its key, with the terms that it had
/// there. Keys must differ. Gives `None` if `previous` does not know such a candidate: then call it again
/// with the terms of all, or [`State::rank`]. Takes time in proportion to the number of candidates, but little,
/// and to what changed.
pub fn update(previous: &State, candidates: &[Candidate<'_>], count: usize) -> Option<Update> {
    update_within(previous, candidates, count, Limits::default())
}

/// [`update`] with other limits.
pub(super) fn update_within(
    previous: &State,
    candidates: &[Candidate<'_>],
    count: usize,
    limits: Limits,
) -> Option<Update> {
    if count == 0 {
        let lists = vec![Vec::new(); candidates.len()];
        return Some(Update { lists, state: Some(State::default()), searched: 0 });
    }
    let known: FxHashMap<u128, u32> = previous.keys.iter().copied().zip(0..).collect();
    let order = order(candidates);
    let count = count.min(limits.compared as usize);
    let matched = Matched::new(previous, candidates, &order, &known)?;
    let is_like = previous.limits == limits
        && previous.count as usize == count
        && previous.names.len() + candidates.len() < MOST
        && order.len() == candidates.len();
    if is_like && matched.is_nothing() {
        let lists = previous.lists(&order, candidates.len());
        return Some(Update { lists, state: None, searched: 0 });
    }
    let changed = if is_like { Changed::new(previous, candidates, &order, matched) } else { None };
    let Some(changed) = changed else {
        return Some(anew(previous, candidates, &known, count, limits));
    };
    let (state, searched) = changed.finish();
    let lists = state.lists(&order, candidates.len());
    Some(Update { lists, state: Some(state), searched })
}

/// A new ranking, with the terms that `previous` has for those who come without.
fn anew(
    previous: &State,
    candidates: &[Candidate<'_>],
    known: &FxHashMap<u128, u32>,
    count: usize,
    limits: Limits,
) -> Update {
    let terms: Vec<Option<Terms>> = candidates
        .par_iter()
        .map(|candidate| match candidate.terms {
            None => known.get(&candidate.key).map(|&place| previous.terms(place as usize)),
            Some(_) => None,
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = candidates
        .iter()
        .zip(&terms)
        .map(|(candidate, terms)| Candidate {
            terms: candidate.terms.or(terms.as_ref()),
            ..*candidate
        })
        .collect();
    let (lists, state) = State::rank_within(&candidates, count, limits);
    Update { lists, state: Some(state), searched: candidates.len() }
}

/// Which article of the previous state each of the new places is.
struct Matched {
    /// The previous place of each new one; [`NONE`] for an article that is new to the others: it has another date,
    /// language or eligibility, or was not there.
    old: Vec<u32>,
    /// The previous place that an article's terms come from, if it brings none.
    source: Vec<u32>,
    /// Whether the vector of an article is to be made anew.
    is_changed: Vec<bool>,
    /// The new place of each previous one, or [`NONE`].
    new: Vec<u32>,
}

impl Matched {
    fn new(
        previous: &State,
        candidates: &[Candidate<'_>],
        order: &[u32],
        known: &FxHashMap<u128, u32>,
    ) -> Option<Self> {
        let mut matched = Matched {
            old: Vec::with_capacity(order.len()),
            source: Vec::with_capacity(order.len()),
            is_changed: Vec::with_capacity(order.len()),
            new: vec![NONE; previous.len()],
        };
        for (place, &at) in order.iter().enumerate() {
            let candidate = &candidates[at as usize];
            let source = known.get(&candidate.key).copied();
            if source.is_none() && candidate.terms.is_none() {
                return None;
            }
            let is_same = |&old: &u32| {
                let old = old as usize;
                previous.groups[old] == candidate.group
                    && previous.days[old] == day(candidate)
                    && (previous.eligible[old] > 0) == candidate.eligible
                    && matched.new[old] == NONE
            };
            let old = source.filter(is_same);
            let has_tags = |old: u32| previous.tag_sums[old as usize] == tag_sum(candidate);
            matched.is_changed.push(candidate.terms.is_some() || !old.is_some_and(has_tags));
            matched.source.push(source.unwrap_or(NONE));
            matched.old.push(old.unwrap_or(NONE));
            if let Some(old) = old {
                matched.new[old as usize] = place as u32;
            }
        }
        Some(matched)
    }

    /// Whether every article is what it was, where it was.
    fn is_nothing(&self) -> bool {
        let is_itself = |(place, &old): (u32, &u32)| place == old;
        self.old.len() == self.new.len()
            && (0..).zip(&self.old).all(is_itself)
            && !self.is_changed.contains(&true)
    }
}

/// A term of an article before it has a number: name, kind, weight, whether the article can name it.
type Name = (u64, u32, u8, bool);

/// An update under way: the new state up to its lists, and what moved.
struct Changed<'a> {
    previous: &'a State,
    matched: Matched,
    state: State,
    /// By place: whether the vector may be another.
    touched: Vec<bool>,
    /// By place: whether its part in any list may be another.
    moved: Vec<bool>,
}

impl<'a> Changed<'a> {
    /// Gives `None` where a new ranking is simpler.
    fn new(
        previous: &'a State,
        candidates: &[Candidate<'_>],
        order: &[u32],
        matched: Matched,
    ) -> Option<Self> {
        let stay = matched.old.iter().filter(|&&old| old != NONE);
        if !stay.is_sorted() {
            return None;
        }
        let members: Vec<&Candidate<'_>> =
            order.iter().map(|&at| &candidates[at as usize]).collect();
        let state = State {
            names: previous.names.clone(),
            kinds: previous.kinds.clone(),
            frequencies: previous.frequencies.clone(),
            rarities: previous.rarities.clone(),
            ..State::of(candidates, order, previous.count, previous.limits)
        };
        let touched = matched.is_changed.clone();
        let moved = touched.clone();
        let mut changed = Changed { previous, matched, state, touched, moved };
        let made = changed.entries(&members)?;
        let stepped = changed.count(&made)?;
        changed.touch(&stepped)?;
        changed.fill(made);
        let dirty = changed.dirty(stepped);
        changed.post(&dirty);
        Some(changed)
    }

    /// The entries of the changed articles in order of their names; new terms get numbers.
    fn entries(&mut self, members: &[&Candidate<'_>]) -> Option<FxHashMap<u32, Vec<Entry>>> {
        let mut wanted: FxHashMap<(u64, u32), u32> = FxHashMap::default();
        let mut named: Vec<(u32, Vec<Name>)> = Vec::new();
        for (place, member) in members.iter().enumerate().filter(|(at, _)| self.touched[*at]) {
            let names = self.names_of(place, member);
            wanted.extend(names.iter().map(|&(name, kind, ..)| ((name, kind), NONE)));
            named.push((place as u32, names));
        }
        if named.len() * 4 > members.len() + 64 {
            return None;
        }
        for (term, name) in
            self.state.names.iter().copied().zip(self.state.kinds.iter().copied()).enumerate()
        {
            if let Some(number) = wanted.get_mut(&name) {
                *number = term as u32;
            }
        }
        let mut made = FxHashMap::default();
        for (place, names) in named {
            let mut entries = Vec::with_capacity(names.len());
            for (name, kind, weight, is_named) in names {
                let number = wanted.entry((name, kind)).or_insert(NONE);
                if *number == NONE {
                    *number = self.state.names.len() as u32;
                    self.state.names.push(name);
                    self.state.kinds.push(kind);
                    self.state.frequencies.push(0);
                    self.state.rarities.push(0);
                }
                entries.push(Entry::new(*number, weight, is_named));
            }
            made.insert(place, entries);
        }
        // Terms that nobody has any more keep their numbers; once in a while they are all given anew.
        let used = self.state.frequencies.iter().filter(|&&frequency| frequency > 0).count();
        let is_tidy = self.state.names.len() < 2 * used + 4096 && self.state.names.len() < MOST;
        is_tidy.then_some(made)
    }

    /// The terms of an article in order of their names.
    fn names_of(&self, place: usize, member: &Candidate<'_>) -> Vec<Name> {
        let own;
        let mut member = *member;
        if member.terms.is_none() {
            own = self.previous.terms(self.matched.source[place] as usize);
            member.terms = Some(&own);
        }
        let kind = member.group << 1;
        let (stems, weights) = stems(&member);
        let mut named = Named::new(&member);
        let mut names: Vec<Name> = stems
            .iter()
            .zip(weights)
            .map(|(&stem, &weight)| (u64::from(stem), kind, weight, named.has(stem)))
            .collect();
        names.extend(tags(&member).into_iter().map(|tag| (tag, kind | 1, TAG_WEIGHT, true)));
        names
    }

    /// Counts who came and went: the terms whose rarity is another now.
    fn count(&mut self, made: &FxHashMap<u32, Vec<Entry>>) -> Option<Vec<bool>> {
        let mut counted = vec![false; self.state.names.len()];
        for old in (0..self.previous.len()).filter(|&old| self.previous.eligible[old] > 0) {
            let new = self.matched.new[old];
            if new == NONE || self.touched[new as usize] {
                for entry in self.previous.entries(old) {
                    let frequency = &mut self.state.frequencies[entry.term()];
                    *frequency = frequency.saturating_sub(1);
                    counted[entry.term()] = true;
                }
            }
        }
        for place in (0..self.state.len()).filter(|&place| self.state.eligible[place] > 0) {
            if let Some(entries) = made.get(&(place as u32)) {
                for entry in entries {
                    let frequency = &mut self.state.frequencies[entry.term()];
                    *frequency = frequency.saturating_add(1);
                    counted[entry.term()] = true;
                }
            }
        }
        let (before, all) = (self.previous.eligible(), self.state.eligible());
        let step = |all: &[(u32, usize)], group: u32| {
            let found = all.iter().find(|(other, _)| *other == group);
            found.map(|(_, all)| all.checked_ilog2())
        };
        let is_same = |&(group, _): &(u32, usize)| {
            step(&before, group).is_none_or(|before| Some(before) == step(&all, group))
        };
        if !all.iter().all(is_same) {
            return None;
        }
        let all: FxHashMap<u32, usize> = all.into_iter().collect();
        let mut stepped = counted;
        for (term, stepped) in stepped.iter_mut().enumerate().filter(|(_, counted)| **counted) {
            let kind = self.state.kinds[term];
            let all = all.get(&(kind >> 1)).copied().unwrap_or(0);
            let rarity = State::rarity(kind, self.state.frequencies[term], all);
            *stepped = rarity != self.state.rarities[term];
            self.state.rarities[term] = rarity;
        }
        Some(stepped)
    }

    /// Finds the articles with a term whose rarity is another.
    fn touch(&mut self, stepped: &[bool]) -> Option<()> {
        if stepped.contains(&true) {
            let (previous, old) = (self.previous, &self.matched.old);
            self.touched.par_iter_mut().zip(old).with_min_len(256).for_each(|(touched, &old)| {
                let has_stepped =
                    || previous.entries(old as usize).iter().any(|e| stepped[e.term()]);
                *touched = *touched || has_stepped();
            });
        }
        let touched = self.touched.iter().filter(|&&touched| touched).count();
        (touched * 3 <= self.touched.len() + 64).then_some(())
    }

    /// Puts the entries of all articles together.
    fn fill(&mut self, mut made: FxHashMap<u32, Vec<Entry>>) {
        let all: FxHashMap<u32, usize> = self.state.eligible().into_iter().collect();
        let mut entries = Vec::with_capacity(self.previous.entries.len() + 1024);
        for place in 0..self.state.len() {
            let (old, start) = (self.matched.old[place] as usize, entries.len());
            if !self.touched[place] {
                entries.extend_from_slice(self.previous.entries(old));
                let facts = Facts {
                    active: self.previous.active[old],
                    reads: self.previous.reads[old],
                    squares: self.previous.squares[old],
                };
                self.state.add(entries.len() - start, facts);
                continue;
            }
            let mut own = made.remove(&(place as u32)).unwrap_or_else(|| {
                let mut own = self.previous.entries(old).to_vec();
                own.sort_unstable_by_key(|entry| {
                    (self.state.kinds[entry.term()], self.state.names[entry.term()])
                });
                own
            });
            let all = all.get(&self.state.groups[place]).copied().unwrap_or(0);
            let facts = self.state.arrange(&mut own, all);
            entries.extend(own);
            self.state.add(entries.len() - start, facts);
        }
        self.state.entries = entries;
    }

    /// The terms whose lists are to be made anew.
    fn dirty(&self, stepped: Vec<bool>) -> Vec<bool> {
        let mut dirty = stepped;
        for old in 0..self.previous.len() {
            let after = match self.matched.new[old] {
                NONE => Vec::new(),
                new if self.touched[new as usize] => shares(&self.state, new as usize),
                _ => continue,
            };
            differing(shares(self.previous, old), after).for_each(|term| dirty[term] = true);
        }
        for place in (0..self.state.len()).filter(|&place| self.matched.old[place] == NONE) {
            shares(&self.state, place).into_iter().for_each(|(term, _)| dirty[term] = true);
        }
        dirty
    }

    /// Makes the lists, and finds the articles that came into one or fell out of it.
    fn post(&mut self, dirty: &[bool]) {
        let (previous, new) = (self.previous, &self.matched.new);
        let old = |term: usize, postings: &mut Vec<Posting>| {
            if term < previous.names.len() {
                // Who is not there any more made the list dirty.
                let stay = previous.list(term).iter().filter(|p| new[p.place()] != NONE);
                postings.extend(stay.map(|p| Posting::new(new[p.place()], p.share() as u8)));
            }
        };
        self.state.post(dirty, old);
        self.moved.clone_from(&self.touched);
        let most = self.state.limits.list as usize;
        let mut before = Vec::new();
        for term in (0..dirty.len()).filter(|&term| dirty[term]) {
            before.clear();
            old(term, &mut before);
            let after = self.state.list(term);
            // Of a list with room only the touched ones can have moved.
            if before.len() < most && after.len() < most {
                continue;
            }
            let plain = |list: &[Posting]| list.iter().map(|p| (p.place(), p.share())).collect();
            differing(plain(&before), plain(after)).for_each(|place| self.moved[place] = true);
        }
    }

    /// Searches again where it can make a difference: the whole state, and how many were searched for.
    fn finish(mut self) -> (State, usize) {
        let (previous, new) = (self.previous, &self.matched.new);
        let mut again = self.touched.clone();
        let mut members: Vec<(u32, u32)> = Vec::new();
        for (place, again) in again.iter_mut().enumerate().filter(|(_, again)| !**again) {
            for &other in previous.compared(self.matched.old[place] as usize) {
                match new[other as usize] {
                    NONE => *again = true,
                    other if self.moved[other as usize] => members.push((other, place as u32)),
                    _ => {}
                }
            }
        }
        members.sort_unstable();
        let reverse = Reverse::new(&self.state, previous, &self.matched.old, &again, &self.moved);
        let moved: Vec<u32> =
            (0..self.state.len() as u32).filter(|&place| self.moved[place as usize]).collect();
        let found: Vec<u32> = moved
            .par_iter()
            .map_init(Default::default, |work, &place| {
                let from = members.partition_point(|&(other, _)| other < place);
                let to = members.partition_point(|&(other, _)| other <= place);
                reverse.find(work, place as usize, &members[from..to], self.touched[place as usize])
            })
            .flatten_iter()
            .collect();
        for place in found {
            again[place as usize] = true;
        }
        let places: Vec<u32> =
            (0..self.state.len() as u32).filter(|&place| again[place as usize]).collect();
        let mut found = self.state.search(&places).into_iter();
        for (&again, &old) in again.iter().zip(&self.matched.old) {
            match if again { found.next() } else { None } {
                Some(found) => found.add_to(&mut self.state),
                None => keep(previous, old as usize, new, &mut self.state),
            }
        }
        (self.state, places.len())
    }
}

/// Notes what was found before for an article, in the present places.
fn keep(previous: &State, old: usize, new: &[u32], state: &mut State) {
    let compared = previous.compared(old).iter().map(|&other| new[other as usize]);
    let relations = previous.relations(old).iter().map(|relation| {
        let mut relation = *relation;
        relation[0] = new[relation[0] as usize];
        relation
    });
    state.add_outcome(previous.least[old], compared, relations);
}

/// What an article brings into the lists: terms with its share, in order of the terms.
fn shares(state: &State, place: usize) -> Vec<(usize, u32)> {
    if state.eligible[place] == 0 {
        return Vec::new();
    }
    let share = |&entry: &Entry| (entry.term(), u32::from(state.share(place, entry)));
    let mut shares: Vec<(usize, u32)> = state.active(place).iter().map(share).collect();
    shares.sort_unstable();
    shares
}

/// The first halves of what is only in one of two sorted lists.
fn differing(a: Vec<(usize, u32)>, b: Vec<(usize, u32)>) -> impl Iterator<Item = usize> {
    let mut both = a;
    both.extend(b);
    both.sort_unstable();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at + 1 < both.len() && both[at] == both[at + 1] {
            at += 2;
        }
        let found = both.get(at).map(|&(first, _)| first);
        at += 1;
        found
    })
}
