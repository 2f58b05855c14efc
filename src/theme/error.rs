//! Tera's errors as diagnostics with the place in the template.

use tera::{ErrorKind, Tera};

use super::files::ThemeFiles;
use crate::diagnostic::{Diagnostic, Place, nearest};

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
    if problems.is_empty() {
        problems.push(diagnostic(files, first));
    }
    problems
}

/// One error; the innermost cause is what the author can act on.
pub(super) fn diagnostic(files: &ThemeFiles, error: &tera::Error) -> Diagnostic {
    let whole = |name: &str| place(files, name, 0, 0, 0);
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let width = if span.end_line == span.start_line {
                span.end_col.saturating_sub(span.start_col)
            } else {
                1
            };
            let id = if matches!(error.kind(), ErrorKind::SyntaxError(_)) {
                "template/syntax"
            } else {
                "template/render"
            };
            let message = lower_first(report.message());
            let problem = Diagnostic::error(id, message.clone()).at(place(
                files,
                report.filename(),
                span.start_line,
                span.start_col + 1,
                width.max(1),
            ));
            match hint(&message, files) {
                Some(hint) => problem.hint(hint),
                None => problem,
            }
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
        other => Diagnostic::error("template/render", lower_first(&other.to_string())),
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

fn chain(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" -> ")
}

fn hint(message: &str, files: &ThemeFiles) -> Option<String> {
    if message.contains("is not defined") || message.contains("undefined") {
        return Some("docs/templates.md lists what templates see; test a value that may be missing with `is defined`, or give it a `default`".into());
    }
    let name = message.split('`').nth(1)?;
    let near = nearest(name, files.templates.keys().map(|known| &**known))?;
    (near != name).then(|| format!("did you mean `{near}`?"))
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_string(),
    }
}
