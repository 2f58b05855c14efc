//! Segments of JPEG files (ITU T.81, annex B; JFIF 1.02; CIPA DC-008 and DC-007; XMP part 3; ICC.1, B.4).

use std::borrow::Cow;

use super::bytes::{Order, Pieces};
use super::{Blocks, CUT, Removed, camera, iptc, xmp};

const JFIF: &[u8] = b"JFIF\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";
const END: [u8; 2] = [0xff, 0xd9];
/// Bytes of Photoshop's resources that are gathered.
const LONGEST_RESOURCES: usize = 1_000_000;

/// A marker and what belongs to it.
#[derive(Debug, Clone, Copy)]
struct Segment<'a> {
    marker: u8,
    /// Marker and length included.
    whole: &'a [u8],
    content: &'a [u8],
}

/// The segment that begins here or behind filling bytes; also where it ends.
fn segment(bytes: &[u8], mut at: usize) -> Result<(Segment<'_>, usize), String> {
    // Some cameras fill up the space between segments with zeros.
    while bytes.get(at) == Some(&0) || bytes.get(at..at + 2) == Some(&[0xff, 0xff]) {
        at += 1;
    }
    let (first, marker) = match bytes.get(at..at + 2) {
        Some(&[first, marker]) => (first, marker),
        _ => return Err(CUT.into()),
    };
    if first != 0xff || marker == 0 {
        return Err("a block of the file is longer or shorter than it says".into());
    }
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Ok((Segment { marker, whole: &bytes[at..at + 2], content: &[] }, at + 2));
    }
    let length = Order::Big.at(bytes, at + 2, 2).ok_or(CUT)?;
    let whole = bytes.get(at..at + 2 + length).ok_or(CUT)?;
    let content = whole.get(4..).ok_or("a block of the file is longer or shorter than it says")?;
    Ok((Segment { marker, whole, content }, at + 2 + length))
}

/// Where the coded pixels that begin here end: at the next marker that is neither a restart nor a filled `FF`.
fn end_of_scan(bytes: &[u8], at: usize) -> Result<usize, String> {
    let is_marker =
        |place: &usize| !matches!(bytes.get(place + 1), None | Some(0 | 0xff | 0xd0..=0xd7));
    let rest = bytes.get(at..).ok_or(CUT)?;
    let found = memchr::memchr_iter(0xff, rest).map(|offset| at + offset).find(is_marker);
    Ok(found.ok_or(CUT)?)
}

/// Metadata in front of the first scan.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    let mut blocks = Blocks::default();
    let mut resources: Vec<u8> = Vec::new();
    let mut at = 2;
    while let Ok((segment, end)) = segment(bytes, at) {
        let Segment { marker, content, .. } = segment;
        match marker {
            0xda | 0xd9 => break,
            0xe1 if blocks.exif.is_none() && content.starts_with(camera::MARK) => {
                blocks.exif = Some(Cow::Borrowed(&content[camera::MARK.len()..]));
            }
            0xe1 if blocks.xmp.is_none() && content.starts_with(xmp::MARK) => {
                blocks.xmp = Some(Cow::Borrowed(&content[xmp::MARK.len()..]));
            }
            // Long resources go on in the next segment.
            0xed if content.starts_with(iptc::PHOTOSHOP_MARK)
                && resources.len() < LONGEST_RESOURCES =>
            {
                resources.extend_from_slice(&content[iptc::PHOTOSHOP_MARK.len()..]);
            }
            _ => {}
        }
        at = end;
    }
    blocks.iptc = iptc::in_photoshop(&resources).map(|records| Cow::Owned(records.to_vec()));
    blocks
}

/// Takes out all but the picture, its colours, density and orientation; all that follows its end as well.
pub(super) fn clean<'a>(
    bytes: &'a [u8],
    packet: Option<&[u8]>,
    removed: &mut Removed,
) -> Result<Cow<'a, [u8]>, String> {
    let mut file = File::default();
    file.pieces.keep(&bytes[..2]);
    let (mut at, mut has_frame, mut has_scan) = (2, false, false);
    loop {
        let (segment, end) = segment(bytes, at)?;
        at = end;
        match segment.marker {
            0xd9 => break,
            0xda => {
                if !has_frame {
                    return Err("there are pixels before their size".into());
                }
                has_scan = true;
                file.pieces.keep(segment.whole);
                let end = end_of_scan(bytes, at)?;
                file.pieces.keep(&bytes[at..end]);
                at = end;
            }
            0xd8 => return Err("a picture begins inside the picture".into()),
            0x01 | 0xd0..=0xd7 => {}
            // Tables and frames (T.81, table B.1); 0xc8 and 0xde, 0xdf are of kinds that nobody shows.
            0xc0..=0xc7 | 0xc9..=0xcf | 0xdb..=0xdd => {
                has_frame |= !matches!(segment.marker, 0xc4 | 0xcc | 0xdb..=0xdd);
                file.pieces.keep(segment.whole);
            }
            0xe0..=0xef => file.application(segment, removed),
            0xfe => {
                removed.insert("comments");
            }
            _ => {
                removed.insert("private data");
            }
        }
    }
    if !has_scan {
        return Err("there is no picture in the file".into());
    }
    if at < bytes.len() {
        removed.insert("data behind the picture");
    }
    file.pieces.put(END.to_vec());
    Ok(file.finish(bytes, packet))
}

/// The new file while it is made.
#[derive(Debug, Default)]
struct File<'a> {
    pieces: Pieces<'a>,
    /// How many pieces stand before our own segments: JFIF's must be the first.
    head: usize,
    /// Exif data that stay.
    exif: Option<Vec<u8>>,
    has_exif: bool,
    has_jfif: bool,
    has_adobe: bool,
}

impl<'a> File<'a> {
    fn application(&mut self, segment: Segment<'a>, removed: &mut Removed) {
        let Segment { marker, whole, content } = segment;
        match marker {
            0xe0 if content.starts_with(JFIF) && content.len() >= 14 && !self.has_jfif => {
                self.has_jfif = true;
                let is_first = self.pieces.count() == 1;
                if content.len() == 14 && content[12..] == [0, 0] {
                    self.pieces.keep(whole);
                } else {
                    removed.insert("thumbnail");
                    self.pieces.put(made(0xe0, &[&content[..12], &[0, 0]]));
                }
                self.head = if is_first { 2 } else { self.head };
            }
            0xe1 if content.starts_with(camera::MARK) => {
                let data = &content[camera::MARK.len()..];
                // The first one counts.
                let kept = if self.has_exif { None } else { camera::kept(data) };
                camera::note(data, kept.as_deref(), removed);
                if !self.has_exif {
                    (self.exif, self.has_exif) = (kept, true);
                }
            }
            0xe1 if content.starts_with(b"http://ns.adobe.com/") => {
                removed.insert("XMP data");
            }
            0xe2 if content.starts_with(ICC) => self.pieces.keep(whole),
            0xe2 if content.starts_with(b"MPF\0") => {
                removed.insert("list of embedded pictures");
            }
            0xed if content.starts_with(iptc::PHOTOSHOP_MARK) => {
                removed.insert("IPTC data");
            }
            // Says how the colours are coded; 12 bytes (Adobe technical note 5116).
            0xee if content.starts_with(ADOBE) && content.len() >= 12 && !self.has_adobe => {
                self.has_adobe = true;
                if content.len() == 12 {
                    self.pieces.keep(whole);
                } else {
                    removed.insert("private data");
                    self.pieces.put(made(0xee, &[&content[..12]]));
                }
            }
            0xe0 => {
                removed.insert("thumbnail");
            }
            _ => {
                removed.insert("private data");
            }
        }
    }

    fn finish(mut self, bytes: &'a [u8], packet: Option<&[u8]>) -> Cow<'a, [u8]> {
        let mut place = self.head.max(1);
        if let Some(data) = self.exif {
            self.pieces.insert(place, made(0xe1, &[camera::MARK, &data]));
            place += 1;
        }
        if let Some(packet) = packet {
            self.pieces.insert(place, made(0xe1, &[xmp::MARK, packet]));
        }
        self.pieces.finish(bytes)
    }
}

/// A segment; its parts are known to be short.
fn made(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    let length = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    let mut segment = vec![0xff, marker, length[0], length[1]];
    parts.iter().for_each(|part| segment.extend_from_slice(part));
    segment
}
