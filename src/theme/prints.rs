//! Fingerprints of articles, sections and terms: what most questions come down to.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::engine::{Fingerprint, Hasher};
use crate::site::Site;

/// One fingerprint for each thing of the site, by its number.
#[derive(Debug, Default)]
pub struct Prints {
    /// Articles by what a card shows of their own file ([`crate::content`]); set by `build`.
    pub facts: Vec<Fingerprint>,
    /// Articles by their whole file and where its links lead; set by `build` when links are checked.
    pub pages: Vec<Fingerprint>,
    /// The same for sections; none for a section without a file.
    pub sections: Vec<Fingerprint>,
    /// Articles by their lead picture and the links of their summary; set with `pages`.
    pub leads: Vec<Fingerprint>,
    /// Cards, when they are first asked for.
    pub(super) cards: Vec<OnceLock<Fingerprint>>,
    /// What articles say of their section.
    pub(super) places: Vec<OnceLock<Fingerprint>>,
    /// Terms as articles name them, by taxonomy.
    pub(super) links: Vec<Vec<Fingerprint>>,
    /// Numbers of terms by slug, by taxonomy.
    pub(super) slugs: Vec<BTreeMap<Box<str>, u32>>,
}

impl Prints {
    pub(super) fn new(site: &Site) -> Prints {
        let terms = site.taxonomies.iter().map(|taxonomy| {
            let print = |term: &crate::site::Term| {
                let mut hasher = Hasher::new();
                hasher.text(&taxonomy.name).text(&term.name).text(&term.slug);
                hasher.text(term.address.as_str()).finish()
            };
            taxonomy.terms.iter().map(print).collect()
        });
        let slugs = site.taxonomies.iter().map(|taxonomy| {
            let slugs = taxonomy.terms.iter().map(|term| term.slug.as_str().into());
            slugs.zip(0..).collect()
        });
        Prints {
            facts: vec![Fingerprint::NONE; site.pages.len()],
            pages: vec![Fingerprint::NONE; site.pages.len()],
            sections: vec![Fingerprint::NONE; site.sections.len()],
            leads: vec![Fingerprint::NONE; site.pages.len()],
            cards: site.pages.iter().map(|_| OnceLock::new()).collect(),
            places: site.sections.iter().map(|_| OnceLock::new()).collect(),
            links: terms.collect(),
            slugs: slugs.collect(),
        }
    }
}
