//! The repository's own publication, built by the real binary, served below a path by a server without
//! rules, and walked through as a reader and a feed reader would.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use base64::prelude::{BASE64_STANDARD, Engine};
use feed_rs::model::Entry;
use scraper::{ElementRef, Html, Selector};
use sha2::{Digest, Sha256};

/// A moment between the newest article and the one of the future.
const NOW: &str = "1790000000";
const PATH: &str = "/some/path/";

#[test]
fn every_address_answers_and_every_fragment_exists() {
    let sample = sample();
    let mut seen: BTreeMap<String, Option<BTreeSet<String>>> = BTreeMap::new();
    let mut queue = vec![(sample.base.clone(), "the start".to_string())];
    queue.push((format!("{}404.html", sample.base), "the host".into()));
    queue.push((format!("{}robots.txt", sample.base), "search engines".into()));
    let mut fragments = Vec::new();
    let mut faults = Vec::new();
    while let Some((url, from)) = queue.pop() {
        let (plain, fragment) = url.split_once('#').unwrap_or((&url, ""));
        if !fragment.is_empty() {
            fragments.push((plain.to_string(), fragment.to_string(), from.clone()));
        }
        if seen.contains_key(plain) {
            continue;
        }
        if !plain.starts_with(&sample.base) {
            faults.push(format!("{from}: {url} leads out of the site's path"));
            continue;
        }
        let (status, kind, body) = fetch(plain);
        if status != 200 {
            faults.push(format!("{from}: {url} gives {status}"));
        }
        let text = String::from_utf8_lossy(&body);
        let (found, ids) = match kind.as_str() {
            "html" => references(&text, plain),
            "css" => (style_addresses(&text), None),
            "xml" | "json" | "txt" => (plain_addresses(&text, &sample.base), None),
            _ => (Vec::new(), None),
        };
        seen.insert(plain.to_string(), ids);
        for reference in found {
            if let Some(target) = resolve(plain, &reference, sample) {
                queue.push((target, plain.to_string()));
            }
        }
    }
    for (plain, fragment, from) in fragments {
        if let Some(Some(ids)) = seen.get(&plain)
            && !ids.contains(&percent_decoded(&fragment))
        {
            faults.push(format!("{from}: {plain} has no `{fragment}`"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    // Everything that was written is reached.
    let reached: BTreeSet<String> =
        seen.keys().map(|url| percent_decoded(&url[sample.base.len()..])).collect();
    let orphans: Vec<&String> = sample
        .files
        .iter()
        .filter(|file| !reached.contains(file.strip_suffix("index.html").unwrap_or(file)))
        // A script asks for the index of the search; hosts read the files with the low line.
        .filter(|file| !file.contains("search/") || file.ends_with(".html"))
        .filter(|file| !["_headers", "_redirects"].contains(&file.as_str()))
        // Nobody links to old addresses, that is what they are for.
        .filter(|file| {
            !sample.text(file).contains("http-equiv=\"refresh\"") && !file.starts_with('.')
        })
        .collect();
    assert!(orphans.is_empty(), "nothing leads to {orphans:?}");
    assert!(seen.len() > 150, "{}", seen.len());
}

#[test]
fn no_page_asks_another_host_or_waits_for_a_script() {
    let sample = sample();
    let loads = [
        (
            "img[src], iframe[src], embed[src], audio[src], video[src], source[src], track[src], input[src]",
            "src",
        ),
        ("script[src]", "src"),
        ("img[srcset], source[srcset]", "srcset"),
        ("object[data]", "data"),
        ("video[poster]", "poster"),
        (
            "link[rel~=stylesheet], link[rel~=icon], link[rel~=preload], link[rel~=preconnect], link[rel~=dns-prefetch], link[rel~=modulepreload], link[rel~=prefetch], link[rel~=manifest]",
            "href",
        ),
    ];
    for (file, html) in sample.pages() {
        for (selector, attribute) in loads {
            for element in html.select(&select(selector)) {
                let value = element.attr(attribute).unwrap_or_default();
                let is_ours = value.starts_with(PATH) || value.starts_with(&sample.base);
                assert!(is_ours, "{file}: {value} is loaded from elsewhere");
            }
        }
        let policy = html
            .select(&select("meta[http-equiv='Content-Security-Policy']"))
            .filter_map(|meta| meta.attr("content"))
            .collect::<String>();
        let is_strict = policy.starts_with("default-src 'self'; ") && !policy.contains("unsafe");
        assert!(is_strict && !policy.contains("://"), "{file}: {policy}");
        let mut lines = 0;
        for script in html.select(&select("script")) {
            // Scripts are files of the theme that nothing waits for; the rest is data, but for one script in the page.
            if let Some(path) = script.attr("src") {
                let name = path.rsplit('/').next().unwrap_or_default();
                let is_known =
                    ["article.", "zoom.", "search."].iter().any(|start| name.starts_with(start));
                assert!(is_known && script.attr("defer").is_some(), "{file}: {path}");
                assert!(script.inner_html().is_empty(), "{file}");
                continue;
            }
            if script.attr("type").is_none() {
                lines += 1;
                let line: String = script.text().collect();
                let digest = BASE64_STANDARD.encode(Sha256::digest(&line));
                assert!(policy.contains(&format!("'sha256-{digest}'")), "{file}: {policy}");
                assert!(line.len() < 1200, "{file}: {line}");
                continue;
            }
            assert_eq!(
                script.attr("type"),
                Some("application/ld+json"),
                "{file}: {}",
                script.html()
            );
            serde_json::from_str::<serde_json::Value>(&script.inner_html())
                .unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        assert_eq!(lines, 1, "{file}: the reader's choice of light or dark");
        for element in html.select(&select("*")) {
            let handler = element.value().attrs().find(|(name, value)| {
                name.starts_with("on") || value.trim_start().starts_with("javascript:")
            });
            assert_eq!(handler, None, "{file}: {}", element.html());
        }
    }
    for file in sample.files.iter().filter(|file| file.ends_with(".css")) {
        let css = sample.text(file);
        assert!(
            !css.contains("http:")
                && !css.contains("https:")
                && !css.contains("url(//")
                && !css.contains("@import"),
            "{file}"
        );
    }
}

#[test]
fn style_sheets_stay_small() {
    let sample = sample();
    let mut total = 0;
    for file in sample.files.iter().filter(|file| file.ends_with(".css")) {
        let size = fs::metadata(sample.public.join(file)).unwrap().len();
        assert!(size > 500 && size < 50_000, "{file}: {size} bytes");
        total += size;
    }
    assert!(total > 2_000 && total < 70_000, "{total} bytes of CSS");
}

#[test]
fn every_page_says_what_it_is() {
    let sample = sample();
    let mut titles: BTreeMap<(String, String), String> = BTreeMap::new();
    for (file, html) in sample.pages() {
        let one = |selector: &str| -> String {
            let found: Vec<ElementRef<'_>> = html.select(&select(selector)).collect();
            assert_eq!(found.len(), 1, "{file} has {} of {selector}", found.len());
            match found[0].value().name() {
                "link" => found[0].attr("href").unwrap_or_default().to_string(),
                "meta" => found[0].attr("content").unwrap_or_default().to_string(),
                "html" => found[0].attr("lang").unwrap_or_default().to_string(),
                _ => words(found[0]),
            }
        };
        let lang = one("html");
        assert_eq!(lang, if file.starts_with("fr/") { "fr" } else { "en" }, "{file}");
        let (title, heading) = (one("head > title"), one("h1"));
        assert!(!title.is_empty() && !heading.is_empty(), "{file}");
        assert_eq!(html.select(&select("main")).count(), 1, "{file}");
        assert_eq!(html.select(&select("meta[charset]")).count(), 1, "{file}");
        if file == "404.html" {
            assert_eq!(one("meta[name=robots]"), "noindex");
            continue;
        }
        let own = format!("{}{}", sample.base, file.strip_suffix("index.html").unwrap());
        assert_eq!(one("link[rel=canonical]"), own, "{file}");
        assert_eq!(one("meta[property='og:url']"), own, "{file}");
        // A tag and a series may have one name.
        let inner = file.strip_prefix("fr/").unwrap_or(&file).split('/').next().unwrap_or_default();
        let kind = if ["tags", "series", "authors"].contains(&inner) { inner } else { "" };
        if let Some(other) = titles.insert((format!("{lang} {kind}"), title.clone()), file.clone())
        {
            panic!("{file} and {other} are both called {title}");
        }
    }
    assert!(titles.len() > 60, "{}", titles.len());
}

#[test]
fn ids_are_unique_and_pictures_have_their_size() {
    let mut figures = 0;
    for (file, html) in sample().pages() {
        let mut ids = BTreeSet::new();
        for element in html.select(&select("[id]")) {
            let id = element.attr("id").unwrap_or_default();
            assert!(!id.is_empty() && !id.contains(char::is_whitespace), "{file}: id `{id}`");
            assert!(ids.insert(id), "{file}: two elements have the id `{id}`");
        }
        for element in html.select(&select("[aria-labelledby], [aria-describedby], label[for]")) {
            for name in ["aria-labelledby", "aria-describedby", "for"] {
                for id in element.attr(name).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{file}: {name}={id} leads nowhere");
                }
            }
        }
        for image in html.select(&select("img")) {
            for side in ["width", "height"] {
                let size: u32 = image.attr(side).unwrap_or_default().parse().unwrap_or(0);
                assert!(size > 0, "{file}: {} has no {side}", image.html());
            }
            assert!(image.attr("alt").is_some(), "{file}: {} has no alt", image.html());
        }
        for figure in html.select(&select("figure.figure")) {
            figures += 1;
            assert!(figure.attr("id").is_some(), "{file}: {}", figure.html());
            assert_eq!(
                figure.select(&select("img[alt]:not([alt=''])")).count(),
                1,
                "{file}: {}",
                figure.html()
            );
        }
        let levels: Vec<u32> = html
            .select(&select("h1, h2, h3, h4, h5, h6"))
            .map(|h| h.value().name()[1..].parse().unwrap())
            .collect();
        assert_eq!(levels.first(), Some(&1), "{file}: the first heading is the title");
        assert!(
            levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
            "{file}: headings jump: {levels:?}"
        );
    }
    assert!(figures > 20, "{figures}");
}

#[test]
fn languages_know_each_other() {
    let sample = sample();
    let mut versions: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (file, html) in sample.pages().into_iter().filter(|(file, _)| file != "404.html") {
        let own = format!("{}{}", sample.base, file.strip_suffix("index.html").unwrap());
        let selector = select("link[rel=alternate][hreflang]");
        let links: BTreeMap<String, String> = html
            .select(&selector)
            .map(|link| {
                (link.attr("hreflang").unwrap().to_string(), link.attr("href").unwrap().to_string())
            })
            .collect();
        if !links.is_empty() {
            let lang = if file.starts_with("fr/") { "fr" } else { "en" };
            assert_eq!(links.get(lang), Some(&own), "{file} names itself");
            assert!(links.contains_key("x-default"), "{file}");
            versions.insert(own, links);
        }
    }
    assert!(versions.len() > 6, "{versions:?}");
    for (own, links) in &versions {
        for other in links.values() {
            assert_eq!(
                versions.get(other),
                Some(links),
                "{own} names {other}, which does not say the same"
            );
        }
    }
    // The sitemap says it too.
    let sitemap = sample.text("sitemap.xml");
    for (own, links) in &versions {
        let entry =
            sitemap.split("<url>").find(|entry| entry.contains(&format!("<loc>{own}</loc>")));
        let Some(entry) = entry else { continue };
        for (lang, url) in links {
            assert!(
                entry.contains(&format!("hreflang=\"{lang}\" href=\"{url}\"")),
                "{own} in the sitemap: {lang}"
            );
        }
    }
}

#[test]
fn related_articles_say_why() {
    let sample = sample();
    let mut with_related = 0;
    for article in sample.articles.iter().filter(|article| article.date.is_some()) {
        let html = Html::parse_document(&sample.text(&article.output()));
        let related: Vec<String> = html.select(&select("section.related li")).map(words).collect();
        if article.lang == "en" {
            assert!(!related.is_empty(), "{}", article.title);
            with_related += 1;
        }
        for entry in html.select(&select("section.related li")) {
            assert_eq!(entry.select(&select("a[href]")).count(), 1, "{}", entry.html());
            let why = entry.select(&select(".why")).map(words).next().unwrap_or_default();
            assert!(
                why.chars().filter(|c| c.is_alphabetic()).count() > 3,
                "no reason: {}",
                entry.html()
            );
        }
    }
    assert!(with_related > 10);
}

/// Drafts and articles of the future leave no trace: not their titles, not their pictures.
#[test]
fn what_is_not_published_occurs_nowhere() {
    let sample = sample();
    let hidden: Vec<&Article> = sample.hidden.iter().collect();
    assert!(hidden.len() >= 2, "the sample has a draft and an article of the future");
    for article in &hidden {
        let title = article.title.replace('"', "");
        for file in &sample.files {
            let bytes = fs::read(sample.public.join(file)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(&title), "{file} names `{title}`");
            assert!(
                !text.contains(&format!("/{}/", article.slug())) && !file.contains(&article.slug()),
                "{file} leads to `{title}`"
            );
        }
        for picture in pictures_of(&article.file) {
            let is_shared = sample.articles.iter().any(|other| other.body.contains(&picture));
            let is_there = sample.files.iter().any(|file| file.ends_with(&picture));
            assert!(
                is_shared || !is_there,
                "{picture} of the unpublished {}",
                article.file.display()
            );
        }
    }
}

/// What the preview puts into pages is nowhere in a build.
#[test]
fn nothing_of_the_preview_is_in_a_build() {
    let sample = sample();
    for file in &sample.files {
        let bytes = fs::read(sample.public.join(file)).unwrap();
        for word in ["_byline", "byline-preview", "data-token", "data-edition"] {
            let is_there = memchr::memmem::find(&bytes, word.as_bytes()).is_some();
            assert!(!is_there && !file.contains(word), "{file} has `{word}`");
        }
    }
}

#[test]
fn feeds_carry_whole_articles_with_full_addresses() {
    let sample = sample();
    let feeds: Vec<&String> = sample
        .files
        .iter()
        .filter(|file| {
            ["rss.xml", "atom.xml", "feed.json"].contains(&file.rsplit('/').next().unwrap())
        })
        .collect();
    assert!(feeds.len() > 30 && feeds.iter().any(|file| file.starts_with("fr/tags/")), "{feeds:?}");
    for file in feeds {
        let bytes = fs::read(sample.public.join(file)).unwrap();
        let feed =
            feed_rs::parser::parse(&*bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let wanted: Vec<&Article> = sample.in_feed(folder);
        let titles: Vec<String> = feed
            .entries
            .iter()
            .map(|entry| entry.title.as_ref().unwrap().content.clone())
            .collect();
        let known: Vec<&str> = wanted.iter().map(|article| &*article.title).collect();
        assert_eq!(titles, known, "{file}");
        assert!(feed.title.is_some_and(|title| !title.content.is_empty()), "{file}");
        let ids: BTreeSet<&str> = feed.entries.iter().map(|entry| &*entry.id).collect();
        assert_eq!(ids.len(), feed.entries.len(), "{file}: ids");
        for (entry, article) in feed.entries.iter().zip(&wanted) {
            check_entry(sample, file, entry, article);
        }
    }
}

fn check_entry(sample: &Sample, file: &str, entry: &Entry, article: &Article) {
    let place = format!("{file}: {}", article.title);
    let url = format!("{}{}", sample.base, article.address());
    assert!(entry.links.iter().any(|link| link.href == url), "{place}: {:?}", entry.links);
    let day = entry.published.map(|date| date.format("%Y-%m-%d").to_string());
    assert_eq!(day, article.date, "{place}");
    let content =
        entry.content.as_ref().and_then(|content| content.body.clone()).unwrap_or_default();
    let html = Html::parse_fragment(&content);
    for (selector, attribute) in [("[href]", "href"), ("[src]", "src")] {
        for element in html.select(&select(selector)) {
            let value = element.attr(attribute).unwrap_or_default();
            assert!(
                value.starts_with("http://")
                    || value.starts_with("https://")
                    || value.starts_with("mailto:"),
                "{place}: {}",
                element.html()
            );
        }
    }
    assert_eq!(html.select(&select("script, style, iframe, [srcset]")).count(), 0, "{place}");
    // Every paragraph of the page stands in the feed.
    let page = Html::parse_document(&sample.text(&article.output()));
    let text: String = html.root_element().text().collect::<String>().split_whitespace().collect();
    let mut paragraphs = 0;
    for paragraph in
        page.select(&select(".prose > p, .prose > ul > li, .prose > blockquote, .prose td"))
    {
        let own: String = paragraph.text().collect::<String>().split_whitespace().collect();
        let start: String = own.chars().take(30).collect();
        assert!(text.contains(&start), "{place}: the feed lacks {start}");
        paragraphs += 1;
    }
    assert!(paragraphs > 3, "{place}: {paragraphs}");
}

/// The built publication and a server for it.
struct Sample {
    _folder: tempfile::TempDir,
    public: PathBuf,
    /// `http://127.0.0.1:1234/some/path/`.
    base: String,
    /// Everything below `public`, with `/`, sorted.
    files: Vec<String>,
    /// What should be there, newest first, and what should not.
    articles: Vec<Article>,
    hidden: Vec<Article>,
}

/// A Markdown file of the sample as this test reads it: by itself, without the code under test.
#[derive(Debug)]
struct Article {
    file: PathBuf,
    /// Folder below `content/`.
    folder: String,
    title: String,
    date: Option<String>,
    lang: String,
    tags: Vec<String>,
    authors: Vec<String>,
    name: String,
    body: String,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let public = folder.path().join("public");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}{PATH}", listener.local_addr().unwrap());
        let done = Command::new(env!("CARGO_BIN_EXE_byline"))
            .args(["build", "--root", env!("CARGO_MANIFEST_DIR"), "--base-url", &base, "--output"])
            .arg(&public)
            .env("SOURCE_DATE_EPOCH", NOW)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && !said.contains("warning"), "{said}");
        let root = public.clone();
        thread::spawn(move || serve(&listener, &root));
        let mut files = Vec::new();
        list(&public, &public, &mut files);
        files.sort();
        let (articles, hidden) = articles();
        Sample { _folder: folder, public, base, files, articles, hidden }
    })
}

impl Sample {
    fn text(&self, file: &str) -> String {
        let bytes =
            fs::read(self.public.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// All HTML files but redirects, parsed.
    fn pages(&self) -> Vec<(String, Html)> {
        let html = self.files.iter().filter(|file| file.ends_with(".html"));
        let texts = html.map(|file| (file.clone(), self.text(file)));
        let pages = texts.filter(|(_, text)| !text.contains("http-equiv=\"refresh\""));
        pages.map(|(file, text)| (file, Html::parse_document(&text))).collect()
    }

    /// The articles of the feed in a folder of `public`, newest first.
    fn in_feed(&self, folder: &str) -> Vec<&Article> {
        let lang = if folder == "fr" || folder.starts_with("fr/") { "fr" } else { "en" };
        let inner = folder.strip_prefix("fr").unwrap_or(folder).trim_start_matches('/');
        let dated =
            self.articles.iter().filter(|article| article.date.is_some() && article.lang == lang);
        let wanted = dated.filter(|article| match inner.split_once('/') {
            Some(("tags", tag)) => {
                article.tags.iter().any(|own| own.to_lowercase().replace([' ', '-'], "-") == tag)
            }
            Some(("authors", author)) => article.authors.iter().any(|own| own == author),
            _ => inner.is_empty() || article.folder == inner,
        });
        wanted.take(20).collect()
    }
}

impl Article {
    fn slug(&self) -> String {
        let name = self.name.as_str();
        let has_date = name.len() > 11
            && name.as_bytes()[..10].iter().enumerate().all(|(at, byte)| {
                if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() }
            });
        if has_date { name[11..].to_string() } else { name.to_string() }
    }

    fn address(&self) -> String {
        let lang = if self.lang == "en" { "" } else { "fr/" };
        let folder =
            if self.folder.is_empty() { String::new() } else { format!("{}/", self.folder) };
        format!("{lang}{folder}{}/", self.slug())
    }

    fn output(&self) -> String {
        format!("{}index.html", self.address())
    }
}

/// What is published and what is not, newest first.
fn articles() -> (Vec<Article>, Vec<Article>) {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let mut files = Vec::new();
    list(&content, &content, &mut files);
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for file in files.iter().filter(|file| file.ends_with(".md") && !file.contains("_index.")) {
        let text = fs::read_to_string(content.join(file)).unwrap();
        let (front, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
        let value = |key: &str| {
            front
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
                .unwrap_or_default()
        };
        let list_of = |key: &str| {
            value(key)
                .trim_matches(['[', ']'])
                .split(", ")
                .filter(|part| !part.is_empty())
                .map(str::to_string)
                .collect()
        };
        let stem = file.strip_suffix(".md").unwrap();
        let (stem, lang) = stem.strip_suffix(".fr").map_or((stem, "en"), |stem| (stem, "fr"));
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let in_name =
            name.get(..10).filter(|start| start.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
        let date = Some(value("date")).filter(|date| !date.is_empty()).or(in_name);
        let article = Article {
            file: content.join(file),
            folder: folder.to_string(),
            title: value("title").trim_matches('"').to_string(),
            date: date.map(|date| date[..10].to_string()),
            lang: lang.to_string(),
            tags: list_of("tags"),
            authors: list_of("authors"),
            name: name.to_string(),
            body: body.to_string(),
        };
        let is_future = article.date.as_deref().is_some_and(|date| date > "2026-09-21");
        if value("draft") == "true" || is_future {
            hidden.push(article)
        } else {
            shown.push(article)
        }
    }
    shown.sort_by(|a, b| b.date.cmp(&a.date).then(a.file.cmp(&b.file)));
    (shown, hidden)
}

/// Names of the pictures that a Markdown file shows.
fn pictures_of(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([' ', ')']).next());
    let pictures =
        targets.filter(|target| [".png", ".jpg", ".svg"].iter().any(|end| target.ends_with(end)));
    pictures.map(|target| target.rsplit('/').next().unwrap_or(target).to_string()).collect()
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"));
        }
    }
    files.sort();
}

/// Answers with files: `/x/` is `/x/index.html`, nothing else is clever.
fn serve(listener: &TcpListener, root: &Path) {
    for stream in listener.incoming().flatten() {
        let root = root.to_path_buf();
        thread::spawn(move || answer(stream, &root));
    }
}

fn answer(mut stream: TcpStream, root: &Path) -> Option<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    reader.read_line(&mut line).ok()?;
    let mut header = String::new();
    while reader.read_line(&mut header).ok()? > 2 {
        header.clear();
    }
    let path = percent_decoded(line.split(' ').nth(1)?.split('?').next()?);
    let file = path.strip_prefix(PATH).map(|path| {
        if path.is_empty() || path.ends_with('/') {
            format!("{path}index.html")
        } else {
            path.to_string()
        }
    });
    let found = file
        .filter(|file| root.join(file).is_file())
        .and_then(|file| Some((fs::read(root.join(&file)).ok()?, file)));
    let (status, kind, body) = match &found {
        Some((bytes, file)) => (200, file.rsplit('.').next().unwrap_or_default(), bytes.as_slice()),
        None => (404, "txt", &b"nothing"[..]),
    };
    write!(
        stream,
        "HTTP/1.0 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .ok()?;
    stream.write_all(body).ok()
}

/// Status, ending of the file, body.
fn fetch(url: &str) -> (u16, String, Vec<u8>) {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let at = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..at]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let kind = head.split("Content-Type: ").nth(1).unwrap().lines().next().unwrap().to_string();
    (status, kind, answer[at + 4..].to_vec())
}

/// Every address in a page, and its ids.
fn references(text: &str, page: &str) -> (Vec<String>, Option<BTreeSet<String>>) {
    let html = Html::parse_document(text);
    let mut found = Vec::new();
    for name in ["href", "src", "poster", "data", "action", "cite"] {
        for element in html.select(&select(&format!("[{name}]"))) {
            found.push(element.attr(name).unwrap().to_string());
        }
    }
    for element in html.select(&select("[srcset]")) {
        let candidates = element.attr("srcset").unwrap().split(", ");
        found.extend(
            candidates
                .filter_map(|candidate| Some(candidate.split_whitespace().next()?.to_string())),
        );
    }
    for meta in html.select(&select(
        "meta[property='og:image'], meta[property='og:url'], meta[name='twitter:image']",
    )) {
        let content = meta.attr("content").unwrap();
        assert!(content.starts_with("http"), "{page}: {content} is no full address");
        found.push(content.to_string());
    }
    for meta in html.select(&select("meta[http-equiv=refresh]")) {
        found.push(meta.attr("content").unwrap().split_once("url=").unwrap().1.to_string());
    }
    for script in html.select(&select("script[type='application/ld+json']")) {
        let value: serde_json::Value = serde_json::from_str(&script.inner_html()).unwrap();
        strings(&value, &mut |text| {
            if text.starts_with("http://127.0.0.1") {
                found.push(text.to_string());
            }
        });
    }
    let ids = html
        .select(&select("[id]"))
        .map(|element| element.attr("id").unwrap().to_string())
        .collect();
    (found, Some(ids))
}

fn strings(value: &serde_json::Value, visit: &mut dyn FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => visit(text),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, visit)),
        serde_json::Value::Object(map) => map.values().for_each(|item| strings(item, visit)),
        _ => {}
    }
}

fn style_addresses(css: &str) -> Vec<String> {
    let found = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    found
        .map(|url| url.trim_matches(['"', '\'', ' ']).to_string())
        .filter(|url| !url.starts_with("data:"))
        .collect()
}

/// Full addresses of the site in a feed, a sitemap or robots.txt, wherever they stand.
fn plain_addresses(text: &str, base: &str) -> Vec<String> {
    let host = &base[..base.len() - PATH.len()];
    let text = text.replace("\\\"", "\"");
    let found = text.match_indices(host).map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(['"', '<', '>', ' ', '\n', '\'', ']', '\\']).unwrap_or(rest.len());
        rest[..end].replace("&amp;", "&")
    });
    found.collect()
}

/// The full address of an internal reference; `None` for other hosts and schemes.
fn resolve(page: &str, reference: &str, sample: &Sample) -> Option<String> {
    let host = &sample.base[..sample.base.len() - PATH.len()];
    if reference.starts_with(host) {
        return Some(reference.to_string());
    }
    if reference.starts_with("//") || reference.split(['/', '?', '#']).next()?.contains(':') {
        return None;
    }
    if reference.starts_with('/') {
        return Some(format!("{host}{reference}"));
    }
    if reference.is_empty() || reference.starts_with('#') {
        return Some(format!("{}{reference}", page.split('#').next()?));
    }
    panic!("{page}: `{reference}` is a relative address, which a feed or a moved page would break");
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex: String = rest.by_ref().take(2).map(char::from).collect();
            bytes.push(u8::from_str_radix(&hex, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).unwrap_or_else(|error| panic!("{selector}: {error}"))
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
