//! The whole pipeline on one screen: an author's folder -> outputs, handed to whoever publishes them.

mod cache;
mod cards;
mod develop;
mod files;
mod fonts;
pub mod live;
mod load;
mod make;
mod observed;
mod parse;
mod pictures;
mod related;
pub mod report;
mod same;
mod search;
mod styles;
mod verify;
mod why;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::asset::social::Fonts;
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::engine::{Blobs, Fingerprint, Hasher, Ledger};
use crate::output::{self, Maker, Output, Plan};
use crate::site::{Input, Site, Target};
use crate::source::Source;
use crate::theme::pictures::Pictures;
use crate::theme::{Closures, Theme, ThemeFiles, World};
use cache::{Cache, Documents, FileEntry, Listed, PictureEntry, Shelf, Snapshot};
pub use cache::{FOLDER, Mode, clean};
use develop::Darkroom;
use files::Files;
pub use load::read_theme;
use observed::Observed;
use parse::Known;
pub use report::{Report, Stage, Timings};
pub use verify::verify;

/// What to build, from where, to where.
#[derive(Debug, Clone)]
pub struct Options {
    pub root: PathBuf,
    pub output: PathBuf,
    /// Instead of the configuration's.
    pub base_url: Option<String>,
    /// Scheme and host in the place of the configuration's; the path of its base URL stays.
    pub origin: Option<String>,
    pub drafts: bool,
    pub future: bool,
    /// Seconds since 1970: what is dated later is in the future.
    pub now: i64,
    /// How the cache is used.
    pub cache: Mode,
    /// Builds nothing, but says why this output would be made again.
    pub why: Option<String>,
    /// The process ends after this build: nobody waits until its memory is put in order.
    pub is_last: bool,
}

impl Options {
    fn let_go<T>(&self, value: T) {
        if self.is_last {
            std::mem::forget(value);
        }
    }
}

/// Hears how far a build is.
pub trait Progress: Sync {
    /// A stage begins that has so many steps.
    fn begin(&self, stage: Stage, steps: usize);
    /// One step is done.
    fn step(&self);
    /// Another build has the site; this one waits.
    fn wait(&self) {}
}

/// Builds a site and publishes it if there is no error. What is wrong stands in the report.
pub fn build(options: &Options, progress: &dyn Progress) -> Report {
    let mut job = Job::new(options, progress);
    if let Err(found) = job.run() {
        job.problems.extend(found);
    }
    let mut report = std::mem::take(&mut job.report);
    report.diagnostics = std::mem::take(&mut job.problems);
    options.let_go(job);
    if let Ok(source) = Source::open(&options.root) {
        locate(&source, &mut report.diagnostics);
    }
    diagnostic::sort(&mut report.diagnostics);
    report
}

type Problems = Vec<Diagnostic>;

/// One build on its way.
struct Job<'a> {
    options: &'a Options,
    progress: &'a dyn Progress,
    report: Report,
    problems: Problems,
    cache: Cache,
    /// Fingerprint of what was asked for.
    call: Fingerprint,
    /// Folders that were listed already.
    listed: Listed,
}

/// A site that is ready for making its outputs.
struct Ready {
    maker: Arc<Maker>,
    outputs: Vec<Output>,
    files: Arc<Files>,
    /// Fingerprint of what every output depends on.
    key: Fingerprint,
    blobs: Option<Arc<Blobs>>,
    /// What cards are drawn with.
    fonts: Option<Arc<Fonts>>,
}

impl<'a> Job<'a> {
    fn new(options: &'a Options, progress: &'a dyn Progress) -> Job<'a> {
        let (report, problems, cache, call, listed) = Default::default();
        Job { options, progress, report, problems, cache, call, listed }
    }

    /// The pipeline.
    fn run(&mut self) -> Result<(), Problems> {
        let source = Source::open(&self.options.root).map_err(|problem| {
            self.report.is_environment = true;
            vec![problem]
        })?;
        self.cache = self.time(Stage::Cache, |job| Cache::open(&source, job));
        if self.time(Stage::Same, |job| same::is_same(&source, job)) {
            return Ok(());
        }
        self.time(Stage::Cache, |job| job.cache.read(job.options.cache, true));
        let source = Arc::new(Observed::new(source, std::mem::take(&mut self.listed)));
        let config = self.time(Stage::Config, |job| load::config(&source, job))?;
        let (documents, mut kept) = self.documents(&source, &config);
        let ready = self.whole(&source, &config, documents, &mut kept);
        self.problems.extend(kept.broken.values().flatten().cloned());
        let is_bad = self.problems.iter().any(Diagnostic::is_error);
        let result = match ready {
            Err(found) => Err(found),
            Ok(None) => Ok(()),
            Ok(Some(ready)) if is_bad => {
                // Problems of templates show now too; nothing is written.
                self.problems.extend(dry_run(&ready.maker, &ready.outputs));
                Ok(())
            }
            Ok(Some(ready)) => {
                let published = make::publish(self, &source, &ready, &mut kept);
                self.options.let_go(ready);
                published
            }
        };
        self.time(Stage::Keep, |job| kept.keep(job));
        self.options.let_go(kept);
        result
    }

    fn time<T>(&mut self, stage: Stage, work: impl FnOnce(&mut Self) -> T) -> T {
        let started = std::time::Instant::now();
        let result = work(self);
        self.report.timings.add(stage, started.elapsed());
        result
    }

    /// The author's files, each by itself.
    fn documents(
        &mut self,
        source: &Arc<Observed>,
        config: &Arc<Config>,
    ) -> (parse::Documents, Kept) {
        let found = self.time(Stage::Find, |job| load::find(source, &mut job.problems));
        self.progress.begin(Stage::Parse, found.documents.len());
        let shelf = Arc::new(Shelf::new(&mut self.cache, remake(source, config)));
        let key = load::parse_key(config);
        let (documents, known) = self
            .time(Stage::Parse, |job| parse::documents(job, source, config, found, &shelf, key));
        self.report.parsed = known.parsed;
        (documents, Kept::new(key, known, shelf))
    }

    /// All of them together, the theme, and what there is to make. Nothing without a theme.
    fn whole(
        &mut self,
        source: &Arc<Observed>,
        config: &Arc<Config>,
        documents: parse::Documents,
        kept: &mut Kept,
    ) -> Result<Option<Ready>, Problems> {
        let theme = self.time(Stage::Theme, |job| load::theme(source, config, &mut job.problems));
        let input = load::input(source, config, documents, &theme, &mut self.problems);
        let mut site = self.assemble(input, kept);
        let (ranked, (plan, found)) = self.time(Stage::Related, |_| {
            rayon::join(|| related::rank(&site, kept), || output::plan(&site, &theme))
        });
        let index = self.time(Stage::Index, |job| search::of_build(&job.cache, &site, kept));
        let Plan { outputs, addresses } = plan;
        self.problems.extend(found);
        site.related = ranked.lists;
        kept.ranking = ranked.ranking;
        // Only the names of the strongest terms are needed from here on.
        let documents = site.pages.iter_mut().map(|page| &mut page.document);
        documents.filter_map(Arc::get_mut).for_each(|document| document.terms.forget());
        let blobs = self.blobs(source);
        let fonts = cards::fonts(source, config, &theme);
        let mut wanted = Pictures::default();
        let wishes = pictures::wishes(config, &theme.manifest);
        let album = self.time(Stage::Pictures, |job| {
            let mut entries = pictures::read(job, source, &site, &addresses);
            let darkroom = Darkroom::new(source.source(), blobs.as_deref(), config);
            darkroom.develop(&mut entries, &wishes, kept.mode == "serve", job.progress);
            let album = pictures::album(&entries, &wishes, &wanted);
            kept.pictures = entries;
            album
        });
        if let Some(fonts) = &fonts {
            cards::plan(&site, &theme.manifest, fonts, &mut wanted);
        }
        let told = kept.pictures.iter().flat_map(|entry| &entry.problems);
        self.problems.extend(told.cloned());
        let files = Arc::new(Files::new(source.clone(), &self.cache.old));
        kept.files = Some(files.clone());
        let key = load::output_key(config, &theme, fonts.as_deref());
        let closures = Closures::new(&theme);
        let manifest = theme.manifest.clone();
        let mut world = World::new(site, addresses, album, manifest, closures, files.clone());
        (world.mode, world.pictures, world.wishes) = (kept.mode, wanted, wishes);
        kept.broken = self.time(Stage::Links, |_| check_links(&mut world, &kept.known));
        self.report.count(&world.site);
        if self.problems.iter().any(Diagnostic::is_error) && theme.templates.is_empty() {
            return Ok(None);
        }
        let (maker, outputs) =
            self.time(Stage::Styles, |_| compile(world, theme, outputs, index))?;
        Ok(Some(Ready { maker, outputs, files, key, blobs, fonts }))
    }

    /// The site, while the last build's ranking of related articles is read.
    fn assemble(&mut self, input: Input, kept: &mut Kept) -> Site {
        let ((site, found), last) = self.time(Stage::Site, |job| {
            let (cache, last) = (&job.cache, kept.last.take());
            rayon::join(|| crate::site::assemble(input), || last.or_else(|| cache.ranking()))
        });
        kept.last = last;
        self.problems.extend(found);
        site
    }

    /// Where made pictures are kept from build to build, if anything is.
    fn blobs(&self, source: &Observed) -> Option<Arc<Blobs>> {
        let Options { cache, now, .. } = self.options;
        if matches!(cache, Mode::Off | Mode::Check) {
            return None;
        }
        let folder = source.source().root().join(FOLDER).join("images");
        Some(Arc::new(Blobs::new(&folder, *now, *cache == Mode::Fresh)))
    }
}

/// What the cache is to remember of this build.
struct Kept {
    /// Fingerprint of what decides how documents are parsed.
    key: Fingerprint,
    known: Known,
    shelf: Arc<Shelf>,
    files: Option<Arc<Files>>,
    pictures: Vec<PictureEntry>,
    /// The ranking of related articles that this one begins with.
    last: Option<related::Ranking>,
    /// The new ranking, when there is another.
    ranking: Option<related::Ranking>,
    /// The words of the search index, if there is one.
    index: Option<search::States>,
    /// Links and pictures that lead nowhere, by who has them.
    broken: BTreeMap<Target, Problems>,
    /// Of a build that was published.
    outputs: Option<(Ledger, Snapshot)>,
    /// What templates hear that this is for: `build` or `serve`.
    mode: &'static str,
}

impl Kept {
    fn new(key: Fingerprint, known: Known, shelf: Arc<Shelf>) -> Kept {
        Kept {
            key,
            known,
            shelf,
            files: None,
            pictures: Vec::new(),
            last: None,
            ranking: None,
            index: None,
            broken: BTreeMap::new(),
            outputs: None,
            mode: "build",
        }
    }

    /// Puts into the cache what the next build can use.
    fn keep(&mut self, job: &mut Job<'_>) {
        if self.outputs.is_none() {
            job.problems.extend(self.shelf.lost().iter().map(changed_meanwhile));
        }
        if !self.known.is_kept {
            job.problems.push(cache::unusable("a document could not be written"));
            return;
        }
        let seen = self.files.as_ref().map(|files| files.seen()).unwrap_or_default();
        let mut files: BTreeMap<Arc<str>, FileEntry> = BTreeMap::new();
        if self.outputs.is_none() {
            // Nothing was published: what the last build published is still what the next one finds.
            files.extend(
                job.cache.old.files.iter().map(|(path, file)| (path.clone(), file.clone())),
            );
        }
        files.extend(seen.into_iter().map(|file| (file.path.clone(), file)));
        let documents = Documents {
            entries: std::mem::take(&mut self.known.entries),
            files: files.into_values().collect(),
            pictures: std::mem::take(&mut self.pictures),
        };
        if let Some((_, snapshot)) = &mut self.outputs {
            snapshot.still = self.known.still.clone();
            snapshot.articles = job.report.articles as u32;
            snapshot.diagnostics.clone_from(&job.problems);
        }
        let cache = &job.cache;
        let ranking = self.ranking.as_ref().filter(|ranking| ranking.is_worth_keeping());
        let outputs = self.outputs.as_ref();
        let index = self.index.as_ref().filter(|index| index.is_worth_keeping());
        let (documents_kept, (ranking_kept, ledger_kept)) = rayon::join(
            || cache.keep_documents(&documents, self.key, &self.shelf),
            || {
                rayon::join(
                    || {
                        let kept = index.map_or(Ok(()), |index| cache.keep_index(index));
                        kept.and(ranking.map_or(Ok(()), |ranking| cache.keep_ranking(ranking)))
                    },
                    || outputs.map_or(Ok(()), |(ledger, _)| cache.keep_ledger(ledger)),
                )
            },
        );
        let mut kept = documents_kept.and(ranking_kept).and(ledger_kept);
        // The snapshot comes last: it stands for all the rest.
        if let (Some((_, snapshot)), true) = (outputs, kept.is_ok()) {
            kept = cache.keep_snapshot(snapshot);
        }
        job.problems.extend(kept.err());
        Documents { entries: self.known.entries, pictures: self.pictures, .. } = documents;
    }
}

/// How a document comes back that the cache has lost.
fn remake(source: &Arc<Observed>, config: &Arc<Config>) -> Box<cache::Remake> {
    let (source, config) = (source.clone(), config.clone());
    Box::new(move |path, print| parse::again(source.source(), &config, path, print))
}

fn changed_meanwhile(path: &Arc<str>) -> Diagnostic {
    Diagnostic::error("source/changed", "the file changed while the site was being built")
        .at(crate::diagnostic::Place::file(path.clone()))
        .hint("build again")
}

/// Compiles the templates and makes the style sheets, which are part of the plan.
fn compile(
    world: World,
    files: ThemeFiles,
    mut outputs: Vec<Output>,
    index: search::Made,
) -> Result<(Arc<Maker>, Vec<Output>), Problems> {
    let world = Arc::new(world);
    let theme = Theme::compile(Arc::new(files), &world)?;
    let made = styles::make(&world, &theme)?;
    outputs.extend(made.outputs);
    outputs.extend(index.outputs);
    let maker = Arc::new(Maker::new(world, theme, made.styles, index.files, &outputs));
    styles::connect(&maker);
    Ok((maker, outputs))
}

/// Checks every link and picture, and notes anew who links to whom. Gives what leads nowhere.
fn check_links(world: &mut World, known: &Known) -> BTreeMap<Target, Problems> {
    let mut broken = BTreeMap::new();
    world.site.pages.iter_mut().for_each(|page| page.backlinks.clear());
    let pages = world.site.page_ids().map(Target::Page);
    let sections = (0..world.site.sections.len() as u32)
        .map(|number| Target::Section(crate::site::SectionId(number)));
    let targets: Vec<Target> = pages.chain(sections).collect();
    let found: Vec<output::Checked> =
        targets.par_iter().with_min_len(16).map(|target| output::check(world, *target)).collect();
    for (target, checked) in targets.into_iter().zip(found) {
        if !checked.problems.is_empty() {
            broken.insert(target, checked.problems);
        }
        match target {
            Target::Page(from) => {
                let entry = known.entry(&world.site.page(from).document.file);
                let (print, facts) =
                    entry.map(|entry| (entry.print, entry.facts)).unwrap_or_default();
                let text = Hasher::new().print(print).print(checked.text).finish();
                world.prints.pages[from.0 as usize] = text;
                world.prints.facts[from.0 as usize] = facts;
                world.prints.leads[from.0 as usize] = checked.lead;
                for to in checked.linked {
                    world.site.pages[to.0 as usize].backlinks.push(from);
                }
            }
            Target::Section(id) => {
                let file = world.site.section(id).document.as_ref().map(|document| &*document.file);
                let print = file.and_then(|file| known.entry(file)).map(|entry| entry.print);
                let text =
                    Hasher::new().print(print.unwrap_or_default()).print(checked.text).finish();
                world.prints.sections[id.0 as usize] = text;
            }
            Target::File(_) => {}
        }
    }
    broken
}

/// Makes everything without writing it, for its problems: only one of each kind that is many.
fn dry_run(maker: &Maker, outputs: &[Output]) -> Problems {
    let found = outputs
        .par_iter()
        .with_min_len(8)
        .map_init(Vec::new, |buffer, output| maker.make(output, buffer).err().unwrap_or_default());
    first_of_each(found.flatten_iter().collect())
}

/// One template problem shows up on every page that uses the template: one of them is enough.
fn first_of_each(mut problems: Problems) -> Problems {
    diagnostic::sort(&mut problems);
    let mut seen = std::collections::BTreeSet::new();
    problems.retain(|problem| {
        let place = problem.place.as_ref().map(|place| {
            (place.file.to_string(), place.line, place.column, place.bytes.clone().map(|b| b.start))
        });
        seen.insert((problem.id, place, problem.message.clone()))
    });
    problems
}

/// Turns byte ranges into lines, reading each file once more.
fn locate(source: &Source, problems: &mut [Diagnostic]) {
    let mut texts: BTreeMap<Arc<str>, Option<String>> = BTreeMap::new();
    let places = problems.iter_mut().flat_map(|problem| {
        problem.place.iter_mut().chain(problem.notes.iter_mut().map(|(_, place)| place))
    });
    for place in places.filter(|place| place.bytes.is_some()) {
        let text = texts.entry(place.file.clone()).or_insert_with(|| source.text(&place.file).ok());
        place.locate(text.as_deref().unwrap_or_default());
    }
}

/// The configuration of a site, for commands that need nothing else.
///
/// # Errors
/// What is wrong with `byline.yaml`.
pub fn read_config(source: &Source) -> Result<Arc<Config>, Problems> {
    let options = Options {
        root: source.root().to_path_buf(),
        output: PathBuf::new(),
        base_url: None,
        origin: None,
        drafts: false,
        future: false,
        now: 0,
        cache: Mode::Off,
        why: None,
        is_last: false,
    };
    let mut job = Job::new(&options, &Silent);
    let config = load::config(&Observed::new(source.clone(), Listed::new()), &mut job)?;
    let problems = job.problems;
    match problems.iter().any(Diagnostic::is_error) {
        true => Err(problems),
        false => Ok(config),
    }
}

/// Nobody listens.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}
