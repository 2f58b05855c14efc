//! Where a page stands: its file, the sections above it, its other languages, its headings.

use tera::Value;

use super::{object, text};
use crate::content::Document;
use crate::markdown::{self, TocEntry};
use crate::site::url::Address;
use crate::site::{CopiedFile, SectionId};
use crate::theme::World;
use crate::theme::world::SectionValues;

pub(super) fn relative(document: &Document) -> &str {
    document.file.strip_prefix("content/").unwrap_or(&document.file)
}

pub(super) fn colocated(document: &Document) -> Value {
    match document.kind {
        crate::content::Kind::Bundle => text(crate::site::folder_of(relative(document))),
        _ => Value::none(),
    }
}

pub(super) fn assets(world: &World, document: &Document) -> Value {
    let own = card_assets(world, document);
    Value::from(
        own.iter()
            .map(|file| text(file.source.strip_prefix("content/").unwrap_or(&file.source)))
            .collect::<Vec<_>>(),
    )
}

/// The files that lie beside a bundle or a section.
pub(in crate::theme) fn card_assets<'a>(
    world: &'a World,
    document: &Document,
) -> Vec<&'a CopiedFile> {
    if document.kind == crate::content::Kind::Page {
        return Vec::new();
    }
    let folder = format!("{}/", crate::site::folder_of(&document.file));
    let files = &world.site.files;
    let start = files.partition_point(|file| *file.source < *folder);
    let own = files[start..].iter().take_while(|file| file.source.starts_with(&folder));
    // Below a section's folder stand the files of others.
    let is_bundle = document.kind == crate::content::Kind::Bundle;
    own.filter(|file| is_bundle || !file.source[folder.len()..].contains('/')).collect()
}

pub(super) fn ancestors(world: &World, section: SectionId) -> Value {
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

pub(super) fn breadcrumbs(world: &World, section: SectionId) -> Value {
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

/// What the cards of a section's articles have in common. Made once and shared.
pub(in crate::theme) fn section_values(world: &World, id: SectionId) -> SectionValues {
    let make = || SectionValues {
        ancestors: ancestors(world, id),
        breadcrumbs: breadcrumbs(world, id),
        link: section_link(world, id),
    };
    world.slots().sections[id.0 as usize].get_or_init(make).clone()
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

pub(super) fn translation(
    world: &World,
    lang: &str,
    title: &str,
    address: &Address,
    path: &str,
) -> Value {
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

pub(super) fn toc(world: &World, document: &Document, address: &Address) -> Value {
    let headings = &document.prose.body().headings;
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
