//! A whole file -> [`Document`].

use std::ops::Range;

use super::terms::Terms;
use super::{Document, FrontMatter, Kind, front_matter, heading, name, split};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::Parsed;

/// Bytes of one Markdown file that are read.
const LIMIT_BYTES: usize = 16 << 20;

/// A body that is to be parsed.
#[derive(Debug, Clone)]
pub struct Body<'a> {
    /// Path of the file from the site's root.
    pub file: &'a str,
    /// Text of the whole file.
    pub text: &'a str,
    /// Where in `text` the body stands; without the heading that became the title.
    pub range: Range<usize>,
    /// Its front matter, with the title.
    pub front: &'a FrontMatter,
    /// Its language.
    pub lang: &'a str,
}

/// Parses one file of `content/`. `body` reads the Markdown and what it is about; problems of its
/// that have only byte ranges get their lines here. There is no value when the file cannot be read at
/// all; otherwise as much of it as is right.
pub fn parse(
    file: &str,
    bytes: &[u8],
    config: &Config,
    body: &mut dyn FnMut(&Body<'_>) -> (Parsed, Terms),
) -> (Option<Document>, Vec<Diagnostic>) {
    let text = match text(file, bytes) {
        Ok(text) => text,
        Err(problem) => return (None, vec![*problem]),
    };
    let (name, problem) = name::name(file, config);
    let mut problems: Vec<Diagnostic> = problem.into_iter().collect();
    let (parts, problem) = split::split(file, text);
    if let Some(problem) = problem {
        problems.push(problem);
        return (None, problems);
    }
    let mut front = match parts.front.clone() {
        None => FrontMatter::empty(parts.body.start..parts.body.start),
        Some(range) => {
            let (front, found) = front_matter::front_matter(file, text, range, config);
            problems.extend(found);
            match front {
                Some(front) => front,
                None => return (None, problems),
            }
        }
    };
    front.date = front.date.or(name.date);
    let (range, problem) = find_title(file, text, &parts, &name, &mut front, &problems);
    problems.extend(problem);
    let (mut parsed, terms) = body(&Body { file, text, range, front: &front, lang: &name.lang });
    for problem in &mut parsed.problems {
        locate(problem, text);
    }
    problems.append(&mut parsed.problems);
    let document = Document {
        file: file.into(),
        folder: name.folder,
        kind: name.kind,
        lang: name.lang,
        slug: front.slug.clone().unwrap_or(name.slug),
        front,
        prose: parsed.prose,
        terms,
    };
    (Some(document), problems)
}

/// The file as text, if it is UTF-8 of a sensible size.
fn text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Diagnostic>> {
    if bytes.len() > LIMIT_BYTES {
        let message =
            format!("expected at most {LIMIT_BYTES} bytes of Markdown, found {}", bytes.len());
        return Err(Box::new(
            Diagnostic::error("content/too-large", message)
                .at(Place::file(file))
                .hint("split the text, or move its data to `data/`"),
        ));
    }
    // No text has a zero byte, and no page may have one: this is UTF-16 or no text at all.
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(Box::new(not_utf8(file, bytes, at)));
    }
    std::str::from_utf8(bytes).map_err(|error| Box::new(not_utf8(file, bytes, error.valid_up_to())))
}

fn not_utf8(file: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| at + i);
    let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
    let column = 1 + String::from_utf8_lossy(&bytes[start..at]).chars().count();
    let shown = String::from_utf8_lossy(&bytes[start..end]);
    let message = match bytes[at] {
        0 => format!("a zero byte at offset {at}, which no text has"),
        byte => format!("byte {byte:#04x} at offset {at} is not UTF-8"),
    };
    Diagnostic::error("content/invalid-utf8", message)
        .at(Place::line(file, line, column, 1, &shown))
        .hint("save the file as UTF-8")
}

/// Makes sure of a title: the one of the front matter, the heading that the body begins with (which
/// is then no part of the body), the name of the folder or of the file.
fn find_title(
    file: &str,
    text: &str,
    parts: &split::Parts,
    name: &name::Name,
    front: &mut FrontMatter,
    problems: &[Diagnostic],
) -> (Range<usize>, Option<Diagnostic>) {
    let body = parts.body.clone();
    if !front.title.is_empty() {
        return (body, None);
    }
    if let Some((title, length)) = heading::leading(&text[body.clone()]) {
        front.title = title;
        return (body.start + length..body.end, None);
    }
    if name.kind == Kind::Section {
        let folder = name.folder.rsplit('/').next().unwrap_or("");
        front.title = heading::humanise(folder);
        return (body, None);
    }
    if parts.front.is_none() {
        front.title = heading::humanise(&name.slug);
        return (body, None);
    }
    let is_told = problems.iter().any(|problem| problem.message.contains("title`"));
    let problem = (!is_told).then(|| {
        let start = parts.front.as_ref().map_or(0, |range| range.start);
        Diagnostic::error("front-matter/missing-title", "`title`: missing")
            .at(Place::in_text(file, text, start..start))
            .hint("add `title: ...`, or begin the text with a heading `# ...`")
    });
    (body, problem)
}

fn locate(problem: &mut Diagnostic, text: &str) {
    if let Some(place) = &mut problem.place {
        place.locate(text);
    }
    for (_, place) in &mut problem.notes {
        place.locate(text);
    }
}
