//! Where in the text the key or the value at a path stands.
//!
//! The text is read once more by a visitor that fails on purpose when it has reached the end of the
//! path; the error carries the parser's own position.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::node::Key;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step<'p> {
    /// The value of a key; the number tells which one, from 0, when the key stands more than once.
    Key(&'p str, usize),
    /// An item of a list, from 0.
    Index(usize),
}

/// The way from the root to a value: a list that grows on the stack while values are read.
#[derive(Debug, Clone, Copy)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Option<Step<'p>>,
}

impl<'p> Path<'p> {
    /// The way to the root.
    pub fn root() -> Path<'p> {
        Path { parent: None, step: None }
    }

    /// One step further.
    pub fn child(&'p self, step: Step<'p>) -> Path<'p> {
        Path { parent: Some(self), step: Some(step) }
    }

    pub(super) fn steps(&self) -> Vec<Step<'p>> {
        let mut steps: Vec<Step<'p>> = Vec::new();
        let mut path = Some(self);
        while let Some(Path { parent, step }) = path {
            steps.extend(step);
            path = *parent;
        }
        steps.reverse();
        steps
    }
}

impl fmt::Display for Path<'_> {
    /// `authors.jane.name`, `menu[2].url`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps().into_iter().enumerate() {
            match step {
                Step::Key(key, _) if at == 0 => formatter.write_str(key)?,
                Step::Key(key, _) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{}]", index + 1)?,
            }
        }
        Ok(())
    }
}

/// What of an entry is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key itself.
    Key,
    /// What it stands for.
    Value,
}

/// The byte range of a key or value in `yaml`, or `None` when the text has no such path.
pub(super) fn locate(yaml: &str, steps: &[Step<'_>], part: Part) -> Option<Range<usize>> {
    let mut reached = false;
    let seek = Seek { steps, part, reached: &mut reached };
    let error = seek.deserialize(serde_yaml::Deserializer::from_str(yaml)).err()?;
    let start = error.location()?.index().min(yaml.len());
    if !reached || !yaml.is_char_boundary(start) {
        return None;
    }
    let start = after_properties(yaml, start);
    Some(start..extent(yaml, start))
}

/// Steps over an anchor and a tag: `&name !!str value`.
fn after_properties(yaml: &str, start: usize) -> usize {
    let line = yaml[start..].split(['\n', '\r']).next().unwrap_or("");
    let mut rest = line;
    while rest.starts_with(['&', '!']) {
        match rest.split_once(' ') {
            Some((_, value)) if !value.trim().is_empty() => rest = value.trim_start(),
            _ => return start,
        }
    }
    start + line.len() - rest.len()
}

struct Seek<'s> {
    steps: &'s [Step<'s>],
    part: Part,
    reached: &'s mut bool,
}

impl<'s> Seek<'s> {
    /// Fails on purpose: the parser adds its position.
    fn stop<T, E: Error>(&mut self) -> Result<T, E> {
        *self.reached = true;
        Err(E::custom("reached"))
    }

    fn after(&mut self) -> Seek<'_> {
        Seek { steps: &self.steps[1..], part: self.part, reached: self.reached }
    }

    fn is_last_key(&self) -> bool {
        self.part == Part::Key && self.steps.len() == 1
    }
}

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// A value that is no list and no map either is the target or makes the path wrong.
macro_rules! scalars {
    ($($method:ident($type:ty)),*) => {
        $(fn $method<E: Error>(mut self, _: $type) -> Result<(), E> {
            if self.steps.is_empty() { self.stop() } else { Ok(()) }
        })*
    };
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value without a tag")
    }

    scalars!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_i128(i128),
        visit_u128(u128),
        visit_f64(f64),
        visit_str(&str)
    );

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        if self.steps.is_empty() { self.stop() } else { Ok(()) }
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let wanted = match self.steps.first() {
            None => return self.stop(),
            Some(Step::Index(index)) => *index,
            Some(Step::Key(..)) => usize::MAX,
        };
        let mut at = 0;
        loop {
            let more = match at == wanted {
                true => items.next_element_seed(self.after())?.is_some(),
                false => items.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                return Ok(());
            }
            at += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let (wanted, mut skip) = match self.steps.first() {
            None => return self.stop(),
            Some(Step::Key(key, occurrence)) => (Some(*key), *occurrence),
            Some(Step::Index(_)) => (None, 0),
        };
        loop {
            let seek =
                SeekKey { wanted, stops: skip == 0 && self.is_last_key(), reached: self.reached };
            let Some(is_wanted) = entries.next_key_seed(seek)? else { return Ok(()) };
            if is_wanted && skip == 0 {
                entries.next_value_seed(self.after())?;
                continue;
            }
            skip = skip.saturating_sub(usize::from(is_wanted));
            entries.next_value::<IgnoredAny>()?;
        }
    }
}

/// Compares a key; stops at it when the key itself is the target.
struct SeekKey<'s> {
    wanted: Option<&'s str>,
    stops: bool,
    reached: &'s mut bool,
}

impl<'de> DeserializeSeed<'de> for SeekKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        from.deserialize_any(self)
    }
}

impl SeekKey<'_> {
    fn compare<E: Error>(self, key: &str) -> Result<bool, E> {
        let is_wanted = self.wanted == Some(key);
        if is_wanted && self.stops {
            *self.reached = true;
            return Err(E::custom("reached"));
        }
        Ok(is_wanted)
    }
}

/// Reads the key exactly as [`Key`] does, so that both see the same text.
macro_rules! keys {
    ($($method:ident($type:ty)),*) => {
        $(fn $method<E: Error>(self, key: $type) -> Result<bool, E> {
            let key = Key.$method::<E>(key)?;
            self.compare(&key)
        })*
    };
}

impl<'de> Visitor<'de> for SeekKey<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Key.expecting(formatter)
    }

    keys!(visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.compare("null")
    }
}

/// The end of the key or value that begins at `start`: the closing quote, or the end of the plain
/// text; of a list or a map only what stands on its first line.
fn extent(yaml: &str, start: usize) -> usize {
    let line_end = yaml[start..].find(['\n', '\r']).map_or(yaml.len(), |at| start + at);
    let line = &yaml[start..line_end];
    let length = match line.as_bytes().first() {
        Some(b'"') => quoted(line, '"'),
        Some(b'\'') => quoted(line, '\''),
        Some(b'[' | b'{' | b'|' | b'>' | b'&' | b'*' | b'!') => line.len(),
        _ => plain(yaml, start, line),
    };
    start + line[..length].trim_end().len()
}

fn quoted(line: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in line.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    line.len()
}

/// A plain scalar ends before `: `, before ` #`, and inside brackets before `,`, `]` and `}`.
fn plain(yaml: &str, start: usize, line: &str) -> usize {
    let is_in_brackets = {
        let before = &yaml[..start];
        let count = |c: char| before.matches(c).count();
        count('[') > count(']') || count('{') > count('}')
    };
    let bytes = line.as_bytes();
    for at in 0..bytes.len() {
        let ends = match bytes[at] {
            b':' => bytes.get(at + 1).is_none_or(|b| matches!(b, b' ' | b'\t')),
            b'#' => at > 0 && matches!(bytes[at - 1], b' ' | b'\t'),
            b',' | b']' | b'}' => is_in_brackets,
            _ => false,
        };
        if ends {
            return at;
        }
    }
    line.len()
}
