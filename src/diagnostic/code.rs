//! Every diagnostic id with one line of meaning. A test fails when the code uses an id that is not here.

/// `(id, meaning)`, sorted by id.
pub const CODES: &[(&str, &str)] = &[];
