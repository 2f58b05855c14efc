use super::*;

fn document(text: &str) -> Document<'_> {
    let (document, problems) = Document::parse("a.yaml", text, 0..text.len());
    assert_eq!(problems, vec![], "{text}");
    document.expect("YAML")
}

/// What the place of a path marks.
fn marked<'a>(text: &'a str, steps: &[Step<'_>], part: Part) -> &'a str {
    fn walk<'a>(
        document: &Document<'a>,
        path: &Path<'_>,
        steps: &[Step<'_>],
        part: Part,
    ) -> &'a str {
        match steps {
            [] => &document.text[document.bytes(path, part)],
            [step, rest @ ..] => walk(document, &path.child(*step), rest, part),
        }
    }
    walk(&document(text), &Path::root(), steps, part)
}

/// `line:column message (hint)` of the only problem.
fn problem(text: &str) -> String {
    let (_, problems) = Document::parse("a.yaml", text, 0..text.len());
    let [problem] = problems.as_slice() else { panic!("{text:?}: {problems:?}") };
    let place = problem.place.as_ref().expect("a place");
    let hint = problem.hint.as_deref().unwrap_or("");
    format!("{} {}:{} {} ({hint})", problem.id, place.line, place.column, problem.message)
}

#[test]
fn places_of_keys_and_values_are_exact() {
    use Part::{Key as K, Value as V};
    let text = "title: \"Ein: Käse\" # x\nauthors:\n  'jane d':\n    name: Jane # y\n  bob: {name: Bob, url: a}\n\
                tags:\n- one\n- {a: 1}\nlong: >\n  folded\n  text\n";
    assert_eq!(marked(text, &[Step::Key("title", 0)], K), "title");
    assert_eq!(marked(text, &[Step::Key("title", 0)], V), "\"Ein: Käse\"");
    let jane = [Step::Key("authors", 0), Step::Key("jane d", 0), Step::Key("name", 0)];
    assert_eq!(marked(text, &jane, V), "Jane");
    assert_eq!(marked(text, &jane[..2], K), "'jane d'");
    let bob = [Step::Key("authors", 0), Step::Key("bob", 0), Step::Key("name", 0)];
    assert_eq!(marked(text, &bob, V), "Bob");
    assert_eq!(marked(text, &[Step::Key("tags", 0), Step::Index(0)], V), "one");
    let one = [Step::Key("tags", 0), Step::Index(1), Step::Key("a", 0)];
    assert_eq!(marked(text, &one, K), "a");
    assert_eq!(marked(text, &[Step::Key("long", 0)], V), ">");
}

#[test]
fn places_survive_anchors_merges_and_odd_keys() {
    use Part::{Key as K, Value as V};
    // The place behind an alias is that of the value that it stands for.
    let text = "base: &b {x: 1}\nmore:\n  <<: *b\n  y: *b\n2015: z\ntrue: w\n";
    let document = document(text);
    assert_eq!(document.root.to_data()["more"]["x"], 1);
    assert_eq!(marked(text, &[Step::Key("more", 0), Step::Key("y", 0)], V), "{x: 1}");
    assert_eq!(marked(text, &[Step::Key("2015", 0)], K), "2015");
    assert_eq!(marked(text, &[Step::Key("true", 0)], V), "w");
    // What a merge brought has the place of the map that it is in.
    assert_eq!(marked(text, &[Step::Key("more", 0), Step::Key("x", 0)], K), "more");
}

#[test]
fn what_was_typed_is_kept_for_numbers() {
    let document = document("version: 1.10\nlist: [007, 0x10, 1e3]\n");
    let root = Path::root();
    assert_eq!(document.raw(&root.child(Step::Key("version", 0))), "1.10");
    let list = root.child(Step::Key("list", 0));
    assert_eq!(document.raw(&list.child(Step::Index(1))), "0x10");
}

#[test]
fn windows_line_ends_change_nothing() {
    let text = "a: 1\r\nb: x y\r\n";
    assert_eq!(marked(text, &[Step::Key("b", 0)], Part::Value), "x y");
    assert_eq!(problem("a: 1\r\nb: c: d\r\n"), problem("a: 1\nb: c: d\n"));
}

#[test]
fn mistakes_have_their_place_and_a_way_out() {
    let cases = [
        (
            "title: Foo: bar\n",
            "1:11 a colon in a value without quotes (put the value in quotes: \"Foo: bar\")",
        ),
        ("title: \"Foo\nb: c\n", "1:8 a quote that is never closed (close the quote)"),
        ("a: @home\n", "1:4 a value cannot begin with `@` (put the value in quotes: \"@home\")"),
        ("a:\n\tb: c\n", "2:1 a tab where YAML expects spaces (indent with spaces)"),
        (
            "title:x\ndate: 5\n",
            "1:1 expected `key: value`, found `title:x` (write a space after the colon: `title: x`)",
        ),
        (
            "a: b\n  c: d\n",
            "2:3 `c` is indented as if it were part of the value above (begin `c` in the same column as the key above it)",
        ),
        (
            "b: c\ntitle\n",
            "2:1 expected `key: value`, found `title` (write a colon and a space after the key; indent text that goes on)",
        ),
        (
            "a: [1, 2\nb: c\n",
            "1:4 a bracket that is never closed (close the bracket, or put the value in quotes)",
        ),
        (
            "a: [\"b\" c]\n",
            "1:9 expected a comma or the closing bracket (write a comma between two items; put text with brackets or quotes in quotes)",
        ),
        (
            "a: *b c*\n",
            "1:4 `*` or `&` at the beginning of a value has a meaning in YAML (put the value in quotes: \"*b c*\")",
        ),
        (
            "a: !foo x\n",
            "1:4 `!` at the beginning of a value has a meaning in YAML (put the value in quotes: \"!foo x\")",
        ),
        (
            "a: {{ x }}\n",
            "1:5 `{` or `[` at the beginning of a value has a meaning in YAML (put the value in quotes: \"{{ x }}\")",
        ),
        (
            "a: 'it's'\n",
            "1:8 text after the closing quote (inside single quotes write a single quote twice: `'it''s'`)",
        ),
        (
            "a: \"A\" and B\n",
            "1:8 text after the closing quote (put the value in quotes: '\"A\" and B')",
        ),
        (
            "a: \"c:\\dir\"\n",
            "1:7 an unknown escape in double quotes (write `\\\\` for a backslash, or use single quotes)",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2 expected `key: value`, found `c: 2` (keys of one level begin in the same column)",
        ),
        ("a: b\n---\nc: d\n", "2:1 a line `---` inside the YAML (remove the line, or indent it)"),
        (
            "a: x\u{1}\n",
            "1:5 a control character (remove it: a character that cannot be seen stands here)",
        ),
        (
            "a: - b\n",
            "1:4 a list cannot begin behind a key (write the list on lines of its own, or put the value in quotes: \"- b\")",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(problem(text), format!("yaml/syntax {expected}"), "{text:?}");
    }
}

#[test]
fn repeated_keys_are_named_with_both_places() {
    let text = "a: 1\nb: {c: 1, c: 2}\na: 3\n";
    let (document, problems) = Document::parse("a.yaml", text, 0..text.len());
    let place = |p: &Place| (p.line, p.column);
    let places: Vec<_> = problems
        .iter()
        .map(|p| (place(p.place.as_ref().expect("a place")), place(&p.notes[0].1)))
        .collect();
    assert_eq!(places, [((3, 1), (1, 1)), ((2, 11), (2, 5))]);
    assert_eq!(document.expect("YAML").root.to_data()["a"], 1);
}

#[test]
fn bombs_are_refused_quickly() {
    let start = std::time::Instant::now();
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let text = format!("a: &a {}\nb: [{}*a]\n", "x".repeat(500_000), "*a, ".repeat(10_000));
    let deep_lines: String = (0..400).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let dashes = format!("a: {}x\n", "- ".repeat(5_000));
    let lists = format!("a:\n {}x\n", "- ".repeat(5_000));
    // Few enough aliases for the parser's own limit, and two million values.
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(2_000), "*a, ".repeat(1_000));
    for bomb in [
        laughs,
        wide,
        text,
        "[".repeat(200_000),
        format!("a: {}", "[".repeat(50_000)),
        "{a: ".repeat(10_000),
        "a: &x [*x]\n".to_string(),
        deep_lines,
        lists,
        "? ".repeat(100_000),
        "&a ".repeat(50_000),
        "x".repeat(2 << 20),
        dashes,
    ] {
        let (document, problems) = Document::parse("a.yaml", &bomb, 0..bomb.len());
        assert!(document.is_none() && problems.len() == 1, "{} {problems:?}", &bomb[..20]);
        assert!(start.elapsed().as_secs() < 10, "{}", &bomb[..20]);
    }
}
