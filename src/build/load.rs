//! From the disk to values: configuration, lists of files, theme.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cache::Listed;
use super::observed::Observed;
use super::parse::Documents;
use super::{Job, Problems};
use crate::asset::social::Fonts;
use crate::config::{BaseUrl, Config};
use crate::diagnostic::{Diagnostic, Place};
use crate::engine::{Fingerprint, Hasher};
use crate::site::Input;
use crate::source::{Source, SourceFile};
use crate::theme::ThemeFiles;
use crate::theme::files::{BUILT_IN, TemplateFile, built_in};
use crate::theme::manifest::{self, Parsed};

/// Name of the configuration.
pub(super) const CONFIG: &str = "byline.yaml";

/// Reads the configuration; a folder without one is a site too.
pub(super) fn config(source: &Observed, job: &mut Job<'_>) -> Result<Arc<Config>, Problems> {
    let Job { options, problems, .. } = job;
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
            .source()
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
    } else if let Some(origin) = &options.origin {
        let base_url = format!("{origin}{}/", config.base_url.path);
        config.with_base_url(&base_url).map_err(|problem| vec![problem])?;
    }
    if config.search {
        // What is wrong with the theme is told when it is read for itself.
        config.search = theme(source, &config, &mut Vec::new()).has("search.html");
    }
    Ok(Arc::new(config))
}

/// Fingerprint of what decides how a Markdown file is parsed.
pub(super) fn parse_key(config: &Config) -> Fingerprint {
    // The address of the site has no say in it; `--base-url` need not parse everything again.
    let base_url = BaseUrl { url: String::new(), path: String::new() };
    let config = Config { base_url, ..config.clone() };
    Fingerprint::of(format!("{config:?}").as_bytes())
}

/// Fingerprint of what every output depends on: configuration and theme options, whole, and the fonts of cards.
pub(super) fn output_key(
    config: &Config,
    theme: &ThemeFiles,
    fonts: Option<&Fonts>,
) -> Fingerprint {
    let mut hasher = Hasher::new();
    if let Some(fonts) = fonts {
        hasher.bytes(&fonts.fingerprint());
    }
    // Whether there is a search is told where the configuration is asked for, so that a template that comes or goes
    // does not make everything again.
    let config = Config { search: true, ..config.clone() };
    hasher.text(&format!("{config:?}")).text(&format!("{:?}", theme.manifest)).finish()
}

/// The author's files by what they are.
pub(super) struct Found {
    pub documents: Vec<SourceFile>,
    pub others: Vec<SourceFile>,
}

/// Finds everything below `content/`; in a folder without `content/` the Markdown files at its top.
pub(super) fn find(source: &Observed, problems: &mut Problems) -> Found {
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

/// Adds the static files of the site and the theme.
pub(super) fn input(
    source: &Observed,
    config: &Arc<Config>,
    documents: Documents,
    theme: &ThemeFiles,
    problems: &mut Problems,
) -> Input {
    let mut statics: BTreeMap<String, SourceFile> = BTreeMap::new();
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
            statics.insert(path, file);
        }
    }
    let Documents { documents, hidden, others } = documents;
    let statics = statics.into_iter().map(|(path, file)| (file.path, path, file.size)).collect();
    Input { config: config.clone(), documents, hidden, files: others, statics }
}

/// Reads the theme that a configuration names, for those who look at it and build nothing.
pub fn read_theme(source: &Source, config: &Config) -> (ThemeFiles, Problems) {
    let mut problems = Vec::new();
    let observed = Observed::new(source.clone(), Listed::new());
    let files = theme(&observed, config, &mut problems);
    (files, problems)
}

/// Reads the theme: the site's folder of that name or the built-in one, with the site's own templates over it.
pub(super) fn theme(source: &Observed, config: &Config, problems: &mut Problems) -> ThemeFiles {
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
    source: &Observed,
    name: &str,
    asked: &str,
    files: &mut ThemeFiles,
    problems: &mut Problems,
) -> Option<Parsed> {
    let folder = format!("themes/{name}");
    let is_plain = !name.is_empty() && !name.contains(['/', '\\']) && !matches!(name, "." | "..");
    if is_plain && source.has_folder(&folder) {
        let path = format!("{folder}/theme.yaml");
        let mut parsed = source.text(&path).and_then(|text| manifest::parse(&path, &text));
        if let Ok(parsed) = &mut parsed {
            read_words(source, &format!("{folder}/i18n"), parsed, problems);
        }
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
    let mut parsed: Option<Parsed> = None;
    let mut words = Vec::new();
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
        } else if let Some(lang) = language_of(&path, "i18n/") {
            words.push((lang.to_string(), format!("{BUILT_IN}:{path}"), text()));
        }
    }
    if let Some(parsed) = &mut parsed {
        for (lang, path, text) in words {
            problems.extend(parsed.add_words(&lang, &path, &text).err());
        }
    }
    parsed
}

/// Reads `i18n/<lang>.yaml` of a theme.
fn read_words(source: &Observed, folder: &str, parsed: &mut Parsed, problems: &mut Problems) {
    let (found, broken) = source.walk(folder);
    problems.extend(broken);
    for file in found {
        let Some(lang) = language_of(&file.path, &format!("{folder}/")) else { continue };
        let added =
            source.text(&file.path).and_then(|text| parsed.add_words(lang, &file.path, &text));
        problems.extend(added.err());
    }
}

/// `fr` of `themes/x/i18n/fr.yaml`.
fn language_of<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let name = path.strip_prefix(folder)?;
    name.strip_suffix(".yaml")
        .or_else(|| name.strip_suffix(".yml"))
        .filter(|lang| !lang.contains('/'))
}

fn read_templates(
    source: &Observed,
    folder: &str,
    files: &mut ThemeFiles,
    problems: &mut Problems,
) {
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
