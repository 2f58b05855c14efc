//! Letters as grey masks, drawn once for each face, size and quarter of a pixel.

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Font, GlyphId};
use rustc_hash::FxHashMap;
use zeno::{Command, Mask, Scratch, Vector};

/// Masks kept at a time, in bytes: some thousand letters of a title.
const MAX_KEPT: usize = 16 << 20;
/// Quarters of a pixel: letters stand where the font wants them, closely enough.
const STEPS: f32 = 4.0;

/// Which drawing of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    font: u32,
    glyph: u32,
    size: u16,
    step: u8,
}

/// How much of each pixel a letter covers, and where it stands from its origin.
#[derive(Debug, Clone, Default)]
pub(super) struct Letter {
    pub left: i32,
    /// Pixels from the baseline down to its first row; negative above.
    pub top: i32,
    pub width: usize,
    pub coverage: Vec<u8>,
}

/// The letters drawn so far.
#[derive(Default)]
pub(super) struct Letters {
    kept: FxHashMap<Key, Letter>,
    bytes: usize,
    scratch: Scratch,
    path: Path,
}

impl Letters {
    /// The letter at `x` pixels; the mask is to be placed at the whole pixel that is given with it.
    /// `id` tells fonts apart.
    pub fn get(&mut self, font: &Font, id: u32, glyph: u32, size: u16, x: f32) -> (i32, &Letter) {
        let steps = (x * STEPS).round();
        let pixel = (steps / STEPS).floor();
        let step = (steps - pixel * STEPS) as u8;
        let key = Key { font: id, glyph, size, step };
        if self.bytes > MAX_KEPT {
            self.kept.clear();
            self.bytes = 0;
        }
        let Letters { kept, bytes, scratch, path } = self;
        let letter = kept.entry(key).or_insert_with(|| {
            let letter = mask(font, key, scratch, path);
            *bytes += letter.coverage.len() + 100;
            letter
        });
        (pixel as i32, letter)
    }
}

fn mask(font: &Font, key: Key, scratch: &mut Scratch, path: &mut Path) -> Letter {
    path.clear(f32::from(key.step) / STEPS);
    let Some(outline) = font.outline_glyphs().get(GlyphId::new(key.glyph)) else {
        return Letter::default();
    };
    let options = DrawOptions::new().with_ppem(Some(f32::from(key.size)));
    let is_drawn = outline.draw(&options, DrawMemory::Scratch, path).is_ok();
    // No letter is as large as this; a broken font may say so.
    let limit = 20.0 * f32::from(key.size);
    if !is_drawn || path.commands.is_empty() || path.reach.is_nan() || path.reach > limit {
        return Letter::default();
    }
    let (coverage, placement) = Mask::with_scratch(&path.commands, scratch).render();
    let width = placement.width as usize;
    Letter { left: placement.left, top: placement.top, width, coverage }
}

/// How far a letter reaches above and below the baseline, in em.
pub(super) fn reach(font: &Font, glyph: u32) -> (f32, f32) {
    let em = f32::from(font.units_per_em().max(1));
    let outline = font.outline_glyphs().get(GlyphId::new(glyph));
    let mut path = Path::default();
    if let Some(outline) = outline {
        let _ = outline.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut path);
    }
    let limit = |reach: f32| (reach / em).clamp(0.0, 2.0);
    (limit(-path.top), limit(path.bottom))
}

/// An outline on its way to the mask, with y pointing down.
#[derive(Default)]
struct Path {
    commands: Vec<Command>,
    shift: f32,
    reach: f32,
    top: f32,
    bottom: f32,
}

impl Path {
    fn clear(&mut self, shift: f32) {
        self.commands.clear();
        *self = Path { commands: std::mem::take(&mut self.commands), shift, ..Path::default() };
    }

    fn point(&mut self, x: f32, y: f32) -> Vector {
        let y = -y;
        // `max` forgets what is not a number: that is to show.
        self.reach =
            if x.is_nan() || y.is_nan() { f32::NAN } else { self.reach.max(x.abs()).max(y.abs()) };
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
        Vector::new(x + self.shift, y)
    }
}

impl PathSink for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.commands.push(Command::MoveTo(to));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.commands.push(Command::LineTo(to));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let (control, to) = (self.point(cx0, cy0), self.point(x, y));
        self.commands.push(Command::QuadTo(control, to));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (first, second, to) = (self.point(cx0, cy0), self.point(cx1, cy1), self.point(x, y));
        self.commands.push(Command::CurveTo(first, second, to));
    }

    fn close(&mut self) {
        self.commands.push(Command::Close);
    }
}
