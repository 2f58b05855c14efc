//! Chunks of WebP files (RFC 9649, section 2).

use std::borrow::Cow;

use super::bytes::{Order, Pieces, range};
use super::{Blocks, CUT, Removed, camera};

/// Flags of an extended file (section 2.7).
const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
const MOVES: u8 = 0x02;

const WRONG: &str = "a block of the file is longer or shorter than it says";

#[derive(Debug, Clone, Copy)]
struct Chunk<'a> {
    kind: &'a [u8],
    /// Kind, length and filling byte included.
    whole: &'a [u8],
    content: &'a [u8],
}

/// The chunk at a place, if it is all there.
fn chunk(bytes: &[u8], at: usize) -> Option<Chunk<'_>> {
    let length = Order::Little.at(bytes, at + 4, 4)?;
    let whole = range(bytes, at, length.checked_add(8)?.checked_add(length % 2)?)?;
    Some(Chunk { kind: &whole[..4], whole, content: &whole[8..8 + length] })
}

/// Exif and XMP, as far as the file is there.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    let mut blocks = Blocks::default();
    let mut at = 12;
    while let Some(Chunk { kind, whole, content }) = chunk(bytes, at) {
        match kind {
            b"EXIF" => {
                blocks.exif.get_or_insert(Cow::Borrowed(without_mark(content)));
            }
            b"XMP " => {
                blocks.xmp.get_or_insert(Cow::Borrowed(content));
            }
            _ => {}
        }
        at += whole.len();
    }
    blocks
}

/// Some programs write the mark that only a JPEG needs.
fn without_mark(content: &[u8]) -> &[u8] {
    content.strip_prefix(camera::MARK).unwrap_or(content)
}

/// Takes out all chunks that the picture does not need, also inside its frames, and what follows it.
pub(super) fn clean<'a>(
    bytes: &'a [u8],
    packet: Option<&[u8]>,
    removed: &mut Removed,
) -> Result<Cow<'a, [u8]>, String> {
    let end = 8 + Order::Little.at(bytes, 4, 4).ok_or(CUT)?;
    let body = bytes.get(..end).ok_or(CUT)?;
    if end < bytes.len() {
        removed.insert("data behind the picture");
    }
    let mut pieces = Pieces::default();
    let mut file = Picture::default();
    let mut at = 12;
    while at < end {
        let Chunk { kind, whole, content } = chunk(body, at).ok_or(WRONG)?;
        at += whole.len();
        match kind {
            b"VP8X" if at == 12 + whole.len() && content.len() == 10 => {
                file.extended = Some(content)
            }
            b"VP8 " | b"VP8L" => {
                file.first = file.first.or(Some((kind, content)));
                pieces.keep(whole);
            }
            b"ALPH" | b"ICCP" | b"ANIM" => pieces.keep(whole),
            b"ANMF" => {
                file.has_frames = true;
                frame(whole, content, &mut pieces, removed)?;
            }
            b"EXIF" => {
                let data = without_mark(content);
                // Only in an extended file does it count.
                let is_first = file.extended.is_some() && !file.has_exif;
                let kept = if is_first { camera::kept(data) } else { None };
                camera::note(data, kept.as_deref(), removed);
                if is_first {
                    (file.exif, file.has_exif) = (kept, true);
                }
            }
            b"XMP " => {
                removed.insert("XMP data");
            }
            _ => {
                removed.insert("private data");
            }
        }
    }
    if file.first.is_none() && !file.has_frames {
        return Err("there is no picture in the file".into());
    }
    file.finish(bytes, pieces, packet)
}

/// One picture of an animation: its place and time in 16 bytes, then chunks of its own (section 2.7.1.1).
fn frame<'a>(
    whole: &'a [u8],
    content: &'a [u8],
    pieces: &mut Pieces<'a>,
    removed: &mut Removed,
) -> Result<(), String> {
    let head = content.get(..16).ok_or(WRONG)?;
    let (mut at, mut kept) = (16, Pieces::default());
    while at < content.len() {
        let Chunk { kind, whole, .. } = chunk(content, at).ok_or(WRONG)?;
        at += whole.len();
        if matches!(kind, b"ALPH" | b"VP8 " | b"VP8L") {
            kept.keep(whole);
        } else {
            removed.insert("private data");
        }
    }
    if kept.length() + 16 == content.len() {
        pieces.keep(whole);
    } else {
        let rest = kept.finish(&[]);
        pieces.put(made(b"ANMF", &[head, &rest]));
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Picture<'a> {
    /// Content of `VP8X`.
    extended: Option<&'a [u8]>,
    /// The first chunk with pixels.
    first: Option<(&'a [u8], &'a [u8])>,
    has_frames: bool,
    has_exif: bool,
    exif: Option<Vec<u8>>,
}

impl Picture<'_> {
    fn finish<'a>(
        self,
        bytes: &'a [u8],
        mut pieces: Pieces<'a>,
        packet: Option<&[u8]>,
    ) -> Result<Cow<'a, [u8]>, String> {
        let mut head = match self.extended {
            Some(head) => Some(head.to_vec()),
            None if packet.is_some() => Some(self.head().ok_or(CUT)?),
            None => None,
        };
        if let Some(head) = &mut head {
            head[0] &= HAS_PROFILE | HAS_ALPHA | MOVES;
            if let Some(data) = &self.exif {
                head[0] |= HAS_EXIF;
                pieces.put(made(b"EXIF", &[data]));
            }
            if let Some(packet) = packet {
                head[0] |= HAS_XMP;
                pieces.put(made(b"XMP ", &[packet]));
            }
            pieces.insert(0, made(b"VP8X", &[head]));
        }
        let size = u32::try_from(pieces.length() + 4).map_err(|_| "the file is too large")?;
        pieces.insert(0, [&b"RIFF"[..], &size.to_le_bytes(), b"WEBP"].concat());
        Ok(pieces.finish(bytes))
    }

    /// What `VP8X` says of a picture that had none: its size and whether it is transparent (sections 2.5 to 2.7,
    /// 3.4; RFC 6386, section 9.1).
    fn head(&self) -> Option<Vec<u8>> {
        let (kind, content) = self.first?;
        let (flags, width, height) = if kind == b"VP8L" {
            let bits = Order::Little.at(content, 1, 4)?;
            let alpha = if bits >> 28 & 1 == 1 { HAS_ALPHA } else { 0 };
            (alpha, bits & 0x3fff, bits >> 14 & 0x3fff)
        } else {
            let side = |at| Some((Order::Little.at(content, at, 2)? & 0x3fff).saturating_sub(1));
            (0, side(6)?, side(8)?)
        };
        let three = |number: usize| [number as u8, (number >> 8) as u8, (number >> 16) as u8];
        Some([&[flags, 0, 0, 0][..], &three(width), &three(height)].concat())
    }
}

fn made(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    // Never longer than the file, whose length has 32 bits, but for a packet of four short texts.
    let size = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    let mut chunk = [kind, &size[..]].concat();
    parts.iter().for_each(|part| chunk.extend_from_slice(part));
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}
