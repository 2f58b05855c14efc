//! Sections.

use tera::{Map, Value};

use super::place::{ancestors, assets, breadcrumbs, relative, toc, translation};
use super::{extra, maybe, object, reading_time, text, texts};
use crate::site::{Section, SectionId};
use crate::theme::{List, View, World};

/// A section; `with_pages` says whether its articles stand in `pages`.
pub fn section(view: &View, id: SectionId, content: &str, with_pages: bool) -> Value {
    view.whole_section(id);
    let mut map = section_map(view.unrecorded(), id);
    map.insert("content".into(), Value::safe_string(content));
    if with_pages {
        map.insert("pages".into(), view.cards(view.all(List::Section(id))));
    }
    Value::from(map)
}

/// A section without its text and its articles.
pub(in crate::theme) fn section_facts(world: &World, id: SectionId) -> Value {
    Value::from(section_map(world, id))
}

fn section_map(world: &World, id: SectionId) -> Map {
    let site = &world.site;
    let section = site.section(id);
    let document = section.document.as_deref();
    let words = document.map_or(0, |document| document.terms.words);
    let empty = || Value::from(Vec::<Value>::new());
    let file = if section.folder.is_empty() {
        "_index.md".to_string()
    } else {
        format!("{}/_index.md", section.folder)
    };
    object([
        ("title", text(&section.title)),
        ("description", maybe(section.description())),
        ("content", Value::safe_string("")),
        ("path", text(section.address.as_str())),
        ("permalink", text(&site.permalink(&section.address))),
        ("url", text(&site.url(&section.address))),
        ("components", texts(section.address.as_str().split('/').filter(|part| !part.is_empty()))),
        ("lang", text(&section.lang)),
        ("extra", extra(document.map(|document| &document.front))),
        ("toc", document.map_or_else(empty, |document| toc(world, document, &section.address))),
        ("word_count", Value::from(words)),
        ("reading_time", Value::from(reading_time(words))),
        ("ancestors", section.parent.map_or_else(empty, |parent| ancestors(world, parent))),
        ("breadcrumbs", section.parent.map_or_else(empty, |parent| breadcrumbs(world, parent))),
        ("translations", section_translations(world, section)),
        ("relative_path", text(document.map_or(&*file, relative))),
        ("assets", document.map_or_else(empty, |document| assets(world, document))),
        ("pages", empty()),
        ("page_count", Value::from(section.pages.len())),
        ("paginate_by", Value::from(section.paginate_by)),
        ("subsections", subsections(world, section)),
        ("children", children(world, section)),
        ("is_home", Value::from(section.is_home())),
        ("generate_feeds", Value::from(section.feed)),
    ])
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
