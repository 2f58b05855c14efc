//! Pixels (sRGB, 8 bits) -> the bytes of a JPEG, PNG, WebP or AVIF file.
//!
//! No metadata goes in: what has no profile is sRGB everywhere.

use std::borrow::Cow;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ColorType, DynamicImage, RgbImage};
use jpeg_encoder::{ColorType as JpegColor, Encoder as JpegEncoder};
use webp::WebPConfig;

use super::resize::Format;

/// Encodes a picture of 8 bits.
///
/// # Errors
/// What the encoder says; that is not the author's fault.
pub(super) fn encode(picture: &DynamicImage, format: Format) -> Result<Vec<u8>, String> {
    match format {
        Format::Jpeg { quality } => jpeg(picture, quality),
        Format::Png => png(picture),
        Format::Webp { quality: Some(quality) } => webp(picture, &lossy(quality, Chroma::Fast)?),
        Format::Webp { quality: None } => webp(picture, &lossless(75.0, 4)?),
        Format::WebpSharp { quality } => webp_sharp(picture, quality),
        Format::Avif { quality } => avif(picture, quality),
    }
    .map_err(|error| format!("it cannot be written as `{}` ({error})", format.ending()))
}

/// A PNG of one colour: for what cannot be drawn.
pub fn blank((width, height): (u32, u32), color: [u8; 3]) -> Vec<u8> {
    let picture = DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb(color)));
    png(&picture).unwrap_or_default()
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let picture = on_white(picture);
    let color = match picture.color() {
        ColorType::L8 => JpegColor::Luma,
        _ => JpegColor::Rgb,
    };
    let side = |side: u32| u16::try_from(side).map_err(|_| "a side is too long".to_string());
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new(&mut out, quality);
    // Not only smaller: the sequential files of this encoder have a scan for each colour, which some decoders get wrong.
    encoder.set_progressive(true);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(picture.as_bytes(), width, height, color).map_err(|error| error.to_string())?;
    Ok(out)
}

/// JPEG has no transparency: what shines through is white, as paper is.
fn on_white(picture: &DynamicImage) -> Cow<'_, DynamicImage> {
    match picture.color() {
        ColorType::L8 | ColorType::Rgb8 => return Cow::Borrowed(picture),
        _ => {}
    }
    let is_grey = !picture.color().has_color();
    let picture = picture.to_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let alpha = u32::from(from[3]);
        for channel in 0..3 {
            let sum = u32::from(from[channel]) * alpha + 255 * (255 - alpha);
            to[channel] = ((sum + 127) / 255) as u8;
        }
    }
    let flat = DynamicImage::from(flat);
    Cow::Owned(if is_grey { flat.into_luma8().into() } else { flat })
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut out, CompressionType::Default, FilterType::Adaptive);
    picture.write_with_encoder(encoder).map_err(|error| error.to_string())?;
    Ok(out)
}

/// How colours are brought to half their width and height.
enum Chroma {
    /// By their mean: all that photographs need.
    Fast,
    /// So that edges between colours stay where they are; takes about as long again.
    Sharp,
}

/// How hard to look (0 to 6). 5 takes as long as the usual 4 and gives files that are 7 % smaller and as good
/// (DSSIM); 6 takes twice as long for 5 % more.
const WEBP_METHOD: i32 = 5;

fn lossy(quality: u8, chroma: Chroma) -> Result<WebPConfig, String> {
    let mut config = WebPConfig::new().map_err(|()| "no settings")?;
    config.quality = f32::from(quality);
    config.method = WEBP_METHOD;
    config.use_sharp_yuv = i32::from(matches!(chroma, Chroma::Sharp));
    Ok(config)
}

/// `effort` is 0 to 100, `method` 0 to 6; both only cost time.
fn lossless(effort: f32, method: i32) -> Result<WebPConfig, String> {
    let mut config = WebPConfig::new().map_err(|()| "no settings")?;
    config.lossless = 1;
    config.alpha_compression = 0;
    config.quality = effort;
    config.method = method;
    Ok(config)
}

fn webp(picture: &DynamicImage, config: &WebPConfig) -> Result<Vec<u8>, String> {
    let has_alpha = picture.color().has_alpha();
    let picture = match picture.color() {
        ColorType::Rgb8 | ColorType::Rgba8 => Cow::Borrowed(picture),
        _ if has_alpha => Cow::Owned(picture.to_rgba8().into()),
        _ => Cow::Owned(picture.to_rgb8().into()),
    };
    let (width, height) = (picture.width(), picture.height());
    let encoder = match has_alpha {
        true => webp::Encoder::from_rgba(picture.as_bytes(), width, height),
        false => webp::Encoder::from_rgb(picture.as_bytes(), width, height),
    };
    let encoded = encoder.encode_advanced(config).map_err(|error| format!("{error:?}"))?;
    Ok(encoded.to_vec())
}

/// Both ways; the smaller one. Flat drawings are smaller without loss, and photographs that were saved as PNG with, and so
/// are drawings that were made smaller: their edges have a thousand shades then.
fn webp_sharp(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let lossy = webp(picture, &lossy(quality, Chroma::Sharp)?)?;
    if has_many_colors(picture) {
        return Ok(lossy);
    }
    // A quick look takes a quarter of the time, and its files are a tenth to a fifth larger.
    let quick = webp(picture, &lossless(20.0, 1)?)?;
    if quick.len() > lossy.len() * 3 / 2 {
        return Ok(lossy);
    }
    let whole = webp(picture, &lossless(75.0, 4)?)?;
    Ok(if whole.len() <= lossy.len() { whole } else { lossy })
}

/// Above this many colours a file without loss is three to four times as large as one with: measured with charts and maps
/// reduced to common widths, which have up to 17,000. Their originals have a hundred.
const MANY_COLORS: usize = 4096;

fn has_many_colors(picture: &DynamicImage) -> bool {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut last = None;
    picture.to_rgba8().pixels().any(|pixel| {
        // Neighbours are mostly equal.
        if last != Some(*pixel) {
            seen.insert(pixel.0);
            last = Some(*pixel);
        }
        seen.len() > MANY_COLORS
    })
}

#[cfg(not(feature = "avif"))]
fn avif(_: &DynamicImage, _: u8) -> Result<Vec<u8>, String> {
    Err("this build is without the feature `avif`".into())
}

/// Of the scale of 1 (smallest) to 10 (fastest). 9 takes half the time of 7 for 2 % more bytes, and still eleven times
/// that of WebP; 10 is a third faster for 11 % more.
#[cfg(feature = "avif")]
const AVIF_SPEED: u8 = 9;

#[cfg(feature = "avif")]
fn avif(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    use ravif::{BitDepth, Encoder, Img, RGB8, RGBA8};

    // One thread: pictures are made at the same time anyway, and the bytes must not depend on how many there are.
    let encoder = Encoder::new()
        .with_quality(f32::from(quality.clamp(1, 100)))
        .with_alpha_quality(f32::from(quality.clamp(1, 100)))
        .with_speed(AVIF_SPEED)
        .with_bit_depth(BitDepth::Ten)
        .with_num_threads(Some(1));
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let encoded = if picture.color().has_alpha() {
        let pixels = picture.to_rgba8();
        let pixels: Vec<RGBA8> =
            pixels.pixels().map(|p| RGBA8::new(p[0], p[1], p[2], p[3])).collect();
        encoder.encode_rgba(Img::new(&*pixels, width, height))
    } else {
        let pixels = picture.to_rgb8();
        let pixels: Vec<RGB8> = pixels.pixels().map(|p| RGB8::new(p[0], p[1], p[2])).collect();
        encoder.encode_rgb(Img::new(&*pixels, width, height))
    };
    Ok(encoded.map_err(|error| error.to_string())?.avif_file)
}
