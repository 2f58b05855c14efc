//! The site in memory, as the preview holds it: after every edit it gives the bytes of a fresh build.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use byline::build::live::{Live, Shown, Way as Came};
use byline::build::{Options, Progress, Stage};
use byline::diagnostic::render;

use super::disk::{Disk, Tree};
use super::edit::{self, Edit, Way};
use super::engine::{self, Call, Mode};
use super::model::{Model, Start};
use super::random::Random;
use super::run::{Fault, same_tree};
use super::{choose, number, start, text};
use crate::support::{NOW, published};

/// What was done.
#[derive(Debug, Default)]
struct Tally {
    patched: usize,
    whole: usize,
    kept: usize,
    compared: usize,
}

pub struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: Stage, _: usize) {}
    fn step(&self) {}
}

fn clock() -> i128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a clock").as_nanos() as i128
}

fn open(root: &Path, now: i64) -> (Live, Arc<Shown>) {
    let options = Options {
        root: root.to_path_buf(),
        output: root.join("public"),
        base_url: None,
        origin: None,
        drafts: false,
        future: false,
        now,
        cache: byline::build::Mode::Use,
        why: None,
        is_last: false,
    };
    let shown = Arc::new(Shown::default());
    (Live::open(options, clock, shown.clone(), &Quiet).expect("a site"), shown)
}

/// Every output of the present edition, by its path in `public/`; of the resized pictures those that a build made:
/// what pages wanted before is still there for tabs that show these.
fn outputs(shown: &Shown, built: &Tree) -> Result<Tree, Fault> {
    let state = shown.settled();
    let edition = state.edition.as_ref().ok_or("there is no edition")?;
    let mut tree = Tree::new();
    for output in edition.outputs() {
        let mut bytes = Vec::new();
        let place = edition
            .make(output, &mut bytes)
            .map_err(|problems| format!("{}: {problems:#?}", output.address.as_str()))?;
        if let Some(place) = place {
            bytes = fs::read(place).expect("a copied file");
        }
        tree.insert(output.address.output_path(), bytes);
    }
    for (address, card) in edition.world().pictures.cards() {
        tree.insert(address.output_path(), edition.card(card));
    }
    for (address, bytes) in edition.index() {
        tree.insert(address.trim_start_matches('/').to_string(), bytes.clone());
    }
    let wanted = edition.world().pictures.wanted();
    for address in wanted.into_keys().filter(|to| built.contains_key(&to.output_path())) {
        let work = edition.picture(&address).ok_or("a wanted picture is not there")?;
        let bytes = work.make().map_err(|problem| format!("{problem:#?}"))?;
        tree.insert(address.output_path(), bytes);
    }
    Ok(tree)
}

/// Files that an edit changed, as a watch would tell it.
fn changed(before: &Tree, after: &Tree, way: &Way) -> Vec<String> {
    let names = before.keys().chain(after.keys());
    let mut changed: BTreeSet<String> =
        names.filter(|name| before.get(*name) != after.get(*name)).cloned().collect();
    match way {
        Way::Write | Way::Rename(..) => {}
        Way::Swap(one, two) => changed.extend([one.clone(), two.clone()]),
        Way::Quiet(path) | Way::Old(path) | Way::Touch(path) => drop(changed.insert(path.clone())),
    }
    changed.into_iter().collect()
}

fn run(start: Start, length: usize) -> Result<Tally, (Vec<Edit>, Fault)> {
    let folder =
        tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
    let root = folder.path().join("site");
    fs::create_dir(&root).expect("the site's folder");
    let (mut disk, mut model) = (Disk::new(&root), Model::new(start));
    let mut files = text::files(&model);
    disk.update(files.clone(), &Way::Write);
    let mut now: i64 = NOW.parse().expect("a number");
    let (mut live, shown) = open(&root, now);
    let mut random = Random::new(start.seed ^ 0x11fe);
    let (mut edits, mut tally, mut has_errors) = (Vec::new(), Tally::default(), false);
    for _ in 0..length {
        let edit = match choose::next(&mut random, &model, has_errors) {
            // Texts are what authors change most.
            Edit::Drafts | Edit::Future | Edit::Elsewhere | Edit::CacheSpoiled(_) => {
                Edit::Article(random.below(99), edit::Change::Body)
            }
            edit => edit,
        };
        edits.push(edit);
        let way = edit::apply(&mut model, edit);
        let after = text::files(&model);
        let changed = changed(&files, &after, &way);
        files = after;
        disk.update(files.clone(), &way);
        if let Edit::Clock(steps) = edit {
            now = NOW.parse::<i64>().expect("a number") + steps * 864_000;
        }
        if !changed.is_empty() || matches!(edit, Edit::Clock(_)) {
            match live.update(&changed, now, &mut || {}).way {
                Came::Patched => tally.patched += 1,
                Came::Whole => tally.whole += 1,
                Came::Kept => tally.kept += 1,
            }
        }
        let call = Call { drafts: false, future: false, now, stop: None };
        let fresh_folder = folder.path().join("fresh");
        let fresh = engine::build(&root, &fresh_folder, Mode::Uncached, call);
        has_errors = fresh.has_errors();
        if has_errors {
            continue;
        }
        tally.compared += 1;
        let fresh_tree = published(&fresh_folder);
        let compared = outputs(&shown, &fresh_tree).and_then(|tree| {
            same_tree(&fresh_tree, &tree)?;
            let state = shown.now();
            let found: Vec<String> =
                state.problems.iter().map(|problem| render::text(problem, false, 100)).collect();
            match found == fresh.problems {
                true => Ok(()),
                false => Err(format!("problems {found:#?} and not {:#?}", fresh.problems)),
            }
        });
        compared.map_err(|fault| (edits.clone(), format!("after {edit:?}: {fault}")))?;
    }
    Ok(tally)
}

/// A site that cannot be read has no article whose time comes.
#[test]
fn nothing_is_due_in_a_site_without_a_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("byline.yaml"), "title: [x\n").expect("a configuration");
    let (mut live, shown) = open(folder.path(), 0);
    assert!(shown.now().edition.is_none() && live.still().end == i64::MAX);
    fs::write(folder.path().join("byline.yaml"), "title: x\nbase_url: https://example.org/\n")
        .expect("a configuration");
    fs::create_dir(folder.path().join("content")).expect("a folder");
    let text = "---\ntitle: Later\ndate: 1970-01-02\n---\n";
    fs::write(folder.path().join("content/later.md"), text).expect("an article");
    live.update(&[String::new()], 0, &mut || {});
    assert!(shown.now().edition.is_some() && live.still().end == 86_400);
}

/// A link to a heading counts as one only when the heading is there, whoever was edited.
#[test]
fn a_heading_that_comes_brings_the_links_to_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect(path);
    fs::create_dir(folder.path().join("content")).expect("a folder");
    write("byline.yaml", "title: x\nbase_url: https://example.org/\n");
    write("content/a.md", "---\ntitle: A\n---\n[b](b.md#method)\n");
    write("content/b.md", "---\ntitle: B\n---\nText.\n");
    let (mut live, shown) = open(folder.path(), 0);
    let linking = || -> usize {
        let state = shown.now();
        let site = state.edition.as_ref().expect("an edition").site();
        site.pages.iter().map(|page| page.backlinks.len()).sum()
    };
    let errors = || shown.now().problems.iter().filter(|problem| problem.is_error()).count();
    assert_eq!((errors(), linking()), (1, 0));
    for (text, expected) in [("## Method", (0, 1)), ("Text.", (1, 0)), ("## Method", (0, 1))] {
        write("content/b.md", &format!("---\ntitle: B\n---\n{text}\n"));
        let updated = live.update(&["content/b.md".to_string()], 0, &mut || {});
        assert_eq!((updated.way, errors(), linking()), (Came::Patched, expected.0, expected.1));
    }
}

#[test]
fn what_is_shown_is_what_a_fresh_build_makes() {
    // A tenth of the runs of the builds': each has as many edits.
    let (runs, first) = (number("BYLINE_RUNS", 200).div_ceil(10), number("BYLINE_SEED", 1));
    let mut sum = Tally::default();
    for seed in (0..runs).map(|number| first.wrapping_add(number)) {
        match run(start(seed), super::LENGTH) {
            Ok(tally) => {
                sum.patched += tally.patched;
                sum.whole += tally.whole;
                sum.kept += tally.kept;
                sum.compared += tally.compared;
            }
            Err((edits, fault)) => panic!("seed {seed}, {edits:?}: {fault}"),
        }
    }
    eprintln!("{sum:?}");
    assert!(sum.patched > 0 && sum.whole > sum.patched && sum.compared > 0, "{sum:?}");
}
