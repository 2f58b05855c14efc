//! Answers as fingerprints: whether an output that asked would be told the same again.
//!
//! Values that are few are made and hashed as templates see them, so that nothing of them can be forgotten. For
//! cards, texts and lists, which are many, the parts that they are made of are hashed.

use tera::Value;

use super::context;
use super::question::Question;
use super::world::World;
use crate::engine::{Fingerprint, Hasher};
use crate::site::related::Why;
use crate::site::url::Address;
use crate::site::{PageId, SectionId, Target};

impl World {
    /// The fingerprint of the answer to a question; none when there is nothing to tell.
    pub fn answer(&self, question: &Question) -> Fingerprint {
        let site = &self.site;
        match question {
            Question::Config(lang) => self.config_print(lang),
            Question::Template(name) => self.closures.template(name),
            Question::Component(name) => self.closures.component(name),
            Question::Style(name) => of_address(self.style(name)),
            Question::Address(path) => match self.addresses.find(path) {
                Some((found, _)) => Hasher::new().text(found).maybe(self.file_at(path)).finish(),
                None => Fingerprint::NONE,
            },
            Question::File(path) => self.file_print(path),
            Question::Content { path, lang } => self.content_print(path, lang),
            Question::Kind { kind, lang } => match self.find_taxonomy(kind, lang) {
                Some(_) => Fingerprint::of(kind.as_bytes()),
                None => Fingerprint::NONE,
            },
            Question::Card(id) => self.card_print(*id),
            Question::Text(target) => self.text_print(*target),
            Question::Around(id) => self.around_print(*id),
            Question::Related(id) => self.related_print(*id),
            Question::Section(id) => self.section_print(*id),
            Question::WholeSection(id) => self.whole_section_print(*id),
            Question::Taxonomy(number) => {
                of_value(&context::taxonomy(self, &site.taxonomies[*number as usize]))
            }
            Question::Terms(number) => self.terms_print(*number),
            Question::Term { taxonomy, term } => self.term_print(*taxonomy, *term),
            Question::Count(list) => Hasher::new().number(self.list(*list).len() as u64).finish(),
            Question::Slice { list, from, to } => {
                self.pages_print(self.slice(*list, *from as usize, *to as usize))
            }
            Question::Newest { list, limit } => {
                self.pages_print(&self.newest(*list, *limit as usize))
            }
            Question::Archive { lang, year: Some(year) } => {
                self.pages_print(self.year(lang, *year))
            }
            Question::Archive { lang, year: None } => {
                let mut hasher = Hasher::new();
                for (year, pages) in self.years(lang) {
                    hasher.number(*year as u64).number(pages.len() as u64);
                }
                hasher.finish()
            }
            Question::Credits(lang) => of_value(&context::credits(self, lang)),
            Question::Feeds(lang) => of_value(&context::feeds(self, lang)),
            Question::Redirects => of_value(&context::redirects(self)),
            Question::Sitemap => self.sitemap_print(),
        }
    }

    fn config_print(&self, lang: &str) -> Fingerprint {
        let home = site_home(self, lang).map(|id| &self.site.section(id).address);
        let config = of_value(&context::config(self, lang));
        Hasher::new().print(config).print(of_address(home)).finish()
    }

    fn content_print(&self, path: &str, lang: &str) -> Fingerprint {
        match self.find_content(path, Some(lang).filter(|lang| !lang.is_empty())) {
            (Some(target), _) => {
                let address = self.site.address_of(target).as_str();
                Hasher::new()
                    .text(address)
                    .number(matches!(target, Target::Page(_)).into())
                    .finish()
            }
            (None, Some(reason)) => Fingerprint::of(reason.as_bytes()),
            (None, None) => Fingerprint::NONE,
        }
    }

    /// Everything that `context::card` shows of an article.
    pub fn card_print(&self, id: PageId) -> Fingerprint {
        *self.prints.cards[id.0 as usize].get_or_init(|| {
            let mut hasher = Hasher::new();
            let site = &self.site;
            // Without a rest: whoever adds a field decides here whether cards show it.
            let crate::site::Page {
                document,
                address,
                section,
                lower: _,
                higher: _,
                translations,
                terms,
                series,
                backlinks: _,
            } = site.page(id);
            hasher.print(self.prints.facts[id.0 as usize]).text(address.as_str());
            hasher.print(self.section_print(*section));
            for (taxonomy, term) in terms {
                hasher.print(self.prints.links[*taxonomy as usize][*term as usize]);
            }
            // Bylines know the address of the author's page.
            hasher.number(document.front.authors.len() as u64);
            for key in &document.front.authors {
                hasher.maybe(self.author_address(document.lang.as_str(), key));
            }
            for other in translations {
                let other = site.page(*other);
                hasher.text(other.title()).text(other.lang()).text(other.address.as_str());
                hasher.text(&other.document.file);
            }
            if let Some((number, position)) = series {
                let series = &site.series[*number as usize];
                hasher.text(&series.name).number(u64::from(*position));
                hasher.number(series.parts.len() as u64);
                hasher.maybe(self.series_address(document.lang.as_str(), &series.name));
            }
            let files = context::card_assets(self, document);
            hasher.number(files.len() as u64);
            for file in files {
                hasher.text(&file.source);
            }
            hasher.print(self.prints.leads[id.0 as usize]);
            hasher.finish()
        })
    }

    fn text_print(&self, target: Target) -> Fingerprint {
        match target {
            Target::Page(id) => self.prints.pages[id.0 as usize],
            Target::Section(id) => self.prints.sections[id.0 as usize],
            Target::File(number) => self.file_print(&self.site.files[number as usize].source),
        }
    }

    fn around_print(&self, id: PageId) -> Fingerprint {
        let site = &self.site;
        let mut hasher = Hasher::new();
        let page = site.page(id);
        let file = |id: PageId| &*site.page(id).document.file;
        hasher.maybe(page.lower.map(file)).maybe(page.higher.map(file));
        if let Some((number, position)) = page.series {
            hasher.number(u64::from(position));
            for part in &site.series[number as usize].parts {
                hasher.text(file(*part));
            }
        }
        for other in &page.backlinks {
            let other = site.page(*other);
            hasher.text(other.title()).text(other.lang()).text(other.address.as_str());
        }
        hasher.finish()
    }

    fn related_print(&self, id: PageId) -> Fingerprint {
        let mut hasher = Hasher::new();
        let this = &self.site.page(id).document.terms;
        for found in &self.site.related[id.0 as usize] {
            let other = &self.site.pages[found.index as usize].document;
            hasher.text(&other.file).number(u64::from(found.score));
            // Tags are spelled by the article's own card. Words are spelled by one of the two texts: which of
            // their forms is part of the answer.
            for why in &found.why {
                match why {
                    Why::Tag(key) => hasher.number(*key),
                    Why::Term(stem) => {
                        hasher.maybe(this.name(*stem).or_else(|| other.terms.name(*stem)))
                    }
                };
            }
        }
        hasher.finish()
    }

    fn section_print(&self, id: SectionId) -> Fingerprint {
        *self.prints.places[id.0 as usize].get_or_init(|| {
            let mut hasher = Hasher::new();
            let values = context::section_values(self, id);
            hasher.print(of_value(&values.ancestors)).print(of_value(&values.breadcrumbs));
            hasher.print(of_value(&values.link));
            for id in self.site.trail(id) {
                let section = self.site.section(id);
                let front = section.document.as_ref().map(|document| &document.front);
                hasher.maybe(front.and_then(|front| front.page_template.as_deref()));
                hasher.maybe(section.document.as_ref().map(|document| &*document.file));
            }
            let section = self.site.section(id);
            hasher.maybe(section.description()).text(&section.lang).number(section.feed.into());
            hasher.finish()
        })
    }

    fn whole_section_print(&self, id: SectionId) -> Fingerprint {
        let section = self.site.section(id);
        let value = of_value(&context::section_facts(self, id));
        let mut hasher = Hasher::new();
        hasher
            .print(value)
            .print(self.section_print(id))
            .print(self.text_print(Target::Section(id)));
        hasher.number(section.paginate_by as u64);
        for other in &section.translations {
            hasher.text(self.site.section(*other).address.as_str());
        }
        hasher.finish()
    }

    fn terms_print(&self, number: u32) -> Fingerprint {
        let taxonomy = &self.site.taxonomies[number as usize];
        let mut hasher = Hasher::new();
        for (index, term) in taxonomy.terms.iter().enumerate() {
            hasher.print(self.prints.links[number as usize][index]);
            hasher.text(&term.key).number(term.pages.len() as u64);
        }
        hasher.finish()
    }

    fn term_print(&self, taxonomy: u32, term: u32) -> Fingerprint {
        let (taxonomy, number) = (&self.site.taxonomies[taxonomy as usize], term as usize);
        let term = &taxonomy.terms[number];
        let value = of_value(&context::term_facts(self, taxonomy, term));
        Hasher::new().print(value).text(&term.key).number(taxonomy.feed.into()).finish()
    }

    fn pages_print(&self, pages: &[PageId]) -> Fingerprint {
        let mut hasher = Hasher::new();
        for id in pages {
            hasher.text(&self.site.page(*id).document.file);
        }
        hasher.number(pages.len() as u64).finish()
    }

    /// Addresses, dates and languages of everything that can stand in the sitemap.
    fn sitemap_print(&self) -> Fingerprint {
        let mut hasher = Hasher::new();
        let site = &self.site;
        for address in self.listed.get().into_iter().flatten() {
            hasher.text(address.as_str());
        }
        for page in &site.pages {
            let front = &page.document.front;
            let date = front.updated.or(front.date);
            hasher.maybe(date.map(|date| date.iso()).as_deref());
            hasher.text(page.address.as_str());
            for other in &page.translations {
                hasher.text(site.page(*other).address.as_str());
            }
        }
        for list in self.lists() {
            hasher.print(self.pages_print(self.list(list)));
        }
        hasher.finish()
    }
}

fn site_home(world: &World, lang: &str) -> Option<SectionId> {
    world.site.home(lang)
}

fn of_address(address: Option<&Address>) -> Fingerprint {
    address.map_or(Fingerprint::NONE, |address| Fingerprint::of(address.as_str().as_bytes()))
}

/// The fingerprint of a value as templates see it.
pub(super) fn of_value(value: &Value) -> Fingerprint {
    let mut hasher = Hasher::new();
    // Writing into memory does not fail; a value that is not written counts as nothing.
    let _ = serde_json::to_writer(&mut hasher, value);
    hasher.finish()
}
