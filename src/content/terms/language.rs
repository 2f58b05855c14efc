//! What a word stands for in its language: stop words out, the rest reduced to a stem.
//!
//! Stems are those of the Snowball project (Porter, <https://snowballstem.org>) as the crate `rust-stemmers`
//! has them; stop words are the lists of stopwords-iso, by the crate `stop-words`. A language without either
//! is taken as it is.

use std::ops::Range;

use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashSet;

use super::word;

/// The rules of one language.
pub(super) struct Language {
    stemmer: Option<Stemmer>,
    stop_words: FxHashSet<String>,
    /// Words that lose their vowel and stand before an apostrophe: `l'`, `qu'`.
    elided: &'static [&'static str],
    /// Whether `I` is the capital of `ı`.
    has_dotless_i: bool,
}

/// A word that says what the text is about.
pub(super) struct Term {
    pub(super) stem: String,
    /// The part of the word that a reader wants to see.
    pub(super) shown: Range<usize>,
}

const FRENCH: &[&str] = &[
    "c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu",
    "presqu",
];
const ITALIAN: &[&str] = &[
    "l", "d", "un", "c", "m", "t", "s", "v", "n", "all", "dall", "dell", "nell", "sull", "coll",
    "quell", "quest", "sant", "bell", "anch", "cos",
];
const CATALAN: &[&str] = &["l", "d", "m", "n", "s", "t"];

impl Language {
    /// The rules for a language tag; `en-GB` and `pt_BR` are `en` and `pt`.
    pub(super) fn new(tag: &str) -> Self {
        let base = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let base = match base.as_str() {
            "nb" | "nn" => "no",
            other => other,
        };
        let words = stop_words::lookup(base).unwrap_or_default();
        Language {
            stemmer: algorithm(base).map(Stemmer::create),
            stop_words: words
                .iter()
                .map(|word| word.replace('\u{2019}', "'").to_lowercase())
                .collect(),
            elided: match base {
                "fr" => FRENCH,
                "it" => ITALIAN,
                "ca" | "oc" => CATALAN,
                _ => &[],
            },
            has_dotless_i: matches!(base, "tr" | "az"),
        }
    }

    /// What `word` stands for; `None` for stop words, short words and what does not begin with a letter.
    pub(super) fn term(&self, word: &str) -> Option<Term> {
        if word.chars().next().is_some_and(word::is_unspaced) {
            let is_stop = self.stop_words.contains(word);
            return (!is_stop).then(|| Term { stem: word.to_owned(), shown: 0..word.len() });
        }
        let shown = self.shown(word);
        let core = &word[shown.clone()];
        if !core.chars().next().is_some_and(char::is_alphabetic) {
            return None;
        }
        let lower = self.lower(core);
        if is_short_name(core) {
            return Some(Term { stem: lower, shown });
        }
        if is_short(&lower)
            || self.stop_words.contains(&lower)
            || self.stop_words.contains(&self.lower(word))
        {
            return None;
        }
        let stem = match &self.stemmer {
            Some(stemmer) => stemmer.stem(&lower).into_owned(),
            None => lower,
        };
        Some(Term { stem, shown })
    }

    /// The stem of a word in small letters.
    pub(super) fn stem(&self, lower: &str) -> Option<String> {
        Some(self.stemmer.as_ref()?.stem(lower).into_owned())
    }

    /// The word without an elided one before it and without the English possessive after it.
    fn shown(&self, word: &str) -> Range<usize> {
        let mut start = 0;
        if let Some((at, mark)) = word.char_indices().find(|&(_, c)| word::is_apostrophe(c))
            && self.elided.contains(&word[..at].to_lowercase().as_str())
        {
            start = at + mark.len_utf8();
        }
        let mut rest = word[start..].char_indices().rev();
        let mut end = word.len();
        if let (Some((_, 's' | 'S')), Some((at, mark))) = (rest.next(), rest.next())
            && word::is_apostrophe(mark)
            && at > 0
        {
            end = start + at;
        }
        start..end
    }

    /// Small letters, straight apostrophes, no soft hyphens.
    fn lower(&self, word: &str) -> String {
        let plain: String = word
            .chars()
            .filter(|&c| c != '\u{ad}')
            .map(|c| match c {
                '\u{2019}' | '\u{2bc}' => '\'',
                'I' if self.has_dotless_i => 'ı',
                'İ' if self.has_dotless_i => 'i',
                other => other,
            })
            .collect();
        plain.to_lowercase()
    }
}

/// Whether a word is one of the two-letter names that politics is full of: EU, UN, US.
fn is_short_name(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a word is too short to say much. One Hangul syllable says as much as three letters.
fn is_short(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphanumeric());
    let is_hangul = word.chars().next().is_some_and(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
    letters.nth(if is_hangul { 1 } else { 2 }).is_none()
}

fn algorithm(base: &str) -> Option<Algorithm> {
    Some(match base {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}
