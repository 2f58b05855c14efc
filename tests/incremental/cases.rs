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
];
