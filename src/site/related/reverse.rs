//! The other way round: to whom a moved article has become, or ceased to be, of interest.
//!
//! Takes an article whose part in the lists may be another, adds up its shares over those who read the lists, and
//! compares the sums with the least that each of them compared.

use super::search::{Factors, part};
use super::state::{NONE, RELATION, State, span};
use super::{LEAST_SCORE, recency};

/// The articles that are not searched for again anyway, by the terms whose lists they read.
pub(super) struct Reverse<'a> {
    state: &'a State,
    previous: &'a State,
    /// The previous place of each article.
    old: &'a [u32],
    again: &'a [bool],
    starts: Vec<u32>,
    /// Places with their shares.
    readers: Vec<(u32, u8)>,
}

/// The working memory; everything is zero outside of a search.
#[derive(Default)]
pub(super) struct Work {
    sums: Vec<u16>,
    touched: Vec<u32>,
    is_member: Vec<bool>,
    factors: Factors,
}

impl<'a> Reverse<'a> {
    /// Notes who reads the lists of the `moved` articles, of those who are not searched for `again` anyway.
    pub(super) fn new(
        state: &'a State,
        previous: &'a State,
        old: &'a [u32],
        again: &'a [bool],
        moved: &[bool],
    ) -> Self {
        let mut starts = vec![0; state.names.len() + 1];
        let mut wanted = vec![false; state.names.len()];
        for place in (0..state.len()).filter(|&place| moved[place]) {
            state.active(place).iter().for_each(|entry| wanted[entry.term()] = true);
        }
        let others = || (0..state.len()).filter(|&place| !again[place]);
        for place in others() {
            for entry in state.reads(place).iter().filter(|entry| wanted[entry.term()]) {
                starts[entry.term() + 1] += 1;
            }
        }
        for term in 0..state.names.len() {
            starts[term + 1] += starts[term];
        }
        let mut next = starts.clone();
        let mut readers = vec![(0, 0); starts.last().map_or(0, |&end| end as usize)];
        for place in others() {
            for &entry in state.reads(place).iter().filter(|entry| wanted[entry.term()]) {
                let at = &mut next[entry.term()];
                readers[*at as usize] = (place as u32, state.share(place, entry));
                *at += 1;
            }
        }
        Reverse { state, previous, old, again, starts, readers }
    }

    /// The articles to be searched for again because of the one in `place`. `members` are those that compared it
    /// before (second halves); `is_touched` says whether its vector is another.
    pub(super) fn find(
        &self,
        work: &mut Work,
        place: usize,
        members: &[(u32, u32)],
        is_touched: bool,
    ) -> Vec<u32> {
        let state = self.state;
        work.sums.resize(state.len(), 0);
        work.is_member.resize(state.len(), false);
        self.read(work, place);
        let mut found = Vec::new();
        if is_touched {
            work.factors.set(state, place);
        }
        for &(_, reader) in members {
            work.is_member[reader as usize] = true;
            let sum = self.sum(work, reader as usize, place);
            if sum == 0
                || sum <= self.least(reader as usize)
                || is_touched && self.scores(work, reader as usize, place)
            {
                found.push(reader);
            }
        }
        for &reader in &work.touched {
            let sum = self.sum(work, reader as usize, place);
            if !work.is_member[reader as usize] && sum >= self.least(reader as usize) {
                found.push(reader);
            }
        }
        if is_touched {
            work.factors.clear(state, place);
        }
        members.iter().for_each(|&(_, reader)| work.is_member[reader as usize] = false);
        work.touched.drain(..).for_each(|reader| work.sums[reader as usize] = 0);
        found.retain(|&reader| !self.again[reader as usize]);
        found
    }

    /// Adds up the shares of an article over those who read its lists.
    fn read(&self, work: &mut Work, place: usize) {
        let state = self.state;
        if state.eligible[place] == 0 {
            return;
        }
        for &entry in state.active(place) {
            let list = state.list(entry.term());
            let is_cut = list.len() >= state.limits.list as usize;
            if is_cut && list.binary_search_by_key(&place, |posting| posting.place()).is_err() {
                continue;
            }
            let share = u32::from(state.share(place, entry));
            for &(reader, own) in &self.readers[span(&self.starts, entry.term())] {
                if reader as usize != place {
                    let sum = &mut work.sums[reader as usize];
                    if *sum == 0 {
                        work.touched.push(reader);
                    }
                    *sum = sum.wrapping_add(part(u32::from(own), share));
                }
            }
        }
    }

    fn sum(&self, work: &Work, reader: usize, place: usize) -> u32 {
        let recency = recency(self.state.day(reader), self.state.day(place));
        u32::from(work.sums[reader]) * recency
    }

    fn least(&self, reader: usize) -> u32 {
        self.previous.least[self.old[reader] as usize]
    }

    /// Whether the score of the article in `place` can change the list of one that compared it.
    fn scores(&self, work: &Work, reader: usize, place: usize) -> bool {
        let old = self.old[reader] as usize;
        let relations = self.previous.relations(old);
        let was = self.old[place];
        if was != NONE && relations.iter().any(|relation: &[u32; RELATION]| relation[0] == was) {
            return true;
        }
        let score = work.factors.score_for(self.state, reader, place);
        let last = match relations.get((self.state.count as usize).saturating_sub(1)) {
            Some(last) => last[1] as u16,
            None => LEAST_SCORE,
        };
        score >= last
    }
}
