//! `docs/templates.md` and the code say the same: every variable, function and filter stands in both,
//! and every example of the page renders, to what the page says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

/// Templates that show all that they see, by the heading of the page that describes it.
const TEMPLATES: [&str; 8] =
    ["index", "section", "page", "taxonomy_list", "taxonomy_single", "archive", "search", "404"];

#[test]
fn every_variable_is_documented_and_the_other_way_round() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    for name in TEMPLATES {
        write(
            folder.path(),
            &format!("themes/probe/templates/{name}.html"),
            "{{ __tera_context | json_encode | safe }}",
        );
    }
    build(folder.path());
    let seen = |path: &str| -> Map<String, Value> {
        let text = fs::read_to_string(folder.path().join("public").join(path)).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"))
    };
    let page = seen("posts/hormuz/index.html");
    let (home, section) = (seen("index.html"), seen("posts/index.html"));
    let (tags, tag) = (seen("tags/index.html"), seen("tags/oil/index.html"));
    let (years, year) = (seen("archive/index.html"), seen("archive/2019/index.html"));
    let french = seen("fr/posts/suez/index.html");

    let doc = Doc::read();
    let card_keys = keys(&home["paginator"]["pages"][0]);
    let missing = page_only(&doc.text);
    assert_eq!(&keys(&page["page"]) - &card_keys, missing, "the sentence on cards");

    let search = seen("search/index.html");

    let values: [(&str, Vec<&Value>); 12] = [
        ("config", vec![&page["config"]]),
        ("theme", vec![&page["theme"]]),
        ("head", vec![&page["head"], &french["head"], &home["head"]]),
        ("page", vec![&page["page"], &french["page"]]),
        ("section", vec![&home["section"], &section["section"]]),
        ("paginator", vec![&home["paginator"]]),
        ("taxonomy", vec![&tag["taxonomy"], &tags["taxonomy"]]),
        (
            "term",
            vec![&tag["term"], &tags["terms"][0], &seen("authors/desk/index.html")["term"].clone()]
                .into_iter()
                .map(leak)
                .collect(),
        ),
        ("Archive", vec![leak(&archive(&years)), leak(&archive(&year))]),
        ("Search", vec![leak(&pick(&search, &["index"]))]),
        ("Every page", vec![leak(&common(&page))]),
        ("Every page ", vec![leak(&common(&home))]),
    ];
    for (heading, values) in &values {
        for value in values {
            doc.check(heading.trim(), value, &card_keys);
        }
    }
    // What else stands beside these is documented in the text.
    let others: [(&Map<String, Value>, &[&str]); 7] = [
        (&search, &["index"]),
        (&page, &["page"]),
        (&home, &["section", "paginator"]),
        (&section, &["section"]),
        (&tags, &["taxonomy", "terms"]),
        (&tag, &["taxonomy", "term"]),
        (&year, &["years", "year", "pages", "months"]),
    ];
    for (seen, own) in others {
        let every = doc.rows("Every page").into_keys();
        let known: BTreeSet<String> =
            every.chain(own.iter().map(|name| name.to_string())).collect();
        assert_eq!(seen.keys().cloned().collect::<BTreeSet<_>>(), known);
    }
}

#[test]
fn every_function_and_filter_is_documented_and_the_other_way_round() {
    let doc = Doc::read();
    let names = |list: &[&str]| list.iter().map(|name| name.to_string()).collect::<BTreeSet<_>>();
    let functions = names(byline::theme::function::NAMES);
    let filters = names(byline::theme::filter::NAMES);
    assert_eq!(doc.rows("Functions").into_keys().collect::<BTreeSet<_>>(), functions);
    assert_eq!(
        doc.rows("Filters besides Tera's own").into_keys().collect::<BTreeSet<_>>(),
        filters
    );
    let examples: String =
        doc.examples().into_iter().map(|example| example.template + "\n").collect();
    for name in &functions {
        assert!(examples.contains(&format!("{name}(")), "no example of the function `{name}`");
    }
    for name in &filters {
        let is_used = examples.split("| ").any(|rest| {
            rest.strip_prefix(&**name).is_some_and(|rest| !rest.starts_with(['_', 'e']))
        });
        assert!(is_used, "no example of the filter `{name}`");
    }
    // The lists that the code gives are what it registers, and every argument that it reads is described.
    for (file, register, names, heading) in [
        ("function", "    (\"", &functions, "Functions"),
        ("filter", "register_filter(\"", &filters, "Filters besides Tera's own"),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/theme/{file}.rs"));
        let code = fs::read_to_string(path).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap();
        let called = |start: &str| -> BTreeSet<String> {
            code.split(start)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_string)
                .collect()
        };
        let registered = called(register);
        assert!(names.is_subset(&registered), "{file}: {:?}", names - &registered);
        if file == "filter" {
            assert_eq!(&registered, names);
        }
        let text: String = doc.rows(heading).into_values().collect();
        for call in ["kwargs.get::<", "kwargs.must_get::<"] {
            for rest in code.split(call).skip(1) {
                let argument =
                    rest.split("(\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
                assert!(
                    text.contains(&format!("`{argument}`")),
                    "{file}: the argument `{argument}` is not described"
                );
            }
        }
    }
}

#[test]
fn every_example_gives_what_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let examples = Doc::read().examples();
    assert!(examples.len() > 40, "{}", examples.len());
    let mut templates: BTreeMap<&str, String> =
        TEMPLATES.iter().map(|name| (*name, String::new())).collect();
    for (number, example) in examples.iter().enumerate() {
        write(
            folder.path(),
            &format!("themes/probe/templates/example/{number}.html"),
            &example.template,
        );
        let includes = templates.get_mut(example.shown_by).expect("a template");
        includes.push_str(&format!("@@{number}@@{{% include \"example/{number}.html\" %}}@@\n"));
    }
    for (name, text) in &templates {
        write(folder.path(), &format!("themes/probe/templates/{name}.html"), text);
    }
    build(folder.path());
    let pages: String = [
        "index.html",
        "posts/index.html",
        "posts/hormuz/index.html",
        "tags/index.html",
        "authors/desk/index.html",
        "archive/2019/index.html",
    ]
    .iter()
    .map(|path| fs::read_to_string(folder.path().join("public").join(path)).unwrap())
    .collect();
    for (number, example) in examples.iter().enumerate() {
        let start = format!("@@{number}@@");
        let shown = pages.split(&start).nth(1).and_then(|rest| rest.split("@@\n").next());
        let shown = shown.unwrap_or_else(|| panic!("not shown: {}", example.template)).trim();
        assert!(!shown.is_empty(), "nothing comes of: {}", example.template);
        assert!(!shown.contains("{{") && !shown.contains("{%"), "{shown}");
        if let Some(wanted) = &example.gives {
            assert_eq!(shown, wanted, "{}", example.template);
        }
    }
}

/// The page `docs/templates.md`.
struct Doc {
    text: String,
}

/// A piece of a template from the page.
struct Example {
    template: String,
    gives: Option<String>,
    /// Name of the template that sees what the example needs.
    shown_by: &'static str,
}

impl Doc {
    fn read() -> Doc {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md");
        Doc { text: fs::read_to_string(path).unwrap() }
    }

    /// What stands below a heading: `### \`page\`: an article` is the heading `page`.
    fn part(&self, heading: &str) -> &str {
        let start = self
            .headings()
            .find(|(_, name)| name == heading)
            .unwrap_or_else(|| panic!("no heading `{heading}`"))
            .0;
        let end =
            self.headings().map(|(at, _)| at).find(|at| *at > start).unwrap_or(self.text.len());
        &self.text[start..end]
    }

    fn headings(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        let places = self
            .text
            .match_indices("\n## ")
            .chain(self.text.match_indices("\n### "))
            .map(|(at, _)| at);
        let mut places: Vec<usize> = places.collect();
        places.sort_unstable();
        places.into_iter().map(|at| {
            let line = self.text[at + 1..].lines().next().unwrap_or_default();
            let name = line.trim_start_matches('#').split(':').next().unwrap_or_default();
            (at, name.trim().trim_matches('`').to_string())
        })
    }

    /// Name -> what the first table below a heading says of it.
    fn rows(&self, heading: &str) -> BTreeMap<String, String> {
        let mut rows = BTreeMap::new();
        let lines = self.part(heading).lines().skip_while(|line| !line.starts_with('|'));
        for line in lines.take_while(|line| line.starts_with('|')).skip(2) {
            let cells = cells(line);
            assert_eq!(cells.len(), 2, "{line}");
            for name in code(&cells[0]) {
                assert!(
                    rows.insert(name.clone(), cells[1].clone()).is_none(),
                    "`{name}` stands twice in {heading}"
                );
            }
        }
        rows
    }

    /// Compares the keys of a value, and of what it holds, with the table below a heading.
    fn check(&self, heading: &str, value: &Value, card_keys: &BTreeSet<String>) {
        let rows = self.rows(heading);
        assert_eq!(keys(value), rows.keys().cloned().collect(), "keys of `{heading}`: code, page");
        for (name, text) in &rows {
            let held = &value[name];
            if text.contains("anything") || name == "config" || name == "theme" || name == "head" {
                continue;
            }
            let by_name = text.starts_with("by ");
            let inner: Vec<&Value> = match held {
                Value::Object(map) if by_name => map.values().flat_map(items).collect(),
                other => items(other),
            };
            for object in inner.into_iter().filter(|value| value.is_object()) {
                let found = keys(object);
                let documented = code(text).into_iter().find(|code| code.starts_with('{'));
                if documented.is_none() && text.contains("cards") {
                    let further = &found - card_keys;
                    assert!(
                        further.iter().all(|key| text.contains(&format!("`{key}`"))),
                        "{heading}.{name}: {further:?}"
                    );
                    assert!(card_keys.is_subset(&found), "{heading}.{name}");
                    continue;
                }
                let documented = documented.unwrap_or_else(|| {
                    panic!("{heading}.{name} has keys and the page has none: {found:?}")
                });
                let documented: BTreeSet<String> =
                    documented.trim_matches(['{', '}']).split(", ").map(str::to_string).collect();
                // The key of a head's card stands a second time under its attribute.
                let found = if name == "cards" {
                    found.into_iter().filter(|key| key != "property" && key != "name").collect()
                } else {
                    found
                };
                assert_eq!(found, documented, "keys of `{heading}.{name}`: code, page");
            }
        }
    }

    /// All blocks marked `jinja`, and all rows of tables of examples.
    fn examples(&self) -> Vec<Example> {
        let mut examples = Vec::new();
        for (_, heading) in self.headings().collect::<Vec<_>>() {
            let part = self.part(&heading);
            let shown_by = match &*heading {
                "section" => "section",
                "paginator" => "index",
                "taxonomy" => "taxonomy_list",
                "term" => "taxonomy_single",
                "Archive" => "archive",
                _ => "page",
            };
            for block in part.split("```jinja\n").skip(1) {
                let template = block.split("```").next().unwrap_or_default().to_string();
                examples.push(Example { template, gives: None, shown_by });
            }
            let Some((_, table)) = part.split_once("| example | gives |\n|---|---|\n") else {
                continue;
            };
            for line in table.lines().take_while(|line| line.starts_with('|')) {
                let cells = cells(line);
                assert_eq!(cells.len(), 2, "{line}");
                let template = code(&cells[0]).remove(0);
                let is_exact = cells[1].starts_with('`')
                    && cells[1].ends_with('`')
                    && cells[1].matches('`').count() == 2;
                examples.push(Example {
                    template,
                    gives: is_exact.then(|| code(&cells[1]).remove(0)),
                    shown_by,
                });
            }
        }
        examples
    }
}

/// Cells of a row of a GFM table.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|').replace("\\|", "\u{1}");
    inner.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// What stands in backticks.
fn code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// Names of what a card has not: from the sentence that says so.
fn page_only(text: &str) -> BTreeSet<String> {
    let sentence = text
        .split("A **card** is")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .expect("the sentence on cards");
    code(sentence).into_iter().collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap_or_else(|| panic!("no map: {value}")).keys().cloned().collect()
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn leak(value: &Value) -> &'static Value {
    Box::leak(Box::new(value.clone()))
}

/// The archive's own names out of all that its template sees.
fn archive(seen: &Map<String, Value>) -> Value {
    pick(seen, &["years", "year", "pages", "months"])
}

fn common(seen: &Map<String, Value>) -> Value {
    pick(seen, &["config", "theme", "head", "lang", "current_path", "current_url"])
}

fn pick(seen: &Map<String, Value>, names: &[&str]) -> Value {
    Value::Object(names.iter().map(|name| (name.to_string(), seen[*name].clone())).collect())
}

/// A site on which no list is empty.
fn site(root: &Path) {
    let files: [(&str, &str); 14] = [
        ("byline.yaml", CONFIG),
        ("themes/probe/theme.yaml", THEME),
        ("themes/probe/templates/site.css", "a { color: {{ theme.options.accent }}; }\n"),
        (
            "content/_index.md",
            "---\ntitle: Home\ndescription: All\nextra: {a: 1}\n---\n## Heading\n",
        ),
        ("content/_index.fr.md", "---\ntitle: Accueil\n---\n"),
        ("content/posts/_index.md", "---\ntitle: Posts\npaginate_by: 0\n---\n## Heading\n"),
        ("content/posts/_index.fr.md", "---\ntitle: Articles\n---\n"),
        ("content/posts/sub/_index.md", "---\ntitle: Below\n---\n"),
        ("content/posts/hormuz/index.md", HORMUZ),
        (
            "content/posts/hormuz/map.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"240\"></svg>",
        ),
        ("content/posts/suez.md", SUEZ),
        (
            "content/posts/panama.md",
            "---\ntitle: The Panama canal\ndate: 2021-03-01\ntags: [Straits, Oil]\nseries: {name: Chokepoints, order: 3}\n---\nThe canal lacks water. Oil tankers pass the strait of Hormuz every day.\n",
        ),
        ("data/transit.csv", "strait,mbd\nHormuz,20\nMalacca,16\n"),
        ("static/site.js", "x"),
    ];
    for (path, text) in files {
        write(root, path, text);
    }
    write(root, "static/desk.png", "");
    let strait = image::RgbImage::new(640, 480);
    strait.save(root.join("static/strait.png")).unwrap();
    write(
        root,
        "content/posts/suez.fr.md",
        &SUEZ
            .replace("The Suez canal", "Le canal de Suez")
            .replace("hormuz/index.md#traffic", "/posts/hormuz/"),
    );
}

const CONFIG: &str = "\
title: The Narrow Sea
base_url: https://example.org/review/
description: Trade routes
theme: probe
copyright: CC BY 4.0
languages:
  fr: {title: La mer étroite, name: Français, description: Routes}
authors:
  desk: {name: Data desk, bio: Distances., url: https://example.org/desk, image: desk.png, email: desk@example.org}
taxonomies: {tags: {feed: true}, authors: {}, series: {}}
paginate_by: 2
comments: {provider: mail, address: a@example.org}
menu: [{name: Posts, url: /posts/}]
extra: {office: Geneva}
translations:
  en: {read_more: Read more}
  fr: {read_more: Lire la suite}
";

const THEME: &str = "\
name: probe
version: 0.1.0
byline: \">=0.1, <0.2\"
description: Shows what templates see
options:
  accent: {type: color, default: \"#12507b\", description: Colour}
";

const HORMUZ: &str = "\
---
title: The strait of Hormuz
date: 2019-11-12
updated: 2020-01-02
description: Twenty million barrels a day.
authors: [desk]
tags: [Oil, Straits]
series: {name: Chokepoints, order: 1}
image: {src: map.svg, alt: A map}
extra: {map: true}
weight: 3
---
Text about [Suez](../suez.md). Oil tankers pass the strait of Hormuz every day.

![A map](map.svg \"The *lanes*\"){credit=\"A Photographer\" license=\"CC BY 4.0\" source=\"https://example.org/map\"}

## Traffic {#traffic}

### Lanes

```rust
fn main() {}
```
";

const SUEZ: &str = "\
---
title: The Suez canal
date: 2020-03-01
authors: [desk]
tags: [Oil]
series: {name: Chokepoints, order: 2}
---
The canal carries oil tankers, see [Hormuz](hormuz/index.md#traffic). Oil tankers pass the strait of Hormuz every day.
";

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn build(root: &Path) {
    let done = Command::new(env!("CARGO_BIN_EXE_byline"))
        .arg("build")
        .arg("--root")
        .arg(root)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
