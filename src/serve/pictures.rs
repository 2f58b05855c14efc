//! Copies of pictures for the preview: made when a browser asks for one, the last one that was asked for first. Until
//! it is there the browser gets the original.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::build::live::{Edition, Shown};
use crate::diagnostic::Diagnostic;
use crate::site::url::Address;

/// Copies that were asked for.
#[derive(Debug, Default)]
pub struct Pictures {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The last one is made first.
    waiting: Vec<Address>,
    in_work: BTreeSet<Address>,
    /// What cannot be made, and why.
    failed: BTreeMap<Address, Diagnostic>,
    is_over: bool,
}

/// How far a copy is.
#[derive(Debug)]
pub enum Progress {
    Made(Vec<u8>),
    /// It is being made; the original has this path from the root.
    Waits(Arc<str>),
    Failed(Diagnostic),
}

impl Pictures {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The copy at an address; what is not there yet is made from now on.
    pub fn ask(&self, edition: &Edition, address: Address) -> Option<Progress> {
        let work = edition.picture(&address)?;
        if let Some(bytes) = work.kept() {
            return Some(Progress::Made(bytes));
        }
        // Nothing is kept: nobody could give it later.
        if !work.is_kept() {
            return Some(match work.make() {
                Ok(bytes) => Progress::Made(bytes),
                Err(problem) => Progress::Failed(problem),
            });
        }
        let mut state = self.lock();
        if let Some(problem) = state.failed.get(&address) {
            return Some(Progress::Failed(problem.clone()));
        }
        if !state.in_work.contains(&address) {
            state.waiting.retain(|other| *other != address);
            state.waiting.push(address);
            self.changed.notify_one();
        }
        Some(Progress::Waits(work.source().clone()))
    }

    /// Makes what is asked for until [`Pictures::end`]; `made` hears of each. To be called by as many threads as pictures
    /// may be in memory at once.
    pub fn work(&self, shown: &Shown, made: &dyn Fn(&Address)) {
        while let Some(address) = self.next() {
            // The state is not held while a picture is made.
            let work = shown.now().edition.as_ref().and_then(|edition| edition.picture(&address));
            let result = work.map(|work| work.make());
            let mut state = self.lock();
            state.in_work.remove(&address);
            match result {
                Some(Ok(_)) => {
                    drop(state);
                    made(&address);
                }
                Some(Err(problem)) => drop(state.failed.insert(address, problem)),
                None => {}
            }
        }
    }

    fn next(&self) -> Option<Address> {
        let mut state = self.lock();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(address) = state.waiting.pop() {
                state.in_work.insert(address.clone());
                return Some(address);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets [`Pictures::work`] end.
    pub fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }
}
