//! Which words stand in which articles: one list for each word.
//!
//! A list is the numbers of its articles, ascending, each with the level of the word there: as LEB128 numbers, eight
//! times the distance from the article after the last one, plus the level.

use std::cmp::Ordering;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::content::terms::index::{Level, Stems, words};
use crate::engine::bytes::{Input, put_bytes, put_u32};

/// The articles with a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    bytes: Vec<u8>,
    /// How many articles.
    count: u32,
    /// The article after the last one.
    next: u32,
}

impl List {
    pub fn push(&mut self, article: u32, level: Level) {
        put(u64::from(article - self.next) << 3 | u64::from(level), &mut self.bytes);
        self.next = article + 1;
        self.count += 1;
    }

    /// Adds a list whose articles come all after these.
    fn append(&mut self, other: &List) {
        let mut rest = &other.bytes[..];
        let Some(first) = take(&mut rest) else { return };
        let (article, level) = ((first >> 3) as u32, (first & 7) as Level);
        self.push(article, level);
        self.bytes.extend_from_slice(rest);
        self.count += other.count - 1;
        self.next = other.next;
    }

    /// The articles with their levels.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Level)> + '_ {
        let mut rest = &self.bytes[..];
        let mut next = 0;
        std::iter::from_fn(move || {
            let number = take(&mut rest)?;
            let article = u32::try_from(number >> 3).ok()?.checked_add(next)?;
            next = article.checked_add(1)?;
            Some((article, (number & 7) as Level))
        })
    }

    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        put_u32(self.count, out);
        put_u32(self.next, out);
        put_bytes(&self.bytes, out);
    }

    /// Reads what [`List::write`] wrote, for so many articles. The bytes themselves are trusted as far as they do no
    /// harm.
    pub(super) fn read(input: &mut Input<'_>, articles: u32) -> Option<List> {
        let (count, next) = (input.u32()?, input.u32()?);
        let bytes = input.bytes()?.to_vec();
        (count > 0 && next <= articles).then_some(List { bytes, count, next })
    }
}

/// Appends a number as LEB128.
pub(super) fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads a number from the front.
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * at);
        if byte < 0x80 {
            *bytes = &bytes[at + 1..];
            return Some(number);
        }
    }
    None
}

/// A word of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub key: Box<str>,
    /// What its forms have in common, when that is another text.
    pub stem: Option<Box<str>>,
    pub list: List,
}

/// All words of some articles that stand behind each other.
#[derive(Default)]
pub struct Collection {
    numbers: FxHashMap<Box<str>, u32>,
    keys: Vec<Box<str>>,
    lists: Vec<List>,
}

impl Collection {
    /// Adds the words of an article, as [`words`] reads them. Articles come in the order of their numbers.
    pub fn add(&mut self, article: u32, stored: &[u8]) {
        for (key, level) in words(stored) {
            let number = match self.numbers.get(key) {
                Some(number) => *number,
                None => self.insert(key.into()),
            };
            self.lists[number as usize].push(article, level);
        }
    }

    fn insert(&mut self, key: Box<str>) -> u32 {
        let number = self.lists.len() as u32;
        self.numbers.insert(key.clone(), number);
        self.keys.push(key);
        self.lists.push(List::default());
        number
    }

    /// Adds the words of the articles that come next.
    pub fn append(&mut self, other: Collection) {
        if self.lists.is_empty() {
            *self = other;
            return;
        }
        for (key, list) in other.keys.into_iter().zip(other.lists) {
            match self.numbers.get(&key) {
                Some(number) => self.lists[*number as usize].append(&list),
                None => {
                    let number = self.insert(key);
                    self.lists[number as usize] = list;
                }
            }
        }
    }

    /// The words in their order.
    pub fn finish(self, stems: &Stems) -> Vec<Word> {
        let mut words: Vec<(Box<str>, List)> = self.keys.into_iter().zip(self.lists).collect();
        words.par_sort_unstable_by(|(a, _), (b, _)| order(a, b));
        let word = |(key, list): (Box<str>, List)| {
            let stem = stems.stem(&key).map(String::into_boxed_str);
            Word { key, stem, list }
        };
        words.into_par_iter().with_min_len(256).map(word).collect()
    }
}

/// The order of words: that of a browser, by the halves of UTF-16.
pub fn order(a: &str, b: &str) -> Ordering {
    // It differs from the order of the bytes only where one of two characters is beyond U+FFFF.
    if a.bytes().chain(b.bytes()).all(|byte| byte < 0xee) {
        return a.cmp(b);
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(words: &[(&str, Level)]) -> Vec<u8> {
        let word =
            |(key, level): &(&str, Level)| [&[key.len() as u8, *level], key.as_bytes()].concat();
        words.iter().flat_map(word).collect()
    }

    #[test]
    fn parts_of_a_site_give_the_same_as_the_whole() {
        let texts: Vec<Vec<u8>> = (0..300u32)
            .map(|n| {
                let own = format!("w{}", n % 17);
                stored(&[("a", (n % 8) as u8), (&own, 3), ("z", 1)][..2 + usize::from(n > 250)])
            })
            .collect();
        let collect = |from: usize, to: usize| {
            let mut all = Collection::default();
            (from..to).for_each(|n| all.add(n as u32, &texts[n]));
            all
        };
        let whole = collect(0, 300).finish(&Stems::new("en"));
        let mut parts = Collection::default();
        for (from, to) in [(0, 0), (0, 120), (120, 121), (121, 300)] {
            parts.append(collect(from, to));
        }
        assert_eq!(parts.finish(&Stems::new("en")), whole);
        assert_eq!(whole.len(), 19);
        let a: Vec<(u32, Level)> = whole[0].list.iter().collect();
        assert_eq!(a, (0..300).map(|n| (n, (n % 8) as u8)).collect::<Vec<_>>());
        assert_eq!(whole[18].list.iter().next(), Some((251, 1)));
    }

    #[test]
    fn words_stand_in_the_order_of_a_browser() {
        let mut words = ["b", "", "a", "\u{20000}", "\u{fb01}", "я", "ab"];
        words.sort_by(|a, b| order(a, b));
        assert_eq!(words, ["", "a", "ab", "b", "я", "\u{20000}", "\u{fb01}"]);
    }
}
