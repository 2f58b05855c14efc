use super::*;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::markdown::Parsed;

fn config() -> Config {
    let text = "title: T\nbase_url: https://example.org/\nlanguages: {fr: {}, pt-BR: {}}\n";
    Config::parse("byline.yaml", text).0.expect("good")
}

fn parse_bytes(file: &str, bytes: &[u8]) -> (Option<Document>, Vec<Diagnostic>) {
    let mut body =
        |_: &Body<'_>| (Parsed { prose: Prose::default(), problems: Vec::new() }, Terms::default());
    parse(file, bytes, &config(), &mut body)
}

/// Front matter of a good file.
fn front(yaml: &str) -> FrontMatter {
    let (document, problems) =
        parse_bytes("content/a.md", format!("---\ntitle: T\n{yaml}\n---\nBody\n").as_bytes());
    assert_eq!(problems, vec![], "{yaml}");
    document.expect("a document").front
}

/// `id line:column message` of each problem.
fn problems(yaml: &str) -> Vec<String> {
    let (_, problems) =
        parse_bytes("content/a.md", format!("---\ntitle: T\n{yaml}\n---\nBody\n").as_bytes());
    show(&problems)
}

fn show(problems: &[Diagnostic]) -> Vec<String> {
    problems
        .iter()
        .map(|d| {
            let place = d.place.as_ref().expect("a place");
            format!("{} {}:{} {}", d.id, place.line, place.column, d.message)
        })
        .collect()
}

#[test]
fn a_whole_file() {
    let front = front(
        "date: 2015-07-17\nauthors: [a-writer]\ntags: [Kyrgyzstan, CSTO]\nseries: {name: S, order: 2}\n\
         image: {src: b.jpg, alt: ''}\naliases: [/old/address/, other]\nextra: {map: true}\n",
    );
    assert_eq!(front.date.map(|d| d.iso()).as_deref(), Some("2015-07-17"));
    assert_eq!(front.taxonomies["tags"], ["Kyrgyzstan", "CSTO"]);
    assert_eq!(front.authors, ["a-writer"]);
    assert_eq!(front.series.map(|s| (s.name, s.order)), Some(("S".to_string(), Some(2))));
    assert_eq!(front.image.and_then(|i| i.alt).as_deref(), Some(""));
    assert_eq!(front.aliases[1].0, "/other");
    assert_eq!(front.extra["map"], true);
}

#[test]
fn unknown_keys_have_a_place_and_the_nearest_name() {
    assert_eq!(
        problems("tilte: x\nseries: {nmae: y}"),
        [
            "front-matter/unknown-key 3:1 `tilte`: unknown key; did you mean `title`?",
            "front-matter/unknown-key 4:10 `series.nmae`: unknown key; did you mean `name`?",
            "front-matter/invalid-value 4:9 `series`: the key `name` is missing",
        ]
    );
}

#[test]
fn the_documentation_is_the_table() {
    use crate::config::docs_tests::{check, check_table, examples};
    check_table(key::KEYS);
    check("front-matter.md", key::KEYS);
    for example in examples("front-matter.md") {
        let title = if example.contains("title:") { "" } else { "title: T\n" };
        let text = format!("---\n{title}{example}---\n");
        let (document, problems) = parse_bytes("content/a.md", text.as_bytes());
        assert_eq!(problems, vec![], "{text}");
        let front = document.expect("a document").front;
        let bare = FrontMatter { title: "T".into(), ..FrontMatter::empty(0..0) };
        let strip = |front: FrontMatter| {
            format!("{:?}", FrontMatter { span: 0..0, places: Places::default(), ..front })
        };
        assert_ne!(strip(front), strip(bare), "a key is forgotten: {text}");
    }
}

#[test]
fn lists_of_terms_in_every_form() {
    let tags = |yaml: &str| front(yaml).taxonomies.remove("tags").unwrap_or_default();
    assert_eq!(tags("tags: [a, ' b ', '', ~]"), ["a", "b"]);
    assert_eq!(tags("tags: a, b,, c d"), ["a", "b", "c d"]);
    assert_eq!(tags("tags: single"), ["single"]);
    assert_eq!(tags("tags: 2016"), ["2016"]);
    assert_eq!(tags("tags: [1.10, true, 007, 0x1F]"), ["1.10", "true", "007", "0x1F"]);
    assert_eq!(tags("tags: [Energy, energy, ENERGY!, Gas]"), ["Energy", "Gas"]);
    assert_eq!(tags("tags:"), [""; 0]);
    assert_eq!(tags("taxonomies: {tags: [x]}\ntags: [X, y]"), ["x", "y"]);
    assert_eq!(front("author: Doe, Jane").authors, ["Doe, Jane"]);
    assert_eq!(
        front("taxonomies: {authors: [a], series: S}").series.map(|s| s.name).as_deref(),
        Some("S")
    );
}

#[test]
fn wrong_values_are_all_named() {
    assert_eq!(
        problems(
            "date: 2015-02-30\ndraft: yes\ntags: {a: b}\naliases: [https://x.org/, //x/y, /../x, '/?p=1', /good/]\n\
             slug: a/b\nweight: high\nsort_by: dat\nimage: {alt: x}\nguid: 7\nlang: fr\ncategories: [x]\ntitel: y\n\
             template: ../x.html\ncanonical: example.org\ntoc: 1",
        ),
        [
            "front-matter/invalid-date 3:7 `date`: impossible date: there is no day `2015-02-30`",
            "front-matter/wrong-type 4:8 `draft`: expected `true` or `false`, found text `yes`",
            "front-matter/wrong-type 5:7 `tags`: expected a list of names, found a map",
            "front-matter/invalid-address 6:11 `aliases[1]`: `https://x.org/` cannot be used: it is an address on another site",
            "front-matter/invalid-address 6:27 `aliases[2]`: `//x/y` cannot be used: it is an address on another site",
            "front-matter/invalid-address 6:34 `aliases[3]`: `/../x` cannot be used: it leaves the site",
            "front-matter/invalid-address 6:41 `aliases[4]`: `/?p=1` cannot be used: a static site has no address with `?` or `#`",
            "front-matter/invalid-value 7:7 `slug`: expected the last part of an address, found `a/b`",
            "front-matter/wrong-type 8:9 `weight`: expected a whole number, found text `high`",
            "front-matter/invalid-value 9:10 `sort_by`: expected `date`, `title`, `weight` or `slug`, found `dat`",
            "front-matter/invalid-value 10:8 `image`: the key `src` is missing",
            "front-matter/unknown-key 11:1 `guid`: unknown key",
            "front-matter/unknown-key 12:1 `lang`: unknown key",
            "front-matter/unknown-key 13:1 `categories`: unknown key",
            "front-matter/unknown-key 14:1 `titel`: unknown key; did you mean `title`?",
            "front-matter/invalid-value 15:11 `template`: expected a file below `templates/`, found `../x.html`",
            "front-matter/invalid-value 16:12 `canonical`: expected an absolute address, found `example.org`",
            "front-matter/wrong-type 17:6 `toc`: expected `true` or `false`, found the number 1",
        ]
    );
}

#[test]
fn places_of_keys_are_kept() {
    let text = "---\ntitle: Käse\naliases:\n  - /a/\n  - b\nimage: x.jpg \n---\n";
    let front = parse_bytes("content/a.md", text.as_bytes()).0.expect("a document").front;
    assert_eq!(&text[front.place("title")], "Käse");
    assert_eq!(&text[front.place("image")], "x.jpg");
    assert_eq!(&text[front.place("aliases")], "aliases");
    assert_eq!(front.place("slug"), front.span);
    let marked: Vec<&str> = front.aliases.iter().map(|(_, range)| &text[range.clone()]).collect();
    assert_eq!(marked, ["/a/", "b"]);
}

#[test]
fn fences() {
    let split = |text: &'static str| {
        let (parts, problem) = split("a.md", text);
        (parts.front.map(|range| &text[range]), &text[parts.body], problem.map(|p| p.id))
    };
    assert_eq!(split("---\na: b\n---\nBody"), (Some("a: b\n"), "Body", None));
    assert_eq!(split("\u{feff}--- \r\na: b\r\n--- \r\nBody"), (Some("a: b\r\n"), "Body", None));
    assert_eq!(split("---\na: b\n...\nBody"), (Some("a: b\n"), "Body", None));
    assert_eq!(split("\n\n---\na: b\n---\n"), (Some("a: b\n"), "", None));
    assert_eq!(split("---\n---\nBody"), (Some(""), "Body", None));
    assert_eq!(split("---\na: b\n---\nHeading\n---\n"), (Some("a: b\n"), "Heading\n---\n", None));
    assert_eq!(split("---\na: b\n---"), (Some("a: b\n"), "", None));
    assert_eq!(split("Body"), (None, "Body", None));
    assert_eq!(split(""), (None, "", None));
    assert_eq!(
        split("---\n\nProse here.\n\n---\nMore"),
        (None, "---\n\nProse here.\n\n---\nMore", None)
    );
    assert_eq!(
        split("---\nProse: a text.\nand more\n"),
        (None, "---\nProse: a text.\nand more\n", Some("front-matter/unclosed"))
    );
    assert_eq!(split("---\nProse.\n"), (None, "---\nProse.\n", None));
    assert_eq!(split("---\ntitle: x\n\nBody\n").2, Some("front-matter/unclosed"));
    assert_eq!(split("+++\ntitle = \"x\"\n+++\nBody").2, Some("front-matter/toml"));
    assert_eq!(split("+++\nno\n").2, None);
}

#[test]
fn titles_come_from_the_first_heading() {
    let title = |file: &str, text: &str| {
        let mut range = 0..0;
        let mut body = |body: &Body<'_>| {
            range = body.range.clone();
            (Parsed { prose: Prose::default(), problems: Vec::new() }, Terms::default())
        };
        let (document, problems) = parse(file, text.as_bytes(), &config(), &mut body);
        let ids: Vec<&str> = problems.iter().map(|p| p.id).collect();
        (document.map(|d| d.front.title).unwrap_or_default(), text[range].to_string(), ids)
    };
    let page = "content/2016-05-03-some-thing.md";
    let no = Vec::<&str>::new;
    assert_eq!(
        title(page, "---\ndraft: true\n---\n\n# A *b* [c](d) `e_f` {#x} \n\nText"),
        ("A b c e_f".into(), "\nText".into(), no())
    );
    assert_eq!(
        title(page, "---\n---\nA &amp; B\n=====\nText"),
        ("A & B".into(), "Text".into(), no())
    );
    assert_eq!(title(page, "# C# and F# ##\n"), ("C# and F#".into(), "".into(), no()));
    assert_eq!(title(page, "---\ntitle: T\n---\n# H\n"), ("T".into(), "# H\n".into(), no()));
    assert_eq!(title(page, "Text"), ("Some thing".into(), "Text".into(), no()));
    assert_eq!(title(page, "---\ndraft: true\n---\nText").2, ["front-matter/missing-title"]);
    assert_eq!(title(page, "---\ntitle: [x]\n---\nText").2, ["front-matter/wrong-type"]);
    assert_eq!(title(page, "## Not this\n").0, "Some thing");
    assert_eq!(title(page, "    # Code\n").0, "Some thing");
    assert_eq!(title(page, "> Quote\n===\n").0, "Some thing");
    assert_eq!(
        title("content/a/energy-policy/_index.md", "---\nfeed: true\n---\n").0,
        "Energy policy"
    );
}

#[test]
fn names() {
    let config = config();
    let shown = |path: &str| {
        let (n, problem) = name(path, &config);
        let date = n.date.map_or(String::new(), |date| date.iso());
        format!("{}|{}|{date}|{}|{:?}|{}", n.folder, n.slug, n.lang, n.kind, problem.is_some())
    };
    for (path, expected) in [
        ("content/a.md", "|a||en|Page|false"),
        ("content/posts/2016/2016-05-03-slug.md", "posts/2016|slug|2016-05-03|en|Page|false"),
        ("content/2016-05-03_slug.fr.md", "|slug|2016-05-03|fr|Page|false"),
        ("content/p/2016-05-03-slug/index.md", "p|slug|2016-05-03|en|Bundle|false"),
        ("content/p/slug/index.pt-br.md", "p|slug||pt-BR|Bundle|false"),
        ("content/_index.md", "|||en|Section|false"),
        ("content/p/_index.fr.md", "p|||fr|Section|false"),
        ("content/index.md", "|||en|Section|false"),
        ("content/2016-05-03.md", "|2016-05-03|2016-05-03|en|Page|false"),
        ("content/2016-13-03-x.md", "|2016-13-03-x||en|Page|false"),
        ("content/slug.de.md", "|slug.de||en|Page|true"),
        ("content/node.js.md", "|node.js||en|Page|false"),
        ("content/socket.io.md", "|socket.io||en|Page|false"),
        ("content/1.10.md", "|1.10||en|Page|false"),
        ("content/a.en.md", "|a||en|Page|false"),
        ("content/Überblick & more.markdown", "|Überblick & more||en|Page|false"),
        ("content/.fr.md", "|.fr||en|Page|false"),
    ] {
        assert_eq!(shown(path), expected, "{path}");
    }
}

#[test]
fn bytes_that_are_no_text_have_their_place() {
    let (document, problems) = parse_bytes("content/a.md", b"---\ntitle: K\xe4se\n---\n");
    assert!(document.is_none());
    assert_eq!(show(&problems), ["content/invalid-utf8 2:9 byte 0xe4 at offset 12 is not UTF-8"]);
}

/// Pieces from which front matter and its mistakes are made.
const PIECES: &[&str] = &[
    "---",
    "\n",
    "\r\n",
    "title: ",
    "date: ",
    "2015-02-30",
    "aliases: ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "&a ",
    "*a",
    "- ",
    "  ",
    "\t",
    ": ",
    "#",
    " #",
    "|",
    ">",
    "<<: ",
    "ä",
    "\u{feff}",
    "\0",
    "...",
    "+++",
    "=",
    "image:",
    "src",
    "é: ",
    "!",
    "!!str ",
    "%",
    "tags: ",
    "1e999",
    ".nan",
    "0x",
    "true",
    "~",
    "? ",
    ",",
    "\u{2028}",
    "\\",
];

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = parse_bytes("content/a.md", &bytes);
        let mut fenced = b"---\n".to_vec();
        fenced.extend(&bytes);
        fenced.extend(b"\n---\n");
        let _ = parse_bytes("content/a.md", &fenced);
        let text = String::from_utf8_lossy(&bytes);
        let _ = parse_bytes("content/a.md", format!("---\n{text}\n---\n").as_bytes());
        let _ = name(&text, &config());
        let _ = crate::config::Config::parse("byline.yaml", &text);
        let _ = date::Date::parse(&text);
    }

    #[test]
    fn no_front_matter_makes_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..30)) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let fenced = format!("---\n{text}\n---\n{text}");
        for text in [&text, &fenced] {
            let (_, problems) = parse_bytes("content/a.md", text.as_bytes());
            for problem in &problems {
                let _ = crate::diagnostic::render::text(problem, false, 80);
            }
        }
        let _ = crate::config::Config::parse("byline.yaml", &text);
        let _ = name(&text, &config());
        let _ = date::Date::parse(&text);
    }
}
