//! The search index: the words of the articles, from the cache where they are not at hand, and what is made of them.

use std::sync::Arc;

use super::cache::Shelf;
use crate::engine::Fingerprint;
use crate::output::search::{self, File, Files};
use crate::output::{Kind, Output};
use crate::site::{PageId, Site};

/// What was made.
#[derive(Default)]
pub(super) struct Made {
    pub outputs: Vec<Output>,
    pub files: Files,
}

/// Makes the index of every language.
pub(super) fn make(site: &Site, shelf: &Shelf) -> Made {
    let mut made = Made::default();
    let languages: Vec<&str> = site.languages().collect();
    for File { address, bytes } in languages.iter().flat_map(|lang| files(site, shelf, lang)) {
        let path: Arc<str> = address.as_str().into();
        let kind = Kind::Index(path.clone(), Fingerprint::of(&bytes));
        made.outputs.push(Output { address, kind });
        made.files.insert(path, bytes);
    }
    made
}

/// The index of a language.
pub(super) fn files(site: &Site, shelf: &Shelf, lang: &str) -> Vec<File> {
    search::index(site, lang, |id, take| words(site, shelf, id, take))
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
