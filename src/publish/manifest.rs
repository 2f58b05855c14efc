//! The list of files that Byline wrote to an output folder, kept in it as `.byline-manifest`.
//!
//! One line a file: hash (BLAKE3, hexadecimal), size in bytes, time of change in nanoseconds since 1970,
//! path, with `\\` and `\n` for a backslash and a line break in it. Version 1, which is still understood, has
//! paths as they are. A line that is not understood is left out: the file then counts as somebody else's.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

const NAME: &str = ".byline-manifest";
/// The list of a build that is being published; it counts beside the old one until that is done.
const NEXT: &str = ".byline-manifest.next";
const HEADER: &str = "byline manifest 2\n";
const HEADER_1: &str = "byline manifest 1\n";
/// Bytes of a list that one thread reads at a time.
const PIECE: usize = 256 * 1024;

/// One file that Byline wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// BLAKE3 of its content.
    pub hash: [u8; 32],
    /// In bytes.
    pub size: u64,
    /// Nanoseconds since 1970, as the file system had it after the write.
    pub modified: i64,
}

/// What Byline wrote to an output folder, by path below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// All paths, one behind the other: one piece of memory for many thousands of names.
    paths: String,
    /// Sorted by path.
    records: Vec<Record>,
    /// A build was killed while it published: the list on disk is not of one piece.
    is_torn: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Record {
    /// Where its path ends; it begins where the one before ends.
    end: usize,
    entry: Entry,
}

/// The list as it stands on the disk, if it is of one piece.
pub(super) fn bytes(output: &Path) -> Option<Vec<u8>> {
    let is_whole = !output.join(NEXT).exists();
    is_whole.then(|| fs::read(output.join(NAME)).ok()).flatten()
}

impl Manifest {
    /// Reads what the last build wrote; a killed build's list counts too. No list is an empty one.
    pub fn read(output: &Path) -> Manifest {
        let read = |name: &str| fs::read(output.join(name)).ok();
        let (old, next) = (read(NAME), read(NEXT));
        let mut files = old.as_deref().map(parse).unwrap_or_default();
        files.extend(next.as_deref().map(parse).unwrap_or_default());
        Manifest { is_torn: next.is_some(), ..Manifest::of(files) }
    }

    fn of(mut files: Vec<(Cow<'_, str>, Entry)>) -> Manifest {
        if !files.is_sorted_by(|a, b| a.0 < b.0) {
            files.sort_by(|a, b| a.0.cmp(&b.0));
            // Of two lines for one file the later one counts.
            files.dedup_by(|later, earlier| {
                let is_same = later.0 == earlier.0;
                if is_same {
                    std::mem::swap(later, earlier);
                }
                is_same
            });
        }
        let length = files.iter().map(|(path, _)| path.len()).sum();
        let mut paths = String::with_capacity(length);
        let records = files.iter().map(|(path, entry)| {
            paths.push_str(path);
            Record { end: paths.len(), entry: *entry }
        });
        let records = records.collect();
        Manifest { paths, records, is_torn: false }
    }

    /// How many files it names.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it names no file.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Paths that are known, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.path(number))
    }

    /// Number and entry of a file, in steps of the logarithm.
    pub(super) fn find(&self, path: &str) -> Option<(usize, &Entry)> {
        let number = self.place(path);
        let record = self.records.get(number)?;
        (self.path(number) == path).then_some((number, &record.entry))
    }

    /// Whether it names a file below that folder.
    pub(super) fn has_below(&self, folder: &str) -> bool {
        let number = self.place(&format!("{folder}/"));
        let below = (number < self.len()).then(|| self.path(number).strip_prefix(folder)).flatten();
        below.is_some_and(|rest| rest.starts_with('/'))
    }

    /// The file of that number, in the order of paths.
    pub(super) fn file(&self, number: usize) -> (&str, &Entry) {
        (self.path(number), &self.records[number].entry)
    }

    pub(super) fn is_torn(&self) -> bool {
        self.is_torn
    }

    fn path(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.records[before].end);
        &self.paths[start..self.records[number].end]
    }

    /// Number of the first file that does not stand before that path.
    fn place(&self, path: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.path(middle) < path {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Puts the list of the coming build, sorted by path, beside the old one.
pub(super) fn announce<'a>(
    output: &Path,
    files: impl Iterator<Item = (&'a str, &'a Entry)>,
) -> io::Result<()> {
    let mut text = Vec::with_capacity(files.size_hint().0 * 160);
    text.extend_from_slice(HEADER.as_bytes());
    for (path, entry) in files {
        write_line(path, entry, &mut text);
    }
    let temporary = output.join(format!("{NEXT}.tmp"));
    fs::write(&temporary, text)?;
    fs::rename(temporary, output.join(NEXT))
}

/// Makes the announced list the list.
pub(super) fn settle(output: &Path) -> io::Result<()> {
    fs::rename(output.join(NEXT), output.join(NAME))
}

/// Removes the lists.
pub(super) fn forget(output: &Path) -> io::Result<()> {
    for name in [NAME, NEXT] {
        match fs::remove_file(output.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn write_line(path: &str, entry: &Entry, text: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 64];
    for (pair, byte) in hex.as_chunks_mut::<2>().0.iter_mut().zip(entry.hash) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    text.extend_from_slice(&hex);
    text.push(b' ');
    write_number(entry.size, text);
    text.push(b' ');
    if entry.modified < 0 {
        text.push(b'-');
    }
    write_number(entry.modified.unsigned_abs(), text);
    text.push(b' ');
    if path.contains(['\\', '\n']) {
        text.extend_from_slice(path.replace('\\', "\\\\").replace('\n', "\\n").as_bytes());
    } else {
        text.extend_from_slice(path.as_bytes());
    }
    text.push(b'\n');
}

fn write_number(mut number: u64, text: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    text.extend_from_slice(&digits[start..]);
}

/// What a list names, in its order.
fn parse(text: &[u8]) -> Vec<(Cow<'_, str>, Entry)> {
    let (lines, is_escaped) = match text.strip_prefix(HEADER.as_bytes()) {
        Some(lines) => (lines, true),
        None => (text.strip_prefix(HEADER_1.as_bytes()).unwrap_or_default(), false),
    };
    let parts: Vec<Vec<_>> =
        pieces(lines).into_par_iter().map(|piece| parse_piece(piece, is_escaped)).collect();
    let join = |mut all: Vec<_>, part| {
        all.extend(part);
        all
    };
    parts.into_iter().reduce(join).unwrap_or_default()
}

fn parse_piece(piece: &[u8], is_escaped: bool) -> Vec<(Cow<'_, str>, Entry)> {
    // A line has about 140 bytes.
    let mut files = Vec::with_capacity(piece.len() / 100);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', piece) {
        // The end of a list that was cut off is no line: a path may be cut too.
        files.extend(parse_line(&piece[start..end], is_escaped));
        start = end + 1;
    }
    files
}

/// Cuts a text after ends of lines into pieces that are worth a thread.
fn pieces(mut text: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while let Some(rest) = text.get(PIECE..)
        && let Some(end) = memchr::memchr(b'\n', rest)
    {
        let (piece, rest) = text.split_at(PIECE + end + 1);
        pieces.push(piece);
        text = rest;
    }
    pieces.push(text);
    pieces
}

fn parse_line(line: &[u8], is_escaped: bool) -> Option<(Cow<'_, str>, Entry)> {
    let (hash, rest) = line.split_first_chunk::<64>()?;
    let hash = unhex(hash)?;
    let (size, rest) = number(rest.strip_prefix(b" ")?)?;
    let rest = rest.strip_prefix(b" ")?;
    let positive = rest.strip_prefix(b"-");
    let (modified, rest) = number(positive.unwrap_or(rest))?;
    // A time beyond the range is as far away as a time can be, here and where files are looked at.
    let modified = match positive {
        None => i64::try_from(modified).unwrap_or(i64::MAX),
        Some(_) => 0_i64.checked_sub_unsigned(modified).unwrap_or(i64::MIN),
    };
    let path = std::str::from_utf8(rest.strip_prefix(b" ")?).ok()?;
    let path = match is_escaped && path.contains('\\') {
        true => Cow::Owned(unescape(path)?),
        false => Cow::Borrowed(path),
    };
    // A path that leads out of the folder was not written by Byline.
    let is_inside = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    is_inside.then_some((path, Entry { hash, size, modified }))
}

fn unescape(path: &str) -> Option<String> {
    let mut plain = String::with_capacity(path.len());
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next()? {
                '\\' => '\\',
                'n' => '\n',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

/// A number at the start of a text, and what follows it.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let length = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(length);
    if digits.is_empty() {
        return None;
    }
    let add =
        |number: u64, digit: &u8| number.checked_mul(10)?.checked_add(u64::from(digit - b'0'));
    Some((digits.iter().try_fold(0, add)?, rest))
}

fn unhex(text: &[u8; 64]) -> Option<[u8; 32]> {
    /// What a letter stands for; 255 for those that are no digits.
    const VALUES: [u8; 256] = {
        let mut values = [255; 256];
        let mut digit = 0;
        while digit < 16 {
            values[b"0123456789abcdef"[digit] as usize] = digit as u8;
            values[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
            digit += 1;
        }
        values
    };
    let (mut hash, mut all) = ([0; 32], 0);
    for (byte, pair) in hash.iter_mut().zip(text.as_chunks::<2>().0) {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        all |= high | low;
        *byte = high << 4 | (low & 15);
    }
    (all < 16).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(byte: u8) -> Entry {
        Entry { hash: [byte; 32], size: 3, modified: 12 }
    }

    fn manifest(files: &[(&str, Entry)]) -> Manifest {
        Manifest::of(files.iter().map(|(path, entry)| (Cow::Borrowed(*path), *entry)).collect())
    }

    fn files(manifest: &Manifest) -> Vec<(&str, Entry)> {
        (0..manifest.len()).map(|number| manifest.file(number)).map(|(p, e)| (p, *e)).collect()
    }

    fn read(text: &str) -> Manifest {
        Manifest::of(parse(text.as_bytes()))
    }

    #[test]
    fn lists_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let extreme = Entry { hash: [0xfe; 32], size: u64::MAX, modified: i64::MIN };
        let written = [("a b/index.html", entry(7)), ("a\\n\nb", extreme), ("ü", entry(0))];
        announce(folder.path(), written.iter().map(|(path, entry)| (*path, entry))).unwrap();
        let next = Manifest::read(folder.path());
        assert!(next.is_torn());
        assert_eq!(files(&next), written);
        settle(folder.path()).unwrap();
        let settled = Manifest::read(folder.path());
        assert!(!settled.is_torn());
        assert_eq!(files(&settled), written);
        forget(folder.path()).unwrap();
        assert!(Manifest::read(folder.path()).is_empty());
    }

    #[test]
    fn the_list_of_a_killed_build_counts_beside_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let announce = |written: &[(&str, Entry)]| {
            announce(folder.path(), written.iter().map(|(path, entry)| (*path, entry))).unwrap();
        };
        announce(&[("a", entry(1)), ("c", entry(1)), ("d", entry(1))]);
        settle(folder.path()).unwrap();
        announce(&[("b", entry(2)), ("c", entry(2))]);
        let both = [("a", entry(1)), ("b", entry(2)), ("c", entry(2)), ("d", entry(1))];
        assert_eq!(files(&Manifest::read(folder.path())), both);
    }

    #[test]
    fn the_first_version_is_understood() {
        let hash = "0A".repeat(32);
        let text =
            format!("byline manifest 1\n{hash} 3 12 b\\n c\n{hash} 3 12 a\n{hash} 3 -12 a\n");
        let old = Entry { modified: -12, ..entry(10) };
        assert_eq!(files(&read(&text)), [("a", old), ("b\\n c", entry(10))]);
    }

    #[test]
    fn a_damaged_list_never_names_files_outside() {
        let hash = "00".repeat(32);
        let text = format!(
            "{HEADER}{hash} 1 2 ../x\n{hash} 1 2 /etc/x\nzz 1 2 a\n{hash} 1\n{hash} 1 2 \n{hash} 1 2\n{hash} 1 2 good\n\
             {hash} 1 2 a\\x\n{hash} -1 2 a\n{hash}  2 a\n{hash} 99999999999999999999 2 a\n{hash} 1 2 cut o"
        );
        let list = read(&text);
        assert_eq!(list.paths().collect::<Vec<_>>(), ["good"]);
        let mut bytes = format!("{HEADER}{hash} 1 2 a\n{hash} 1 2 ").into_bytes();
        bytes.extend_from_slice(b"\xff\xfe\n");
        bytes.extend_from_slice(format!("{hash} 1 2 b\n").as_bytes());
        assert_eq!(Manifest::of(parse(&bytes)).paths().collect::<Vec<_>>(), ["a", "b"]);
        for text in ["", "byline manifest", "byline manifest 3\n", "\0"] {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_long_list_is_read_whole() {
        let hash = "00".repeat(32);
        let mut text = HEADER.to_string();
        for number in 0..3 * PIECE / 80 {
            text.push_str(&format!("{hash} 1 2 {number:07}\n"));
        }
        assert!(pieces(text.as_bytes()).len() >= 3);
        assert_eq!(pieces(text.as_bytes()).concat(), text.as_bytes());
        let list = read(&text);
        assert_eq!(list.len(), 3 * PIECE / 80);
        let wanted = (0..list.len()).map(|number| format!("{number:07}"));
        assert!(list.paths().eq(wanted));
    }

    #[test]
    fn files_are_found_by_path_and_by_folder() {
        let list = manifest(&[("a-b/c", entry(1)), ("a/b", entry(2)), ("a/c/d", entry(3))]);
        assert_eq!(list.find("a/b"), Some((1, &entry(2))));
        for nothing in ["", "a", "a/", "a/c", "a/b/", "z"] {
            assert_eq!(list.find(nothing), None, "{nothing}");
        }
        let below = |folder: &str| list.has_below(folder);
        assert!(below("a") && below("a-b") && below("a/c"));
        assert!(!below("a/b") && !below("") && !below("b") && !below("a/c/d"));
        assert!(!Manifest::default().has_below("a") && Manifest::default().find("a").is_none());
    }
}
