//! Taxonomies and series: which terms there are and which articles carry them.

use rustc_hash::FxHashMap;

use super::url::{Address, slugify};
use super::{Page, PageId, section};
use crate::config::Config;
use crate::content::SortBy;

/// A taxonomy in one language.
#[derive(Debug)]
pub struct Taxonomy {
    pub name: String,
    pub lang: String,
    pub address: Address,
    pub feed: bool,
    pub paginate_by: usize,
    /// Sorted by name.
    pub terms: Vec<Term>,
}

/// A term: a tag, an author, a series.
#[derive(Debug)]
pub struct Term {
    /// As the first article (by path) spells it; authors by their configured name.
    pub name: String,
    /// As front matter writes it: the key of an author, else the name.
    pub key: String,
    pub slug: String,
    pub address: Address,
    /// Newest first; parts of a series in their order.
    pub pages: Vec<PageId>,
}

/// Articles that belong together in an order.
#[derive(Debug)]
pub struct Series {
    pub name: String,
    pub lang: String,
    pub parts: Vec<PageId>,
}

/// All taxonomies of all languages; fills the pages' `terms`.
pub(super) fn taxonomies(
    config: &Config,
    pages: &mut [Page],
    languages: &[String],
    by_date: &[u32],
) -> Vec<Taxonomy> {
    let mut all = Vec::new();
    for configured in &config.taxonomies {
        for lang in languages {
            let mut terms = collect(config, &configured.name, lang, pages);
            if terms.is_empty() {
                continue;
            }
            let address = language_root(config, lang).child(&slugify(&configured.name));
            for term in &mut terms {
                term.address = address.child(&term.slug);
                sort_term(&configured.name, pages, &mut term.pages, by_date);
            }
            terms.sort_by(|a, b| {
                (a.name.to_lowercase(), &a.slug).cmp(&(b.name.to_lowercase(), &b.slug))
            });
            let index = all.len() as u32;
            // The author's own order of terms is kept on the page: see `page_terms`.
            page_terms(config, &configured.name, lang, pages, &terms, index);
            all.push(Taxonomy {
                name: configured.name.clone(),
                lang: lang.clone(),
                address,
                feed: configured.feed,
                paginate_by: configured.paginate_by,
                terms,
            });
        }
    }
    all
}

/// `/` or `/fr/`.
pub(super) fn language_root(config: &Config, lang: &str) -> Address {
    if lang == config.language { Address::root() } else { Address::page([lang]) }
}

fn sort_term(taxonomy: &str, pages: &[Page], ids: &mut [PageId], by_date: &[u32]) {
    let page = |id: &PageId| &pages[id.0 as usize];
    if taxonomy == "series" {
        ids.sort_by(|a, b| part_order(page(a), page(b)));
    } else {
        section::sort(SortBy::Date, ids, pages, by_date);
    }
}

/// Terms of a page in one taxonomy as `(key, shown name)`.
fn terms_of<'a>(config: &'a Config, taxonomy: &str, page: &'a Page) -> Vec<(&'a str, &'a str)> {
    let front = &page.document.front;
    match taxonomy {
        "authors" => front.authors.iter().map(|key| (&**key, author_name(config, key))).collect(),
        "series" => front.series.iter().map(|series| (&*series.name, &*series.name)).collect(),
        _ => front
            .taxonomies
            .get(taxonomy)
            .into_iter()
            .flatten()
            .map(|name| (&**name, &**name))
            .collect(),
    }
}

/// The name to show for an author's key.
pub fn author_name<'a>(config: &'a Config, key: &'a str) -> &'a str {
    config.authors.get(key).map_or(key, |author| &author.name)
}

fn collect(config: &Config, taxonomy: &str, lang: &str, pages: &[Page]) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut by_key: FxHashMap<&str, usize> = FxHashMap::default();
    let mut by_slug: FxHashMap<String, usize> = FxHashMap::default();
    for (number, page) in pages.iter().enumerate().filter(|(_, page)| page.lang() == lang) {
        for (key, name) in terms_of(config, taxonomy, page) {
            let index = *by_key.entry(key).or_insert_with(|| {
                let slug = slugify(key);
                *by_slug.entry(slug.clone()).or_insert_with(|| {
                    terms.push(Term {
                        name: name.to_string(),
                        key: key.to_string(),
                        slug,
                        address: Address::root(),
                        pages: Vec::new(),
                    });
                    terms.len() - 1
                })
            });
            let id = PageId(number as u32);
            if terms[index].pages.last() != Some(&id) {
                terms[index].pages.push(id);
            }
        }
    }
    terms
}

fn page_terms(
    config: &Config,
    taxonomy: &str,
    lang: &str,
    pages: &mut [Page],
    terms: &[Term],
    index: u32,
) {
    let by_slug: FxHashMap<&str, u32> =
        terms.iter().enumerate().map(|(number, term)| (&*term.slug, number as u32)).collect();
    let mut by_key: FxHashMap<String, u32> = FxHashMap::default();
    for page in pages.iter_mut().filter(|page| page.lang() == lang) {
        let mut found: Vec<(u32, u32)> = Vec::new();
        for (key, _) in terms_of(config, taxonomy, page) {
            let number = match by_key.get(key) {
                Some(number) => *number,
                None => {
                    let Some(number) = by_slug.get(&*slugify(key)).copied() else { continue };
                    by_key.insert(key.to_string(), number);
                    number
                }
            };
            if !found.contains(&(index, number)) {
                found.push((index, number));
            }
        }
        page.terms.extend(found);
    }
}

/// All series; fills the pages' `series`.
pub(super) fn series(pages: &mut [Page]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    let mut by_slug: FxHashMap<(String, String), usize> = FxHashMap::default();
    for (number, page) in pages.iter().enumerate() {
        let Some(part) = &page.document.front.series else { continue };
        let lang = page.lang().to_string();
        let index = *by_slug.entry((slugify(&part.name), lang.clone())).or_insert_with(|| {
            all.push(Series { name: part.name.clone(), lang, parts: Vec::new() });
            all.len() - 1
        });
        all[index].parts.push(PageId(number as u32));
    }
    for (index, series) in all.iter_mut().enumerate() {
        series.parts.sort_by(|a, b| part_order(&pages[a.0 as usize], &pages[b.0 as usize]));
        for (position, part) in series.parts.iter().enumerate() {
            pages[part.0 as usize].series = Some((index as u32, position as u32));
        }
    }
    all
}

/// By the given order, then oldest first.
fn part_order(a: &Page, b: &Page) -> std::cmp::Ordering {
    let order = |page: &Page| {
        page.document.front.series.as_ref().and_then(|series| series.order).unwrap_or(i64::MAX)
    };
    order(a).cmp(&order(b)).then_with(|| section::order(SortBy::Date, b, a))
}
