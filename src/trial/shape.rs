//! What values look like: which keys they have, and what stands below these.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The form of a value that templates see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing was ever seen there.
    Unseen,
    /// Anything may be there.
    Any,
    /// A text, a number, a truth value.
    Leaf,
    List(Box<Shape>),
    /// Keys that Byline gives.
    Map(BTreeMap<String, Shape>),
    /// Keys that the author gives: taxonomies, authors.
    ByName(Box<Shape>),
    /// The options of the theme.
    Options(BTreeSet<String>),
}

/// Where authors put what they like.
const OPEN: &[&str] = &["extra", "config.comments"];

/// Where the keys are names that authors give.
const BY_NAME: &[&str] = &["config.authors", "taxonomies", "terms"];

impl Shape {
    /// The form of what a template was seen to see; `path` is where it stands.
    pub fn of(value: &Value, path: &str) -> Shape {
        let is_at = |list: &[&str]| {
            list.iter().any(|end| path == *end || path.ends_with(&format!(".{end}")))
        };
        if is_at(OPEN) {
            return Shape::Any;
        }
        match value {
            Value::Null => Shape::Unseen,
            Value::Array(items) => Shape::List(Box::new(union(items.iter(), path))),
            Value::Object(map) if is_at(BY_NAME) && path != "terms" => {
                Shape::ByName(Box::new(union(map.values(), &format!("{path}.*"))))
            }
            Value::Object(map) => Shape::Map(
                map.iter()
                    .map(|(key, value)| {
                        let below =
                            if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                        (key.clone(), Shape::of(value, &below))
                    })
                    .collect(),
            ),
            _ => Shape::Leaf,
        }
    }

    /// The form of what is either the one or the other.
    pub fn or(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Unseen, other) | (other, Shape::Unseen) => other,
            (Shape::List(a), Shape::List(b)) => Shape::List(Box::new(a.or(*b))),
            (Shape::ByName(a), Shape::ByName(b)) => Shape::ByName(Box::new(a.or(*b))),
            (Shape::Map(mut a), Shape::Map(b)) => {
                for (key, shape) in b {
                    let both = match a.remove(&key) {
                        Some(present) => present.or(shape),
                        None => shape,
                    };
                    a.insert(key, both);
                }
                Shape::Map(a)
            }
            (a, b) if a == b => a,
            _ => Shape::Any,
        }
    }

    /// What stands under a key; `None` when there is nothing of that name.
    pub fn field(&self, name: &str) -> Option<Shape> {
        match self {
            Shape::Unseen | Shape::Any => Some(Shape::Any),
            Shape::Map(map) => map.get(name).cloned(),
            Shape::ByName(inner) => Some((**inner).clone()),
            Shape::Options(names) => names.contains(name).then_some(Shape::Any),
            Shape::Leaf | Shape::List(_) => None,
        }
    }

    /// What stands at a place that is known only when the page is made.
    pub fn item(&self) -> Shape {
        match self {
            Shape::List(inner) | Shape::ByName(inner) => (**inner).clone(),
            _ => Shape::Any,
        }
    }

    /// Names of the keys.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Shape::Map(map) => map.keys().map(|key| &**key).collect(),
            Shape::Options(names) => names.iter().map(|name| &**name).collect(),
            _ => Vec::new(),
        }
    }
}

fn union<'a>(values: impl Iterator<Item = &'a Value>, path: &str) -> Shape {
    values.map(|value| Shape::of(value, path)).fold(Shape::Unseen, Shape::or)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_of_one_place_come_together() {
        let value = json!({
            "config": {"authors": {"a": {"name": "A"}, "b": {"name": "B", "bio": "x"}}, "extra": {"k": 1}},
            "list": [{"a": 1}, {"b": null}], "none": null,
        });
        let shape = Shape::of(&value, "");
        let config = shape.field("config").unwrap();
        let author = config.field("authors").unwrap().field("anybody").unwrap();
        assert_eq!(author.keys(), ["bio", "name"]);
        assert_eq!(config.field("extra").unwrap().field("x"), Some(Shape::Any));
        assert_eq!(shape.field("list").unwrap().item().keys(), ["a", "b"]);
        assert_eq!(shape.field("none").unwrap().field("x"), Some(Shape::Any));
        assert_eq!(shape.field("list").unwrap().item().field("c"), None);
        assert_eq!(config.field("authors").unwrap().field("a").unwrap().field("nam"), None);
    }
}
