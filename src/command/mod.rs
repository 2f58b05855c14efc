//! The commands: arguments -> options -> one call -> report.

mod build;
mod clean;
mod new;
mod serve;
mod theme;

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::{self, Command, Place, Theme};
use crate::diagnostic::Diagnostic;
use crate::terminal;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Good = 0,
    /// Problems in the site.
    Problems = 1,
    /// Wrong call or environment.
    Environment = 2,
    /// A bug of ours.
    Bug = 101,
}

/// Runs the program with its arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let status = match cli::parse(arguments) {
        Ok(arguments) => match arguments.command {
            None => build::run(&arguments.build),
            Some(Command::Build(arguments)) => build::run(&arguments),
            Some(Command::Serve(arguments)) => serve::run(&arguments),
            Some(Command::New(arguments)) => new::run(&arguments),
            Some(Command::Clean(arguments)) => clean::run(&arguments),
            Some(Command::Theme(Theme::Check(arguments))) => theme::check(&arguments),
            Some(Command::Completions { shell }) => {
                terminal::raw(&cli::completions(shell));
                Status::Good
            }
        },
        Err(stop) if stop.is_error => {
            terminal::error(&stop.text);
            Status::Environment
        }
        Err(stop) => {
            terminal::print(&stop.text);
            Status::Good
        }
    };
    ExitCode::from(status as u8)
}

/// Seconds since 1970: the clock, or `SOURCE_DATE_EPOCH` (reproducible-builds.org) when it is set.
fn now() -> i64 {
    if let Some(fixed) =
        std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.trim().parse().ok())
    {
        return fixed;
    }
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// Nanoseconds since 1970, as the file system counts them.
fn nanoseconds() -> i128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128)
}

/// Where the output goes: as given (from where we stand), else `public/` of the site.
fn output(place: &Place) -> PathBuf {
    place.output.clone().unwrap_or_else(|| place.root.join("public"))
}

/// The output folder may not be the site's own folder or hold the author's files.
fn check_output(root: &Path, output: &Path) -> Result<(), Diagnostic> {
    let full = |path: &Path| std::path::absolute(path).map(|path| real(&path));
    let (Ok(root), Ok(output)) = (full(root), full(output)) else { return Ok(()) };
    let own = ["content", "themes", "templates", "static", "data"];
    let is_own = own.iter().any(|folder| output.starts_with(root.join(folder)));
    if root.starts_with(&output) || is_own {
        return Err(Diagnostic::error(
            "publish/own-folder",
            format!("the output folder `{}` holds the site's own files", output.display()),
        )
        .hint("give a folder of its own with `--output`, such as `public`"));
    }
    Ok(())
}

/// A path without links and `..`, also when its end is not there yet.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.components().next_back()) {
        (Some(parent), Some(Component::Normal(name))) => real(parent).join(name),
        (Some(parent), Some(Component::ParentDir)) => {
            real(parent).parent().map_or_else(PathBuf::new, Path::to_path_buf)
        }
        _ => path.to_path_buf(),
    }
}

/// `1 page`, `2 pages`.
fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Shows problems to a person and says how it ended.
fn fail(problems: &[Diagnostic], status: Status) -> Status {
    for problem in problems {
        terminal::diagnostic(problem);
    }
    status
}
