//! Structured data for search engines: schema.org values -> JSON-LD that may stand in a page.
//!
//! The structs *are* the vocabulary (<https://schema.org/docs/full.html>), with borrowed texts; what
//! is empty or unknown is left out. [`script()`] gives text that cannot end its `<script>`, whatever
//! stands in titles and captions.

mod licence;
mod script;

use serde::{Serialize, Serializer};
use unicode_segmentation::UnicodeSegmentation;

pub use licence::licence_url;
pub use script::script;

use crate::content::date::Date;

/// All that one page says about itself: <https://www.w3.org/TR/json-ld11/#graph-objects>.
#[derive(Debug, Serialize)]
pub struct Graph<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    things: Vec<Thing<'a>>,
}

impl<'a> Graph<'a> {
    pub fn new(things: Vec<Thing<'a>>) -> Self {
        Graph { context: "https://schema.org", things }
    }
}

/// One thing of the vocabulary; the names are schema.org's types.
#[derive(Debug, Serialize)]
#[serde(tag = "@type")]
pub enum Thing<'a> {
    /// <https://schema.org/AnalysisNewsArticle>
    AnalysisNewsArticle(Box<Article<'a>>),
    /// <https://schema.org/BreadcrumbList>
    BreadcrumbList(Breadcrumbs<'a>),
    /// <https://schema.org/ImageObject>
    ImageObject(Image<'a>),
    /// The home page: <https://schema.org/WebSite>
    WebSite(Page<'a>),
    /// A list of articles: <https://schema.org/CollectionPage>
    CollectionPage(Page<'a>),
}

/// An article.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Article<'a> {
    /// Cut to 110 characters, as search engines show no more.
    #[serde(serialize_with = "headline")]
    pub headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub description: &'a str,
    /// Full address of the article.
    #[serde(rename = "mainEntityOfPage", serialize_with = "web_page")]
    pub url: &'a str,
    #[serde(serialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub date_published: Option<Date>,
    #[serde(serialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<Date>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub in_language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub author: Vec<Agent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Agent<'a>>,
    /// The lead picture first.
    #[serde(serialize_with = "images", skip_serializing_if = "Vec::is_empty")]
    pub image: Vec<Image<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    pub word_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub article_section: &'a str,
    /// The series that the article belongs to.
    #[serde(serialize_with = "series", skip_serializing_if = "Option::is_none")]
    pub is_part_of: Option<Series<'a>>,
    /// Place in the series, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// Licence of the text: an address, or a Creative Commons name.
    #[serde(serialize_with = "licence", skip_serializing_if = "has_no_licence_url")]
    pub license: Option<&'a str>,
    /// No paywall: <https://schema.org/isAccessibleForFree>
    pub is_accessible_for_free: bool,
}

/// Who wrote or publishes.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "@type")]
pub enum Agent<'a> {
    /// <https://schema.org/Person>
    Person(Profile<'a>),
    /// <https://schema.org/Organization>
    Organization(Profile<'a>),
}

/// What is said of a person or an organization.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Profile<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
    /// Full address of a portrait or a logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<&'a str>,
}

/// A picture with its source: <https://schema.org/ImageObject>, and
/// <https://developers.google.com/search/docs/appearance/structured-data/image-license-metadata>.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image<'a> {
    /// Full address of the file.
    #[serde(rename = "contentUrl")]
    pub url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Plain text.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub caption: &'a str,
    /// Whom to name.
    #[serde(rename = "creditText", skip_serializing_if = "Option::is_none")]
    pub credit: Option<&'a str>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<Agent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copyright_notice: Option<&'a str>,
    /// As the author wrote it: an address or a Creative Commons name is shown, other words are not,
    /// because `license` takes an address only.
    #[serde(serialize_with = "licence", skip_serializing_if = "has_no_licence_url")]
    pub license: Option<&'a str>,
    /// Full address of a page that tells how to get the picture: where it comes from.
    #[serde(skip_serializing_if = "is_no_web_address")]
    pub acquire_license_page: Option<&'a str>,
}

/// A series of articles: <https://schema.org/CreativeWorkSeries>
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Series<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
}

/// The home page or a list.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<'a> {
    pub name: &'a str,
    /// Full address.
    pub url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub description: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub in_language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Agent<'a>>,
}

/// The way from the home page to this one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breadcrumbs<'a> {
    item_list_element: Vec<Typed<Crumb<'a>>>,
}

#[derive(Debug, Serialize)]
struct Crumb<'a> {
    position: usize,
    name: &'a str,
    item: &'a str,
}

impl<'a> Breadcrumbs<'a> {
    /// Takes (name, full address) from the home page down to the page itself.
    pub fn new(steps: &[(&'a str, &'a str)]) -> Self {
        let crumb = |(i, (name, item)): (usize, &(&'a str, &'a str))| Typed {
            kind: "ListItem",
            value: Crumb { position: i + 1, name, item },
        };
        Breadcrumbs { item_list_element: steps.iter().enumerate().map(crumb).collect() }
    }
}

/// A value with its type, where only one type can stand.
#[derive(Debug, Serialize)]
struct Typed<T> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(flatten)]
    value: T,
}

/// At most 110 characters, cut at a word, or between two whole characters when there is no space.
fn headline<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    const MOST: usize = 110;
    let text = text.trim();
    if text.chars().count() <= MOST {
        return to.serialize_str(text);
    }
    let mut count = 0;
    let fits = text.graphemes(true).take_while(|grapheme| {
        count += grapheme.chars().count();
        count < MOST
    });
    let end = fits.map(str::len).sum();
    let start = &text[..end];
    let word = match text[end..].starts_with(char::is_whitespace) {
        true => start,
        // A cut that leaves less than half means that there are hardly any spaces: then anywhere.
        false => start
            .rfind(char::is_whitespace)
            .filter(|at| *at > end / 2)
            .map_or(start, |at| &start[..at]),
    };
    to.collect_str(&format_args!("{}\u{2026}", word.trim_end()))
}

fn web_page<S: Serializer>(url: &str, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct WebPage<'a> {
        #[serde(rename = "@id")]
        id: &'a str,
    }
    Typed { kind: "WebPage", value: WebPage { id: url } }.serialize(to)
}

fn images<S: Serializer>(images: &[Image], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(images.iter().map(|image| Typed { kind: "ImageObject", value: image }))
}

fn series<S: Serializer>(series: &Option<Series>, to: S) -> Result<S::Ok, S::Error> {
    series.map(|value| Typed { kind: "CreativeWorkSeries", value }).serialize(to)
}

fn date<S: Serializer>(date: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    date.map(|date| date.rfc3339()).serialize(to)
}

fn licence<S: Serializer>(licence: &Option<&str>, to: S) -> Result<S::Ok, S::Error> {
    licence.and_then(licence_url).serialize(to)
}

fn has_no_licence_url(licence: &Option<&str>) -> bool {
    licence.and_then(licence_url).is_none()
}

fn is_no_web_address(url: &Option<&str>) -> bool {
    !url.is_some_and(|url| url.starts_with("https://") || url.starts_with("http://"))
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> serde_json::Value {
        serde_json::from_str(&script(value)).unwrap()
    }

    #[test]
    fn an_article_says_all_that_it_knows() {
        let agent = Profile { name: "A Writer", url: Some("https://example.org/a/"), image: None };
        let article = Article {
            headline: "What the raid says",
            description: "One sentence",
            url: "https://example.org/x/",
            date_published: Some(Date { timestamp: 1_437_091_200, offset: 0, has_time: false }),
            in_language: "en",
            author: vec![Agent::Person(agent.clone())],
            publisher: Some(Agent::Organization(Profile { name: "Review", ..agent })),
            image: vec![Image {
                url: "https://example.org/b.jpg",
                width: Some(1200),
                height: Some(800),
                caption: "Bishkek",
                credit: Some("A Photographer"),
                license: Some("CC BY 4.0"),
                acquire_license_page: Some("https://commons.example/b"),
                ..Image::default()
            }],
            word_count: 900,
            keywords: vec!["CSTO"],
            is_part_of: Some(Series { name: "Security", url: None }),
            position: Some(2),
            license: Some("all rights reserved"),
            is_accessible_for_free: true,
            ..Article::default()
        };
        let graph = Graph::new(vec![Thing::AnalysisNewsArticle(Box::new(article))]);
        let want = r#"{"@context":"https://schema.org","@graph":[{"@type":"AnalysisNewsArticle","headline":"What the raid says","description":"One sentence","mainEntityOfPage":{"@type":"WebPage","@id":"https://example.org/x/"},"datePublished":"2015-07-17T00:00:00Z","inLanguage":"en","author":[{"@type":"Person","name":"A Writer","url":"https://example.org/a/"}],"publisher":{"@type":"Organization","name":"Review","url":"https://example.org/a/"},"image":[{"@type":"ImageObject","contentUrl":"https://example.org/b.jpg","width":1200,"height":800,"caption":"Bishkek","creditText":"A Photographer","license":"https://creativecommons.org/licenses/by/4.0/","acquireLicensePage":"https://commons.example/b"}],"wordCount":900,"keywords":["CSTO"],"isPartOf":{"@type":"CreativeWorkSeries","name":"Security"},"position":2,"isAccessibleForFree":true}]}"#;
        assert_eq!(script(&graph), want);
    }

    #[test]
    fn lists_and_ways_have_their_types() {
        let steps = [("Home", "https://example.org/"), ("Posts", "https://example.org/posts/")];
        let page = Page { name: "Posts", url: "https://example.org/posts/", ..Page::default() };
        let got = json(&Graph::new(vec![
            Thing::BreadcrumbList(Breadcrumbs::new(&steps)),
            Thing::CollectionPage(page),
            Thing::ImageObject(Image { acquire_license_page: Some("x"), ..Image::default() }),
        ]));
        let graph = &got["@graph"];
        assert_eq!(graph[0]["itemListElement"][1]["position"], 2);
        assert_eq!(graph[0]["itemListElement"][1]["@type"], "ListItem");
        assert_eq!(graph[1]["@type"], "CollectionPage");
        assert_eq!(graph[2]["@type"], "ImageObject");
        assert!(graph[2].get("acquireLicensePage").is_none());
    }

    #[test]
    fn a_long_headline_is_cut_at_a_word() {
        let cut = |text: &str| {
            let value = json(&Article { headline: text, ..Article::default() });
            value["headline"].as_str().unwrap().to_string()
        };
        let exact = "a".repeat(110);
        assert_eq!(cut(&exact), exact);
        let words = "zwölf ".repeat(30);
        assert_eq!(cut(&words), format!("{}zwölf\u{2026}", "zwölf ".repeat(17)));
        assert_eq!(cut(&"字".repeat(200)), format!("{}\u{2026}", "字".repeat(109)));
        // A family of seven code points is one character for its readers.
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}";
        assert_eq!(cut(&family.repeat(40)), format!("{}\u{2026}", family.repeat(15)));
        assert!(cut(&"a b ".repeat(99)).chars().count() <= 110);
    }
}
