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
