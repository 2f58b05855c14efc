//! What a resized picture will be: its size, its format, its name. No pixels are needed for that.
//!
//! The operations and their rules are those of Zola's `resize_image`; a call whose arguments make no sense
//! gives the reason in words.

use super::{Original, Rights};

/// What a picture may cost at most; looked at before anything is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels that an original or a result may have.
    pub pixels: u64,
}

impl Default for Limits {
    /// A camera's largest pictures, but no bomb.
    fn default() -> Limits {
        Limits { pixels: 100_000_000 }
    }
}

impl Limits {
    /// # Errors
    /// When there are more pixels.
    pub(super) fn check(self, width: u32, height: u32) -> Result<(), String> {
        if u64::from(width) * u64::from(height) <= self.pixels {
            return Ok(());
        }
        let megapixels = self.pixels as f64 / 1e6;
        Err(format!("{width}x{height} is too large: at most {megapixels} megapixels are resized"))
    }
}

/// Counted up whenever the same arguments give other bytes, so that they get another name.
/// A test in `pixels` fails when that is forgotten.
const REVISION: u32 = 3;

/// Of an AVIF when none is given: about as good as a WebP of 75 (DSSIM), and a sixth smaller.
const AVIF_QUALITY: u8 = 70;

/// How the size follows from what was asked for. Only `Fit` never enlarges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Exactly this size, whatever becomes of the proportions.
    Scale { width: u32, height: u32 },
    /// This width; the height keeps the proportions.
    FitWidth(u32),
    /// This height; the width keeps the proportions.
    FitHeight(u32),
    /// As large as fits inside, if it is larger than that.
    Fit { width: u32, height: u32 },
    /// Exactly this size; what is too much on two sides is cut off.
    Fill { width: u32, height: u32 },
}

/// How the result is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Quality from 1 to 100.
    Jpeg {
        quality: u8,
    },
    Png,
    /// Quality from 0 to 100; without loss when there is none.
    Webp {
        quality: Option<u8>,
    },
    /// For drawings and screenshots: without loss or with edges of colour kept sharp, whichever is smaller;
    /// the quality, from 0 to 100, is the least that the latter has.
    WebpSharp {
        quality: u8,
    },
    /// Quality from 1 to 100.
    Avif {
        quality: u8,
    },
}

/// Everything that decides the bytes, besides those of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resize {
    /// Width and height of the middle part that is used, in pixels of the original as shown.
    pub crop: (u32, u32),
    /// Width and height of the result.
    pub size: (u32, u32),
    pub format: Format,
}

impl Operation {
    /// From the arguments of a call.
    ///
    /// # Errors
    /// An unknown name, and a width or a height that is missing or zero.
    pub fn new(name: &str, width: Option<u32>, height: Option<u32>) -> Result<Operation, String> {
        let given = |name: &str, value: Option<u32>| match value {
            Some(0) => Err(format!("`{name}` is at least 1")),
            Some(value) => Ok(value),
            None => Err(format!("`{name}` is missing")),
        };
        let (width, height) = (|| given("width", width), || given("height", height));
        Ok(match name {
            "scale" => Operation::Scale { width: width()?, height: height()? },
            "fit_width" => Operation::FitWidth(width()?),
            "fit_height" => Operation::FitHeight(height()?),
            "fit" => Operation::Fit { width: width()?, height: height()? },
            "fill" => Operation::Fill { width: width()?, height: height()? },
            other => {
                return Err(format!(
                    "`op` is `fill`, `fit`, `fit_width`, `fit_height` or `scale`, not `{other}`"
                ));
            }
        })
    }

    /// The part that is used and the size of the result, for an original of this size.
    fn geometry(self, (width, height): (u32, u32)) -> ((u32, u32), (u32, u32)) {
        let all = (width, height);
        // Zola rounds down.
        let share = |side: u32, of: u32, by: u32| {
            let side = u64::from(side) * u64::from(of) / u64::from(by.max(1));
            u32::try_from(side).unwrap_or(u32::MAX).max(1)
        };
        match self {
            Operation::Scale { width, height } => (all, (width, height)),
            Operation::FitWidth(wanted) => (all, (wanted, share(height, wanted, width))),
            Operation::FitHeight(wanted) => (all, (share(width, wanted, height), wanted)),
            Operation::Fit { width: w, height: h } if width <= w && height <= h => (all, all),
            Operation::Fit { width: w, height: h } => {
                let is_wider = u64::from(width) * u64::from(h) > u64::from(height) * u64::from(w);
                match is_wider {
                    true => Operation::FitWidth(w).geometry(all),
                    false => Operation::FitHeight(h).geometry(all),
                }
            }
            Operation::Fill { width: w, height: h } => {
                let is_wider = u64::from(width) * u64::from(h) > u64::from(height) * u64::from(w);
                let part = |side: u32, of: u32, by: u32| {
                    let (side, of, by) = (u64::from(side), u64::from(of), u64::from(by.max(1)));
                    u32::try_from((side * of + by / 2) / by).unwrap_or(u32::MAX).max(1)
                };
                let crop = match is_wider {
                    true => (part(height, w, h).min(width), height),
                    false => (width, part(width, h, w).min(height)),
                };
                (crop, (w, h))
            }
        }
    }
}

impl Format {
    /// From the arguments of a call.
    ///
    /// # Errors
    /// A format that is not made, and a quality out of its range.
    pub fn new(name: &str, quality: Option<i64>, of: &Original) -> Result<Format, String> {
        let within = |least: i64| match quality {
            Some(value) if (least..=100).contains(&value) => Ok(Some(value as u8)),
            Some(value) => Err(format!("`quality` is from {least} to 100, not {value}")),
            None => Ok(None),
        };
        Ok(match name {
            "auto" if of.is_lossy => Format::Jpeg { quality: within(1)?.unwrap_or(75) },
            "jpg" | "jpeg" => Format::Jpeg { quality: within(1)?.unwrap_or(75) },
            "auto" | "png" => Format::Png,
            "webp" => Format::Webp { quality: within(0)? },
            "avif" if !cfg!(feature = "avif") => {
                return Err("`avif` is not made by a build without the feature `avif`".into());
            }
            "avif" => Format::Avif { quality: within(1)?.unwrap_or(AVIF_QUALITY) },
            other => {
                return Err(format!(
                    "`format` is `auto`, `jpg`, `png`, `webp` or `avif`, not `{other}`"
                ));
            }
        })
    }

    /// Ending of the file name.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Jpeg { .. } => "jpg",
            Format::Png => "png",
            Format::Webp { .. } | Format::WebpSharp { .. } => "webp",
            Format::Avif { .. } => "avif",
        }
    }

    /// Longest side that the format can hold.
    pub(super) fn longest(self) -> u32 {
        match self {
            // 16 bits (ITU T.81, B.2.2), 14 bits (RFC 9649, section 2.4), and what browsers take.
            Format::Jpeg { .. } => 65_535,
            Format::Webp { .. } | Format::WebpSharp { .. } => 16_383,
            Format::Png | Format::Avif { .. } => 65_535,
        }
    }
}

impl Resize {
    /// What becomes of an original.
    ///
    /// # Errors
    /// A result that is too large.
    pub fn new(of: &Original, operation: Operation, format: Format) -> Result<Resize, String> {
        let (crop, size) = operation.geometry((of.width, of.height));
        let (width, height) = size;
        let longest = format.longest();
        if width > longest || height > longest {
            let ending = format.ending();
            return Err(format!(
                "{width}x{height} is too large: a side of a `{ending}` has at most {longest} pixels"
            ));
        }
        Limits::default().check(width, height)?;
        Ok(Resize { crop, size, format })
    }

    /// `photo` with these bytes and this operation is `photo.0123456789abcdef.jpg`.
    pub fn name(&self, stem: &str, of: &Original, rights: Option<&Rights>) -> String {
        format!("{stem}.{}.{}", &self.hash(of, rights).to_hex()[..16], self.format.ending())
    }

    /// The whole of what the name holds a part of, with the ending of the format.
    pub fn key(&self, of: &Original, rights: Option<&Rights>) -> String {
        format!("{}.{}", self.hash(of, rights).to_hex(), self.format.ending())
    }

    fn hash(&self, of: &Original, rights: Option<&Rights>) -> blake3::Hash {
        let (how, quality) = match self.format {
            Format::Jpeg { quality } => ("jpg", Some(quality)),
            Format::Png => ("png", None),
            Format::Webp { quality } => ("webp", quality),
            Format::WebpSharp { quality } => ("webp sharp", Some(quality)),
            Format::Avif { quality } => ("avif", Some(quality)),
        };
        let wanted =
            format!("{REVISION} {:?} {:?} {how} {quality:?} {rights:?}", self.crop, self.size);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&of.hash).update(wanted.as_bytes());
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(operation: Operation, original: (u32, u32)) -> (u32, u32) {
        operation.geometry(original).1
    }

    /// The sizes are those of Zola's own tests and documentation.
    #[test]
    fn sizes_are_those_of_zola() {
        let photo = (300, 380);
        let fit = |width, height| Operation::Fit { width, height };
        assert_eq!(size(Operation::Scale { width: 150, height: 150 }, photo), (150, 150));
        assert_eq!(size(Operation::FitWidth(100), photo), (100, 126));
        assert_eq!(size(Operation::FitHeight(150), photo), (118, 150));
        assert_eq!(size(fit(5000, 5000), photo), photo);
        assert_eq!(size(fit(150, 150), photo), (118, 150));
        assert_eq!(size(fit(300, 100), (300, 300)), (100, 100));
        assert_eq!(size(Operation::FitWidth(600), photo), (600, 760));
        assert_eq!(size(Operation::FitWidth(10), (4000, 1)), (10, 1));
    }

    #[test]
    fn fill_takes_the_middle_part_of_the_wanted_shape() {
        let fill = |width, height| Operation::Fill { width, height };
        assert_eq!(fill(150, 150).geometry((300, 380)), ((300, 300), (150, 150)));
        assert_eq!(fill(100, 50).geometry((1000, 1000)), ((1000, 500), (100, 50)));
        assert_eq!(fill(50, 100).geometry((1000, 1000)), ((500, 1000), (50, 100)));
        assert_eq!(fill(1, 60_000).geometry((10, 10)), ((1, 10), (1, 60_000)));
    }

    #[test]
    fn arguments_that_make_no_sense_are_named() {
        let problem = |name, width, height| Operation::new(name, width, height).unwrap_err();
        assert!(problem("fitt", Some(1), Some(1)).contains("not `fitt`"));
        assert_eq!(problem("fit_width", None, Some(1)), "`width` is missing");
        assert_eq!(problem("fill", Some(1), Some(0)), "`height` is at least 1");
        let of = Original::default();
        assert!(Format::new("avif", Some(0), &of).is_err());
        assert!(Format::new("gif", None, &of).unwrap_err().contains("not `gif`"));
        assert!(Format::new("jpg", Some(0), &of).unwrap_err().contains("from 1 to 100"));
        assert!(Format::new("webp", Some(101), &of).unwrap_err().contains("from 0 to 100"));
        let large = Operation::FitWidth(70_000);
        let of = Original { width: 10, height: 10, ..of };
        assert!(Resize::new(&of, large, Format::Png).unwrap_err().contains("65535"));
        let large = Operation::FitWidth(20_000);
        assert!(Resize::new(&of, large, Format::Png).unwrap_err().contains("megapixels"));
    }

    #[test]
    fn every_difference_has_another_name() {
        let of = Original { width: 100, height: 50, ..Original::default() };
        let other = Original { hash: [1; 32], ..of.clone() };
        let make = |of: &Original, width, format| {
            Resize::new(of, Operation::FitWidth(width), format).unwrap().name("a b", of, None)
        };
        let names = [
            make(&of, 10, Format::Png),
            make(&other, 10, Format::Png),
            make(&of, 11, Format::Png),
            make(&of, 10, Format::Jpeg { quality: 75 }),
            make(&of, 10, Format::Jpeg { quality: 76 }),
            make(&of, 10, Format::Webp { quality: None }),
            make(&of, 10, Format::Webp { quality: Some(75) }),
            make(&of, 10, Format::WebpSharp { quality: 75 }),
            make(&of, 10, Format::Avif { quality: 75 }),
        ];
        let different: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(different.len(), names.len());
        assert!(names[0].starts_with("a b.") && names[0].ends_with(".png"));
        assert_eq!(names[0].len(), "a b..png".len() + 16);
        assert_eq!(names[0], make(&of, 10, Format::Png));
    }
}
