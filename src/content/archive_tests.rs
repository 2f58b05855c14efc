//! Runs over real archives that are not part of this repository.

use std::collections::BTreeMap;

use super::*;
use crate::config::Config;
use crate::markdown::Parsed;

/// `BYLINE_ARCHIVE=folder cargo test --release --lib archive -- --ignored --nocapture`
#[test]
#[ignore = "needs a folder of Markdown files in BYLINE_ARCHIVE"]
fn an_archive_is_read() {
    let root = std::env::var("BYLINE_ARCHIVE").expect("BYLINE_ARCHIVE");
    let config = Config::default_for("T");
    let mut files = Vec::new();
    walk(std::path::Path::new(&root), &mut files);
    let mut body =
        |_: &Body<'_>| (Parsed { prose: Prose::default(), problems: Vec::new() }, Terms::default());
    let mut counts: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut bytes = 0;
    let start = std::time::Instant::now();
    for (path, text) in &files {
        let (document, problems) = parse(path, text, &config, &mut body);
        bytes += document.map_or(0, |document| document.front.span.len());
        for problem in problems {
            let name = format!("{} {}", problem.id, problem.message);
            let shown = crate::diagnostic::render::text(&problem, false, 120);
            counts.entry(name).or_insert((0, shown)).0 += 1;
        }
    }
    println!("{} files, {bytes} bytes of front matter, {:?}", files.len(), start.elapsed());
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let is_hidden =
        |shown: &str| shown.contains("unknown-key") && std::env::var_os("BYLINE_BRIEF").is_some();
    counts.retain(|(_, shown)| !is_hidden(shown));
    for (count, shown) in counts.iter().take(60) {
        println!("{count} x\n{shown}");
    }
}

/// `cargo test --release --lib archive -- --ignored --nocapture`
#[test]
#[ignore = "measures"]
fn the_time_of_one_front_matter() {
    let text = "---\ntitle: \"What the Bishkek raid says about recruitment\"\ndate: 2015-07-17\nupdated: 2015-07-20\n\
        description: One sentence for lists, feeds and cards, as long as such a sentence is most of the time.\n\
        authors: [a-writer]\ntags: [Kyrgyzstan, CSTO, Recruitment, Islamic State]\n\
        series: {name: Security in Central Asia, order: 2}\nimage: bishkek.jpg\naliases: [/old/address/]\n\
        draft: false\n---\nBody text of the article.\n";
    let config = Config::default_for("T");
    let mut body =
        |_: &Body<'_>| (Parsed { prose: Prose::default(), problems: Vec::new() }, Terms::default());
    let rounds = 20_000;
    let start = busy();
    for _ in 0..rounds {
        let (_, problems) = parse("content/a.md", text.as_bytes(), &config, &mut body);
        assert!(problems.is_empty());
    }
    println!("{} bytes: {} ns each", text.len(), (busy() - start) / rounds);
    let range = split("a.md", text).0.front.expect("front matter");
    let start = busy();
    for _ in 0..rounds {
        let _ = crate::config::yaml::Document::parse("a.md", text, range.clone());
    }
    println!("of which YAML {} ns", (busy() - start) / rounds);
}

/// Nanoseconds that this thread was running, whatever else the machine does (Linux).
fn busy() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn walk(folder: &std::path::Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
}
