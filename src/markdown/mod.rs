//! Markdown body -> [`Prose`]: HTML with holes where the rest of the site has a say, and facts.
//!
//! [`parse`] sees one file and no site. Links, pictures and components stay *holes*; [`write`] fills
//! them by asking a [`Resolve`], which `output/` implements from the site, the assets and the theme.
//! No HTML is parsed again or patched afterwards.

use std::ops::Range;

use crate::config::RawHtml;
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
    /// Whether raw HTML blocks or inline HTML went through (feeds sanitise such bodies).
    pub has_raw_html: bool,
    /// Whether there is highlighted code (pages without need no style sheet for it).
    pub has_code: bool,
}

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
    /// Caption as inline HTML (from the Markdown title), and as plain text.
    pub caption_html: String,
    pub caption: String,
    pub credit: Option<String>,
    pub license: Option<String>,
    pub source: Option<String>,
    pub class: Option<String>,
    pub id: Option<String>,
    /// Target of a link around the picture.
    pub link: Option<String>,
    /// Number of the figure in its article, from 1; 0 for inline pictures.
    pub number: u32,
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

/// What [`parse`] gives back besides the prose.
pub struct Parsed {
    pub prose: Prose,
    /// Problems of the body, with places.
    pub problems: Vec<Diagnostic>,
}
