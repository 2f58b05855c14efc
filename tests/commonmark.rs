//! All 652 examples of CommonMark 0.31.2, with the extensions off.
//!
//! The examples come from the parser's own copy of them, found through `cargo metadata`, so that this
//! repository holds none. The test fails when it cannot get them or finds fewer.

use std::path::PathBuf;
use std::process::Command;

use byline::markdown::{Options, to_html};

const EXAMPLES: usize = 652;

#[test]
fn every_example_of_commonmark_comes_out_right() {
    let source =
        std::fs::read_to_string(specification()).expect("the parser's copy of the examples");
    let examples = examples(&source);
    assert_eq!(examples.len(), EXAMPLES, "the parser's copy of the examples has another form now");

    let mut wrong = Vec::new();
    for (index, (markdown, wanted)) in examples.iter().enumerate() {
        let found = to_html(markdown, &Options::commonmark());
        if normal(&found) != normal(wanted) {
            wrong.push(format!(
                "example {}\n{markdown}--- wanted\n{wanted}--- found\n{found}",
                index + 1
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {EXAMPLES} differ\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The file in the parser's package that holds the examples as Rust tests.
fn specification() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("`cargo metadata` runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("`cargo metadata` prints JSON");
    let package = metadata["packages"]
        .as_array()
        .and_then(|packages| packages.iter().find(|package| package["name"] == "pulldown-cmark"))
        .expect("pulldown-cmark is a dependency");
    let manifest = package["manifest_path"].as_str().expect("a package has a manifest");
    PathBuf::from(manifest).with_file_name("tests").join("suite").join("spec.rs")
}

/// Pairs of Markdown and HTML out of `let original = r##"..."##; let expected = r##"..."##;`.
fn examples(source: &str) -> Vec<(String, String)> {
    let literal = |text: &str, name: &str| {
        let rest = text.split_once(&format!("let {name} = r##\""))?.1;
        Some(rest.split_once("\"##;")?.0.to_string())
    };
    source
        .split("fn spec_test_")
        .skip(1)
        .filter_map(|test| Some((literal(test, "original")?, literal(test, "expected")?)))
        .collect()
}

/// Nothing but the end: the HTML is compared byte for byte.
fn normal(html: &str) -> &str {
    html.trim_end_matches('\n')
}
