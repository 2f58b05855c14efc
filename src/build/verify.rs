//! Builds twice, from the cache and from nothing, and compares every byte.

use std::path::Path;

use super::{FOLDER, Mode, Options, Problems, Progress, Report, build};
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::Ledger;
use crate::engine::ledger::Known;
use crate::publish;
use crate::source::Source;

/// Builds a site as [`build`] does and then once more without the cache, into a folder that goes again. Every
/// file that differs is an error that names the read that was missed.
pub fn verify(options: &Options, progress: &dyn Progress) -> Report {
    let mut report = build(options, progress);
    if report.published.is_none() {
        return report;
    }
    let Ok(source) = Source::open(&options.root) else { return report };
    let scratch = source.root().join(FOLDER).join("verify");
    let fresh = Options { output: scratch.clone(), cache: Mode::Check, ..options.clone() };
    let told = build(&fresh, progress);
    let cached = super::cache::ledger_of(&source, &options.output);
    match &told.published {
        Some(_) => {
            let other = told.ledger.as_ref();
            report.diagnostics.extend(compare(&options.output, &scratch, cached.as_ref(), other));
        }
        None => report.diagnostics.extend(told.diagnostics),
    }
    if let Err(problem) = publish::clean(&scratch) {
        report.diagnostics.push(problem);
    }
    crate::diagnostic::sort(&mut report.diagnostics);
    report.verified = true;
    report
}

fn compare(
    output: &Path,
    scratch: &Path,
    cached: Option<&Ledger>,
    fresh: Option<&Ledger>,
) -> Problems {
    let differences = publish::compare(output, scratch);
    let differences = differences.into_iter().map(|(path, how)| {
        let problem = Diagnostic::error("cache/differs", format!("`{path}` {how}"));
        problem.at(Place::file(path.clone())).hint(missed(&path, cached, fresh))
    });
    differences.collect()
}

/// Which read the cache has missed.
fn missed(path: &str, cached: Option<&Ledger>, fresh: Option<&Ledger>) -> String {
    let reads = |ledger: Option<&Ledger>| -> Vec<Known> {
        let reads = ledger.and_then(|ledger| ledger.reads_of(path)).unwrap_or_default();
        reads.into_iter().cloned().collect()
    };
    let (old, new) = (reads(cached), reads(fresh));
    let is_missed =
        |read: &&Known| !old.iter().any(|old| old.name == read.name && old.answer == read.answer);
    match new.iter().find(is_missed) {
        Some(read) => format!(
            "a fault of Byline: the read `{}` was missed; build with `--fresh`, and report it",
            read.name.replace('\n', " ")
        ),
        None => "a fault of Byline: something is read that is not noted; build with `--fresh`, and report it".into(),
    }
}
