//! The templates of a theme: what each one sees, what it names that is not there, what nobody uses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lex::{self, Tag};
use super::shape::Shape;
use super::walk::{self, Names, Unknown, Uses};
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::theme::ThemeFiles;
use crate::theme::manifest::Parsed;

/// Templates that Byline looks for by name; `section.html` may be missing, then `index.html` makes the sections too.
pub(super) const ENTRIES: [&str; 10] = [
    "index.html",
    "section.html",
    "page.html",
    "taxonomy_list.html",
    "taxonomy_single.html",
    "archive.html",
    "search.html",
    "credits.html",
    "feeds.html",
    "404.html",
];

/// Templates that a theme should have, what they make, and whether it cannot do without.
const WANTED: [(&str, &str, bool); 4] = [
    ("index.html", "the home page and the sections", true),
    ("page.html", "the articles", true),
    ("taxonomy_single.html", "pages of tags and authors", false),
    ("404.html", "page for addresses that do not exist", false),
];

/// What templates see, by the template that was seen to see it; `written` is that of further files.
pub(super) type Seen = BTreeMap<String, Shape>;

/// Name in [`Seen`] of what templates of further files see.
pub(super) const WRITTEN: &str = "written.txt";

/// One theme's templates, read.
pub(super) struct Templates<'a> {
    files: &'a ThemeFiles,
    parsed: &'a Parsed,
    /// Where files of the theme itself stand, not those of a theme that it extends.
    own: &'a str,
    texts: BTreeMap<&'a str, (Vec<Tag<'a>>, Uses)>,
}

/// Templates that one template reaches, or that reach it.
type Reach<'a> = BTreeSet<&'a str>;

impl<'a> Templates<'a> {
    pub fn new(files: &'a ThemeFiles, parsed: &'a Parsed, own: &'a str) -> Templates<'a> {
        let read = |text: &'a str| {
            let tags = lex::tags(text);
            let uses = Uses::of(&tags);
            (tags, uses)
        };
        let texts =
            files.templates.iter().map(|(name, file)| (&**name, read(&file.text))).collect();
        Templates { files, parsed, own, texts }
    }

    /// Everything that can be told without making a page.
    pub fn check(&self, seen: &Seen) -> Vec<Diagnostic> {
        let mut problems = self.missing();
        let all: BTreeMap<&str, Reach<'a>> =
            self.texts.keys().map(|name| (*name, self.reach(name))).collect();
        let mut named = Names::default();
        for (name, (tags, _)) in &self.texts {
            let further = self.further(name, &all);
            let names = walk::follow(tags, &self.roots(name, &all, seen), &further);
            if self.is_own(name) {
                problems.extend(names.unknown.iter().map(|unknown| self.unknown(name, unknown)));
                problems.extend(self.unknown_words(name, &names));
            }
            named.options.extend(names.options);
            named.words.extend(names.words);
            named.has_all_options |= names.has_all_options;
            named.has_all_words |= names.has_all_words;
        }
        problems.extend(self.unused(&all));
        problems.extend(self.unused_options(&named));
        problems.extend(self.words(&named));
        problems
    }

    fn is_own(&self, name: &str) -> bool {
        self.files.templates.get(name).is_some_and(|file| file.path.starts_with(self.own))
    }

    fn path(&self, name: &str) -> String {
        format!("{}templates/{name}", self.own)
    }

    fn manifest(&self) -> Place {
        Place::file(format!("{}theme.yaml", self.own))
    }

    fn place(&self, name: &str, at: &Range<usize>) -> Place {
        match self.files.templates.get(name) {
            Some(file) => Place::in_text(&*file.path, &file.text, at.clone()),
            None => Place::file(name),
        }
    }

    fn missing(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let is_missing = |name: &str| !self.files.has(name);
        for (name, makes, is_needed) in WANTED.iter().filter(|(name, ..)| is_missing(name)) {
            let message = format!("the theme has no `{name}`");
            let problem = match is_needed {
                true => {
                    Diagnostic::error("theme/template", format!("{message}, which makes {makes}"))
                }
                false => Diagnostic::warning(
                    "theme/template",
                    format!("{message}: sites have no {makes}"),
                ),
            };
            problems.push(
                problem
                    .at(Place::file(self.path(name)))
                    .hint("docs/templates.md lists the templates and what they see"),
            );
        }
        for file in self.parsed.files().iter().filter(|file| is_missing(&file.template)) {
            let message =
                format!("`{}` is made by `{}`, which is not there", file.path, file.template);
            problems.push(
                Diagnostic::error("theme/template", message)
                    .at(self.manifest())
                    .hint("correct `template:`, or add the file to `templates/`"),
            );
        }
        problems
    }

    /// The templates that a template uses, itself among them.
    fn reach(&self, name: &'a str) -> Reach<'a> {
        let mut found: Reach<'a> = BTreeSet::from([name]);
        let mut open = vec![name];
        while let Some(name) = open.pop() {
            let Some((_, uses)) = self.texts.get(name) else { continue };
            for (used, _) in &uses.templates {
                if let Some((used, _)) = self.texts.get_key_value(&**used)
                    && found.insert(used)
                {
                    open.push(used);
                }
            }
        }
        found
    }

    /// Variables that others set before they come to this template, or it before it comes to them.
    fn further(&self, name: &str, all: &BTreeMap<&str, Reach<'a>>) -> BTreeSet<String> {
        let near = all.iter().filter(|(other, reach)| {
            **other != name && (reach.contains(name) || all[name].contains(*other))
        });
        near.flat_map(|(other, _)| self.texts[other].1.sets.iter().cloned()).collect()
    }

    /// What a template sees: what all templates see that lead to it.
    fn roots(&self, name: &str, all: &BTreeMap<&str, Reach<'a>>, seen: &Seen) -> Shape {
        let users = all.iter().filter(|(_, reach)| reach.contains(name)).map(|(user, _)| *user);
        let kinds: BTreeSet<&str> = users.flat_map(|user| self.kinds(user)).collect();
        let shape = |kind: &str| seen.get(kind).cloned().unwrap_or(Shape::Unseen);
        let shape = if !kinds.is_empty() {
            kinds.into_iter().map(shape).fold(Shape::Unseen, Shape::or)
        } else if is_style(name) {
            let whole = shape(WRITTEN);
            let names = ["config", "theme"]
                .map(|name| (name.to_string(), whole.field(name).unwrap_or(Shape::Any)));
            Shape::Map(names.into())
        } else {
            // Named in front matter, or a component, which may ask for what any page sees.
            seen.values().cloned().fold(Shape::Unseen, Shape::or)
        };
        self.with_options(shape)
    }

    /// Names in [`Seen`] whose pages a template makes.
    fn kinds(&self, name: &str) -> Vec<&'static str> {
        let mut kinds: Vec<&'static str> =
            ENTRIES.into_iter().filter(|entry| *entry == name).collect();
        if name == "index.html" && !self.files.has("section.html") {
            kinds.push("section.html");
        }
        if name.ends_with("/list.html") {
            kinds.push("taxonomy_list.html");
        }
        if name.ends_with("/single.html") {
            kinds.push("taxonomy_single.html");
        }
        if self.parsed.files().iter().any(|file| file.template == name) {
            kinds.push(WRITTEN);
        }
        kinds
    }

    fn with_options(&self, shape: Shape) -> Shape {
        let Shape::Map(mut map) = shape else { return shape };
        if let Some(Shape::Map(theme)) = map.get_mut("theme") {
            let names = self.files.manifest.options.keys().cloned().collect();
            theme.insert("options".into(), Shape::Options(names));
        }
        Shape::Map(map)
    }

    fn unknown(&self, template: &str, unknown: &Unknown) -> Diagnostic {
        let Unknown { of, name, known, is_guarded, is_option, at } = unknown;
        let (id, message) = match (&**of, is_option) {
            ("", _) => ("theme/name", format!("there is no variable `{name}` here")),
            (_, true) => ("theme/option", format!("the theme has no option `{name}`")),
            (of, false) => ("theme/name", format!("`{of}` never has a `{name}`")),
        };
        // Who asks first whether it is there makes no page that fails.
        let problem = match is_guarded {
            true => Diagnostic::warning(id, message),
            false => Diagnostic::error(id, message),
        };
        let problem = problem.at(self.place(template, at));
        match nearest(name, known.iter().map(|name| &**name)) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if *is_option => problem.hint("describe it under `options:` of `theme.yaml`"),
            None => problem.hint("docs/templates.md lists what each template sees"),
        }
    }

    fn unknown_words(&self, template: &str, names: &Names) -> Vec<Diagnostic> {
        let words = &self.files.manifest.translations;
        let has = |key: &str| words.values().any(|words| has_word(words, key));
        let unknown = names.words.iter().filter(|(key, _)| !has(key));
        let problem = unknown.map(|(key, at)| {
            let problem = Diagnostic::error(
                "theme/word",
                format!("the theme has no word `{key}` in any language"),
            )
            .at(self.place(template, at));
            let known = words.values().flat_map(|words| words.keys()).map(|key| plain(key));
            match nearest(key, known) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem
                    .hint("add it to `i18n/en.yaml` of the theme, and to its other languages"),
            }
        });
        problem.collect()
    }

    /// Templates that no page leads to.
    fn unused(&self, all: &BTreeMap<&str, Reach<'a>>) -> Vec<Diagnostic> {
        let is_entry = |name: &str| {
            !self.kinds(name).is_empty() || is_style(name) || name.starts_with("components/")
        };
        let reached: BTreeSet<&str> = all
            .iter()
            .filter(|(name, _)| is_entry(name))
            .flat_map(|(_, reach)| reach.iter().copied())
            .collect();
        let texts: BTreeSet<&str> = self
            .texts
            .values()
            .flat_map(|(_, uses)| uses.texts.iter())
            .map(String::as_str)
            .collect();
        let mut problems = Vec::new();
        for name in self.texts.keys().filter(|name| self.is_own(name)) {
            let (message, hint) = if is_style(name) && !texts.contains(name) {
                (
                    format!("no template asks for `{name}`"),
                    "`get_url(path=...)` gives its address; take the file out if nothing needs it",
                )
            } else if !reached.contains(name) {
                (
                    format!("nothing leads to `{name}`"),
                    "take it out, unless articles name it as their `template:`",
                )
            } else {
                continue;
            };
            problems.push(
                Diagnostic::warning("theme/unused", message)
                    .at(Place::file(self.path(name)))
                    .hint(hint),
            );
        }
        problems
    }

    fn unused_options(&self, named: &Names) -> Vec<Diagnostic> {
        if named.has_all_options {
            return Vec::new();
        }
        let own = self.parsed.own_options();
        let unused = self
            .parsed
            .options()
            .into_iter()
            .filter(|name| !named.options.contains(name) && !own.contains(name));
        let problem = unused.map(|name| {
            Diagnostic::warning("theme/unused", format!("no template asks for the option `{name}`"))
                .at(self.manifest())
                .hint("take it out of `options:`, or use it: authors would set it in vain")
        });
        problem.collect()
    }

    /// Words that a language lacks, and words that nobody asks for.
    fn words(&self, named: &Names) -> Vec<Diagnostic> {
        let words = &self.files.manifest.translations;
        let all: BTreeSet<&str> =
            words.values().flat_map(|words| words.keys()).map(|key| plain(key)).collect();
        let mut problems = Vec::new();
        for (lang, own) in words {
            let missing: Vec<String> = all
                .iter()
                .filter(|key| !has_word(own, key))
                .map(|key| format!("`{key}`"))
                .collect();
            if !missing.is_empty() {
                let message = format!("the language `{lang}` lacks {}", missing.join(", "));
                problems.push(Diagnostic::warning("theme/word", message).at(Place::file(format!("{}i18n/{lang}.yaml", self.own))).hint("without them readers see those of the site's language, or English ones"));
            }
        }
        let asked: BTreeSet<&str> = named.words.iter().map(|(key, _)| &**key).collect();
        let unused: Vec<String> = all
            .iter()
            .filter(|key| !asked.contains(*key) && !BYLINES.contains(key))
            .map(|key| format!("`{key}`"))
            .collect();
        if !named.has_all_words && !unused.is_empty() {
            let message = format!("no template asks for the words {}", unused.join(", "));
            problems.push(
                Diagnostic::warning("theme/unused", message)
                    .at(Place::file(format!("{}i18n", self.own)))
                    .hint("take them out; words for names of taxonomies stay"),
            );
        }
        problems
    }
}

/// Words that Byline itself asks a theme for.
const BYLINES: [&str; 8] =
    ["archive", "authors", "credits", "date_format", "feeds", "search", "series", "tags"];

fn is_style(name: &str) -> bool {
    (name.ends_with(".css") || name.ends_with(".js")) && !name.contains('/')
}

/// `articles` of `articles.one`.
fn plain(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

fn has_word(words: &BTreeMap<String, String>, key: &str) -> bool {
    words.contains_key(key) || words.contains_key(&format!("{key}.other"))
}
