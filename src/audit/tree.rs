//! The tree of a page, with the line of each element: what `html5ever` builds into.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, ExpandedName, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// Number of a node.
pub(super) type Id = usize;

/// The document itself.
const ROOT: Id = 0;

#[derive(Debug)]
enum Kind {
    Element { name: QualName, attributes: Vec<Attribute> },
    Text(String),
    Other,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    parent: Option<Id>,
    children: Vec<Id>,
    line: usize,
}

/// A page as a tree. What waits in a `template` is not part of it.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// What a browser has to mend, with its line.
    pub errors: Vec<(usize, String)>,
    /// Whether browsers show the page as those of the last century did.
    pub is_quirky: bool,
}

/// Parses a page, as a browser without scripts does, so that what stands in `noscript` is seen.
pub(super) fn parse(html: &str) -> Tree {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    parse_document(Sink::new(), options).one(html)
}

impl Tree {
    /// All elements in the page's order.
    pub fn elements(&self) -> impl Iterator<Item = Id> {
        self.below(ROOT)
    }

    /// All elements below a node, in order.
    pub fn below(&self, id: Id) -> impl Iterator<Item = Id> {
        let mut open: Vec<Id> = self.nodes[id].children.iter().rev().copied().collect();
        std::iter::from_fn(move || {
            loop {
                let id = open.pop()?;
                open.extend(self.nodes[id].children.iter().rev());
                if matches!(self.nodes[id].kind, Kind::Element { .. }) {
                    return Some(id);
                }
            }
        })
    }

    /// Elements and texts directly below a node.
    pub fn children(&self, id: Id) -> &[Id] {
        &self.nodes[id].children
    }

    /// The element around an element.
    pub fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent.filter(|parent| *parent != ROOT)
    }

    /// The elements around an element, the nearest first.
    pub fn around(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// The name of an element in lower case; empty for texts.
    pub fn name(&self, id: Id) -> &str {
        match &self.nodes[id].kind {
            Kind::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    /// Whether it is an element of HTML, not of SVG or MathML.
    pub fn is_html(&self, id: Id) -> bool {
        let Kind::Element { name, .. } = &self.nodes[id].kind else { return false };
        &*name.ns == "http://www.w3.org/1999/xhtml"
    }

    /// The text of a text node.
    pub fn text(&self, id: Id) -> Option<&str> {
        match &self.nodes[id].kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn attribute(&self, id: Id, name: &str) -> Option<&str> {
        self.attributes(id).find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    pub fn attributes(&self, id: Id) -> impl Iterator<Item = (&str, &str)> {
        let all: &[Attribute] = match &self.nodes[id].kind {
            Kind::Element { attributes, .. } => attributes,
            _ => &[],
        };
        all.iter().map(|attribute| (&*attribute.name.local, &*attribute.value))
    }

    /// Line of the page on which an element begins, from 1.
    pub fn line(&self, id: Id) -> usize {
        self.nodes[id].line
    }

    /// The opening tag of an element, as one would write it.
    pub fn tag(&self, id: Id) -> String {
        let mut tag = format!("<{}", self.name(id));
        for (name, value) in self.attributes(id) {
            tag.push_str(&format!(" {name}=\"{value}\""));
        }
        tag.push('>');
        tag
    }
}

/// What the parser holds of a node; it asks for names again and again.
struct Held {
    id: Id,
    name: Option<QualName>,
}

type Handle = Rc<Held>;

struct Sink {
    nodes: RefCell<Vec<Node>>,
    errors: RefCell<Vec<(usize, String)>>,
    is_quirky: Cell<bool>,
    line: Cell<usize>,
}

impl Sink {
    fn new() -> Sink {
        let root = Node { kind: Kind::Other, parent: None, children: Vec::new(), line: 1 };
        Sink {
            nodes: RefCell::new(vec![root]),
            errors: RefCell::default(),
            is_quirky: Cell::new(false),
            line: Cell::new(1),
        }
    }

    fn add(&self, kind: Kind) -> Handle {
        let name = match &kind {
            Kind::Element { name, .. } => Some(name.clone()),
            _ => None,
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { kind, parent: None, children: Vec::new(), line: self.line.get() });
        Rc::new(Held { id: nodes.len() - 1, name })
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            nodes[parent].children.retain(|child| *child != id);
        }
    }

    /// Puts a node, or a text joined to the one before it, at a place among the children of `parent`.
    fn insert(&self, parent: Id, at: usize, child: NodeOrText<Handle>) {
        let id = match child {
            NodeOrText::AppendNode(node) => {
                self.detach(node.id);
                node.id
            }
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = at.checked_sub(1).map(|at| nodes[parent].children[at]);
                if let Some(before) = before
                    && let Kind::Text(present) = &mut nodes[before].kind
                {
                    present.push_str(&text);
                    return;
                }
                drop(nodes);
                self.add(Kind::Text(text.to_string())).id
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes[id].parent = Some(parent);
        let at = at.min(nodes[parent].children.len());
        nodes[parent].children.insert(at, id);
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree {
        Tree {
            nodes: self.nodes.into_inner(),
            errors: self.errors.into_inner(),
            is_quirky: self.is_quirky.get(),
        }
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.errors.borrow_mut().push((self.line.get(), message.into_owned()));
    }

    fn get_document(&self) -> Handle {
        Rc::new(Held { id: ROOT, name: None })
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        // The parser asks this of elements only; the name of nothing is no name that it knows.
        const NOTHING: ExpandedName<'static> =
            ExpandedName { ns: &html5ever::ns!(), local: &html5ever::local_name!("") };
        target.name.as_ref().map_or(NOTHING, QualName::expanded)
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Handle {
        self.add(Kind::Element { name, attributes })
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.add(Kind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.add(Kind::Other)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let end = self.nodes.borrow()[parent.id].children.len();
        self.insert(parent.id, end, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let has_parent = self.nodes.borrow()[element.id].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, _: &Handle) -> Handle {
        // A place of its own that hangs on nothing.
        self.add(Kind::Other)
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.is_quirky.set(mode == QuirksMode::Quirks);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(node) = &child {
            self.detach(node.id);
        }
        let nodes = self.nodes.borrow();
        let Some(parent) = nodes[sibling.id].parent else { return };
        let at = nodes[parent].children.iter().position(|id| *id == sibling.id);
        drop(nodes);
        self.insert(parent, at.unwrap_or_default(), child);
    }

    fn add_attrs_if_missing(&self, target: &Handle, more: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.id].kind {
            for attribute in more {
                if attributes.iter().all(|known| known.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[node.id].children);
        for child in &children {
            nodes[*child].parent = Some(parent.id);
        }
        nodes[parent.id].children.extend(children);
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(line as usize);
    }
}
