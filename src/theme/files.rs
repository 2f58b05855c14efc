//! The texts of a theme: its own, those of the theme that it extends, and the site's own over them.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

/// The default theme, also in the binary so that a folder with one Markdown file builds.
static BROADSHEET: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/broadsheet");

/// Name of the built-in theme.
pub const BUILT_IN: &str = "broadsheet";

/// A template's text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Path from the site's root, or `broadsheet:templates/page.html` for a built-in one.
    pub path: String,
    pub text: String,
}

/// Everything that a theme is made of, by name.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// By the name that templates use: `page.html`, `components/note.html`.
    pub templates: BTreeMap<String, TemplateFile>,
    /// Checked `theme.yaml` with the site's options.
    pub manifest: super::Manifest,
    /// Built-in static files by path below the site's root.
    pub statics: BTreeMap<String, &'static [u8]>,
}

impl ThemeFiles {
    /// Whether a template of this name is there.
    pub fn has(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// The first of these templates that is there.
    pub fn first<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        names.into_iter().find(|name| self.has(name))
    }

    /// Templates that are style sheets or scripts: at the top of the folder, ending in `.css` or `.js`.
    pub fn styles(&self) -> impl Iterator<Item = &str> {
        let is_one =
            |name: &&str| (name.ends_with(".css") || name.ends_with(".js")) && !name.contains('/');
        self.templates.keys().map(|name| &**name).filter(is_one)
    }
}

/// Texts of the built-in theme: `(path below the theme's folder, bytes)`, sorted.
pub fn built_in() -> Vec<(String, &'static [u8])> {
    let mut files = Vec::new();
    collect(&BROADSHEET, &mut files);
    files.sort();
    files
}

fn collect(folder: &'static Dir<'_>, files: &mut Vec<(String, &'static [u8])>) {
    for file in folder.files() {
        let name = file.path().to_string_lossy().replace('\\', "/");
        let hidden = name.rsplit('/').next().is_some_and(|last| last.starts_with('.'));
        if !hidden {
            files.push((name, file.contents()));
        }
    }
    for inner in folder.dirs() {
        collect(inner, files);
    }
}
