//! Bodies with every link, picture and component in place.

use std::cell::RefCell;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::{self, Call, Image, Resolve};
use crate::site::Target;
use crate::site::link::{Link, Origin};
use crate::theme::figure::{Figure, Shot};
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
        let own = context::own_text(image);
        let mut figure = self.view().figure(picture.as_ref(), &image.src, &own, self.base());
        let shot = &mut figure.shot;
        if let Some(width) = image.width.as_deref().and_then(|width| width.parse::<u32>().ok()) {
            shot.sizes = format!("{width}px").into();
        }
        resize(image, shot);
        shot.is_plain = self.absolute;
        // The lead picture comes before the first figure.
        shot.is_first = image.number == 1 && self.origin.document.front.image.is_none();
        if !is_figure {
            shot.title = image.caption.as_str().into();
            shot.class = image.class.as_deref().unwrap_or_default().into();
            self.shot(&figure, out);
            return;
        }
        figure.class = image.class.as_deref().unwrap_or_default().into();
        figure.id = context::figure_id(image).into();
        figure.number = image.number;
        figure.zoom = figure.zoom.filter(|_| !self.absolute);
        figure.link = image.link.as_deref().map(|target| self.address(target).into());
        let mut caption = String::new();
        image.write_caption(self, source, &mut caption);
        if caption.is_empty() {
            let facts = picture.as_ref().and_then(|picture| picture.facts);
            let side = facts.and_then(|facts| facts.credit.caption.as_deref());
            markdown::escape_attribute(side.unwrap_or_default(), &mut caption);
        }
        figure.caption = caption.into();
        self.figure(&figure, source, out);
        out.push('\n');
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
    /// A picture inside a sentence, by the theme's component if there is one.
    fn shot(&self, figure: &Figure<'_>, out: &mut String) {
        match self.own_component("picture", figure) {
            None => figure.shot.write(out),
            Some(Ok(html)) => out.push_str(&html),
            Some(Err(problem)) => self.problems.borrow_mut().push(problem),
        }
    }

    fn figure(&self, figure: &Figure<'_>, source: &Range<u32>, out: &mut String) {
        match self.own_component("figure", figure) {
            None => figure.write(out),
            Some(Ok(html)) => out.push_str(&html),
            Some(Err(problem)) => {
                self.problems
                    .borrow_mut()
                    .push(problem.note("for this picture", self.place(source)));
            }
        }
    }

    /// What the theme's own component makes of a picture; none if it has none. Feeds are not the theme's.
    fn own_component(&self, name: &str, figure: &Figure<'_>) -> Option<Result<String, Diagnostic>> {
        if self.absolute || !self.renderer.has_component(name) {
            return None;
        }
        let document = self.origin.document;
        let implicit = context::common(self.view(), &document.lang, Some(self.origin.address));
        Some(self.renderer.picture_component(name, figure, &implicit))
    }
}

/// Width and height: the author's, in proportion to the picture's own; a share of the line goes into the style.
fn resize(image: &Image, shot: &mut Shot<'_>) {
    let wanted = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    let scaled = |of: u64, by: u64, to: u64| (of * to / by.max(1)).max(1);
    let own = shot.width.zip(shot.height);
    (shot.width, shot.height) = match (wanted(&image.width), wanted(&image.height), own) {
        (Some(width), Some(height), _) => (Some(width), Some(height)),
        (Some(width), None, Some((w, h))) => (Some(width), Some(scaled(h, w, width))),
        (None, Some(height), Some((w, h))) => (Some(scaled(w, h, height)), Some(height)),
        (_, _, Some((w, h))) => (Some(w), Some(h)),
        (width, None, None) => (width, None),
        (None, _, None) => (None, None),
    };
    let share = image.width.as_deref().filter(|width| width.ends_with('%'));
    shot.share = share.map(|share| share.to_string().into());
}
