//! The one place that calls the program: everything else here knows only [`build`] and what it gives.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use byline::build::{self, Options, Progress, Report, Stage};
use byline::diagnostic::render;

/// Whether builds keep a cache and say what they made. The only switch of these tests.
pub const IS_INCREMENTAL: bool = true;

/// Name of the cache's folder in the site.
pub const CACHE: &str = ".byline";

/// Whether a build may use what an earlier one left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// As `byline build` does.
    Cached,
    /// As `byline build --no-cache` does: neither reads nor writes a cache.
    Uncached,
}

/// What a build depends on besides the site.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub drafts: bool,
    pub future: bool,
    pub now: i64,
    /// The build stops at this step.
    pub stop: Option<usize>,
}

/// What came of a build.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What was written and removed; none when nothing was published.
    pub published: Option<(Vec<String>, Vec<String>)>,
    /// Every problem in the long form, in order.
    pub problems: Vec<String>,
    /// Outputs that were made; none as long as a build does not say so.
    pub made: Option<BTreeSet<String>>,
    pub was_stopped: bool,
}

impl Outcome {
    pub fn has_errors(&self) -> bool {
        self.published.is_none()
    }
}

/// Builds a site into a folder.
pub fn build(root: &Path, output: &Path, mode: Mode, call: Call) -> Outcome {
    let options = Options {
        root: root.to_path_buf(),
        output: output.to_path_buf(),
        base_url: None,
        origin: None,
        drafts: call.drafts,
        future: call.future,
        now: call.now,
        cache: match mode {
            Mode::Cached => build::Mode::Use,
            Mode::Uncached => build::Mode::Off,
        },
        why: None,
        is_last: false,
    };
    let steps = Steps { done: AtomicUsize::new(0), stop: call.stop.unwrap_or(usize::MAX) };
    quiet_stops();
    match panic::catch_unwind(AssertUnwindSafe(|| build::build(&options, &steps))) {
        Ok(report) => outcome(report),
        Err(reason) if reason.is::<Stopped>() => {
            Outcome { was_stopped: true, ..Outcome::default() }
        }
        Err(reason) => panic::resume_unwind(reason),
    }
}

/// Makes what the engine says comparable.
fn outcome(report: Report) -> Outcome {
    assert!(!report.is_environment, "{:#?}", report.diagnostics);
    Outcome {
        problems: report
            .diagnostics
            .iter()
            .map(|problem| render::text(problem, false, 100))
            .collect(),
        made: made(&report),
        published: report.published.map(|published| (published.written, published.removed)),
        was_stopped: false,
    }
}

/// Paths of the outputs that were made, not taken from the cache.
fn made(report: &Report) -> Option<BTreeSet<String>> {
    Some(report.made.iter().cloned().collect())
}

/// Why a build ended early.
struct Stopped;

/// Counts the steps of a build and stops it at one of them, in the middle of its work.
struct Steps {
    done: AtomicUsize,
    stop: usize,
}

impl Progress for Steps {
    fn begin(&self, _: Stage, _: usize) {}

    fn step(&self) {
        if self.done.fetch_add(1, Ordering::Relaxed) >= self.stop {
            panic::panic_any(Stopped);
        }
    }
}

/// Lets panics be seen but for our own.
fn quiet_stops() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<Stopped>() {
                usual(info);
            }
        }));
    });
}
