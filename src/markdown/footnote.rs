//! Footnotes: marks in the text, the notes in a section at the end of the body.
//!
//! Numbers follow the order in which a reader meets the marks: first those of the text, then those
//! inside of notes. Ids are made of numbers only, so that any name can be used.

use std::fmt::Write;
use std::ops::Range;

use super::parse::{Converter, Frame, Owner};
use crate::diagnostic::Diagnostic;

/// A footnote: its definition, its marks, or both.
pub(super) struct Note {
    name: String,
    /// 0 until it is referred to.
    number: usize,
    references: usize,
    frame: Option<Frame>,
    source: Range<usize>,
}

impl Converter<'_, '_> {
    pub(super) fn footnote_reference(&mut self, name: &str, range: Range<usize>) {
        let note = self.note(name, range);
        if let Some((Owner::Note(_), _)) = self.outer.last() {
            self.out.references.push((self.out.html.len(), note));
            return;
        }
        let (number, count) = self.refer(note);
        let start = self.out.html.len();
        mark(&mut self.out.html, number, count);
        self.out.page_only.push(start as u32..self.out.html.len() as u32);
        self.cut_from_heading(start);
    }

    pub(super) fn start_note(&mut self, name: &str, range: Range<usize>) {
        let note = self.note(name, range.clone());
        self.notes[note].source = range;
        self.outer.push((Owner::Note(note), std::mem::take(&mut self.out)));
    }

    pub(super) fn end_note(&mut self) {
        self.end_calls_inside();
        self.end_words();
        let Some((owner, frame)) = self.outer.pop() else { return };
        let done = std::mem::replace(&mut self.out, frame);
        let Owner::Note(note) = owner else { return };
        if self.notes[note].frame.is_none() {
            self.notes[note].frame = Some(done);
            return;
        }
        let (name, at) = (&self.notes[note].name, self.notes[note].source.clone());
        let message = format!("the footnote `{name}` is defined twice");
        self.problem(
            first_line(self.body, at),
            Diagnostic::warning("markdown/footnote", message)
                .hint("only the first definition is used"),
        );
    }

    /// Warns of `[^name]` that stayed text because there is no such footnote.
    pub(super) fn check_undefined_footnote(&mut self, at: usize) {
        let Some(label) = self.body[at..].strip_prefix("[^") else { return };
        let end = label.find([']', '[', ' ', '\n']).unwrap_or(label.len());
        if end == 0 || !label[end..].starts_with(']') || self.body[..at].ends_with('\\') {
            return;
        }
        let name = &label[..end];
        let warning =
            Diagnostic::warning("markdown/footnote", format!("there is no footnote `{name}`"))
                .hint(format!("add a line `[^{name}]: ...`, or write `\\[` if none is meant"));
        self.problem(at..at + end + 3, warning);
    }

    /// Writes the section of the notes that are referred to.
    pub(super) fn write_notes(&mut self) {
        let marks = self.number_notes();
        self.warn_of_unused_notes();
        if self.note_order.is_empty() {
            return;
        }
        self.line();
        let start = self.out.html.len() as u32;
        self.out.html.push_str("<div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n");
        for (position, note) in std::mem::take(&mut self.note_order).into_iter().enumerate() {
            let frame = self.notes[note].frame.take().unwrap_or_default();
            let _ = writeln!(self.out.html, "<li id=\"fn-{}\">", self.notes[note].number);
            self.append_note(frame, marks.get(position).map_or(&[], Vec::as_slice));
            self.back_links(note);
            self.out.html.push_str("</li>\n");
        }
        self.out.html.push_str("</ol>\n</div>\n");
        let end = self.out.html.len() as u32;
        // The whole section is one part; those inside of it are not needed any more.
        let before = self.out.page_only.partition_point(|part| part.start < start);
        self.out.page_only.truncate(before);
        self.out.page_only.push(start..end);
    }

    /// The index of a note by name, whether its definition or a mark comes first.
    fn note(&mut self, name: &str, source: Range<usize>) -> usize {
        let key = name.to_lowercase();
        if let Some(note) = self.note_names.get(&key) {
            return *note;
        }
        let name = name.to_string();
        self.notes.push(Note { name, number: 0, references: 0, frame: None, source });
        self.note_names.insert(key, self.notes.len() - 1);
        self.notes.len() - 1
    }

    /// Counts a reference; gives the number of the note and how many references it has now.
    fn refer(&mut self, note: usize) -> (usize, usize) {
        if self.notes[note].number == 0 {
            self.note_order.push(note);
            self.notes[note].number = self.note_order.len();
        }
        self.notes[note].references += 1;
        (self.notes[note].number, self.notes[note].references)
    }

    /// Numbers the marks inside of notes, in the order in which the notes will stand. Gives for each
    /// note its marks as (place in its HTML, number, count).
    fn number_notes(&mut self) -> Vec<Vec<(usize, usize, usize)>> {
        let mut marks = Vec::new();
        while let Some(note) = self.note_order.get(marks.len()) {
            let references =
                self.notes[*note].frame.as_mut().map(|frame| std::mem::take(&mut frame.references));
            let numbered = references.unwrap_or_default().into_iter().map(|(at, note)| {
                let (number, count) = self.refer(note);
                (at, number, count)
            });
            marks.push(numbered.collect());
        }
        marks
    }

    fn warn_of_unused_notes(&mut self) {
        let unused: Vec<_> = self
            .notes
            .iter()
            .filter(|note| note.number == 0)
            .map(|note| (note.name.clone(), note.source.clone()))
            .collect();
        for (name, at) in unused {
            let message = format!("nothing refers to the footnote `{name}`, so it is not shown");
            self.problem(
                first_line(self.body, at),
                Diagnostic::warning("markdown/footnote", message)
                    .hint(format!("write `[^{name}]` where it belongs, or remove it")),
            );
        }
    }

    /// Appends a note's HTML and fills in its marks; holes move along.
    fn append_note(&mut self, frame: Frame, marks: &[(usize, usize, usize)]) {
        let mut marks = marks.iter().peekable();
        let mut holes = frame.holes.into_iter().peekable();
        let mut at = 0;
        loop {
            let next_mark = marks.peek().map_or(usize::MAX, |mark| mark.0);
            let next_hole = holes.peek().map_or(usize::MAX, |hole| hole.at as usize);
            let stop = next_mark.min(next_hole).min(frame.html.len());
            self.out.html.push_str(&frame.html[at..stop]);
            at = stop;
            if next_hole <= next_mark {
                let Some(mut hole) = holes.next() else { break };
                hole.at = self.out.html.len() as u32;
                self.out.holes.push(hole);
            } else if let Some((_, number, count)) = marks.next() {
                mark(&mut self.out.html, *number, *count);
            }
        }
    }

    /// Writes a link back for each mark of a note, inside its last paragraph if it ends with one.
    fn back_links(&mut self, note: usize) {
        let Note { number, references, .. } = self.notes[note];
        let in_paragraph = self.out.html.ends_with("</p>\n");
        if in_paragraph {
            self.out.html.truncate(self.out.html.len() - "</p>\n".len());
        } else {
            self.line();
            self.out.html.push_str("<p>");
        }
        for count in 1..=references {
            self.out.html.push_str(if count == 1 && !in_paragraph { "" } else { " " });
            let _ = write!(self.out.html, "<a href=\"#fnref-{number}");
            if count > 1 {
                let _ = write!(self.out.html, "-{count}");
            }
            self.out
                .html
                .push_str("\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"");
            let _ = write!(self.out.html, "Back to reference {number}");
            if count > 1 {
                let _ = write!(self.out.html, "-{count}\">↩<sup>{count}</sup></a>");
            } else {
                self.out.html.push_str("\">↩</a>");
            }
        }
        self.out.html.push_str("</p>\n");
    }
}

/// Writes the mark of a reference to note `number`, its `count`th.
fn mark(html: &mut String, number: usize, count: usize) {
    let _ = write!(html, "<sup class=\"footnote-ref\" id=\"fnref-{number}");
    if count > 1 {
        let _ = write!(html, "-{count}");
    }
    let _ = write!(html, "\"><a href=\"#fn-{number}\" role=\"doc-noteref\">{number}</a></sup>");
}

fn first_line(body: &str, range: Range<usize>) -> Range<usize> {
    let end = body[range.clone()].find('\n').map_or(range.end, |end| range.start + end);
    range.start..end
}

#[cfg(test)]
mod tests {
    use super::super::tests::{html, problems, shown};

    #[test]
    fn a_note_stands_at_the_end_with_a_link_there_and_back() {
        assert_eq!(
            html("A[^n].\n\n[^n]: Note *x*.\n\nB"),
            "<p>A<sup class=\"footnote-ref\" id=\"fnref-1\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup>.</p>\n\
             <p>B</p>\n\
             <div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n<li id=\"fn-1\">\n\
             <p>Note <em>x</em>. <a href=\"#fnref-1\" class=\"footnote-back\" role=\"doc-backlink\" \
             aria-label=\"Back to reference 1\">↩</a></p>\n</li>\n</ol>\n</div>\n"
        );
    }

    /// The marks and the notes, without the rest.
    fn outline(markdown: &str) -> String {
        let html = html(markdown);
        let words = html
            .split(['"', '>', '<'])
            .filter(|word| word.starts_with("fn") || word.starts_with("#fn"));
        words.collect::<Vec<_>>().join(" ").replace("footnote", "")
    }

    #[test]
    fn numbers_follow_the_first_reference_and_each_has_a_way_back() {
        assert_eq!(
            outline("[^b] [^a] [^b]\n\n[^a]: A\n\n[^b]: B\n"),
            "fnref-1 #fn-1 fnref-2 #fn-2 fnref-1-2 #fn-1 fn-1 #fnref-1 #fnref-1-2 fn-2 #fnref-2"
        );
    }

    #[test]
    fn notes_may_refer_to_notes_and_stay_behind_those_of_the_text() {
        assert_eq!(
            outline("[^c]: C\n\n[^a]: A [^c] [^b]\n\n[^a] [^b]\n\n[^b]: B\n"),
            "fnref-1 #fn-1 fnref-2 #fn-2 fn-1 fnref-3 #fn-3 fnref-2-2 #fn-2 #fnref-1 fn-2 #fnref-2 #fnref-2-2 fn-3 #fnref-3"
        );
    }

    #[test]
    fn names_do_not_get_into_ids_and_blocks_and_holes_into_notes() {
        assert!(outline("[^ö\"<x>]\n\n[^ö\"<x>]: A\n").starts_with("fnref-1 #fn-1 fn-1"));
        let html = shown("x[^1]\n\n[^1]: a [b](c.md)\n\n    ```\n    d\n    ```\n");
        assert!(html.contains("<a href=\"[c.md@19-23]\">b</a>"), "{html}");
        assert!(html.contains("d\n</code></pre>\n<p><a href=\"#fnref-1\""), "{html}");
    }

    #[test]
    fn missing_unused_and_repeated_notes_are_warnings() {
        assert_eq!(
            problems("a [^x] `[^y]` \\[^z]\n"),
            ["1:3+4 markdown/footnote there is no footnote `x`"]
        );
        assert_eq!(
            problems("a\n\n[^x]: b\n"),
            ["3:1+7 markdown/footnote nothing refers to the footnote `x`, so it is not shown"]
        );
        let twice = problems("[^x]\n\n[^x]: b\n\n[^X]: c\n");
        assert_eq!(twice, ["5:1+7 markdown/footnote the footnote `x` is defined twice"]);
        assert!(html("[^x]\n\n[^x]: b\n\n[^x]: c\n").contains("<p>b <a"));
    }

    #[test]
    fn a_note_only_an_unused_one_refers_to_is_unused() {
        let html = html("a\n\n[^x]: b [^y]\n\n[^y]: c\n");
        assert_eq!(html, "<p>a</p>\n");
    }
}
