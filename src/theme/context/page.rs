//! Articles, whole and as cards.

use tera::{Map, Value};

use super::picture::{figures, lead_image};
use super::place::{assets, colocated, relative, section_values, toc, translation};
use super::taxonomy::{bylines, taxonomies, terms};
use super::{extra, maybe, object, reading_time, text, texts};
use crate::markdown;
use crate::site::link::Origin;
use crate::site::{Page, PageId, Series, Target};
use crate::theme::{View, World};

/// A card: an article as lists show it. Made once and shared; what it holds is answered by
/// `World::card_print`.
pub(in crate::theme) fn card(world: &World, id: PageId) -> Value {
    world.slots().cards[id.0 as usize].get_or_init(|| Value::from(card_map(world, id))).clone()
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
        ("series", series(world, page)),
        ("image", lead_image(world, front, origin)),
        ("comments", Value::from(front.comments.unwrap_or(world.site.config.comments.is_some()))),
        ("has_code", Value::from(document.prose.has_code)),
        ("canonical", maybe(front.canonical.as_deref())),
    ])
}

/// A whole article. `content` is its finished HTML.
pub fn page(view: &View, id: PageId, content: &str) -> Value {
    let page = view.page(id);
    let document = &page.document;
    let mut map = view.card(id).into_map().unwrap_or_default();
    let around = view.around(id);
    let neighbour = |id: Option<PageId>| id.map_or_else(Value::none, |id| view.card(id));
    let origin = view.text(Target::Page(id));
    let none = || Value::from(Vec::<Value>::new());
    let wants_toc = document.front.toc.unwrap_or(true);
    let toc = if wants_toc { toc(view.unrecorded(), document, &page.address) } else { none() };
    let entries = [
        ("content", Value::safe_string(content)),
        ("toc", toc),
        ("lower", neighbour(around.lower)),
        ("higher", neighbour(around.higher)),
        ("related", related(view, id)),
        ("series", whole_series(view, page, around.series)),
        (
            "figures",
            origin.map_or_else(none, |origin| figures(view.unrecorded(), document, origin)),
        ),
        ("backlinks", backlinks(view, around.backlinks)),
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

fn backlinks(view: &View, ids: &[PageId]) -> Value {
    let list = ids.iter().map(|id| {
        let other = view.backlink(*id);
        Value::from(object([
            ("title", text(other.title())),
            ("permalink", text(&view.permalink(&other.address))),
            ("url", text(&view.url(&other.address))),
            ("lang", text(other.lang())),
        ]))
    });
    Value::from(list.collect::<Vec<_>>())
}

fn related(view: &View, id: PageId) -> Value {
    let list = view.related(id).iter().map(|found| {
        let mut map = view.card(PageId(found.index)).into_map().unwrap_or_default();
        map.insert("score".into(), Value::from(found.share()));
        map.insert("why".into(), texts(view.why(id, found)));
        Value::from(map)
    });
    Value::from(list.collect::<Vec<_>>())
}

/// The series of a card: without its other parts, so that cards do not hold each other.
fn series(world: &World, page: &Page) -> Value {
    let Some((number, position)) = page.series else { return Value::none() };
    let series = &world.site.series[number as usize];
    Value::from(series_map(world, page, series, position as usize))
}

fn series_map(world: &World, page: &Page, series: &Series, position: usize) -> Map {
    let base = &world.site.config.base_url;
    let address = world.series_address(page.lang(), &series.name);
    let full =
        |base: &str| address.map_or_else(Value::none, |path| Value::from(format!("{base}{path}")));
    object([
        ("name", text(&series.name)),
        ("url", full(&base.path)),
        ("permalink", full(&base.url)),
        ("index", Value::from(position + 1)),
        ("count", Value::from(series.parts.len())),
        ("previous", Value::none()),
        ("next", Value::none()),
        ("parts", Value::from(Vec::<Value>::new())),
    ])
}

/// The series of an article with its parts.
fn whole_series(view: &View, page: &Page, series: Option<(&Series, u32)>) -> Value {
    let Some((series, position)) = series else { return Value::none() };
    let position = position as usize;
    let mut map = series_map(view.unrecorded(), page, series, position);
    let part = |at: Option<usize>| {
        at.and_then(|at| series.parts.get(at)).map_or_else(Value::none, |id| view.card(*id))
    };
    map.insert("previous".into(), part(position.checked_sub(1)));
    map.insert("next".into(), part(Some(position + 1)));
    map.insert("parts".into(), view.cards(&series.parts));
    Value::from(map)
}
