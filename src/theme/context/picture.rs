//! Pictures with their copies, size and credit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use tera::value::Key;
use tera::{Map, Value};

use super::{object, text};
use crate::asset::image::license_url;
use crate::content::{Document, FrontMatter};
use crate::markdown;
use crate::site::Page;
use crate::site::link::Origin;
use crate::theme::World;
use crate::theme::figure::{Figure, Shot};
use crate::theme::world::Picture;

/// From this width on, in pixels, a picture has more to show than a column of text has room for.
const ZOOM_FROM: u32 = 1000;

/// What an author says of a picture.
#[derive(Debug, Default)]
pub struct PictureText<'a> {
    pub alt: Option<&'a str>,
    pub caption: Option<&'a str>,
    pub credit: Option<&'a str>,
    pub license: Option<&'a str>,
    pub source: Option<&'a str>,
    /// Classes of the figure, which say how wide it is shown.
    pub class: Option<&'a str>,
}

/// The figure of a picture that a text names; what the author leaves out comes from the file beside the picture, or from
/// the picture. `base` stands before addresses of the site. The caption is left to the caller.
pub(in crate::theme) fn figure<'a>(
    world: &'a World,
    found: Option<&Picture<'a>>,
    src: &'a str,
    own: &PictureText<'a>,
    base: &str,
) -> Figure<'a> {
    let facts = found.and_then(|found| found.facts);
    let side = facts.map(|facts| &facts.credit);
    let said = |own: Option<&'a str>, side: Option<&'a str>| {
        own.filter(|text| !text.is_empty()).or(side).map(Cow::Borrowed)
    };
    let alt = own.alt.or(side.and_then(|side| side.alt.as_deref())).unwrap_or_default();
    let license = said(own.license, side.and_then(|side| side.license.as_deref()));
    let mut shot = Shot {
        src: src.into(),
        sizes: world.manifest.images.sizes(own.class.unwrap_or_default()).into(),
        alt: alt.into(),
        width: facts.map(|facts| facts.width.into()),
        height: facts.map(|facts| facts.height.into()),
        tone: facts.and_then(|facts| facts.tone).map(|tone| tone.to_string().into()),
        ..Shot::default()
    };
    let mut zoom = None;
    if let Some(found) = found.filter(|found| !found.is_external) {
        let url = format!("{base}{}", found.path);
        let is_large = facts.is_some_and(|facts| facts.width >= ZOOM_FROM);
        if is_large && world.site.config.images.zoom && !alt.is_empty() {
            zoom = Some(url.clone().into());
        }
        shot.src = url.into();
        choose(&mut shot, found, base);
    }
    let own_credit = own.credit.filter(|text| !text.is_empty());
    Figure {
        shot,
        zoom,
        credit: own_credit.or(side.and_then(|side| side.named())).map(Cow::Borrowed),
        source: said(own.source, side.and_then(|side| side.source.as_deref())),
        license: license.map(|name| {
            let url = license_url(&name).map(Cow::Owned);
            (name, url)
        }),
        ..Figure::default()
    }
}

/// Puts the copies of a picture into what is shown.
fn choose(shot: &mut Shot<'_>, found: &Picture<'_>, base: &str) {
    let (Some(links), Some(facts)) = (found.links, found.facts) else { return };
    let mut widest = 0;
    for set in &links.sets {
        let mut srcset = String::with_capacity(set.copies.len() * 64);
        for (width, address) in &set.copies {
            if !srcset.is_empty() {
                srcset.push_str(", ");
            }
            // Writing to a `String` does not fail.
            let _ = write!(srcset, "{base}{address} {width}w");
            widest = widest.max(*width);
        }
        shot.sources.push((set.media_type.into(), srcset.into()));
    }
    if let Some((address, (width, _))) = &links.fallback {
        shot.src = format!("{base}{address}").into();
        widest = widest.max(*width);
    }
    if widest > 0 && widest < facts.width {
        let height = u64::from(facts.height) * u64::from(widest);
        let height = (height + u64::from(facts.width) / 2) / u64::from(facts.width);
        (shot.width, shot.height) = (Some(widest.into()), Some(height.max(1)));
    }
}

/// A picture as templates see it: `page.image`, `page.figures`.
fn picture(world: &World, origin: Origin<'_>, src: &str, own: &PictureText<'_>) -> Option<Map> {
    let found = world.picture(origin, src).ok()?;
    let base = &world.site.config.base_url;
    let figure = figure(world, Some(&found), src, own, &base.path);
    let side = found.facts.map(|facts| &facts.credit);
    let caption = own.caption.or(side.and_then(|side| side.caption.as_deref()));
    let mut map = figure.to_map();
    // These are of the place where a picture stands.
    map.retain(|key, _| !matches!(key.as_str(), Some("share" | "link" | "id" | "number")));
    let (url, permalink) = match found.is_external {
        true => (found.path.to_string(), found.path.to_string()),
        false => (format!("{}{}", base.path, found.path), format!("{}{}", base.url, found.path)),
    };
    let size = |value: Option<u32>| value.map_or_else(Value::none, Value::from);
    let tone = found.facts.and_then(|facts| facts.tone);
    let entries = [
        ("url", text(&url)),
        ("permalink", text(&permalink)),
        ("caption", caption.map_or_else(Value::none, text)),
        ("width", size(found.facts.map(|facts| facts.width))),
        ("height", size(found.facts.map(|facts| facts.height))),
        ("color", tone.map_or_else(Value::none, |tone| text(&tone.css()))),
    ];
    for (key, value) in entries {
        map.insert(key.into(), value);
    }
    Some(map)
}

pub(super) fn lead_image(world: &World, front: &FrontMatter, origin: Origin<'_>) -> Value {
    let Some(image) = &front.image else { return Value::none() };
    picture(world, origin, &image.src, &lead_text(image)).map_or_else(Value::none, Value::from)
}

pub(super) fn figures(world: &World, document: &Document, origin: Origin<'_>) -> Value {
    let list = document.prose.figures().filter_map(|image| {
        let mut map = picture(world, origin, &image.src, &own_text(image))?;
        map.insert("number".into(), Value::from(image.number));
        map.insert("id".into(), text(&figure_id(image)));
        Some(Value::from(map))
    });
    Value::from(list.collect::<Vec<_>>())
}

/// All pictures of a language's pages that somebody has to be named for, in the order of the pages' titles: each once
/// with its credit, and the pages that show it.
pub(in crate::theme) fn credits(world: &World, lang: &str) -> Value {
    let mut list: IndexedCredits = IndexedCredits::default();
    let mut pages: Vec<&Page> =
        world.site.pages.iter().filter(|page| page.lang() == lang).collect();
    pages.sort_by(|a, b| (a.title(), a.address.as_str()).cmp(&(b.title(), b.address.as_str())));
    for page in pages {
        let origin = Origin { document: &page.document, address: &page.address };
        let lead = page.document.front.image.iter().map(|image| (&*image.src, lead_text(image)));
        let figures = page.document.prose.figures().map(|image| (&*image.src, own_text(image)));
        for (src, own) in lead.chain(figures) {
            if let Some(map) = picture(world, origin, src, &own) {
                list.add(map, page, world);
            }
        }
    }
    Value::from(list.values())
}

/// Pictures by address and credit, in the order in which they came.
#[derive(Default)]
struct IndexedCredits {
    entries: Vec<(Map, Vec<Value>)>,
    by_key: BTreeMap<String, usize>,
}

impl IndexedCredits {
    fn add(&mut self, picture: Map, page: &Page, world: &World) {
        let said = |key: &'static str| {
            picture.get(&Key::Str(key)).and_then(Value::as_str).unwrap_or_default()
        };
        if ["credit", "license", "source"].iter().all(|key| said(key).is_empty()) {
            return;
        }
        let key = ["url", "credit", "license", "source"].map(said).join("\n");
        let link = Value::from(object([
            ("title", text(page.title())),
            ("url", text(&world.site.url(&page.address))),
            ("permalink", text(&world.site.permalink(&page.address))),
        ]));
        match self.by_key.get(&key) {
            Some(at) => {
                let (known, pages) = &mut self.entries[*at];
                let caption = Key::Str("caption");
                if known.get(&caption).is_none_or(Value::is_none)
                    && let Some(found) = picture.get(&caption)
                {
                    known.insert("caption".into(), found.clone());
                }
                if pages.last() != Some(&link) {
                    pages.push(link);
                }
            }
            None => {
                self.by_key.insert(key, self.entries.len());
                self.entries.push((picture, vec![link]));
            }
        }
    }

    fn values(self) -> Vec<Value> {
        let value = |(mut map, pages): (Map, Vec<Value>)| {
            map.insert("pages".into(), Value::from(pages));
            Value::from(map)
        };
        self.entries.into_iter().map(value).collect()
    }
}

/// What the front matter says of the lead picture.
fn lead_text(image: &crate::content::LeadImage) -> PictureText<'_> {
    PictureText {
        alt: image.alt.as_deref(),
        caption: image.caption.as_deref(),
        credit: image.credit.as_deref(),
        license: image.license.as_deref(),
        source: image.source.as_deref(),
        class: None,
    }
}

/// What Markdown says of a picture.
pub fn own_text(image: &markdown::Image) -> PictureText<'_> {
    PictureText {
        alt: image.alt.as_deref(),
        caption: Some(&*image.caption).filter(|caption| !caption.is_empty()),
        credit: image.credit.as_deref(),
        license: image.license.as_deref(),
        source: image.source.as_deref(),
        class: image.class.as_deref(),
    }
}

/// The id of a figure's element: the author's, else `fig-1`.
pub fn figure_id(image: &markdown::Image) -> String {
    image.id.clone().unwrap_or_else(|| format!("fig-{}", image.number))
}
