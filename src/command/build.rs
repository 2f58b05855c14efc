//! `byline build`.

use std::time::Instant;

use serde_json::json;

use super::{Status, check_output, count, fail, now, output};
use crate::build::{self, Mode, Options, Report};
use crate::cli::{Build, MessageFormat};
use crate::diagnostic::render;
use crate::serve::watch::Watch;
use crate::terminal::{self, Bar, duration};

/// Runs the command: once, or with `--watch` after every change.
pub(super) fn run(arguments: &Build) -> Status {
    if !arguments.watch {
        return once(arguments);
    }
    // The watch begins first: what changes during the build counts.
    let watch = match Watch::new(&arguments.place.root, &output(&arguments.place), false) {
        Ok(watch) => watch,
        Err(problem) => return fail(&[problem], Status::Environment),
    };
    loop {
        let status = once(arguments);
        if status == Status::Environment {
            return status;
        }
        let Some(changed) = watch.wait() else { return status };
        let first = changed.first().map_or("", |path| path);
        let more = if changed.len() > 1 {
            format!(" and {} more", changed.len() - 1)
        } else {
            String::new()
        };
        terminal::error(&format!("changed: {first}{more}\n"));
    }
}

fn once(arguments: &Build) -> Status {
    let started = Instant::now();
    let is_json = arguments.message.message_format == MessageFormat::Json;
    let options = Options {
        root: arguments.place.root.clone(),
        output: output(&arguments.place),
        base_url: arguments.base_url.clone(),
        origin: None,
        drafts: arguments.drafts,
        future: arguments.future,
        now: now(),
        cache: match (arguments.fresh, arguments.no_cache) {
            (_, true) => Mode::Off,
            (true, _) => Mode::Fresh,
            _ => Mode::Use,
        },
        why: arguments.why.clone(),
        is_last: !arguments.watch && !arguments.verify,
    };
    let bar = Bar::new(!is_json);
    let report = match check_output(&options.root, &options.output) {
        Ok(()) if arguments.verify => build::verify(&options, &bar),
        Ok(()) => build::build(&options, &bar),
        Err(problem) => {
            Report { diagnostics: vec![problem], is_environment: true, ..Report::default() }
        }
    };
    bar.finish();
    if is_json {
        say_json(&report, arguments.timings, started);
    } else {
        say(&report, arguments.timings, started, &options);
    }
    match (report.errors(), report.is_environment) {
        (0, _) => Status::Good,
        (_, true) => Status::Environment,
        (_, false) => Status::Problems,
    }
}

fn say(report: &Report, with_timings: bool, started: Instant, options: &Options) {
    // Thousands of broken links are one mistake: enough of them are shown.
    const MOST: usize = 100;
    for problem in report.diagnostics.iter().take(MOST) {
        terminal::diagnostic(problem);
    }
    if report.diagnostics.len() > MOST {
        terminal::error(&format!(
            "... and {} more; `--message-format json` lists all\n",
            report.diagnostics.len() - MOST
        ));
    }
    if with_timings {
        timings(report);
    }
    if let Some(lines) = &report.why {
        terminal::error(&(lines.join("\n") + "\n"));
        return;
    }
    let problems = match (report.errors(), report.warnings()) {
        (0, 0) => String::new(),
        (0, warnings) => format!(", {}", count(warnings, "warning")),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    let took = duration(started.elapsed());
    let verified = match (report.verified, report.errors()) {
        (true, 0) => "; a fresh build gives the same bytes",
        (true, _) => "; a fresh build gives other bytes",
        (false, _) => "",
    };
    match &report.published {
        Some(published) => terminal::error(&format!(
            "\u{1b}[1;32mbuilt\u{1b}[0m {}: {} and {}, {} made, {} written, {} unchanged, {} removed in {took}{problems}{verified}\n",
            options.output.display(),
            count(report.articles, "article"),
            count(report.outputs.saturating_sub(report.articles), "other file"),
            report.made.len(),
            published.written.len(),
            published.unchanged,
            published.removed.len(),
        )),
        None => terminal::error(&format!(
            "\u{1b}[1;31mnothing was published\u{1b}[0m: {problems} in {took}; `{}` is as it was\n",
            options.output.display(),
        )),
    }
}

fn timings(report: &Report) {
    let mut text = String::from("stage                        time\n");
    for (stage, time) in &report.timings.stages {
        text.push_str(&format!("{:<22} {:>10}\n", stage.name(), duration(*time)));
    }
    let mut templates: Vec<_> = report.timings.templates.iter().collect();
    templates.sort_by_key(|(_, time)| std::cmp::Reverse(time.total));
    text.push_str("\ntemplate or output          calls      total    slowest  slowest page\n");
    for (name, time) in templates {
        text.push_str(&format!(
            "{name:<26} {:>6} {:>10} {:>10}  {}\n",
            time.calls,
            duration(time.total),
            duration(time.slowest),
            time.slowest_page
        ));
    }
    terminal::error(&text);
    terminal::error("\n");
}

fn say_json(report: &Report, with_timings: bool, started: Instant) {
    for problem in &report.diagnostics {
        let mut value = render::json(problem);
        value["type"] = "diagnostic".into();
        terminal::json(&value);
    }
    if with_timings {
        let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
        for (stage, time) in &report.timings.stages {
            terminal::json(
                &json!({"type": "stage", "stage": stage.name(), "milliseconds": milliseconds(*time)}),
            );
        }
        for (name, time) in &report.timings.templates {
            terminal::json(&json!({
                "type": "template", "template": name, "calls": time.calls, "milliseconds": milliseconds(time.total),
                "slowest_milliseconds": milliseconds(time.slowest), "slowest_page": time.slowest_page,
            }));
        }
    }
    let published = report.published.as_ref();
    if let Some(published) = published {
        for path in &published.written {
            terminal::json(&json!({"type": "output", "path": path, "fate": "written"}));
        }
        // Made again, to the same bytes.
        for path in report.made.iter().filter(|path| published.written.binary_search(path).is_err())
        {
            terminal::json(&json!({"type": "output", "path": path, "fate": "made"}));
        }
        for path in &published.removed {
            terminal::json(&json!({"type": "output", "path": path, "fate": "removed"}));
        }
    }
    for line in report.why.iter().flatten() {
        terminal::json(&json!({"type": "why", "text": line}));
    }
    terminal::json(&json!({
        "type": "summary",
        "published": published.is_some(),
        "articles": report.articles,
        "outputs": report.outputs,
        "parsed": report.parsed,
        "made": report.made.len(),
        "written": published.map_or(0, |published| published.written.len()),
        "unchanged": published.map_or(0, |published| published.unchanged),
        "removed": published.map_or(0, |published| published.removed.len()),
        "errors": report.errors(),
        "warnings": report.warnings(),
        "milliseconds": started.elapsed().as_secs_f64() * 1000.0,
    }));
}
