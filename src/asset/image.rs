//! Width, height and format of a picture from its first bytes, and its credit from the file beside it.

use serde::Deserialize;

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
}

/// Whose a picture is, as `picture.jpg.yaml` says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    pub credit: Option<String>,
    pub license: Option<String>,
    pub source: Option<String>,
    pub alt: Option<String>,
    pub caption: Option<String>,
}

impl ImageFacts {
    /// Adds all that is known to the fingerprint of an answer.
    pub fn answer(&self, hasher: &mut Hasher) {
        let ImageFacts { width, height, format, credit } = self;
        let Credit { credit, license, source, alt, caption } = credit;
        hasher.number(u64::from(*width)).number(u64::from(*height)).text(format);
        for text in [credit, license, source, alt, caption] {
            hasher.maybe(text.as_deref());
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
            let turned = format == "jpg" && is_turned(bytes);
            if turned { (height, width, format) } else { (width, height, format) }
        }
        Err(_) => {
            let (width, height) = svg_size(bytes)?;
            (width, height, "svg")
        }
    };
    Some(ImageFacts { width, height, format, credit: Credit::default() })
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
    let exif = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(bytes));
    let orientation = exif.ok().and_then(|exif| {
        exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
    });
    matches!(orientation, Some(5..=8))
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
