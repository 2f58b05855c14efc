//! `{{ page.content | side_notes }}`: footnotes beside the lines that they belong to.
//!
//! What [`crate::markdown`] writes is known to the letter: marks (`<sup class="footnote-ref" id="fnref-1">`) and, at the end,
//! the section of notes. A note of paragraphs moves behind its first mark, as phrasing content, so that a theme can
//! float it into the margin without script, and without a second copy of its text. A note with a list, a table or code stays in the
//! section, as does one whose mark stands where no note can be: in a heading, a link, a caption, a cell of a table.

use std::collections::BTreeMap;

const SECTION: &str = "<div class=\"footnotes\" role=\"doc-endnotes\">\n<ol>\n";
const SECTION_END: &str = "</ol>\n</div>\n";
const NOTE: &str = "<li id=\"fn-";
const MARK: &str = "<sup class=\"footnote-ref\" id=\"fnref-";

/// Elements that hold no notes.
const CLOSED: [&str; 15] = [
    "a",
    "button",
    "caption",
    "dt",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "label",
    "summary",
    "td",
    "th",
];
/// Elements whose content is no HTML.
const OPAQUE: [&str; 4] = ["script", "style", "textarea", "title"];
/// What may stand in a paragraph, of all that [`crate::markdown`] writes and authors commonly do.
const PHRASING: [&str; 31] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img",
    "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
    "sup", "time", "u", "var",
];

/// The HTML of an article with its notes at their marks; `None` when there are none to move. Linear.
pub(super) fn side_notes(html: &str) -> Option<String> {
    let start = html.rfind(SECTION)?;
    let list = &html[start + SECTION.len()..];
    let end = list.find(SECTION_END)?;
    let mut notes = notes(&list[..end]);
    let mut out = String::with_capacity(html.len() + 256);
    move_notes(&html[..start], &mut notes, &mut out);
    let staying: Vec<&Note<'_>> = notes.values().filter(|note| !note.is_moved).collect();
    if staying.len() == notes.len() {
        return None;
    }
    if !staying.is_empty() {
        out.push_str(SECTION);
        for note in staying {
            // The numbers of a list with gaps have to be said.
            out.extend([NOTE, note.number, "\" value=\"", note.number, "\">\n", note.html]);
        }
        out.push_str(SECTION_END);
    }
    out.push_str(&list[end + SECTION_END.len()..]);
    Some(out)
}

struct Note<'a> {
    number: &'a str,
    /// From behind `<li id="fn-1">` to before the next note.
    html: &'a str,
    /// Its paragraphs, when it has nothing else.
    paragraphs: Option<Vec<&'a str>>,
    is_moved: bool,
}

fn notes(list: &str) -> BTreeMap<usize, Note<'_>> {
    let items = list.split(NOTE).skip(1).filter_map(|item| {
        let (number, html) = item.split_once("\">\n")?;
        let paragraphs = html.strip_suffix("</li>\n").and_then(paragraphs);
        Some((number.parse().ok()?, Note { number, html, paragraphs, is_moved: false }))
    });
    items.collect()
}

/// The insides of the paragraphs, if the HTML is nothing but paragraphs of phrasing content.
fn paragraphs(html: &str) -> Option<Vec<&str>> {
    let inner = html.trim_end().strip_prefix("<p>")?.strip_suffix("</p>")?;
    let paragraphs: Vec<&str> = inner.split("</p>\n<p>").collect();
    let is_phrasing =
        |paragraph: &&str| Tags::new(paragraph).all(|tag| PHRASING.contains(&tag.name.as_str()));
    paragraphs.iter().all(is_phrasing).then_some(paragraphs)
}

/// Copies the text, each note behind its first mark.
fn move_notes(html: &str, notes: &mut BTreeMap<usize, Note<'_>>, out: &mut String) {
    let mut copied = 0;
    let mut closed = 0_usize;
    for tag in Tags::new(html) {
        if CLOSED.contains(&tag.name.as_str()) {
            closed = if tag.is_end { closed.saturating_sub(1) } else { closed + 1 };
        }
        let Some(number) =
            html[tag.at..].strip_prefix(MARK).and_then(|rest| rest.split('"').next())
        else {
            continue;
        };
        let note = number.parse().ok().and_then(|number: usize| notes.get_mut(&number));
        let Some(note) = note.filter(|note| closed == 0 && !note.is_moved) else { continue };
        let (Some(paragraphs), Some(length)) = (&note.paragraphs, html[tag.at..].find("</sup>"))
        else {
            continue;
        };
        let end = tag.at + length + "</sup>".len();
        out.push_str(&html[copied..end]);
        copied = end;
        out.extend([
            "<span class=\"sidenote\" id=\"fn-",
            number,
            "\" role=\"note\"><span class=\"sidenote-number\">",
            number,
            "</span> ",
        ]);
        for (count, paragraph) in paragraphs.iter().enumerate() {
            match count {
                0 => out.push_str(paragraph),
                _ => out.extend(["<span class=\"sidenote-paragraph\">", paragraph, "</span>"]),
            }
        }
        out.push_str("</span>");
        note.is_moved = true;
    }
    out.push_str(&html[copied..]);
}

struct Tag {
    at: usize,
    /// In lower case.
    name: String,
    is_end: bool,
}

/// The tags of an HTML text, without comments and what stands in scripts.
struct Tags<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    fn new(html: &'a str) -> Tags<'a> {
        Tags { html, at: 0 }
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let at = self.at + memchr::memchr(b'<', &self.html.as_bytes()[self.at..])?;
            let rest = &self.html[at + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                self.at = at + 4 + comment.find("-->").map_or(comment.len(), |end| end + 3);
                continue;
            }
            let is_end = rest.starts_with('/');
            let name = &rest[usize::from(is_end)..];
            let name =
                &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
            self.at = at + 1 + usize::from(is_end) + name.len();
            if name.is_empty() {
                continue;
            }
            let name = name.to_ascii_lowercase();
            if !is_end && OPAQUE.contains(&name.as_str()) {
                self.at = end_of(self.html, self.at, &name);
            }
            return Some(Tag { at, name, is_end });
        }
    }
}

/// Where the end tag of an opaque element stands, or the end of the text.
fn end_of(html: &str, from: usize, name: &str) -> usize {
    let is_it = |at: &usize| {
        let rest = &html.as_bytes()[*at..];
        rest.get(1) == Some(&b'/')
            && rest
                .get(2..2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    memchr::memchr_iter(b'<', &html.as_bytes()[from..])
        .map(|at| from + at)
        .find(is_it)
        .unwrap_or(html.len())
}

#[cfg(test)]
mod tests {
    use super::side_notes;
    use crate::markdown::{Options, to_html};

    fn html(markdown: &str) -> String {
        to_html(markdown, &Options { extensions: true, ..Options::commonmark() })
    }

    fn moved(markdown: &str) -> String {
        side_notes(&html(markdown)).expect("a note that moves")
    }

    #[test]
    fn a_note_stands_behind_its_first_mark() {
        let found = moved("One[^a] and[^a] two.\n\n[^a]: A *note*.\n");
        let wanted = "<p>One<sup class=\"footnote-ref\" id=\"fnref-1\"><a href=\"#fn-1\" role=\"doc-noteref\">1</a></sup>\
            <span class=\"sidenote\" id=\"fn-1\" role=\"note\"><span class=\"sidenote-number\">1</span> A <em>note</em>. ";
        assert!(found.starts_with(wanted), "{found}");
        assert_eq!(found.matches("A <em>note</em>").count(), 1, "one copy");
        assert!(
            found.contains("href=\"#fnref-1\"") && found.contains("href=\"#fnref-1-2\""),
            "{found}"
        );
        assert!(!found.contains("<div") && found.ends_with("two.</p>\n"), "{found}");
    }

    #[test]
    fn a_note_of_two_paragraphs_is_one_note() {
        let found = moved("One[^a].\n\n[^a]: First.\n\n    Second.\n");
        assert!(
            found.contains("</span> First.<span class=\"sidenote-paragraph\">Second. <a"),
            "{found}"
        );
    }

    #[test]
    fn what_is_no_phrase_stays_with_its_number() {
        let found = moved("One[^a] two[^b].\n\n[^a]: Plain.\n[^b]: List:\n\n    - x\n");
        assert!(found.contains("<ol>\n<li id=\"fn-2\" value=\"2\">\n<p>List:</p>"), "{found}");
        assert!(
            found.contains("id=\"fn-1\" role=\"note\"") && !found.contains("<li id=\"fn-1\""),
            "{found}"
        );
        assert_eq!(found.matches("id=\"fn-2\"").count(), 1);
    }

    #[test]
    fn a_mark_where_no_note_can_be_keeps_it_at_the_end() {
        assert_eq!(side_notes(&html("| a[^a] |\n|---|\n| b |\n\n[^a]: Note.\n")), None);
        assert_eq!(side_notes(&html("## A[^a]\n\n[^a]: Note.\n")), None);
        // Behind it notes can be again.
        assert!(
            moved("## A[^a]\n\nB[^b].\n\n[^a]: Note.\n[^b]: Other.\n").contains("Other.</span>")
                || moved("## A[^a]\n\nB[^b].\n\n[^a]: Note.\n[^b]: Other.\n").contains("Other. <a")
        );
        // A note that only another note refers to has no line.
        let found = moved("A[^a].\n\n[^a]: See[^b].\n[^b]: Deep.\n");
        assert!(found.contains("<li id=\"fn-2\" value=\"2\">"), "{found}");
    }

    #[test]
    fn texts_that_look_like_tags_do_not_confuse_it() {
        let found =
            moved("<!-- <h2> -->\n\n<script>\"<td>\"</script>\n\nA `<a>`[^a].\n\n[^a]: Note.\n");
        assert!(found.contains("</sup><span class=\"sidenote\""), "{found}");
        assert_eq!(side_notes("<p>No notes</p>"), None);
        assert_eq!(side_notes(""), None);
        assert_eq!(side_notes("<p>< <"), None);
    }
}
