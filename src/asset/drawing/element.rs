//! Elements of drawings: which stay, and what is said of those that do not.

use quick_xml::name::{Namespace, ResolveResult};

use super::SVG;

/// What becomes of an element with all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    /// Taken out without a word: nobody sees it.
    Silent,
    /// Taken out and told.
    Told(&'static str),
}

const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// What becomes of an element. `name` is its local name; `attributes` are local names and values.
pub(super) fn fate(
    namespace: &ResolveResult,
    name: &str,
    attributes: &[(&str, std::borrow::Cow<str>)],
) -> Fate {
    let value = |wanted: &str| {
        attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| &**value)
    };
    let name = name.to_ascii_lowercase();
    match namespace {
        ResolveResult::Bound(Namespace(XHTML)) if name == "script" => return Fate::Told("scripts"),
        ResolveResult::Bound(Namespace(XHTML)) => return Fate::Told("embedded HTML"),
        // Inkscape, Sodipodi, Illustrator, Sketch, RDF ...
        ResolveResult::Bound(Namespace(other)) if *other != SVG => return Fate::Silent,
        _ => {}
    }
    match &*name {
        "script" | "handler" | "listener" => Fate::Told("scripts"),
        "metadata" => Fate::Silent,
        // Illustrator's own copy of the drawing.
        "foreignobject"
            if value("requiredExtensions").is_some_and(|value| value.contains("ns.adobe.com")) =>
        {
            Fate::Silent
        }
        "foreignobject" | "iframe" | "object" | "embed" | "applet" | "audio" | "video"
        | "canvas" | "source" | "track" | "html" | "body" | "link" | "meta" | "base" | "form" => {
            Fate::Told("embedded HTML")
        }
        // An animation may set an address or a handler just as well as an attribute.
        "set" | "animate" | "animatemotion" | "animatetransform" | "animatecolor" => {
            let target = value("attributeName").unwrap_or_default().trim().to_ascii_lowercase();
            let target = target.rsplit(':').next().unwrap_or_default();
            let is_safe = !matches!(target, "href" | "src" | "base") && !target.starts_with("on");
            if is_safe { Fate::Stays } else { Fate::Told("scripts") }
        }
        _ => Fate::Stays,
    }
}
