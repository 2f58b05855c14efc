//! Pictures made here, resized, and looked at.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{ColorType, DynamicImage, Frame, GenericImageView, ImageFormat};
use image::{Luma, Rgb, Rgba, RgbaImage};

use super::*;
use crate::asset::{Format, Operation};

pub(super) const RED: [u8; 3] = [200, 30, 30];
const GREEN: [u8; 3] = [30, 180, 40];
const BLUE: [u8; 3] = [30, 40, 200];
const WHITE: [u8; 3] = [250, 250, 250];

/// Red and green above blue and white: no two turns look alike.
pub(super) fn quarters(width: u32, height: u32) -> DynamicImage {
    image::RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
    .into()
}

pub(super) fn bytes(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A JPEG with an Exif orientation and, if it is not empty, a colour profile.
pub(super) fn jpeg(picture: &DynamicImage, orientation: u8, profile: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 95);
    #[rustfmt::skip]
    let exif = [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
    encoder.add_exif_metadata(&exif).unwrap();
    if !profile.is_empty() {
        encoder.add_icc_profile(profile).unwrap();
    }
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder.encode(picture.as_bytes(), width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    out
}

pub(super) fn resized(
    bytes: &[u8],
    operation: Operation,
    format: &str,
    quality: Option<i64>,
) -> Vec<u8> {
    let original = Original::read(bytes, &Limits::default()).unwrap();
    let format = Format::new(format, quality, &original).unwrap();
    let resize = Resize::new(&original, operation, format).unwrap();
    let made = make(bytes, &resize).unwrap();
    assert_eq!(make(bytes, &resize).unwrap(), made);
    let size = image::load_from_memory(&made).unwrap().dimensions();
    assert_eq!(size, resize.size, "the promise and the picture");
    made
}

pub(super) fn near(picture: &DynamicImage, x: u32, y: u32, wanted: [u8; 3]) {
    let Rgba([r, g, b, _]) = picture.get_pixel(x, y);
    let distance = [r, g, b].iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max().unwrap();
    assert!(distance < 14, "{:?} at {x}, {y} is not {wanted:?}", [r, g, b]);
}

#[test]
fn all_eight_orientations_are_applied() {
    // How the picture as shown becomes the picture as stored (Exif 2.32, figure 14).
    let stored: [fn(&DynamicImage) -> DynamicImage; 8] = [
        DynamicImage::clone,
        DynamicImage::fliph,
        DynamicImage::rotate180,
        DynamicImage::flipv,
        |shown| shown.rotate90().fliph(),
        DynamicImage::rotate270,
        |shown| shown.rotate270().fliph(),
        DynamicImage::rotate90,
    ];
    let shown = quarters(90, 60);
    for (number, store) in (1..).zip(stored) {
        let bytes = jpeg(&store(&shown), number, &[]);
        let original = Original::read(&bytes, &Limits::default()).unwrap();
        assert_eq!((original.width, original.height), (90, 60), "orientation {number}");
        let fill = Operation::Fill { width: 20, height: 20 };
        for (operation, size) in [(Operation::FitWidth(30), (30, 20)), (fill, (20, 20))] {
            let made = resized(&bytes, operation, "auto", Some(95));
            assert!(memchr::memmem::find(&made, b"Exif").is_none());
            let made = image::load_from_memory(&made).unwrap();
            assert_eq!(made.dimensions(), size);
            near(&made, 3, 3, RED);
            near(&made, size.0 - 4, 3, GREEN);
            near(&made, 3, size.1 - 4, BLUE);
            near(&made, size.0 - 4, size.1 - 4, WHITE);
        }
    }
}

#[test]
fn fill_cuts_the_outer_parts_off() {
    let wide = bytes(&quarters(400, 100), ImageFormat::Png);
    let made = resized(&wide, Operation::Fill { width: 50, height: 50 }, "png", None);
    let made = image::load_from_memory(&made).unwrap();
    near(&made, 12, 12, RED);
    near(&made, 37, 12, GREEN);
    near(&made, 20, 12, RED);
    near(&made, 29, 12, GREEN);
}

#[test]
fn transparency_is_kept_and_leaves_no_edge() {
    // What is under full transparency is green and must not shine into the edge.
    let picture = RgbaImage::from_fn(64, 64, |x, _| {
        if x < 30 { Rgba([200, 30, 30, 255]) } else { Rgba([0, 255, 0, 0]) }
    });
    let png = bytes(&picture.into(), ImageFormat::Png);
    for (format, quality) in [("auto", None), ("webp", None), ("webp", Some(90))] {
        let made = resized(&png, Operation::FitWidth(16), format, quality);
        let made = image::load_from_memory(&made).unwrap();
        assert!(made.color().has_alpha());
        let row: Vec<Rgba<u8>> = (0..16).map(|x| made.get_pixel(x, 8)).collect();
        assert!(row[2][3] == 255 && row[13][3] == 0);
        let edge = row.iter().find(|pixel| (60..200).contains(&pixel[3])).unwrap();
        assert!(edge[0] > 170 && edge[1] < 60, "{format}: another edge, {edge:?}");
    }
    let made = resized(&png, Operation::FitWidth(16), "jpg", Some(95));
    let made = image::load_from_memory(&made).unwrap();
    near(&made, 2, 8, RED);
    near(&made, 13, 8, [255, 255, 255]);
}

#[test]
fn grey_stays_grey_and_sixteen_bits_become_eight() {
    let grey = image::ImageBuffer::from_fn(40, 40, |x, _| Luma([x as u8 * 4]));
    let grey = bytes(&DynamicImage::ImageLuma8(grey), ImageFormat::Png);
    for format in ["png", "jpg"] {
        let made = resized(&grey, Operation::FitWidth(20), format, None);
        assert_eq!(image::load_from_memory(&made).unwrap().color(), ColorType::L8);
    }
    let made = resized(&grey, Operation::FitWidth(20), "webp", Some(90));
    near(&image::load_from_memory(&made).unwrap(), 10, 10, [82, 82, 82]);

    let deep = image::ImageBuffer::from_pixel(40, 30, Rgb([0xffff_u16, 0x8000, 0x0100]));
    let deep = bytes(&DynamicImage::ImageRgb16(deep), ImageFormat::Png);
    for format in ["auto", "jpg", "webp"] {
        let made = resized(&deep, Operation::FitHeight(10), format, None);
        let made = image::load_from_memory(&made).unwrap();
        assert_eq!(made.color(), ColorType::Rgb8);
        near(&made, 5, 5, [255, 128, 1]);
    }
    let deep = image::ImageBuffer::from_pixel(40, 30, image::LumaA([0x8000_u16, 0x8000]));
    let deep = bytes(&DynamicImage::ImageLumaA16(deep), ImageFormat::Png);
    for (format, color) in
        [("png", ColorType::La8), ("jpg", ColorType::L8), ("webp", ColorType::Rgba8)]
    {
        let made = resized(&deep, Operation::FitHeight(10), format, None);
        assert_eq!(image::load_from_memory(&made).unwrap().color(), color, "{format}");
    }
}

#[test]
fn auto_is_jpeg_for_photographs_and_png_for_the_rest() {
    let picture = quarters(20, 20);
    let auto = |format| {
        let of = Original::read(&bytes(&picture, format), &Limits::default()).unwrap();
        Format::new("auto", None, &of).unwrap().ending()
    };
    assert_eq!(auto(ImageFormat::Jpeg), "jpg");
    assert_eq!(auto(ImageFormat::WebP), "jpg");
    assert_eq!(auto(ImageFormat::Png), "png");
    assert_eq!(auto(ImageFormat::Gif), "png");
    assert_eq!(auto(ImageFormat::Bmp), "png");
    let clear = DynamicImage::new_rgba8(20, 20);
    let of = Original::read(&bytes(&clear, ImageFormat::WebP), &Limits::default()).unwrap();
    assert_eq!(Format::new("auto", None, &of), Ok(Format::Png));
}

#[test]
fn drawings_and_animations_stay_as_they_are() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32"/>"#;
    let svg = Original::read(svg, &Limits::default()).unwrap();
    assert!(svg.is_kept && svg.format == "svg" && (svg.width, svg.height) == (64, 32));

    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    encoder.encode_frame(Frame::new(quarters(20, 10).into_rgba8())).unwrap();
    drop(encoder);
    assert!(!Original::read(&gif, &Limits::default()).unwrap().is_kept);
    resized(&gif, Operation::FitWidth(10), "auto", None);
    gif.clear();
    let mut encoder = GifEncoder::new(&mut gif);
    for _ in 0..2 {
        encoder.encode_frame(Frame::new(quarters(20, 10).into_rgba8())).unwrap();
    }
    drop(encoder);
    let gif = Original::read(&gif, &Limits::default()).unwrap();
    assert!(gif.is_kept && gif.frames == 2 && (gif.width, gif.height) == (20, 10));

    let mut png = bytes(&quarters(20, 10), ImageFormat::Png);
    // A chunk of animation control behind the header.
    let chunk = [&[0, 0, 0, 8][..], b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0], &[0; 4]].concat();
    png.splice(33..33, chunk);
    assert!(Original::read(&png, &Limits::default()).unwrap().is_kept);
}

#[test]
fn what_claims_to_be_huge_is_not_decoded() {
    let mut png = bytes(&quarters(20, 10), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    let reason = Original::read(&png, &Limits::default()).unwrap_err();
    assert!(reason.contains("60000x60000") && reason.contains("100 megapixels"), "{reason}");

    let mut gif = bytes(&quarters(20, 10), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert!(Original::read(&gif, &Limits::default()).unwrap_err().contains("megapixels"));

    let mut bmp = bytes(&quarters(20, 10), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0, 0, 1, 0, 0, 0, 1, 0]);
    assert!(Original::read(&bmp, &Limits::default()).is_err());

    let photo = jpeg(&quarters(20, 10), 1, &[]);
    let at = memchr::memmem::find(&photo, &[0xff, 0xc0]).unwrap();
    let mut huge = photo;
    huge[at + 5..at + 9].copy_from_slice(&[0xff; 4]);
    assert!(Original::read(&huge, &Limits::default()).unwrap_err().contains("megapixels"));

    // Few enough pixels, too many bytes: 16 bits in four channels.
    let mut deep = bytes(&DynamicImage::new_rgba16(8, 8), ImageFormat::Png);
    deep[16..24].copy_from_slice(&[0, 0, 0x26, 0xac, 0, 0, 0x26, 0xac]);
    let crc = crc32(&deep[12..29]);
    deep[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(Original::read(&deep, &Limits::default()).unwrap_err().contains("MB"));
}

/// PNG 3, section 5.5.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn what_is_no_picture_says_so() {
    let reason = |bytes: &[u8]| Original::read(bytes, &Limits::default()).unwrap_err();
    assert_eq!(reason(b""), "the file is empty");
    assert!(reason(b"GIF89").contains("no picture"));
    assert!(reason(b"<html></html>").contains("no picture"));
    assert!(reason(&[0; 5000]).contains("no picture"));
    assert!(reason(b"II*\0\x08\0\0\0").contains("`tiff` is not read here"));
}

#[test]
fn colours_in_scans_of_their_own_are_read() {
    for is_optimized in [true, false] {
        let (mut photo, picture) = (Vec::new(), quarters(160, 120));
        let mut encoder = jpeg_encoder::Encoder::new(&mut photo, 75);
        encoder.set_optimized_huffman_tables(is_optimized);
        encoder.encode(picture.as_bytes(), 160, 120, jpeg_encoder::ColorType::Rgb).unwrap();
        assert_eq!(crate::asset::container::look(&photo).is_split, is_optimized);
        let made = resized(&photo, Operation::FitWidth(40), "png", None);
        let made = image::load_from_memory(&made).unwrap();
        for (x, y, wanted) in [(6, 6, RED), (33, 6, GREEN), (6, 23, BLUE), (33, 23, WHITE)] {
            near(&made, x, y, wanted);
        }
    }
}

fn samples() -> Vec<Vec<u8>> {
    let noise = image::RgbImage::from_fn(60, 40, |x, y| {
        Rgb([(x * 37 + y * 91) as u8, (x * y) as u8, (x ^ y) as u8])
    });
    let noise = DynamicImage::from(noise);
    let webp =
        webp::Encoder::from_rgb(noise.as_bytes(), 60, 40).encode_simple(false, 80.0).unwrap();
    let mut samples = vec![jpeg(&noise, 6, &[]), webp.to_vec()];
    let formats = [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp];
    samples.extend(formats.map(|format| bytes(&noise, format)));
    samples
}

/// Reads and makes; only that there is no panic and no other size counts.
fn attempt(bytes: &[u8]) -> Result<(), String> {
    let original = Original::read(bytes, &Limits::default())?;
    let resize = Resize::new(&original, Operation::FitWidth(10), Format::Png)?;
    if !original.is_kept {
        make(bytes, &resize)?;
    }
    Ok(())
}

#[test]
fn what_is_cut_short_says_so() {
    for sample in samples() {
        attempt(&sample).unwrap();
        for length in (1..sample.len() - 3).step_by(1 + sample.len() / 150) {
            assert!(attempt(&sample[..length]).is_err(), "{length} of {:?}", &sample[..4]);
        }
    }
}

#[test]
fn damaged_bytes_are_no_panic() {
    let mut seed = 1u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for sample in samples() {
        for _ in 0..40 {
            let mut damaged = sample.clone();
            for _ in 0..1 + next(6) {
                // Headers are more interesting than pixels.
                let within = if next(2) == 0 { damaged.len().min(100) } else { damaged.len() };
                let at = next(within);
                damaged[at] = next(256) as u8;
            }
            let _ = attempt(&damaged);
        }
    }
}

pub(super) fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [kind, body].concat();
    [&(body.len() as u32).to_be_bytes()[..], &named, &crc32(&named).to_be_bytes()].concat()
}

#[test]
fn one_decoding_gives_every_copy_large_ones_first() {
    let photo = jpeg(&quarters(900, 600), 1, &[]);
    let of = Original::read(&photo, &Limits::default()).unwrap();
    let fit = |width| Operation::FitWidth(width);
    let copy = |operation, format| Resize::new(&of, operation, format).unwrap();
    let copies = [
        copy(fit(100), Format::Png),
        copy(fit(900), Format::Png),
        copy(fit(400), Format::Png),
        copy(fit(400), Format::Jpeg { quality: 90 }),
        copy(Operation::Fill { width: 60, height: 60 }, Format::Png),
        copy(fit(1000), Format::Png),
    ];
    let mut taken = Vec::new();
    let mut take = |at, copy| taken.push((at, copy));
    let found = develop(&photo, &Limits::default(), &copies, &mut take).unwrap();
    let places: Vec<usize> = taken.iter().map(|(at, _)| *at).collect();
    assert_eq!(places, [5, 1, 2, 3, 0, 4]);
    for (at, made) in &taken {
        let picture = image::load_from_memory(made).unwrap();
        let (width, height) = copies[*at].size;
        assert_eq!(picture.dimensions(), (width, height));
        // The same as when it is made alone, or nearly so: some are made of a larger one.
        let alone = image::load_from_memory(&make(&photo, &copies[*at]).unwrap()).unwrap();
        let distance =
            picture.to_rgb8().iter().zip(alone.to_rgb8().iter()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(distance < Some(14), "{at}: {distance:?}");
    }
    let alone = develop(&photo, &Limits::default(), &[], &mut |_, _| panic!("no copy")).unwrap();
    assert_eq!(alone, found);
}

#[test]
fn alpha_that_hides_nothing_is_left_out() {
    let opaque = bytes(&quarters(64, 64).into_rgba8().into(), ImageFormat::Png);
    let made = resized(&opaque, Operation::FitWidth(64), "png", None);
    assert_eq!(image::load_from_memory(&made).unwrap().color(), ColorType::Rgb8);
}

#[test]
fn a_picture_of_many_bands_has_no_seams() {
    // Stripes of four rows: two rows of the copy each, and so the same ones again after every four.
    let stripes = image::RgbImage::from_fn(40, 3000, |_, y| Rgb([(y / 4 % 2) as u8 * 255, 90, 90]));
    let png = bytes(&stripes.into(), ImageFormat::Png);
    let made = resized(&png, Operation::FitWidth(20), "png", None);
    let made = image::load_from_memory(&made).unwrap().into_rgb8();
    for y in 8..made.height() - 12 {
        let (here, later) = (made.get_pixel(9, y)[0], made.get_pixel(9, y + 4)[0]);
        assert!(here.abs_diff(later) < 2, "{here} and {later} at {y}");
    }
}

#[test]
fn sharp_webp_keeps_drawings_whole_and_makes_photographs_small() {
    let sharp = |picture: &DynamicImage| {
        let png = bytes(picture, ImageFormat::Png);
        let of = Original::read(&png, &Limits::default()).unwrap();
        let resize =
            Resize::new(&of, Operation::FitWidth(of.width), Format::WebpSharp { quality: 80 })
                .unwrap();
        make(&png, &resize).unwrap()
    };
    let drawing = quarters(200, 200);
    let made = sharp(&drawing);
    assert_eq!(image::load_from_memory(&made).unwrap().into_rgb8(), drawing.into_rgb8());
    let mut seed = 1u32;
    let noise = image::RgbImage::from_fn(200, 200, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = seed >> 28;
        Rgb([(x / 2 + grain) as u8, (y / 2 + grain) as u8, (100 + grain) as u8])
    });
    assert!(memchr::memmem::find(&sharp(&noise.into())[..40], b"VP8L").is_none());
}

#[cfg(feature = "avif")]
#[test]
fn avif_is_made_with_and_without_transparency() {
    for (picture, has_alpha) in [(quarters(60, 40), false), (DynamicImage::new_rgba8(60, 40), true)]
    {
        let png = bytes(&picture, ImageFormat::Png);
        let of = Original::read(&png, &Limits::default()).unwrap();
        let format = Format::new("avif", None, &of).unwrap();
        let resize = Resize::new(&of, Operation::FitWidth(30), format).unwrap();
        let made = make(&png, &resize).unwrap();
        assert_eq!(make(&png, &resize).unwrap(), made);
        let made = Original::read(&made, &Limits::default()).unwrap();
        assert_eq!((made.format, made.width, made.height), ("avif", 30, 20));
        assert!(made.is_kept && made.frames == 1 && made.has_alpha == has_alpha);
    }
}

#[test]
fn frames_are_counted_without_decoding() {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    encoder.encode_frame(Frame::new(quarters(4, 4).into_rgba8())).unwrap();
    drop(encoder);
    // All but the trailer, and then the frame again and again.
    gif.pop();
    let at = memchr::memchr(0x2c, &gif).unwrap();
    let frame = gif[at..].to_vec();
    for _ in 1..10_000 {
        gif.extend_from_slice(&frame);
    }
    gif.push(0x3b);
    let of = Original::read(&gif, &Limits::default()).unwrap();
    assert!(of.is_kept && of.frames == 10_000, "{of:?}");

    let mut png = bytes(&quarters(20, 10), ImageFormat::Png);
    let frames = chunk(b"fcTL", &[0; 26]).repeat(3);
    png.splice(33..33, [chunk(b"acTL", &[0xff; 8]), frames].concat());
    assert_eq!(Original::read(&png, &Limits::default()).unwrap().frames, 3);
}

#[test]
fn kinds_of_jpeg_that_no_browser_shows_are_named() {
    let photo = jpeg(&quarters(40, 30), 1, &[]);
    let at = memchr::memmem::find(&photo, &[0xff, 0xc0]).unwrap();
    for (kind, bits, word) in
        [(0xc1, 12, "12 bits"), (0xc3, 8, "lossless"), (0xc9, 8, "arithmetic")]
    {
        let mut photo = photo.clone();
        (photo[at + 1], photo[at + 4]) = (kind, bits);
        let reason = Original::read(&photo, &Limits::default()).unwrap_err();
        assert!(reason.contains(word), "{reason}");
    }
}

#[test]
fn limits_are_those_of_the_caller() {
    let png = bytes(&quarters(200, 100), ImageFormat::Png);
    let reason = Original::read(&png, &Limits { pixels: 19_999 }).unwrap_err();
    assert!(reason.contains("200x100") && reason.contains("0.019999 megapixels"), "{reason}");
    assert!(develop(&png, &Limits { pixels: 19_999 }, &[], &mut |_, _| {}).is_err());
    assert!(develop(&png, &Limits { pixels: 20_000 }, &[], &mut |_, _| {}).is_ok());
}

/// When an update of an encoder changes these, `REVISION` in `resize.rs` goes up: pictures in `public/` that
/// were made before would otherwise stay.
#[test]
fn the_same_arguments_give_the_same_bytes_as_ever() {
    let png = &samples()[2];
    let hash = |format, quality| {
        let made = resized(png, Operation::FitWidth(20), format, quality);
        blake3::hash(&made).to_hex()[..12].to_string()
    };
    let hashes =
        [hash("png", None), hash("jpg", Some(80)), hash("webp", None), hash("webp", Some(80))];
    assert_eq!(hashes, ["0a38c831d102", "f2a1f30b0ef2", "6448fbe6043d", "2dad17a08de8"]);
}
