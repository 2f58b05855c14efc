//! The darkroom: copies of pictures are made here, each original decoded once, few at a time.
//!
//! What is made is kept in `.byline/images` under a key that holds a hash of the original and of all that was done with
//! it, for later builds, other branches and the preview.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::cache::PictureEntry;
use super::pictures::{Rules, damaged};
use super::{Problems, Progress, Stage};
use crate::asset::social::{Card, Drawer, Fonts, SIZE};
use crate::asset::{self, Copies, Original, Resize, Rights, Tone, Wishes};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::Blobs;
use crate::publish::Publisher;
use crate::site::url::Address;
use crate::source::Source;
use crate::theme::World;
use crate::theme::pictures::Wanted;

/// Above this many pixels one picture is made at a time: memory is bounded whatever the number of threads.
const LARGE: u64 = 32_000_000;

/// Up to this many pixels a picture is decoded in a millisecond or two.
const SMALL: u64 = 250_000;

/// Where pictures are made and kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Darkroom<'a> {
    pub source: &'a Source,
    /// None when nothing is to be kept.
    pub kept: Option<&'a Blobs>,
    pub rules: Rules,
}

/// An original and what is to be made of it.
struct Work<'a> {
    source: &'a Arc<str>,
    original: &'a Arc<Original>,
    copies: Vec<(&'a Address, &'a Wanted)>,
}

impl<'a> Darkroom<'a> {
    pub fn new(source: &'a Source, kept: Option<&'a Blobs>, config: &Config) -> Darkroom<'a> {
        Darkroom { source, kept, rules: Rules::new(config) }
    }

    /// Finds the tone of each new picture and makes its copies, if they can be kept. What cannot be decoded is a fault.
    /// In a hurry only what takes no time is done.
    pub fn develop(
        &self,
        entries: &mut [PictureEntry],
        wishes: &Wishes,
        is_in_a_hurry: bool,
        progress: &dyn Progress,
    ) {
        let mut new: Vec<&mut PictureEntry> = Vec::new();
        for entry in entries {
            let Some(original) = original_of(entry).filter(|_| !entry.is_toned) else {
                continue;
            };
            match self.known_tone(&original.hash) {
                Some(tone) => set_tone(entry, tone),
                None if is_in_a_hurry && original.pixels() > SMALL => {}
                None => new.push(entry),
            }
        }
        if new.is_empty() {
            return;
        }
        let none = Wishes { widths: Vec::new(), ..wishes.clone() };
        let wishes = if is_in_a_hurry { &none } else { wishes };
        progress.begin(Stage::Resize, new.len());
        let pixels =
            |entry: &PictureEntry| original_of(entry).map_or(0, |original| original.pixels());
        let (large, small): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|entry| pixels(entry) > LARGE);
        let one = |entry: &mut PictureEntry| {
            self.one(entry, wishes);
            progress.step();
        };
        small.into_par_iter().with_max_len(1).for_each(one);
        large.into_iter().for_each(one);
    }

    /// One picture: tone and copies.
    fn one(&self, entry: &mut PictureEntry, wishes: &Wishes) {
        let Some(original) = original_of(entry) else { return };
        let copies = Copies::of(&original, wishes);
        let rights = original.rights.as_deref();
        let missing: Vec<Resize> = match self.kept {
            Some(kept) => {
                let mut missing: Vec<Resize> = copies.all().copied().collect();
                missing.retain(|copy| !kept.has(&copy.key(&original, rights)));
                missing
            }
            None => Vec::new(),
        };
        let developed = self.read(&entry.path, &original).and_then(|bytes| {
            let mut keep = |number: usize, copy: Vec<u8>| {
                let key = missing[number].key(&original, rights);
                // A copy that is not kept is made again after the pages.
                let _ = self.kept.map(|kept| kept.put(&key, &with_rights(copy, rights)));
            };
            asset::develop(&bytes, &self.rules.limits, &missing, &mut keep)
                .map_err(|reason| damaged(&entry.path, &reason))
        });
        match developed {
            Ok(developed) => {
                let tone = developed.tone.map(Tone::new);
                self.keep_tone(&original.hash, tone);
                set_tone(entry, tone);
            }
            Err(problem) => {
                entry.fault = Some(Diagnostic { place: None, ..problem });
                entry.is_toned = true;
                entry.facts.iter_mut().for_each(|facts| facts.original = None);
            }
        }
    }

    fn known_tone(&self, hash: &[u8; 32]) -> Option<Option<Tone>> {
        match &*self.kept?.get(&tone_key(hash))? {
            [] => Some(None),
            bytes => Some(Some(Tone::from_bytes(bytes.try_into().ok()?)?)),
        }
    }

    fn keep_tone(&self, hash: &[u8; 32], tone: Option<Tone>) {
        if let Some(kept) = self.kept {
            let bytes = tone.map(Tone::to_bytes);
            let _ = kept.put(&tone_key(hash), bytes.as_ref().map_or(&[], |bytes| bytes));
        }
    }

    /// The bytes of an original that is still the same.
    fn read(&self, path: &str, original: &Original) -> Result<Vec<u8>, Diagnostic> {
        let bytes = self.source.read(path)?;
        if blake3::hash(&bytes) == original.hash {
            return Ok(bytes);
        }
        let message = format!("the picture `{path}` was changed while the site was built");
        Err(Diagnostic::error("picture/changed", message).at(Place::file(path)).hint("build again"))
    }

    /// Makes all pictures that are wanted and not there yet, and hands them to the publisher; gives back how many are
    /// wanted.
    ///
    /// # Errors
    /// Every picture that is damaged, with who asked for it, and files that cannot be written.
    pub fn publish(
        &self,
        world: &World,
        publisher: &Publisher,
        progress: &dyn Progress,
    ) -> Result<usize, Problems> {
        let wanted = world.pictures.wanted();
        let mut work: BTreeMap<&str, Work<'_>> = BTreeMap::new();
        for (address, wanted) in &wanted {
            if publisher.keep(&address.output_path()).is_none() {
                let Wanted { source, original, .. } = wanted;
                let new = || Work { source, original, copies: Vec::new() };
                work.entry(source).or_insert_with(new).copies.push((address, wanted));
            }
        }
        if work.is_empty() {
            return Ok(wanted.len());
        }
        progress.begin(Stage::Resize, work.len());
        let one = |work: Work<'_>| {
            let failed = self.publish_one(work, publisher);
            progress.step();
            failed
        };
        let (large, small): (Vec<_>, Vec<_>) =
            work.into_values().partition(|work| work.original.pixels() > LARGE);
        let mut problems: Problems =
            small.into_par_iter().with_max_len(1).flat_map_iter(one).collect();
        problems.extend(large.into_iter().flat_map(one));
        if let Some(kept) = self.kept {
            let used: std::collections::BTreeSet<String> =
                wanted.values().map(|wanted| wanted.key()).collect();
            kept.clean(&|key| used.contains(key));
        }
        if problems.is_empty() { Ok(wanted.len()) } else { Err(problems) }
    }

    /// Publishes the copies of one original: those that are kept, and those that are made now.
    fn publish_one(&self, work: Work<'_>, publisher: &Publisher) -> Problems {
        let mut problems = Problems::new();
        let mut stage = |address: &Address, bytes: &[u8]| {
            problems.extend(publisher.stage(&address.output_path(), bytes).err());
        };
        let mut missing = Vec::new();
        for (address, wanted) in work.copies {
            match self.kept.and_then(|kept| kept.get(&wanted.key())) {
                Some(bytes) => stage(address, &bytes),
                None => missing.push((address, wanted)),
            }
        }
        let Some((_, first)) = missing.first() else { return problems };
        let resizes: Vec<Resize> = missing.iter().map(|(_, wanted)| wanted.resize).collect();
        let made = self.read(work.source, work.original).and_then(|bytes| {
            let mut take = |number: usize, copy: Vec<u8>| {
                let (address, wanted) = missing[number];
                let copy = with_rights(copy, wanted.rights.as_deref());
                if let Some(kept) = self.kept {
                    let _ = kept.put(&wanted.key(), &copy);
                }
                stage(address, &copy);
            };
            asset::develop(&bytes, &self.rules.limits, &resizes, &mut take)
                .map_err(|reason| failed(first, &reason))
        });
        problems.extend(made.err());
        problems
    }

    /// Draws the cards that are not there yet.
    pub fn publish_cards(
        &self,
        world: &World,
        fonts: &Fonts,
        publisher: &Publisher,
        progress: &dyn Progress,
    ) -> Cards {
        let all = world.pictures.cards().iter();
        let missing: Vec<(&Address, &Card)> =
            all.filter(|(address, _)| publisher.keep(&address.output_path()).is_none()).collect();
        progress.begin(Stage::Resize, missing.len());
        let one = |drawer: &mut Drawer<'_>, (address, card): (&Address, &Card)| {
            let (bytes, told) = self.card(drawer, card, fonts);
            let failed = publisher.stage(&address.output_path(), &bytes).err();
            progress.step();
            (failed, told)
        };
        let drawn: Vec<(Option<Diagnostic>, Option<String>)> =
            missing.into_par_iter().with_min_len(8).map_init(|| Drawer::new(fonts), one).collect();
        let (failed, told): (Vec<_>, Vec<_>) = drawn.into_iter().unzip();
        let told: BTreeSet<String> = told.into_iter().flatten().collect();
        Cards {
            failed: failed.into_iter().flatten().collect(),
            told: told.iter().map(no_card).collect(),
        }
    }

    /// One card, kept or drawn now; an empty one, and why, when there are no letters for it.
    pub fn card(
        &self,
        drawer: &mut Drawer<'_>,
        card: &Card,
        fonts: &Fonts,
    ) -> (Vec<u8>, Option<String>) {
        let key = format!("{}.png", blake3::Hash::from_bytes(card.hash(fonts)).to_hex());
        if let Some(bytes) = self.kept.and_then(|kept| kept.get(&key)) {
            return (bytes, None);
        }
        match drawer.draw(card) {
            Ok(bytes) => {
                let _ = self.kept.map(|kept| kept.put(&key, &bytes));
                (bytes, None)
            }
            Err(reason) => (asset::blank(SIZE, card.colors.background), Some(reason)),
        }
    }

    /// One picture, kept or made now.
    ///
    /// # Errors
    /// When the original is damaged or another one by now.
    pub fn copy(&self, wanted: &Wanted) -> Result<Vec<u8>, Diagnostic> {
        if let Some(bytes) = self.kept.and_then(|kept| kept.get(&wanted.key())) {
            return Ok(bytes);
        }
        let bytes = self.read(&wanted.source, &wanted.original)?;
        let mut made = Vec::new();
        let mut take = |_, copy: Vec<u8>| made = with_rights(copy, wanted.rights.as_deref());
        let developed = asset::develop(&bytes, &self.rules.limits, &[wanted.resize], &mut take)
            .map_err(|reason| failed(wanted, &reason))?;
        self.keep_tone(&wanted.original.hash, developed.tone.map(Tone::new));
        if let Some(kept) = self.kept {
            let _ = kept.put(&wanted.key(), &made);
        }
        Ok(made)
    }
}

/// What came of drawing cards.
#[derive(Debug, Default)]
pub(super) struct Cards {
    pub failed: Problems,
    /// Why some are empty.
    pub told: Problems,
}

fn no_card(reason: &String) -> Diagnostic {
    Diagnostic::warning("picture/card", format!("a card for those who share an article stays empty: {reason}"))
        .hint("install a font that has these letters, put one into the theme's folder `fonts/`, or write `images: {cards: false}`")
}

fn original_of(entry: &PictureEntry) -> Option<Arc<Original>> {
    entry.facts.as_ref()?.original.clone()
}

fn set_tone(entry: &mut PictureEntry, tone: Option<Tone>) {
    entry.is_toned = true;
    if let Some(facts) = &mut entry.facts {
        facts.tone = tone;
    }
}

fn tone_key(hash: &[u8; 32]) -> String {
    format!("{}.tone", blake3::Hash::from_bytes(*hash).to_hex())
}

/// Puts the copyright fields into a copy.
fn with_rights(copy: Vec<u8>, rights: Option<&Rights>) -> Vec<u8> {
    if rights.is_none() {
        return copy;
    }
    match asset::clean(&copy, rights) {
        Ok(cleaned) => cleaned.bytes.into_owned(),
        // Our own copies can be read; if not, the picture matters more.
        Err(_) => copy,
    }
}

fn failed(wanted: &Wanted, reason: &str) -> Diagnostic {
    let message = format!("the picture cannot be resized: {reason}");
    Diagnostic::error("picture/resize", message)
        .at(Place::file(wanted.source.clone()))
        .hint("see whether other programs show it, and save it again as JPEG, PNG or WebP")
        .note(format!("while making `{}`", wanted.subject), Place::file(&*wanted.subject))
}
