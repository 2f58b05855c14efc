//! Round trips, damage, and what a card's fingerprint tells apart.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::config::Config;
use crate::content::terms::{Analyzer, Text};
use crate::content::{self, Body as Asked};
use crate::diagnostic::{Place, Severity};
use crate::markdown::{self, Highlighter, Options};

static CODES: LazyLock<Highlighter> = LazyLock::new(Highlighter::new);

fn config() -> Config {
    let text =
        "title: T\nbase_url: https://example.org/\nlanguages: {fr: {}}\nmarkdown: {math: true}\n";
    Config::parse("byline.yaml", text).0.expect("good")
}

fn parse_as(
    file: &str,
    text: &str,
    config: &Config,
    analyzer: &mut Analyzer,
) -> (Option<Document>, Vec<Diagnostic>) {
    let options = Options::from(&config.markdown);
    content::parse(file, text.as_bytes(), config, &mut |asked: &Asked<'_>| {
        let mut plain = String::new();
        let parsed = markdown::parse(
            asked.text,
            asked.range.clone(),
            asked.file,
            &options,
            &CODES,
            &mut plain,
        );
        let text = Text { title: &asked.front.title, body: &plain, ..Text::default() };
        (parsed, analyzer.analyze(asked.lang, &text))
    })
}

fn parse(text: &str) -> (Option<Document>, Vec<Diagnostic>) {
    parse_as("content/posts/a/index.fr.md", text, &config(), &mut Analyzer::new())
}

/// Everything that a document can have.
const FULL: &str = "---\ntitle: T ö\ndate: 2015-07-17T10:00:00+06:00\nupdated: 2016-01-01\nexpires: 2030-01-01\n\
    authors: [a, B C]\ntags: [x, y]\nseries: {name: S, order: -2}\nimage: {src: l.png, alt: '', caption: c, credit: d, license: e, source: f}\n\
    aliases: [/old/, /older/]\ndraft: true\nslug: s\npath: /p/\ntemplate: t.html\npage_template: u.html\ntoc: false\ncomments: true\nsearch: false\n\
    id: i\ncanonical: https://example.org/c\nrobots: noindex\nweight: -7\nsort_by: slug\npaginate_by: 300\nfeed: true\n\
    extra: {a: [1, -1, 1.5, true, null, 18446744073709551615], b: {c: d}}\n---\n\
    Lead [l](b.md#c)[^1] and ![i](j.png).\n\n<!-- more -->\n\n# H *e*\n\n<p id=raw name=\"n\">\n\n\
    ![a](k.png \"cap *t* [u](v.md)\"){.w #x credit=\"y\" license=\"z\" source=\"https://s.example\" width=\"50%\"}\n\n\
    {% <c d=\"e\" f={[1, \"g\", 2.5]}> %}\n[h](i.md)\n\n{% <j> %}\n![k](l.png)\n{% </j> %}\n\n{% </c> %}\n\n\
    ```rust\nfn a() {}\n```\n\n[^1]: Note.\n";

/// Has no bodies.
struct Nothing;

impl Load for Nothing {
    fn load(&self, _: u32) -> Arc<Html> {
        Arc::default()
    }
}

fn nothing() -> Arc<dyn Load> {
    Arc::new(Nothing)
}

fn light(document: &Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_light(document, &mut bytes);
    bytes
}

/// Writes a document in parts and reads it from them; each part is the same as before.
fn round_trip(document: &mut Document) {
    let bytes = light(document);
    let (mut html, mut terms) = (Vec::new(), Vec::new());
    write_body(&document.prose, &mut html);
    write_terms(&document.terms, &mut terms);

    let body = read_body(&html).expect("a body");
    assert_eq!(body, *document.prose.body());
    let found = read_terms(&terms).expect("terms");
    assert_eq!(found, document.terms);

    let mut read = read_light(&bytes, &nothing(), 7).expect("a document");
    assert_eq!(light(&read), bytes);
    assert_eq!(read.terms.words, document.terms.words);
    assert_eq!(format!("{:?}", read.prose.body), "Body(stored 7)");
    // With its other parts it is the same document, and its card the same card.
    read.prose.body = body.into();
    read.terms = found;
    assert_eq!(format!("{read:?}"), format!("{document:?}"));
    assert_eq!(card_fingerprint(&read), card_fingerprint(document));
}

fn diagnostics_round_trip(problems: &[Diagnostic]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_diagnostics(problems, &mut bytes);
    assert_eq!(read_diagnostics(&bytes).as_deref(), Some(problems));
    bytes
}

#[test]
fn a_document_with_everything_comes_back() {
    let (document, problems) = parse(FULL);
    let mut document = document.expect("a document");
    assert_eq!(problems, []);
    assert!(document.prose.holes.len() >= 4 && document.prose.summary.is_some());
    assert!(document.prose.body().parts.len() == 2 && !document.terms.stems.is_empty());
    assert!(document.prose.has_anchor("n") && document.prose.has_anchor("fn-1"));
    round_trip(&mut document);
}

fn problem() -> Diagnostic {
    Diagnostic::warning("link/anchor", "there is no `#x`")
        .at(Place::in_text("content/a.md", "ö\n[a](#x)", 3..10))
        .hint("did you mean `#y`?")
        .note("first used here", Place::bytes("content/b.md", 3..9))
}

#[test]
fn problems_come_back_and_unknown_ones_do_not() {
    let bytes = diagnostics_round_trip(&[problem(), Diagnostic::error("site/address", "")]);
    diagnostics_round_trip(&[]);
    let text = String::from_utf8_lossy(&bytes).replace("link/anchor", "link/anchar");
    assert_eq!(read_diagnostics(text.as_bytes()), None);
    assert_eq!(problem().severity, Severity::Warning);
}

/// Front matter and body out of pieces that mean something.
fn file() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        2 => "[a-z]{1,8}: [ -~ß]{0,12}",
        1 => "extra: \\{a: [0-9.-]{1,20}, b: \\[[a-z]{0,3}, null, true\\]\\}",
        1 => "(description|id|slug|path|template|canonical): [a-zä/.]{0,9}",
        9 => prop::sample::select(vec![
            "date: 2015-07-17", "date: 2015-07-17 10:00 -0430", "updated: 0001-01-01", "tags: [a, B, ß]", "authors: [c, d e]",
            "series: S", "series: {name: S, order: 3}", "image: a.jpg", "image: {src: b.png, alt: ''}", "aliases: [/x/, y]",
            "draft: true", "toc: false", "comments: false", "weight: -9223372036854775808", "sort_by: title", "feed: true",
            "paginate_by: 4", "description: D", "extra: {x: {y: [1, 2.5, -3, 1e300]}, z: '日本'}", "canonical: https://e.example/",
        ]).prop_map(String::from),
    ];
    let piece = prop_oneof![
        3 => "[a-z ]{1,6}",
        1 => "\\PC{0,4}",
        9 => prop::sample::select(vec![
            "\n", "\n\n", "\n\n", "# ", "## A {#b .c}\n", "> ", "- ", "**", "```rust\nlet a;\n```\n", "[a](b.md)", "[c](d.md#e)",
            "![a](b.png \"c *d* [e](f.md)\")", "{credit=\"x\" #y}", "[^1]", "\n[^1]: x\n", "<b id=\"c\">", "</b>", "<!-- more -->",
            "\n{% <a b={[1, null]}> %}\n", "\n{% </a> %}\n", "\n{{<a b=\"c\" d=1 />}}\n", "$x$", "|a|\n|-|\n|b|\n",
        ]).prop_map(String::from),
    ];
    (prop::collection::vec(line, 0..7), prop::collection::vec(piece, 0..30)).prop_map(
        |(lines, pieces)| format!("---\ntitle: T\n{}\n---\n{}", lines.join("\n"), pieces.concat()),
    )
}

/// What all readers make of some bytes; they must not fail in any other way than by giving nothing.
fn read_all(bytes: &[u8]) -> bool {
    let document = read_light(bytes, &nothing(), 0);
    if let Some(document) = &document {
        // What was read can be used.
        let mut html = String::new();
        markdown::write(&document.prose, &markdown::AsWritten, &mut html);
        card_fingerprint(document);
        document.front.place("title");
        document.prose.has_anchor("a");
        let _ = document.front.date.map(|date| (date.iso(), date.rfc2822()));
        for image in document.prose.figures() {
            image.write_caption(&markdown::AsWritten, &(0..0), &mut html);
        }
    }
    let body = read_body(bytes);
    if let (Some(mut document), Some(body)) = (parse(FULL).0, body.clone()) {
        document.prose.body = body.into();
        markdown::write(&document.prose, &markdown::AsWritten, &mut String::new());
        markdown::write_summary(&document.prose, &markdown::AsWritten, &mut String::new());
    }
    let terms = read_terms(bytes);
    if let Some(terms) = &terms {
        assert!(terms.iter().filter_map(|(stem, _)| terms.name(stem)).count() <= terms.named.len());
    }
    let problems = read_diagnostics(bytes);
    document.is_some() || body.is_some() || terms.is_some() || problems.is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_comes_back(text in file()) {
        let (document, problems) = parse(&text);
        diagnostics_round_trip(&problems);
        if let Some(mut document) = document {
            let (again, _) = parse(&text);
            prop_assert_eq!(light(&document), light(&again.expect("the same file")));
            round_trip(&mut document);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    /// A byte of a good document is changed, at any place.
    #[test]
    fn damaged_bytes_are_read_or_refused(at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let document = parse(FULL).0.expect("a document");
        let mut parts = [light(&document), Vec::new(), Vec::new(), Vec::new()];
        write_body(&document.prose, &mut parts[1]);
        write_terms(&document.terms, &mut parts[2]);
        write_diagnostics(&[problem()], &mut parts[3]);
        for mut bytes in parts {
            let at = at.index(bytes.len());
            bytes[at] ^= change;
            read_all(&bytes);
        }
    }
}

#[test]
fn a_part_that_ends_early_or_late_is_none() {
    let document = parse(FULL).0.expect("a document");
    let mut bytes = light(&document);
    for end in 0..bytes.len() {
        assert!(read_light(&bytes[..end], &nothing(), 0).is_none(), "{end}");
    }
    bytes.push(0);
    assert!(read_light(&bytes, &nothing(), 0).is_none());
    let (mut html, mut terms, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    write_body(&document.prose, &mut html);
    write_terms(&document.terms, &mut terms);
    write_diagnostics(&[problem()], &mut problems);
    (0..html.len()).for_each(|end| assert!(read_body(&html[..end]).is_none(), "{end}"));
    (0..terms.len()).for_each(|end| assert!(read_terms(&terms[..end]).is_none(), "{end}"));
    (1..problems.len()).for_each(|end| {
        assert!(read_diagnostics(&problems[..end]).is_none(), "{end}");
    });
}

/// A value out of its numbers and its texts.
fn read_raw<T: Stored>(texts: &str, numbers: &[u8]) -> Option<T> {
    let length = (texts.len() as u32).to_le_bytes();
    bytes::read(&[texts.as_bytes(), numbers, &length].concat(), None)
}

#[test]
fn a_length_that_lies_takes_no_memory_and_depth_has_an_end() {
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    assert_eq!(read_raw::<u64>("", &most), Some(u64::MAX));
    let beyond = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
    for wrong in [&most[..9], &[0x80, 0], &beyond] {
        assert_eq!(read_raw::<u64>("", wrong), None);
    }
    for claim in [&most[..], &[0xff, 0xff, 0xff, 0xff, 0x0f]] {
        let numbers = [claim, &[0; 100]].concat();
        assert_eq!(read_raw::<String>("abc", &numbers), None);
        assert_eq!(read_raw::<Vec<(String, Place)>>("abc", &numbers), None);
        assert_eq!(read_raw::<Terms>("abc", &numbers), None);
    }
    let nested = |depth: usize| [[7, 1].repeat(depth), vec![0]].concat();
    assert!(read_raw::<crate::config::Data>("", &nested(200)).is_some());
    for depth in [201, 1_000_000] {
        assert!(read_raw::<crate::config::Data>("", &nested(depth)).is_none());
    }
}

#[test]
fn texts_are_whole_and_all_used() {
    assert_eq!(read_raw::<String>("aö", &[3]).as_deref(), Some("aö"));
    for length in [0, 1, 2, 4] {
        assert_eq!(read_raw::<String>("aö", &[length]), None, "{length}");
    }
    for bytes in [&[0xc3, 1, 1, 0, 0, 0][..], &[b'a', 1, 2, 0, 0], &[1, 0, 0, 0], &[]] {
        assert_eq!(bytes::read::<String>(bytes, None), None);
    }
    for length in [u32::MAX, 5] {
        let bytes = [&b"a\x01"[..], &length.to_le_bytes()].concat();
        assert_eq!(bytes::read::<String>(&bytes, None), None);
    }
}

#[test]
fn numbers_come_back() {
    for value in [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN] {
        let mut found = Vec::new();
        bytes::write(&mut found, |out| value.put(out));
        assert_eq!(bytes::read::<i64>(&found, None), Some(value));
        assert_eq!(found.len() == 5, (-64..64).contains(&value), "{value}");
    }
}

fn card(text: &str) -> [u8; 16] {
    card_fingerprint(&parse(text).0.expect("a document"))
}

#[test]
fn a_card_stays_when_nothing_of_it_changes() {
    let base = card(FULL);
    for (from, to) in [
        ("rust\nfn a() {}", "rust\nfn bcd() {}"),
        ("# H *e*", "# Other *e*"),
        ("[h](i.md)", "[h](another.md)"),
        ("![k](l.png)", "![k](m.png)"),
        ("Note.", "Not."),
        ("---\ntitle", "---\n# a comment moves all places\ntitle"),
        ("aliases: [/old/, /older/]", "aliases: [ /old/ , /older/ ]"),
    ] {
        let text = FULL.replace(from, to);
        assert!(text != FULL && card(&text) == base, "{to}");
    }
    let described = FULL.replace("toc: false", "description: D").replace("<!-- more -->\n", "");
    assert_eq!(card(&described), card(&described.replace("Lead", "Laed")));
}

#[test]
fn a_card_changes_with_each_thing_that_it_shows() {
    let mut seen = std::collections::BTreeMap::from([(card(FULL), "nothing")]);
    for (from, to) in [
        ("T ö", "T"),
        ("2015-07-17", "2015-07-18"),
        ("updated: 2016-01-01", "updated: 2016-01-02"),
        ("2030", "2031"),
        ("toc: false", "description: D"),
        ("B C", "BC"),
        ("[x, y]", "[x, z]"),
        ("tags:", "taxonomies: {tags: [q]}\ntags:"),
        ("name: S", "name: R"),
        ("order: -2", "order: 2"),
        ("l.png, alt: ''", "m.png, alt: ''"),
        ("alt: ''", "alt: 'a'"),
        ("caption: c", "caption: b"),
        ("credit: d", "credit: b"),
        ("license: e", "license: b"),
        ("source: f", "source: b"),
        ("/older/", "/oldest/"),
        ("draft: true", "draft: false"),
        ("slug: s\n", "slug: r\n"),
        ("path: /p/", "path: /q/"),
        ("template: t.html\n", "template: s.html\n"),
        ("u.html", "v.html"),
        ("toc: false", "toc: true"),
        ("comments: true", "comments: false"),
        ("search: false", "search: true"),
        ("id: i\n", "id: j\n"),
        ("org/c\n", "org/d\n"),
        ("noindex", "nosnippet"),
        ("weight: -7", "weight: -8"),
        ("sort_by: slug", "sort_by: title"),
        ("paginate_by: 300", "paginate_by: 301"),
        ("feed: true", "feed: false"),
        ("b: {c: d}", "b: {c: e}"),
        ("Lead", "Laed"),
        ("b.md#c", "b.md#d"),
        ("Note.", "More words."),
        ("```rust\nfn a() {}\n```\n", "    fn a() {}\n"),
        ("<!-- more -->\n", ""),
    ] {
        let text = FULL.replace(from, to);
        assert_ne!(text, FULL, "{from}");
        if let Some(other) = seen.insert(card(&text), to) {
            panic!("`{to}` gives the card of `{other}`");
        }
    }
    let others =
        ["content/posts/b/index.fr.md", "content/posts/a.fr.md", "content/posts/a/index.md"];
    for file in others.into_iter().chain(["content/a/index.fr.md", "content/posts/a/_index.fr.md"])
    {
        let found = parse_as(file, FULL, &config(), &mut Analyzer::new()).0.expect("a document");
        assert!(seen.insert(card_fingerprint(&found), file).is_none(), "{file}");
    }
}
