//! What archives of other generators bring, through the real binary: the errors must say a way out.

use std::fs;
use std::process::Command;

#[test]
fn two_pages_at_one_address_have_a_place_and_a_way_out() {
    let folder = std::env::temp_dir().join(format!("byline-archives-{}", std::process::id()));
    for (path, text) in [
        ("byline.yaml", "title: T\nbase_url: https://example.org\n"),
        ("content/docs/index.md", "---\ntitle: Docs\n---\n"),
        ("content/docs/a.md", "---\ntitle: A\nauthors: [b]\n---\n"),
        ("content/authors/_index.md", "---\ntitle: Authors\n---\n"),
        ("content/p.md", "---\ntitle: P\ndate: 2020-01-01\n---\n![x](empty.png)\n"),
        ("content/empty.png", ""),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let run =
        Command::new(env!("CARGO_BIN_EXE_byline")).args(["build", "--root"]).arg(&folder).output();
    let run = run.expect("the binary runs");
    let said = String::from_utf8_lossy(&run.stderr);
    fs::remove_dir_all(&folder).expect("our own folder");
    assert_eq!(run.status.code(), Some(1), "{said}");
    for wanted in [
        "rename `index.md` to `_index.md`",
        "--> content/docs/index.md",
        "stand under `authors:` in byline.yaml",
        "--> content/authors/_index.md",
        "the file of this picture is empty",
    ] {
        assert!(said.contains(wanted), "no {wanted:?} in:\n{said}");
    }
}
