//! Pictures that templates ask for while outputs are made; `build` makes them afterwards.
//!
//! Each original is read once, whoever asks; each result is wanted once, however many pages show it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::asset::{Original, Resize};
use crate::site::url::Address;

/// A resized picture that some output points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Path of the original from the site's root.
    pub source: Arc<str>,
    pub original: Arc<Original>,
    pub resize: Resize,
    /// Who asked: of several the first by name, so that it is the same in every build.
    pub subject: String,
}

/// What was asked for so far.
#[derive(Default)]
pub struct Pictures {
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

    /// Notes that a picture is wanted at an address.
    pub fn want(&self, address: Address, wanted: Wanted) {
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
