//! Rules of the HTML Standard: what may stand where, and what a page must have.

use super::Report;
use super::tree::Id;
use crate::diagnostic::lower_first;

/// Elements of the HTML Standard (its index of elements, November 2026), without those that are obsolete.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "blockquote", "body", "br", "button", "canvas",
    "caption", "cite", "code", "col", "colgroup", "data", "datalist", "dd", "del", "details", "dfn", "dialog", "div", "dl", "dt", "em",
    "embed", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr",
    "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "legend", "li", "link", "main", "map", "mark", "menu", "meta", "meter",
    "nav", "noscript", "object", "ol", "optgroup", "option", "output", "p", "picture", "pre", "progress", "q", "rp", "rt", "ruby", "s",
    "samp", "script", "search", "section", "select", "selectedcontent", "slot", "small", "source", "span", "strong", "style", "sub",
    "summary", "sup", "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track", "u",
    "ul", "var", "video", "wbr", "math",
];

/// Attributes that only said how something looks (HTML, section 16.2).
const OBSOLETE: &[&str] = &[
    "align",
    "background",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "clear",
    "compact",
    "frameborder",
    "hspace",
    "language",
    "link",
    "marginheight",
    "marginwidth",
    "noshade",
    "nowrap",
    "scrolling",
    "valign",
    "vlink",
    "vspace",
];

/// Elements that hold text and what stands within a line (phrasing content).
#[rustfmt::skip]
const LINES: &[&str] = &[
    "abbr", "b", "bdi", "bdo", "button", "cite", "code", "data", "dfn", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "kbd", "label",
    "mark", "meter", "output", "p", "pre", "progress", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
];

/// Elements that do not stand within a line.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "table", "ul",
];

/// Elements that may hold what their parent may hold.
const TRANSPARENT: &[&str] =
    &["a", "audio", "canvas", "del", "ins", "map", "noscript", "object", "slot", "video"];

/// Elements that somebody may press or fill in.
const INTERACTIVE: &[&str] =
    &["a", "button", "details", "embed", "iframe", "input", "label", "select", "textarea"];

const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];

/// Elements, and what may stand directly in them.
#[rustfmt::skip]
const CHILDREN: &[(&str, &[&str])] = &[
    ("ul",      &["li", "script", "template"]),
    ("ol",      &["li", "script", "template"]),
    ("menu",    &["li", "script", "template"]),
    ("dl",      &["dt", "dd", "div", "script", "template"]),
    ("picture", &["source", "img", "script", "template"]),
    ("hgroup",  &["p", "h1", "h2", "h3", "h4", "h5", "h6", "script", "template"]),
];

/// Elements, and those of which one must be directly around them.
#[rustfmt::skip]
const PARENTS: &[(&str, &[&str])] = &[
    ("li",         &["ul", "ol", "menu"]),
    ("dt",         &["dl", "div"]),
    ("dd",         &["dl", "div"]),
    ("figcaption", &["figure"]),
    ("summary",    &["details"]),
    ("legend",     &["fieldset", "optgroup"]),
    ("source",     &["picture", "audio", "video"]),
    ("track",      &["audio", "video"]),
];

pub(super) fn check(report: &mut Report<'_>) {
    let tree = report.tree();
    for (line, error) in &tree.errors {
        let message = format!("a browser has to mend this: {}", lower_first(error));
        report.page(
            "html/syntax",
            message,
            "close what was opened, in the opposite order; the line is that of the page",
        );
        if let Some(fault) = report.faults.last_mut() {
            fault.line = *line;
        }
    }
    if tree.is_quirky {
        let message = "the page does not begin with `<!doctype html>`";
        report.page("html/required", message, "write it as the first line of the template");
    }
    head(report);
    for id in tree.elements().filter(|id| tree.is_html(*id)) {
        known(report, id);
        required(report, id);
        nesting(report, id);
    }
    let repeated = report.page.ids.iter().filter(|(_, elements)| elements.len() > 1);
    for (name, elements) in repeated {
        let message = format!("the id `{name}` stands {} times on the page", elements.len());
        report.element(
            elements[1],
            "html/duplicate-id",
            message,
            "an id is the name of one element; take a class for several",
        );
    }
}

/// What every page must have in its head.
fn head(report: &mut Report<'_>) {
    let tree = report.tree();
    let title = report.all(&["title"]).into_iter().find(|id| tree.is_html(*id));
    if title.is_none_or(|id| report.page.spoken(id).is_empty()) {
        report.page(
            "html/required",
            "the page has no `<title>`",
            "write `<title>{{ head.title }}</title>` into the head",
        );
    }
    let metas = report.all(&["meta"]);
    if !metas.iter().any(|id| tree.attribute(*id, "charset").is_some()) {
        report.page(
            "html/required",
            "the page does not say its encoding",
            "write `<meta charset=\"utf-8\">` as the first element of the head",
        );
    }
    let viewport = metas.iter().find(|id| tree.attribute(**id, "name") == Some("viewport"));
    if viewport.is_none() {
        let hint = "write `<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">`: phones shrink the page otherwise";
        report.page("html/required", "the page has no `viewport`", hint);
    }
}

/// Elements and attributes that there are.
fn known(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    let name = tree.name(id);
    if !ELEMENTS.contains(&name) && !name.contains('-') {
        let message = format!("HTML has no element `{name}`");
        report.element(
            id,
            "html/unknown",
            message,
            "take an element of the HTML Standard; one's own have a `-` in their name",
        );
    }
    for (attribute, value) in tree.attributes(id) {
        if OBSOLETE.contains(&attribute) {
            let message = format!("the attribute `{attribute}` is no part of HTML any more");
            report.element(id, "html/unknown", message, "say in the style sheet how things look");
        }
        let is_needless = attribute == "type"
            && matches!((name, value), ("script", "text/javascript") | ("style", "text/css"));
        if is_needless {
            let message = format!("`type=\"{value}\"` says what is so anyway");
            report.element(id, "html/unknown", message, "take the attribute out");
        }
    }
}

/// Attributes and contents that an element must have.
fn required(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    let has = |name: &str| tree.attribute(id, name).is_some_and(|value| !value.trim().is_empty());
    match tree.name(id) {
        "img" if !has("src") => {
            report.element(
                id,
                "html/required",
                "a picture without an address",
                "give the `img` a `src`",
            );
        }
        "img" | "source"
            if has("srcset")
                && !has("sizes")
                && tree
                    .attribute(id, "srcset")
                    .is_some_and(|set| set.contains("w,") || set.trim_end().ends_with('w')) =>
        {
            report.element(
                id,
                "html/required",
                "`srcset` with widths needs `sizes`",
                "say how wide the picture is shown: `sizes=\"100vw\"`",
            );
        }
        "link" if !has("href") => {
            report.element(
                id,
                "html/required",
                "a `link` without an address",
                "give it a `href`, or take it out",
            );
        }
        "a" if tree.attribute(id, "href").is_some_and(|href| href.trim().is_empty()) => {
            report.element(
                id,
                "html/required",
                "a link without an address",
                "give the `a` a `href`, or take the link out where there is no address",
            );
        }
        name @ ("section" | "article") => {
            let has_heading = tree.below(id).any(|id| HEADINGS.contains(&tree.name(id)));
            if !has_heading && !has("aria-label") && !has("aria-labelledby") {
                let message = format!("a `{name}` without a heading");
                report.element(
                    id,
                    "html/required",
                    message,
                    "give it a heading or an `aria-label`, or make it a `div`",
                );
            }
        }
        _ => {}
    }
}

/// What may stand in what.
fn nesting(report: &mut Report<'_>, id: Id) {
    let tree = report.tree();
    let name = tree.name(id);
    let Some(parent) = tree.parent(id) else { return };
    let around = tree.name(parent);
    let mut fault =
        |message: String, hint: &'static str| report.element(id, "html/nesting", message, hint);
    if let Some((_, allowed)) = CHILDREN.iter().find(|(list, _)| *list == around)
        && !allowed.contains(&name)
    {
        let hint =
            "an element of a list stands in its `li`, a source of a picture in its `picture`";
        fault(format!("`{name}` stands directly in `{around}`"), hint);
    }
    if let Some((_, wanted)) = PARENTS.iter().find(|(inner, _)| *inner == name)
        && !wanted.contains(&around)
    {
        fault(
            format!("`{name}` stands in `{around}`, not in `{}`", wanted[0]),
            "put it where it belongs",
        );
    }
    let line = std::iter::successors(Some(parent), |id| tree.parent(*id))
        .find(|id| !TRANSPARENT.contains(&tree.name(*id)))
        .map_or("", |id| tree.name(id));
    if BLOCKS.contains(&name) && LINES.contains(&line) {
        fault(
            format!("`{name}` stands in `{line}`, which holds only text"),
            "make the outer one a `div`, or the inner one a `span`",
        );
    }
    let is_pressed = INTERACTIVE.contains(&name) && tree.attribute(id, "type") != Some("hidden");
    if is_pressed
        && let Some(outer) = tree.around(id).find(|id| matches!(tree.name(*id), "a" | "button"))
    {
        let outer = tree.name(outer);
        fault(
            format!("`{name}` stands in `{outer}`: which of both is pressed?"),
            "put them beside each other",
        );
    }
}
