//! From the disk to values: configuration, documents, theme, pictures.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Options, Problems, Progress};
use crate::asset::ImageFacts;
use crate::asset::image::{Credit, HEAD, facts};
use crate::config::Config;
use crate::content::terms::{Analyzer, Text};
use crate::content::{self, Body, Document};
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::{self, Highlighter};
use crate::site::link::{Addresses, Link, Origin, resolve};
use crate::site::{Hidden, Input, Site, Target};
use crate::source::{Source, SourceFile};
use crate::theme::files::{BUILT_IN, TemplateFile, built_in};
use crate::theme::manifest::{self, Parsed};
use crate::theme::{ThemeFiles, world};

/// Name of the configuration.
pub(super) const CONFIG: &str = "byline.yaml";

/// Reads the configuration; a folder without one is a site too.
pub(super) fn config(
    source: &Source,
    options: &Options,
    problems: &mut Problems,
) -> Result<Arc<Config>, Problems> {
    let mut config = if source.has(CONFIG) {
        let text = source.text(CONFIG).map_err(|problem| vec![problem])?;
        let (config, found) = Config::parse(CONFIG, &text);
        problems.extend(found);
        match config {
            Some(config) => config,
            None => return Err(std::mem::take(problems)),
        }
    } else {
        let name = source
            .root()
            .file_name()
            .map_or_else(|| "Byline".into(), |name| name.to_string_lossy().into_owned());
        problems.push(
            Diagnostic::warning(
                "config/missing",
                format!("there is no `{CONFIG}`: the site is called `{name}`"),
            )
            .hint("make one with `title:` and `base_url:`"),
        );
        Config::default_for(&name)
    };
    if let Some(base_url) = &options.base_url {
        config.with_base_url(base_url).map_err(|problem| vec![problem])?;
    }
    Ok(Arc::new(config))
}

/// The author's files by what they are.
pub(super) struct Found {
    pub documents: Vec<SourceFile>,
    pub others: Vec<SourceFile>,
}

/// Finds everything below `content/`; in a folder without `content/` the Markdown files at its top.
pub(super) fn find(source: &Source, problems: &mut Problems) -> Found {
    let (files, found) = source.walk("content");
    problems.extend(found);
    let is_markdown = |file: &SourceFile| {
        let path = file.path.to_ascii_lowercase();
        path.ends_with(".md") || path.ends_with(".markdown")
    };
    let (documents, mut others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_markdown);
    // Credits travel beside their pictures and are not published.
    let names: std::collections::BTreeSet<Arc<str>> =
        others.iter().map(|file| file.path.clone()).collect();
    others.retain(|file| {
        file.path.strip_suffix(".yaml").is_none_or(|picture| !names.contains(picture))
    });
    if documents.is_empty() && !source.has_folder("content") {
        problems.push(
            Diagnostic::error("source/no-content", "there is no folder `content`").hint(
                "put Markdown files into `content/`, or make a new site with `byline new DIR`",
            ),
        );
    }
    Found { documents, others }
}

/// What parsing gives.
pub(super) struct Documents {
    documents: Vec<Box<Document>>,
    hidden: Vec<Hidden>,
    others: Vec<SourceFile>,
}

/// Per thread: buffers and caches that are used for every file again.
struct Worker {
    bytes: Vec<u8>,
    text: String,
    analyzer: Analyzer,
}

/// Reads and parses every document.
pub(super) fn documents(
    source: &Source,
    config: &Config,
    found: Found,
    options: &Options,
    progress: &dyn Progress,
    problems: &mut Problems,
) -> Documents {
    let highlighter = Highlighter::new();
    let markdown = markdown::Options::from(&config.markdown);
    let worker = || Worker { bytes: Vec::new(), text: String::new(), analyzer: Analyzer::new() };
    let parsed: Vec<(Option<Box<Document>>, Problems)> = found
        .documents
        .par_iter()
        .with_min_len(8)
        .map_init(worker, |worker, file| {
            let parsed = one(source, config, file, &markdown, &highlighter, worker);
            progress.step();
            (parsed.0.map(Box::new), parsed.1)
        })
        .collect();
    let mut documents = Vec::with_capacity(parsed.len());
    let mut hidden = Vec::new();
    for (document, found) in parsed {
        match document {
            Some(document) => match reason(&document, options) {
                // What is not built may have mistakes.
                Some(reason) => {
                    hidden.push(Hidden { file: document.file, kind: document.kind, reason })
                }
                None => {
                    problems.extend(found);
                    documents.push(document);
                }
            },
            None => problems.extend(found),
        }
    }
    Documents { documents, hidden, others: found.others }
}

/// Why a document is not built, if it is not.
fn reason(document: &Document, options: &Options) -> Option<&'static str> {
    let front = &document.front;
    if front.draft && !options.drafts {
        return Some("is a draft");
    }
    if front.date.is_some_and(|date| date.timestamp > options.now) && !options.future {
        return Some("is dated in the future");
    }
    front.expires.is_some_and(|date| date.timestamp <= options.now).then_some("has expired")
}

fn one(
    source: &Source,
    config: &Config,
    file: &SourceFile,
    options: &markdown::Options,
    highlighter: &Highlighter,
    worker: &mut Worker,
) -> (Option<Document>, Problems) {
    if let Err(problem) = source.read_into(file, &mut worker.bytes) {
        return (None, vec![problem]);
    }
    let Worker { bytes, text, analyzer } = worker;
    content::parse(&file.path, bytes, config, &mut |body: &Body<'_>| {
        let parsed =
            markdown::parse(body.text, body.range.clone(), body.file, options, highlighter, text);
        let tags: Vec<&str> = body.front.taxonomies.values().flatten().map(|tag| &**tag).collect();
        let terms = analyzer.analyze(
            body.lang,
            &Text {
                title: &body.front.title,
                description: body.front.description.as_deref().unwrap_or_default(),
                tags: &tags,
                body: text,
            },
        );
        (parsed, terms)
    })
}

/// What the site is put together from.
pub(super) struct Loaded {
    pub input: Input,
}

/// Adds the static files of the site and the theme.
pub(super) fn input(
    source: &Source,
    config: &Arc<Config>,
    documents: Documents,
    theme: &ThemeFiles,
    _options: &Options,
    problems: &mut Problems,
) -> Loaded {
    let mut statics: BTreeMap<String, (Arc<str>, u64)> = BTreeMap::new();
    let mut folders: Vec<String> = Vec::new();
    if let Some(parent) = &theme.manifest.extends {
        folders.push(format!("themes/{parent}/static"));
    }
    folders.push(format!("themes/{}/static", config.theme));
    folders.push("static".to_string());
    for folder in folders {
        let (files, found) = source.walk(&folder);
        problems.extend(found);
        for file in files {
            let path = file.path[folder.len() + 1..].to_string();
            // Later folders win: the site's own over the theme's over what it extends.
            statics.insert(path, (file.path, file.size));
        }
    }
    let statics = statics.into_iter().map(|(path, (source, size))| (source, path, size)).collect();
    let Documents { documents, hidden, others } = documents;
    Loaded { input: Input { config: config.clone(), documents, hidden, files: others, statics } }
}

/// Reads the theme: the site's folder of that name or the built-in one, with the site's own templates over it.
pub(super) fn theme(source: &Source, config: &Config, problems: &mut Problems) -> ThemeFiles {
    let mut files = ThemeFiles::default();
    let Some(parsed) = theme_files(source, &config.theme, CONFIG, &mut files, problems) else {
        return ThemeFiles::default();
    };
    let mut parent = None;
    if let Some(name) = parsed.extends().map(str::to_string) {
        let asked = format!("themes/{}/theme.yaml", config.theme);
        if name == config.theme {
            problems.push(
                Diagnostic::error("theme/manifest", format!("the theme `{name}` extends itself"))
                    .at(Place::file(asked))
                    .hint("name another theme under `extends:`, or take the line out"),
            );
        } else {
            let mut below = ThemeFiles::default();
            parent = theme_files(source, &name, &asked, &mut below, problems);
            if let Some(further) = parent.as_ref().and_then(Parsed::extends) {
                let message =
                    format!("`{name}` extends `{further}` in its turn: one step is all there is");
                problems.push(
                    Diagnostic::error("theme/manifest", message)
                        .at(Place::file(asked))
                        .hint(format!("extend `{further}`, and copy what you need of `{name}`")),
                );
            }
            below.templates.append(&mut files.templates);
            below.statics.append(&mut files.statics);
            files = below;
        }
    }
    read_templates(source, "templates", &mut files, problems);
    files.manifest = parsed.with_options(parent, config, CONFIG, problems);
    files
}

/// Reads one theme; `asked` is the file that names it.
fn theme_files(
    source: &Source,
    name: &str,
    asked: &str,
    files: &mut ThemeFiles,
    problems: &mut Problems,
) -> Option<Parsed> {
    let folder = format!("themes/{name}");
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && !matches!(name, "." | "..");
    if is_plain && source.has_folder(&folder) {
        let path = format!("{folder}/theme.yaml");
        let parsed = source.text(&path).and_then(|text| manifest::parse(&path, &text));
        read_templates(source, &format!("{folder}/templates"), files, problems);
        return parsed.map_err(|problem| problems.push(problem)).ok();
    }
    if name != BUILT_IN {
        let (known, _) = source.walk("themes");
        let known: std::collections::BTreeSet<&str> =
            known.iter().filter_map(|file| file.path.split('/').nth(1)).chain([BUILT_IN]).collect();
        let problem = Diagnostic::error("theme/unknown", format!("there is no theme `{name}`"))
            .at(Place::file(asked));
        let key = if asked == CONFIG { "theme:" } else { "extends:" };
        problems.push(match crate::diagnostic::nearest(name, known.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint(format!(
                "put it into `themes/{name}/`, or write `{key} {BUILT_IN}` for the built-in one"
            )),
        });
        return None;
    }
    let mut parsed = None;
    for (path, bytes) in built_in() {
        let text = || String::from_utf8_lossy(bytes).into_owned();
        if let Some(name) = path.strip_prefix("templates/") {
            files.templates.insert(
                name.to_string(),
                TemplateFile { path: format!("{BUILT_IN}:{path}"), text: text() },
            );
        } else if let Some(name) = path.strip_prefix("static/") {
            files.statics.insert(name.to_string(), bytes);
        } else if path == "theme.yaml" {
            parsed = manifest::parse(&format!("{BUILT_IN}:{path}"), &text())
                .map_err(|problem| problems.push(problem))
                .ok();
        }
    }
    parsed
}

fn read_templates(source: &Source, folder: &str, files: &mut ThemeFiles, problems: &mut Problems) {
    let (found, broken) = source.walk(folder);
    problems.extend(broken);
    for file in found {
        let name = file.path[folder.len() + 1..].to_string();
        match source.text(&file.path) {
            Ok(text) => {
                files.templates.insert(name, TemplateFile { path: file.path.to_string(), text });
            }
            Err(problem) => problems.push(problem),
        }
    }
}

/// Reads the facts of every picture that an article uses.
pub(super) fn pictures(
    source: &Source,
    site: &Site,
    addresses: &Addresses,
    problems: &mut Problems,
) -> FxHashMap<Arc<str>, ImageFacts> {
    let documents = site
        .pages
        .iter()
        .map(|page| Origin { document: &page.document, address: &page.address })
        .chain(site.sections.iter().filter_map(|section| {
            Some(Origin { document: section.document.as_ref()?, address: &section.address })
        }));
    let mut wanted: BTreeMap<Arc<str>, ()> = BTreeMap::new();
    for origin in documents {
        let lead = origin.document.front.image.as_ref().map(|image| &*image.src);
        for src in markdown::image_sources(&origin.document.prose).chain(lead) {
            if let Ok(Link::Internal { target: Some(Target::File(number)), .. }) =
                resolve(site, addresses, origin, src)
            {
                wanted.insert(site.files[number as usize].source.clone(), ());
            }
        }
    }
    let wanted: Vec<Arc<str>> = wanted.into_keys().collect();
    let read: Vec<(Option<ImageFacts>, Problems)> =
        wanted.par_iter().map(|path| picture(source, path)).collect();
    let mut images = FxHashMap::default();
    for (path, (facts, found)) in wanted.into_iter().zip(read) {
        problems.extend(found);
        if let Some(facts) = facts {
            images.insert(path, facts);
        }
    }
    images
}

fn picture(source: &Source, path: &str) -> (Option<ImageFacts>, Problems) {
    let mut problems = Vec::new();
    let bytes = match source.head(path, HEAD) {
        Ok(bytes) => bytes,
        Err(problem) => return (None, vec![problem]),
    };
    let mut found = facts(&bytes);
    if found.is_none() {
        let (message, hint) = if bytes.is_empty() {
            (
                "the file of this picture is empty",
                "put the picture in its place, or take it out of the text",
            )
        } else {
            (
                "this is no picture of a known format, or a damaged one: its width and height are not known",
                "see whether other programs show it, and save it again as JPEG, PNG, WebP, AVIF, GIF or SVG",
            )
        };
        let problem = Diagnostic::warning("picture/unknown", message).at(Place::file(path));
        problems.push(problem.hint(hint));
    }
    let side = format!("{path}.yaml");
    if source.has(&side) {
        match source.text(&side).and_then(|text| credit(&side, &text)) {
            Ok(credit) => found.get_or_insert_default().credit = credit,
            Err(problem) => problems.push(problem),
        }
    }
    (found, problems)
}

fn credit(path: &str, text: &str) -> Result<Credit, Diagnostic> {
    serde_yaml::from_str::<Option<Credit>>(text).map(Option::unwrap_or_default).map_err(|error| {
        let place = match error.location() {
            Some(at) => Place::line(
                path,
                at.line(),
                at.column(),
                1,
                text.lines().nth(at.line().saturating_sub(1)).unwrap_or_default(),
            ),
            None => Place::file(path),
        };
        Diagnostic::error("picture/credit", format!("this is no credit of a picture: {error}"))
            .at(place)
            .hint("the keys are `credit`, `license`, `source`, `alt` and `caption`")
    })
}

/// Reads files for templates, each once.
pub(super) struct Reader {
    source: Source,
    known: Mutex<FxHashMap<String, Option<Arc<[u8]>>>>,
}

impl Reader {
    pub fn new(source: Source) -> Reader {
        Reader { source, known: Mutex::default() }
    }
}

impl world::Files for Reader {
    fn read(&self, path: &str) -> Option<Result<Arc<[u8]>, Diagnostic>> {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = known.get(path) {
            return found.clone().map(Ok);
        }
        if !self.source.is_inside(path) {
            known.insert(path.to_string(), None);
            return None;
        }
        Some(self.source.read(path).map(|bytes| {
            let bytes: Arc<[u8]> = bytes.into();
            known.insert(path.to_string(), Some(bytes.clone()));
            bytes
        }))
    }

    fn read_once(&self, path: &str) -> Option<Result<Vec<u8>, Diagnostic>> {
        self.source.is_inside(path).then(|| self.source.read(path))
    }
}
