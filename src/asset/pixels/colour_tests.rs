//! Pictures whose numbers are no sRGB, made here, and what becomes of their colours.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageDecoder, ImageFormat, ImageReader};
use image::{Luma, Rgb, Rgba, RgbaImage};
use moxcms::ColorProfile;

use super::tests::{RED, bytes, chunk, jpeg, near, quarters, resized};
use super::*;
use crate::asset::Operation;

/// The profile of a made file.
fn profile_of(made: &[u8]) -> Option<Vec<u8>> {
    let reader = ImageReader::new(Cursor::new(made)).with_guessed_format().unwrap();
    reader.into_decoder().unwrap().icc_profile().unwrap()
}

#[test]
fn colours_of_another_profile_become_srgb_and_no_copy_has_a_profile() {
    // Numbers of Display P3 and Adobe RGB for colours that sRGB has too, computed from the primaries of each.
    let cases = [
        (
            ColorProfile::new_display_p3(),
            [[200u8, 80, 80], [60, 140, 190]],
            [[216, 69, 75], [0, 142, 195]],
        ),
        (
            ColorProfile::new_adobe_rgb(),
            [[200, 80, 80], [128, 128, 128]],
            [[230, 79, 79], [129, 129, 129]],
        ),
    ];
    for (profile, stored, wanted) in cases {
        let icc = profile.encode().unwrap();
        for (stored, wanted) in stored.into_iter().zip(wanted) {
            let picture = image::RgbImage::from_pixel(64, 64, Rgb(stored)).into();
            for format in ["jpg", "png", "webp"] {
                for width in [64, 32] {
                    let made =
                        resized(&jpeg(&picture, 1, &icc), Operation::FitWidth(width), format, None);
                    assert_eq!(profile_of(&made), None);
                    near(&image::load_from_memory(&made).unwrap(), 20, 20, wanted);
                }
            }
        }
    }
}

#[test]
fn grey_of_another_curve_becomes_that_of_srgb() {
    let grey: DynamicImage = image::GrayImage::from_pixel(40, 40, Luma([128])).into();
    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    let icc = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    image::ImageEncoder::set_icc_profile(&mut encoder, icc).unwrap();
    grey.write_with_encoder(encoder).unwrap();
    let made = resized(&png, Operation::FitWidth(20), "png", None);
    assert_eq!(profile_of(&made), None);
    near(&image::load_from_memory(&made).unwrap(), 10, 10, [146; 3]);
}

#[test]
fn a_png_without_a_profile_may_say_its_exponent() {
    let light = |gamma: u32, with_srgb| {
        let mut png =
            bytes(&image::RgbImage::from_pixel(40, 40, Rgb([128; 3])).into(), ImageFormat::Png);
        let mut chunks = chunk(b"gAMA", &gamma.to_be_bytes());
        if with_srgb {
            chunks.extend(chunk(b"sRGB", &[0]));
        }
        png.splice(33..33, chunks);
        let made = resized(&png, Operation::FitWidth(20), "png", None);
        image::load_from_memory(&made).unwrap().get_pixel(10, 10)[0]
    };
    assert_eq!(light(45_455, false), 128);
    assert_eq!(light(100_000, false), 188);
    assert_eq!(light(100_000, true), 128);
}

#[test]
fn inks_without_a_profile_are_as_browsers_show_them() {
    // Cyan, magenta, yellow, black: how much of each is printed.
    for (inks, wanted) in [
        ([0, 255, 255, 0], [255, 0, 0]),
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 0, 0, 0], [255, 255, 255]),
        ([0, 0, 0, 128], [127, 127, 127]),
        ([100, 30, 0, 50], [125, 181, 205]),
    ] {
        let pixels: Vec<u8> = [inks; 64 * 64].concat();
        for kind in [jpeg_encoder::ColorType::Cmyk, jpeg_encoder::ColorType::CmykAsYcck] {
            let mut photo = Vec::new();
            let encoder = jpeg_encoder::Encoder::new(&mut photo, 95);
            encoder.encode(&pixels, 64, 64, kind).unwrap();
            let made = resized(&photo, Operation::FitWidth(32), "png", None);
            near(&image::load_from_memory(&made).unwrap(), 16, 16, wanted);
        }
        let mut adobeless = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut adobeless, 95);
        encoder.encode(&pixels, 64, 64, jpeg_encoder::ColorType::Cmyk).unwrap();
        if let Some(at) = memchr::memmem::find(&adobeless, b"Adobe") {
            adobeless.drain(at - 4..at + 12);
        }
        let made = resized(&adobeless, Operation::FitWidth(32), "png", None);
        near(&image::load_from_memory(&made).unwrap(), 16, 16, wanted);
    }
}

/// A printer on which cyan is the Lab colour 60, -20, -20, black is black, and the other inks print nothing.
fn printer() -> ColorProfile {
    use moxcms::{
        DataColorSpace, LutDataType, LutStore, LutType, LutWarehouse, Matrix3d, ProfileClass,
    };
    let nodes = (0..16).flat_map(|node: u16| {
        let (is_cyan, is_black) = (node & 8 != 0, node & 1 != 0);
        let (lightness, other) = match (is_cyan, is_black) {
            (_, true) => (0, 128),
            (true, _) => (60, 108),
            _ => (100, 128),
        };
        // As in profiles of the second version: 100 is FF00, and 0 of the two others 8000 (ICC.1:2001-04, annex A).
        [(lightness * 0xff00 / 100) as u16, other << 8, other << 8]
    });
    let line = [0, 0xffff];
    let table = LutDataType {
        num_input_channels: 4,
        num_output_channels: 3,
        num_clut_grid_points: 2,
        matrix: Matrix3d::IDENTITY,
        num_input_table_entries: 2,
        num_output_table_entries: 2,
        input_table: LutStore::Store16(line.repeat(4)),
        clut_table: LutStore::Store16(nodes.collect()),
        output_table: LutStore::Store16(line.repeat(3)),
        lut_type: LutType::Lut16,
    };
    let mut profile = ColorProfile::new_gray_with_gamma(1.0);
    profile.gray_trc = None;
    profile.pcs = DataColorSpace::Lab;
    profile.color_space = DataColorSpace::Cmyk;
    profile.profile_class = ProfileClass::OutputDevice;
    profile.lut_a_to_b_perceptual = Some(LutWarehouse::Lut(table));
    profile
}

#[test]
fn inks_with_a_profile_are_as_it_says() {
    let icc = printer().encode().unwrap();
    for (inks, wanted) in [
        ([0, 0, 0, 0], [255, 255, 255]),
        ([0, 255, 255, 0], [255, 255, 255]),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([0, 0, 0, 128], [119, 119, 119]),
        ([255, 0, 0, 0], [77, 156, 179]),
    ] {
        let pixels: Vec<u8> = [inks; 64 * 64].concat();
        let mut photo = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut photo, 95);
        encoder.add_icc_profile(&icc).unwrap();
        encoder.encode(&pixels, 64, 64, jpeg_encoder::ColorType::Cmyk).unwrap();
        let made = resized(&photo, Operation::FitWidth(32), "png", None);
        near(&image::load_from_memory(&made).unwrap(), 16, 16, wanted);
        let tone = develop(&photo, &Limits::default(), &[], &mut |_, _| {}).unwrap().tone.unwrap();
        near(&image::RgbImage::from_pixel(1, 1, Rgb(tone)).into(), 0, 0, wanted);
    }
}

#[test]
fn light_is_averaged_and_not_its_numbers() {
    let board = image::RgbImage::from_fn(256, 256, |x, y| Rgb([((x + y) % 2) as u8 * 255; 3]));
    let made =
        resized(&bytes(&board.into(), ImageFormat::Png), Operation::FitWidth(32), "png", None);
    near(&image::load_from_memory(&made).unwrap(), 16, 16, [188; 3]);
}

#[test]
fn the_tone_is_the_mean_light_of_an_opaque_picture() {
    let tone = |picture: &DynamicImage| {
        let png = bytes(picture, ImageFormat::Png);
        develop(&png, &Limits::default(), &[], &mut |_, _| {}).unwrap().tone
    };
    let half = image::RgbImage::from_fn(64, 64, |x, _| {
        if x < 32 { Rgb([255, 0, 128]) } else { Rgb([0, 0, 128]) }
    });
    assert_eq!(tone(&half.into()), Some([188, 0, 128]));
    assert_eq!(tone(&image::GrayImage::from_pixel(9, 9, Luma([77])).into()), Some([77; 3]));
    let mut clear = RgbaImage::from_pixel(20, 20, Rgba([10, 200, 30, 255]));
    assert_eq!(tone(&clear.clone().into()), Some([10, 200, 30]));
    clear.put_pixel(19, 19, Rgba([10, 200, 30, 254]));
    assert_eq!(tone(&clear.into()), None);
}

#[test]
fn damaged_metadata_is_ignored() {
    let picture = quarters(80, 60);
    let mut exif = jpeg(&picture, 6, &[]);
    let at = memchr::memmem::find(&exif, b"MM\0*").unwrap();
    exif[at..at + 8].fill(0xff);
    let icc = jpeg(&picture, 1, &[0x41; 700]);
    let print = [&[0; 16], &b"CMYK"[..], &[0; 16], b"acsp", &[0; 92]].concat();
    for damaged in [exif, icc, jpeg(&picture, 1, &print)] {
        let made = resized(&damaged, Operation::FitWidth(40), "png", None);
        near(&image::load_from_memory(&made).unwrap(), 4, 4, RED);
    }
}
