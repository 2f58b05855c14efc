//! The publication on which themes are tried, in a temporary folder with a copy of the theme.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use serde_json::json;
use tempfile::TempDir;

use crate::build::{self, Mode, Options, Report, Silent};
use crate::config::Data;
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::theme::files::BUILT_IN;
use crate::theme::manifest;

/// Articles with all that Markdown gives, in three languages, and a theme that writes down what templates see.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/trial/site");

/// Where the publication is said to stand; it has a path, because many real ones have.
pub(super) const BASE_URL: &str = "https://example.org/review/";

/// Name of the theme that writes down what templates see.
pub(super) const CONTEXTS: &str = "byline-contexts";

/// Before any date that could expire; all articles lie before it.
const NOW: i64 = 1_780_000_000;

/// Folders of a theme.
const PARTS: [&str; 4] = ["templates", "static", "i18n", "fonts"];

/// A publication with a theme in its `themes/`, deleted when it is dropped.
pub(super) struct Site {
    folder: TempDir,
    /// Name of the theme: that of its folder.
    pub theme: String,
    pub source: Source,
}

impl Site {
    /// Makes the publication, and copies the theme and, if it extends one that stands beside it, that one.
    ///
    /// # Errors
    /// When there is no theme in the folder, or the copy cannot be written.
    pub fn new(theme: &Path) -> Result<Site, Diagnostic> {
        let own = Source::open(theme).map_err(|problem| {
            Diagnostic::error("theme/unknown", problem.message)
                .hint("give the folder of a theme, the one that holds `theme.yaml`")
        })?;
        let name = own.root().file_name().map(|name| name.to_string_lossy().into_owned());
        let (Some(name), true) = (name, own.has("theme.yaml")) else {
            let message = format!("`{}` is no theme: it has no `theme.yaml`", theme.display());
            return Err(Diagnostic::error("theme/unknown", message)
                .hint("give the folder that holds `theme.yaml`, such as `themes/mine`"));
        };
        let folder = TempDir::with_prefix("byline-trial-").map_err(|error| cannot_make(&error))?;
        extract(&FILES, "content", folder.path()).map_err(|error| cannot_make(&error))?;
        extract(&FILES, CONTEXTS, &folder.path().join("themes"))
            .map_err(|error| cannot_make(&error))?;
        copy_theme(&own, &folder.path().join("themes").join(&name))?;
        let parent = own.text("theme.yaml").and_then(|text| manifest::parse("theme.yaml", &text));
        if let Some(parent) = parent.ok().as_ref().and_then(|parsed| parsed.extends())
            && let Some(beside) = own.root().parent().map(|folder| folder.join(parent))
            && let Ok(beside) = Source::open(&beside)
            && (beside.has("theme.yaml") || parent != BUILT_IN)
        {
            copy_theme(&beside, &folder.path().join("themes").join(parent))?;
        }
        let source = Source::open(folder.path())?;
        Ok(Site { folder, theme: name, source })
    }

    /// Builds the publication with a theme and its options, and the page of credits if the theme has one; the pages stand in the folder that is given back too.
    ///
    /// # Errors
    /// When the configuration cannot be written.
    pub fn build(
        &self,
        theme: &str,
        options: &BTreeMap<String, Data>,
        turn: usize,
        has_credits: bool,
    ) -> Result<(Report, PathBuf), Diagnostic> {
        // JSON is YAML.
        let config = json!({
            "title": "The Narrow Sea", "base_url": BASE_URL, "description": "Trade routes and who guards them",
            "theme": theme, "theme_options": options, "paginate_by": 4, "copyright": "CC BY 4.0", "extra": {"office": "Geneva"},
            "languages": {"fr": {"title": "La mer étroite", "name": "Français"}, "ar": {"title": "البحر الضيق", "name": "العربية"}},
            "authors": {"desk": {
                "name": "Data desk", "bio": "Measures *distances*.", "url": "https://example.org/desk", "email": "desk@example.org",
            }},
            "taxonomies": {"tags": {"feed": true, "paginate_by": 2}, "authors": {"feed": true}, "series": {}},
            "comments": {"provider": "facebook"}, "images": {"credits": has_credits},
        });
        fs::write(self.folder.path().join("byline.yaml"), config.to_string())
            .map_err(|error| cannot_make(&error))?;
        let output = self.folder.path().join(format!("public-{theme}-{turn}"));
        let options = Options {
            root: self.folder.path().to_path_buf(),
            output: output.clone(),
            base_url: None,
            origin: None,
            drafts: false,
            future: true,
            now: NOW,
            cache: Mode::Use,
            why: None,
            is_last: false,
        };
        Ok((build::build(&options, &Silent), output))
    }
}

fn copy_theme(from: &Source, to: &Path) -> Result<(), Diagnostic> {
    let copy = |path: &str| {
        let bytes = from.read(path)?;
        write(&to.join(path), &bytes).map_err(|error| cannot_make(&error))
    };
    if from.has("theme.yaml") {
        copy("theme.yaml")?;
    }
    for part in PARTS {
        let (files, problems) = from.walk(part);
        if let Some(problem) = problems.into_iter().find(Diagnostic::is_error) {
            return Err(problem);
        }
        files.iter().try_for_each(|file| copy(&file.path))?;
    }
    Ok(())
}

/// Writes what is in the program below a folder of it.
fn extract(files: &Dir<'_>, folder: &str, to: &Path) -> io::Result<()> {
    let Some(folder) = files.get_dir(folder) else { return Ok(()) };
    let mut open: Vec<&DirEntry<'_>> = folder.entries().iter().collect();
    while let Some(entry) = open.pop() {
        match entry {
            DirEntry::Dir(inner) => open.extend(inner.entries()),
            DirEntry::File(file) => write(&to.join(file.path()), file.contents())?,
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

fn cannot_make(error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "trial/folder",
        format!("the publication for the trial cannot be written: {error}"),
    )
    .hint("it is made in the system's folder for temporary files; set TMPDIR to one with room")
}
