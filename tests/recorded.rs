//! Nothing reaches an output but through a recorded read: what is scanned here is the text of the program, so that a
//! new input which is not recorded fails before it makes a stale page. `tests/incremental/` proves the same by building.

use std::fs;
use std::path::{Path, PathBuf};

use byline::theme::{filter, function};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the program without its tests and comments.
fn code(path: &str) -> String {
    let text = fs::read_to_string(root().join("src").join(path)).expect(path);
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Files of a folder of the program, with those below it.
fn files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join("src").join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the program").flatten() {
            let path = entry.path();
            match path.is_dir() {
                true => open.push(path),
                false => found.push(name(&path)),
            }
        }
    }
    found.sort();
    found
}

fn name(path: &Path) -> String {
    let path = path.strip_prefix(root().join("src")).expect("a file of the program");
    path.to_string_lossy().replace('\\', "/")
}

/// Whether a text has a word that is not part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    })
}

/// What makes an output sees the site through `View` and in no other way.
#[test]
fn outputs_and_functions_read_through_the_view() {
    /// These do not make outputs out of reads: they plan, check, and hold what is known of all.
    const OTHERS: &[&str] = &[
        "output/mod.rs",
        "output/plan.rs",
        "output/check.rs",
        "output/feed_ids.rs",
        // Files of the index are called by what is in them; they are planned anew at every build.
        "output/search/mod.rs",
        // The sitemap's question is about all pages; its answer is hashed from all of them.
        "output/sitemaps.rs",
        "output/maker.rs",
    ];
    let theirs = ["theme/function.rs", "theme/filter.rs", "theme/resize.rs", "theme/draw.rs"]
        .map(str::to_string);
    for file in files("output").into_iter().chain(theirs) {
        if OTHERS.contains(&&*file) {
            continue;
        }
        let code = code(&file);
        for word in ["World", "Site", "unrecorded"] {
            assert!(
                !has_word(&code, word),
                "src/{file} names `{word}`: ask `View`, which notes the question (docs/incremental.md)"
            );
        }
    }
}

/// Every method of the view that gives something of the site notes a question.
#[test]
fn the_view_notes_what_it_gives() {
    /// `(method, why it need not)`
    const FREE: &[(&str, &str)] = &[
        ("unrecorded", "only for values whose whole content a question covers"),
        ("options", "part of every output's key"),
        ("manifest", "part of every output's key"),
        ("site_title", "the configuration, part of every key"),
        ("site_description", "the configuration, part of every key"),
        ("permalink", "an address that was read already, and the configuration"),
        ("url", "an address that was read already, and the configuration"),
        ("archive_address", "the configuration, part of every key"),
        ("credits_address", "the configuration, part of every key"),
        ("feeds_address", "the configuration, part of every key"),
        ("word", "the configuration and the theme's manifest, part of every key"),
        ("counted", "the configuration and the theme's manifest, part of every key"),
        ("theme", "the theme's manifest, part of every key"),
        ("resolve", "belongs to `text`"),
        ("picture", "belongs to `text`"),
        ("figure", "belongs to `text`, as `picture` does"),
        ("copies", "the configuration and the theme's manifest, part of every key"),
        ("backlink", "belongs to `around`"),
        ("why", "belongs to `related`"),
        ("series", "belongs to `page`, which it calls"),
        ("series_page", "belongs to `page`"),
        ("author", "belongs to `page`, which it calls"),
        ("html", "takes over the reads of the page that it shows"),
        ("file_at", "for messages of outputs that fail"),
        ("want", "an output's product, not a read"),
    ];
    let code = code("theme/view.rs") + &code("theme/view_lists.rs");
    let mut seen = Vec::new();
    for part in code.split("fn ").skip(1) {
        let name = part.split(['(', '<']).next().unwrap_or_default();
        let reads = part.contains("self.world") || part.contains("&self.world");
        let notes = part.contains("self.note(") || part.contains("self.note_name(");
        if FREE.iter().any(|(free, _)| *free == name) {
            assert!(!notes, "`View::{name}` notes a question by now: take it out of FREE");
            seen.push(name);
            continue;
        }
        assert!(
            !reads || notes,
            "`View::{name}` gives something of the site and notes no question (docs/incremental.md)"
        );
    }
    for (name, _) in FREE {
        assert!(seen.contains(name), "`View::{name}` is gone: take it out of FREE");
    }
}

/// A build looks at files through `Observed`, which notes them for the next build.
#[test]
fn builds_look_at_files_through_what_notes_them() {
    /// `(file, why it may have the source itself)`
    const OTHERS: &[(&str, &str)] = &[
        ("build/mod.rs", "opens the site, and shows lines of files that have problems"),
        ("build/observed.rs", "is the one that notes"),
        ("build/parse.rs", "reads files of a folder whose listing was noted"),
        ("build/make.rs", "copies files whose listing was noted"),
        (
            "build/develop.rs",
            "reads pictures whose files were noted, and those that a template asked for",
        ),
        ("build/live/mod.rs", "hears of every change of a file, and keeps no output"),
        ("build/live/patch.rs", "reads files that it was told of"),
        ("build/live/edition.rs", "gives places of copies, and keeps no output"),
        ("build/same.rs", "compares with what was noted"),
        ("build/verify.rs", "reads nothing of the author's"),
        ("build/cache/mod.rs", "reads nothing of the author's"),
        ("build/cache/snapshot.rs", "compares with what was noted"),
    ];
    for file in files("build") {
        let is_free = OTHERS.iter().any(|(free, _)| *free == file);
        let code = code(&file);
        let has_source = has_word(&code, "Source") || code.contains(".source()");
        let is_only_root = file == "build/load.rs" && code.matches(".source()").count() == 1;
        assert!(
            is_free || is_only_root || !has_source,
            "src/{file} may read files that nobody notes: ask `Observed` (docs/incremental.md)"
        );
    }
}

/// The proof by building calls every function and every filter that reads.
#[test]
fn the_proof_calls_every_function() {
    let theme = fs::read_to_string(root().join("tests/incremental/theme.rs")).expect("its theme");
    for name in function::NAMES {
        assert!(
            theme.contains(&format!("{name}(")),
            "`{name}` is not called by the theme of tests/incremental: an input without proof"
        );
    }
    assert!(filter::NAMES.iter().any(|name| theme.contains(name)));
}
