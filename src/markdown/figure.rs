//! Pictures: a whole figure when alone in the paragraph, an image when inside a sentence.

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::attribute::{self, Attributes};
use super::inline::inline_with;
use super::parse::Converter;
use super::{CaptionLink, HoleKind, Image, write};
use crate::diagnostic::{Diagnostic, nearest};

/// The attributes that a picture may have.
const KNOWN: [&str; 8] = ["alt", "class", "credit", "height", "id", "license", "source", "width"];

impl<'a> Converter<'a, '_> {
    /// Writes the figures of a paragraph that holds nothing else, up to its end. Otherwise leaves the
    /// events as they were and returns `false`.
    pub(super) fn figures_alone(&mut self, paragraph: &Range<usize>) -> bool {
        let source = self.body[paragraph.clone()].trim_start();
        if !source.starts_with("![") && !source.starts_with("[![") {
            return false;
        }
        let mut events = Vec::new();
        while let Some((event, range)) = self.events.next() {
            let is_end = matches!(event, Event::End(TagEnd::Paragraph));
            events.push((event, range));
            if is_end {
                break;
            }
        }
        let pictures = pictures_alone(self.body, &events);
        self.events.put_back(events);
        if let Some(pictures) = pictures {
            self.figures_of_paragraph(pictures);
        }
        pictures.is_some()
    }

    /// Several pictures in one paragraph belong together.
    fn figures_of_paragraph(&mut self, pictures: usize) {
        self.line();
        let is_gallery = pictures > 1;
        if is_gallery {
            self.out.html.push_str("<div class=\"gallery\">\n");
        }
        let mut link: Option<(String, Range<usize>)> = None;
        let mut pending: Option<(Image, Range<usize>)> = None;
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => {
                    link = (!self.is_refused(&dest_url, &range))
                        .then(|| (dest_url.to_string(), range));
                }
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let (mut image, place) = self.picture(&dest_url, &title, range);
                    let Some((target, link_range)) = link.take() else {
                        self.figure(image, place);
                        continue;
                    };
                    image.link = Some(target);
                    pending = Some((image, link_range));
                }
                Event::End(TagEnd::Link) => {
                    if let Some((mut image, place)) = pending.take() {
                        let end = self.attributes(&mut image, place.end);
                        self.events.skip = place.end..end;
                        self.figure(image, place);
                    }
                }
                Event::InlineHtml(html) => self.inline_html(&html),
                Event::End(TagEnd::Paragraph) => break,
                _ => {}
            }
        }
        if is_gallery {
            self.out.html.push_str("</div>\n");
        }
        self.depth = self.depth.saturating_sub(1);
        self.end_words();
        self.end_summary();
    }

    fn figure(&mut self, mut image: Image, place: Range<usize>) {
        self.figures += 1;
        image.number = self.figures;
        self.caption(&mut image);
        self.check_alt(&image, &place);
        self.hole(&place, HoleKind::Figure(Box::new(image)));
        self.out.html.push('\n');
    }

    pub(super) fn inline_image(&mut self, src: CowStr<'a>, title: CowStr<'a>, range: Range<usize>) {
        let start = self.out.html.len();
        let (image, place) = self.picture(&src, &title, range);
        self.depth = self.depth.saturating_sub(1);
        self.check_alt(&image, &place);
        self.hole(&place, HoleKind::Image(Box::new(image)));
        self.cut_from_heading(start);
    }

    /// Reads a picture up to its end, with the attributes that follow it.
    fn picture(&mut self, src: &str, title: &str, range: Range<usize>) -> (Image, Range<usize>) {
        let mut alt = String::new();
        let mut depth = 0;
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                    alt.push_str(&text);
                }
                Event::InlineMath(text) | Event::DisplayMath(text) => alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
        }
        let src = if self.is_refused(src, &range) { "" } else { src };
        let mut image = Image {
            src: src.to_string(),
            alt: (!alt.is_empty()).then_some(alt),
            caption: title.to_string(),
            ..Image::default()
        };
        if self.options.extensions {
            let end = self.attributes(&mut image, range.end);
            self.events.skip = range.end..end;
        }
        (image, range)
    }

    /// Reads the attributes that stand at `at`, if any; gives the offset behind them.
    fn attributes(&mut self, image: &mut Image, at: usize) -> usize {
        if !self.body[at..].starts_with('{') {
            return at;
        }
        match attribute::parse(self.body, at) {
            Ok((attributes, end)) => {
                self.set_attributes(image, attributes);
                end
            }
            Err(malformed) => {
                self.problem(
                    malformed.at,
                    Diagnostic::warning(
                        "markdown/attribute",
                        format!("expected {} in the attributes of a picture", malformed.expected),
                    )
                    .hint("write them as `{credit=\"A Photographer\" license=\"CC BY 4.0\"}`"),
                );
                at
            }
        }
    }

    fn set_attributes(&mut self, image: &mut Image, attributes: Attributes) {
        if !attributes.classes.is_empty() {
            image.class = Some(attributes.classes.join(" "));
        }
        if let Some((at, id)) = attributes.id {
            self.claim_id(&id, at);
            image.id = Some(id);
        }
        for (at, key, value) in attributes.pairs {
            match &*key {
                "alt" => image.alt = Some(value),
                "class" => image.class = Some(value),
                "credit" => image.credit = Some(value),
                "license" => image.license = Some(value),
                "source" if self.is_refused(&value, &at) => {}
                "source" => image.source = Some(value),
                "id" => {
                    self.claim_id(&value, at);
                    image.id = Some(value);
                }
                "width" if is_length(&value) => image.width = Some(value),
                "height" if is_length(&value) => image.height = Some(value),
                "width" | "height" => self.problem(
                    at,
                    Diagnostic::warning(
                        "markdown/attribute",
                        format!("`{key}`: expected a number or a percentage, found `{value}`"),
                    ),
                ),
                _ => self.unknown_attribute(&key, at),
            }
        }
    }

    fn unknown_attribute(&mut self, key: &str, at: Range<usize>) {
        let hint = nearest(key, KNOWN).map_or_else(
            || format!("the known ones are {}", KNOWN.map(|name| format!("`{name}`")).join(", ")),
            |name| format!("did you mean `{name}`?"),
        );
        self.problem(
            at,
            Diagnostic::warning("markdown/attribute", format!("`{key}`: unknown attribute"))
                .hint(hint),
        );
    }

    /// Turns the title into the caption: Markdown with links that the site checks.
    fn caption(&mut self, image: &mut Image) {
        if image.caption.is_empty() {
            return;
        }
        let title = std::mem::take(&mut image.caption);
        let mut plain = String::new();
        inline_with(
            &title,
            self.options,
            |prose| {
                let written = Caption::default();
                write(prose, &written, &mut image.caption_html);
                image.caption_links = written.links.into_inner();
            },
            &mut plain,
        );
        self.text.push_str(&plain);
        self.end_words();
        image.caption = plain;
    }

    fn check_alt(&mut self, image: &Image, place: &Range<usize>) {
        if self.options.extensions && image.alt.is_none() {
            self.problem(
                place.clone(),
                Diagnostic::warning("markdown/missing-alt", "a picture without alternative text")
                    .hint("say between `![` and `]` what it shows, or add `{alt=\"\"}` if it only decorates"),
            );
        }
    }
}

fn is_length(value: &str) -> bool {
    let digits = value.strip_suffix('%').unwrap_or(value);
    !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// How many pictures the events of a paragraph are; none when there is anything else. A link may stand around each,
/// attributes behind it. Pictures that are links stand each on its own line: several on one are signs, such as badges.
fn pictures_alone(body: &str, events: &[(Event<'_>, Range<usize>)]) -> Option<usize> {
    let attributes_end = |at: usize| match body[at..].starts_with('{') {
        true => attribute::parse(body, at).map_or(at, |(_, end)| end),
        false => at,
    };
    let mut skipped = 0..0;
    let (mut count, mut on_line, mut has_link) = (0, 0, false);
    let mut in_link = None;
    let mut index = 0;
    while let Some((event, range)) = events.get(index) {
        index += 1;
        if skipped.contains(&range.start) && range.end <= skipped.end {
            continue;
        }
        match event {
            Event::Start(Tag::Link { .. }) if in_link.is_none() => {
                in_link = Some(on_line);
                has_link = true;
            }
            Event::End(TagEnd::Link) if in_link.is_some_and(|before| before + 1 == on_line) => {
                in_link = None;
                skipped = range.end..attributes_end(range.end);
            }
            Event::Start(Tag::Image { .. }) => {
                index = end_of_picture(events, index);
                count += 1;
                on_line += 1;
                if on_line > 1 && has_link {
                    return None;
                }
                skipped = range.end..attributes_end(range.end);
            }
            Event::SoftBreak | Event::HardBreak if in_link.is_none() => {
                (on_line, has_link) = (0, false);
            }
            Event::InlineHtml(html) if html.starts_with("<!--") => {}
            Event::Text(text) => {
                let rest = if skipped.contains(&range.start) {
                    &body[skipped.end.min(range.end)..range.end]
                } else {
                    text
                };
                if !rest.trim().is_empty() {
                    return None;
                }
            }
            Event::End(TagEnd::Paragraph) => return Some(count),
            _ => return None,
        }
    }
    None
}

/// The place behind the end of a picture, whose text may hold other things.
fn end_of_picture(events: &[(Event<'_>, Range<usize>)], from: usize) -> usize {
    let mut depth = 0;
    for (at, (event, _)) in events.iter().enumerate().skip(from) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => return at + 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    events.len()
}

/// Writes a caption's links as they are and remembers where they came to stand.
#[derive(Default)]
struct Caption {
    links: RefCell<Vec<CaptionLink>>,
}

impl super::Resolve for Caption {
    fn link(&self, target: &str, source: &Range<u32>, out: &mut String) {
        let start = out.len() as u32;
        super::AsWritten.link(target, source, out);
        let at = start..out.len() as u32;
        self.links.borrow_mut().push(CaptionLink { at, target: target.into() });
    }

    fn image(&self, image: &Image, is_figure: bool, source: &Range<u32>, out: &mut String) {
        super::AsWritten.image(image, is_figure, source, out);
    }

    fn component(&self, _: &super::Call, _: Option<&str>, _: &Range<u32>, _: &mut String) {}
}

#[cfg(test)]
mod tests {
    use super::super::tests::{first_figure, problems, read, shown};
    use super::super::{Options, Resolve};
    use super::*;

    #[test]
    fn a_picture_alone_is_a_figure_with_all_that_the_author_gave() {
        let image = first_figure(
            "![Bishkek *from* the south](bishkek.jpg \"Bishkek, capital of *Kyrgyzstan*\"){credit=\"A. 'Photo' Grapher\" \
             license=\"CC BY 4.0\"\nsource=\"https://a.example/b_c_d\" .wide .dark #map width=300 height=50%}\n",
        );
        let wanted = Image {
            src: "bishkek.jpg".into(),
            alt: Some("Bishkek from the south".into()),
            caption: "Bishkek, capital of Kyrgyzstan".into(),
            caption_html: "Bishkek, capital of <em>Kyrgyzstan</em>".into(),
            credit: Some("A. 'Photo' Grapher".into()),
            license: Some("CC BY 4.0".into()),
            source: Some("https://a.example/b_c_d".into()),
            class: Some("wide dark".into()),
            id: Some("map".into()),
            width: Some("300".into()),
            height: Some("50%".into()),
            number: 1,
            ..Image::default()
        };
        assert_eq!(image, wanted);
    }

    #[test]
    fn curled_quotes_do_not_reach_the_attributes() {
        let options = Options { smart_punctuation: true, ..super::super::tests::options() };
        let markdown = "![a](b.png \"it's \\\"c\\\"\"){credit=\"O'Neil -- x\"}";
        let parsed = super::super::tests::read_with(markdown, &options).0;
        let image = parsed.prose.figures().next().unwrap();
        assert_eq!(image.credit.as_deref(), Some("O'Neil -- x"));
        assert_eq!(image.caption_html, "it’s “c”");
        assert!(parsed.problems.is_empty());
    }

    #[test]
    fn figures_may_be_linked_stand_in_rows_and_are_numbered() {
        assert_eq!(
            shown("![a](b.png)\n[![c](d.png){.x}](e.md){.y}\n\n> ![f](g.png){.z}\n"),
            "<div class=\"gallery\">\n[b.png true 1]\n[d.png true 2]\n</div>\n\
             <blockquote>\n[g.png true 3]\n</blockquote>\n"
        );
        assert_eq!(
            shown("![a](b.png \"One\"){.x} ![c](d.png)\n"),
            "<div class=\"gallery\">\n[b.png true 1]\n[d.png true 2]\n</div>\n"
        );
        let parsed = read("[![c](d.png){credit=x}](e.md){license=y}");
        let image = parsed.prose.figures().next().unwrap();
        assert_eq!(image.link.as_deref(), Some("e.md"));
        assert_eq!((image.credit.as_deref(), image.license.as_deref()), (Some("x"), Some("y")));
    }

    #[test]
    fn a_picture_with_words_around_it_stays_in_the_sentence() {
        for markdown in [
            "a ![b](c.png)",
            "![b](c.png) a",
            "![b](c.png){.d} a",
            "[![b](c.png) a](d.md)",
            "[![b](c.png)](d.md) [![e](f.png)](g.md)",
            "![b](c.png) [![e](f.png)](g.md)",
            "# ![b](c.png)",
            "- ![b](c.png)",
            "*![b](c.png)*",
            "![b](c.png)\na",
            "[a](b.md)![b](c.png)",
        ] {
            let prose = read(markdown).prose;
            assert_eq!(prose.figures().count(), 0, "{markdown}");
            let shown = shown(markdown);
            assert!(
                shown.contains("[c.png false 0]") && !shown.contains(['{', '}']),
                "{markdown}: {shown}"
            );
        }
    }

    #[test]
    fn missing_alternative_text_is_a_warning_and_an_empty_one_can_be_meant() {
        let wanted = |at: &str| {
            vec![format!("{at} markdown/missing-alt a picture without alternative text")]
        };
        assert_eq!(problems("a\n\n![](b.png)\n"), wanted("3:1+10"));
        assert_eq!(problems("a ![](b.png) c\n"), wanted("1:3+10"));
        assert!(problems("![](b.png){alt=\"\"}\n").is_empty());
        assert_eq!(first_figure("![](b.png){alt=\"\"}").alt.as_deref(), Some(""));
        assert_eq!(first_figure("![](b.png)").alt, None);
    }

    #[test]
    fn faults_in_attributes_are_warnings_with_place() {
        assert_eq!(
            problems("![a](b.png){credt=x}\n"),
            ["1:13+5 markdown/attribute `credt`: unknown attribute"]
        );
        let hint = read("![a](b.png){credt=x}").problems[0].hint.clone();
        assert_eq!(hint.as_deref(), Some("did you mean `credit`?"));
        assert!(
            problems("![a](b.png){width=big}")[0]
                .starts_with("1:13+5 markdown/attribute `width`: expected")
        );
        assert!(problems("![a](b.png){credit=\"x}")[0].contains("expected a closing quote"));
        assert!(shown("![a](b.png){credit=\"x}").contains("{credit=\"x}"));
    }

    #[test]
    fn links_of_a_caption_are_resolved_when_it_is_written() {
        struct Shout;
        impl Resolve for Shout {
            fn link(&self, target: &str, _: &Range<u32>, out: &mut String) {
                out.push_str(&target.to_uppercase());
            }
            fn image(&self, image: &Image, _: bool, source: &Range<u32>, out: &mut String) {
                image.write_caption(self, source, out);
            }
            fn component(
                &self,
                _: &super::super::Call,
                _: Option<&str>,
                _: &Range<u32>,
                _: &mut String,
            ) {
            }
        }
        let prose =
            read("![a](b.png \"See [*c*](d.md) and [e](f.md), [g](https://h.example)\")").prose;
        let mut html = String::new();
        write(&prose, &Shout, &mut html);
        assert_eq!(
            html,
            "See <a href=\"D.MD\"><em>c</em></a> and <a href=\"F.MD\">e</a>, <a href=\"https://h.example\">g</a>\n"
        );
        let image = prose.figures().next().unwrap();
        assert!(image.caption_html.contains("href=\"d.md\""));
    }

    #[test]
    fn a_caption_is_one_line_of_text_whatever_it_begins_with() {
        for (title, wanted) in [
            ("1990. A year", "1990. A year"),
            ("# x", "# x"),
            ("- a *b*", "- a <em>b</em>"),
            ("_a_", "<em>a</em>"),
            ("a & b", "a &amp; b"),
            ("a\nb", "a\nb"),
        ] {
            assert_eq!(
                first_figure(&format!("![a](b.png \"{title}\")")).caption_html.replace('\n', " "),
                wanted.replace('\n', " ")
            );
        }
    }
}
