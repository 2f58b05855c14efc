//! Social cards: a picture of 1200x630 pixels that stands for an article without a lead picture where it is shared.
//!
//! Words, colours and fonts in, the bytes of a PNG out. It never reads a file itself: [`Fonts`] is given a function that
//! does. The same card and the same fonts give the same bytes, on every machine and from every thread.

#[cfg(feature = "cards")]
mod canvas;
#[cfg(feature = "cards")]
mod choice;
#[cfg(feature = "cards")]
mod draw;
#[cfg(feature = "cards")]
mod face;
mod fonts;
#[cfg(feature = "cards")]
mod glyph;
#[cfg(feature = "cards")]
mod lines;
#[cfg(feature = "cards")]
mod shape;
#[cfg(feature = "cards")]
mod text;

#[cfg(all(test, feature = "cards"))]
mod tests;

#[cfg(feature = "cards")]
pub use self::draw::Drawer;
pub use self::fonts::{FontFile, Fonts};

/// Width and height of a card in pixels: what the Open Graph readers of the large networks ask for.
pub const SIZE: (u32, u32) = (1200, 630);

/// Raised when the same card would be drawn with other bytes.
const REVISION: u8 = 1;

/// A colour as red, green and blue (sRGB).
pub type Rgb = [u8; 3];

/// The colours of a card, from the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardColors {
    pub background: Rgb,
    /// The title and the byline.
    pub text: Rgb,
    /// The bar.
    pub accent: Rgb,
    /// The site's name and the date.
    pub muted: Rgb,
}

/// What a card shows and how.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Card {
    pub title: String,
    /// The site's name.
    pub site: String,
    /// Who wrote it, as it is to be read; empty: none.
    pub byline: String,
    /// Already formatted; empty: none.
    pub date: String,
    /// Language of the title (BCP 47): decides forms of letters and where lines may break.
    pub lang: String,
    /// Whether the page runs from right to left.
    pub is_rtl: bool,
    pub colors: CardColors,
    /// Letters with serifs.
    pub serif: bool,
}

impl Card {
    /// The hash of all that decides the bytes of this card. Opens no font.
    pub fn hash(&self, fonts: &Fonts) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[REVISION, u8::from(self.is_rtl), u8::from(self.serif)]);
        for text in [&self.title, &self.site, &self.byline, &self.date, &self.lang] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        let CardColors { background, text, accent, muted } = self.colors;
        for color in [background, text, accent, muted] {
            hasher.update(&color);
        }
        hasher.update(&fonts.fingerprint());
        *hasher.finalize().as_bytes()
    }
}

/// Draws one card: PNG without metadata. For many, keep a `Drawer` for each thread: it is several times as fast.
///
/// # Errors
/// In plain words: no font is there, none has the letters of a script that occurs, or there is no title.
#[cfg(feature = "cards")]
pub fn draw(card: &Card, fonts: &Fonts) -> Result<Vec<u8>, String> {
    Drawer::new(fonts).draw(card)
}

/// Stands in for the drawing of cards in a build without the feature `cards`.
#[cfg(not(feature = "cards"))]
#[derive(Debug)]
pub struct Drawer<'a>(std::marker::PhantomData<&'a Fonts>);

#[cfg(not(feature = "cards"))]
impl<'a> Drawer<'a> {
    /// Draws nothing.
    pub fn new(_: &'a Fonts) -> Drawer<'a> {
        Drawer(std::marker::PhantomData)
    }

    /// Draws nothing.
    ///
    /// # Errors
    /// Always.
    pub fn draw(&mut self, _: &Card) -> Result<Vec<u8>, String> {
        Err("this program was built without the feature `cards`".to_string())
    }
}

/// Draws nothing.
///
/// # Errors
/// Always.
#[cfg(not(feature = "cards"))]
pub fn draw(card: &Card, fonts: &Fonts) -> Result<Vec<u8>, String> {
    Drawer::new(fonts).draw(card)
}
