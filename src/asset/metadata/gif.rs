//! Blocks of GIF files (GIF89a, sections 15 to 27; XMP specification part 3, 1.1.2).

use std::borrow::Cow;

use super::bytes::{Pieces, range};
use super::{Blocks, CUT, Removed};

const TRAILER: u8 = 0x3b;
/// Behind XMP stand 257 bytes and the end of the block, so that programs that do not know it can skip it.
const XMP_TAIL: usize = 258;
const XMP: &[u8] = b"XMP DataXMP";

/// Bytes of a colour table by the flags before it.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the sub-blocks that begin here end.
fn end_of_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// Where the header, the size and the common colour table end.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let end = 13 + table(*bytes.get(10)?);
    (end <= bytes.len()).then_some(end)
}

/// XMP in an extension.
pub(super) fn blocks(bytes: &[u8]) -> Blocks<'_> {
    Blocks { xmp: xmp(bytes).map(Cow::Borrowed), ..Blocks::default() }
}

fn xmp(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = end_of_head(bytes)?;
    loop {
        match *bytes.get(at)? {
            0x21 => {
                let end = end_of_blocks(bytes, at + 2)?;
                if bytes.get(at + 1) == Some(&0xff) && range(bytes, at + 3, 11) == Some(XMP) {
                    return bytes.get(at + 14..end.checked_sub(XMP_TAIL)?);
                }
                at = end;
            }
            0x2c => at = end_of_blocks(bytes, at + 11 + table(*bytes.get(at + 9)?))?,
            0 => at += 1,
            _ => return None,
        }
    }
}

/// Takes out comments, texts, all extensions but how often an animation is repeated, and what follows the end.
pub(super) fn clean<'a>(bytes: &'a [u8], removed: &mut Removed) -> Result<Cow<'a, [u8]>, String> {
    let mut at = end_of_head(bytes).ok_or(CUT)?;
    let mut pieces = Pieces::default();
    pieces.keep(&bytes[..at]);
    // Time and transparency belong to what comes next, and go with it.
    let mut control: Option<&[u8]> = None;
    let mut pictures = 0usize;
    loop {
        // Many programs forget the last byte; a file that ends between two blocks is whole.
        match bytes.get(at).copied() {
            Some(TRAILER) => break at += 1,
            None if pictures > 0 => break,
            None => return Err(CUT.into()),
            Some(0) => at += 1,
            Some(0x21) => {
                let label = *bytes.get(at + 1).ok_or(CUT)?;
                let end = end_of_blocks(bytes, at + 2).ok_or(CUT)?;
                let whole = &bytes[at..end];
                at = end;
                match label {
                    0xf9 if whole.len() == 8 => control = Some(whole),
                    0xff => application(whole, &mut pieces, removed),
                    0x01 => {
                        control = None;
                        removed.insert("comments");
                    }
                    0xfe => {
                        removed.insert("comments");
                    }
                    _ => {
                        removed.insert("private data");
                    }
                }
            }
            Some(0x2c) => {
                let data = at + 11 + table(*bytes.get(at + 9).ok_or(CUT)?);
                let end = end_of_blocks(bytes, data).ok_or(CUT)?;
                if let Some(control) = control.take() {
                    pieces.keep(control);
                }
                pieces.keep(&bytes[at..end]);
                pictures += 1;
                at = end;
            }
            Some(_) => return Err("a block of the file is longer or shorter than it says".into()),
        }
    }
    if pictures == 0 {
        return Err("there is no picture in the file".into());
    }
    if at < bytes.len() {
        removed.insert("data behind the picture");
    }
    pieces.put(vec![TRAILER]);
    Ok(pieces.finish(bytes))
}

/// How often the animation is repeated stays: a sub-block of three bytes of which the first is 1.
fn application<'a>(whole: &'a [u8], pieces: &mut Pieces<'a>, removed: &mut Removed) {
    let name = range(whole, 2, 12);
    let is_loop = matches!(name, Some(b"\x0bNETSCAPE2.0" | b"\x0bANIMEXTS1.0"));
    match (is_loop, range(whole, 14, 5)) {
        (true, Some([3, 1, _, _, 0])) if whole.len() == 19 => pieces.keep(whole),
        // Something else follows.
        (true, Some(&[3, 1, low, high, _])) => {
            removed.insert("private data");
            pieces.put([&whole[..14], &[3, 1, low, high, 0]].concat());
        }
        _ if name.is_some_and(|name| &name[1..] == XMP) => {
            removed.insert("XMP data");
        }
        _ => {
            removed.insert("private data");
        }
    }
}
