//! The list of files that Byline wrote to an output folder, kept in it as `.byline-manifest`.
//!
//! One line a file: hash (BLAKE3, hexadecimal), size in bytes, time of change in nanoseconds since 1970,
//! path. A line that is not understood is left out: the file then counts as somebody else's.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use super::Entries;

const NAME: &str = ".byline-manifest";
/// The list of a build that is being published; it counts beside the old one until that is done.
const NEXT: &str = ".byline-manifest.next";
const HEADER: &str = "byline manifest 1";

/// One file that Byline wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub hash: [u8; 32],
    pub size: u64,
    /// Nanoseconds since 1970, as the file system had it after the write.
    pub modified: i128,
}

/// What Byline wrote to an output folder, by path below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    pub(super) entries: Entries,
}

impl Manifest {
    pub(super) fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Reads what the last build wrote; a killed build's list counts too. No list is an empty one.
    pub fn read(output: &Path) -> Manifest {
        let mut entries = Entries::new();
        for name in [NAME, NEXT] {
            if let Ok(text) = fs::read_to_string(output.join(name)) {
                parse(&text, &mut entries);
            }
        }
        Manifest { entries }
    }

    /// Paths that are known, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(|path| &**path)
    }

    /// Puts the list of the coming build beside the old one.
    pub(super) fn announce(&self, output: &Path) -> io::Result<()> {
        let mut text = String::with_capacity(self.entries.len() * 140);
        text.push_str(HEADER);
        text.push('\n');
        for (path, entry) in &self.entries {
            for byte in entry.hash {
                // Writing to a `String` does not fail.
                let _ = write!(text, "{byte:02x}");
            }
            let _ = writeln!(text, " {} {} {path}", entry.size, entry.modified);
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
}

fn parse(text: &str, entries: &mut Entries) {
    let Some(lines) = text.strip_prefix(HEADER) else { return };
    for line in lines.lines() {
        let mut parts = line.splitn(4, ' ');
        let (Some(hash), Some(size), Some(modified), Some(path)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        // A path that leads out of the folder was not written by Byline.
        let is_inside = !path.is_empty()
            && !path.starts_with('/')
            && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if let (Some(hash), Ok(size), Ok(modified), true) =
            (unhex(hash), size.parse(), modified.parse(), is_inside)
        {
            entries.insert(path.to_string(), Entry { hash, size, modified });
        }
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let entry = Entry { hash: [7; 32], size: 3, modified: 12 };
        let manifest = Manifest { entries: [("a b/index.html".to_string(), entry)].into() };
        manifest.announce(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()), manifest);
        Manifest::settle(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()), manifest);
    }

    #[test]
    fn a_damaged_list_never_names_files_outside() {
        let mut entries = Entries::new();
        let hash = "00".repeat(32);
        parse(
            &format!(
                "{HEADER}\n{hash} 1 2 ../x\n{hash} 1 2 /etc/x\nzz 1 2 a\n{hash} 1\n{hash} 1 2 good\n"
            ),
            &mut entries,
        );
        assert_eq!(entries.keys().collect::<Vec<_>>(), ["good"]);
    }
}
