//! What the world does to a build: it is killed, its cache is damaged or cannot be written, another build runs beside
//! it, clocks are wrong. Here the real program runs.
//!
//! `BYLINE_KILLS` is the number of builds that are killed (200 without it).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::engine::{self, CACHE, Call, IS_INCREMENTAL, Mode};
use super::model::{Model, Start};
use super::random::Random;
use super::{edit, text};
use crate::support::{NOW, Site, published, tree};

type Tree = BTreeMap<String, Vec<u8>>;

fn call() -> Call {
    Call { drafts: false, future: false, now: NOW.parse().expect("a number"), stop: None }
}

/// Writes the files of a model, and removes what it has no more.
fn write(site: &Site, old: &mut Tree, model: &Model) {
    let files = text::files(model);
    for path in old.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(site.path(path)).expect("a file that goes");
    }
    for (path, bytes) in files.iter().filter(|(path, bytes)| old.get(*path) != Some(*bytes)) {
        site.file(path, bytes);
    }
    *old = files;
}

/// A site without errors, written.
fn begin() -> (Site, Model, Tree) {
    let mut model = Model::new(Start { seed: 4, articles: 10 });
    edit::apply(&mut model, edit::Edit::Repair);
    let (site, mut files) = (Site::empty(), Tree::new());
    write(&site, &mut files, &model);
    (site, model, files)
}

fn fresh(site: &Site) -> Tree {
    let folder = site.path("../fresh");
    let outcome = engine::build(site.root(), &folder, Mode::Uncached, call());
    assert!(!outcome.has_errors(), "{:#?}", outcome.problems);
    published(&folder)
}

/// Builds with the real program and compares with a fresh build.
fn expect_good(site: &Site, what: &str) {
    let run = site.build();
    assert_eq!(run.status, 0, "{what}: {}", run.text());
    assert_same(&fresh(site), &site.public(), what);
}

fn assert_same(expected: &Tree, found: &Tree, what: &str) {
    let different: Vec<&String> = expected
        .keys()
        .chain(found.keys())
        .filter(|path| expected.get(*path) != found.get(*path))
        .collect();
    assert!(different.is_empty(), "{what}: other than in a fresh build: {different:?}");
}

/// Changes one article in a way that many pages show.
fn change(model: &mut Model, round: usize) {
    let changes =
        [edit::Change::Title, edit::Change::Body, edit::Change::Typo, edit::Change::Tag(round)];
    edit::apply(model, edit::Edit::Article(round, changes[round % changes.len()]));
    if round.is_multiple_of(5) {
        edit::apply(model, edit::Edit::Rename(round));
    }
    if round.is_multiple_of(7) {
        edit::apply(model, edit::Edit::Template(round));
    }
    edit::apply(model, edit::Edit::Repair);
}

#[test]
fn builds_that_are_killed_leave_whole_files_and_the_next_one_mends_the_rest() {
    let rounds = crate::number("BYLINE_KILLS", 200) as usize;
    let (site, mut model, mut files) = begin();
    let began = Instant::now();
    site.build_well();
    let usual = began.elapsed();
    let mut random = Random::new(crate::number("BYLINE_SEED", 1));
    let mut killed = 0;
    for round in 1..=rounds {
        let before = site.public();
        change(&mut model, round);
        write(&site, &mut files, &model);
        let after = fresh(&site);
        let mut child = start(&site, &["build"]);
        if round.is_multiple_of(2) {
            wait_for_cache(&site, &mut child);
            std::thread::sleep(Duration::from_micros(random.below(3000) as u64));
        } else {
            std::thread::sleep(usual.mul_f64(random.below(1100) as f64 / 1000.0));
        }
        killed += usize::from(child.try_wait().expect("its state").is_none());
        let _ = child.kill();
        child.wait().expect("its end");
        for (path, bytes) in site.public() {
            let is_whole = [&before, &after].iter().any(|tree| tree.get(&path) == Some(&bytes));
            assert!(is_whole, "round {round}: `{path}` is neither the old file nor the new one");
        }
        let outcome = engine::build(site.root(), &site.path("public"), Mode::Cached, call());
        assert!(!outcome.has_errors(), "round {round}: {:#?}", outcome.problems);
        assert_same(&after, &site.public(), &format!("round {round}"));
    }
    eprintln!("{killed} of {rounds} builds were killed at work");
    assert!(killed >= rounds / 5, "only {killed} of {rounds} builds were killed at work");
}

fn start(site: &Site, arguments: &[&str]) -> Child {
    site.command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program")
}

/// Waits until something moves in the cache, or the build ends.
fn wait_for_cache(site: &Site, child: &mut Child) {
    let state = || {
        let names = fs::read_dir(site.path(CACHE)).into_iter().flatten().flatten();
        names
            .map(|entry| (entry.file_name(), entry.metadata().map_or(0, |about| about.len())))
            .collect::<Vec<_>>()
    };
    let before = state();
    while child.try_wait().expect("its state").is_none() && state() == before {
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Files of the cache, with their paths from the site's root.
fn cache(site: &Site) -> Tree {
    let files = tree(&site.path(CACHE)).into_iter().filter(|(_, bytes)| !bytes.is_empty());
    files.map(|(path, bytes)| (format!("{CACHE}/{path}"), bytes)).collect()
}

#[test]
fn a_damaged_cache_is_a_miss() {
    let (site, mut model, mut files) = begin();
    site.build_well();
    assert!(!IS_INCREMENTAL || !cache(&site).is_empty(), "a build leaves a cache");
    let mut random = Random::new(3);
    for round in 1..=30 {
        // Half of the builds have something to do, half take all from the cache.
        if round % 2 == 0 {
            change(&mut model, round);
            write(&site, &mut files, &model);
        }
        for (path, bytes) in cache(&site) {
            site.file(&path, damaged(bytes, round, &mut random));
        }
        expect_good(&site, &format!("round {round}"));
    }
    for (path, _) in cache(&site) {
        // Another name may do for a cache that was made anew.
        if fs::remove_file(site.path(&path)).is_ok() {
            fs::create_dir(site.path(&path)).expect("a folder in its place");
            expect_good(&site, &format!("a folder where {path} was"));
        }
        let _ = fs::remove_dir_all(site.path(CACHE));
        site.build_well();
    }
}

/// Bytes cut short, flipped, overwritten, doubled, or said to be of another version.
fn damaged(mut bytes: Vec<u8>, round: usize, random: &mut Random) -> Vec<u8> {
    let place = random.below(bytes.len());
    match round % 6 {
        0 => bytes.truncate(place),
        1 => bytes[place] ^= 1 << random.below(8),
        2 => bytes.iter_mut().skip(place).take(64).for_each(|byte| *byte = 0xff),
        3 => bytes.extend_from_within(..place),
        4 => {
            // As an older program would have written it.
            let version = env!("CARGO_PKG_VERSION").as_bytes();
            let found = bytes.windows(version.len()).position(|part| part == version);
            let at = found.unwrap_or(0);
            bytes[at] = bytes[at].wrapping_add(1);
        }
        _ => bytes = b"not a cache at all".to_vec(),
    }
    bytes
}

#[test]
fn a_cache_that_cannot_be_read_or_written_stops_no_build() {
    let (site, mut model, mut files) = begin();
    site.build_well();
    // Of the user `nobody`, if we may give it away, and closed to everyone else.
    for path in cache(&site).into_keys().chain([CACHE.to_string()]) {
        if site.path(&path).exists() {
            let _ = std::os::unix::fs::chown(site.path(&path), Some(65534), Some(65534));
            fs::set_permissions(site.path(&path), fs::Permissions::from_mode(0o000))
                .expect("its rights");
        }
    }
    change(&mut model, 1);
    write(&site, &mut files, &model);
    expect_good(&site, "a cache of somebody else");
    let open = |path: &Path| drop(fs::set_permissions(path, fs::Permissions::from_mode(0o755)));
    open(&site.path(CACHE));
    let _ = fs::remove_dir_all(site.path(CACHE));
    // A file where the folder should be, and a link to where nobody can write.
    site.file(CACHE, "mine");
    change(&mut model, 2);
    write(&site, &mut files, &model);
    expect_good(&site, "a file where the cache should be");
    assert_eq!(fs::read(site.path(CACHE)).expect("the file"), b"mine");
    fs::remove_file(site.path(CACHE)).expect("the file");
    symlink("/proc/byline", site.path(CACHE)).expect("a link");
    change(&mut model, 3);
    write(&site, &mut files, &model);
    expect_good(&site, "a link to nowhere where the cache should be");
}

#[test]
fn a_disk_that_is_full_during_the_cache_write_stops_no_build() {
    let (site, _, _) = begin();
    site.build_well();
    let expected = site.public();
    let _ = fs::remove_dir_all(site.path(CACHE));
    // Nothing has to be written to `public/`: all that needs room is the cache, and there is none.
    for blocks in [0, 1, 8] {
        let mut command = std::process::Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" build");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_byline")]);
        let output =
            command.current_dir(site.root()).env("SOURCE_DATE_EPOCH", NOW).output().expect("sh");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panic"), "{output:#?}");
        assert_same(&expected, &site.public(), "a full disk");
        // The list of outputs has no room either when one has to be written.
        assert!(!IS_INCREMENTAL || blocks == 0 || output.status.success(), "{output:#?}");
    }
    expect_good(&site, "room again");
    expect_good(&site, "again");
}

#[test]
fn builds_at_the_same_time_do_not_harm_each_other() {
    let (site, mut model, mut files) = begin();
    for round in 1..=6 {
        change(&mut model, round);
        write(&site, &mut files, &model);
        let here = ["build"];
        let there = ["build", "--output", "../there"];
        let children: Vec<Child> = [&here[..], &there, &here, &there]
            .iter()
            .map(|arguments| start(&site, arguments))
            .collect();
        for mut child in children {
            assert!(child.wait().expect("its end").success(), "round {round}");
        }
        let expected = fresh(&site);
        assert_same(&expected, &site.public(), &format!("round {round}, here"));
        assert_same(
            &expected,
            &published(&site.path("../there")),
            &format!("round {round}, there"),
        );
        expect_good(&site, &format!("round {round}, once more"));
    }
}

#[test]
fn clocks_that_jump_hide_no_change() {
    let (site, _, files) = begin();
    let path = site.path("content/posts/clock.md");
    let article =
        |letter: &str| format!("---\ntitle: Clock\ndate: 2015-01-01\n---\nThe letter {letter}.\n");
    let hour = Duration::from_secs(3600);
    // Files of times to come, of now, of long ago; then the same time again after a change of the same size.
    for time in [SystemTime::now() + hour, SystemTime::now(), SystemTime::now() - hour, UNIX_EPOCH]
    {
        for file in files.keys() {
            stamp(&site.path(file), time);
        }
        for letter in ["a", "b", "c", "d"] {
            site.file("content/posts/clock.md", article(letter));
            stamp(&path, time);
            expect_good(&site, &format!("{letter} at {time:?}"));
            if letter == "c" {
                // From here on a time is old enough to be trusted, were it not for the change.
                std::thread::sleep(Duration::from_millis(2100));
                expect_good(&site, "after a while");
                for file in cache(&site).keys() {
                    stamp(&site.path(file), time);
                }
            }
        }
    }
}

fn stamp(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).expect("a file");
    file.set_modified(time).expect("a time");
}

/// Whether the command has `--verify` and `--why`, and `clean` has `--cache`.
const HAS_VERIFY: bool = true;

#[test]
fn the_options_of_build_do_what_they_say() {
    let (site, mut model, mut files) = begin();
    let well = |arguments: &[&str]| {
        let (status, said) = site.build_for_people(arguments);
        assert_eq!(status, 0, "{arguments:?}: {said}");
        said
    };
    well(&["build", "--no-cache"]);
    assert!(!site.path(CACHE).exists(), "`--no-cache` leaves no cache");
    well(&["build", "--fresh"]);
    let kept = cache(&site);
    assert!(!kept.is_empty(), "`--fresh` keeps its result");
    change(&mut model, 1);
    write(&site, &mut files, &model);
    well(&["build", "--no-cache"]);
    assert!(cache(&site) == kept, "`--no-cache` does not touch a cache");
    let help = site.command(&["build", "--help"]).output().expect("help").stdout;
    assert_eq!(
        String::from_utf8_lossy(&help).contains("--verify"),
        HAS_VERIFY,
        "HAS_VERIFY of this test"
    );
    if !HAS_VERIFY {
        return;
    }
    well(&["build", "--verify"]);
    assert_same(&fresh(&site), &site.public(), "--verify");
    let why = site.build_for_people(&["build", "--why", "index.html"]).1;
    assert!(why.contains("index.html"), "{why}");
    well(&["clean", "--cache"]);
    assert!(cache(&site).is_empty());
    assert_same(&fresh(&site), &site.public(), "`clean --cache` leaves the output");
}
