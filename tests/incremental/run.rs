//! A run: a site, edits, and after each of them the comparison of a build on top of the last one with a fresh one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::disk::{Disk, Tree};
use super::edit::{self, Edit};
use super::engine::{self, CACHE, Call, IS_INCREMENTAL, Mode, Outcome};
use super::model::{Model, Start};
use super::random::Random;
use super::{choose, text, work};
use crate::support::{NOW, published};

/// What went wrong, in words; the edits up to there stand in [`Run::edits`].
pub type Fault = String;

/// A site under way.
pub struct Run {
    folder: TempDir,
    disk: Disk,
    pub model: Model,
    pub edits: Vec<Edit>,
    call: Call,
    is_elsewhere: bool,
    /// The cache was damaged and no build has looked at all of it since.
    is_spoiled: bool,
    pub has_errors: bool,
    pub tally: Tally,
    /// What the last build made and changed.
    pub last: Work,
}

/// What one build did, by path of the output.
#[derive(Debug, Default, Clone)]
pub struct Work {
    /// None as long as builds do not say so.
    pub made: Option<BTreeSet<String>>,
    pub changed: BTreeSet<String>,
    pub removed: BTreeSet<String>,
}

/// How much was done.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub builds: usize,
    pub erroneous: usize,
    /// Outputs that were made, and those of them whose bytes changed.
    pub made: usize,
    pub changed: usize,
}

/// Replays a list of edits.
pub fn replay(start: Start, edits: &[Edit]) -> Result<Tally, Fault> {
    let mut run = Run::begin(start)?;
    for edit in edits {
        run.step(*edit)?;
    }
    run.rest()?;
    Ok(run.tally)
}

/// Makes up a list of edits while replaying it; on a fault gives the list too.
pub fn explore(start: Start, length: usize) -> Result<Tally, (Vec<Edit>, Fault)> {
    let mut random = Random::new(start.seed ^ 0x5eed);
    let mut run = Run::begin(start).map_err(|fault| (Vec::new(), fault))?;
    for number in 0..length {
        let edit = match run.edits.last() {
            // The first swap makes two files equal in size, the second lets them change places.
            Some(Edit::Swap(one, two)) if number % 3 > 0 => Edit::Swap(*one, *two),
            // Few runs wait: only then are files old enough for a stamp to be trusted.
            _ if number == length / 2 && start.seed.is_multiple_of(25) => Edit::Wait,
            _ => choose::next(&mut random, &run.model, run.has_errors),
        };
        run.step(edit).map_err(|fault| (run.edits.clone(), fault))?;
    }
    run.rest().map_err(|fault| (run.edits.clone(), fault))?;
    Ok(run.tally)
}

impl Run {
    /// Writes the site and builds it for the first time.
    pub fn begin(start: Start) -> Result<Run, Fault> {
        // A file system in memory is quicker; the usual one has other times and numbers of files.
        let is_usual = start.seed.is_multiple_of(8);
        Run::of(Model::new(start), if is_usual { None } else { Some(Path::new("/dev/shm")) })
    }

    /// The same with a site that is there already, below a folder if it is there.
    pub fn of(model: Model, below: Option<&Path>) -> Result<Run, Fault> {
        let folder = match below.filter(|below| below.is_dir()) {
            Some(below) => tempfile::tempdir_in(below),
            None => tempfile::tempdir(),
        };
        let folder = folder.expect("a temporary folder");
        let root = folder.path().join("site");
        fs::create_dir(&root).expect("the site's folder");
        let mut disk = Disk::new(&root);
        disk.update(text::files(&model), &edit::Way::Write);
        let call = Call { drafts: false, future: false, now: now(), stop: None };
        let mut run = Run {
            folder,
            disk,
            model,
            edits: Vec::new(),
            call,
            is_elsewhere: false,
            is_spoiled: false,
            has_errors: false,
            tally: Tally::default(),
            last: Work::default(),
        };
        run.check(Edit::Nothing, None)?;
        Ok(run)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn output(&self) -> PathBuf {
        match self.is_elsewhere {
            true => self.folder.path().join("elsewhere"),
            false => self.root().join("public"),
        }
    }

    /// One edit, a build, a fresh build, and the comparison.
    pub fn step(&mut self, edit: Edit) -> Result<(), Fault> {
        self.edits.push(edit);
        // After a build that failed, more than one edit waits.
        let was = (!self.has_errors).then(|| self.model.clone());
        let way = edit::apply(&mut self.model, edit);
        self.disk.update(text::files(&self.model), &way);
        self.outside(edit)?;
        self.check(edit, was.as_ref())
    }

    /// A build after no edit has nothing to do.
    pub fn rest(&mut self) -> Result<(), Fault> {
        self.step(Edit::Nothing)?;
        self.step(Edit::Nothing)
    }

    /// What an edit does to the build, the cache or the output.
    fn outside(&mut self, edit: Edit) -> Result<(), Fault> {
        match edit {
            Edit::Drafts => self.call.drafts ^= true,
            Edit::Future => self.call.future ^= true,
            Edit::Clock(steps) => self.call.now = now() + steps * 864_000,
            Edit::Elsewhere => self.is_elsewhere ^= true,
            Edit::Interrupt(step) => {
                let before = published(&self.output());
                let call = Call { stop: Some(step), ..self.call };
                let outcome = engine::build(&self.root(), &self.output(), Mode::Cached, call);
                self.tally.builds += 1;
                if outcome.was_stopped && published(&self.output()) != before {
                    return Err("a build that stopped at its work left something".into());
                }
            }
            Edit::CacheGone => drop(fs::remove_dir_all(self.root().join(CACHE))),
            Edit::CacheSpoiled(seed) => {
                self.is_spoiled = true;
                spoil(&self.root().join(CACHE), seed);
            }
            Edit::OutputGone(number) | Edit::OutputSpoiled(number) => {
                let files: Vec<String> = published(&self.output()).into_keys().collect();
                if !files.is_empty() {
                    let path = self.output().join(&files[number % files.len()]);
                    match edit {
                        Edit::OutputGone(_) => fs::remove_file(path).expect("an output that goes"),
                        _ => fs::write(path, "spoiled").expect("an output that is spoiled"),
                    }
                }
            }
            Edit::OutputsGone => drop(fs::remove_dir_all(self.output())),
            Edit::Wait => std::thread::sleep(std::time::Duration::from_millis(2100)),
            _ => {}
        }
        Ok(())
    }

    fn check(&mut self, edit: Edit, was: Option<&Model>) -> Result<(), Fault> {
        let before = published(&self.output());
        let cached = engine::build(&self.root(), &self.output(), Mode::Cached, self.call);
        let fresh_folder = self.folder.path().join("fresh");
        if self.edits.len().is_multiple_of(8) {
            // Now and then really from nothing.
            let _ = fs::remove_dir_all(&fresh_folder);
        }
        let fresh = engine::build(&self.root(), &fresh_folder, Mode::Uncached, self.call);
        self.tally.builds += 2;
        self.tally.erroneous += usize::from(fresh.has_errors());
        self.has_errors = fresh.has_errors();
        same_problems(&cached, &fresh)?;
        let after = published(&self.output());
        let Some((written, removed)) = &cached.published else {
            return same_tree(&before, &after)
                .map_err(|fault| format!("errors, but public/ changed: {fault}"));
        };
        same_tree(&published(&fresh_folder), &after)?;
        self.last = Work {
            made: cached.made,
            changed: changed(&before, &after),
            removed: gone(&before, &after),
        };
        exactly("written", written, &self.last.changed)?;
        exactly("removed", removed, &self.last.removed)?;
        self.work(edit, was)
    }

    /// Nothing is made whose reads did not change.
    fn work(&mut self, edit: Edit, was: Option<&Model>) -> Result<(), Fault> {
        let Work { made, changed, .. } = &self.last;
        let Some(made) = made else {
            return match IS_INCREMENTAL {
                true => Err("the build does not say what it made".into()),
                false => Ok(()),
            };
        };
        let Some(was) = was else { return Ok(()) };
        self.tally.made += made.len();
        self.tally.changed += changed.len();
        // Builds do not count copies and style sheets.
        let missing: Vec<&String> =
            changed.difference(made).filter(|path| work::is_made_of_reads(path)).collect();
        if !missing.is_empty() {
            return Err(format!("changed after {edit:?}, but not made: {missing:?}"));
        }
        if self.is_spoiled {
            self.is_spoiled = made.is_empty();
            return Ok(());
        }
        // A resized picture comes back only when the page that wants it is made.
        if changed.iter().any(|path| path.starts_with("processed_images/")) {
            return Ok(());
        }
        let excess: Vec<&String> = made
            .difference(changed)
            .filter(|path| !work::may_be_made(edit, was, self.call.drafts, path))
            .collect();
        match excess.is_empty() {
            true => Ok(()),
            false => Err(format!("made again without need after {edit:?}: {excess:?}")),
        }
    }
}

/// Seconds since 1970 at the first build.
fn now() -> i64 {
    NOW.parse().expect("a number")
}

/// Changes one byte of one file of the cache.
fn spoil(cache: &std::path::Path, seed: u64) {
    let mut random = Random::new(seed);
    let files: Vec<(String, Vec<u8>)> =
        crate::support::tree(cache).into_iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
    if files.is_empty() {
        return;
    }
    let (path, mut bytes) = random.pick(&files).clone();
    let place = random.below(bytes.len());
    bytes[place] ^= 1 << random.below(8);
    fs::write(cache.join(path), bytes).expect("a file of the cache");
}

fn same_problems(cached: &Outcome, fresh: &Outcome) -> Result<(), Fault> {
    // A cache that cannot be read may be warned of; nothing else may differ.
    let about_site = |problem: &&String| !problem.contains("[cache/");
    let of =
        |outcome: &Outcome| outcome.problems.iter().filter(about_site).cloned().collect::<Vec<_>>();
    let (found, expected) = (of(cached), of(fresh));
    if found != expected {
        let missing: Vec<_> = expected.iter().filter(|problem| !found.contains(problem)).collect();
        let surplus: Vec<_> = found.iter().filter(|problem| !expected.contains(problem)).collect();
        return Err(format!(
            "problems differ from a fresh build's: missing {missing:#?}, surplus {surplus:#?}"
        ));
    }
    match cached.has_errors() == fresh.has_errors() {
        true => Ok(()),
        false => Err(format!(
            "published: {}; a fresh build: {}",
            !cached.has_errors(),
            !fresh.has_errors()
        )),
    }
}

/// Compares without showing whole trees.
pub fn same_tree(expected: &Tree, found: &Tree) -> Result<(), Fault> {
    let missing: Vec<_> = expected.keys().filter(|path| !found.contains_key(*path)).collect();
    let surplus: Vec<_> = found.keys().filter(|path| !expected.contains_key(*path)).collect();
    if !missing.is_empty() || !surplus.is_empty() {
        return Err(format!("missing {missing:?}, surplus {surplus:?}"));
    }
    for (path, bytes) in expected {
        if bytes != &found[path] {
            let (a, b) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&found[path]));
            let line = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            return Err(format!("`{path}` differs, expected and found: {line:#?}"));
        }
    }
    Ok(())
}

fn changed(before: &Tree, after: &Tree) -> BTreeSet<String> {
    after
        .iter()
        .filter(|(path, bytes)| before.get(*path) != Some(*bytes))
        .map(|(path, _)| path.clone())
        .collect()
}

fn gone(before: &Tree, after: &Tree) -> BTreeSet<String> {
    before.keys().filter(|path| !after.contains_key(*path)).cloned().collect()
}

fn exactly(what: &str, said: &[String], expected: &BTreeSet<String>) -> Result<(), Fault> {
    let said: BTreeSet<String> = said.iter().cloned().collect();
    match &said == expected {
        true => Ok(()),
        false => Err(format!(
            "{what} by the report and by the bytes differ: {:?}",
            said.symmetric_difference(expected).collect::<Vec<_>>()
        )),
    }
}
