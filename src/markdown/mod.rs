//! Markdown body -> [`Prose`]: HTML with holes where the rest of the site has a say, and facts.
//!
//! [`parse()`] sees one file and no site. Links, pictures and components stay *holes*; [`write()`] fills
//! them by asking a [`Resolve`], which `output/` implements from the site, the assets and the theme.
//! No HTML is parsed again or patched afterwards, but for `markdown.html: sanitize`, which runs over
//! the finished HTML with the holes kept aside.

mod attribute;
mod autolink;
mod block;
mod body;
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

pub use body::{Body, Html, Load};
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

/// A body as HTML with holes: the facts that others ask for, and what it looks like in [`Prose::body`].
#[derive(Debug, Default)]
pub struct Prose {
    /// Sorted by `at`; several may stand at one offset.
    pub holes: Vec<Hole>,
    /// The part before `<!-- more -->` as a range of [`Html::text`], if the mark is there.
    pub summary: Option<Range<usize>>,
    /// Plain text of the first paragraph, shortened to 300 characters at a word, for lists.
    pub lead: String,
    /// The ids of the headings, in order of the text, each ended by a line feed.
    pub heading_ids: Box<str>,
    /// The other ids and names in the HTML as they stand there, sorted, each ended by a line feed.
    pub anchors: Box<str>,
    /// Whether raw HTML went through as it was (feeds sanitise such bodies); sanitised HTML does not count.
    pub has_raw_html: bool,
    /// Whether there is highlighted code (pages without need no style sheet for it).
    pub has_code: bool,
    /// The HTML.
    pub body: Body,
}

impl Prose {
    /// The pictures that stand alone, in order of the text, those in the bodies of components too.
    pub fn figures(&self) -> impl Iterator<Item = &Image> {
        let mut found = Vec::new();
        collect_figures(&self.holes, &mut found);
        found.into_iter()
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
    collect_sources(&prose.holes, &mut found);
    found.into_iter()
}

fn collect_sources<'a>(holes: &'a [Hole], found: &mut Vec<&'a str>) {
    for hole in holes {
        match &hole.kind {
            HoleKind::Image(image) | HoleKind::Figure(image) => found.push(&image.src),
            HoleKind::Component(call) => {
                if let Some(body) = &call.body {
                    collect_sources(&body.holes, found);
                }
            }
            HoleKind::Link { .. } => {}
        }
    }
}

fn collect_figures<'a>(holes: &'a [Hole], found: &mut Vec<&'a Image>) {
    for hole in holes {
        match &hole.kind {
            HoleKind::Figure(image) => found.push(image),
            HoleKind::Component(call) => {
                if let Some(body) = &call.body {
                    collect_figures(&body.holes, found);
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

/// A place in [`Html::text`], or in one of [`Html::parts`], that only the whole site can fill.
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
    pub body: Option<CallBody>,
}

/// The body of a component call.
#[derive(Debug)]
pub struct CallBody {
    /// Index of its HTML in [`Html::parts`].
    pub part: u32,
    /// Sorted by `at`.
    pub holes: Vec<Hole>,
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
