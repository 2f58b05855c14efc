//! What an incremental build stands on: fingerprints, recorded reads, and the cache on disk. It knows
//! hashes, not blogs.
//!
//! An output is a function of what it reads. While it is made, every question that it asks is noted with
//! the fingerprint of the answer ([`Ledger`]); it is current as long as every question, asked again, has the same
//! answer. [`Store`] keeps this from build to build; what it cannot give back whole counts as never kept.

pub mod blobs;
pub mod bytes;
mod fingerprint;
pub mod ledger;
pub mod pack;
pub mod store;

pub use blobs::Blobs;
pub use fingerprint::{Fingerprint, Hasher};
pub use ledger::Ledger;
pub use pack::Pack;
pub use store::{Content, Store};
