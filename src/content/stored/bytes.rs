//! Values as bytes and back: numbers in as few bytes as they need (LEB128, signed ones in zigzag), texts
//! and lists as their length and then what is in them, structs field by field. All texts stand together
//! at the beginning, so that they are checked to be UTF-8 at once; the length of that part ends the whole.
//!
//! Reading is for bytes that anybody may have damaged: it gives `None`, never panics, nests no deeper than
//! [`DEEPEST`], and reserves no more than the rest of the input can fill.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::markdown::Body;

/// Most values inside each other; front matter and components have fewer.
const DEEPEST: u32 = 200;

/// A value that has a form in bytes.
pub(super) trait Stored: Sized {
    /// The fewest bytes that a value takes, its texts not counted.
    const LEAST: usize;

    /// Appends the value.
    fn put(&self, out: &mut Writer<'_>);

    /// Reads a value from the front of the input.
    fn take(input: &mut Input<'_>) -> Option<Self>;
}

/// Appends what `put` writes.
pub(super) fn write(out: &mut Vec<u8>, put: impl FnOnce(&mut Writer<'_>)) {
    let start = out.len();
    let mut writer = Writer { texts: out, numbers: Vec::with_capacity(512) };
    put(&mut writer);
    let numbers = writer.numbers;
    // A part that is too long for its length cannot be read again, and that is no harm.
    let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    out.reserve(numbers.len() + LENGTH);
    out.extend_from_slice(&numbers);
    out.extend_from_slice(&length.to_le_bytes());
}

/// Reads one value that has to be all there is. `body` is what a [`Body`] becomes.
pub(super) fn read<T: Stored>(bytes: &[u8], body: Option<Body>) -> Option<T> {
    let (rest, length) = bytes.split_last_chunk::<LENGTH>()?;
    let (texts, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let texts = std::str::from_utf8(texts).ok()?;
    let mut input = Input { rest, texts, depth: 0, body };
    let value = T::take(&mut input)?;
    (input.rest.is_empty() && input.texts.is_empty()).then_some(value)
}

/// Bytes of the length of the texts.
const LENGTH: usize = 4;

/// Where values are written to.
pub(super) struct Writer<'a> {
    texts: &'a mut Vec<u8>,
    numbers: Vec<u8>,
}

impl Writer<'_> {
    pub(super) fn byte(&mut self, byte: u8) {
        self.numbers.push(byte);
    }

    pub(super) fn bytes(&mut self, bytes: impl IntoIterator<Item = u8>) {
        self.numbers.extend(bytes);
    }

    /// A text and its length.
    pub(super) fn text(&mut self, text: &str) {
        text.len().put(self);
        self.texts.extend_from_slice(text.as_bytes());
    }

    /// A list and its length.
    pub(super) fn list<T: Stored>(&mut self, values: &[T]) {
        values.len().put(self);
        for value in values {
            value.put(self);
        }
    }
}

/// Bytes that are being read.
pub(super) struct Input<'a> {
    rest: &'a [u8],
    texts: &'a str,
    depth: u32,
    /// The HTML of a document stands elsewhere.
    body: Option<Body>,
}

impl<'a> Input<'a> {
    #[inline]
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// So many bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    /// A count of values that each take at least so many bytes, if the input can hold them.
    pub(super) fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::take(self)?;
        (count.checked_mul(least.max(1))? <= self.rest.len()).then_some(count)
    }

    /// A text by its length.
    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let (text, rest) = self.texts.split_at_checked(usize::take(self)?)?;
        self.texts = rest;
        Some(text)
    }

    /// Reads a value that may hold others of its kind.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}

/// Stores a struct as its fields in the order given. A field that is left out does not compile.
macro_rules! stored {
    ($type:ident { $($field:ident: $of:ty),* $(,)? } $(if $is_sound:expr)?) => {
        impl Stored for $type {
            const LEAST: usize = 0 $(+ <$of as Stored>::LEAST)*;

            fn put(&self, out: &mut Writer<'_>) {
                let $type { $($field),* } = self;
                $($field.put(out);)*
            }

            fn take(input: &mut Input<'_>) -> Option<Self> {
                $(let $field = <$of as Stored>::take(input)?;)*
                let value = $type { $($field),* };
                $(
                    let is_sound: fn(&$type) -> bool = $is_sound;
                    if !is_sound(&value) {
                        return None;
                    }
                )?
                Some(value)
            }
        }
    };
}
pub(super) use stored;

/// Stores an enum without values as its place in the list. A variant that is left out does not compile.
macro_rules! stored_choice {
    ($type:ident { $($variant:ident = $tag:literal),* $(,)? }) => {
        impl Stored for $type {
            const LEAST: usize = 1;

            fn put(&self, out: &mut Writer<'_>) {
                out.byte(match self {
                    $($type::$variant => $tag,)*
                });
            }

            fn take(input: &mut Input<'_>) -> Option<Self> {
                match input.byte()? {
                    $($tag => Some($type::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(super) use stored_choice;

impl Stored for u64 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.byte(rest as u8);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        let first = input.byte()?;
        if first < 0x80 {
            return Some(first.into());
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = input.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // One value has one form: no zeros at the end, no bits beyond the last.
                return (byte != 0 && (shift < 63 || byte == 1)).then_some(value);
            }
        }
        None
    }
}

impl Stored for usize {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        (*self as u64).put(out);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        u64::take(input)?.try_into().ok()
    }
}

impl Stored for u32 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        u64::from(*self).put(out);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        u64::take(input)?.try_into().ok()
    }
}

impl Stored for u8 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.byte(*self);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.byte()
    }
}

impl Stored for i64 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        (((*self << 1) ^ (*self >> 63)) as u64).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let value = u64::take(input)?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

impl Stored for i32 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        i64::from(*self).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        i64::take(input)?.try_into().ok()
    }
}

impl Stored for bool {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.byte(u8::from(*self));
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Stored for String {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(String::from)
    }
}

impl Stored for Box<str> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    #[inline]
    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(Box::from)
    }
}

impl Stored for Arc<str> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(Arc::from)
    }
}

impl<T: Stored> Stored for Option<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        match self {
            None => out.byte(0),
            Some(value) => {
                out.byte(1);
                value.put(out);
            }
        }
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        match input.byte()? {
            0 => Some(None),
            1 => T::take(input).map(Some),
            _ => None,
        }
    }
}

impl<T: Stored> Stored for Box<T> {
    const LEAST: usize = T::LEAST;

    fn put(&self, out: &mut Writer<'_>) {
        (**self).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        T::take(input).map(Box::new)
    }
}

impl<T: Stored> Stored for Vec<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.list(self);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let count = input.count(T::LEAST)?;
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(T::take(input)?);
        }
        Some(values)
    }
}

impl<K: Stored + Ord, V: Stored> Stored for BTreeMap<K, V> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        self.len().put(out);
        for (key, value) in self {
            key.put(out);
            value.put(out);
        }
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let count = input.count(K::LEAST + V::LEAST)?;
        let mut map = BTreeMap::new();
        for _ in 0..count {
            let (key, value) = <(K, V)>::take(input)?;
            if map.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return None;
            }
            map.insert(key, value);
        }
        Some(map)
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    const LEAST: usize = A::LEAST + B::LEAST;

    fn put(&self, out: &mut Writer<'_>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some((A::take(input)?, B::take(input)?))
    }
}

impl<T: Stored> Stored for Range<T> {
    const LEAST: usize = 2 * T::LEAST;

    fn put(&self, out: &mut Writer<'_>) {
        self.start.put(out);
        self.end.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(T::take(input)?..T::take(input)?)
    }
}

/// The HTML is no part of the facts.
impl Stored for Body {
    const LEAST: usize = 0;

    fn put(&self, _: &mut Writer<'_>) {}

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.body.take()
    }
}
