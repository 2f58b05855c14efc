//! Tables: in a wrapper that can scroll on its own, with header cells that say what they head.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::parse::Converter;

/// How far a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Head,
    /// The head is done and no row has come yet: `<tbody>` is not open.
    Between,
    Body,
}

impl Converter<'_, '_> {
    pub(super) fn start_table(&mut self, alignments: Vec<Alignment>) {
        self.line();
        self.alignments = alignments;
        self.out.html.push_str("<div class=\"table-wrap\" tabindex=\"0\">\n<table>\n");
    }

    pub(super) fn end_table(&mut self) {
        if self.table == Part::Body {
            self.out.html.push_str("</tbody>\n");
        }
        self.out.html.push_str("</table>\n</div>\n");
        self.end_words();
    }

    pub(super) fn start_table_head(&mut self) {
        self.table = Part::Head;
        self.cell = 0;
        self.out.html.push_str("<thead>\n<tr>\n");
    }

    pub(super) fn end_table_head(&mut self) {
        self.table = Part::Between;
        self.out.html.push_str("</tr>\n</thead>\n");
        self.end_words();
    }

    pub(super) fn start_table_row(&mut self) {
        if self.table == Part::Between {
            self.table = Part::Body;
            self.out.html.push_str("<tbody>\n");
        }
        self.cell = 0;
        self.out.html.push_str("<tr>\n");
    }

    pub(super) fn end_table_row(&mut self) {
        self.out.html.push_str("</tr>\n");
        self.end_words();
    }

    /// An empty cell of the head, as in the corner of a table, is no header.
    pub(super) fn start_table_cell(&mut self, range: Range<usize>) {
        let is_empty = self.body[range].trim_matches([' ', '\t', '|']).is_empty();
        self.out.html.push_str(if self.table == Part::Head && !is_empty {
            "<th scope=\"col\""
        } else {
            "<td"
        });
        self.out.html.push_str(match self.alignments.get(self.cell) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            Some(Alignment::None) | None => ">",
        });
        self.is_header_cell = self.table == Part::Head && !is_empty;
    }

    pub(super) fn end_table_cell(&mut self) {
        self.out.html.push_str(if self.is_header_cell { "</th>\n" } else { "</td>\n" });
        self.is_header_cell = false;
        self.cell += 1;
        self.text.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, options, read_with};

    #[test]
    fn tables_scroll_and_their_heads_say_what_they_head() {
        assert_eq!(
            html("||b|\n|-|-:|\n|1|*2*|\n|3|\n"),
            "<div class=\"table-wrap\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<td></td>\n\
             <th scope=\"col\" class=\"align-right\">b</th>\n</tr>\n</thead>\n<tbody>\n\
             <tr>\n<td>1</td>\n<td class=\"align-right\"><em>2</em></td>\n</tr>\n\
             <tr>\n<td>3</td>\n<td class=\"align-right\"></td>\n</tr>\n</tbody>\n</table>\n</div>\n"
        );
        assert!(!html("|a|\n|-|\n").contains("tbody"));
    }

    #[test]
    fn cells_are_words_of_their_own() {
        assert_eq!(read_with("|a|b|\n|-|-|\n|c|d|\n", &options()).1, "a b \nc d \n");
    }
}
