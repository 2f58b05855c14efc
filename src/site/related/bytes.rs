//! A state as bytes, for a cache.
//!
//! Columns one after the other, each with its length before it, all numbers little-endian; a checksum at the end.
//! What was read is checked for everything that a search relies on: damaged bytes give `None`, never a panic, and
//! no more memory is taken than there are bytes.

use super::state::{Entry, Limits, MOST, NONE, Posting, RELATION, State};

/// First of all bytes; another meaning of the bytes, or of the ranking, has another number.
const VERSION: u64 = 0x6279_6c69_6e65_0001;

/// Greatest rarity that any number of articles gives.
const MOST_RARITY: u8 = 33;

impl State {
    /// The state as bytes that [`State::from_bytes`] understands: about 2 kB for each article.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out =
            Vec::with_capacity(4 * (self.entries.len() + self.postings.len()) + 512 * self.len());
        out.extend(VERSION.to_le_bytes());
        let limits = [self.limits.read, self.limits.list, self.limits.compared, self.count];
        write(&mut out, &limits, |n| n.to_le_bytes());
        write(&mut out, &self.keys, |n| n.to_le_bytes());
        write(&mut out, &self.days, |n| n.to_le_bytes());
        write(&mut out, &self.squares, |n| n.to_le_bytes());
        write(&mut out, &self.tag_sums, |n| n.to_le_bytes());
        write(&mut out, &self.names, |n| n.to_le_bytes());
        write(&mut out, &self.eligible, |n| [*n]);
        write(&mut out, &self.rarities, |n| [*n]);
        write(&mut out, &self.entries, |n| n.0.to_le_bytes());
        write(&mut out, &self.postings, |n| n.0.to_le_bytes());
        for column in self.columns() {
            write(&mut out, column, |n| n.to_le_bytes());
        }
        out.extend(checksum(&out).to_le_bytes());
        out
    }

    /// The state that these bytes are, if they are one.
    pub fn from_bytes(bytes: &[u8]) -> Option<State> {
        let (bytes, sum) = bytes.split_last_chunk::<8>()?;
        let (version, _) = bytes.split_first_chunk::<8>()?;
        if u64::from_le_bytes(*version) != VERSION || u64::from_le_bytes(*sum) != checksum(bytes) {
            return None;
        }
        let mut rest = &bytes[8..];
        let limits = read(&mut rest, u32::from_le_bytes)?;
        let &[read_limit, list, compared, count] = limits.as_slice() else { return None };
        let mut state = State {
            limits: Limits { read: read_limit, list, compared },
            count,
            keys: read(&mut rest, u128::from_le_bytes)?,
            days: read(&mut rest, i64::from_le_bytes)?,
            squares: read(&mut rest, u64::from_le_bytes)?,
            tag_sums: read(&mut rest, u64::from_le_bytes)?,
            names: read(&mut rest, u64::from_le_bytes)?,
            eligible: read(&mut rest, |[byte]| byte)?,
            rarities: read(&mut rest, |[byte]| byte)?,
            entries: read(&mut rest, |bytes| Entry(u32::from_le_bytes(bytes)))?,
            postings: read(&mut rest, |bytes| Posting(u32::from_le_bytes(bytes)))?,
            ..State::default()
        };
        for column in state.columns_mut() {
            *column = read(&mut rest, u32::from_le_bytes)?;
        }
        (rest.is_empty() && state.is_sound()).then_some(state)
    }

    fn columns(&self) -> [&[u32]; 12] {
        [
            &self.groups,
            &self.starts,
            &self.active,
            &self.reads,
            &self.kinds,
            &self.frequencies,
            &self.list_starts,
            &self.least,
            &self.compared_starts,
            &self.compared,
            &self.related_starts,
            &self.related,
        ]
    }

    fn columns_mut(&mut self) -> [&mut Vec<u32>; 12] {
        [
            &mut self.groups,
            &mut self.starts,
            &mut self.active,
            &mut self.reads,
            &mut self.kinds,
            &mut self.frequencies,
            &mut self.list_starts,
            &mut self.least,
            &mut self.compared_starts,
            &mut self.compared,
            &mut self.related_starts,
            &mut self.related,
        ]
    }

    /// Whether every number points to something.
    fn is_sound(&self) -> bool {
        let (articles, terms) = (self.keys.len(), self.names.len());
        let lengths = [&self.groups, &self.active, &self.reads, &self.least];
        let is_article = |&place: &u32| (place as usize) < articles;
        let is_term = |&term: &u32| term == NONE || (term as usize) < terms;
        // Where no lists are wanted there is no state.
        if *self == State::default() {
            return true;
        }
        articles <= MOST
            && lengths.iter().all(|column| column.len() == articles)
            && (self.days.len(), self.squares.len()) == (articles, articles)
            && (self.eligible.len(), self.tag_sums.len()) == (articles, articles)
            && (self.kinds.len(), self.frequencies.len(), self.rarities.len())
                == (terms, terms, terms)
            && self.groups.is_sorted()
            && self.rarities.iter().all(|&rarity| rarity <= MOST_RARITY)
            && are_starts(&self.starts, articles, self.entries.len())
            && are_starts(&self.list_starts, terms, self.postings.len())
            && are_starts(&self.compared_starts, articles, self.compared.len())
            && are_starts(&self.related_starts, articles, self.related.len() / RELATION)
            && self.related.len().is_multiple_of(RELATION)
            && (0..articles).all(|place| {
                self.reads[place] <= self.active[place]
                    && self.active[place] <= self.starts[place + 1] - self.starts[place]
            })
            && self.entries.iter().all(|entry| entry.term() < terms)
            && self.postings.iter().all(|posting| posting.place() < articles)
            && self.compared.iter().all(is_article)
            && self
                .related
                .as_chunks::<RELATION>()
                .0
                .iter()
                .all(|relation| is_article(&relation[0]) && relation[2..].iter().all(is_term))
    }
}

/// Whether these are the beginnings of the parts of `owners` in an array of `length`.
fn are_starts(starts: &[u32], owners: usize, length: usize) -> bool {
    starts.len() == owners + 1
        && starts.first() == Some(&0)
        && starts.is_sorted()
        && starts.last().is_some_and(|&end| end as usize == length)
}

fn write<T, const SIZE: usize>(out: &mut Vec<u8>, column: &[T], bytes: fn(&T) -> [u8; SIZE]) {
    out.extend((column.len() as u64).to_le_bytes());
    for value in column {
        out.extend_from_slice(&bytes(value));
    }
}

fn read<T, const SIZE: usize>(rest: &mut &[u8], value: fn([u8; SIZE]) -> T) -> Option<Vec<T>> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let size = usize::try_from(u64::from_le_bytes(*length)).ok()?.checked_mul(SIZE)?;
    let (column, after) = after.split_at_checked(size)?;
    *rest = after;
    Some(column.as_chunks().0.iter().map(|&bytes| value(bytes)).collect())
}

/// A sum that says whether bytes are what was written.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<32>();
    let mut sums = [bytes.len() as u64; 4];
    let mut add = |chunk: &[u8; 32]| {
        for (sum, word) in sums.iter_mut().zip(chunk.as_chunks::<8>().0) {
            *sum = (*sum ^ u64::from_le_bytes(*word))
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29);
        }
    };
    chunks.iter().for_each(&mut add);
    let mut last = [0; 32];
    last[..rest.len()].copy_from_slice(rest);
    add(&last);
    sums.iter().fold(0, |all, &sum| (all ^ sum).wrapping_mul(0x243f_6a88_85a3_08d3).rotate_left(31))
}
