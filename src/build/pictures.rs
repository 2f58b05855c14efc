//! What is known of the pictures that articles use.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Job;
use super::cache::{PictureEntry, Table};
use super::observed::Observed;
use crate::asset::ImageFacts;
use crate::asset::image::{Credit, HEAD, facts};
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown;
use crate::site::link::{Addresses, Link, Origin, resolve};
use crate::site::{Site, Target};

/// Reads the facts of every picture that an article uses, those that changed since the last build.
pub(super) fn pictures(
    job: &mut Job<'_>,
    source: &Observed,
    site: &Site,
    addresses: &Addresses,
) -> (FxHashMap<Arc<str>, ImageFacts>, Vec<PictureEntry>) {
    let wanted = wanted(site, addresses);
    let old = &job.cache.old;
    let entries: Vec<PictureEntry> =
        wanted.into_par_iter().map(|path| picture(source, path, old)).collect();
    let mut images = FxHashMap::default();
    for entry in &entries {
        job.problems.extend(entry.problems.iter().cloned());
        if let Some(facts) = &entry.facts {
            images.insert(entry.path.clone(), facts.clone());
        }
    }
    (images, entries)
}

fn wanted(site: &Site, addresses: &Addresses) -> Vec<Arc<str>> {
    let documents = site
        .pages
        .iter()
        .map(|page| Origin { document: &page.document, address: &page.address })
        .chain(site.sections.iter().filter_map(|section| {
            Some(Origin { document: section.document.as_ref()?, address: &section.address })
        }));
    let mut wanted: BTreeMap<Arc<str>, ()> = BTreeMap::new();
    for origin in documents {
        wanted.extend(of(site, addresses, origin).into_iter().map(|path| (path, ())));
    }
    wanted.into_keys().collect()
}

/// The site's own pictures that a document uses.
pub(super) fn of(site: &Site, addresses: &Addresses, origin: Origin<'_>) -> Vec<Arc<str>> {
    let lead = origin.document.front.image.as_ref().map(|image| &*image.src);
    let sources = markdown::image_sources(&origin.document.prose).chain(lead);
    let file = |src: &str| match resolve(site, addresses, origin, src) {
        Ok(Link::Internal { target: Some(Target::File(number)), .. }) => {
            Some(site.files[number as usize].source.clone())
        }
        _ => None,
    };
    sources.filter_map(file).collect()
}

/// The facts of a picture, from before if it did not change.
pub(super) fn picture(source: &Observed, path: Arc<str>, old: &Table) -> PictureEntry {
    let beside = format!("{path}.yaml");
    let stamp = source.stamp(&path).unwrap_or_default();
    let side = source.stamp(&beside);
    if let Some(known) = old.pictures.get(&path)
        && known.stamp == stamp
        && known.side == side
        && stamp.is_settled(old.since)
        && side.is_none_or(|side| side.is_settled(old.since))
    {
        return known.clone();
    }
    let mut problems = Vec::new();
    let bytes = match source.head(&path, HEAD) {
        Ok(bytes) => bytes,
        Err(problem) => {
            return PictureEntry { path, stamp, side, facts: None, problems: vec![problem] };
        }
    };
    let mut found = facts(&bytes);
    if found.is_none() {
        problems.push(unknown(&path, bytes.is_empty()));
    }
    if source.has(&beside) {
        match source.text(&beside).and_then(|text| credit(&beside, &text)) {
            Ok(credit) => found.get_or_insert_default().credit = credit,
            Err(problem) => problems.push(problem),
        }
    }
    PictureEntry { path, stamp, side, facts: found, problems }
}

fn unknown(path: &str, is_empty: bool) -> Diagnostic {
    let (message, hint) = if is_empty {
        (
            "the file of this picture is empty",
            "put the picture in its place, or take it out of the text",
        )
    } else {
        (
            "this is no picture of a known format, or a damaged one: its width and height are not known",
            "see whether other programs show it, and save it again as JPEG, PNG, WebP, AVIF, GIF or SVG",
        )
    };
    Diagnostic::warning("picture/unknown", message).at(Place::file(path)).hint(hint)
}

fn credit(path: &str, text: &str) -> Result<Credit, Diagnostic> {
    serde_yaml::from_str::<Option<Credit>>(text).map(Option::unwrap_or_default).map_err(|error| {
        let place = match error.location() {
            Some(at) => Place::line(
                path,
                at.line(),
                at.column(),
                1,
                text.lines().nth(at.line().saturating_sub(1)).unwrap_or_default(),
            ),
            None => Place::file(path),
        };
        Diagnostic::error("picture/credit", format!("this is no credit of a picture: {error}"))
            .at(place)
            .hint("the keys are `credit`, `license`, `source`, `alt` and `caption`")
    })
}
