//! What other sites show when somebody shares a page: OpenGraph (<https://ogp.me/>) and the two values
//! that Twitter's cards need beside it.
//!
//! Gives names and values in order; the theme prints them, and its engine escapes them.

use std::borrow::Cow;

use serde::Serialize;

use crate::content::date::Date;

/// The facts of one page.
#[derive(Debug, Clone, Default)]
pub struct Card<'a> {
    pub title: &'a str,
    /// Plain text; may be empty.
    pub description: &'a str,
    /// Full address of the page.
    pub url: &'a str,
    pub site_name: &'a str,
    /// Full address of the picture.
    pub image: Option<&'a str>,
    pub image_alt: &'a str,
    /// Size of the picture, when it is known.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// BCP 47 tag of the page's language.
    pub locale: &'a str,
    pub kind: Kind,
    pub published: Option<Date>,
    pub updated: Option<Date>,
    /// Title of the section that an article stands in.
    pub section: &'a str,
    pub tags: Vec<&'a str>,
}

/// The page's `og:type`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// The home page and lists.
    #[default]
    Website,
    /// An article; only then dates, section and tags are given.
    Article,
}

/// One `<meta>` element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Meta<'a> {
    /// `property` for OpenGraph, `name` for Twitter: which attribute holds the name.
    pub attribute: &'static str,
    /// `og:title` and the like.
    pub key: &'static str,
    pub content: Cow<'a, str>,
}

impl<'a> Card<'a> {
    /// The `<meta>` elements in order, those without content left out.
    pub fn metas(&self) -> Vec<Meta<'a>> {
        let mut out = Vec::new();
        let mut property = |key, content: Cow<'a, str>| {
            if !content.trim().is_empty() {
                out.push(Meta { attribute: "property", key, content });
            }
        };
        property("og:title", self.title.into());
        property("og:description", self.description.into());
        property("og:url", self.url.into());
        property(
            "og:type",
            match self.kind {
                Kind::Website => "website".into(),
                Kind::Article => "article".into(),
            },
        );
        property("og:site_name", self.site_name.into());
        property("og:locale", locale(self.locale).unwrap_or_default().into());
        // Structured properties follow the picture that they belong to (section "Structured Properties").
        if let Some(image) = self.image {
            property("og:image", image.into());
            if let (Some(width), Some(height)) = (self.width, self.height) {
                property("og:image:width", width.to_string().into());
                property("og:image:height", height.to_string().into());
            }
            property("og:image:alt", self.image_alt.into());
        }
        if self.kind == Kind::Article {
            let time = |date: Option<Date>| date.map(|date| date.rfc3339()).unwrap_or_default();
            property("article:published_time", time(self.published).into());
            property("article:modified_time", time(self.updated).into());
            property("article:section", self.section.into());
            for tag in &self.tags {
                property("article:tag", Cow::Borrowed(tag));
            }
        }
        let content = self.twitter_card().into();
        out.push(Meta { attribute: "name", key: "twitter:card", content });
        out
    }

    /// A wide picture stands above the text, another one beside it. Title, text and picture come from
    /// OpenGraph. A picture of unknown size is taken for a wide one.
    fn twitter_card(&self) -> &'static str {
        let is_wide = match (self.width, self.height) {
            (Some(width), Some(height)) => width >= 300 && height >= 157 && width > height,
            _ => true,
        };
        if self.image.is_some() && is_wide { "summary_large_image" } else { "summary" }
    }
}

/// Territories where a language is at home, for tags without one: OpenGraph wants `language_TERRITORY`.
const HOMES: &[(&str, &str)] = &[
    ("ar", "SA"),
    ("az", "AZ"),
    ("be", "BY"),
    ("bg", "BG"),
    ("cs", "CZ"),
    ("da", "DK"),
    ("de", "DE"),
    ("el", "GR"),
    ("en", "US"),
    ("es", "ES"),
    ("et", "EE"),
    ("fa", "IR"),
    ("fi", "FI"),
    ("fr", "FR"),
    ("he", "IL"),
    ("hi", "IN"),
    ("hr", "HR"),
    ("hu", "HU"),
    ("hy", "AM"),
    ("id", "ID"),
    ("it", "IT"),
    ("ja", "JP"),
    ("ka", "GE"),
    ("kk", "KZ"),
    ("ko", "KR"),
    ("ky", "KG"),
    ("lt", "LT"),
    ("lv", "LV"),
    ("mn", "MN"),
    ("nb", "NO"),
    ("nl", "NL"),
    ("pl", "PL"),
    ("pt", "PT"),
    ("ro", "RO"),
    ("ru", "RU"),
    ("sk", "SK"),
    ("sl", "SI"),
    ("sr", "RS"),
    ("sv", "SE"),
    ("tg", "TJ"),
    ("th", "TH"),
    ("tr", "TR"),
    ("uk", "UA"),
    ("ur", "PK"),
    ("uz", "UZ"),
    ("vi", "VN"),
    ("zh", "CN"),
];

/// `en-GB` -> `en_GB`, `zh-Hant-TW` -> `zh_TW`, `fr` -> `fr_FR`; none when the territory is unknown.
fn locale(tag: &str) -> Option<String> {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next()?.to_ascii_lowercase();
    let is_letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    if !matches!(language.len(), 2 | 3) || !is_letters(&language) {
        return None;
    }
    let given = parts.find(|part| part.len() == 2 && is_letters(part)).map(str::to_ascii_uppercase);
    let home =
        || HOMES.iter().find(|(known, _)| *known == language).map(|(_, home)| home.to_string());
    Some(format!("{language}_{}", given.or_else(home)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(card: &Card) -> Vec<String> {
        let line = |meta: &Meta| format!("{} {}={}", meta.attribute, meta.key, meta.content);
        card.metas().iter().map(line).collect()
    }

    #[test]
    fn an_article_gives_all_in_order() {
        let card = Card {
            title: "A <b> & \"c\"",
            description: "One sentence",
            url: "https://example.org/x/",
            site_name: "Review",
            image: Some("https://example.org/x.jpg"),
            image_alt: "Bishkek",
            width: Some(1200),
            height: Some(630),
            locale: "en-GB",
            kind: Kind::Article,
            published: Some(Date { timestamp: 0, offset: 0, has_time: true }),
            updated: None,
            section: "Posts",
            tags: vec!["CSTO", "", "Raids"],
        };
        let want = [
            "property og:title=A <b> & \"c\"",
            "property og:description=One sentence",
            "property og:url=https://example.org/x/",
            "property og:type=article",
            "property og:site_name=Review",
            "property og:locale=en_GB",
            "property og:image=https://example.org/x.jpg",
            "property og:image:width=1200",
            "property og:image:height=630",
            "property og:image:alt=Bishkek",
            "property article:published_time=1970-01-01T00:00:00Z",
            "property article:section=Posts",
            "property article:tag=CSTO",
            "property article:tag=Raids",
            "name twitter:card=summary_large_image",
        ];
        assert_eq!(lines(&card), want);
    }

    #[test]
    fn a_list_gives_no_article_values() {
        let card = Card {
            title: "Tags",
            url: "https://example.org/tags/",
            locale: "xx",
            tags: vec!["a"],
            ..Card::default()
        };
        let want = [
            "property og:title=Tags",
            "property og:url=https://example.org/tags/",
            "property og:type=website",
            "name twitter:card=summary",
        ];
        assert_eq!(lines(&card), want);
    }

    #[test]
    fn a_locale_has_a_territory() {
        let cases = [("fr", "fr_FR"), ("zh-Hant-TW", "zh_TW"), ("PT-br", "pt_BR"), ("ky", "ky_KG")];
        for (tag, want) in cases {
            assert_eq!(locale(tag).as_deref(), Some(want));
        }
        assert_eq!(locale("tlh"), None);
        assert_eq!(locale(""), None);
    }
}
