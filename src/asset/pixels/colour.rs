//! Numbers of a file -> light -> sRGB, by its colour profile (ICC.1:2022).
//!
//! Curves and matrices are applied to light, which is where pictures are made smaller; profiles of inks and those that
//! are tables are applied afterwards, to fewer pixels. A profile that is damaged, or for another kind of pixels, counts
//! as none, and then the numbers are sRGB, as browsers take them.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, ToneReprCurve, Transform8BitExecutor, TransformOptions,
};

use super::raster::{Ink, Profile, Samples};

/// How the samples of one picture become light, and light the colours of the copy.
pub(super) struct Colour {
    /// For each channel without alpha, what a sample stands for, in parts of 65,535: light, or for
    /// [`Finish::Table`] and [`Finish::Inks`] the sample itself.
    pub curves: Vec<Vec<u16>>,
    pub finish: Finish,
    /// Whether 8 bits are sRGB already.
    pub is_srgb: bool,
}

/// What is still to be done with pixels that were made smaller.
pub(super) enum Finish {
    /// Light of the primaries of sRGB, or grey.
    Light,
    /// Light of other primaries.
    Matrix([[f32; 3]; 3]),
    /// Device colours that a table turns into sRGB.
    Table(Arc<Transform8BitExecutor>),
    /// Inks without a profile.
    Inks,
}

impl Colour {
    /// From what the file says.
    pub(super) fn new(ink: Ink, samples: &Samples, profile: Option<Profile>) -> Colour {
        let values = match samples {
            Samples::Eight(_) => 256,
            Samples::Sixteen(_) => 65_536,
        };
        let profile = match profile {
            Some(Profile::Icc(bytes)) => ColorProfile::new_from_slice(&bytes).ok(),
            Some(Profile::Png(colour)) => Some(colour.profile(ink == Ink::Grey)),
            None => None,
        };
        profile.and_then(|profile| by_profile(ink, values, &profile)).unwrap_or_else(|| match ink {
            Ink::Cmyk => {
                Colour { curves: vec![as_it_is(values); 4], finish: Finish::Inks, is_srgb: false }
            }
            _ => srgb(ink, values),
        })
    }
}

fn srgb(ink: Ink, values: usize) -> Colour {
    let curve: Vec<u16> =
        (0..values).map(|at| wide(srgb_light(at as f64 / (values - 1) as f64))).collect();
    Colour { curves: vec![curve; ink.channels()], finish: Finish::Light, is_srgb: true }
}

/// `None` when the profile is of no use for these pixels.
fn by_profile(ink: Ink, values: usize, profile: &ColorProfile) -> Option<Colour> {
    let has_table =
        profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    match (ink, profile.color_space) {
        (Ink::Grey, DataColorSpace::Gray) => {
            let curves = vec![curve(profile.gray_trc.as_ref()?, values)?];
            Some(Colour { is_srgb: is_srgb(&curves), curves, finish: Finish::Light })
        }
        (Ink::Rgb, DataColorSpace::Rgb) if !has_table => {
            let curves: Option<Vec<_>> = [&profile.red_trc, &profile.green_trc, &profile.blue_trc]
                .into_iter()
                .map(|of| curve(of.as_ref()?, values))
                .collect();
            let curves = curves?;
            let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v;
            if matrix.iter().flatten().any(|number| !number.is_finite()) {
                return None;
            }
            let is_same = (0..9).all(|at| {
                let wanted = f64::from(u8::from(at % 4 == 0));
                (matrix[at / 3][at % 3] - wanted).abs() < 0.01
            });
            if is_same && is_srgb(&curves) {
                return Some(srgb(ink, values));
            }
            let matrix = matrix.map(|row| row.map(|number| number as f32));
            Some(Colour { curves, finish: Finish::Matrix(matrix), is_srgb: false })
        }
        (Ink::Rgb, DataColorSpace::Rgb) | (Ink::Cmyk, DataColorSpace::Cmyk) => {
            let layout = if ink == Ink::Cmyk { Layout::Rgba } else { Layout::Rgb };
            let table = profile
                .create_transform_8bit(
                    layout,
                    &ColorProfile::new_srgb(),
                    Layout::Rgb,
                    TransformOptions::default(),
                )
                .ok()?;
            let curves = vec![as_it_is(values); ink.channels()];
            Some(Colour { curves, finish: Finish::Table(table), is_srgb: false })
        }
        _ => None,
    }
}

fn curve(of: &ToneReprCurve, values: usize) -> Option<Vec<u16>> {
    let of = of.make_linear_evaluator().ok()?;
    let last = (values - 1) as f32;
    Some((0..values).map(|at| wide(f64::from(of.evaluate_value(at as f32 / last)))).collect())
}

/// Whether no sample would be another by more than one of 255.
fn is_srgb(curves: &[Vec<u16>]) -> bool {
    let codes = codes();
    curves.iter().all(|curve| {
        let step = (curve.len() / 256).max(1);
        (0..256usize).all(|code| {
            let at = if step == 1 { code } else { code * 257 };
            usize::from(codes[usize::from(curve[at])]).abs_diff(code) <= 1
        })
    })
}

/// Samples that stand for themselves.
fn as_it_is(values: usize) -> Vec<u16> {
    let step = 65_535 / (values - 1);
    (0..values).map(|at| (at * step) as u16).collect()
}

/// IEC 61966-2-1, section 5.2.
fn srgb_light(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

fn wide(part: f64) -> u16 {
    (part.clamp(0.0, 1.0) * 65_535.0).round() as u16
}

/// The sRGB sample of 8 bits for each amount of light: the nearest one.
pub(super) fn codes() -> Vec<u8> {
    let mut codes = Vec::with_capacity(65_536);
    for code in 0..=255u8 {
        // Up to the light half-way to the next sample.
        let end = match code {
            255 => 65_536,
            _ => usize::from(wide(srgb_light((f64::from(code) + 0.5) / 255.0))) + 1,
        };
        codes.resize(end.max(codes.len()), code);
    }
    codes
}
