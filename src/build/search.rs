//! The search index: the words of the articles, from the cache where they are not at hand, and what is made of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Kept;
use super::cache::{Cache, Shelf};
use super::parse::Known;
use crate::content::terms::index::Stems;
use crate::engine::Fingerprint;
use crate::engine::bytes::{self, Input};
use crate::output::search::state::{Article, State};
use crate::output::search::{self, File, Files};
use crate::output::{Kind, Output};
use crate::site::related::key;
use crate::site::{PageId, Site};

/// The words of every language, as the cache keeps them.
#[derive(Debug, Default)]
pub(super) struct States(BTreeMap<String, State>);

impl States {
    /// Whether they are worth more than it costs to write them anew.
    pub fn is_worth_keeping(&self) -> bool {
        self.0.values().any(State::is_worth_keeping)
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        bytes::put_u32(self.0.len() as u32, out);
        for (lang, state) in &self.0 {
            bytes::put_bytes(lang.as_bytes(), out);
            state.write(out);
        }
    }

    pub fn read(payload: &[u8]) -> Option<States> {
        let mut input = Input::new(payload);
        let mut states = BTreeMap::new();
        for _ in 0..input.count(12)? {
            let lang = input.text()?.to_string();
            states.insert(lang, State::read(&mut input)?);
        }
        input.is_empty().then_some(States(states))
    }
}

/// What was made.
#[derive(Default)]
pub(super) struct Made {
    pub outputs: Vec<Output>,
    pub files: Files,
    /// For the next build.
    pub states: States,
}

/// Makes the index of a site that is built, if there is to be one. In the preview it is made when somebody searches.
pub(super) fn of_build(cache: &Cache, site: &Site, kept: &mut Kept) -> Made {
    if !site.config.search || kept.mode == "serve" {
        return Made::default();
    }
    let last = cache.index().unwrap_or_default();
    let mut made = make(site, &kept.known, &kept.shelf, last);
    kept.index = Some(std::mem::take(&mut made.states));
    made
}

/// Makes the index of every language, from what the last build knew.
pub(super) fn make(site: &Site, known: &Known, shelf: &Shelf, mut last: States) -> Made {
    let mut made = Made::default();
    for lang in site.languages() {
        let ids = search::articles(site, lang);
        let article = |id: &PageId| {
            let file = &site.page(*id).document.file;
            let print = known.entry(file).map_or(Fingerprint::NONE, |entry| entry.index.print);
            Article { key: key(file), print }
        };
        let articles = ids.iter().map(article).collect();
        let old = last.0.remove(lang).unwrap_or_default();
        let stored = |at: usize, take: &mut dyn FnMut(&[u8])| words(site, shelf, ids[at], take);
        let state = old.update(articles, &Stems::new(lang), stored);
        for File { address, print, bytes } in search::files(site, lang, &ids, &state.words) {
            let path: Arc<str> = address.as_str().into();
            let kind = Kind::Index(path.clone(), print);
            made.outputs.push(Output { address, kind });
            made.files.insert(path, bytes);
        }
        made.states.0.insert(lang.to_string(), state);
    }
    made
}

/// Hands over the words of an article.
fn words(site: &Site, shelf: &Shelf, id: PageId, take: &mut dyn FnMut(&[u8])) {
    let document = &site.page(id).document;
    if !document.terms.index.is_empty() {
        return take(&document.terms.index);
    }
    let mut buffer = Vec::new();
    if let Some(number) = shelf.number(&document.file) {
        shelf.index(number, &mut buffer);
    }
    take(&buffer);
}
