//! The configuration and the theme.

use std::borrow::Cow;

use tera::{Map, Value};

use super::taxonomy::{author_map, title};
use super::{data, object, text};
use crate::site::url::Address;
use crate::theme::World;

/// The configuration as pages of a language see it. Made once a language.
pub(in crate::theme) fn config(world: &World, lang: &str) -> Value {
    match world.slots().configs.get(lang) {
        Some(slot) => slot.get_or_init(|| config_value(world, lang)).clone(),
        None => config_value(world, lang),
    }
}

fn config_value(world: &World, lang: &str) -> Value {
    let site = &world.site;
    let config = &site.config;
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
        ("languages", languages(world)),
        ("theme", text(&config.theme)),
        ("authors", Value::from(authors)),
        ("taxonomies", Value::from(taxonomies.collect::<Vec<_>>())),
        ("menu", menu(world, lang)),
        ("copyright", text(&config.copyright)),
        ("search", search(world, lang)),
        ("comments", config.comments.as_ref().map_or_else(Value::none, data)),
        ("credits_url", url_if_there(world, &site.credits_address(lang))),
        ("feeds_url", url_if_there(world, &site.feeds_address(lang))),
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

/// The address of a page that may not be there.
fn url_if_there(world: &World, address: &Address) -> Value {
    match world.addresses.find(address.as_str()) {
        Some(_) => Value::from(world.site.url(address)),
        None => Value::none(),
    }
}

/// Where readers of a language search; none when they cannot.
fn search(world: &World, lang: &str) -> Value {
    let address = world.site.search_address(lang);
    let is_made = matches!(world.addresses.find(address.as_str()), Some((_, None)));
    if is_made && world.site.config.search {
        text(&world.site.url(&address))
    } else {
        Value::none()
    }
}

/// The main navigation: the language's own, the configured one, else what the language has.
fn menu(world: &World, lang: &str) -> Value {
    let config = &world.site.config;
    let own = config.languages.get(lang).and_then(|language| language.menu.as_ref());
    let item =
        |name: &str, url: &str| Value::from(object([("name", text(name)), ("url", text(url))]));
    let Some(configured) = own.or(config.menu.as_ref()) else {
        let found = default_menu(world, lang);
        let links = found.iter().map(|(name, address)| item(name, &world.site.url(address)));
        return Value::from(links.collect::<Vec<_>>());
    };
    let links = configured.iter().map(|link| match link.url.strip_prefix('/') {
        Some(_) => item(&link.name, &format!("{}{}", config.base_url.path, link.url)),
        None => item(&link.name, &link.url),
    });
    Value::from(links.collect::<Vec<_>>())
}

/// The top-level sections of a language, the list of its tags and its archive, as far as they are made.
fn default_menu<'a>(world: &'a World, lang: &str) -> Vec<(Cow<'a, str>, Cow<'a, Address>)> {
    let site = &world.site;
    let top = site.home(lang).map(|id| &*site.section(id).children).unwrap_or_default();
    let sections = top.iter().map(|id| site.section(*id));
    let mut links: Vec<(Cow<'a, str>, Cow<'a, Address>)> = sections
        .map(|section| (Cow::from(&*section.title), Cow::Borrowed(&section.address)))
        .collect();
    // A page or a section that stands there is the author's, and is in the menu if it belongs there.
    let is_made =
        |address: &Address| matches!(world.addresses.find(address.as_str()), Some((_, None)));
    if let Some(tags) = site.taxonomy("tags", lang).filter(|tags| is_made(&tags.address)) {
        links.push((title(world, tags), Cow::Borrowed(&tags.address)));
    }
    let archive = site.archive_address(lang, None);
    if is_made(&archive) {
        let word = world.word("archive", lang).unwrap_or("Archive");
        links.push((word.into(), Cow::Owned(archive)));
    }
    links
}

/// The site's languages, the default one first.
fn languages(world: &World) -> Value {
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
    Value::from(languages.collect::<Vec<_>>())
}

/// The theme as templates see it.
pub(in crate::theme) fn theme(world: &World) -> Value {
    world.slots().theme.get_or_init(|| theme_value(world)).clone()
}

fn theme_value(world: &World) -> Value {
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
