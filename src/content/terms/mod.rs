//! What a text is about: stemmed, weighted terms for related articles, and the count of its words.
//!
//! Takes the plain text of one article, zone by zone, and gives [`Terms`]: a function of that text and its
//! language alone. The cache of an [`Analyzer`] saves time and never changes a result. How rare a term is
//! among the other articles is not known here: that is the business of `site::related`.

mod form;
pub mod index;
mod language;
mod word;

use form::{Forms, hash};
use index::{Ends, Keys};
use language::Language;
use word::{Token, Words};

/// The terms of one document, as plain arrays that a cache can keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Words of the body (characters for Chinese and Japanese).
    pub words: u32,
    /// Hashes of the stems, ascending, each once.
    pub stems: Box<[u32]>,
    /// Weight of each stem in this document: eighths of `1 + log2(frequency)`, from 8 to 127.
    pub weights: Box<[u8]>,
    /// The strongest stems, ascending: those that [`Terms::name`] can spell out.
    pub named: Box<[u32]>,
    /// How the author wrote them, in the order of `named`, each ended by a line feed.
    pub names: Box<str>,
    /// All words of the text for the search index ([`index::words`]); empty where it was not asked for or was put
    /// away.
    pub index: Box<[u8]>,
}

impl Terms {
    /// Gives back what only the ranking needs: everything but the count of words and the names.
    pub fn forget(&mut self) {
        self.stems = Box::default();
        self.weights = Box::default();
        self.index = Box::default();
    }

    /// The stems with their weights, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u8)> + '_ {
        self.stems.iter().copied().zip(self.weights.iter().copied())
    }

    /// The word behind a stem as this document has it, in its shortest form; only for the strongest stems.
    pub fn name(&self, stem: u32) -> Option<&str> {
        let at = self.named.binary_search(&stem).ok()?;
        let start = line_start(self.names.as_bytes(), at)?;
        let line = self.names.get(start..)?;
        line.get(..line.bytes().position(|byte| byte == b'\n')?)
    }
}

/// The text of one article, without markup.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text<'a> {
    /// The title.
    pub title: &'a str,
    /// The description, or nothing.
    pub description: &'a str,
    /// Tags and the like, as the author wrote them.
    pub tags: &'a [&'a str],
    /// The body.
    pub body: &'a str,
}

/// Where a piece of text stands, which decides how much its words count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The title of the article.
    Title,
    /// Its description.
    Description,
    /// One of its tags.
    Tag,
    /// A heading in the body; counts as words of the body.
    Heading,
    /// Running text; counts as words of the body.
    Body,
}

impl Zone {
    /// How many times one occurrence in this zone counts.
    pub const fn boost(self) -> u32 {
        match self {
            Zone::Title => 5,
            Zone::Tag => 4,
            Zone::Description => 3,
            Zone::Heading => 2,
            Zone::Body => 1,
        }
    }

    const fn is_body(self) -> bool {
        matches!(self, Zone::Heading | Zone::Body)
    }
}

/// Most terms that are kept of one document, the strongest ones: what an article is about is said more
/// often than once, and the rest only costs memory and time.
const MOST_TERMS: usize = 256;

/// Most terms of one document that can be spelled out.
const MOST_NAMES: usize = 40;

/// Languages whose words are remembered at a time.
const MOST_LANGUAGES: usize = 16;

/// Turns texts into terms. One for each thread, kept for many texts: it remembers words that it has seen.
#[derive(Default)]
pub struct Analyzer {
    languages: Vec<(String, Worker)>,
    has_index: bool,
}

impl Analyzer {
    /// An analyzer that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// An analyzer that also notes every word for the search index.
    pub fn with_index() -> Self {
        Analyzer { has_index: true, ..Self::default() }
    }

    /// Whether it notes every word for the search index.
    pub fn set_index(&mut self, has_index: bool) {
        if self.has_index != has_index {
            *self = Analyzer { has_index, ..Self::default() };
        }
    }

    /// The terms of a text. `language` is a tag such as `en` or `pt-BR`; an unknown one means that words are
    /// taken as they are, without stems and stop words.
    pub fn analyze(&mut self, language: &str, text: &Text<'_>) -> Terms {
        let mut reading = self.read(language);
        reading.add(Zone::Title, text.title);
        reading.add(Zone::Description, text.description);
        for tag in text.tags {
            reading.add(Zone::Tag, tag);
        }
        reading.add(Zone::Body, text.body);
        reading.finish()
    }

    /// Begins a text that comes in pieces. A piece ends its last word.
    pub fn read(&mut self, language: &str) -> Reading<'_> {
        let at = match self.languages.iter().position(|(known, _)| known == language) {
            Some(at) => at,
            None => {
                if self.languages.len() == MOST_LANGUAGES {
                    self.languages.remove(0);
                }
                let worker = Worker::new(language, self.has_index);
                self.languages.push((language.to_owned(), worker));
                self.languages.len() - 1
            }
        };
        let worker = &mut self.languages[at].1;
        if worker.forms.clear()
            && let Some(keys) = &mut worker.keys
        {
            keys.clear();
        }
        worker.ends = Ends::default();
        Reading { worker, words: 0 }
    }
}

/// One text that is being read, piece by piece.
pub struct Reading<'a> {
    worker: &'a mut Worker,
    words: u32,
}

impl Reading<'_> {
    /// Reads a piece of plain text.
    pub fn add(&mut self, zone: Zone, text: &str) {
        let words = self.worker.count(text, zone.boost());
        let met = self.worker.forms.touched().len();
        match zone {
            Zone::Title => self.worker.ends.title = met,
            Zone::Description => self.worker.ends.description = met,
            Zone::Tag => self.worker.ends.tags = met,
            Zone::Heading | Zone::Body => {}
        }
        if zone.is_body() {
            self.words = self.words.saturating_add(words);
        }
    }

    /// The words of the body so far.
    pub fn words(&self) -> u32 {
        self.words
    }

    /// The terms of all pieces together.
    pub fn finish(self) -> Terms {
        let mut terms = self.worker.collect();
        terms.words = self.words;
        let Worker { keys, forms, ends, .. } = self.worker;
        if let Some(keys) = keys {
            terms.index = keys.write(forms, *ends, self.words);
        }
        terms
    }
}

/// The state for one language: its rules, the words that were seen, and the counts of the present text.
struct Worker {
    language: Language,
    forms: Forms,
    /// How the index spells the words, if there is to be one; where the zones of the present text end.
    keys: Option<Keys>,
    ends: Ends,
    /// Frequency by number of the stem, zero outside [`Worker::collect`], and the form that shows it best.
    frequencies: Vec<u32>,
    best: Vec<u32>,
    /// Buffers of [`Worker::collect`]: the stems of the text, the strongest of them.
    found: Vec<u64>,
    strongest: Vec<u64>,
}

/// Bits of a packed stem below its hash: the number of the stem, or its place among those that are kept.
const NUMBER_BITS: u32 = 24;

impl Worker {
    fn new(language: &str, has_index: bool) -> Self {
        Worker {
            language: Language::new(language),
            forms: Forms::new(),
            keys: has_index.then(Keys::default),
            ends: Ends::default(),
            frequencies: Vec::new(),
            best: Vec::new(),
            found: Vec::new(),
            strongest: Vec::new(),
        }
    }

    /// Counts the terms of `text` and gives the number of its words.
    fn count(&mut self, text: &str, boost: u32) -> u32 {
        let mut words = Words::new(text);
        let mut number = 0u32;
        loop {
            if let Some((at, key)) = words.plain() {
                number = number.saturating_add(1);
                if key != [0, 0] {
                    self.forms.count(&text[at], key, boost, &self.language);
                } else if self.keys.is_some() {
                    self.add(&text[at], boost);
                }
                continue;
            }
            match words.next() {
                Some(Token::Word(at)) => {
                    number = number.saturating_add(1);
                    self.add(&text[at], boost);
                }
                Some(Token::Number(at)) => {
                    number = number.saturating_add(1);
                    if self.keys.is_some() {
                        self.add(&text[at], boost);
                    }
                }
                Some(Token::Run(run)) => {
                    number = number.saturating_add(run.words);
                    word::bigrams(&text[run.range], |pair| self.add(pair, boost));
                }
                None => break,
            }
        }
        number
    }

    fn add(&mut self, word: &str, boost: u32) {
        if word.len() <= form::LONGEST {
            self.forms.count(word, form::key(word), boost, &self.language);
        }
    }

    /// Sums the counts of all forms of each stem.
    fn collect(&mut self) -> Terms {
        self.frequencies.resize(self.frequencies.len().max(self.forms.stem_count()), 0);
        self.best.resize(self.frequencies.len(), 0);
        self.found.clear();
        for &form in self.forms.touched() {
            let (number, count) = self.forms.stem_and_count(form);
            if number == form::SILENT {
                continue;
            }
            let frequency = &mut self.frequencies[number as usize];
            let best = &mut self.best[number as usize];
            if *frequency == 0 {
                let stem = u64::from(self.forms.stem(number));
                self.found.push(stem << NUMBER_BITS | u64::from(number));
                *best = form;
            } else if self.forms.is_better(form, *best) {
                *best = form;
            }
            *frequency = frequency.saturating_add(count);
        }
        for found in &mut self.found {
            let frequency = &mut self.frequencies[number(*found)];
            // The greatest weight first, then the stem.
            *found |= u64::from(u8::MAX - damped(*frequency)) << 56;
            *frequency = 0;
        }
        if self.found.len() > MOST_TERMS {
            self.found.select_nth_unstable(MOST_TERMS);
            self.found.truncate(MOST_TERMS);
        }
        for found in &mut self.found {
            *found = found.rotate_left(8);
        }
        self.found.sort_unstable();
        let (named, names) = self.name();
        Terms {
            words: 0,
            stems: self.found.iter().map(|found| (found >> 32) as u32).collect(),
            weights: self.found.iter().map(|&found| u8::MAX - found as u8).collect(),
            named,
            names,
            index: Box::default(),
        }
    }

    /// Spells out the strongest terms, the longer word first where they are equally strong.
    fn name(&mut self) -> (Box<[u32]>, Box<str>) {
        let form = |found: u64| self.best[number(found >> 8)];
        self.strongest.clear();
        self.strongest.extend(self.found.iter().zip(0..).map(|(&found, at): (_, u64)| {
            let shorter = u64::from(0xff - self.forms.length(form(found)));
            (found & 0xff) << 56 | shorter << 48 | (found >> 32) << 16 | at
        }));
        if self.strongest.len() > MOST_NAMES {
            self.strongest.select_nth_unstable(MOST_NAMES);
            self.strongest.truncate(MOST_NAMES);
        }
        // Places are in the order of the stems.
        self.strongest.sort_unstable_by_key(|&strong| strong as u16);
        let mut stems = Vec::with_capacity(self.strongest.len());
        let mut names = String::with_capacity(12 * self.strongest.len());
        for &strong in &self.strongest {
            let found = self.found[usize::from(strong as u16)];
            stems.push((found >> 32) as u32);
            names.push_str(self.forms.shown(form(found)));
            names.push('\n');
        }
        (stems.into_boxed_slice(), names.into_boxed_str())
    }
}

/// Where the line of this number begins. Lines are short: counting their ends piece by piece is faster than finding
/// each of them.
fn line_start(text: &[u8], mut number: usize) -> Option<usize> {
    const PIECE: usize = 32;
    let mut start = 0;
    for piece in text.as_chunks::<PIECE>().0 {
        let ends = piece.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
        if usize::from(ends) >= number {
            break;
        }
        number -= usize::from(ends);
        start += PIECE;
    }
    let mut rest = text.get(start..)?.iter();
    while number > 0 {
        number -= usize::from(*rest.next()? == b'\n');
    }
    Some(text.len() - rest.len())
}

/// The number of the stem in its packed form.
fn number(found: u64) -> usize {
    (found & ((1 << NUMBER_BITS) - 1)) as usize
}

/// The hash that stands for a stem in [`Terms::stems`]. Two stems share one in about four thousand million cases.
pub fn stem_hash(stem: &str) -> u32 {
    let wide = hash(stem.as_bytes());
    (wide ^ (wide >> 32)) as u32
}

/// A hash of any name that is the same on every machine and in every version.
pub fn name_hash(name: &str) -> u64 {
    hash(name.as_bytes())
}

/// Greatest weight of a term, that of one which stands thirty thousand times in a text.
const MOST_WEIGHT: u32 = 127;

/// Eighths of `1 + log2(frequency)`, rounded down, at most 127. In whole numbers, so that every machine agrees.
pub fn damped(frequency: u32) -> u8 {
    match DAMPED.get(frequency as usize) {
        Some(&weight) => weight,
        None => damped_slowly(frequency),
    }
}

static DAMPED: [u8; 128] = {
    let mut table = [0; 128];
    let mut frequency = 0;
    while frequency < 128 {
        table[frequency] = damped_slowly(frequency as u32);
        frequency += 1;
    }
    table
};

const fn damped_slowly(frequency: u32) -> u8 {
    if frequency == 0 {
        return 0;
    }
    let whole = frequency.ilog2();
    // The part after the point, bit by bit: squaring doubles a logarithm.
    let mut mantissa = (frequency as u64) << (31 - whole);
    let mut eighths = 0;
    let mut bit = 0;
    while bit < 3 {
        mantissa = (mantissa * mantissa) >> 31;
        eighths <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            eighths |= 1;
        }
        bit += 1;
    }
    let weight = 8 + 8 * whole + eighths;
    if weight > MOST_WEIGHT { MOST_WEIGHT as u8 } else { weight as u8 }
}

#[cfg(test)]
mod tests;
