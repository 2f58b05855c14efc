//! What a PNG without a colour profile says of its colours: the exponent and the primaries (PNG 3, sections 11.3.2).

use moxcms::{Chromaticity, ColorPrimaries, ColorProfile, XyY, curve_from_gamma};

/// `gAMA` and `cHRM`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PngColour {
    /// Exponent that makes samples of light, in parts of 100,000.
    gamma: Option<u32>,
    /// White, red, green and blue, x and y each, in parts of 100,000.
    primaries: Option<[u32; 8]>,
}

/// Those of sRGB, as nearly every program writes them.
const SRGB_GAMMA: u32 = 45_455;
const SRGB_PRIMARIES: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];

/// `None` when nothing is said, when sRGB is, and for anything that is no PNG.
pub(super) fn read(bytes: &[u8]) -> Option<PngColour> {
    let mut chunks = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let (mut gamma, mut primaries) = (None, None);
    while let Some((length, rest)) = chunks.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let (body, rest) = rest.split_at_checked(length)?;
        match kind {
            b"gAMA" => gamma = numbers::<1>(body).map(|[gamma]| gamma),
            b"cHRM" => primaries = numbers::<8>(body),
            // Both are to be read in place of these two, when there.
            b"sRGB" | b"cICP" | b"iCCP" => return None,
            b"IDAT" => break,
            _ => {}
        }
        chunks = rest.get(4..)?;
    }
    let is_usual = |gamma: &u32| *gamma == 0 || gamma.abs_diff(SRGB_GAMMA) < 500;
    let gamma = gamma.filter(|gamma| !is_usual(gamma));
    let is_near = |(a, b): (&u32, &u32)| a.abs_diff(*b) < 100;
    let primaries = primaries
        .filter(|primaries: &[u32; 8]| !primaries.iter().zip(&SRGB_PRIMARIES).all(is_near));
    (gamma.is_some() || primaries.is_some()).then_some(PngColour { gamma, primaries })
}

fn numbers<const N: usize>(body: &[u8]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    for (number, bytes) in numbers.iter_mut().zip(body.chunks(4)) {
        *number = u32::from_be_bytes(bytes.try_into().ok()?);
    }
    (body.len() == 4 * N).then_some(numbers)
}

impl PngColour {
    /// The same as a profile.
    pub(super) fn profile(self, is_grey: bool) -> ColorProfile {
        let curve = self.gamma.map(|gamma| curve_from_gamma(100_000.0 / gamma as f32));
        let mut profile = ColorProfile::new_srgb();
        if is_grey {
            let grey = profile.red_trc.clone();
            profile = ColorProfile::new_gray_with_gamma(2.2);
            profile.gray_trc = curve.or(grey);
            return profile;
        }
        if let Some(curve) = curve {
            profile.red_trc = Some(curve.clone());
            profile.green_trc = Some(curve.clone());
            profile.blue_trc = Some(curve);
        }
        if let Some(numbers) = self.primaries {
            let part = |at: usize| numbers[at] as f32 / 100_000.0;
            let point = |at: usize| Chromaticity { x: part(at), y: part(at + 1) };
            let primaries = ColorPrimaries { red: point(2), green: point(4), blue: point(6) };
            let white = XyY { x: f64::from(part(0)), y: f64::from(part(1)), yb: 1.0 };
            profile.update_rgb_colorimetry(white, primaries);
        }
        profile
    }
}
