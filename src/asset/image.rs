//! Width, height and format of a picture from its first bytes, and its credit from the file beside it.

use std::sync::Arc;

use serde::Deserialize;

use super::{Embedded, Original, Rights, Tone, licence_name};
use crate::engine::Hasher;

/// How many bytes of a file are enough for [`facts`]: headers, metadata blocks and colour profiles included.
pub const HEAD: u64 = 256 * 1024;

/// What is known of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFacts {
    /// In CSS pixels, as shown: a turned photograph has its sides swapped.
    pub width: u32,
    pub height: u32,
    /// Most common ending of the format: `jpg`, `png`, `svg` ...
    pub format: &'static str,
    pub credit: Credit,
    /// Bytes of the file as it is published, without private data; 0 when that is not known.
    pub published: u64,
    /// What copies are made from; none when the file was not read to its end.
    pub original: Option<Arc<Original>>,
    /// Stands in its place until it is there; none of a picture that lets something shine through.
    pub tone: Option<Tone>,
}

/// Whose a picture is, as `picture.jpg.yaml` says it, or else the picture itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Whom to name.
    pub credit: Option<String>,
    /// A short name such as `CC BY 4.0`, or an address.
    pub license: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    pub alt: Option<String>,
    pub caption: Option<String>,
    /// Who made it, if that is not who is to be named.
    pub creator: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
}

impl Credit {
    /// What a picture says of itself (IPTC, XMP, Exif).
    pub fn of(embedded: Embedded) -> Credit {
        let Embedded { creator, credit, copyright, web_statement, .. } = embedded;
        let license = web_statement.map(|url| licence_name(&url).unwrap_or(url));
        Credit { credit, license, creator, copyright, ..Credit::default() }
    }

    /// Fills what is not said here. Credit and creator go together: who is named by hand is not joined by others.
    pub fn or(self, other: Credit) -> Credit {
        let names_nobody = self.credit.is_none() && self.creator.is_none();
        let named = |own: Option<String>, other| if names_nobody { other } else { own };
        Credit {
            credit: named(self.credit, other.credit),
            creator: named(self.creator, other.creator),
            copyright: self.copyright.or(other.copyright),
            license: self.license.or(other.license),
            source: self.source.or(other.source),
            alt: self.alt.or(other.alt),
            caption: self.caption.or(other.caption),
        }
    }

    /// Whom to name under the picture.
    pub fn named(&self) -> Option<&str> {
        let all = [&self.credit, &self.creator, &self.copyright];
        all.into_iter().flatten().map(String::as_str).find(|text| !text.is_empty())
    }

    /// All that is said, in the order in which [`Credit::read`] reads it.
    pub fn texts(&self) -> [Option<&str>; 7] {
        let Credit { credit, license, source, alt, caption, creator, copyright } = self;
        [credit, license, source, alt, caption, creator, copyright].map(Option::as_deref)
    }
}

impl Credit {
    /// The reverse of [`Credit::texts`]; none when a text cannot be read.
    pub fn read(next: &mut dyn FnMut() -> Option<Option<String>>) -> Option<Credit> {
        Some(Credit {
            credit: next()?,
            license: next()?,
            source: next()?,
            alt: next()?,
            caption: next()?,
            creator: next()?,
            copyright: next()?,
        })
    }
}

impl Rights {
    /// All that is said, in the order in which [`Rights::read`] reads it.
    pub fn texts(&self) -> [Option<&str>; 4] {
        let Rights { creator, credit, copyright, web_statement } = self;
        [creator, credit, copyright, web_statement].map(Option::as_deref)
    }

    /// The reverse of [`Rights::texts`]; none when a text cannot be read.
    pub fn read(next: &mut dyn FnMut() -> Option<Option<String>>) -> Option<Rights> {
        let (creator, credit) = (next()?, next()?);
        Some(Rights { creator, credit, copyright: next()?, web_statement: next()? })
    }
}

impl ImageFacts {
    /// Adds all that is known to the fingerprint of an answer.
    pub fn answer(&self, hasher: &mut Hasher) {
        let ImageFacts { width, height, format, credit, published, original, tone } = self;
        hasher.number(u64::from(*width)).number(u64::from(*height)).text(format);
        hasher.number(*published);
        for text in credit.texts() {
            hasher.maybe(text);
        }
        if let Some(original) = original {
            hasher.bytes(&original.hash);
        }
        if let Some(tone) = tone {
            hasher.bytes(&tone.to_bytes());
        }
    }
}

/// Reads size and format; `None` when the bytes are no picture that is known here.
pub fn facts(bytes: &[u8]) -> Option<ImageFacts> {
    let (width, height, format) = match imagesize::image_type(bytes) {
        Ok(kind) => {
            let size = imagesize::blob_size(bytes).ok()?;
            let (width, height) =
                (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
            let format = ending(kind)?;
            let turned = matches!(format, "jpg" | "png" | "webp") && is_turned(bytes);
            if turned { (height, width, format) } else { (width, height, format) }
        }
        Err(_) => {
            let (width, height) = svg_size(bytes)?;
            (width, height, "svg")
        }
    };
    Some(ImageFacts { width, height, format, ..ImageFacts::default() })
}

/// Whether a file is a picture by the ending of its name, and so has private data, as far as it has any, where we look
/// for it.
pub fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    matches!(
        &*ending,
        "jpg"
            | "jpeg"
            | "jpe"
            | "jfif"
            | "png"
            | "apng"
            | "gif"
            | "webp"
            | "avif"
            | "heic"
            | "heif"
            | "tif"
            | "tiff"
            | "svg"
    )
}

/// Whether bytes are a drawing (SVG), whatever they are called.
pub fn is_drawing(bytes: &[u8]) -> bool {
    imagesize::image_type(bytes).is_err()
        && svg_size(&bytes[..bytes.len().min(HEAD as usize)]).is_some()
}

/// The format of a name, if it is one that [`facts`] gives.
pub fn format(name: &str) -> Option<&'static str> {
    const FORMATS: [&str; 9] = ["jpg", "png", "gif", "webp", "avif", "bmp", "ico", "tiff", "svg"];
    FORMATS.into_iter().find(|known| *known == name)
}

fn ending(kind: imagesize::ImageType) -> Option<&'static str> {
    use imagesize::ImageType;
    Some(match kind {
        ImageType::Jpeg => "jpg",
        ImageType::Png => "png",
        ImageType::Gif => "gif",
        ImageType::Webp => "webp",
        ImageType::Heif(_) => "avif",
        ImageType::Bmp => "bmp",
        ImageType::Ico => "ico",
        ImageType::Tiff => "tiff",
        _ => return None,
    })
}

/// Whether the Exif orientation (Exif 2.32, tag 0x0112) swaps width and height.
fn is_turned(bytes: &[u8]) -> bool {
    matches!(super::metadata::orientation(bytes), 5..=8)
}

/// Size of an SVG picture: `width` and `height`, else the `viewBox` (SVG 2, section 8.2).
fn svg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = quick_xml::Reader::from_str(&text);
    for _ in 0..64 {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag)) => {
                if tag.local_name().as_ref() != "svg" {
                    return None;
                }
                let value = |name: &str| {
                    let found = tag.attributes().flatten().find(|a| a.key.as_ref() == name)?;
                    Some(found.value.into_owned())
                };
                let view: Vec<f64> = value("viewBox")
                    .unwrap_or_default()
                    .split([' ', ','])
                    .filter_map(|part| part.parse().ok())
                    .collect();
                let view = (view.len() == 4).then(|| (view[2], view[3]));
                let own = (
                    value("width").and_then(|v| length(&v)),
                    value("height").and_then(|v| length(&v)),
                );
                let (width, height) = match (own, view) {
                    ((Some(width), Some(height)), _) => (width, height),
                    ((Some(width), None), Some((w, h))) if w > 0.0 => (width, width * h / w),
                    ((None, Some(height)), Some((w, h))) if h > 0.0 => (height * w / h, height),
                    (_, Some(view)) => view,
                    _ => (300.0, 150.0),
                };
                return Some((
                    width.round().clamp(1.0, 1e6) as u32,
                    height.round().clamp(1.0, 1e6) as u32,
                ));
            }
            Ok(quick_xml::events::Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
    None
}

/// A CSS length in pixels; percentages have none.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let at = text.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(text.len());
    let number: f64 = text[..at].trim().parse().ok()?;
    let factor = match &text[at..] {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        "em" | "rem" => 16.0,
        _ => return None,
    };
    (number > 0.0).then_some(number * factor)
}

/// Canonical address of a licence by its usual short name; `None` for one that is not known.
pub fn license_url(name: &str) -> Option<String> {
    if name.starts_with("https://") || name.starts_with("http://") {
        return Some(name.to_string());
    }
    let upper = name.trim().to_ascii_uppercase();
    if matches!(&*upper, "CC0" | "CC0 1.0" | "CC-0" | "CC0-1.0") {
        return Some("https://creativecommons.org/publicdomain/zero/1.0/".into());
    }
    if matches!(&*upper, "PUBLIC DOMAIN" | "PDM" | "PDM 1.0") {
        return Some("https://creativecommons.org/publicdomain/mark/1.0/".into());
    }
    let rest = upper.strip_prefix("CC BY").or_else(|| upper.strip_prefix("CC-BY"))?;
    let (kind, version) = rest.rsplit_once([' ', '-'])?;
    let kind = kind.trim_matches([' ', '-']);
    let known = matches!(kind, "" | "SA" | "NC" | "ND" | "NC-SA" | "NC-ND");
    let versioned = matches!(version, "1.0" | "2.0" | "2.5" | "3.0" | "4.0");
    let dash = if kind.is_empty() { "" } else { "-" };
    (known && versioned).then(|| {
        format!(
            "https://creativecommons.org/licenses/by{dash}{}/{version}/",
            kind.to_ascii_lowercase()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn svg_sizes_come_from_attributes_or_the_view_box() {
        let size = |svg: &str| facts(svg.as_bytes()).map(|f| (f.width, f.height));
        assert_eq!(
            size(
                r#"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="20mm"/>"#
            ),
            Some((151, 76))
        );
        assert_eq!(size(r#"<svg viewBox="0 0 640 480"></svg>"#), Some((640, 480)));
        assert_eq!(size(r#"<svg width="320" viewBox="0 0 640 480"></svg>"#), Some((320, 240)));
        assert_eq!(size("<html></html>"), None);
        assert_eq!(size(""), None);
    }

    #[test]
    fn licences_have_their_canonical_address() {
        assert_eq!(
            license_url("CC BY 4.0").as_deref(),
            Some("https://creativecommons.org/licenses/by/4.0/")
        );
        assert_eq!(
            license_url("cc by-nc-sa 3.0").as_deref(),
            Some("https://creativecommons.org/licenses/by-nc-sa/3.0/")
        );
        assert_eq!(
            license_url("CC0").as_deref(),
            Some("https://creativecommons.org/publicdomain/zero/1.0/")
        );
        assert_eq!(license_url("all rights reserved"), None);
    }
}
