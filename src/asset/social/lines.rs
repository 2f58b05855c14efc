//! Where the lines of a text break: pure arithmetic over pieces that may not be broken.
//!
//! All widths are in one unit (em, as it happens), so that a text is measured once for all sizes.

use std::ops::Range;

/// A stretch of text after which a line may end: a word with the space that follows it, a Chinese character.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// Its width when another piece follows on the line.
    pub width: f32,
    /// Its width at the end of a line: without the space, with the hyphen of a soft one.
    pub last: f32,
}

/// A text in lines, as ranges of bytes; `is_cut` when the last one is to end in an ellipsis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lines {
    pub lines: Vec<Range<usize>>,
    pub is_cut: bool,
}

/// As many pieces on each line as it takes; a piece wider than a line stands alone.
pub(super) fn fill(pieces: &[Piece], max: f32) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let (mut first, mut width) = (0, 0.0);
    for (i, piece) in pieces.iter().enumerate() {
        if i > first && width + piece.last > max {
            lines.push(first..i);
            (first, width) = (i, 0.0);
        }
        width += piece.width;
    }
    if first < pieces.len() {
        lines.push(first..pieces.len());
    }
    lines
}

/// The fewest lines of at most `max`, about equally long; `None` if that is more than `limit` or a piece is too wide.
pub(super) fn fit(pieces: &[Piece], max: f32, limit: usize) -> Option<Lines> {
    let widest = pieces.iter().map(|piece| piece.last).fold(0.0, f32::max);
    let lines = fill(pieces, max);
    if widest > max || lines.len() > limit {
        return None;
    }
    // A last line of one short word looks lost: the narrowest width that needs no more lines.
    let (mut narrow, mut wide) = (widest, max);
    for _ in 0..12 {
        let middle = (narrow + wide) / 2.0;
        if fill(pieces, middle).len() > lines.len() {
            narrow = middle;
        } else {
            wide = middle;
        }
    }
    Some(Lines { lines: in_bytes(pieces, &fill(pieces, wide)), is_cut: false })
}

/// At most `limit` lines of at most `max`, then an ellipsis of the width `ellipsis` after a whole piece.
/// Only a piece wider than a whole line is broken, into its `clusters` (of which none is).
pub(super) fn cut(
    pieces: &[Piece],
    clusters: &[Piece],
    max: f32,
    limit: usize,
    ellipsis: f32,
    is_cut: bool,
) -> Lines {
    let mut parts = Vec::new();
    let mut start = 0;
    // The ellipsis of a single line stands beside whatever is on it.
    let widest = if limit == 1 { max - ellipsis } else { max };
    for piece in pieces {
        if piece.last > widest {
            parts.extend(clusters.iter().filter(|part| part.end > start && part.end <= piece.end));
        } else {
            parts.push(*piece);
        }
        start = piece.end;
    }
    let mut lines = fill(&parts, max);
    let is_cut = is_cut || lines.len() > limit;
    lines.truncate(limit);
    let is_wide = |line: &Range<usize>| width(&parts[line.clone()]) + ellipsis > max;
    while is_cut && lines.last().is_some_and(is_wide) {
        let count = lines.len();
        match lines.last_mut() {
            Some(line) if line.len() > 1 => line.end -= 1,
            // The only word leaves no room: the line before ends in the ellipsis.
            _ if count > 1 => drop(lines.pop()),
            _ => break,
        }
    }
    Lines { lines: in_bytes(&parts, &lines), is_cut }
}

/// The width of a line of these pieces.
fn width(pieces: &[Piece]) -> f32 {
    let Some((last, before)) = pieces.split_last() else { return 0.0 };
    before.iter().map(|piece| piece.width).sum::<f32>() + last.last
}

fn in_bytes(pieces: &[Piece], lines: &[Range<usize>]) -> Vec<Range<usize>> {
    let start = |line: &Range<usize>| line.start.checked_sub(1).map_or(0, |i| pieces[i].end);
    lines.iter().map(|line| start(line)..pieces[line.end - 1].end).collect()
}
