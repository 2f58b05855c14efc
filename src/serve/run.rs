//! The preview: a site in memory, a watch, a server, until Ctrl-C.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::http::{Address, Server, Settings, Teller};
use super::live::LivePages;
use super::pages::{Answer, Pages, Saved, Update};
use super::pictures::Pictures;
use super::watch::{Next, Watch};
use crate::build::live::{Live, Shown, Updated, Way};
use crate::build::{self, Options, Progress};
use crate::config::BaseUrl;
use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// What to show, and to whom.
#[derive(Debug, Clone)]
pub struct Wish {
    pub root: PathBuf,
    /// The output folder of builds: what happens there is no change of the site.
    pub output: PathBuf,
    /// Instead of the server's own address.
    pub base_url: Option<String>,
    pub drafts: bool,
    pub future: bool,
    /// Looks at the files themselves, on file systems that do not tell of changes.
    pub polls: bool,
    pub server: Settings,
    pub clock: Clock,
}

/// So many pictures are made at once.
const PAINTERS: usize = 2;

/// What time it is.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Seconds since 1970, by which articles come and go.
    pub seconds: fn() -> i64,
    /// Nanoseconds since 1970, as the file system counts them.
    pub nanoseconds: fn() -> i128,
}

/// One change of the site, for the terminal.
#[derive(Debug)]
pub struct Change<'a> {
    /// Paths from the site's root; an empty one for anything, none when a moment came at which articles come or go.
    pub files: &'a [String],
    pub updated: &'a Updated,
    /// Until the pages could be asked for, and until all was up to date.
    pub shown: Duration,
    pub took: Duration,
    /// What is wrong now.
    pub problems: &'a [Diagnostic],
    /// What was wrong before.
    pub before: &'a [Diagnostic],
}

/// Hears what happens.
pub trait Listener: Progress + Sync {
    /// The server listens; the site is not ready yet.
    fn listening(&self, address: &Address);
    /// The site can be looked at; says what is wrong with it.
    fn ready(&self, address: &Address, articles: usize, took: Duration, problems: &[Diagnostic]);
    fn changed(&self, change: &Change<'_>);
}

/// Shows a site until Ctrl-C.
///
/// # Errors
/// When there is no such folder, it cannot be watched, or there is no port to listen at.
pub fn run(wish: &Wish, listener: &dyn Listener) -> Result<(), Diagnostic> {
    let began = Instant::now();
    let source = Source::open(&wish.root)?;
    // The watch begins first: what changes while the site is opened counts.
    let watch = Watch::new(&wish.root, &wish.output, wish.polls)?;
    let shown = Arc::new(Shown::default());
    let base_path = base_path(wish, &source);
    let pictures = Arc::new(Pictures::default());
    let pages = Arc::new(LivePages::new(shown.clone(), source, base_path, pictures.clone()));
    let (teller, hears) = Teller::new();
    let teller = Arc::new(teller);
    // Who asks before the site is there waits for it.
    let settling = shown.settle();
    let server = Server::start(&wish.server, pages.clone(), hears)?;
    listener.listening(server.address());
    let live = Live::open(
        options(wish, server.address()),
        wish.clock.nanoseconds,
        shown.clone(),
        listener,
    );
    drop(settling);
    let live = live?;
    let (articles, problems) = {
        let state = shown.now();
        let pages = state.edition.as_ref().map_or(0, |edition| edition.site().pages.len());
        (pages, state.problems.clone())
    };
    listener.ready(server.address(), articles, began.elapsed(), &problems);
    let (follow, clock) = (wish.server.follow, wish.clock);
    std::thread::scope(|scope| {
        let stop = watch.stopper();
        for _ in 0..PAINTERS {
            let (pictures, shown, teller) = (pictures.clone(), shown.clone(), teller.clone());
            scope.spawn(move || {
                pictures.work(&shown, &|address| {
                    teller.tell(Update::default(), vec![address.as_str().to_string()]);
                });
            });
        }
        scope.spawn(|| Hand { live, shown, pages, teller, watch, listener, follow, clock }.work());
        let waited = server.wait(|_| {}).map_err(|error| {
            Diagnostic::error(
                "serve/start",
                format!("cannot listen for the end of the program: {error}"),
            )
        });
        drop(server);
        stop.stop();
        pictures.end();
        waited
    })
}

/// Path of the site's address, as far as it is known before the site is opened.
fn base_path(wish: &Wish, source: &Source) -> String {
    let config = build::read_config(source).ok().map(|config| config.base_url.path.clone());
    let given = wish.base_url.as_deref().and_then(|url| BaseUrl::parse(url).ok());
    given.map(|url| url.path).or(config).unwrap_or_default()
}

fn options(wish: &Wish, address: &Address) -> Options {
    let origin = address.origin();
    Options {
        root: wish.root.clone(),
        output: wish.output.clone(),
        base_url: wish.base_url.clone(),
        origin: wish.base_url.is_none().then_some(origin),
        drafts: wish.drafts,
        future: wish.future,
        now: (wish.clock.seconds)(),
        cache: build::Mode::Use,
        why: None,
        is_last: false,
    }
}

/// Who puts changes into the site and tells of them.
struct Hand<'a> {
    live: Live,
    shown: Arc<Shown>,
    pages: Arc<LivePages>,
    teller: Arc<Teller>,
    watch: Watch,
    listener: &'a dyn Listener,
    follow: bool,
    clock: Clock,
}

impl Hand<'_> {
    /// Works until the watch ends.
    fn work(mut self) {
        let mut problems = self.shown.now().problems.clone();
        loop {
            let files = match self.watch.next(self.due()) {
                Next::Changed(files) => files,
                Next::Late => Vec::new(),
                Next::Ended => return,
            };
            let began = Instant::now();
            let saved = self.saved(&files);
            let (teller, mut shown_at) = (&self.teller, None);
            let update = || Update { saved: saved.clone(), ..Update::default() };
            let mut half_way = || {
                teller.tell(update(), Vec::new());
                shown_at = Some(began.elapsed());
            };
            let updated =
                update_safely(&mut self.live, &files, (self.clock.seconds)(), &mut half_way);
            let moved = updated.moved.clone();
            self.teller.tell(Update { moved, ..update() }, self.replaced(&files));
            let took = began.elapsed();
            let before = std::mem::replace(&mut problems, self.shown.now().problems.clone());
            self.listener.changed(&Change {
                files: &files,
                updated: &updated,
                shown: shown_at.unwrap_or(took),
                took,
                problems: &problems,
                before: &before,
            });
        }
    }

    /// Addresses of the changed files that are published as files.
    fn replaced(&self, files: &[String]) -> Vec<String> {
        let is_document = |file: &str| file.ends_with(".md") || file.ends_with(".markdown");
        let copies = files.iter().filter(|file| !is_document(file));
        copies.filter_map(|file| self.pages.address(file)).collect()
    }

    /// When an article comes or goes by itself.
    fn due(&self) -> Option<Instant> {
        // Far moments are asked again: clocks are set.
        const MOST: u64 = 3600;
        let end = self.live.still().end;
        (end != i64::MAX).then(|| {
            let rest =
                u64::try_from(end.saturating_sub((self.clock.seconds)())).unwrap_or(0).min(MOST);
            Instant::now() + Duration::from_secs(rest.max(1))
        })
    }

    /// The article that was saved alone, with its page as it is before, for those who follow.
    fn saved(&self, files: &[String]) -> Option<Saved> {
        let [file] = files else { return None };
        if !self.follow || !file.ends_with(".md") {
            return None;
        }
        let path = self.pages.address(file)?;
        let before = match self.pages.glance(&path) {
            Answer::Made(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => String::new(),
        };
        Some(Saved { file: file.clone(), path, before })
    }
}

/// Puts changes in. After a panic, which is a bug of ours, everything is read again.
fn update_safely(
    live: &mut Live,
    files: &[String],
    now: i64,
    half_way: &mut dyn FnMut(),
) -> Updated {
    let mut update = || live.update(files, now, half_way);
    match catch_unwind(AssertUnwindSafe(&mut update)) {
        Ok(updated) => updated,
        Err(_) => {
            live.distrust();
            let again = catch_unwind(AssertUnwindSafe(|| live.update(files, now, &mut || {})));
            again.unwrap_or_else(|_| Updated { way: Way::Kept, read: 0, moved: Vec::new() })
        }
    }
}
