//! Bodies with every link, picture and component in place.

use std::cell::RefCell;
use std::fmt::Write;
use std::ops::Range;

use crate::asset::image::license_url;
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::{self, Call, Image, Resolve};
use crate::site::Target;
use crate::site::link::{self, Link, Origin};
use crate::theme::{Renderer, View, context};

/// Fills the holes of one document's body.
pub(super) struct Filler<'a> {
    renderer: &'a Renderer,
    target: Target,
    pub origin: Origin<'a>,
    /// Full addresses, for feeds; else from the host's root.
    pub absolute: bool,
    /// What went wrong in components; links and pictures are checked before anything is made.
    pub problems: RefCell<Vec<Diagnostic>>,
}

impl<'a> Filler<'a> {
    pub fn new(renderer: &'a Renderer, target: Target, absolute: bool) -> Option<Self> {
        let origin = renderer.view.text(target)?;
        Some(Filler { renderer, target, origin, absolute, problems: RefCell::new(Vec::new()) })
    }

    fn view(&self) -> &'a View {
        &self.renderer.view
    }

    fn base(&self) -> &'a str {
        let base = &self.view().options().base_url;
        if self.absolute { &base.url } else { &base.path }
    }

    fn place(&self, source: &Range<u32>) -> Place {
        Place::bytes(self.origin.document.file.clone(), source.start as usize..source.end as usize)
    }

    /// The address of a picture or a link, not yet escaped.
    fn address(&self, target: &str) -> String {
        match self.view().resolve(self.origin, target) {
            Ok(Link::Internal { path, suffix, .. }) => format!("{}{path}{suffix}", self.base()),
            Ok(Link::Here) if self.absolute => {
                format!("{}{}{target}", self.base(), self.origin.address)
            }
            Ok(Link::Here | Link::External) | Err(_) => target.to_string(),
        }
    }
}

impl Resolve for Filler<'_> {
    fn link(&self, target: &str, _source: &Range<u32>, out: &mut String) {
        match self.view().resolve(self.origin, target) {
            Ok(Link::Internal { path, suffix, .. }) => {
                out.push_str(self.base());
                out.push_str(&path);
                markdown::escape_href(suffix, out);
            }
            _ => markdown::escape_href(&self.address(target), out),
        }
    }

    fn image(&self, image: &Image, is_figure: bool, source: &Range<u32>, out: &mut String) {
        let picture = self.view().picture(self.origin, &image.src).ok();
        let facts = picture.as_ref().and_then(|picture| picture.facts);
        let credit = facts.map(|facts| &facts.credit);
        let mut img = String::from("<img src=\"");
        match &picture {
            Some(picture) if !picture.is_external => {
                img.push_str(self.base());
                img.push_str(&picture.path);
            }
            _ => markdown::escape_href(&image.src, &mut img),
        }
        img.push_str("\" alt=\"");
        let alt = image.alt.as_deref().or(credit.and_then(|credit| credit.alt.as_deref()));
        markdown::escape_attribute(alt.unwrap_or_default(), &mut img);
        img.push('"');
        size(image, facts.map(|facts| (facts.width, facts.height)), &mut img);
        if !is_figure && !image.caption.is_empty() {
            img.push_str(" title=\"");
            markdown::escape_attribute(&image.caption, &mut img);
            img.push('"');
        }
        if !is_figure && let Some(class) = &image.class {
            attribute("class", class, &mut img);
        }
        // The first figure is often what the reader sees first; later ones may wait.
        if image.number > 1 {
            img.push_str(" loading=\"lazy\"");
        }
        img.push_str(" decoding=\"async\">");
        if is_figure {
            self.figure(image, credit, &img, source, out);
        } else {
            out.push_str(&img);
        }
    }

    fn component(&self, call: &Call, body: Option<&str>, source: &Range<u32>, out: &mut String) {
        let document = self.origin.document;
        let mut implicit = context::common(self.view(), &document.lang, Some(self.origin.address));
        if let Target::Page(id) = self.target {
            implicit.insert_value("page", self.view().card(id));
        }
        match self.renderer.component(&call.name, &call.arguments, &implicit, body) {
            Ok(html) => out.push_str(&html),
            Err(problem) => {
                let here = self.place(source);
                let problem = match problem.place.clone() {
                    Some(_) => problem.note("called here", here),
                    None => problem.at(here),
                };
                self.problems.borrow_mut().push(problem);
            }
        }
    }
}

impl Filler<'_> {
    fn figure(
        &self,
        image: &Image,
        side: Option<&crate::asset::Credit>,
        img: &str,
        source: &Range<u32>,
        out: &mut String,
    ) {
        out.push_str("<figure class=\"figure");
        if let Some(class) = &image.class {
            out.push(' ');
            markdown::escape_attribute(class, out);
        }
        out.push_str("\" id=\"");
        markdown::escape_attribute(&context::figure_id(image), out);
        out.push_str("\">");
        match &image.link {
            Some(target) => {
                out.push_str("<a href=\"");
                self.link(target, source, out);
                out.push_str("\">");
                out.push_str(img);
                out.push_str("</a>");
            }
            None => out.push_str(img),
        }
        let or_side = |own: &Option<String>, side: Option<&Option<String>>| {
            own.clone().or_else(|| side.cloned().flatten())
        };
        let credit = or_side(&image.credit, side.map(|side| &side.credit));
        let license = or_side(&image.license, side.map(|side| &side.license));
        let from = or_side(&image.source, side.map(|side| &side.source));
        let side_caption =
            side.and_then(|side| side.caption.as_deref()).filter(|_| image.caption_html.is_empty());
        let has_caption = !image.caption_html.is_empty() || side_caption.is_some();
        if has_caption || credit.is_some() || license.is_some() || from.is_some() {
            out.push_str("<figcaption>");
            if has_caption {
                out.push_str("<span class=\"caption\">");
                image.write_caption(self, source, out);
                markdown::escape_attribute(side_caption.unwrap_or_default(), out);
                out.push_str("</span>");
            }
            if credit.is_some() || license.is_some() || from.is_some() {
                if has_caption {
                    out.push(' ');
                }
                self.credit(credit.as_deref(), license.as_deref(), from.as_deref(), out);
            }
            out.push_str("</figcaption>");
        }
        out.push_str("</figure>\n");
    }

    /// Credit, linked to the source, then the licence, linked to its text.
    fn credit(
        &self,
        credit: Option<&str>,
        license: Option<&str>,
        source: Option<&str>,
        out: &mut String,
    ) {
        out.push_str("<span class=\"credit\">");
        let shown = credit.or(source);
        if let Some(text) = shown {
            linked(text, source.filter(|source| link::is_external(source)), "", out);
        }
        if let Some(license) = license {
            if shown.is_some() {
                out.push_str(", ");
            }
            linked(license, license_url(license).as_deref(), "license", out);
        }
        out.push_str("</span>");
    }
}

fn linked(text: &str, url: Option<&str>, rel: &str, out: &mut String) {
    let Some(url) = url else { return markdown::escape_attribute(text, out) };
    out.push_str("<a href=\"");
    markdown::escape_href(url, out);
    out.push('"');
    if !rel.is_empty() {
        attribute("rel", rel, out);
    }
    out.push('>');
    markdown::escape_attribute(text, out);
    out.push_str("</a>");
}

fn attribute(name: &str, value: &str, out: &mut String) {
    let _ = write!(out, " {name}=\"");
    markdown::escape_attribute(value, out);
    out.push('"');
}

/// Width and height: the author's, in proportion to the picture's own; a share of the line goes into the style.
fn size(image: &Image, facts: Option<(u32, u32)>, out: &mut String) {
    let wanted = |text: &Option<String>| {
        text.as_deref().and_then(|text| text.trim_end_matches("px").parse::<u32>().ok())
    };
    let scaled =
        |of: u32, by: u32, to: u32| (u64::from(of) * u64::from(to) / u64::from(by.max(1))).max(1);
    let (width, height) = match (wanted(&image.width), wanted(&image.height), facts) {
        (Some(width), Some(height), _) => (u64::from(width), u64::from(height)),
        (Some(width), None, Some((w, h))) => (u64::from(width), scaled(h, w, width)),
        (None, Some(height), Some((w, h))) => (scaled(w, h, height), u64::from(height)),
        (_, _, Some((w, h))) => (u64::from(w), u64::from(h)),
        (Some(width), None, None) => return attribute("width", &width.to_string(), out),
        _ => return,
    };
    // Writing to a `String` does not fail.
    let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
    if let Some(share) = image.width.as_deref().filter(|width| width.ends_with('%')) {
        attribute("style", &format!("width:{share}"), out);
    }
}
