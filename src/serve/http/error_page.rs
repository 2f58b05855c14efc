//! The page that stands where a page cannot be made: why, where, and what to do.

use std::fmt::Write;

use super::inject::escape;
use crate::diagnostic::{Diagnostic, Place, render};

/// Problems that are shown; the terminal has all.
const MOST: usize = 50;

const STYLE: &str = include_str!("error_page.css");

/// The page for an address. The preview's script goes in before the end of its body, so that it goes away when the
/// page can be made.
pub(super) fn page(path: &str, problems: &[Diagnostic]) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>Error: {path}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>This page cannot be made</h1>\n<p><code>{path}</code></p>\n",
        path = shown(path)
    );
    for problem in problems.iter().take(MOST) {
        one(&mut html, problem);
    }
    if problems.len() > MOST {
        let _ = writeln!(html, "<p>... and {} more</p>", problems.len() - MOST);
    }
    if problems.is_empty() {
        html.push_str("<p>The terminal says why.</p>\n");
    }
    html.push_str("<p class=\"end\">It appears here as soon as it can be made.</p>\n</main>\n</body>\n</html>\n");
    html
}

fn one(html: &mut String, problem: &Diagnostic) {
    let severity = render::severity(problem);
    let _ = write!(
        html,
        "<section class=\"{severity}\">\n<h2>{}</h2>\n<p class=\"id\">{severity} <code>{}</code></p>\n",
        shown(&problem.message),
        escape(problem.id)
    );
    if let Some(at) = &problem.place {
        place(html, at);
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(html, "<p><strong>help:</strong> {}</p>", shown(hint));
    }
    for (label, at) in &problem.notes {
        let _ = writeln!(html, "<p><strong>note:</strong> {}</p>", shown(label));
        place(html, at);
    }
    html.push_str("</section>\n");
}

/// The place, and the line with the mark if it is known.
fn place(html: &mut String, place: &Place) {
    let file = shown(&place.file);
    if place.line == 0 {
        let _ = writeln!(html, "<p class=\"place\">{file}</p>");
        return;
    }
    let _ = writeln!(html, "<p class=\"place\">{file}:{}:{}</p>", place.line, place.column);
    let (line, mark) = render::marked(place);
    let part = |text: Option<&str>| escape(text.unwrap_or_default());
    let marked = part(line.get(mark.clone()));
    let _ = writeln!(
        html,
        "<pre tabindex=\"0\"><span class=\"number\">{}</span> {}<mark>{}</mark>{}</pre>",
        place.line,
        part(line.get(..mark.start)),
        if marked.is_empty() { " " } else { &marked },
        part(line.get(mark.end..)),
    );
}

/// Text of the author's, in which every character can be seen.
fn shown(text: &str) -> String {
    escape(&render::visible(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_with_place_mark_and_help() {
        let text = "---\ntitle: x\ntitle: y\n---\n";
        let problem = Diagnostic::error("yaml/duplicate-key", "`title`: key given twice")
            .at(Place::in_text("content/a.md", text, 13..18))
            .note("first given here", Place::in_text("content/a.md", text, 4..9))
            .hint("keep one of the two");
        let page = page("/posts/a/", &[problem]);
        for part in [
            "<h2>`title`: key given twice</h2>",
            "error <code>yaml/duplicate-key</code>",
            "content/a.md:3:1",
            "<span class=\"number\">3</span> <mark>title</mark>: y</pre>",
            "keep one of the two",
            "first given here",
            "content/a.md:2:1",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }

    #[test]
    fn nothing_of_the_authors_is_markup() {
        let evil = "</code><script>alert(\"1\")</script>\u{202e}\u{1b}";
        let problem = Diagnostic::error("yaml/syntax", evil)
            .at(Place::line(evil, 1, 3, 2000, evil))
            .note(evil, Place::file(evil))
            .hint(evil);
        let page = page(evil, &[problem]);
        assert!(!page.contains("<script") && !page.contains(['\u{202e}', '\u{1b}']), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 8, "{page}");
    }

    #[test]
    fn many_problems_are_counted_and_marks_past_the_end_are_shown() {
        let problem = Diagnostic::error("yaml/syntax", "m").at(Place::line("a.md", 1, 90, 5, "ab"));
        let page = page("/", &vec![problem; 60]);
        assert_eq!(page.matches("<section").count(), 50);
        assert!(page.contains("and 10 more") && page.contains("ab<mark> </mark>"), "{page}");
    }
}
