//! Typed reading of YAML values, shared by the configuration and the front matter.
//!
//! Every method that finds something else than it expects notes a problem with its place and gives
//! `None`, so that all problems of a file are found in one go.

use super::{Document, Node, Part, Path, Step};
use crate::config::Data;
use crate::config::key::{self, Key};
use crate::diagnostic::{Diagnostic, nearest};

/// Which of the two files is read; decides the ids of the problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `byline.yaml`
    Config,
    /// The front matter of a Markdown file.
    FrontMatter,
}

/// A value with the way to it.
#[derive(Debug, Clone, Copy)]
pub struct At<'p> {
    /// The value.
    pub node: &'p Node<'p>,
    /// The way to it, for messages.
    pub path: Path<'p>,
}

impl<'p> At<'p> {
    /// The root of a document.
    pub fn root(document: &'p Document<'p>) -> At<'p> {
        At { node: &document.root, path: Path::root() }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&'p self) -> impl Iterator<Item = (&'p str, At<'p>)> {
        let entries = match self.node {
            Node::Map(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, node)| {
            (key.as_ref(), At { node, path: self.path.child(Step::Key(key, 0)) })
        })
    }

    /// The items of a list; none for anything else.
    pub fn items(&'p self) -> impl Iterator<Item = At<'p>> {
        let items = match self.node {
            Node::List(items) => items.as_slice(),
            _ => &[],
        };
        items
            .iter()
            .enumerate()
            .map(|(index, node)| At { node, path: self.path.child(Step::Index(index)) })
    }
}

/// Reads values of one document and collects what is wrong with them.
#[derive(Debug)]
pub struct Reader<'d> {
    /// The document that the values come from.
    pub document: &'d Document<'d>,
    kind: Kind,
    /// What was found so far.
    pub problems: Vec<Diagnostic>,
}

impl<'d> Reader<'d> {
    /// A reader without problems yet.
    pub fn new(document: &'d Document<'d>, kind: Kind) -> Self {
        Reader { document, kind, problems: Vec::new() }
    }

    /// Text; a number is taken as it was typed. An empty value gives `None` without a problem.
    pub fn text(&mut self, at: &At<'_>) -> Option<String> {
        match at.node {
            Node::Null => None,
            Node::Text(text) => Some(plain(text)),
            Node::Number(_) => Some(self.document.raw(&at.path).to_string()),
            _ => self.wrong_type(at, "text"),
        }
    }

    /// Text that is not blank, without space around it.
    pub fn words(&mut self, at: &At<'_>) -> Option<String> {
        self.text(at).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, at: &At<'_>) -> Option<bool> {
        match at.node {
            Node::Null => None,
            Node::Bool(value) => Some(*value),
            Node::Text(text) => {
                let hint = match text.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" => Some("write `true`, without quotes"),
                    "no" | "off" | "n" | "false" => Some("write `false`, without quotes"),
                    _ => None,
                };
                let problem = self.type_problem(at, "`true` or `false`");
                self.problems.push(match hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                });
                None
            }
            _ => self.wrong_type(at, "`true` or `false`"),
        }
    }

    /// A whole number, 0 or more.
    pub fn count(&mut self, at: &At<'_>) -> Option<usize> {
        match at.node {
            Node::Null => None,
            Node::Number(number) => match number.as_u64().and_then(|n| usize::try_from(n).ok()) {
                Some(count) => Some(count),
                None => self.wrong_type(at, "a whole number, 0 or more"),
            },
            _ => self.wrong_type(at, "a whole number, 0 or more"),
        }
    }

    /// A whole number.
    pub fn whole(&mut self, at: &At<'_>) -> Option<i64> {
        match at.node {
            Node::Null => None,
            Node::Number(number) if number.as_i64().is_some() => number.as_i64(),
            _ => self.wrong_type(at, "a whole number"),
        }
    }

    /// Whether the value is a map; notes a problem unless it is empty.
    pub fn is_map(&mut self, at: &At<'_>) -> bool {
        match at.node {
            Node::Map(_) => true,
            Node::Null => false,
            _ => self.wrong_type::<()>(at, "a map of keys and values").is_some(),
        }
    }

    /// A map of anything, for templates; an empty value is an empty map.
    pub fn data(&mut self, at: &At<'_>) -> Data {
        match self.is_map(at) {
            true => at.node.to_data(),
            false => Data::Object(Default::default()),
        }
    }

    /// A list of words, one text with commas, or a single value. Numbers and booleans become text;
    /// blank ones are dropped.
    pub fn word_list(&mut self, at: &At<'_>) -> Vec<String> {
        match at.node {
            Node::Null => Vec::new(),
            Node::Text(text) => plain(text)
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty())
                .map(str::to_string)
                .collect(),
            Node::List(_) => at.items().filter_map(|item| self.word(&item)).collect(),
            Node::Map(_) => self.wrong_type(at, "a list of names").unwrap_or_default(),
            _ => self.word(at).into_iter().collect(),
        }
    }

    fn word(&mut self, at: &At<'_>) -> Option<String> {
        match at.node {
            Node::Bool(_) => Some(self.document.raw(&at.path).to_string()),
            _ => self.words(at),
        }
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, at: &At<'_>, choices: &[(&str, T)]) -> Option<T> {
        let word = self.text(at)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*value);
        }
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message =
            format!("`{}`: expected {}, found `{word}`", at.path, crate::config::list(&names));
        let near = nearest(&word, choices.iter().map(|(name, _)| *name));
        let hint = near.map(|name| format!("did you mean `{name}`?"));
        self.invalid(at, message, hint);
        None
    }

    /// Notes a problem for each key of the map that the table does not have below `prefix`.
    pub fn check_keys(&mut self, at: &At<'_>, table: &[Key], prefix: &str) {
        for (name, entry) in at.entries() {
            if !key::children(table, prefix).any(|known| known == name) {
                self.unknown_key(&entry, name, key::children(table, prefix), None);
            }
        }
    }

    /// Notes an unknown key with the nearest known one; `hint` is for when none is near.
    pub fn unknown_key<'k>(
        &mut self,
        at: &At<'_>,
        name: &str,
        known: impl Iterator<Item = &'k str>,
        hint: Option<&str>,
    ) {
        let known: Vec<&str> = known.collect();
        let near = nearest(name, known.iter().copied());
        let message = match near {
            Some(near) => format!("`{}`: unknown key; did you mean `{near}`?", at.path),
            None => format!("`{}`: unknown key", at.path),
        };
        let problem = match self.kind {
            Kind::Config => Diagnostic::error("config/unknown-key", message),
            Kind::FrontMatter => Diagnostic::error("front-matter/unknown-key", message),
        };
        let hint = match (near, hint) {
            (Some(near), _) => format!("write `{near}`, or move `{name}` under `extra:`"),
            (None, Some(hint)) => hint.to_string(),
            (None, None) => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("known here: {}", crate::config::list(&known))
            }
        };
        self.problems.push(problem.at(self.document.place(&at.path, Part::Key)).hint(hint));
    }

    /// Notes a value of the wrong type and gives `None`.
    pub fn wrong_type<T>(&mut self, at: &At<'_>, expected: &str) -> Option<T> {
        let problem = self.type_problem(at, expected);
        self.problems.push(problem);
        None
    }

    /// Like [`Reader::wrong_type`], with what to do about it.
    pub fn wrong_type_hint(&mut self, at: &At<'_>, expected: &str, hint: &str) {
        let problem = self.type_problem(at, expected).hint(hint);
        self.problems.push(problem);
    }

    fn type_problem(&self, at: &At<'_>, expected: &str) -> Diagnostic {
        let found = at.node.describe();
        let message = match at.path.steps().is_empty() {
            true => format!("expected {expected}, found {found}"),
            false => format!("`{}`: expected {expected}, found {found}", at.path),
        };
        let problem = match self.kind {
            Kind::Config => Diagnostic::error("config/wrong-type", message),
            Kind::FrontMatter => Diagnostic::error("front-matter/wrong-type", message),
        };
        problem.at(self.document.place(&at.path, Part::Value))
    }

    /// Notes a value of the right type that cannot be.
    pub fn invalid(
        &mut self,
        at: &At<'_>,
        message: impl Into<String>,
        hint: Option<impl Into<String>>,
    ) {
        let problem = match self.kind {
            Kind::Config => Diagnostic::error("config/invalid-value", message),
            Kind::FrontMatter => Diagnostic::error("front-matter/invalid-value", message),
        };
        let problem = problem.at(self.document.place(&at.path, Part::Value));
        self.problems.push(match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }
}

/// A text without the control characters that YAML can write as `\0` and no page can show.
fn plain(text: &str) -> String {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.contains(is_control) { text.replace(is_control, "") } else { text.to_string() }
}
