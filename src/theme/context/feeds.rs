//! What files besides the pages list: the feeds of a language, and old addresses.

use tera::Value;

use super::{object, text};
use crate::site::url::Address;
use crate::theme::World;

/// Feeds with what they are of: the whole site, then sections, then terms. Linear in their number.
pub(in crate::theme) fn feeds(world: &World, lang: &str) -> Value {
    let site = &world.site;
    let mut list = Vec::new();
    let mut add = |kind: &str, title: &str, address: &Address, count: usize| {
        let formats = site.config.feeds.formats.iter().map(|format| {
            let address = address.beside(format.file());
            Value::from(object([
                ("name", text(format.name())),
                ("type", text(format.media_type())),
                ("url", Value::from(site.url(&address))),
                ("permalink", Value::from(site.permalink(&address))),
            ]))
        });
        list.push(Value::from(object([
            ("kind", text(kind)),
            ("title", text(title)),
            ("url", Value::from(site.url(address))),
            ("page_count", Value::from(count)),
            ("formats", Value::from(formats.collect::<Vec<_>>())),
        ])));
    };
    let sections = || site.sections.iter().filter(|section| &*section.lang == lang);
    for section in sections().filter(|section| section.is_home()) {
        let pages = site.pages.iter().filter(|page| page.lang() == lang).count();
        add("site", site.title(lang), &section.address, pages);
    }
    for section in sections().filter(|section| section.feed && !section.is_home()) {
        add("section", &section.title, &section.address, section.pages.len());
    }
    for taxonomy in
        site.taxonomies.iter().filter(|taxonomy| taxonomy.feed && &*taxonomy.lang == lang)
    {
        for term in &taxonomy.terms {
            add(&taxonomy.name, &term.name, &term.address, term.pages.len());
        }
    }
    Value::from(list)
}

/// Old addresses and where they lead, `{from, to}`, as hosts write them that send readers on themselves. Sorted.
pub(in crate::theme) fn redirects(world: &World) -> Value {
    let site = &world.site;
    let pages = site.pages.iter().map(|page| (Some(&page.document), &page.address));
    let sections =
        site.sections.iter().map(|section| (section.document.as_ref(), &section.address));
    let mut list: Vec<(String, String)> = Vec::new();
    for (document, address) in pages.chain(sections) {
        for (alias, _) in document.into_iter().flat_map(|document| &document.front.aliases) {
            if let Ok(old) = Address::written(alias) {
                list.push((site.url(&old), site.url(address)));
            }
        }
    }
    list.sort();
    let list =
        list.iter().map(|(from, to)| Value::from(object([("from", text(from)), ("to", text(to))])));
    Value::from(list.collect::<Vec<_>>())
}
