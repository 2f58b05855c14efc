//! Attributes of drawings: which stay as they are, which change, which go.

use quick_xml::name::{Namespace, ResolveResult};

use super::address::{Address, linked, loaded};
use super::{Removed, SVG, css};

/// What becomes of an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    Becomes(String),
    Goes,
}

const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Attributes whose value is an address that is loaded or followed, in any language that a browser knows.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "srcset",
    "data",
    "poster",
    "action",
    "formaction",
    "background",
    "ping",
    "manifest",
    "cite",
    "longdesc",
    "profile",
    "codebase",
    "archive",
    "classid",
];

/// A declaration of a namespace: only those stay of which something stays.
pub(super) fn declaration(value: &str) -> Fate {
    if matches!(value, SVG | XLINK | XML | "") { Fate::Stays } else { Fate::Goes }
}

/// Any other attribute: its namespace, local name and value; `element` is the local name of its element.
pub(super) fn fate(
    namespace: &ResolveResult,
    name: &str,
    value: &str,
    element: &str,
    removed: &mut Removed,
) -> Fate {
    let is_xlink = match namespace {
        ResolveResult::Bound(Namespace(XML)) if name == "base" => {
            removed.insert("outside references");
            return Fate::Goes;
        }
        ResolveResult::Bound(Namespace(XML)) => return Fate::Stays,
        ResolveResult::Bound(Namespace(XLINK)) => true,
        ResolveResult::Bound(_) | ResolveResult::Unknown(_) => return Fate::Goes,
        ResolveResult::Unbound => false,
    };
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("on") {
        removed.insert("event handlers");
        return Fate::Goes;
    }
    if ADDRESSES.contains(&&*lower) {
        let is_link = element.eq_ignore_ascii_case("a") && lower == "href";
        let word = match if is_link { linked(value) } else { loaded(value) } {
            Address::Inside => return Fate::Stays,
            Address::Script => "scripts",
            Address::Outside => "outside references",
        };
        removed.insert(word);
        return Fate::Goes;
    }
    let is_text = is_xlink
        || matches!(&*lower, "id" | "class" | "title" | "alt" | "lang")
        || lower.starts_with("aria-")
        || lower.starts_with("data-");
    let may_load = value.contains('(') || value.contains('\\');
    match if is_text || !may_load { None } else { css::clean(value, removed) } {
        Some(clean) => Fate::Becomes(clean),
        None => Fate::Stays,
    }
}
