//! Pages that list articles: sections, terms, taxonomies, the archive, and the page for addresses that do not exist.

use super::head::{self, Head};
use super::maker::{Render, needed};
use super::page::chosen;
use super::plan::{pager_address, pagers};
use super::prose::Filler;
use super::{Output, Scope};
use crate::diagnostic::Diagnostic;
use crate::site::url::Address;
use crate::site::{PageId, Section, SectionId, Target};
use crate::theme::{Context, List, Renderer, Value, View, context};
use context::object;

/// A paginated list.
struct Pager<'a> {
    list: List,
    paginate_by: usize,
    first: &'a Address,
    number: usize,
}

impl Pager<'_> {
    fn count(&self, view: &View) -> usize {
        pagers(view.count(self.list), self.paginate_by)
    }

    fn value(&self, view: &View) -> Value {
        let at = |number: usize| pager_address(self.first, number);
        let full = |number: usize| Value::from(view.permalink(&at(number)));
        let url = |number: usize| Value::from(view.url(&at(number)));
        let last = self.count(view) - 1;
        let has_previous = self.number > 0;
        let has_next = self.number < last;
        let or_none = |there: bool, value: Value| if there { value } else { Value::none() };
        let start = self.number * self.paginate_by;
        let own = view.slice(self.list, start, start + self.paginate_by);
        Value::from(object([
            ("paginate_by", Value::from(self.paginate_by)),
            ("base_url", Value::from(format!("{}page/", view.permalink(self.first)))),
            ("number_pagers", Value::from(last + 1)),
            ("first", full(0)),
            ("last", full(last)),
            ("previous", or_none(has_previous, full(self.number.saturating_sub(1)))),
            ("next", or_none(has_next, full(self.number + 1))),
            ("first_url", url(0)),
            ("last_url", url(last)),
            ("previous_url", or_none(has_previous, url(self.number.saturating_sub(1)))),
            ("next_url", or_none(has_next, url(self.number + 1))),
            ("pages", view.cards(own)),
            ("current_index", Value::from(self.number + 1)),
            ("total_pages", Value::from(view.count(self.list))),
        ]))
    }
}

/// Texts that a list's head borrows.
struct Texts {
    permalink: String,
    home: String,
}

fn texts(view: &View, lang: &str, address: &Address) -> Texts {
    let home = &view.section(view.home(lang)).address;
    Texts { permalink: view.permalink(address), home: view.permalink(home) }
}

fn finish(
    renderer: &Renderer,
    mut context: Context,
    head: &Head<'_>,
    template: String,
    subject: &str,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    context.insert_value("head", head.value(&renderer.view));
    renderer.render(&template, &context, subject, out).map_err(|problem| vec![problem])?;
    Ok(Render::with(template))
}

/// Makes a list page of a section or the home page.
pub(super) fn section(
    renderer: &Renderer,
    id: SectionId,
    number: usize,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let section = view.whole_section(id);
    let template = section_template(renderer, section)?;
    let content = content(renderer, id)?;
    let address = pager_address(&section.address, number);
    let pager = Pager {
        list: List::Section(id),
        paginate_by: section.paginate_by,
        first: &section.address,
        number,
    };
    let mut context = context::common(view, &section.lang, Some(&address));
    let is_paginated = section.paginate_by > 0;
    context.insert_value("section", context::section(view, id, &content, !is_paginated));
    if is_paginated {
        context.insert_value("paginator", pager.value(view));
    }
    let texts = texts(view, &section.lang, &address);
    let mut head = head::list(
        view,
        &head::List {
            lang: &section.lang,
            name: &section.title,
            description: section.description().unwrap_or_else(|| {
                if section.is_home() { view.site_description(&section.lang) } else { "" }
            }),
            is_home: section.is_home(),
            first: &section.address,
            pager: number,
            pagers: pager.count(view),
            permalink: &texts.permalink,
            home: &texts.home,
        },
    );
    if number == 0 {
        head.alternates = head::hreflang(view.options(), &view.section_versions(id));
    }
    if section.feed && !section.is_home() {
        let scope = Scope::Section(id);
        head.feeds.push((head::scope_title(view, scope), scope));
    }
    head.has_code = section.document.as_ref().is_some_and(|document| document.prose.has_code);
    head.robots = section.document.as_ref().and_then(|document| head::robots(&document.front));
    let subject = section
        .document
        .as_ref()
        .map_or_else(|| address.to_string(), |document| document.file.to_string());
    finish(renderer, context, &head, template, &subject, out)
}

/// The template of a section: its own choice, else by its kind.
fn section_template(renderer: &Renderer, section: &Section) -> Result<String, Vec<Diagnostic>> {
    match &section.document {
        Some(document) if document.front.template.is_some() => {
            let name = document.front.template.as_deref().unwrap_or_default();
            chosen(renderer, &document.file, document.front.places.get("template"), name)
        }
        _ if section.is_home() => needed(renderer, "index.html"),
        _ => first(renderer, &["section.html", "index.html"], "section.html"),
    }
}

/// The section's own text.
fn content(renderer: &Renderer, id: SectionId) -> Result<String, Vec<Diagnostic>> {
    let mut html = String::new();
    if let Some(filler) = Filler::new(renderer, Target::Section(id), false) {
        crate::markdown::write(&filler.origin.document.prose, &filler, &mut html);
        let problems = filler.problems.into_inner();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    Ok(html)
}

/// Makes the list of all terms of a taxonomy.
pub(super) fn taxonomy(
    renderer: &Renderer,
    number: u32,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let taxonomy = view.taxonomy(number);
    let own = format!("{}/list.html", taxonomy.name);
    let template = first(renderer, &[&own, "taxonomy_list.html"], "taxonomy_list.html")?;
    let mut context = context::common(view, &taxonomy.lang, Some(&taxonomy.address));
    context.insert_value("taxonomy", context::taxonomy_of(view, number));
    let terms = 0..view.terms(number).len() as u32;
    let terms: Vec<Value> = terms.map(|term| context::term(view, number, term, false)).collect();
    context.insert_value("terms", Value::from(terms));
    let name = context::taxonomy_title(view, taxonomy);
    let texts = texts(view, &taxonomy.lang, &taxonomy.address);
    let list = plain_list(&taxonomy.lang, &name, &taxonomy.address, &texts);
    let head = head::list(view, &list);
    finish(renderer, context, &head, template, taxonomy.address.as_str(), out)
}

fn plain_list<'a>(
    lang: &'a str,
    name: &'a str,
    first: &'a Address,
    texts: &'a Texts,
) -> head::List<'a> {
    head::List {
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

/// The first template that is there, else the one that is missed.
fn first(renderer: &Renderer, names: &[&str], missed: &str) -> Result<String, Vec<Diagnostic>> {
    match renderer.first(names) {
        Some(name) => Ok(name.to_string()),
        None => needed(renderer, missed),
    }
}

/// Makes a list page of a term.
pub(super) fn term(
    renderer: &Renderer,
    taxonomy_number: u32,
    term_number: u32,
    number: usize,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let taxonomy = view.taxonomy(taxonomy_number);
    let term = view.term(taxonomy_number, term_number);
    let own = format!("{}/single.html", taxonomy.name);
    let template = first(renderer, &[&own, "taxonomy_single.html"], "taxonomy_single.html")?;
    let address = pager_address(&term.address, number);
    let mut context = context::common(view, &taxonomy.lang, Some(&address));
    let is_paginated = taxonomy.paginate_by > 0;
    let pager = Pager {
        list: List::Term { taxonomy: taxonomy_number, term: term_number },
        paginate_by: taxonomy.paginate_by,
        first: &term.address,
        number,
    };
    context.insert_value("taxonomy", context::taxonomy_of(view, taxonomy_number));
    context.insert_value("term", context::term(view, taxonomy_number, term_number, !is_paginated));
    if is_paginated {
        context.insert_value("paginator", pager.value(view));
    }
    let texts = texts(view, &taxonomy.lang, &address);
    let authors = &view.options().authors;
    let author = (taxonomy.name == "authors").then(|| authors.get(&term.key)).flatten();
    let mut head = head::list(
        view,
        &head::List {
            description: author.and_then(|author| author.bio.as_deref()).unwrap_or_default(),
            pager: number,
            pagers: pager.count(view),
            ..plain_list(&taxonomy.lang, &term.name, &term.address, &texts)
        },
    );
    if taxonomy.feed {
        let scope = Scope::Term { taxonomy: taxonomy_number, term: term_number };
        head.feeds.push((head::scope_title(view, scope), scope));
    }
    finish(renderer, context, &head, template, address.as_str(), out)
}

/// Makes the archive's index or the page of one year.
pub(super) fn archive(
    renderer: &Renderer,
    lang: &str,
    year: Option<i32>,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let address = view.archive_address(lang, year);
    let list = view.years(lang).iter().map(|(number, pages)| {
        let address = view.archive_address(lang, Some(*number));
        Value::from(object([
            ("year", Value::from(i64::from(*number))),
            ("url", Value::from(view.url(&address))),
            ("permalink", Value::from(view.permalink(&address))),
            ("path", Value::from(address.as_str())),
            ("page_count", Value::from(pages.len())),
        ]))
    });
    let mut context = context::common(view, lang, Some(&address));
    context.insert_value("years", Value::from(list.collect::<Vec<_>>()));
    context
        .insert_value("year", year.map_or_else(Value::none, |year| Value::from(i64::from(year))));
    let pages = year.map(|year| view.year(lang, year)).unwrap_or_default();
    context.insert_value("pages", view.cards(pages));
    let date = |id: &PageId| view.page(*id).document.front.date;
    let months = pages
        .chunk_by(|a, b| date(a).map(|d| d.month()) == date(b).map(|d| d.month()))
        .map(|pages| {
            let month = date(&pages[0]).map_or(0, |date| date.month());
            Value::from(object([
                ("month", Value::from(month)),
                ("date", Value::from(date(&pages[0]).map(|date| date.iso()).unwrap_or_default())),
                ("pages", view.cards(pages)),
            ]))
        });
    context.insert_value("months", Value::from(months.collect::<Vec<_>>()));
    let texts = texts(view, lang, &address);
    let archive = view.word("archive", lang).unwrap_or("Archive");
    let name = year.map_or_else(|| archive.to_string(), |year| format!("{archive} {year}"));
    let head = head::list(view, &plain_list(lang, &name, &address, &texts));
    finish(renderer, context, &head, "archive.html".to_string(), address.as_str(), out)
}

/// Makes the page with the credits of all pictures of a language.
pub(super) fn credits(
    renderer: &Renderer,
    lang: &str,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let name = view.word("credits", lang).unwrap_or("Picture credits");
    let own = ("pictures", view.credits(lang));
    single(renderer, lang, &view.credits_address(lang), name, own, "credits.html", out)
}

/// Makes the page that says what feeds are.
pub(super) fn feeds(
    renderer: &Renderer,
    lang: &str,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let name = view.word("feeds", lang).unwrap_or("Feeds");
    let own = ("feeds", view.feeds(lang));
    single(renderer, lang, &view.feeds_address(lang), name, own, "feeds.html", out)
}

/// Makes a file that the theme lists under `files`.
pub(super) fn written(
    renderer: &Renderer,
    number: u32,
    output: &Output,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let lang = &view.options().language;
    let mut context = context::common(view, lang, Some(&output.address));
    context.insert_value("redirects", view.redirects());
    let head = Head { title: view.site_title(lang).to_string(), ..Head::default() };
    let template = view.manifest().files[number as usize].template.clone();
    finish(renderer, context, &head, template, output.address.as_str(), out)
}

/// Makes the page for searching the articles of a language.
pub(super) fn search(
    renderer: &Renderer,
    lang: &str,
    address: &Address,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let name = view.word("search", lang).unwrap_or("Search");
    let own = ("index", Value::from(view.url(&address.beside("index.json"))));
    single(renderer, lang, address, name, own, "search.html", out)
}

/// A page of which a language has one, with a value of its own.
fn single(
    renderer: &Renderer,
    lang: &str,
    address: &Address,
    name: &str,
    (key, value): (&'static str, Value),
    template: &str,
    out: &mut Vec<u8>,
) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let mut context = context::common(view, lang, Some(address));
    context.insert_value(key, value);
    let texts = texts(view, lang, address);
    let head = head::list(view, &plain_list(lang, name, address, &texts));
    finish(renderer, context, &head, template.to_string(), address.as_str(), out)
}

/// Makes the page that hosts show for an address that does not exist.
pub(super) fn not_found(renderer: &Renderer, out: &mut Vec<u8>) -> Result<Render, Vec<Diagnostic>> {
    let view = &*renderer.view;
    let lang = &view.options().language;
    let context = context::common(view, lang, None);
    let head = Head {
        title: format!("404 | {}", view.site_title(lang)),
        feeds: head::site_feed(view, lang),
        robots: Some("noindex"),
        ..Head::default()
    };
    finish(renderer, context, &head, "404.html".to_string(), "/404.html", out)
}
