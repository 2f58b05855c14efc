//! Chunks of PNG files (PNG, third edition, sections 5 and 11; APNG included).

use std::borrow::Cow;

use super::bytes::{Order, Pieces, range};
use super::{Blocks, CUT, Removed, camera, text, xmp};

pub(super) const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";
const XMP: &[u8] = b"XML:com.adobe.xmp";

/// Chunks without which the picture would look different or not move. `mDCv` and `cLLi` are older spellings.
#[rustfmt::skip]
const KEPT: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS",
    b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"mDCv", b"cLLI", b"cLLi", b"sBIT",
    b"bKGD", b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

#[derive(Debug, Clone, Copy)]
struct Chunk<'a> {
    kind: &'a [u8],
    /// Length, kind and checksum included.
    whole: &'a [u8],
    content: &'a [u8],
}

/// The chunk at a place, if it is all there.
fn chunk(bytes: &[u8], at: usize) -> Option<Chunk<'_>> {
    let length = Order::Big.at(bytes, at, 4)?;
    let whole = range(bytes, at, length.checked_add(12)?)?;
    Some(Chunk { kind: &whole[4..8], whole, content: &whole[8..8 + length] })
}

/// Metadata in the chunks, wherever they stand.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    let mut blocks = Blocks::default();
    let mut at = MARK.len();
    while let Some(Chunk { kind, whole, content }) = chunk(bytes, at) {
        match kind {
            b"IEND" => break,
            b"eXIf" => {
                blocks.exif.get_or_insert(Cow::Borrowed(content));
            }
            b"tEXt" | b"zTXt" | b"iTXt" => {
                if let Some((name, value)) = text_of(kind, content) {
                    named(&mut blocks, name, value);
                }
            }
            _ => {}
        }
        at += whole.len();
    }
    blocks
}

fn named<'a>(blocks: &mut Blocks<'a>, name: &[u8], value: Cow<'a, [u8]>) {
    let field = match name {
        XMP => {
            blocks.xmp.get_or_insert(value);
            return;
        }
        b"Author" => &mut blocks.own.creator,
        b"Copyright" => &mut blocks.own.copyright,
        _ => return,
    };
    if field.is_none() {
        *field = text::tidy(&text::decode(&value));
    }
}

/// Keyword and text of a chunk (section 11.3.3); compressed ones are unpacked up to a million bytes.
fn text_of<'a>(kind: &[u8], content: &'a [u8]) -> Option<(&'a [u8], Cow<'a, [u8]>)> {
    let (name, rest) = split(content)?;
    if !matches!(name, XMP | b"Author" | b"Copyright") {
        return None;
    }
    let unpack = |packed: &[u8]| {
        let text = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, xmp::LONGEST);
        text.ok().map(Cow::Owned)
    };
    let value = match kind {
        b"tEXt" => Cow::Borrowed(rest),
        b"zTXt" => unpack(rest.get(1..)?)?,
        _ => {
            let (flags, rest) = rest.split_at_checked(2)?;
            let (_language, rest) = split(rest)?;
            let (_translated, text) = split(rest)?;
            if flags[0] == 1 { unpack(text)? } else { Cow::Borrowed(text) }
        }
    };
    Some((name, value))
}

/// Before and behind the first zero.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// Takes out all chunks but those of [`KEPT`], and what follows `IEND`.
pub(super) fn clean<'a>(
    bytes: &'a [u8],
    packet: Option<&[u8]>,
    removed: &mut Removed,
) -> Result<Cow<'a, [u8]>, String> {
    let mut pieces = Pieces::default();
    pieces.keep(MARK);
    let (mut at, mut kept_exif, mut has_exif, mut has_pixels) = (MARK.len(), None, false, false);
    loop {
        let Chunk { kind, whole, content } = chunk(bytes, at).ok_or(CUT)?;
        if !kind.iter().all(u8::is_ascii_alphabetic) {
            return Err("a block of the file is longer or shorter than it says".into());
        }
        if (at == MARK.len()) != (kind == b"IHDR" && content.len() == 13) {
            return Err("the file does not begin with the picture's size".into());
        }
        at += whole.len();
        has_pixels |= kind == b"IDAT";
        if KEPT.iter().any(|known| *known == kind) {
            pieces.keep(whole);
        } else if kind == b"eXIf" {
            let kept = if has_exif { None } else { camera::kept(content) };
            camera::note(content, kept.as_deref(), removed);
            if !has_exif {
                (kept_exif, has_exif) = (kept, true);
            }
        } else if kind[0].is_ascii_uppercase() {
            return Err("the file has a part of an unknown kind".into());
        } else {
            removed.insert(word(kind, content));
        }
        if kind == b"IEND" {
            break;
        }
    }
    if !has_pixels {
        return Err("there is no picture in the file".into());
    }
    if at < bytes.len() {
        removed.insert("data behind the picture");
    }
    // Behind `IHDR`, where nothing else has to stand.
    if let Some(packet) = packet {
        pieces.insert(2, made(b"iTXt", &[XMP, &[0, 0, 0, 0, 0], packet]));
    }
    if let Some(kept) = kept_exif {
        pieces.insert(2, made(b"eXIf", &[&kept]));
    }
    Ok(pieces.finish(bytes))
}

fn word(kind: &[u8], content: &[u8]) -> &'static str {
    match kind {
        b"iTXt" if content.starts_with(XMP) => "XMP data",
        b"tEXt" | b"zTXt" | b"iTXt" => "comments",
        b"tIME" => "dates",
        _ => "private data",
    }
}

fn made(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    // A packet of four short texts: far below the limit.
    let mut chunk = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    chunk.extend_from_slice(kind);
    parts.iter().for_each(|part| chunk.extend_from_slice(part));
    let sum = crc32fast::hash(&chunk[4..]);
    chunk.extend(sum.to_be_bytes());
    chunk
}
