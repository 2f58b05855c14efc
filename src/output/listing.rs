//! Pages that list articles: sections, terms, taxonomies, the archive, and the page for addresses that do not exist.

use super::Scope;
use super::head::{self, Head, List};
use super::maker::{Maker, Render};
use super::page::chosen;
use super::plan::{pager_address, pagers, years};
use super::prose::Filler;
use crate::diagnostic::Diagnostic;
use crate::site::url::Address;
use crate::site::{PageId, Section, SectionId, Site, Target};
use crate::theme::{Context, Value, World, context};
use context::object;

/// A paginated list.
struct Pager<'a> {
    pages: &'a [PageId],
    paginate_by: usize,
    first: &'a Address,
    number: usize,
}

impl<'a> Pager<'a> {
    fn count(&self) -> usize {
        pagers(self.pages.len(), self.paginate_by)
    }

    fn own(&self) -> &'a [PageId] {
        let start = (self.number * self.paginate_by).min(self.pages.len());
        &self.pages[start..(start + self.paginate_by).min(self.pages.len())]
    }

    fn value(&self, world: &World) -> Value {
        let site = &world.site;
        let at = |number: usize| pager_address(self.first, number);
        let full = |number: usize| Value::from(site.permalink(&at(number)));
        let url = |number: usize| Value::from(site.url(&at(number)));
        let last = self.count() - 1;
        let has_previous = self.number > 0;
        let has_next = self.number < last;
        let or_none = |there: bool, value: Value| if there { value } else { Value::none() };
        Value::from(object([
            ("paginate_by", Value::from(self.paginate_by)),
            ("base_url", Value::from(format!("{}page/", site.permalink(self.first)))),
            ("number_pagers", Value::from(self.count())),
            ("first", full(0)),
            ("last", full(last)),
            ("previous", or_none(has_previous, full(self.number.saturating_sub(1)))),
            ("next", or_none(has_next, full(self.number + 1))),
            ("first_url", url(0)),
            ("last_url", url(last)),
            ("previous_url", or_none(has_previous, url(self.number.saturating_sub(1)))),
            ("next_url", or_none(has_next, url(self.number + 1))),
            ("pages", context::cards(world, self.own())),
            ("current_index", Value::from(self.number + 1)),
            ("total_pages", Value::from(self.pages.len())),
        ]))
    }
}

/// Texts that a list's head borrows.
struct Texts {
    permalink: String,
    home: String,
}

fn texts(site: &Site, lang: &str, address: &Address) -> Texts {
    let home = site.home(lang).unwrap_or(SectionId(0));
    Texts { permalink: site.permalink(address), home: site.permalink(&site.section(home).address) }
}

fn finish(
    maker: &Maker,
    mut context: Context,
    head: &Head<'_>,
    template: String,
    subject: &str,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    context.insert_value("head", head.value(&maker.world));
    maker.theme.render(&template, &context, subject, out).map_err(|problem| vec![problem])?;
    Ok(Render { template })
}

/// Makes a list page of a section or the home page.
pub(super) fn section(
    maker: &Maker,
    id: SectionId,
    number: usize,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let site = &world.site;
    let section = site.section(id);
    let template = section_template(maker, section)?;
    let content = content(maker, id)?;
    let address = pager_address(&section.address, number);
    let pager = Pager {
        pages: &section.pages,
        paginate_by: section.paginate_by,
        first: &section.address,
        number,
    };
    let mut context = context::common(world, &section.lang, Some(&address));
    let is_paginated = section.paginate_by > 0;
    context.insert_value("section", context::section(world, id, &content, !is_paginated));
    if is_paginated {
        context.insert_value("paginator", pager.value(world));
    }
    let texts = texts(site, &section.lang, &address);
    let mut head = head::list(
        world,
        &List {
            lang: &section.lang,
            name: &section.title,
            description: section.description().unwrap_or_else(|| {
                if section.is_home() { site.description(&section.lang) } else { "" }
            }),
            is_home: section.is_home(),
            first: &section.address,
            pager: number,
            pagers: pager.count(),
            permalink: &texts.permalink,
            home: &texts.home,
        },
    );
    if number == 0 {
        head.alternates = head::section_versions(site, section);
    }
    if section.feed && !section.is_home() {
        let scope = Scope::Section(id);
        head.feeds.push((head::scope_title(site, scope), scope));
    }
    head.has_code = section.document.as_ref().is_some_and(|document| document.prose.has_code);
    let subject = section
        .document
        .as_ref()
        .map_or_else(|| address.to_string(), |document| document.file.to_string());
    finish(maker, context, &head, template, &subject, out)
}

/// The template of a section: its own choice, else by its kind.
fn section_template(maker: &Maker, section: &Section) -> Result<String, Vec<Diagnostic>> {
    match &section.document {
        Some(document) if document.front.template.is_some() => {
            let name = document.front.template.as_deref().unwrap_or_default();
            chosen(maker, &document.file, document.front.places.get("template"), name)
        }
        _ if section.is_home() => maker.needed("index.html"),
        _ => match maker.theme.files().first(["section.html", "index.html"]) {
            Some(name) => Ok(name.to_string()),
            None => maker.needed("section.html"),
        },
    }
}

/// The section's own text.
fn content(maker: &Maker, id: SectionId) -> Result<String, Vec<Diagnostic>> {
    let mut html = String::new();
    let Some(document) = &maker.world.site.section(id).document else { return Ok(html) };
    if let Some(filler) = Filler::new(&maker.world, &maker.theme, Target::Section(id), false) {
        crate::markdown::write(&document.prose, &filler, &mut html);
        let problems = filler.problems.into_inner();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    Ok(html)
}

/// Makes the list of all terms of a taxonomy.
pub(super) fn taxonomy(
    maker: &Maker,
    number: u32,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let site = &world.site;
    let taxonomy = &site.taxonomies[number as usize];
    let own = format!("{}/list.html", taxonomy.name);
    let template = first(maker, &[&own, "taxonomy_list.html"])?;
    let mut context = context::common(world, &taxonomy.lang, Some(&taxonomy.address));
    context.insert_value("taxonomy", context::taxonomy(world, taxonomy));
    let terms: Vec<Value> =
        taxonomy.terms.iter().map(|term| context::term(world, taxonomy, term, false)).collect();
    context.insert_value("terms", Value::from(terms));
    let name = context::taxonomy_title(world, taxonomy);
    let texts = texts(site, &taxonomy.lang, &taxonomy.address);
    let list = plain_list(&taxonomy.lang, &name, &taxonomy.address, &texts);
    let head = head::list(world, &list);
    finish(maker, context, &head, template, taxonomy.address.as_str(), out)
}

fn plain_list<'a>(lang: &'a str, name: &'a str, first: &'a Address, texts: &'a Texts) -> List<'a> {
    List {
        lang,
        name,
        description: "",
        is_home: false,
        first,
        pager: 0,
        pagers: 1,
        permalink: &texts.permalink,
        home: &texts.home,
    }
}

fn first(maker: &Maker, names: &[&str]) -> Result<String, Vec<Diagnostic>> {
    match maker.theme.files().first(names.iter().copied()) {
        Some(name) => Ok(name.to_string()),
        None => maker.needed(names[names.len() - 1]),
    }
}

/// Makes a list page of a term.
pub(super) fn term(
    maker: &Maker,
    taxonomy: u32,
    term: u32,
    number: usize,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let site = &world.site;
    let (taxonomy_number, term_number) = (taxonomy, term);
    let taxonomy = &site.taxonomies[taxonomy as usize];
    let term = &taxonomy.terms[term as usize];
    let own = format!("{}/single.html", taxonomy.name);
    let template = first(maker, &[&own, "taxonomy_single.html"])?;
    let address = pager_address(&term.address, number);
    let mut context = context::common(world, &taxonomy.lang, Some(&address));
    let is_paginated = taxonomy.paginate_by > 0;
    let pager = Pager {
        pages: &term.pages,
        paginate_by: taxonomy.paginate_by,
        first: &term.address,
        number,
    };
    context.insert_value("taxonomy", context::taxonomy(world, taxonomy));
    context.insert_value("term", context::term(world, taxonomy, term, !is_paginated));
    if is_paginated {
        context.insert_value("paginator", pager.value(world));
    }
    let texts = texts(site, &taxonomy.lang, &address);
    let author = (taxonomy.name == "authors").then(|| site.config.authors.get(&term.key)).flatten();
    let mut head = head::list(
        world,
        &List {
            description: author.and_then(|author| author.bio.as_deref()).unwrap_or_default(),
            pager: number,
            pagers: pager.count(),
            ..plain_list(&taxonomy.lang, &term.name, &term.address, &texts)
        },
    );
    if taxonomy.feed {
        let scope = Scope::Term { taxonomy: taxonomy_number, term: term_number };
        head.feeds.push((head::scope_title(site, scope), scope));
    }
    finish(maker, context, &head, template, address.as_str(), out)
}

/// Makes the archive's index or the page of one year.
pub(super) fn archive(
    maker: &Maker,
    lang: &str,
    year: Option<i32>,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let site = &world.site;
    let address = site.archive_address(lang, year);
    let home = site.home(lang).map(|id| site.section(id));
    let mut dated: Vec<PageId> = home.map(|home| home.pages.clone()).unwrap_or_default();
    let date = |id: &PageId| site.page(*id).document.front.date;
    dated.retain(|id| date(id).is_some());
    // The home page may be sorted by title or weight; the archive never is.
    dated.sort_by_key(|id| std::cmp::Reverse(date(id)));
    let of_year = |year: i32| {
        dated
            .iter()
            .copied()
            .filter(move |id| date(id).is_some_and(|date| date.year() == year))
            .collect::<Vec<_>>()
    };
    let list = years(site, lang).into_iter().map(|number| {
        let address = site.archive_address(lang, Some(number));
        Value::from(object([
            ("year", Value::from(i64::from(number))),
            ("url", Value::from(site.url(&address))),
            ("permalink", Value::from(site.permalink(&address))),
            ("path", Value::from(address.as_str())),
            ("page_count", Value::from(of_year(number).len())),
        ]))
    });
    let mut context = context::common(world, lang, Some(&address));
    context.insert_value("years", Value::from(list.collect::<Vec<_>>()));
    context
        .insert_value("year", year.map_or_else(Value::none, |year| Value::from(i64::from(year))));
    let pages = year.map(of_year).unwrap_or_default();
    context.insert_value("pages", context::cards(world, &pages));
    let months = pages
        .chunk_by(|a, b| date(a).map(|d| d.month()) == date(b).map(|d| d.month()))
        .map(|pages| {
            let month = date(&pages[0]).map_or(0, |date| date.month());
            Value::from(object([
                ("month", Value::from(month)),
                ("date", Value::from(date(&pages[0]).map(|date| date.iso()).unwrap_or_default())),
                ("pages", context::cards(world, pages)),
            ]))
        });
    context.insert_value("months", Value::from(months.collect::<Vec<_>>()));
    let texts = texts(site, lang, &address);
    let archive = world.word("archive", lang).unwrap_or("Archive");
    let name = year.map_or_else(|| archive.to_string(), |year| format!("{archive} {year}"));
    let head = head::list(world, &plain_list(lang, &name, &address, &texts));
    finish(maker, context, &head, "archive.html".to_string(), address.as_str(), out)
}

/// Makes the page that hosts show for an address that does not exist.
pub(super) fn not_found(maker: &Maker, out: &mut Vec<u8>) -> Result<Render, Vec<Diagnostic>> {
    let world = &*maker.world;
    let lang = &world.site.config.language;
    let context = context::common(world, lang, None);
    let head = Head {
        title: format!("404 | {}", world.site.title(lang)),
        feeds: head::site_feed(&world.site, lang),
        robots: Some("noindex"),
        ..Head::default()
    };
    finish(maker, context, &head, "404.html".to_string(), "/404.html", out)
}
