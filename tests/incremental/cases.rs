//! Short lists of edits that failed once, or that are easily forgotten. They are replayed first.

#![allow(clippy::enum_glob_use, reason = "the lists are pasted from a failure's message")]

use super::edit::Change::*;
use super::edit::Edit::{self, *};
use super::model::Start;

/// A start and its edits.
pub type Case = (Start, &'static [Edit]);

#[rustfmt::skip]
pub const CASES: &[Case] = &[
    (Start { seed: 1, articles: 8 }, &[Swap(1, 4), Swap(1, 4), Nothing]),
    (Start { seed: 2, articles: 6 }, &[Article(2, Typo), Interrupt(3), Nothing]),
    // The clock goes back: what was published by its date is of the future again.
    (Start { seed: 13, articles: 10 }, &[Clock(2), Clock(1)]),
    // What a cache that trusts size and time of change alone would miss.
    (Start { seed: 2, articles: 0 }, &[Add(3950899101240683814), Quiet(17)]),
    // Another configuration, nothing else.
    (Start { seed: 1, articles: 0 }, &[Setting(194, 1)]),
    // A draft that others ask for by name moves into a folder.
    (Start { seed: 146, articles: 1 }, &[Article(906, Bundle)]),
    (Start { seed: 32, articles: 4 }, &[Drafts, Article(83, Expires)]),
    // The damage shows only when all of the cache is read.
    (Start { seed: 111, articles: 0 }, &[CacheSpoiled(9566691176571843213), SectionSort(806, 2)]),
    // A resized picture that somebody spoiled.
    (Start { seed: 26, articles: 6 }, &[Setting(399, 0), SectionText(707), OutputSpoiled(293)]),
];
