//! Pixels as amounts of light, 16 bits a channel, and their shrinking.
//!
//! Means of numbers are not means of light: fine bright detail on dark ground would fade. Light is averaged here
//! (Lanczos, three lobes), with alpha multiplied in. All of it is arithmetic of integers, so that the bytes are
//! the same on every processor. The original is turned into light in bands of rows: it is never there in whole.

use fast_image_resize::images::Image;
use fast_image_resize::pixels::{U16, U16x2, U16x3, U16x4};
use fast_image_resize::{
    FilterType, IntoImageView, IntoImageViewMut, PixelTrait, PixelType, ResizeAlg, ResizeOptions,
    Resizer,
};
use image::DynamicImage;

use super::colour::{Colour, Finish};
use super::raster::{Ink, Raster, Samples};

/// Rows of an original that are light at one time, besides those that the filter reads on both sides.
const BAND: f64 = 256.0;

/// Reach of the filter, in pixels of the result.
const LOBES: f64 = 3.0;

/// A picture in light (or in the device colours of its profile).
pub(super) struct Light {
    image: Image<'static>,
    has_alpha: bool,
}

/// The part of a picture that is used, in its pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Part {
    /// Measured in halves of a pixel, the middle is the same however the picture is turned.
    pub(super) fn middle(all: (u32, u32), part: (u32, u32)) -> Part {
        let margin = |all: u32, part: u32| f64::from(all.saturating_sub(part)) / 2.0;
        Part {
            left: margin(all.0, part.0),
            top: margin(all.1, part.1),
            width: f64::from(part.0.min(all.0)),
            height: f64::from(part.1.min(all.1)),
        }
    }
}

impl Light {
    /// A part of an original in a size.
    ///
    /// # Errors
    /// What the resizer says; that is not the author's fault.
    pub(super) fn of(
        raster: &Raster,
        is_transparent: bool,
        colour: &Colour,
        part: Part,
        size: (u32, u32),
    ) -> Result<Light, String> {
        let kind = kind(raster.ink, is_transparent);
        let mut image = Image::new(size.0, size.1, kind);
        let scale = part.height / f64::from(size.1);
        let reach = LOBES * scale.max(1.0) + 2.0;
        let step = ((BAND / scale) as u32).clamp(1, size.1);
        let mut resizer = Resizer::new();
        for (band, rows) in (0..size.1).step_by(step as usize).enumerate() {
            let last = rows.saturating_add(step).min(size.1);
            let top = part.top + f64::from(rows) * scale;
            let bottom = part.top + f64::from(last) * scale;
            let from = (top - reach).floor().max(0.0) as u32;
            let to = ((bottom + reach).ceil() as u32).min(raster.height);
            let source = band_of(raster, is_transparent, colour, from..to, kind);
            // Sums of fractions may come out a little too large.
            let above = top - f64::from(from);
            let height = (bottom - top).min(f64::from(to - from) - above);
            let options = lanczos().crop(part.left, above, part.width, height);
            let row = size.0 as usize * kind.size();
            let at = band * step as usize * row;
            let target = &mut image.buffer_mut()[at..at + (last - rows) as usize * row];
            let mut target =
                Image::from_slice_u8(size.0, last - rows, target, kind).map_err(failed)?;
            resize(&mut resizer, &source, &mut target, &options)?;
        }
        Ok(Light { image, has_alpha: is_transparent })
    }

    /// The same in another size.
    ///
    /// # Errors
    /// As [`Light::of`].
    pub(super) fn resized(&self, size: (u32, u32)) -> Result<Light, String> {
        let mut image = Image::new(size.0, size.1, self.image.pixel_type());
        resize(&mut Resizer::new(), &self.image, &mut image, &lanczos())?;
        Ok(Light { image, has_alpha: self.has_alpha })
    }

    /// sRGB of 8 bits; `codes` is [`super::colour::codes`].
    ///
    /// # Errors
    /// What the profile's table says.
    pub(super) fn finish(&self, finish: &Finish, codes: &[u8]) -> Result<DynamicImage, String> {
        let (width, height) = (self.image.width(), self.image.height());
        let size = self.image.pixel_type().size() / 2;
        let color_channels = size - usize::from(self.has_alpha);
        let mut colours: Vec<u16> = Vec::with_capacity(width as usize * color_channels);
        let mut alphas: Vec<u8> = Vec::new();
        let channels = color_channels.min(3);
        let mut row_bytes = vec![0; width as usize * channels];
        let out_channels = channels + usize::from(self.has_alpha);
        let mut out = Vec::with_capacity(width as usize * height as usize * out_channels);
        for row in self.image.buffer().chunks_exact(width as usize * size * 2) {
            colours.clear();
            alphas.clear();
            for pixel in row.chunks_exact(size * 2) {
                let sample = |at: usize| u16::from_ne_bytes([pixel[2 * at], pixel[2 * at + 1]]);
                if !self.has_alpha {
                    colours.extend((0..size).map(sample));
                    continue;
                }
                let alpha = sample(color_channels);
                colours.extend((0..color_channels).map(|at| divided(sample(at), alpha)));
                alphas.push(narrow(alpha));
            }
            finish_row(finish, codes, &colours, &mut row_bytes)?;
            if !self.has_alpha {
                out.extend_from_slice(&row_bytes);
                continue;
            }
            for (pixel, alpha) in row_bytes.chunks_exact(channels).zip(&alphas) {
                out.extend_from_slice(pixel);
                out.push(*alpha);
            }
        }
        picture(width, height, out_channels, out)
            .ok_or_else(|| "its size is not that of its pixels".into())
    }
}

/// Colours without alpha -> as many samples of 8 bits as the result has.
fn finish_row(
    finish: &Finish,
    codes: &[u8],
    colours: &[u16],
    out: &mut [u8],
) -> Result<(), String> {
    match finish {
        Finish::Light => {
            for (code, light) in out.iter_mut().zip(colours) {
                *code = codes[usize::from(*light)];
            }
        }
        Finish::Matrix(matrix) => {
            for (code, light) in out.chunks_exact_mut(3).zip(colours.chunks_exact(3)) {
                let light = [light[0], light[1], light[2]].map(f32::from);
                for (code, row) in code.iter_mut().zip(matrix) {
                    let sum = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
                    *code = codes[usize::from((sum + 0.5).clamp(0.0, 65_535.0) as u16)];
                }
            }
        }
        Finish::Inks => {
            for (code, inks) in out.chunks_exact_mut(3).zip(colours.chunks_exact(4)) {
                for (code, ink) in code.iter_mut().zip(inks) {
                    *code = narrow(multiplied(*ink, inks[3]));
                }
            }
        }
        Finish::Table(table) => {
            let inks = colours.len() * 3 == out.len() * 4;
            // Profiles count the ink; files say how much of the paper is left.
            let device: Vec<u8> =
                colours.iter().map(|c| if inks { 255 - narrow(*c) } else { narrow(*c) }).collect();
            table
                .transform(&device, out)
                .map_err(|error| format!("its colours cannot be converted ({error})"))?;
        }
    }
    Ok(())
}

/// Mean light of an opaque picture, from at most about 250,000 of its pixels, evenly spread.
pub(super) fn mean(raster: &Raster, colour: &Colour, codes: &[u8]) -> Result<[u8; 3], String> {
    let step = (f64::from(raster.width) * f64::from(raster.height) / 250_000.0).sqrt() as usize;
    let step = step.max(1);
    let (channels, colours) = (raster.channels(), raster.ink.channels());
    let width = raster.width as usize;
    let (mut sums, mut count) = ([0u64; 4], 0u64);
    let sample = |at: usize| match &raster.samples {
        Samples::Eight(samples) => usize::from(samples[at]),
        Samples::Sixteen(samples) => usize::from(samples[at]),
    };
    for y in (0..raster.height as usize).step_by(step) {
        for x in (0..width).step_by(step) {
            let at = (y * width + x) * channels;
            for (channel, (sum, curve)) in sums.iter_mut().zip(&colour.curves).enumerate() {
                *sum += u64::from(curve[sample(at + channel)]);
            }
            count += 1;
        }
    }
    let mean: Vec<u16> =
        sums[..colours].iter().map(|sum| ((sum + count / 2) / count.max(1)) as u16).collect();
    let mut out = [0; 3];
    match colours {
        1 => {
            finish_row(&colour.finish, codes, &mean, &mut out[..1])?;
            out = [out[0]; 3];
        }
        _ => finish_row(&colour.finish, codes, &mean, &mut out)?,
    }
    Ok(out)
}

/// Resizes a picture of one of the kinds that there are. The crate's own function for any kind is compiled for
/// thirteen of them, which is a quarter of the code of this whole program.
fn resize(
    resizer: &mut Resizer,
    from: &Image<'_>,
    to: &mut Image<'_>,
    options: &ResizeOptions,
) -> Result<(), String> {
    fn typed<P: PixelTrait>(
        resizer: &mut Resizer,
        from: &Image<'_>,
        to: &mut Image<'_>,
        options: &ResizeOptions,
    ) -> Result<(), String> {
        match (from.image_view::<P>(), to.image_view_mut::<P>()) {
            (Some(from), Some(mut to)) => {
                resizer.resize_typed(&from, &mut to, options).map_err(failed)
            }
            _ => Err(failed("two kinds of pixels")),
        }
    }
    match from.pixel_type() {
        PixelType::U16 => typed::<U16>(resizer, from, to, options),
        PixelType::U16x2 => typed::<U16x2>(resizer, from, to, options),
        PixelType::U16x3 => typed::<U16x3>(resizer, from, to, options),
        PixelType::U16x4 => typed::<U16x4>(resizer, from, to, options),
        _ => Err(failed("unknown pixels")),
    }
}

fn lanczos() -> ResizeOptions {
    // Alpha is multiplied in here: the crate's own way with 16 bits depends on the processor.
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).use_alpha(false)
}

fn kind(ink: Ink, has_alpha: bool) -> PixelType {
    match (ink, has_alpha) {
        (Ink::Grey, false) => PixelType::U16,
        (Ink::Grey, true) => PixelType::U16x2,
        (Ink::Rgb, false) => PixelType::U16x3,
        (Ink::Rgb, true) | (Ink::Cmyk, _) => PixelType::U16x4,
    }
}

/// Some rows of an original as light.
fn band_of(
    raster: &Raster,
    is_transparent: bool,
    colour: &Colour,
    rows: std::ops::Range<u32>,
    kind: PixelType,
) -> Image<'static> {
    let mut image = Image::new(raster.width, rows.len() as u32, kind);
    let stored = raster.channels();
    let row = raster.width as usize * stored;
    let range = rows.start as usize * row..rows.end as usize * row;
    let (curves, out) = (&*colour.curves, image.buffer_mut());
    match &raster.samples {
        Samples::Eight(samples) => light(&samples[range], stored, curves, is_transparent, out),
        Samples::Sixteen(samples) => light(&samples[range], stored, curves, is_transparent, out),
    }
    image
}

fn light<S: Sample>(
    samples: &[S],
    stored: usize,
    curves: &[Vec<u16>],
    has_alpha: bool,
    out: &mut [u8],
) {
    match (curves, stored, has_alpha) {
        // Nearly all photographs; worth a loop that the compiler can unroll.
        ([red, green, blue], 3, false) => {
            for (out, pixel) in out.chunks_exact_mut(6).zip(samples.chunks_exact(3)) {
                out[..2].copy_from_slice(&red[pixel[0].place()].to_ne_bytes());
                out[2..4].copy_from_slice(&green[pixel[1].place()].to_ne_bytes());
                out[4..].copy_from_slice(&blue[pixel[2].place()].to_ne_bytes());
            }
        }
        _ => {
            let size = 2 * (curves.len() + usize::from(has_alpha));
            for (out, pixel) in out.chunks_exact_mut(size).zip(samples.chunks_exact(stored)) {
                let alpha = if has_alpha { pixel[stored - 1].wide() } else { u16::MAX };
                let colours =
                    curves.iter().zip(pixel).map(|(curve, s)| multiplied(curve[s.place()], alpha));
                let all = colours.chain(has_alpha.then_some(alpha));
                for (out, sample) in out.chunks_exact_mut(2).zip(all) {
                    out.copy_from_slice(&sample.to_ne_bytes());
                }
            }
        }
    }
}

/// A sample as stored.
trait Sample: Copy {
    /// Its place in a curve.
    fn place(self) -> usize;
    /// In parts of 65,535.
    fn wide(self) -> u16;
}

impl Sample for u8 {
    fn place(self) -> usize {
        usize::from(self)
    }
    fn wide(self) -> u16 {
        u16::from(self) * 257
    }
}

impl Sample for u16 {
    fn place(self) -> usize {
        usize::from(self)
    }
    fn wide(self) -> u16 {
        self
    }
}

/// The nearest to the product of two parts of 65,535.
fn multiplied(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b) + 32_767) / 65_535) as u16
}

fn divided(a: u16, by: u16) -> u16 {
    let (a, by) = (u32::from(a), u32::from(by));
    (a * 65_535 + by / 2).checked_div(by).map_or(0, |part| part.min(65_535) as u16)
}

fn narrow(value: u16) -> u8 {
    ((u32::from(value) + 128) / 257) as u8
}

fn failed(error: impl std::fmt::Display) -> String {
    format!("it cannot be resized ({error})")
}

/// A picture of 8 bits from as many samples as it takes.
pub(super) fn picture(
    width: u32,
    height: u32,
    channels: usize,
    samples: Vec<u8>,
) -> Option<DynamicImage> {
    use image::ImageBuffer;
    Some(match channels {
        1 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8)?,
        2 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLumaA8)?,
        3 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8)?,
        _ => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba8)?,
    })
}
