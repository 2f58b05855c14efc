//! The words that an analyzer has seen, each exactly as it was written, with its stem.
//!
//! A text uses the same words again and again: the rules of the language are applied to each spelling once,
//! every other time costs one look into a table. What is in the table never changes an answer.

use rustc_hash::FxHashMap;

use super::language::Language;
use super::stem_hash;

/// Longest word in bytes that can be a term; longer ones are addresses and the like.
pub(super) const LONGEST: usize = 80;

/// Words after which the table is emptied before the next text.
const MOST_FORMS: usize = 1 << 16;

/// The number of the stem of what is no term: a stop word, a short word.
pub(super) const SILENT: u32 = u32::MAX;

/// A spelling as two numbers: all bytes of one that has at most 15. Of a longer one the first eight and a
/// hash; the highest byte says which.
pub(super) type Key = [u64; 2];

const LONG: u64 = 0xff << 56;

/// One spelling, as far as each of its uses needs it. The frequent ones are met early and so stand together.
struct Form {
    key: Key,
    /// Occurrences in the present text.
    count: u32,
    /// The number of its stem.
    stem: u32,
}

/// Where a spelling stands in the store of texts, and what of it to show.
struct Spelling {
    start: u32,
    show_start: u32,
    show_end: u32,
}

/// The table of spellings, with their counts in the present text.
pub(super) struct Forms {
    /// Forms by hash; 0 is a free place.
    slots: Vec<u32>,
    /// From 1 on.
    forms: Vec<Form>,
    spellings: Vec<Spelling>,
    text: String,
    /// Forms of the present text, in the first `met` places.
    touched: Vec<u32>,
    met: usize,
    /// Hashes of the stems by number.
    stems: Vec<u32>,
    numbers: FxHashMap<u32, u32>,
}

impl Forms {
    pub(super) fn new() -> Self {
        Forms {
            slots: vec![0; 1 << 12],
            forms: vec![Form { key: [0; 2], count: 0, stem: SILENT }],
            spellings: vec![Spelling { start: 0, show_start: 0, show_end: 0 }],
            text: String::new(),
            touched: vec![0; 2],
            met: 0,
            stems: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }

    /// Makes ready for another text. Gives whether all words were forgotten.
    pub(super) fn clear(&mut self) -> bool {
        let is_full = self.forms.len() >= MOST_FORMS;
        if is_full {
            *self = Self::new();
        }
        for &form in &self.touched[..self.met] {
            self.forms[form as usize].count = 0;
        }
        self.met = 0;
        is_full
    }

    /// Counts a word `boost` times. It has 1 to [`LONGEST`] bytes, and `key` is its key.
    #[inline(always)]
    pub(super) fn count(&mut self, word: &str, key: Key, boost: u32, language: &Language) {
        let mask = self.slots.len() - 1;
        let mut at = place(key) & mask;
        loop {
            let number = self.slots[at];
            let form = &mut self.forms[number as usize];
            if form.key == key && (key[1] < LONG || self.is(number, word)) {
                break self.add(number, boost);
            }
            if number == 0 {
                let number = self.insert(at, key, word, language);
                break self.add(number, boost);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline(always)]
    fn add(&mut self, number: u32, boost: u32) {
        let form = &mut self.forms[number as usize];
        // Written each time, kept if it is new: a branch here would be guessed wrong too often.
        self.touched[self.met] = number;
        self.met += usize::from(form.count == 0);
        form.count = form.count.saturating_add(boost);
    }

    /// The forms of the present text.
    pub(super) fn touched(&self) -> &[u32] {
        &self.touched[..self.met]
    }

    /// The number of the stem of a form, [`SILENT`] if it is no term, and its count.
    #[inline]
    pub(super) fn stem_and_count(&self, form: u32) -> (u32, u32) {
        let form = &self.forms[form as usize];
        (form.stem, form.count)
    }

    /// The hash of a stem.
    #[inline]
    pub(super) fn stem(&self, number: u32) -> u32 {
        self.stems[number as usize]
    }

    /// How many stems the words have.
    pub(super) fn stem_count(&self) -> usize {
        self.stems.len()
    }

    /// What to show of a form: without `l'` before and `'s` after it.
    pub(super) fn shown(&self, form: u32) -> &str {
        let spelling = &self.spellings[form as usize];
        &self.text[spelling.show_start as usize..spelling.show_end as usize]
    }

    /// Bytes of what is shown.
    pub(super) fn length(&self, form: u32) -> u32 {
        let spelling = &self.spellings[form as usize];
        spelling.show_end - spelling.show_start
    }

    /// Whether `a` shows a stem better than `b`: shorter; of equal length the one with small letters.
    pub(super) fn is_better(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.shown(a), self.shown(b));
        (a.len(), b.as_bytes()) < (b.len(), a.as_bytes())
    }

    #[cold]
    fn is(&self, form: u32, word: &str) -> bool {
        self.spelling(form) == word
    }

    /// How many numbers forms have; that of the first one is 1.
    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    /// A form as it was written.
    pub(super) fn spelling(&self, form: u32) -> &str {
        let start = self.spellings[form as usize].start as usize;
        let next = self.spellings.get(form as usize + 1);
        &self.text[start..next.map_or(self.text.len(), |next| next.start as usize)]
    }

    #[cold]
    fn insert(&mut self, at: usize, key: Key, word: &str, language: &Language) -> u32 {
        let number = self.forms.len() as u32;
        let start = self.text.len() as u32;
        self.text.push_str(word);
        let (show, stem) = match language.term(word) {
            Some(term) => (term.shown, self.number(stem_hash(&term.stem))),
            None => (0..0, SILENT),
        };
        self.forms.push(Form { key, count: 0, stem });
        self.spellings.push(Spelling {
            start,
            show_start: start + show.start as u32,
            show_end: start + show.end as u32,
        });
        self.touched.push(0);
        self.slots[at] = number;
        if self.forms.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        number
    }

    fn number(&mut self, stem: u32) -> u32 {
        let next = self.stems.len() as u32;
        let number = *self.numbers.entry(stem).or_insert(next);
        if number == next {
            self.stems.push(stem);
        }
        number
    }

    /// Doubles the table. The early forms, which are the frequent ones, get the first places.
    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for (form, number) in self.forms.iter().zip(0..).skip(1) {
            let mut at = place(form.key) & mask;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = number;
        }
        self.slots = slots;
    }
}

/// The key of a word of any length.
pub(super) fn key(word: &str) -> Key {
    let bytes = word.as_bytes();
    let head = short(bytes.first_chunk::<8>().map_or(bytes, |chunk| chunk));
    match bytes.get(8..) {
        None => [head, 0],
        Some(rest) if bytes.len() < 16 => [head, short(rest)],
        Some(rest) => [head, hash(rest) | LONG],
    }
}

/// Where the search for a key begins, before it is cut to the size of the table.
#[inline]
fn place(key: Key) -> usize {
    mixed(key[0] ^ 0x9e37_79b9_7f4a_7c15, key[1] ^ 0x243f_6a88_85a3_08d3) as usize
}

/// Up to eight bytes as a number, the first one lowest.
fn short(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
/// Up to seven bytes as a number of which no two words of one length agree; part of [`hash`].
fn packed(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
    }
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c, ..] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
    }
}

/// A hash that is the same on every machine and in every version.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let length = (bytes.len() as u64 + 1).wrapping_mul(0x243f_6a88_85a3_08d3);
    let Some(last) = bytes.last_chunk::<8>() else {
        return mixed(packed(bytes) ^ length, FACTOR);
    };
    let mut hash = length;
    for chunk in bytes[..bytes.len() - 1].as_chunks::<8>().0 {
        hash = mixed(hash ^ u64::from_le_bytes(*chunk), FACTOR);
    }
    mixed(hash ^ u64::from_le_bytes(*last), FACTOR)
}

#[inline]
fn mixed(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    wide as u64 ^ (wide >> 64) as u64
}
