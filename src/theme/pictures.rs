//! Pictures that articles use, with the addresses of their copies, and those that templates ask for while outputs are
//! made; `build` makes them.
//!
//! Each original is read once, whoever asks; each result is wanted once, however many pages show it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::asset::social::{Card, Fonts};
use crate::asset::{Copies, ImageFacts, Original, Resize, Rights};
use crate::diagnostic::Diagnostic;
use crate::site::url::Address;

/// Where made pictures stand, as in Zola.
pub const FOLDER: &str = "processed_images";

/// A made picture that some output points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Path of the original from the site's root.
    pub source: Arc<str>,
    pub original: Arc<Original>,
    pub resize: Resize,
    /// What stays in it of its original's copyright fields.
    pub rights: Option<Arc<Rights>>,
    /// Who asked: of several the first by name, so that it is the same in every build.
    pub subject: String,
}

impl Wanted {
    /// Where it will stand: the name holds a hash of the original and of all that is done with it.
    pub fn address(&self) -> Address {
        let file = self.source.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = self.resize.name(stem, &self.original, self.rights.as_deref());
        Address::file(&format!("{FOLDER}/{name}"))
    }

    /// Under which it is kept from build to build.
    pub fn key(&self) -> String {
        self.resize.key(&self.original, self.rights.as_deref())
    }
}

/// A picture that articles use.
#[derive(Debug, Clone, Default)]
pub struct Used {
    /// None when the file is no picture.
    pub facts: Option<ImageFacts>,
    pub links: Links,
    /// What is wrong with it, without a place: it is told where the picture is used.
    pub fault: Option<Diagnostic>,
}

/// The copies of a picture by their addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    pub sets: Vec<LinkSet>,
    /// What a browser shows that knows none of the formats, with its size; none: the original itself.
    pub fallback: Option<(Address, (u32, u32))>,
}

/// The copies of one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkSet {
    /// IANA media type.
    pub media_type: &'static str,
    /// Width in pixels and address, the narrowest first.
    pub copies: Vec<(u32, Address)>,
}

impl Links {
    /// Wants all copies of a picture and gives their addresses.
    pub fn want(copies: &Copies, mut want: impl FnMut(&Resize) -> Address) -> Links {
        let sets = copies.sets.iter().map(|set| LinkSet {
            media_type: set.media_type,
            copies: set.copies.iter().map(|copy| (copy.size.0, want(copy))).collect(),
        });
        let sets = sets.collect();
        let fallback = copies.fallback.as_ref().map(|copy| (want(copy), copy.size));
        Links { sets, fallback }
    }
}

/// What was asked for so far.
#[derive(Default)]
pub struct Pictures {
    /// Cards that are drawn for articles, by the number of the article.
    cards: BTreeMap<usize, Address>,
    drawn: BTreeMap<Address, Card>,
    originals: Mutex<BTreeMap<Arc<str>, Arc<OnceLock<Known>>>>,
    wanted: Mutex<BTreeMap<Address, Wanted>>,
}

/// An original, or why it is none.
pub(super) type Known = Result<Arc<Original>, String>;

impl Pictures {
    /// The original at a path, read by `read` at the first question; `read` gives `None` when there is no file.
    pub(super) fn original(
        &self,
        source: &str,
        read: impl FnOnce() -> Option<Known>,
    ) -> Option<Known> {
        let slot = {
            let mut originals = self.originals.lock().unwrap_or_else(PoisonError::into_inner);
            originals.get(source).cloned().unwrap_or_else(|| {
                let slot = Arc::<OnceLock<Known>>::default();
                originals.insert(source.into(), slot.clone());
                slot
            })
        };
        if let Some(known) = slot.get() {
            return Some(known.clone());
        }
        // Two outputs may read at once, with the same answer; none waits for the other with a lock held.
        let known = read()?;
        Some(slot.get_or_init(|| known).clone())
    }

    /// Notes that a picture is wanted; gives its address.
    pub fn want(&self, wanted: Wanted) -> Address {
        let address = wanted.address();
        self.want_at(address.clone(), wanted);
        address
    }

    /// Notes that a picture is wanted at its address.
    pub fn want_at(&self, address: Address, wanted: Wanted) {
        let mut all = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&address) {
            Some(known) if known.subject <= wanted.subject => {}
            Some(known) => *known = wanted,
            None => drop(all.insert(address, wanted)),
        }
    }

    /// What is wanted at an address.
    pub fn find(&self, address: &Address) -> Option<Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    /// Notes that an article (by its number in the site) has a card.
    pub fn want_card(&mut self, article: usize, card: Card, fonts: &Fonts) {
        let hash = blake3::Hash::from_bytes(card.hash(fonts)).to_hex();
        let address = Address::file(&format!("{FOLDER}/card.{}.png", &hash[..16]));
        self.cards.insert(article, address.clone());
        self.drawn.insert(address, card);
    }

    /// Where the card of an article stands, if it has one.
    pub fn card_of(&self, article: usize) -> Option<&Address> {
        self.cards.get(&article)
    }

    /// All cards by address.
    pub fn cards(&self) -> &BTreeMap<Address, Card> {
        &self.drawn
    }

    /// Everything that was wanted, by address.
    pub fn wanted(&self) -> BTreeMap<Address, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Pictures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pictures").finish_non_exhaustive()
    }
}
