//! From the bytes of a picture to those of all its smaller copies.
//!
//! Sizes come from the header, as shown: the Exif orientation is applied. Pixels are decoded once ([`raster`]), made
//! light and smaller ([`light`]), brought to sRGB ([`colour`]) and only then turned, so that the large picture is in
//! memory once. Memory has a limit; what is damaged or too large gives a reason in words.

mod colour;
mod light;
mod original;
mod png_colour;
mod raster;

use image::DynamicImage;
use image::metadata::Orientation;

use self::colour::Colour;
use self::light::{Light, Part};
pub use self::original::Original;
use self::raster::{Raster, Samples};
use super::encode::encode;
use super::resize::{Limits, Resize};

/// A copy is made of a larger one that is at least this many times as wide and as high: what the filter took from
/// that one is too fine for this one.
const SPARE: u32 = 2;

/// What was found while the copies were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Developed {
    /// Mean colour (sRGB) of an opaque picture: what the eye makes of it from afar, and so the calmest thing to show
    /// before it is there. `None` when a pixel is transparent: something else shines through.
    pub tone: Option<[u8; 3]>,
}

/// Makes all copies of an original, which is decoded once. Two calls give the same bytes.
///
/// Each copy is handed over, with its place in `copies`, as soon as it is encoded; large ones come first. Without
/// copies only the tone is found.
///
/// # Errors
/// Why they cannot be made: the pixels are damaged, or need more memory than is allowed.
pub fn develop(
    bytes: &[u8],
    limits: &Limits,
    copies: &[Resize],
    take: &mut dyn FnMut(usize, Vec<u8>),
) -> Result<Developed, String> {
    let mut opened = raster::open(bytes, limits)?;
    let (orientation, profile) = (opened.orientation, opened.profile.take());
    let raster = opened.decode()?;
    let colour = Colour::new(raster.ink, &raster.samples, profile);
    let is_transparent = raster.is_transparent();
    let darkroom = Darkroom { raster, colour, is_transparent, orientation, codes: colour::codes() };
    let tone = match is_transparent {
        true => None,
        false => Some(light::mean(&darkroom.raster, &darkroom.colour, &darkroom.codes)?),
    };
    darkroom.print(copies, take)?;
    Ok(Developed { tone })
}

/// Makes one copy.
///
/// # Errors
/// As [`develop`].
pub fn make(bytes: &[u8], resize: &Resize) -> Result<Vec<u8>, String> {
    let mut made = Vec::new();
    develop(bytes, &Limits::default(), std::slice::from_ref(resize), &mut |_, copy| made = copy)?;
    Ok(made)
}

/// An original and all that its copies need.
struct Darkroom {
    raster: Raster,
    colour: Colour,
    is_transparent: bool,
    orientation: Orientation,
    codes: Vec<u8>,
}

impl Darkroom {
    fn print(
        mut self,
        copies: &[Resize],
        take: &mut dyn FnMut(usize, Vec<u8>),
    ) -> Result<(), String> {
        let mut order: Vec<usize> = (0..copies.len()).collect();
        let pixels = |at: &usize| {
            let (width, height) = copies[*at].size;
            u64::from(width) * u64::from(height)
        };
        order.sort_by_key(|at| std::cmp::Reverse(pixels(at)));
        let mut made: Vec<(Resize, Light)> = Vec::new();
        let mut last: Option<(Resize, DynamicImage)> = None;
        for (done, &place) in order.iter().enumerate() {
            let copy = copies[place];
            let picture = match last.take() {
                // One size in several formats.
                Some((of, picture)) if is_same(&of, &copy) => picture,
                _ => {
                    let light = self.light(&copy, &made)?;
                    let picture = self.shown(&copy, light.as_ref())?;
                    let is_used = |later: &usize| serves(&copy, &copies[*later]);
                    if let Some(light) = light.filter(|_| order[done + 1..].iter().any(is_used)) {
                        made.push((copy, light));
                    }
                    picture
                }
            };
            let needs = |later: &usize| !made.iter().any(|(of, _)| serves(of, &copies[*later]));
            if !order[done + 1..].iter().any(needs) {
                // What comes is made of copies: the large picture is not needed while they are encoded.
                self.raster.samples = Samples::Eight(Vec::new());
            }
            take(place, encode(&picture, copy.format)?);
            last = Some((copy, picture));
        }
        Ok(())
    }

    /// The light of a copy; `None` when it is the original itself.
    fn light(&self, copy: &Resize, made: &[(Resize, Light)]) -> Result<Option<Light>, String> {
        let (crop, size) = (self.stored(copy.crop), self.stored(copy.size));
        let smallest = made.iter().rev().find(|(of, _)| serves(of, copy));
        if let Some((_, light)) = smallest {
            return light.resized(size).map(Some);
        }
        let all = (self.raster.width, self.raster.height);
        let is_eight = matches!(self.raster.samples, Samples::Eight(_));
        let is_ready =
            self.colour.is_srgb && is_eight && self.is_transparent == self.raster.has_alpha;
        if is_ready && all == crop && all == size {
            return Ok(None);
        }
        let part = Part::middle(all, crop);
        Light::of(&self.raster, self.is_transparent, &self.colour, part, size).map(Some)
    }

    /// A copy as it is shown.
    fn shown(&self, copy: &Resize, light: Option<&Light>) -> Result<DynamicImage, String> {
        let mut picture = match (light, &self.raster.samples) {
            (Some(light), _) => light.finish(&self.colour.finish, &self.codes)?,
            (None, Samples::Eight(samples)) => {
                let (width, height) = self.stored(copy.size);
                light::picture(width, height, self.raster.channels(), samples.clone())
                    .ok_or("its size is not that of its pixels")?
            }
            (None, Samples::Sixteen(_)) => return Err("its pixels are too deep".into()),
        };
        picture.apply_orientation(self.orientation);
        Ok(picture)
    }

    /// A size as shown -> as stored.
    fn stored(&self, size: (u32, u32)) -> (u32, u32) {
        if is_turned(self.orientation) { (size.1, size.0) } else { size }
    }
}

fn is_same(a: &Resize, b: &Resize) -> bool {
    a.crop == b.crop && a.size == b.size
}

/// Whether a copy may be made of another one.
fn serves(of: &Resize, copy: &Resize) -> bool {
    let is_enough = |large: u32, small: u32| large / SPARE >= small;
    of.crop == copy.crop
        && is_enough(of.size.0, copy.size.0)
        && is_enough(of.size.1, copy.size.1)
        // An enlarged copy has no more to give than the original.
        && of.size.0 <= of.crop.0
        && of.size.1 <= of.crop.1
}

fn is_turned(orientation: Orientation) -> bool {
    (5..=8).contains(&orientation.to_exif())
}

#[cfg(test)]
mod colour_tests;
#[cfg(test)]
mod tests;
