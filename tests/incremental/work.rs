//! Which outputs of a random site may be made again after an edit although their bytes stay the same: those of which a
//! read changed, but nothing of it that shows. [`super::exact`] has whole lists for a fixed site.

use super::edit::{Change, Edit};
use super::model::{Article, DATA, FOLDERS, Model};
use super::theme;

/// Whether `path` may be made again after `edit`; `was` is the site before it, `drafts` whether drafts are built.
pub fn may_be_made(edit: Edit, was: &Model, drafts: bool, path: &str) -> bool {
    match edit {
        // The stored answers are gone, or the other folder is as an older build left it.
        Edit::CacheGone | Edit::CacheSpoiled(_) | Edit::Elsewhere | Edit::OutputsGone => true,
        // The configuration and the theme's manifest are part of every key.
        Edit::Setting(..) | Edit::ThemeWords | Edit::ThemeDefault => true,
        Edit::Nothing | Edit::Touch(_) | Edit::Interrupt(_) | Edit::Wait => false,
        Edit::OutputGone(_) | Edit::OutputSpoiled(_) | Edit::Static(_) => false,
        // Copies and style sheets are made of one file alone.
        _ if !is_made_of_reads(path) => false,
        Edit::Article(place, change) => match was.articles.get(place % was.articles.len().max(1)) {
            // Nobody sees a draft; but who asks for its file by name is told that it is one.
            Some(article) if article.is_draft && change != Change::Draft && !drafts => {
                change == Change::Bundle && is_home(path)
            }
            Some(article) => after_change(article, change, path),
            None => false,
        },
        // Feeds of summaries do not show the tables that their articles have.
        Edit::Data(number) | Edit::DataGone(number) => number % DATA.len() == 0,
        // Templates make pages only; what articles call stands in feeds too.
        Edit::Template(number) | Edit::TemplateComment(number) => {
            let name = theme::TEMPLATES[number % theme::TEMPLATES.len()].0;
            match name {
                "404.html" => path == "404.html",
                "archive.html" => path.contains("archive/"),
                _ => is_page(path) || name.starts_with("components/"),
            }
        }
        _ => true,
    }
}

fn after_change(article: &Article, change: Change, path: &str) -> bool {
    match change {
        // Far below the summary: the page, what carries the whole text, and who asked for the whole article.
        Change::Typo => {
            path == page(article) || is_feed(path) || is_home(path) || path.contains("search/")
        }
        Change::Toc | Change::Extra => !is_sitemap(path),
        _ => true,
    }
}

/// Where an article's page stands below the output folder.
pub fn page(article: &Article) -> String {
    let language = if article.is_french { "fr/" } else { "" };
    let slug =
        if article.has_own_slug { format!("own-{}", article.stem) } else { article.stem.clone() };
    format!("{language}{}/{slug}/index.html", FOLDERS[article.folder])
}

fn is_page(path: &str) -> bool {
    path.ends_with(".html")
}

fn is_home(path: &str) -> bool {
    let path = path.strip_prefix("fr/").unwrap_or(path);
    path == "index.html" || path.starts_with("page/")
}

fn is_feed(path: &str) -> bool {
    ["rss.xml", "atom.xml", "feed.json"].iter().any(|name| path.ends_with(name))
}

fn is_sitemap(path: &str) -> bool {
    path.starts_with("sitemap")
}

/// Whether it is neither a copy nor a style sheet.
pub fn is_made_of_reads(path: &str) -> bool {
    is_page(path) || is_feed(path) || is_sitemap(path)
}
