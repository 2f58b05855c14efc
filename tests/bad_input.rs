//! What must not break Byline: each test is a site, a disk or a moment that goes wrong.
//!
//! The result is a clear problem or a clean page, never a panic (exit status 101), never a lost file.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{NOW, Run, Site, png, published, tree};

/// A tiny site with these articles.
fn site(articles: &[(&str, &str)]) -> Site {
    let site = Site::tiny();
    for (path, text) in articles {
        site.file(path, text);
    }
    site
}

fn article(title: &str, body: &str) -> String {
    format!("---\ntitle: {title}\n---\n{body}\n")
}

/// Builds twice: well, then with the mistake; nothing published may have changed.
fn stays_as_it_was(site: &Site, break_it: impl FnOnce(&Site)) -> Run {
    site.build_well();
    let before = tree(&site.path("public"));
    assert!(before.len() > 1);
    break_it(site);
    let run = site.build();
    assert!(matches!(run.status, 1 | 2), "{}", run.text());
    assert_eq!(tree(&site.path("public")), before, "{}", run.text());
    run
}

// Texts.

#[test]
fn all_mistakes_of_all_articles_come_at_once_and_the_last_good_output_stays() {
    let site = site(&[("content/good.md", &article("Good", "x"))]);
    let run = stays_as_it_was(&site, |site| {
        site.file("content/good.md", article("Changed", "x"))
            .file("content/yaml.md", "---\ntitle: [a\n---\n")
            .file("content/key.md", "---\ntitle: A\ntilte: A\n---\n")
            .file("content/type.md", "---\ntitle: A\ndraft: 7\n---\n")
            .file("content/none.md", "---\ndraft: false\n---\nText.\n")
            .file("content/day.md", "---\ntitle: A\ndate: 2015-02-30\n---\n")
            .file("content/bytes.md", b"---\ntitle: A\n---\nab\xffcd\n");
    });
    run.expect(&["content/yaml.md:", "error[yaml/syntax]"]);
    run.expect(&["content/key.md:3:1: error[front-matter/unknown-key]", "did you mean `title`?"]);
    run.expect(&["content/type.md:3:8: error[front-matter/wrong-type]"]);
    run.expect(&["content/none.md:2:1: error[front-matter/missing-title]"]);
    run.expect(&["content/day.md:3:7: error[front-matter/invalid-date]", "impossible date"]);
    run.expect(&["content/bytes.md:4:3: error[", "UTF-8"]);
    assert_eq!(run.problems.len(), 6, "{}", run.text());
}

#[test]
fn a_person_reads_place_line_and_what_to_do() {
    let site = site(&[("content/a.md", "---\ntilte: A\ntitle: A\n---\n")]);
    let (status, text) = site.build_for_people(&["build"]);
    assert_eq!(status, 1);
    for part in
        ["content/a.md:2:1", "tilte: A", "^^^^^", "help: write `title`", "nothing was published"]
    {
        assert!(text.contains(part), "`{part}`: {text}");
    }
}

#[test]
fn fifty_megabytes_of_text_are_refused_or_built() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("content/large.md", article("Large", &"Words of a long text. ".repeat(2_400_000)));
    let run = site.build();
    if run.status == 0 {
        assert!(site.output("large/index.html").len() > 50_000_000);
    } else {
        run.expect_error(&["content/large.md", "too-large"]);
    }
}

#[test]
fn megabytes_without_a_line_end_or_with_one_heading_are_no_trouble() {
    let site = site(&[]);
    site.file("content/a.md", article("A", &"x".repeat(4_000_000)));
    site.file("content/b.md", article("B", &format!("# {}", "y ".repeat(200_000))));
    site.file("content/c.md", format!("---\ntitle: {}\n---\n", "z".repeat(500_000)));
    let run = site.build();
    assert!(matches!(run.status, 0 | 1), "{}", &run.text()[..2000]);
}

#[test]
fn ten_thousand_levels_of_quotes_lists_and_brackets_do_not_overflow() {
    let deep = 10_000;
    let texts = [
        ("quotes", format!("{}x", ">".repeat(deep))),
        ("lists", format!("{}x", "- ".repeat(deep))),
        ("stairs", (0..2_000).map(|n| format!("{}- x\n", "  ".repeat(n))).collect()),
        ("brackets", format!("{}x{}", "[".repeat(deep), "](y)".repeat(deep))),
        ("pictures", format!("{}x{}", "![".repeat(deep), "](/y.png)".repeat(deep))),
        ("stars", format!("{}x{}", "*".repeat(deep), "*".repeat(deep))),
        ("tags", "<div>".repeat(deep)),
        ("notes", (0..deep).map(|n| format!("[^{n}]: [^{}]\n\n", n + 1)).collect()),
        ("components", "{% <box title=\"x\"> %}\n".repeat(deep)),
    ];
    for (name, text) in texts {
        let site = site(&[]);
        site.file(&format!("content/{name}.md"), article(name, &text));
        let run = site.build();
        match run.status {
            0 => assert!(site.has_output(&format!("{name}/index.html"))),
            1 => run.expect_error(&[&format!("content/{name}.md")]),
            status => panic!("{name}: {status} {}", run.stderr),
        }
    }
}

#[test]
fn deep_and_huge_front_matter_and_alias_bombs_are_refused_or_read() {
    let bomb: String = std::iter::once("  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_string())
        .chain((1..12).map(|n| {
            let items = vec![format!("*a{}", n - 1); 10].join(", ");
            format!("  a{n}: &a{n} [{items}]\n")
        }))
        .collect();
    let texts = [
        ("bomb", format!("---\ntitle: A\nextra:\n{bomb}---\n")),
        (
            "nested",
            format!("---\ntitle: A\nextra: {}{}\n---\n", "[".repeat(10_000), "]".repeat(10_000)),
        ),
        (
            "maps",
            format!(
                "---\ntitle: A\nextra: {}x{}\n---\n",
                "{a: ".repeat(10_000),
                "}".repeat(10_000)
            ),
        ),
        ("huge", format!("---\ntitle: A\nextra:\n  x: {}\n---\n", "y".repeat(3_000_000))),
        (
            "keys",
            format!(
                "---\ntitle: A\nextra:\n{}---\n",
                (0..50_000).map(|n| format!("  k{n}: {n}\n")).collect::<String>()
            ),
        ),
        (
            "tags",
            format!(
                "---\ntitle: A\ntags: [{}]\n---\n",
                (0..2_000).map(|n| format!("t{n},")).collect::<String>()
            ),
        ),
        ("cycle", "---\ntitle: A\nextra: &a [*a]\n---\n".to_string()),
    ];
    for (name, text) in texts {
        let site = site(&[(&format!("content/{name}.md"), &text)]);
        let began = Instant::now();
        let run = site.build();
        assert!(began.elapsed() < Duration::from_secs(60), "{name}");
        match run.status {
            0 => assert!(site.has_output(&format!("{name}/index.html"))),
            1 => run.expect_error(&[&format!("content/{name}.md")]),
            status => panic!("{name}: {status} {}", run.stderr),
        }
    }
}

#[test]
fn empty_files_and_files_with_front_matter_only() {
    let site = site(&[
        ("content/empty.md", ""),
        ("content/blank.md", "\n\n"),
        ("content/mark.md", "\u{feff}"),
        ("content/front.md", "---\ntitle: Front\n---"),
        ("content/fences.md", "---\n---\n"),
        ("content/_index.md", ""),
        ("content/posts/_index.md", ""),
    ]);
    site.file("content/empty.png", "");
    site.file("data/empty.csv", "");
    let run = site.build();
    match run.status {
        0 => {}
        1 => run.expect_error(&["content/fences.md", "missing-title"]),
        status => panic!("{status} {}", run.stderr),
    }
    fs::remove_file(site.path("content/fences.md")).unwrap();
    site.build_well();
    assert!(site.output("front/index.html").contains("<h1>Front</h1>"));
    assert!(site.output("empty/index.html").contains("<h1>Empty</h1>"));
    site.file("content/zero.md", "---\ntitle: Zero\n---\na\0b\n");
    site.build().expect_error(&["content/zero.md:4:2", "zero byte"]);
    site.file(
        "content/zero.md",
        "---\ntitle: \"Ze\\0ro\"\ndescription: \"\\e\"\ntags: [\"t\\0\"]\n---\n",
    );
    site.build_well();
    assert!(site.output("zero/index.html").contains("<h1>Zero</h1>"));
    assert!(
        !site.public().iter().any(|(path, bytes)| !path.ends_with(".png") && bytes.contains(&0))
    );
    fs::remove_file(site.path("content/zero.md")).unwrap();
    assert!(site.public()["empty.png"].is_empty());
}

// Whole sites.

#[test]
fn an_empty_folder_is_an_error_that_says_what_to_do() {
    let site = Site::empty();
    let run = site.build();
    run.expect_error(&["content", "byline new"]);
    assert!(!site.path("public").exists());
    fs::create_dir(site.path("content")).unwrap();
    site.build_well();
    assert!(site.has_output("index.html"));
}

#[test]
fn one_markdown_file_is_a_site() {
    let site = Site::named("my-review");
    site.file("content/a.md", "# Title\n\nText with `code`.\n");
    let run = site.build_well();
    run.expect(&["warning[config/missing]", "my-review"]);
    assert!(site.output("a/index.html").contains("Title"));
    assert!(site.output("index.html").contains("/a/"));
}

#[test]
fn one_markdown_file_at_the_top_is_a_site_or_is_told_where_to_go() {
    let site = Site::empty();
    site.file("a.md", "# Title\n\nText.\n");
    let run = site.build();
    match run.status {
        0 => assert!(site.output("a/index.html").contains("Title")),
        _ => run.expect_error(&["content"]),
    }
}

#[test]
fn a_root_that_is_not_there_is_an_error_of_the_call() {
    let site = Site::empty();
    let run = site.build_with(&["--root", "nowhere"]);
    assert_eq!(run.status, 2, "{}", run.text());
    run.expect(&["nowhere", "byline new"]);
    site.file("file", "x");
    assert_eq!(site.build_with(&["--root", "file"]).status, 2);
    assert_eq!(site.build_for_people(&["build", "--no-such-option"]).0, 2);
    assert_eq!(site.build_for_people(&["no-such-command"]).0, 2);
}

#[test]
fn html_in_texts_of_authors_is_escaped_everywhere() {
    let evil = "</title></script><script>alert(1)</script><b a=\"'&";
    let yaml = evil.replace('"', "\\\"");
    let site = Site::empty();
    site.file(
        "byline.yaml",
        format!(
            "title: \"{yaml}\"\nbase_url: https://example.org\ndescription: \"{yaml}\"\ncopyright: \"{yaml}\"\n\
             taxonomies: {{tags: {{feed: true}}, authors: {{feed: true}}}}\n\
             authors:\n  me: {{name: \"{yaml}\", bio: \"{yaml}\"}}\nmarkdown: {{html: escape}}\nmenu: [{{name: \"{yaml}\", url: /}}]\n"
        ),
    );
    let front = format!(
        "---\ntitle: \"{yaml}\"\ndescription: \"{yaml}\"\ndate: 2015-07-17\nauthors: [me, \"{yaml}\"]\n\
         tags: [\"{yaml}\"]\nseries: \"{yaml}\"\naliases: [/old/]\n\
         image: {{src: p.png, alt: \"{yaml}\", caption: \"{yaml}\", credit: \"{yaml}\", license: \"{yaml}\", source: \"{yaml}\"}}\n---\n"
    );
    site.file("content/posts/_index.md", format!("---\ntitle: \"{yaml}\"\nfeed: true\n---\n"));
    for name in ["a", "b"] {
        let address = if name == "a" { front.clone() } else { front.replace("/old/", "/older/") };
        site.file(
            &format!("content/posts/{name}.md"),
            format!("{address}\n## `{evil}`\n\nText.\n\n[x](/posts/a/ \"`x`\")\n"),
        );
    }
    site.file("content/posts/p.png", png(40, 30));
    let run = site.build();
    assert_eq!(run.status, 0, "{}", run.text());
    let mut checked = 0;
    for (path, bytes) in site.public() {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if path.ends_with(".html") {
            checked += 1;
            assert!(!text.contains("<script>alert"), "{path}: {text}");
            assert!(!text.contains("<b a="), "{path}: {text}");
            for json in text.split("<script type=\"application/ld+json\">").skip(1) {
                let json = json.split("</script>").next().unwrap();
                let value: serde_json::Value = serde_json::from_str(json)
                    .unwrap_or_else(|error| panic!("{path}: {error}: {json}"));
                assert!(value.to_string().contains("alert(1)"), "{path}: {json}");
            }
        }
        if path.ends_with(".xml") {
            checked += 1;
            // Whole articles stand in CDATA; everything else is text.
            let outside: String = text
                .split("<![cdata[")
                .map(|part| part.split_once("]]>").map_or(part, |(_, rest)| rest))
                .collect();
            assert!(
                !outside.contains("<script") && !outside.contains("<b a="),
                "{path}: {outside}"
            );
        }
        if path.ends_with(".json") {
            checked += 1;
            serde_json::from_slice::<serde_json::Value>(&bytes)
                .unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }
    assert!(checked > 15, "{checked}");
}

// Addresses and names.

#[test]
fn names_of_all_kinds_work_on_disk_and_in_links() {
    let names = [
        "with space",
        "quo'te",
        "dou\"ble",
        "per%cent",
        "ha#sh",
        "ques?tion",
        "Плов",
        "北京",
        "a&b",
        "ü",
        "x+y",
        "%20",
        "semi;colon",
        "<b>",
        "-dash",
        "tilde~x",
    ];
    let site = site(&[]);
    let mut index = String::new();
    for (number, name) in names.iter().enumerate() {
        let encoded: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        index.push_str(&format!("[link {number}]({encoded}/index.md)\n\n![picture {number}]({encoded}/{encoded}.png)\n\n[data](/files/{encoded}.txt)\n\n"));
        site.file(
            &format!("content/{name}/index.md"),
            article(&format!("Article {number}"), &format!("![own {number}]({encoded}.png)")),
        );
        site.file(&format!("content/{name}/{name}.png"), png(4, 3));
        site.file(&format!("static/files/{name}.txt"), name);
    }
    site.file("content/all.md", article("All", &index));
    let run = site.build();
    assert_eq!(run.status, 0, "{}", run.text());
    let html = site.output("all/index.html");
    let mut found = 0;
    for attribute in ["href=\"", "src=\""] {
        for target in html.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            if target.starts_with('#') {
                continue;
            }
            assert!(!target.contains([' ', '"', '<', '\'', '?', '#']), "{target}");
            assert!(target.is_ascii(), "{target}");
            let path = decode(target.trim_start_matches('/'));
            let path = if path.ends_with('/') { format!("{path}index.html") } else { path };
            assert!(
                site.has_output(&path),
                "{target} is not `{path}` in\n{:#?}",
                site.public().keys()
            );
            found += 1;
        }
    }
    assert_eq!(found, 3 * names.len());
    for (number, _) in names.iter().enumerate() {
        let title = format!("<h1>Article {number}</h1>");
        assert!(
            site.public().values().any(|bytes| String::from_utf8_lossy(bytes).contains(&title)),
            "{title}"
        );
    }
}

/// Percent-decoding as a server does it.
fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            out.push(u8::from_str_radix(&path[at + 1..at + 3], 16).expect("a code"));
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn two_files_with_one_address_and_names_that_differ_in_case_only() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    let run = stays_as_it_was(&site, |site| {
        site.file("content/a/index.md", article("B", "x"));
    });
    run.expect(&["error[site/address]", "`content/a.md`", "`content/a/index.md`", "`/a/`"]);
    fs::remove_dir_all(site.path("content/a")).unwrap();
    site.file("content/A.md", article("B", "x"));
    site.build().expect_error(&["`content/A.md`", "`content/a.md`"]);
    fs::remove_file(site.path("content/A.md")).unwrap();
    site.file("static/X.txt", "1").file("static/x.txt", "2");
    let run = site.build_well();
    run.expect(&["warning[site/case]", "static/X.txt", "static/x.txt"]);
    assert_eq!((site.output("X.txt"), site.output("x.txt")), ("1".into(), "2".into()));
}

#[test]
fn tags_aliases_and_slugs_never_leave_the_output_folder() {
    let site = site(&[]);
    site.file("content/a.md", "---\ntitle: A\ntags: [../x, a/b, '???', '..', '.', '/', 'con', '\\', ' ']\nauthors: [../../x]\nseries: ../../y\n---\n");
    let run = site.build();
    assert!(matches!(run.status, 0 | 1), "{}", run.text());
    if run.status == 0 {
        assert!(site.output("tags/index.html").contains("???"));
    }
    for (key, value) in [
        ("aliases", "[/../x]"),
        ("aliases", "[/a/../../x]"),
        ("aliases", "['/%2e%2e/x']"),
        ("aliases", "['/..%2fx']"),
        ("slug", ".."),
        ("slug", "."),
        ("slug", "a/b"),
        ("path", "/../x/"),
        ("path", "/%2e%2e/x/"),
        ("path", "'\\..\\x'"),
    ] {
        site.file("content/a.md", format!("---\ntitle: A\n{key}: {value}\n---\n"));
        let run = site.build();
        run.expect_error(&["content/a.md:3:", "front-matter/"]);
    }
    let outside: Vec<String> = tree(site.path("../").as_path())
        .into_keys()
        .filter(|path| !path.starts_with("site/"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

#[test]
fn links_out_of_the_root_are_errors() {
    let site =
        site(&[("content/a.md", &article("A", "[x](../../secret.md) ![y](../../../etc/passwd)"))]);
    site.file("../secret.md", article("Secret", "x"));
    let run = site.build();
    run.expect_error(&["content/a.md:4:5: error[link/outside]"]);
    run.expect(&["content/a.md:4:22: error[link/outside]"]);
}

// The disk.

#[test]
fn symbolic_links_out_of_the_root_in_a_loop_and_to_nothing() {
    let site =
        site(&[("content/a.md", &article("A", "x")), ("content/posts/b.md", &article("B", "x"))]);
    site.file("../secret/s.md", article("Secret", "x"));
    let expect = |link: &str, target: &Path, id: &str| {
        symlink(target, site.path(link)).unwrap();
        let run = site.build();
        run.expect_error(&[link, id]);
        assert!(!site.path("public").exists());
        fs::remove_file(site.path(link)).unwrap();
    };
    fs::create_dir(site.path("static")).unwrap();
    expect("content/out.md", &site.path("../secret/s.md"), "source/outside");
    expect("content/out", &site.path("../secret"), "source/outside");
    expect("static/out", &site.path("../secret"), "source/outside");
    expect("content/relative.md", Path::new("../../secret/s.md"), "source/outside");
    expect("content/posts/loop", &site.path("content"), "source/loop");
    expect("content/self", Path::new("self"), "source/");
    expect("content/nothing.md", Path::new("nowhere.md"), "source/");
    expect("templates", &site.path("../secret"), "source/outside");
    symlink(site.path("content/posts"), site.path("content/again")).unwrap();
    site.build_well();
    assert!(site.has_output("again/b/index.html"), "a link inside of the site is followed");
}

#[test]
fn configuration_theme_and_credits_do_not_come_from_outside() {
    for link in
        ["byline.yaml", "themes/tiny/theme.yaml", "content/p.png.yaml", "content", "themes/tiny"]
    {
        let site = site(&[("content/a.md", &article("A", "![p](p.png)"))]);
        site.file("content/p.png", png(4, 3)).file("content/p.png.yaml", "credit: Me\n");
        let own = site.path(link);
        let away = site.path("../away");
        fs::rename(&own, &away).unwrap();
        symlink(&away, &own).unwrap();
        let run = site.build();
        run.expect_error(&["source/outside", link]);
    }
}

#[test]
fn what_is_called_an_article_and_is_none() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    fs::create_dir(site.path("content/folder.md")).unwrap();
    let made = Command::new("mkfifo")
        .arg(site.path("content/pipe.md"))
        .status()
        .is_ok_and(|status| status.success());
    assert!(made, "mkfifo makes a pipe");
    let mut child = site
        .command(&["build", "--message-format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("a pipe is no article to wait for");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let run = Run::of(&child.wait_with_output().unwrap());
    match run.status {
        0 => assert!(site.has_output("a/index.html")),
        _ => run.expect_error(&["content/pipe.md"]),
    }
}

#[test]
fn the_output_folder_is_a_file_or_cannot_be_written() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("public", "mine");
    let run = site.build();
    assert_eq!(run.status, 2, "{}", run.text());
    run.expect_error(&["publish/not-a-folder", "public", "--output"]);
    assert_eq!(fs::read(site.path("public")).unwrap(), b"mine");
    // Nobody makes folders below /proc.
    let run = site.build_with(&["--output", "/proc/byline"]);
    assert_eq!(run.status, 2, "{}", run.text());
    run.expect_error(&["publish/write", "/proc/byline", "--output"]);
    site.file("file", "mine");
    let run = site.build_with(&["--output", "file/below"]);
    assert_eq!(run.status, 2, "{}", run.text());
}

#[test]
fn the_output_folder_may_not_hold_the_authors_files() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    let before = tree(site.root());
    for output in [
        ".",
        "content",
        "content/x",
        "static",
        "themes/tiny",
        "..",
        "../site",
        "./content/../content",
    ] {
        let run = site.build_with(&["--output", output]);
        assert_ne!(run.status, 0, "{output}");
        run.expect_error(&["publish/own-folder"]);
        assert_eq!(tree(site.root()), before, "{output}");
    }
    symlink(site.path("content"), site.path("public")).unwrap();
    site.build().expect_error(&["publish/own-folder"]);
    symlink(site.path("content"), site.path("../link")).unwrap();
    site.build_with(&["--output", "../link/new/deep"]).expect_error(&["publish/own-folder"]);
}

#[test]
fn files_of_others_stay_and_one_in_the_way_is_named() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("public/.git/config", "mine")
        .file("public/CNAME", "example.org")
        .file("public/a/notes.txt", "mine");
    site.build_well();
    for path in [".git/config", "CNAME", "a/notes.txt"] {
        assert!(site.has_output(path), "{path}");
    }
    site.file("public/b/index.html", "somebody else's").file("content/b.md", article("B", "x"));
    site.file("public/c", "a file where a folder belongs").file("content/c.md", article("C", "x"));
    site.file("public/d/index.html/x", "a folder for a file")
        .file("content/d.md", article("D", "x"));
    let before = tree(&site.path("public"));
    let run = site.build();
    assert_eq!(run.status, 1, "{}", run.text());
    assert_eq!(tree(&site.path("public")), before);
    run.expect(&["publish/foreign", "`b/index.html`"]);
    run.expect(&["publish/foreign", "`c`"]);
    run.expect(&["publish/foreign", "`d/index.html`"]);
    assert_eq!(run.problems.len(), 3, "{}", run.text());
    for path in ["b/index.html", "c"] {
        fs::remove_file(site.path("public").join(path)).unwrap();
    }
    fs::remove_dir_all(site.path("public/d")).unwrap();
    site.build_well();
    assert!(site.has_output("CNAME") && site.has_output("b/index.html"));
}

#[test]
fn a_link_in_the_output_folder_is_not_written_through() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("../elsewhere/keep.txt", "mine");
    fs::create_dir(site.path("public")).unwrap();
    symlink(site.path("../elsewhere"), site.path("public/a")).unwrap();
    site.build().expect_error(&["publish/foreign", "`a`"]);
    assert_eq!(tree(&site.path("../elsewhere")).len(), 1);
    fs::remove_file(site.path("public/a")).unwrap();
    site.build_well();
    fs::remove_dir_all(site.path("public/a")).unwrap();
    site.file("../elsewhere/index.html", "mine");
    symlink(site.path("../elsewhere"), site.path("public/a")).unwrap();
    // The article goes or changes: the file behind the link is not ours.
    site.file("content/a.md", article("A", "changed"));
    let run = site.build();
    assert_ne!(run.status, 101);
    assert_eq!(fs::read(site.path("../elsewhere/index.html")).unwrap(), b"mine", "{}", run.text());
    fs::remove_file(site.path("content/a.md")).unwrap();
    site.build();
    assert_eq!(fs::read(site.path("../elsewhere/index.html")).unwrap(), b"mine");
    site.command(&["clean"]).output().unwrap();
    assert_eq!(fs::read(site.path("../elsewhere/index.html")).unwrap(), b"mine");
}

#[test]
fn a_full_disk_is_an_error_and_the_last_good_output_stays() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.build_well();
    let before = site.public();
    site.file("content/a.md", article("A", &"changed ".repeat(40_000)));
    let run = |program: &mut Command| Run::of(&program.output().unwrap());
    // No file larger than 64 KB can be written; the signal for that is ignored, so writing fails.
    let limited = format!(
        "trap '' XFSZ; ulimit -f 64; exec '{}' build --message-format json",
        env!("CARGO_BIN_EXE_byline")
    );
    let found = run(Command::new("sh")
        .args(["-c", &limited])
        .current_dir(site.root())
        .env("SOURCE_DATE_EPOCH", NOW));
    found.expect_error(&["publish/write", "a/index.html"]);
    assert_eq!(site.public(), before);
    // A disk that is full, where this machine lets us have one.
    let small = site.path("../small");
    fs::create_dir(&small).unwrap();
    let mount = |arguments: &[&str]| {
        Command::new(arguments[0])
            .args(&arguments[1..])
            .arg(&small)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if mount(&["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs"]) {
        let run = site.build_with(&["--output", small.join("public").to_str().unwrap()]);
        let left = tree(&small);
        assert!(mount(&["umount"]));
        run.expect_error(&["publish/write", "make room on the disk"]);
        assert!(left.keys().all(|path| path.contains(".byline")), "{:?}", left.keys());
    }
    site.build_well();
    assert!(site.output("a/index.html").contains("changed"));
}

// Themes.

#[test]
fn themes_that_cannot_work_change_nothing() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    let expect = |path: &str, text: &str, parts: &[&str]| {
        let run = stays_as_it_was(&site, |site| {
            site.file(path, text);
        });
        run.expect(parts);
        fs::remove_dir_all(site.path("templates")).unwrap();
    };
    expect(
        "templates/page.html",
        "{{ page.no }}",
        &["templates/page.html:1:", "`no`", "content/a.md"],
    );
    expect("templates/page.html", "{{ nothing }}", &["templates/page.html:1:4", "`nothing`"]);
    expect("templates/page.html", "{% for %}", &["templates/page.html:1:", "template/syntax"]);
    expect("templates/page.html", "{% extends \"page.html\" %}", &["template/loop"]);
    expect("templates/page.html", "{% include \"page.html\" %}", &["template/loop"]);
    expect("templates/page.html", "{{ throw(message=\"no\") }}", &["templates/page.html:1:", "no"]);
    expect("templates/page.html", "{{ 1 / 0 }}", &["templates/page.html:1:"]);
    expect(
        "templates/page.html",
        "{{ <loop /> }}{% component loop() %}{{ <loop /> }}{% endcomponent loop %}",
        &["maximum render recursion depth", "content/a.md"],
    );
    expect("templates/site.css", "{{ nothing }}", &["templates/site.css:1:4"]);
    fs::remove_file(site.path("themes/tiny/templates/page.html")).unwrap();
    site.build().expect_error(&["template/missing", "page.html"]);
    site.file("themes/tiny/templates/page.html", b"\xff\xfe");
    site.build().expect_error(&["themes/tiny/templates/page.html", "UTF-8"]);
}

// From one build to the next.

#[test]
fn what_is_gone_goes_with_its_empty_folders_and_nothing_else() {
    let site = site(&[
        ("content/a.md", "---\ntitle: A\ntags: [x]\ndate: 2015-01-01\naliases: [/old/a/]\n---\n"),
        ("content/b.md", &article("B", "x")),
        ("content/deep/er/c/index.md", &article("C", "![p](p.png)")),
    ]);
    site.file("content/deep/er/c/p.png", png(4, 3)).file("static/s/t.txt", "x");
    site.build_well();
    site.file("public/deep/er/c/mine.txt", "mine");
    fs::remove_file(site.path("content/a.md")).unwrap();
    fs::remove_dir_all(site.path("content/deep")).unwrap();
    fs::remove_dir_all(site.path("static")).unwrap();
    let run = site.build_well();
    assert!(run.count("removed") >= 6, "{}", run.text());
    for path in ["a", "old", "tags", "archive/2015", "s", "deep/er/c/p.png", "deep/er/index.html"] {
        assert!(!site.path("public").join(path).exists(), "{path}");
    }
    assert!(site.has_output("deep/er/c/mine.txt") && site.has_output("b/index.html"));
}

#[test]
fn a_file_becomes_a_folder_and_a_folder_a_file() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("static/x", "file").file("static/y/z", "file in a folder");
    site.build_well();
    fs::remove_dir_all(site.path("static")).unwrap();
    site.file("static/x/y", "now a folder").file("static/y", "now a file");
    site.build_well();
    assert_eq!(site.output("x/y"), "now a folder");
    assert_eq!(site.output("y"), "now a file");
    site.build_well();
}

#[test]
fn the_second_build_writes_nothing() {
    let site = site(&[("content/a.md", &article("A", "x")), ("content/b.md", &article("B", "x"))]);
    site.file("static/s.txt", "x");
    let first = site.build_well();
    let times = |site: &Site| -> BTreeMap<String, std::time::SystemTime> {
        let public = site.path("public");
        tree(&public)
            .into_keys()
            .map(|path| {
                (path.clone(), fs::metadata(public.join(&path)).unwrap().modified().unwrap())
            })
            .collect()
    };
    let before = times(&site);
    let second = site.build_well();
    assert_eq!((second.count("written"), second.count("removed")), (0, 0));
    assert_eq!(second.count("unchanged"), first.count("written"));
    assert_eq!(times(&site), before);
    // Of one changed file one output changes (this theme's lists show titles only).
    site.file("content/a.md", article("A", "changed"));
    let third = site.build_well();
    assert!((1..=4).contains(&third.count("written")), "{}", third.text());
    // What somebody damaged is mended.
    site.file("public/b/index.html", "damaged");
    fs::remove_file(site.path("public/a/index.html")).unwrap();
    site.build_well();
    assert!(
        site.output("b/index.html").contains("<h1>B</h1>")
            && site.output("a/index.html").contains("changed")
    );
}

#[test]
fn clean_removes_only_what_byline_wrote() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("public/mine.txt", "mine").file("public/a/mine.txt", "mine");
    site.build_well();
    let (status, _) = site.build_for_people(&["clean"]);
    assert_eq!(status, 0);
    let left: Vec<String> = tree(&site.path("public")).into_keys().collect();
    assert_eq!(left, ["a/mine.txt", "mine.txt"]);
    fs::remove_dir_all(site.path("public")).unwrap();
    site.build_well();
    assert_eq!(site.build_for_people(&["clean"]).0, 0);
    assert!(!site.path("public").exists());
    assert_eq!(site.build_for_people(&["clean"]).0, 0);
    assert!(site.path("content/a.md").exists());
}

#[test]
fn a_damaged_list_of_files_is_no_danger() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.file("secret.txt", "mine");
    for text in ["", "byline manifest 1", "\0\u{1}\u{2}", "byline manifest 1\nzz\n"] {
        site.build_well();
        site.file("public/.byline-manifest", text);
        site.build_well();
    }
    let hash = "00".repeat(32);
    site.file(
        "public/.byline-manifest",
        format!("byline manifest 1\n{hash} 4 0 ../secret.txt\n{hash} 4 0 /etc/passwd\n"),
    );
    site.build();
    site.command(&["clean"]).output().unwrap();
    assert!(site.path("secret.txt").exists());
}

#[test]
fn two_outputs_of_one_site_do_not_harm_each_other() {
    let site = site(&[("content/a.md", &article("A", "x"))]);
    site.build_well();
    assert_eq!(
        site.build_with(&["--output", "../other", "--base-url", "http://localhost:1/x"]).status,
        0
    );
    assert!(fs::read_to_string(site.path("../other/index.html")).unwrap().contains("/x/a/"));
    assert_eq!(site.build_well().count("written"), 0);
}

/// A site that takes a while.
fn long_site() -> Site {
    let site = Site::tiny();
    for number in 0..120 {
        let text = format!(
            "---\ntitle: Article {number}\ndate: 2015-01-{:02}\ntags: [t{}]\n---\n{}\n",
            number % 28 + 1,
            number % 7,
            format!("Words of text {number}. ").repeat(60)
        );
        site.file(&format!("content/posts/{number}.md"), text);
    }
    site
}

/// Changes what every page of [`long_site`] shows.
fn change_all(site: &Site, round: usize) {
    site.file("templates/page.html", format!("<h1>{{{{ page.title }}}}</h1>{{{{ page.content }}}}<p>round {round}</p>{}\n<!-- end -->", "filler ".repeat(50)));
}

#[test]
fn two_builds_at_once_both_succeed() {
    let site = long_site();
    for round in 0..3 {
        change_all(&site, round);
        let start = || {
            site.command(&["build", "--message-format", "json"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let builds = [start(), start(), start()];
        for build in builds {
            let run = Run::of(&build.wait_with_output().unwrap());
            assert_eq!(run.status, 0, "{}", run.text());
        }
        let both = site.public();
        fs::remove_dir_all(site.path("public")).unwrap();
        site.build_well();
        assert_eq!(site.public(), both);
    }
}

#[test]
fn a_build_that_is_killed_leaves_whole_files_only_and_the_next_one_mends_the_rest() {
    let site = long_site();
    change_all(&site, 0);
    // The first build makes what later ones have: cards and copies of pictures.
    site.build_well();
    change_all(&site, 100);
    let began = Instant::now();
    site.build_well();
    let usual = began.elapsed();
    site.file("public/mine.txt", "mine");
    // A simple generator of moments (Knuth, MMIX), the same on every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut killed = 0;
    for round in 1..=20 {
        change_all(&site, round);
        if round % 3 == 0 {
            fs::rename(
                site.path("content/posts/7.md"),
                site.path(&format!("content/posts/moved-{round}.md")),
            )
            .unwrap();
        }
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 33) as f64 / 2_147_483_648.0;
        let mut child =
            site.command(&["build"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(usual.mul_f64(0.2 + share));
        killed += usize::from(child.try_wait().unwrap().is_none());
        // SIGKILL; one that has ended in the meantime is fine too.
        let _ = child.kill();
        child.wait().unwrap();
        for (path, bytes) in published(&site.path("public")) {
            let text = String::from_utf8_lossy(&bytes);
            let is_article = path.starts_with("posts/")
                && path != "posts/index.html"
                && !path.contains("/page/");
            assert!(!is_article || text.ends_with("<!-- end -->"), "{path} is not whole: {text}");
        }
        let run = site.build();
        assert_eq!(run.status, 0, "round {round}: {}", run.text());
        assert_eq!(site.output("mine.txt"), "mine");
        let mended = site.public();
        let fresh = site.path("../fresh");
        let run = site.build_with(&["--output", fresh.to_str().unwrap()]);
        assert_eq!(run.status, 0, "round {round}, fresh: {}", run.text());
        let mut expected = published(&fresh);
        expected.insert("mine.txt".into(), b"mine".to_vec());
        assert_eq!(
            mended.keys().collect::<Vec<_>>(),
            expected.keys().collect::<Vec<_>>(),
            "round {round}"
        );
        assert!(mended == expected, "round {round}: bytes differ from a fresh build");
        fs::remove_dir_all(fresh).unwrap();
        if round % 3 == 0 {
            fs::rename(
                site.path(&format!("content/posts/moved-{round}.md")),
                site.path("content/posts/7.md"),
            )
            .unwrap();
        }
    }
    assert!(killed >= 5, "only {killed} builds were killed at work");
}
