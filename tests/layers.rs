//! The rules of the house, as tables: which stage may use which, which file may name which crate or
//! touch the machine, how long files and functions may be.
//!
//! Everything is found in the text of `src/`, with comments, strings and tests taken out. A failure says
//! the rule in its own words.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A stage, what it may use of the crate, and what it is for. `*` is everything.
type Stage = (&'static str, &'static [&'static str], &'static str);

/// The stages in the order in which data meets them. A stage may use only what stands before it, and of that
/// only what is listed: taking something into a list is a decision, not a formality.
#[rustfmt::skip]
const STAGES: &[Stage] = &[
    ("diagnostic", &[],                                             "problems with their place, as values"),
    ("engine",     &[],                                             "fingerprints, recorded reads, the cache; knows hashes, not blogs"),
    ("source",     &["diagnostic"],                                 "the only reader of the author's files"),
    ("config",     &["diagnostic"],                                 "byline.yaml -> Config"),
    ("markdown",   &["diagnostic", "config"],                       "body -> HTML with holes; knows no site"),
    ("content",    &["diagnostic", "config", "markdown"],           "front matter + body -> Document"),
    ("site",       &["diagnostic", "source", "config", "content"],  "documents -> Site"),
    ("asset",      &["engine"],                                     "facts of pictures, smaller copies, names of made files"),
    ("theme",      &["diagnostic", "engine", "config", "markdown", "content", "site", "asset"],
                                                                    "templates and what they see"),
    ("output",     &["diagnostic", "engine", "config", "markdown", "content", "site", "asset", "theme"],
                                                                    "what exists and how each is made"),
    ("publish",    &["diagnostic"],                                 "bytes -> public/; knows no site"),
    ("build",      &["diagnostic", "engine", "source", "config", "markdown", "content", "site", "asset", "theme", "output", "publish"],
                                                                    "the whole pipeline"),
    ("audit",      &["diagnostic"],                                 "finished HTML -> what is wrong with it; knows no site"),
    ("trial",      &["diagnostic", "source", "config", "site", "theme", "build", "audit"],
                                                                    "a theme on a publication made for the purpose"),
    ("serve",      &["diagnostic", "source", "config", "markdown", "content", "site", "theme", "output", "build"],
                                                                    "following an author at work: the watch, the preview"),
    ("cli",        &[],                                             "clap's types, no effects"),
    ("terminal",   &["diagnostic", "build"],                        "the only writer to the terminal"),
    ("command",    &["diagnostic", "source", "content", "site", "publish", "build", "trial", "serve", "cli", "terminal"],
                                                                    "arguments -> options -> one call -> report"),
    ("main",       &["command"],                                    "arguments in, exit status out"),
];

/// Between them and the machine stands `build`: same input, same bytes.
const PURE: &[&str] =
    &["diagnostic", "config", "markdown", "content", "site", "asset", "theme", "output", "audit"];

/// What a pure stage may not name, and what to do instead.
#[rustfmt::skip]
const IMPURE: &[(&str, &str)] = &[
    ("std::fs",         "ask `World::read`, or take the bytes as an argument"),
    ("std::env",        "take the value as an argument"),
    ("std::process",    "give a Diagnostic back"),
    ("std::net",        "a build fetches nothing"),
    ("std::thread",     "`build` spreads the work"),
    ("std::io::stdin",  "take the text as an argument"),
    ("std::io::stdout", "give a value back; `terminal` prints"),
    ("std::io::stderr", "give a Diagnostic back; `terminal` prints"),
    ("SystemTime",      "take the time as an argument"),
    ("Instant",         "`build::report` measures"),
    ("Timestamp::now",  "take the time as an argument"),
    ("Zoned::now",      "take the time as an argument"),
    ("RandomState",     "use `FxHashMap` or `BTreeMap`: same input, same bytes"),
    ("thread_local!",   "pass the value in"),
    ("static mut",      "pass the value in"),
    ("print!",          "give a value back; `terminal` prints"),
    ("println!",        "give a value back; `terminal` prints"),
    ("eprint!",         "give a Diagnostic back; `terminal` prints"),
    ("eprintln!",       "give a Diagnostic back; `terminal` prints"),
    ("dbg!",            "take it out"),
];

/// Where a foreign crate, or a door to the machine, may be named. An empty list: nowhere.
#[rustfmt::skip]
const DOORS: &[(&str, &[&str])] = &[
    // Formats and templates.
    ("tera",                  &["theme/"]),
    ("tera_contrib",          &["theme/"]),
    ("pulldown_cmark",        &["markdown/"]),
    ("pulldown_cmark_escape", &["markdown/escape.rs"]),
    ("syntect",               &["markdown/code.rs"]),
    ("ammonia",               &["markdown/sanitize.rs", "output/feed/clean.rs"]),
    ("quick_xml",             &["output/xml.rs", "asset/image.rs", "asset/drawing/", "asset/metadata/xmp.rs"]),
    ("imagesize",             &["asset/image.rs"]),
    ("image",                 &["asset/pixels/", "asset/encode.rs"]),
    ("zune_jpeg",             &["asset/pixels/raster.rs"]),
    ("zune_core",             &["asset/pixels/raster.rs"]),
    ("jpeg_decoder",          &["asset/pixels/raster.rs"]),
    ("moxcms",                &["asset/pixels/colour.rs", "asset/pixels/png_colour.rs"]),
    ("ravif",                 &["asset/encode.rs"]),
    ("crc32fast",             &["asset/metadata/chunks.rs"]),
    ("miniz_oxide",           &["asset/metadata/chunks.rs"]),
    ("harfrust",              &["asset/social/"]),
    ("zeno",                  &["asset/social/glyph.rs"]),
    ("png",                   &["asset/social/canvas.rs"]),
    ("cssparser",             &["asset/css.rs"]),
    ("oxc_allocator",         &["asset/script.rs"]),
    ("oxc_codegen",           &["asset/script.rs"]),
    ("oxc_mangler",           &["asset/script.rs"]),
    ("oxc_parser",            &["asset/script.rs"]),
    ("oxc_span",              &["asset/script.rs"]),
    ("icu_locale_core",       &["theme/plural.rs"]),
    ("icu_plurals",           &["theme/plural.rs"]),
    ("icu_segmenter",         &["asset/social/text.rs"]),
    ("unicode_bidi",          &["asset/social/shape.rs"]),
    ("fast_image_resize",     &["asset/pixels/light.rs"]),
    ("jpeg_encoder",          &["asset/encode.rs"]),
    ("webp",                  &["asset/encode.rs"]),
    ("serde_yaml",            &["config/yaml/", "theme/data.rs", "theme/manifest.rs", "build/pictures.rs"]),
    ("include_dir",           &["theme/files.rs", "trial/site.rs"]),
    ("html5ever",             &["audit/tree.rs"]),
    ("tempfile",              &["trial/site.rs"]),
    // Texts.
    ("jiff",                  &["content/date.rs", "content/date_format.rs"]),
    ("pure_rust_locales",     &["content/date_format.rs"]),
    ("rust_stemmers",         &["content/terms/language.rs"]),
    ("icu_normalizer",        &["content/terms/index.rs"]),
    ("stop_words",            &["content/terms/language.rs"]),
    ("unicode_segmentation",  &["output/json_ld/mod.rs", "asset/social/shape.rs"]),
    // Hashes.
    ("sha2",                  &["theme/function.rs"]),
    ("base64",                &["theme/function.rs"]),
    // The machine.
    ("clap",                  &["cli.rs"]),
    ("clap_complete",         &["cli.rs"]),
    ("indicatif",             &["terminal.rs"]),
    ("anstream",              &["terminal.rs"]),
    ("annotate_snippets",     &["diagnostic/render.rs"]),
    ("notify",                &["serve/watch.rs"]),
    ("hyper",                 &["serve/http/"]),
    ("hyper_util",            &["serve/http/connection.rs"]),
    ("tokio",                 &["serve/http/"]),
    ("getrandom",             &["serve/http/token.rs"]),
    ("mime_guess",            &["serve/http/media.rs"]),
    ("walkdir",               &["source/walk.rs", "build/fonts.rs"]),
    ("rayon",                 &["source/walk.rs", "engine/ledger.rs", "publish/", "build/", "site/related/", "output/search/"]),
    ("std::fs",               &["engine/", "source/", "publish/", "command/new.rs", "trial/site.rs", "serve/http/file.rs", "build/fonts.rs"]),
    ("std::env",              &["main.rs", "command/mod.rs", "terminal.rs", "build/cache/mod.rs", "build/fonts.rs", "serve/editor.rs"]),
    ("std::process",          &["main.rs", "command/mod.rs", "serve/program.rs"]),
    ("SystemTime",            &["command/mod.rs"]),
    ("std::io::stdout",       &["terminal.rs"]),
    ("std::io::stderr",       &["terminal.rs"]),
    ("print!",                &[]),
    ("println!",              &[]),
    ("eprint!",               &[]),
    ("eprintln!",             &[]),
    ("dbg!",                  &[]),
    ("todo!",                 &[]),
    ("unimplemented!",        &[]),
];

/// What only some readers of `std::fs` may call: the author's files are never written.
const WRITING: &[&str] = &[
    "fs::write",
    "fs::rename",
    "fs::remove_file",
    "fs::remove_dir",
    "fs::create_dir",
    "fs::copy",
    "fs::hard_link",
    "File::create",
    "OpenOptions",
    "set_permissions",
];
const WRITERS: &[&str] = &["engine/", "publish/", "command/new.rs", "trial/site.rs"];

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 60;

#[test]
fn stages_use_only_what_stands_above_them() {
    let names: Vec<&str> = STAGES.iter().map(|(name, ..)| *name).collect();
    for (place, (name, uses, _)) in STAGES.iter().enumerate() {
        for used in *uses {
            let at = names.iter().position(|known| known == used);
            assert!(at.is_some_and(|at| at < place), "the table is no order: {name} uses {used}");
        }
    }
    let mut faults = Vec::new();
    let mut met: BTreeSet<(String, String)> = BTreeSet::new();
    for file in sources() {
        if file.path == "lib.rs" {
            continue;
        }
        let stage = file.stage();
        let Some((_, allowed, purpose)) = STAGES.iter().find(|(name, ..)| *name == stage) else {
            faults.push(format!(
                "{}: `{stage}` is no stage of the house; give it a row in STAGES",
                file.path
            ));
            continue;
        };
        for (used, line) in file.uses() {
            if used == stage || !names.contains(&&*used) {
                continue;
            }
            if allowed.contains(&&*used) {
                met.insert((stage.clone(), used));
            } else {
                faults.push(format!(
                    "{}:{line}: {stage} may not use {used}; move the type down or pass it in ({stage}: {purpose})",
                    file.path
                ));
            }
        }
    }
    for (name, uses, _) in STAGES {
        for used in *uses {
            if !met.contains(&(name.to_string(), used.to_string())) {
                faults.push(format!("{name} does not use {used} any more; take it out of its row"));
            }
        }
    }
    report(faults);
}

#[test]
fn stages_between_content_and_output_are_pure() {
    let mut faults = Vec::new();
    for file in sources().iter().filter(|file| PURE.contains(&&*file.stage())) {
        for (word, instead) in IMPURE {
            for line in file.names(word) {
                faults.push(format!(
                    "{}:{line}: {} is pure and may not name `{word}`; {instead}",
                    file.path,
                    file.stage()
                ));
            }
        }
    }
    report(faults);
}

#[test]
fn every_crate_has_one_door() {
    let mut faults = Vec::new();
    for file in sources() {
        for (word, doors) in DOORS {
            if doors.iter().any(|door| is_within(&file.path, door)) {
                continue;
            }
            for line in file.names(word) {
                faults.push(format!(
                    "{}:{line}: only {} may name `{word}`",
                    file.path,
                    or_nobody(doors)
                ));
            }
        }
        if !WRITERS.iter().any(|door| is_within(&file.path, door)) {
            for word in WRITING {
                for line in file.names(word) {
                    faults.push(format!(
                        "{}:{line}: only {} may write files (`{word}`)",
                        file.path,
                        or_nobody(WRITERS)
                    ));
                }
            }
        }
    }
    report(faults);
}

/// A dependency without a door would be a door for everybody, and a row without its crate a lie.
#[test]
fn every_dependency_has_a_door_or_is_a_plain_tool() {
    /// Values, hashes and bytes: no formats, no effects.
    const TOOLS: &[&str] =
        &["serde", "serde_json", "rustc_hash", "memchr", "percent_encoding", "slug", "blake3"];
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let (_, rest) = manifest.split_once("[dependencies]\n").expect("dependencies");
    let names: BTreeSet<String> = rest
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(
            |(name, _)| if name == "kamadak-exif" { "exif".into() } else { name.replace('-', "_") },
        )
        .collect();
    let mut faults = Vec::new();
    for name in &names {
        if !TOOLS.contains(&&**name) && !DOORS.iter().any(|(word, _)| word == name) {
            faults.push(format!("the crate `{name}` has no door; give it a row in DOORS"));
        }
    }
    for (word, _) in
        DOORS.iter().filter(|(word, _)| !word.contains(['!', ':']) && *word != "SystemTime")
    {
        if !names.contains(*word) {
            faults.push(format!(
                "the crate `{word}` is not used any more; take its row out of DOORS"
            ));
        }
    }
    report(faults);
}

#[test]
fn files_and_functions_are_short() {
    let mut faults = Vec::new();
    for file in sources() {
        let lines = file.text.lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!(
                "{}: {lines} lines; a file has at most {LONGEST_FILE}: split it by noun",
                file.path
            ));
        }
        for (name, line, length) in file.functions() {
            if length > LONGEST_FUNCTION {
                faults.push(format!(
                    "{}:{line}: `{name}` has {length} lines; a function has at most {LONGEST_FUNCTION}: name its parts",
                    file.path
                ));
            }
        }
    }
    report(faults);
}

/// The map names every stage, in the table's order.
#[test]
fn the_map_in_lib_has_every_stage() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next());
    let rows: Vec<&str> = rows.collect();
    let known: Vec<&str> =
        STAGES.iter().map(|(name, ..)| *name).filter(|name| rows.contains(name)).collect();
    assert_eq!(rows, known, "the map's rows stand in the order of STAGES");
    for (name, ..) in STAGES.iter().filter(|(name, ..)| *name != "main") {
        assert!(text.contains(&format!("pub mod {name};")), "{name}");
        assert!(text.contains(&format!("[`{name}`]")), "the map does not say what `{name}` is");
    }
}

/// The tools of this test find what they should and nothing else.
#[test]
fn the_scanner_reads_rust() {
    let file = Source::new(
        "theme/context/page.rs",
        "//! uses [`crate::never`]\nuse crate::{site::url, asset::{a, b}, cli};\nuse super::super::super::output::X;\nuse super::card;\n\
         fn f<'a>(x: &'a str) -> char {\n    let s = \"crate::no { \\\" \"; let r = r#\"} crate::no\"#;\n    crate::markdown::f('{', s, r); /* crate::no /* { */ */ '\\''\n}\n\
         use std::{fs, io::{self, stdout}};\n\
         #[cfg(test)]\nmod tests {\n    use crate::build;\n}\n",
    );
    let uses: Vec<String> = file.uses().into_iter().map(|(name, _)| name).collect();
    assert_eq!(uses, ["site", "asset", "cli", "output", "markdown"]);
    assert_eq!(file.functions(), [("f".to_string(), 5, 4)]);
    assert_eq!(file.names("std::fs").len(), 1);
    assert_eq!(file.names("std::io::stdout").len(), 1);
    assert!(file.names("std::env").is_empty() && file.names("tera").is_empty());
    let call = Source::new(
        "a.rs",
        "fn f() { std::fs::read(x); eprintln!(\"\"); my_tera::x(); crate::a::tera(); tera::Value }\n",
    );
    assert_eq!(
        (call.names("std::fs").len(), call.names("println!").len(), call.names("tera").len()),
        (1, 0, 1)
    );
}

fn report(faults: Vec<String>) {
    assert!(
        faults.is_empty(),
        "{} against the rules of the house:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

fn or_nobody(doors: &[&str]) -> String {
    if doors.is_empty() { "nobody".into() } else { doors.join(", ") }
}

fn is_within(path: &str, door: &str) -> bool {
    if door.ends_with('/') { path.starts_with(door) } else { path == door }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of `src/` without comments, texts and tests; lines stay where they are.
struct Source {
    /// From `src/`, with `/`.
    path: String,
    text: String,
}

/// All files of `src/` but those that are tests.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "where is the source?");
    let sources = paths.iter().map(|path| {
        let name = path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
        Source::new(&name, &fs::read_to_string(path).expect("a source file"))
    });
    sources.collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            rust_files(&path, files);
        } else if name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs") {
            files.push(path);
        }
    }
}

impl Source {
    fn new(path: &str, text: &str) -> Source {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
        Source { path: path.to_string(), text: masked(code) }
    }

    /// The folder or file at the top that it belongs to.
    fn stage(&self) -> String {
        let top = self.path.split('/').next().unwrap_or_default();
        top.strip_suffix(".rs").unwrap_or(top).to_string()
    }

    /// Modules between the crate and what stands in this file: 1 for `theme/mod.rs`, 2 for `theme/world.rs`.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    /// Modules of the crate that it names, with the line: `crate::x`, `crate::{x, y}`, enough `super::`, and
    /// the crate's own name in `main.rs`.
    fn uses(&self) -> Vec<(String, usize)> {
        let up = format!("{}super", "super::".repeat(self.depth().saturating_sub(1)));
        let mut found = Vec::new();
        for start in ["crate", "byline", up.as_str()] {
            for path in self.paths(start) {
                found.push(path);
            }
        }
        found.sort_by_key(|(_, at)| *at);
        found.into_iter().map(|(name, at)| (name, self.line(at))).collect()
    }

    /// First parts of the paths after `start::`, groups taken apart, with their place.
    fn paths(&self, start: &str) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        for at in words(&self.text, start) {
            if self.text[..at].ends_with("::") {
                continue;
            }
            let Some(rest) = self.text[at + start.len()..].strip_prefix("::") else { continue };
            if let Some(group) = rest.strip_prefix('{') {
                for part in top_of_group(group) {
                    found.push((identifier(part).to_string(), at));
                }
            } else {
                found.push((identifier(rest).to_string(), at));
            }
        }
        found
    }

    /// Lines that name a crate (`tera`), a path (`std::fs`), a word (`SystemTime`) or a macro (`print!`).
    fn names(&self, what: &str) -> BTreeSet<usize> {
        let mut lines = BTreeSet::new();
        if let Some((parents, last)) = what.rsplit_once("::") {
            lines.extend(words(&self.text, what).map(|at| self.line(at)));
            // `use std::{fs, io}` and `use std::io::{self, stdout}`.
            for (tree, at) in self.use_trees() {
                if flatten(&tree)
                    .iter()
                    .any(|path| path.starts_with(what) && !path[what.len()..].starts_with(is_word))
                {
                    lines.insert(self.line(at));
                }
            }
            let _ = (parents, last);
        } else if what.ends_with('!')
            || what.starts_with(|c: char| c.is_ascii_uppercase())
            || what.contains(' ')
        {
            lines.extend(words(&self.text, what).map(|at| self.line(at)));
        } else {
            let is_crate = |at: &usize| {
                let (before, after) = (&self.text[..*at], &self.text[at + what.len()..]);
                !before.ends_with("::")
                    && !before.ends_with('.')
                    && (after.starts_with("::") || before.ends_with("use "))
            };
            lines.extend(words(&self.text, what).filter(is_crate).map(|at| self.line(at)));
        }
        lines
    }

    /// What stands after each `use`, up to the semicolon.
    fn use_trees(&self) -> Vec<(String, usize)> {
        let trees = words(&self.text, "use").filter_map(|at| {
            let tree = self.text[at + 3..].split(';').next()?;
            Some((tree.chars().filter(|c| !c.is_whitespace()).collect(), at))
        });
        trees.collect()
    }

    /// Name, line and length of every function, from `fn` to its closing brace.
    fn functions(&self) -> Vec<(String, usize, usize)> {
        let mut found = Vec::new();
        for at in words(&self.text, "fn") {
            let name = identifier(self.text[at + 2..].trim_start());
            if name.is_empty() {
                continue;
            }
            let (mut depth, mut brackets, mut end) = (0usize, 0usize, None);
            for (offset, letter) in self.text[at..].char_indices() {
                match letter {
                    '[' | '(' if depth == 0 => brackets += 1,
                    ']' | ')' if depth == 0 => brackets -= 1,
                    ';' if depth == 0 && brackets == 0 => break,
                    '{' => depth += 1,
                    '}' => {
                        depth -= 1;
                        if depth == 0 {
                            end = Some(at + offset);
                            break;
                        }
                    }
                    _ => {}
                }
            }
            if let Some(end) = end {
                let (first, last) = (self.line(at), self.line(end));
                found.push((name.to_string(), first, last - first + 1));
            }
        }
        found
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn identifier(text: &str) -> &str {
    text.trim_start().split(|c| !is_word(c)).next().unwrap_or_default()
}

/// Places where a word stands by itself.
fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back().is_some_and(is_word);
        let after = text[at + word.len()..].starts_with(is_word);
        !before && (!after || !word.ends_with(is_word))
    })
}

/// `a::b, c::{d, e}} rest` -> `a::b`, `c::{d, e}`.
fn top_of_group(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// `std::{fs,io::{self,Read}}` -> `std::fs`, `std::io::self`, `std::io::Read`.
fn flatten(tree: &str) -> Vec<String> {
    match tree.find('{') {
        None => vec![tree.to_string()],
        Some(at) => {
            let inner = top_of_group(&tree[at + 1..]);
            inner
                .into_iter()
                .flat_map(flatten)
                .map(|path| format!("{}{path}", &tree[..at]))
                .collect()
        }
    }
}

/// The text with comments and the contents of literals made blank.
fn masked(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let mut out = String::with_capacity(code.len());
    let mut at = 0;
    while at < letters.len() {
        let end = skipped(&letters, at);
        if end == at {
            out.push(letters[at]);
            at += 1;
        } else {
            out.extend(letters[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

/// Where the comment or literal that begins here ends; the same place when none begins.
fn skipped(letters: &[char], at: usize) -> usize {
    let is = |at: usize, c: char| letters.get(at) == Some(&c);
    let find = |mut at: usize, good: &dyn Fn(usize) -> bool| {
        while at < letters.len() && !good(at) {
            at += 1;
        }
        at
    };
    if is(at, '/') && is(at + 1, '/') {
        return find(at, &|at| is(at, '\n'));
    }
    if is(at, '/') && is(at + 1, '*') {
        return end_of_comment(letters, at);
    }
    if is(at, '"') {
        return end_of_text(letters, at);
    }
    let is_inside_word = at > 0 && is_word(letters[at - 1]) && !is(at - 1, 'b');
    if is(at, 'r') && !is_inside_word {
        let hashes = find(at + 1, &|at| !is(at, '#')) - at - 1;
        if is(at + 1 + hashes, '"') {
            let closes = |end: usize| is(end, '"') && (1..=hashes).all(|i| is(end + i, '#'));
            return (find(at + hashes + 2, &closes) + hashes + 1).min(letters.len());
        }
    }
    if is(at, '\'') {
        // A letter, not a lifetime.
        if is(at + 1, '\\') {
            return (find(at + 3, &|at| is(at, '\'')) + 1).min(letters.len());
        }
        if is(at + 2, '\'') {
            return at + 3;
        }
    }
    at
}

fn end_of_comment(letters: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at + 1 < letters.len() {
        match (letters[at], letters[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    letters.len()
}

fn end_of_text(letters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < letters.len() {
        match letters[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    letters.len()
}

/// The table's purposes are read by people; none is empty.
#[test]
fn every_stage_has_a_purpose() {
    let seen: BTreeMap<&str, &str> =
        STAGES.iter().map(|(name, _, purpose)| (*name, *purpose)).collect();
    assert_eq!(seen.len(), STAGES.len());
    assert!(seen.values().all(|purpose| purpose.len() > 10));
}
