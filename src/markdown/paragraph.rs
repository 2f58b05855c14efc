//! Paragraphs, and what lists show of a body: its lead and its summary.

use std::ops::Range;

use super::parse::Converter;

/// Longest [`Prose::lead`](super::Prose::lead), in characters.
const LEAD_LENGTH: usize = 300;

impl Converter<'_, '_> {
    pub(super) fn start_paragraph(&mut self, range: Range<usize>) {
        if self.options.extensions && !self.is_inline && self.figures_alone(&range) {
            return;
        }
        self.paragraph = self.text.len();
        if !self.is_inline {
            self.line();
            self.out.html.push_str("<p>");
        }
    }

    pub(super) fn end_paragraph(&mut self) {
        if !self.is_inline {
            self.out.html.push_str("</p>\n");
        }
        if self.lead.is_empty() && self.depth == 0 && self.outer.is_empty() {
            self.lead = shorten(self.text[self.paragraph.min(self.text.len())..].trim());
        }
        self.end_words();
    }

    /// Ends the summary here if its mark was seen and no block is open.
    pub(super) fn end_summary(&mut self) {
        if self.is_more_pending && self.depth == 0 && self.outer.is_empty() {
            self.is_more_pending = false;
            self.summary.get_or_insert(self.out.html.len());
        }
    }
}

/// At most [`LEAD_LENGTH`] characters, cut after a word.
fn shorten(text: &str) -> String {
    let text = text.split_whitespace().fold(String::new(), |mut line, word| {
        if line.len() <= 4 * LEAD_LENGTH {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    });
    if text.chars().nth(LEAD_LENGTH).is_none() {
        return text;
    }
    let limit = text.char_indices().nth(LEAD_LENGTH - 1).map_or(text.len(), |(at, _)| at);
    let end = if text[limit..].starts_with(' ') {
        limit
    } else {
        text[..limit].rfind(' ').unwrap_or(limit)
    };
    let mut short = text[..end].trim_end_matches([' ', ',', ';', ':', '-', '–', '—']).to_string();
    short.push('…');
    short
}
