//! What a file system says of a file without opening it: enough to decide not to read the file again.
//!
//! A stamp never enters a key and never decides what is published; at most it saves a read, and only when
//! [`Stamp::is_settled`] says that nothing can have happened behind its back.

use std::fs::Metadata;

/// A file changed so shortly before it was looked at may change once more without a new time: file systems
/// count in steps of up to two seconds.
const GRAIN: i64 = 2_000_000_000;

/// Size and times of a file when it was found. What the file system does not tell is zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// When the content was changed: nanoseconds since 1970.
    pub modified: i64,
    /// When anything of the file was changed, its name and rights too: nanoseconds since 1970. Programs that
    /// set `modified` back cannot set this one.
    pub changed: i64,
    /// Number of the file in its file system: another one after "write beside, then rename".
    pub inode: u64,
}

impl Stamp {
    /// Length of [`Stamp::to_bytes`].
    pub const BYTES: usize = 32;

    /// Whether a file that has the same stamp again has the same content, when `since` is the time (nanoseconds
    /// since 1970) at which the last run began to look at files: not when it was changed less than two seconds
    /// before that, after it, or at a time that is not known.
    pub fn is_settled(&self, since: i128) -> bool {
        let limit = since - i128::from(GRAIN);
        let is_before = |time: i64| i128::from(time) <= limit;
        let is_known = self.modified != 0 || self.changed != 0;
        is_known && is_before(self.modified) && is_before(self.changed)
    }

    /// The stamp in a form that is the same on every machine.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.size.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.modified.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.changed.to_le_bytes());
        bytes[24..].copy_from_slice(&self.inode.to_le_bytes());
        bytes
    }

    /// Reads what [`Stamp::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Stamp {
        let part = |start: usize| {
            let mut part = [0; 8];
            part.copy_from_slice(&bytes[start..start + 8]);
            u64::from_le_bytes(part)
        };
        Stamp {
            size: part(0),
            modified: part(8).cast_signed(),
            changed: part(16).cast_signed(),
            inode: part(24),
        }
    }

    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        let time =
            |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
        Stamp {
            size: metadata.len(),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(metadata: &Metadata) -> Stamp {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = since.map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX));
        Stamp { size: metadata.len(), modified, changed: 0, inode: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_come_back_as_they_were() {
        let stamp = Stamp { size: u64::MAX, modified: -1, changed: i64::MIN, inode: 0x0102_0304 };
        assert_eq!(Stamp::from_bytes(&stamp.to_bytes()), stamp);
        assert_eq!(stamp.to_bytes()[24..28], [4, 3, 2, 1]);
    }

    #[test]
    fn what_changed_lately_or_later_or_nobody_knows_when_is_not_settled() {
        let since = 10_000_000_000;
        let at = |modified, changed| Stamp { size: 1, modified, changed, inode: 1 };
        assert!(at(8_000_000_000, 8_000_000_000).is_settled(since));
        assert!(at(8_000_000_000, 0).is_settled(since), "a platform without `changed`");
        assert!(at(-5, 8_000_000_000).is_settled(since));
        for (modified, changed) in [
            (8_000_000_001, 0),
            (1, 8_000_000_001),
            (i64::MAX, 1),
            (1, i64::MAX),
            (since as i64 + 1, since as i64 + 1),
            (0, 0),
        ] {
            assert!(!at(modified, changed).is_settled(since), "{modified} {changed}");
        }
        assert!(!at(1, 1).is_settled(i128::MIN + i128::from(GRAIN)));
    }

    #[test]
    fn a_file_that_is_written_again_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let stamp = |text: &str| {
            let beside = folder.path().join("b");
            std::fs::write(&beside, text).unwrap();
            std::fs::rename(&beside, &path).unwrap();
            Stamp::of(&std::fs::metadata(&path).unwrap())
        };
        let first = stamp("one");
        assert_eq!(first.size, 3);
        assert!(first.modified > 0);
        assert_eq!(first, Stamp::of(&std::fs::metadata(&path).unwrap()));
        assert_ne!(first, stamp("four"));
        #[cfg(unix)]
        assert!(first.changed > 0 && first.inode > 0);
    }
}
