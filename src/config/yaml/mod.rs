//! YAML text -> [`Node`], with the exact place of every key and value on demand.
//!
//! The values carry no places. When a message needs one, [`Document::place`] reads the text again
//! and stops at the wanted path: the parser then says where it stood. So a file without problems
//! pays nothing, and every style of YAML (block, flow, anchors, folded text) has right places.
//! Sizes, depth and what aliases expand to are limited; no text makes this panic.

mod locate;
mod node;
mod problem;
pub mod reader;
mod simple;

use std::ops::Range;

pub use locate::{Part, Path, Step};
pub use node::Node;

use crate::diagnostic::{Diagnostic, Place};

/// Bytes of YAML that are read; a book's worth of configuration is far below.
const LIMIT_BYTES: usize = 1 << 20;
/// Brackets that may be open at once; the parser's time grows with their square.
const LIMIT_BRACKETS: usize = 500;

/// YAML inside a file: the whole of `byline.yaml`, or what stands between the fences.
#[derive(Debug)]
pub struct Document<'a> {
    /// Path of the file, for messages.
    pub file: &'a str,
    /// Text of the whole file.
    pub text: &'a str,
    /// Where in `text` the YAML stands.
    pub range: Range<usize>,
    /// The value; an empty text is an empty map.
    pub root: Node<'a>,
}

impl<'a> Document<'a> {
    /// Reads the YAML in `range` of `text`. Repeated keys are reported and their first value kept.
    pub fn parse(
        file: &'a str,
        text: &'a str,
        range: Range<usize>,
    ) -> (Option<Document<'a>>, Vec<Diagnostic>) {
        let yaml = &text[range.clone()];
        if let Some(problem) = too_large(yaml) {
            return (None, vec![problem.at(Place::in_text(file, text, range.start..range.start))]);
        }
        let (root, has_duplicates) = match simple::parse(yaml) {
            Some(root) => (root, false),
            None => match node::parse(yaml) {
                Ok(parsed) => parsed,
                Err(error) => return (None, vec![problem::syntax(file, text, &range, &error)]),
            },
        };
        let mut document = Document { file, text, range, root };
        let problems = if has_duplicates { document.drop_duplicates() } else { Vec::new() };
        (Some(document), problems)
    }

    /// The place of the key or value at the end of `path`; of its nearest parent when a merge key or
    /// an alias put it there.
    pub fn place(&self, path: &Path<'_>, part: Part) -> Place {
        Place::in_text(self.file, self.text, self.bytes(path, part))
    }

    /// Like [`Document::place`], as a byte range of the file.
    pub fn bytes(&self, path: &Path<'_>, part: Part) -> Range<usize> {
        let mut steps = path.steps();
        loop {
            if let Some(range) = locate::locate(&self.text[self.range.clone()], &steps, part) {
                return self.range.start + range.start..self.range.start + range.end;
            }
            if steps.pop().is_none() {
                return self.range.start..self.range.start;
            }
        }
    }

    /// What the author typed for the scalar at `path`: `1.10`, where the value is 1.1.
    pub fn raw(&self, path: &Path<'_>) -> &'a str {
        let text: &'a str = self.text;
        text.get(self.bytes(path, Part::Value)).unwrap_or("")
    }

    fn drop_duplicates(&mut self) -> Vec<Diagnostic> {
        let mut root = std::mem::replace(&mut self.root, Node::Null);
        let mut problems = Vec::new();
        self.drop_duplicates_below(&mut root, &Path::root(), &mut problems);
        self.root = root;
        problems
    }

    /// Goes no deeper than the parser, which has a limit.
    fn drop_duplicates_below(
        &self,
        node: &mut Node<'a>,
        path: &Path<'_>,
        problems: &mut Vec<Diagnostic>,
    ) {
        match node {
            Node::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let path = path.child(Step::Index(index));
                    self.drop_duplicates_below(item, &path, problems);
                }
            }
            Node::Map(entries) => {
                let mut seen: std::collections::BTreeMap<String, usize> = Default::default();
                entries.retain(|(key, _)| {
                    let count = seen.entry(key.to_string()).or_insert(0);
                    *count += 1;
                    if *count > 1 && problems.len() < 100 {
                        problems.push(self.duplicate(path, key, *count - 1));
                    }
                    *count == 1
                });
                for (key, value) in entries.iter_mut() {
                    let path = path.child(Step::Key(key, 0));
                    self.drop_duplicates_below(value, &path, problems);
                }
            }
            _ => {}
        }
    }

    fn duplicate(&self, path: &Path<'_>, key: &str, occurrence: usize) -> Diagnostic {
        let place = |occurrence| self.place(&path.child(Step::Key(key, occurrence)), Part::Key);
        Diagnostic::error("yaml/duplicate-key", format!("`{key}`: key given twice"))
            .at(place(occurrence))
            .note("first given here", place(0))
            .hint("keep one of the two")
    }
}

fn too_large(yaml: &str) -> Option<Diagnostic> {
    if yaml.len() > LIMIT_BYTES {
        let message = format!("expected at most {LIMIT_BYTES} bytes of YAML, found {}", yaml.len());
        return Some(
            Diagnostic::error("yaml/too-large", message)
                .hint("move the data to a file under `data/` and load it in a template"),
        );
    }
    let brackets = yaml.bytes().filter(|b| matches!(b, b'[' | b'{')).count();
    (brackets > LIMIT_BRACKETS && open_at_once(yaml) > LIMIT_BRACKETS).then(|| {
        Diagnostic::error(
            "yaml/too-large",
            format!("more than {LIMIT_BRACKETS} brackets are open at once"),
        )
        .hint("put text that contains brackets in quotes")
    })
}

/// The most brackets open at once, counted without regard to quotes.
fn open_at_once(yaml: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in yaml.bytes() {
        match byte {
            b'[' | b'{' => {
                open += 1;
                most = most.max(open);
            }
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests;
