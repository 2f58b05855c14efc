//! The pages of `docs/`: what can be made from the code is, examples build, links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn page(name: &str) -> String {
    fs::read_to_string(docs().join(name)).unwrap_or_else(|error| panic!("docs/{name}: {error}"))
}

fn pages() -> Vec<String> {
    let names = fs::read_dir(docs())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".md")).collect();
    names.sort();
    names
}

/// `docs/diagnostics.md` is written from the table of the code: `BYLINE_UPDATE=1 cargo test --test docs`.
#[test]
fn every_diagnostic_is_documented() {
    let mut text = String::from(
        "# Errors and warnings\n\n\
         Each has an id, which stands in brackets: `error[link/broken]`. An error stops the build before anything is written; a warning does not.\n\
         This page is made from the program's own table.\n",
    );
    let mut topic = "";
    for (id, meaning) in byline::diagnostic::code::CODES {
        let (start, _) = id.split_once('/').unwrap();
        if start != topic {
            topic = start;
            text.push_str(&format!("\n## {topic}\n\n| id | says |\n|---|---|\n"));
        }
        text.push_str(&format!("| `{id}` | {meaning} |\n"));
    }
    if std::env::var_os("BYLINE_UPDATE").is_some() {
        fs::write(docs().join("diagnostics.md"), &text).unwrap();
    }
    assert_eq!(page("diagnostics.md"), text, "BYLINE_UPDATE=1 writes the page anew");
}

#[test]
fn the_index_has_every_page_and_links_lead_somewhere() {
    let index = page("README.md");
    for name in pages() {
        assert!(
            name == "README.md" || index.contains(&format!("]({name})")),
            "docs/README.md does not name {name}"
        );
        let text = page(&name);
        // Neither blocks of code nor code in a sentence.
        let prose: String = text.split("```").step_by(2).collect();
        let prose: String = prose.split('`').step_by(2).collect();
        for target in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = target.split(' ').next().unwrap_or_default();
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            if target.contains("://") || !file.ends_with(".md") || file.contains("..") {
                continue;
            }
            assert!(docs().join(file).exists(), "docs/{name}: {target}");
            let known: BTreeSet<String> =
                page(file).lines().filter(|line| line.starts_with('#')).map(anchor).collect();
            assert!(heading.is_empty() || known.contains(heading), "docs/{name}: {target}");
        }
    }
}

fn anchor(line: &str) -> String {
    let text = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    text.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
}

/// The examples of `docs/markdown.md` build without a warning, and do what their part says.
#[test]
fn the_examples_of_markdown_build() {
    let text = page("markdown.md");
    let mut examples = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(fence) = line.strip_suffix("markdown").filter(|fence| fence.starts_with("```"))
        else {
            continue;
        };
        let example: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
        examples.push(example.join("\n"));
    }
    assert!(examples.len() > 10, "{}", examples.len());
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("byline.yaml", "title: Examples\nbase_url: https://example.org/\n");
    write("content/posts/_index.md", "---\ntitle: Posts\n---\n");
    write("content/posts/other.md", "---\ntitle: Other\ndate: 2020-01-01\n---\n## Method\n");
    for picture in ["tankers", "map", "buoy"] {
        write(
            &format!("content/posts/{picture}.svg"),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"/>",
        );
    }
    let (_, credit) = text.split_once("```yaml\n").unwrap();
    write("content/posts/map.svg.yaml", credit.split("```").next().unwrap());
    for (number, example) in examples.iter().enumerate() {
        let sources = if example.contains("(#sources)") { "\n\n## Sources\n" } else { "" };
        write(
            &format!("content/posts/e{number}.md"),
            &format!("---\ntitle: E{number}\ndate: 2020-01-01\n---\n{example}{sources}\n"),
        );
    }
    let done = Command::new(env!("CARGO_BIN_EXE_byline"))
        .args(["build", "--root"])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && !said.contains("warning"), "{said}");
    let mut all = String::new();
    for number in 0..examples.len() {
        let page =
            fs::read_to_string(folder.path().join(format!("public/posts/e{number}/index.html")))
                .unwrap();
        all.push_str(page.split("<div class=\"prose\">").nth(1).unwrap());
    }
    for part in [
        "<em>orders</em>",
        "id=\"lanes\"",
        "wide",
        "creativecommons.org/licenses/by/4.0/",
        "href=\"/posts/other/#method\"",
        "class=\"sidenote\"",
        "align-right",
        "distance.py",
        "checkbox",
        "<dl>",
        "<del>",
        "“quotes”",
        "alert-note",
        "World Oil Transit",
        "great circles",
        "<sub>2</sub>",
    ] {
        assert!(all.contains(part), "{part}");
    }
}

/// The theme that `docs/theme-tutorial.md` makes builds a new site without a warning, and looks as the page says.
#[test]
fn the_tutorial_makes_a_theme() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], site: &Path| {
        let done = Command::new(env!("CARGO_BIN_EXE_byline"))
            .args(arguments)
            .current_dir(site)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success() && !said.contains("warning"), "{said}");
    };
    run(&["new", "review"], folder.path());
    let site = folder.path().join("review");
    let config = fs::read_to_string(site.join("byline.yaml")).unwrap();
    let own: Vec<&str> = config.lines().filter(|line| !line.starts_with("theme:")).collect();
    fs::write(site.join("byline.yaml"), own.join("\n") + "\ntheme: mine\n").unwrap();
    let text = page("theme-tutorial.md");
    let mut files = 0;
    for block in text.split("```").skip(1).step_by(2) {
        // The first line of a file says where it stands, in a comment.
        let Some((first, rest)) =
            block.split_once('\n').and_then(|(_, code)| code.split_once('\n'))
        else {
            continue;
        };
        if first.starts_with("byline ") {
            continue;
        }
        let mut words = first.split([' ', ',']).skip_while(|word| !word.starts_with("themes/"));
        let Some(path) = words.next() else { continue };
        let path = site.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = match first.contains("at the end") {
            true => fs::read_to_string(&path).unwrap(),
            false => String::new(),
        };
        fs::write(path, before + rest).unwrap();
        files += 1;
    }
    assert!(files >= 9, "{files} files");
    run(&["build"], &site);
    // What the check says of it is what the page says.
    let checked = Command::new(env!("CARGO_BIN_EXE_byline"))
        .args(["theme", "check", "themes/mine", "--message-format", "json"])
        .current_dir(&site)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{said}");
    let problems = said.lines().filter(|line| line.contains("\"type\":\"diagnostic\""));
    let problems: Vec<&str> = problems.collect();
    assert!(problems.len() == 1 && problems[0].contains("`404.html`"), "{problems:#?}");
    let home = fs::read_to_string(site.join("public/index.html")).unwrap();
    assert!(home.contains("<p class=\"quiet\">1 article</p>"), "{home}");
    let article =
        fs::read_to_string(site.join("public/analysis/a-first-article/index.html")).unwrap();
    assert!(article.contains("class=\"sidenote\"") && article.contains("<article>"));
}
