//! What a build did: counts, times, problems.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::output::{Kind, Output};
use crate::publish::{Fate, Published};
use crate::site::Site;

/// A part of the pipeline, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Cache,
    Same,
    Config,
    Find,
    Parse,
    Theme,
    Site,
    Related,
    Index,
    Pictures,
    Links,
    Styles,
    Ask,
    Make,
    Resize,
    Publish,
    Keep,
}

impl Stage {
    /// What the stage does, for people.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Cache => "open the cache",
            Stage::Same => "look for changes",
            Stage::Config => "configuration",
            Stage::Find => "find files",
            Stage::Parse => "read and parse",
            Stage::Theme => "theme",
            Stage::Site => "put together",
            Stage::Related => "related articles, plan",
            Stage::Index => "search index",
            Stage::Pictures => "pictures",
            Stage::Links => "check links",
            Stage::Styles => "templates, style sheets",
            Stage::Ask => "ask what is current",
            Stage::Make => "make and write",
            Stage::Resize => "resize pictures",
            Stage::Publish => "publish",
            Stage::Keep => "keep in the cache",
        }
    }
}

/// One output that was made.
#[derive(Debug)]
pub struct Made {
    pub template: String,
    pub took: Duration,
    pub fate: Fate,
}

/// Time by template.
#[derive(Debug, Clone, Default)]
pub struct TemplateTime {
    pub calls: usize,
    pub total: Duration,
    pub slowest: Duration,
    /// Address of the page that took longest.
    pub slowest_page: String,
}

/// Where the time went.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    pub stages: BTreeMap<Stage, Duration>,
    pub templates: BTreeMap<String, TemplateTime>,
}

impl Timings {
    pub(super) fn add(&mut self, stage: Stage, took: Duration) {
        *self.stages.entry(stage).or_default() += took;
    }

    pub(super) fn render(&mut self, made: &Made, output: &Output) {
        let name = match (&*made.template, &output.kind) {
            ("", Kind::Copy(_)) => return,
            ("", kind) => kind.name(),
            (template, _) => template,
        };
        if !self.templates.contains_key(name) {
            self.templates.insert(name.to_string(), TemplateTime::default());
        }
        let Some(time) = self.templates.get_mut(name) else { return };
        time.calls += 1;
        time.total += made.took;
        if made.took > time.slowest {
            time.slowest = made.took;
            time.slowest_page = output.address.to_string();
        }
    }
}

/// What a build did.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted; with places.
    pub diagnostics: Vec<Diagnostic>,
    /// What was published; `None` when there was an error and nothing was.
    pub published: Option<Published>,
    pub articles: usize,
    pub outputs: usize,
    /// Markdown files that were read and parsed.
    pub parsed: usize,
    /// Outputs that were made, sorted; the others were current. Without copies of files and style sheets.
    pub made: Vec<String>,
    /// The answer to [`super::Options::why`], line by line.
    pub why: Option<Vec<String>>,
    /// Whether the output was compared with that of a fresh build.
    pub verified: bool,
    /// What the outputs read, of a build with [`super::Mode::Check`].
    pub ledger: Option<crate::engine::Ledger>,
    pub timings: Timings,
    /// The fault lies with the call or the machine, not with the site.
    pub is_environment: bool,
}

impl Report {
    pub(super) fn count(&mut self, site: &Site) {
        self.articles = site.pages.len();
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|problem| problem.is_error()).count()
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }
}
