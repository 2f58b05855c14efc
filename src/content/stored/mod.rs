//! Documents as bytes, in parts that are read apart: facts, HTML, terms, problems.
//!
//! One value has one form, so that bytes can be compared and hashed instead of values. The bytes say
//! nothing of their version: whoever keeps them keeps them with that of the program, and with a hash, because
//! a changed letter of a text is as good as the right one. Otherwise damage gives `None`, and what was read
//! can do no harm.

mod bytes;
mod card;
mod values;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Document;
use super::terms::Terms;
use crate::diagnostic::Diagnostic;
use crate::markdown::{Body, Html, Load, Prose};
use bytes::Stored;
pub use card::card_fingerprint;

/// Appends the facts of a document: everything but the HTML of its body and its terms, of which only the
/// count of words is kept.
pub fn write_light(document: &Document, out: &mut Vec<u8>) {
    bytes::write(out, |out| document.put(out));
}

/// Reads the facts of a document; its body is loaded by `number` when it is asked for.
pub fn read_light(bytes: &[u8], by: &Arc<dyn Load>, number: u32) -> Option<Document> {
    bytes::read(bytes, Some(Body::stored(by.clone(), number)))
}

/// Appends the HTML of a body; loads it when it is not here.
pub fn write_body(prose: &Prose, out: &mut Vec<u8>) {
    bytes::write(out, |out| prose.body().put(out));
}

/// Reads the HTML of a body.
pub fn read_body(bytes: &[u8]) -> Option<Html> {
    bytes::read(bytes, None)
}

/// Appends the terms of a document.
pub fn write_terms(terms: &Terms, out: &mut Vec<u8>) {
    bytes::write(out, |out| terms.put(out));
}

/// Appends what stays of terms when the ranking is done: words and names; [`read_terms`] reads them.
pub fn write_names(terms: &Terms, out: &mut Vec<u8>) {
    let Terms { words, stems: _, weights: _, named, names, index: _ } = terms;
    let (words, named, names) = (*words, named.clone(), names.clone());
    write_terms(&Terms { words, named, names, ..Terms::default() }, out);
}

/// Reads the terms of a document.
pub fn read_terms(bytes: &[u8]) -> Option<Terms> {
    bytes::read(bytes, None)
}

/// Appends problems.
pub fn write_diagnostics(diagnostics: &[Diagnostic], out: &mut Vec<u8>) {
    bytes::write(out, |out| out.list(diagnostics));
}

/// Reads problems. There are none when one has an id that is not in [`crate::diagnostic::code`].
pub fn read_diagnostics(bytes: &[u8]) -> Option<Vec<Diagnostic>> {
    bytes::read(bytes, None)
}
