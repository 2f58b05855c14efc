//! Articles, whole and as cards.

use tera::{Map, Value};

use super::picture::{figures, lead_image};
use super::place::{assets, colocated, relative, section_values, toc, translation};
use super::taxonomy::{bylines, taxonomies, terms};
use super::{extra, maybe, object, reading_time, text, texts};
use crate::markdown;
use crate::site::link::Origin;
use crate::site::{Page, PageId};
use crate::theme::World;

/// A card: an article as lists show it. Made once and shared.
pub fn card(world: &World, id: PageId) -> Value {
    world.slots().cards[id.0 as usize].get_or_init(|| Value::from(card_map(world, id))).clone()
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
    let section = section_values(world, page.section);
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
        ("ancestors", section.ancestors),
        ("breadcrumbs", section.breadcrumbs),
        ("section", section.link),
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
    let mut map = card(world, id).into_map().unwrap_or_default();
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
            ("lang", text(other.lang())),
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
