//! Everything that outputs can read, and the fingerprints of what does not change while they are made.
//!
//! Outputs ask through a [`View`], which notes what they ask.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tera::Value;

use super::closure::Closures;
use super::figure::Figure;
use super::pictures::{Links, Pictures, Used};
use super::prints::Prints;
use super::question::List;
use super::{Manifest, View};
use crate::asset::{ImageFacts, Wishes};
use crate::content::Document;
use crate::diagnostic::Diagnostic;
use crate::engine::Fingerprint;
use crate::site::link::{Addresses, Broken, Link, Origin, resolve};
use crate::site::url::{Address, slugify};
use crate::site::{PageId, Site, Target};

/// Gives the bytes of the author's files by their path from the site's root.
pub trait Files: Send + Sync {
    /// `None` when there is no such file.
    fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>>;

    /// As [`Files::read`], for bytes that are not needed a second time.
    fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>>;

    /// Fingerprint of a file's bytes, or of the reason why it cannot be read; none when there is no such file.
    fn print(&self, path: &str) -> Fingerprint;
}

/// What templates ask for that only a whole maker of outputs can give. What is read for it is noted in the view.
pub trait Helper: Send + Sync {
    /// The HTML of a page's body, with every link and picture in place.
    fn content(&self, target: Target, asking: &View) -> String;

    /// What the theme's own component of this name makes of a picture, on a page in this language; `None` when it has
    /// none.
    fn picture(
        &self,
        name: &str,
        figure: &Figure<'_>,
        lang: &str,
        asking: &View,
    ) -> Option<Result<String, Diagnostic>>;
}

/// Years with their articles, newest first.
type Years = Vec<(i32, Vec<PageId>)>;

/// Everything that an output may read.
pub struct World {
    pub site: Site,
    pub addresses: Addresses,
    /// The pictures that articles use, by source path.
    pub images: FxHashMap<Arc<str>, Used>,
    pub manifest: Manifest,
    /// `build` or `serve`.
    pub mode: &'static str,
    /// Made pictures that were asked for.
    pub pictures: Pictures,
    /// What is wished of all pictures.
    pub wishes: Wishes,
    /// What templates are made of.
    pub closures: Closures,
    /// Fingerprints of articles, sections and terms.
    pub prints: Prints,
    /// Addresses that stand in the sitemap, once they are planned.
    pub(super) listed: OnceLock<Vec<Address>>,
    years: OnceLock<BTreeMap<String, Years>>,
    files: Arc<dyn Files>,
    styles: OnceLock<BTreeMap<String, Address>>,
    helper: RwLock<Option<Arc<dyn Helper>>>,
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
    /// Bytes of the file as it is published, when it is one of the site.
    pub size: Option<u64>,
    pub facts: Option<&'a ImageFacts>,
    /// Its copies; none of a picture elsewhere.
    pub links: Option<&'a Links>,
    /// What is wrong with it, without a place.
    pub fault: Option<&'a Diagnostic>,
}

impl World {
    pub fn new(
        site: Site,
        addresses: Addresses,
        images: FxHashMap<Arc<str>, Used>,
        manifest: Manifest,
        closures: Closures,
        files: Arc<dyn Files>,
    ) -> World {
        let prints = Prints::new(&site);
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
            wishes: Wishes::default(),
            closures,
            prints,
            listed: OnceLock::new(),
            years: OnceLock::new(),
            files,
            styles: OnceLock::new(),
            helper: RwLock::default(),
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

    /// Sets who helps templates.
    pub fn set_helper(&self, helper: Option<Arc<dyn Helper>>) {
        *self.helper.write().unwrap_or_else(PoisonError::into_inner) = helper;
    }

    pub(super) fn helper(&self) -> Option<Arc<dyn Helper>> {
        self.helper.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a document in the place of one that it differs from in its text alone.
    pub fn replace(&mut self, target: Target, document: Arc<Document>) {
        match target {
            Target::Page(id) => {
                let at = id.0 as usize;
                self.site.pages[at].document = document;
                self.prints.cards[at] = OnceLock::new();
                // The others would be right, but sooner or later there would be one for every article that was seen.
                self.slots.cards.iter_mut().for_each(|card| drop(card.take()));
            }
            Target::Section(id) => self.site.sections[id.0 as usize].document = Some(document),
            Target::File(_) => {}
        }
    }

    /// Sets what stands in the sitemap, once it is planned.
    pub fn set_listed(&self, addresses: Vec<Address>) {
        let _ = self.listed.set(addresses);
    }

    pub(super) fn list(&self, list: List) -> &[PageId] {
        match list {
            List::Section(id) => &self.site.section(id).pages,
            List::Term { taxonomy, term } => {
                &self.site.taxonomies[taxonomy as usize].terms[term as usize].pages
            }
        }
    }

    pub(super) fn slice(&self, list: List, from: usize, to: usize) -> &[PageId] {
        let pages = self.list(list);
        &pages[from.min(pages.len())..to.min(pages.len())]
    }

    /// The newest dated articles of a list, newest first.
    pub(super) fn newest(&self, list: List, limit: usize) -> Vec<PageId> {
        let date = |id: &PageId| self.site.page(*id).document.front.date;
        let mut newest: Vec<PageId> =
            self.list(list).iter().copied().filter(|id| date(id).is_some()).collect();
        newest.sort_by_key(|id| std::cmp::Reverse(date(id)));
        newest.truncate(limit);
        newest
    }

    /// Years of a language, newest first, each with its articles, newest first. The home page may be
    /// sorted by title or weight; these never are.
    pub(super) fn years(&self, lang: &str) -> &[(i32, Vec<PageId>)] {
        let all = self.years.get_or_init(|| {
            self.site.languages().map(|lang| (lang.to_string(), self.years_of(lang))).collect()
        });
        all.get(lang).map_or(&[], |years| years)
    }

    fn years_of(&self, lang: &str) -> Vec<(i32, Vec<PageId>)> {
        let Some(home) = self.site.home(lang) else { return Vec::new() };
        let mut years: Vec<(i32, Vec<PageId>)> = Vec::new();
        for id in self.newest(List::Section(home), usize::MAX) {
            let Some(date) = self.site.page(id).document.front.date else { continue };
            match years.last_mut() {
                Some((year, pages)) if *year == date.year() => pages.push(id),
                _ => years.push((date.year(), vec![id])),
            }
        }
        // Offsets may take a moment into another year than its neighbours.
        years.sort_by_key(|(year, _)| std::cmp::Reverse(*year));
        years.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                first.1.append(&mut later.1);
            }
            is_same
        });
        years
    }

    pub(super) fn year(&self, lang: &str, year: i32) -> &[PageId] {
        let years = self.years(lang);
        years.iter().find(|(other, _)| *other == year).map_or(&[], |(_, pages)| pages)
    }

    pub(super) fn find_taxonomy(&self, kind: &str, lang: &str) -> Option<u32> {
        let found =
            |taxonomy: &crate::site::Taxonomy| taxonomy.name == kind && taxonomy.lang == lang;
        self.site.taxonomies.iter().position(found).map(|number| number as u32)
    }

    /// The term of a taxonomy by its slug.
    pub(super) fn find_term(&self, taxonomy: u32, slug: &str) -> Option<u32> {
        self.prints.slugs.get(taxonomy as usize)?.get(slug).copied()
    }

    fn term_address(&self, taxonomy: &str, lang: &str, name: &str) -> Option<&Address> {
        let taxonomy = self.find_taxonomy(taxonomy, lang)?;
        let term = self.find_term(taxonomy, &slugify(name))?;
        Some(&self.site.taxonomies[taxonomy as usize].terms[term as usize].address)
    }

    /// The page of an author, if there is one.
    pub(super) fn author_address(&self, lang: &str, key: &str) -> Option<&str> {
        self.term_address("authors", lang, key).map(Address::as_str)
    }

    /// The page of a series, if there is one.
    pub(super) fn series_address(&self, lang: &str, name: &str) -> Option<&str> {
        self.term_address("series", lang, name).map(Address::as_str)
    }

    /// What a path below `content/` names: in a language if one is asked for; and why nothing, if it is not built.
    pub(super) fn find_content(
        &self,
        path: &str,
        lang: Option<&str>,
    ) -> (Option<Target>, Option<&str>) {
        let site = &self.site;
        let path = path.trim_start_matches('/');
        let other = lang.filter(|lang| *lang != site.config.language);
        let found = match (other, path.strip_suffix(".md")) {
            (Some(lang), Some(base)) => site.target(&format!("content/{base}.{lang}.md")),
            _ => site.target(&format!("content/{path}")).or_else(|| {
                // A folder without `_index.md` is a section all the same.
                let folder = path.strip_suffix("_index.md")?.trim_end_matches('/');
                let lang = lang.unwrap_or(&site.config.language);
                site.find_section(lang, folder).map(Target::Section)
            }),
        };
        (found, site.hidden(&format!("content/{path}")))
    }

    /// Bytes of a file of the site.
    pub fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>> {
        self.files.read(path)
    }

    /// Bytes of a file of the site that are not needed a second time.
    pub(super) fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>> {
        self.files.read_once(path)
    }

    /// Fingerprint of a file of the site.
    pub(super) fn file_print(&self, path: &str) -> Fingerprint {
        self.files.print(path)
    }

    pub(super) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// The source of the file that answers for an address.
    pub(super) fn file_at(&self, address: &str) -> Option<&str> {
        match self.addresses.find(address)? {
            (_, Some(Target::File(number))) => Some(&self.site.files[number as usize].source),
            _ => None,
        }
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
                let file = match target {
                    Some(Target::File(index)) => Some(&self.site.files[index as usize]),
                    _ => None,
                };
                let used = file.and_then(|file| self.images.get(&file.source));
                Picture {
                    path,
                    is_external: false,
                    size: match used.and_then(|used| used.facts.as_ref()) {
                        Some(facts) if facts.published > 0 => Some(facts.published),
                        _ => file.map(|file| file.size),
                    },
                    facts: used.and_then(|used| used.facts.as_ref()),
                    links: used.map(|used| &used.links),
                    fault: used.and_then(|used| used.fault.as_ref()),
                }
            }
            Link::External | Link::Here => Picture {
                path: src.into(),
                is_external: true,
                size: None,
                facts: None,
                links: None,
                fault: None,
            },
        })
    }

    /// A word of the theme in a language: the site's own, then the theme's, then the default language's.
    pub fn word(&self, key: &str, lang: &str) -> Option<&str> {
        self.manifest.word(&self.site.config, key, lang)
    }

    /// The form of a word that goes with a number.
    pub fn counted(&self, key: &str, lang: &str, number: i64) -> Option<&str> {
        self.manifest.counted(&self.site.config, key, lang, number)
    }
}

impl fmt::Debug for World {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("World").field("pages", &self.site.pages.len()).finish_non_exhaustive()
    }
}
