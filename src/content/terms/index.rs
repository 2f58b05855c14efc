//! The words of a text as the search index keeps them, and how a word is looked up there.
//!
//! A reader's browser finds and spells words in the same way (`search.js` of the theme): what is a word and what
//! [`key`] makes of it is as simple as it can be for that reason, the same for all languages, and no stemmer is
//! needed to look a word up. Words of one letter are left out; scripts without spaces are cut into pairs of
//! characters, as for [`super::Terms`].

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use rustc_hash::FxHashMap;

use super::form::Forms;
use super::language::Language;
use super::word::{is_apostrophe, is_unspaced};

/// How much a word says of an article, from 0 on.
pub type Level = u8;

/// A word of the title, and one of a tag.
pub const TITLE: Level = 7;
pub const TAG: Level = 6;

/// Characters of a key at most.
const LONGEST: usize = 24;

/// The form in which a word is looked up: small letters, without accents and the like, in Arabic without the article
/// and the particles that are written with it.
pub fn key(word: &str) -> String {
    if word.is_ascii() {
        let mut key = word.to_ascii_lowercase();
        key.truncate(LONGEST);
        return key;
    }
    let (decompose, compose) =
        (DecomposingNormalizerBorrowed::new_nfkd(), ComposingNormalizerBorrowed::new_nfc());
    let lower = word.to_lowercase();
    let mut bare = String::with_capacity(lower.len());
    let mut before = ' ';
    for c in decompose.normalize(&lower).chars() {
        // `й` is a letter of its own.
        if !is_silent(c) || c == '\u{306}' && before == 'и' {
            bare.push(c);
        }
        before = c;
    }
    let whole = compose.normalize(&bare);
    without_article(&whole).chars().take(LONGEST).collect()
}

/// Marks on letters that readers leave out or write in several ways, and what is not seen at all.
fn is_silent(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// An Arabic word without `ال`, also behind `و`, `ف`, `ب`, `ك`, `ل`, if three letters stay.
fn without_article(word: &str) -> &str {
    const BEFORE: [&str; 7] = ["وال", "بال", "كال", "فال", "ولل", "ال", "لل"];
    let rest = BEFORE.iter().find_map(|before| word.strip_prefix(before));
    rest.filter(|rest| rest.chars().count() >= 3).unwrap_or(word)
}

/// Whether a key is long enough to be looked for.
fn is_kept(key: &str) -> bool {
    let mut chars = key.chars();
    let first = chars.next();
    chars.next().is_some() || first.is_some_and(|c| c.is_ascii_digit())
}

/// The level of a word that stands so often in a text of so many words. In whole numbers, so that every machine agrees.
fn level(count: u32, words: u32) -> Level {
    // As in BM25 a long text has to use a word more often: 1,000 words are neither long nor short.
    let share = u64::from(count) * 100_000 / (250 + u64::from(words) * 3 / 4);
    match share {
        0..150 => 0,
        150..300 => 1,
        300..600 => 2,
        600..1200 => 3,
        1200..2400 => 4,
        _ => 5,
    }
}

/// How many of the first words of a text stand in its title, then in the description, then in its tags.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends {
    pub title: usize,
    pub description: usize,
    pub tags: usize,
}

/// The keys of all words that were seen.
#[derive(Default)]
pub(super) struct Keys {
    /// By form: where its keys begin in `numbers`; they end where those of the next one begin.
    starts: Vec<u32>,
    numbers: Vec<u32>,
    keys: Vec<Box<str>>,
    by_key: FxHashMap<Box<str>, u32>,
    /// Of the present text, by number of the key, zero outside [`Keys::write`]: occurrences and least level.
    counts: Vec<(u32, Level)>,
    met: Vec<u32>,
}

impl Keys {
    /// Forgets all words.
    pub fn clear(&mut self) {
        *self = Keys::default();
    }

    /// The words of the present text as [`words`] reads them, in the order in which they come first.
    pub fn write(&mut self, forms: &Forms, ends: Ends, length: u32) -> Box<[u8]> {
        self.meet(forms);
        let mut bytes = 0;
        for (place, &form) in forms.touched().iter().enumerate() {
            let is_tag = place >= ends.description && place < ends.tags;
            let least = if place < ends.title { TITLE } else { TAG * u8::from(is_tag) };
            let (_, count) = forms.stem_and_count(form);
            let [start, end] = [form, form + 1].map(|form| self.starts[form as usize] as usize);
            for &number in &self.numbers[start..end] {
                let known = &mut self.counts[number as usize];
                if known.0 == 0 {
                    self.met.push(number);
                    bytes += self.keys[number as usize].len() + 2;
                }
                *known = (known.0.saturating_add(count), known.1.max(least));
            }
        }
        let mut out = Vec::with_capacity(bytes);
        for number in self.met.drain(..) {
            let (count, least) = std::mem::take(&mut self.counts[number as usize]);
            let key = self.keys[number as usize].as_bytes();
            // At most 24 characters are less than 128 bytes.
            out.extend([key.len() as u8, least.max(level(count, length))]);
            out.extend_from_slice(key);
        }
        out.into_boxed_slice()
    }

    /// Spells the forms that are new.
    fn meet(&mut self, forms: &Forms) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for form in self.starts.len() - 1..forms.len() {
            for part in forms.spelling(form as u32).split(is_apostrophe) {
                let key = key(part);
                if is_kept(&key) {
                    let next = self.keys.len() as u32;
                    let number = *self.by_key.entry(key.as_str().into()).or_insert(next);
                    if number == next {
                        self.keys.push(key.into());
                        self.counts.push((0, 0));
                    }
                    self.numbers.push(number);
                }
            }
            self.starts.push(self.numbers.len() as u32);
        }
    }
}

/// The keys of a text with their levels, each once. Of a damaged text, those before the damage.
pub fn words(stored: &[u8]) -> impl Iterator<Item = (&str, Level)> {
    // Lengths and levels are ASCII: the whole is one text.
    let mut rest = std::str::from_utf8(stored).unwrap_or_default();
    std::iter::from_fn(move || {
        let [length, level, ..] = *rest.as_bytes() else { return None };
        let (key, after) = rest.get(2..)?.split_at_checked(length.into())?;
        rest = after;
        Some((key, level.min(TITLE)))
    })
}

/// Brings the forms of a word together.
pub struct Stems(Language);

impl Stems {
    /// For the words of a language, by its tag.
    pub fn new(language: &str) -> Stems {
        Stems(Language::new(language))
    }

    /// What the forms of a word have in common: the key itself where nothing is known. It begins with the same two
    /// characters as the key, so that forms stand near each other in a sorted list.
    pub fn stem(&self, key: &str) -> Option<String> {
        let is_word = key.chars().next().is_some_and(|c| c.is_alphabetic() && !is_unspaced(c));
        let stem = self.0.stem(key).filter(|stem| is_word && stem != key)?;
        let is_near =
            stem.chars().count() >= 2 && stem.chars().zip(key.chars()).take(2).all(|(a, b)| a == b);
        is_near.then_some(stem)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Analyzer, Text};
    use super::*;

    fn found(lang: &str, title: &str, body: &str) -> Vec<(String, Level)> {
        let text = Text { title, body, ..Text::default() };
        let terms = Analyzer::with_index().analyze(lang, &text);
        words(&terms.index).map(|(key, level)| (key.to_string(), level)).collect()
    }

    fn keys(body: &str) -> String {
        let found = found("en", "", body);
        found.into_iter().map(|(key, _)| key).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_word_is_found_however_it_is_written() {
        for (word, wanted) in [
            ("École", "ecole"),
            ("ecole\u{301}", "ecole"),
            ("ЁЛКА", "елка"),
            ("Российский", "россии\u{306}скии\u{306}"),
            ("Straße", "straße"),
            ("İstanbul", "istanbul"),
            ("والكتاب", "كتاب"),
            ("الرَّئِيس", "رييس"),
            ("أحمد", "احمد"),
            ("ﾃﾞｰﾀ", "データ"),
            ("한국", "한국"),
            ("so\u{ad}fort", "sofort"),
            ("ال", "ال"),
        ] {
            let wanted: String = ComposingNormalizerBorrowed::new_nfc().normalize(wanted).into();
            assert_eq!(key(word), wanted, "{word}");
        }
        assert_eq!(key(&"a".repeat(99)).len(), LONGEST);
        assert_eq!(key(&"é".repeat(99)).len(), LONGEST);
    }

    #[test]
    fn every_word_of_a_text_is_there_once() {
        assert_eq!(
            keys("The Kazakh’s oil, the OIL of 2015: F-16 a 7"),
            "the kazakh oil of 2015 16 7"
        );
        assert_eq!(keys("l'économie don't"), "economie don");
        assert_eq!(keys("東京都に行く"), "東京 京都 都に に行 行く");
    }

    #[test]
    fn words_of_the_title_say_most() {
        let found = found(
            "en",
            "Oil prices",
            &format!("gas fell {}{}", "rose ".repeat(6), "by some ".repeat(400)),
        );
        let of = |key: &str| found.iter().find(|(found, _)| found == key).map(|found| found.1);
        assert_eq!((of("oil"), of("prices")), (Some(TITLE), Some(TITLE)));
        assert!(of("rose") > of("gas"), "{found:?}");
        let all: u32 = (0..2000).map(|count| u32::from(level(count, 1000))).sum();
        assert!(level(u32::MAX, 0) == 5 && level(1, u32::MAX) == 0 && all > 9000);
    }

    #[test]
    fn damage_ends_the_words() {
        let stored = Analyzer::with_index()
            .analyze("fr", &Text { body: "été à la mer", ..Text::default() })
            .index;
        assert_eq!(words(&stored).count(), 3);
        for at in 0..stored.len() {
            assert!(words(&stored[..at]).count() < 3);
            let mut flipped = stored.clone();
            flipped[at] ^= 0x81;
            words(&flipped).for_each(drop);
        }
    }
}
