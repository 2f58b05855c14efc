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

    /// Tells of an update; its number is the next one. What was replaced before stays known, if it names nothing.
    pub fn tell(&self, update: Update) {
        self.0.send_modify(|last| {
            let replaced = match update.replaced.is_empty() {
                true => std::mem::take(&mut last.replaced),
                false => update.replaced.clone(),
            };
            *last = Update { edition: last.edition + 1, replaced, ..update };
        });
    }
}
