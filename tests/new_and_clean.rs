//! The commands as somebody who has just installed the program meets them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn byline(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_byline"))
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1437091200")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("killed: {}", said(output)))
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn text(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All files below a folder, with `/`, sorted.
fn files(root: &Path) -> Vec<String> {
    fn list(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                list(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    list(root, root, &mut found);
    found.sort();
    found
}

/// A folder in which `byline new review` was called.
fn new_site() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = byline(folder.path(), &["new", "review"]);
    assert_eq!(status(&made), 0, "{}", said(&made));
    let site = folder.path().join("review");
    (folder, site)
}

#[test]
fn a_new_site_builds_at_once_without_a_warning() {
    let (_folder, site) = new_site();
    let own = files(&site);
    for path in [
        "byline.yaml",
        "content/_index.md",
        "content/analysis/_index.md",
        "content/analysis/a-first-article/index.md",
        ".gitignore",
    ] {
        assert!(own.iter().any(|file| file == path), "{path} is not among {own:?}");
    }
    assert!(text(&site, "byline.yaml").contains("title: \"Review\""));
    let built = byline(&site, &["build"]);
    assert_eq!(status(&built), 0, "{}", said(&built));
    assert!(
        !said(&built).contains("warning") && said(&built).starts_with("built "),
        "{}",
        said(&built)
    );
    assert_eq!(said(&built).lines().count(), 1, "one line: {}", said(&built));
    let article = text(&site, "public/analysis/a-first-article/index.html");
    for part in [
        "<h1>A first article</h1>",
        "<figure",
        "<em>three</em> lines",
        "CC BY 4.0",
        "class=\"sidenote\"",
        "17 July 2015",
    ] {
        assert!(article.contains(part), "{part}");
    }
    for path in [
        "index.html",
        "404.html",
        "rss.xml",
        "atom.xml",
        "feed.json",
        "sitemap.xml",
        "robots.txt",
        "tags/method/index.html",
        "authors/editors/index.html",
    ] {
        assert!(site.join("public").join(path).is_file(), "{path}");
    }
    let again = byline(&site, &[]);
    assert!(
        status(&again) == 0
            && said(&again).contains(" 0 written, ")
            && said(&again).contains(" 0 removed "),
        "{}",
        said(&again)
    );
}

#[test]
fn a_name_of_any_letters_is_a_good_title() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a \"quoted\": name", "müßig & co", "{{ x }}", "- #"] {
        let made = byline(folder.path(), &["new", "--", name]);
        assert_eq!(status(&made), 0, "{}", said(&made));
        let built = byline(&folder.path().join(name), &["build"]);
        assert_eq!(status(&built), 0, "{name}: {}", said(&built));
    }
}

#[test]
fn a_new_article_is_a_dated_draft() {
    let (_folder, site) = new_site();
    let made = byline(&site, &["new", "--article", "What the \"raid\" says: recruitment"]);
    assert_eq!(status(&made), 0, "{}", said(&made));
    let path = "content/analysis/2015-07-17-what-the-raid-says-recruitment.md";
    let article = text(&site, path);
    assert!(
        said(&made).contains(path)
            && article.contains("draft: true")
            && article.contains("authors: [\"editors\"]"),
        "{article}"
    );
    let page = site.join("public/analysis/what-the-raid-says-recruitment/index.html");
    assert_eq!(status(&byline(&site, &["build"])), 0);
    assert!(!page.exists(), "a draft was built");
    assert_eq!(status(&byline(&site, &["build", "--drafts"])), 0);
    assert!(page.exists(), "--drafts has no effect");
    let again = byline(&site, &["new", "--article", "What the \"raid\" says: recruitment"]);
    assert!(status(&again) == 2 && said(&again).contains("there already"), "{}", said(&again));
    let bundle = byline(&site, &["new", "--article", "Maps", "--section", "notes", "--bundle"]);
    assert_eq!(status(&bundle), 0, "{}", said(&bundle));
    assert!(site.join("content/notes/2015-07-17-maps/index.md").is_file());
}

#[test]
fn a_wrong_call_is_status_2_with_helpful_words() {
    let (folder, site) = new_site();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let wrong: [(&Path, &[&str], &[&str]); 12] = [
        (&site, &["biuld"], &["biuld", "--help"]),
        (&site, &["build", "--draft"], &["--drafts"]),
        (&site, &["new"], &["DIR", "--article"]),
        (&site, &["new", "x", "--article", "y"], &["cannot be used with"]),
        (folder.path(), &["new", "review"], &["is not empty"]),
        (&empty, &["new", "--article", "x"], &["is no site", "byline new DIR"]),
        (&site, &["new", "--article", "  "], &["title is empty"]),
        (&site, &["new", "--article", "x", "--section", "../.."], &["leads out"]),
        (&site, &["build", "--root", "nowhere"], &["nowhere"]),
        (&site, &["build", "--output", "content"], &["own files", "--output"]),
        (&site, &["build", "--message-format", "xml"], &["human", "json"]),
        (&site, &["completions", "basic"], &["bash"]),
    ];
    for (place, arguments, words) in wrong {
        let done = byline(place, arguments);
        assert_eq!(status(&done), 2, "{arguments:?}: {}", said(&done));
        assert!(done.stdout.is_empty(), "{arguments:?} writes errors to stdout");
        for word in words {
            assert!(
                said(&done).contains(word),
                "{arguments:?} does not say `{word}`:\n{}",
                said(&done)
            );
        }
    }
}

#[test]
fn problems_of_the_site_are_status_1_and_publish_nothing() {
    let (_folder, site) = new_site();
    assert_eq!(status(&byline(&site, &["build"])), 0);
    let before = text(&site, "public/index.html");
    write(
        &site,
        "content/analysis/broken.md",
        "---\ntilte: X\ndate: 2015-02-30\n---\n[gone](missing.md)\n",
    );
    let done = byline(&site, &["build"]);
    assert_eq!(status(&done), 1, "{}", said(&done));
    for part in [
        "content/analysis/broken.md:2:",
        "did you mean `title`",
        "content/analysis/broken.md:3:",
        "nothing was published",
    ] {
        assert!(said(&done).contains(part), "{part}:\n{}", said(&done));
    }
    assert_eq!(text(&site, "public/index.html"), before);
    assert!(!site.join("public/analysis/broken").exists());
}

#[test]
fn clean_removes_what_byline_wrote_and_nothing_else() {
    let (_folder, site) = new_site();
    let before = files(&site);
    assert_eq!(status(&byline(&site, &["build"])), 0);
    write(&site, "public/mine.txt", "mine");
    write(&site, "public/analysis/mine.txt", "mine");
    let done = byline(&site, &["clean"]);
    assert!(status(&done) == 0 && said(&done).contains("removed "), "{}", said(&done));
    let mut wanted = before;
    wanted.extend(["public/mine.txt".to_string(), "public/analysis/mine.txt".to_string()]);
    wanted.sort();
    assert_eq!(files(&site), wanted);
    let again = byline(&site, &["clean"]);
    assert!(
        status(&again) == 0 && said(&again).contains("nothing of Byline's"),
        "{}",
        said(&again)
    );
    assert_eq!(files(&site), wanted);
}

#[test]
fn completions_are_scripts() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let done = byline(folder.path(), &["completions", shell]);
        assert!(status(&done) == 0 && done.stderr.is_empty(), "{}", said(&done));
        assert!(said(&done).contains("base-url"), "{shell}");
        if shell == "bash"
            && Command::new("bash").arg("--version").stdout(Stdio::null()).status().is_ok()
        {
            let script = folder.path().join("byline.bash");
            fs::write(&script, &done.stdout).unwrap();
            let checked = Command::new("bash").arg("-n").arg(&script).output().unwrap();
            assert!(checked.status.success() && checked.stderr.is_empty(), "{}", said(&checked));
        }
    }
}

/// The flags of each command, with the page that describes them.
const FLAGS: [(&str, &[&str]); 4] = [
    (
        "build",
        &[
            "--root",
            "--output",
            "--base-url",
            "--drafts",
            "--future",
            "--watch",
            "--fresh",
            "--no-cache",
            "--verify",
            "--why",
            "--timings",
            "--message-format",
        ],
    ),
    ("new", &["--article", "--section", "--bundle", "--root", "DIR"]),
    ("clean", &["--cache", "--root", "--output"]),
    ("completions", &["bash", "zsh", "fish"]),
];

#[test]
fn help_and_docs_name_every_flag() {
    let folder = tempfile::tempdir().unwrap();
    let docs =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap();
    for (command, flags) in FLAGS {
        let help = byline(folder.path(), &[command, "--help"]);
        assert!(status(&help) == 0 && help.stderr.is_empty());
        let help = said(&help);
        let part = docs
            .split(&format!("\n## `byline {command}`\n"))
            .nth(1)
            .unwrap_or_else(|| panic!("docs/commands.md has no {command}"));
        let part = part.split("\n## ").next().unwrap();
        for flag in flags {
            assert!(help.contains(flag), "byline {command} --help: {flag}");
            assert!(part.contains(flag), "docs/commands.md, {command}: {flag}");
        }
        // And none that this table, and so the page, has not.
        for word in help
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .filter(|word| word.starts_with("--") && word.len() > 2)
        {
            assert!(
                flags.contains(&word) || ["--help", "--version"].contains(&word),
                "byline {command} has {word}; describe it"
            );
        }
    }
    let help = said(&byline(folder.path(), &["--help"]));
    for word in ["build", "new", "clean", "completions", "Exit status", "--drafts"] {
        assert!(help.contains(word), "{word}");
    }
    let version = byline(folder.path(), &["--version"]);
    assert_eq!(said(&version).trim(), format!("byline {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn json_messages_are_one_object_a_line_with_a_summary_at_the_end() {
    let (_folder, site) = new_site();
    write(
        &site,
        "content/analysis/x.md",
        "---\ntitle: X\ndate: 2015-01-01\n---\n![](a-first-article/rise.svg)\n",
    );
    let done = byline(&site, &["build", "--message-format", "json", "--timings"]);
    assert!(status(&done) == 0 && done.stderr.is_empty(), "{}", said(&done));
    let lines: Vec<serde_json::Value> = String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kind = |value: &serde_json::Value| value["type"].as_str().unwrap_or_default().to_string();
    assert!(lines.iter().all(|line| line.is_object() && !kind(line).is_empty()));
    let summary = lines.last().unwrap();
    assert_eq!(
        (kind(summary), summary["articles"].as_i64(), summary["warnings"].as_i64()),
        ("summary".into(), Some(2), Some(1))
    );
    let outputs = lines.iter().filter(|line| kind(line) == "output").count();
    assert_eq!(summary["written"].as_u64(), Some(outputs as u64));
    let warning = lines.iter().find(|line| kind(line) == "diagnostic").expect("the missing alt");
    assert_eq!(warning["severity"], "warning");
    assert_eq!(
        (&warning["file"], warning["line"].as_i64()),
        (&"content/analysis/x.md".into(), Some(5)),
        "{warning}"
    );
    for wanted in ["stage", "template"] {
        assert!(lines.iter().any(|line| kind(line) == wanted), "{wanted}");
    }
    write(&site, "content/analysis/x.md", "---\ntitle: X\n---\n[a](b.md)\n");
    let done = byline(&site, &["build", "--message-format", "json"]);
    let last = String::from_utf8_lossy(&done.stdout).lines().last().unwrap().to_string();
    let summary: serde_json::Value = serde_json::from_str(&last).unwrap();
    assert_eq!(
        (status(&done), &summary["published"], &summary["errors"]),
        (1, &false.into(), &1.into())
    );
    let done = byline(&site, &["build", "--message-format", "json", "--root", "nowhere"]);
    let last = String::from_utf8_lossy(&done.stdout).lines().last().unwrap().to_string();
    assert!(status(&done) == 2 && last.contains("\"type\":\"summary\""), "{}", said(&done));
}

#[test]
fn timings_name_stages_and_templates() {
    let (_folder, site) = new_site();
    let done = byline(&site, &["build", "--timings"]);
    for word in ["read and parse", "make and write", "page.html", "slowest", "built "] {
        assert!(said(&done).contains(word), "{word}:\n{}", said(&done));
    }
}

#[test]
fn a_folder_with_one_markdown_file_builds() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "content/hello.md", "# Hello\n\nWorld.\n");
    let done = byline(folder.path(), &[]);
    assert_eq!(status(&done), 0, "{}", said(&done));
    assert!(text(folder.path(), "public/hello/index.html").contains("World."));
}
