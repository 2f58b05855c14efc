//! What templates see: pages, sections, terms and the rest as Tera values.
//!
//! Names follow Zola 0.23 (`docs/content/documentation/templates` of its repository) where the thing is
//! the same; `docs/templates.md` describes every one of them.

use tera::{Map, Value};

use super::world::World;
use crate::asset::image::license_url;
use crate::config::Data;
use crate::content::{Document, FrontMatter};
use crate::markdown::{self, TocEntry};
use crate::site::link::Origin;
use crate::site::taxonomy::author_name;
use crate::site::url::Address;
use crate::site::{Page, PageId, Section, SectionId, Taxonomy, Term};

/// A map with fixed keys.
pub fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Map {
    let mut map = Map::with_capacity(N);
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    map
}

fn text(text: &str) -> Value {
    Value::normal_string(text)
}

fn maybe(value: Option<&str>) -> Value {
    value.map_or_else(Value::none, text)
}

fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> Value {
    Value::from(values.into_iter().map(text).collect::<Vec<_>>())
}

/// Any data as a value.
pub fn data(data: &Data) -> Value {
    match data {
        Data::Null => Value::none(),
        Data::Bool(value) => Value::from(*value),
        Data::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(value), _, _) => Value::from(value),
            (_, Some(value), _) => Value::from(value),
            (_, _, Some(value)) => Value::from(value),
            _ => Value::none(),
        },
        Data::String(value) => text(value),
        Data::Array(values) => Value::from(values.iter().map(self::data).collect::<Vec<_>>()),
        Data::Object(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for (key, value) in entries {
                map.insert(key.clone().into(), self::data(value));
            }
            Value::from(map)
        }
    }
}

/// `extra` is always a map, so that `page.extra.x is defined` works when there is none.
fn extra(front: Option<&FrontMatter>) -> Value {
    match front {
        Some(front) if front.extra.is_object() => data(&front.extra),
        _ => Value::from(Map::new()),
    }
}

/// Minutes to read a text, at 200 words a minute, at least one.
pub fn reading_time(words: u32) -> u32 {
    words.div_ceil(200).max(1)
}

/// A card: an article as lists show it. Made once and shared.
pub fn card(world: &World, id: PageId) -> Value {
    world.card_slot(id).get_or_init(|| Value::from(card_map(world, id))).clone()
}

/// Cards of several articles.
pub fn cards(world: &World, ids: &[PageId]) -> Value {
    Value::from(ids.iter().map(|id| card(world, *id)).collect::<Vec<_>>())
}

fn card_map(world: &World, id: PageId) -> Map {
    let site = &world.site;
    let page = site.page(id);
    let document = &page.document;
    let front = &document.front;
    let date = front.date;
    let words = document.terms.words;
    let origin = Origin { document, address: &page.address };
    object([
        ("title", text(&front.title)),
        ("description", maybe(front.description.as_deref())),
        ("summary", summary(world, page)),
        ("date", date.map_or_else(Value::none, |date| text(&date.iso()))),
        ("updated", front.updated.map_or_else(Value::none, |date| text(&date.iso()))),
        ("year", date.map_or_else(Value::none, |date| Value::from(i64::from(date.year())))),
        ("month", date.map_or_else(Value::none, |date| Value::from(i64::from(date.month())))),
        ("day", date.map_or_else(Value::none, |date| Value::from(i64::from(date.day_of_month())))),
        ("slug", text(&document.slug)),
        ("path", text(page.address.as_str())),
        ("permalink", text(&site.permalink(&page.address))),
        ("url", text(&site.url(&page.address))),
        ("components", texts(page.address.as_str().split('/').filter(|part| !part.is_empty()))),
        ("authors", texts(front.authors.iter().map(|key| &**key))),
        ("bylines", bylines(world, page)),
        ("taxonomies", taxonomies(front)),
        ("terms", terms(world, page)),
        ("draft", Value::from(front.draft)),
        ("lang", text(&document.lang)),
        ("word_count", Value::from(words)),
        ("reading_time", Value::from(reading_time(words))),
        ("weight", front.weight.map_or_else(Value::none, Value::from)),
        ("extra", extra(Some(front))),
        ("ancestors", ancestors(world, page.section)),
        ("breadcrumbs", breadcrumbs(world, page.section)),
        ("section", section_link(world, page.section)),
        ("relative_path", text(relative(document))),
        ("colocated_path", colocated(document)),
        ("assets", assets(world, document)),
        ("translations", translations(world, page)),
        ("series", series(world, id, false)),
        ("image", lead_image(world, front, origin)),
        ("comments", Value::from(front.comments.unwrap_or(world.site.config.comments.is_some()))),
        ("has_code", Value::from(document.prose.has_code)),
        ("canonical", maybe(front.canonical.as_deref())),
    ])
}

/// A whole article. `content` is its finished HTML.
pub fn page(world: &World, id: PageId, content: &str) -> Value {
    let site = &world.site;
    let page = site.page(id);
    let document = &page.document;
    let origin = Origin { document, address: &page.address };
    let mut map = card_map(world, id);
    let neighbour = |id: Option<PageId>| id.map_or_else(Value::none, |id| card(world, id));
    let wants_toc = document.front.toc.unwrap_or(true);
    let entries = [
        ("content", Value::safe_string(content)),
        (
            "toc",
            if wants_toc {
                toc(world, document, &page.address)
            } else {
                Value::from(Vec::<Value>::new())
            },
        ),
        ("lower", neighbour(page.lower)),
        ("higher", neighbour(page.higher)),
        ("related", related(world, id)),
        ("series", series(world, id, true)),
        ("figures", figures(world, document, origin)),
        ("backlinks", backlinks(world, page)),
    ];
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    Value::from(map)
}

fn summary(world: &World, page: &Page) -> Value {
    let document = &page.document;
    if document.prose.summary.is_some() {
        let mut html = String::new();
        markdown::write_summary(&document.prose, &SummaryLinks { world, page }, &mut html);
        return Value::safe_string(&html);
    }
    let plain = document.front.description.as_deref().unwrap_or(&document.prose.lead);
    let mut html = Vec::with_capacity(plain.len() + 16);
    // Writing into memory cannot fail.
    let _ = tera::escape_html(plain, &mut html);
    Value::safe_string(&String::from_utf8_lossy(&html))
}

/// Links and pictures of a summary; components do not stand in summaries.
struct SummaryLinks<'a> {
    world: &'a World,
    page: &'a Page,
}

impl markdown::Resolve for SummaryLinks<'_> {
    fn link(&self, target: &str, _: &std::ops::Range<u32>, out: &mut String) {
        let site = &self.world.site;
        let origin = Origin { document: &self.page.document, address: &self.page.address };
        let href = match crate::site::link::resolve(site, &self.world.addresses, origin, target) {
            Ok(crate::site::link::Link::Internal { path, suffix, .. }) => {
                format!("{}{path}{suffix}", site.config.base_url.path)
            }
            Ok(crate::site::link::Link::Here) => {
                format!("{}{target}", site.url(&self.page.address))
            }
            Ok(crate::site::link::Link::External) | Err(_) => target.to_string(),
        };
        markdown::escape_href(&href, out);
    }

    fn image(&self, image: &markdown::Image, _: bool, _: &std::ops::Range<u32>, out: &mut String) {
        // Lists show text; the lead picture stands beside it as `page.image`.
        let _ = (image, out);
    }

    fn component(
        &self,
        _: &markdown::Call,
        _: Option<&str>,
        _: &std::ops::Range<u32>,
        _: &mut String,
    ) {
    }
}

fn taxonomies(front: &FrontMatter) -> Value {
    let mut map = Map::with_capacity(front.taxonomies.len() + 1);
    for (name, terms) in &front.taxonomies {
        map.insert(name.clone().into(), texts(terms.iter().map(|term| &**term)));
    }
    if !front.authors.is_empty() {
        map.insert("authors".into(), texts(front.authors.iter().map(|key| &**key)));
    }
    Value::from(map)
}

fn terms(world: &World, page: &Page) -> Value {
    let mut map = Map::new();
    let mut at = 0;
    while at < page.terms.len() {
        let number = page.terms[at].0;
        let end =
            at + page.terms[at..].iter().take_while(|(taxonomy, _)| *taxonomy == number).count();
        let taxonomy = &world.site.taxonomies[number as usize];
        let list: Vec<Value> = page.terms[at..end]
            .iter()
            .map(|(_, term)| term_link(world, &taxonomy.terms[*term as usize]))
            .collect();
        map.insert(taxonomy.name.clone().into(), Value::from(list));
        at = end;
    }
    Value::from(map)
}

fn term_link(world: &World, term: &Term) -> Value {
    Value::from(object([
        ("name", text(&term.name)),
        ("slug", text(&term.slug)),
        ("url", text(&world.site.url(&term.address))),
        ("path", text(term.address.as_str())),
        ("permalink", text(&world.site.permalink(&term.address))),
    ]))
}

/// A term of a taxonomy; its articles stand in `pages` unless a paginator shows them.
pub fn term(world: &World, taxonomy: &Taxonomy, term: &Term, with_pages: bool) -> Value {
    let site = &world.site;
    let author = (taxonomy.name == "authors").then(|| site.config.authors.get(&term.key)).flatten();
    let pages =
        if with_pages { cards(world, &term.pages) } else { Value::from(Vec::<Value>::new()) };
    Value::from(object([
        ("name", text(&term.name)),
        ("slug", text(&term.slug)),
        ("path", text(term.address.as_str())),
        ("permalink", text(&site.permalink(&term.address))),
        ("url", text(&site.url(&term.address))),
        ("page_count", Value::from(term.pages.len())),
        ("pages", pages),
        (
            "author",
            author.map_or_else(Value::none, |author| Value::from(author_map(world, author))),
        ),
    ]))
}

/// A taxonomy's configuration.
pub fn taxonomy(taxonomy: &Taxonomy) -> Value {
    let slug = crate::site::url::slugify(&taxonomy.name);
    Value::from(object([
        ("name", text(&taxonomy.name)),
        ("slug", text(&slug)),
        ("feed", Value::from(taxonomy.feed)),
        ("render", Value::from(true)),
        ("paginate_by", Value::from(taxonomy.paginate_by)),
        ("paginate_path", text("page")),
    ]))
}

fn author_map(world: &World, author: &crate::config::Author) -> Map {
    let image = author.image.as_deref().map(|image| match image.strip_prefix('/') {
        Some(path) => world.site.url(&Address::file(path)),
        None if crate::site::link::is_external(image) => image.to_string(),
        None => world.site.url(&Address::file(image)),
    });
    object([
        ("name", text(&author.name)),
        ("bio", maybe(author.bio.as_deref())),
        ("url", maybe(author.url.as_deref())),
        ("image", maybe(image.as_deref())),
        ("email", maybe(author.email.as_deref())),
    ])
}

fn bylines(world: &World, page: &Page) -> Value {
    let site = &world.site;
    let terms = site.taxonomy("authors", page.lang());
    let unknown = crate::config::Author::default();
    let list = page.document.front.authors.iter().map(|key| {
        let author = site.config.authors.get(key).unwrap_or(&unknown);
        let mut map = author_map(world, author);
        map.insert("key".into(), text(key));
        map.insert("name".into(), text(author_name(&site.config, key)));
        let term = terms.and_then(|taxonomy| {
            let slug = crate::site::url::slugify(key);
            taxonomy.terms.iter().find(|term| term.slug == slug)
        });
        map.insert(
            "permalink".into(),
            term.map_or_else(Value::none, |term| text(&site.permalink(&term.address))),
        );
        map.insert(
            "page_url".into(),
            term.map_or_else(Value::none, |term| text(&site.url(&term.address))),
        );
        Value::from(map)
    });
    Value::from(list.collect::<Vec<_>>())
}

fn relative(document: &Document) -> &str {
    document.file.strip_prefix("content/").unwrap_or(&document.file)
}

fn colocated(document: &Document) -> Value {
    match document.kind {
        crate::content::Kind::Bundle => text(crate::site::folder_of(relative(document))),
        _ => Value::none(),
    }
}

fn assets(world: &World, document: &Document) -> Value {
    if document.kind == crate::content::Kind::Page {
        return Value::from(Vec::<Value>::new());
    }
    let folder = format!("{}/", crate::site::folder_of(&document.file));
    let files = &world.site.files;
    let start = files.partition_point(|file| *file.source < *folder);
    let own = files[start..].iter().take_while(|file| file.source.starts_with(&folder));
    Value::from(
        own.map(|file| text(file.source.strip_prefix("content/").unwrap_or(&file.source)))
            .collect::<Vec<_>>(),
    )
}

fn ancestors(world: &World, section: SectionId) -> Value {
    let trail = world.site.trail(section);
    let list = trail.iter().map(|id| {
        let folder = &world.site.section(*id).folder;
        if folder.is_empty() {
            text("_index.md")
        } else {
            Value::from(format!("{folder}/_index.md"))
        }
    });
    Value::from(list.collect::<Vec<_>>())
}

fn breadcrumbs(world: &World, section: SectionId) -> Value {
    let site = &world.site;
    let list = site.trail(section).into_iter().map(|id| {
        let section = site.section(id);
        Value::from(object([
            ("title", text(&section.title)),
            ("url", text(&site.url(&section.address))),
        ]))
    });
    Value::from(list.collect::<Vec<_>>())
}

fn section_link(world: &World, id: SectionId) -> Value {
    let section = world.site.section(id);
    Value::from(object([
        ("title", text(&section.title)),
        ("url", text(&world.site.url(&section.address))),
        ("path", text(section.address.as_str())),
        ("permalink", text(&world.site.permalink(&section.address))),
        ("is_home", Value::from(section.is_home())),
    ]))
}

fn translation(world: &World, lang: &str, title: &str, address: &Address, path: &str) -> Value {
    let site = &world.site;
    let name = site.config.languages.get(lang).and_then(|language| language.name.as_deref());
    Value::from(object([
        ("lang", text(lang)),
        ("name", text(name.unwrap_or(lang))),
        ("title", text(title)),
        ("permalink", text(&site.permalink(address))),
        ("url", text(&site.url(address))),
        ("path", text(path)),
    ]))
}

fn translations(world: &World, page: &Page) -> Value {
    let list = page.translations.iter().map(|id| {
        let other = world.site.page(*id);
        translation(world, other.lang(), other.title(), &other.address, relative(&other.document))
    });
    Value::from(list.collect::<Vec<_>>())
}

fn backlinks(world: &World, page: &Page) -> Value {
    let list = page.backlinks.iter().map(|id| {
        let other = world.site.page(*id);
        Value::from(object([
            ("title", text(other.title())),
            ("permalink", text(&world.site.permalink(&other.address))),
            ("url", text(&world.site.url(&other.address))),
        ]))
    });
    Value::from(list.collect::<Vec<_>>())
}

fn related(world: &World, id: PageId) -> Value {
    let site = &world.site;
    let list = site.related[id.0 as usize].iter().map(|found| {
        let mut map = card(world, PageId(found.index)).into_map().unwrap_or_default();
        map.insert("score".into(), Value::from(found.share()));
        map.insert("why".into(), texts(site.why(id, found)));
        Value::from(map)
    });
    Value::from(list.collect::<Vec<_>>())
}

fn series(world: &World, id: PageId, with_parts: bool) -> Value {
    let site = &world.site;
    let page = site.page(id);
    let Some((number, position)) = page.series else { return Value::none() };
    let series = &site.series[number as usize];
    let term = site.taxonomy("series", page.lang()).and_then(|taxonomy| {
        let slug = crate::site::url::slugify(&series.name);
        taxonomy.terms.iter().find(|term| term.slug == slug)
    });
    let part = |at: Option<usize>| match at.and_then(|at| series.parts.get(at)) {
        // Cards hold a series without neighbours, so that they do not hold each other.
        Some(other) if with_parts => card(world, *other),
        _ => Value::none(),
    };
    let position = position as usize;
    Value::from(object([
        ("name", text(&series.name)),
        ("url", term.map_or_else(Value::none, |term| text(&site.url(&term.address)))),
        ("permalink", term.map_or_else(Value::none, |term| text(&site.permalink(&term.address)))),
        ("index", Value::from(position + 1)),
        ("count", Value::from(series.parts.len())),
        ("previous", part(position.checked_sub(1))),
        ("next", part(Some(position + 1))),
        (
            "parts",
            if with_parts { cards(world, &series.parts) } else { Value::from(Vec::<Value>::new()) },
        ),
    ]))
}

/// One picture as templates see it.
#[derive(Debug, Default)]
pub struct PictureText<'a> {
    pub alt: Option<&'a str>,
    pub caption: Option<&'a str>,
    pub credit: Option<&'a str>,
    pub license: Option<&'a str>,
    pub source: Option<&'a str>,
}

/// A picture with its address, size and credit; what the article leaves out comes from the file beside the picture.
pub fn picture(world: &World, origin: Origin<'_>, src: &str, own: &PictureText<'_>) -> Option<Map> {
    let found = world.picture(origin, src).ok()?;
    let side = found.facts.map(|facts| &facts.credit);
    let or_side = |own: Option<&str>, side: Option<&Option<String>>| {
        own.filter(|text| !text.is_empty())
            .or(side.and_then(|text| text.as_deref()))
            .map_or_else(Value::none, text)
    };
    let license = own.license.or(side.and_then(|side| side.license.as_deref()));
    let base = &world.site.config.base_url;
    let (url, permalink) = if found.is_external {
        (found.path.to_string(), found.path.to_string())
    } else {
        (format!("{}{}", base.path, found.path), format!("{}{}", base.url, found.path))
    };
    let size = |value: Option<u32>| value.map_or_else(Value::none, Value::from);
    Some(object([
        ("url", text(&url)),
        ("permalink", text(&permalink)),
        (
            "alt",
            own.alt.or(side.and_then(|side| side.alt.as_deref())).map_or_else(|| text(""), text),
        ),
        ("caption", or_side(own.caption, side.map(|side| &side.caption))),
        ("credit", or_side(own.credit, side.map(|side| &side.credit))),
        ("license", license.map_or_else(Value::none, text)),
        ("license_url", license.and_then(license_url).map_or_else(Value::none, |url| text(&url))),
        ("source", or_side(own.source, side.map(|side| &side.source))),
        ("width", size(found.facts.map(|facts| facts.width))),
        ("height", size(found.facts.map(|facts| facts.height))),
    ]))
}

fn lead_image(world: &World, front: &FrontMatter, origin: Origin<'_>) -> Value {
    let Some(image) = &front.image else { return Value::none() };
    let own = PictureText {
        alt: image.alt.as_deref(),
        caption: image.caption.as_deref(),
        credit: image.credit.as_deref(),
        license: image.license.as_deref(),
        source: image.source.as_deref(),
    };
    picture(world, origin, &image.src, &own).map_or_else(Value::none, Value::from)
}

fn figures(world: &World, document: &Document, origin: Origin<'_>) -> Value {
    let list = document.prose.figures().filter_map(|image| {
        let own = PictureText {
            alt: image.alt.as_deref(),
            caption: Some(&image.caption)
                .filter(|caption| !caption.is_empty())
                .map(|caption| &**caption),
            credit: image.credit.as_deref(),
            license: image.license.as_deref(),
            source: image.source.as_deref(),
        };
        let mut map = picture(world, origin, &image.src, &own)?;
        map.insert("number".into(), Value::from(image.number));
        map.insert("id".into(), text(&figure_id(image)));
        Some(Value::from(map))
    });
    Value::from(list.collect::<Vec<_>>())
}

/// The id of a figure's element: the author's, else `fig-1`.
pub fn figure_id(image: &markdown::Image) -> String {
    image.id.clone().unwrap_or_else(|| format!("fig-{}", image.number))
}

fn toc(world: &World, document: &Document, address: &Address) -> Value {
    let headings = &document.prose.headings;
    let permalink = world.site.permalink(address);
    toc_level(&markdown::tree(headings), headings, &permalink)
}

fn toc_level(entries: &[TocEntry], headings: &[markdown::Heading], permalink: &str) -> Value {
    let list = entries.iter().map(|entry| {
        let heading = &headings[entry.heading];
        Value::from(object([
            ("level", Value::from(u32::from(heading.level))),
            ("id", text(&heading.id)),
            ("title", text(&heading.text)),
            ("html", Value::safe_string(&heading.html)),
            ("permalink", Value::from(format!("{permalink}#{}", heading.id))),
            ("children", toc_level(&entry.children, headings, permalink)),
        ]))
    });
    Value::from(list.collect::<Vec<_>>())
}

/// A section; `with_pages` says whether its articles stand in `pages`.
pub fn section(world: &World, id: SectionId, content: &str, with_pages: bool) -> Value {
    let site = &world.site;
    let section = site.section(id);
    let document = section.document.as_ref();
    let words = document.map_or(0, |document| document.terms.words);
    let pages =
        if with_pages { cards(world, &section.pages) } else { Value::from(Vec::<Value>::new()) };
    let file = if section.folder.is_empty() {
        "_index.md".to_string()
    } else {
        format!("{}/_index.md", section.folder)
    };
    Value::from(object([
        ("title", text(&section.title)),
        ("description", maybe(section.description())),
        ("content", Value::safe_string(content)),
        ("path", text(section.address.as_str())),
        ("permalink", text(&site.permalink(&section.address))),
        ("url", text(&site.url(&section.address))),
        ("components", texts(section.address.as_str().split('/').filter(|part| !part.is_empty()))),
        ("lang", text(&section.lang)),
        ("extra", extra(document.map(|document| &document.front))),
        (
            "toc",
            document.map_or_else(
                || Value::from(Vec::<Value>::new()),
                |document| toc(world, document, &section.address),
            ),
        ),
        ("word_count", Value::from(words)),
        ("reading_time", Value::from(reading_time(words))),
        (
            "ancestors",
            section.parent.map_or_else(
                || Value::from(Vec::<Value>::new()),
                |parent| ancestors(world, parent),
            ),
        ),
        (
            "breadcrumbs",
            section.parent.map_or_else(
                || Value::from(Vec::<Value>::new()),
                |parent| breadcrumbs(world, parent),
            ),
        ),
        ("translations", section_translations(world, section)),
        ("relative_path", text(document.map_or(&*file, relative))),
        (
            "assets",
            document.map_or_else(
                || Value::from(Vec::<Value>::new()),
                |document| assets(world, document),
            ),
        ),
        ("pages", pages),
        ("page_count", Value::from(section.pages.len())),
        ("paginate_by", Value::from(section.paginate_by)),
        ("subsections", subsections(world, section)),
        ("children", children(world, section)),
        ("is_home", Value::from(section.is_home())),
        ("generate_feeds", Value::from(section.feed)),
    ]))
}

fn section_translations(world: &World, section: &Section) -> Value {
    let list = section.translations.iter().map(|id| {
        let other = world.site.section(*id);
        let path = if other.folder.is_empty() {
            "_index.md".to_string()
        } else {
            format!("{}/_index.md", other.folder)
        };
        translation(world, &other.lang, &other.title, &other.address, &path)
    });
    Value::from(list.collect::<Vec<_>>())
}

fn subsections(world: &World, section: &Section) -> Value {
    let list = section
        .children
        .iter()
        .map(|id| Value::from(format!("{}/_index.md", world.site.section(*id).folder)));
    Value::from(list.collect::<Vec<_>>())
}

fn children(world: &World, section: &Section) -> Value {
    let site = &world.site;
    let list = section.children.iter().map(|id| {
        let child = site.section(*id);
        Value::from(object([
            ("title", text(&child.title)),
            ("description", maybe(child.description())),
            ("url", text(&site.url(&child.address))),
            ("path", text(child.address.as_str())),
            ("permalink", text(&site.permalink(&child.address))),
            ("page_count", Value::from(child.pages.len())),
        ]))
    });
    Value::from(list.collect::<Vec<_>>())
}

/// The configuration as pages of a language see it. Made once a language.
pub fn config(world: &World, lang: &str) -> Value {
    match world.config_slot(lang) {
        Some(slot) => slot.get_or_init(|| config_value(world, lang)).clone(),
        None => config_value(world, lang),
    }
}

fn config_value(world: &World, lang: &str) -> Value {
    let site = &world.site;
    let config = &site.config;
    let languages = std::iter::once(&*config.language)
        .chain(config.languages.keys().map(|code| &**code).filter(|code| *code != config.language));
    let languages = languages.map(|code| {
        let language = config.languages.get(code);
        Value::from(object([
            ("code", text(code)),
            ("title", text(site.title(code))),
            ("description", text(site.description(code))),
            ("name", text(language.and_then(|language| language.name.as_deref()).unwrap_or(code))),
        ]))
    });
    let mut authors = Map::new();
    for (key, author) in &config.authors {
        authors.insert(key.clone().into(), Value::from(author_map(world, author)));
    }
    let taxonomies = config.taxonomies.iter().map(|taxonomy| {
        Value::from(object([
            ("name", text(&taxonomy.name)),
            ("feed", Value::from(taxonomy.feed)),
            ("paginate_by", Value::from(taxonomy.paginate_by)),
        ]))
    });
    let menu = config.menu.iter().map(|item| {
        let url = match item.url.strip_prefix('/') {
            Some(_) => format!("{}{}", config.base_url.path, item.url),
            None => item.url.clone(),
        };
        Value::from(object([("name", text(&item.name)), ("url", text(&url))]))
    });
    let formats = config.feeds.formats.iter().map(|format| {
        text(match format {
            crate::config::FeedFormat::Rss => "rss",
            crate::config::FeedFormat::Atom => "atom",
            crate::config::FeedFormat::Json => "json",
        })
    });
    Value::from(object([
        ("title", text(site.title(lang))),
        ("description", text(site.description(lang))),
        ("base_url", text(&config.base_url.url)),
        ("base_path", text(&config.base_url.path)),
        ("default_language", text(&config.language)),
        ("languages", Value::from(languages.collect::<Vec<_>>())),
        ("theme", text(&config.theme)),
        ("authors", Value::from(authors)),
        ("taxonomies", Value::from(taxonomies.collect::<Vec<_>>())),
        ("menu", Value::from(menu.collect::<Vec<_>>())),
        ("copyright", text(&config.copyright)),
        ("comments", config.comments.as_ref().map_or_else(Value::none, data)),
        (
            "feeds",
            Value::from(object([
                ("formats", Value::from(formats.collect::<Vec<_>>())),
                ("limit", Value::from(config.feeds.limit)),
            ])),
        ),
        ("mode", text(world.mode)),
        (
            "extra",
            if config.extra.is_object() { data(&config.extra) } else { Value::from(Map::new()) },
        ),
    ]))
}

/// The theme as templates see it.
pub fn theme(world: &World) -> Value {
    let mut options = Map::new();
    for (name, value) in &world.manifest.options {
        options.insert(name.clone().into(), data(value));
    }
    Value::from(object([
        ("name", text(&world.manifest.name)),
        ("version", text(&world.manifest.version)),
        ("options", Value::from(options)),
    ]))
}

/// What every template of a page sees.
pub fn common(world: &World, lang: &str, address: Option<&Address>) -> tera::Context {
    let mut context = tera::Context::new();
    context.insert_value("config", config(world, lang));
    context.insert_value("theme", theme(world));
    context.insert_value("lang", text(lang));
    if let Some(address) = address {
        context.insert_value("current_path", text(address.as_str()));
        context.insert_value("current_url", text(&world.site.permalink(address)));
    }
    context
}
