//! Builds into real folders, and what somebody does to them between two builds.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;

use super::*;

/// A folder for outputs; everything is there as long as it lives.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    fn open(&self) -> Publisher {
        Publisher::open(&self.output(), &|| panic!("nobody else builds")).unwrap()
    }

    /// Builds these files.
    fn build(&self, files: &[(&str, &str)]) -> Published {
        let publisher = self.open();
        for (path, text) in files {
            publisher.stage(path, text.as_bytes()).unwrap();
        }
        publisher.commit().unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.output().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.output().join(path)).unwrap()
    }

    /// Every file and folder with its time of change in all respects.
    fn state(&self) -> BTreeMap<PathBuf, (i64, String)> {
        let mut state = BTreeMap::new();
        let mut open = vec![self.output()];
        while let Some(folder) = open.pop() {
            let metadata = fs::metadata(&folder).unwrap();
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => open.push(path),
                    false => {
                        let time = modified(&fs::metadata(&path).unwrap());
                        let text = fs::read_to_string(&path).unwrap();
                        state.insert(path, (time, text));
                    }
                }
            }
            state.insert(folder, (modified(&metadata), String::new()));
        }
        state
    }

    fn names(&self) -> Vec<String> {
        let state = self.state();
        let files = state.keys().filter(|path| path.is_file());
        let name = |path: &PathBuf| path.strip_prefix(self.output()).unwrap().to_owned();
        files.map(|path| name(path).to_str().unwrap().to_string()).collect()
    }
}

const SITE: &[(&str, &str)] =
    &[("index.html", "home"), ("a/index.html", "a"), ("a/b/index.html", "b"), ("c/x.txt", "x")];

fn hash(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}

#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    let place = Place::new();
    assert_eq!(place.build(SITE).written.len(), SITE.len());
    let before = place.state();
    // A time that is coarse would hide a change.
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert_eq!(place.build(SITE).unchanged, SITE.len());
    let publisher = place.open();
    let paths: Vec<&str> = SITE.iter().map(|(path, _)| *path).collect();
    let kept = publisher.keep_all(&paths);
    assert!(kept.iter().zip(SITE).all(|(entry, (_, text))| entry.unwrap().hash == hash(text)));
    let published = publisher.commit().unwrap();
    assert_eq!(published, Published { unchanged: SITE.len(), ..Published::default() });
    place.open().abort();
    assert_eq!(place.state(), before);
}

#[test]
fn what_is_neither_kept_nor_made_goes() {
    let place = Place::new();
    place.build(SITE);
    let publisher = place.open();
    assert!(publisher.keep("index.html").is_some());
    assert!(publisher.keep("a/index.html").is_some());
    let published = publisher.commit().unwrap();
    assert_eq!(published.removed, ["a/b/index.html", "c/x.txt"]);
    assert_eq!(place.names(), [".byline-manifest", "a/index.html", "index.html"]);
    assert!(!place.output().join("c").exists());
}

#[test]
fn what_somebody_changed_or_removed_is_not_kept() {
    let place = Place::new();
    place.build(SITE);
    place.write("index.html", "hand");
    fs::remove_file(place.output().join("a/index.html")).unwrap();
    fs::remove_file(place.output().join("c/x.txt")).unwrap();
    fs::create_dir(place.output().join("c/x.txt")).unwrap();
    let publisher = place.open();
    let paths = ["index.html", "a/index.html", "a/b/index.html", "c/x.txt", "none", "a"];
    let kept: Vec<bool> = publisher.keep_all(&paths).iter().map(Option::is_some).collect();
    assert_eq!(kept, [false, false, true, false, false, false]);
    fs::remove_dir(place.output().join("c/x.txt")).unwrap();
    for (path, text) in SITE.iter().filter(|(path, _)| *path != "a/b/index.html") {
        assert_eq!(publisher.stage(path, text.as_bytes()).unwrap().fate, Fate::Written);
    }
    publisher.commit().unwrap();
    assert!(SITE.iter().all(|(path, text)| place.read(path) == *text));
    assert_eq!(place.build(SITE).unchanged, SITE.len());
}

#[test]
fn what_is_staged_after_all_replaces_what_was_kept() {
    let place = Place::new();
    place.build(SITE);
    let publisher = place.open();
    SITE.iter().for_each(|(path, _)| assert!(publisher.keep(path).is_some()));
    let taken = publisher.stage("a/index.html", b"new").unwrap();
    assert_eq!(taken, Taken { fate: Fate::Written, hash: hash("new") });
    publisher.stage("a/index.html", b"newer").unwrap();
    let published = publisher.commit().unwrap();
    assert_eq!((published.written, published.unchanged), (vec!["a/index.html".to_string()], 3));
    assert_eq!(place.read("a/index.html"), "newer");
    assert_eq!(place.open().keep("a/index.html").unwrap().hash, hash("newer"));
}

#[cfg(unix)]
#[test]
fn nothing_is_kept_behind_a_link() {
    let place = Place::new();
    place.build(SITE);
    let elsewhere = place.folder.path().join("elsewhere");
    fs::rename(place.output().join("a"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, place.output().join("a")).unwrap();
    fs::rename(place.output().join("c/x.txt"), elsewhere.join("x.txt")).unwrap();
    std::os::unix::fs::symlink(elsewhere.join("x.txt"), place.output().join("c/x.txt")).unwrap();
    let publisher = place.open();
    let kept = publisher.keep_all(&["a/index.html", "a/b/index.html", "c/x.txt", "index.html"]);
    assert_eq!(kept.iter().filter(|entry| entry.is_some()).count(), 1);
    assert_eq!(publisher.stage("a/b/index.html", b"b").unwrap().fate, Fate::Written);
    let problems = publisher.commit().unwrap_err();
    assert!(problems[0].message.starts_with("`a` in"), "{problems:?}");
}

#[cfg(unix)]
#[test]
fn many_outputs_are_kept_as_a_few_are() {
    let place = Place::new();
    let below = |number: usize| if number < 100 { "posts/" } else { "" };
    let name = |number: usize| format!("{}{number}/index.html", below(number));
    let paths: Vec<String> = (0..300).map(name).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (&**path, &**path)).collect();
    place.build(&files);
    let posts = place.output().join("posts");
    fs::rename(posts.join("7"), place.folder.path().join("7")).unwrap();
    std::os::unix::fs::symlink(place.folder.path().join("7"), posts.join("7")).unwrap();
    fs::remove_dir_all(posts.join("8")).unwrap();
    fs::rename(place.output().join("207"), place.folder.path().join("207")).unwrap();
    std::os::unix::fs::symlink(place.folder.path().join("207"), place.output().join("207"))
        .unwrap();
    place.write("posts/9/index.html", "damaged");
    let publisher = place.open();
    let one_by_one: Vec<_> = paths.iter().map(|path| publisher.keep(path)).collect();
    assert_eq!(publisher.keep_all(&paths), one_by_one);
    let gone: Vec<usize> = (0..300).filter(|number| one_by_one[*number].is_none()).collect();
    assert_eq!(gone, [7, 8, 9, 207]);
    drop(publisher);
    fs::rename(&posts, place.folder.path().join("posts")).unwrap();
    std::os::unix::fs::symlink(place.folder.path().join("posts"), posts).unwrap();
    let kept = place.open().keep_all(&paths);
    assert_eq!(kept.iter().filter(|entry| entry.is_some()).count(), 199);
}

#[test]
fn folders_that_were_removed_by_hand_come_back() {
    let place = Place::new();
    place.build(SITE);
    fs::remove_dir_all(place.output().join("a")).unwrap();
    let more = [("a/b/new.txt", "new"), ("a/a.txt", "new"), ("d/e/f.txt", "new")];
    place.build(&[SITE, &more].concat());
    assert!(SITE.iter().chain(&more).all(|(path, text)| place.read(path) == *text));
    assert_eq!(place.build(&[SITE, &more].concat()).unchanged, 7);
}

#[test]
fn a_folder_makes_way_for_a_file_only_if_all_of_it_is_ours() {
    let place = Place::new();
    let (folder, file) =
        ([("a/b/c", "1"), ("a/d", "2"), ("k", "k")], [("a", "now a file"), ("k", "k")]);
    place.build(&folder);
    place.build(&file);
    assert_eq!(place.read("a"), "now a file");
    place.build(&folder);
    place.write("a/b/mine", "mine");
    let before = place.state();
    let publisher = place.open();
    for (path, text) in file {
        publisher.stage(path, text.as_bytes()).unwrap();
    }
    assert_eq!(publisher.commit().unwrap_err()[0].id, "publish/foreign");
    assert_eq!(
        place.names(),
        before
            .keys()
            .filter(|path| path.is_file())
            .map(|path| {
                path.strip_prefix(place.output()).unwrap().to_str().unwrap().to_string()
            })
            .collect::<Vec<_>>()
    );
}

#[test]
fn names_with_line_breaks_stay_ours_and_make_nothing_else_ours() {
    let place = Place::new();
    let odd = [("a\nb", "1"), ("c\\nd", "2")];
    place.write("a", "mine");
    place.build(&odd);
    assert_eq!(place.build(&odd).unchanged, 2);
    assert_eq!(place.build(&[("k", "k")]).removed, ["a\nb", "c\\nd"]);
    assert_eq!(clean(&place.output()).unwrap(), 1);
    assert_eq!(place.names(), ["a"]);
}

#[test]
fn copies_are_read_only_when_they_must_be() {
    let place = Place::new();
    let from = place.folder.path().join("picture");
    let text = "0123456789".repeat(100_000);
    fs::write(&from, &text).unwrap();
    let publisher = place.open();
    let taken = publisher.stage_copy("p", &from, "picture", None).unwrap();
    assert_eq!(taken, Taken { fate: Fate::Written, hash: hash(&text) });
    publisher.commit().unwrap();
    assert!(place.read("p") == text);

    // With a known hash the file is not even opened.
    fs::remove_file(&from).unwrap();
    let publisher = place.open();
    let taken = publisher.stage_copy("p", &from, "picture", Some(hash(&text))).unwrap();
    assert_eq!(taken, Taken { fate: Fate::Unchanged, hash: hash(&text) });
    let problem = publisher.stage_copy("p", &from, "picture", None).unwrap_err();
    assert_eq!(problem.id, "source/unreadable");
    publisher.abort();

    // A hash that is wrong by now does not get into the list.
    fs::write(&from, "changed").unwrap();
    let publisher = place.open();
    let taken = publisher.stage_copy("p", &from, "picture", Some(hash("other"))).unwrap();
    assert_eq!(taken, Taken { fate: Fate::Written, hash: hash("changed") });
    publisher.commit().unwrap();
    assert_eq!(place.open().keep("p").unwrap().hash, hash("changed"));
}

#[test]
fn a_killed_build_is_mended() {
    let place = Place::new();
    place.build(SITE);
    // As if killed between the announcement and the end: one file renamed, one not, one not gone.
    let publisher = place.open();
    publisher.stage("index.html", b"new home").unwrap();
    publisher.stage("n/index.html", b"new").unwrap();
    let new = publisher.take_new();
    let files: Vec<(&str, &Entry)> = new.iter().map(|file| (&*file.path, &file.entry)).collect();
    manifest::announce(&place.output(), files.into_iter()).unwrap();
    publisher.staging.publish(&place.output(), &new[..1]).unwrap();
    drop(publisher);
    assert_eq!(place.read("index.html"), "new home");
    let publisher = place.open();
    assert!(!place.output().join(".byline-staging").exists());
    assert_eq!(publisher.keep("index.html").unwrap().hash, hash("new home"));
    assert!(publisher.keep("n/index.html").is_none());
    let published = publisher.commit().unwrap();
    assert_eq!(published.removed, ["a/b/index.html", "a/index.html", "c/x.txt"]);
    assert_eq!(place.names(), [".byline-manifest", "index.html"]);
    // As if killed at the very end: there is nothing to do but to end it.
    let entry = place.open().keep("index.html").unwrap();
    manifest::announce(&place.output(), [("index.html", &entry)].into_iter()).unwrap();
    assert_eq!(place.build(&[("index.html", "new home")]).unchanged, 1);
    assert_eq!(place.names(), [".byline-manifest", "index.html"]);
}

#[test]
fn the_second_build_says_that_it_waits() {
    let place = Place::new();
    let first = place.open();
    first.stage("a", b"first").unwrap();
    let calls = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            Publisher::open(&place.output(), &|| {
                calls.fetch_add(1, Ordering::SeqCst);
            })
            .unwrap()
        });
        while calls.load(Ordering::SeqCst) == 0 && !second.is_finished() {
            std::thread::yield_now();
        }
        first.commit().unwrap();
        // What the first build wrote is known to the second, which began to wait before that.
        assert_eq!(second.join().unwrap().keep("a").unwrap().hash, hash("first"));
    });
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn a_build_that_waits_survives_one_that_gives_up() {
    let place = Place::new();
    let first = place.open();
    let calls = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            Publisher::open(&place.output(), &|| {
                calls.fetch_add(1, Ordering::SeqCst);
            })
            .unwrap()
        });
        while calls.load(Ordering::SeqCst) == 0 && !second.is_finished() {
            std::thread::yield_now();
        }
        first.abort();
        let second = second.join().unwrap();
        second.stage("a", b"second").unwrap();
        second.commit().unwrap();
    });
    assert_eq!(place.read("a"), "second");
}
