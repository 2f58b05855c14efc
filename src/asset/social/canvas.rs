//! The surface of a card: every pixel is a number of a small palette, and the PNG keeps it so.
//!
//! PNG: W3C Portable Network Graphics (third edition), colour type 3.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use super::glyph::Letter;
use super::{CardColors, Rgb, SIZE};

/// Steps from the background to each ink of letters: with the bar's colour that makes the 16 of a palette of 4 bits.
const LEVELS: usize = 7;

/// What is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ink {
    Text,
    Muted,
    /// Only for areas without soft edges.
    Accent,
}

pub(super) struct Canvas {
    pixels: Vec<u8>,
}

impl Canvas {
    pub fn new() -> Canvas {
        Canvas { pixels: vec![0; SIZE.0 as usize * SIZE.1 as usize] }
    }

    /// Back to the background everywhere.
    pub fn clear(&mut self) {
        self.pixels.fill(0);
    }

    /// Fills a rectangle; what lies outside the card is left out.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize, ink: Ink) {
        let row = SIZE.0 as usize;
        for line in self.pixels.chunks_exact_mut(row).skip(y).take(height) {
            line[x.min(row)..(x + width).min(row)]
                .fill(index(ink, if matches!(ink, Ink::Accent) { 1 } else { LEVELS }));
        }
    }

    /// Sets a letter with its origin at a pixel; what lies outside the card is left out.
    pub fn set(&mut self, letter: &Letter, x: i32, y: i32, ink: Ink) {
        if letter.width == 0 {
            return;
        }
        let steps = steps(ink);
        let row = SIZE.0 as usize;
        let left = x.saturating_add(letter.left);
        for (i, line) in letter.coverage.chunks_exact(letter.width).enumerate() {
            let y =
                y.saturating_add(letter.top).saturating_add(i32::try_from(i).unwrap_or(i32::MAX));
            if !(0..SIZE.1 as i32).contains(&y) {
                continue;
            }
            let to = &mut self.pixels[y as usize * row..][..row];
            let skip = usize::try_from(left.saturating_neg()).unwrap_or(0);
            let to = to.iter_mut().skip(usize::try_from(left).unwrap_or(0));
            for (to, &coverage) in to.zip(line.iter().skip(skip)) {
                *to = (*to).max(steps[usize::from(coverage)]);
            }
        }
    }

    /// The card as a PNG file.
    pub fn png(&self, colors: &CardColors) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(32 << 10);
        let mut encoder = Encoder::new(&mut out, SIZE.0, SIZE.1);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_palette(palette(colors));
        encoder.set_compression(Compression::Fast);
        encoder.set_filter(Filter::Up);
        let written = encoder.write_header().and_then(|mut writer| {
            let pairs = self.pixels.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
            writer.write_image_data(&pairs.collect::<Vec<u8>>())?;
            writer.finish()
        });
        written.map_err(|error| format!("the card cannot be written ({error})"))?;
        Ok(out)
    }

    #[cfg(test)]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }
}

fn index(ink: Ink, level: usize) -> u8 {
    if level == 0 { 0 } else { (ink as usize * LEVELS + level) as u8 }
}

/// The number of the palette for each coverage.
fn steps(ink: Ink) -> [u8; 256] {
    std::array::from_fn(|coverage| index(ink, (coverage * LEVELS + 127) / 255))
}

fn palette(colors: &CardColors) -> Vec<u8> {
    let mut palette = colors.background.to_vec();
    for ink in [colors.text, colors.muted] {
        for level in 1..=LEVELS {
            palette.extend(blend(colors.background, ink, level));
        }
    }
    palette.extend(colors.accent);
    palette
}

fn blend(from: Rgb, to: Rgb, level: usize) -> Rgb {
    std::array::from_fn(|i| {
        let (from, to) = (usize::from(from[i]), usize::from(to[i]));
        ((from * (LEVELS - level) + to * level + LEVELS / 2) / LEVELS) as u8
    })
}
