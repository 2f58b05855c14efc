//! What belongs in a page's `<head>`: title, addresses, cards for other sites, structured data, feeds.

use super::Scope;
use super::card::{self, Card};
use super::json_ld::{self, Agent, Article, Breadcrumbs, Graph, Image, Profile, Thing};
use super::plan::pager_address;
use crate::asset::social::SIZE;
use crate::config::Config;
use crate::content::FrontMatter;
use crate::site::taxonomy::author_name;
use crate::site::url::Address;
use crate::site::{Page, PageId};
use crate::theme::{Value, View, context};
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
    pub robots: Option<&'a str>,
}

impl Head<'_> {
    /// The value that templates see as `head`.
    pub fn value(&self, view: &View) -> Value {
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
        let styles = self
            .has_code
            .then(|| view.style("highlight.css"))
            .flatten()
            .map(|address| Value::from(view.url(address)));
        Value::from(object([
            ("title", text(&self.title)),
            ("description", text(self.description)),
            ("canonical", text(&self.canonical)),
            ("json_ld", Value::safe_string(&self.json_ld)),
            ("cards", Value::from(cards.collect::<Vec<_>>())),
            ("alternates", Value::from(alternates.collect::<Vec<_>>())),
            ("feeds", feeds(view, &self.feeds)),
            ("styles", Value::from(styles.into_iter().collect::<Vec<_>>())),
            ("previous", maybe(self.previous.as_deref())),
            ("next", maybe(self.next.as_deref())),
            ("robots", maybe(self.robots)),
        ]))
    }
}

fn feeds(view: &View, scopes: &[(String, Scope)]) -> Value {
    let mut list = Vec::new();
    for (title, scope) in scopes {
        for format in &view.options().feeds.formats {
            let address = scope_address(view, *scope).beside(format.file());
            list.push(Value::from(object([
                ("title", Value::normal_string(title)),
                ("name", Value::normal_string(format.name())),
                ("type", Value::normal_string(format.media_type())),
                ("url", Value::from(view.url(&address))),
                ("permalink", Value::from(view.permalink(&address))),
            ])));
        }
    }
    Value::from(list)
}

/// The page that a feed belongs to.
pub(super) fn scope_address(view: &View, scope: Scope) -> &Address {
    match scope {
        Scope::Section(id) => &view.section(id).address,
        Scope::Term { taxonomy, term } => &view.term(taxonomy, term).address,
    }
}

/// Title of a feed: the site's, with the section's or term's name before it.
pub(super) fn scope_title(view: &View, scope: Scope) -> String {
    match scope {
        Scope::Section(id) => {
            let section = view.section(id);
            let title = view.site_title(&section.lang);
            if section.is_home() {
                title.to_string()
            } else {
                format!("{} | {title}", section.title)
            }
        }
        Scope::Term { taxonomy, term } => {
            let lang = &view.taxonomy(taxonomy).lang;
            format!("{} | {}", view.term(taxonomy, term).name, view.site_title(lang))
        }
    }
}

/// The feed of the whole site in a language.
pub(super) fn site_feed(view: &View, lang: &str) -> Vec<(String, Scope)> {
    let scope = Scope::Section(view.home(lang));
    vec![(scope_title(view, scope), scope)]
}

/// Full addresses of a page's versions by language tag; the default language's is also `x-default`.
pub(super) fn hreflang(config: &Config, versions: &[(&str, &Address)]) -> Vec<(String, String)> {
    let full = |address: &Address| format!("{}{address}", config.base_url.url);
    let list = versions.iter().map(|(lang, address)| ((*lang).to_string(), full(address)));
    let default = versions.iter().find(|(lang, _)| *lang == config.language);
    list.chain(default.map(|(_, address)| ("x-default".to_string(), full(address)))).collect()
}

/// Versions of an article for its head.
pub(super) fn page_versions(view: &View, id: PageId) -> Vec<(String, String)> {
    hreflang(view.options(), &view.page_versions(id))
}

/// A picture in memory, for structured data and cards.
#[derive(Debug, Default)]
pub(super) struct Picture {
    url: String,
    alt: String,
    caption: String,
    credit: Option<String>,
    creator: Option<String>,
    copyright: Option<String>,
    license: Option<String>,
    source: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    /// Full address and size of a copy that suits those who show it small.
    share: Option<(String, (u32, u32))>,
}

/// Pictures of an article, the lead picture first, each once.
pub(super) fn pictures(view: &View, id: PageId) -> Vec<Picture> {
    let page = view.page(id);
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
        if let Some(picture) = picture(view, id, src, own)
            && list.iter().all(|other| other.url != picture.url)
        {
            list.push(picture);
        }
    }
    list
}

fn picture(view: &View, id: PageId, src: &str, own: [Option<&str>; 5]) -> Option<Picture> {
    let origin = view.text(crate::site::Target::Page(id))?;
    let found = view.picture(origin, src).ok()?;
    let side = found.facts.map(|facts| &facts.credit);
    let [alt, caption, credit, license, source] = own;
    let or = |own: Option<&str>, side: Option<&Option<String>>| {
        own.map(str::to_string).or_else(|| side.and_then(Clone::clone))
    };
    let url = if found.is_external {
        found.path.to_string()
    } else {
        format!("{}{}", view.options().base_url.url, found.path)
    };
    let base = &view.options().base_url.url;
    let share = found.links.and_then(|links| links.fallback.as_ref());
    Some(Picture {
        share: share.map(|(address, size)| (format!("{base}{address}"), *size)),
        creator: side.and_then(|side| side.creator.clone()),
        copyright: side.and_then(|side| side.copyright.clone()),
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
    /// Full address of the card that was drawn for it.
    pub drawn: Option<String>,
}

/// Collects them for an article.
pub(super) fn page_texts(view: &View, id: PageId) -> PageTexts {
    let page = view.page(id);
    let lang = page.lang();
    let config = view.options();
    let authors = page.document.front.authors.iter().map(|key| {
        let own = config.authors.get(key).and_then(|author| author.url.clone());
        let name = author_name(config, key);
        (name.to_string(), view.author(id, key).or(own), name == config.title)
    });
    let series =
        view.series(id).map(|series| (series.name.clone(), view.series_page(lang, series)));
    PageTexts {
        permalink: view.permalink(&page.address),
        home: view.permalink(home_address(view, page.lang())),
        section: view.permalink(&view.section(page.section).address),
        authors: authors.collect(),
        series,
        pictures: pictures(view, id),
        drawn: view.social_card(id).map(|address| view.permalink(address)),
    }
}

fn home_address<'a>(view: &'a View, lang: &str) -> &'a Address {
    &view.section(view.home(lang)).address
}

/// Head of an article.
pub(super) fn page<'a>(view: &'a View, id: PageId, texts: &'a PageTexts) -> Head<'a> {
    let page = view.page(id);
    let front = &page.document.front;
    let title = view.site_title(page.lang());
    let section = view.section(page.section);
    let mut steps = vec![(title, &*texts.home)];
    if !section.is_home() {
        steps.push((&section.title, &texts.section));
    }
    steps.push((&front.title, &texts.permalink));
    let article = Thing::AnalysisNewsArticle(Box::new(article(view, id, texts)));
    let graph = Graph::new(vec![article, Thing::BreadcrumbList(Breadcrumbs::new(&steps))]);
    Head {
        title: format!("{} | {title}", front.title),
        description: description(page),
        canonical: front.canonical.clone().unwrap_or_else(|| texts.permalink.clone()),
        json_ld: json_ld::script(&graph),
        card: page_card(view, id, texts),
        feeds: site_feed(view, page.lang()),
        has_code: page.document.prose.has_code,
        robots: robots(front),
        ..Head::default()
    }
}

/// What search engines may do with a page; nobody shall find a draft.
pub(super) fn robots(front: &FrontMatter) -> Option<&str> {
    if front.draft { Some("noindex") } else { front.robots.as_deref() }
}

/// Whether search engines shall leave a page out.
pub(super) fn is_hidden(front: &FrontMatter) -> bool {
    let is_one = |rule: &str| matches!(rule.trim(), "noindex" | "none");
    robots(front).is_some_and(|rules| rules.split(',').any(is_one))
}

fn description(page: &Page) -> &str {
    page.document.front.description.as_deref().unwrap_or(&page.document.prose.lead)
}

fn tags(page: &Page) -> Vec<&str> {
    page.document.front.taxonomies.get("tags").into_iter().flatten().map(|tag| &**tag).collect()
}

/// Title of an article's section; articles of the home page have none.
fn section_title<'a>(view: &'a View, page: &Page) -> &'a str {
    let section = view.section(page.section);
    if section.is_home() { "" } else { &section.title }
}

/// What search engines read of an article.
fn article<'a>(view: &'a View, id: PageId, texts: &'a PageTexts) -> Article<'a> {
    let page = view.page(id);
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
        creator: picture
            .creator
            .as_deref()
            .map(|name| Agent::Person(Profile { name, url: None, image: None })),
        copyright_notice: picture.copyright.as_deref(),
        license: picture.license.as_deref(),
        acquire_license_page: picture.source.as_deref(),
    });
    let publisher =
        Profile { name: view.site_title(page.lang()), url: Some(&texts.home), image: None };
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
        article_section: section_title(view, page),
        is_part_of: texts
            .series
            .as_ref()
            .map(|(name, url)| json_ld::Series { name, url: url.as_deref() }),
        position: page.series.map(|(_, position)| position + 1),
        license: Some(&*view.options().copyright).filter(|text| !text.is_empty()),
        is_accessible_for_free: true,
    }
}

/// What other sites show of an article.
fn page_card<'a>(view: &'a View, id: PageId, texts: &'a PageTexts) -> Card<'a> {
    let page = view.page(id);
    let front = &page.document.front;
    let lead = texts.pictures.first();
    let share = lead.and_then(|picture| picture.share.as_ref());
    let size = share.map(|(_, size)| *size);
    let size = size.or_else(|| lead.and_then(|picture| picture.width.zip(picture.height)));
    let mut image = share.map(|(url, _)| &**url).or(lead.map(|picture| &*picture.url));
    let (mut alt, mut size) = (lead.map_or("", |picture| &picture.alt), size);
    if let Some(drawn) = &texts.drawn {
        (image, alt, size) = (Some(&**drawn), &front.title, Some(SIZE));
    }
    Card {
        title: &front.title,
        description: description(page),
        url: &texts.permalink,
        site_name: view.site_title(page.lang()),
        image,
        image_alt: alt,
        width: size.map(|size| size.0),
        height: size.map(|size| size.1),
        locale: page.lang(),
        kind: card::Kind::Article,
        published: front.date,
        updated: front.updated,
        section: section_title(view, page),
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
pub(super) fn list<'a>(view: &'a View, list: &List<'a>) -> Head<'a> {
    let site_title = view.site_title(list.lang);
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
    let neighbour = |pager: usize| view.permalink(&pager_address(list.first, pager));
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
        feeds: site_feed(view, list.lang),
        previous: (list.pager > 0).then(|| neighbour(list.pager - 1)),
        next: (list.pager + 1 < list.pagers).then(|| neighbour(list.pager + 1)),
        ..Head::default()
    }
}
