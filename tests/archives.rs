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
        "the file is empty",
    ] {
        assert!(said.contains(wanted), "no {wanted:?} in:\n{said}");
    }
}

#[test]
fn the_long_ending_is_markdown_too_and_is_not_copied() {
    let folder = std::env::temp_dir().join(format!("byline-long-ending-{}", std::process::id()));
    fs::create_dir_all(folder.join("content/_posts")).expect("a folder");
    fs::write(folder.join("byline.yaml"), "title: T\nbase_url: https://example.org\n")
        .expect("a file");
    let article = "---\ntitle: A\n---\n[b](2014-01-02-b.markdown)\n";
    fs::write(folder.join("content/_posts/2014-01-01-a.markdown"), article).expect("a file");
    let article = "---\ntitle: B\n---\nb\n";
    fs::write(folder.join("content/_posts/2014-01-02-b.markdown"), article).expect("a file");
    let run =
        Command::new(env!("CARGO_BIN_EXE_byline")).args(["build", "--root"]).arg(&folder).output();
    let run = run.expect("the binary runs");
    let page = fs::read_to_string(folder.join("public/posts/a/index.html")).unwrap_or_default();
    let is_copied = folder.join("public/posts/2014-01-01-a.markdown").exists();
    fs::remove_dir_all(&folder).expect("our own folder");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(page.contains("href=\"/posts/b/\""), "{page}");
    assert!(!is_copied);
}
