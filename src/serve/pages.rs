//! What the preview's server asks of the site that it shows, and what it hears of changes.

use std::path::PathBuf;

use crate::diagnostic::Diagnostic;

/// The site as the server sees it. Every method may be called by many threads at once and may take a moment:
/// pages are made when they are asked for.
pub trait Pages: Send + Sync + 'static {
    /// Path of the site's base URL, without the slash at its end: empty, or `/review`.
    fn base_path(&self) -> String;

    /// What stands at an address: the decoded path below the base path, `/posts/x/`. Waits for a change that is
    /// under way.
    fn answer(&self, path: &str) -> Answer;

    /// The same at this moment, whatever is under way.
    fn glance(&self, path: &str) -> Answer {
        self.answer(path)
    }

    /// What the author's panel says of the page at an address.
    fn panel(&self, path: &str) -> Option<serde_json::Value>;

    /// The author's file (from the site's root) of the page at an address.
    fn source(&self, path: &str) -> Option<String>;

    /// The address of what one of the author's files (from the site's root) became.
    fn address(&self, source: &str) -> Option<String>;

    /// Whole path of one of the author's files, if it may be opened in an editor: a file of the site.
    fn editable(&self, source: &str) -> Option<PathBuf>;

    /// How to open an editor, from the configuration's `editor`.
    fn editor(&self) -> Option<String>;

    /// What is wrong with the site at this moment.
    fn problems(&self) -> Vec<Diagnostic>;

    /// Addresses of the style sheets by their names without hash: `broadsheet.css` is `/broadsheet.1a2b.css`.
    fn styles(&self) -> Vec<(String, String)>;
}

/// What stands at an address.
#[derive(Debug)]
pub enum Answer {
    /// Bytes that were made for this answer.
    Made(Vec<u8>),
    /// One of the author's files, published as it is.
    File(PathBuf),
    /// A picture that is being made; until then its original, one of the author's files.
    Meanwhile(PathBuf),
    /// Elsewhere: the path below the base path, as for a page that was asked for without its last slash.
    Moved(String),
    /// Nothing; the theme's page that says so.
    Missing(Vec<u8>),
    /// A page that cannot be made, and why.
    Failed(Vec<Diagnostic>),
}

/// One change of the site.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// Counts the updates.
    pub edition: u64,
    /// Files that moved to another address: the file (from the site's root), its old address, its new one.
    pub moved: Vec<(String, String, String)>,
    /// Addresses at which other bytes stand now, each with the edition in which that happened, the newest last. Made
    /// pages are not among them.
    pub replaced: Vec<(u64, String)>,
    /// The article that was saved, if it was one alone: its file, and the page as it was before.
    pub saved: Option<Saved>,
}

/// An article that was saved.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    pub file: String,
    /// Its address.
    pub path: String,
    /// The HTML of the page before; empty when there was none. Made only for those who follow.
    pub before: String,
}
