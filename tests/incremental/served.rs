//! The program as authors run it: `byline serve` on a random site, while files change on the disk. What it serves is
//! what a fresh build makes, less the preview's own tag.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use byline::build::{self, Options};
use byline::source::Source;

use super::disk::{Disk, Tree};
use super::edit::{self, Change, Edit, Way};
use super::model::Model;
use super::random::Random;
use super::run::{Fault, same_tree};
use super::{choose, start, text};
use crate::support::published;

/// How long a change may take, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running preview; it ends with this.
struct Preview {
    child: Child,
    address: String,
}

impl Preview {
    fn start(root: &Path) -> Preview {
        let mut child = Command::new(env!("CARGO_BIN_EXE_byline"))
            .args(["serve", "--port", "0", "--root"])
            .arg(root)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let stderr = child.stderr.take().expect("its messages");
        let (told, address) = std::sync::mpsc::channel();
        // What it says is read to its end, so that it can go on.
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("http://") {
                    let host = rest.split('/').next().expect("a host");
                    let _ = told.send(host.to_string());
                }
            }
        });
        let address = address.recv_timeout(PATIENCE).expect("an address");
        Preview { child, address }
    }

    /// Status and bytes of an answer.
    fn get(&self, path: &str) -> (u16, Vec<u8>) {
        get(&self.address, path)
    }

    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    let end =
        bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("an end of the head");
    let status = String::from_utf8_lossy(&bytes[9..12]).parse().expect("a status");
    (status, without_tag(&bytes[end + 4..]))
}

/// A page without the preview's own tag.
fn without_tag(bytes: &[u8]) -> Vec<u8> {
    let find = |needle: &[u8], from: usize| {
        let found = bytes[from..].windows(needle.len()).position(|window| window == needle);
        found.map(|at| from + at)
    };
    let Some(begin) = find(b"<script type=\"module\" src=\"", 0)
        .filter(|at| find(b"/_byline/preview.js\"", *at).is_some())
    else {
        return bytes.to_vec();
    };
    let end = find(b"</script>", begin).expect("the end of the tag") + "</script>".len();
    [&bytes[..begin], &bytes[end..]].concat()
}

/// A site on the disk and what it is made of.
struct Author {
    _folder: tempfile::TempDir,
    root: PathBuf,
    fresh: PathBuf,
    disk: Disk,
    model: Model,
}

impl Author {
    fn new(seed: u64) -> Author {
        let folder =
            tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let (root, fresh) = (folder.path().join("site"), folder.path().join("fresh"));
        fs::create_dir(&root).expect("the site's folder");
        let (mut disk, model) = (Disk::new(&root), Model::new(start(seed)));
        disk.update(text::files(&model), &Way::Write);
        Author { _folder: folder, root, fresh, disk, model }
    }

    fn edit(&mut self, edit: Edit) {
        let way = edit::apply(&mut self.model, edit);
        self.disk.update(text::files(&self.model), &way);
    }

    /// What a fresh build for this address makes, by path below the base path; and the base path. None when the
    /// site has errors.
    fn build(&self, address: &str) -> Option<(String, Tree)> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
        let options = Options {
            root: self.root.clone(),
            output: self.fresh.clone(),
            base_url: None,
            origin: Some(format!("http://{address}")),
            drafts: false,
            future: false,
            now: now.as_secs() as i64,
            cache: build::Mode::Off,
            why: None,
            is_last: false,
        };
        let report = build::build(&options, &super::live::Quiet);
        report.published.as_ref()?;
        let source = Source::open(&self.root).expect("a site");
        let config = build::read_config(&source).expect("a configuration");
        Some((config.base_url.path.clone(), published(&self.fresh)))
    }
}

/// The address of a path of the output folder.
fn url(base: &str, path: &str) -> String {
    let path = path.strip_suffix("index.html").unwrap_or(path);
    let encode =
        |part| percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC);
    let parts: Vec<String> = path.split('/').map(|part| encode(part).to_string()).collect();
    format!("{base}/{}", parts.join("/"))
}

/// Everything that the preview serves of what a build made.
fn served(preview: &Preview, base: &str, built: &Tree) -> Result<Tree, Fault> {
    let mut tree = BTreeMap::new();
    for path in built.keys().filter(|path| !path.starts_with('.')) {
        let (status, bytes) = preview.get(&url(base, path));
        match status {
            200 => drop(tree.insert(path.clone(), bytes)),
            _ => return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&bytes))),
        }
    }
    Ok(tree)
}

/// Waits until what is served is what a fresh build makes.
fn settle(author: &Author, preview: &Preview) -> Result<bool, Fault> {
    let Some((base, mut built)) = author.build(&preview.address) else { return Ok(false) };
    built.retain(|path, _| !path.starts_with('.'));
    let began = Instant::now();
    loop {
        let fault = match served(preview, &base, &built).and_then(|tree| same_tree(&built, &tree)) {
            Ok(()) => return Ok(true),
            Err(fault) => fault,
        };
        if began.elapsed() > PATIENCE {
            return Err(fault);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_is_served_after_an_edit_is_what_a_fresh_build_makes() {
    let mut edits = Vec::new();
    let mut compared = 0;
    for seed in [3, 4] {
        let mut author = Author::new(seed);
        let preview = Preview::start(&author.root);
        let (mut random, mut has_errors) = (Random::new(seed ^ 0x5e7e), false);
        for _ in 0..100 {
            let edit = choose::next(&mut random, &author.model, has_errors);
            edits.push(edit);
            author.edit(edit);
            match settle(&author, &preview) {
                Ok(is_compared) => {
                    has_errors = !is_compared;
                    compared += usize::from(is_compared);
                }
                Err(fault) => panic!("seed {seed}, after {edit:?} of {edits:?}: {fault}"),
            }
        }
    }
    assert!(compared > 150, "{compared}");
}

/// Ends the readers with the edits.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_thousand_edits_with_readers_leave_no_error_and_no_stale_page() {
    let mut author = Author::new(5);
    let preview = Preview::start(&author.root);
    settle(&author, &preview).expect("a first state");
    let (base, built) = author.build(&preview.address).expect("a site without errors");
    let (done, requests) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut memory = Vec::new();
    std::thread::scope(|scope| {
        for reader in 0..3 {
            let (address, done, requests, base) = (&preview.address, &done, &requests, &base);
            let built = &built;
            scope.spawn(move || {
                let mut random = Random::new(reader);
                let all = ["/", "/sitemap.xml", "/robots.txt", "/rss.xml", "/nothing/"];
                let is_there = |path: &&str| built.contains_key(path.trim_start_matches('/'));
                let paths: Vec<&str> =
                    all.into_iter().filter(|path| path.ends_with('/') || is_there(path)).collect();
                while !done.load(Ordering::Relaxed) {
                    let path = random.pick(&paths);
                    let (status, bytes) = get(address, &format!("{base}{path}"));
                    let expected = if *path == "/nothing/" { 404 } else { 200 };
                    assert!(status == expected && !bytes.is_empty(), "{path}: {status}");
                    requests.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Also when an edit fails.
        let _end = End(&done);
        let mut random = Random::new(7);
        for number in 1..=1000 {
            let any = random.below(99);
            author.edit(match random.below(20) {
                0 => Edit::Article(any, Change::Title),
                1 => Edit::Article(any, Change::Tag(any)),
                2 => Edit::Touch(any),
                3 => Edit::Template(any),
                _ => Edit::Article(any, *random.pick(&[Change::Typo, Change::Body])),
            });
            // Some come while the last one is on its way, some when all is quiet.
            std::thread::sleep(Duration::from_millis(random.below(12) as u64));
            if number == 500 || number == 1000 {
                settle(&author, &preview).expect("no stale page");
                memory.push(preview.memory());
            }
        }
    });
    assert!(!author.root.join("public").exists(), "a preview writes nothing to public/");
    assert!(requests.load(Ordering::Relaxed) > 500, "{requests:?}");
    if let [Some(middle), Some(end)] = memory[..] {
        eprintln!("{middle} kB after 500 edits, {end} kB after 1000");
        // Threads come and go, and each keeps some room; what stays of every edit is more: a page of this site has 10 kB.
        assert!(end < middle + 6_000, "{middle} kB, then {end} kB");
    }
}
