//! Values as bytes and back: numbers in as few bytes as they need (LEB128, signed ones in zigzag), texts
//! and lists with their length before them, structs field by field.
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
    /// The fewest bytes that a value takes.
    const LEAST: usize;

    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);

    /// Reads a value from the front of the input.
    fn take(input: &mut Input<'_>) -> Option<Self>;
}

/// Bytes that are being read.
pub(super) struct Input<'a> {
    rest: &'a [u8],
    depth: u32,
    /// What a [`Body`] becomes: its HTML stands elsewhere.
    body: Option<Body>,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8], body: Option<Body>) -> Self {
        Input { rest: bytes, depth: 0, body }
    }

    /// Reads one value that has to be all there is.
    pub(super) fn whole<T: Stored>(bytes: &'a [u8], body: Option<Body>) -> Option<T> {
        let mut input = Input::new(bytes, body);
        let value = T::take(&mut input)?;
        input.is_empty().then_some(value)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

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

    /// A text with its length before it.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let count = self.count(1)?;
        std::str::from_utf8(self.bytes(count)?).ok()
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

pub(super) fn put_text(text: &str, out: &mut Vec<u8>) {
    text.len().put(out);
    out.extend_from_slice(text.as_bytes());
}

/// Stores a struct as its fields in the order given. A field that is left out does not compile.
macro_rules! stored {
    ($type:ident { $($field:ident: $of:ty),* $(,)? } $(if $is_sound:expr)?) => {
        impl Stored for $type {
            const LEAST: usize = 0 $(+ <$of as Stored>::LEAST)*;

            fn put(&self, out: &mut Vec<u8>) {
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

            fn put(&self, out: &mut Vec<u8>) {
                out.push(match self {
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

    fn put(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

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

    fn put(&self, out: &mut Vec<u8>) {
        (*self as u64).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        u64::take(input)?.try_into().ok()
    }
}

impl Stored for u32 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        u64::take(input)?.try_into().ok()
    }
}

impl Stored for u8 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.byte()
    }
}

impl Stored for i64 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        (((*self << 1) ^ (*self >> 63)) as u64).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let value = u64::take(input)?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

impl Stored for i32 {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        i64::from(*self).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        i64::take(input)?.try_into().ok()
    }
}

impl Stored for bool {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

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

    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(String::from)
    }
}

impl Stored for Box<str> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(Box::from)
    }
}

impl Stored for Arc<str> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.text().map(Arc::from)
    }
}

impl<T: Stored> Stored for Option<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
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

    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        T::take(input).map(Box::new)
    }
}

impl<T: Stored> Stored for Vec<T> {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        self.len().put(out);
        for value in self {
            value.put(out);
        }
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

    fn put(&self, out: &mut Vec<u8>) {
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

    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some((A::take(input)?, B::take(input)?))
    }
}

impl<T: Stored> Stored for Range<T> {
    const LEAST: usize = 2 * T::LEAST;

    fn put(&self, out: &mut Vec<u8>) {
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

    fn put(&self, _: &mut Vec<u8>) {}

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.body.take()
    }
}
