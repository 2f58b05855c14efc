//! The configuration and the theme.

use tera::{Map, Value};

use super::taxonomy::author_map;
use super::{data, object, text};
use crate::theme::World;

/// The configuration as pages of a language see it. Made once a language.
pub fn config(world: &World, lang: &str) -> Value {
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
        ("languages", languages(world)),
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
pub fn theme(world: &World) -> Value {
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
