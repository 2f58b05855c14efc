//! From the bytes of a picture to those of a smaller one.
//!
//! Sizes come from the header, as shown: the Exif orientation is applied. Pixels are decoded once, resized
//! (Lanczos, three lobes, with alpha multiplied in) and only then turned, so that the large picture is in
//! memory once. Memory has a limit; what is damaged or too large gives a reason in words.

use std::io::Cursor;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::container;
use super::encode::encode;
use super::resize::{Resize, check_pixels};

/// Most bytes that a decoded picture may take.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A picture that may be resized, as its header describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// In pixels, as shown: a turned photograph has its sides swapped.
    pub width: u32,
    pub height: u32,
    /// Of its bytes (BLAKE3).
    pub hash: [u8; 32],
    /// Drawings, animations and AVIF: browsers show them, and they stay as they are.
    pub is_kept: bool,
    /// Whether `auto` may lose details: a JPEG, or a WebP without transparency.
    pub is_lossy: bool,
}

impl Original {
    /// Reads the header; the pixels are not decoded.
    ///
    /// # Errors
    /// Why the picture cannot be resized: no picture, cut short, too large.
    pub fn read(bytes: &[u8]) -> Result<Original, String> {
        let hash = *blake3::hash(bytes).as_bytes();
        if bytes.is_empty() {
            return Err("the file is empty".into());
        }
        let seen = container::look(bytes);
        if seen.is_cut {
            return Err("the file is cut short".into());
        }
        if seen.is_split {
            return Err(
                "its colours stand in scans of their own, which is not read here; save it again"
                    .into(),
            );
        }
        let facts = super::image::facts(bytes);
        let kept = facts
            .as_ref()
            .filter(|facts| seen.is_animated || matches!(facts.format, "svg" | "avif"));
        if let Some(facts) = kept {
            let (width, height) = (facts.width, facts.height);
            return Ok(Original { width, height, hash, is_kept: true, is_lossy: false });
        }
        let mut decoder = open(bytes)?;
        let (width, height) = match is_turned(orientation(&mut decoder)) {
            true => (decoder.dimensions().1, decoder.dimensions().0),
            false => decoder.dimensions(),
        };
        let is_lossy = matches!(format(bytes), Some(ImageFormat::Jpeg | ImageFormat::WebP))
            && !decoder.color_type().has_alpha();
        Ok(Original { width, height, hash, is_kept: false, is_lossy })
    }
}

/// Makes the resized picture. Two calls give the same bytes.
///
/// # Errors
/// Why it cannot be made: the pixels are damaged, or need more memory than is allowed.
pub fn make(bytes: &[u8], resize: &Resize) -> Result<Vec<u8>, String> {
    let mut decoder = open(bytes)?;
    let orientation = orientation(&mut decoder);
    let profile = decoder.icc_profile().ok().flatten();
    let large = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let (mut crop, mut size) = (resize.crop, resize.size);
    if is_turned(orientation) {
        (crop, size) = ((crop.1, crop.0), (size.1, size.0));
    }
    let mut small = scaled(eight_bits(large), crop, size)?;
    small.apply_orientation(orientation);
    encode(small, resize.format, profile.as_deref())
}

fn format(bytes: &[u8]) -> Option<ImageFormat> {
    image::guess_format(bytes).ok()
}

/// A decoder whose header was read, with its limits set.
fn open(bytes: &[u8]) -> Result<impl ImageDecoder + '_, String> {
    let known = format(bytes).ok_or("it is no picture of a known format")?;
    if !known.reading_enabled() {
        let name = known.extensions_str().first().unwrap_or(&"this format");
        return Err(format!("`{name}` is not read here; save it as JPEG, PNG or WebP"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), known);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err("it has no pixels".into());
    }
    check_pixels(width, height)?;
    if decoder.total_bytes() > MOST_BYTES {
        return Err(format!(
            "{width}x{height} with this depth of colour takes more than {} MB",
            MOST_BYTES / 1_048_576
        ));
    }
    Ok(decoder)
}

/// What the decoder says is its own business; a word of ours comes first.
fn reason(error: &image::ImageError) -> String {
    match error {
        image::ImageError::Limits(_) => "it needs more memory than is allowed".into(),
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the file is cut short".into()
        }
        other => format!("it is damaged ({other})"),
    }
}

/// Exif 2.32, tag 0x0112.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn is_turned(orientation: Orientation) -> bool {
    (5..=8).contains(&orientation.to_exif())
}

/// Takes the middle part and gives it the size; the large picture is gone then.
fn scaled(large: DynamicImage, crop: (u32, u32), size: (u32, u32)) -> Result<DynamicImage, String> {
    let all = (large.width(), large.height());
    if all == crop && all == size {
        return Ok(large);
    }
    // Measured in halves of a pixel, the middle is the same however the picture is turned.
    let margin = |all: u32, part: u32| f64::from(all.saturating_sub(part)) / 2.0;
    let options =
        ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
            margin(all.0, crop.0),
            margin(all.1, crop.1),
            f64::from(crop.0.min(all.0)),
            f64::from(crop.1.min(all.1)),
        );
    let mut small = DynamicImage::new(size.0, size.1, large.color());
    Resizer::new()
        .resize(&large, &mut small, &options)
        .map_err(|error| format!("it cannot be resized ({error})"))?;
    Ok(small)
}

/// Deep pictures are not resized as they are: with 16 bits and alpha the bytes would depend on the processor.
fn eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => picture,
        ColorType::L16 => picture.into_luma8().into(),
        ColorType::La16 => picture.into_luma_alpha8().into(),
        color if color.has_alpha() => picture.into_rgba8().into(),
        _ => picture.into_rgb8().into(),
    }
}

#[cfg(test)]
#[path = "pixels_tests.rs"]
mod tests;
