//! The quick end of a build that finds everything as the last one left it.

use super::cache::{Look, Snapshot};
use super::{Job, Mode, Options, fonts};
use crate::engine::{Fingerprint, Hasher};
use crate::publish::{Published, Publisher};
use crate::source::Source;

/// Whether neither the site nor the output folder changed since the last build of it; the report says so then.
pub(super) fn is_same(source: &Source, job: &mut Job<'_>) -> bool {
    job.call = call(job);
    if job.options.cache != Mode::Use || job.options.why.is_some() {
        return false;
    }
    let Some(mut snapshot) = job.cache.snapshot().and_then(|bytes| Snapshot::read(&bytes)) else {
        return false;
    };
    let has_fonts = snapshot.fonts != Fingerprint::NONE;
    if snapshot.key != job.call || has_fonts && snapshot.fonts != fonts::print_of_system() {
        return false;
    }
    let look = snapshot.look(source, job.options.now, &mut job.listed);
    if matches!(look, Look::Different) {
        return false;
    }
    let progress = job.progress;
    let Ok(publisher) = Publisher::open(&job.options.output, &|| progress.wait()) else {
        return false;
    };
    let Some(outputs) = publisher.untouched(&snapshot.published) else { return false };
    if matches!(look, Look::SameAgain) {
        snapshot.since = job.cache.since();
        // The old one is good as well.
        let _ = job.cache.keep_snapshot(&snapshot);
    }
    job.report.articles = snapshot.articles as usize;
    job.report.outputs = outputs;
    job.report.published = Some(Published { unchanged: outputs, ..Published::default() });
    job.problems = snapshot.diagnostics;
    true
}

/// Fingerprint of what was asked for.
fn call(job: &Job<'_>) -> Fingerprint {
    // Without a rest: a new option has to be thought of here.
    let Options {
        root: _,
        output: _,
        base_url,
        origin,
        drafts,
        future,
        now: _,
        cache: _,
        why: _,
        is_last: _,
    } = job.options;
    let mut hasher = Hasher::new();
    hasher.maybe(base_url.as_deref()).maybe(origin.as_deref());
    hasher.number((*drafts).into()).number((*future).into()).finish()
}
