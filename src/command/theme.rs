//! `byline theme`: for those who make themes.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::{Status, count, fail};
use crate::cli::{MessageFormat, ThemeCheck};
use crate::diagnostic::render;
use crate::terminal::{self, duration};
use crate::trial::{self, Trial};

/// Runs `byline theme check`.
pub(super) fn check(arguments: &ThemeCheck) -> Status {
    let started = Instant::now();
    let trial = match trial::run(&arguments.dir) {
        Ok(trial) => trial,
        Err(problem) => return fail(&[problem], Status::Environment),
    };
    let errors = trial.problems.iter().filter(|problem| problem.is_error()).count();
    if arguments.message.message_format == MessageFormat::Json {
        say_json(&trial, errors, started);
    } else {
        for problem in &trial.problems {
            terminal::diagnostic(problem);
        }
        say(&trial, &arguments.dir, errors, started);
    }
    if errors == 0 { Status::Good } else { Status::Problems }
}

fn say(trial: &Trial, folder: &Path, errors: usize, started: Instant) {
    let found = match (errors, trial.problems.len() - errors) {
        (0, 0) => "nothing wrong".to_string(),
        (errors, warnings) => {
            format!("{}, {}", count(errors, "error"), count(warnings, "warning"))
        }
    };
    let color = if errors == 0 { 32 } else { 31 };
    terminal::error(&format!(
        "\u{1b}[1;{color}mchecked\u{1b}[0m {}: {}, {} of {}: {found} in {}\n",
        folder.display(),
        count(trial.templates, "template"),
        count(trial.pages, "page"),
        count(trial.builds, "trial build"),
        duration(started.elapsed()),
    ));
}

fn say_json(trial: &Trial, errors: usize, started: Instant) {
    for problem in &trial.problems {
        let mut value = render::json(problem);
        value["type"] = "diagnostic".into();
        terminal::json(&value);
    }
    terminal::json(&json!({
        "type": "summary",
        "templates": trial.templates,
        "pages": trial.pages,
        "builds": trial.builds,
        "errors": errors,
        "warnings": trial.problems.len() - errors,
        "milliseconds": started.elapsed().as_secs_f64() * 1000.0,
    }));
}
