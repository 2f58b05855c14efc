//! Tries a theme on a publication made for the purpose, and says what is wrong with the theme.
//!
//! What templates see is not listed here a second time: a theme of our own writes it down (`site`), and the names in the
//! theme's templates are held against that (`walk`, `shape`). Then the publication is built with the theme, once for each
//! set of its options that brings something new, and the pages are read by [`crate::audit`] (`pages`).

mod lex;
mod pages;
mod shape;
mod site;
mod templates;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::build;
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::source::Source;
use crate::theme::ThemeFiles;
use crate::theme::manifest::{self, Parsed};
use pages::Found;
use shape::Shape;
use site::{CONTEXTS, Site};
use templates::{Seen, Templates};

/// What a trial found.
#[derive(Debug, Default)]
pub struct Trial {
    /// Sorted; with places in the theme's folder as it was given.
    pub problems: Vec<Diagnostic>,
    /// How many templates were read.
    pub templates: usize,
    /// How many pages were made and read.
    pub pages: usize,
    /// With how many sets of options.
    pub builds: usize,
}

/// Tries the theme in a folder. The author's files are only read.
///
/// # Errors
/// When the folder holds no theme, or the publication cannot be written.
pub fn run(folder: &Path) -> Result<Trial, Diagnostic> {
    let site = Site::new(folder)?;
    let own = format!("themes/{}/", site.theme);
    let mut trial = Trial::default();
    match theme(&site, &own) {
        Ok(parsed) => with_theme(&site, &own, &parsed, &mut trial)?,
        Err(problem) => trial.problems.push(problem),
    }
    let shown = folder.display().to_string();
    let shown =
        if shown == "." { String::new() } else { format!("{}/", shown.trim_end_matches('/')) };
    for problem in &mut trial.problems {
        let notes = problem.notes.iter_mut().map(|(_, place)| place);
        for place in problem.place.iter_mut().chain(notes) {
            if let Some(rest) = place.file.strip_prefix(&own) {
                place.file = format!("{shown}{rest}").into();
            }
        }
    }
    diagnostic::sort(&mut trial.problems);
    Ok(trial)
}

fn theme(site: &Site, own: &str) -> Result<Parsed, Diagnostic> {
    let path = format!("{own}theme.yaml");
    manifest::parse(&path, &site.source.text(&path)?)
}

fn with_theme(
    site: &Site,
    own: &str,
    parsed: &Parsed,
    trial: &mut Trial,
) -> Result<(), Diagnostic> {
    let seen = seen(site)?;
    let mut config = Config::default_for("trial");
    config.theme.clone_from(&site.theme);
    let (files, problems) = build::read_theme(&site.source, &config);
    trial.problems.extend(problems);
    trial.templates = files.templates.len();
    trial.problems.extend(Templates::new(&files, parsed, own).check(&seen));
    trial.problems.extend(statics(&site.source, own, &files));
    let mut found: Vec<Found> = Vec::new();
    for (turn, options) in parsed.variants().iter().enumerate() {
        let (report, output) = site.build(&site.theme, options, turn, files.has("credits.html"))?;
        trial
            .problems
            .extend(report.diagnostics.into_iter().filter(|problem| of_theme(problem, own)));
        let Some(name) = output.file_name().filter(|_| report.published.is_some()) else {
            continue;
        };
        let (faults, pages) = pages::check(&site.source, &name.to_string_lossy());
        found.extend(faults);
        trial.pages += pages;
        trial.builds += 1;
    }
    let mut known = BTreeSet::new();
    trial.problems.retain(|problem| {
        known.insert((
            problem.id,
            problem.message.clone(),
            problem.place.as_ref().map(|place| (place.file.clone(), place.line, place.column)),
        ))
    });
    trial.problems.extend(told(found, &files, own));
    Ok(())
}

/// What templates see, from those that write it down.
///
/// # Errors
/// When our own theme cannot be built.
fn seen(site: &Site) -> Result<Seen, Diagnostic> {
    let (report, output) = site.build(CONTEXTS, &BTreeMap::new(), 0, true)?;
    if let Some(problem) = report.diagnostics.into_iter().find(Diagnostic::is_error) {
        return Err(problem);
    }
    let folder =
        output.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (files, _) = site.source.walk(&folder);
    let mut seen = Seen::new();
    for file in
        files.iter().filter(|file| file.path.ends_with(".html") || file.path.ends_with(".txt"))
    {
        let text = site.source.text(&file.path)?;
        let Some((template, context)) = text.split_once('\n') else { continue };
        let Ok(context) = serde_json::from_str(context) else { continue };
        let shape = Shape::of(&context, "");
        let before = seen.remove(template).unwrap_or(Shape::Unseen);
        seen.insert(template.to_string(), before.or(shape));
    }
    Ok(seen)
}

/// Whether a problem is the theme's: one of its files, or of none at all.
fn of_theme(problem: &Diagnostic, own: &str) -> bool {
    problem.is_error() || problem.place.as_ref().is_some_and(|place| place.file.starts_with(own))
}

/// Files in `static/` that nothing in the theme names.
fn statics(source: &Source, own: &str, files: &ThemeFiles) -> Vec<Diagnostic> {
    /// Files that browsers and machines ask for by themselves.
    const ASKED: [&str; 5] =
        ["favicon.ico", "apple-touch-icon.png", "robots.txt", "humans.txt", "security.txt"];
    let (found, _) = source.walk(&format!("{own}static"));
    let manifest = source.text(&format!("{own}theme.yaml")).unwrap_or_default();
    let is_named = |name: &str| {
        manifest.contains(name) || files.templates.values().any(|file| file.text.contains(name))
    };
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_string();
    let unused = found.iter().filter(|file| {
        let name = name(&file.path);
        !ASKED.contains(&&*name) && !is_named(&name)
    });
    let problem = unused.map(|file| {
        Diagnostic::warning(
            "theme/unused",
            format!("nothing in the theme names `{}`", name(&file.path)),
        )
        .at(Place::file(file.path.clone()))
        .hint("take it out: every site of the theme would publish it")
    });
    problem.collect()
}

/// Faults of pages, each once, with the place in the theme where the tag is written.
fn told(found: Vec<Found>, files: &ThemeFiles, own: &str) -> Vec<Diagnostic> {
    type Key = (&'static str, String, String);
    let mut groups: BTreeMap<Key, (Found, BTreeSet<String>)> = BTreeMap::new();
    for (fault, page) in found {
        // The same tag of a template has other addresses on other pages.
        let start = fault.tag.split(" href=").next().unwrap_or_default();
        let start = start.split(" src=").next().unwrap_or_default().to_string();
        let general: String = fault.message.split('`').step_by(2).collect();
        let message = if fault.id.starts_with("page/") { fault.message.clone() } else { general };
        let group = groups
            .entry((fault.id, message, start))
            .or_insert_with(|| ((fault, page.clone()), BTreeSet::new()));
        group.1.insert(page);
    }
    let problem = groups.into_values().map(|((fault, page), pages)| {
        let more = match pages.len() {
            1 => String::new(),
            more => format!(" and {} more", more - 1),
        };
        let at = if fault.line > 0 { format!(", line {}", fault.line) } else { String::new() };
        let tag = if fault.tag.is_empty() {
            String::new()
        } else {
            format!("; the tag is `{}`", shortened(&fault.tag))
        };
        let hint = format!("{}; seen on `{page}`{at}{more}{tag}", fault.hint);
        let problem = match fault.id {
            "page/foreign" => Diagnostic::warning(fault.id, fault.message),
            _ => Diagnostic::error(fault.id, fault.message),
        };
        let problem = problem.hint(hint);
        match locate(&fault.tag, files, own) {
            Some(place) => problem.at(place),
            None => problem,
        }
    });
    problem.collect()
}

fn shortened(tag: &str) -> String {
    const MOST: usize = 100;
    if tag.chars().count() <= MOST {
        tag.to_string()
    } else {
        tag.chars().take(MOST).chain("...".chars()).collect()
    }
}

/// Where a theme writes a tag: its longest beginning, at the end of an attribute, that stands in few places.
fn locate(tag: &str, files: &ThemeFiles, own: &str) -> Option<Place> {
    let mut ends: Vec<usize> = tag.match_indices("\" ").map(|(at, _)| at + 1).collect();
    ends.push(tag.find([' ', '>'])?);
    ends.push(tag.len() - 1);
    ends.sort_unstable();
    for end in ends.into_iter().rev() {
        let start = &tag[..end];
        let mut places =
            files.templates.values().filter(|file| file.path.starts_with(own)).flat_map(|file| {
                let ends_there = |at: usize| {
                    file.text[at + start.len()..].starts_with([' ', '>', '{', '\n', '/'])
                };
                file.text
                    .match_indices(start)
                    .filter(move |(at, _)| ends_there(*at))
                    .map(move |(at, _)| (file, at))
            });
        if let Some((file, at)) = places.next() {
            // A name of an element alone says little where many have it.
            let is_plain = !start.contains(' ') && places.nth(1).is_some();
            return (!is_plain)
                .then(|| Place::in_text(&*file.path, &file.text, at..at + start.len()));
        }
    }
    None
}

#[cfg(test)]
mod tests;
