//! What an incremental build stands on: fingerprints, recorded reads, and the cache on disk. It knows
//! hashes, not blogs.
//!
//! An output is a function of what it reads. While it is made, every question that it asks is noted with
//! the fingerprint of the answer; it is current as long as every question, asked again, has the same answer.

mod fingerprint;

pub use fingerprint::{Fingerprint, Hasher};
