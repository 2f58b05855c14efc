//! One tab of a browser: what it shows, and what it has to hear of an update.

use serde_json::{Value, json};

use super::etag::Etag;
use super::preview::Preview;
use super::problems;
use super::served::Shows;
use crate::diagnostic::Diagnostic;
use crate::serve::pages::{Answer, Update};

/// What we know of a tab.
#[derive(Debug)]
pub(super) struct Tab {
    /// Address of its page below the base path.
    path: String,
    /// The author's file that the page is, if it is one.
    source: Option<String>,
    shows: Shows,
    /// Addresses of the style sheets that its page has, by name.
    styles: Vec<(String, String)>,
    /// The last update that it heard of.
    edition: u64,
}

/// What stands at a tab's address now.
struct Now {
    shows: Shows,
    html: Vec<u8>,
    /// Why it cannot be made.
    reasons: Vec<Diagnostic>,
    is_failed: bool,
}

impl Tab {
    /// A tab that shows the page at a path as it was at `edition`. Gives also what it hears first, and whether its
    /// edition is past, so that it has to hear an update at once.
    pub(super) fn new(preview: &Preview, path: String, edition: Option<u64>) -> (Tab, Value, bool) {
        let current = preview.edition();
        let shows = preview.served.find(&path, edition);
        let is_past = edition != Some(current) || shows == Shows::Unknown;
        let reasons = match shows {
            Shows::Other => now(preview, &path).reasons,
            _ => Vec::new(),
        };
        let (problems, count) = problems::json_of(reasons, preview.pages.problems());
        let hello = json!({ "edition": current, "problems": problems, "count": count });
        let source = source(preview, &path);
        let (styles, edition) = (preview.pages.styles(), edition.unwrap_or(current));
        (Tab { path, source, shows, styles, edition }, hello, is_past)
    }

    /// What it has to hear of an update; it shows that from now on.
    pub(super) fn update(&mut self, preview: &Preview, update: &Update) -> Value {
        let base = preview.pages.base_path();
        let moved = self.moved(preview, update);
        if let Some(path) = &moved {
            self.path.clone_from(path);
        }
        let now = now(preview, &self.path);
        let is_gone = matches!(now.shows, Shows::Missing(_));
        let shows = match (&self.shows, now.shows) {
            // When it can be made again, the page that was there before may be no news.
            (before, _) if now.is_failed => before.clone(),
            (Shows::Missing(_), now) => now,
            (_, Shows::Missing(_)) => Shows::Last,
            (_, now) => now,
        };
        let is_news = shows != self.shows && shows != Shows::Last && !now.html.is_empty();
        let html = is_news.then(|| {
            let tag = preview.tag(&base, &self.path, update.edition);
            String::from_utf8_lossy(&tag.inject(now.html)).into_owned()
        });
        preview.served.note(&self.path, update.edition, &shows);
        self.shows = shows;
        self.source = source(preview, &self.path).or(self.source.take());
        let (problems, count) = problems::json_of(now.reasons, preview.pages.problems());
        let saved = update.saved.as_ref().filter(|_| preview.follow);
        let (pictures, sheets) = self.replaced(update, &base);
        let styles: Vec<(String, String)> =
            self.styles(preview, &base).into_iter().chain(sheets).collect();
        self.edition = update.edition;
        json!({
            "edition": update.edition,
            "html": html,
            "moved": moved,
            "gone": is_gone,
            "styles": styles,
            "pictures": pictures,
            "problems": problems,
            "count": count,
            "failed": now.is_failed,
            "follow": saved.map(|saved| json!({ "path": saved.path, "before": saved.before })),
        })
    }

    /// Where the page of the tab's file stands now, if that is elsewhere.
    fn moved(&self, preview: &Preview, update: &Update) -> Option<String> {
        let by_source = self.source.as_ref().and_then(|source| preview.pages.address(source));
        let told = || update.moved.iter().find(|(_, old, _)| *old == self.path);
        let address = by_source.or_else(|| told().map(|(_, _, new)| new.clone()))?;
        (address != self.path).then_some(address)
    }

    /// Files that have other bytes at the same address: pictures and the like, and style sheets as pairs.
    fn replaced(&self, update: &Update, base: &str) -> (Vec<String>, Vec<(String, String)>) {
        let new = update.replaced.iter().filter(|(edition, _)| *edition > self.edition);
        let addresses = new.map(|(_, address)| format!("{base}{address}"));
        let (sheets, pictures): (Vec<String>, _) =
            addresses.partition(|address| address.ends_with(".css"));
        (pictures, sheets.into_iter().map(|sheet| (sheet.clone(), sheet)).collect())
    }

    /// Old and new address of each style sheet that has another one now.
    fn styles(&mut self, preview: &Preview, base: &str) -> Vec<(String, String)> {
        let new = preview.pages.styles();
        let address = |path: &str| format!("{base}{path}");
        let changed = self.styles.iter().filter_map(|(name, old)| {
            let (_, now) = new.iter().find(|(known, _)| known == name)?;
            (now != old).then(|| (address(old), address(now)))
        });
        let changed = changed.collect();
        self.styles = new;
        changed
    }
}

/// The file that became the page at a path. The second page of a list is no file's own: it would lead its tab to
/// the first.
fn source(preview: &Preview, path: &str) -> Option<String> {
    let source = preview.pages.source(path)?;
    (preview.pages.address(&source).as_deref() == Some(path)).then_some(source)
}

fn now(preview: &Preview, path: &str) -> Now {
    let (mut html, mut reasons, mut is_failed) = (Vec::new(), Vec::new(), false);
    let shows = match preview.glance(path) {
        Answer::Made(bytes) => {
            let shows = Shows::Page(Etag::of_bytes(&bytes));
            html = bytes;
            shows
        }
        Answer::Missing(bytes) => {
            let shows = Shows::Missing(Etag::of_bytes(&bytes));
            html = bytes;
            shows
        }
        Answer::Failed(problems) => {
            (reasons, is_failed) = (problems, true);
            Shows::Other
        }
        Answer::File(_) | Answer::Meanwhile(_) | Answer::Moved(_) => Shows::Other,
    };
    Now { shows, html, reasons, is_failed }
}
