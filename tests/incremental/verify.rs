//! `--verify` finds what a build cannot: a file that was changed behind its back, keeping size and time.

use std::fs::{self, File};

use crate::support::Site;

#[test]
fn a_file_that_is_not_what_a_fresh_build_makes_is_named() {
    let site = Site::tiny();
    site.file("content/posts/a.md", "---\ntitle: One\ndate: 2019-01-01\n---\nText.\n");
    site.build_well();
    let path = site.path("public/posts/a/index.html");
    let text = fs::read_to_string(&path).expect("the page");
    let time = fs::metadata(&path).and_then(|found| found.modified()).expect("its time");
    fs::write(&path, text.replace("Text", "Tact")).expect("another text of one size");
    let file = File::options().write(true).open(&path).expect("the page");
    file.set_modified(time).expect("its old time");
    assert_eq!(site.build_for_people(&["build"]).0, 0, "nothing shows");

    let (status, said) = site.build_for_people(&["build", "--verify"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("error[cache/differs]: `posts/a/index.html` differs in line"), "{said}");
    assert!(said.contains("a fresh build gives other bytes"), "{said}");

    assert_eq!(site.build_for_people(&["build", "--fresh"]).0, 0);
    let (status, said) = site.build_for_people(&["build", "--verify"]);
    assert_eq!(status, 1, "`--fresh` compares with the list of files too: {said}");
    fs::remove_file(&path).expect("the page");
    let (status, said) = site.build_for_people(&["build", "--verify"]);
    assert!(status == 0 && said.contains("a fresh build gives the same bytes"), "{said}");
}
