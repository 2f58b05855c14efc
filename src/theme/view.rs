//! The recorded view: the only way by which an output reads the site.
//!
//! Every method that gives something of the rest of the site notes a [`Question`]; what stands in the
//! configuration and the theme's manifest is part of every output's key and is not noted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tera::Value;

use super::Manifest;
use super::context;
use super::figure::Figure;
use super::pictures;
use super::question::{List, Question};
use super::world::{Picture, World};
use crate::asset::{Copies, Original};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::site::link::{Broken, Link, Origin, resolve};
use crate::site::related::Related;
use crate::site::url::Address;
use crate::site::{Page, PageId, Section, SectionId, Series, Target, Taxonomy, Term};

/// So many names are kept from output to output.
const MOST_NAMES: usize = 24;

/// The site as one output sees it.
#[derive(Debug)]
pub struct View {
    world: Arc<World>,
    reads: Mutex<Vec<Question>>,
    /// Names in questions of this and earlier outputs.
    names: Mutex<Vec<Name>>,
    products: Mutex<Vec<Address>>,
}

/// A name in questions.
#[derive(Debug)]
struct Name {
    kind: Named,
    name: Arc<str>,
    /// By the present output.
    is_asked: bool,
}

/// Questions that many outputs ask by the same few names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Config,
    Style,
    Template,
    Component,
}

/// What stands around an article.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    pub lower: Option<PageId>,
    pub higher: Option<PageId>,
    pub backlinks: &'a [PageId],
    pub series: Option<(&'a Series, u32)>,
}

impl View {
    pub fn new(world: Arc<World>) -> View {
        View { world, reads: Mutex::default(), names: Mutex::default(), products: Mutex::default() }
    }

    /// Gives what was asked since the last call, sorted, each once.
    pub fn take(&self) -> Vec<Question> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        // Names that many outputs ask for are kept, so that they are made once.
        names.truncate(MOST_NAMES);
        names.iter_mut().for_each(|name| name.is_asked = false);
        drop(names);
        let mut reads = self.lock();
        reads.sort_unstable();
        reads.dedup();
        let taken = reads.as_slice().to_vec();
        reads.clear();
        taken
    }

    /// Gives the files that were called into being since the last call, sorted, each once.
    pub fn take_products(&self) -> Vec<Address> {
        let mut products = self.products.lock().unwrap_or_else(PoisonError::into_inner);
        let mut products = std::mem::take(&mut *products);
        products.sort_unstable();
        products.dedup();
        products
    }

    /// Forgets what an output that failed was told.
    pub fn forget(&self) {
        self.take();
        self.take_products();
    }

    /// Takes over what another view was asked on behalf of this one.
    pub fn absorb(&self, reads: Vec<Question>, products: Vec<Address>) {
        self.lock().extend(reads);
        self.products.lock().unwrap_or_else(PoisonError::into_inner).extend(products);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Question>> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn note(&self, question: Question) {
        self.lock().push(question);
    }

    /// Notes a question about something that has a name. Most outputs ask the same few again and again.
    fn note_name(&self, kind: Named, name: &str) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let known = names.iter_mut().find(|known| known.kind == kind && &*known.name == name);
        let name = match known {
            Some(known) if known.is_asked => return,
            Some(known) => {
                known.is_asked = true;
                known.name.clone()
            }
            None => {
                let name: Arc<str> = name.into();
                names.push(Name { kind, name: name.clone(), is_asked: true });
                name
            }
        };
        drop(names);
        self.note(match kind {
            Named::Config => Question::Config(name),
            Named::Style => Question::Style(name),
            Named::Template => Question::Template(name),
            Named::Component => Question::Component(name),
        });
    }

    /// Notes that a template was looked for.
    pub fn note_template(&self, name: &str) {
        self.note_name(Named::Template, name);
    }

    /// Notes that a component was looked for.
    pub fn note_component(&self, name: &str) {
        self.note_name(Named::Component, name);
    }

    /// For values that are made once for all outputs; what they hold is covered by a question of their own.
    pub(super) fn unrecorded(&self) -> &World {
        &self.world
    }

    // What is part of every key.

    pub fn options(&self) -> &Config {
        &self.world.site.config
    }

    pub fn manifest(&self) -> &Manifest {
        &self.world.manifest
    }

    pub fn site_title(&self, lang: &str) -> &str {
        self.world.site.title(lang)
    }

    pub fn site_description(&self, lang: &str) -> &str {
        self.world.site.description(lang)
    }

    pub fn permalink(&self, address: &Address) -> String {
        self.world.site.permalink(address)
    }

    pub fn url(&self, address: &Address) -> String {
        self.world.site.url(address)
    }

    pub fn archive_address(&self, lang: &str, year: Option<i32>) -> Address {
        self.world.site.archive_address(lang, year)
    }

    pub fn credits_address(&self, lang: &str) -> Address {
        self.world.site.credits_address(lang)
    }

    /// A word of the theme in a language.
    pub fn word(&self, key: &str, lang: &str) -> Option<&str> {
        self.world.word(key, lang)
    }

    // What is noted.

    /// The configuration as pages of a language see it.
    pub fn config(&self, lang: &str) -> Value {
        self.note_name(Named::Config, lang);
        context::config(&self.world, lang)
    }

    pub fn theme(&self) -> Value {
        context::theme(&self.world)
    }

    /// An article as lists show it.
    pub fn card(&self, id: PageId) -> Value {
        self.note(Question::Card(id));
        context::card(&self.world, id)
    }

    pub fn cards(&self, ids: &[PageId]) -> Value {
        Value::from(ids.iter().map(|id| self.card(*id)).collect::<Vec<_>>())
    }

    /// An article's own facts, those of its card. What stands around it is asked for apart.
    pub fn page(&self, id: PageId) -> &Page {
        self.note(Question::Card(id));
        self.world.site.page(id)
    }

    /// Language and address of each version of an article.
    pub fn page_versions(&self, id: PageId) -> Vec<(&str, &Address)> {
        self.note(Question::Card(id));
        self.world.site.page_versions(id)
    }

    /// Language and address of each version of a section.
    pub fn section_versions(&self, id: SectionId) -> Vec<(&str, &Address)> {
        self.note(Question::WholeSection(id));
        self.world.site.section_versions(id)
    }

    /// The text of an article or a section, for who shows it.
    pub fn text(&self, target: Target) -> Option<Origin<'_>> {
        self.note(Question::Text(target));
        self.world.origin(target)
    }

    /// Where a link of a text leads; the answer belongs to [`View::text`] of that text.
    ///
    /// # Errors
    /// When it leads nowhere.
    pub fn resolve<'a>(&'a self, from: Origin<'_>, target: &'a str) -> Result<Link<'a>, Broken> {
        resolve(&self.world.site, &self.world.addresses, from, target)
    }

    /// The card that is drawn for an article; what stands on it is of the article's own card.
    pub fn social_card(&self, id: PageId) -> Option<&Address> {
        self.note(Question::Card(id));
        self.world.pictures.card_of(id.0 as usize)
    }

    /// A picture that a text names; the answer belongs to [`View::text`] of that text.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn picture<'a>(&'a self, from: Origin<'_>, src: &'a str) -> Result<Picture<'a>, Broken> {
        self.world.picture(from, src)
    }

    /// The figure of [`View::picture`]; `base` stands before addresses of the site.
    pub fn figure<'a>(
        &'a self,
        found: Option<&Picture<'a>>,
        src: &'a str,
        own: &context::PictureText<'a>,
        base: &str,
    ) -> Figure<'a> {
        context::figure(&self.world, found, src, own, base)
    }

    pub fn around(&self, id: PageId) -> Around<'_> {
        self.note(Question::Around(id));
        let page = self.world.site.page(id);
        Around {
            lower: page.lower,
            higher: page.higher,
            backlinks: &page.backlinks,
            series: page
                .series
                .map(|(number, position)| (&self.world.site.series[number as usize], position)),
        }
    }

    /// The address of the page of one of an article's authors.
    pub fn author(&self, id: PageId, key: &str) -> Option<String> {
        let path = self.world.author_address(self.page(id).lang(), key)?;
        Some(format!("{}{path}", self.options().base_url.url))
    }

    /// The series that an article is a part of.
    pub fn series(&self, id: PageId) -> Option<&Series> {
        let (number, _) = self.page(id).series?;
        Some(&self.world.site.series[number as usize])
    }

    /// The address of the page of [`View::series`].
    pub fn series_page(&self, lang: &str, series: &Series) -> Option<String> {
        let path = self.world.series_address(lang, &series.name)?;
        Some(format!("{}{path}", self.options().base_url.url))
    }

    /// What an article shows of those that link to it.
    pub fn backlink(&self, id: PageId) -> &Page {
        // `Around` holds title, address and language.
        self.world.site.page(id)
    }

    pub fn related(&self, id: PageId) -> &[Related] {
        self.note(Question::Related(id));
        &self.world.site.related[id.0 as usize]
    }

    /// Why an article is related; the answer belongs to [`View::related`].
    pub fn why(&self, id: PageId, found: &Related) -> Vec<&str> {
        self.world.site.why(id, found)
    }

    /// What articles say of a section; its list is asked for apart.
    pub fn section(&self, id: SectionId) -> &Section {
        self.note(Question::Section(id));
        self.world.site.section(id)
    }

    /// A section for its own page.
    pub fn whole_section(&self, id: SectionId) -> &Section {
        self.note(Question::WholeSection(id));
        self.world.site.section(id)
    }

    /// The home page of a language; that there is one is part of the configuration's answer.
    pub fn home(&self, lang: &str) -> SectionId {
        self.note_name(Named::Config, lang);
        self.world.site.home(lang).unwrap_or(SectionId(0))
    }

    /// Sections from the home page down to this one.
    pub fn trail(&self, id: SectionId) -> Vec<SectionId> {
        self.note(Question::Section(id));
        self.world.site.trail(id)
    }

    pub fn taxonomy(&self, number: u32) -> &Taxonomy {
        self.note(Question::Taxonomy(number));
        &self.world.site.taxonomies[number as usize]
    }

    pub fn terms(&self, taxonomy: u32) -> &[Term] {
        self.note(Question::Terms(taxonomy));
        &self.world.site.taxonomies[taxonomy as usize].terms
    }

    pub fn term(&self, taxonomy: u32, term: u32) -> &Term {
        self.note(Question::Term { taxonomy, term });
        &self.world.site.taxonomies[taxonomy as usize].terms[term as usize]
    }

    /// The taxonomy of a name in a language.
    pub fn find_taxonomy(&self, kind: &str, lang: &str) -> Option<u32> {
        self.note(Question::Kind { kind: kind.into(), lang: lang.into() });
        self.world.find_taxonomy(kind, lang)
    }

    pub fn count(&self, list: List) -> usize {
        self.note(Question::Count(list));
        self.world.list(list).len()
    }

    /// The articles at these places of a list.
    pub fn slice(&self, list: List, from: usize, to: usize) -> &[PageId] {
        self.note(Question::Slice { list, from: from as u32, to: to as u32 });
        self.world.slice(list, from, to)
    }

    /// All articles of a list.
    pub fn all(&self, list: List) -> &[PageId] {
        self.slice(list, 0, u32::MAX as usize)
    }

    pub fn newest(&self, list: List, limit: usize) -> Vec<PageId> {
        self.note(Question::Newest { list, limit: limit.min(u32::MAX as usize) as u32 });
        self.world.newest(list, limit)
    }

    /// Years of a language, newest first, with the number of their articles.
    pub fn years(&self, lang: &str) -> &[(i32, Vec<PageId>)] {
        self.note(Question::Archive { lang: lang.into(), year: None });
        self.world.years(lang)
    }

    /// The articles of a year, newest first.
    pub fn year(&self, lang: &str, year: i32) -> &[PageId] {
        self.note(Question::Archive { lang: lang.into(), year: Some(year) });
        self.world.year(lang, year)
    }

    /// The pictures of a language's pages with their credits.
    pub fn credits(&self, lang: &str) -> Value {
        self.note(Question::Credits(lang.into()));
        context::credits(&self.world, lang)
    }

    pub fn style(&self, name: &str) -> Option<&Address> {
        self.note_name(Named::Style, name);
        self.world.style(name)
    }

    /// What answers for a written address.
    pub fn find(&self, address: &str) -> Option<&str> {
        self.note(Question::Address(address.into()));
        self.world.addresses.find(address).map(|(found, _)| found)
    }

    /// What a path below `content/` names, and why nothing if it is not built.
    pub fn content(&self, path: &str, lang: Option<&str>) -> (Option<Target>, Option<&str>) {
        self.note(Question::Content { path: path.into(), lang: lang.unwrap_or_default().into() });
        self.world.find_content(path, lang)
    }

    /// HTML of the body of an article or a section, for templates that ask for another page's.
    pub fn html(&self, target: Target) -> String {
        self.world.helper().map_or_else(String::new, |helper| helper.content(target, self))
    }

    /// What the theme's own component makes of a picture, if it has one.
    pub(super) fn own_picture(
        &self,
        name: &str,
        figure: &Figure<'_>,
        lang: &str,
    ) -> Option<Result<String, Diagnostic>> {
        self.note_name(Named::Component, name);
        if !self.world.closures.has_component(name) {
            return None;
        }
        self.world.helper()?.picture(name, figure, lang, self)
    }

    /// The copies that a picture gets, by the widths of the theme and the site.
    pub(super) fn copies(&self, original: &Original) -> Copies {
        Copies::of(original, &self.world.wishes)
    }

    /// Address of what a source file became.
    pub fn address_of(&self, target: Target) -> &Address {
        match target {
            Target::Page(id) => self.note(Question::Card(id)),
            Target::Section(id) => self.note(Question::Section(id)),
            Target::File(_) => {}
        }
        self.world.site.address_of(target)
    }

    /// The source of the file that answers for an address.
    pub(super) fn find_file(&self, address: &str) -> Option<&str> {
        self.note(Question::Address(address.into()));
        self.world.file_at(address)
    }

    /// The address of a file that is published as it is.
    pub(super) fn published(&self, source: &str) -> Option<&Address> {
        let Some(Target::File(number)) = self.world.site.target(source) else { return None };
        let address = &self.world.site.files[number as usize].address;
        self.note(Question::Address(address.as_str().into()));
        Some(address)
    }

    /// The author's file of the page at an address, for messages.
    pub(super) fn file_at(&self, address: &str) -> Option<&str> {
        let (_, target) = self.world.addresses.find(address)?;
        self.world.origin(target?).map(|origin| &*origin.document.file)
    }

    /// What is known of a picture; `read` reads it at the first question.
    pub(super) fn original(
        &self,
        source: &str,
        read: impl FnOnce() -> Option<pictures::Known>,
    ) -> Option<pictures::Known> {
        self.note(Question::File(source.into()));
        self.world.pictures.original(source, read)
    }

    /// Wants a resized picture at an address.
    pub(super) fn want(&self, address: Address, wanted: pictures::Wanted) {
        self.products.lock().unwrap_or_else(PoisonError::into_inner).push(address.clone());
        self.world.pictures.want_at(address, wanted);
    }

    /// Bytes of a file of the site that are not needed a second time.
    pub(super) fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>> {
        self.note(Question::File(path.into()));
        self.world.read_once(path)
    }

    /// Bytes of a file of the site.
    pub fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>> {
        self.note(Question::File(path.into()));
        self.world.read(path)
    }
}
