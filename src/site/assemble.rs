//! Documents -> [`Site`]: who belongs where, under which address.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::section::{self, Section};
use super::url::{Address, slugify, slugify_folder};
use super::{
    CopiedFile, Page, PageId, SectionId, Site, Target, bundle_folder, folder_of, taxonomy,
    translation_key,
};
use crate::config::Config;
use crate::content::{Document, Kind, SortBy};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceFile;

/// What a site is made of.
pub struct Input {
    pub config: Arc<Config>,
    /// Documents that are built, sorted by path.
    pub documents: Vec<Arc<Document>>,
    /// Documents that are there but are not built.
    pub hidden: Vec<Hidden>,
    /// The other files of `content/`, sorted by path.
    pub files: Vec<SourceFile>,
    /// Files of `static/` and the theme's as (source path, path below the site's root, size).
    pub statics: Vec<(Arc<str>, String, u64)>,
}

/// A document that is not built.
pub struct Hidden {
    pub file: Arc<str>,
    pub kind: Kind,
    /// Completes "the page ...": `is a draft`.
    pub reason: &'static str,
}

/// Puts the publication together.
pub fn assemble(input: Input) -> (Site, Vec<Diagnostic>) {
    let Input { config, documents, hidden, files, statics } = input;
    let mut problems = Vec::new();
    let (section_documents, page_documents): (Vec<_>, Vec<_>) =
        documents.into_iter().partition(|document| document.kind == Kind::Section);

    let mut sections = sections(&config, &page_documents, section_documents);
    let mut pages = pages(&config, page_documents, &sections, &mut problems);
    let by_date = section::by_date(&pages);
    list_pages(&mut sections, &mut pages, &by_date);
    let languages: Vec<String> = sections
        .iter()
        .filter(|section| section.is_home())
        .map(|section| section.lang.clone())
        .collect();
    let taxonomies = taxonomy::taxonomies(&config, &mut pages, &languages, &by_date);
    let series = taxonomy::series(&mut pages);
    translations(&config, &mut pages, &mut sections);
    let files = copied_files(&pages, &sections, &hidden, files, statics, &mut problems);

    let count = pages.len() + sections.len() + files.len();
    let mut by_file: FxHashMap<Arc<str>, Target> =
        FxHashMap::with_capacity_and_hasher(count, Default::default());
    for (number, page) in pages.iter().enumerate() {
        by_file.insert(page.document.file.clone(), Target::Page(PageId(number as u32)));
    }
    for (number, section) in sections.iter().enumerate() {
        if let Some(document) = &section.document {
            by_file.insert(document.file.clone(), Target::Section(SectionId(number as u32)));
        }
    }
    for (number, file) in files.iter().enumerate() {
        by_file.insert(file.source.clone(), Target::File(number as u32));
    }
    let hidden = hidden.into_iter().map(|hidden| (hidden.file, hidden.reason)).collect();
    let related = pages.iter().map(|_| Vec::new()).collect();
    let site =
        Site { config, pages, sections, taxonomies, series, files, related, by_file, hidden };
    (site, problems)
}

/// The folder of the section that a document's articles are listed in: the nearest one with an
/// `_index.md`, else the top-level one.
fn section_folder<'a>(folder: &'a str, has_index: &dyn Fn(&str) -> bool) -> &'a str {
    let mut folder = folder;
    while let Some(at) = folder.rfind('/') {
        if has_index(folder) {
            return folder;
        }
        folder = &folder[..at];
    }
    folder
}

fn sections(
    config: &Config,
    pages: &[Arc<Document>],
    documents: Vec<Arc<Document>>,
) -> Vec<Section> {
    let mut found: BTreeMap<(bool, String, String), Option<Arc<Document>>> = BTreeMap::new();
    let key =
        |lang: &str, folder: &str| (lang != config.language, lang.to_string(), folder.to_string());
    found.insert(key(&config.language, ""), None);
    let mut with_index: FxHashSet<(String, String)> = FxHashSet::default();
    for document in documents {
        with_index.insert((document.lang.clone(), document.folder.clone()));
        // A folder with an `_index.md` in any language is a section in all of them.
        with_index.insert((String::new(), document.folder.clone()));
        found.insert(key(&document.lang, &document.folder), Some(document));
    }
    let indexed: Vec<(String, String)> =
        with_index.iter().filter(|(lang, _)| !lang.is_empty()).cloned().collect();
    let has_index = |folder: &str| with_index.contains(&(String::new(), folder.to_string()));
    // Many articles stand in few folders.
    let folders: BTreeSet<(&str, &str)> =
        pages.iter().map(|page| (&*page.lang, &*page.folder)).collect();
    let page_sections = folders
        .into_iter()
        .map(|(lang, folder)| (lang.to_string(), section_folder(folder, &has_index).to_string()));
    for (lang, folder) in page_sections.chain(indexed) {
        let mut folder = section_folder(&folder, &has_index);
        loop {
            found.entry(key(&lang, folder)).or_insert(None);
            if folder.is_empty() {
                break;
            }
            folder = section_folder(folder_of(folder), &has_index);
        }
    }
    let keys: Vec<(bool, String, String)> = found.keys().cloned().collect();
    let find = |lang: &str, folder: &str| {
        keys.binary_search(&key(lang, folder)).ok().map(|i| SectionId(i as u32))
    };
    let mut sections: Vec<Section> = found
        .into_iter()
        .map(|((_, lang, folder), document)| {
            let parent = if folder.is_empty() {
                None
            } else {
                find(&lang, section_folder(folder_of(&folder), &has_index))
                    .or_else(|| find(&lang, ""))
            };
            new_section(config, lang, folder, document, parent)
        })
        .collect();
    note_children(&mut sections);
    sections
}

/// Tells each section its children, by weight and title.
fn note_children(sections: &mut [Section]) {
    for index in 0..sections.len() {
        if let Some(parent) = sections[index].parent {
            sections[parent.0 as usize].children.push(SectionId(index as u32));
        }
    }
    let weight: Vec<(i64, String)> = sections
        .iter()
        .map(|section| {
            let weight = section.document.as_ref().and_then(|document| document.front.weight);
            (weight.unwrap_or(i64::MAX), section.title.to_lowercase())
        })
        .collect();
    for section in sections {
        section.children.sort_by(|a, b| weight[a.0 as usize].cmp(&weight[b.0 as usize]));
    }
}

fn new_section(
    config: &Config,
    lang: String,
    folder: String,
    document: Option<Arc<Document>>,
    parent: Option<SectionId>,
) -> Section {
    let front = document.as_ref().map(|document| &document.front);
    let title = match front {
        Some(front) if !front.title.is_empty() => front.title.clone(),
        _ if folder.is_empty() => config
            .languages
            .get(&lang)
            .and_then(|l| l.title.clone())
            .unwrap_or_else(|| config.title.clone()),
        _ => humanise(&folder),
    };
    let slug = front.and_then(|front| front.slug.as_deref()).map(slugify);
    let own = slugify_folder(&folder);
    let path = match slug {
        Some(slug) if !folder.is_empty() => format!("{}/{slug}", folder_of(&own)),
        _ => own,
    };
    let address = front
        .and_then(|front| front.path.as_deref())
        .and_then(|path| Address::written(path).ok())
        .unwrap_or_else(|| taxonomy::language_root(config, &lang).child(&path));
    Section {
        title,
        address,
        parent,
        children: Vec::new(),
        pages: Vec::new(),
        paginate_by: front.and_then(|front| front.paginate_by).unwrap_or(config.paginate_by),
        sort_by: front.map_or(SortBy::Date, |front| front.sort_by),
        feed: front.is_some_and(|front| front.feed),
        translations: Vec::new(),
        folder,
        lang,
        document,
    }
}

/// `trade-routes` is "Trade routes".
fn humanise(folder: &str) -> String {
    let name = folder.rsplit('/').next().unwrap_or(folder).replace(['-', '_'], " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn pages(
    config: &Config,
    documents: Vec<Arc<Document>>,
    sections: &[Section],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Page> {
    let find = |lang: &str, folder: &str| {
        sections
            .binary_search_by(|section| {
                section.key(&config.language).cmp(&(lang != config.language, lang, folder))
            })
            .ok()
    };
    let mut pages = Vec::with_capacity(documents.len());
    for document in documents {
        let mut folder = &*document.folder;
        let section = loop {
            match find(&document.lang, folder) {
                Some(index) => break index,
                None if folder.is_empty() => break 0,
                None => folder = folder_of(folder),
            }
        };
        let address = page_address(config, &document, problems);
        pages.push(Page {
            document,
            address,
            section: SectionId(section as u32),
            lower: None,
            higher: None,
            translations: Vec::new(),
            terms: Vec::new(),
            series: None,
            backlinks: Vec::new(),
        });
    }
    pages
}

fn page_address(config: &Config, document: &Document, problems: &mut Vec<Diagnostic>) -> Address {
    if let Some(path) = &document.front.path {
        match Address::written(path) {
            Ok(address) => return address,
            Err(reason) => {
                let place = match document.front.places.get("path") {
                    Some(range) => Place::bytes(document.file.clone(), range.clone()),
                    None => Place::file(document.file.clone()),
                };
                problems.push(
                    Diagnostic::error(
                        "front-matter/path",
                        format!("`{path}` is no address: {reason}"),
                    )
                    .at(place),
                );
            }
        }
    }
    let folder = slugify_folder(&document.folder);
    taxonomy::language_root(config, &document.lang).child(&folder).child(&slugify(&document.slug))
}

/// Fills the sections' lists and the pages' neighbours.
fn list_pages(sections: &mut [Section], pages: &mut [Page], by_date: &[u32]) {
    for (number, page) in pages.iter().enumerate() {
        sections[page.section.0 as usize].pages.push(PageId(number as u32));
    }
    for section in sections.iter_mut() {
        section::sort(section.sort_by, &mut section.pages, pages, by_date);
        for pair in section.pages.windows(2) {
            pages[pair[0].0 as usize].higher = Some(pair[1]);
            pages[pair[1].0 as usize].lower = Some(pair[0]);
        }
    }
    let any_dated = pages.iter().any(Page::is_dated);
    for section in sections.iter_mut().filter(|section| section.is_home()) {
        let mut listed: Vec<PageId> = (0..pages.len() as u32)
            .map(PageId)
            .filter(|id| {
                let page = &pages[id.0 as usize];
                page.lang() == section.lang && (page.is_dated() || !any_dated)
            })
            .collect();
        section::sort(section.sort_by, &mut listed, pages, by_date);
        section.pages = listed;
    }
}

fn translations(config: &Config, pages: &mut [Page], sections: &mut [Section]) {
    if config.languages.is_empty() {
        return;
    }
    let mut groups: FxHashMap<String, Vec<PageId>> = FxHashMap::default();
    for (number, page) in pages.iter().enumerate() {
        let key = translation_key(&page.document, &config.language).to_string();
        groups.entry(key).or_default().push(PageId(number as u32));
    }
    let rank = |lang: &str| (lang != config.language, lang.to_string());
    for number in 0..pages.len() {
        let key = translation_key(&pages[number].document, &config.language);
        let Some(group) = groups.get(key).filter(|group| group.len() > 1) else { continue };
        let mut group = group.clone();
        group.sort_by_key(|id| rank(pages[id.0 as usize].lang()));
        pages[number].translations = group;
    }
    let mut by_folder: FxHashMap<String, Vec<SectionId>> = FxHashMap::default();
    for (number, section) in sections.iter().enumerate() {
        by_folder.entry(section.folder.clone()).or_default().push(SectionId(number as u32));
    }
    for section in sections {
        if let Some(group) = by_folder.get(&section.folder).filter(|group| group.len() > 1) {
            section.translations = group.clone();
        }
    }
}

/// Gives every other file its address: beside the bundle that it belongs to, else in its folder.
fn copied_files(
    pages: &[Page],
    sections: &[Section],
    hidden: &[Hidden],
    files: Vec<SourceFile>,
    statics: Vec<(Arc<str>, String, u64)>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<CopiedFile> {
    let mut bundles: FxHashMap<&str, &Address> = FxHashMap::default();
    // The default language comes last and wins: its files have the plain path.
    for page in pages {
        if let Some(folder) = bundle_folder(&page.document) {
            let address = bundles.entry(folder).or_insert(&page.address);
            if page.address.as_str().len() < address.as_str().len() {
                *address = &page.address;
            }
        }
    }
    let hidden: FxHashSet<&str> = hidden
        .iter()
        .filter(|hidden| hidden.kind == Kind::Bundle)
        .map(|hidden| folder_of(&hidden.file))
        .collect();
    let folders: FxHashMap<&str, &Address> =
        sections.iter().rev().map(|section| (&*section.folder, &section.address)).collect();
    let mut copied = Vec::with_capacity(files.len() + statics.len());
    for file in files {
        if let Some(address) = content_file(&file.path, &bundles, &hidden, &folders) {
            copied.push(CopiedFile { source: file.path, address, size: file.size });
        }
    }
    for (source, path, size) in statics {
        copied.push(CopiedFile { source, address: Address::file(&path), size });
    }
    copied.sort_by(|a, b| a.source.cmp(&b.source));
    differ_in_case(&copied, problems);
    copied
}

fn content_file(
    path: &str,
    bundles: &FxHashMap<&str, &Address>,
    hidden: &FxHashSet<&str>,
    folders: &FxHashMap<&str, &Address>,
) -> Option<Address> {
    let mut folder = folder_of(path);
    while folder.len() > "content".len() {
        if let Some(address) = bundles.get(folder) {
            return Some(address.beside(&path[folder.len() + 1..]));
        }
        if hidden.contains(folder) {
            return None;
        }
        folder = folder_of(folder);
    }
    let inner = path.strip_prefix("content/").unwrap_or(path);
    let folder = folder_of(inner);
    let name = inner.rsplit('/').next().unwrap_or(inner);
    Some(match folders.get(folder) {
        Some(address) => address.beside(name),
        None => Address::page([&*slugify_folder(folder)]).beside(name),
    })
}

/// Two names that differ in case only are one file on many machines.
fn differ_in_case(files: &[CopiedFile], problems: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<String, &CopiedFile> = FxHashMap::default();
    for file in files {
        let lower = file.address.as_str().to_lowercase();
        if let Some(other) = seen.get(&lower).filter(|other| other.address != file.address) {
            problems.push(
                Diagnostic::warning(
                    "site/case",
                    format!("the name differs from `{}` in case only", other.source),
                )
                .at(Place::file(file.source.clone()))
                .hint("rename one of them: on many hosts and machines they are one file"),
            );
        }
        seen.entry(lower).or_insert(file);
    }
}
