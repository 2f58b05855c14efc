//! `byline.yaml` as a value: everything but `title` and `base_url` has a default.

mod base_url;
pub mod front_matter_key;
pub mod images;
pub mod key;
mod read;
pub mod yaml;

use std::collections::BTreeMap;

pub use base_url::BaseUrl;
pub use images::Images;

use crate::diagnostic::Diagnostic;

/// A value of any shape, as it stands under `extra`.
pub type Data = serde_json::Value;

/// The whole configuration of a site, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name of the publication.
    pub title: String,
    /// Where the site will stand.
    pub base_url: BaseUrl,
    /// Default language, a BCP 47 tag such as `en`.
    pub language: String,
    /// The other languages, by the code that file suffixes use.
    pub languages: BTreeMap<String, Language>,
    /// One sentence about the publication; may be empty.
    pub description: String,
    /// Name of the theme: a folder of `themes/` or the built-in `broadsheet`.
    pub theme: String,
    /// Values for the theme's options, checked against `theme.yaml` by `theme/`.
    pub theme_options: BTreeMap<String, Data>,
    /// Authors by the key that front matter uses.
    pub authors: BTreeMap<String, Author>,
    /// In the order of the file.
    pub taxonomies: Vec<Taxonomy>,
    /// Articles on a list page; 0 = all on one.
    pub paginate_by: usize,
    /// What the feeds carry.
    pub feeds: Feeds,
    /// How many related articles.
    pub related: RelatedOptions,
    /// The comment service with its `provider`, as it stands in the file.
    pub comments: Option<Data>,
    /// How Markdown is read.
    pub markdown: MarkdownOptions,
    /// What becomes of pictures.
    pub images: Images,
    /// Links of the main navigation, in order; without a list the site's sections are the menu.
    pub menu: Option<Vec<MenuItem>>,
    /// Whether there is a search; the build sets it to `false` when the theme has no page for it.
    pub search: bool,
    /// Lines for robots.txt after the default ones, and whether to write the file.
    pub robots: bool,
    /// Copyright line, default licence of the text, e.g. `CC BY 4.0`.
    pub copyright: String,
    /// Words for templates by language: `translations: {fr: {read_more: Lire la suite}}`.
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
    /// Command that opens a file in the author's editor, for the preview.
    pub editor: Option<String>,
    /// Anything, for templates.
    pub extra: Data,
}

impl Config {
    /// Reads `byline.yaml`. All problems come at once; the value is there when none is an error.
    pub fn parse(file: &str, text: &str) -> (Option<Config>, Vec<Diagnostic>) {
        read::parse(file, text)
    }

    /// The configuration of a site that has no `byline.yaml`; it stands at `http://localhost`.
    pub fn default_for(title: &str) -> Config {
        Config {
            title: title.to_string(),
            base_url: BaseUrl { url: "http://localhost".into(), path: String::new() },
            language: "en".into(),
            languages: BTreeMap::new(),
            description: String::new(),
            theme: "broadsheet".into(),
            theme_options: BTreeMap::new(),
            authors: BTreeMap::new(),
            taxonomies: default_taxonomies(),
            paginate_by: 12,
            feeds: Feeds {
                formats: vec![FeedFormat::Rss, FeedFormat::Atom, FeedFormat::Json],
                limit: 20,
                content: FeedContent::Full,
            },
            related: RelatedOptions { count: 5 },
            comments: None,
            markdown: MarkdownOptions {
                html: RawHtml::Allow,
                smart_punctuation: true,
                highlight_light: "InspiredGitHub".into(),
                highlight_dark: "base16-ocean.dark".into(),
                math: false,
            },
            images: Images::default(),
            menu: None,
            search: true,
            robots: true,
            copyright: String::new(),
            translations: BTreeMap::new(),
            editor: None,
            extra: Data::Object(Default::default()),
        }
    }

    /// Replaces the address by the one of the command line.
    #[expect(clippy::result_large_err, reason = "called once")]
    pub fn with_base_url(&mut self, address: &str) -> Result<(), Diagnostic> {
        match BaseUrl::parse(address) {
            Ok(url) => {
                self.base_url = url;
                Ok(())
            }
            Err((message, hint)) => Err(Diagnostic::error("config/base-url", message).hint(hint)),
        }
    }

    /// Whether the code is the default language or one of the others; gives it as configured.
    pub fn language_code(&self, code: &str) -> Option<&str> {
        std::iter::once(&self.language)
            .chain(self.languages.keys())
            .find(|known| known.eq_ignore_ascii_case(code))
            .map(String::as_str)
    }
}

fn default_taxonomies() -> Vec<Taxonomy> {
    let taxonomy =
        |name: &str, feed, paginate_by| Taxonomy { name: name.into(), feed, paginate_by };
    vec![taxonomy("tags", true, 20), taxonomy("authors", true, 0), taxonomy("series", false, 0)]
}

/// `a, b or c`
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [start @ .., last] => format!("{} or {last}", start.join(", ")),
    }
}

/// Another language of the site.
#[derive(Debug, Clone, Default)]
pub struct Language {
    /// Name of the publication in it.
    pub title: Option<String>,
    /// Description of the publication in it.
    pub description: Option<String>,
    /// Name of the language in itself, for the switch.
    pub name: Option<String>,
    /// Links of the main navigation in it, instead of the default language's.
    pub menu: Option<Vec<MenuItem>>,
}

/// Who writes.
#[derive(Debug, Clone, Default)]
pub struct Author {
    /// Name as readers see it.
    pub name: String,
    /// A sentence or two.
    pub bio: Option<String>,
    /// The own page of the author.
    pub url: Option<String>,
    /// Portrait.
    pub image: Option<String>,
    /// Address for feeds.
    pub email: Option<String>,
}

/// A way to group articles.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// Also the first part of the addresses and the key in front matter: `tags`.
    pub name: String,
    /// Whether each term has feeds of its own.
    pub feed: bool,
    /// 0 = not paginated.
    pub paginate_by: usize,
}

/// The formats that feeds are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0, `rss.xml`.
    Rss,
    /// Atom, `atom.xml`.
    Atom,
    /// JSON Feed, `feed.json`.
    Json,
}

impl FeedFormat {
    /// Name of its file, beside the page that the feed belongs to.
    pub fn file(self) -> &'static str {
        match self {
            FeedFormat::Rss => "rss.xml",
            FeedFormat::Atom => "atom.xml",
            FeedFormat::Json => "feed.json",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            FeedFormat::Rss => "application/rss+xml",
            FeedFormat::Atom => "application/atom+xml",
            FeedFormat::Json => "application/feed+json",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            FeedFormat::Rss => "RSS",
            FeedFormat::Atom => "Atom",
            FeedFormat::Json => "JSON Feed",
        }
    }
}

/// How much of an article its entry carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedContent {
    /// The whole article.
    Full,
    /// Its summary.
    Summary,
}

/// What the feeds carry.
#[derive(Debug, Clone)]
pub struct Feeds {
    /// Which are written; none switches feeds off.
    pub formats: Vec<FeedFormat>,
    /// Newest entries in each feed; 0 = all.
    pub limit: usize,
    /// How much of each article.
    pub content: FeedContent,
}

/// How related articles are shown.
#[derive(Debug, Clone)]
pub struct RelatedOptions {
    /// Related articles for each article; 0 switches them off.
    pub count: usize,
}

/// What happens to raw HTML in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawHtml {
    /// It goes through.
    Allow,
    /// Scripts, styles and event handlers are taken out.
    Sanitize,
    /// Readers see it as text.
    Escape,
}

/// How Markdown is read.
#[derive(Debug, Clone)]
pub struct MarkdownOptions {
    /// What happens to raw HTML.
    pub html: RawHtml,
    /// Curly quotes, dashes and ellipses.
    pub smart_punctuation: bool,
    /// syntect theme for light pages and for dark ones.
    pub highlight_light: String,
    /// syntect theme for dark pages.
    pub highlight_dark: String,
    /// Math, `$x$`; off by default because dollars are common in analysis.
    pub math: bool,
}

/// A link of the main navigation.
#[derive(Debug, Clone)]
pub struct MenuItem {
    /// Text of the link.
    pub name: String,
    /// An address on the site that begins with `/`, or an absolute one.
    pub url: String,
}

#[cfg(test)]
pub(crate) mod docs_tests;
#[cfg(test)]
mod tests;
