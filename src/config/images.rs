//! `images`: which copies are made of pictures, and what their credits have to be.

use super::key::KEYS;
use super::read::set;
use super::yaml::Node;
use super::yaml::reader::{At, Reader};

/// What becomes of pictures.
#[derive(Debug, Clone)]
pub struct Images {
    /// Widths of copies in pixels, ascending; none: the theme's. Empty: no copies.
    pub widths: Option<Vec<u32>>,
    /// Formats of copies besides the original's own, the preferred one first.
    pub formats: Vec<CopyFormat>,
    /// Qualities from 1 to 100.
    pub quality: Quality,
    /// Largest original, in megapixels.
    pub limit: u32,
    /// Whether the copyright fields of originals stay in what is published.
    pub keep_credit: bool,
    /// What a picture without a credit is.
    pub require_credit: Option<Required>,
    /// Whether there is a page with all credits.
    pub credits: bool,
    /// Whether pictures are links to their full size.
    pub zoom: bool,
    /// Whether articles without a lead picture get a drawn one for those who share them.
    pub cards: bool,
}

/// A format of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    Avif,
    Webp,
}

/// Qualities by format, from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    pub webp: u8,
    pub avif: u8,
    pub jpeg: u8,
}

/// How much a missing credit matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    Warn,
    Error,
}

/// Most megapixels that may be allowed: a decoded picture takes up to four bytes for each.
const MOST_MEGAPIXELS: u32 = 400;
/// More copies than this help nobody.
const MOST_WIDTHS: usize = 12;
/// Widest copy: what a WebP can hold.
const WIDEST: u32 = 16_383;

impl Default for Images {
    fn default() -> Images {
        Images {
            widths: None,
            formats: vec![CopyFormat::Webp],
            quality: Quality { webp: 78, avif: 70, jpeg: 80 },
            limit: 100,
            keep_credit: false,
            require_credit: None,
            credits: false,
            zoom: true,
            cards: true,
        }
    }
}

pub(super) fn read(reader: &mut Reader<'_>, at: &At<'_>, images: &mut Images) {
    if *at.node == Node::Bool(false) {
        (images.widths, images.zoom, images.cards) = (Some(Vec::new()), false, false);
        return;
    }
    if !reader.is_map(at) {
        return;
    }
    reader.check_keys(at, KEYS, "images");
    for (name, at) in at.entries() {
        match name {
            "widths" => set(&mut images.widths, widths(reader, &at).map(Some)),
            "formats" => images.formats = formats(reader, &at),
            "quality" => quality(reader, &at, &mut images.quality),
            "limit" => set(&mut images.limit, within(reader, &at, MOST_MEGAPIXELS)),
            "keep_credit" => set(&mut images.keep_credit, reader.boolean(&at)),
            "require_credit" => images.require_credit = required(reader, &at),
            "credits" => set(&mut images.credits, reader.boolean(&at)),
            "zoom" => set(&mut images.zoom, reader.boolean(&at)),
            "cards" => set(&mut images.cards, reader.boolean(&at)),
            _ => {}
        }
    }
}

/// Widths in ascending order, each once.
fn widths(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Vec<u32>> {
    if !matches!(at.node, Node::List(_) | Node::Null) {
        reader.wrong_type_hint(at, "a list of widths", "write `widths: [480, 800, 1200]`");
        return None;
    }
    let mut widths: Vec<u32> = at.items().filter_map(|at| within(reader, &at, WIDEST)).collect();
    widths.sort_unstable();
    widths.dedup();
    if widths.len() > MOST_WIDTHS {
        let message = format!("`{}`: at most {MOST_WIDTHS} widths", at.path);
        reader.invalid(at, message, Some("browsers choose among a few; four are usual"));
        return None;
    }
    Some(widths)
}

fn formats(reader: &mut Reader<'_>, at: &At<'_>) -> Vec<CopyFormat> {
    const FORMATS: &[(&str, CopyFormat)] =
        &[("avif", CopyFormat::Avif), ("webp", CopyFormat::Webp)];
    let mut formats: Vec<CopyFormat> = match at.node {
        Node::List(_) => at.items().filter_map(|at| reader.choice(&at, FORMATS)).collect(),
        Node::Null => Vec::new(),
        _ => reader.choice(at, FORMATS).into_iter().collect(),
    };
    // Whoever knows AVIF knows WebP too: in the other order the first would never be used.
    formats.sort_by_key(|format| *format != CopyFormat::Avif);
    formats.dedup();
    formats
}

fn quality(reader: &mut Reader<'_>, at: &At<'_>, quality: &mut Quality) {
    if !reader.is_map(at) {
        return;
    }
    reader.check_keys(at, KEYS, "images.quality");
    for (name, at) in at.entries() {
        let target = match name {
            "webp" => &mut quality.webp,
            "avif" => &mut quality.avif,
            "jpeg" => &mut quality.jpeg,
            _ => continue,
        };
        set(target, within(reader, &at, 100).map(|value| value as u8));
    }
}

fn required(reader: &mut Reader<'_>, at: &At<'_>) -> Option<Required> {
    const CHOICES: &[(&str, Required)] = &[("warn", Required::Warn), ("error", Required::Error)];
    match at.node {
        Node::Bool(false) | Node::Null => None,
        _ => reader.choice(at, CHOICES),
    }
}

/// A whole number from 1 to `most`.
fn within(reader: &mut Reader<'_>, at: &At<'_>, most: u32) -> Option<u32> {
    let number = reader.count(at)?;
    match u32::try_from(number) {
        Ok(number) if (1..=most).contains(&number) => Some(number),
        _ => {
            let message =
                format!("`{}`: expected a number from 1 to {most}, found `{number}`", at.path);
            reader.invalid(at, message, None::<&str>);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(images: &str) -> (Option<Images>, Vec<String>) {
        let text = format!("title: T\nbase_url: https://a.example/\nimages: {images}\n");
        let (config, problems) = Config::parse("byline.yaml", &text);
        let messages = problems.into_iter().map(|problem| problem.message).collect();
        (config.map(|config| config.images), messages)
    }

    #[test]
    fn all_that_is_said_holds() {
        let (images, problems) = read(
            "{widths: [1200, 400, 400], formats: [webp, avif], quality: {webp: 90, jpeg: 70}, limit: 12, \
             keep_credit: true, require_credit: error, credits: true, zoom: false, cards: false}",
        );
        let images = images.unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(images.widths, Some(vec![400, 1200]));
        assert_eq!(images.formats, [CopyFormat::Avif, CopyFormat::Webp]);
        assert_eq!(images.quality, Quality { webp: 90, avif: 70, jpeg: 70 });
        assert_eq!((images.limit, images.require_credit), (12, Some(Required::Error)));
        assert!(images.keep_credit && images.credits && !images.zoom && !images.cards);
    }

    #[test]
    fn one_word_switches_all_of_it_off() {
        let images = read("false").0.unwrap();
        assert_eq!(images.widths, Some(Vec::new()));
        assert!(!images.zoom && !images.cards);
        assert_eq!(read("{formats: []}").0.unwrap().formats, []);
        assert_eq!(read("{require_credit: false}").0.unwrap().require_credit, None);
    }

    #[test]
    fn numbers_that_cannot_be_are_told_with_their_range() {
        for (images, wanted) in [
            ("{widths: [0]}", "`images.widths[1]`: expected a number from 1 to 16383, found `0`"),
            (
                "{quality: {webp: 101}}",
                "`images.quality.webp`: expected a number from 1 to 100, found `101`",
            ),
            ("{limit: 4000}", "`images.limit`: expected a number from 1 to 400, found `4000`"),
            ("{widths: 400}", "`images.widths`: expected a list of widths, found the number 400"),
        ] {
            let (_, problems) = read(images);
            assert!(problems.iter().any(|problem| problem.starts_with(wanted)), "{problems:?}");
        }
    }
}
