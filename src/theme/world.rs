//! The one view of the site that templates, components and feeds ask.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use tera::Value;

use super::Manifest;
use super::pictures::Pictures;
use crate::asset::ImageFacts;
use crate::diagnostic::Diagnostic;
use crate::site::link::{Addresses, Broken, Link, Origin, resolve};
use crate::site::url::Address;
use crate::site::{Site, Target};

/// Gives the bytes of the author's files by their path from the site's root.
pub trait Files: Send + Sync {
    /// `None` when there is no such file.
    fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>>;

    /// As [`Files::read`], for bytes that are not needed a second time.
    fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>>;
}

/// Makes the HTML of a page's body, with every link and picture in place.
pub type Content = dyn Fn(Target) -> String + Send + Sync;

/// Everything that an output may read.
pub struct World {
    pub site: Site,
    pub addresses: Addresses,
    /// Facts of the pictures that articles use, by source path.
    pub images: FxHashMap<Arc<str>, ImageFacts>,
    pub manifest: Manifest,
    /// `build` or `serve`.
    pub mode: &'static str,
    /// Resized pictures that were asked for.
    pub pictures: Pictures,
    files: Box<dyn Files>,
    styles: OnceLock<BTreeMap<String, Address>>,
    content: OnceLock<Box<Content>>,
    slots: Slots,
}

/// Values that many outputs share, each made at the first question.
#[derive(Default)]
pub(super) struct Slots {
    pub cards: Vec<OnceLock<Value>>,
    pub configs: BTreeMap<String, OnceLock<Value>>,
    pub theme: OnceLock<Value>,
    /// What cards say of their section.
    pub sections: Vec<OnceLock<SectionValues>>,
    /// Links to terms, by taxonomy.
    pub terms: Vec<Vec<OnceLock<Value>>>,
    /// Bylines by language and key.
    pub bylines: OnceLock<BTreeMap<(String, String), Value>>,
}

/// What the cards of a section's articles have in common.
#[derive(Clone)]
pub(super) struct SectionValues {
    pub ancestors: Value,
    pub breadcrumbs: Value,
    pub link: Value,
}

/// A picture that was asked for by an article.
#[derive(Debug)]
pub struct Picture<'a> {
    /// Address on the site (percent-encoded), or the whole address of a picture elsewhere.
    pub path: Cow<'a, str>,
    pub is_external: bool,
    pub facts: Option<&'a ImageFacts>,
}

impl World {
    pub fn new(
        site: Site,
        addresses: Addresses,
        images: FxHashMap<Arc<str>, ImageFacts>,
        manifest: Manifest,
        files: Box<dyn Files>,
    ) -> World {
        let terms =
            site.taxonomies.iter().map(|taxonomy| vec![OnceLock::new(); taxonomy.terms.len()]);
        let slots = Slots {
            cards: site.pages.iter().map(|_| OnceLock::new()).collect(),
            configs: site.languages().map(|lang| (lang.to_string(), OnceLock::new())).collect(),
            sections: site.sections.iter().map(|_| OnceLock::new()).collect(),
            terms: terms.collect(),
            ..Slots::default()
        };
        World {
            site,
            addresses,
            images,
            manifest,
            mode: "build",
            pictures: Pictures::default(),
            files,
            styles: OnceLock::new(),
            content: OnceLock::new(),
            slots,
        }
    }

    /// Sets the addresses of the made style sheets, once they are made.
    pub fn set_styles(&self, styles: BTreeMap<String, Address>) {
        // A second call would be a slip of the build; the first answer stays.
        let _ = self.styles.set(styles);
    }

    /// Address of a made style sheet by its plain name.
    pub fn style(&self, name: &str) -> Option<&Address> {
        self.styles.get()?.get(name)
    }

    /// Sets who makes the HTML of bodies, for `get_page` and `get_section`.
    pub fn set_content(&self, content: Box<Content>) {
        let _ = self.content.set(content);
    }

    pub(super) fn content(&self, target: Target) -> String {
        self.content.get().map_or_else(String::new, |content| content(target))
    }

    /// Bytes of a file of the site.
    pub fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>> {
        self.files.read(path)
    }

    /// Bytes of a file of the site that are not needed a second time.
    pub fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>> {
        self.files.read_once(path)
    }

    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// Who asks, when a page's own links are resolved.
    pub fn origin(&self, target: Target) -> Option<Origin<'_>> {
        match target {
            Target::Page(id) => {
                let page = self.site.page(id);
                Some(Origin { document: &page.document, address: &page.address })
            }
            Target::Section(id) => {
                let section = self.site.section(id);
                let document = section.document.as_ref()?;
                Some(Origin { document, address: &section.address })
            }
            Target::File(_) => None,
        }
    }

    /// Finds a picture that a text names.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn picture<'a>(&'a self, from: Origin<'_>, src: &'a str) -> Result<Picture<'a>, Broken> {
        let link = resolve(&self.site, &self.addresses, from, src).map_err(|broken| Broken {
            id: if broken.id == "link/broken" { "picture/missing" } else { broken.id },
            ..broken
        })?;
        Ok(match link {
            Link::Internal { path, target, .. } => {
                let source = match target {
                    Some(Target::File(index)) => Some(&self.site.files[index as usize].source),
                    _ => None,
                };
                let facts = source.and_then(|source| self.images.get(source));
                Picture { path, is_external: false, facts }
            }
            Link::External | Link::Here => {
                Picture { path: src.into(), is_external: true, facts: None }
            }
        })
    }

    /// A word of the theme in a language: the site's own, then the theme's, then the default language's.
    pub fn word(&self, key: &str, lang: &str) -> Option<&str> {
        let base = lang.split(['-', '_']).next().unwrap_or(lang);
        let config = &self.site.config;
        [lang, base, &*config.language, "en"].into_iter().find_map(|lang| {
            let own = config.translations.get(lang).and_then(|words| words.get(key));
            let themes = || self.manifest.translations.get(lang).and_then(|words| words.get(key));
            own.or_else(themes).map(String::as_str)
        })
    }
}

impl fmt::Debug for World {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("World").field("pages", &self.site.pages.len()).finish_non_exhaustive()
    }
}
