//! Runs the tiny sites of `tests/cases/*.md`; the README there tells how they are written.
//!
//! `BYLINE_UPDATE=1` writes what came out into the case files; `BYLINE_CASE=word` runs those cases only
//! whose file or name has the word.

#[path = "support/case.rs"]
mod case;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use case::{Case, Outcome};

#[test]
fn every_case_comes_out_as_written() {
    let only = std::env::var("BYLINE_CASE").unwrap_or_default();
    let mut cases: Vec<(PathBuf, Case)> = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).expect("a case file");
        let found =
            case::parse(&text).unwrap_or_else(|reason| panic!("{}:{reason}", file.display()));
        cases.extend(found.into_iter().map(|case| (file.clone(), case)));
    }
    assert!(cases.len() >= 70, "only {} cases were found", cases.len());
    cases.retain(|(file, case)| format!("{} {}", file.display(), case.name).contains(&only));
    let outcomes = run(&cases);
    if std::env::var_os("BYLINE_UPDATE").is_some() {
        update(&cases, &outcomes);
    }
    let mut report = String::new();
    for ((file, case), outcome) in cases.iter().zip(&outcomes) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for failure in &outcome.failures {
            report.push_str(&format!("\n--- {name}:{} {}\n{failure}\n", case.line, case.name));
        }
    }
    assert!(report.is_empty(), "{report}");
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).expect("the folder of cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_case = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md")
    };
    let mut files: Vec<PathBuf> = paths.filter(is_case).collect();
    files.sort();
    files
}

fn run(cases: &[(PathBuf, Case)]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<(usize, Outcome)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((number, (_, case))) = {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(number).map(|case| (number, case))
                } {
                    let outcome = case.run();
                    outcomes.lock().expect("the outcomes").push((number, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().expect("the outcomes");
    outcomes.sort_by_key(|(number, _)| *number);
    assert_eq!(outcomes.len(), cases.len());
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn update(cases: &[(PathBuf, Case)], outcomes: &[Outcome]) {
    for file in files() {
        let own = cases.iter().zip(outcomes).filter(|((path, _), _)| *path == file);
        let mut edits: Vec<_> = own.flat_map(|(_, outcome)| &outcome.edits).collect();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        if edits.is_empty() {
            continue;
        }
        let mut text = fs::read_to_string(&file).expect("a case file");
        for (range, new) in edits {
            text.replace_range(range.clone(), new);
        }
        fs::write(&file, text).expect("a case file");
    }
}

#[test]
fn blocks_are_read_and_what_nothing_uses_is_refused() {
    let text = "# A\n\nProse.\n\n````md path=content/a.md\n```\nx\n```\n````\n\n```output a.html\n```\n# B\n";
    let cases = case::parse(text).expect("a case");
    assert_eq!(cases.len(), 1);
    assert_eq!(cases[0].blocks[0].text, "```\nx\n```\n");
    assert_eq!(&text[..cases[0].end], text.strip_suffix("# B\n").expect("B"));
    for bad in [
        "# A\n```md\n```\n",
        "# A\n```\n```\n",
        "```status 1\n```\n",
        "# A\n```output\n```\n",
        "# A\n```problem\n",
    ] {
        assert!(case::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_case_fails_when_its_expectation_does() {
    let site = "# A\n```md path=content/a.md\n---\ntitle: A\n---\nx\n```\n";
    let expectations = [
        "",
        "```output a/index.html\nno\n```\n",
        "```contains a/index.html\nno\n```\n",
        "```contains a/index.html\n```\n",
        "```contains b/index.html\nx\n```\n",
        "```absent a/index.html\n```\n",
        "```absent a/index.html\n<p>x</p>\n```\n",
        "```absent b/index.html\nx\n```\n",
        "```status 1\n```\n",
        "```contains a/index.html\n<p>x</p>\n```\n```problem\nerror[link/broken]: x\n```\n",
        "```md path=content/b.md\n---\ntilte: B\n---\n```\n```absent a/index.html\n```\n",
    ];
    for expectation in expectations {
        let cases = case::parse(&format!("{site}{expectation}")).expect("a case");
        assert!(!cases[0].run().failures.is_empty(), "{expectation}");
    }
}
