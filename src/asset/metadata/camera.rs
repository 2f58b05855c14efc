//! What Exif says of credit and orientation, and the one field of it that is published (CIPA DC-008, Exif 2.32).

use std::collections::BTreeSet;

use super::ifd::{Directory, Tiff, tag};
use super::{Embedded, text};

/// Begins the Exif block of a JPEG, and of some WebP files.
pub(super) const MARK: &[u8] = b"Exif\0\0";

/// What the first directory of an Exif block says; `exif` begins with the TIFF header.
pub(super) fn read(exif: &[u8]) -> Embedded {
    let Some((tiff, directory)) = first(exif) else { return Embedded::default() };
    let line = |tag| {
        let value = tiff.value(directory.find(tag)?)?;
        text::join(value.split(|byte| *byte == 0).map(text::decode))
    };
    Embedded {
        creator: line(tag::ARTIST),
        copyright: line(tag::COPYRIGHT),
        orientation: orientation(exif),
        ..Embedded::default()
    }
}

/// How the picture is to be turned, 1 to 8; 1 when nothing sensible is said (Exif 2.32, 4.6.4 A).
pub(super) fn orientation(exif: &[u8]) -> u8 {
    let found = first(exif).and_then(|(tiff, directory)| {
        let number = tiff.numbers(directory.find(tag::ORIENTATION)?)?.next()?;
        u8::try_from(number).ok().filter(|number| (1..=8).contains(number))
    });
    found.unwrap_or(1)
}

/// The Exif data that stay: a directory with nothing but the orientation, none when that is 1.
pub(super) fn kept(exif: &[u8]) -> Option<Vec<u8>> {
    let orientation = orientation(exif);
    (orientation != 1).then(|| {
        let mut bytes = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        bytes.extend([orientation, 0, 0, 0, 0, 0, 0]);
        bytes
    })
}

/// Notes what goes with a block; `kept` is what stays of it.
pub(super) fn note(exif: &[u8], kept: Option<&[u8]>, removed: &mut BTreeSet<&'static str>) {
    if Some(exif) == kept {
        return;
    }
    removed.insert("Exif data");
    if first(exif).is_some_and(|(_, directory)| directory.find(tag::GPS).is_some()) {
        removed.insert("GPS position");
    }
}

fn first(exif: &[u8]) -> Option<(Tiff<'_>, Directory)> {
    let (tiff, at) = Tiff::open(exif)?;
    Some((tiff, tiff.directory(at)?))
}
