//! Rules for people who listen to a page, press its keys, or enlarge it: success criteria of the Web Content Accessibility
//! Guidelines 2.2 (W3C), named in brackets, and the practices that axe-core calls best.

use super::Report;
use super::tree::Id;

/// Roles that an author may give (WAI-ARIA 1.2, section 5.4), without those of lists of its own kind that pages have no use for.
#[rustfmt::skip]
const ROLES: &[&str] = &[
    "alert", "alertdialog", "application", "article", "banner", "blockquote", "button", "caption", "cell", "checkbox", "code",
    "columnheader", "combobox", "comment", "complementary", "contentinfo", "definition", "deletion", "dialog", "directory", "document",
    "emphasis", "feed", "figure", "form", "generic", "grid", "gridcell", "group", "heading", "img", "image", "insertion", "link", "list",
    "listbox", "listitem", "log", "main", "mark", "marquee", "math", "menu", "menubar", "menuitem", "menuitemcheckbox", "menuitemradio",
    "meter", "navigation", "none", "note", "option", "paragraph", "presentation", "progressbar", "radio", "radiogroup", "region", "row",
    "rowgroup", "rowheader", "scrollbar", "search", "searchbox", "separator", "slider", "spinbutton", "status", "strong", "subscript",
    "suggestion", "superscript", "switch", "tab", "table", "tablist", "tabpanel", "term", "textbox", "time", "timer", "toolbar",
    "tooltip", "tree", "treegrid", "treeitem",
];

/// States and properties of WAI-ARIA 1.2 (section 6.6) and 1.3's for braille and descriptions, without `aria-`.
#[rustfmt::skip]
const PROPERTIES: &[&str] = &[
    "activedescendant", "atomic", "autocomplete", "braillelabel", "brailleroledescription", "busy", "checked", "colcount", "colindex",
    "colindextext", "colspan", "controls", "current", "describedby", "description", "details", "disabled", "dropeffect", "errormessage",
    "expanded", "flowto", "grabbed", "haspopup", "hidden", "invalid", "keyshortcuts", "label", "labelledby", "level", "live", "modal",
    "multiline", "multiselectable", "orientation", "owns", "placeholder", "posinset", "pressed", "readonly", "relevant", "required",
    "roledescription", "rowcount", "rowindex", "rowindextext", "rowspan", "selected", "setsize", "sort", "valuemax", "valuemin",
    "valuenow", "valuetext",
];

/// Attributes that name elements by their ids.
const REFERENCES: &[&str] = &[
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-details",
    "aria-owns",
    "for",
    "list",
];

pub(super) fn check(report: &mut Report<'_>) {
    let tree = report.tree();
    language(report);
    zoom(report);
    headings(report);
    landmarks(report);
    for id in tree.elements() {
        aria(report, id);
        if tree.is_html(id) {
            keys(report, id);
        }
        // Drawings say by a role that they are pictures.
        if tree.is_html(id) || tree.attribute(id, "role") == Some("img") {
            names(report, id);
        }
    }
}

/// The page and its parts say their language (3.1.1, 3.1.2).
fn language(report: &mut Report<'_>) {
    let tree = report.tree();
    let root = report.all(&["html"]).into_iter().next();
    let lang = root.and_then(|id| tree.attribute(id, "lang")).unwrap_or_default();
    if lang.is_empty() {
        let hint = "write `<html lang=\"{{ lang }}\">`: it decides how the page is read out and where words are broken";
        report.page("access/language", "the page does not say its language", hint);
    }
    for id in tree.elements() {
        if let Some(lang) = tree.attribute(id, "lang").filter(|lang| !lang.is_empty())
            && !is_language(lang)
        {
            let message = format!("`{lang}` is no code of a language");
            report.element(
                id,
                "access/language",
                message,
                "write a code of BCP 47, such as `en`, `pt-BR` or `zh-Hant`",
            );
        }
    }
}

/// The form of a language tag (RFC 5646, section 2.1), without its registry.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let is_first = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let is_private = first.eq_ignore_ascii_case("x");
    (is_first || is_private)
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// Readers may enlarge the page (1.4.4).
fn zoom(report: &mut Report<'_>) {
    let tree = report.tree();
    for id in report.all(&["meta"]) {
        let content = tree.attribute(id, "content").unwrap_or_default().to_ascii_lowercase();
        if tree.attribute(id, "name") == Some("viewport") {
            let value = |name: &str| {
                let mut parts = content.split([',', ';']).filter_map(|part| part.split_once('='));
                parts.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_string())
            };
            let scale = value("maximum-scale").and_then(|scale| scale.parse::<f64>().ok());
            let is_fixed = matches!(value("user-scalable").as_deref(), Some("no" | "0"));
            if is_fixed || scale.is_some_and(|scale| scale < 2.0) {
                let hint = "leave `user-scalable` and `maximum-scale` out";
                report.element(id, "access/zoom", "the page may not be enlarged", hint);
            }
        }
        let is_refresh = tree
            .attribute(id, "http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
        if is_refresh && !content.trim_start().starts_with('0') {
            report.element(
                id,
                "access/refresh",
                "the page goes away by itself after a while",
                "let readers go on when they wish",
            );
        }
    }
}

/// Headings make an outline (1.3.1, 2.4.6).
fn headings(report: &mut Report<'_>) {
    let tree = report.tree();
    let level =
        |id: Id| tree.name(id).strip_prefix('h').and_then(|level| level.parse::<u32>().ok());
    let all: Vec<(Id, u32)> = report
        .all(&["h1", "h2", "h3", "h4", "h5", "h6"])
        .into_iter()
        .filter_map(|id| Some((id, level(id)?)))
        .collect();
    if !all.iter().any(|(_, level)| *level == 1) {
        report.page(
            "access/heading",
            "the page has no `h1`",
            "make what the page is about its `h1`: the article's title, the section's name",
        );
    }
    let mut before = 0;
    for (id, level) in all {
        if report.page.accessible_name(id).is_empty() {
            report.element(
                id,
                "access/heading",
                "a heading without a text",
                "leave the heading out where there is nothing to say",
            );
        }
        if level > before + 1 && before > 0 {
            let message = format!("`h{level}` follows `h{before}`: a level is left out");
            report.element(
                id,
                "access/heading",
                message,
                "let a heading be one level below the one that it belongs to",
            );
        }
        before = level;
    }
}

/// Readers can jump to the parts of a page (1.3.1, 2.4.1).
fn landmarks(report: &mut Report<'_>) {
    let tree = report.tree();
    let is_main = |id: &Id| tree.name(*id) == "main" || tree.attribute(*id, "role") == Some("main");
    let mains: Vec<Id> = tree.elements().filter(is_main).collect();
    match mains.as_slice() {
        [] => report.page(
            "access/landmark",
            "the page has no `main`",
            "put what the page is about into `<main>`",
        ),
        [_] => {}
        [_, second, ..] => report.element(
            *second,
            "access/landmark",
            "a second `main`",
            "one part of the page is the main one",
        ),
    }
    for kind in ["nav", "aside"] {
        let all = report.all(&[kind]);
        if all.len() < 2 {
            continue;
        }
        let mut heard = std::collections::BTreeSet::new();
        for id in all {
            let is_named = ["aria-label", "aria-labelledby", "title"]
                .iter()
                .any(|name| tree.attribute(id, name).is_some());
            let name = if is_named { report.page.accessible_name(id) } else { String::new() };
            // Asides that stand in an article are no landmarks unless they have a name.
            let is_part = kind == "aside"
                && name.is_empty()
                && tree.around(id).any(|id| matches!(tree.name(id), "article" | "section"));
            if !is_part && !heard.insert(name.clone()) {
                let message = match &*name {
                    "" => format!("several `{kind}` on the page have no name"),
                    name => format!("several `{kind}` on the page have the name `{name}`"),
                };
                report.element(id, "access/landmark", message, "tell them apart by `aria-label`");
            }
        }
    }
}

/// Roles and properties that there are, and what they name (4.1.2).
fn aria(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    for (attribute, value) in tree.attributes(id) {
        if attribute == "role" {
            for role in value.split_ascii_whitespace().filter(|role| {
                !ROLES.contains(role) && !role.starts_with("doc-") && !role.starts_with("graphics-")
            }) {
                let message = format!("there is no role `{role}`");
                report.element(
                    id,
                    "access/aria",
                    message,
                    "take a role of WAI-ARIA, or the element that has it of itself",
                );
            }
        }
        if let Some(name) = attribute.strip_prefix("aria-")
            && !PROPERTIES.contains(&name)
        {
            let message = format!("there is no attribute `{attribute}`");
            report.element(id, "access/aria", message, "WAI-ARIA lists what there is");
        }
        if REFERENCES.contains(&attribute) && (attribute != "for" || tree.name(id) == "label") {
            for missing in report.missing_ids(value) {
                let message = format!("`{attribute}` names `{missing}`, which is not on the page");
                report.element(
                    id,
                    "access/aria",
                    message,
                    "give the element that is meant this `id`",
                );
            }
        }
    }
}

/// What has to be called something has a name (1.1.1, 2.4.4, 4.1.2).
fn names(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    let role = tree.attribute(id, "role").unwrap_or_default();
    let is_hidden = |id: Id| {
        tree.attribute(id, "aria-hidden") == Some("true") || tree.attribute(id, "hidden").is_some()
    };
    if is_hidden(id) || tree.around(id).any(is_hidden) {
        return;
    }
    let is_named = || !report.page.accessible_name(id).is_empty();
    let missing: Option<(&'static str, &'static str)> = match tree.name(id) {
        "img"
            if tree.attribute(id, "alt").is_none() && !matches!(role, "presentation" | "none") =>
        {
            Some((
                "a picture without `alt`",
                "say what it shows, or write `alt=\"\"` when it only decorates",
            ))
        }
        "a" if tree.attribute(id, "href").is_some() && !is_named() => {
            Some(("a link without a text", "write where it leads, or give it an `aria-label`"))
        }
        "button" if !is_named() => {
            Some(("a button without a text", "write what it does, or give it an `aria-label`"))
        }
        "summary" if !is_named() => Some(("a `summary` without a text", "write what it opens")),
        "input"
            if !matches!(tree.attribute(id, "type"), Some("hidden" | "submit" | "reset"))
                && !is_named() =>
        {
            Some(("a field without a name", "give it a `label` or an `aria-label`"))
        }
        "select" | "textarea" if !is_named() => {
            Some(("a field without a name", "give it a `label` or an `aria-label`"))
        }
        "iframe" if !is_named() => {
            Some(("an `iframe` without a name", "say in its `title` what it shows"))
        }
        "table" if role.is_empty() && !tree.below(id).any(|id| tree.name(id) == "th") => {
            Some(("a table without headings", "make the cells that name rows or columns `th`"))
        }
        _ if role == "img" && !is_named() => {
            Some(("a picture without a name", "say in an `aria-label` what it shows"))
        }
        _ => None,
    };
    if let Some((message, hint)) = missing {
        report.element(id, "access/name", message, hint);
    }
}

/// Who has no mouse gets everywhere, in order; nothing begins by itself (1.4.2, 2.1.1, 2.4.3).
fn keys(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    let order = tree.attribute(id, "tabindex").and_then(|order| order.trim().parse::<i32>().ok());
    if order.is_some_and(|order| order > 0) {
        report.element(
            id,
            "access/keys",
            "`tabindex` above 0 changes the order of keys",
            "leave it out, or write 0",
        );
    }
    let is_focused = match tree.name(id) {
        "a" => tree.attribute(id, "href").is_some(),
        "button" | "select" | "textarea" | "summary" | "iframe" => true,
        "input" => tree.attribute(id, "type") != Some("hidden"),
        _ => false,
    };
    let is_reached = is_focused
        && order.is_none_or(|order| order >= 0)
        && tree.attribute(id, "disabled").is_none();
    let mut outer = std::iter::once(id).chain(tree.around(id));
    if is_reached && outer.any(|id| tree.attribute(id, "aria-hidden") == Some("true")) {
        report.element(
            id,
            "access/keys",
            "keys lead to what `aria-hidden` hides from listeners",
            "hide it from both: `hidden`, or `tabindex=\"-1\"`",
        );
    }
    let plays =
        matches!(tree.name(id), "audio" | "video") && tree.attribute(id, "autoplay").is_some();
    if plays && tree.attribute(id, "muted").is_none() {
        report.element(
            id,
            "access/keys",
            "sound begins by itself",
            "let readers start it: leave `autoplay` out",
        );
    }
}
