//! The outputs: those that are current stay as they are, the others are made, all are published.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::cache::Snapshot;
use super::develop::Darkroom;
use super::observed::Observed;
use super::report::Made;
use super::{Job, Kept, Mode, Problems, Ready, Stage, first_of_each, fonts, pictures, why};
use crate::asset;
use crate::diagnostic::Diagnostic;
use crate::engine::Fingerprint;
use crate::engine::ledger::{self, Answers, Known, Ledger};
use crate::output::{Kind, Maker, Output, Render};
use crate::publish::{Fate, Publisher, Taken, list_print};
use crate::site::url::Address;
use crate::theme::Question;

/// What became of an output.
enum Done {
    /// It was current and was not made.
    Current,
    Made {
        made: Made,
        hash: [u8; 32],
        render: Render,
    },
}

/// Makes what is not current and publishes the whole, unless something fails.
pub(super) fn publish(
    job: &mut Job<'_>,
    source: &Arc<Observed>,
    ready: &Ready,
    kept: &mut Kept,
) -> Result<(), Problems> {
    let ledger = match job.options.cache {
        Mode::Use => job.cache.take_ledger(),
        Mode::Fresh | Mode::Off | Mode::Check => Ledger::default(),
    };
    let answers = job.time(Stage::Ask, |_| ask(&ledger, ready));
    if let Some(asked) = &job.options.why {
        job.report.why = Some(why::explain(asked, &ledger, &answers, ready));
        return Ok(());
    }
    let progress = job.progress;
    let publisher =
        Publisher::open(&job.options.output, &|| progress.wait()).map_err(|problem| {
            job.report.is_environment = true;
            vec![problem]
        })?;
    let making =
        Making { source, ready, publisher: &publisher, ledger: &ledger, answers: &answers };
    let (names, done) = making.all(job);
    let mut told = Told::default();
    let mut failed = making.tell(job, names, done, &mut told);
    failed.extend(kept.shelf.lost().iter().map(super::changed_meanwhile));
    if failed.is_empty() {
        let world = &ready.maker.world;
        let darkroom = Darkroom::new(source.source(), ready.blobs.as_deref(), &world.site.config);
        let fonts = ready.fonts.as_deref();
        let work = |job: &mut Job<'_>| {
            let mut failed =
                darkroom.publish(world, &publisher, progress).err().unwrap_or_default();
            if let Some(fonts) = fonts {
                let cards = darkroom.publish_cards(world, fonts, &publisher, progress);
                failed.extend(cards.failed);
                job.problems.extend(cards.told);
            }
            failed
        };
        failed = job.time(Stage::Resize, work);
    }
    if !failed.is_empty() {
        publisher.abort();
        job.report.is_environment = failed.iter().any(|problem| problem.id == "publish/write");
        job.problems.extend(first_of_each(failed));
        return Ok(());
    }
    let published = job.time(Stage::Publish, |_| publisher.commit())?;
    job.report.outputs = published.written.len() + published.unchanged;
    job.report.published = Some(published);
    kept.outputs = remember(job, source, ready, ledger, told);
    Ok(())
}

/// What became of the outputs, for the ledger.
#[derive(Default)]
struct Told {
    kept: FxHashSet<String>,
    made: Vec<(String, ledger::Made<Question>)>,
}

/// Puts together what the next build has to know.
fn remember(
    job: &mut Job<'_>,
    source: &Observed,
    ready: &Ready,
    ledger: Ledger,
    told: Told,
) -> Option<(Ledger, Snapshot)> {
    if !job.cache.is_on() && job.options.cache != Mode::Check {
        return None;
    }
    let world = &ready.maker.world;
    let Told { kept, made } = told;
    let ledger = job.time(Stage::Keep, |_| {
        ledger.renew(ready.key, &kept, made, |question| Known {
            name: world.name(question).into(),
            answer: world.answer(question),
            told: world.tell(question).into(),
        })
    });
    if job.options.cache == Mode::Check {
        job.report.ledger = Some(ledger);
        return None;
    }
    let mut snapshot = Snapshot::new(source.take());
    snapshot.key = job.call;
    if ready.fonts.is_some() {
        snapshot.fonts = fonts::print_of_system();
    }
    snapshot.since = job.cache.since();
    snapshot.published = list_print(&job.options.output).unwrap_or_default();
    Some((ledger, snapshot))
}

/// How the ledger calls an output.
pub(super) struct Name {
    pub path: String,
    pub what: Fingerprint,
}

impl Name {
    pub fn new(output: &Output, ready: &Ready) -> Name {
        let what = output.what(&ready.maker.world);
        Name { path: output.address.output_path(), what }
    }
}

/// Whether what the output reads is noted. Copies know their file, style sheets are made at every build.
fn has_reads(kind: &Kind) -> bool {
    !matches!(kind, Kind::Copy(_) | Kind::Style(_))
}

/// Asks again what the last build's outputs asked.
fn ask(ledger: &Ledger, ready: &Ready) -> Answers {
    let world = &ready.maker.world;
    ledger.ask(ready.key, |name| {
        world.question(name).map(|question| world.answer(&question)).unwrap_or_default()
    })
}

/// Which outputs are current and stand in the output folder as they were written.
fn current(ledger: &Ledger, answers: &Answers, publisher: &Publisher, names: &[Name]) -> Vec<bool> {
    let mut is_current = vec![false; names.len()];
    let entry = |(number, name): (usize, &Name)| {
        Some((number, ledger.current(&name.path, name.what, answers)?))
    };
    let entries: Vec<(usize, &ledger::Entry)> =
        names.iter().enumerate().filter_map(entry).collect();
    let paths: Vec<&str> = entries.iter().map(|(number, _)| &*names[*number].path).collect();
    for ((number, entry), on_disk) in entries.iter().zip(publisher.keep_all(&paths)) {
        let is_there = on_disk.is_some_and(|on_disk| on_disk.hash == entry.hash);
        // Pictures that somebody removed come back only when the page that wants them is made.
        let has_products = || entry.products.iter().all(|path| publisher.keep(path).is_some());
        is_current[*number] = is_there && has_products();
    }
    is_current
}

struct Making<'a> {
    source: &'a Arc<Observed>,
    ready: &'a Ready,
    publisher: &'a Publisher,
    ledger: &'a Ledger,
    answers: &'a Answers,
}

impl Making<'_> {
    /// Makes every output that is not current.
    fn all(&self, job: &mut Job<'_>) -> (Vec<Name>, Vec<Result<Done, Problems>>) {
        let Making { ready, publisher, ledger, answers, .. } = self;
        let (names, is_current) = job.time(Stage::Ask, |_| {
            let name = |output: &Output| Name::new(output, ready);
            let names: Vec<Name> = ready.outputs.par_iter().map(name).collect();
            let is_current = current(ledger, answers, publisher, &names);
            (names, is_current)
        });
        let stale = is_current.iter().filter(|is_current| !**is_current).count();
        job.progress.begin(Stage::Make, stale);
        let progress = job.progress;
        let room = || Vec::with_capacity(64 * 1024);
        let done = job.time(Stage::Make, |_| {
            let all = ready.outputs.par_iter().zip(&names).zip(&is_current).with_min_len(4);
            all.map_init(room, |buffer, ((output, name), is_current)| {
                if *is_current {
                    return Ok(Done::Current);
                }
                let done = self.one(output, &name.path, buffer);
                progress.step();
                done
            })
            .collect()
        });
        (names, done)
    }

    /// Notes what became of the outputs, in the ledger and in the report. Gives what went wrong.
    fn tell(
        &self,
        job: &mut Job<'_>,
        names: Vec<Name>,
        done: Vec<Result<Done, Problems>>,
        told: &mut Told,
    ) -> Problems {
        let mut failed = Problems::new();
        for ((done, output), Name { path, what }) in
            done.into_iter().zip(&self.ready.outputs).zip(names)
        {
            match done {
                Err(found) => failed.extend(found),
                Ok(Done::Current) => drop(told.kept.insert(path)),
                Ok(Done::Made { made, hash, render }) => {
                    job.report.timings.render(&made, output);
                    if has_reads(&output.kind) {
                        let Render { reads, products, .. } = render;
                        let products = products.iter().map(Address::output_path).collect();
                        job.report.made.push(path.clone());
                        told.made.push((path, ledger::Made { what, hash, reads, products }));
                    }
                }
            }
        }
        job.report.made.sort();
        failed
    }

    fn one(&self, output: &Output, path: &str, buffer: &mut Vec<u8>) -> Result<Done, Problems> {
        let maker: &Maker = &self.ready.maker;
        let started = Instant::now();
        let one = |problem: Diagnostic| vec![problem];
        if let Kind::Copy(number) = output.kind {
            let file = &maker.world.site.files[number as usize].source;
            if asset::is_picture(file) {
                let taken = self.cleaned(file, path).map_err(one)?;
                let (took, fate) = (started.elapsed(), taken.fate);
                let made = Made { template: String::new(), took, fate };
                return Ok(Done::Made { made, hash: taken.hash, render: Render::default() });
            }
            let known = self.ready.files.known(file);
            let from = self.source.source().locate(file);
            let taken = self.publisher.stage_copy(path, &from, file, known).map_err(one)?;
            self.ready.files.note(file, taken.hash);
            let made = Made { template: String::new(), took: started.elapsed(), fate: taken.fate };
            return Ok(Done::Made { made, hash: taken.hash, render: Render::default() });
        }
        let render = maker.make(output, buffer)?;
        let took = started.elapsed();
        let taken = self.publisher.stage(path, buffer).map_err(one)?;
        let fate: Fate = taken.fate;
        let made = Made { template: render.template.clone(), took, fate };
        Ok(Done::Made { made, hash: taken.hash, render })
    }

    /// Publishes a picture of the author without the private data in it.
    fn cleaned(&self, file: &str, path: &str) -> Result<Taken, Diagnostic> {
        let Making { ready, publisher, source, .. } = self;
        let keep_credit = ready.maker.world.site.config.images.keep_credit;
        let how = asset::CLEANING << 1 | u8::from(keep_credit);
        if let Some(hash) = ready.files.cleaned(file, how)
            && let Some(taken) = publisher.unchanged(path, &hash)
        {
            return Ok(taken);
        }
        let bytes = source.source().read(file)?;
        let cleaned = pictures::cleaned(file, &bytes, keep_credit)?;
        let taken = publisher.stage(path, &cleaned)?;
        ready.files.note_cleaned(file, *blake3::hash(&bytes).as_bytes(), Some((how, taken.hash)));
        Ok(taken)
    }
}
