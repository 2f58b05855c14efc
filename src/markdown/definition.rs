//! Definition lists: a colon makes a definition only with space behind it. The parser takes any line that
//! begins with a colon for one (`:tada:`, `:::`); here those become the paragraphs that they are.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::parse::Converter;

type Piece<'a> = (Event<'a>, Range<usize>);

impl<'a> Converter<'a, '_> {
    /// Opens a list whose first event has just been taken.
    pub(super) fn start_definitions(&mut self, range: Range<usize>) {
        let mut inside = Vec::new();
        let mut depth = 1;
        while let Some((event, place)) = self.events.next() {
            match event {
                Event::Start(Tag::DefinitionList) => depth += 1,
                Event::End(TagEnd::DefinitionList) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            inside.push((event, place));
        }
        let body = self.body;
        let is_real = |(event, place): &Piece<'a>| {
            !matches!(event, Event::Start(Tag::DefinitionListDefinition))
                || is_definition(body, place.start)
        };
        if inside.iter().all(is_real) {
            inside.push((Event::End(TagEnd::DefinitionList), range));
            self.events.put_back(inside);
            return self.start_block(Tag::DefinitionList);
        }
        self.depth = self.depth.saturating_sub(1);
        self.events.put_back(regroup(inside, body));
    }
}

/// Counts lists inside of lists.
fn step(event: &Event<'_>, depth: &mut i32) {
    match event {
        Event::Start(Tag::DefinitionList) => *depth += 1,
        Event::End(TagEnd::DefinitionList) => *depth -= 1,
        _ => {}
    }
}

/// Whether a colon has space behind it.
fn is_definition(body: &str, at: usize) -> bool {
    let rest = body[at..].trim_start_matches([' ', '\t', '>']);
    rest.strip_prefix(':')
        .is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// The groups of a list, each a title and its definitions: real ones stay lists, the others become paragraphs.
fn regroup<'a>(events: Vec<Piece<'a>>, body: &str) -> Vec<Piece<'a>> {
    let mut groups: Vec<Vec<Piece<'a>>> = Vec::new();
    let mut depth = 0;
    for piece in events {
        step(&piece.0, &mut depth);
        if groups.is_empty()
            || (depth == 0 && matches!(piece.0, Event::Start(Tag::DefinitionListTitle)))
        {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.last_mut() {
            group.push(piece);
        }
    }
    let mut done = Vec::new();
    for group in groups {
        let is_real = group.iter().all(|(event, place)| {
            !matches!(event, Event::Start(Tag::DefinitionListDefinition))
                || is_definition(body, place.start)
        });
        let range = group.first().map_or(0, |first| first.1.start)
            ..group.last().map_or(0, |last| last.1.end);
        if is_real {
            done.push((Event::Start(Tag::DefinitionList), range.clone()));
            done.extend(group);
            done.push((Event::End(TagEnd::DefinitionList), range));
        } else {
            paragraphs(group, body, &mut done);
        }
    }
    done
}

/// A title and what follows it as paragraphs, the colon as text.
fn paragraphs<'a>(group: Vec<Piece<'a>>, body: &str, done: &mut Vec<Piece<'a>>) {
    let mut depth = 0;
    let mut is_open = false;
    let mut colon: Option<Range<usize>> = None;
    let mut end = 0;
    for (event, place) in group {
        step(&event, &mut depth);
        match event {
            Event::Start(Tag::DefinitionListTitle) if depth == 0 => {
                end = place.end;
                done.push((Event::Start(Tag::Paragraph), place));
                is_open = true;
            }
            Event::End(TagEnd::DefinitionListTitle) if depth == 0 => {}
            Event::Start(Tag::DefinitionListDefinition) if depth == 0 => {
                let at =
                    body[place.start..].find(':').map_or(place.start, |found| place.start + found);
                let line_before = body[..at].rsplit('\n').nth(1).unwrap_or_default();
                let is_apart = line_before.trim_matches([' ', '\t', '>', '\r']).is_empty();
                if is_apart && is_open {
                    done.push((Event::End(TagEnd::Paragraph), end..end));
                    is_open = false;
                }
                colon = Some(at..at + 1);
            }
            Event::End(TagEnd::DefinitionListDefinition) if depth == 0 => {
                if let Some(colon) = colon.take() {
                    open_with(colon, &mut is_open, done);
                }
                end = place.end;
            }
            Event::Start(Tag::Paragraph) if colon.is_some() => {
                if let Some(colon) = colon.take() {
                    open_with(colon, &mut is_open, done);
                }
            }
            Event::End(TagEnd::Paragraph) if depth == 0 && is_open => {
                done.push((Event::End(TagEnd::Paragraph), place));
                is_open = false;
            }
            event => {
                if let Some(colon) = colon.take() {
                    open_with(colon, &mut is_open, done);
                }
                let is_block = matches!(&event, Event::Start(tag) if !is_inline(tag))
                    || matches!(event, Event::Rule);
                if is_block && is_open {
                    done.push((Event::End(TagEnd::Paragraph), place.start..place.start));
                    is_open = false;
                }
                done.push((event, place));
            }
        }
    }
    if is_open {
        done.push((Event::End(TagEnd::Paragraph), end..end));
    }
}

/// The colon, on a new line of the open paragraph or at the beginning of one.
fn open_with<'a>(colon: Range<usize>, is_open: &mut bool, done: &mut Vec<Piece<'a>>) {
    if *is_open {
        done.push((Event::SoftBreak, colon.start..colon.start));
    } else {
        done.push((Event::Start(Tag::Paragraph), colon.clone()));
        *is_open = true;
    }
    done.push((Event::Text(":".into()), colon));
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn a_colon_without_space_makes_no_definition() {
        for (markdown, wanted) in [
            ("Some words\n:smile: and *more*", "<p>Some words\n:smile: and <em>more</em></p>\n"),
            ("Some words\n:::", "<p>Some words\n:::</p>\n"),
            ("::: note\ntext\n:::\n\nmore", "<p>::: note\ntext\n:::</p>\n<p>more</p>\n"),
            ("One.\n\n:tada: Two\n\nThree", "<p>One.</p>\n<p>:tada: Two</p>\n<p>Three</p>\n"),
            ("> a\n> :b: c", "<blockquote>\n<p>a\n:b: c</p>\n</blockquote>\n"),
            ("- a\n  :b: [c](d)", "<p>a\n:b: <a href=\"d\">c</a></p>"),
            (
                "Term\n: yes\n\nwords\n:no",
                "<dl>\n<dt>Term</dt>\n<dd>yes</dd>\n</dl>\n<p>words\n:no</p>\n",
            ),
            ("a\n:- b", "<p>a\n:</p>\n<ul>\n<li>b</li>\n</ul>\n"),
        ] {
            let found = html(markdown);
            assert!(found.contains(wanted), "{markdown:?}: {found}");
        }
    }

    #[test]
    fn a_colon_with_space_still_does() {
        assert_eq!(
            html("Term\n: One\n: Two *x*"),
            "<dl>\n<dt>Term</dt>\n<dd>One</dd>\n<dd>Two <em>x</em></dd>\n</dl>\n"
        );
        assert_eq!(
            html("> Term\n> : One"),
            "<blockquote>\n<dl>\n<dt>Term</dt>\n<dd>One</dd>\n</dl>\n</blockquote>\n"
        );
    }
}
