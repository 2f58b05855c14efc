//! Pixels -> the bytes of a JPEG, PNG or WebP file.
//!
//! No metadata goes in but a colour profile (ICC) that is not sRGB: without it the colours would be others.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ColorType, DynamicImage, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType as JpegColor, Encoder as JpegEncoder};

use super::resize::Format;

/// Encodes a picture of 8 bits.
///
/// # Errors
/// What the encoder says; that is not the author's fault.
pub(super) fn encode(
    picture: DynamicImage,
    format: Format,
    profile: Option<&[u8]>,
) -> Result<Vec<u8>, String> {
    match format {
        Format::Jpeg { quality } => jpeg(picture, quality, profile),
        Format::Png => png(&picture, profile),
        Format::Webp { quality } => webp(picture, quality, profile),
    }
    .map_err(|error| format!("it cannot be written as `{}` ({error})", format.ending()))
}

fn jpeg(picture: DynamicImage, quality: u8, profile: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let picture = on_white(picture);
    let (color, kind) = match picture.color() {
        ColorType::L8 => (JpegColor::Luma, GREY),
        _ => (JpegColor::Rgb, COLOR),
    };
    let side = |side: u32| u16::try_from(side).map_err(|_| "a side is too long".to_string());
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new(&mut out, quality);
    // Not only smaller: the sequential files of this encoder have a scan for each colour, which some decoders get wrong.
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    if let Some(profile) = useful(profile, kind) {
        // Only a profile of more than 16 MB does not fit.
        let _ = encoder.add_icc_profile(profile);
    }
    encoder.encode(picture.as_bytes(), width, height, color).map_err(|error| error.to_string())?;
    Ok(out)
}

/// JPEG has no transparency: what shines through is white, as paper is.
fn on_white(picture: DynamicImage) -> DynamicImage {
    match picture.color() {
        ColorType::L8 | ColorType::Rgb8 => return picture,
        _ => {}
    }
    let is_grey = !picture.color().has_color();
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let alpha = u32::from(from[3]);
        for channel in 0..3 {
            let sum = u32::from(from[channel]) * alpha + 255 * (255 - alpha);
            to[channel] = ((sum + 127) / 255) as u8;
        }
    }
    let flat = DynamicImage::from(flat);
    if is_grey { flat.into_luma8().into() } else { flat }
}

fn png(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let kind = if picture.color().has_color() { COLOR } else { GREY };
    let mut out = Vec::new();
    let mut encoder =
        PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = useful(profile, kind) {
        encoder.set_icc_profile(profile.to_vec()).map_err(|error| error.to_string())?;
    }
    picture.write_with_encoder(encoder).map_err(|error| error.to_string())?;
    Ok(out)
}

fn webp(
    picture: DynamicImage,
    quality: Option<u8>,
    profile: Option<&[u8]>,
) -> Result<Vec<u8>, String> {
    let was_grey = !picture.color().has_color();
    let has_alpha = picture.color().has_alpha();
    let picture: DynamicImage = match has_alpha {
        true => picture.into_rgba8().into(),
        false => picture.into_rgb8().into(),
    };
    let (width, height) = (picture.width(), picture.height());
    let encoder = match has_alpha {
        true => webp::Encoder::from_rgba(picture.as_bytes(), width, height),
        false => webp::Encoder::from_rgb(picture.as_bytes(), width, height),
    };
    let encoded = encoder
        .encode_simple(quality.is_none(), quality.map_or(75.0, f32::from))
        .map_err(|error| format!("{error:?}"))?;
    match useful(profile, COLOR).filter(|_| !was_grey) {
        Some(profile) => Ok(with_profile(&encoded, profile, (width, height), has_alpha)),
        None => Ok(encoded.to_vec()),
    }
}

/// Makes an extended file of a WebP (RFC 9649, section 2.7), with the profile before the pixels.
fn with_profile(
    webp: &[u8],
    profile: &[u8],
    (width, height): (u32, u32),
    has_alpha: bool,
) -> Vec<u8> {
    const PROFILE: u8 = 0b10_0000;
    const ALPHA: u8 = 0b1_0000;
    let mut pixels = webp.get(12..).unwrap_or_default();
    if pixels.starts_with(b"VP8X") {
        pixels = pixels.get(18..).unwrap_or_default();
    }
    let mut chunks = Vec::with_capacity(webp.len() + profile.len() + 64);
    chunks.extend_from_slice(b"WEBPVP8X");
    chunks.extend_from_slice(&10u32.to_le_bytes());
    chunks.extend_from_slice(&[PROFILE | if has_alpha { ALPHA } else { 0 }, 0, 0, 0]);
    chunks.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    chunks.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    chunks.extend_from_slice(b"ICCP");
    chunks.extend_from_slice(&(profile.len() as u32).to_le_bytes());
    chunks.extend_from_slice(profile);
    if profile.len() % 2 == 1 {
        chunks.push(0);
    }
    chunks.extend_from_slice(pixels);
    let mut file = Vec::with_capacity(chunks.len() + 8);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(chunks.len() as u32).to_le_bytes());
    file.extend_from_slice(&chunks);
    file
}

/// Colour spaces of profiles (ICC.1:2022, table 19).
const COLOR: &[u8; 4] = b"RGB ";
const GREY: &[u8; 4] = b"GRAY";

/// A profile that is about pixels of this kind and not the one that everybody assumes anyway.
fn useful<'a>(profile: Option<&'a [u8]>, kind: &[u8; 4]) -> Option<&'a [u8]> {
    let profile = profile?;
    let is_whole = profile.len() >= 132 && profile.get(36..40) == Some(b"acsp");
    // The device model of the usual profile for sRGB, or its name in one of the two ways to write it.
    let wide: Vec<u8> = "sRGB IEC61966-2.1".bytes().flat_map(|byte| [0, byte]).collect();
    let is_usual = || {
        profile.get(52..56) == Some(b"sRGB")
            || memchr::memmem::find(profile, b"sRGB IEC61966-2.1").is_some()
            || memchr::memmem::find(profile, &wide).is_some()
    };
    (is_whole && profile.get(16..20) == Some(kind) && !is_usual()).then_some(profile)
}
