//! Social cards: which articles get one, what stands on it, and where it is.

use std::sync::Arc;

use super::fonts;
use super::observed::Observed;
use crate::asset::social::{Card, CardColors, Fonts, Rgb};
use crate::config::Config;
use crate::site::taxonomy::author_name;
use crate::site::{Page, Site, is_right_to_left};
use crate::theme::manifest::{CardFont, ThemeCard};
use crate::theme::pictures::Pictures;
use crate::theme::{Manifest, ThemeFiles};

/// Colours of a theme that says none.
const PLAIN: CardColors = CardColors {
    background: [0xff, 0xff, 0xff],
    text: [0x1a, 0x1a, 0x1a],
    accent: [0x1f, 0x4e, 0x79],
    muted: [0x59, 0x59, 0x59],
};

/// The fonts that cards are drawn with, those of the theme and of this machine; none when there are no cards.
pub(super) fn fonts(source: &Observed, config: &Config, theme: &ThemeFiles) -> Option<Arc<Fonts>> {
    if !config.images.cards {
        return None;
    }
    let mut own = Vec::new();
    let parent = theme.manifest.extends.as_deref();
    for name in [Some(&*config.theme), parent].into_iter().flatten() {
        let (files, _) = source.walk(&format!("themes/{name}/fonts"));
        let is_font = |path: &str| path.ends_with(".ttf") || path.ends_with(".otf");
        for file in files.into_iter().filter(|file| is_font(&file.path)) {
            // What cannot be read is not there; its letters come from another font.
            if let Ok(bytes) = source.read(&file.path) {
                own.push((file.path.to_string(), bytes));
            }
        }
    }
    let is_own_only = theme.manifest.card.system_fonts == Some(false);
    Some(Arc::new(fonts::find(own, is_own_only)))
}

/// Wants a card for each article without a lead picture. Linear in the articles.
pub(super) fn plan(site: &Site, manifest: &Manifest, fonts: &Fonts, pictures: &mut Pictures) {
    let colors = colors(&manifest.card);
    let without =
        site.pages.iter().enumerate().filter(|(_, page)| page.document.front.image.is_none());
    for (number, page) in without {
        let card = card(site, manifest, page, colors);
        pictures.want_card(number, card, fonts);
    }
}

fn card(site: &Site, manifest: &Manifest, page: &Page, colors: CardColors) -> Card {
    let front = &page.document.front;
    let lang = page.lang();
    let word = |key: &str| manifest.word(&site.config, key, lang);
    let format = word("date_format").unwrap_or("%-d %B %Y");
    let names: Vec<&str> = front.authors.iter().map(|key| author_name(&site.config, key)).collect();
    let date = front.date.and_then(|date| date.format(format, lang).ok());
    Card {
        title: front.title.clone(),
        site: site.title(lang).to_string(),
        byline: names.join(", "),
        date: date.unwrap_or_default(),
        lang: lang.to_string(),
        is_rtl: is_right_to_left(lang),
        colors,
        serif: manifest.card.font == CardFont::Serif,
    }
}

fn colors(card: &ThemeCard) -> CardColors {
    let or = |color: &Option<String>, plain: Rgb| color.as_deref().and_then(hex).unwrap_or(plain);
    CardColors {
        background: or(&card.background, PLAIN.background),
        text: or(&card.text, PLAIN.text),
        accent: or(&card.accent, PLAIN.accent),
        muted: or(&card.muted, PLAIN.muted),
    }
}

/// `#1f4e79` or `#fff` (CSS Color 4, section 5.2).
fn hex(color: &str) -> Option<Rgb> {
    let digits = color.trim().strip_prefix('#')?;
    let digits: Vec<u8> =
        digits.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    match digits[..] {
        [red, green, blue] => Some([red, green, blue].map(|digit| digit * 17)),
        [a, b, c, d, e, f] => Some([a * 16 + b, c * 16 + d, e * 16 + f]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_the_theme_as_far_as_they_are_colours() {
        let card = ThemeCard {
            background: Some("#123".into()),
            text: Some("#A0b1C2".into()),
            accent: Some("crimson".into()),
            ..ThemeCard::default()
        };
        let colors = colors(&card);
        assert_eq!(colors.background, [0x11, 0x22, 0x33]);
        assert_eq!(colors.text, [0xa0, 0xb1, 0xc2]);
        assert_eq!((colors.accent, colors.muted), (PLAIN.accent, PLAIN.muted));
    }
}
