//! Front matter -> [`FrontMatter`]: each key is read on its own, so that all problems come at once.

use std::ops::Range;

use super::date::Date;
use super::key::KEYS;
use super::{FrontMatter, LeadImage, Places, SeriesPart, SortBy};
use crate::config::yaml::reader::{At, Kind, Reader};
use crate::config::yaml::{Document, Node, Part};
use crate::config::{Config, Data, key};
use crate::diagnostic::{Diagnostic, nearest};

/// Reads the YAML in `range` of `text`, the whole file. A missing title is no problem here: the body
/// may have one (see [`super::parse`]). The value is there when it is YAML at all, so that what is
/// right in it can be used.
pub fn front_matter(
    file: &str,
    text: &str,
    range: Range<usize>,
    config: &Config,
) -> (Option<FrontMatter>, Vec<Diagnostic>) {
    let (document, mut problems) = Document::parse(file, text, range.clone());
    let Some(document) = document else { return (None, problems) };
    let mut reader = Reader::new(&document, Kind::FrontMatter);
    let root = At::root(&document);
    if !matches!(root.node, Node::Map(_)) {
        let hint = "write `key: value`, for instance `title: My article`";
        reader.wrong_type_hint(&root, "keys and values between the lines `---`", hint);
        problems.append(&mut reader.problems);
        return (None, problems);
    }
    let mut front = FrontMatter::empty(range.clone());
    front.places = Places::scan(text, range, root.entries().count());
    for (name, at) in root.entries() {
        entry(&mut reader, name, &at, config, &mut front);
    }
    problems.append(&mut reader.problems);
    (Some(front), problems)
}

fn entry(
    reader: &mut Reader<'_>,
    name: &str,
    at: &At<'_>,
    config: &Config,
    front: &mut FrontMatter,
) {
    match name {
        "title" => front.title = reader.words(at).unwrap_or_default(),
        "date" => front.date = date(reader, at),
        "updated" => front.updated = date(reader, at),
        "expires" => front.expires = date(reader, at),
        "description" => front.description = reader.words(at),
        "author" | "authors" => add_terms(&mut front.authors, authors(reader, at)),
        "series" => front.series = series(reader, at),
        "taxonomies" => taxonomies(reader, at, config, front),
        "image" => front.image = image(reader, at),
        "aliases" => front.aliases = aliases(reader, at),
        "draft" => front.draft = reader.boolean(at).unwrap_or(false),
        "slug" => front.slug = slug(reader, at),
        "path" => front.path = address(reader, at),
        "template" => front.template = template(reader, at),
        "page_template" => front.page_template = template(reader, at),
        "toc" => front.toc = reader.boolean(at),
        "comments" => front.comments = reader.boolean(at),
        "search" => front.search = reader.boolean(at),
        "id" => front.id = reader.words(at),
        "canonical" => front.canonical = canonical(reader, at),
        "robots" => front.robots = robots(reader, at),
        "weight" => front.weight = reader.whole(at),
        "sort_by" => front.sort_by = sort_by(reader, at),
        "paginate_by" => front.paginate_by = reader.count(at),
        "feed" => front.feed = reader.boolean(at).unwrap_or(false),
        "extra" => front.extra = reader.data(at),
        _ if config.taxonomies.iter().any(|taxonomy| taxonomy.name == name) => {
            let words = reader.word_list(at);
            add_terms(front.taxonomies.entry(name.to_string()).or_default(), words);
        }
        _ => unknown(reader, name, at, config),
    }
}

fn unknown(reader: &mut Reader<'_>, name: &str, at: &At<'_>, config: &Config) {
    if name == "tags" || name == "categories" {
        let hint =
            format!("add `{name}` under `taxonomies:` in byline.yaml, or move it under `extra:`");
        reader.unknown_key(at, name, std::iter::empty(), Some(&hint));
        return;
    }
    if name == "lang" || name == "language" {
        let hint = "the language stands in the file name: `slug.fr.md`";
        reader.unknown_key(at, name, std::iter::empty(), Some(hint));
        return;
    }
    let hint = match name {
        "lastmod" | "modified" | "last_modified_at" => "the day of the last change is `updated:`",
        "permalink" | "url" => "the whole address is `path:`, old ones are `aliases:`",
        "summary" | "excerpt" | "subtitle" => "the sentence for lists and feeds is `description:`",
        "published" => "an article that is not ready is `draft: true`",
        "cover" | "thumbnail" | "featured_image" => "the lead picture is `image:`",
        _ => "move it under `extra:`, where templates find it",
    };
    let own = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str());
    let mut known: Vec<&str> = key::children(KEYS, "").filter(|name| *name != "tags").collect();
    known.extend(own);
    reader.unknown_key(at, name, known.into_iter(), Some(hint));
}

fn date(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Date> {
    let text = match at.node {
        Node::Null => return None,
        Node::Text(text) => text.to_string(),
        Node::Number(_) => reader.document.raw(&at.path).to_string(),
        _ => return reader.wrong_type(at, "a date such as `2015-07-17`"),
    };
    if text.trim().is_empty() {
        return None;
    }
    match Date::parse(&text) {
        Ok(date) => Some(date),
        Err(problem) => {
            let message = format!("`{}`: {}", at.path, problem.message);
            let place = reader.document.place(&at.path, Part::Value);
            let problem =
                Diagnostic::error("front-matter/invalid-date", message).hint(problem.hint);
            reader.problems.push(problem.at(place));
            None
        }
    }
}

/// A list of authors; one name with a comma in it is one author.
fn authors(reader: &mut Reader<'_>, at: &At<'_>) -> Vec<String> {
    match at.node {
        Node::Text(_) => reader.words(at).into_iter().collect(),
        _ => reader.word_list(at),
    }
}

/// Adds terms; of those that have one address the first spelling stays.
fn add_terms(terms: &mut Vec<String>, more: Vec<String>) {
    if terms.is_empty() && more.len() == 1 {
        *terms = more;
        return;
    }
    let address = |term: &str| match slug::slugify(term) {
        slug if slug.is_empty() => term.to_lowercase(),
        slug => slug,
    };
    let mut seen: Vec<String> = terms.iter().map(|term| address(term)).collect();
    for term in more {
        let slug = address(&term);
        if !seen.contains(&slug) {
            seen.push(slug);
            terms.push(term);
        }
    }
}

fn series(reader: &mut Reader<'_>, at: &At<'_>) -> Option<SeriesPart> {
    if !matches!(at.node, Node::Map(_)) {
        if matches!(at.node, Node::List(_) | Node::Bool(_)) {
            return reader.wrong_type(at, "the name of a series, or a map with `name` and `order`");
        }
        return reader.words(at).map(|name| SeriesPart { name, order: None });
    }
    reader.check_keys(at, KEYS, "series");
    let (mut name, mut order) = (None, None);
    for (key, at) in at.entries() {
        match key {
            "name" => name = reader.words(&at),
            "order" => order = reader.whole(&at),
            _ => {}
        }
    }
    if name.is_none() && !at.entries().any(|(key, _)| key == "name") {
        reader.invalid(at, "`series`: the key `name` is missing", Some("add `name: ...`"));
    }
    name.map(|name| SeriesPart { name, order })
}

fn taxonomies(reader: &mut Reader<'_>, at: &At<'_>, config: &Config, front: &mut FrontMatter) {
    if !reader.is_map(at) {
        return;
    }
    for (name, at) in at.entries() {
        match name {
            "authors" => add_terms(&mut front.authors, authors(reader, &at)),
            "series" => {
                let names = reader.word_list(&at);
                let first = names.into_iter().next();
                front.series = first.map(|name| SeriesPart { name, order: None });
            }
            _ if config.taxonomies.iter().any(|taxonomy| taxonomy.name == name) => {
                let words = reader.word_list(&at);
                add_terms(front.taxonomies.entry(name.to_string()).or_default(), words);
            }
            _ => {
                let known = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str());
                let hint = format!("add `{name}` under `taxonomies:` in byline.yaml");
                reader.unknown_key(&at, name, known, Some(&hint));
            }
        }
    }
}

fn image(reader: &mut Reader<'_>, at: &At<'_>) -> Option<LeadImage> {
    match at.node {
        Node::Map(_) => {}
        Node::Null | Node::Text(_) => {
            return reader.words(at).map(|src| LeadImage { src, ..LeadImage::default() });
        }
        _ => return reader.wrong_type(at, "a path, or a map with `src`"),
    }
    reader.check_keys(at, KEYS, "image");
    let mut image = LeadImage::default();
    for (key, at) in at.entries() {
        match key {
            "src" => image.src = reader.words(&at).unwrap_or_default(),
            // An empty text is meant: the picture is for decoration.
            "alt" => image.alt = reader.text(&at),
            "caption" => image.caption = reader.words(&at),
            "credit" => image.credit = reader.words(&at),
            "license" => image.license = reader.words(&at),
            "source" => image.source = reader.words(&at),
            _ => {}
        }
    }
    if image.src.is_empty() {
        let hint = "add `src: ` with the path of the picture";
        reader.invalid(at, "`image`: the key `src` is missing", Some(hint));
        return None;
    }
    Some(image)
}

/// Old addresses with their places. These are looked up in the text around the key and not by the
/// exact way, because an imported archive has an alias in every file.
fn aliases(reader: &mut Reader<'_>, at: &At<'_>) -> Vec<(String, Range<usize>)> {
    let addresses: Vec<String> = match at.node {
        Node::List(_) => at.items().filter_map(|at| address(reader, &at)).collect(),
        Node::Null => return Vec::new(),
        _ => address(reader, at).into_iter().collect(),
    };
    let yaml = &reader.document.text[reader.document.range.clone()];
    let key = yaml
        .match_indices("aliases")
        .find(|(at, _)| *at == 0 || yaml.as_bytes()[at - 1] == b'\n')
        .map_or(0, |(at, key)| at + key.len());
    let mut from = key;
    let mut found = Vec::with_capacity(addresses.len());
    for address in addresses {
        let start = [address.as_str(), address.trim_start_matches('/')]
            .iter()
            .filter(|text| !text.is_empty())
            .find_map(|text| Some((yaml[from..].find(text)? + from, text.len())));
        let range = match start {
            Some((start, length)) => start..start + length,
            None => key..key,
        };
        from = from.max(range.end);
        let base = reader.document.range.start;
        found.push((address, base + range.start..base + range.end));
    }
    found
}

/// An address on this site, made to begin with `/`.
fn address(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    if matches!(at.node, Node::Bool(_) | Node::List(_) | Node::Map(_)) {
        return reader.wrong_type(at, "an address such as `/old/address/`");
    }
    let text = reader.words(at)?;
    let has_scheme = text
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+'));
    let reason = if has_scheme || text.starts_with("//") {
        "it is an address on another site"
    } else if text.contains(['?', '#']) {
        "a static site has no address with `?` or `#`"
    } else if text.contains('\\') || text.chars().any(char::is_control) {
        "it has characters that no address has"
    } else if text.split('/').any(|part| matches!(part, "." | "..")) {
        "it leaves the site"
    } else {
        return Some(format!("/{}", text.trim_start_matches('/')));
    };
    let message = format!("`{}`: `{text}` cannot be used: {reason}", at.path);
    let problem = Diagnostic::error("front-matter/invalid-address", message)
        .at(reader.document.place(&at.path, Part::Value))
        .hint("write an address on this site that begins with `/`: `/old/address/`");
    reader.problems.push(problem);
    None
}

fn slug(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let text = reader.words(at)?;
    let text = text.trim_matches('/');
    if text.is_empty() || text.contains(['/', '\\']) || matches!(text, "." | "..") {
        let message = format!("`slug`: expected the last part of an address, found `{text}`");
        reader.invalid(at, message, Some("write it without `/`; the whole address is `path:`"));
        return None;
    }
    Some(text.to_string())
}

fn template(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let name = reader.words(at)?;
    if name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..") {
        let message = format!("`{}`: expected a file below `templates/`, found `{name}`", at.path);
        reader.invalid(at, message, Some("write its name: `longread.html`"));
        return None;
    }
    Some(name)
}

fn canonical(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let address = reader.words(at)?;
    let lower = address.to_ascii_lowercase();
    if !(lower.starts_with("https://") || lower.starts_with("http://"))
        || address.contains(char::is_whitespace)
    {
        let message = format!("`canonical`: expected an absolute address, found `{address}`");
        reader.invalid(at, message, Some("write it with `https://`"));
        return None;
    }
    Some(address)
}

/// Rules for search engines: those of Google's "Robots meta tag" specification, which the others follow.
const ROBOTS: &[&str] = &[
    "all",
    "noindex",
    "nofollow",
    "none",
    "noarchive",
    "nosnippet",
    "notranslate",
    "noimageindex",
    "indexifembedded",
    "max-snippet",
    "max-image-preview",
    "max-video-preview",
    "unavailable_after",
];

fn robots(reader: &mut Reader<'_>, at: &At<'_>) -> Option<String> {
    let rules = reader.word_list(at);
    for rule in &rules {
        let name = rule.split(':').next().unwrap_or_default().trim();
        if !ROBOTS.contains(&name) {
            let hint = match nearest(name, ROBOTS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", ROBOTS.join(", ")),
            };
            let message = format!("`robots`: search engines know no rule `{rule}`");
            reader.invalid(at, message, Some(&hint));
            return None;
        }
    }
    (!rules.is_empty()).then(|| rules.join(", "))
}

fn sort_by(reader: &mut Reader<'_>, at: &At<'_>) -> SortBy {
    const CHOICES: &[(&str, SortBy)] = &[
        ("date", SortBy::Date),
        ("title", SortBy::Title),
        ("weight", SortBy::Weight),
        ("slug", SortBy::Slug),
    ];
    reader.choice(at, CHOICES).unwrap_or_default()
}

impl FrontMatter {
    /// Front matter without any key, standing at `span`.
    pub fn empty(span: Range<usize>) -> FrontMatter {
        FrontMatter { extra: Data::Object(Default::default()), span, ..FrontMatter::default() }
    }

    /// Byte range of a key's value in the file, for messages of later stages; that of the whole front
    /// matter when the key is not there.
    pub fn place(&self, key: &str) -> Range<usize> {
        self.places.get(key).unwrap_or_else(|| self.span.clone())
    }
}
