//! Text into HTML: the only place of this module that escapes.

use pulldown_cmark_escape as escape;

/// Appends text for the content of an element: `&`, `<` and `>` are escaped.
pub fn escape_text(text: &str, out: &mut String) {
    // Writing to a `String` does not fail.
    let _ = escape::escape_html_body_text(out, text);
}

/// Appends text for an attribute's value in quotes: `&`, `<`, `>` and both quotes are escaped.
pub fn escape_attribute(text: &str, out: &mut String) {
    let _ = escape::escape_html(out, text);
}

/// Appends an address for a `href` or `src` value: percent-encoded where it must be, then escaped.
pub fn escape_href(url: &str, out: &mut String) {
    let _ = escape::escape_href(out, url);
}
