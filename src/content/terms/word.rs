//! Where words begin and end.
//!
//! A word is a run of letters, digits and marks, with apostrophes inside. Scripts that put no spaces between
//! words come as whole runs. This is much simpler than the rules of Unicode (UAX 29), and several times faster;
//! for prose it finds the same words.

use std::ops::Range;

/// A piece of text that counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word with at least one letter.
    Word(Range<usize>),
    /// Digits only.
    Number(Range<usize>),
    /// Text in a script without spaces.
    Run(Run),
}

/// A stretch of text in a script without spaces.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// Its characters for Chinese and Japanese; for the scripts of South-East Asia a quarter of its letters.
    pub(super) words: u32,
}

/// Finds the words of a text, one after the other.
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
}

/// What a byte of ASCII is; everything else is `HIGH`.
const OTHER: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const APOSTROPHE: u8 = 4;
const HIGH: u8 = 8;

static CLASS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'\'' => APOSTROPHE,
            128..=255 => HIGH,
            _ => OTHER,
        };
        byte += 1;
    }
    table
};

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Words { text, at: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match CLASS[usize::from(byte)] {
                LETTER | DIGIT => return Some(self.word()),
                HIGH => {
                    if let Some(token) = self.high() {
                        return Some(token);
                    }
                }
                _ => self.at += 1,
            }
        }
        None
    }

    /// The next word of at most 15 letters and digits of ASCII, with its bytes as numbers; of a number
    /// they are zero. `None` if something else is next, or the end of the text is near: then ask for [`Self::next`].
    #[inline(always)]
    pub(super) fn plain(&mut self) -> Option<(Range<usize>, [u64; 2])> {
        let text = self.text.as_bytes();
        let mut start = self.at;
        while CLASS[usize::from(*text.get(start)?)] == OTHER {
            start += 1;
        }
        let bytes = text.get(start..)?.first_chunk::<16>()?;
        let (halves, _) = bytes.as_chunks::<8>();
        let (first, second) = (u64::from_le_bytes(halves[0]), u64::from_le_bytes(halves[1]));
        let (letters, more_letters) = (letters(first), letters(second));
        let ends = !(letters | digits(first)) & HIGH_BITS;
        let more_ends = !(more_letters | digits(second)) & HIGH_BITS;
        let more = if ends == 0 { more_ends.trailing_zeros() / 8 } else { 0 };
        let length = (ends.trailing_zeros() / 8 + more) as usize;
        if length == 0 || CLASS[usize::from(*bytes.get(length)?)] != OTHER {
            return None;
        }
        self.at = start + length;
        let kept = u64::MAX >> (64 - 8 * (length as u32 - more));
        let more_kept = (1 << (8 * more)) - 1;
        if letters & kept | more_letters & more_kept == 0 {
            return Some((start..self.at, [0, 0]));
        }
        Some((start..self.at, [first & kept, second & more_kept]))
    }

    /// The word that begins here.
    fn word(&mut self) -> Token {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut seen = OTHER;
        loop {
            for &byte in &bytes[self.at..] {
                let class = CLASS[usize::from(byte)];
                if class & (LETTER | DIGIT) == 0 {
                    break;
                }
                seen |= class;
                self.at += 1;
            }
            match bytes.get(self.at).map(|&byte| CLASS[usize::from(byte)]) {
                None | Some(OTHER) => break,
                _ => match self.beyond() {
                    Some((length, class)) => {
                        seen |= class;
                        self.at += length;
                    }
                    None => break,
                },
            }
        }
        let range = start..self.at;
        if seen & LETTER == 0 { Token::Number(range) } else { Token::Word(range) }
    }

    /// Length and class of the character here if it belongs to the word that it follows.
    fn beyond(&self) -> Option<(usize, u8)> {
        let mut rest = self.text[self.at..].chars();
        let c = rest.next()?;
        if is_apostrophe(c) {
            return rest.next().is_some_and(is_letter).then_some((c.len_utf8(), OTHER));
        }
        if is_letter(c) {
            return Some((c.len_utf8(), LETTER));
        }
        (is_mark(c) || c.is_numeric()).then_some((c.len_utf8(), OTHER))
    }

    /// The token that begins with this character outside ASCII, if one does; else steps over it.
    fn high(&mut self) -> Option<Token> {
        let c = self.text[self.at..].chars().next()?;
        if is_unspaced(c) {
            return Some(Token::Run(self.run()));
        }
        if is_letter(c) || c.is_numeric() {
            return Some(self.word());
        }
        self.at += c.len_utf8();
        None
    }

    fn run(&mut self) -> Run {
        let start = self.at;
        let (mut ideographs, mut letters) = (0u32, 0u32);
        for c in self.text[start..].chars() {
            if is_ideograph(c) {
                ideographs += 1;
            } else if is_southeast_asian(c) {
                letters += u32::from(c.is_alphabetic());
            } else {
                break;
            }
            self.at += c.len_utf8();
        }
        Run { range: start..self.at, words: ideographs + letters.div_ceil(4) }
    }
}

/// The highest bit of each byte.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The highest bit of each byte that is between two of ASCII; the other bits are nothing.
#[inline]
fn between(bytes: u64, first: u8, last: u8) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = bytes & !HIGH_BITS;
    let from = low + EACH * u64::from(0x80 - first);
    let beyond = low + EACH * u64::from(0x7f - last);
    from & !beyond & !bytes & HIGH_BITS
}

#[inline]
fn letters(bytes: u64) -> u64 {
    between(bytes | 0x2020_2020_2020_2020, b'a', b'z')
}

#[inline]
fn digits(bytes: u64) -> u64 {
    between(bytes, b'0', b'9')
}

/// The pairs of neighbours in a run: what stands for words where none can be seen. Pairs of Hiragana alone
/// are grammar and left out.
pub(super) fn bigrams<'a>(run: &'a str, mut each: impl FnMut(&'a str)) {
    let mut before: Option<(usize, char)> = None;
    for (at, c) in run.char_indices() {
        if let Some((start, first)) = before
            && !(is_hiragana(first) && is_hiragana(c))
        {
            each(&run[start..at + c.len_utf8()]);
        }
        before = Some((at, c));
    }
}

pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}')
}

/// Whether a character belongs to a script that puts no spaces between words.
pub(super) fn is_unspaced(c: char) -> bool {
    c >= '\u{e00}' && (is_ideograph(c) || is_southeast_asian(c))
}

/// A letter of a script with spaces.
fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' => true,
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        _ => c.is_alphabetic() && !is_unspaced(c) && !is_apostrophe(c),
    }
}

/// A mark that stands on or between letters: accents, vowel signs, viramas, joiners, soft hyphens.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}'
        | '\u{900}'..='\u{963}' | '\u{966}'..='\u{96f}' | '\u{971}'..='\u{df3}' | '\u{f18}'..='\u{fbc}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}' | '\u{200d}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// Han, Hiragana, Katakana, Bopomofo.
fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{312f}'
        | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}' | '\u{20000}'..='\u{3ffff}')
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}' | '\u{30fc}')
}

/// Thai, Lao, Burmese, Khmer: letters and marks.
fn is_southeast_asian(c: char) -> bool {
    matches!(c,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ece}' | '\u{1000}'..='\u{103f}'
        | '\u{1050}'..='\u{109f}' | '\u{1780}'..='\u{17d3}')
}
