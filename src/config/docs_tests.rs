//! The documentation of keys is the table of keys, written out.

use super::key::{KEYS, Key};
use super::{BaseUrl, Config};

const BEGIN: &str = "<!-- keys: written from the table in the code -->\n";
const END: &str = "<!-- end of keys -->\n";

/// The part of a documentation page that comes from a table.
fn reference(keys: &[Key]) -> String {
    let mut text = String::new();
    for key in keys {
        text.push_str(&format!("\n### `{}`\n\n{}\n\n", key.path, key.meaning));
        text.push_str(&format!("Default: {}.\n\n```yaml\n{}\n```\n", key.default, key.example));
    }
    text.push('\n');
    text
}

/// Compares a page with its table; `BYLINE_UPDATE_DOCS=1` writes it.
pub(crate) fn check(page: &str, keys: &[Key]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("the mark at the beginning");
    let (found, after) = rest.split_once(END).expect("the mark at the end");
    let expected = reference(keys);
    if std::env::var_os("BYLINE_UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{expected}{END}{after}")).expect("written");
        return;
    }
    assert!(
        found == expected,
        "docs/{page} is not what the table says: run the tests with BYLINE_UPDATE_DOCS=1"
    );
}

/// Fenced YAML of a page.
pub(crate) fn examples(page: &str) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = std::fs::read_to_string(path).expect("the page");
    text.split("```yaml\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0.into()))
        .collect()
}

/// Rules for both tables.
pub(crate) fn check_table(keys: &[Key]) {
    for (at, key) in keys.iter().enumerate() {
        assert!(keys[..at].iter().all(|other| other.path != key.path), "{} twice", key.path);
        assert!(key.meaning.ends_with('.') && !key.default.ends_with('.'), "{}", key.path);
        let first = key.path.split('.').next().unwrap_or("");
        assert!(key.example.starts_with(&format!("{first}:")), "{}", key.path);
        let last = key.path.rsplit('.').next().unwrap_or("");
        assert!(last == "*" || key.example.contains(&format!("{last}:")), "{}", key.path);
    }
}

#[test]
fn the_page_is_the_table() {
    check_table(KEYS);
    check("configuration.md", KEYS);
}

#[test]
fn every_example_is_read_without_a_problem() {
    for example in examples("configuration.md") {
        let needed = ["title: T", "base_url: https://example.org/"];
        let missing = needed.iter().filter(|line| {
            let key = line.split(':').next().unwrap_or("");
            !example.lines().any(|line| line.starts_with(&format!("{key}:")))
        });
        let text = missing.fold(example.clone(), |text, line| format!("{line}\n{text}"));
        let (config, problems) = Config::parse("byline.yaml", &text);
        assert_eq!(problems, vec![], "{text}");
        assert!(config.is_some());
    }
}

/// Defaults in the table that are YAML are the ones that hold.
#[test]
fn the_defaults_of_the_table_hold() {
    let bare = "title: T\nbase_url: https://example.org/\n";
    let expected = format!("{:?}", Config::parse("byline.yaml", bare).0.expect("good"));
    for key in KEYS.iter().filter(|key| !key.path.contains('*')) {
        let Some(default) = key.default.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'))
        else {
            continue;
        };
        let parts: Vec<&str> = key.path.split('.').collect();
        let yaml: String = parts
            .iter()
            .enumerate()
            .map(|(depth, part)| format!("\n{}{part}:", "  ".repeat(depth)))
            .collect();
        let text = format!("{bare}{yaml} {default}\n");
        let (config, problems) = Config::parse("byline.yaml", &text);
        assert_eq!(problems, vec![], "{text}");
        assert_eq!(format!("{:?}", config.expect("good")), expected, "{text}");
    }
    assert_eq!(
        BaseUrl::parse("http://localhost").expect("good"),
        Config::default_for("T").base_url
    );
}

/// Every example changes the configuration: no key is read and forgotten.
#[test]
fn no_key_is_forgotten() {
    let needed = "title: T0\nbase_url: https://example.net/\n";
    let bare = format!("{:?}", Config::parse("byline.yaml", needed).0.expect("good"));
    for key in KEYS {
        let default = key.default.trim_matches('`');
        if key.example.ends_with(&format!(": {default}")) || key.path == "taxonomies.tags" {
            continue;
        }
        let text = match key.path {
            "title" => format!("base_url: https://example.net/\n{}\n", key.example),
            "base_url" => format!("title: T0\n{}\n", key.example),
            "markdown.highlight" => continue,
            _ => format!("{needed}{}\n", key.example),
        };
        let config = Config::parse("byline.yaml", &text).0.expect(&text);
        assert_ne!(format!("{config:?}"), bare, "{text}");
    }
}
