//! Answers in a few words, for a person who wants to know why something was made again.

use super::question::{List, Question};
use super::world::World;
use crate::site::{PageId, Target};

/// Most characters of an answer.
const LONGEST: usize = 96;

impl World {
    /// The answer to a question in a few words; may be empty where a fingerprint says as much.
    pub fn tell(&self, question: &Question) -> String {
        let site = &self.site;
        let text = match question {
            Question::Card(id) => {
                let page = site.page(*id);
                let front = &page.document.front;
                let date = front.date.map(|date| date.iso()).unwrap_or_default();
                let tags: Vec<&str> =
                    front.taxonomies.values().flatten().map(|tag| &**tag).collect();
                format!("`{}`, {date} [{}] {}", page.title(), tags.join(", "), page.address)
            }
            Question::Around(id) => {
                let page = site.page(*id);
                let name = |id: Option<PageId>| id.map_or("-", |id| self.short(id));
                let (lower, higher) = (name(page.lower), name(page.higher));
                format!(
                    "newer {lower}, older {higher}, {} links from elsewhere",
                    page.backlinks.len()
                )
            }
            Question::Related(id) => {
                let related = &site.related[id.0 as usize];
                self.names(related.iter().map(|found| PageId(found.index)))
            }
            Question::Section(id) | Question::WholeSection(id) => {
                let section = site.section(*id);
                format!("`{}`, {} articles", section.title, section.pages.len())
            }
            Question::Text(Target::Page(_) | Target::Section(_)) => String::new(),
            Question::Term { taxonomy, term } => {
                let term = &site.taxonomies[*taxonomy as usize].terms[*term as usize];
                format!("`{}`, {} articles", term.name, term.pages.len())
            }
            Question::Terms(number) => {
                format!("{} terms", site.taxonomies[*number as usize].terms.len())
            }
            Question::Count(list) => self.list(*list).len().to_string(),
            Question::Slice { list, from, to } => {
                self.names(self.slice(*list, *from as usize, *to as usize).iter().copied())
            }
            Question::Newest { list, limit } => {
                self.names(self.newest(*list, *limit as usize).into_iter())
            }
            Question::Archive { lang, year } => match year {
                Some(year) => format!("{} articles", self.year(lang, *year).len()),
                None => format!("{} years", self.years(lang).len()),
            },
            Question::Address(path) => match self.addresses.find(path) {
                Some((found, _)) => found.to_string(),
                None => "nothing there".to_string(),
            },
            Question::Style(name) => self.style(name).map(ToString::to_string).unwrap_or_default(),
            _ => String::new(),
        };
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}...", &text[..end]),
            None => text,
        }
    }

    fn short(&self, id: PageId) -> &str {
        self.site.page(id).document.slug.as_str()
    }

    fn names(&self, ids: impl Iterator<Item = PageId>) -> String {
        let mut text = String::new();
        for id in ids {
            if text.len() > LONGEST {
                break;
            }
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(self.short(id));
        }
        text
    }

    /// Every list that a page of the site may show.
    pub(super) fn lists(&self) -> impl Iterator<Item = List> + '_ {
        let sections = (0..self.site.sections.len() as u32)
            .map(|id| List::Section(crate::site::SectionId(id)));
        let terms = self.site.taxonomies.iter().enumerate().flat_map(|(taxonomy, all)| {
            (0..all.terms.len() as u32)
                .map(move |term| List::Term { taxonomy: taxonomy as u32, term })
        });
        sections.chain(terms)
    }
}
