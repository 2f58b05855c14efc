//! A site as plain data, and how one begins.
//!
//! [`super::edit`] changes it as an author would, [`super::text`] says which files it is.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Random;
use super::theme;

/// How a run begins; the same value gives the same site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    pub seed: u64,
    /// The first articles of the seed: fewer of them are the beginning of more.
    pub articles: usize,
}

/// The folders of articles.
pub const FOLDERS: &[&str] = &["posts", "notes", "notes/deep"];
pub const TAGS: &[&str] = &["Oil", "Gas", "Sea Lanes", "élections", "Rail"];
pub const AUTHORS: &[&str] = &["anna", "boris", "Carla Nova"];
pub const SERIES: &[&str] = &["Chokepoints", "Ports"];
pub const DATA: &[&str] = &["data/table.csv", "data/notice.json", "data/list.yaml"];
pub const PICTURES: &[&str] =
    &["content/posts/map.png", "content/notes/port.png", "static/logo.png"];
pub const STATICS: &[&str] =
    &["static/robots.txt", "static/x/y.txt", "themes/own/static/theme.txt"];
pub const WORDS: &[&str] = &[
    "strait", "tanker", "oil", "pipeline", "border", "election", "seat", "market", "price",
    "harbour", "canal", "insurer", "convoy", "tariff", "ledger", "quota", "railway", "gauge",
    "customs", "survey",
];

/// One article.
#[derive(Debug, Clone, Default)]
pub struct Article {
    /// Index in [`FOLDERS`].
    pub folder: usize,
    pub stem: String,
    pub is_french: bool,
    /// `stem/index.md` instead of `stem.md`.
    pub is_bundle: bool,
    pub title: String,
    /// Days after 2015-01-01.
    pub day: Option<u32>,
    pub updated: Option<u32>,
    /// Date after the clock of the first build.
    pub is_future: bool,
    /// Last day, in days after 2015-01-01.
    pub expires: Option<u32>,
    pub is_draft: bool,
    pub tags: BTreeSet<usize>,
    pub authors: BTreeSet<usize>,
    pub series: Option<(usize, u32)>,
    pub aliases: BTreeSet<u32>,
    pub description: Option<u32>,
    pub has_own_slug: bool,
    pub is_long: bool,
    pub has_code: bool,
    pub has_more: bool,
    pub has_toc: Option<bool>,
    pub extra: u32,
    /// Path of the file that its component reads.
    pub chart: Option<String>,
    pub has_box: bool,
    /// Paths of the articles to which it links, from `content/`.
    pub links: BTreeSet<String>,
    /// Index in [`PICTURES`]; the picture may be gone.
    pub picture: Option<usize>,
    pub lead: Option<usize>,
    /// Revision of the summary, and of a word far below it.
    pub summary: u32,
    pub body: u32,
    pub typo: u32,
    /// Letters at the end of the file, for files of equal size.
    pub padding: usize,
    pub fault: Option<Fault>,
}

/// What is wrong with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A link to an article that never was.
    Link,
    /// A key that is none.
    Key,
    /// A picture that is not there.
    Picture,
    /// A component that is not there.
    Component,
}

/// A picture: its size, a revision of its bytes, and whether a credit stands beside it.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    pub width: u32,
    pub revision: u32,
    pub credit: Option<u32>,
}

/// A template.
#[derive(Debug, Clone, Default)]
pub struct Template {
    pub revision: u32,
    /// Revision of a comment, which readers never see.
    pub comment: u32,
    pub fault: Option<TemplateFault>,
}

/// What is wrong with a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateFault {
    Syntax,
    Render,
}

/// A folder's own page.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub revision: u32,
    pub sort: u32,
    pub paginate_by: Option<u32>,
    pub has_feed: bool,
}

/// The configuration, by the number of what is chosen.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub values: BTreeMap<Setting, u32>,
    pub is_broken: bool,
}

/// A line of `byline.yaml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    Title,
    BaseUrl,
    PaginateBy,
    Formats,
    FeedLimit,
    FeedContent,
    Related,
    TagFeeds,
    Menu,
    Author,
    Copyright,
    French,
    Robots,
    Punctuation,
    Words,
    Accent,
    Extra,
    Html,
}

pub const SETTINGS: &[Setting] = &[
    Setting::Title,
    Setting::BaseUrl,
    Setting::PaginateBy,
    Setting::Formats,
    Setting::FeedLimit,
    Setting::FeedContent,
    Setting::Related,
    Setting::TagFeeds,
    Setting::Menu,
    Setting::Author,
    Setting::Copyright,
    Setting::French,
    Setting::Robots,
    Setting::Punctuation,
    Setting::Words,
    Setting::Accent,
    Setting::Extra,
    Setting::Html,
];

/// The whole site.
#[derive(Debug, Clone, Default)]
pub struct Model {
    pub articles: Vec<Article>,
    /// By folder; a folder may be without its own page. The home page has the empty name.
    pub sections: BTreeMap<String, Section>,
    /// The theme's, by name.
    pub templates: BTreeMap<String, Template>,
    /// The site's own.
    pub own_templates: BTreeMap<String, Template>,
    pub data: BTreeMap<String, u32>,
    /// Data whose text is no such data.
    pub broken_data: BTreeSet<String>,
    pub pictures: BTreeMap<String, Picture>,
    pub statics: BTreeMap<String, u32>,
    pub settings: Settings,
    /// Revision of the theme's words and of the default of its option.
    pub theme_words: u32,
    pub theme_default: u32,
    /// How many edits there were: what is new gets this number.
    pub edits: u32,
    /// Whether articles may show code; few sites may, because each build then loads all syntaxes.
    pub has_code: bool,
}

impl Model {
    /// A site for the first build.
    pub fn new(start: Start) -> Model {
        let mut random = Random::new(start.seed);
        let mut model = Model { has_code: start.seed.is_multiple_of(20), ..Model::default() };
        for (name, _) in theme::TEMPLATES {
            model.templates.insert((*name).to_string(), Template::default());
        }
        for path in DATA.iter().filter(|_| !random.one_in(6)) {
            model.data.insert((*path).to_string(), 0);
        }
        for (number, path) in PICTURES.iter().enumerate() {
            let picture = Picture { width: 40 + number as u32, ..Picture::default() };
            model.pictures.insert((*path).to_string(), picture);
        }
        for path in STATICS.iter().skip(1) {
            model.statics.insert((*path).to_string(), 0);
        }
        for folder in ["", "posts", "notes"] {
            let section = Section { has_feed: random.one_in(3), ..Section::default() };
            if !random.one_in(5) {
                model.sections.insert(folder.to_string(), section);
            }
        }
        for setting in SETTINGS {
            if *setting != Setting::BaseUrl && random.one_in(4) {
                model.settings.values.insert(*setting, random.below(3) as u32);
            }
        }
        for number in 0..start.articles {
            // A generator of its own: what an article is does not depend on how many there are.
            let mut random = Random::new(start.seed ^ ((number as u64 + 1) << 32));
            let article = model.article(&mut random, &format!("a{number}"));
            model.articles.push(article);
        }
        model
    }

    /// A new article that links to some of those that are there.
    pub fn article(&self, random: &mut Random, stem: &str) -> Article {
        let mut article = Article {
            folder: random.below(FOLDERS.len()),
            stem: stem.to_string(),
            title: format!("On the {} of {stem}", random.pick(WORDS)),
            day: (!random.one_in(8)).then(|| random.below(1500) as u32),
            is_bundle: random.one_in(5),
            is_draft: random.one_in(12),
            is_future: random.one_in(14),
            has_box: random.one_in(4),
            has_code: self.has_code && random.one_in(4),
            is_long: random.one_in(6),
            has_more: random.one_in(4),
            body: random.below(1000) as u32,
            ..Article::default()
        };
        article.tags.extend((0..random.below(4)).map(|_| random.below(TAGS.len())));
        article.authors.extend((0..random.below(3)).map(|_| random.below(AUTHORS.len())));
        if random.one_in(4) {
            article.series = Some((random.below(SERIES.len()), random.below(9) as u32));
        }
        if random.one_in(6) {
            article.aliases.insert(random.below(90) as u32 + 100 * self.articles.len() as u32);
        }
        if random.one_in(3) {
            article.picture = Some(random.below(PICTURES.len()));
        }
        if random.one_in(5) {
            article.lead = Some(random.below(PICTURES.len()));
        }
        if random.one_in(5) && self.data.contains_key(DATA[0]) {
            article.chart = Some(DATA[0].to_string());
        }
        let targets: Vec<String> = self.visible().map(Article::path).collect();
        if !targets.is_empty() {
            let links = (0..random.below(3)).map(|_| random.pick(&targets).clone());
            article.links.extend(links);
        }
        article
    }

    /// Articles to which others may link whatever the options of the build.
    pub fn visible(&self) -> impl Iterator<Item = &Article> {
        self.articles.iter().filter(|article| !article.is_hidden() && !article.is_french)
    }
}

impl Article {
    /// Whether some options of the build leave it out.
    pub fn is_hidden(&self) -> bool {
        self.is_draft || self.is_future || self.expires.is_some()
    }

    /// Path from `content/`.
    pub fn path(&self) -> String {
        let folder = FOLDERS[self.folder];
        let language = if self.is_french { ".fr" } else { "" };
        match self.is_bundle {
            true => format!("{folder}/{}/index{language}.md", self.stem),
            false => format!("{folder}/{}{language}.md", self.stem),
        }
    }
}
