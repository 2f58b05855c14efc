//! What the tests of this module share, and properties of all output.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// One for all, because loading the syntaxes takes time.
static CODES: LazyLock<Highlighter> = LazyLock::new(Highlighter::new);

/// Everything on that an article may use, raw HTML as it is, straight quotes.
pub(super) fn options() -> Options {
    Options { extensions: true, html: RawHtml::Allow, smart_punctuation: false, math: false }
}

pub(super) fn with_html(html: RawHtml) -> Options {
    Options { html, ..options() }
}

pub(super) fn read_with(markdown: &str, options: &Options) -> (Parsed, String) {
    let mut text = String::from("what was there before");
    let parsed = parse(markdown, 0..markdown.len(), "a.md", options, &CODES, &mut text);
    (parsed, text)
}

pub(super) fn read(markdown: &str) -> Parsed {
    read_with(markdown, &options()).0
}

/// The HTML with links and pictures as written.
pub(super) fn html_with(markdown: &str, options: &Options) -> String {
    let mut html = String::new();
    write(&read_with(markdown, options).0.prose, &AsWritten, &mut html);
    html
}

pub(super) fn html(markdown: &str) -> String {
    html_with(markdown, &options())
}

/// Problems as `line:column+width id message`.
pub(super) fn problems_with(markdown: &str, options: &Options) -> Vec<String> {
    let problems = read_with(markdown, options).0.problems;
    let show = |problem: &Diagnostic| {
        let place = problem.place.as_ref().expect("every problem has a place");
        let at = format!("{}:{}+{}", place.line, place.column, place.width);
        format!("{at} {} {}", problem.id, problem.message)
    };
    problems.iter().map(show).collect()
}

pub(super) fn problems(markdown: &str) -> Vec<String> {
    problems_with(markdown, &options())
}

pub(super) fn first_figure(markdown: &str) -> Image {
    read(markdown).prose.figures().next().expect("a figure").clone()
}

/// A resolver that shows what it is asked.
pub(super) struct Show;

impl Resolve for Show {
    fn link(&self, target: &str, source: &Range<u32>, out: &mut String) {
        out.push_str(&format!("[{target}@{}-{}]", source.start, source.end));
    }

    fn image(&self, image: &Image, is_figure: bool, _: &Range<u32>, out: &mut String) {
        out.push_str(&format!("[{} {is_figure} {}]", image.src, image.number));
    }

    fn component(&self, call: &Call, body: Option<&str>, _: &Range<u32>, out: &mut String) {
        let arguments: Vec<String> =
            call.arguments.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        out.push_str(&format!("[{}{}|{}]", call.name, arguments.concat(), body.unwrap_or("-")));
    }
}

pub(super) fn shown(markdown: &str) -> String {
    let mut html = String::new();
    write(&read(markdown).prose, &Show, &mut html);
    html
}

/// Tags that need no end.
const VOID: [&str; 4] = ["br", "hr", "img", "input"];

/// Whether every tag is closed in the right order, every value is quoted and no id is there twice.
fn check_form(html: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        if rest[..start].contains('>') {
            return Err(format!("a bare `>` in {:?}", &rest[..start]));
        }
        rest = &rest[start + 1..];
        let is_end = rest.starts_with('/');
        let name_start = usize::from(is_end);
        let name_end = rest.find([' ', '>']).ok_or("a tag has no end")?;
        let name = rest[name_start..name_end].trim_end_matches('/');
        let mut tail = &rest[name_end..];
        loop {
            tail = tail.trim_start_matches(' ').trim_start_matches('/');
            if let Some(after) = tail.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = tail.find(['=', ' ', '>']).ok_or("an attribute has no end")?;
            let attribute = &tail[..end];
            tail = &tail[end..];
            if let Some(value) = tail.strip_prefix("=\"") {
                let (value, after) = value.split_once('"').ok_or("a value has no end")?;
                if value.contains(['<', '>']) {
                    return Err(format!("a bare bracket in {value:?}"));
                }
                if attribute == "id" && !ids.insert(value.to_string()) {
                    return Err(format!("the id {value:?} is there twice"));
                }
                tail = after;
            } else if !["disabled", "checked"].contains(&attribute) {
                return Err(format!("attribute {attribute:?} of <{name}>"));
            }
        }
        if !name.bytes().all(|b| b.is_ascii_alphanumeric()) || name.is_empty() {
            return Err(format!("a tag named {name:?}"));
        }
        if is_end {
            match open.pop() {
                Some(last) if last == name => {}
                last => return Err(format!("</{name}> closes {last:?}")),
            }
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    if rest.contains('>') {
        return Err(format!("a bare `>` in {rest:?}"));
    }
    if open.is_empty() { Ok(()) } else { Err(format!("open at the end: {open:?}")) }
}

#[test]
fn the_check_of_form_finds_faults() {
    assert!(check_form("<p id=\"a\">x<br>y <em>z</em></p>\n<input disabled><hr />").is_ok());
    for bad in [
        "<p>",
        "</p>",
        "<em><p></em></p>",
        "<p a=b></p>",
        "<p a=\"></p>",
        "a > b",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<p",
    ] {
        assert!(check_form(bad).is_err(), "{bad}");
    }
}

/// Pieces that mean something, so that random texts are full of constructs.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z ]{1,6}".prop_map(String::from),
        1 => "\\PC{0,4}".prop_map(String::from),
        9 => prop::sample::select(vec![
            "\n", "\n\n", "\n\n", "    ", "  ", "\t", "# ", "## A {#b .c}", "> ", ">", "- ", "1. ", "* ", "- [ ] ",
            "*", "**", "_", "~~", "`", "```", "```rust\n", "~~~ x title=\"a<b\" hl_lines=1\n", "[", "]", "](", ")",
            "](a.md)", "![", "![a](b.png \"c *d*\")", "{credit=\"x\"}", "{#id .c}", "{", "}", "[^1]", "[^1]: ",
            "[^b]: x", "[^b]", "<b>", "</b>", "<div>", "<!-- ", "-->", "<!-- more -->", "&amp;", "&", "<", ">",
            "\\", "\"", "'", "--", "...", "|", "|a|b|\n|-|:-:|\n|c|", ": ", "\n: ", "https://a.example/b_c",
            "www.a.example", "a@b.example", "(", "javascript:", "[!NOTE]", "{{<a />}}", "{{<a b={", "{% <a> %}",
            "{% </a> %}", "\n{% <a> %}\n", "\n{% </a> %}\n", "\n{{<a b=\"c\" />}}\n", "$", "$$", "---", "===",
            "[a]: b \"c\"\n", "\u{a0}", "ß", "日本", "\r\n", "\0",
        ]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(600), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_well_formed_html(source in markdown()) {
        for smart_punctuation in [true, false] {
            let options = Options { smart_punctuation, math: smart_punctuation, ..with_html(RawHtml::Escape) };
            let (parsed, _) = read_with(&source, &options);
            let mut html = String::new();
            write(&parsed.prose, &AsWritten, &mut html);
            // Two equal ids that the author wrote are reported as an error instead.
            let is_reported = parsed.problems.iter().any(|problem| problem.id == "markdown/duplicate-id");
            match check_form(&html) {
                Err(fault) if !(is_reported && fault.contains("twice")) => {
                    prop_assert!(false, "{fault}\n{source:?}\n{html}");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn any_text_gives_holes_in_order_and_places_in_the_file(source in markdown()) {
        for html in [RawHtml::Allow, RawHtml::Sanitize] {
            let file = format!("---\ntitle: ö\n---\n{source}");
            let body = file.len() - source.len()..file.len();
            let mut text = String::new();
            let parsed = parse(&file, body.clone(), "a.md", &with_html(html), &CODES, &mut text);
            let (prose, html) = (&parsed.prose, parsed.prose.body());
            prop_assert!(prose.holes.is_sorted_by_key(|hole| hole.at));
            for hole in &prose.holes {
                prop_assert!(html.text.is_char_boundary(hole.at as usize));
                let place = hole.source.start as usize..hole.source.end as usize;
                prop_assert!(place.start >= body.start && file.get(place).is_some());
            }
            prop_assert!(html.page_only.is_sorted_by(|a, b| a.end <= b.start));
            if let Some(summary) = &prose.summary {
                prop_assert!(html.text.get(summary.clone()).is_some());
            }
            write_summary(prose, &AsWritten, &mut String::new());
            prop_assert!(prose.lead.chars().count() <= 300);
        }
    }

    #[test]
    fn inline_text_has_no_blocks(source in "[ -~ß\n]{0,30}") {
        let html = inline(&source, &with_html(RawHtml::Escape));
        prop_assert!(check_form(&html).is_ok(), "{html}");
        for block in ["<p", "<ul", "<ol", "<h1", "<pre", "<blockquote", "<table", "<hr", "<dl", "<section"] {
            prop_assert!(!html.contains(block), "{html}");
        }
    }
}

#[test]
fn deep_nesting_is_an_error_and_takes_no_time() {
    let list: String = (0..200).map(|level| format!("{}- a\n", "  ".repeat(level))).collect();
    for source in [
        ">".repeat(10_000),
        "> ".repeat(10_000) + "a",
        "* - ".repeat(10_000),
        "1. ".repeat(10_000),
        list,
        "*a _b ".repeat(200) + &"c_ d* ".repeat(200),
        "{% <a> %}\n".repeat(40) + &"{% </a> %}\n".repeat(40),
    ] {
        let parsed = read(&source);
        assert_eq!(parsed.problems[0].id, "markdown/too-deep", "{}", &source[..20]);
        assert!(parsed.problems[0].is_error());
        assert_eq!(parsed.prose.body().text, "");
    }
    assert!(problems(&(">".repeat(90) + "a")).is_empty());
}

/// Not a measurement: a text that takes time as the square of its length would take minutes here.
#[test]
fn long_texts_of_odd_pieces_come_to_an_end() {
    for piece in [
        "[",
        "![",
        "![a](b){",
        "![a](b){a=\"",
        "{",
        "{#a",
        ">",
        "a@",
        "a_b@c.example ",
        "https://a.example/)",
        "[^a]",
        "<",
        "<!-- ",
        "{{<a",
        "*a ",
        "`a",
        "&a;",
        "](",
        "# a\n",
        "a\n: b\n",
        "{% <a> %}\n",
        "\"a ",
        "|",
    ] {
        let source = piece.repeat(40_000);
        let start = std::time::Instant::now();
        read_with(&source, &with_html(RawHtml::Escape));
        assert!(start.elapsed().as_secs() < 60, "{piece:?}: {:?}", start.elapsed());
    }
}
