//! How the server hears of updates: only of the newest one, however many there were.

use tokio::sync::watch::{Receiver, Sender, channel};

use crate::serve::pages::Update;

/// Tells a server of updates, and counts them.
#[derive(Debug)]
pub struct Teller(Sender<Update>);

impl Teller {
    /// The one who tells, and what a server hears with. The first state is edition 1.
    pub fn new() -> (Teller, Receiver<Update>) {
        let (sender, receiver) = channel(Update { edition: 1, ..Update::default() });
        (Teller(sender), receiver)
    }

    /// The last update that was told.
    pub fn last(&self) -> Update {
        self.0.borrow().clone()
    }

    /// Tells of an update; its number is the next one. `replaced` are the addresses at which other bytes stand now; they
    /// come after those that were replaced before.
    pub fn tell(&self, update: Update, replaced: Vec<String>) {
        /// A tab that missed more was asleep, and comes back with a new page.
        const MOST: usize = 256;
        self.0.send_modify(|last| {
            let edition = last.edition + 1;
            let mut all = std::mem::take(&mut last.replaced);
            all.extend(replaced.into_iter().map(|address| (edition, address)));
            all.drain(..all.len().saturating_sub(MOST));
            *last = Update { edition, replaced: all, ..update };
        });
    }
}
