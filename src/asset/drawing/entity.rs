//! The document type of a drawing and its entities (XML 1.0, sections 2.8 and 4.2).
//!
//! Old drawings of Illustrator name their namespaces by entities. Those are short texts, and are replaced; entities
//! in entities, from other files, or many of them, are refused: a few lines can become gigabytes.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::Event;

use super::Removed;

const LONGEST: usize = 1_000;
/// Bytes that replaced entities may have altogether.
const MOST: usize = 1_000_000;

/// The text without its document type, with its entities replaced; `None` when it has no document type.
pub(super) fn replaced(text: &str, removed: &mut Removed) -> Result<Option<String>, String> {
    let Some((from, to, entities)) = document_type(text) else { return Ok(None) };
    removed.insert("document type");
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..from]);
    let (mut rest, mut budget) = (&text[to..], MOST);
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let name = reference[1..].split(';').next().unwrap_or_default();
        match entities.get(name) {
            Some(value) if reference.len() > name.len() + 1 => {
                budget =
                    budget.checked_sub(value.len()).ok_or("its entities become too long a text")?;
                out.push_str(value);
                rest = &reference[name.len() + 2..];
            }
            // All others are looked at with what stands around them.
            _ => {
                out.push('&');
                rest = &reference[1..];
            }
        }
    }
    out.push_str(rest);
    Ok(Some(out))
}

type Entities = BTreeMap<String, String>;

/// Where the document type stands, and the entities that are short plain texts, escaped.
fn document_type(text: &str) -> Option<(usize, usize, Entities)> {
    let mut reader = Reader::from_str(text);
    loop {
        let from = usize::try_from(reader.buffer_position()).ok()?;
        match reader.read_event().ok()? {
            Event::DocType(content) => {
                let to = usize::try_from(reader.buffer_position()).ok()?;
                return Some((from, to, entities(&content)));
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Text(_) => {}
            _ => return None,
        }
    }
}

fn entities(content: &str) -> Entities {
    let mut found = Entities::new();
    let subset = content.split_once('[').map(|(_, subset)| subset).unwrap_or_default();
    for declaration in subset.split("<!ENTITY").skip(1) {
        if let Some((name, value)) = entity(declaration)
            && resolve_predefined_entity(name).is_none()
        {
            // The first declaration counts (XML 1.0, section 4.2).
            found.entry(name.to_string()).or_insert_with(|| escape(value).into_owned());
        }
    }
    found
}

/// ` name "value">`
fn entity(declaration: &str) -> Option<(&str, &str)> {
    let declaration = declaration.strip_prefix(char::is_whitespace)?.trim_start();
    let (name, rest) = declaration.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest[1..].split_once(quote)?.0;
    let is_plain = value.len() <= LONGEST && !value.contains(['&', '<', '%']);
    (is_plain && !name.is_empty() && !name.contains(['%', '&', ';', '"'])).then_some((name, value))
}
