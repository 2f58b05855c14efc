//! What belongs in a page's `<head>`: title, addresses, cards for other sites, structured data, feeds.

use super::card::{self, Card};
use super::json_ld::{self, Agent, Article, Breadcrumbs, Graph, Image, Profile, Thing};
use super::plan::pager_address;
use super::{Scope, feed_file};
use crate::config::FeedFormat;
use crate::site::taxonomy::author_name;
use crate::site::url::Address;
use crate::site::{Page, PageId, Section, SectionId, Site};
use crate::theme::{Value, World, context};
use context::object;

/// A page's head; what a page has not stays empty.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub title: String,
    pub description: &'a str,
    /// Full address that search engines shall keep.
    pub canonical: String,
    pub json_ld: String,
    pub card: Card<'a>,
    /// Language and full address of each version of the page.
    pub alternates: Vec<(String, String)>,
    pub feeds: Vec<(String, Scope)>,
    pub has_code: bool,
    /// Neighbouring list pages.
    pub previous: Option<String>,
    pub next: Option<String>,
    pub robots: Option<&'static str>,
}

impl Head<'_> {
    /// The value that templates see as `head`.
    pub fn value(&self, world: &World) -> Value {
        let text = Value::normal_string;
        let maybe = |value: Option<&str>| value.map_or_else(Value::none, Value::normal_string);
        let cards = self.card.metas().into_iter().map(|meta| {
            Value::from(object([
                ("attribute", text(meta.attribute)),
                ("key", text(meta.key)),
                (meta.attribute, text(meta.key)),
                ("content", text(&meta.content)),
            ]))
        });
        let alternates = self
            .alternates
            .iter()
            .map(|(lang, url)| Value::from(object([("lang", text(lang)), ("url", text(url))])));
        let styles = world
            .style("highlight.css")
            .filter(|_| self.has_code)
            .map(|address| Value::from(world.site.url(address)));
        Value::from(object([
            ("title", text(&self.title)),
            ("description", text(self.description)),
            ("canonical", text(&self.canonical)),
            ("json_ld", Value::safe_string(&self.json_ld)),
            ("cards", Value::from(cards.collect::<Vec<_>>())),
            ("alternates", Value::from(alternates.collect::<Vec<_>>())),
            ("feeds", feeds(&world.site, &self.feeds)),
            ("styles", Value::from(styles.into_iter().collect::<Vec<_>>())),
            ("previous", maybe(self.previous.as_deref())),
            ("next", maybe(self.next.as_deref())),
            ("robots", maybe(self.robots)),
        ]))
    }
}

fn feeds(site: &Site, scopes: &[(String, Scope)]) -> Value {
    let mut list = Vec::new();
    for (title, scope) in scopes {
        for format in &site.config.feeds.formats {
            let (kind, name) = match format {
                FeedFormat::Rss => ("application/rss+xml", "RSS"),
                FeedFormat::Atom => ("application/atom+xml", "Atom"),
                FeedFormat::Json => ("application/feed+json", "JSON Feed"),
            };
            let address = scope_address(site, *scope).beside(feed_file(*format));
            list.push(Value::from(object([
                ("title", Value::normal_string(title)),
                ("name", Value::normal_string(name)),
                ("type", Value::normal_string(kind)),
                ("url", Value::from(site.url(&address))),
                ("permalink", Value::from(site.permalink(&address))),
            ])));
        }
    }
    Value::from(list)
}

/// The page that a feed belongs to.
pub(super) fn scope_address(site: &Site, scope: Scope) -> &Address {
    match scope {
        Scope::Section(id) => &site.section(id).address,
        Scope::Term { taxonomy, term } => {
            &site.taxonomies[taxonomy as usize].terms[term as usize].address
        }
    }
}

/// Title of a feed: the site's, with the section's or term's name before it.
pub(super) fn scope_title(site: &Site, scope: Scope) -> String {
    match scope {
        Scope::Section(id) => {
            let section = site.section(id);
            let title = site.title(&section.lang);
            if section.is_home() {
                title.to_string()
            } else {
                format!("{} | {title}", section.title)
            }
        }
        Scope::Term { taxonomy, term } => {
            let taxonomy = &site.taxonomies[taxonomy as usize];
            format!("{} | {}", taxonomy.terms[term as usize].name, site.title(&taxonomy.lang))
        }
    }
}

/// The feed of the whole site in a language.
pub(super) fn site_feed(site: &Site, lang: &str) -> Vec<(String, Scope)> {
    let home = site.home(lang).map(Scope::Section);
    home.into_iter().map(|scope| (scope_title(site, scope), scope)).collect()
}

fn hreflang(site: &Site, versions: Vec<(&str, &Address)>) -> Vec<(String, String)> {
    let default = versions
        .iter()
        .find(|(lang, _)| *lang == site.config.language)
        .map(|(_, address)| *address);
    let mut list: Vec<(String, String)> = versions
        .iter()
        .map(|(lang, address)| ((*lang).to_string(), site.permalink(address)))
        .collect();
    if let Some(address) = default {
        list.push(("x-default".into(), site.permalink(address)));
    }
    list
}

/// Language versions of an article with their full addresses; empty in one language.
pub(super) fn page_versions(site: &Site, id: PageId) -> Vec<(String, String)> {
    let versions = site.page(id).translations.iter().map(|id| {
        let page = site.page(*id);
        (page.lang(), &page.address)
    });
    hreflang(site, versions.collect())
}

/// Language versions of a section's first list page.
pub(super) fn section_versions(site: &Site, section: &Section) -> Vec<(String, String)> {
    let versions = section.translations.iter().map(|id| {
        let section = site.section(*id);
        (&*section.lang, &section.address)
    });
    hreflang(site, versions.collect())
}

/// A picture in memory, for structured data and cards.
#[derive(Debug, Default)]
pub(super) struct Picture {
    url: String,
    alt: String,
    caption: String,
    credit: Option<String>,
    license: Option<String>,
    source: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

/// Pictures of an article, the lead picture first, each once.
pub(super) fn pictures(world: &World, id: PageId) -> Vec<Picture> {
    let page = world.site.page(id);
    let front = &page.document.front;
    let lead = front.image.as_ref().map(|image| {
        let own = [&image.alt, &image.caption, &image.credit, &image.license, &image.source];
        (&*image.src, own.map(|text| text.as_deref()))
    });
    let figures = page.document.prose.figures().map(|image| {
        let caption = Some(&*image.caption).filter(|caption| !caption.is_empty());
        let own = [
            image.alt.as_deref(),
            caption,
            image.credit.as_deref(),
            image.license.as_deref(),
            image.source.as_deref(),
        ];
        (&*image.src, own)
    });
    let mut list: Vec<Picture> = Vec::new();
    for (src, own) in lead.into_iter().chain(figures) {
        if let Some(picture) = picture(world, id, src, own)
            && list.iter().all(|other| other.url != picture.url)
        {
            list.push(picture);
        }
    }
    list
}

fn picture(world: &World, id: PageId, src: &str, own: [Option<&str>; 5]) -> Option<Picture> {
    let origin = world.origin(crate::site::Target::Page(id))?;
    let found = world.picture(origin, src).ok()?;
    let side = found.facts.map(|facts| &facts.credit);
    let [alt, caption, credit, license, source] = own;
    let or = |own: Option<&str>, side: Option<&Option<String>>| {
        own.map(str::to_string).or_else(|| side.and_then(Clone::clone))
    };
    let url = if found.is_external {
        found.path.to_string()
    } else {
        format!("{}{}", world.site.config.base_url.url, found.path)
    };
    Some(Picture {
        url,
        alt: or(alt, side.map(|side| &side.alt)).unwrap_or_default(),
        caption: or(caption, side.map(|side| &side.caption)).unwrap_or_default(),
        credit: or(credit, side.map(|side| &side.credit)),
        license: or(license, side.map(|side| &side.license)),
        source: or(source, side.map(|side| &side.source)),
        width: found.facts.map(|facts| facts.width),
        height: found.facts.map(|facts| facts.height),
    })
}

/// Names and addresses that structured data borrows.
#[derive(Debug, Default)]
pub(super) struct PageTexts {
    pub permalink: String,
    pub home: String,
    pub section: String,
    pub authors: Vec<(String, Option<String>, bool)>,
    pub series: Option<(String, Option<String>)>,
    pub pictures: Vec<Picture>,
}

/// Collects them for an article.
pub(super) fn page_texts(world: &World, id: PageId) -> PageTexts {
    let site = &world.site;
    let page = site.page(id);
    let taxonomy = site.taxonomy("authors", page.lang());
    let authors = page.document.front.authors.iter().map(|key| {
        let configured = site.config.authors.get(key);
        let slug = crate::site::url::slugify(key);
        let own = configured.and_then(|author| author.url.clone());
        let term =
            taxonomy.and_then(|taxonomy| taxonomy.terms.iter().find(|term| term.slug == slug));
        let url = term.map(|term| site.permalink(&term.address)).or(own);
        let name = author_name(&site.config, key);
        (name.to_string(), url, name == site.config.title)
    });
    let series = page.series.map(|(number, _)| {
        let name = site.series[number as usize].name.clone();
        let slug = crate::site::url::slugify(&name);
        let term = site
            .taxonomy("series", page.lang())
            .and_then(|t| t.terms.iter().find(|term| term.slug == slug));
        (name, term.map(|term| site.permalink(&term.address)))
    });
    PageTexts {
        permalink: site.permalink(&page.address),
        home: site.permalink(home_address(site, page.lang())),
        section: site.permalink(&site.section(page.section).address),
        authors: authors.collect(),
        series,
        pictures: pictures(world, id),
    }
}

fn home_address<'a>(site: &'a Site, lang: &str) -> &'a Address {
    let id = site.home(lang).unwrap_or(SectionId(0));
    &site.section(id).address
}

/// Head of an article.
pub(super) fn page<'a>(world: &'a World, id: PageId, texts: &'a PageTexts) -> Head<'a> {
    let site = &world.site;
    let page = site.page(id);
    let front = &page.document.front;
    let title = site.title(page.lang());
    let section = site.section(page.section);
    let mut steps = vec![(title, &*texts.home)];
    if !section.is_home() {
        steps.push((&section.title, &texts.section));
    }
    steps.push((&front.title, &texts.permalink));
    let article = Thing::AnalysisNewsArticle(Box::new(article(world, id, texts)));
    let graph = Graph::new(vec![article, Thing::BreadcrumbList(Breadcrumbs::new(&steps))]);
    Head {
        title: format!("{} | {title}", front.title),
        description: description(page),
        canonical: front.canonical.clone().unwrap_or_else(|| texts.permalink.clone()),
        json_ld: json_ld::script(&graph),
        card: page_card(world, id, texts),
        feeds: site_feed(site, page.lang()),
        has_code: page.document.prose.has_code,
        robots: front.draft.then_some("noindex"),
        ..Head::default()
    }
}

fn description(page: &Page) -> &str {
    page.document.front.description.as_deref().unwrap_or(&page.document.prose.lead)
}

fn tags(page: &Page) -> Vec<&str> {
    page.document.front.taxonomies.get("tags").into_iter().flatten().map(|tag| &**tag).collect()
}

/// Title of an article's section; articles of the home page have none.
fn section_title<'a>(site: &'a Site, page: &Page) -> &'a str {
    let section = site.section(page.section);
    if section.is_home() { "" } else { &section.title }
}

/// What search engines read of an article.
fn article<'a>(world: &'a World, id: PageId, texts: &'a PageTexts) -> Article<'a> {
    let site = &world.site;
    let page = site.page(id);
    let front = &page.document.front;
    let author = texts.authors.iter().map(|(name, url, is_us)| {
        let profile = Profile { name, url: url.as_deref(), image: None };
        if *is_us { Agent::Organization(profile) } else { Agent::Person(profile) }
    });
    let image = texts.pictures.iter().map(|picture| Image {
        url: &picture.url,
        width: picture.width,
        height: picture.height,
        caption: &picture.caption,
        credit: picture.credit.as_deref(),
        license: picture.license.as_deref(),
        acquire_license_page: picture.source.as_deref(),
    });
    let publisher = Profile { name: site.title(page.lang()), url: Some(&texts.home), image: None };
    Article {
        headline: &front.title,
        description: description(page),
        url: &texts.permalink,
        date_published: front.date,
        date_modified: front.updated.or(front.date),
        in_language: page.lang(),
        author: author.collect(),
        publisher: Some(Agent::Organization(publisher)),
        image: image.collect(),
        word_count: page.document.terms.words,
        keywords: tags(page),
        article_section: section_title(site, page),
        is_part_of: texts
            .series
            .as_ref()
            .map(|(name, url)| json_ld::Series { name, url: url.as_deref() }),
        position: page.series.map(|(_, position)| position + 1),
        license: Some(&*site.config.copyright).filter(|text| !text.is_empty()),
        is_accessible_for_free: true,
    }
}

/// What other sites show of an article.
fn page_card<'a>(world: &'a World, id: PageId, texts: &'a PageTexts) -> Card<'a> {
    let site = &world.site;
    let page = site.page(id);
    let front = &page.document.front;
    let lead = texts.pictures.first();
    Card {
        title: &front.title,
        description: description(page),
        url: &texts.permalink,
        site_name: site.title(page.lang()),
        image: lead.map(|picture| &*picture.url),
        image_alt: lead.map_or("", |picture| &picture.alt),
        width: lead.and_then(|picture| picture.width),
        height: lead.and_then(|picture| picture.height),
        locale: page.lang(),
        kind: card::Kind::Article,
        published: front.date,
        updated: front.updated,
        section: section_title(site, page),
        tags: tags(page),
    }
}

/// What a list page is about.
pub(super) struct List<'a> {
    pub lang: &'a str,
    pub name: &'a str,
    pub description: &'a str,
    pub is_home: bool,
    pub first: &'a Address,
    pub pager: usize,
    pub pagers: usize,
    pub permalink: &'a str,
    pub home: &'a str,
}

/// Head of a list page.
pub(super) fn list<'a>(world: &'a World, list: &List<'a>) -> Head<'a> {
    let site = &world.site;
    let site_title = site.title(list.lang);
    let number = if list.pager == 0 { String::new() } else { format!(" ({})", list.pager + 1) };
    let title = if list.is_home {
        format!("{site_title}{number}")
    } else {
        format!("{}{number} | {site_title}", list.name)
    };
    let publisher =
        Agent::Organization(Profile { name: site_title, url: Some(list.home), image: None });
    let page = json_ld::Page {
        name: if list.is_home { site_title } else { list.name },
        url: list.permalink,
        description: list.description,
        in_language: list.lang,
        publisher: Some(publisher),
    };
    let graph = if list.is_home {
        Graph::new(vec![Thing::WebSite(page)])
    } else {
        let steps = [(site_title, list.home), (list.name, list.permalink)];
        Graph::new(vec![
            Thing::CollectionPage(page),
            Thing::BreadcrumbList(Breadcrumbs::new(&steps)),
        ])
    };
    let neighbour = |pager: usize| site.permalink(&pager_address(list.first, pager));
    Head {
        title,
        description: list.description,
        canonical: list.permalink.to_string(),
        json_ld: json_ld::script(&graph),
        card: Card {
            title: if list.is_home { site_title } else { list.name },
            description: list.description,
            url: list.permalink,
            site_name: site_title,
            locale: list.lang,
            ..Card::default()
        },
        alternates: Vec::new(),
        feeds: site_feed(site, list.lang),
        previous: (list.pager > 0).then(|| neighbour(list.pager - 1)),
        next: (list.pager + 1 < list.pagers).then(|| neighbour(list.pager + 1)),
        ..Head::default()
    }
}
