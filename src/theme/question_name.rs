//! Questions by name: how a cache keeps them and how a person reads them.
//!
//! Numbers of articles, sections and terms change from build to build; names do not. A question is written
//! as a few words, the names of things in it ended by a line feed, because only the last of them may hold
//! spaces in the middle.

use super::question::{List, Question};
use super::world::World;
use crate::site::{SectionId, Target};

impl World {
    /// The name of a question: `card content/posts/x.md`.
    pub fn name(&self, question: &Question) -> String {
        let site = &self.site;
        let page = |id: &crate::site::PageId| &*site.page(*id).document.file;
        match question {
            Question::Config(lang) => format!("config {lang}"),
            Question::Template(name) => format!("template {name}"),
            Question::Component(name) => format!("component {name}"),
            Question::Style(name) => format!("style {name}"),
            Question::Address(path) => format!("address {path}"),
            Question::File(path) => format!("file {path}"),
            Question::Content { path, lang } => format!("content {lang}\n{path}"),
            Question::Kind { kind, lang } => format!("kind {lang}\n{kind}"),
            Question::Card(id) => format!("card {}", page(id)),
            Question::Text(Target::Page(id)) => format!("text {}", page(id)),
            Question::Text(Target::Section(id)) => {
                format!("section-text {}", self.section_name(*id))
            }
            Question::Text(Target::File(number)) => {
                format!("file {}", site.files[*number as usize].source)
            }
            Question::Around(id) => format!("around {}", page(id)),
            Question::Related(id) => format!("related {}", page(id)),
            Question::Section(id) => format!("section {}", self.section_name(*id)),
            Question::WholeSection(id) => format!("whole-section {}", self.section_name(*id)),
            Question::Taxonomy(number) => format!("taxonomy {}", self.taxonomy_name(*number)),
            Question::Terms(number) => format!("terms {}", self.taxonomy_name(*number)),
            Question::Term { taxonomy, term } => {
                format!("term {}", self.term_name(*taxonomy, *term))
            }
            Question::Count(list) => format!("count {}", self.list_name(*list)),
            Question::Slice { list, from, to } => {
                format!("slice {from} {to} {}", self.list_name(*list))
            }
            Question::Newest { list, limit } => format!("newest {limit} {}", self.list_name(*list)),
            Question::Archive { lang, year: None } => format!("years {lang}"),
            Question::Archive { lang, year: Some(year) } => format!("year {year} {lang}"),
            Question::Credits(lang) => format!("credits {lang}"),
            Question::Feeds(lang) => format!("feeds {lang}"),
            Question::Redirects => "redirects".to_string(),
            Question::Sitemap => "sitemap".to_string(),
        }
    }

    /// The question of a name; `None` when what it is about is not there any more.
    pub fn question(&self, name: &str) -> Option<Question> {
        let (kind, rest) = name.split_once(' ').unwrap_or((name, ""));
        let page = |file: &str| match self.site.target(file) {
            Some(Target::Page(id)) => Some(id),
            _ => None,
        };
        let two = |rest: &str| rest.split_once('\n').map(|(lang, name)| (lang.into(), name.into()));
        Some(match kind {
            "config" => Question::Config(rest.into()),
            "template" => Question::Template(rest.into()),
            "component" => Question::Component(rest.into()),
            "style" => Question::Style(rest.into()),
            "address" => Question::Address(rest.into()),
            "file" => Question::File(rest.into()),
            "content" => two(rest).map(|(lang, path)| Question::Content { path, lang })?,
            "kind" => two(rest).map(|(lang, kind)| Question::Kind { kind, lang })?,
            "card" => Question::Card(page(rest)?),
            "text" => Question::Text(Target::Page(page(rest)?)),
            "section-text" => Question::Text(Target::Section(self.named_section(rest)?)),
            "around" => Question::Around(page(rest)?),
            "related" => Question::Related(page(rest)?),
            "section" => Question::Section(self.named_section(rest)?),
            "whole-section" => Question::WholeSection(self.named_section(rest)?),
            "taxonomy" => Question::Taxonomy(self.named_taxonomy(rest)?),
            "terms" => Question::Terms(self.named_taxonomy(rest)?),
            "term" => match self.named_list(&format!("term {rest}"))? {
                List::Term { taxonomy, term } => Question::Term { taxonomy, term },
                List::Section(_) => return None,
            },
            "count" => Question::Count(self.named_list(rest)?),
            "slice" => {
                let (from, rest) = rest.split_once(' ')?;
                let (to, rest) = rest.split_once(' ')?;
                let list = self.named_list(rest)?;
                Question::Slice { list, from: from.parse().ok()?, to: to.parse().ok()? }
            }
            "newest" => {
                let (limit, rest) = rest.split_once(' ')?;
                Question::Newest { list: self.named_list(rest)?, limit: limit.parse().ok()? }
            }
            "years" => Question::Archive { lang: rest.into(), year: None },
            "year" => {
                let (year, lang) = rest.split_once(' ')?;
                Question::Archive { lang: lang.into(), year: Some(year.parse().ok()?) }
            }
            "credits" => Question::Credits(rest.into()),
            "feeds" => Question::Feeds(rest.into()),
            "redirects" => Question::Redirects,
            "sitemap" => Question::Sitemap,
            _ => return None,
        })
    }

    fn section_name(&self, id: SectionId) -> String {
        let section = self.site.section(id);
        format!("{}\n{}", section.lang, section.folder)
    }

    fn named_section(&self, name: &str) -> Option<SectionId> {
        let (lang, folder) = name.split_once('\n')?;
        self.site.find_section(lang, folder)
    }

    fn taxonomy_name(&self, number: u32) -> String {
        let taxonomy = &self.site.taxonomies[number as usize];
        format!("{}\n{}", taxonomy.lang, taxonomy.name)
    }

    fn named_taxonomy(&self, name: &str) -> Option<u32> {
        let (lang, name) = name.split_once('\n')?;
        self.find_taxonomy(name, lang)
    }

    fn term_name(&self, taxonomy: u32, term: u32) -> String {
        let terms = &self.site.taxonomies[taxonomy as usize].terms;
        format!("{}\n{}", self.taxonomy_name(taxonomy), terms[term as usize].slug)
    }

    fn list_name(&self, list: List) -> String {
        match list {
            List::Section(id) => format!("section {}", self.section_name(id)),
            List::Term { taxonomy, term } => format!("term {}", self.term_name(taxonomy, term)),
        }
    }

    fn named_list(&self, name: &str) -> Option<List> {
        if let Some(name) = name.strip_prefix("section ") {
            return self.named_section(name).map(List::Section);
        }
        let (taxonomy, slug) = name.strip_prefix("term ")?.rsplit_once('\n')?;
        let taxonomy = self.named_taxonomy(taxonomy)?;
        self.find_term(taxonomy, slug).map(|term| List::Term { taxonomy, term })
    }
}
