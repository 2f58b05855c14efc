//! Collects the problems of a body, not more than an author can read, and gives them their places.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// Of each severity; what comes later is counted only.
const LIMIT: usize = 100;

/// The problems of one file. Ranges are those of the file.
#[derive(Default)]
pub(super) struct Problems {
    found: Vec<(Range<usize>, Diagnostic)>,
    errors: usize,
    warnings: usize,
}

impl Problems {
    /// Notes a problem at a byte range of the file.
    pub(super) fn push(&mut self, at: Range<usize>, diagnostic: Diagnostic) {
        let count = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count <= LIMIT {
            self.found.push((at, diagnostic));
        }
    }

    /// The problems in order of the text, with places.
    pub(super) fn locate(mut self, file: &str, source: &str) -> Vec<Diagnostic> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let file: Arc<str> = file.into();
        self.found.sort_by_key(|(at, _)| at.start);
        let hidden = self.errors.saturating_sub(LIMIT) + self.warnings.saturating_sub(LIMIT);
        let mut diagnostics: Vec<Diagnostic> = self
            .found
            .into_iter()
            .map(|(at, diagnostic)| diagnostic.at(Place::in_text(file.clone(), source, at)))
            .collect();
        if hidden > 0 {
            let message = format!("{hidden} more problems in this file are not shown");
            diagnostics
                .push(Diagnostic::warning("markdown/more-problems", message).at(Place::file(file)));
        }
        diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;

    #[test]
    fn an_author_is_shown_a_readable_number_of_problems() {
        let problems = read(&"a ![](b.png)\n\n".repeat(130)).problems;
        assert_eq!(problems.len(), 101);
        assert_eq!(problems[100].message, "30 more problems in this file are not shown");
        assert_eq!(problems[99].place.as_ref().map(|place| place.line), Some(199));
    }
}
