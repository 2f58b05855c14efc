//! Which copies are made of a picture, so that every screen gets one of about its own size.

use super::Original;
use super::resize::{Format, Resize};

/// What is wished of all pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Widths in pixels, ascending. Empty: no copies.
    pub widths: Vec<u32>,
    /// Formats besides the original's own, the preferred one first.
    pub formats: Vec<Wish>,
    /// Quality of JPEG copies, from 1 to 100.
    pub jpeg: u8,
    /// Largest original, in pixels.
    pub limit: u64,
}

/// A format that is wished, with its quality from 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Avif(u8),
    Webp(u8),
}

/// The copies of one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copies {
    /// For each format its copies, the narrowest first.
    pub sets: Vec<Set>,
    /// What a browser shows that knows none of these formats; none: the original itself.
    pub fallback: Option<Resize>,
}

/// The copies of one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// IANA media type.
    pub media_type: &'static str,
    pub copies: Vec<Resize>,
}

/// Widest fallback: old browsers, feed readers and mail programs show it, and those who share a page.
const WIDEST_FALLBACK: u32 = 1200;

impl Copies {
    /// The copies of an original; none of one that stays as it is, or that is larger than the limit.
    pub fn of(original: &Original, wishes: &Wishes) -> Copies {
        let Original { width, height, .. } = *original;
        let pixels = u64::from(width) * u64::from(height);
        if original.is_kept || pixels == 0 || pixels > wishes.limit || wishes.widths.is_empty() {
            return Copies::default();
        }
        let widths = widths(width, &wishes.widths);
        let copy = |width: u32, format: Format| {
            let share = u64::from(original.height) * u64::from(width);
            let by = u64::from(original.width);
            let height = ((share + by / 2) / by).max(1);
            Resize { crop: (original.width, original.height), size: (width, height as u32), format }
        };
        let sets = wishes.formats.iter().map(|wish| {
            let (media_type, format) = match *wish {
                Wish::Avif(quality) => ("image/avif", Format::Avif { quality }),
                Wish::Webp(quality) if original.is_lossy => {
                    ("image/webp", Format::Webp { quality: Some(quality) })
                }
                Wish::Webp(quality) => ("image/webp", Format::WebpSharp { quality }),
            };
            // A picture may be too long for a format: a WebP has at most 16,383 pixels on a side.
            let copies = widths.iter().map(|width| copy(*width, format));
            let copies = copies.filter(|copy| copy.size.1 <= format.longest()).collect();
            Set { media_type, copies }
        });
        let sets = sets.filter(|set: &Set| !set.copies.is_empty()).collect();
        let widest = widths.iter().rfind(|width| **width <= WIDEST_FALLBACK).or(widths.first());
        let format = match original.is_lossy {
            true => Format::Jpeg { quality: wishes.jpeg },
            false => Format::Png,
        };
        let fallback = widest
            .filter(|widest| **widest < width || !is_everywhere(original.format))
            .map(|widest| copy(*widest, format));
        Copies { sets, fallback }
    }

    /// Every copy, each once.
    pub fn all(&self) -> impl Iterator<Item = &Resize> {
        self.sets.iter().flat_map(|set| &set.copies).chain(&self.fallback)
    }
}

/// Whether every browser and feed reader shows the format.
fn is_everywhere(format: &str) -> bool {
    matches!(format, "jpg" | "png" | "gif")
}

/// The wished widths below the original's own, and that itself unless it is much more than the widest wish.
/// Two that differ by less than a tenth are one.
fn widths(own: u32, wished: &[u32]) -> Vec<u32> {
    let is_apart = |width: &u32| u64::from(*width) * 10 <= u64::from(own) * 9;
    let mut widths: Vec<u32> = wished.iter().copied().filter(is_apart).collect();
    if wished.last().is_some_and(|widest| own <= *widest || !is_apart(widest)) {
        widths.push(own);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes() -> Wishes {
        Wishes {
            widths: vec![480, 800, 1200, 1800],
            formats: vec![Wish::Webp(78)],
            jpeg: 80,
            limit: 100_000_000,
        }
    }

    fn photo(width: u32, height: u32) -> Original {
        Original { width, height, is_lossy: true, format: "jpg", ..Original::default() }
    }

    type Size = (u32, u32);

    /// Of the copies of the first format, and of the fallback.
    fn sizes(original: &Original) -> (Vec<Size>, Option<Size>) {
        let copies = Copies::of(original, &wishes());
        let sizes =
            copies.sets.first().map(|set| set.copies.iter().map(|copy| copy.size).collect());
        (sizes.unwrap_or_default(), copies.fallback.map(|copy| copy.size))
    }

    #[test]
    fn no_copy_is_wider_than_its_original() {
        let (copies, fallback) = sizes(&photo(4000, 3000));
        assert_eq!(copies, [(480, 360), (800, 600), (1200, 900), (1800, 1350)]);
        assert_eq!(fallback, Some((1200, 900)));
        assert_eq!(sizes(&photo(1000, 667)).0, [(480, 320), (800, 534), (1000, 667)]);
        assert_eq!(sizes(&photo(300, 200)), (vec![(300, 200)], None));
    }

    #[test]
    fn widths_that_are_nearly_the_same_are_one() {
        assert_eq!(sizes(&photo(500, 500)).0, [(500, 500)]);
        assert_eq!(sizes(&photo(1900, 100)).0, [(480, 25), (800, 42), (1200, 63), (1900, 100)]);
        assert_eq!(sizes(&photo(2001, 100)).0.last(), Some(&(1800, 90)));
    }

    #[test]
    fn what_every_program_shows_is_there_in_any_case() {
        assert_eq!(sizes(&photo(1000, 500)).1, None, "the original itself");
        let webp = Original { format: "webp", ..photo(1000, 500) };
        let fallback = Copies::of(&webp, &wishes()).fallback.unwrap();
        assert_eq!((fallback.size, fallback.format), ((1000, 500), Format::Jpeg { quality: 80 }));
        let drawing = Original { format: "png", is_lossy: false, ..photo(2400, 1200) };
        let copies = Copies::of(&drawing, &wishes());
        assert_eq!(copies.fallback.unwrap().format, Format::Png);
        assert_eq!(copies.sets[0].copies[0].format, Format::WebpSharp { quality: 78 });
    }

    #[test]
    fn what_stays_as_it_is_has_no_copies() {
        let moving = Original { is_kept: true, ..photo(4000, 3000) };
        assert_eq!(Copies::of(&moving, &wishes()), Copies::default());
        assert_eq!(Copies::of(&photo(0, 0), &wishes()), Copies::default());
        assert_eq!(Copies::of(&photo(20_000, 20_000), &wishes()), Copies::default());
        let none = Wishes { widths: Vec::new(), ..wishes() };
        assert_eq!(Copies::of(&photo(4000, 3000), &none), Copies::default());
        // Longer than a WebP can be: the original and its fallback remain.
        let long = Copies::of(&photo(400, 40_000), &wishes());
        assert_eq!((long.sets.len(), long.fallback), (0, None));
    }

    #[test]
    fn formats_come_in_the_wished_order() {
        let wishes = Wishes { formats: vec![Wish::Avif(60), Wish::Webp(78)], ..wishes() };
        let copies = Copies::of(&photo(900, 600), &wishes);
        let types: Vec<&str> = copies.sets.iter().map(|set| set.media_type).collect();
        assert_eq!(types, ["image/avif", "image/webp"]);
        assert_eq!(copies.all().count(), 2 * 3);
    }
}
