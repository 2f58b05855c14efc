//! Turns one [`Output`] into bytes.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::redirect::{Redirect, redirect};
use super::sitemaps;
use super::{Kind, Old, Output, feeds, listing, page, prose, robots};
use crate::diagnostic::Diagnostic;
use crate::site::Target;
use crate::site::url::Address;
use crate::theme::{Theme, World};

/// Everything that is needed to make outputs.
pub struct Maker {
    pub world: Arc<World>,
    pub theme: Theme,
    /// Bytes of the made style sheets by plain name.
    pub styles: FxHashMap<Arc<str>, Vec<u8>>,
    listed: Vec<(Address, Kind)>,
    sitemaps: sitemaps::Files,
}

/// What making an output took, for `--timings`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Render {
    /// Name of the template, empty when none was used.
    pub template: String,
}

impl Maker {
    /// `outputs` is the whole plan: the sitemap lists it.
    pub fn new(
        world: Arc<World>,
        theme: Theme,
        styles: FxHashMap<Arc<str>, Vec<u8>>,
        outputs: &[Output],
    ) -> Maker {
        let listed = sitemaps::listed(outputs);
        Maker { world, theme, styles, listed, sitemaps: sitemaps::Files::new() }
    }

    /// Makes an output's bytes into `out` (cleared first). Copies of source files are not made here.
    ///
    /// # Errors
    /// Problems of templates and components, with their places.
    pub fn make(&self, output: &Output, out: &mut Vec<u8>) -> Result<Render, Vec<Diagnostic>> {
        out.clear();
        let site = &self.world.site;
        let plain = || Render { template: String::new() };
        match &output.kind {
            Kind::Page(id) => page::make(self, *id, out),
            Kind::Section { id, pager } => listing::section(self, *id, *pager as usize, out),
            Kind::Taxonomy(number) => listing::taxonomy(self, *number, out),
            Kind::Term { taxonomy, term, pager } => {
                listing::term(self, *taxonomy, *term, *pager as usize, out)
            }
            Kind::Archive { lang, year } => listing::archive(self, lang, *year, out),
            Kind::NotFound => listing::not_found(self, out),
            Kind::Feed { of, format } => feeds::make(self, *of, *format, out).map(|()| plain()),
            Kind::Sitemap(number) => {
                let files = self.sitemaps.get_or_init(|| sitemaps::make(site, &self.listed));
                if let Some((_, bytes)) = files.get(*number as usize) {
                    out.extend_from_slice(bytes);
                }
                Ok(plain())
            }
            Kind::Robots => {
                out.extend_from_slice(
                    robots::robots(&site.permalink(&Address::file("sitemap.xml"))).as_bytes(),
                );
                Ok(plain())
            }
            Kind::Redirect(old) => {
                let (address, title, language) = match old {
                    Old::Page(id) => {
                        let page = site.page(*id);
                        (&page.address, page.title(), page.lang())
                    }
                    Old::Section(id) => {
                        let section = site.section(*id);
                        (&section.address, &*section.title, &*section.lang)
                    }
                };
                let url = site.permalink(address);
                out.extend_from_slice(
                    redirect(&Redirect { url: &url, title, language }).as_bytes(),
                );
                Ok(plain())
            }
            Kind::BuiltIn(path) => {
                if let Some(bytes) = self.theme.files().statics.get(&**path) {
                    out.extend_from_slice(bytes);
                }
                Ok(plain())
            }
            Kind::Style(name) => {
                if let Some(bytes) = self.styles.get(name) {
                    out.extend_from_slice(bytes);
                }
                Ok(plain())
            }
            Kind::Copy(_) => Ok(plain()),
        }
    }

    /// A template that the output cannot be made without.
    pub(super) fn needed(&self, name: &str) -> Result<String, Vec<Diagnostic>> {
        if self.theme.has(name) {
            Ok(name.to_string())
        } else {
            Err(vec![self.theme.missing(name)])
        }
    }

    /// HTML of a body, for templates that ask for another page's; problems show where that page is made.
    pub fn content(world: &World, theme: &Theme, target: Target) -> String {
        let mut html = String::new();
        if let (Some(origin), Some(filler)) =
            (world.origin(target), prose::Filler::new(world, theme, target, false))
        {
            crate::markdown::write(&origin.document.prose, &filler, &mut html);
        }
        html
    }
}
