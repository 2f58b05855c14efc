//! Text made ready for a card: one paragraph without control characters, and where its lines may end.
//!
//! Line breaks: Unicode Standard Annex 14, with dictionaries of Thai, Lao, Khmer and Burmese, which write no spaces.

use icu_segmenter::LineSegmenter;
use icu_segmenter::LineSegmenterBorrowed;
use icu_segmenter::options::{LineBreakOptions, LineBreakWordOption};

/// More never fits on a card, and no text may cost more than this many characters.
const MAX_CHARACTERS: usize = 1000;

pub(super) const SOFT_HYPHEN: char = '\u{ad}';

/// White space and control characters become single spaces. Also says whether the text was too long to be kept whole.
pub(super) fn clean(text: &str) -> (String, bool) {
    let mut clean = String::with_capacity(text.len().min(4 * MAX_CHARACTERS));
    let mut room = MAX_CHARACTERS;
    for character in text.chars() {
        if room == 0 {
            return (clean, true);
        }
        match character {
            // A space that keeps words together is told from others.
            '\u{a0}' | '\u{202f}' | '\u{2007}' => clean.push('\u{a0}'),
            _ if character.is_whitespace() || character.is_control() => {
                match clean.chars().last() {
                    None | Some(' ') => continue,
                    Some(_) => clean.push(' '),
                }
            }
            _ => clean.push(character),
        }
        room -= 1;
    }
    clean.truncate(clean.trim_end().len());
    (clean, false)
}

/// Whether a character steers others and needs no letter of its own
/// (Unicode property `Default_Ignorable_Code_Point`, the ranges in use).
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character as u32,
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xe0000..=0xe0fff)
}

/// The place of a Chinese character's form: the same character is drawn otherwise in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Region {
    Simplified,
    Traditional,
    HongKong,
    Japan,
    Korea,
}

impl Region {
    /// From the letters that only one of them uses, else from the language.
    pub fn of(text: &str, lang: &str) -> Region {
        for character in text.chars() {
            match character as u32 {
                0x3041..=0x30ff => return Region::Japan,
                0x1100..=0x11ff | 0xac00..=0xd7a3 => return Region::Korea,
                _ => {}
            }
        }
        let lang = lang.to_ascii_lowercase();
        let has = |part| lang.split(['-', '_']).any(|subtag| subtag == part);
        match lang.split(['-', '_']).next().unwrap_or_default() {
            "ja" => Region::Japan,
            "ko" => Region::Korea,
            "yue" => Region::HongKong,
            "zh" if has("hk") || has("mo") => Region::HongKong,
            "zh" if has("hant") || has("tw") => Region::Traditional,
            _ => Region::Simplified,
        }
    }
}

/// Finds the places where a line may end.
pub(super) struct Breaker {
    usual: LineSegmenterBorrowed<'static>,
    /// Korean is set with spaces and breaks at them.
    korean: LineSegmenterBorrowed<'static>,
}

impl Breaker {
    pub fn new() -> Breaker {
        let mut options = LineBreakOptions::default();
        let usual = LineSegmenter::new_dictionary(options);
        options.word_option = Some(LineBreakWordOption::KeepAll);
        Breaker { usual, korean: LineSegmenter::new_dictionary(options) }
    }

    /// The ends of all pieces, in bytes, the end of the text included.
    pub fn ends(&self, text: &str, region: Region) -> Vec<usize> {
        let segmenter = if region == Region::Korea { &self.korean } else { &self.usual };
        segmenter.segment_str(text).filter(|&end| end > 0).collect()
    }
}
