//! Tera's errors as diagnostics with the place in the template.

use tera::{ErrorKind, Tera};

use super::files::ThemeFiles;
use crate::diagnostic::{Diagnostic, Place, lower_first, nearest};

/// What is wrong with the templates: each one is tried alone, so that all syntax errors show at once.
pub(super) fn all(tera: &Tera, files: &ThemeFiles, first: &tera::Error) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (name, file) in &files.templates {
        let mut alone = tera.clone();
        if let Err(error) = alone.add_raw_template(name, &file.text)
            && matches!(error.kind(), ErrorKind::SyntaxError(_))
        {
            problems.push(diagnostic(files, &error));
        }
    }
    match first.kind() {
        _ if !problems.is_empty() => {}
        ErrorKind::Msg(text) => problems.extend(reports(files, text)),
        _ => problems.push(diagnostic(files, first)),
    }
    problems
}

/// Names that templates use and that are not there: Tera gives these as text only, a block for each with
/// `error: message`, then ` --> file:line:column` (from 1), then the line with its mark.
fn reports(files: &ThemeFiles, text: &str) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for report in text.split("\n\n").filter(|report| !report.is_empty()) {
        let message = report.lines().next().unwrap_or_default();
        let message = lower_first(message.strip_prefix("error: ").unwrap_or(message));
        let mut problem = Diagnostic::error("template/unknown-name", message.clone());
        let shown = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
        let mut parts = shown.unwrap_or_default().rsplitn(3, ':');
        if let (Some(column), Some(line), Some(name)) = (parts.next(), parts.next(), parts.next())
            && let (Ok(column), Ok(line)) = (column.parse(), line.parse::<usize>())
        {
            let width = report.lines().last().map_or(1, |marks| marks.matches('^').count());
            problem = problem.at(place(files, name, line, column, width));
        }
        let names = super::filter::NAMES.iter().chain(super::function::NAMES).copied();
        let names = names.chain(files.templates.keys().map(|name| &**name));
        let near = message.split('`').nth(1).and_then(|name| nearest(name, names));
        problems.push(match near {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint("docs/templates.md lists filters, functions and components"),
        });
    }
    problems
}

/// One error; the innermost cause is what the author can act on.
pub(super) fn diagnostic(files: &ThemeFiles, error: &tera::Error) -> Diagnostic {
    let whole = |name: &str| place(files, name, 0, 0, 0);
    match error.kind() {
        ErrorKind::SyntaxError(report) => {
            reported(files, report, |message| Diagnostic::error("template/syntax", message))
        }
        ErrorKind::RenderingError(report) => {
            reported(files, report, |message| Diagnostic::error("template/render", message))
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => Diagnostic::error(
            "template/loop",
            format!("`{tpl}` extends itself by way of {}", chain(inheritance_chain)),
        )
        .at(whole(tpl))
        .hint("take one of the `extends` out"),
        ErrorKind::CircularInclude { tpl, include_chain } => Diagnostic::error(
            "template/loop",
            format!("`{tpl}` includes itself by way of {}", chain(include_chain)),
        )
        .at(whole(tpl))
        .hint("take one of the `include`s out"),
        ErrorKind::MissingParent { current, parent } => {
            let problem = Diagnostic::error(
                "template/missing",
                format!("`{current}` extends `{parent}`, which is not there"),
            )
            .at(whole(current));
            match nearest(parent, files.templates.keys().map(|name| &**name)) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem,
            }
        }
        ErrorKind::TemplateNotFound(name) => missing(files, name),
        other => with_hint(files, &other.to_string(), |message| {
            Diagnostic::error("template/render", message)
        }),
    }
}

/// An error that Tera gives with its place.
fn reported(
    files: &ThemeFiles,
    report: &tera::ReportError,
    problem: fn(String) -> Diagnostic,
) -> Diagnostic {
    let span = report.span();
    let is_one_line = span.end_line == span.start_line;
    let width = if is_one_line { span.end_col.saturating_sub(span.start_col) } else { 1 };
    let (line, column) = (span.start_line, span.start_col + 1);
    let place = place(files, report.filename(), line, column, width.max(1));
    with_hint(files, report.message(), problem).at(place)
}

fn with_hint(files: &ThemeFiles, text: &str, problem: fn(String) -> Diagnostic) -> Diagnostic {
    let (message, known) = without_known(text);
    let message = lower_first(message);
    match hint(&message, &known, files) {
        Some(hint) => problem(message).hint(hint),
        None => problem(message),
    }
}

/// A place in a template; line 0 is the whole of it.
fn place(files: &ThemeFiles, name: &str, line: usize, column: usize, width: usize) -> Place {
    let (path, text) = match files.templates.get(name) {
        Some(file) => {
            (file.path.clone(), file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default())
        }
        None => (name.to_string(), ""),
    };
    if line == 0 { Place::file(path) } else { Place::line(path, line, column, width, text) }
}

/// A template that is needed and is not there.
pub(super) fn missing(files: &ThemeFiles, name: &str) -> Diagnostic {
    let problem = Diagnostic::error("template/missing", format!("there is no template `{name}`"));
    match nearest(name, files.templates.keys().map(|name| &**name)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint(format!("make `templates/{name}`, or choose a theme that has it")),
    }
}

fn chain(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" -> ")
}

/// Tera names all that there is behind the message: good for finding the nearest, too long to show.
fn without_known(message: &str) -> (&str, Vec<&str>) {
    const BEHIND: [&str; 3] =
        [" Available fields: ", " Available variables: ", " Possible argument(s) are: "];
    let cut = BEHIND.iter().find_map(|words| message.split_once(words));
    let (message, known) = cut.unwrap_or((message, ""));
    let names = known.split(", ").map(|name| name.trim_matches('`'));
    (message, names.filter(|name| !name.is_empty()).collect())
}

fn hint(message: &str, known: &[&str], files: &ThemeFiles) -> Option<String> {
    let name = message.split('`').nth(1);
    let is_undefined = message.contains("is not defined") || message.contains("undefined");
    if let Some(near) = name.and_then(|name| nearest(name, known.iter().copied())) {
        return Some(format!("did you mean `{near}`?"));
    }
    if is_undefined {
        return Some("docs/templates.md lists what templates see; test a value that may be missing with `is defined`, or give it a `default`".into());
    }
    if !known.is_empty() {
        return Some(format!("there is {}", chain(known).replace(" -> ", ", ")));
    }
    let name = name?;
    let near = nearest(name, files.templates.keys().map(|known| &**known))?;
    (near != name).then(|| format!("did you mean `{near}`?"))
}
