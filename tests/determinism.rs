//! Same inputs, same bytes: on any machine, time zone, locale, number of threads and order of files.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Site, png, published};

type Tree = BTreeMap<String, Vec<u8>>;

/// The files of a site that uses everything whose order could slip: tags, authors, series, related and
/// translated articles, feeds, an archive, pictures, code, data.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        (
            "byline.yaml".into(),
            b"title: Review\nbase_url: https://example.org/r\nlanguages: {fr: {name: Fran\xc3\xa7ais}}\n\
              taxonomies: {tags: {feed: true, paginate_by: 3}, authors: {feed: true}, countries: {}}\npaginate_by: 4\n\
              authors: {a: {name: Anna}, b: {name: Boris, bio: Writes.}}\nmenu: [{name: Posts, url: /posts/}]\n\
              extra: {z: 1, a: [3, 2, 1], m: {y: 1, x: 2}}\n"
                .to_vec(),
        ),
        ("content/posts/_index.md".into(), b"---\ntitle: Posts\nfeed: true\n---\nAll.\n".to_vec()),
        ("data/t.csv".into(), b"a,b\n1,2\n".to_vec()),
        ("static/x/y.txt".into(), b"static".to_vec()),
        ("static/ü.txt".into(), b"umlaut".to_vec()),
    ];
    let words = [
        "strait", "tanker", "oil", "gas", "pipeline", "border", "election", "seat", "market",
        "price",
    ];
    for number in 0..40_usize {
        let word = |step: usize| words[(number * 7 + step * 3) % words.len()];
        let text = format!(
            "---\ntitle: Article {number} on {}\ndate: 201{}-0{}-1{} 10:00 +0{}:00\nupdated: 2019-01-01\ntags: [{}, {}, {}]\nauthors: [{}]\ncountries: [{}]\n{}---\n\
             ## {}\n\nThe {} and the {} meet the {}.[^1] [Next]({}.md) \n\n![Picture]({}.png \"Caption\")\n\n{}\n\n[^1]: Source {number}.\n",
            word(0),
            number % 10,
            number % 9 + 1,
            number % 9,
            number % 7,
            word(0),
            word(1),
            word(2),
            if number % 2 == 0 { "a, b" } else { "b" },
            word(4),
            if number % 5 == 0 {
                "series: {name: S}\naliases: [/old/".to_string() + &number.to_string() + "/]\n"
            } else {
                String::new()
            },
            word(0),
            word(0),
            word(1),
            word(2),
            (number + 1) % 40,
            number % 3,
            if number % 20 == 1 { "```rust\nlet x = 1;\n```" } else { "" },
        );
        files.push((format!("content/posts/{number}.md"), text.clone().into_bytes()));
        if number % 4 == 0 {
            let french = text.replace("Article", "Texte").replace("/old/", "/vieux/");
            files.push((format!("content/posts/{number}.fr.md"), french.into_bytes()));
        }
    }
    files
        .extend((0..3).map(|number| (format!("content/posts/{number}.png"), png(40 + number, 30))));
    files
}

fn write(site: &Site, files: &[(String, Vec<u8>)]) {
    for (path, bytes) in files {
        site.file(path, bytes);
    }
}

fn build(site: &Site, output: &Path, change: impl FnOnce(&mut Command)) -> Tree {
    let mut command = site.command(&["build", "--output"]);
    command.arg(output);
    change(&mut command);
    let run = command.output().expect("the program");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let tree = published(output);
    assert!(tree.len() > 150, "only {} files", tree.len());
    tree
}

/// Compares without printing whole trees.
fn assert_same(expected: &Tree, found: &Tree, what: &str) {
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(expected), names(found), "{what}");
    for (path, bytes) in expected {
        if bytes != &found[path] {
            let (a, b) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&found[path]));
            let line = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            panic!("{what}: `{path}` differs: {line:#?}");
        }
    }
}

#[test]
fn threads_time_zone_and_locale_change_no_byte() {
    let site = Site::empty();
    write(&site, &files());
    let expected = build(&site, &site.path("../first"), |_| {});
    for threads in ["1", "2", "7"] {
        let found = build(&site, &site.path(&format!("../threads-{threads}")), |command| {
            command.env("RAYON_NUM_THREADS", threads);
        });
        assert_same(&expected, &found, &format!("{threads} threads"));
    }
    let places = [
        ("Asia/Bishkek", "ru_RU.UTF-8"),
        ("America/St_Johns", "tr_TR.UTF-8"),
        ("UTC", "C"),
        ("", ""),
    ];
    for (number, (zone, locale)) in places.into_iter().enumerate() {
        let found = build(&site, &site.path(&format!("../place-{number}")), |command| {
            command
                .env("TZ", zone)
                .env("LANG", locale)
                .env("LC_ALL", locale)
                .env("LC_TIME", locale)
                .env("LANGUAGE", locale);
        });
        assert_same(&expected, &found, &format!("{zone} {locale}"));
    }
    let bare = build(&site, &site.path("../bare"), |command| {
        command.env_clear().env("SOURCE_DATE_EPOCH", support::NOW);
    });
    assert_same(&expected, &bare, "no environment");
}

#[test]
fn the_time_of_day_changes_no_byte() {
    let site = Site::empty();
    write(&site, &files());
    let at = |name: &str, epoch: &str| {
        build(&site, &site.path(name), |command| {
            command.env("SOURCE_DATE_EPOCH", epoch);
        })
    };
    assert_same(&at("../now", support::NOW), &at("../later", "1893456000"), "ten years later");
    let clock = build(&site, &site.path("../clock"), |command| {
        command.env_remove("SOURCE_DATE_EPOCH");
    });
    assert_same(&published(&site.path("../now")), &clock, "the machine's own clock");
}

#[test]
fn order_of_files_their_times_and_the_folders_name_change_no_byte() {
    let first = Site::named("first-name");
    write(&first, &files());
    let expected = build(&first, &first.path("public"), |_| {});
    let second = Site::named("a second näme");
    let mut reversed = files();
    reversed.reverse();
    write(&second, &reversed);
    let old = fs::File::options()
        .write(true)
        .open(second.path("content/posts/3.md"))
        .expect("an article");
    old.set_modified(std::time::UNIX_EPOCH).expect("an old time");
    let found = build(&second, &second.path("public"), |_| {});
    assert_same(&expected, &found, "reversed, elsewhere");
    // From another folder, by a relative way.
    let outside = second.path("../");
    let mut command = Command::new(env!("CARGO_BIN_EXE_byline"));
    command
        .args(["build", "--root", "a second näme", "--output", "out"])
        .current_dir(outside)
        .env("SOURCE_DATE_EPOCH", support::NOW);
    assert!(command.output().expect("the program").status.success());
    assert_same(&expected, &published(&second.path("../out")), "from outside");
}

#[test]
fn an_output_folder_with_an_older_state_comes_to_the_same_bytes() {
    let site = Site::empty();
    write(&site, &files());
    let output = site.path("public");
    let expected = build(&site, &output, |_| {});
    assert_same(&expected, &build(&site, &output, |_| {}), "again");
    // Another state in between: an article goes, one comes, one changes, one moves.
    fs::remove_file(site.path("content/posts/39.md")).expect("an article");
    site.file(
        "content/posts/38.md",
        "---\ntitle: Changed\ndate: 2018-01-01\ntags: [new]\n---\n[x](new.md)\n",
    );
    site.file("content/posts/new.md", "---\ntitle: New\naliases: [/older/]\n---\n");
    fs::rename(site.path("content/posts/8.fr.md"), site.path("content/posts/9.fr.md"))
        .expect("an article");
    build(&site, &output, |_| {});
    assert!(published(&output) != expected);
    fs::remove_file(site.path("content/posts/new.md")).expect("an article");
    fs::remove_file(site.path("content/posts/9.fr.md")).expect("an article");
    write(&site, &files());
    assert_same(&expected, &build(&site, &output, |_| {}), "back again");
    assert_same(&expected, &build(&site, &site.path("../fresh"), |_| {}), "fresh");
}
