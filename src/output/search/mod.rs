//! The search index: files that a reader's browser loads a few of. `docs/search.md` says why it is as it is.
//!
//! Takes the words of each article ([`crate::content::terms::index`]) and what lists show of it, gives files for each
//! language. Articles have numbers in the order of their dates, so that a new one changes little:
//!
//! | file | has |
//! |---|---|
//! | `index.json` | the number of articles, the first one of each year, the names of all other files |
//! | `*.bin` | some thousand words with their articles (`shard.rs`) |
//! | `*.json` | title, path and day of some articles; or the articles of each tag |
//!
//! Names are hashes of what is in the files: a browser may keep them for ever, and never mixes two states of a site.
//! The text of an article stands in its page only, from where the browser takes the passages that it shows.

pub mod lists;
mod shard;
pub mod state;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::json;

use crate::engine::Fingerprint;
use crate::site::url::Address;
use crate::site::{Page, PageId, Site};
use lists::Word;

/// Articles in a file of titles.
const CARDS: usize = 32;

/// Articles in a file of tags.
const TAGGED: usize = 4096;

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub address: Address,
    /// Fingerprint of the bytes.
    pub print: Fingerprint,
    pub bytes: Vec<u8>,
}

/// The articles of a language that can be found, in the order of their numbers: by day, those without one first.
pub fn articles(site: &Site, lang: &str) -> Vec<PageId> {
    let is_found = |page: &Page| {
        let front = &page.document.front;
        page.lang() == lang && !front.draft && front.search != Some(false)
    };
    let mut articles: Vec<PageId> = site.page_ids().filter(|id| is_found(site.page(*id))).collect();
    articles.sort_by_key(|id| {
        let document = &site.page(*id).document;
        let date = document.front.date;
        (date.map(|date| (date.year(), date.timestamp)), document.file.clone())
    });
    articles
}

/// Makes the index of a language.
pub fn files(site: &Site, lang: &str, articles: &[PageId], words: &[Word]) -> Vec<File> {
    let folder = site.search_address(lang);
    let lists = shard::written(words, articles.len());
    let shards: Vec<(Box<str>, File)> = shard::cuts(words, &lists)
        .into_par_iter()
        .map(|range| {
            let shard = shard::shard(&words[range.clone()], &lists[range]);
            (shard.first, file(&folder, "bin", shard.bytes))
        })
        .collect();
    let cards: Vec<File> = articles
        .par_chunks(CARDS)
        .with_min_len(16)
        .map(|some| file(&folder, "json", cards(site, some)))
        .collect();
    let tags: Vec<File> =
        articles.par_chunks(TAGGED).map(|some| file(&folder, "json", tags(site, some))).collect();
    let firsts: Vec<(&str, &str)> =
        shards.iter().map(|(first, file)| (&**first, name(file))).collect();
    let index = json!({
        "articles": articles.len(),
        "years": years(site, articles),
        "size": [CARDS, TAGGED],
        "cards": cards.iter().map(name).collect::<Vec<_>>(),
        "tags": tags.iter().map(name).collect::<Vec<_>>(),
        "words": firsts,
    });
    let bytes = index.to_string().into_bytes();
    let index =
        File { address: folder.beside("index.json"), print: Fingerprint::of(&bytes), bytes };
    let shards = shards.into_iter().map(|(_, file)| file);
    // Files with the same bytes are one.
    let mut all: BTreeMap<Address, File> = BTreeMap::new();
    for file in shards.chain(cards).chain(tags).chain([index]) {
        all.insert(file.address.clone(), file);
    }
    all.into_values().collect()
}

/// A file that is called by what is in it.
fn file(folder: &Address, ending: &str, bytes: Vec<u8>) -> File {
    let print = Fingerprint::of(&bytes);
    let name = print.to_string();
    File { address: folder.beside(&format!("{}.{ending}", &name[..10])), print, bytes }
}

/// The name of a file without its folder and its ending.
fn name(file: &File) -> &str {
    let path = file.address.as_str();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split('.').next().unwrap_or_default()
}

/// The first article of each year.
fn years(site: &Site, articles: &[PageId]) -> Vec<(i32, usize)> {
    let year = |id: &PageId| site.page(*id).document.front.date.map(|date| date.year());
    let dated = articles.iter().enumerate().filter_map(|(at, id)| Some((year(id)?, at)));
    let mut years: Vec<(i32, usize)> = dated.collect();
    years.dedup_by_key(|(year, _)| *year);
    years
}

/// Title, path and day since 1970 of some articles.
fn cards(site: &Site, articles: &[PageId]) -> Vec<u8> {
    let card = |id: &PageId| {
        let page = site.page(*id);
        let date = page.document.front.date;
        let day = date.map(|date| (date.timestamp + i64::from(date.offset)).div_euclid(86_400));
        (page.title(), page.address.as_str(), day)
    };
    serde_json::to_vec(&articles.iter().map(card).collect::<Vec<_>>()).unwrap_or_default()
}

/// The articles of each tag, as distances from the article after the last one; the first one is 0.
fn tags(site: &Site, articles: &[PageId]) -> Vec<u8> {
    let mut tags: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
    for (at, id) in articles.iter().enumerate() {
        for (taxonomy, term) in &site.page(*id).terms {
            let taxonomy = &site.taxonomies[*taxonomy as usize];
            if matches!(&*taxonomy.name, "authors" | "series") {
                continue;
            }
            let (next, distances) = tags.entry(&taxonomy.terms[*term as usize].name).or_default();
            // Two taxonomies may have terms of one name.
            if at >= *next {
                distances.push(at - *next);
                *next = at + 1;
            }
        }
    }
    let tags: BTreeMap<&str, Vec<usize>> =
        tags.into_iter().map(|(name, (_, distances))| (name, distances)).collect();
    serde_json::to_vec(&tags).unwrap_or_default()
}

/// Files by their path.
pub type Files = BTreeMap<Arc<str>, Vec<u8>>;
