//! The words of a language's articles as the last build left them, and how few changed articles come in.
//!
//! The result is the same as that of collecting everything again: the lists know articles by number alone, so that
//! one pass over them takes out what changed, gives the others their new numbers, and merges what is new.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::lists::{Collection, List, Word, order};
use crate::content::terms::index::{Level, Stems};
use crate::engine::Fingerprint;
use crate::engine::bytes::{Input, put_bytes, put_u32};

/// An article by the name of its file, and what its words are; none when that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Article {
    pub key: u128,
    pub print: Fingerprint,
}

/// All words of a language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// By their numbers.
    pub articles: Vec<Article>,
    /// In their order.
    pub words: Vec<Word>,
    /// Articles that were read since the state was last kept.
    pub read: usize,
}

/// More than one in so many articles are changed: then everything is collected again.
const SHARE: usize = 8;

impl State {
    /// Brings the words up to date for these articles; `stored` gives the words of one by its number.
    pub fn update(
        self,
        articles: Vec<Article>,
        stems: &Stems,
        stored: impl Fn(usize, &mut dyn FnMut(&[u8])) + Sync,
    ) -> State {
        let numbers = self.numbers(&articles);
        let mut is_known = vec![false; articles.len()];
        numbers.iter().flatten().for_each(|number| is_known[*number as usize] = true);
        let new: Vec<usize> = (0..articles.len()).filter(|number| !is_known[*number]).collect();
        if new.len() * SHARE > articles.len() || self.articles.is_empty() {
            let words = collect(articles.len(), stored).finish(stems);
            return State { read: articles.len(), articles, words };
        }
        let read = self.read + new.len();
        let is_same = numbers.iter().zip(0..).all(|(number, at)| *number == Some(at));
        if is_same && new.is_empty() {
            return State { articles, ..self };
        }
        let mut added = Collection::default();
        for number in new {
            stored(number, &mut |bytes| added.add(number as u32, bytes));
        }
        let mut words = self.words;
        words.par_iter_mut().with_min_len(256).for_each(|word| renumber(&mut word.list, &numbers));
        State { words: merge(words, added.finish(stems)), articles, read }
    }

    /// The new number of each article that is as it was. Ascending: where articles changed places, as many as can
    /// be keep their order, and the others count as changed.
    fn numbers(&self, articles: &[Article]) -> Vec<Option<u32>> {
        let mut places: Vec<(u128, u32)> =
            articles.iter().map(|article| article.key).zip(0..).collect();
        places.sort_unstable();
        let place = |old: &Article| {
            let at = places.binary_search_by_key(&old.key, |(key, _)| *key).ok()?;
            let number = places[at].1;
            let is_same = articles[number as usize] == *old && !old.print.is_none();
            is_same.then_some(number)
        };
        let mut numbers: Vec<Option<u32>> = self.articles.iter().map(place).collect();
        // The longest ascending part: for each length the end of the one with the least end.
        let mut ends: Vec<(u32, usize)> = Vec::new();
        let mut before: Vec<usize> = vec![usize::MAX; numbers.len()];
        for (at, number) in numbers.iter().enumerate() {
            let Some(number) = *number else { continue };
            let length = ends.partition_point(|(end, _)| *end < number);
            before[at] = if length == 0 { usize::MAX } else { ends[length - 1].1 };
            match ends.get_mut(length) {
                Some(end) => *end = (number, at),
                None => ends.push((number, at)),
            }
        }
        let mut is_kept = vec![false; numbers.len()];
        let mut at = ends.last().map_or(usize::MAX, |(_, at)| *at);
        while at != usize::MAX {
            is_kept[at] = true;
            at = before[at];
        }
        for (number, is_kept) in numbers.iter_mut().zip(is_kept) {
            *number = number.filter(|_| is_kept);
        }
        numbers
    }

    /// Whether it is worth more than it costs to write it anew.
    pub fn is_worth_keeping(&self) -> bool {
        self.read * 64 >= self.articles.len()
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        put_u32(self.articles.len() as u32, out);
        for Article { key, print } in &self.articles {
            out.extend_from_slice(&key.to_le_bytes());
            out.extend_from_slice(&print.0);
        }
        put_u32(self.words.len() as u32, out);
        for Word { key, stem, list } in &self.words {
            put_bytes(key.as_bytes(), out);
            put_bytes(stem.as_deref().unwrap_or_default().as_bytes(), out);
            list.write(out);
        }
    }

    /// Reads what [`State::write`] wrote.
    pub fn read(input: &mut Input<'_>) -> Option<State> {
        let mut state = State::default();
        for _ in 0..input.count(32)? {
            let key = u128::from_le_bytes(input.array()?);
            state.articles.push(Article { key, print: input.print()? });
        }
        let count = input.count(20)?;
        state.words.reserve_exact(count);
        for _ in 0..count {
            let (key, stem) = (input.text()?.into(), input.text()?);
            let stem = (!stem.is_empty()).then(|| stem.into());
            let list = List::read(input, state.articles.len() as u32)?;
            state.words.push(Word { key, stem, list });
        }
        Some(state)
    }
}

/// The words of so many articles; `stored` gives those of one by its number.
pub fn collect(
    articles: usize,
    stored: impl Fn(usize, &mut dyn FnMut(&[u8])) + Sync,
) -> Collection {
    let parts = rayon::current_num_threads().min(articles).max(1);
    let part = |number: usize| {
        let mut words = Collection::default();
        for at in articles * number / parts..articles * (number + 1) / parts {
            stored(at, &mut |bytes| words.add(at as u32, bytes));
        }
        words
    };
    let parts: Vec<Collection> = (0..parts).into_par_iter().map(part).collect();
    let mut all = Collection::default();
    parts.into_iter().for_each(|part| all.append(part));
    all
}

/// Gives articles their new numbers; those without one go.
fn renumber(list: &mut List, numbers: &[Option<u32>]) {
    let number = |article: u32| numbers.get(article as usize).copied().flatten();
    if list.iter().all(|(article, _)| number(article) == Some(article)) {
        return;
    }
    let mut new = List::default();
    let kept = list.iter().filter_map(|(article, level)| Some((number(article)?, level)));
    kept.for_each(|(article, level)| new.push(article, level));
    *list = new;
}

/// Brings two sorted lists of words together; words without articles go.
fn merge(old: Vec<Word>, new: Vec<Word>) -> Vec<Word> {
    let mut all = Vec::with_capacity(old.len() + new.len());
    let mut new = new.into_iter().peekable();
    for mut word in old {
        while let Some(other) = new.peek()
            && let side @ (Ordering::Less | Ordering::Equal) = order(&other.key, &word.key)
        {
            let other = new.next();
            if side == Ordering::Less {
                all.extend(other);
            } else if let Some(other) = other {
                word.list = both(&word.list, &other.list);
            }
        }
        if !word.list.is_empty() {
            all.push(word);
        }
    }
    all.extend(new);
    all
}

/// Two lists without a common article as one.
fn both(a: &List, b: &List) -> List {
    let mut list = List::default();
    let mut add = |(article, level): (u32, Level)| list.push(article, level);
    let mut b = b.iter().peekable();
    for next in a.iter() {
        while let Some(other) = b.next_if(|(article, _)| *article < next.0) {
            add(other);
        }
        add(next);
    }
    b.for_each(add);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve words or so for a text of a number.
    fn text(number: u64) -> Vec<u8> {
        let mut text = Vec::new();
        let mut seed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut seen = Vec::new();
        for _ in 0..12 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let key = format!("w{}", seed % 97);
            if !seen.contains(&key) {
                text.extend([key.len() as u8, (seed >> 32) as u8 % 8]);
                text.extend_from_slice(key.as_bytes());
                seen.push(key);
            }
        }
        text
    }

    fn articles(texts: &[(u128, u64)]) -> Vec<Article> {
        let print = |number: u64| Fingerprint::of(&number.to_le_bytes());
        texts.iter().map(|(key, number)| Article { key: *key, print: print(*number) }).collect()
    }

    fn state(old: State, texts: &[(u128, u64)]) -> State {
        let stems = Stems::new("en");
        old.update(articles(texts), &stems, |at, take| take(&text(texts[at].1)))
    }

    #[test]
    fn what_changes_comes_in_as_if_all_were_new() {
        let mut texts: Vec<(u128, u64)> = (0..200).map(|n| (n, n as u64)).collect();
        let mut now = state(State::default(), &texts);
        type Change = fn(&mut Vec<(u128, u64)>);
        let changes: [Change; 8] = [
            |texts| texts[7].1 = 1007,
            |texts| texts.push((900, 900)),
            |texts| {
                texts.remove(0);
            },
            |texts| texts.insert(50, (901, 901)),
            |texts| {
                let moved = texts.remove(3);
                texts.push(moved);
            },
            |texts| texts.swap(10, 90),
            |texts| texts.truncate(190),
            |_| {},
        ];
        for (number, change) in changes.iter().enumerate() {
            change(&mut texts);
            now = state(now, &texts);
            let fresh = state(State::default(), &texts);
            assert_eq!((&now.words, &now.articles), (&fresh.words, &fresh.articles), "{number}");
            assert!(now.read < 210, "{number}: {}", now.read);
            let mut bytes = Vec::new();
            now.write(&mut bytes);
            let back = State::read(&mut Input::new(&bytes)).expect("a state");
            assert_eq!((&back.words, &back.articles), (&now.words, &now.articles));
            for at in (0..bytes.len()).step_by(7) {
                assert!(State::read(&mut Input::new(&bytes[..at])).is_none(), "cut at {at}");
                let mut flipped = bytes.clone();
                flipped[at] ^= 0x41;
                // Whatever comes out, it comes out without harm.
                State::read(&mut Input::new(&flipped)).map(|other| state(other, &texts));
            }
        }
    }
}
