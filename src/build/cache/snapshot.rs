//! A build in one page: everything that it looked at, and what it said. When all of that is as it was, there is
//! nothing to do but to look whether somebody changed the output folder.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::super::observed::Seen;
use crate::content::stored;
use crate::diagnostic::Diagnostic;
use crate::engine::Fingerprint;
use crate::engine::bytes::{self, Input};
use crate::source::{Source, SourceFile, Stamp};

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct File {
    path: Arc<str>,
    /// None when it was not there.
    stamp: Option<Stamp>,
    /// Of its bytes; none when they were not read.
    print: Fingerprint,
}

/// What a build saw and said.
#[derive(Debug, Clone, Default)]
pub(in crate::build) struct Snapshot {
    /// Fingerprint of the call: program, arguments.
    pub key: Fingerprint,
    /// Fingerprint of the system's fonts, when cards were drawn with them.
    pub fonts: Fingerprint,
    /// When the build began to look at files.
    pub since: i128,
    /// The seconds since 1970 in which no article comes or goes by itself.
    pub still: Range<i64>,
    pub articles: u32,
    /// Print of the list of what was published.
    pub published: [u8; 32],
    pub diagnostics: Vec<Diagnostic>,
    folders: Vec<(String, Vec<File>)>,
    files: Vec<File>,
    has_folders: Vec<(String, bool)>,
}

/// Folders that were listed for a look, so that they need not be listed again.
pub(in crate::build) type Listed = BTreeMap<String, (Vec<SourceFile>, Vec<Diagnostic>)>;

/// What a look at the site finds.
pub(in crate::build) enum Look {
    /// Everything is as it was.
    Same,
    /// The same, but some files were so young that they had to be read; worth noting.
    SameAgain,
    Different,
}

impl Snapshot {
    /// A build by what it looked at.
    pub fn new(seen: Seen) -> Snapshot {
        let Seen { folders, files, has_folders, prints } = seen;
        let print = |path: &str| prints.get(path).copied().unwrap_or_default();
        let folders = folders.into_iter().map(|(folder, list)| {
            let list = list.into_iter().map(|(path, stamp)| {
                let print = print(&path);
                File { path, stamp: Some(stamp), print }
            });
            (folder, list.collect())
        });
        let files = files.into_iter().map(|(path, stamp)| {
            let print = print(&path);
            File { path, stamp, print }
        });
        Snapshot {
            folders: folders.collect(),
            files: files.collect(),
            has_folders: has_folders.into_iter().collect(),
            ..Snapshot::default()
        }
    }

    /// Looks whether everything that the build saw is the same. `now` is in seconds since 1970.
    pub fn look(&self, source: &Source, now: i64, listed: &mut Listed) -> Look {
        if !self.still.contains(&now) {
            return Look::Different;
        }
        let has = |(folder, there): &(String, bool)| source.has_folder(folder) == *there;
        if !self.has_folders.iter().all(has) {
            return Look::Different;
        }
        let mut young = Vec::new();
        for (folder, list) in &self.folders {
            let (found, problems) = listed.entry(folder.clone()).or_insert(source.walk(folder));
            if !problems.is_empty() || found.len() != list.len() {
                return Look::Different;
            }
            for (found, known) in found.iter().zip(list) {
                if found.path != known.path || Some(found.stamp) != known.stamp {
                    return Look::Different;
                }
                if !found.stamp.is_settled(self.since) {
                    young.push(known);
                }
            }
        }
        for file in &self.files {
            let stamp = source.stamp(&file.path);
            if stamp != file.stamp {
                return Look::Different;
            }
            if stamp.is_some_and(|stamp| !stamp.is_settled(self.since)) {
                young.push(file);
            }
        }
        // A file that changed within the last two seconds may have changed once more.
        let is_same = |file: &&File| {
            let bytes = source.read(&file.path);
            bytes.is_ok_and(|bytes| !file.print.is_none() && Fingerprint::of(&bytes) == file.print)
        };
        match young.is_empty() {
            true => Look::Same,
            false if young.iter().all(is_same) => Look::SameAgain,
            false => Look::Different,
        }
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        let Snapshot { key, fonts, since, still, articles, published, diagnostics, .. } = self;
        let Snapshot { folders, files, has_folders, .. } = self;
        out.extend_from_slice(&key.0);
        out.extend_from_slice(&fonts.0);
        out.extend_from_slice(&since.to_le_bytes());
        bytes::put_u64(still.start.cast_unsigned(), out);
        bytes::put_u64(still.end.cast_unsigned(), out);
        bytes::put_u32(*articles, out);
        out.extend_from_slice(published);
        let mut told = Vec::new();
        stored::write_diagnostics(diagnostics, &mut told);
        bytes::put_bytes(&told, out);
        bytes::put_u32(folders.len() as u32, out);
        for (folder, list) in folders {
            bytes::put_bytes(folder.as_bytes(), out);
            put_files(list, out);
        }
        put_files(files, out);
        bytes::put_u32(has_folders.len() as u32, out);
        for (folder, there) in has_folders {
            bytes::put_bytes(folder.as_bytes(), out);
            out.push(u8::from(*there));
        }
    }

    pub fn read(payload: &[u8]) -> Option<Snapshot> {
        let mut input = Input::new(payload);
        let (key, fonts) = (input.print()?, input.print()?);
        let since = i128::from_le_bytes(input.array()?);
        let still = input.u64()?.cast_signed()..input.u64()?.cast_signed();
        let articles = input.u32()?;
        let published = input.array()?;
        let diagnostics = stored::read_diagnostics(input.bytes()?)?;
        let mut folders = Vec::new();
        for _ in 0..input.count(8)? {
            folders.push((input.text()?.to_string(), take_files(&mut input)?));
        }
        let files = take_files(&mut input)?;
        let mut has_folders = Vec::new();
        for _ in 0..input.count(5)? {
            has_folders.push((input.text()?.to_string(), input.array()? == [1]));
        }
        let snapshot = Snapshot {
            key,
            fonts,
            since,
            still,
            articles,
            published,
            diagnostics,
            folders,
            files,
            has_folders,
        };
        input.is_empty().then_some(snapshot)
    }
}

fn put_files(files: &[File], out: &mut Vec<u8>) {
    bytes::put_u32(files.len() as u32, out);
    for File { path, stamp, print } in files {
        bytes::put_bytes(path.as_bytes(), out);
        out.push(stamp.is_some().into());
        out.extend(stamp.iter().flat_map(Stamp::to_bytes));
        out.extend_from_slice(&print.0);
    }
}

fn take_files(input: &mut Input<'_>) -> Option<Vec<File>> {
    let mut files = Vec::new();
    for _ in 0..input.count(21)? {
        let path = input.text()?.into();
        let stamp = match input.array()? {
            [0] => None,
            _ => Some(Stamp::from_bytes(&input.array()?)),
        };
        files.push(File { path, stamp, print: input.print()? });
    }
    Some(files)
}
