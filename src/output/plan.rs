//! Which outputs there are, and at which address. Two at one address are an error.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Kind, Old, Output, Scope};
use crate::content::{Document, FrontMatter};
use crate::diagnostic::{Diagnostic, Place};
use crate::site::link::Addresses;
use crate::site::taxonomy::Taxonomy;
use crate::site::url::Address;
use crate::site::{Section, SectionId, Site, Target};
use crate::theme::ThemeFiles;

/// Everything that the build makes.
#[derive(Debug)]
pub struct Plan {
    pub outputs: Vec<Output>,
    pub addresses: Addresses,
}

/// Folder of the list pages after the first.
const PAGER: &str = "page";

/// Lists all outputs.
pub fn plan(site: &Site, files: &ThemeFiles) -> (Plan, Vec<Diagnostic>) {
    let mut planner = Planner {
        site,
        outputs: Vec::with_capacity(site.pages.len() * 5 / 4),
        problems: Vec::new(),
    };
    planner.pages();
    for (number, section) in site.sections.iter().enumerate() {
        planner.section(SectionId(number as u32), section);
    }
    for (number, taxonomy) in site.taxonomies.iter().enumerate() {
        planner.taxonomy(number as u32, taxonomy, files);
    }
    if files.has("archive.html") {
        planner.archives();
    }
    planner.feeds_pages(files);
    if site.config.images.credits {
        planner.credits(files);
    }
    if site.config.search {
        planner.search();
    }
    planner.rest(files);
    let Planner { outputs, mut problems, .. } = planner;
    let (outputs, addresses) = unique(site, outputs, &mut problems);
    if !site.config.feeds.formats.is_empty() {
        super::feed_ids::same_ids(site, &mut problems);
    }
    (Plan { outputs, addresses }, problems)
}

/// How many list pages so many articles make.
pub(super) fn pagers(articles: usize, paginate_by: usize) -> usize {
    if paginate_by == 0 { 1 } else { articles.div_ceil(paginate_by).max(1) }
}

/// Address of a list page, from 0.
pub(super) fn pager_address(first: &Address, pager: usize) -> Address {
    if pager == 0 { first.clone() } else { first.child(&format!("{PAGER}/{}", pager + 1)) }
}

struct Planner<'a> {
    site: &'a Site,
    outputs: Vec<Output>,
    problems: Vec<Diagnostic>,
}

impl Planner<'_> {
    fn add(&mut self, address: Address, kind: Kind) {
        self.outputs.push(Output { address, kind });
    }

    fn pages(&mut self) {
        let site = self.site;
        for id in site.page_ids() {
            let page = site.page(id);
            self.add(page.address.clone(), Kind::Page(id));
            self.aliases(&page.document, Old::Page(id));
        }
    }

    fn aliases(&mut self, document: &Document, old: Old) {
        for (alias, range) in &document.front.aliases {
            match Address::written(alias) {
                Ok(address) => self.add(address, Kind::Redirect(old)),
                Err(reason) => self.problems.push(
                    Diagnostic::error(
                        "front-matter/alias",
                        format!("`{alias}` is no address: {reason}"),
                    )
                    .at(Place::bytes(document.file.clone(), range.clone())),
                ),
            }
        }
    }

    fn section(&mut self, id: SectionId, section: &Section) {
        for pager in 0..pagers(section.pages.len(), section.paginate_by) {
            let kind = Kind::Section { id, pager: pager as u32 };
            self.add(pager_address(&section.address, pager), kind);
        }
        if section.is_home() || section.feed {
            self.feeds(&section.address, Scope::Section(id));
        }
        if let Some(document) = &section.document {
            self.aliases(document, Old::Section(id));
        }
    }

    fn feeds(&mut self, address: &Address, of: Scope) {
        for format in &self.site.config.feeds.formats {
            self.add(address.beside(format.file()), Kind::Feed { of, format: *format });
        }
    }

    fn taxonomy(&mut self, number: u32, taxonomy: &Taxonomy, files: &ThemeFiles) {
        let own = |end: &str| format!("{}/{end}.html", taxonomy.name);
        if files.has(&own("list")) || files.has("taxonomy_list.html") {
            self.add(taxonomy.address.clone(), Kind::Taxonomy(number));
        }
        for (index, term) in taxonomy.terms.iter().enumerate() {
            let term_number = index as u32;
            if files.has(&own("single")) || files.has("taxonomy_single.html") {
                for pager in 0..pagers(term.pages.len(), taxonomy.paginate_by) {
                    let kind =
                        Kind::Term { taxonomy: number, term: term_number, pager: pager as u32 };
                    self.add(pager_address(&term.address, pager), kind);
                }
            }
            if taxonomy.feed {
                self.feeds(&term.address, Scope::Term { taxonomy: number, term: term_number });
            }
        }
    }

    fn archives(&mut self) {
        let languages: Vec<Arc<str>> = self.site.languages().map(Arc::from).collect();
        for lang in languages {
            let address = self.site.archive_address(&lang, None);
            self.add(address, Kind::Archive { lang: lang.clone(), year: None });
            for year in years(self.site, &lang) {
                let address = self.site.archive_address(&lang, Some(year));
                self.add(address, Kind::Archive { lang: lang.clone(), year: Some(year) });
            }
        }
    }

    fn credits(&mut self, files: &ThemeFiles) {
        if !files.has("credits.html") {
            let problem = Diagnostic::error(
                "template/missing",
                "`images.credits`: the theme has no template `credits.html`",
            );
            self.problems.push(problem.at(Place::file("byline.yaml")).hint(
                "make `templates/credits.html` (docs/templates.md shows what it sees), or take the key out",
            ));
            return;
        }
        let languages: Vec<Arc<str>> = self.site.languages().map(Arc::from).collect();
        for lang in languages {
            self.add(self.site.credits_address(&lang), Kind::Credits { lang });
        }
    }

    /// The page that says what feeds are, when the theme has one and the author no page of that address.
    fn feeds_pages(&mut self, files: &ThemeFiles) {
        if !files.has("feeds.html") || self.site.config.feeds.formats.is_empty() {
            return;
        }
        let languages: Vec<Arc<str>> = self.site.languages().map(Arc::from).collect();
        for lang in languages {
            let address = self.site.feeds_address(&lang);
            if !self.outputs.iter().any(|output| output.address == address) {
                self.add(address, Kind::Feeds { lang });
            }
        }
    }

    fn search(&mut self) {
        let languages: Vec<Arc<str>> = self.site.languages().map(Arc::from).collect();
        for lang in languages {
            self.add(self.site.search_address(&lang), Kind::Search { lang });
        }
    }

    fn rest(&mut self, files: &ThemeFiles) {
        if files.has("404.html") {
            self.add(Address::file("404.html"), Kind::NotFound);
        }
        for number in 0..super::sitemaps::count(self.site, &self.outputs) {
            let name = if number == 0 {
                "sitemap.xml".to_string()
            } else {
                format!("sitemap-{number}.xml")
            };
            self.add(Address::file(&name), Kind::Sitemap(number as u32));
        }
        let has_own = |path: &str| self.site.files.iter().any(|file| file.address.as_str() == path);
        if self.site.config.robots && !has_own("/robots.txt") {
            self.add(Address::file("robots.txt"), Kind::Robots);
        }
        self.theme_files(files);
        let built_in: Vec<String> = files
            .statics
            .keys()
            .filter(|path| !has_own(Address::file(path).as_str()))
            .cloned()
            .collect();
        for path in built_in {
            self.add(Address::file(&path), Kind::BuiltIn(path.into()));
        }
        for (number, file) in self.site.files.iter().enumerate() {
            self.add(file.address.clone(), Kind::Copy(number as u32));
        }
    }

    /// Files that the theme makes besides the pages; the author's own of the same address come first.
    fn theme_files(&mut self, files: &ThemeFiles) {
        for (number, file) in files.manifest.files.iter().enumerate() {
            let (path, template) = (file.path.trim_start_matches('/'), &file.template);
            let address = Address::file(path);
            let has_own = self.site.files.iter().any(|own| own.address == address);
            let problem = match Address::written(&format!("/{path}")) {
                _ if has_own => continue,
                Ok(_) if files.has(template) => {
                    self.add(address, Kind::Written(number as u32));
                    continue;
                }
                Ok(_) => format!("`files`: there is no template `{template}`"),
                Err(reason) => format!("`files`: `{path}` is no address: {reason}"),
            };
            let place = Place::file(format!("themes/{}/theme.yaml", files.manifest.name));
            self.problems.push(Diagnostic::error("template/missing", problem).at(place));
        }
    }
}

/// Years with articles in a language, newest first.
pub(super) fn years(site: &Site, lang: &str) -> Vec<i32> {
    let dated = site
        .pages
        .iter()
        .filter(|page| page.lang() == lang)
        .filter_map(|page| page.document.front.date);
    let mut years: Vec<i32> = dated.map(|date| date.year()).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    years
}

/// Drops what stands at a taken address, with an error that names both; remembers every address.
fn unique(
    site: &Site,
    outputs: Vec<Output>,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Output>, Addresses) {
    let paths: Vec<String> = outputs.iter().map(|output| output.address.output_path()).collect();
    let mut addresses = Addresses::with_capacity(outputs.len());
    let mut taken = Taken::with_capacity_and_hasher(outputs.len(), Default::default());
    let mut kept: Vec<Output> = Vec::with_capacity(outputs.len());
    for (output, path) in outputs.into_iter().zip(&paths) {
        // A static file of the theme gives way to the site's own of the same name.
        match taken.get(&**path) {
            Some(first) => {
                if let Some(problem) = collision(site, &kept[*first], &output) {
                    problems.push(problem);
                }
            }
            None => {
                let target = match output.kind {
                    Kind::Page(id) => Some(Target::Page(id)),
                    Kind::Section { id, pager: 0 } => Some(Target::Section(id)),
                    Kind::Copy(number) => Some(Target::File(number)),
                    _ => None,
                };
                addresses.insert(&output.address, target);
                taken.insert(path, kept.len());
                kept.push(output);
            }
        }
    }
    file_and_folder(site, &kept, &paths, &taken, problems);
    (kept, addresses)
}

/// Outputs by the path of their file.
type Taken<'a> = FxHashMap<&'a str, usize>;

/// `/x` as a file and `/x/` as a folder cannot both be written.
fn file_and_folder<'a>(
    site: &Site,
    outputs: &[Output],
    paths: &'a [String],
    taken: &Taken<'a>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for path in paths {
        let mut folder = &**path;
        while let Some(at) = folder.rfind('/') {
            folder = &folder[..at];
            if !seen.insert(folder) {
                break;
            }
            if let (Some(file), Some(inside)) = (taken.get(folder), taken.get(&**path)) {
                let (who, place) = owner(site, &outputs[*file]);
                let (inside, _) = owner(site, &outputs[*inside]);
                problems.push(with_place(
                    Diagnostic::error(
                        "site/file-and-folder",
                        format!("`/{folder}` is both a file ({who}) and a folder ({inside})"),
                    )
                    .hint("give one of them another address"),
                    place,
                ));
            }
        }
    }
}

fn collision(site: &Site, first: &Output, second: &Output) -> Option<Diagnostic> {
    let ((one, place), (two, other)) = (owner(site, first), owner(site, second));
    if one == two && matches!(second.kind, Kind::Redirect(_)) {
        return None;
    }
    let problem = Diagnostic::error(
        "site/address",
        format!("{two} and {one} have the same address `{}`", second.address),
    )
    .hint(way_out(site, first, second));
    Some(match (place, other) {
        (Some(first), Some(second)) => problem.note("the first one", first).at(second),
        (place, other) => with_place(problem, place.or(other)),
    })
}

/// What to do about two outputs with one address.
fn way_out(site: &Site, first: &Output, second: &Output) -> String {
    let of = |kind: &Kind| match kind {
        Kind::Taxonomy(number) | Kind::Term { taxonomy: number, .. } => Some(*number),
        _ => None,
    };
    if let Some(number) = of(&first.kind).or_else(|| of(&second.kind)) {
        let name = &site.taxonomies[number as usize].name;
        let instead = if name == "authors" {
            "; name, bio and picture of an author stand under `authors:` in byline.yaml"
        } else {
            ""
        };
        return format!("`{name}` has pages of its own: rename the file or its folder{instead}");
    }
    if [first, second].iter().any(|output| matches!(output.kind, Kind::Search { .. })) {
        return "rename the file, or write `search: false` into byline.yaml".into();
    }
    for (one, other) in [(first, second), (second, first)] {
        if let (Kind::Page(id), Kind::Section { id: section, .. }) = (&one.kind, &other.kind)
            && site.page(*id).document.kind == crate::content::Kind::Bundle
            && site.section(*section).document.is_none()
        {
            return "rename `index.md` to `_index.md`: a folder that holds articles is a section"
                .into();
        }
    }
    "give one of them another `slug`, `path` or file name".into()
}

fn with_place(problem: Diagnostic, place: Option<Place>) -> Diagnostic {
    match place {
        Some(place) => problem.at(place),
        None => problem,
    }
}

/// Who makes an output, in words, and where that stands in the author's files.
fn owner(site: &Site, output: &Output) -> (String, Option<Place>) {
    let of = |document: &Document, range: Option<std::ops::Range<usize>>| {
        let place = match range {
            Some(range) => Place::bytes(document.file.clone(), range),
            None => Place::file(document.file.clone()),
        };
        (format!("`{}`", document.file), Some(place))
    };
    let address_keys =
        |front: &FrontMatter| front.places.get("path").or_else(|| front.places.get("slug"));
    match &output.kind {
        Kind::Page(id) => {
            let document = &site.page(*id).document;
            of(document, address_keys(&document.front))
        }
        Kind::Section { id, .. } => match &site.section(*id).document {
            Some(document) => of(document, None),
            None => (format!("the section `content/{}`", site.section(*id).folder), None),
        },
        Kind::Redirect(old) => {
            let document = match old {
                Old::Page(id) => Some(&site.page(*id).document),
                Old::Section(id) => site.section(*id).document.as_ref(),
            };
            match document {
                Some(document) => {
                    let alias = document.front.aliases.iter().find(|(alias, _)| {
                        Address::written(alias).is_ok_and(|address| address == output.address)
                    });
                    let (name, place) = of(document, alias.map(|(_, range)| range.clone()));
                    (format!("an alias of {name}"), place)
                }
                None => ("an alias".into(), None),
            }
        }
        Kind::Copy(number) => {
            let source = &site.files[*number as usize].source;
            (format!("`{source}`"), Some(Place::file(source.clone())))
        }
        Kind::Taxonomy(number) => {
            (format!("the taxonomy `{}`", site.taxonomies[*number as usize].name), None)
        }
        Kind::Term { taxonomy, term, .. } => {
            let taxonomy = &site.taxonomies[*taxonomy as usize];
            let term = &taxonomy.terms[*term as usize].name;
            (format!("the term `{term}` of `{}`", taxonomy.name), None)
        }
        Kind::Archive { .. } => ("the archive".into(), None),
        Kind::Credits { .. } => ("the credits of the pictures".into(), None),
        Kind::Feeds { .. } => ("the list of feeds".into(), None),
        Kind::BuiltIn(path) => (format!("the theme's `{path}`"), None),
        _ => (format!("the site's own `{}`", output.address.output_path()), None),
    }
}
