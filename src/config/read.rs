//! `byline.yaml` -> [`Config`]: each key is read on its own, so that all problems are found at once.

use std::collections::BTreeMap;

use super::key::KEYS;
use super::yaml::reader::{At, Kind, Reader};
use super::yaml::{Document, Node};
use super::{
    Author, BaseUrl, Config, Data, FeedContent, FeedFormat, Language, MenuItem, RawHtml, Taxonomy,
};
use crate::diagnostic::{Diagnostic, Place};

/// Reads a configuration; without a value when it cannot be built with.
pub(super) fn parse(file: &str, text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (document, mut problems) = Document::parse(file, text, start..text.len());
    let Some(document) = document else { return (None, problems) };
    let mut reader = Reader::new(&document, Kind::Config);
    let root = At::root(&document);
    if !matches!(root.node, Node::Map(_)) {
        reader.wrong_type_hint(&root, "a map of keys and values", "begin with `title: ...`");
        return (None, reader.problems);
    }
    reader.check_keys(&root, KEYS, "");
    let mut config = Config::default_for("");
    let mut has_base_url = false;
    for (name, at) in root.entries() {
        match name {
            "title" => config.title = reader.words(&at).unwrap_or_default(),
            "base_url" => has_base_url |= base_url(&mut reader, &at, &mut config),
            _ => entry(&mut reader, name, &at, &mut config),
        }
    }
    check_languages(&mut reader, &root, &config);
    let is_broken = |path: &str, problems: &[Diagnostic]| {
        problems.iter().any(|problem| problem.message.starts_with(&format!("`{path}`:")))
    };
    if config.title.is_empty() && !is_broken("title", &reader.problems) {
        reader.problems.push(missing(file, "title", "title: The Steppe Review"));
    }
    if !has_base_url && !reader.problems.iter().any(|problem| problem.id == "config/base-url") {
        reader.problems.push(missing(file, "base_url", "base_url: https://example.org/"));
    }
    problems.append(&mut reader.problems);
    let is_good = !problems.iter().any(Diagnostic::is_error);
    (is_good.then_some(config), problems)
}

fn missing(file: &str, key: &str, example: &str) -> Diagnostic {
    Diagnostic::error("config/missing-key", format!("`{key}`: missing"))
        .at(Place::file(file))
        .hint(format!("add a line `{example}`"))
}

fn base_url(reader: &mut Reader<'_>, at: &At<'_>, config: &mut Config) -> bool {
    let Some(address) = reader.words(at) else { return false };
    match BaseUrl::parse(&address) {
        Ok(url) => {
            config.base_url = url;
            true
        }
        Err((message, hint)) => {
            let place = reader.document.place(&at.path, super::yaml::Part::Value);
            let problem = Diagnostic::error("config/base-url", format!("`base_url`: {message}"));
            reader.problems.push(problem.at(place).hint(hint));
            false
        }
    }
}

/// Replaces a default by what the file says, if it says something.
pub(super) fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn entry(reader: &mut Reader<'_>, name: &str, at: &At<'_>, config: &mut Config) {
    match name {
        "description" => set(&mut config.description, reader.words(at)),
        "language" => set(&mut config.language, language_tag(reader, at)),
        "languages" => config.languages = languages(reader, at),
        "translations" => config.translations = translations(reader, at),
        "theme" => set(&mut config.theme, theme(reader, at)),
        "theme_options" => config.theme_options = options(reader, at),
        "menu" => config.menu = menu(reader, at, "menu.*"),
        "authors" => config.authors = authors(reader, at),
        "taxonomies" => config.taxonomies = taxonomies(reader, at),
        "paginate_by" => set(&mut config.paginate_by, reader.count(at)),
        "feeds" => feeds(reader, at, config),
        "related" => related(reader, at, config),
        "comments" => config.comments = comments(reader, at),
        "markdown" => markdown(reader, at, config),
        "images" => super::images::read(reader, at, &mut config.images),
        "search" => set(&mut config.search, reader.boolean(at)),
        "robots" => set(&mut config.robots, reader.boolean(at)),
        "copyright" => set(&mut config.copyright, reader.words(at)),
        "editor" => set(&mut config.editor, reader.words(at).map(Some)),
        "extra" => config.extra = reader.data(at),
        _ => {}
    }
}

/// A tag such as `en`, `pt-BR` or `zh-Hant`.
fn language_tag(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let tag = reader.words(at)?;
    if is_language_tag(&tag) {
        return Some(tag);
    }
    let message =
        format!("`{}`: expected a language such as `en` or `pt-BR`, found `{tag}`", at.path);
    reader.invalid(at, message, Some("use a BCP 47 tag: language, then region or script"));
    None
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first =
        |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_next = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_first) && parts.all(is_next)
}

fn languages(reader: &mut Reader<'_>, at: &At<'_>) -> BTreeMap<String, Language> {
    let mut languages = BTreeMap::new();
    if !reader.is_map(at) {
        return languages;
    }
    for (code, at) in at.entries() {
        if !is_language_tag(code) {
            let message =
                format!("`{}`: expected a language such as `fr` or `pt-BR` as key", at.path);
            reader.invalid(&at, message, Some("use the code that the file names use"));
            continue;
        }
        let mut language = Language::default();
        if reader.is_map(&at) {
            reader.check_keys(&at, KEYS, "languages.*");
        }
        for (name, at) in at.entries() {
            match name {
                "name" => language.name = reader.words(&at),
                "title" => language.title = reader.words(&at),
                "description" => language.description = reader.words(&at),
                "menu" => language.menu = menu(reader, &at, "languages.*.menu.*"),
                _ => {}
            }
        }
        languages.insert(code.to_string(), language);
    }
    languages
}

/// The default language among the others would make each page twice.
fn check_languages(reader: &mut Reader<'_>, root: &At<'_>, config: &Config) {
    for (_, at) in root.entries().filter(|(name, _)| *name == "languages") {
        for (code, at) in at.entries() {
            if code.eq_ignore_ascii_case(&config.language) {
                let message = format!("`{}`: this is the default language already", at.path);
                let hint = "its title and description are those of the top level; remove it here";
                reader.invalid(&at, message, Some(hint));
            }
        }
    }
}

fn translations(
    reader: &mut Reader<'_>,
    at: &At<'_>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut translations = BTreeMap::new();
    if !reader.is_map(at) {
        return translations;
    }
    for (code, at) in at.entries() {
        let mut words = BTreeMap::new();
        if reader.is_map(&at) {
            for (key, at) in at.entries() {
                // Forms by plural category: `articles: {one: ..., other: ...}`.
                if at.entries().next().is_some() {
                    for (form, at) in at.entries() {
                        words.insert(format!("{key}.{form}"), reader.text(&at).unwrap_or_default());
                    }
                } else {
                    words.insert(key.to_string(), reader.text(&at).unwrap_or_default());
                }
            }
        }
        translations.insert(code.to_string(), words);
    }
    translations
}

fn theme(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let name = reader.words(at)?;
    if name.contains(['/', '\\', ':']) || name.starts_with('.') {
        let message =
            format!("`theme`: expected the name of a folder in `themes/`, found `{name}`");
        reader.invalid(at, message, Some("write only the folder's name"));
        return None;
    }
    Some(name)
}

fn options(reader: &mut Reader<'_>, at: &At<'_>) -> BTreeMap<String, Data> {
    match reader.data(at) {
        Data::Object(entries) => entries.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// The links of a menu, whose keys stand in the table below `item`; nothing is no menu of its own.
fn menu(reader: &mut Reader<'_>, at: &At<'_>, item: &str) -> Option<Vec<MenuItem>> {
    if matches!(at.node, Node::Null) {
        return None;
    }
    if !matches!(at.node, Node::List(_)) {
        reader.wrong_type_hint(
            at,
            "a list of links",
            "write each link as `- {name: About, url: /about/}`",
        );
    }
    let mut menu = Vec::new();
    for at in at.items() {
        if !reader.is_map(&at) {
            continue;
        }
        reader.check_keys(&at, KEYS, item);
        let (mut name, mut url) = (None, None);
        for (key, at) in at.entries() {
            match key {
                "name" => name = reader.words(&at),
                "url" => url = link(reader, &at),
                _ => {}
            }
        }
        match (name, url) {
            (Some(name), Some(url)) => menu.push(MenuItem { name, url }),
            _ if at.entries().any(|(key, _)| key == "url")
                && at.entries().any(|(key, _)| key == "name") => {}
            _ => {
                let message = format!("`{}`: a link needs `name` and `url`", at.path);
                reader.invalid(&at, message, Some("write `{name: About, url: /about/}`"));
            }
        }
    }
    Some(menu)
}

/// An address that may stand in a link: anything but one that runs code.
fn link(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let url = reader.words(at)?;
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    if matches!(scheme.as_str(), "javascript" | "data" | "vbscript")
        || url.contains(char::is_control)
    {
        let message = format!("`{}`: expected an address, found `{url}`", at.path);
        reader.invalid(
            at,
            message,
            Some("use an address with `https:`, or one that begins with `/`"),
        );
        return None;
    }
    Some(url)
}

fn authors(reader: &mut Reader<'_>, at: &At<'_>) -> BTreeMap<String, Author> {
    let mut authors = BTreeMap::new();
    if !reader.is_map(at) {
        return authors;
    }
    for (key, at) in at.entries() {
        let mut author = Author { name: key.to_string(), ..Author::default() };
        match at.node {
            Node::Text(name) if !name.trim().is_empty() => author.name = name.trim().to_string(),
            Node::Null => {}
            _ if reader.is_map(&at) => {
                reader.check_keys(&at, KEYS, "authors.*");
                for (name, at) in at.entries() {
                    match name {
                        "name" => set(&mut author.name, reader.words(&at)),
                        "bio" => author.bio = reader.words(&at),
                        "url" => author.url = link(reader, &at),
                        "image" => author.image = reader.words(&at),
                        "email" => author.email = reader.words(&at),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        authors.insert(key.to_string(), author);
    }
    authors
}

/// Names that front matter uses for other things.
fn is_reserved(name: &str) -> bool {
    !matches!(name, "tags" | "categories" | "authors" | "series")
        && super::front_matter_key::is_known(name)
}

fn taxonomies(reader: &mut Reader<'_>, at: &At<'_>) -> Vec<Taxonomy> {
    let mut taxonomies = Vec::new();
    if matches!(at.node, Node::List(_)) {
        reader.wrong_type_hint(
            at,
            "a map of taxonomies",
            "write `taxonomies: {tags: {feed: true}, countries: {}}`",
        );
        return taxonomies;
    }
    if !reader.is_map(at) {
        return super::default_taxonomies();
    }
    let mut without = Vec::new();
    for (name, at) in at.entries() {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || !name.chars().all(is_word) || is_reserved(name) {
            let message = format!("`{}`: this name cannot be a taxonomy", at.path);
            let hint = "use letters, digits, `-` and `_`, and no other key of the front matter";
            reader.invalid(&at, message, Some(hint));
            continue;
        }
        if *at.node == Node::Bool(false) {
            without.push(name);
            continue;
        }
        let mut taxonomy =
            Taxonomy { name: name.to_string(), feed: name == "authors", paginate_by: 0 };
        if *at.node != Node::Bool(true) && reader.is_map(&at) {
            reader.check_keys(&at, KEYS, "taxonomies.*");
            for (key, at) in at.entries() {
                match key {
                    "feed" => set(&mut taxonomy.feed, reader.boolean(&at)),
                    "paginate_by" => set(&mut taxonomy.paginate_by, reader.count(&at)),
                    _ => {}
                }
            }
        }
        taxonomies.push(taxonomy);
    }
    for standing in super::default_taxonomies() {
        let name = standing.name.as_str();
        let is_given = taxonomies.iter().any(|taxonomy| taxonomy.name == name);
        if name != "tags" && !is_given && !without.contains(&name) {
            taxonomies.push(standing);
        }
    }
    taxonomies
}

fn feeds(reader: &mut Reader<'_>, at: &At<'_>, config: &mut Config) {
    const FORMATS: &[(&str, FeedFormat)] =
        &[("rss", FeedFormat::Rss), ("atom", FeedFormat::Atom), ("json", FeedFormat::Json)];
    const CONTENT: &[(&str, FeedContent)] =
        &[("full", FeedContent::Full), ("summary", FeedContent::Summary)];
    if *at.node == Node::Bool(false) {
        config.feeds.formats.clear();
        return;
    }
    if !reader.is_map(at) {
        return;
    }
    reader.check_keys(at, KEYS, "feeds");
    for (name, at) in at.entries() {
        match name {
            "formats" => {
                let mut formats = Vec::new();
                match at.node {
                    Node::List(_) => {
                        formats.extend(at.items().filter_map(|at| reader.choice(&at, FORMATS)));
                    }
                    Node::Null => {}
                    _ => formats.extend(reader.choice(&at, FORMATS)),
                }
                let mut seen = Vec::new();
                formats.retain(|format| {
                    let is_new = !seen.contains(format);
                    seen.push(*format);
                    is_new
                });
                config.feeds.formats = formats;
            }
            "limit" => set(&mut config.feeds.limit, reader.count(&at)),
            "content" => set(&mut config.feeds.content, reader.choice(&at, CONTENT)),
            _ => {}
        }
    }
}

fn related(reader: &mut Reader<'_>, at: &At<'_>, config: &mut Config) {
    if *at.node == Node::Bool(false) {
        config.related.count = 0;
        return;
    }
    if !reader.is_map(at) {
        return;
    }
    reader.check_keys(at, KEYS, "related");
    for (name, at) in at.entries() {
        if name == "count" {
            set(&mut config.related.count, reader.count(&at));
        }
    }
}

fn comments(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Data> {
    if matches!(at.node, Node::Null | Node::Bool(false)) {
        return None;
    }
    let hint = "name the service: `comments: {provider: giscus}`";
    if !matches!(at.node, Node::Map(_)) {
        reader.wrong_type_hint(at, "a map with the key `provider`", hint);
        return None;
    }
    match at.entries().find(|(key, _)| *key == "provider") {
        Some((_, provider)) => {
            reader.words(&provider)?;
            Some(at.node.to_data())
        }
        None => {
            reader.invalid(at, "`comments`: the key `provider` is missing", Some(hint));
            None
        }
    }
}

fn markdown(reader: &mut Reader<'_>, at: &At<'_>, config: &mut Config) {
    const HTML: &[(&str, RawHtml)] =
        &[("allow", RawHtml::Allow), ("sanitize", RawHtml::Sanitize), ("escape", RawHtml::Escape)];
    if !reader.is_map(at) {
        return;
    }
    reader.check_keys(at, KEYS, "markdown");
    let options = &mut config.markdown;
    for (name, at) in at.entries() {
        match name {
            "html" => set(&mut options.html, reader.choice(&at, HTML)),
            "smart_punctuation" => set(&mut options.smart_punctuation, reader.boolean(&at)),
            "math" => set(&mut options.math, reader.boolean(&at)),
            "highlight" if reader.is_map(&at) => {
                reader.check_keys(&at, KEYS, "markdown.highlight");
                for (name, at) in at.entries() {
                    match name {
                        "light" => set(&mut options.highlight_light, reader.words(&at)),
                        "dark" => set(&mut options.highlight_dark, reader.words(&at)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
