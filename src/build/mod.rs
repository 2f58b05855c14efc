//! The whole pipeline on one screen: an author's folder -> outputs, handed to whoever publishes them.

mod load;
pub mod report;
mod styles;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::output::{self, Kind, Maker, Output, Plan};
use crate::publish::{Fate, Publisher};
use crate::site::related::{Candidate, key, rank};
use crate::site::{Site, Target};
use crate::source::Source;
use crate::theme::{Theme, World};
use load::Loaded;
pub use report::{Report, Stage, Timings};

/// What to build, from where, to where.
#[derive(Debug, Clone)]
pub struct Options {
    pub root: PathBuf,
    pub output: PathBuf,
    /// Instead of the configuration's.
    pub base_url: Option<String>,
    pub drafts: bool,
    pub future: bool,
    /// Seconds since 1970: what is dated later is in the future.
    pub now: i64,
}

/// Hears how far a build is.
pub trait Progress: Sync {
    /// A stage begins that has so many steps.
    fn begin(&self, stage: Stage, steps: usize);
    /// One step is done.
    fn step(&self);
}

/// Builds a site and publishes it if there is no error. What is wrong stands in the report.
pub fn build(options: &Options, progress: &dyn Progress) -> Report {
    let mut report = Report::default();
    let mut problems = Vec::new();
    if let Err(found) = run(options, progress, &mut report, &mut problems) {
        problems.extend(found);
    }
    report.diagnostics = problems;
    if let Ok(source) = Source::open(&options.root) {
        locate(&source, &mut report.diagnostics);
    }
    diagnostic::sort(&mut report.diagnostics);
    report
}

type Problems = Vec<Diagnostic>;

fn run(
    options: &Options,
    progress: &dyn Progress,
    report: &mut Report,
    problems: &mut Problems,
) -> Result<(), Problems> {
    let source = Source::open(&options.root).map_err(|problem| {
        report.is_environment = true;
        vec![problem]
    })?;

    // The author's files, each by itself.
    let config = report.timings.time(Stage::Config, || load::config(&source, options, problems))?;
    let files = report.timings.time(Stage::Find, || load::find(&source, problems));
    progress.begin(Stage::Parse, files.documents.len());
    let documents = report.timings.time(Stage::Parse, || {
        load::documents(&source, &config, files, options, progress, problems)
    });
    let theme_files = report.timings.time(Stage::Theme, || load::theme(&source, &config, problems));

    // The whole.
    let Loaded { input, .. } =
        load::input(&source, &config, documents, &theme_files, options, problems);
    let (mut site, found) = report.timings.time(Stage::Site, || crate::site::assemble(input));
    problems.extend(found);
    let related_count = config.related.count;
    report.timings.time(Stage::Related, || relate(&mut site, related_count));
    let (Plan { mut outputs, addresses }, found) =
        report.timings.time(Stage::Plan, || output::plan(&site, &theme_files));
    problems.extend(found);
    let images = report
        .timings
        .time(Stage::Pictures, || load::pictures(&source, &site, &addresses, problems));
    let manifest = theme_files.manifest.clone();
    let reader = load::Reader::new(source.clone());
    let mut world = World::new(site, addresses, images, manifest, Box::new(reader));
    report.timings.time(Stage::Links, || check_links(&mut world, problems));
    report.count(&world.site);
    if problems.iter().any(Diagnostic::is_error) && theme_files.templates.is_empty() {
        return Ok(());
    }

    // The outputs.
    let world = Arc::new(world);
    let theme = report
        .timings
        .time(Stage::Theme, || Theme::compile(Arc::new(theme_files), world.clone()))?;
    let made = report.timings.time(Stage::Styles, || styles::make(&world, &theme))?;
    outputs.extend(made.outputs);
    let maker = Maker::new(world, theme, made.styles, &outputs);
    let maker = Arc::new(maker);
    styles::connect(&maker);
    if problems.iter().any(Diagnostic::is_error) {
        // Problems of templates show now too; nothing is written.
        problems.extend(dry_run(&maker, &outputs));
        return Ok(());
    }
    publish(&source, &maker, &outputs, options, progress, report, problems)
}

/// Fills the related articles of every page.
fn relate(site: &mut Site, count: usize) {
    if count == 0 {
        return;
    }
    let languages: Vec<String> = site.languages().map(str::to_string).collect();
    let tags: Vec<Vec<u64>> = site.pages.iter().map(|page| site.tags(page)).collect();
    let candidates: Vec<Candidate<'_>> = site
        .pages
        .iter()
        .zip(&tags)
        .map(|(page, tags)| Candidate {
            key: key(&page.document.file),
            terms: Some(&page.document.terms),
            tags,
            group: languages.iter().position(|lang| lang == page.lang()).unwrap_or(0) as u32,
            day: page.document.front.date.map(|date| date.timestamp.div_euclid(86_400) as i32),
            eligible: !page.document.front.draft && page.is_dated(),
        })
        .collect();
    let related = rank(&candidates, count);
    drop(candidates);
    site.related = related;
    // Only the names of the strongest terms are needed from here on.
    for page in &mut site.pages {
        page.document.terms.forget();
    }
}

/// Checks every link and picture, and notes who links to whom.
fn check_links(world: &mut World, problems: &mut Problems) {
    let pages = world.site.page_ids().map(Target::Page);
    let sections = (0..world.site.sections.len() as u32)
        .map(|number| Target::Section(crate::site::SectionId(number)));
    let targets: Vec<Target> = pages.chain(sections).collect();
    let found: Vec<(Problems, Vec<crate::site::PageId>)> =
        targets.par_iter().with_min_len(16).map(|target| output::check(world, *target)).collect();
    for (target, (found, linked)) in targets.into_iter().zip(found) {
        problems.extend(found);
        if let Target::Page(from) = target {
            for to in linked {
                world.site.pages[to.0 as usize].backlinks.push(from);
            }
        }
    }
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

fn publish(
    source: &Source,
    maker: &Arc<Maker>,
    outputs: &[Output],
    options: &Options,
    progress: &dyn Progress,
    report: &mut Report,
    problems: &mut Problems,
) -> Result<(), Problems> {
    let publisher = Publisher::open(&options.output).map_err(|problem| {
        report.is_environment = true;
        vec![problem]
    })?;
    progress.begin(Stage::Make, outputs.len());
    let started = std::time::Instant::now();
    let site = &maker.world.site;
    let done: Vec<Result<report::Made, Problems>> = outputs
        .par_iter()
        .with_min_len(4)
        .map_init(
            || Vec::with_capacity(64 * 1024),
            |buffer, output| {
                let made = make_one(source, maker, &publisher, site, output, buffer);
                progress.step();
                made
            },
        )
        .collect();
    report.timings.add(Stage::Make, started.elapsed());
    let mut failed = Vec::new();
    for (made, output) in done.into_iter().zip(outputs) {
        match made {
            Ok(made) => report.timings.render(&made, output),
            Err(found) => failed.extend(found),
        }
    }
    if !failed.is_empty() {
        publisher.abort();
        report.is_environment = failed.iter().any(|problem| problem.id == "publish/write");
        problems.extend(first_of_each(failed));
        return Ok(());
    }
    report.published = Some(report.timings.time(Stage::Publish, || publisher.commit())?);
    report.outputs = outputs.len();
    Ok(())
}

fn make_one(
    source: &Source,
    maker: &Maker,
    publisher: &Publisher,
    site: &Site,
    output: &Output,
    buffer: &mut Vec<u8>,
) -> Result<report::Made, Problems> {
    let path = output.address.output_path();
    let started = std::time::Instant::now();
    if let Kind::Copy(number) = output.kind {
        let file = &site.files[number as usize].source;
        let fate = publisher
            .stage_copy(&path, &source.locate(file), file)
            .map_err(|problem| vec![problem])?;
        return Ok(report::Made { template: String::new(), took: started.elapsed(), fate });
    }
    let render = maker.make(output, buffer)?;
    let took = started.elapsed();
    let fate: Fate = publisher.stage(&path, buffer).map_err(|problem| vec![problem])?;
    Ok(report::Made { template: render.template, took, fate })
}

/// Turns byte ranges into lines, reading each file once more.
fn locate(source: &Source, problems: &mut Problems) {
    let mut texts: std::collections::BTreeMap<Arc<str>, Option<String>> =
        std::collections::BTreeMap::new();
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
    let mut problems = Vec::new();
    let options = Options {
        root: source.root().to_path_buf(),
        output: PathBuf::new(),
        base_url: None,
        drafts: false,
        future: false,
        now: 0,
    };
    let config = load::config(source, &options, &mut problems)?;
    match problems.iter().any(Diagnostic::is_error) {
        true => Err(problems),
        false => Ok(config),
    }
}
