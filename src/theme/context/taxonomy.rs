//! Taxonomies, their terms, and authors, who are terms with a face.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tera::{Map, Value};

use super::{maybe, object, text, texts};
use crate::content::FrontMatter;
use crate::site::taxonomy::author_name;
use crate::site::url::Address;
use crate::site::{Page, Site, Taxonomy, Term};
use crate::theme::{List, View, World};

pub(super) fn taxonomies(front: &FrontMatter) -> Value {
    let mut map = Map::with_capacity(front.taxonomies.len() + 1);
    for (name, terms) in &front.taxonomies {
        map.insert(name.clone().into(), texts(terms.iter().map(|term| &**term)));
    }
    if !front.authors.is_empty() {
        map.insert("authors".into(), texts(front.authors.iter().map(|key| &**key)));
    }
    Value::from(map)
}

pub(super) fn terms(world: &World, page: &Page) -> Value {
    let mut map = Map::new();
    let mut at = 0;
    while at < page.terms.len() {
        let number = page.terms[at].0;
        let end =
            at + page.terms[at..].iter().take_while(|(taxonomy, _)| *taxonomy == number).count();
        let taxonomy = &world.site.taxonomies[number as usize];
        let list: Vec<Value> = page.terms[at..end]
            .iter()
            .map(|(_, term)| {
                let slot = &world.slots().terms[number as usize][*term as usize];
                slot.get_or_init(|| term_link(world, &taxonomy.terms[*term as usize])).clone()
            })
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
pub fn term(view: &View, taxonomy: u32, term: u32, with_pages: bool) -> Value {
    let list = List::Term { taxonomy, term };
    let (taxonomy, term) = (view.taxonomy(taxonomy), view.term(taxonomy, term));
    let mut map = term_map(view.unrecorded(), taxonomy, term);
    if with_pages {
        map.insert("pages".into(), view.cards(view.all(list)));
    }
    Value::from(map)
}

/// A term without its articles.
pub(in crate::theme) fn term_facts(world: &World, taxonomy: &Taxonomy, term: &Term) -> Value {
    Value::from(term_map(world, taxonomy, term))
}

fn term_map(world: &World, taxonomy: &Taxonomy, term: &Term) -> Map {
    let site = &world.site;
    let author = (taxonomy.name == "authors").then(|| site.config.authors.get(&term.key)).flatten();
    object([
        ("name", text(&term.name)),
        ("slug", text(&term.slug)),
        ("path", text(term.address.as_str())),
        ("permalink", text(&site.permalink(&term.address))),
        ("url", text(&site.url(&term.address))),
        ("page_count", Value::from(term.pages.len())),
        ("pages", Value::from(Vec::<Value>::new())),
        (
            "author",
            author.map_or_else(Value::none, |author| Value::from(author_map(world, author))),
        ),
    ])
}

/// The word of the site or the theme for a taxonomy, else its name with a capital letter.
pub fn taxonomy_title<'a>(view: &'a View, taxonomy: &'a Taxonomy) -> Cow<'a, str> {
    title(view.unrecorded(), taxonomy)
}

pub(super) fn title<'a>(world: &'a World, taxonomy: &'a Taxonomy) -> Cow<'a, str> {
    if let Some(word) = world.word(&taxonomy.name, &taxonomy.lang) {
        // A theme may keep the colon of a label in its word.
        return word.trim_end_matches(|c: char| c == ':' || c.is_whitespace()).into();
    }
    let mut letters = taxonomy.name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// A taxonomy with the address of its list, if the theme makes one.
pub fn taxonomy_of(view: &View, number: u32) -> Value {
    taxonomy(view.unrecorded(), view.taxonomy(number))
}

pub(in crate::theme) fn taxonomy(world: &World, taxonomy: &Taxonomy) -> Value {
    let slug = crate::site::url::slugify(&taxonomy.name);
    let has_list = world.addresses.find(taxonomy.address.as_str()).is_some();
    let address = |full: fn(&Site, &Address) -> String| match has_list {
        true => text(&full(&world.site, &taxonomy.address)),
        false => Value::none(),
    };
    Value::from(object([
        ("name", text(&taxonomy.name)),
        ("title", text(&title(world, taxonomy))),
        ("url", address(Site::url)),
        ("permalink", address(Site::permalink)),
        ("slug", text(&slug)),
        ("feed", Value::from(taxonomy.feed)),
        ("render", Value::from(true)),
        ("paginate_by", Value::from(taxonomy.paginate_by)),
        ("paginate_path", text("page")),
    ]))
}

pub(super) fn author_map(world: &World, author: &crate::config::Author) -> Map {
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

/// Who wrote an article, in the author's order.
pub(super) fn bylines(world: &World, page: &Page) -> Value {
    let all = world.slots().bylines.get_or_init(|| all_bylines(world));
    let lang = page.lang();
    let list =
        page.document.front.authors.iter().map(|key| {
            all.get(&(lang.to_string(), key.clone())).cloned().unwrap_or_else(Value::none)
        });
    Value::from(list.collect::<Vec<_>>())
}

fn all_bylines(world: &World) -> BTreeMap<(String, String), Value> {
    let mut all = BTreeMap::new();
    for page in &world.site.pages {
        for key in &page.document.front.authors {
            all.entry((page.lang().to_string(), key.clone()))
                .or_insert_with(|| byline(world, page.lang(), key));
        }
    }
    all
}

fn byline(world: &World, lang: &str, key: &str) -> Value {
    let site = &world.site;
    let unknown = crate::config::Author::default();
    let mut map = author_map(world, site.config.authors.get(key).unwrap_or(&unknown));
    let base = &site.config.base_url;
    let page = world.author_address(lang, key);
    let address =
        |base: &str| page.map_or_else(Value::none, |path| Value::from(format!("{base}{path}")));
    map.insert("key".into(), text(key));
    map.insert("name".into(), text(author_name(&site.config, key)));
    map.insert("permalink".into(), address(&base.url));
    map.insert("page_url".into(), address(&base.path));
    Value::from(map)
}
