//! What the container of a picture says before anything is decoded: whether it moves, whether it is all there.
//!
//! Decoders show a photograph that is cut short with grey in place of the rest; here that is a fault.

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Container {
    pub is_animated: bool,
    /// The bytes end before the picture does.
    pub is_cut: bool,
    /// A JPEG with one scan after the other for its colours and fewer pixels in some of them: the decoder
    /// (zune-jpeg 0.5) gives wrong colours without a word. Such files are rare.
    pub is_split: bool,
}

/// Looks through the bytes of a JPEG, PNG, WebP or GIF; of anything else nothing is said.
pub(super) fn look(bytes: &[u8]) -> Container {
    if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes)
    } else if bytes.starts_with(b"GIF8") {
        Container { is_animated: gif_frames(bytes) > 1, ..Container::default() }
    } else {
        Container::default()
    }
}

/// Segments up to the first scan (ITU T.81, B.1.1); inside scans `FF` is followed by `00`, so that `FF D9`
/// can only be the end.
fn jpeg(bytes: &[u8]) -> Container {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let mut at = 2;
    let (mut components, mut is_uneven) = (0, false);
    let is_whole = loop {
        let Some(&[0xff, kind]) = bytes.get(at..at + 2) else { break false };
        match kind {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 => break false,
            0xda => break memchr::memmem::find(&bytes[at..], &[0xff, 0xd9]).is_some(),
            _ => {
                if matches!(kind, 0xc0 | 0xc1) {
                    components = byte(at + 9);
                    is_uneven = (0..usize::from(components)).any(|n| byte(at + 11 + 3 * n) != 0x11);
                }
                match big_endian(bytes.get(at + 2..at + 4)) {
                    Some(length) => at += 2 + length,
                    None => break false,
                }
            }
        }
    };
    let is_split = is_whole && is_uneven && byte(at + 4) < components;
    Container { is_animated: false, is_cut: !is_whole, is_split }
}

/// Chunks up to `IEND` (PNG 3, section 5.3); `acTL` makes an animation of it.
fn png(bytes: &[u8]) -> Container {
    let (mut at, mut is_animated) = (8, false);
    loop {
        let (Some(length), Some(kind)) =
            (big_endian(bytes.get(at..at + 4)), bytes.get(at + 4..at + 8))
        else {
            return Container { is_animated, is_cut: true, is_split: false };
        };
        is_animated |= kind == b"acTL";
        if kind == b"IEND" {
            return Container { is_animated, is_cut: false, is_split: false };
        }
        at = at.saturating_add(length + 12);
    }
}

/// The size in the first chunk, and the flags of an extended file (RFC 9649, sections 2.4 and 2.7).
fn webp(bytes: &[u8]) -> Container {
    let size = bytes
        .get(4..8)
        .map_or(0, |size| size.iter().rev().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte)));
    let is_extended = bytes.get(12..16) == Some(b"VP8X");
    let flags = bytes.get(20).copied().unwrap_or_default();
    Container {
        is_animated: is_extended && flags & 0b10 != 0,
        is_cut: size + 8 > bytes.len() as u64,
        is_split: false,
    }
}

/// How many pictures a GIF holds, as far as it can be read (GIF89a, sections 18 to 26).
fn gif_frames(bytes: &[u8]) -> usize {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let blocks = |mut at: usize| {
        while let Some(&length) = bytes.get(at).filter(|length| **length > 0) {
            at += 1 + usize::from(length);
        }
        at + 1
    };
    let mut at = 13 + table(bytes.get(10).copied().unwrap_or_default());
    let mut frames = 0;
    loop {
        match bytes.get(at) {
            Some(0x21) => at = blocks(at + 2),
            Some(0x2c) => {
                frames += 1;
                at = blocks(at + 11 + table(bytes.get(at + 9).copied().unwrap_or_default()));
            }
            _ => return frames,
        }
    }
}

fn big_endian(bytes: Option<&[u8]>) -> Option<usize> {
    bytes.map(|bytes| bytes.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}
