//! The colour that stands in the place of a picture until it is there.
//!
//! It goes into the page as three digits, not as a style: a strict content security policy forbids styles in
//! attributes, and 48 rules in the theme's style sheet paint all 4,096 tones.

use std::fmt;

/// A colour with 16 steps of red, green and blue (sRGB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tone([u8; 3]);

impl Tone {
    /// The nearest tone to a colour of 8 bits each.
    pub fn new(color: [u8; 3]) -> Tone {
        Tone(color.map(|value| ((u16::from(value) + 8) / 17) as u8))
    }

    /// As it is kept in the cache.
    pub fn to_bytes(self) -> [u8; 3] {
        self.0
    }

    /// The reverse of [`Tone::to_bytes`]; none for what is no tone.
    pub fn from_bytes(bytes: [u8; 3]) -> Option<Tone> {
        bytes.iter().all(|value| *value < 16).then_some(Tone(bytes))
    }

    /// As a colour of CSS: `#775533`.
    pub fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:x}{red:x}{green:x}{green:x}{blue:x}{blue:x}")
    }
}

/// As it stands in `data-tone`: `7-5-3`, so that a style sheet can ask for each part.
impl fmt::Display for Tone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "{red:x}-{green:x}-{blue:x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_becomes_the_nearest_tone() {
        let tone = Tone::new([0x77, 0x50, 0xff]);
        assert_eq!((tone.to_string().as_str(), tone.css().as_str()), ("7-5-f", "#7755ff"));
        assert_eq!(Tone::new([0, 8, 9]).to_string(), "0-0-1");
        assert_eq!(Tone::from_bytes(tone.to_bytes()), Some(tone));
        assert_eq!(Tone::from_bytes([16, 0, 0]), None);
    }
}
