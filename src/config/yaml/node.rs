//! A YAML value, and the way from text to it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::config::Data;

/// Values that one text may expand to, aliases followed.
const LIMIT_NODES: usize = 200_000;
/// Bytes of text that one text may expand to.
const LIMIT_TEXT: usize = 16 << 20;
/// Lists and maps inside each other.
const LIMIT_DEPTH: usize = 50;

/// A YAML value. Text that needs no unescaping borrows from the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Node<'a> {
    /// `~`, `null` or nothing.
    Null,
    /// `true` or `false`; `yes` and `no` are text, as in YAML 1.2.
    Bool(bool),
    /// A whole number or a fraction.
    Number(serde_json::Number),
    /// Text; dates too.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// A map, in the order of the file.
    Map(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl Node<'_> {
    /// What an author would call the value: "a list", "text", "the number 3".
    pub fn describe(&self) -> String {
        match self {
            Node::Null => "nothing".into(),
            Node::Bool(value) => format!("`{value}`"),
            Node::Number(number) => format!("the number {number}"),
            Node::Text(text) if text.chars().count() <= 40 => format!("text `{}`", text.trim_end()),
            Node::Text(_) => "text".into(),
            Node::List(_) => "a list".into(),
            Node::Map(_) => "a map".into(),
        }
    }

    /// The same value for templates.
    pub fn to_data(&self) -> Data {
        match self {
            Node::Null => Data::Null,
            Node::Bool(value) => Data::Bool(*value),
            Node::Number(number) => Data::Number(number.clone()),
            Node::Text(text) => Data::String(text.to_string()),
            Node::List(items) => Data::Array(items.iter().map(Node::to_data).collect()),
            Node::Map(entries) => Data::Object(
                entries.iter().map(|(key, value)| (key.to_string(), value.to_data())).collect(),
            ),
        }
    }
}

/// Reads a text of one document; the flag tells whether a key stands twice in some map.
pub(super) fn parse(yaml: &str) -> Result<(Node<'_>, bool), serde_yaml::Error> {
    let mut budget = Budget::default();
    let seed = Seed { budget: &mut budget, depth: 0 };
    let root = match seed.deserialize(serde_yaml::Deserializer::from_str(yaml))? {
        Node::Null => Node::Map(Vec::new()),
        root => root,
    };
    Ok((root, budget.has_duplicates))
}

#[derive(Default)]
struct Budget {
    nodes: usize,
    text: usize,
    has_duplicates: bool,
}

struct Seed<'b> {
    budget: &'b mut Budget,
    depth: usize,
}

impl Seed<'_> {
    fn text<'de, E: Error>(self, text: Cow<'de, str>) -> Result<Node<'de>, E> {
        self.budget.text += text.len();
        match self.budget.text > LIMIT_TEXT {
            true => Err(E::custom("aliases expand to too much text")),
            false => Ok(Node::Text(text)),
        }
    }

    fn deeper<E: Error>(&self) -> Result<usize, E> {
        match self.depth >= LIMIT_DEPTH {
            true => Err(E::custom("lists and maps are nested too deeply")),
            false => Ok(self.depth + 1),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Node<'de>, D::Error> {
        self.budget.nodes += 1;
        if self.budget.nodes > LIMIT_NODES {
            return Err(D::Error::custom("aliases expand to too many values"));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value without a tag")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Node<'de>, E> {
        self.text(Cow::Owned(value.to_string()))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Node<'de>, E> {
        self.text(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node<'de>, E> {
        match serde_json::Number::from_f64(value) {
            Some(number) => Ok(Node::Number(number)),
            None => self.text(Cow::Owned(value.to_string())),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'de>, E> {
        self.text(Cow::Owned(text.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Node<'de>, E> {
        self.text(Cow::Borrowed(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<'de>, A::Error> {
        let depth = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Seed { budget: self.budget, depth })? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<'de>, A::Error> {
        let depth = self.deeper()?;
        let mut map: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        let mut has_merge = false;
        while let Some(key) = entries.next_key_seed(Key)? {
            let value = entries.next_value_seed(Seed { budget: self.budget, depth })?;
            has_merge |= key == "<<";
            map.push((key, value));
        }
        if has_merge {
            merge(&mut map);
        }
        self.budget.has_duplicates |= has_duplicates(&map);
        Ok(Node::Map(map))
    }
}

/// Follows `<<: *base`: the keys of the base that the map does not have itself.
fn merge<'a>(map: &mut Vec<(Cow<'a, str>, Node<'a>)>) {
    let mut bases = Vec::new();
    map.retain_mut(|(key, value)| match (key.as_ref(), &value) {
        ("<<", Node::Map(_) | Node::List(_)) => {
            bases.push(std::mem::replace(value, Node::Null));
            false
        }
        _ => true,
    });
    for base in bases {
        let maps = match base {
            Node::List(items) => items,
            base => vec![base],
        };
        for (key, value) in maps.into_iter().flat_map(|base| match base {
            Node::Map(entries) => entries,
            _ => Vec::new(),
        }) {
            if !map.iter().any(|(own, _)| *own == key) {
                map.push((key, value));
            }
        }
    }
}

fn has_duplicates(map: &[(Cow<'_, str>, Node<'_>)]) -> bool {
    if map.len() <= 24 {
        return map.iter().enumerate().any(|(i, (key, _))| map[..i].iter().any(|(k, _)| k == key));
    }
    let mut keys: Vec<&str> = map.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// Reads a key; numbers and booleans are taken as text.
#[derive(Clone, Copy)]
pub(super) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Cow<'de, str>, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key of text")
    }

    fn visit_unit<E: Error>(self) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed("null"))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }
}
