//! What the container of a picture says before anything is decoded: how many frames it has, whether pixels may be
//! transparent, whether it is all there.
//!
//! Only markers, chunks and boxes are walked, so that the time is bounded by the number of bytes, whatever a file
//! claims. Decoders show a photograph that is cut short with grey in place of the rest; here that is a fault.

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Container {
    /// 1 for a still.
    pub frames: u32,
    /// Whether pixels may be transparent; `None` where only a decoder can tell.
    pub has_alpha: Option<bool>,
    /// Why the picture must not be decoded, in words for its author.
    pub fault: Option<&'static str>,
    /// A JPEG with one scan after the other for its colours and fewer pixels in some of them.
    pub is_split: bool,
}

const STILL: Container = Container { frames: 1, has_alpha: None, fault: None, is_split: false };
const CUT: &str = "the file is cut short";

/// Looks through the bytes of a JPEG, PNG, WebP, GIF or AVIF; of anything else nothing is said.
pub(super) fn look(bytes: &[u8]) -> Container {
    if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes)
    } else if bytes.starts_with(b"GIF8") {
        gif(bytes)
    } else if bytes.get(4..8) == Some(b"ftyp") {
        avif(bytes)
    } else {
        STILL
    }
}

/// Segments up to the first scan (ITU T.81, B.1.1); inside scans `FF` is followed by `00`, so that `FF D9`
/// can only be the end.
fn jpeg(bytes: &[u8]) -> Container {
    let (fault, is_split) = match first_scan(bytes) {
        Ok(is_split) => (None, is_split),
        Err(fault) => (Some(fault), false),
    };
    Container { has_alpha: Some(false), fault, is_split, ..STILL }
}

/// Whether the first scan is one of several of a picture whose colours have fewer pixels.
fn first_scan(bytes: &[u8]) -> Result<bool, &'static str> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let mut at = 2;
    let (mut components, mut is_uneven) = (0, false);
    loop {
        let Some(&[0xff, kind]) = bytes.get(at..at + 2) else { return Err(CUT) };
        match kind {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 => return Err(CUT),
            0xda if memchr::memmem::find(&bytes[at..], &[0xff, 0xd9]).is_none() => return Err(CUT),
            0xda => return Ok(is_uneven && byte(at + 4) < components),
            _ => {
                if let Some(fault) = frame_fault(kind, byte(at + 4)) {
                    return Err(fault);
                }
                if matches!(kind, 0xc0 | 0xc1) {
                    components = byte(at + 9);
                    is_uneven = (0..usize::from(components)).any(|n| byte(at + 11 + 3 * n) != 0x11);
                }
                match big_endian(bytes.get(at + 2..at + 4)) {
                    Some(length) => at += 2 + length,
                    None => return Err(CUT),
                }
            }
        }
    }
}

/// Kinds of frames that no browser shows either (ITU T.81, table B.1), by marker and bits of a sample.
fn frame_fault(kind: u8, bits: u8) -> Option<&'static str> {
    match kind {
        0xc3 | 0xc7 => Some("it is a lossless JPEG, which is not read here; save it again"),
        0xc5 | 0xc6 => Some("it is a hierarchical JPEG, which is not read here; save it again"),
        0xc9..=0xcb | 0xcd..=0xcf => {
            Some("it is an arithmetic-coded JPEG, which is not read here; save it again")
        }
        0xc0..=0xc2 if bits == 12 => {
            Some("it is a JPEG of 12 bits, which is not read here; save it with 8")
        }
        _ => None,
    }
}

/// Chunks up to `IEND` (PNG 3, section 5.3); `acTL` makes an animation of it, of as many frames as there are `fcTL`.
fn png(bytes: &[u8]) -> Container {
    let (mut at, mut is_animated, mut frames) = (8, false, 0u32);
    // Colour types 4 and 6 (PNG 3, table 8); else a chunk names what is transparent.
    let mut has_alpha = bytes.get(25).is_some_and(|kind| kind & 4 != 0);
    let fault = loop {
        let (Some(length), Some(kind)) =
            (big_endian(bytes.get(at..at + 4)), bytes.get(at + 4..at + 8))
        else {
            break Some(CUT);
        };
        match kind {
            b"acTL" => is_animated = true,
            b"fcTL" => frames = frames.saturating_add(1),
            b"tRNS" => has_alpha = true,
            b"IEND" => break None,
            _ => {}
        }
        at = at.saturating_add(length + 12);
    };
    // An animation of one frame is one all the same: its frame may be another picture than the still.
    let frames = if is_animated { frames.max(2) } else { 1 };
    Container { frames, has_alpha: Some(has_alpha), fault, ..STILL }
}

/// The size in the first chunk, the flags of an extended file and its `ANMF` chunks (RFC 9649, section 2.7).
fn webp(bytes: &[u8]) -> Container {
    const ANIMATION: u8 = 0b10;
    const ALPHA: u8 = 0b1_0000;
    let size = little_endian(bytes.get(4..8)).unwrap_or_default();
    let fault = (size + 8 > bytes.len()).then_some(CUT);
    let flags = bytes.get(20).copied().unwrap_or_default();
    let (frames, has_alpha) = match bytes.get(12..16) {
        Some(b"VP8X") if flags & ANIMATION != 0 => (anmf(bytes).max(2), Some(flags & ALPHA != 0)),
        Some(b"VP8 ") => (1, Some(false)),
        _ => (1, None),
    };
    Container { frames, has_alpha, fault, ..STILL }
}

fn anmf(bytes: &[u8]) -> u32 {
    let (mut at, mut frames) = (12usize, 0u32);
    while let (Some(kind), Some(length)) =
        (bytes.get(at..at + 4), little_endian(bytes.get(at + 4..at + 8)))
    {
        frames += u32::from(kind == b"ANMF");
        at = at.saturating_add(8 + length + length % 2);
    }
    frames
}

/// As far as it can be read (GIF89a, sections 18 to 26).
fn gif(bytes: &[u8]) -> Container {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let blocks = |mut at: usize| {
        while let Some(&length) = bytes.get(at).filter(|length| **length > 0) {
            at += 1 + usize::from(length);
        }
        at + 1
    };
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let mut at = 13 + table(byte(10));
    let (mut frames, mut has_alpha) = (0u32, false);
    loop {
        match bytes.get(at) {
            Some(0x21) => {
                // The graphic control extension says whether one of the colours is none.
                has_alpha |= byte(at + 1) == 0xf9 && byte(at + 3) & 1 != 0;
                at = blocks(at + 2);
            }
            Some(0x2c) => {
                frames += 1;
                at = blocks(at + 11 + table(byte(at + 9)));
            }
            _ => {
                return Container { frames: frames.max(1), has_alpha: Some(has_alpha), ..STILL };
            }
        }
    }
}

/// The brand of a sequence and the number of its samples, and the name of the property that makes a picture the alpha
/// of another (ISO/IEC 23000-22, 7.3.5.2; AV1 Image File Format 1.1, sections 3 and 4).
fn avif(bytes: &[u8]) -> Container {
    const ALPHA: &[u8] = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";
    let brands =
        big_endian(bytes.get(..4)).and_then(|length| bytes.get(8..length)).unwrap_or_default();
    let is_sequence = brands.chunks(4).any(|brand| brand == b"avis");
    let frames = if is_sequence { samples(bytes).max(2) } else { 1 };
    let meta = &bytes[..bytes.len().min(64 * 1024)];
    let has_alpha = Some(memchr::memmem::find(meta, ALPHA).is_some());
    Container { frames, has_alpha, ..STILL }
}

/// The count in the first sample size box (ISO/IEC 14496-12, 8.7.3.2), but no more than there are bytes.
fn samples(bytes: &[u8]) -> u32 {
    let count = memchr::memmem::find(bytes, b"stsz")
        .and_then(|at| big_endian(bytes.get(at + 12..at + 16)))
        .unwrap_or_default();
    u32::try_from(count.min(bytes.len())).unwrap_or(u32::MAX)
}

fn big_endian(bytes: Option<&[u8]>) -> Option<usize> {
    bytes.map(|bytes| bytes.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}

fn little_endian(bytes: Option<&[u8]>) -> Option<usize> {
    bytes.map(|bytes| bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}
