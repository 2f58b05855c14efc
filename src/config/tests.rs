use super::*;

fn good(yaml: &str) -> Config {
    let text = format!("title: T\nbase_url: https://example.org/\n{yaml}");
    let (config, problems) = Config::parse("byline.yaml", &text);
    assert_eq!(problems, vec![], "{text}");
    config.expect("a configuration")
}

/// `line:column message` of each problem, with the two needed keys on the first two lines.
fn problems(yaml: &str) -> Vec<String> {
    shown(&format!("title: T\nbase_url: https://example.org/\n{yaml}"))
}

fn shown(text: &str) -> Vec<String> {
    let (config, problems) = Config::parse("byline.yaml", text);
    assert!(config.is_none());
    problems
        .iter()
        .map(|d| {
            let place = d.place.as_ref().expect("a place");
            assert!(d.hint.is_some() || d.id == "config/wrong-type", "{d:?}");
            format!("{}:{} {}", place.line, place.column, d.message)
        })
        .collect()
}

#[test]
fn a_whole_file_is_read() {
    let config = good(
        "language: de\nlanguages: {fr: {name: Français}}\nauthors: {a: {name: A B, email: a@b.c}, b: B, c: }\n\
         taxonomies: {tags: {feed: true}, countries: , series: false}\nfeeds: {formats: [atom], content: summary}\n\
         markdown: {html: escape, highlight: {dark: X}}\nmenu: [{name: N, url: /n/}]\nextra: {a: [1, 2.5, x]}\n\
         translations: {fr: {more: plus}}\ntheme_options: {accent: red}\ncomments: {provider: isso, x: 1}\n",
    );
    assert_eq!(config.authors["a"].name, "A B");
    assert_eq!((config.authors["b"].name.as_str(), config.authors["c"].name.as_str()), ("B", "c"));
    let names: Vec<&str> = config.taxonomies.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["tags", "countries", "authors"]);
    assert_eq!(config.feeds.formats, [FeedFormat::Atom]);
    assert_eq!(config.feeds.limit, 20);
    assert_eq!(config.markdown.highlight_dark, "X");
    assert_eq!(config.markdown.highlight_light, "InspiredGitHub");
    assert_eq!(config.extra["a"][1], 2.5);
    assert_eq!(config.language_code("FR"), Some("fr"));
    assert_eq!(config.comments.expect("comments")["x"], 1);
}

#[test]
fn all_problems_come_at_once_with_their_places() {
    assert_eq!(
        problems(
            "tilte: x\nauthors: {x: {nmae: y}}\nfeeds:\n  limt: 3\n  formats: [rss, atm]\n\
             taxonomies:\n  tags:\n    fed: yes\n    feed: yes\npaginate_by: -1\nmenu: x\nlanguages: {en: {}}\n",
        ),
        [
            "3:1 `tilte`: unknown key; did you mean `title`?",
            "4:15 `authors.x.nmae`: unknown key; did you mean `name`?",
            "6:3 `feeds.limt`: unknown key; did you mean `limit`?",
            "7:18 `feeds.formats[2]`: expected `rss`, `atom` or `json`, found `atm`",
            "10:5 `taxonomies.tags.fed`: unknown key; did you mean `feed`?",
            "11:11 `taxonomies.tags.feed`: expected `true` or `false`, found text `yes`",
            "12:14 `paginate_by`: expected a whole number, 0 or more, found the number -1",
            "13:7 `menu`: expected a list of links, found text `x`",
            "14:17 `languages.en`: this is the default language already",
        ]
    );
}

#[test]
fn title_and_base_url_are_needed() {
    assert_eq!(shown(""), ["0:0 `title`: missing", "0:0 `base_url`: missing"]);
    assert_eq!(shown("- a\n"), ["1:1 expected a map of keys and values, found a list"]);
    let wrong = shown("title: [x]\nbase_url: example.org\n");
    assert_eq!(
        wrong,
        [
            "1:8 `title`: expected text, found a list",
            "2:11 `base_url`: `example.org`: expected an absolute address",
        ]
    );
}

#[test]
fn addresses_are_brought_to_one_form() {
    for (address, url, path) in [
        ("https://example.org", "https://example.org", ""),
        ("HTTPS://Example.org/", "https://example.org", ""),
        ("http://localhost:8080/a/b/", "http://localhost:8080/a/b", "/a/b"),
        ("http://[::1]:80/", "http://[::1]:80", ""),
        (
            "https://example.org/Käse und/",
            "https://example.org/K%C3%A4se%20und",
            "/K%C3%A4se%20und",
        ),
        ("https://example.org/%41/", "https://example.org/%41", "/%41"),
        ("https://example.org///", "https://example.org", ""),
    ] {
        let parsed = BaseUrl::parse(address).expect(address);
        assert_eq!((parsed.url.as_str(), parsed.path.as_str()), (url, path));
    }
    for address in [
        "",
        "/x/",
        "example.org",
        "ftp://example.org",
        "https://",
        "https:///x",
        "https://a b/",
        "https://u:p@example.org/",
        "https://example.org/?q",
        "https://example.org/#a",
        "https://example.org/a//b",
        "https://example.org/../x",
        "https://example.org:99999/",
        "https://example.org:/",
        "https://exämple.org/",
        "javascript://x/",
        "https://a\\b/",
    ] {
        assert!(BaseUrl::parse(address).is_err(), "{address}");
    }
    let mut config = Config::default_for("T");
    assert!(config.with_base_url("https://example.org/x/").is_ok());
    assert_eq!(config.base_url.path, "/x");
    assert!(config.with_base_url("x").is_err());
}

#[test]
fn links_that_run_code_are_refused() {
    let found =
        problems("menu: [{name: N, url: 'JavaScript:alert(1)'}]\nauthors: {a: {url: 'data:x'}}\n");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn names_of_taxonomies_do_not_hide_other_keys() {
    assert_eq!(problems("taxonomies: {title: {}, 'a/b': {}}\n").len(), 2);
    assert_eq!(problems("taxonomies: [tags]\n").len(), 1);
}

#[test]
fn an_anchor_can_be_used_and_a_byte_order_mark_is_no_key() {
    let config =
        good("x: &x\n".replace("x: &x\n", "extra: {a: &a {b: 1}, c: {<<: *a}}\n").as_str());
    assert_eq!(config.extra["c"]["b"], 1);
    let text = "\u{feff}title: T\r\nbase_url: https://example.org/\r\n";
    assert!(Config::parse("byline.yaml", text).0.is_some());
}
