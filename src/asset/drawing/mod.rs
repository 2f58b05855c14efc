//! Drawings (SVG) that are safe to publish: no scripts, nothing from elsewhere, nothing of the editor's.
//!
//! Bytes in, bytes out. What is kept is kept letter by letter, but for the tags of which attributes are taken out.
//! Nothing is fetched, and no entity is replaced but by short plain text.

mod address;
mod attribute;
mod clean;
mod css;
mod element;
mod entity;

#[cfg(test)]
mod drawing_tests;

use std::borrow::Cow;
use std::collections::BTreeSet;

/// A drawing that is fit to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanedSvg<'a> {
    /// The old bytes themselves when nothing had to go.
    pub bytes: Cow<'a, [u8]>,
    /// What was taken out and may be missed, in words, sorted: `scripts`, `outside references` ... Data of editors
    /// (`metadata`, Inkscape, Illustrator) go without a word.
    pub removed: Vec<&'static str>,
}

/// Words for what was taken out.
type Removed = BTreeSet<&'static str>;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Whether text that is a drawing begins here: an element `svg`, behind nothing but what XML allows before it.
pub(super) fn is_svg(bytes: &[u8]) -> bool {
    let Ok((text, _)) = decoded(&bytes[..bytes.len().min(64 * 1024)], false) else { return false };
    clean::begins(&text)
}

/// Takes out of a drawing (SVG 2) what runs, what loads from elsewhere, and what only its editor reads.
///
/// Titles, styles, animations, filters, pictures and fonts as `data:`, and links with `http`, `https` and `mailto`
/// stay. Time and memory grow with the text.
///
/// # Errors
///
/// A reason in words when it is not well-formed XML, no drawing, nested too deeply, or has entities that are more
/// than short texts.
pub fn clean_svg(bytes: &[u8]) -> Result<CleanedSvg<'_>, String> {
    let (text, is_as_written) = decoded(bytes, true)?;
    let mut removed = Removed::new();
    let without_entities = entity::replaced(&text, &mut removed)?;
    let source = without_entities.as_deref().unwrap_or(&text);
    let cleaned = clean::clean(source, &mut removed)?;
    let bytes = match (cleaned, without_entities) {
        (Some(cleaned), _) | (None, Some(cleaned)) => Cow::Owned(cleaned.into_bytes()),
        (None, None) if is_as_written => Cow::Borrowed(bytes),
        (None, None) => Cow::Owned(text.into_owned().into_bytes()),
    };
    Ok(CleanedSvg { bytes, removed: removed.into_iter().collect() })
}

/// The text, and whether it is that of the bytes: UTF-8. UTF-16 and Latin-1 are changed into it, declaration
/// included. When it is not `whole`, a character cut at the end is no fault.
fn decoded(bytes: &[u8], whole: bool) -> Result<(Cow<'_, str>, bool), String> {
    let utf16 = |bytes: &[u8], number: fn([u8; 2]) -> u16| {
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| number([pair[0], pair[1]])).collect();
        let text = if whole {
            String::from_utf16(&units).ok()
        } else {
            Some(String::from_utf16_lossy(&units))
        };
        text.ok_or("it is not written in UTF-16, although it says so")
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_)
                if !whole
                    || declared(&String::from_utf8_lossy(bytes))
                        .is_some_and(|name| is_latin(&name)) =>
            {
                Cow::Owned(bytes.iter().copied().map(char::from).collect())
            }
            Err(_) => return Err("it is not written in UTF-8".into()),
        },
    };
    let Some(encoding) = declared(&text) else { return Ok((text, true)) };
    let is_utf8 = encoding == "utf-8" || encoding == "utf8";
    if is_utf8 && matches!(text, Cow::Borrowed(_)) {
        return Ok((text, true));
    }
    let is_plain =
        text.is_ascii() && (is_latin(&encoding) || encoding == "us-ascii" || encoding == "ascii");
    if is_plain && matches!(text, Cow::Borrowed(_)) {
        return Ok((text, true));
    }
    // Bytes that are good UTF-8 and say to be Latin-1 are read as they say, as browsers do.
    let text = match text {
        Cow::Borrowed(_) if is_latin(&encoding) => bytes.iter().copied().map(char::from).collect(),
        Cow::Owned(text) if encoding == "utf-16" || is_latin(&encoding) || !whole => text,
        _ => {
            return Err(
                "it is written in an encoding that is not known here; save it as UTF-8".into()
            );
        }
    };
    let after = text.find("?>").map_or(0, |at| at + 2);
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", &text[after..]);
    Ok((Cow::Owned(text), false))
}

/// The encoding in the XML declaration, in small letters.
fn declared(text: &str) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split_once(quote)?.0.trim().to_ascii_lowercase())
}

fn is_latin(encoding: &str) -> bool {
    matches!(encoding, "iso-8859-1" | "latin1" | "windows-1252")
}
