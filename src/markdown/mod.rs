//! Markdown body -> [`Prose`]: HTML with holes where the rest of the site has a say, and facts.
//!
//! [`parse()`] sees one file and no site. Links, pictures and components stay *holes*; [`write()`] fills
//! them by asking a [`Resolve`], which `output/` implements from the site, the assets and the theme.
//! No HTML is parsed again or patched afterwards, but for `markdown.html: sanitize`, which runs over
//! the finished HTML with the holes kept aside.

mod attribute;
mod autolink;
mod block;
mod call;
mod code;
mod component;
mod definition;
mod escape;
mod events;
mod fence;
mod figure;
mod footnote;
mod foreign;
mod heading;
mod inline;
mod lead;
mod link;
mod parse;
mod problem;
mod raw_html;
mod sanitize;
mod slug;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod write;

use std::ops::Range;

pub use code::{Highlighter, style_sheet, theme_names};
pub use escape::{escape_attribute, escape_href, escape_text};
pub use heading::{TocEntry, tree};
pub use inline::inline;
pub use parse::{parse, to_html};
pub use style::Scheme;
pub use write::{AsWritten, write, write_range, write_summary};

use crate::config::{MarkdownOptions, RawHtml};
use crate::diagnostic::Diagnostic;

/// How to read Markdown.
#[derive(Debug, Clone)]
pub struct Options {
    /// Off: plain CommonMark 0.31.2, no figures, no components, no heading ids.
    pub extensions: bool,
    pub html: RawHtml,
    pub smart_punctuation: bool,
    pub math: bool,
}

impl Options {
    /// CommonMark 0.31.2 and nothing else, raw HTML as it is.
    pub fn commonmark() -> Self {
        Options { extensions: false, html: RawHtml::Allow, smart_punctuation: false, math: false }
    }
}

impl From<&MarkdownOptions> for Options {
    fn from(options: &MarkdownOptions) -> Self {
        Options {
            extensions: true,
            html: options.html,
            smart_punctuation: options.smart_punctuation,
            math: options.math,
        }
    }
}

/// A body as HTML with holes.
#[derive(Debug, Default)]
pub struct Prose {
    /// Final HTML but for the holes.
    pub html: String,
    /// Sorted by `at`; several may stand at one offset.
    pub holes: Vec<Hole>,
    /// In order of the text.
    pub headings: Vec<Heading>,
    /// The part before `<!-- more -->` as a range of `html`, if the mark is there.
    pub summary: Option<Range<usize>>,
    /// Plain text of the first paragraph, shortened to 300 characters at a word, for lists.
    pub lead: String,
    /// Parts of `html` that make sense on the article's own page only: ids and anchors of headings,
    /// footnote marks, the section of footnotes. [`write_summary`] leaves them out. Sorted.
    pub page_only: Vec<Range<u32>>,
    /// Whether raw HTML went through as it was (feeds sanitise such bodies); sanitised HTML does not count.
    pub has_raw_html: bool,
    /// Whether there is highlighted code (pages without need no style sheet for it).
    pub has_code: bool,
}

impl Prose {
    /// Gives back the room that was kept for more: a site holds all its bodies at once. Copies, because
    /// allocators shrink in place only by half and more.
    fn pack(&mut self) {
        if self.html.capacity() > self.html.len() {
            self.html = String::from(self.html.as_str());
        }
        repack(&mut self.holes);
        repack(&mut self.headings);
        repack(&mut self.page_only);
    }

    /// The pictures that stand alone, in order of the text, those in the bodies of components too.
    pub fn figures(&self) -> impl Iterator<Item = &Image> {
        let mut found = Vec::new();
        collect_figures(self, &mut found);
        found.into_iter()
    }

    /// Whether the finished page has an element that `#id` leads to: a heading, a figure, a footnote, or
    /// raw HTML with an id or a name of its own. What components and templates add is not known here.
    pub fn has_anchor(&self, id: &str) -> bool {
        self.headings.iter().any(|heading| heading.id == id)
            || self.figures().any(|image| match &image.id {
                Some(own) => own == id,
                None => id.strip_prefix("fig-") == Some(&image.number.to_string()),
            })
            || self.has_element(id)
    }

    fn has_element(&self, id: &str) -> bool {
        let mut value = String::with_capacity(id.len());
        escape_attribute(id, &mut value);
        ["id=\"", "id='", "name=\""].iter().any(|attribute| {
            let wanted = [attribute, value.as_str()].concat();
            self.html.match_indices(&wanted).any(|(at, _)| {
                let before = self.html[..at].ends_with(|c: char| c.is_ascii_whitespace());
                before && self.html[at + wanted.len()..].starts_with(['"', '\''])
            })
        }) || self.holes.iter().any(|hole| match &hole.kind {
            HoleKind::Component(call) => {
                call.body.as_ref().is_some_and(|body| body.has_element(id))
            }
            _ => false,
        })
    }
}

fn repack<T>(values: &mut Vec<T>) {
    if values.capacity() > values.len() {
        let mut packed = Vec::with_capacity(values.len());
        packed.append(values);
        *values = packed;
    }
}

/// What the author wrote as source of each picture, those inside sentences and in components too.
pub fn image_sources(prose: &Prose) -> impl Iterator<Item = &str> {
    let mut found = Vec::new();
    collect_sources(prose, &mut found);
    found.into_iter()
}

fn collect_sources<'a>(prose: &'a Prose, found: &mut Vec<&'a str>) {
    for hole in &prose.holes {
        match &hole.kind {
            HoleKind::Image(image) | HoleKind::Figure(image) => found.push(&image.src),
            HoleKind::Component(call) => {
                if let Some(body) = &call.body {
                    collect_sources(body, found);
                }
            }
            HoleKind::Link { .. } => {}
        }
    }
}

fn collect_figures<'a>(prose: &'a Prose, found: &mut Vec<&'a Image>) {
    for hole in &prose.holes {
        match &hole.kind {
            HoleKind::Figure(image) => found.push(image),
            HoleKind::Component(call) => {
                if let Some(body) = &call.body {
                    collect_figures(body, found);
                }
            }
            HoleKind::Link { .. } | HoleKind::Image(_) => {}
        }
    }
}

/// A heading of a body, those in the bodies of components too.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    /// Inline HTML without links and footnote marks.
    pub html: String,
    /// Plain text.
    pub text: String,
}

/// A place in [`Prose::html`] that only the whole site can fill.
#[derive(Debug)]
pub struct Hole {
    /// Byte offset in the HTML.
    pub at: u32,
    /// Byte range in the source file, for messages.
    pub source: Range<u32>,
    pub kind: HoleKind,
}

/// What fills a [`Hole`].
#[derive(Debug)]
pub enum HoleKind {
    /// The value of an `href` attribute; the target as the author wrote it (decoded).
    Link { target: Box<str> },
    /// A picture inside a sentence: a whole `<img>`.
    Image(Box<Image>),
    /// A picture alone in its paragraph: a whole `<figure>`.
    Figure(Box<Image>),
    /// A component call: what it renders to.
    Component(Box<Call>),
}

/// A picture as the author wrote it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Image {
    pub src: String,
    /// Plain text; `None` when the author left it out altogether (`![](x.jpg)`).
    pub alt: Option<String>,
    /// Caption as inline HTML (from the Markdown title, links as written), and as plain text.
    /// Pictures inside a sentence have the plain text only.
    pub caption_html: String,
    pub caption: String,
    /// The links of `caption_html` that the site has to check; see [`Image::write_caption`].
    pub caption_links: Vec<CaptionLink>,
    pub credit: Option<String>,
    pub license: Option<String>,
    pub source: Option<String>,
    pub class: Option<String>,
    pub id: Option<String>,
    /// Target of a link around the picture.
    pub link: Option<String>,
    /// Width and height as the author wants them shown: digits, or digits and `%`.
    pub width: Option<String>,
    pub height: Option<String>,
    /// Number of the figure in its article, from 1; 0 for inline pictures.
    pub number: u32,
}

/// A link of a caption to a page or a heading of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptionLink {
    /// Where its `href` value stands in [`Image::caption_html`].
    pub at: Range<u32>,
    /// The target as the author wrote it (decoded).
    pub target: Box<str>,
}

/// A component called from Markdown.
#[derive(Debug)]
pub struct Call {
    pub name: String,
    pub arguments: Vec<(String, serde_json::Value)>,
    /// The Markdown between the opening and the closing tag.
    pub body: Option<Prose>,
}

/// Answers what a body asks of the rest of the site. Each method writes finished HTML.
pub trait Resolve {
    /// Writes the escaped `href` value for a link target.
    fn link(&self, target: &str, source: &Range<u32>, out: &mut String);
    /// Writes an `<img>` for an inline picture or a `<figure>` for one that stands alone.
    fn image(&self, image: &Image, is_figure: bool, source: &Range<u32>, out: &mut String);
    /// Writes what a component renders to; `body` is the finished HTML of its body.
    fn component(&self, call: &Call, body: Option<&str>, source: &Range<u32>, out: &mut String);
}

/// What [`parse()`] gives back: the prose, and what is wrong with it.
#[derive(Debug)]
pub struct Parsed {
    pub prose: Prose,
    /// Problems of the body, with places.
    pub problems: Vec<Diagnostic>,
}
