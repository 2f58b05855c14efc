//! Pictures of Windows: BMP and ICO. They have no metadata, but may carry other bytes (Windows GDI reference,
//! `BITMAPFILEHEADER`, `BITMAPV5HEADER`; "Icons", `ICONDIR`).

use std::borrow::Cow;

use super::bytes::{Order, Pieces, range};
use super::{CUT, Removed, chunks};

/// Place and length of a colour profile in the fifth header, and its kind; `LINK` is a name of a file.
const PROFILE_KIND: usize = 14 + 56;
const PROFILE: usize = 14 + 112;
const LINK: &[u8] = b"KNIL";

/// Takes out what follows the pixels and the profile.
pub(super) fn clean_bmp<'a>(
    bytes: &'a [u8],
    removed: &mut Removed,
) -> Result<Cow<'a, [u8]>, String> {
    let number = |at, length| Order::Little.at(bytes, at, length).ok_or(CUT);
    let (pixels, header) = (number(10, 4)?, number(14, 4)?);
    if header < 40 {
        return Err("the file is a BMP of a kind that is not known here".into());
    }
    let signed = |at| Ok::<_, String>(number(at, 4)? as u32 as i32);
    let (width, height) =
        (signed(18)?.unsigned_abs() as usize, signed(22)?.unsigned_abs() as usize);
    let (depth, packing, packed) = (number(28, 2)?, number(30, 4)?, number(34, 4)?);
    let row = width.checked_mul(depth).map(|bits| bits.div_ceil(32) * 4).ok_or(CUT)?;
    // Only packed pixels (run lengths, JPEG, PNG) need a length.
    let length =
        if matches!(packing, 0 | 3 | 6) { row.checked_mul(height).ok_or(CUT)? } else { packed };
    let mut end = pixels.checked_add(length).ok_or(CUT)?;
    if header >= 124 && number(PROFILE + 4, 4)? > 0 {
        if range(bytes, PROFILE_KIND, 4) == Some(LINK) {
            return Err("the colour profile is in another file".into());
        }
        end = end.max((14 + number(PROFILE, 4)?).checked_add(number(PROFILE + 4, 4)?).ok_or(CUT)?);
    }
    let kept = bytes.get(..end).ok_or(CUT)?;
    if end == bytes.len() {
        return Ok(Cow::Borrowed(bytes));
    }
    removed.insert("data behind the picture");
    let mut kept = kept.to_vec();
    let size = u32::try_from(end).unwrap_or(u32::MAX);
    kept[2..6].copy_from_slice(&size.to_le_bytes());
    Ok(Cow::Owned(kept))
}

/// Cleans the pictures of an icon one by one and puts them together without gaps.
pub(super) fn clean_ico<'a>(
    bytes: &'a [u8],
    removed: &mut Removed,
) -> Result<Cow<'a, [u8]>, String> {
    let count = Order::Little.at(bytes, 4, 2).ok_or(CUT)?;
    let table = range(bytes, 6, count * 16).ok_or(CUT)?;
    if count == 0 {
        return Err("there is no picture in the file".into());
    }
    let mut head = bytes[..6].to_vec();
    let mut pictures = Vec::new();
    let mut place = head.len() + table.len();
    for entry in table.chunks_exact(16) {
        let number =
            |at| usize::try_from(Order::Little.number(&entry[at..at + 4])).unwrap_or(usize::MAX);
        let picture = range(bytes, number(12), number(8)).ok_or(CUT)?;
        let picture = match picture.starts_with(chunks::MARK) {
            true => chunks::clean(picture, None, removed)?,
            false => Cow::Borrowed(picture),
        };
        // Entries that share one picture would make a small file large.
        if place + picture.len() > bytes.len() {
            return Err("the pictures of the file lie over each other".into());
        }
        head.extend_from_slice(&entry[..8]);
        head.extend((picture.len() as u32).to_le_bytes());
        head.extend((place as u32).to_le_bytes());
        place += picture.len();
        pictures.push(picture);
    }
    let mut pieces = Pieces::default();
    pieces.put(head);
    pictures.into_iter().for_each(|picture| pieces.put(picture.into_owned()));
    let new = pieces.finish(bytes);
    if matches!(new, Cow::Owned(_)) {
        removed.insert("private data");
    }
    Ok(new)
}
