//! Words with their lists, cut into files that a browser loads one or two of.
//!
//! A file begins with the length of its dictionary (four bytes, the lowest first). The dictionary is UTF-8, a line for
//! each word: a character that says how many UTF-16 units the word shares with the one before (`0` and so many
//! code points further), the rest of the word, and, when the stem is another text, a space, a character that says in
//! the same way how many units of the word's end are not of the stem, and what the stem has there instead. For each
//! word follows the length of its list (LEB128; twice the bytes, plus one when only a part of the articles is in it),
//! and the list as [`List`] has it.

use std::borrow::Cow;
use std::ops::Range;

use super::lists::{List, Word, put};
use crate::content::terms::index::{Level, TITLE};
use crate::content::terms::name_hash;

/// Bytes of a file at most, unless it has one word only.
const MOST: usize = 16 * 1024;

/// Bytes of a list that is cut short at most.
const PART: usize = 2 * 1024;

/// Bytes of a list after which it is cut short.
const LONG: usize = 8 * 1024;

/// Articles from which on a word may be too common to be asked for.
const MANY: usize = 64;

/// Words that stand behind each other.
pub struct Shard {
    pub first: Box<str>,
    pub bytes: Vec<u8>,
}

/// The lists as they are written: those of words that nearly every article has hold only the articles that have
/// them most.
pub fn written(words: &[Word], articles: usize) -> Vec<Cow<'_, List>> {
    words.iter().map(|word| shortened(&word.list, articles)).collect()
}

fn shortened(list: &List, articles: usize) -> Cow<'_, List> {
    let is_common = articles >= MANY && list.len() * 2 > articles;
    if !is_common && list.bytes().len() <= LONG {
        return Cow::Borrowed(list);
    }
    let mut part = List::default();
    for least in 1..=TITLE {
        part = List::default();
        let strong = list.iter().filter(|(_, level)| *level >= least);
        strong.for_each(|(article, level)| part.push(article, level));
        if part.bytes().len() <= PART {
            return Cow::Owned(part);
        }
    }
    // Too many titles: the newest ones.
    let all: Vec<(u32, Level)> = part.iter().collect();
    let mut newest = List::default();
    all[all.len().saturating_sub(PART / 2)..]
        .iter()
        .for_each(|(article, level)| newest.push(*article, *level));
    Cow::Owned(newest)
}

/// Where to cut. The words decide that themselves as far as they can, so that a word more or less moves no other cut.
pub fn cuts(words: &[Word], lists: &[Cow<'_, List>]) -> Vec<Range<usize>> {
    let size = |at: usize| words[at].key.len() + 4 + lists[at].bytes().len();
    let mut cuts = Vec::new();
    let mut start = 0;
    while start < words.len() {
        let (mut end, mut bytes) = (start, 0);
        let mut best = None;
        while end < words.len() && (end == start || bytes + size(end) <= MOST) {
            // A word that may begin the next file: the one with the least hash is the same for most beginnings.
            if bytes * 2 >= MOST {
                let hash = name_hash(&words[end].key);
                if best.is_none_or(|(least, _)| hash < least) {
                    best = Some((hash, end));
                }
            }
            bytes += size(end);
            end += 1;
        }
        if end < words.len()
            && let Some((_, at)) = best
        {
            end = at.max(start + 1);
        }
        cuts.push(start..end);
        start = end;
    }
    cuts
}

/// The bytes of one file.
pub fn shard(words: &[Word], lists: &[Cow<'_, List>]) -> Shard {
    let mut dictionary = String::new();
    let mut before = "";
    for Word { key, stem, .. } in words {
        let (shared, units) = common(before, key);
        dictionary.push(digit(units));
        dictionary.push_str(&key[shared..]);
        if let Some(stem) = stem {
            let (shared, _) = common(key, stem);
            dictionary.push(' ');
            dictionary.push(digit(key[shared..].encode_utf16().count()));
            dictionary.push_str(&stem[shared..]);
        }
        dictionary.push('\n');
        before = key;
    }
    let lengths = lists.iter().map(|list| list.bytes().len() + 3).sum::<usize>();
    let mut bytes = Vec::with_capacity(4 + dictionary.len() + lengths);
    bytes.extend_from_slice(&(dictionary.len() as u32).to_le_bytes());
    bytes.extend_from_slice(dictionary.as_bytes());
    for (word, list) in words.iter().zip(lists) {
        let is_part = list.len() < word.list.len();
        put((list.bytes().len() as u64) << 1 | u64::from(is_part), &mut bytes);
        bytes.extend_from_slice(list.bytes());
    }
    let first = words.first().map(|word| word.key.clone()).unwrap_or_default();
    Shard { first, bytes }
}

/// How much the beginnings of two texts have in common: bytes, and units of UTF-16.
fn common(a: &str, b: &str) -> (usize, usize) {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    same.fold((0, 0), |(bytes, units), (c, _)| (bytes + c.len_utf8(), units + c.len_utf16()))
}

fn digit(number: usize) -> char {
    char::from(b'0' + number.min(74) as u8)
}
