//! A failing list of edits made as short as it can be (Zeller and Hildebrandt, "Simplifying and isolating
//! failure-inducing input", 2002).

use std::time::{Duration, Instant};

use super::edit::Edit;
use super::model::Start;

/// How long one may look for a shorter list.
const LONGEST: Duration = Duration::from_secs(60);

/// Leaves out edits, then articles, as long as `fails` says that the rest still fails.
pub fn shrink(
    start: Start,
    edits: &[Edit],
    fails: &dyn Fn(Start, &[Edit]) -> bool,
) -> (Start, Vec<Edit>) {
    let began = Instant::now();
    let (mut start, mut edits) = (start, edits.to_vec());
    loop {
        let before = (start, edits.len());
        let mut size = edits.len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            while at < edits.len() && began.elapsed() < LONGEST {
                let mut shorter = edits.clone();
                shorter.drain(at..(at + size).min(edits.len()));
                if fails(start, &shorter) {
                    edits = shorter;
                } else {
                    at += size;
                }
            }
            size = if size > 1 { size.div_ceil(2) } else { 0 };
        }
        for articles in 0..start.articles {
            let fewer = Start { articles, ..start };
            if began.elapsed() < LONGEST && fails(fewer, &edits) {
                start = fewer;
                break;
            }
        }
        if before == (start, edits.len()) || began.elapsed() >= LONGEST {
            return (start, edits);
        }
    }
}

#[test]
fn what_does_not_matter_is_left_out() {
    let edits: Vec<Edit> = (0..40).map(Edit::Touch).collect();
    let fails = |start: Start, edits: &[Edit]| {
        start.articles >= 3 && edits.contains(&Edit::Touch(7)) && edits.contains(&Edit::Touch(31))
    };
    let (start, edits) = shrink(Start { seed: 1, articles: 12 }, &edits, &fails);
    assert_eq!((start.articles, edits), (3, vec![Edit::Touch(7), Edit::Touch(31)]));
}
