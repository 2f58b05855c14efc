//! Raw HTML -> HTML that may stand in a feed: nothing that runs, only absolute addresses.
//!
//! Parses and writes the whole text again, which costs far more than making it did: for articles with
//! raw HTML only. Byline's own HTML needs none of this.

use std::borrow::Cow;

use ammonia::Builder;
use ammonia::url::ParseError;
pub(super) use ammonia::url::Url;

/// Elements beside those that ammonia allows by itself: pictures, sound and film, sections, and
/// presentational MathML (MathML Core, section 2), without which a formula says something else.
const TAGS: &[&str] = &[
    "address",
    "audio",
    "input",
    "main",
    "picture",
    "search",
    "section",
    "source",
    "tfoot",
    "track",
    "video", // MathML
    "math",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "semantics",
];

/// Elements that go with all that is in them: what runs or embeds, and what leaves senseless text
/// behind when only its tags go (controls, the labels of a drawing).
const WITH_CONTENT: &[&str] = &[
    "annotation",
    "annotation-xml",
    "applet",
    "button",
    "canvas",
    "datalist",
    "embed",
    "form",
    "frameset",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "option",
    "portal",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// Attributes beside ammonia's own, by element.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["rel"]),
    ("abbr", &["title"]),
    ("audio", &["controls", "loop", "muted", "preload", "src"]),
    ("data", &["value"]),
    ("details", &["open", "name"]),
    ("img", &["sizes", "srcset"]),
    ("input", &["checked"]),
    ("li", &["value"]),
    ("math", &["display"]),
    (
        "mo",
        &["fence", "form", "largeop", "lspace", "movablelimits", "rspace", "separator", "stretchy"],
    ),
    ("mspace", &["width"]),
    ("mtd", &["columnspan", "rowspan"]),
    ("mi", &["mathvariant"]),
    ("mover", &["accent"]),
    ("munder", &["accentunder"]),
    ("mfrac", &["linethickness"]),
    ("ol", &["reversed", "type"]),
    ("source", &["height", "media", "sizes", "src", "srcset", "type", "width"]),
    ("th", &["abbr"]),
    ("time", &["datetime"]),
    ("track", &["default", "kind", "label", "src", "srclang"]),
    (
        "video",
        &[
            "controls",
            "height",
            "loop",
            "muted",
            "playsinline",
            "poster",
            "preload",
            "src",
            "width",
        ],
    ),
];

/// Cleans an article's HTML for feeds and makes its addresses absolute against `base`, the article's
/// own full address.
///
/// Out go scripts, styles, frames, forms, drawings (`svg`), comments, event handlers, `style`
/// attributes and addresses of schemes that run (`javascript:`). Text structure, tables, figures,
/// footnotes with their ids and roles, `details`, sound and film, formulas and classes stay. A
/// checkbox of a task list stays and cannot be pressed. An address that cannot be made absolute goes.
pub fn clean_html(html: &str, base: &str) -> String {
    let base = Url::parse(base).ok();
    let mut builder = Builder::default();
    builder
        .add_tags(TAGS)
        .add_clean_content_tags(WITH_CONTENT)
        .add_generic_attributes(["class", "dir", "id", "role"])
        .add_generic_attribute_prefixes(["aria-"])
        .add_url_schemes(["data"])
        // Every `input` that is left becomes the dead checkbox of a task list.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            filter(base.as_ref(), element, attribute, value)
        });
    for (tag, attributes) in ATTRIBUTES {
        builder.add_tag_attributes(*tag, *attributes);
    }
    builder.clean(html).to_string()
}

/// The value that an attribute shall have, or none for no attribute.
fn filter<'v>(
    base: Option<&Url>,
    element: &str,
    attribute: &str,
    value: &'v str,
) -> Option<Cow<'v, str>> {
    match attribute {
        "src" if element == "img" && is_picture_data(value) => Some(Cow::Borrowed(value)),
        "href" | "src" | "poster" | "cite" => absolute(base, value),
        "srcset" => srcset(base, value).map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// The address made absolute; none if it cannot be, or if its scheme has no place in a text.
fn absolute<'v>(base: Option<&Url>, value: &'v str) -> Option<Cow<'v, str>> {
    let trimmed = value.trim();
    match Url::parse(trimmed) {
        Ok(url) => match url.scheme() {
            "data" => None,
            // `https:x` is relative to an `https:` page, whatever it looks like.
            "http" | "https" if !trimmed.contains("://") => {
                base?.join(trimmed).ok().map(|url| Cow::Owned(url.into()))
            }
            _ => Some(Cow::Borrowed(trimmed)),
        },
        Err(ParseError::RelativeUrlWithoutBase) => {
            base?.join(trimmed).ok().map(|url| Cow::Owned(url.into()))
        }
        Err(_) => None,
    }
}

fn is_picture_data(value: &str) -> bool {
    value.trim_start().get(..11).is_some_and(|start| start.eq_ignore_ascii_case("data:image/"))
}

/// The candidates of a `srcset` with absolute addresses (HTML, section "Parsing a srcset attribute"):
/// an address is everything up to a space, so that it may hold commas; its descriptors end at a comma.
fn srcset(base: Option<&Url>, value: &str) -> Option<String> {
    let mut candidates = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let address = word.trim_end_matches(',');
        let descriptor = match address.len() == word.len() {
            true => {
                let end = after.find(',').unwrap_or(after.len());
                rest = &after[end..];
                after[..end].trim()
            }
            false => {
                rest = after;
                ""
            }
        };
        // A space in an address would end it: `Url` has encoded it, unless it stood in ours.
        if let Some(url) = absolute(base, address) {
            candidates.push(format!("{url} {descriptor}").trim_end().to_string());
        }
    }
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://example.org/review/posts/x/";

    fn clean(html: &str) -> String {
        clean_html(html, BASE)
    }

    #[test]
    fn what_runs_goes() {
        for html in [
            "<script>alert(1)</script>",
            "<style>p{}</style>",
            "<iframe src=//a.example><p>no</p></iframe>",
            "<form action=/x><label>Name<input name=a></label><button>Go</button></form>",
            "<object data=x.swf>no</object><embed src=x>",
            "<svg><script>alert(1)</script><text>label</text></svg>",
            "<noscript>no</noscript><!-- no --><template>no</template>",
            "<link rel=stylesheet href=x><base href=//evil.example>",
        ] {
            assert_eq!(clean(html), "", "{html}");
        }
        assert_eq!(
            clean("<p onclick=x style='color:red' class=lead>a</p>"),
            "<p class=\"lead\">a</p>"
        );
        assert_eq!(clean("<a href='javascript:alert(1)'>a</a>"), "<a>a</a>");
        assert_eq!(clean("<a href=' java\nscript:alert(1)'>a</a>"), "<a>a</a>");
        assert_eq!(clean("<a href='data:text/html,<script>'>a</a>"), "<a>a</a>");
        assert_eq!(clean("<img src=x onerror=alert(1) alt=a>").matches("onerror").count(), 0);
    }

    #[test]
    fn what_readers_need_stays() {
        for html in [
            "<figure id=\"f\" class=\"wide\"><img src=\"https://a.example/x.jpg\" alt=\"a\" width=\"2\" height=\"1\"><figcaption>c</figcaption></figure>",
            "<table><thead><tr><th scope=\"col\">a</th></tr></thead><tbody><tr><td colspan=\"2\">b</td></tr></tbody></table>",
            "<section class=\"footnotes\" role=\"doc-endnotes\"><ol><li id=\"fn-1\">n</li></ol></section>",
            "<details open=\"\"><summary>s</summary>t</details>",
            "<p>a<sup><math><msup><mi>x</mi><mn>2</mn></msup></math></sup></p>",
            "<p dir=\"rtl\" lang=\"ar\">\u{627}\u{644} \u{1f600}</p>",
        ] {
            assert_eq!(clean(html), html);
        }
        let task = clean("<input type=checkbox checked onfocus=x>");
        assert!(task.contains("type=\"checkbox\"") && task.contains("disabled"), "{task}");
        assert!(clean("<input name=a>").contains("disabled"));
    }

    #[test]
    fn addresses_become_absolute() {
        let address = |html: &str| {
            let out = clean(html);
            out.split('"').nth(1).unwrap_or_default().to_string()
        };
        assert_eq!(address("<a href=../y/>"), "https://example.org/review/posts/y/");
        assert_eq!(address("<a href=#fn-1>"), "https://example.org/review/posts/x/#fn-1");
        assert_eq!(address("<a href=/z>"), "https://example.org/z");
        assert_eq!(address("<a href=//cdn.example/z>"), "https://cdn.example/z");
        assert_eq!(address("<a href='mailto:a@example.org'>"), "mailto:a@example.org");
        assert_eq!(address("<a href=https:y>"), "https://example.org/review/posts/x/y");
        assert_eq!(address("<img src='a b.jpg'>"), "https://example.org/review/posts/x/a%20b.jpg");
        assert_eq!(address("<video src=a.mp4>"), "https://example.org/review/posts/x/a.mp4");
        assert_eq!(address("<video poster=a.jpg>"), "https://example.org/review/posts/x/a.jpg");
        assert_eq!(address("<source src=a.mp3>"), "https://example.org/review/posts/x/a.mp3");
        assert_eq!(address("<img src='data:image/png;base64,AA=='>"), "data:image/png;base64,AA==");
        assert_eq!(
            address("<img srcset='a.jpg 1x,b,c.jpg 2x , /d.jpg'>"),
            "https://example.org/review/posts/x/a.jpg 1x, \
             https://example.org/review/posts/x/b,c.jpg 2x, https://example.org/d.jpg"
        );
    }

    #[test]
    fn an_address_that_cannot_be_absolute_goes() {
        assert_eq!(clean_html("<a href=y>a</a>", "not a url"), "<a>a</a>");
        assert_eq!(clean("<a href='https://[bad'>a</a>"), "<a>a</a>");
    }

    #[test]
    fn deep_nesting_does_no_harm() {
        let depth = 2_000;
        let html = format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert_eq!(clean(&html).matches("<div>").count(), depth);
    }
}
