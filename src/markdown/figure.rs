//! Pictures: a whole figure when alone in the paragraph, an image when inside a sentence.

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

use super::attribute::{self, Attributes};
use super::parse::{Converter, inline_with};
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
        let is_alone = holds_pictures_only(self.body, &events);
        self.events.put_back(events);
        if is_alone {
            self.figures_of_paragraph();
        }
        is_alone
    }

    fn figures_of_paragraph(&mut self) {
        self.line();
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

/// Whether the events of a paragraph are pictures, each on its own line, with or without a link
/// around them and attributes behind them.
fn holds_pictures_only(body: &str, events: &[(Event<'_>, Range<usize>)]) -> bool {
    let attributes_end = |at: usize| match body[at..].starts_with('{') {
        true => attribute::parse(body, at).map_or(at, |(_, end)| end),
        false => at,
    };
    let mut skipped = 0..0;
    let mut on_line = 0;
    let mut in_link = None;
    let mut index = 0;
    while let Some((event, range)) = events.get(index) {
        index += 1;
        if skipped.contains(&range.start) && range.end <= skipped.end {
            continue;
        }
        match event {
            Event::Start(Tag::Link { .. }) if in_link.is_none() => in_link = Some(on_line),
            Event::End(TagEnd::Link) if in_link.is_some_and(|before| before + 1 == on_line) => {
                in_link = None;
                skipped = range.end..attributes_end(range.end);
            }
            Event::Start(Tag::Image { .. }) => {
                let mut depth = 0;
                while let Some((event, _)) = events.get(index) {
                    index += 1;
                    match event {
                        Event::Start(_) => depth += 1,
                        Event::End(_) if depth == 0 => break,
                        Event::End(_) => depth -= 1,
                        _ => {}
                    }
                }
                on_line += 1;
                if on_line > 1 {
                    return false;
                }
                skipped = range.end..attributes_end(range.end);
            }
            Event::SoftBreak | Event::HardBreak if in_link.is_none() => on_line = 0,
            Event::InlineHtml(html) if html.starts_with("<!--") => {}
            Event::Text(text) => {
                let rest = if skipped.contains(&range.start) {
                    &body[skipped.end.min(range.end)..range.end]
                } else {
                    text
                };
                if !rest.trim().is_empty() {
                    return false;
                }
            }
            Event::End(TagEnd::Paragraph) => return true,
            _ => return false,
        }
    }
    false
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
