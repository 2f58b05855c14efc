//! The proof of the incremental engine: whatever happens to a site between two builds, a build on top of the last
//! one gives the same bytes and the same problems as a fresh one, and makes nothing whose reads did not change.
//!
//! Random sites undergo random edits ([`choose`]); after each the two builds are compared ([`run`]). A failure is
//! made as short as it can be ([`shrink`]) and printed so that it can be pasted into [`cases`].
//!
//! `BYLINE_RUNS` is the number of runs of 40 edits (200 without it), `BYLINE_SEED` the first seed. A longer
//! search: `BYLINE_RUNS=5000 BYLINE_SEED=$RANDOM cargo test --test incremental random -- --nocapture`.

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod choose;
mod crash;
mod disk;
mod edit;
mod engine;
mod exact;
mod fault;
mod live;
mod model;
mod random;
mod run;
mod served;
mod shrink;
mod text;
mod theme;
mod verify;
mod work;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use edit::Edit;
use model::Start;
use run::Tally;

/// Edits of one run.
const LENGTH: usize = 40;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().expect("a number"))
}

/// How a run of this seed begins.
fn start(seed: u64) -> Start {
    Start { seed, articles: 6 + (seed.wrapping_mul(7) % 14) as usize }
}

#[test]
fn edits_that_failed_once_do_not_fail_again() {
    for (start, edits) in cases::CASES {
        if let Err(fault) = run::replay(*start, edits) {
            panic!("{start:?}, {edits:?}: {fault}");
        }
    }
}

#[test]
fn random_edits_leave_what_a_fresh_build_makes() {
    let (runs, first) = (number("BYLINE_RUNS", 200), number("BYLINE_SEED", 1));
    let (next, began) = (AtomicU64::new(0), Instant::now());
    let found: Mutex<Option<(u64, Vec<Edit>, String)>> = Mutex::new(None);
    let sum = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= runs || found.lock().expect("the first fault").is_some() {
                        break;
                    }
                    let seed = first.wrapping_add(number);
                    match alone(seed, || run::explore(start(seed), LENGTH)) {
                        Ok(tally) => sum.lock().expect("the sum").add(tally),
                        Err((edits, fault)) => {
                            found
                                .lock()
                                .expect("the first fault")
                                .get_or_insert((seed, edits, fault));
                        }
                    }
                }
            });
        }
    });
    let sum = *sum.lock().expect("the sum");
    let rate = sum.builds as f64 / began.elapsed().as_secs_f64();
    eprintln!("{sum:?}; {rate:.0} builds a second");
    if let Some((seed, edits, fault)) = found.into_inner().expect("the first fault") {
        fail(seed, &edits, &fault);
    }
}

/// Most runs have a thread of their own, so that they do not wait for each other; the others share what there is.
fn alone<T: Send>(seed: u64, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) if !seed.is_multiple_of(4) => pool.install(work),
        _ => work(),
    }
}

/// Finds the shortest list of edits and shows it.
fn fail(seed: u64, edits: &[Edit], fault: &str) {
    eprintln!(
        "seed {seed}, {} edits: {fault}\nlooking for the shortest list that fails ...",
        edits.len()
    );
    let fails = |start: Start, edits: &[Edit]| run::replay(start, edits).is_err();
    let (start, short) = shrink::shrink(start(seed), edits, &fails);
    let last = run::replay(start, &short).err().unwrap_or_else(|| "(it did not fail again)".into());
    panic!(
        "seed {seed}, {} edits: {fault}\n\nThe shortest that fails, for tests/incremental/cases.rs:\n    ({start:?}, &{short:?}),\n{last}",
        edits.len()
    );
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.builds += other.builds;
        self.erroneous += other.erroneous;
        self.made += other.made;
        self.changed += other.changed;
    }
}
