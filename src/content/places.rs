//! Where the top-level keys of a front matter stand, in a few bytes each.

use std::ops::Range;

use super::key::KEYS;

/// Byte ranges of the values of top-level keys. Filled by one pass over the lines; keys in flow style
/// (`{title: x}`) and taxonomies of the site's own are not in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places(pub(super) Box<[Entry]>);

/// The place of one key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// Index in [`KEYS`].
    pub(super) key: u8,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Entry {
    /// Whether there is such a key.
    pub(super) fn is_known(&self) -> bool {
        usize::from(self.key) < KEYS.len()
    }
}

impl Places {
    /// Looks for lines that begin with a known key; about `count` of them are expected.
    pub(super) fn scan(text: &str, range: Range<usize>, count: usize) -> Places {
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        let mut at = range.start;
        for line in text[range].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some((name, rest)) = line.split_once(':') else { continue };
            let Some(key) = KEYS.iter().position(|key| key.path == name) else { continue };
            let skipped = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let from = start + name.len() + 1 + skipped;
            let value = line[from - start..].trim_end();
            // A value on the lines below has its key as place.
            let (from, to) = match value.is_empty() {
                true => (start, start + name.len()),
                false => (from, from + value.len()),
            };
            if let (Ok(key), Ok(start), Ok(end)) =
                (u8::try_from(key), u32::try_from(from), u32::try_from(to))
            {
                entries.push(Entry { key, start, end });
            }
        }
        Places(entries.into_boxed_slice())
    }

    /// The byte range of a key's value in the file; of the key when the value stands on later lines.
    pub fn get(&self, key: &str) -> Option<Range<usize>> {
        self.0
            .iter()
            .find(|entry| KEYS[usize::from(entry.key)].path == key)
            .map(|entry| entry.start as usize..entry.end as usize)
    }
}
