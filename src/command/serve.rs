//! `byline serve`.

use std::time::Duration;

use super::{Status, fail, nanoseconds, now};
use crate::build::live::Way;
use crate::build::{Progress, Stage};
use crate::cli::Serve;
use crate::diagnostic::Diagnostic;
use crate::serve::http::{Address, Settings};
use crate::serve::{self, Change, Clock, Listener, Wish};
use crate::terminal::{self, Bar, duration};

/// Runs the command until Ctrl-C.
pub(super) fn run(arguments: &Serve) -> Status {
    let wish = Wish {
        root: arguments.root.clone(),
        output: arguments.root.join("public"),
        base_url: arguments.base_url.clone(),
        drafts: arguments.drafts,
        future: arguments.future,
        polls: arguments.poll,
        server: Settings {
            bind: arguments.bind,
            port: arguments.port,
            allowed_hosts: arguments.allow_host.clone(),
            follow: arguments.follow,
        },
        clock: Clock { seconds: now, nanoseconds },
    };
    let screen = Screen { bar: Bar::new(true), opens: arguments.open };
    match serve::run(&wish, &screen) {
        Ok(()) => Status::Good,
        Err(problem) => {
            screen.bar.finish();
            fail(&[problem], Status::Environment)
        }
    }
}

/// Tells a person at a terminal what happens.
struct Screen {
    bar: Bar,
    /// Whether a browser is opened.
    opens: bool,
}

impl Progress for Screen {
    fn begin(&self, stage: Stage, steps: usize) {
        self.bar.begin(stage, steps);
    }

    fn step(&self) {
        self.bar.step();
    }

    fn wait(&self) {
        self.bar.wait();
    }
}

impl Listener for Screen {
    fn listening(&self, address: &Address) {
        if let Some(port) = address.taken {
            let next = address.socket.port();
            terminal::error(&format!("port {port} is taken by another program; {next} is free\n"));
        }
        terminal::error(&format!(
            "\u{1b}[1;32mserving\u{1b}[0m {} (Ctrl-C ends it)\n",
            address.url
        ));
        if address.is_public() {
            terminal::error("other devices in your network can read this preview\n");
        }
        // Who asks before the site is there waits for it.
        if self.opens
            && let Err(problem) = serve::open_browser(&address.url)
        {
            terminal::diagnostic(&problem);
        }
    }

    fn ready(&self, _: &Address, articles: usize, took: Duration, problems: &[Diagnostic]) {
        self.bar.finish();
        problems.iter().take(MOST).for_each(terminal::diagnostic);
        let articles =
            if articles == 1 { "1 article".into() } else { format!("{articles} articles") };
        terminal::error(&format!("{articles} ready in {}{}\n", duration(took), sum(problems)));
    }

    fn changed(&self, change: &Change<'_>) {
        // What was told before is known.
        let news = change.problems.iter().filter(|problem| !change.before.contains(problem));
        news.take(MOST).for_each(terminal::diagnostic);
        terminal::error(&line(change));
    }
}

/// Problems that are shown in full.
const MOST: usize = 20;

/// One line for one change: what changed, what was made again, how long it took.
fn line(change: &Change<'_>) -> String {
    let what = match change.files {
        [] => "the time of an article has come".to_string(),
        [one] if one.is_empty() => "something".to_string(),
        [one] => one.clone(),
        [one, more @ ..] => format!("{one} and {} more", more.len()),
    };
    let read = change.updated.read;
    let articles = if read == 1 { "1 article".to_string() } else { format!("{read} articles") };
    let time = match change.updated.way {
        Way::Patched if change.took > change.shown => {
            format!("{}, related articles {}", duration(change.shown), duration(change.took))
        }
        _ => duration(change.took),
    };
    let done = match change.updated.way {
        Way::Patched => format!("{articles} put in place"),
        Way::Whole => format!("{articles} read, the site put together"),
        Way::Kept => "the pages stay as they were".to_string(),
    };
    format!("\u{1b}[1m{what}\u{1b}[0m: {done} in {time}{}\n", sum(change.problems))
}

fn sum(problems: &[Diagnostic]) -> String {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    };
    match (errors, problems.len() - errors) {
        (0, 0) => String::new(),
        (0, warnings) => format!(", {}", count(warnings, "warning")),
        (errors, 0) => format!(", \u{1b}[1;31m{}\u{1b}[0m", count(errors, "error")),
        (errors, warnings) => format!(
            ", \u{1b}[1;31m{}\u{1b}[0m, {}",
            count(errors, "error"),
            count(warnings, "warning")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::live::Updated;

    fn said(files: &[&str], way: Way, read: usize, took: u64, problems: &[Diagnostic]) -> String {
        let files: Vec<String> = files.iter().map(ToString::to_string).collect();
        let updated = Updated { way, read, moved: Vec::new() };
        let (shown, took) = (Duration::from_millis(2), Duration::from_millis(took));
        let change =
            Change { files: &files, updated: &updated, shown, took, problems, before: &[] };
        anstream::adapter::strip_str(&line(&change)).to_string()
    }

    #[test]
    fn a_change_is_one_line() {
        assert_eq!(
            said(&["content/a.md"], Way::Patched, 1, 5, &[]),
            "content/a.md: 1 article put in place in 2.0 ms, related articles 5.0 ms\n"
        );
        let problem = [Diagnostic::error("x", "y"), Diagnostic::warning("x", "y")];
        assert_eq!(
            said(&["a", "b", "c"], Way::Whole, 2000, 150, &problem),
            "a and 2 more: 2000 articles read, the site put together in 0.15 s, 1 error, 1 warning\n"
        );
        assert_eq!(
            said(&[], Way::Kept, 0, 2, &[]),
            "the time of an article has come: the pages stay as they were in 2.0 ms\n"
        );
    }
}
