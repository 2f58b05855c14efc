//! What templates see: pages, sections, terms and the rest as Tera values.
//!
//! Names follow Zola 0.23 (`docs/content/documentation/templates` of its repository) where the thing is
//! the same; `docs/templates.md` describes every one of them.

mod config;
mod feeds;
mod page;
mod picture;
mod place;
mod section;
mod taxonomy;

pub(super) use config::{config, theme};
pub(super) use feeds::{feeds, redirects};
pub(super) use page::card;
pub use page::page;
pub use picture::{PictureText, figure_id, own_text};
pub(super) use picture::{credits, figure};
pub(super) use place::{card_assets, section_values};
pub use section::section;
pub(super) use section::section_facts;
pub(super) use taxonomy::{taxonomy, term_facts};
pub use taxonomy::{taxonomy_of, taxonomy_title, term};

use tera::{Map, Value};

use super::view::View;
use crate::config::Data;
use crate::content::FrontMatter;
use crate::site::url::Address;

/// What every template of a page sees.
pub fn common(view: &View, lang: &str, address: Option<&Address>) -> tera::Context {
    let mut context = tera::Context::new();
    context.insert_value("config", view.config(lang));
    context.insert_value("theme", view.theme());
    context.insert_value("lang", text(lang));
    if let Some(address) = address {
        context.insert_value("current_path", text(address.as_str()));
        context.insert_value("current_url", text(&view.permalink(address)));
    }
    context
}

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
