//! The heavy part of a [`super::Prose`]: its HTML, which is needed only where the body is shown.
//!
//! A body is here, or it is loaded each time it is asked for: whoever loads it ([`Load`]) decides what is
//! worth keeping. Whatever whole-site passes ask of every article stands in [`super::Prose`] itself.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{Heading, Prose, escape_attribute, repack};

/// What a body looks like. Offsets of holes and of the summary refer to it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Html {
    /// Final HTML but for the holes.
    pub text: String,
    /// The HTML of the bodies of components, see [`super::CallBody::part`].
    pub parts: Vec<String>,
    /// In order of the text, those in the bodies of components too.
    pub headings: Vec<Heading>,
    /// Parts of `text` that make sense on the article's own page only: ids and anchors of headings,
    /// footnote marks, the section of footnotes. [`super::write_summary`] leaves them out. Sorted.
    pub page_only: Vec<Range<u32>>,
}

impl Html {
    /// Gives back the room that was kept for more: a site holds all its bodies at once. Copies, because
    /// allocators shrink in place only by half and more.
    pub(super) fn pack(&mut self) {
        if self.text.capacity() > self.text.len() {
            self.text = String::from(self.text.as_str());
        }
        repack(&mut self.parts);
        repack(&mut self.headings);
        repack(&mut self.page_only);
    }
}

/// Brings bodies that are kept elsewhere.
pub trait Load: Send + Sync {
    /// The body with this number, as [`super::Prose::body`] gave it when it was put away. It has to be the
    /// right one: makes it anew when what was put away is damaged.
    fn load(&self, number: u32) -> Arc<Html>;
}

/// A body that is here, or one that is loaded when it is asked for.
#[derive(Clone)]
pub struct Body(Place);

#[derive(Clone)]
enum Place {
    Here(Arc<Html>),
    Stored { by: Arc<dyn Load>, number: u32 },
}

impl Body {
    /// A body that is loaded by its number.
    pub fn stored(by: Arc<dyn Load>, number: u32) -> Body {
        Body(Place::Stored { by, number })
    }

    /// The body itself; costs a load when it is not here.
    pub fn html(&self) -> Arc<Html> {
        match &self.0 {
            Place::Here(html) => html.clone(),
            Place::Stored { by, number } => by.load(*number),
        }
    }

    pub(super) fn into_html(self) -> Html {
        match self.0 {
            Place::Here(html) => Arc::unwrap_or_clone(html),
            Place::Stored { by, number } => Arc::unwrap_or_clone(by.load(number)),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Html::default().into()
    }
}

impl From<Html> for Body {
    fn from(html: Html) -> Self {
        Body(Place::Here(Arc::new(html)))
    }
}

/// Says where the body is, and loads nothing.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Here(_) => f.write_str("Body(here)"),
            Place::Stored { number, .. } => write!(f, "Body(stored {number})"),
        }
    }
}

impl Prose {
    /// The heavy part; costs a load when it is not here, so that whoever needs it twice keeps it.
    pub fn body(&self) -> Arc<Html> {
        self.body.html()
    }

    /// Whether the finished page has an element that `#id` leads to: a heading, a figure, a footnote, or
    /// raw HTML with an id or a name of its own. What components and templates add is not known here.
    pub fn has_anchor(&self, id: &str) -> bool {
        self.heading_ids().any(|known| known == id)
            || self.figures().any(|image| match &image.id {
                Some(own) => own == id,
                None => id.strip_prefix("fig-") == Some(&image.number.to_string()),
            })
            || {
                let mut value = String::with_capacity(id.len());
                escape_attribute(id, &mut value);
                self.anchors.split_terminator('\n').any(|known| known == value)
            }
    }

    /// The ids of the headings, in order of the text.
    pub fn heading_ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.heading_ids.split_terminator('\n')
    }
}

/// The ids of headings as [`Prose`] keeps them.
pub(super) fn heading_ids(headings: &[Heading]) -> Box<str> {
    lines(headings.iter().map(|heading| heading.id.as_str()))
}

/// The ids and names in HTML, sorted, each once; those of headings are known without. Text that looks like
/// one is taken for one: raw HTML need not be well-formed, so that tags cannot be told from text.
pub(super) fn anchors(html: &Html) -> Box<str> {
    let mut known: Vec<&str> = html.headings.iter().map(|heading| heading.id.as_str()).collect();
    known.sort_unstable();
    let mut found = Vec::new();
    for text in std::iter::once(&html.text).chain(&html.parts) {
        for attribute in ["id=", "name="] {
            for at in memchr::memmem::find_iter(text.as_bytes(), attribute) {
                let begins = text[..at].ends_with(|c: char| c.is_ascii_whitespace());
                let value = quoted(&text[at + attribute.len()..]).filter(|_| begins);
                found.extend(
                    value.filter(|id| !id.contains('\n') && known.binary_search(id).is_err()),
                );
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    lines(found.into_iter())
}

fn lines<'a>(words: impl Iterator<Item = &'a str>) -> Box<str> {
    let mut lines = String::new();
    for word in words {
        lines.push_str(word);
        lines.push('\n');
    }
    lines.into_boxed_str()
}

/// What stands in the quotes that the text begins with.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].split_once(quote).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Show, read, read_with, with_html};
    use super::super::{AsWritten, write, write_summary};
    use super::*;
    use crate::config::RawHtml;

    #[test]
    fn every_anchor_of_a_body_is_known_without_its_html() {
        let markdown = "# A\n\n# B {#own}\n\n<p id=\"raw&quot;\" name='n x'\nid='o\"'><a\tname=\"m\" data-id=\"no\" id=none></a>\n\n\
            ![c](d.png)\n\n![e](f.png){#fig}\n\n`id=\"code\"`[^1] href=\"id=\"\n\n{% <x> %}\n<b id=\"in\">y</b>\n{% </x> %}\n\n[^1]: z[^1]\n";
        let prose = read(markdown).prose;
        assert_eq!(prose.heading_ids().collect::<Vec<_>>(), ["a", "own"]);
        assert_eq!(&*prose.anchors, "fn-1\nfnref-1\nfnref-1-2\nin\nm\nn x\no\"\nraw&quot;\n");
        for id in ["a", "own", "raw\"", "fig-1", "fig", "in", "fn-1", "fnref-1-2"] {
            assert!(prose.has_anchor(id), "{id}");
        }
        for id in ["", "fig-2", "no", "none", "code", "raw", "in\nm", "n"] {
            assert!(!prose.has_anchor(id), "{id}");
        }
    }

    #[test]
    fn text_that_looks_like_an_anchor_is_none() {
        assert_eq!(&*read("# a\n\nsay id=\"b\"\n").prose.anchors, "");
        let escaped = read_with("<p id=\"b\">\n", &with_html(RawHtml::Escape)).0.prose;
        assert_eq!(&*escaped.anchors, "");
        let clean = read_with("<p id=\"b\" onclick=\"\">c</p>\n", &with_html(RawHtml::Sanitize));
        assert_eq!(&*clean.0.prose.anchors, "b\n");
    }

    struct Shelf(Vec<Arc<Html>>);

    impl Load for Shelf {
        fn load(&self, number: u32) -> Arc<Html> {
            self.0.get(number as usize).cloned().unwrap_or_default()
        }
    }

    #[test]
    fn a_stored_body_is_written_as_one_that_is_here() {
        let markdown = "# a[^1]\n\n[b](c.md)\n\n<!-- more -->\n\n{% <d e={1}> %}\n![f](g.png)\n\n{% <h> %}\ni\n{% </h> %}\n{% </d> %}\n\n[^1]: j\n";
        let mut prose = read(markdown).prose;
        let shown = |prose: &Prose| {
            let (mut html, mut summary) = (String::new(), String::new());
            write(prose, &Show, &mut html);
            assert!(write_summary(prose, &AsWritten, &mut summary));
            (html, summary)
        };
        let wanted = shown(&prose);
        assert!(wanted.0.contains("[d e=1|[g.png true 1]\n[h|<p>i</p>\n]\n]"), "{}", wanted.0);
        let shelf = Arc::new(Shelf(vec![Arc::default(), prose.body()]));
        prose.body = Body::stored(shelf.clone(), 1);
        assert_eq!(shown(&prose), wanted);
        assert_eq!(format!("{:?}", prose.body), "Body(stored 1)");
        // A wrong one harms nothing but the page.
        prose.body = Body::stored(shelf, 0);
        shown(&prose);
    }
}
