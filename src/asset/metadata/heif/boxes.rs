//! Boxes, of which all files of the ISO base media format consist (ISO/IEC 14496-12, section 4.2).

use super::super::CUT;
use super::super::bytes::Order;

/// A box and its place in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Box {
    pub kind: [u8; 4],
    pub at: usize,
    /// Behind length and kind.
    pub body: usize,
    pub end: usize,
}

/// The boxes in a range, one after the other, and whether they fill it.
pub(super) fn boxes(bytes: &[u8], from: usize, to: usize) -> (Vec<Box>, bool) {
    let (mut found, mut at) = (Vec::new(), from);
    while at < to {
        let Some(next) = one(bytes, at, to) else { return (found, false) };
        at = next.end;
        found.push(next);
    }
    (found, true)
}

fn one(bytes: &[u8], at: usize, to: usize) -> Option<Box> {
    let size = Order::Big.at(bytes, at, 4)?;
    let kind = bytes.get(at + 4..at + 8)?.try_into().ok()?;
    let (size, head) = match size {
        0 => (to - at, 8),
        1 => (Order::Big.at(bytes, at + 8, 8)?, 16),
        _ => (size, 8),
    };
    let end = at.checked_add(size)?;
    (size >= head && end <= to && to <= bytes.len()).then_some(Box {
        kind,
        at,
        body: at + head,
        end,
    })
}

/// The boxes in a box that begins with version and flags.
pub(super) fn full(bytes: &[u8], holder: &Box) -> Result<Vec<Box>, String> {
    let (found, is_whole) = boxes(bytes, holder.body + 4, holder.end);
    if is_whole && holder.body + 4 <= holder.end { Ok(found) } else { Err(CUT.into()) }
}
