//! A site in a temporary folder, the real binary, and what came out.
//!
//! Nothing here looks inside the program: a test sees what an author would see.

#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The clock of every build: 2020-01-01 00:00 UTC.
pub const NOW: &str = "1577836800";

/// The configuration of a site that does not bring its own.
pub const CONFIG: &str = "title: Tiny\nbase_url: https://example.org\ntheme: tiny\n";

/// A site's folder, gone with the value.
pub struct Site {
    folder: TempDir,
    root: PathBuf,
}

impl Site {
    /// An empty folder.
    pub fn empty() -> Site {
        Site::named("site")
    }

    /// An empty folder of this name.
    pub fn named(name: &str) -> Site {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join(name);
        fs::create_dir(&root).expect("the site's folder");
        Site { folder, root }
    }

    /// A site with the smallest configuration and theme, and nothing in it.
    pub fn tiny() -> Site {
        let site = Site::empty();
        site.file("byline.yaml", CONFIG);
        site.theme();
        site
    }

    /// Puts the smallest theme into the site.
    pub fn theme(&self) {
        let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tiny");
        for (path, bytes) in tree(&tiny) {
            self.file(&format!("themes/tiny/{path}"), bytes);
        }
    }

    /// The site's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A place in or beside the site's folder: `../x` is beside it and goes with it.
    pub fn path(&self, path: &str) -> PathBuf {
        match path.strip_prefix("../") {
            Some(beside) => self.folder.path().join(beside),
            None => self.root.join(path),
        }
    }

    /// Writes a file.
    pub fn file(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Site {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders of a file");
        fs::write(path, bytes).expect("a file of the site");
        self
    }

    /// The program, about to run in this site; `SOURCE_DATE_EPOCH` is [`NOW`].
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_byline"));
        command.args(arguments).current_dir(&self.root).env("SOURCE_DATE_EPOCH", NOW);
        command
    }

    /// Builds, with further arguments.
    pub fn build_with(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["build", "--message-format", "json"];
        all.extend(arguments);
        Run::of(&self.command(&all).output().expect("the program"))
    }

    /// Builds.
    pub fn build(&self) -> Run {
        self.build_with(&[])
    }

    /// Builds and expects that all is well.
    pub fn build_well(&self) -> Run {
        let run = self.build();
        assert_eq!(run.status, 0, "{}", run.text());
        run
    }

    /// Builds for a person; gives the status and what was said.
    pub fn build_for_people(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().expect("the program");
        (status(&output), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// The text of a file in `public/`.
    pub fn output(&self, path: &str) -> String {
        let path = self.root.join("public").join(path);
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether `public/` has this file.
    pub fn has_output(&self, path: &str) -> bool {
        self.root.join("public").join(path).is_file()
    }

    /// All files of `public/` that readers get.
    pub fn public(&self) -> BTreeMap<String, Vec<u8>> {
        published(&self.root.join("public"))
    }
}

/// What one run said.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub problems: Vec<Problem>,
    /// The last line of the report.
    pub summary: Value,
    pub stderr: String,
}

impl Run {
    /// Reads a report in JSON.
    pub fn of(output: &Output) -> Run {
        let stdout = String::from_utf8_lossy(&output.stdout);
        let lines = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let lines: Vec<Value> = lines.collect();
        let is = |value: &&Value, kind: &str| value["type"] == kind;
        Run {
            status: status(output),
            problems: lines.iter().filter(|line| is(line, "diagnostic")).map(Problem::of).collect(),
            summary: lines.iter().rfind(|line| is(line, "summary")).cloned().unwrap_or_default(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// All problems, a line each.
    pub fn text(&self) -> String {
        let lines = self.problems.iter().map(|problem| problem.line.clone() + "\n");
        format!("status {}\n{}{}", self.status, lines.collect::<String>(), self.stderr)
    }

    /// Expects a problem that holds all of these texts, an exit status of 1 or 2, and no crash.
    pub fn expect_error(&self, parts: &[&str]) {
        assert!(matches!(self.status, 1 | 2), "{}", self.text());
        self.expect(parts);
        assert!(self.problems.iter().any(|problem| problem.line.contains("error[")));
    }

    /// Expects a problem that holds all of these texts.
    pub fn expect(&self, parts: &[&str]) {
        let has = |problem: &Problem| {
            let whole = format!("{}\n{}", problem.line, problem.more.join("\n"));
            parts.iter().all(|part| whole.contains(part))
        };
        assert!(self.problems.iter().any(has), "no problem has {parts:?}: {}", self.text());
    }

    /// A number of the summary.
    pub fn count(&self, name: &str) -> u64 {
        self.summary[name].as_u64().unwrap_or_else(|| panic!("no `{name}`: {}", self.text()))
    }
}

/// A problem in the form of one line, and hint and notes below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub line: String,
    pub more: Vec<String>,
}

impl Problem {
    fn of(value: &Value) -> Problem {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_string();
        let place = place(value);
        let line = format!("{place}{}[{}]: {}", text("severity"), text("id"), text("message"));
        let notes = value["notes"].as_array().into_iter().flatten();
        let note = |note: &Value| {
            format!("note: {}{}", self::place(note), note["message"].as_str().unwrap_or_default())
        };
        let hint = value["hint"].as_str().map(|hint| format!("hint: {hint}"));
        Problem { line, more: hint.into_iter().chain(notes.map(note)).collect() }
    }
}

fn place(value: &Value) -> String {
    match (value["file"].as_str(), value["line"].as_u64(), value["column"].as_u64()) {
        (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
        (Some(file), ..) => format!("{file}: "),
        _ => String::new(),
    }
}

fn status(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| -output.status.signal().unwrap_or(0))
}

/// All files below a folder, by path.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.expect("an entry");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(folder, "", &mut files);
    files
}

/// The files of an output folder that readers get: without Byline's own list.
pub fn published(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = tree(folder);
    files.retain(|path, _| !path.starts_with(".byline"));
    files
}

/// A PNG of one colour.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(width, height, image::Rgb([30, 90, 160]));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}
