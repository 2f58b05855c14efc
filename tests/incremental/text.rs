//! A [`Model`] as the files that an author would have.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::{AUTHORS, Article, Fault, Model, PICTURES, SERIES, Section, Setting, TAGS};
use super::model::{Template, TemplateFault, WORDS};
use super::random::Random;
use super::theme;
use crate::support;

/// All files by path from the site's root.
pub fn files(model: &Model) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut add = |path: String, text: String| {
        files.insert(path, text.into_bytes());
    };
    add("byline.yaml".into(), configuration(model));
    add("themes/own/theme.yaml".into(), theme_manifest(model));
    for (name, template) in &model.templates {
        let text = template_text(template, base_text(theme::TEMPLATES, name));
        add(format!("themes/own/templates/{name}"), text);
    }
    for (name, template) in &model.own_templates {
        let known = if theme::OPTIONAL.iter().any(|(other, _)| other == name) {
            theme::OPTIONAL
        } else {
            theme::TEMPLATES
        };
        let text = base_text(known, name).replace("REV", "own REV");
        add(format!("templates/{name}"), template_text(template, &text));
    }
    for (path, revision) in &model.data {
        add(path.clone(), data(path, *revision, model.broken_data.contains(path)));
    }
    for (path, revision) in &model.statics {
        add(path.clone(), format!("User-agent: *\nAllow: /{revision}\n"));
    }
    for (folder, section) in &model.sections {
        let slash = if folder.is_empty() { "" } else { "/" };
        add(format!("content/{folder}{slash}_index.md"), section_text(folder, section));
    }
    for article in &model.articles {
        add(format!("content/{}", article.path()), article_text(article));
    }
    for (path, picture) in &model.pictures {
        // Bytes behind the end of a PNG change the file and not the picture.
        let mut bytes = support::png(picture.width, 30);
        bytes.extend(picture.revision.to_be_bytes());
        files.insert(path.clone(), bytes);
        if let Some(credit) = picture.credit {
            files.insert(format!("{path}.yaml"), format!("credit: Photographer {credit}\n").into());
        }
    }
    files
}

fn base_text<'a>(known: &'a [(&'a str, &'a str)], name: &str) -> &'a str {
    known.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text)
}

fn template_text(template: &Template, base: &str) -> String {
    let revision = match template.fault {
        Some(TemplateFault::Render) => "{{ nothing.of.that }}".to_string(),
        _ => format!("r{}", template.revision),
    };
    let mut text = base.replace("REV", &revision);
    if template.comment > 0 {
        let _ = writeln!(text, "{{# comment {} #}}", template.comment);
    }
    if template.fault == Some(TemplateFault::Syntax) {
        text.push_str("{% if %}\n");
    }
    text
}

fn configuration(model: &Model) -> String {
    let value = |setting| model.settings.values.get(&setting).copied().unwrap_or(0);
    let chosen =
        |setting, values: &[&str]| values[value(setting) as usize % values.len()].to_string();
    let mut text = format!("title: Review {}\ntheme: own\n", value(Setting::Title));
    let urls = ["https://example.org/r", "https://example.org", "https://example.net/a/b/"];
    let _ = writeln!(text, "base_url: {}", chosen(Setting::BaseUrl, &urls));
    let _ = writeln!(text, "paginate_by: {}", chosen(Setting::PaginateBy, &["4", "3", "0"]));
    let formats = ["[atom, json]", "[rss]", "[rss, atom, json]"];
    let _ = writeln!(
        text,
        "feeds: {{formats: {}, limit: {}, content: {}}}",
        chosen(Setting::Formats, &formats),
        chosen(Setting::FeedLimit, &["5", "0", "3"]),
        chosen(Setting::FeedContent, &["full", "summary"]),
    );
    let _ = writeln!(text, "related: {{count: {}}}", chosen(Setting::Related, &["3", "0", "1"]));
    let feeds = ["true, paginate_by: 3", "false", "true"];
    let _ = writeln!(text, "taxonomies: {{tags: {{feed: {}}}}}", chosen(Setting::TagFeeds, &feeds));
    match value(Setting::Menu) {
        0 => {}
        number => {
            let _ = writeln!(text, "menu: [{{name: Menu {number}, url: /tags/}}]");
        }
    }
    let _ = writeln!(
        text,
        "authors: {{anna: {{name: Anna, bio: Writes {}.}}}}",
        value(Setting::Author)
    );
    let _ = writeln!(text, "copyright: CC {}", value(Setting::Copyright));
    let french = ["{name: Français}", "{name: Français, title: La revue}", "{title: Le texte}"];
    let _ = writeln!(text, "languages: {{fr: {}}}", chosen(Setting::French, &french));
    let _ = writeln!(text, "robots: {}", chosen(Setting::Robots, &["true", "false"]));
    let html = chosen(Setting::Html, &["allow", "sanitize", "escape"]);
    let smart = chosen(Setting::Punctuation, &["true", "false"]);
    let _ = writeln!(text, "markdown: {{html: {html}, smart_punctuation: {smart}}}");
    match value(Setting::Words) {
        0 => {}
        number => {
            let _ = writeln!(text, "translations: {{en: {{hello: Welcome {number}}}}}");
        }
    }
    match value(Setting::Accent) {
        0 => {}
        number => {
            let _ = writeln!(text, "theme_options: {{accent: \"#0000{:02x}\"}}", number % 256);
        }
    }
    let _ = writeln!(text, "extra: {{number: {}}}", value(Setting::Extra));
    if model.settings.is_broken {
        text.push_str("tilte: [\n");
    }
    text
}

fn theme_manifest(model: &Model) -> String {
    format!(
        "name: own\nversion: 0.1.0\nbyline: \">=0.1, <0.2\"\noptions:\n  accent: {{type: color, default: \"#1100{:02x}\"}}\n\
         translations:\n  en: {{hello: Hello {words}}}\n  fr: {{hello: Bonjour {words}}}\n",
        model.theme_default % 256,
        words = model.theme_words
    )
}

fn data(path: &str, revision: u32, is_broken: bool) -> String {
    match (path.rsplit('.').next(), is_broken) {
        (Some("csv"), false) => format!("strait,flow\nHormuz,{revision}\nMalacca,16\n"),
        (Some("csv"), true) => "strait,flow\nHormuz\n".into(),
        (Some("json"), false) => format!("{{\"text\": \"Notice {revision}\"}}\n"),
        (_, false) => format!("- item\n- {revision}\n"),
        (_, true) => "{ this is [ nothing\n".into(),
    }
}

fn section_text(folder: &str, section: &Section) -> String {
    let mut text = format!("---\ntitle: Section {folder} {}\n", section.revision / 2);
    match section.sort % 4 {
        0 => {}
        number => {
            let _ = writeln!(text, "sort_by: {}", ["", "title", "slug", "date"][number as usize]);
        }
    }
    if let Some(number) = section.paginate_by {
        let _ = writeln!(text, "paginate_by: {number}");
    }
    if section.has_feed {
        text.push_str("feed: true\n");
    }
    let _ = writeln!(text, "---\nAll of it, {}.", section.revision);
    text
}

/// A date as front matter has it: 28 days to a month are enough here.
fn date(day: u32) -> String {
    format!("{}-{:02}-{:02}", 2015 + day / 336, day % 336 / 28 + 1, day % 28 + 1)
}

fn article_text(article: &Article) -> String {
    let mut text = String::from("---\n");
    front_matter(article, &mut text);
    text.push_str("---\n");
    body(article, &mut text);
    if article.padding > 0 {
        let _ = writeln!(text, "\n<!-- {} -->", "x".repeat(article.padding));
    }
    text
}

fn front_matter(article: &Article, text: &mut String) {
    let list = |names: Vec<&str>| format!("[{}]", names.join(", "));
    let _ = writeln!(text, "title: {}", article.title);
    if article.is_future {
        text.push_str("date: 2020-01-20\n");
    } else if let Some(day) = article.day {
        let _ = writeln!(text, "date: {}", date(day));
    }
    if let Some(day) = article.updated {
        let _ = writeln!(text, "updated: {}", date(day));
    }
    if let Some(day) = article.expires {
        let _ = writeln!(text, "expires: {}", date(day));
    }
    if article.is_draft {
        text.push_str("draft: true\n");
    }
    if !article.tags.is_empty() {
        let _ =
            writeln!(text, "tags: {}", list(article.tags.iter().map(|tag| TAGS[*tag]).collect()));
    }
    if !article.authors.is_empty() {
        let names = article.authors.iter().map(|author| AUTHORS[*author]).collect();
        let _ = writeln!(text, "authors: {}", list(names));
    }
    if let Some((series, order)) = article.series {
        let _ = writeln!(text, "series: {{name: {}, order: {order}}}", SERIES[series]);
    }
    if !article.aliases.is_empty() {
        let names: Vec<String> =
            article.aliases.iter().map(|name| format!("/old/{name}/")).collect();
        let _ = writeln!(text, "aliases: [{}]", names.join(", "));
    }
    if let Some(number) = article.description {
        let _ = writeln!(text, "description: What it is, {number}.");
    }
    if article.has_own_slug {
        let _ = writeln!(text, "slug: own-{}", article.stem);
    }
    if article.is_long {
        text.push_str("template: long.html\n");
    }
    if let Some(toc) = article.has_toc {
        let _ = writeln!(text, "toc: {toc}");
    }
    if let Some(picture) = article.lead {
        let _ = writeln!(text, "image: {}", picture_link(article, picture));
    }
    if article.extra > 0 {
        let _ = writeln!(text, "extra: {{number: {}}}", article.extra);
    }
    if article.fault == Some(Fault::Key) {
        text.push_str("tilte: x\n");
    }
}

fn body(article: &Article, text: &mut String) {
    let mut random = Random::new(u64::from(article.body));
    let mut words = |count: usize| {
        let words: Vec<&str> = (0..count).map(|_| *random.pick(WORDS)).collect();
        words.join(" ")
    };
    let _ = writeln!(text, "The \"summary\" {} of {}.\n", article.summary, words(4));
    if article.has_more {
        text.push_str("<!-- more -->\n\n");
    }
    let _ = writeln!(
        text,
        "## The {}\n\nThe text {} goes on -- {}.[^1]\n",
        words(1),
        article.typo,
        words(20)
    );
    for path in &article.links {
        let _ = writeln!(text, "See [{}]({}).\n", words(1), relative(article, path));
    }
    if let Some(picture) = article.picture {
        let _ = writeln!(text, "![A picture]({} \"A caption\")\n", picture_link(article, picture));
    }
    if article.has_box {
        let _ = writeln!(text, "{{% <box title=\"Box\"> %}}\n*{}*\n{{% </box> %}}\n", words(2));
    }
    if let Some(file) = &article.chart {
        let _ = writeln!(text, "{{{{<chart file=\"{file}\" />}}}}\n");
    }
    if article.has_code {
        text.push_str("```json\n{\"a\": 1}\n```\n\n");
    }
    match article.fault {
        Some(Fault::Link) => text.push_str("[Nowhere](never-was.md)\n\n"),
        Some(Fault::Picture) => text.push_str("![None](never-was.png)\n\n"),
        Some(Fault::Component) => text.push_str("{{<never_was />}}\n\n"),
        Some(Fault::Key) | None => {}
    }
    let _ = writeln!(text, "<b>Raw</b> end.\n\n[^1]: Source {}.", words(2));
}

fn picture_link(article: &Article, picture: usize) -> String {
    match PICTURES[picture].strip_prefix("content/") {
        Some(path) => relative(article, path),
        None => PICTURES[picture].trim_start_matches("static").to_string(),
    }
}

/// The way from an article's file to another path below `content/`.
fn relative(article: &Article, path: &str) -> String {
    let depth = article.path().matches('/').count();
    format!("{}{path}", "../".repeat(depth))
}
