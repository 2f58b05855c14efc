//! Many values in one file of the cache, each found by its place and checked by its hash.
//!
//! Values are only added. What stands behind the end that the cache knows of was left by a killed process and is
//! written over.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bytes::{self, Input};
use super::{Fingerprint, Store};

/// An open file of values.
#[derive(Debug)]
pub struct Pack {
    file: File,
    end: AtomicU64,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    pub offset: u64,
    /// In bytes.
    pub length: u32,
    pub print: Fingerprint,
}

impl Record {
    pub fn put(&self, out: &mut Vec<u8>) {
        bytes::put_u64(self.offset, out);
        bytes::put_u32(self.length, out);
        out.extend_from_slice(&self.print.0);
    }

    pub fn take(input: &mut Input<'_>) -> Option<Record> {
        Some(Record { offset: input.u64()?, length: input.u32()?, print: input.print()? })
    }
}

impl Pack {
    /// Opens a file of the cache whose values end at `end`.
    ///
    /// # Errors
    /// When it cannot be opened for reading and writing.
    pub fn open(store: &Store, name: &str, end: u64) -> io::Result<Pack> {
        Ok(Pack { file: store.append(name)?, end: AtomicU64::new(end) })
    }

    /// A file of values for this process alone, which is gone with it.
    ///
    /// # Errors
    /// As [`Pack::open`].
    pub fn alone(store: &Store) -> io::Result<Pack> {
        // Two who have the same cache have it one after the other.
        let name = format!("scratch-{}", store.since());
        let pack = Pack::open(store, &name, 0)?;
        // Where a file that is open cannot be removed, it stays until the cache is cleaned.
        store.remove(&name);
        Ok(pack)
    }

    /// Adds a value. Several threads may do so at once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, value: &[u8]) -> io::Result<Record> {
        let length = u32::try_from(value.len()).map_err(io::Error::other)?;
        let offset = self.end.fetch_add(u64::from(length), Ordering::Relaxed);
        write_at(&self.file, value, offset)?;
        Ok(Record { offset, length, print: Fingerprint::of(value) })
    }

    /// Adds values that stand behind each other and end at these places of `values`.
    ///
    /// # Errors
    /// As [`Pack::add`].
    pub fn add_all<const N: usize>(
        &self,
        values: &[u8],
        ends: [usize; N],
    ) -> io::Result<[Record; N]> {
        let all = u32::try_from(values.len()).map_err(io::Error::other)?;
        let offset = self.end.fetch_add(u64::from(all), Ordering::Relaxed);
        write_at(&self.file, values, offset)?;
        let mut start = 0;
        Ok(ends.map(|end| {
            let value = values.get(start..end).unwrap_or_default();
            let (offset, length) = (offset + start as u64, value.len() as u32);
            start = end;
            Record { offset, length, print: Fingerprint::of(value) }
        }))
    }

    /// Reads a value into `buffer`; `false` when it is not there as it was.
    pub fn read(&self, record: &Record, buffer: &mut Vec<u8>) -> bool {
        buffer.clear();
        // A wrong length must not take all memory.
        if record.offset.saturating_add(u64::from(record.length)) > self.end() {
            return false;
        }
        buffer.resize(record.length as usize, 0);
        read_at(&self.file, buffer, record.offset).is_ok()
            && Fingerprint::of(buffer) == record.print
    }

    /// Where the next value will stand.
    pub fn end(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        bytes = &bytes[written..];
        offset += written as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Fingerprint::NONE, &|| {}).unwrap();
        let pack = Pack::open(&store, "p", 0).unwrap();
        let records: Vec<Record> =
            ["one", "", "three"].iter().map(|value| pack.add(value.as_bytes()).unwrap()).collect();
        let [four, five] = pack.add_all(b"fourfive", [4, 8]).unwrap();
        let again = Pack::open(&store, "p", pack.end()).unwrap();
        let mut buffer = Vec::new();
        assert!(again.read(&records[2], &mut buffer) && buffer == b"three");
        assert!(again.read(&records[1], &mut buffer) && buffer.is_empty());
        assert!(again.read(&four, &mut buffer) && buffer == b"four");
        assert!(again.read(&five, &mut buffer) && buffer == b"five");
        std::fs::write(store.path("p"), "onexhree").unwrap();
        assert!(again.read(&records[0], &mut buffer) && !again.read(&records[2], &mut buffer));
        std::fs::write(store.path("p"), "onet").unwrap();
        assert!(!again.read(&records[2], &mut buffer));
        let far = Record { offset: u64::MAX, length: u32::MAX, print: Fingerprint::NONE };
        assert!(!again.read(&far, &mut buffer));
    }
}
