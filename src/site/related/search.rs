//! One search: the articles related to a given one.
//!
//! First the postings of the article's strongest terms are added up, up to a fixed amount of work; then the
//! most promising articles are compared term by term, as the definition says.

use super::index::{Article, Index, Shelf};
use super::{LEAST_SCORE, MOST_REASONS, Related, Why, recency, score};

/// Postings that one search reads, give or take one list.
const MOST_READ: usize = 8_000;

/// Articles that are compared term by term.
const COMPARED: usize = 48;

/// The working memory of a search; one for each thread, kept for many searches.
#[derive(Default)]
pub struct Search {
    /// Likeness by place as far as it is known, 2^15 for equal articles; zero outside a search. Small numbers,
    /// because this is where a search spends its time, waiting for memory.
    sums: Vec<u16>,
    /// Places whose sum is not zero.
    touched: Vec<u32>,
    /// What an article's weight in a term is multiplied with; zero outside the article that is searched for.
    factors: Vec<u32>,
    order: Vec<u64>,
    promising: Vec<u64>,
}

impl Search {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// The list of the candidate `at`, best first, at most `count` long.
    pub fn related(&mut self, index: &Index<'_>, at: usize, count: usize) -> Vec<Related> {
        let Some(&(shelf, place)) = index.places.get(at) else {
            return Vec::new();
        };
        let shelf = &index.shelves[shelf as usize];
        let (this, place) = (&shelf.articles[place as usize], place as usize);
        self.sums.resize(self.sums.len().max(shelf.articles.len()), 0);
        self.touched.resize(self.sums.len() + 1, 0);
        self.factors.resize(self.factors.len().max(shelf.rarities.len()), 0);

        let touched = self.read(shelf, this);
        self.choose(shelf, place, touched);
        for entry in &this.entries {
            let rarity = u32::from(shelf.rarities[entry.term()]);
            self.factors[entry.term()] = entry.weight() * rarity * rarity;
        }
        let mut list = self.compare(shelf, place);
        list.truncate(count);
        let list = list
            .into_iter()
            .map(|(other, score)| Related {
                index: shelf.members[other],
                score,
                why: self.reasons(index, shelf, place, other),
            })
            .collect();
        for entry in &this.entries {
            self.factors[entry.term()] = 0;
        }
        list
    }

    /// Adds up the postings of the strongest terms; gives the number of places that were touched.
    fn read(&mut self, shelf: &Shelf, this: &Article) -> usize {
        self.order.clear();
        self.order.extend(this.entries.iter().map(|&entry| {
            let share = this.share(entry, shelf.rarities[entry.term()]);
            u64::from(share) << 32 | entry.term() as u64
        }));
        self.order.sort_unstable_by(|a, b| b.cmp(a));
        let mut read = 0;
        let mut touched = 0;
        for &key in &self.order {
            let (share, term) = ((key >> 32) as u32, key as u32 as usize);
            let list = &shelf.postings[term];
            for posting in list {
                // Written each time, kept if it is new: a branch here would be guessed wrong half the time.
                self.touched[touched] = posting.place() as u32;
                let sum = &mut self.sums[posting.place()];
                touched += usize::from(*sum == 0);
                *sum = sum.saturating_add(((share * posting.share() + 4) >> 3).max(1) as u16);
            }
            read += list.len();
            if read > MOST_READ {
                break;
            }
        }
        touched
    }

    /// Keeps the places with the greatest sums, and clears the sums.
    fn choose(&mut self, shelf: &Shelf, this: usize, touched: usize) {
        let this_day = shelf.days[this];
        self.sums[this] = 0;
        self.promising.clear();
        let mut least = 0;
        for &place in &self.touched[..touched] {
            let sum = u64::from(std::mem::take(&mut self.sums[place as usize]));
            if sum * 80 <= least {
                continue;
            }
            let sum = sum * u64::from(recency(this_day, shelf.days[place as usize]));
            self.promising.push(sum << 24 | u64::from(0x00ff_ffff - place));
            if self.promising.len() == 8 * COMPARED {
                self.promising.select_nth_unstable_by(COMPARED - 1, |a, b| b.cmp(a));
                self.promising.truncate(COMPARED);
                // Nothing below the last of these can come in; an equal one that is newer can.
                least = (self.promising[COMPARED - 1] >> 24).saturating_sub(1);
            }
        }
        if self.promising.len() > COMPARED {
            self.promising.select_nth_unstable_by(COMPARED - 1, |a, b| b.cmp(a));
            self.promising.truncate(COMPARED);
        }
    }

    /// Compares this article with the promising ones: places and scores, best first.
    fn compare(&self, shelf: &Shelf, this: usize) -> Vec<(usize, u16)> {
        let mut list: Vec<(usize, u16)> = Vec::with_capacity(COMPARED);
        for key in &self.promising {
            let other = 0x00ff_ffff - (key & 0x00ff_ffff) as usize;
            let article = &shelf.articles[other];
            let product = article
                .entries
                .iter()
                .map(|entry| u64::from(self.factors[entry.term()] * entry.weight()))
                .sum();
            let lengths = (shelf.articles[this].length, article.length);
            let score = score(product, lengths, recency(shelf.days[this], shelf.days[other]));
            if score >= LEAST_SCORE {
                list.push((other, score));
            }
        }
        // Places are in order of date, the newest first.
        list.sort_unstable_by_key(|&(other, score)| (std::cmp::Reverse(score), other));
        list
    }

    /// The terms and tags that add most to the product and that one of the two articles can name.
    fn reasons(&self, index: &Index<'_>, shelf: &Shelf, this: usize, other: usize) -> Vec<Why> {
        let terms = |place: usize| index.candidates[shelf.members[place] as usize].terms;
        let (mine, theirs) = (terms(this), terms(other));
        let can_name = |why: Why| match why {
            Why::Tag(_) => true,
            Why::Term(stem) => {
                [mine, theirs].iter().any(|terms| terms.named.binary_search(&stem).is_ok())
            }
        };
        let mut best: Vec<(u32, usize)> = Vec::with_capacity(MOST_REASONS + 1);
        for entry in &shelf.articles[other].entries {
            let part = self.factors[entry.term()].saturating_mul(entry.weight());
            let last = best.get(MOST_REASONS - 1).map_or(0, |&(part, _)| part);
            if part > last && can_name(shelf.names[entry.term()]) {
                let at = best.partition_point(|&(better, _)| better >= part);
                best.insert(at, (part, entry.term()));
                best.truncate(MOST_REASONS);
            }
        }
        best.into_iter().map(|(_, term)| shelf.names[term]).collect()
    }
}
