//! What is known of the pictures that articles use, and which copies they get.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Job;
use super::cache::{PictureEntry, Table};
use super::observed::Observed;
use crate::asset::copies::Wish;
use crate::asset::image::{Credit, HEAD, facts};
use crate::asset::{Copies, ImageFacts, Limits, Original, Rights, Wishes};
use crate::config::Config;
use crate::config::images::CopyFormat;
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown;
use crate::site::link::{Addresses, Link, Origin, resolve};
use crate::site::{Site, Target};
use crate::theme::Manifest;
use crate::theme::pictures::{Links, Pictures, Used, Wanted};

/// Pictures that articles use, by their path.
pub(super) type Album = FxHashMap<Arc<str>, Used>;

/// Widths of copies when neither the site nor its theme says which.
const WIDTHS: [u32; 4] = [480, 800, 1200, 1800];

/// Reads what is to be known of every picture that an article uses, as far as it changed since the last build.
pub(super) fn read(
    job: &mut Job<'_>,
    source: &Observed,
    site: &Site,
    addresses: &Addresses,
) -> Vec<PictureEntry> {
    let wanted = wanted(site, addresses);
    let old = &job.cache.old;
    let rules = Rules::new(&site.config);
    wanted.into_par_iter().map(|path| picture(source, path, old, &rules)).collect()
}

/// What the configuration says of originals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub limits: Limits,
    pub keep_credit: bool,
}

impl Rules {
    pub fn new(config: &Config) -> Rules {
        let pixels = u64::from(config.images.limit) * 1_000_000;
        Rules { limits: Limits { pixels }, keep_credit: config.images.keep_credit }
    }
}

/// What the site and its theme wish of all pictures.
pub(super) fn wishes(config: &Config, manifest: &Manifest) -> Wishes {
    let images = &config.images;
    let themes = || match &*manifest.images.widths {
        [] => WIDTHS.to_vec(),
        widths => {
            let mut widths = widths.to_vec();
            widths.sort_unstable();
            widths
        }
    };
    let formats = images.formats.iter().map(|format| match format {
        CopyFormat::Avif => Wish::Avif(images.quality.avif),
        CopyFormat::Webp => Wish::Webp(images.quality.webp),
    });
    Wishes {
        widths: images.widths.clone().unwrap_or_else(themes),
        formats: formats.collect(),
        jpeg: images.quality.jpeg,
        limit: u64::from(images.limit) * 1_000_000,
    }
}

/// What pages see of the pictures. Every copy is wanted from here on.
pub(super) fn album(entries: &[PictureEntry], wishes: &Wishes, pictures: &Pictures) -> Album {
    let used = |entry: &PictureEntry| {
        let facts = entry.facts.clone();
        let original = facts.as_ref().and_then(|facts| facts.original.clone());
        let links = original.map(|original| {
            Links::want(&Copies::of(&original, wishes), |resize| {
                let (source, subject) = (entry.path.clone(), entry.path.to_string());
                let (original, rights) = (original.clone(), original.rights.clone());
                pictures.want(Wanted { source, original, resize: *resize, rights, subject })
            })
        });
        Used { facts, links: links.unwrap_or_default(), fault: entry.fault.clone() }
    };
    entries.iter().map(|entry| (entry.path.clone(), used(entry))).collect()
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

/// What is to be known of a picture, from before if it did not change.
fn picture(source: &Observed, path: Arc<str>, old: &Table, rules: &Rules) -> PictureEntry {
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
    let mut entry = PictureEntry {
        path: path.clone(),
        stamp,
        side,
        facts: None,
        is_toned: true,
        fault: None,
        problems: Vec::new(),
    };
    match source.read(&path) {
        Ok(bytes) => look(&bytes, rules, &mut entry),
        Err(problem) => entry.fault = Some(Diagnostic { place: None, ..problem }),
    }
    if source.has(&beside) {
        match source.text(&beside).and_then(|text| credit(&beside, &text)) {
            Ok(credit) => {
                let facts = entry.facts.get_or_insert_default();
                facts.credit = credit.or(std::mem::take(&mut facts.credit));
            }
            Err(problem) => entry.problems.push(problem),
        }
    }
    entry
}

/// Notes what a picture's bytes say, but for its pixels.
fn look(bytes: &[u8], rules: &Rules, entry: &mut PictureEntry) {
    let file = entry.path.clone();
    let embedded = crate::asset::credit(bytes);
    let rights = rules.keep_credit.then(|| Arc::new(Rights::from(embedded.clone())));
    let published =
        cleaned(&file, bytes, rules.keep_credit).map_or(0, |cleaned| cleaned.len() as u64);
    match Original::read(bytes, &rules.limits) {
        Ok(mut original) => {
            original.rights = rights;
            let Original { width, height, format, .. } = original;
            entry.fault = misnamed(&file, format)
                .or_else(|| restless(&file, original.frames))
                .or_else(|| (format == "svg").then(|| unsafe_drawing(&file, bytes)).flatten());
            entry.is_toned = original.is_kept;
            entry.facts = Some(ImageFacts {
                width,
                height,
                format,
                credit: Credit::of(embedded),
                published,
                original: Some(Arc::new(original)),
                tone: None,
            });
        }
        Err(reason) => {
            let head = &bytes[..bytes.len().min(HEAD as usize)];
            entry.facts = facts(head).map(|facts| ImageFacts {
                credit: Credit::of(embedded),
                published,
                ..facts
            });
            // What is shown as it is may be of a kind that is not known here.
            entry.fault = Some(match &entry.facts {
                Some(_) => damaged(&file, &reason),
                None if bytes.is_empty() => damaged(&file, &reason),
                None => unknown(&file),
            });
        }
    }
}

/// A picture that readers may not see whole. It is published as it is: half a picture is better than no article.
pub(super) fn damaged(file: &str, reason: &str) -> Diagnostic {
    let message = format!("the picture `{file}` cannot be made smaller: {reason}");
    Diagnostic::warning("picture/damaged", message)
        .hint("see whether other programs show it, and save it again as JPEG, PNG or WebP")
}

fn unknown(file: &str) -> Diagnostic {
    let message = format!("`{file}` is no picture of a known format, or a damaged one");
    Diagnostic::warning("picture/unknown", message).hint(
        "see whether other programs show it, and save it again as JPEG, PNG, WebP, AVIF, GIF or SVG",
    )
}

/// Hosts tell browsers the format by the name.
fn misnamed(file: &str, format: &str) -> Option<Diagnostic> {
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let named = match &*ending {
        "jpeg" | "jpe" | "jfif" => "jpg",
        "tif" => "tiff",
        "apng" => "png",
        "heic" | "heif" => "avif",
        other => other,
    };
    let is_known = crate::asset::image::format(named).is_some();
    (is_known && named != format).then(|| {
        let message = format!("the picture `{file}` is a `{format}` by its content");
        Diagnostic::warning("picture/misnamed", message).hint(format!(
            "let its name end in `.{format}`: hosts tell browsers the format by the name"
        ))
    })
}

/// Frames above which an animation is a film.
const MOST_FRAMES: u32 = 1000;

fn restless(file: &str, frames: u32) -> Option<Diagnostic> {
    (frames > MOST_FRAMES).then(|| {
        let message = format!("the animation `{file}` has {frames} frames");
        Diagnostic::warning("picture/frames", message)
            .hint("a film (WebM, MP4) is many times smaller, and does not move unasked")
    })
}

/// What a drawing does not keep when it is published.
fn unsafe_drawing(file: &str, bytes: &[u8]) -> Option<Diagnostic> {
    // Nobody misses what no program draws.
    const SILENT: [&str; 2] = ["comments", "document type"];
    match crate::asset::clean_svg(bytes) {
        Ok(mut cleaned) => {
            cleaned.removed.retain(|what| !SILENT.contains(what));
            if cleaned.removed.is_empty() {
                return None;
            }
            let what = cleaned.removed.join(", ");
            let message =
                format!("the drawing `{file}` is published without what is not safe in it: {what}");
            Some(Diagnostic::warning("picture/drawing", message).hint(
                "a drawing has to do without scripts and without anything from elsewhere; save it as plain SVG",
            ))
        }
        Err(reason) => Some(damaged(file, &reason)),
    }
}

/// A picture as it is published: without the private data that cameras and editors put into it.
///
/// # Errors
/// When it cannot be read so far that nothing private would be left.
pub(super) fn cleaned<'a>(
    file: &str,
    bytes: &'a [u8],
    keep_credit: bool,
) -> Result<std::borrow::Cow<'a, [u8]>, Diagnostic> {
    let cleaned = match crate::asset::image::is_drawing(bytes) {
        true => crate::asset::clean_svg(bytes).map(|cleaned| cleaned.bytes),
        false => {
            let rights = keep_credit.then(|| Rights::from(crate::asset::credit(bytes)));
            crate::asset::clean(bytes, rights.as_ref()).map(|cleaned| cleaned.bytes)
        }
    };
    cleaned.or_else(|reason| {
        if bytes.starts_with(&[0xff, 0xd8]) {
            // Half a photograph: with an end it can be followed (ITU T.81, B.1.1.3).
            let ended = [bytes, &[0xff, 0xd9]].concat();
            if let Ok(cleaned) = crate::asset::clean(&ended, None) {
                return Ok(cleaned.bytes.into_owned().into());
            }
        }
        if !has_private_data(bytes) {
            return Ok(bytes.into());
        }
        let message = format!("the picture cannot be cleaned of private data: {reason}");
        Err(Diagnostic::error("picture/private", message).at(Place::file(file)).hint(
            "save it again in an editor of pictures, or take it out of the folder: what is published carries no \
             places, serial numbers and names",
        ))
    })
}

/// Whether there is any of the marks with which private data begin in a file that cannot be followed.
fn has_private_data(bytes: &[u8]) -> bool {
    const MARKS: [&[u8]; 9] =
        [b"Exif", b"eXIf", b"EXIF", b"ns.adobe.com", b"8BIM", b"iTXt", b"tEXt", b"zTXt", b"<svg"];
    MARKS.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some())
}

fn credit(path: &str, text: &str) -> Result<Credit, Diagnostic> {
    serde_yaml::from_str::<Option<Credit>>(text).map(Option::unwrap_or_default).map_err(|error| {
        let place = Place::named(path, text, error.location().map(|at| (at.line(), at.column())));
        Diagnostic::error("picture/credit", format!("this is no credit of a picture: {error}"))
            .at(place)
            .hint("the keys are `credit`, `license`, `source`, `alt`, `caption`, `creator` and `copyright`")
    })
}
