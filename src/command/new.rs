//! `byline new`: a site, or an article in one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::{Status, fail, now};
use crate::cli::New;
use crate::content::date::Date;
use crate::diagnostic::Diagnostic;
use crate::publish::cannot_write;
use crate::site::url::slugify;
use crate::source::Source;
use crate::{build, terminal};

/// Runs the command.
pub(super) fn run(arguments: &New) -> Status {
    let made = match (&arguments.dir, &arguments.article) {
        (Some(folder), _) => site(folder),
        (None, Some(title)) => article(arguments, title),
        (None, None) => Ok(String::new()),
    };
    match made {
        Ok(said) => {
            terminal::error(&said);
            Status::Good
        }
        Err(problem) => fail(&[problem], Status::Environment),
    }
}

const CONFIG: &str = "\
# docs: every key is described in docs/configuration.md of Byline
title: {title}
base_url: https://example.org/
language: en
description: One sentence about this publication
menu:
  - {name: Analysis, url: /analysis/}
  - {name: Tags, url: /tags/}
  - {name: Archive, url: /archive/}
authors:
  editors: {name: The editors}
";

const HOME: &str = "\
---
title: Home
---
";

const SECTION: &str = "\
---
title: Analysis
description: What we make of it
---
";

const FIRST: &str = "\
---
title: A first article
date: {date}
description: One sentence for lists, feeds and cards
authors: [editors]
tags: [Method]
---

Write here. A picture alone in its paragraph becomes a figure; its title is the caption:

![A line that rises from left to right](rise.svg \"Drawn by hand, in *three* lines of SVG\"){credit=\"The editors\" license=\"CC BY 4.0\"}

## Sources belong to the text

A claim is worth what its source is worth.[^1]

[^1]: Name the institution, the title and the year.
";

const PICTURE: &str = "\
<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 240\" width=\"640\" height=\"240\">
<rect width=\"640\" height=\"240\" fill=\"#f4f1ea\"/>
<path d=\"M40 200 L200 150 L340 165 L600 50\" fill=\"none\" stroke=\"#12507b\" stroke-width=\"6\"/>
</svg>
";

/// Makes a site that builds at once.
fn site(folder: &Path) -> Result<String, Diagnostic> {
    let name = folder.display().to_string();
    let failed = |error: io::Error| cannot_write(&name, &error);
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(failed(error)),
    };
    if !is_free {
        return Err(Diagnostic::error(
            "new/not-empty",
            format!("the folder `{name}` is not empty"),
        )
        .hint(
            "give a new folder, or add an article to a site with `byline new --article \"Title\"`",
        ));
    }
    let title = folder
        .file_name()
        .map_or_else(|| "A new publication".into(), |name| humanise(&name.to_string_lossy()));
    let today = Date::at(now()).iso();
    let day = today.get(..10).unwrap_or(&today);
    let files = [
        ("byline.yaml", CONFIG.replace("{title}", &quoted(&title))),
        ("content/_index.md", HOME.to_string()),
        ("content/analysis/_index.md", SECTION.to_string()),
        ("content/analysis/a-first-article/index.md", FIRST.replace("{date}", day)),
        ("content/analysis/a-first-article/rise.svg", PICTURE.to_string()),
        ("public/.gitignore", "*\n!.gitignore\n".to_string()),
        (".gitignore", "/.byline/\n".to_string()),
    ];
    for (path, text) in files {
        write_new(&folder.join(path), &text).map_err(failed)?;
    }
    Ok(format!(
        "made a site in {name}\n\n  cd {name}\n  byline serve --open\n\nand write in content/analysis/: the browser shows every save. `byline build` makes public/ for your host\n"
    ))
}

fn humanise(name: &str) -> String {
    let name = name.replace(['-', '_'], " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text as a YAML scalar in double quotes (YAML 1.2.2, section 7.3.1), which JSON strings are.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Makes a dated article in the current site.
fn article(arguments: &New, title: &str) -> Result<String, Diagnostic> {
    let source = Source::open(&arguments.root)?;
    if !source.has("byline.yaml") && !source.has_folder("content") {
        return Err(Diagnostic::error(
            "new/no-site",
            "this folder is no site: it has no `byline.yaml` and no `content/`",
        )
        .hint("go to a site's folder, give one with `--root`, or make one with `byline new DIR`"));
    }
    let title = title.trim();
    if title.is_empty() {
        return Err(Diagnostic::error("new/title", "the title is empty")
            .hint("say what the article is called"));
    }
    let author =
        build::read_config(&source).ok().and_then(|config| config.authors.keys().next().cloned());
    let section = match &arguments.section {
        Some(section) => section.trim_matches('/').to_string(),
        None => first_section(&source),
    };
    if section.split('/').any(|part| part == ".." || part.contains('\\')) {
        return Err(Diagnostic::error(
            "new/section",
            format!("`{section}` leads out of `content/`"),
        )
        .hint("give a folder below `content/`"));
    }
    let today = Date::at(now()).iso();
    let day = today.get(..10).unwrap_or(&today);
    let name = format!("{day}-{}", slugify(title));
    let folder =
        if section.is_empty() { "content".to_string() } else { format!("content/{section}") };
    let path = if arguments.bundle {
        format!("{folder}/{name}/index.md")
    } else {
        format!("{folder}/{name}.md")
    };
    let authors = author.map_or_else(String::new, |key| format!("authors: [{}]\n", quoted(&key)));
    let text = format!(
        "---\ntitle: {}\ndate: {day}\ndescription: \"\"\n{authors}tags: []\ndraft: true\n---\n\n",
        quoted(title)
    );
    write_new(&source.locate(&path), &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Diagnostic::error("new/exists", format!("`{path}` is there already"))
                .hint("choose another title, or open that file")
        }
        _ => cannot_write(&path, &error),
    })?;
    Ok(format!(
        "made {path}\nit is a draft: `byline serve --drafts` shows it; take `draft: true` out to publish it\n"
    ))
}

/// The folder that most articles stand in; the first one by name between equals.
fn first_section(source: &Source) -> String {
    let (files, _) = source.walk("content");
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        let inner = file.path.strip_prefix("content/").unwrap_or(&file.path);
        if let Some((section, _)) = inner.split_once('/') {
            *counts.entry(section).or_default() += 1;
        }
    }
    let most = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
    most.map_or_else(String::new, |(section, _)| (*section).to_string())
}
