//! Diagnostics as text for people and as JSON for programs.
//!
//! Nothing that an author wrote reaches a terminal as it is: control characters and those that turn
//! the direction of writing are replaced by visible signs.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::{Diagnostic, Place, Severity};

/// Characters of a line that are marked at most; the rest of a wide mark says nothing more.
const WIDEST_MARK: usize = 60;

/// The full form, in the style of rustc: message, place, the line with the mark, hint and notes.
/// `width` is that of the terminal in characters. No line end at the end.
pub fn text(diagnostic: &Diagnostic, colour: bool, width: usize) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&diagnostic.message)).id(diagnostic.id);
    let mut first = match &diagnostic.place {
        Some(place) => title.element(element(place)),
        None => Group::with_title(title),
    };
    if let Some(hint) = &diagnostic.hint {
        first = first.element(Level::HELP.message(visible(hint)));
    }
    let mut groups = vec![first];
    for (label, place) in &diagnostic.notes {
        let title = Level::NOTE.secondary_title(visible(label));
        groups.push(title.element(element(place)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(width.max(40)).render(&groups)
}

/// The form of one line: `content/a.md:3:1: error[front-matter/unknown-key]: message`.
pub fn line(diagnostic: &Diagnostic) -> String {
    let place = match &diagnostic.place {
        Some(place) if place.line > 0 => {
            format!("{}:{}:{}: ", visible(&place.file), place.line, place.column)
        }
        Some(place) => format!("{}: ", visible(&place.file)),
        None => String::new(),
    };
    let severity = severity(diagnostic);
    format!("{place}{severity}[{}]: {}", diagnostic.id, visible(&diagnostic.message))
}

/// The form for programs: an object with the fields of the diagnostic; `line` and `column` count
/// from 1 and are null when the whole file is meant.
pub fn json(diagnostic: &Diagnostic) -> Value {
    let mut value = json!({
        "id": diagnostic.id,
        "severity": severity(diagnostic),
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "notes": diagnostic.notes.iter().map(|(label, place)| {
            let mut note = json!({ "message": label });
            add_place(&mut note, Some(place));
            note
        }).collect::<Vec<_>>(),
    });
    add_place(&mut value, diagnostic.place.as_ref());
    value
}

fn add_place(value: &mut Value, place: Option<&Place>) {
    let known = place.filter(|place| place.line > 0);
    value["file"] = json!(place.map(|place| place.file.as_ref()));
    value["line"] = json!(known.map(|place| place.line));
    value["column"] = json!(known.map(|place| place.column));
    value["width"] = json!(known.map(|place| place.width));
    value["text"] = json!(known.map(|place| place.text.as_str()));
}

/// `error` or `warning`.
pub(crate) fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Where, and the line with its mark if it is known. The renderer cuts a long line around the mark.
fn element(place: &Place) -> Element<'static> {
    if place.line == 0 {
        return Origin::path(visible(&place.file)).into();
    }
    let (line, mark) = marked(place);
    Snippet::source(line)
        .line_start(place.line)
        .path(visible(&place.file))
        .annotation(AnnotationKind::Primary.span(mark))
        .into()
}

/// The line made visible, and the mark as a byte range of it.
pub(crate) fn marked(place: &Place) -> (String, std::ops::Range<usize>) {
    let line = visible(&place.text);
    let start = place.column.saturating_sub(1);
    let end = start.saturating_add(place.width.clamp(1, WIDEST_MARK));
    let byte = |at: usize| line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
    let mark = byte(start)..byte(end);
    (line, mark)
}

/// Text in one line in which every character can be seen.
pub(crate) fn visible(text: &str) -> String {
    text.chars().map(visible_char).collect()
}

fn visible_char(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if c.is_control() => '\u{fffd}',
        '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Diagnostic {
        let text = "---\ntitle: x\ntitle: y\n---\n";
        Diagnostic::error("yaml/duplicate-key", "`title`: key given twice")
            .at(Place::in_text("content/a.md", text, 13..18))
            .note("first given here", Place::in_text("content/a.md", text, 4..9))
            .hint("keep one of the two")
    }

    #[test]
    fn text_is_in_the_style_of_rustc() {
        let expected = "\
error[yaml/duplicate-key]: `title`: key given twice
 --> content/a.md:3:1
  |
3 | title: y
  | ^^^^^
  |
  = help: keep one of the two
note: first given here
 --> content/a.md:2:1
  |
2 | title: x
  | ^^^^^";
        assert_eq!(text(&sample(), false, 100), expected);
        assert!(text(&sample(), true, 100).contains('\u{1b}'));
    }

    #[test]
    fn a_line_and_a_file_without_place() {
        assert_eq!(
            line(&sample()),
            "content/a.md:3:1: error[yaml/duplicate-key]: `title`: key given twice"
        );
        let whole = Diagnostic::warning("content/unknown-language", "m").at(Place::file("a.md"));
        assert_eq!(line(&whole), "a.md: warning[content/unknown-language]: m");
        assert_eq!(text(&whole, false, 80), "warning[content/unknown-language]: m\n--> a.md");
        let none = Diagnostic::warning("content/unknown-language", "m");
        assert_eq!(text(&none, false, 80), "warning[content/unknown-language]: m");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let long = format!("{}bad{}", "ä".repeat(9_000), "ö".repeat(5_000));
        let place = Place::in_text("a.md", &long, 18_000..18_003);
        let shown = text(&Diagnostic::error("yaml/syntax", "m").at(place), false, 80);
        assert!(shown.contains("a.md:1:9001"), "{shown}");
        assert!(shown.contains("bad") && shown.contains("^^^"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    }

    #[test]
    fn a_mark_past_the_end_of_its_line_is_shown() {
        let place = Place::line("a.md", 1, 90, 5, "short");
        assert!(text(&Diagnostic::error("yaml/syntax", "m").at(place), false, 80).contains('^'));
        let place = Place::line("a.md", 7, 1, 1, "");
        assert!(text(&Diagnostic::error("yaml/syntax", "m").at(place), false, 80).contains("7 |"));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let evil = "a\u{1b}[31mred\u{7}\u{9b}\u{202e}\u{200b}\rx";
        let diagnostic = Diagnostic::error("yaml/syntax", evil)
            .at(Place::line(evil, 1, 2, 3, evil))
            .note(evil, Place::line(evil, 1, 1, 1, evil))
            .hint(evil);
        for shown in [text(&diagnostic, false, 80), line(&diagnostic)] {
            let is_bad =
                |c: char| (c.is_control() && c != '\n') || c == '\u{202e}' || c == '\u{200b}';
            assert!(!shown.contains(is_bad), "{shown:?}");
        }
    }

    #[test]
    fn json_has_every_field() {
        let value = json(&sample());
        assert_eq!(value["severity"], "error");
        assert_eq!((&value["line"], &value["column"]), (&json!(3), &json!(1)));
        assert_eq!(value["text"], "title: y");
        assert_eq!(value["notes"][0]["line"], 2);
        assert_eq!(value["hint"], "keep one of the two");
        let whole = Diagnostic::error("yaml/syntax", "m").at(Place::file("a.md"));
        assert_eq!(json(&whole)["line"], Value::Null);
        assert_eq!(json(&whole)["file"], "a.md");
    }
}
