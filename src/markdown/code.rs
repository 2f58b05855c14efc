//! Highlighted code: class names in the HTML, colours in a style sheet for light and dark pages.
//!
//! Syntaxes are loaded when the first block asks for one, and equal blocks are highlighted once.
//! Blocks and lines of absurd length are left plain, so that no input takes long.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;
use syntect::highlighting::ThemeSet;
use syntect::html::{ClassStyle, css_for_theme_with_class_style, line_tokens_to_classed_spans};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::escape_text;
use super::fence::Info;
use super::style::{Scheme, combine};

/// Longer blocks and blocks with longer lines are not highlighted.
const MAX_BLOCK: usize = 64 << 10;
const MAX_LINE: usize = 10_000;
const SHARDS: usize = 16;
/// Bytes of highlighted code that a shard keeps; a long-running `serve` would grow without end.
const MAX_SHARD: usize = 4 << 20;
const STYLE: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "hl-" };

/// Languages that have no colours and need none, or none that we know.
const PLAIN: &[&str] = &[
    "apache",
    "ascii",
    "asciidoc",
    "asn1",
    "awk",
    "bibtex",
    "conf",
    "console",
    "csv",
    "cypher",
    "dart",
    "docker",
    "dockerfile",
    "dotenv",
    "elixir",
    "fortran",
    "gherkin",
    "gnuplot",
    "graphql",
    "hcl",
    "http",
    "ini",
    "julia",
    "kotlin",
    "log",
    "math",
    "mermaid",
    "nginx",
    "nim",
    "nix",
    "none",
    "output",
    "plain",
    "plaintext",
    "powershell",
    "proto",
    "protobuf",
    "ps1",
    "qml",
    "rst",
    "sas",
    "scss",
    "session",
    "solidity",
    "sparql",
    "spss",
    "stata",
    "svelte",
    "swift",
    "terraform",
    "text",
    "toml",
    "tree",
    "tsv",
    "txt",
    "typst",
    "vb",
    "vim",
    "wasm",
    "zig",
];

/// Names that the syntaxes do not know, with one that they do.
const ALIASES: &[(&str, &str)] = &[
    ("c#", "cs"),
    ("csharp", "cs"),
    ("go-html-template", "html"),
    ("golang", "go"),
    ("gotmpl", "html"),
    ("javascript", "js"),
    ("jinja", "html"),
    ("jinja2", "html"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("jsx", "js"),
    ("liquid", "html"),
    ("objective-c", "m"),
    ("objectivec", "m"),
    ("postgresql", "sql"),
    ("python3", "py"),
    ("shell", "sh"),
    ("sqlite", "sql"),
    ("svg", "xml"),
    ("ts", "js"),
    ("tsx", "js"),
    ("typescript", "js"),
    ("vue", "html"),
    ("zsh", "sh"),
];

/// Highlights code; shared by all threads.
pub struct Highlighter {
    syntaxes: OnceLock<SyntaxSet>,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    done: FxHashMap<Box<str>, Arc<str>>,
    bytes: usize,
}

/// What is known about a block of code.
pub(super) enum Lookup {
    Highlighted(Arc<str>),
    /// No language, one without colours, or too long.
    Plain,
    UnknownLanguage,
}

impl Default for Highlighter {
    fn default() -> Self {
        Highlighter::new()
    }
}

impl Highlighter {
    /// Loads nothing yet.
    pub fn new() -> Self {
        Highlighter { syntaxes: OnceLock::new(), shards: Default::default() }
    }

    /// The code with spans around its parts, from memory if an equal block was there before.
    pub(super) fn highlight(&self, info: &Info<'_>, code: &str) -> Lookup {
        let is_plain = |name: &&str| info.language.eq_ignore_ascii_case(name);
        if info.language.is_empty() || PLAIN.iter().any(is_plain) {
            return Lookup::Plain;
        }
        let lines = if info.has_lines() {
            format!("{}{:?}", info.has_numbers, info.marked)
        } else {
            String::new()
        };
        let key = [info.language, "\0", &lines, "\0", code].concat();
        let shard = &self.shards[shard_of(&key)];
        let lock = || shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(html) = lock().done.get(&*key) {
            return Lookup::Highlighted(html.clone());
        }
        let syntaxes = self.syntaxes.get_or_init(SyntaxSet::load_defaults_newlines);
        let Some(syntax) = find(syntaxes, info.language) else { return Lookup::UnknownLanguage };
        if code.len() > MAX_BLOCK || code.lines().any(|line| line.len() > MAX_LINE) {
            return Lookup::Plain;
        }
        let Some(html) = spans(syntaxes, syntax, info, code) else { return Lookup::Plain };
        let html: Arc<str> = html.into();
        let mut shard = lock();
        if shard.bytes > MAX_SHARD {
            *shard = Shard::default();
        }
        shard.bytes += key.len() + html.len();
        shard.done.insert(key.into(), html.clone());
        Lookup::Highlighted(html)
    }
}

fn shard_of(key: &str) -> usize {
    use std::hash::BuildHasher;
    // The low bits choose the slot inside of the shard's map; take others here.
    (rustc_hash::FxBuildHasher.hash_one(key) >> 40) as usize % SHARDS
}

fn find<'s>(syntaxes: &'s SyntaxSet, language: &str) -> Option<&'s SyntaxReference> {
    let alias = ALIASES.iter().find(|(name, _)| name.eq_ignore_ascii_case(language));
    syntaxes.find_syntax_by_token(alias.map_or(language, |(_, token)| token))
}

/// The name of a language that is spelt almost like this one.
pub(super) fn nearest_language(language: &str) -> Option<String> {
    static SYNTAXES: OnceLock<SyntaxSet> = OnceLock::new();
    let syntaxes = SYNTAXES.get_or_init(SyntaxSet::load_defaults_newlines);
    let names: Vec<String> = syntaxes
        .syntaxes()
        .iter()
        .flat_map(|syntax| std::iter::once(&syntax.name).chain(&syntax.file_extensions))
        .map(|name| name.to_lowercase())
        .filter(|name| name.len() > 2 && !name.contains([' ', '.']))
        .collect();
    let known = names.iter().map(String::as_str);
    let known = known.chain(PLAIN.iter().copied()).chain(ALIASES.iter().map(|(name, _)| *name));
    crate::diagnostic::nearest(language, known).map(str::to_string)
}

fn spans(
    syntaxes: &SyntaxSet,
    syntax: &SyntaxReference,
    info: &Info<'_>,
    code: &str,
) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut open = 0_isize;
    let mut html = String::with_capacity(code.len() * 4);
    for (index, line) in LinesWithEndings::from(code).enumerate() {
        if info.has_lines() {
            open_line(info, index + 1, &mut html);
            for scope in stack.as_slice() {
                html.push_str("<span class=\"hl-");
                html.push_str(&scope.build_string().replace('.', " hl-"));
                html.push_str("\">");
            }
        }
        let operations = state.parse_line(line, syntaxes).ok()?;
        let (part, change) =
            line_tokens_to_classed_spans(line, &operations, STYLE, &mut stack).ok()?;
        html.push_str(&part);
        open += change;
        if info.has_lines() {
            close_spans(open, &mut html);
            close_line(info, index + 1, &mut html);
        }
    }
    if !info.has_lines() {
        close_spans(open, &mut html);
    }
    Some(html)
}

fn close_spans(count: isize, html: &mut String) {
    for _ in 0..count {
        html.push_str("</span>");
    }
}

/// Code without colours, line by line.
pub(super) fn plain_lines(info: &Info<'_>, code: &str, html: &mut String) {
    for (index, line) in LinesWithEndings::from(code).enumerate() {
        open_line(info, index + 1, html);
        escape_text(line, html);
        close_line(info, index + 1, html);
    }
}

fn is_marked(marked: &[Range<usize>], line: usize) -> bool {
    marked.iter().any(|range| range.contains(&line))
}

fn open_line(info: &Info<'_>, line: usize, html: &mut String) {
    let mark = if is_marked(&info.marked, line) {
        "<mark class=\"line\">"
    } else {
        "<span class=\"line\">"
    };
    html.push_str(mark);
}

fn close_line(info: &Info<'_>, line: usize, html: &mut String) {
    html.push_str(if is_marked(&info.marked, line) { "</mark>" } else { "</span>" });
}

/// The names that [`style_sheet`] knows, sorted.
pub fn theme_names() -> Vec<String> {
    ThemeSet::load_defaults().themes.into_keys().collect()
}

/// One style sheet for highlighted code: with [`Scheme::Auto`] the light theme's rules and the dark one's
/// for readers whose system is dark, each under a condition, so that no property of one theme shows through
/// the other; else one theme's rules. Colours that cannot be read are mended.
///
/// # Errors
/// The name that is no theme, and those that are.
pub fn style_sheet(light: &str, dark: &str, scheme: Scheme) -> Result<String, String> {
    let themes = ThemeSet::load_defaults();
    let rules = |name: &str| {
        let theme = themes.themes.get(name).ok_or_else(|| {
            let known: Vec<String> = themes.themes.keys().map(|name| format!("`{name}`")).collect();
            format!("`{name}`: unknown highlighting theme; the known ones are {}", known.join(", "))
        })?;
        css_for_theme_with_class_style(theme, STYLE)
            .map_err(|error| format!("`{name}`: this theme makes no style sheet: {error}"))
    };
    Ok(combine(&rules(light)?, &rules(dark)?, scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_blocks_are_highlighted_once() {
        let codes = Highlighter::new();
        let info = Info::parse("rust");
        let html = |code: &str, info: &Info<'_>| match codes.highlight(info, code) {
            Lookup::Highlighted(html) => html,
            _ => panic!("no colours"),
        };
        let (first, again) = (html("let a;\n", &info), html("let a;\n", &info));
        assert!(Arc::ptr_eq(&first, &again));
        assert!(!Arc::ptr_eq(&first, &html("let b;\n", &info)));
        assert_ne!(first, html("let a;\n", &Info::parse("rust linenos")));
        assert_ne!(first, html("let a;\n", &Info::parse("html")));
    }

    #[test]
    fn nothing_is_loaded_before_a_language_asks() {
        let codes = Highlighter::new();
        assert!(matches!(codes.highlight(&Info::parse("text"), "a"), Lookup::Plain));
        assert!(matches!(codes.highlight(&Info::parse(""), "a"), Lookup::Plain));
        assert!(codes.syntaxes.get().is_none());
    }

    #[test]
    fn every_alias_leads_to_a_syntax_and_no_plain_name_has_one() {
        let syntaxes = SyntaxSet::load_defaults_newlines();
        assert!(PLAIN.is_sorted());
        for (name, token) in ALIASES {
            assert!(syntaxes.find_syntax_by_token(token).is_some(), "{name}");
            assert!(!PLAIN.contains(name));
        }
    }

    #[test]
    fn the_style_sheet_is_small_and_says_nothing_twice() {
        let css = style_sheet("InspiredGitHub", "base16-ocean.dark", Scheme::Auto).unwrap();
        assert!(css.len() < 20_000, "{}", css.len());
        assert_eq!(css.matches("@media").count(), 2);
        for block in css.split("@media").skip(1) {
            let selectors = block.lines().skip(1).filter_map(|line| line.split_once('{'));
            let mut selectors: Vec<&str> =
                selectors.flat_map(|(selectors, _)| selectors.split(',')).collect();
            assert!(selectors.len() > 20 && block.contains(".hl-code{color:#"), "{block}");
            let count = selectors.len();
            selectors.sort_unstable();
            selectors.dedup();
            assert_eq!(selectors.len(), count);
        }
        assert!(!css.contains("/*"));
    }

    #[test]
    fn an_unknown_theme_names_the_known_ones() {
        let error = style_sheet("InspiredGitHub", "nope", Scheme::Auto).unwrap_err();
        assert!(
            error.starts_with("`nope`: unknown highlighting theme")
                && error.contains("`Solarized (dark)`")
        );
        assert!(theme_names().contains(&"Solarized (light)".to_string()));
    }
}
