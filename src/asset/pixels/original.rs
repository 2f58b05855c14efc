//! What the header of a picture says: nothing is decoded for it.

use std::sync::Arc;

use image::ImageFormat;

use super::is_turned;
use super::raster::{format as known, open};
use crate::asset::Rights;
use crate::asset::container;
use crate::asset::resize::Limits;

/// A picture that may be resized, as its header describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Original {
    /// In pixels, as shown: a turned photograph has its sides swapped.
    pub width: u32,
    pub height: u32,
    /// Of its bytes (BLAKE3).
    pub hash: [u8; 32],
    /// `jpg`, `png`, `gif`, `webp`, `avif`, `svg`, `bmp`, `tiff` or `ico`; by its bytes, whatever the file is called.
    pub format: &'static str,
    /// Whether pixels may be transparent.
    pub has_alpha: bool,
    /// 1 for a still.
    pub frames: u32,
    /// Drawings, animations, icons and AVIF: browsers show them, and they stay as they are.
    pub is_kept: bool,
    /// Whether `auto` may lose details: a JPEG, or a WebP without transparency.
    pub is_lossy: bool,
    /// What may stay in its copies of the copyright fields; set by who reads them.
    pub rights: Option<Arc<Rights>>,
}

impl Original {
    /// Width times height.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Reads the header; the pixels are not decoded.
    ///
    /// # Errors
    /// Why the picture cannot be resized: no picture, cut short, too large.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Original, String> {
        let hash = *blake3::hash(bytes).as_bytes();
        if bytes.is_empty() {
            return Err("the file is empty".into());
        }
        let seen = container::look(bytes);
        if let Some(fault) = seen.fault {
            return Err(fault.into());
        }
        let facts = crate::asset::image::facts(bytes);
        let format = facts.as_ref().map_or("", |facts| facts.format);
        let frames = seen.frames;
        if let Some(facts) =
            facts.filter(|_| frames > 1 || matches!(format, "svg" | "avif" | "ico"))
        {
            let (width, height) = (facts.width, facts.height);
            let has_alpha = seen.has_alpha.unwrap_or(true);
            let (is_kept, is_lossy) = (true, false);
            return Ok(Original {
                width,
                height,
                hash,
                format,
                has_alpha,
                frames,
                is_kept,
                is_lossy,
                rights: None,
            });
        }
        let opened = open(bytes, limits)?;
        let (width, height) = match is_turned(opened.orientation) {
            true => (opened.height, opened.width),
            false => (opened.width, opened.height),
        };
        let has_alpha = seen.has_alpha.unwrap_or(opened.has_alpha);
        let is_lossy =
            matches!(known(bytes), Some(ImageFormat::Jpeg | ImageFormat::WebP)) && !has_alpha;
        Ok(Original {
            width,
            height,
            hash,
            format,
            has_alpha,
            frames,
            is_kept: false,
            is_lossy,
            rights: None,
        })
    }
}
