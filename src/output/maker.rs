//! Turns one [`Output`] into bytes.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::redirect::{Redirect, redirect};
use super::sitemaps;
use super::{Kind, Old, Output, feeds, listing, page, prose, robots, search};
use crate::diagnostic::Diagnostic;
use crate::site::Target;
use crate::site::url::Address;
use crate::theme::figure::Figure;
use crate::theme::{Question, Renderer, Theme, View, World, context};

/// Everything that is needed to make outputs.
pub struct Maker {
    pub world: Arc<World>,
    pub theme: Theme,
    /// Bytes of the made style sheets by plain name.
    pub styles: FxHashMap<Arc<str>, Vec<u8>>,
    /// The files of the search index; none where they are made when they are asked for.
    pub index: search::Files,
    listed: Vec<(Address, Kind)>,
    sitemaps: sitemaps::Files,
}

/// How an output was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Render {
    /// Name of the template, empty when none was used.
    pub template: String,
    /// What it read, sorted, each once.
    pub reads: Vec<Question>,
    /// Pictures that are made because of it.
    pub products: Vec<Address>,
}

impl Render {
    pub(super) fn with(template: String) -> Render {
        Render { template, ..Render::default() }
    }
}

impl Maker {
    /// `outputs` is the whole plan: the sitemap lists it.
    pub fn new(
        world: Arc<World>,
        theme: Theme,
        styles: FxHashMap<Arc<str>, Vec<u8>>,
        index: search::Files,
        outputs: &[Output],
    ) -> Maker {
        let listed = sitemaps::listed(&world.site, outputs);
        world.set_listed(listed.iter().map(|(address, _)| address.clone()).collect());
        Maker { world, theme, styles, index, listed, sitemaps: sitemaps::Files::new() }
    }

    /// Makes an output's bytes into `out` (cleared first). Copies of source files are not made here.
    ///
    /// # Errors
    /// Problems of templates and components, with their places.
    pub fn make(&self, output: &Output, out: &mut Vec<u8>) -> Result<Render, Vec<Diagnostic>> {
        out.clear();
        self.theme.with(&self.world, |renderer| {
            // What a failed output has read is nobody's any more.
            let view = &renderer.view;
            view.forget();
            let mut render = self.make_with(renderer, output, out)?;
            (render.reads, render.products) = (view.take(), view.take_products());
            Ok(render)
        })
    }

    fn make_with(
        &self,
        renderer: &Renderer,
        output: &Output,
        out: &mut Vec<u8>,
    ) -> Result<Render, Vec<Diagnostic>> {
        let view = &*renderer.view;
        match &output.kind {
            Kind::Page(id) => return page::make(renderer, *id, out),
            Kind::Section { id, pager } => {
                return listing::section(renderer, *id, *pager as usize, out);
            }
            Kind::Taxonomy(number) => return listing::taxonomy(renderer, *number, out),
            Kind::Term { taxonomy, term, pager } => {
                return listing::term(renderer, *taxonomy, *term, *pager as usize, out);
            }
            Kind::Archive { lang, year } => return listing::archive(renderer, lang, *year, out),
            Kind::Credits { lang } => return listing::credits(renderer, lang, out),
            Kind::Feeds { lang } => return listing::feeds(renderer, lang, out),
            Kind::Written(number) => return listing::written(renderer, *number, output, out),
            Kind::Search { lang } => return listing::search(renderer, lang, &output.address, out),
            Kind::Index(path, _) => {
                if let Some(bytes) = self.index.get(path) {
                    out.extend_from_slice(bytes);
                }
            }
            Kind::NotFound => return listing::not_found(renderer, out),
            Kind::Feed { of, format } => feeds::make(renderer, *of, *format, out)?,
            Kind::Sitemap(number) => {
                view.note(Question::Sitemap);
                let site = &self.world.site;
                let files = self.sitemaps.get_or_init(|| sitemaps::make(site, &self.listed));
                if let Some((_, bytes)) = files.get(*number as usize) {
                    out.extend_from_slice(bytes);
                }
            }
            Kind::Robots => {
                let sitemap = view.permalink(&Address::file("sitemap.xml"));
                out.extend_from_slice(robots::robots(&sitemap).as_bytes());
            }
            Kind::Redirect(old) => redirected(view, *old, out),
            Kind::BuiltIn(path) => {
                if let Some(bytes) = self.theme.files().statics.get(&**path) {
                    out.extend_from_slice(bytes);
                }
            }
            Kind::Style(name) => {
                view.style(name);
                if let Some(bytes) = self.styles.get(name) {
                    out.extend_from_slice(bytes);
                }
            }
            Kind::Copy(_) => {}
        }
        Ok(Render::default())
    }

    /// Changes the world, if nobody else has it. Gives `None` otherwise.
    pub fn change<T>(&mut self, work: impl FnOnce(&mut World) -> T) -> Option<T> {
        self.theme.rest();
        Arc::get_mut(&mut self.world).map(work)
    }

    /// HTML of a body, for templates that ask for another page's; problems show where that page is made.
    pub fn content(&self, target: Target, asking: &View) -> String {
        let (html, reads, products) = self.theme.with(&self.world, |renderer| {
            renderer.view.forget();
            let mut html = String::new();
            if let Some(filler) = prose::Filler::new(renderer, target, false) {
                crate::markdown::write(&filler.origin.document.prose, &filler, &mut html);
            }
            (html, renderer.view.take(), renderer.view.take_products())
        });
        asking.absorb(reads, products);
        html
    }

    /// What the theme's own component makes of a picture, for templates that ask for one.
    pub fn picture(
        &self,
        name: &str,
        figure: &Figure<'_>,
        lang: &str,
        asking: &View,
    ) -> Option<Result<String, Diagnostic>> {
        let (html, reads, products) = self.theme.with(&self.world, |renderer| {
            let view = &renderer.view;
            view.forget();
            let html = renderer.has_component(name).then(|| {
                let implicit = context::common(view, lang, None);
                renderer.picture_component(name, figure, &implicit)
            });
            (html, view.take(), view.take_products())
        });
        asking.absorb(reads, products);
        html
    }
}

fn redirected(view: &View, old: Old, out: &mut Vec<u8>) {
    let (address, title, language) = match old {
        Old::Page(id) => {
            let page = view.page(id);
            (&page.address, page.title(), page.lang())
        }
        Old::Section(id) => {
            let section = view.section(id);
            (&section.address, &*section.title, &*section.lang)
        }
    };
    let url = view.permalink(address);
    out.extend_from_slice(redirect(&Redirect { url: &url, title, language }).as_bytes());
}

/// A template that the output cannot be made without.
pub(super) fn needed(renderer: &Renderer, name: &str) -> Result<String, Vec<Diagnostic>> {
    if renderer.has(name) { Ok(name.to_string()) } else { Err(vec![renderer.missing(name)]) }
}
