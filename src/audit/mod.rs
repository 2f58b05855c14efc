//! Finished HTML read as a browser and a screen reader read it: what a page says, and what is wrong with it.
//!
//! [`Page::read`] parses a page by the algorithm of the HTML Standard (section 13.2, by `html5ever`); [`Page::faults`] tries its
//! tree against rules of that standard (`grammar`) and of the Web Content Accessibility Guidelines 2.2 (`access`), as far as they
//! can be told from HTML alone: contrast, order of focus and what scripts do need a browser. Knows no site.

mod access;
mod grammar;
mod name;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use tree::{Id, Tree};

/// One thing that is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Identifier of the kind of problem, as in [`crate::diagnostic::code`].
    pub id: &'static str,
    /// What is wrong, complete in one line.
    pub message: String,
    /// The next step.
    pub hint: &'static str,
    /// The opening tag of the element at fault; empty when the page as a whole is meant.
    pub tag: String,
    /// Line of the page, from 1; 0 when the page as a whole is meant.
    pub line: usize,
}

/// A parsed page.
pub struct Page {
    tree: Tree,
    /// Elements by their `id`, in order.
    ids: BTreeMap<String, Vec<Id>>,
}

impl Page {
    /// Parses a page; no text is so wrong that it has no tree. Linear in the text.
    pub fn read(html: &str) -> Page {
        let tree = tree::parse(html);
        let mut ids: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for id in tree.elements() {
            if let Some(own) = tree.attribute(id, "id") {
                ids.entry(own.to_string()).or_default().push(id);
            }
        }
        Page { tree, ids }
    }

    /// All that is wrong, in the page's order.
    pub fn faults(&self) -> Vec<Fault> {
        let mut report = Report { page: self, faults: Vec::new() };
        grammar::check(&mut report);
        access::check(&mut report);
        let mut faults = report.faults;
        faults.sort_by_key(|fault| fault.line);
        faults.dedup();
        faults
    }

    /// Whether the page has an element with this `id`.
    pub fn has_id(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// Every address that the page names, with the tag that does so and its line: what it links to, shows and loads.
    pub fn addresses(&self) -> Vec<(String, String, usize)> {
        let tree = &self.tree;
        let mut found = Vec::new();
        for id in tree.elements() {
            let mut add = |address: &str| {
                found.push((address.trim().to_string(), tree.tag(id), tree.line(id)));
            };
            for name in ["href", "src", "poster", "action", "data"] {
                if let Some(address) = tree.attribute(id, name) {
                    add(address);
                }
            }
            for entry in tree.attribute(id, "srcset").unwrap_or_default().split(", ") {
                if let Some(address) = entry.split_whitespace().next() {
                    add(address);
                }
            }
        }
        found
    }
}

/// What the rules write into.
struct Report<'a> {
    page: &'a Page,
    faults: Vec<Fault>,
}

impl<'a> Report<'a> {
    fn tree(&self) -> &'a Tree {
        &self.page.tree
    }

    /// Elements with one of these names, in order.
    fn all(&self, names: &[&str]) -> Vec<Id> {
        let tree = self.tree();
        tree.elements().filter(|id| names.contains(&tree.name(*id))).collect()
    }

    fn page(&mut self, id: &'static str, message: impl Into<String>, hint: &'static str) {
        let message = message.into();
        self.faults.push(Fault { id, message, hint, tag: String::new(), line: 0 });
    }

    fn element(
        &mut self,
        at: Id,
        id: &'static str,
        message: impl Into<String>,
        hint: &'static str,
    ) {
        let (tag, line) = (self.tree().tag(at), self.tree().line(at));
        self.faults.push(Fault { id, message: message.into(), hint, tag, line });
    }

    /// What an attribute with a list of ids names that is not on the page.
    fn missing_ids(&self, list: &str) -> BTreeSet<String> {
        let ids = list.split_ascii_whitespace().filter(|id| !self.page.has_id(id));
        ids.map(str::to_string).collect()
    }
}

#[cfg(test)]
mod tests;
