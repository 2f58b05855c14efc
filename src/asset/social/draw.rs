//! The layout of a card: a bar, the site's name, the title as large as it fits, byline and date at the foot.

use std::ops::Range;

use super::canvas::{Canvas, Ink};
use super::choice::Style;
use super::glyph::Letters;
use super::lines::{Lines, cut, fit};
use super::shape::{Paragraph, Placed, Shaper};
use super::text::{Breaker, Region, SOFT_HYPHEN, clean};
use super::{Card, Fonts, SIZE};

/// Pixels from each side to the text.
const MARGIN: f32 = 80.0;
/// Where the title stands, from its top to its bottom.
const TITLE: Range<f32> = 176.0..490.0;
/// Sizes of the title in pixels per em, tried in this order.
const TITLE_SIZES: &[u16] = &[76, 68, 60, 54, 48, 44, 40];
const MAX_LINES: usize = 5;
/// From one line to the next, in em, unless the letters need more.
const LEADING: f32 = 1.18;
/// Size of all other text.
const SMALL: u16 = 28;
const SITE_BASELINE: f32 = 132.0;
const FOOT_BASELINE: f32 = 546.0;
/// x, y, width and height of the bar.
const BAR: (usize, usize, usize, usize) = (80, 72, 96, 8);
/// Between byline and date.
const GAP: f32 = 40.0;

/// Draws cards one after the other, and keeps opened fonts, drawn letters and memory for the next.
/// One for each thread; which cards it has drawn before makes no difference.
pub struct Drawer<'a> {
    shaper: Shaper<'a>,
    letters: Letters,
    breaker: Breaker,
    canvas: Canvas,
}

/// A paragraph with the lines that it is set in.
struct Setting {
    paragraph: Paragraph,
    lines: Lines,
    size: u16,
    /// Appended to a line that ends within a text, in the same style.
    ellipsis: Paragraph,
    hyphen: Paragraph,
}

impl<'a> Drawer<'a> {
    /// Opens the fonts when the first card asks for them.
    pub fn new(fonts: &'a Fonts) -> Drawer<'a> {
        Drawer {
            shaper: Shaper::new(fonts),
            letters: Letters::default(),
            breaker: Breaker::new(),
            canvas: Canvas::new(),
        }
    }

    /// Draws one card: PNG without metadata, always the same bytes for the same card and fonts.
    ///
    /// # Errors
    /// In plain words: no font is there, none has the letters of a script that occurs, or there is no title.
    pub fn draw(&mut self, card: &Card) -> Result<Vec<u8>, String> {
        self.paint(card)?;
        self.canvas.png(&card.colors)
    }

    /// Draws onto the canvas.
    pub(super) fn paint(&mut self, card: &Card) -> Result<&Canvas, String> {
        self.canvas.clear();
        self.shaper.check()?;
        let title = self.title(card)?;
        if title.paragraph.text.is_empty() {
            return Err("the title has no letters to draw".to_string());
        }
        let (x, y, width, height) = BAR;
        let x = if card.is_rtl { SIZE.0 as usize - x - width } else { x };
        self.canvas.fill(x, y, width, height, Ink::Accent);
        let across = SIZE.0 as f32 - 2.0 * MARGIN;
        if let Some(site) = self.small(card, &card.site, true, across)? {
            self.set(&site, SITE_BASELINE, card.is_rtl, Ink::Muted)?;
        }
        self.set_title(&title, card.is_rtl)?;
        self.foot(card, across)?;
        Ok(&self.canvas)
    }

    /// The title in the largest size that takes at most so many lines; cut in the smallest.
    fn title(&mut self, card: &Card) -> Result<Setting, String> {
        let (paragraph, is_cut) = self.paragraph(card, &card.title, true)?;
        let [hyphen, ellipsis] = self.signs(card, true)?;
        let region = Region::of(&paragraph.text, &card.lang);
        let ends = self.breaker.ends(&paragraph.text, region);
        let pieces = paragraph.pieces(&ends, hyphen.1);
        let across = SIZE.0 as f32 - 2.0 * MARGIN;
        let mut setting = None;
        for &size in TITLE_SIZES {
            let limit = lines_within(&paragraph, size);
            let max = across / f32::from(size);
            let lines = fit(&pieces, max, limit).filter(|_| !is_cut);
            if let Some(lines) = lines {
                setting = Some((lines, size));
                break;
            }
            if Some(&size) == TITLE_SIZES.last() {
                let clusters = paragraph.pieces(&paragraph.ends(), 0.0);
                let lines = cut(&pieces, &clusters, max, limit, ellipsis.1, is_cut);
                setting = Some((lines, size));
            }
        }
        let (lines, size) = setting.ok_or("the title has no size")?;
        Ok(Setting { paragraph, lines, size, ellipsis: ellipsis.0, hyphen: hyphen.0 })
    }

    /// A line of small text, cut where it gets too wide; `None` for an empty one.
    fn small(
        &mut self,
        card: &Card,
        text: &str,
        bold: bool,
        across: f32,
    ) -> Result<Option<Setting>, String> {
        let (paragraph, is_cut) = self.paragraph(card, text, bold)?;
        if paragraph.text.is_empty() {
            return Ok(None);
        }
        let [hyphen, ellipsis] = self.signs(card, bold)?;
        let region = Region::of(&paragraph.text, &card.lang);
        let ends = self.breaker.ends(&paragraph.text, region);
        let pieces = paragraph.pieces(&ends, 0.0);
        let max = across / f32::from(SMALL);
        let lines = fit(&pieces, max, 1).filter(|_| !is_cut).unwrap_or_else(|| {
            let clusters = paragraph.pieces(&paragraph.ends(), 0.0);
            cut(&pieces, &clusters, max, 1, ellipsis.1, is_cut)
        });
        let (ellipsis, hyphen) = (ellipsis.0, hyphen.0);
        Ok(Some(Setting { paragraph, lines, size: SMALL, ellipsis, hyphen }))
    }

    fn paragraph(
        &mut self,
        card: &Card,
        text: &str,
        bold: bool,
    ) -> Result<(Paragraph, bool), String> {
        let (text, is_cut) = clean(text);
        let region = Region::of(&text, &card.lang);
        let style = Style { serif: card.serif, bold, region };
        Ok((self.shaper.paragraph(&text, style, &card.lang, card.is_rtl)?, is_cut))
    }

    /// A hyphen and an ellipsis, and how wide they are in em.
    fn signs(&mut self, card: &Card, bold: bool) -> Result<[(Paragraph, f32); 2], String> {
        let style = Style { serif: card.serif, bold, region: Region::of("", &card.lang) };
        let mut sign = |text: &str| {
            let paragraph = self.shaper.paragraph(text, style, &card.lang, card.is_rtl)?;
            let width = self.shaper.line(&paragraph, 0..paragraph.text.len())?.1;
            Ok::<_, String>((paragraph, width))
        };
        Ok([sign("-")?, sign("…")?])
    }

    fn set_title(&mut self, title: &Setting, is_rtl: bool) -> Result<(), String> {
        let size = f32::from(title.size);
        let step = leading(&title.paragraph) * size;
        let height = step * title.lines.lines.len() as f32;
        let (above, below) = title.paragraph.reach;
        let (above, below) = (above.max(0.74), below.max(0.22));
        let first = TITLE.start
            + (TITLE.end - TITLE.start - height) / 2.0
            + (step - (above + below) * size) / 2.0
            + above * size;
        self.set_lines(title, first, step, is_rtl, Ink::Text)
    }

    fn foot(&mut self, card: &Card, across: f32) -> Result<(), String> {
        let date = self.small(card, &card.date, false, across)?;
        let mut room = across;
        if let Some(date) = &date {
            room -= GAP + self.width(date)?;
        }
        // A date as long as the card leaves no room for a name.
        let byline = if room < 200.0 { None } else { self.small(card, &card.byline, false, room)? };
        if let Some(byline) = &byline {
            self.set(byline, FOOT_BASELINE, card.is_rtl, Ink::Text)?;
        }
        if let Some(date) = &date {
            // The date stands at the end of the line, and alone at its start.
            self.set(date, FOOT_BASELINE, card.is_rtl != byline.is_some(), Ink::Muted)?;
        }
        Ok(())
    }

    /// The width of a line of small text in pixels.
    fn width(&mut self, setting: &Setting) -> Result<f32, String> {
        let (_, width) = self.line(setting, 0)?;
        Ok(width * f32::from(setting.size))
    }

    fn set(
        &mut self,
        setting: &Setting,
        baseline: f32,
        is_right: bool,
        ink: Ink,
    ) -> Result<(), String> {
        self.set_lines(setting, baseline, 0.0, is_right, ink)
    }

    /// Sets the lines from the left margin, or to the right one.
    fn set_lines(
        &mut self,
        setting: &Setting,
        baseline: f32,
        step: f32,
        is_right: bool,
        ink: Ink,
    ) -> Result<(), String> {
        let size = f32::from(setting.size);
        for i in 0..setting.lines.lines.len() {
            let (letters, width) = self.line(setting, i)?;
            let start = if is_right { SIZE.0 as f32 - MARGIN - width * size } else { MARGIN };
            let y = (baseline + step * i as f32).round();
            for letter in letters {
                let Some(font) = self.shaper.font(letter.font) else { continue };
                let x = start + letter.x * size;
                let (x, mask) = self.letters.get(&font, letter.font, letter.glyph, setting.size, x);
                self.canvas.set(mask, x, (y - letter.y * size).round() as i32, ink);
            }
        }
        Ok(())
    }

    /// The letters of a line from left to right, with the ellipsis or hyphen that ends it.
    fn line(&mut self, setting: &Setting, i: usize) -> Result<(Vec<Placed>, f32), String> {
        let Setting { paragraph, lines, .. } = setting;
        let mut range = lines.lines[i].clone();
        let text = paragraph.text[range.clone()].trim_end();
        let is_last = i + 1 == lines.lines.len();
        let sign = if is_last && lines.is_cut {
            // No comma and no dash before the ellipsis.
            let text = text
                .trim_end_matches(|c: char| c.is_whitespace() || ",;:-–—.،؛、，；：。".contains(c));
            range.end = range.start + text.len();
            Some(&setting.ellipsis)
        } else if !is_last && text.ends_with(SOFT_HYPHEN) {
            Some(&setting.hyphen)
        } else {
            None
        };
        let (mut letters, mut width) = self.shaper.line(paragraph, range)?;
        let Some(sign) = sign else { return Ok((letters, width)) };
        let (mut more, wide) = self.shaper.line(sign, 0..sign.text.len())?;
        let moved = if paragraph.is_rtl { &mut letters } else { &mut more };
        let by = if paragraph.is_rtl { wide } else { width };
        moved.iter_mut().for_each(|letter| letter.x += by);
        letters.append(&mut more);
        width += wide;
        Ok((letters, width))
    }
}

/// From line to line, in em: some scripts stack more than others.
fn leading(paragraph: &Paragraph) -> f32 {
    LEADING.max(paragraph.reach.0 + paragraph.reach.1 + 0.04)
}

fn lines_within(paragraph: &Paragraph, size: u16) -> usize {
    let step = leading(paragraph) * f32::from(size);
    (((TITLE.end - TITLE.start) / step) as usize).clamp(1, MAX_LINES)
}
