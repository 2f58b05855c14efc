//! The HTML of pictures and figures: `<picture>` with its copies, `<figure>` with caption, credit and licence.
//!
//! Written here and not in a template, because a publication has tens of thousands of them. A theme that wants them
//! otherwise has components `picture` and `figure`; these see the same facts ([`Figure::to_map`]).

use std::borrow::Cow;
use std::fmt::Write;

use tera::value::Key;
use tera::{Map, Value};

use super::context::object;
use crate::markdown::{escape_attribute, escape_href};

/// A picture on a page.
#[derive(Debug, Clone, Default)]
pub struct Shot<'a> {
    /// Address of what every browser shows.
    pub src: Cow<'a, str>,
    /// Media type and `srcset` of the copies of each format (HTML, section 4.8.4.2.1).
    pub sources: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// How wide the picture will be shown (HTML, section 4.8.4.2.2).
    pub sizes: Cow<'a, str>,
    pub alt: Cow<'a, str>,
    /// In CSS pixels.
    pub width: Option<u64>,
    pub height: Option<u64>,
    /// A share of the line instead of the own width: `50%`. It becomes a class, `share-50`.
    pub share: Option<Cow<'a, str>>,
    pub title: Cow<'a, str>,
    pub class: Cow<'a, str>,
    /// The colour in its place until it is there: `7-5-3`.
    pub tone: Option<Cow<'a, str>>,
    /// What the reader sees first: loaded at once and before others.
    pub is_first: bool,
    /// For readers of feeds: no choices, no hints.
    pub is_plain: bool,
}

/// A picture with caption, credit and licence.
#[derive(Debug, Clone, Default)]
pub struct Figure<'a> {
    pub shot: Shot<'a>,
    pub class: Cow<'a, str>,
    /// Empty: none.
    pub id: Cow<'a, str>,
    /// Where the author's link around the picture leads.
    pub link: Option<Cow<'a, str>>,
    /// Address of the full size.
    pub zoom: Option<Cow<'a, str>>,
    /// HTML.
    pub caption: Cow<'a, str>,
    /// Whom to name.
    pub credit: Option<Cow<'a, str>>,
    /// Where it comes from; linked when it is an address.
    pub source: Option<Cow<'a, str>>,
    /// Name of the licence and the address of its text.
    pub license: Option<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    /// Of the figures of the page, from 1; 0 for others.
    pub number: u32,
}

impl Shot<'_> {
    /// Writes the picture.
    pub fn write(&self, out: &mut String) {
        let has_choice = !self.is_plain && !self.sources.is_empty();
        if has_choice {
            out.push_str("<picture>");
            for (media_type, srcset) in &self.sources {
                out.push_str("<source");
                attribute("type", media_type, out);
                attribute("srcset", srcset, out);
                attribute("sizes", &self.sizes, out);
                out.push('>');
            }
        }
        out.push_str("<img src=\"");
        escape_href(&self.src, out);
        out.push_str("\" alt=\"");
        escape_attribute(&self.alt, out);
        out.push('"');
        // Writing to a `String` does not fail.
        if let Some(width) = self.width {
            let _ = write!(out, " width=\"{width}\"");
        }
        if let Some(height) = self.height {
            let _ = write!(out, " height=\"{height}\"");
        }
        if !self.title.is_empty() {
            attribute("title", &self.title, out);
        }
        let share = self.share.as_deref().and_then(share_class);
        let classes: Vec<&str> = [&*self.class, share.as_deref().unwrap_or("")]
            .into_iter()
            .filter(|class| !class.is_empty())
            .collect();
        if !classes.is_empty() {
            attribute("class", &classes.join(" "), out);
        }
        if !self.is_plain {
            if let Some(tone) = &self.tone {
                attribute("data-tone", tone, out);
            }
            out.push_str(match self.is_first {
                true => " fetchpriority=\"high\" decoding=\"async\"",
                false => " loading=\"lazy\" decoding=\"async\"",
            });
        }
        out.push('>');
        if has_choice {
            out.push_str("</picture>");
        }
    }
}

/// `share-50` for `50%`: in steps of five, so that a theme needs twenty rules and a page no `style`, which a strict
/// content security policy forbids.
fn share_class(share: &str) -> Option<String> {
    let percent: f64 = share.trim_end_matches('%').trim().parse().ok()?;
    Some(format!("share-{}", ((percent / 5.0).round() * 5.0).clamp(5.0, 100.0)))
}

impl Figure<'_> {
    /// Writes the figure.
    pub fn write(&self, out: &mut String) {
        out.push_str("<figure class=\"figure");
        if !self.class.is_empty() {
            out.push(' ');
            escape_attribute(&self.class, out);
        }
        out.push('"');
        if !self.id.is_empty() {
            attribute("id", &self.id, out);
        }
        out.push('>');
        let href = match (&self.link, &self.zoom) {
            (Some(link), _) => Some((link, "")),
            (None, Some(zoom)) => Some((zoom, " class=\"zoom\"")),
            (None, None) => None,
        };
        if let Some((href, class)) = href {
            let _ = write!(out, "<a{class} href=\"");
            escape_href(href, out);
            out.push_str("\">");
        }
        self.shot.write(out);
        if href.is_some() {
            out.push_str("</a>");
        }
        self.write_caption(out);
        out.push_str("</figure>");
    }

    fn write_caption(&self, out: &mut String) {
        let has_credit = self.credit.is_some() || self.license.is_some() || self.source.is_some();
        if self.caption.is_empty() && !has_credit {
            return;
        }
        out.push_str("<figcaption>");
        if !self.caption.is_empty() {
            out.push_str("<span class=\"caption\">");
            out.push_str(&self.caption);
            out.push_str("</span>");
            if has_credit {
                out.push(' ');
            }
        }
        if has_credit {
            self.write_credit(out);
        }
        out.push_str("</figcaption>");
    }

    /// Credit, linked to the source, then the licence, linked to its text.
    fn write_credit(&self, out: &mut String) {
        out.push_str("<span class=\"credit\">");
        let shown = self.credit.as_ref().or(self.source.as_ref());
        if let Some(text) = shown {
            let source = self.source.as_deref();
            linked(text, source.filter(|source| crate::site::link::is_external(source)), "", out);
        }
        if let Some((license, url)) = &self.license {
            if shown.is_some() {
                out.push_str(", ");
            }
            linked(license, url.as_deref(), "license", out);
        }
        out.push_str("</span>");
    }

    /// What components see as `image`; the same names as in `page.image`.
    pub fn to_map(&self) -> Map {
        let text = |text: &str| Value::normal_string(text);
        let maybe = |value: &Option<Cow<'_, str>>| value.as_deref().map_or_else(Value::none, text);
        let number = |value: Option<u64>| value.map_or_else(Value::none, Value::from);
        let sources = self.shot.sources.iter().map(|(media_type, srcset)| {
            Value::from(object([("type", text(media_type)), ("srcset", text(srcset))]))
        });
        let license = self.license.as_ref();
        object([
            ("src", text(&self.shot.src)),
            ("sources", Value::from(sources.collect::<Vec<_>>())),
            ("sizes", text(&self.shot.sizes)),
            ("alt", text(&self.shot.alt)),
            ("width", number(self.shot.width)),
            ("height", number(self.shot.height)),
            ("share", maybe(&self.shot.share)),
            ("tone", maybe(&self.shot.tone)),
            ("id", text(&self.id)),
            ("number", Value::from(self.number)),
            ("link", maybe(&self.link)),
            ("zoom", maybe(&self.zoom)),
            ("caption", Value::safe_string(&self.caption)),
            ("credit", maybe(&self.credit)),
            ("source", maybe(&self.source)),
            ("license", license.map_or_else(Value::none, |(name, _)| text(name))),
            (
                "license_url",
                license.and_then(|(_, url)| url.as_deref()).map_or_else(Value::none, text),
            ),
        ])
    }

    /// The reverse of [`Figure::to_map`] and of what `page.image` is, for templates that call `figure` and `picture`.
    pub fn from_map(map: &Map) -> Figure<'_> {
        let value = |key: &'static str| map.get(&Key::Str(key));
        let text = |key: &'static str| {
            value(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(Cow::Borrowed)
        };
        let number =
            |key: &'static str| value(key).and_then(Value::as_i64).map(|number| number as u64);
        let mut sources = Vec::new();
        for source in value("sources").and_then(Value::as_array).into_iter().flatten() {
            let Some(source) = source.as_map() else { continue };
            let part = |key: &'static str| {
                let found = source.get(&Key::Str(key)).and_then(Value::as_str);
                Cow::Borrowed(found.unwrap_or_default())
            };
            sources.push((part("type"), part("srcset")));
        }
        let caption = match value("caption") {
            Some(caption) if caption.is_safe() => {
                Cow::Borrowed(caption.as_str().unwrap_or_default())
            }
            Some(caption) => {
                let mut html = String::new();
                escape_attribute(caption.as_str().unwrap_or_default(), &mut html);
                Cow::Owned(html)
            }
            None => Cow::default(),
        };
        let shot = Shot {
            src: text("src").or_else(|| text("url")).unwrap_or_default(),
            sources,
            sizes: text("sizes").unwrap_or_default(),
            alt: text("alt").unwrap_or_default(),
            width: number("width"),
            height: number("height"),
            share: text("share"),
            tone: text("tone"),
            ..Shot::default()
        };
        Figure {
            shot,
            class: Cow::default(),
            id: text("id").unwrap_or_default(),
            link: text("link"),
            zoom: text("zoom"),
            caption,
            credit: text("credit"),
            source: text("source"),
            license: text("license").map(|name| (name, text("license_url"))),
            number: number("number").unwrap_or_default() as u32,
        }
    }
}

fn linked(text: &str, url: Option<&str>, rel: &str, out: &mut String) {
    let Some(url) = url else { return escape_attribute(text, out) };
    out.push_str("<a href=\"");
    escape_href(url, out);
    out.push('"');
    if !rel.is_empty() {
        attribute("rel", rel, out);
    }
    out.push('>');
    escape_attribute(text, out);
    out.push_str("</a>");
}

fn attribute(name: &str, value: &str, out: &mut String) {
    let _ = write!(out, " {name}=\"");
    escape_attribute(value, out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure() -> Figure<'static> {
        Figure {
            shot: Shot {
                src: "/processed_images/p.1.jpg".into(),
                sources: vec![("image/webp".into(), "/a.webp 480w, /b.webp 800w".into())],
                sizes: "(min-width: 40em) 40em, 100vw".into(),
                alt: "A \"ship\"".into(),
                width: Some(800),
                height: Some(600),
                tone: Some("7-5-3".into()),
                ..Shot::default()
            },
            class: "wide".into(),
            id: "fig-1".into(),
            zoom: Some("/p.jpg".into()),
            caption: "The <em>Ever Given</em>".into(),
            credit: Some("A & B".into()),
            source: Some("https://a.example/?x=1&y=2".into()),
            license: Some(("CC0".into(), Some("https://cc.example/".into()))),
            number: 1,
            ..Figure::default()
        }
    }

    fn written(figure: &Figure<'_>) -> String {
        let mut html = String::new();
        figure.write(&mut html);
        html
    }

    #[test]
    fn a_figure_has_its_copies_its_caption_and_its_credit() {
        assert_eq!(
            written(&figure()),
            "<figure class=\"figure wide\" id=\"fig-1\"><a class=\"zoom\" href=\"/p.jpg\"><picture>\
             <source type=\"image/webp\" srcset=\"/a.webp 480w, /b.webp 800w\" sizes=\"(min-width: 40em) 40em, 100vw\">\
             <img src=\"/processed_images/p.1.jpg\" alt=\"A &quot;ship&quot;\" width=\"800\" height=\"600\" \
             data-tone=\"7-5-3\" loading=\"lazy\" decoding=\"async\"></picture></a>\
             <figcaption><span class=\"caption\">The <em>Ever Given</em></span> <span class=\"credit\">\
             <a href=\"https://a.example/?x=1&amp;y=2\">A &amp; B</a>, <a href=\"https://cc.example/\" rel=\"license\">\
             CC0</a></span></figcaption></figure>"
        );
    }

    #[test]
    fn a_share_of_the_line_is_a_class() {
        let with = |share: &str| {
            let shot = Shot { share: Some(share.to_string().into()), ..Shot::default() };
            let mut html = String::new();
            shot.write(&mut html);
            html
        };
        assert!(with("50%").contains(" class=\"share-50\""));
        assert!(with("33%").contains(" class=\"share-35\""));
        assert!(
            with("0%").contains(" class=\"share-5\"")
                && with("900%").contains(" class=\"share-100\"")
        );
        assert!(!with("50%").contains("style") && !with("wide").contains("class"));
    }

    #[test]
    fn the_first_picture_does_not_wait() {
        let mut first = figure();
        first.shot.is_first = true;
        let html = written(&first);
        assert!(html.contains("fetchpriority=\"high\"") && !html.contains("lazy"));
    }

    #[test]
    fn readers_of_feeds_get_one_picture_without_choices() {
        let mut plain = figure();
        plain.shot.is_plain = true;
        let html = written(&plain);
        assert!(!html.contains("<picture") && !html.contains("data-tone"), "{html}");
    }

    #[test]
    fn an_authors_link_comes_before_the_full_size() {
        let linked = Figure { link: Some("https://a.example/".into()), ..figure() };
        let html = written(&linked);
        assert!(
            html.contains("<a href=\"https://a.example/\"><picture>") && !html.contains("zoom")
        );
    }

    #[test]
    fn what_components_see_is_all_there_is() {
        let (figure, mut html) = (figure(), String::new());
        let map = figure.to_map();
        let mut again = Figure::from_map(&map);
        again.class = "wide".into();
        again.write(&mut html);
        assert_eq!(html, written(&figure));
    }

    #[test]
    fn a_caption_that_is_text_is_escaped() {
        let map = object([("url", Value::from("/a.jpg")), ("caption", Value::from("a < b"))]);
        let html = written(&Figure::from_map(&map));
        assert!(html.contains("<span class=\"caption\">a &lt; b</span>"), "{html}");
    }
}
