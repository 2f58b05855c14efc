//! Pictures with their size and credit.

use tera::{Map, Value};

use super::{object, text};
use crate::asset::image::license_url;
use crate::content::{Document, FrontMatter};
use crate::markdown;
use crate::site::link::Origin;
use crate::theme::World;

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

pub(super) fn lead_image(world: &World, front: &FrontMatter, origin: Origin<'_>) -> Value {
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

pub(super) fn figures(world: &World, document: &Document, origin: Origin<'_>) -> Value {
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
