//! What a screen reader calls an element: a short form of "Accessible Name and Description Computation 1.2" (W3C).

use super::Page;
use super::tree::Id;

impl Page {
    /// The name of an element, without spaces around it; empty when it has none.
    pub(super) fn accessible_name(&self, id: Id) -> String {
        let tree = &self.tree;
        let attribute =
            |name: &str| tree.attribute(id, name).map(str::trim).filter(|text| !text.is_empty());
        if let Some(list) = attribute("aria-labelledby") {
            let named = list.split_ascii_whitespace().filter_map(|id| self.ids.get(id)?.first());
            let text: Vec<String> = named.map(|id| self.spoken(*id)).collect();
            return text.join(" ").trim().to_string();
        }
        if let Some(label) = attribute("aria-label") {
            return label.to_string();
        }
        let own = match tree.name(id) {
            "img" | "area" => attribute("alt").unwrap_or_default().to_string(),
            "input" => self
                .label(id)
                .or_else(|| attribute("value").filter(|_| is_button(self, id)).map(str::to_string))
                .unwrap_or_default(),
            "select" | "textarea" => self.label(id).unwrap_or_default(),
            "iframe" => String::new(),
            _ => self.spoken(id),
        };
        let own = own.trim();
        if !own.is_empty() {
            return own.to_string();
        }
        attribute("title").or_else(|| attribute("placeholder")).unwrap_or_default().to_string()
    }

    /// What is read out of an element's inside.
    pub(super) fn spoken(&self, id: Id) -> String {
        let tree = &self.tree;
        let mut text = String::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let is_hidden = tree.attribute(id, "aria-hidden") == Some("true")
                || tree.attribute(id, "hidden").is_some();
            let label = tree.attribute(id, "aria-label");
            match (tree.text(id), label, tree.name(id)) {
                (Some(own), ..) => text.push_str(own),
                (_, _, "script" | "style") => {}
                _ if is_hidden => {}
                (_, Some(label), _) => text.push_str(label),
                (.., "img") => text.push_str(tree.attribute(id, "alt").unwrap_or_default()),
                _ => open.extend(tree.children(id).iter().rev()),
            }
        }
        text.trim().to_string()
    }

    /// The text of the `label` of a control.
    fn label(&self, id: Id) -> Option<String> {
        let tree = &self.tree;
        let own = tree.attribute(id, "id");
        let around = tree.around(id).find(|around| tree.name(*around) == "label");
        let named = || {
            let own = own?;
            tree.elements().find(|label| {
                tree.name(*label) == "label" && tree.attribute(*label, "for") == Some(own)
            })
        };
        around.or_else(named).map(|label| self.spoken(label))
    }
}

/// Whether an `input` is a button, whose value is its name.
fn is_button(page: &Page, id: Id) -> bool {
    matches!(page.tree.attribute(id, "type"), Some("submit" | "button" | "reset"))
}
