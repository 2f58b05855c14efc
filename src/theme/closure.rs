//! Which templates a template is made of: those that it extends, includes, and whose components it calls.
//!
//! Tera does not say, so that the texts are searched: a template counts as used when its name stands in
//! quotes, a component when its name stands as a word. Both may find more than is used, never less,
//! because Tera takes these names from the text only.

use std::collections::{BTreeMap, BTreeSet};

use super::files::ThemeFiles;
use crate::engine::{Fingerprint, Hasher};

/// Fingerprints of templates and components, each over all texts that it is made of.
#[derive(Debug, Clone, Default)]
pub struct Closures {
    templates: BTreeMap<String, Fingerprint>,
    components: BTreeMap<String, Fingerprint>,
}

impl Closures {
    /// Reads the templates; linear in their texts and in the uses of one by another.
    pub fn new(files: &ThemeFiles) -> Closures {
        let names: Vec<&str> = files.templates.keys().map(|name| &**name).collect();
        let texts: Vec<&str> = files.templates.values().map(|file| &*file.text).collect();
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        let mut definers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (number, text) in texts.iter().enumerate() {
            by_name.insert(names[number], number);
            for name in defined(text) {
                // A call may have spaces around the dots of a name: any part of it counts.
                for part in name.split('.').chain([name]) {
                    definers.entry(part).or_default().insert(number);
                }
            }
        }
        let uses: Vec<BTreeSet<usize>> = texts
            .iter()
            .map(|text| {
                if hides_names(text) {
                    return (0..texts.len()).collect();
                }
                let named = quoted(text).filter_map(|name| by_name.get(name).copied());
                let called = words(text).filter_map(|word| definers.get(word)).flatten().copied();
                named.chain(called).collect()
            })
            .collect();
        let print = |start: BTreeSet<usize>| {
            let mut hasher = Hasher::new();
            for number in reach(start, &uses) {
                hasher.text(names[number]).text(texts[number]);
            }
            hasher.finish()
        };
        Closures {
            templates: names
                .iter()
                .enumerate()
                .map(|(number, name)| ((*name).to_string(), print([number].into())))
                .collect(),
            components: definers
                .iter()
                .map(|(name, numbers)| ((*name).to_string(), print(numbers.clone())))
                .collect(),
        }
    }

    /// The fingerprint of a template with all that it uses; none if there is no such template.
    pub fn template(&self, name: &str) -> Fingerprint {
        self.templates.get(name).copied().unwrap_or_default()
    }

    /// Whether there may be a component of this name.
    pub fn has_component(&self, name: &str) -> bool {
        self.components.contains_key(name)
    }

    /// The fingerprint of a component with all that it uses; none if there is no such component.
    pub fn component(&self, name: &str) -> Fingerprint {
        self.components.get(name).copied().unwrap_or_default()
    }
}

/// Whether the name in an `include` or `extends` is written with escapes, which are not read here.
fn hides_names(text: &str) -> bool {
    ["include", "extends"].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let rest = &text[at..];
            rest[..rest.find("%}").unwrap_or(rest.len())].contains('\\')
        })
    })
}

/// All templates that can be reached, in order.
fn reach(start: BTreeSet<usize>, uses: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut found = start.clone();
    let mut open: Vec<usize> = start.into_iter().collect();
    while let Some(number) = open.pop() {
        open.extend(uses[number].iter().copied().filter(|used| found.insert(*used)));
    }
    found
}

/// Names behind the word `component`, as in `{% component card(page) %}`.
fn defined(text: &str) -> impl Iterator<Item = &str> {
    let mut is_next = false;
    words(text).filter(move |word| std::mem::replace(&mut is_next, *word == "component"))
}

/// Words as component names may be: letters, digits, `_`, with dots between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.split(move |c| !is_part(c)).filter(|word| !word.is_empty()).flat_map(|word| {
        // `a.b` may be a component of that name, and a variable `a`; `-` trims spaces: `{%- x`.
        let plain = word.trim_matches(['-', '.']);
        let inner = plain.split(['-', '.']).filter(move |part| *part != plain);
        std::iter::once(plain).chain(inner)
    })
}

/// What stands between two quotes of one kind.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    ['"', '\'', '`'].into_iter().flat_map(move |mark| {
        // Every piece between two marks, whichever opens: an odd quote in a text must not hide a name.
        text.split(mark)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::files::TemplateFile;

    fn files(list: &[(&str, &str)]) -> ThemeFiles {
        let mut files = ThemeFiles::default();
        for (name, text) in list {
            let file = TemplateFile { path: (*name).into(), text: (*text).into() };
            files.templates.insert((*name).into(), file);
        }
        files
    }

    /// Which templates change when one text does.
    fn changed(list: &[(&str, &str)], edited: &str) -> Vec<String> {
        let before = Closures::new(&files(list));
        let mut list = list.to_vec();
        let text = list.iter().find(|(name, _)| *name == edited).map_or("", |(_, text)| text);
        let more = format!("{text} more");
        list.retain(|(name, _)| *name != edited);
        list.push((edited, &more));
        let after = Closures::new(&files(&list));
        let names =
            before.templates.keys().filter(|name| before.template(name) != after.template(name));
        names.cloned().collect()
    }

    const THEME: &[(&str, &str)] = &[
        ("base.html", "it's {% include 'foot.html' %} {% block x %}{% endblock x %}"),
        ("foot.html", "{{<mark />}}"),
        ("page.html", "{% extends \"base.html\" %}"),
        ("404.html", "nothing"),
        ("components/a.html", "{% component mark() %}m{% endcomponent mark %}"),
        (
            "components/b.html",
            "{%- component other.name() -%}{{<mark/>}}{% endcomponent other.name %}",
        ),
        ("list.html", "{% <other.name> %}{% </other.name> %}"),
    ];

    #[test]
    fn what_is_extended_included_or_called_counts() {
        assert_eq!(changed(THEME, "404.html"), ["404.html"]);
        assert_eq!(changed(THEME, "foot.html"), ["base.html", "foot.html", "page.html"]);
        assert_eq!(
            changed(THEME, "components/a.html"),
            [
                "base.html",
                "components/a.html",
                "components/b.html",
                "foot.html",
                "list.html",
                "page.html"
            ]
        );
        assert_eq!(changed(THEME, "components/b.html"), ["components/b.html", "list.html"]);
    }

    #[test]
    fn a_template_that_is_not_there_has_no_fingerprint() {
        let closures = Closures::new(&files(THEME));
        assert!(closures.template("tags/list.html").is_none());
        assert_ne!(closures.component("nothing"), closures.component("mark"));
    }
}
