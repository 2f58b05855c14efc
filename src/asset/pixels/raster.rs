//! The bytes of a picture -> its pixels, as deep and in the colours in which they are stored.
//!
//! One door to the decoders: JPEG goes to zune-jpeg itself, because its inks (CMYK) are lost on the way through
//! `image`, and those that it gets wrong to jpeg-decoder; the rest goes to `image`.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::png_colour;
use crate::asset::container;
use crate::asset::metadata;
use crate::asset::resize::Limits;

/// Decoded bytes for each pixel of the limit: of four channels with 16 bits, pictures may have half as many pixels.
const MOST_BYTES_A_PIXEL: u64 = 4;

/// Pixels as stored: not turned, not converted, row by row without gaps.
pub(super) struct Raster {
    pub width: u32,
    pub height: u32,
    pub ink: Ink,
    /// Whether the last channel is alpha, not multiplied in.
    pub has_alpha: bool,
    pub samples: Samples,
}

/// What the channels mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Grey,
    Rgb,
    /// Cyan, magenta, yellow, black; 255 is no ink at all, as in all files that matter.
    Cmyk,
}

/// Samples of 8 or 16 bits.
pub(super) enum Samples {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

/// A picture whose header was read.
pub(super) struct Opened<'a> {
    /// As stored.
    pub width: u32,
    pub height: u32,
    pub has_alpha: bool,
    pub orientation: Orientation,
    /// ICC profile, or what a PNG says in its place.
    pub profile: Option<Profile>,
    decoder: Decoder<'a>,
}

/// What the numbers of the channels mean, if the file says it.
pub(super) enum Profile {
    Icc(Vec<u8>),
    Png(png_colour::PngColour),
}

enum Decoder<'a> {
    Jpeg(Box<JpegDecoder<ZCursor<&'a [u8]>>>),
    SplitJpeg(&'a [u8]),
    Other(Box<dyn ImageDecoder + 'a>),
}

impl Ink {
    pub(super) fn channels(self) -> usize {
        match self {
            Ink::Grey => 1,
            Ink::Rgb => 3,
            Ink::Cmyk => 4,
        }
    }
}

impl Raster {
    /// Channels of a pixel, alpha included.
    pub(super) fn channels(&self) -> usize {
        self.ink.channels() + usize::from(self.has_alpha)
    }

    /// Whether a pixel lets something shine through.
    pub(super) fn is_transparent(&self) -> bool {
        let channels = self.channels();
        self.has_alpha
            && match &self.samples {
                Samples::Eight(samples) => {
                    samples.chunks_exact(channels).any(|p| p[channels - 1] < u8::MAX)
                }
                Samples::Sixteen(samples) => {
                    samples.chunks_exact(channels).any(|p| p[channels - 1] < u16::MAX)
                }
            }
    }
}

pub(super) fn format(bytes: &[u8]) -> Option<ImageFormat> {
    image::guess_format(bytes).ok()
}

/// Reads the header; the pixels are not decoded.
///
/// # Errors
/// What is no picture, is damaged, or needs more than the limits.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, String> {
    let known = format(bytes).ok_or("it is no picture of a known format")?;
    if !known.reading_enabled() {
        let name = known.extensions_str().first().unwrap_or(&"this format");
        return Err(format!("`{name}` is not read here; save it as JPEG, PNG or WebP"));
    }
    let opened = match known {
        ImageFormat::Jpeg => open_jpeg(bytes)?,
        _ => open_other(bytes, known, limits)?,
    };
    if opened.width == 0 || opened.height == 0 {
        return Err("it has no pixels".into());
    }
    limits.check(opened.width, opened.height)?;
    Ok(opened)
}

fn open_jpeg(bytes: &[u8]) -> Result<Opened<'_>, String> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| format!("it is damaged ({error:?})"))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let side = |side: usize| u32::try_from(side).map_err(|_| "a side is too long");
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    Ok(Opened {
        width: side(width)?,
        height: side(height)?,
        has_alpha: false,
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
        profile: decoder.icc_profile().map(Profile::Icc),
        // Of these zune-jpeg 0.5 makes wrong colours without a word.
        decoder: match container::look(bytes).is_split {
            true => Decoder::SplitJpeg(bytes),
            false => Decoder::Jpeg(Box::new(decoder)),
        },
    })
}

fn open_other<'a>(
    bytes: &'a [u8],
    known: ImageFormat,
    limits: &Limits,
) -> Result<Opened<'a>, String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), known);
    let mut bounds = image::Limits::default();
    let most = limits.pixels.saturating_mul(MOST_BYTES_A_PIXEL);
    bounds.max_alloc = Some(most);
    reader.limits(bounds);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    if decoder.total_bytes() > most {
        return Err(format!(
            "{width}x{height} with this depth of colour takes more than {} MB",
            most / 1_000_000
        ));
    }
    // Not the decoder's word: it does not know the mark before the Exif data of some WebP files.
    let orientation = Orientation::from_exif(metadata::orientation(bytes));
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    let icc = decoder.icc_profile().ok().flatten().map(Profile::Icc);
    let profile = icc.or_else(|| png_colour::read(bytes).map(Profile::Png));
    let has_alpha = decoder.color_type().has_alpha();
    Ok(Opened {
        width,
        height,
        has_alpha,
        orientation,
        profile,
        decoder: Decoder::Other(Box::new(decoder)),
    })
}

impl Opened<'_> {
    /// Decodes the pixels.
    ///
    /// # Errors
    /// Damaged pixels.
    pub(super) fn decode(self) -> Result<Raster, String> {
        let Opened { width, height, .. } = self;
        match self.decoder {
            Decoder::Jpeg(mut decoder) => {
                let (ink, samples) = decode_jpeg(&mut decoder)?;
                Ok(Raster {
                    width,
                    height,
                    ink,
                    has_alpha: false,
                    samples: Samples::Eight(samples),
                })
            }
            Decoder::SplitJpeg(bytes) => {
                let (ink, samples) = decode_split_jpeg(bytes, (width, height))?;
                let samples = Samples::Eight(samples);
                Ok(Raster { width, height, ink, has_alpha: false, samples })
            }
            Decoder::Other(decoder) => {
                let picture =
                    DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
                Ok(raster(picture))
            }
        }
    }
}

fn decode_jpeg(decoder: &mut JpegDecoder<ZCursor<&[u8]>>) -> Result<(Ink, Vec<u8>), String> {
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::RGB);
    let (ink, wanted) = match stored {
        ColorSpace::Luma => (Ink::Grey, stored),
        ColorSpace::CMYK | ColorSpace::YCCK => (Ink::Cmyk, stored),
        _ => (Ink::Rgb, ColorSpace::RGB),
    };
    decoder.set_options(decoder.options().jpeg_set_out_colorspace(wanted));
    let mut samples = decoder.decode().map_err(|error| format!("it is damaged ({error:?})"))?;
    if stored == ColorSpace::YCCK {
        samples.chunks_exact_mut(4).for_each(ycck_to_cmyk);
    }
    Ok((ink, samples))
}

fn decode_split_jpeg(bytes: &[u8], size: (u32, u32)) -> Result<(Ink, Vec<u8>), String> {
    use jpeg_decoder::PixelFormat;
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let samples = decoder.decode().map_err(|error| format!("it is damaged ({error})"))?;
    let found = decoder.info().ok_or("it is damaged")?;
    let ink = match found.pixel_format {
        PixelFormat::L8 => Ink::Grey,
        PixelFormat::RGB24 => Ink::Rgb,
        _ => {
            return Err(
                "its inks stand in scans of their own, which is not read here; save it again"
                    .into(),
            );
        }
    };
    let pixels = size.0 as usize * size.1 as usize;
    let is_whole = (u32::from(found.width), u32::from(found.height)) == size
        && samples.len() == pixels * ink.channels();
    if is_whole { Ok((ink, samples)) } else { Err("it is damaged (two sizes)".into()) }
}

/// The inks stand as luminance and two differences of colour (ITU T.871, section 7, of the inverted inks).
fn ycck_to_cmyk(pixel: &mut [u8]) {
    let [y, cb, cr] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
    let (cb, cr) = (cb - 128, cr - 128);
    // In parts of 65,536.
    let rgb = [
        y + ((91_881 * cr + 32_768) >> 16),
        y - ((22_554 * cb + 46_802 * cr + 32_768) >> 16),
        y + ((116_130 * cb + 32_768) >> 16),
    ];
    for (sample, value) in pixel.iter_mut().zip(rgb) {
        *sample = 255 - value.clamp(0, 255) as u8;
    }
}

fn raster(picture: DynamicImage) -> Raster {
    let (width, height) = (picture.width(), picture.height());
    let color = picture.color();
    let (ink, has_alpha) =
        (if color.has_color() { Ink::Rgb } else { Ink::Grey }, color.has_alpha());
    let samples = match picture {
        DynamicImage::ImageLuma8(pixels) => Samples::Eight(pixels.into_raw()),
        DynamicImage::ImageLumaA8(pixels) => Samples::Eight(pixels.into_raw()),
        DynamicImage::ImageRgb8(pixels) => Samples::Eight(pixels.into_raw()),
        DynamicImage::ImageRgba8(pixels) => Samples::Eight(pixels.into_raw()),
        DynamicImage::ImageLuma16(pixels) => Samples::Sixteen(pixels.into_raw()),
        DynamicImage::ImageLumaA16(pixels) => Samples::Sixteen(pixels.into_raw()),
        DynamicImage::ImageRgb16(pixels) => Samples::Sixteen(pixels.into_raw()),
        DynamicImage::ImageRgba16(pixels) => Samples::Sixteen(pixels.into_raw()),
        // Floats come from formats that are not read here.
        other => match other.color() {
            ColorType::Rgb32F => Samples::Sixteen(other.into_rgb16().into_raw()),
            _ if has_alpha => Samples::Sixteen(other.into_rgba16().into_raw()),
            _ => Samples::Sixteen(other.into_rgb16().into_raw()),
        },
    };
    Raster { width, height, ink, has_alpha, samples }
}

/// What the decoder says is its own business; a word of ours comes first.
fn reason(error: &ImageError) -> String {
    match error {
        ImageError::Limits(_) => "it needs more memory than is allowed".into(),
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file is cut short".into()
        }
        other => format!("it is damaged ({other})"),
    }
}
