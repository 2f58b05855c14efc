//! Text into HTML: the only place of this module that escapes.

use pulldown_cmark_escape as escape;

/// Appends text for the content of an element: `&`, `<` and `>` are escaped.
pub(super) fn text(out: &mut String, text: &str) {
    // Writing to a `String` does not fail.
    let _ = escape::escape_html_body_text(out, text);
}

/// Appends text for an attribute's value in double quotes, or content with escaped quotes.
pub(super) fn attribute(out: &mut String, text: &str) {
    let _ = escape::escape_html(out, text);
}

/// Appends an address for a `href` or `src` value: percent-encoded where it must be, then escaped.
pub(super) fn href(out: &mut String, url: &str) {
    let _ = escape::escape_href(out, url);
}

/// Appends text for an attribute's value in double quotes, or for the content of an element.
pub fn escape_attribute(text: &str, out: &mut String) {
    attribute(out, text);
}

/// Appends an address for a `href` or `src` value: percent-encoded where it must be, then escaped.
pub fn escape_href(url: &str, out: &mut String) {
    href(out, url);
}
