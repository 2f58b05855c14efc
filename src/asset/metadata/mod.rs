//! What the file of a picture says besides its pixels: whose it is, read; all that is private, taken out.
//!
//! [`credit`] looks at headers only and never fails. [`clean`] gives a file with the same pixels and without
//! private data, or a reason in words; it never gives a file of which it could not follow every part.

mod bytes;
mod camera;
mod chunks;
mod gif;
mod heif;
mod ifd;
mod iptc;
mod jpeg;
mod licence;
mod riff;
mod text;
mod tiff;
mod windows;
mod xmp;

#[cfg(test)]
mod clean_tests;
#[cfg(test)]
mod credit_tests;
#[cfg(test)]
mod samples_tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use self::licence::licence_name;
use super::drawing;

/// What a picture says of itself. Texts are one line, trimmed, at most 1,000 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Embedded {
    /// Who made it; several are joined by `, `.
    pub creator: Option<String>,
    /// Whom to name.
    pub credit: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
    /// Address of the licence or of a page about it.
    pub web_statement: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// How it is to be turned (Exif 2.32, 4.6.4 A): 1 to 8, and 0 when nothing is said.
    pub orientation: u8,
}

/// The fields that may stay in a published picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    pub creator: Option<String>,
    pub credit: Option<String>,
    pub copyright: Option<String>,
    pub web_statement: Option<String>,
}

/// A file that is fit to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned<'a> {
    /// The bytes of the old file itself when nothing had to go.
    pub bytes: Cow<'a, [u8]>,
    /// What was taken out, in words, sorted: `Exif data`, `GPS position` ...
    pub removed: Vec<&'static str>,
}

/// What a container holds besides the picture, as far as it can be read.
#[derive(Debug, Default)]
struct Blocks<'a> {
    /// From the TIFF header on.
    exif: Option<Cow<'a, [u8]>>,
    xmp: Option<Cow<'a, [u8]>>,
    /// IPTC records.
    iptc: Option<Cow<'a, [u8]>>,
    /// Fields of the container itself.
    own: Embedded,
}

/// Words for what was taken out.
type Removed = BTreeSet<&'static str>;

/// The reason given for a file that ends too early.
const CUT: &str = "the file is cut short";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    Webp,
    Gif,
    Heif,
    Tiff,
    Bmp,
    Ico,
    Svg,
}

impl Rights {
    fn is_empty(&self) -> bool {
        *self == Rights::default()
    }
}

impl From<Embedded> for Rights {
    fn from(embedded: Embedded) -> Rights {
        let Embedded { creator, credit, copyright, web_statement, .. } = embedded;
        Rights { creator, credit, copyright, web_statement }
    }
}

/// Reads whose a picture is: from XMP, else IPTC, else Exif, else the container, field by field.
///
/// JPEG, PNG, WebP, GIF, AVIF, HEIF, TIFF and SVG; the first bytes of a file give what is in them. What cannot
/// be read is as if it were not there.
pub fn credit(bytes: &[u8]) -> Embedded {
    let blocks = match kind(bytes) {
        Some(Kind::Jpeg) => jpeg::blocks(bytes),
        Some(Kind::Png) => chunks::blocks(bytes),
        Some(Kind::Webp) => riff::blocks(bytes),
        Some(Kind::Gif) => gif::blocks(bytes),
        Some(Kind::Heif) => heif::blocks(bytes),
        Some(Kind::Tiff) => tiff::blocks(bytes),
        Some(Kind::Svg) => return xmp::read(bytes),
        Some(Kind::Bmp | Kind::Ico) | None => Blocks::default(),
    };
    let read = |block: Option<Cow<[u8]>>, read: fn(&[u8]) -> Embedded| {
        block.map(|block| read(&block)).unwrap_or_default()
    };
    read(blocks.xmp, xmp::read)
        .or(read(blocks.iptc, iptc::read))
        .or(read(blocks.exif, camera::read))
        .or(blocks.own)
}

/// How the picture is to be turned before it is shown, 1 to 8, by the Exif data of JPEG, PNG and WebP files (Exif 2.32,
/// tag 0x0112); 1 when nothing is said, and for all other formats.
pub fn orientation(bytes: &[u8]) -> u8 {
    let blocks = match kind(bytes) {
        Some(Kind::Jpeg) => jpeg::blocks(bytes),
        Some(Kind::Png) => chunks::blocks(bytes),
        Some(Kind::Webp) => riff::blocks(bytes),
        _ => return 1,
    };
    blocks.exif.map_or(1, |exif| camera::orientation(&exif))
}

impl Embedded {
    fn or(self, other: Embedded) -> Embedded {
        Embedded {
            creator: self.creator.or(other.creator),
            credit: self.credit.or(other.credit),
            copyright: self.copyright.or(other.copyright),
            web_statement: self.web_statement.or(other.web_statement),
            source: self.source.or(other.source),
            orientation: if self.orientation == 0 { other.orientation } else { self.orientation },
        }
    }
}

/// Takes out of a file all that is not needed to show the picture: Exif (but for the orientation), XMP, IPTC,
/// comments, thumbnails, what follows the end. Pixels, colours and animation stay as they are.
///
/// With `keep`, one XMP packet with exactly these fields is written into a JPEG, PNG or WebP, also into one that
/// had none. Time and memory grow with the file.
///
/// # Errors
///
/// A reason in words when the bytes are no picture that is known here, or when a part cannot be followed.
pub fn clean<'a>(bytes: &'a [u8], keep: Option<&Rights>) -> Result<Cleaned<'a>, String> {
    let packet = keep.filter(|rights| !rights.is_empty()).and_then(xmp::packet);
    let packet = packet.as_deref();
    let mut removed = Removed::new();
    let bytes = match kind(bytes) {
        Some(Kind::Jpeg) => jpeg::clean(bytes, packet, &mut removed)?,
        Some(Kind::Png) => chunks::clean(bytes, packet, &mut removed)?,
        Some(Kind::Webp) => riff::clean(bytes, packet, &mut removed)?,
        Some(Kind::Gif) => gif::clean(bytes, &mut removed)?,
        Some(Kind::Heif) => heif::clean(bytes, &mut removed)?,
        Some(Kind::Tiff) => tiff::clean(bytes, &mut removed)?,
        Some(Kind::Bmp) => windows::clean_bmp(bytes, &mut removed)?,
        Some(Kind::Ico) => windows::clean_ico(bytes, &mut removed)?,
        Some(Kind::Svg) => {
            let clean = drawing::clean_svg(bytes)?;
            removed.extend(clean.removed);
            clean.bytes
        }
        None => return Err("this is no picture of a known kind".into()),
    };
    if matches!(bytes, Cow::Borrowed(_)) {
        removed.clear();
    }
    Ok(Cleaned { bytes, removed: removed.into_iter().collect() })
}

/// The kind of a picture by its first bytes; its name says nothing.
fn kind(bytes: &[u8]) -> Option<Kind> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    if starts(&[0xff, 0xd8]) {
        Some(Kind::Jpeg)
    } else if starts(chunks::MARK) {
        Some(Kind::Png)
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Kind::Webp)
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Some(Kind::Gif)
    } else if bytes.get(4..8) == Some(b"ftyp") {
        Some(Kind::Heif)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Some(Kind::Tiff)
    } else if starts(b"BM") {
        Some(Kind::Bmp)
    } else if starts(&[0, 0, 1, 0]) || starts(&[0, 0, 2, 0]) {
        Some(Kind::Ico)
    } else {
        drawing::is_svg(bytes).then_some(Kind::Svg)
    }
}
