//! Case files: Markdown with tiny sites and what must come out of them. `tests/cases/README.md` tells how
//! they are written.

use std::fmt::Write;
use std::ops::Range;

use crate::support::{CONFIG, Problem, Run, Site, png};

/// One heading with its blocks.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    /// Line of the heading.
    pub line: usize,
    pub blocks: Vec<Block>,
    /// Byte offset behind the last line of the case.
    pub end: usize,
}

/// One fenced block.
#[derive(Debug)]
pub struct Block {
    pub line: usize,
    pub kind: Kind,
    pub text: String,
    /// Bytes of the text in the case file.
    pub range: Range<usize>,
}

/// What a block is.
#[derive(Debug)]
pub enum Kind {
    /// A file of the site.
    File { path: String, flags: Vec<String> },
    /// Lines added to the smallest configuration.
    Config,
    /// More arguments.
    Args(Vec<String>),
    /// The whole bytes of an output.
    Output(String),
    /// Lines that an output must have somewhere.
    Contains(String),
    /// A file that must not be, or texts that an output must not have.
    Absent(String),
    /// Problems, all of them.
    Problem,
    /// The exit status.
    Status(i32),
}

/// What a case came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub failures: Vec<String>,
    /// Bytes of the case file to replace when the author wants what came out.
    pub edits: Vec<(Range<usize>, String)>,
}

/// Reads a case file.
///
/// # Errors
/// With the line and what is wrong there.
pub fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = Lines { text, at: 0, number: 0 };
    while let Some((start, line)) = lines.next() {
        let number = lines.number;
        if let Some(title) = line.strip_prefix('#') {
            let name = title.trim_start_matches('#').trim().to_string();
            cases.push(Case { name, line: number, blocks: Vec::new(), end: start });
        } else if line.starts_with("```") {
            let fence = line.len() - line.trim_start_matches('`').len();
            let kind =
                kind(line[fence..].trim()).map_err(|reason| format!("{number}: {reason}"))?;
            let from = lines.at;
            let to = loop {
                let Some((start, line)) = lines.next() else {
                    return Err(format!("{number}: the block has no end"));
                };
                if line.len() >= fence && line.trim_end().bytes().all(|b| b == b'`') {
                    break start;
                }
            };
            let case = cases.last_mut().ok_or(format!("{number}: a block before any heading"))?;
            let range = from..to;
            case.blocks.push(Block { line: number, kind, text: text[range.clone()].into(), range });
        }
        if let Some(case) = cases.last_mut().filter(|_| !line.trim().is_empty()) {
            case.end = lines.at;
        }
    }
    // A heading with prose only is a heading.
    cases.retain(|case| !case.blocks.is_empty());
    Ok(cases)
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<(usize, &'a str)> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        self.at += length;
        self.number += 1;
        (length > 0).then(|| (start, rest[..length].trim_end_matches('\n')))
    }
}

fn kind(info: &str) -> Result<Kind, String> {
    let mut words = info.split_whitespace();
    let first = words.next().unwrap_or_default();
    let rest: Vec<String> = words.map(str::to_string).collect();
    let path = || rest.first().cloned().ok_or(format!("`{first}` needs a path"));
    Ok(match first {
        "config" => Kind::Config,
        "args" => Kind::Args(rest),
        "output" => Kind::Output(path()?),
        "contains" => Kind::Contains(path()?),
        "absent" => Kind::Absent(path()?),
        "problem" => Kind::Problem,
        "status" => Kind::Status(path()?.parse().map_err(|_| "a status is a number")?),
        _ => {
            let (path, flags) = match rest.split_first() {
                Some((path, flags)) => (path.strip_prefix("path="), flags.to_vec()),
                None => (None, Vec::new()),
            };
            let path = path.ok_or(format!("nothing uses the block `{info}`"))?.to_string();
            if let Some(flag) =
                flags.iter().find(|flag| !["bom", "crlf", "picture"].contains(&&***flag))
            {
                return Err(format!("`{flag}` is none of `bom`, `crlf`, `picture`"));
            }
            Kind::File { path, flags }
        }
    })
}

impl Case {
    /// Builds the site and compares.
    pub fn run(&self) -> Outcome {
        let site = Site::tiny();
        let run = self.build(&site);
        let mut outcome = Outcome::default();
        if !self.blocks.iter().any(Block::expects) {
            outcome.failures.push("the case expects nothing".into());
        }
        self.status(&run, &mut outcome);
        self.problems(&run, &mut outcome);
        for block in &self.blocks {
            if let Err(reason) = block.check(&site, &mut outcome.edits) {
                outcome.failures.push(format!("line {}: {reason}", block.line));
            }
        }
        if run.status != 0 && !site.public().is_empty() {
            outcome.failures.push("something was published in spite of errors".into());
        }
        outcome
    }

    fn build(&self, site: &Site) -> Run {
        let mut arguments: Vec<&str> = Vec::new();
        for block in &self.blocks {
            match &block.kind {
                Kind::File { path, flags } => {
                    site.file(path, file(&block.text, flags));
                }
                Kind::Config => {
                    let is_given = |line: &&str| {
                        let key = line.split(':').next().unwrap_or_default();
                        block.text.lines().any(|own| own.split(':').next() == Some(key))
                    };
                    let kept = CONFIG.lines().filter(|line| !is_given(line));
                    let kept: String = kept.map(|line| format!("{line}\n")).collect();
                    site.file("byline.yaml", kept + &block.text);
                }
                Kind::Args(words) => arguments.extend(words.iter().map(|word| &**word)),
                _ => {}
            }
        }
        site.build_with(&arguments)
    }

    fn status(&self, run: &Run, outcome: &mut Outcome) {
        let given = self.blocks.iter().find_map(|block| match block.kind {
            Kind::Status(status) => Some(status),
            _ => None,
        });
        let has_error = run.problems.iter().any(|problem| problem.line.contains("error["));
        let expected = given.unwrap_or(i32::from(has_error));
        if run.status != expected {
            outcome
                .failures
                .push(format!("status {} instead of {expected}\n{}", run.status, run.stderr));
        }
    }

    /// The problems of all blocks together must be those that the build found.
    fn problems(&self, run: &Run, outcome: &mut Outcome) {
        let blocks = self.blocks.iter().filter(|block| matches!(block.kind, Kind::Problem));
        let blocks: Vec<&Block> = blocks.collect();
        let mut expected: Vec<Problem> = Vec::new();
        for line in
            blocks.iter().flat_map(|block| block.text.lines()).filter(|line| !line.is_empty())
        {
            match (line.strip_prefix("  "), expected.last_mut()) {
                (Some(more), Some(last)) => last.more.push(more.to_string()),
                _ => expected.push(Problem { line: line.to_string(), more: Vec::new() }),
            }
        }
        let matches = |expected: &Problem, found: &Problem| {
            expected.line == found.line
                && expected.more.iter().all(|more| found.more.contains(more))
        };
        let mut left: Vec<&Problem> = run.problems.iter().collect();
        let mut failures = Vec::new();
        for problem in &expected {
            match left.iter().position(|found| matches(problem, found)) {
                Some(at) => drop(left.remove(at)),
                None => failures.push(format!("expected and not found:\n{}", shown(problem, true))),
            }
        }
        failures.extend(
            left.iter().map(|problem| format!("found and not expected:\n{}", shown(problem, true))),
        );
        if failures.is_empty() {
            return;
        }
        outcome.failures.append(&mut failures);
        let with_more =
            expected.is_empty() || expected.iter().any(|problem| !problem.more.is_empty());
        let all: String = run.problems.iter().map(|problem| shown(problem, with_more)).collect();
        match blocks.split_first() {
            Some((first, rest)) => {
                outcome.edits.push((first.range.clone(), all));
                outcome.edits.extend(rest.iter().map(|block| (block.range.clone(), String::new())));
            }
            None => outcome.edits.push((self.end..self.end, format!("\n```problem\n{all}```\n"))),
        }
    }
}

fn shown(problem: &Problem, with_more: bool) -> String {
    let mut text = format!("{}\n", problem.line);
    for more in problem.more.iter().filter(|_| with_more) {
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "  {more}");
    }
    text
}

fn file(text: &str, flags: &[String]) -> Vec<u8> {
    let has = |flag: &str| flags.iter().any(|own| own == flag);
    if has("picture") {
        let (width, height) = text.trim().split_once('x').expect("a picture is written `640x480`");
        return png(width.parse().expect("a width"), height.parse().expect("a height"));
    }
    let text = if has("crlf") { text.replace('\n', "\r\n") } else { text.to_string() };
    let mark = if has("bom") { "\u{feff}" } else { "" };
    format!("{mark}{text}").into_bytes()
}

impl Block {
    fn expects(&self) -> bool {
        !matches!(self.kind, Kind::File { .. } | Kind::Config | Kind::Args(_))
    }

    fn check(&self, site: &Site, edits: &mut Vec<(Range<usize>, String)>) -> Result<(), String> {
        let read = |path: &str| {
            let there = || site.public().into_keys().collect::<Vec<_>>().join("\n  ");
            if site.has_output(path) {
                Ok(site.output(path))
            } else {
                Err(format!("no `{path}` among\n  {}", there()))
            }
        };
        let lines = || self.text.lines().filter(|line| !line.is_empty());
        match &self.kind {
            Kind::Output(path) => {
                let mut found = read(path)?;
                if !found.ends_with('\n') && !found.is_empty() {
                    found.push('\n');
                }
                if found != self.text {
                    edits.push((self.range.clone(), found.clone()));
                    return Err(format!("`{path}` is\n{found}instead of\n{}", self.text));
                }
            }
            Kind::Contains(path) => {
                let found = read(path)?;
                if lines().next().is_none() {
                    return Err("the block is empty".into());
                }
                if let Some(line) = lines().find(|line| !found.contains(*line)) {
                    return Err(format!("`{path}` has no `{line}`:\n{found}"));
                }
            }
            Kind::Absent(path) if lines().next().is_none() && site.has_output(path) => {
                return Err(format!("there is a `{path}`:\n{}", site.output(path)));
            }
            Kind::Absent(path) if lines().next().is_some() => {
                let found = read(path)?;
                if let Some(line) = lines().find(|line| found.contains(*line)) {
                    return Err(format!("`{path}` has `{line}`:\n{found}"));
                }
            }
            _ => {}
        }
        Ok(())
    }
}
