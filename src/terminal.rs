//! The only writer to stdout and stderr: messages, progress, tables.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::build::{Progress, Stage};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::render;

/// Writes text to stderr, with colours where they are wanted.
pub fn error(text: &str) {
    // A reader that has gone away is no reason to stop.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Writes text to stdout, with colours where they are wanted.
pub fn print(text: &str) {
    let _ = anstream::stdout().write_all(text.as_bytes());
}

/// Writes bytes to stdout as they are.
pub fn raw(bytes: &[u8]) {
    let _ = std::io::stdout().write_all(bytes);
}

/// Writes one JSON object as a line to stdout.
pub fn json(value: &serde_json::Value) {
    let _ = writeln!(std::io::stdout(), "{value}");
}

/// Shows a problem to a person.
pub fn diagnostic(diagnostic: &Diagnostic) {
    error(&render::text(diagnostic, true, width()));
    error("\n");
}

/// Columns of the terminal, or a usual number.
fn width() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok())
        .filter(|width| *width >= 40)
        .unwrap_or(120)
}

/// A bar for work that takes more than half a second, on a terminal only.
pub struct Bar {
    began: Instant,
    bar: Mutex<Option<ProgressBar>>,
    is_wanted: bool,
}

impl Bar {
    /// `is_wanted` is false for reports that programs read.
    pub fn new(is_wanted: bool) -> Bar {
        Bar {
            began: Instant::now(),
            bar: Mutex::new(None),
            is_wanted: is_wanted && std::io::stderr().is_terminal(),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = self.lock().take() {
            bar.finish_and_clear();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<ProgressBar>> {
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, steps: usize) {
        if !self.is_wanted {
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg:>16} [{bar:32.cyan}] {pos}/{len} {eta}");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(stage.name());
        if let Some(old) = self.lock().replace(bar) {
            old.finish_and_clear();
        }
    }

    fn wait(&self) {
        if self.is_wanted {
            error("another build of this site is under way; waiting for it\n");
        }
    }

    fn step(&self) {
        if !self.is_wanted {
            return;
        }
        if let Some(bar) = &*self.lock() {
            if bar.is_hidden() && self.began.elapsed() > Duration::from_millis(500) {
                bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(15));
            }
            bar.inc(1);
        }
    }
}

/// A duration for people: `0.12 s`, `3.4 ms`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds >= 0.1 { format!("{seconds:.2} s") } else { format!("{:.1} ms", seconds * 1000.0) }
}
