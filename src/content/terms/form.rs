//! The words that an analyzer has seen, each exactly as it was written, with its stem.
//!
//! A text uses the same words again and again: the rules of the language are applied to each spelling once,
//! every other time costs one look into a table. What is in the table never changes an answer.

use super::language::Language;
use super::stem_hash;

/// Longest word in bytes that can be a term; longer ones are addresses and the like.
pub(super) const LONGEST: usize = 80;

/// Words after which the table is emptied before the next text.
const MOST_FORMS: usize = 1 << 16;

const EMPTY: u32 = u32::MAX;
/// Marks a form that is no term: a stop word, a short word.
const SILENT: u32 = 1 << 31;

/// A place in the table: first eight bytes, upper bits of the hash with the length, form.
#[derive(Clone, Copy)]
struct Slot {
    head: u64,
    tag: u32,
    form: u32,
}

const FREE: Slot = Slot { head: 0, tag: 0, form: EMPTY };

/// One spelling: where it stands in the store of texts, what of it to show, its stem.
struct Form {
    start: u32,
    show_start: u32,
    show_end: u32,
    stem: u32,
}

/// The table of spellings.
pub(super) struct Forms {
    slots: Vec<Slot>,
    forms: Vec<Form>,
    text: String,
}

impl Forms {
    pub(super) fn new() -> Self {
        Forms { slots: vec![FREE; 1 << 12], forms: Vec::new(), text: String::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.forms.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.forms.len() >= MOST_FORMS
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }

    /// The number of a spelling, new or known; `None` if it is no term. `word` has 1 to [`LONGEST`] bytes.
    #[inline]
    pub(super) fn find(&mut self, word: &str, language: &Language) -> Option<u32> {
        let bytes = word.as_bytes();
        let (head, wide) = (head(bytes), hash(bytes));
        let tag = ((wide >> 32) as u32 & !0xff) | bytes.len() as u32;
        let mask = self.slots.len() - 1;
        let mut at = wide as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.form == EMPTY {
                return self.insert(at, Slot { head, tag, form: EMPTY }, word, language);
            }
            if slot.tag == tag
                && slot.head == head
                && (bytes.len() <= 8 || self.is(slot.form, bytes))
            {
                return if slot.form & SILENT == 0 { Some(slot.form) } else { None };
            }
            at = (at + 1) & mask;
        }
    }

    /// The stem of a form.
    pub(super) fn stem(&self, form: u32) -> u32 {
        self.forms[form as usize].stem
    }

    /// What to show of a form: without `l'` before and `'s` after it.
    pub(super) fn shown(&self, form: u32) -> &str {
        let form = &self.forms[form as usize];
        &self.text[form.show_start as usize..form.show_end as usize]
    }

    /// Whether `a` shows a stem better than `b`: shorter; of equal length the one with small letters.
    pub(super) fn is_better(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.shown(a), self.shown(b));
        (a.len(), b.as_bytes()) < (b.len(), a.as_bytes())
    }

    fn is(&self, form: u32, bytes: &[u8]) -> bool {
        let start = self.forms[(form & !SILENT) as usize].start as usize;
        self.text.as_bytes()[start..].starts_with(bytes)
    }

    #[cold]
    fn insert(
        &mut self,
        at: usize,
        mut slot: Slot,
        word: &str,
        language: &Language,
    ) -> Option<u32> {
        let number = self.forms.len() as u32;
        let start = self.text.len() as u32;
        self.text.push_str(word);
        let term = language.term(word);
        let (show, stem) = match &term {
            Some(term) => (term.shown.clone(), stem_hash(&term.stem)),
            None => (0..0, 0),
        };
        self.forms.push(Form {
            start,
            show_start: start + show.start as u32,
            show_end: start + show.end as u32,
            stem,
        });
        slot.form = if term.is_some() { number } else { number | SILENT };
        self.slots[at] = slot;
        if self.forms.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        term.map(|_| number)
    }

    fn grow(&mut self) {
        let mut slots = vec![FREE; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for slot in self.slots.iter().filter(|slot| slot.form != EMPTY) {
            let start = self.forms[(slot.form & !SILENT) as usize].start as usize;
            let length = (slot.tag & 0xff) as usize;
            let mut at = hash(&self.text.as_bytes()[start..start + length]) as usize & mask;
            while slots[at].form != EMPTY {
                at = (at + 1) & mask;
            }
            slots[at] = *slot;
        }
        self.slots = slots;
    }
}

/// The first eight bytes as a number; of shorter words all bytes, so that no two of one length agree.
#[inline]
fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => short(bytes),
    }
}

/// Up to seven bytes as a number, without a loop; no two words of one length agree.
#[inline]
fn short(bytes: &[u8]) -> u64 {
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

/// A hash that is the same on every machine and in every version, for stems and for the table.
#[inline]
pub(super) fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let length = (bytes.len() as u64 + 1).wrapping_mul(0x243f_6a88_85a3_08d3);
    let Some(last) = bytes.last_chunk::<8>() else {
        return mixed(short(bytes) ^ length, FACTOR);
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
