//! One search: the articles related to a given one.
//!
//! First the postings of the article's strongest terms are added up, up to a fixed amount of work; then the
//! most promising articles are compared term by term, as the definition says.

use super::index::{Article, Index, Shelf};
use super::{LEAST_SCORE, MOST_REASONS, Related, Why, recency, score};

/// Postings that one search reads, give or take one list.
const MOST_READ: usize = 16_384;

/// Articles that are compared term by term.
const COMPARED: usize = 40;

/// The working memory of a search; one for each thread, kept for many searches.
#[derive(Default)]
pub struct Search {
    /// Sum by place; zero outside `touched`.
    sums: Vec<u32>,
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
        self.factors.resize(self.factors.len().max(shelf.rarities.len()), 0);

        self.read(shelf, this);
        self.choose(index, shelf, place);
        for entry in &this.entries {
            let rarity = u32::from(shelf.rarities[entry.term()]);
            self.factors[entry.term()] = entry.weight() * rarity * rarity;
        }
        let mut list = self.compare(index, shelf, place);
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

    /// Adds up the postings of the strongest terms.
    fn read(&mut self, shelf: &Shelf, this: &Article) {
        let weight = |term: usize, weight: u32| weight * u32::from(shelf.rarities[term]);
        self.order.clear();
        self.order.extend(this.entries.iter().map(|entry| {
            u64::from(weight(entry.term(), entry.weight())) << 32 | entry.term() as u64
        }));
        self.order.sort_unstable_by(|a, b| b.cmp(a));
        let mut read = 0;
        for &key in &self.order {
            let (weight, term) = ((key >> 32) as u32, key as u32 as usize);
            let list = &shelf.postings[term];
            for posting in list {
                let sum = &mut self.sums[posting.place()];
                if *sum == 0 {
                    self.touched.push(posting.place() as u32);
                }
                *sum += weight * posting.share();
            }
            read += list.len();
            if read > MOST_READ {
                break;
            }
        }
    }

    /// Keeps the places with the greatest sums, and clears the sums.
    fn choose(&mut self, index: &Index<'_>, shelf: &Shelf, this: usize) {
        let day = |place: usize| index.candidates[shelf.members[place] as usize].day;
        let this_day = day(this);
        self.promising.clear();
        for &place in &self.touched {
            let sum = std::mem::take(&mut self.sums[place as usize]);
            if place as usize != this {
                let sum = u64::from(sum) * u64::from(recency(this_day, day(place as usize)));
                self.promising.push(sum << 24 | u64::from(0x00ff_ffff - place));
            }
        }
        self.touched.clear();
        if self.promising.len() > COMPARED {
            self.promising.select_nth_unstable_by(COMPARED, |a, b| b.cmp(a));
            self.promising.truncate(COMPARED);
        }
    }

    /// Compares this article with the promising ones: places and scores, best first.
    fn compare(&self, index: &Index<'_>, shelf: &Shelf, this: usize) -> Vec<(usize, u16)> {
        let day = |place: usize| index.candidates[shelf.members[place] as usize].day;
        let mut list: Vec<(usize, u16)> = Vec::with_capacity(COMPARED);
        for key in &self.promising {
            let other = 0x00ff_ffff - (key & 0x00ff_ffff) as usize;
            let article = &shelf.articles[other];
            let product = article
                .entries
                .iter()
                .map(|e| u64::from(self.factors[e.term()]) * u64::from(e.weight()))
                .sum();
            let lengths = (shelf.articles[this].length, article.length);
            let score = score(product, lengths, recency(day(this), day(other)));
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
