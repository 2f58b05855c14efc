//! All documents as one publication: sections, taxonomies, series, neighbours, addresses.
//!
//! [`assemble()`] takes the parsed documents and the names of the other files and gives a [`Site`] and
//! the problems that only the whole shows. It is pure: no disk, no clock. Everything that a page may
//! ask of the rest of the site is answered here, and every address is made here ([`url`]).

mod assemble;
pub mod link;
pub mod related;
mod section;
pub mod taxonomy;
pub mod url;

pub use assemble::{Hidden, Input, assemble};
pub use section::Section;
pub use taxonomy::{Series, Taxonomy, Term};

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::content::{Document, Kind};
use related::{Related, Why};
use url::Address;

/// Number of an article in [`Site::pages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u32);

/// Number of a section in [`Site::sections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub u32);

/// The whole publication.
#[derive(Debug)]
pub struct Site {
    pub config: Arc<Config>,
    /// Articles, sorted by the path of their source.
    pub pages: Vec<Page>,
    /// Sections, sorted by language and folder; the home pages are those with an empty folder.
    pub sections: Vec<Section>,
    /// One for each configured taxonomy and language that has terms, in the configuration's order.
    pub taxonomies: Vec<Taxonomy>,
    pub series: Vec<Series>,
    /// Files of `content/` and `static/` that are copied, by source path.
    pub files: Vec<CopiedFile>,
    /// For each article its related ones, best first.
    pub related: Vec<Vec<Related>>,
    /// What each source file became.
    by_file: FxHashMap<Arc<str>, Target>,
    /// Source files that are there but are not built, and why.
    hidden: FxHashMap<Arc<str>, &'static str>,
}

/// One article.
#[derive(Debug)]
pub struct Page {
    pub document: Arc<Document>,
    pub address: Address,
    pub section: SectionId,
    /// The next newer and the next older article of the section (by its order).
    pub lower: Option<PageId>,
    pub higher: Option<PageId>,
    /// The same text in all its languages, itself among them; empty when there is one only.
    pub translations: Vec<PageId>,
    /// Index of taxonomy in [`Site::taxonomies`] and of term in it.
    pub terms: Vec<(u32, u32)>,
    /// Index in [`Site::series`] and position in it.
    pub series: Option<(u32, u32)>,
    /// Articles whose text links here, by source path.
    pub backlinks: Vec<PageId>,
}

/// A file that is published as it is.
#[derive(Debug, Clone)]
pub struct CopiedFile {
    pub source: Arc<str>,
    pub address: Address,
    pub size: u64,
}

/// What a source file became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Page(PageId),
    Section(SectionId),
    File(u32),
}

impl Site {
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.0 as usize]
    }

    pub fn section(&self, id: SectionId) -> &Section {
        &self.sections[id.0 as usize]
    }

    /// Ids of all articles in order.
    pub fn page_ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.pages.len() as u32).map(PageId)
    }

    /// What a source file (path from the site's root) became.
    pub fn target(&self, file: &str) -> Option<Target> {
        self.by_file.get(file).copied()
    }

    /// Why a source file is not built: it is a draft, in the future, or expired.
    pub fn hidden(&self, file: &str) -> Option<&'static str> {
        self.hidden.get(file).copied()
    }

    /// The address of what a source file became.
    pub fn address_of(&self, target: Target) -> &Address {
        match target {
            Target::Page(id) => &self.page(id).address,
            Target::Section(id) => &self.section(id).address,
            Target::File(index) => &self.files[index as usize].address,
        }
    }

    /// The home page of a language.
    pub fn home(&self, lang: &str) -> Option<SectionId> {
        self.find_section(lang, "")
    }

    pub fn find_section(&self, lang: &str, folder: &str) -> Option<SectionId> {
        self.sections
            .binary_search_by(|section| {
                section.key(&self.config.language).cmp(&(
                    lang != self.config.language,
                    lang,
                    folder,
                ))
            })
            .ok()
            .map(|index| SectionId(index as u32))
    }

    /// The taxonomy of this name in a language.
    pub fn taxonomy(&self, name: &str, lang: &str) -> Option<&Taxonomy> {
        self.taxonomies.iter().find(|taxonomy| taxonomy.name == name && taxonomy.lang == lang)
    }

    /// Sections from the home page down to this one, both included.
    pub fn trail(&self, id: SectionId) -> Vec<SectionId> {
        let mut trail = vec![id];
        while let Some(parent) = self.section(trail[trail.len() - 1]).parent {
            trail.push(parent);
        }
        trail.reverse();
        trail
    }

    /// Language and address of each version of an article, itself among them; empty when there is one only.
    pub fn page_versions(&self, id: PageId) -> Vec<(&str, &Address)> {
        let versions = self.page(id).translations.iter().map(|id| self.page(*id));
        versions.map(|page| (page.lang(), &page.address)).collect()
    }

    /// The same for a section.
    pub fn section_versions(&self, id: SectionId) -> Vec<(&str, &Address)> {
        let versions = self.section(id).translations.iter().map(|id| self.section(*id));
        versions.map(|section| (&*section.lang, &section.address)).collect()
    }

    /// Title of the site in a language.
    pub fn title(&self, lang: &str) -> &str {
        let own = self.config.languages.get(lang).and_then(|language| language.title.as_deref());
        own.unwrap_or(&self.config.title)
    }

    /// Description of the site in a language.
    pub fn description(&self, lang: &str) -> &str {
        let own =
            self.config.languages.get(lang).and_then(|language| language.description.as_deref());
        own.unwrap_or(&self.config.description)
    }

    /// Words for what makes an article (`id`) and a related one alike.
    pub fn why<'a>(&'a self, id: PageId, found: &Related) -> Vec<&'a str> {
        let (this, other) = (&self.page(id).document, &self.pages[found.index as usize].document);
        let words = found.why.iter().filter_map(|why| match why {
            Why::Tag(key) => {
                let mut terms = self.page(id).terms.iter();
                let (taxonomy, term) =
                    terms.find(|(taxonomy, term)| self.tag(*taxonomy, *term) == *key)?;
                Some(&*self.taxonomies[*taxonomy as usize].terms[*term as usize].name)
            }
            Why::Term(stem) => this.terms.name(*stem).or_else(|| other.terms.name(*stem)),
        });
        let mut words: Vec<&str> = words.collect();
        // A tag is often also a word of the text.
        let mut seen: Vec<String> = Vec::new();
        words.retain(|word| {
            let lower = word.to_lowercase();
            let is_new = !seen.contains(&lower);
            seen.push(lower);
            is_new
        });
        words
    }

    /// What stands for an article's tags: terms of all taxonomies but authors and series.
    pub fn tags(&self, page: &Page) -> Vec<u64> {
        let is_tag = |taxonomy: u32| {
            !matches!(&*self.taxonomies[taxonomy as usize].name, "authors" | "series")
        };
        let tags = page.terms.iter().filter(|(taxonomy, _)| is_tag(*taxonomy));
        tags.map(|(taxonomy, term)| self.tag(*taxonomy, *term)).collect()
    }

    fn tag(&self, taxonomy: u32, term: u32) -> u64 {
        let taxonomy = &self.taxonomies[taxonomy as usize];
        related::tag_key(&taxonomy.name, &taxonomy.terms[term as usize].slug)
    }

    /// `/archive/` or `/archive/2015/`, below the language's root.
    pub fn archive_address(&self, lang: &str, year: Option<i32>) -> Address {
        let archive = taxonomy::language_root(&self.config, lang).child("archive");
        year.map_or(archive.clone(), |year| archive.child(&format!("{year:04}")))
    }

    /// `/credits/`, below the language's root.
    pub fn credits_address(&self, lang: &str) -> Address {
        taxonomy::language_root(&self.config, lang).child("credits")
    }

    /// `/feeds/`, below the language's root.
    pub fn feeds_address(&self, lang: &str) -> Address {
        taxonomy::language_root(&self.config, lang).child("feeds")
    }

    /// `/search/`, below the language's root.
    pub fn search_address(&self, lang: &str) -> Address {
        taxonomy::language_root(&self.config, lang).child("search")
    }

    /// Languages that have a home page: the default one first, then by code.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.sections
            .iter()
            .filter(|section| section.folder.is_empty())
            .map(|section| &*section.lang)
    }

    /// Full address: `https://example.org/review/posts/x/`.
    pub fn permalink(&self, address: &Address) -> String {
        format!("{}{address}", self.config.base_url.url)
    }

    /// Address from the host's root: `/review/posts/x/`.
    pub fn url(&self, address: &Address) -> String {
        format!("{}{address}", self.config.base_url.path)
    }
}

impl Page {
    pub fn title(&self) -> &str {
        &self.document.front.title
    }

    pub fn lang(&self) -> &str {
        &self.document.lang
    }

    /// Whether the article counts in the home page's list, feeds and the archive: those with a date do.
    pub fn is_dated(&self) -> bool {
        self.document.front.date.is_some()
    }

    /// Folder of the source file, from the site's root: relative links of the text start there.
    pub fn folder(&self) -> &str {
        folder_of(&self.document.file)
    }
}

/// Folder of a path: `content/posts` of `content/posts/x.md`.
pub fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

/// What documents of several languages have in common: the path without language and ending.
fn translation_key<'a>(document: &'a Document, default: &str) -> &'a str {
    let file = &*document.file;
    let base = file.strip_suffix(".md").or_else(|| file.strip_suffix(".markdown")).unwrap_or(file);
    if document.lang == default {
        return base;
    }
    base.strip_suffix(&*document.lang).and_then(|base| base.strip_suffix('.')).unwrap_or(base)
}

/// Folder that a bundle's files lie in, if the document is one.
fn bundle_folder(document: &Document) -> Option<&str> {
    (document.kind == Kind::Bundle).then(|| folder_of(&document.file))
}
/// Whether a language (BCP 47) is written from right to left.
pub fn is_right_to_left(lang: &str) -> bool {
    const RIGHT: [&str; 15] = [
        "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ku", "ps", "sd", "syr", "ug", "ur", "yi",
    ];
    RIGHT.contains(&lang.split(['-', '_']).next().unwrap_or_default())
}
