//! Problems as values: what is wrong, where, and what to do about it.
//!
//! Every stage returns its problems as [`Diagnostic`]s; nothing here prints. A diagnostic knows its
//! place as a file and a byte range until somebody who has the text turns that into line and column
//! ([`Place::locate`]). Rendering as text and as JSON lives in [`render`].

pub mod code;
pub mod render;

use std::ops::Range;
use std::sync::Arc;

/// How bad a problem is: an error keeps the build from being published, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Keeps the build from being published.
    Error,
    /// Is shown, and no more.
    Warning,
}

/// Where in the author's files a problem is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path of the file from the site's root, `/`-separated.
    pub file: Arc<str>,
    /// Line, from 1; 0 while unknown or when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 while unknown.
    pub column: usize,
    /// How many characters of the line are marked; at least 1 when `line` is known.
    pub width: usize,
    /// The line itself, without its end.
    pub text: String,
    /// Byte range in the file that still has to be turned into line and column.
    pub bytes: Option<Range<usize>>,
}

impl Place {
    /// The whole file.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), line: 0, column: 0, width: 0, text: String::new(), bytes: None }
    }

    /// A byte range of a file whose text is not at hand; see [`Place::locate`].
    pub fn bytes(file: impl Into<Arc<str>>, bytes: Range<usize>) -> Self {
        Place { bytes: Some(bytes), ..Place::file(file) }
    }

    /// A byte range of `text`, the file's whole content.
    pub fn in_text(file: impl Into<Arc<str>>, text: &str, bytes: Range<usize>) -> Self {
        let mut place = Place::bytes(file, bytes);
        place.locate(text);
        place
    }

    /// A known line and column (both from 1) with the line's text.
    pub fn line(
        file: impl Into<Arc<str>>,
        line: usize,
        column: usize,
        width: usize,
        text: &str,
    ) -> Self {
        let text = text.trim_end_matches(['\n', '\r']).to_string();
        Place { line, column: column.max(1), width: width.max(1), text, ..Place::file(file) }
    }

    /// The line and column (both from 1) of `text` that a parser names; the whole file when it names none.
    pub fn named(file: impl Into<Arc<str>>, text: &str, at: Option<(usize, usize)>) -> Self {
        let Some((line, column)) = at else { return Place::file(file) };
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        Place::line(file, line, column, 1, found)
    }

    /// Turns the byte range into line, column and text. Offsets past the end mean the end.
    pub fn locate(&mut self, text: &str) {
        let Some(range) = self.bytes.take() else { return };
        let floor = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (floor(range.start), floor(range.end.max(range.start)));
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = text[line_start..line_end].trim_end_matches('\r');
        self.line = 1 + text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count();
        self.column = 1 + text[line_start..start].chars().count();
        self.width = text[start..end.min(line_end).max(start)].chars().count().max(1);
        self.text = line.trim_start_matches('\u{feff}').to_string();
        if line.starts_with('\u{feff}') && self.column > 1 {
            self.column -= 1;
        }
    }
}

/// One problem: complete in one line, with more below for who wants it.
///
/// Wording: lower case, no full stop, `backticks` around what the author typed; the hint says the
/// next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the kind of problem, listed in [`code`].
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, complete in one line.
    pub message: String,
    /// Where, if it is in a file.
    pub place: Option<Place>,
    /// The next step.
    pub hint: Option<String>,
    /// Other places that belong to the problem ("first used here").
    pub notes: Vec<(String, Place)>,
}

impl Diagnostic {
    /// An error without a place; `id` is listed in [`code`].
    pub fn error(id: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            id,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            hint: None,
            notes: Vec::new(),
        }
    }

    /// A warning without a place.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(id, message) }
    }

    /// Says where.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds another place that belongs to the problem.
    pub fn note(mut self, label: impl Into<String>, place: Place) -> Self {
        self.notes.push((label.into(), place));
        self
    }

    /// Whether it keeps the build from being published.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Words of a library as a message says them: no capital at the beginning, unless they begin with a name in capitals, no full stop.
pub fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_string(),
    }
}

/// Sorts by place, then by message, and drops what is there twice, so that every run shows the same list.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let place = |d: &Diagnostic| {
        d.place.as_ref().map(|p| {
            (p.file.clone(), p.line, p.column, p.bytes.as_ref().map_or(0, |range| range.start))
        })
    };
    diagnostics.sort_by(|a, b| {
        (place(a), a.severity, &a.message, a.id).cmp(&(place(b), b.severity, &b.message, b.id))
    });
    diagnostics.dedup();
}

/// The name nearest to `word` among `known`, if it is near enough to be a slip of the hand.
///
/// Distance is Damerau-Levenshtein in its restricted form (optimal string alignment).
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = Spelling::new(word);
    let mut limit = word.limit();
    let mut best: Option<(usize, &str)> = None;
    let mut letters = Vec::new();
    for name in known {
        let Some(found) = word.slips(name, limit, &mut letters) else { continue };
        limit = found;
        best = Some(best.map_or((found, name), |best| best.min((found, name))));
    }
    best.map(|(_, name)| name)
}

/// A word that is held against many names.
pub struct Spelling {
    letters: Vec<char>,
    /// How often letters of each kind stand in it.
    bag: [i32; KINDS],
}

/// Kinds of letters that are told apart before a distance is counted.
const KINDS: usize = 64;

impl Spelling {
    pub fn new(word: &str) -> Spelling {
        let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        let mut bag = [0; KINDS];
        letters.iter().for_each(|letter| bag[*letter as usize % KINDS] += 1);
        Spelling { letters, bag }
    }

    /// Whether a name is near enough for [`nearest`]; `letters` is room to work in.
    pub fn is_near(&self, name: &str, letters: &mut Vec<char>) -> bool {
        self.slips(name, self.limit(), letters).is_some()
    }

    /// How many slips are still one hand's.
    fn limit(&self) -> usize {
        (self.letters.len() / 3).max(1)
    }

    /// How many slips lie between the word and a name, if not more than `limit`.
    fn slips(&self, name: &str, limit: usize, letters: &mut Vec<char>) -> Option<usize> {
        let length = self.letters.len();
        // A name has at least a quarter as many characters as bytes.
        if name.len() + limit < length || name.len() > 4 * (length + limit) {
            return None;
        }
        letters.clear();
        if name.is_ascii() {
            letters.extend(name.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            letters.extend(name.chars().flat_map(char::to_lowercase));
        }
        // Each slip takes one letter away, or adds one, or both: most names fall here, before anything is aligned.
        let mut bag = self.bag;
        letters.iter().for_each(|letter| bag[*letter as usize % KINDS] -= 1);
        let (mut more, mut fewer) = (0, 0);
        for count in bag {
            more += count.max(0) as usize;
            fewer += count.min(0).unsigned_abs() as usize;
        }
        if more.max(fewer) > limit {
            return None;
        }
        distance(&self.letters, letters, limit)
    }
}

/// How many slips lie between two words, if not more than `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let (mut last, mut before) = (vec![0; row.len()], vec![0; row.len()]);
    for i in 1..=a.len() {
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
        row[0] = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row[j] = best;
        }
        if row.iter().chain(&last).all(|cost| *cost > limit) {
            return None;
        }
    }
    Some(row[b.len()]).filter(|cost| *cost <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_keeps_the_line() {
        let place = Place::in_text("a.md", "eins\r\nzwölf acht\nx", 13..17);
        assert_eq!((place.line, place.column, place.width), (2, 7, 4));
        assert_eq!(place.text, "zwölf acht");
    }

    #[test]
    fn a_place_past_the_end_or_inside_a_character_does_not_panic() {
        assert_eq!(Place::in_text("a.md", "ab", 90..99).line, 1);
        assert_eq!(Place::in_text("a.md", "ö", 1..2).column, 1);
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        assert_eq!(nearest("tilte", ["title", "date"]), Some("title"));
        assert_eq!(nearest("zzz", ["title", "date"]), None);
    }

    #[test]
    fn a_slip_is_a_letter_more_less_other_or_two_turned_round() {
        for (word, name, slips) in [
            ("title", "title", Some(0)),
            ("tilte", "title", Some(1)),
            ("titl", "title", Some(1)),
            ("xtitlex", "title", Some(2)),
            ("kitten", "sitting", None),
            ("", "ab", Some(2)),
            ("abcd", "badc", Some(2)),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&chars(word), &chars(name), 2), slips, "{word} {name}");
        }
        assert_eq!(nearest("Zürch", ["ZÜRICH", "Bern"]), Some("ZÜRICH"));
        assert_eq!(nearest("ab", ["b", "ac", "aa"]), Some("aa"));
    }

    proptest::proptest! {
        /// What falls before anything is aligned would have fallen anyway.
        #[test]
        fn a_look_at_the_letters_loses_no_name(word in "[a-dÄß/]{0,12}", name in "[a-dÄß/]{0,12}") {
            let spelling = Spelling::new(&word);
            let letters: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
            let limit = spelling.limit();
            let aligned = distance(&spelling.letters, &letters, limit);
            proptest::prop_assert_eq!(spelling.slips(&name, limit, &mut Vec::new()), aligned);
        }
    }
}
