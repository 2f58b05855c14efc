//! Follows the names of one template: which variables with which fields, which functions with which words.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::lex::{Tag, Token, Word};
use super::shape::Shape;

/// A name that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unknown {
    pub at: Range<usize>,
    /// What has no such field; empty for a variable.
    pub of: String,
    pub name: String,
    /// Names that there are instead.
    pub known: Vec<String>,
    /// Whether the template asks first if it is there.
    pub is_guarded: bool,
    /// Whether it is an option of the theme.
    pub is_option: bool,
}

/// What a template names.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub unknown: Vec<Unknown>,
    /// Options that are asked for; all of them may be when `has_all_options`.
    pub options: BTreeSet<String>,
    pub has_all_options: bool,
    /// Keys of `trans`; others may be asked for too when `has_all_words`.
    pub words: Vec<(String, Range<usize>)>,
    pub has_all_words: bool,
}

/// What a template uses of others, without regard to what values look like.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Names in `include` and `extends`, and where they stand.
    pub templates: Vec<(String, Range<usize>)>,
    /// Variables that it sets, which templates that it includes see too.
    pub sets: BTreeSet<String>,
    /// Texts in quotes.
    pub texts: BTreeSet<String>,
    /// Components that it calls.
    pub components: BTreeSet<String>,
    /// Components that it defines.
    pub defines: BTreeSet<String>,
}

const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "is", "if", "else", "for", "true", "false", "True", "False", "none",
    "None", "null", "ignore", "missing", "with",
];

/// Names that Tera itself gives.
const OWN: &[&str] = &["loop", "body", "__tera_context"];

impl Uses {
    /// What the tags of a template use.
    pub fn of(tags: &[Tag<'_>]) -> Uses {
        let mut uses = Uses::default();
        for tag in tags {
            let words: Vec<Word<'_>> = tag.tokens.iter().map(|token| token.word).collect();
            for (place, token) in tag.tokens.iter().enumerate() {
                if let Word::Text(text) = token.word {
                    uses.texts.insert(text.to_string());
                    if matches!(words[0], Word::Name("include" | "extends")) {
                        uses.templates.push((text.to_string(), token.at.clone()));
                    }
                }
                if let (Word::Sign("<"), Some(Word::Name(name))) =
                    (token.word, words.get(place + 1))
                {
                    uses.components.insert((*name).to_string());
                }
            }
            if !tag.is_statement {
                continue;
            }
            match words.as_slice() {
                [Word::Name("component"), Word::Name(name), ..] => {
                    uses.defines.insert((*name).to_string());
                }
                [Word::Name("set" | "set_global"), Word::Name(name), ..] => {
                    uses.sets.insert((*name).to_string());
                }
                [Word::Name("for"), rest @ ..] => {
                    let names = rest.iter().take_while(|word| **word != Word::Name("in"));
                    uses.sets.extend(names.filter_map(|word| match word {
                        Word::Name(name) => Some((*name).to_string()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        uses
    }
}

/// Follows the names of a template that sees `roots` and, of unknown form, `further`.
pub(super) fn follow(tags: &[Tag<'_>], roots: &Shape, further: &BTreeSet<String>) -> Names {
    let mut first = BTreeMap::new();
    for name in further.iter().map(String::as_str).chain(OWN.iter().copied()) {
        first.insert(name.to_string(), Shape::Any);
    }
    if let Shape::Map(map) = roots {
        first.extend(map.clone());
    }
    let mut walk = Walk {
        names: Names::default(),
        scopes: vec![Scope { names: first, is_closed: true }],
        roots,
    };
    for tag in tags {
        walk.tag(tag);
    }
    // The beginning of an expression may be met twice.
    walk.names.unknown.dedup();
    walk.names
}

/// Variables of a part of a template. What a component does not take it does not see.
struct Scope {
    names: BTreeMap<String, Shape>,
    is_closed: bool,
}

struct Walk<'a> {
    names: Names,
    scopes: Vec<Scope>,
    roots: &'a Shape,
}

impl Walk<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        let tokens = &tag.tokens[..];
        let Some(Token { word: Word::Name(first), .. }) = tokens.first() else {
            return self.expression(tokens);
        };
        if !tag.is_statement {
            return self.expression(tokens);
        }
        match (*first, &tokens[1..]) {
            ("set" | "set_global", [Token { word: Word::Name(name), .. }, rest @ ..]) => {
                self.set(name, rest);
            }
            ("for", rest) => self.begin_loop(rest),
            ("component", rest) => self.begin_component(rest),
            ("endfor" | "endcomponent", _) if self.scopes.len() > 1 => {
                self.scopes.pop();
            }
            ("if" | "elif", rest) => self.expression(rest),
            ("filter", [_, rest @ ..]) => self.expression(rest),
            _ => {}
        }
    }

    fn set(&mut self, name: &str, rest: &[Token<'_>]) {
        let value = match rest {
            [Token { word: Word::Sign("="), .. }, value @ ..] => value,
            _ => &[],
        };
        let shape = self.value(value);
        let scope = self.scopes.last_mut().map(|scope| &mut scope.names);
        let Some(names) = scope else { return };
        // What is set twice may be either.
        let shape = match names.get(name) {
            Some(present) if *present != shape => Shape::Any,
            _ => shape,
        };
        names.insert(name.to_string(), shape);
    }

    /// Follows an expression; its form when it is a path, or one of several: `a or b`, `a if c else b`.
    fn value(&mut self, tokens: &[Token<'_>]) -> Shape {
        let is_call = tokens.get(1).is_some_and(|token| token.word == Word::Sign("("));
        let Some(Token { word: Word::Name(name), .. }) = tokens.first() else {
            self.expression(tokens);
            return Shape::Any;
        };
        if KEYWORDS.contains(name) || is_call {
            self.expression(tokens);
            return Shape::Any;
        }
        let (shape, length, _) = self.path(tokens, 0, true);
        let Some(next) = tokens.get(length) else { return shape };
        let is_else = |token: &Token<'_>| token.word == Word::Name("else");
        match (next.word, tokens.iter().position(is_else)) {
            (Word::Name("or"), _) => shape.or(self.value(&tokens[length + 1..])),
            (Word::Name("if"), Some(at)) if at > length => {
                self.expression(&tokens[length + 1..at]);
                shape.or(self.value(&tokens[at + 1..]))
            }
            _ => {
                self.expression(tokens);
                Shape::Any
            }
        }
    }

    fn begin_loop(&mut self, tokens: &[Token<'_>]) {
        let is_in = |token: &Token<'_>| token.word == Word::Name("in");
        let Some(at) = tokens.iter().position(is_in) else { return };
        let of = self.value(&tokens[at + 1..]);
        let names: Vec<&str> = names(&tokens[..at]).collect();
        let shapes = match (names.len(), &of) {
            (2, Shape::ByName(inner)) => vec![Shape::Leaf, (**inner).clone()],
            (1, _) => vec![of.item()],
            _ => vec![Shape::Any; names.len()],
        };
        let names = names.into_iter().map(str::to_string).zip(shapes).collect();
        self.scopes.push(Scope { names, is_closed: false });
    }

    fn begin_component(&mut self, tokens: &[Token<'_>]) {
        let mut seen: BTreeMap<String, Shape> =
            OWN.iter().map(|name| (name.to_string(), Shape::Any)).collect();
        let mut before = Word::Sign("");
        for token in tokens {
            if let Word::Name(name) = token.word {
                let shape = match before {
                    Word::Sign("@") => self.roots.field(name),
                    Word::Sign("(" | "," | "...") => Some(Shape::Any),
                    _ => None,
                };
                seen.extend(shape.map(|shape| (name.to_string(), shape)));
            }
            before = token.word;
        }
        self.scopes.push(Scope { names: seen, is_closed: true });
    }

    fn look_up(&self, name: &str) -> Option<&Shape> {
        for scope in self.scopes.iter().rev() {
            if let Some(shape) = scope.names.get(name) {
                return Some(shape);
            }
            if scope.is_closed {
                return None;
            }
        }
        None
    }

    /// Follows everything in an expression.
    fn expression(&mut self, tokens: &[Token<'_>]) {
        // `[x.url for x in list]`: the name is used before it is given.
        let mut scope = BTreeMap::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.word == Word::Name("for") {
                let rest = &tokens[at + 1..];
                let end = rest.iter().position(|token| token.word == Word::Name("in")).unwrap_or(0);
                scope.extend(names(&rest[..end]).map(|name| (name.to_string(), Shape::Any)));
            }
        }
        self.scopes.push(Scope { names: scope, is_closed: false });
        let mut at = 0;
        while at < tokens.len() {
            at = self.step(tokens, at);
        }
        self.scopes.pop();
    }

    /// Follows what begins at a word; gives where the next thing begins.
    fn step(&mut self, tokens: &[Token<'_>], at: usize) -> usize {
        let word = |at: usize| tokens.get(at).map(|token| token.word);
        match tokens[at].word {
            Word::Sign("<") if !is_operand(tokens, at) => self.call(tokens, at),
            // Names of filters and tests.
            Word::Sign("|") => at + 2,
            Word::Name("is") => at + if word(at + 1) == Some(Word::Name("not")) { 3 } else { 2 },
            Word::Name(name) if KEYWORDS.contains(&name) => at + 1,
            Word::Name(name) => match word(at + 1) {
                Some(Word::Sign("(")) => {
                    self.function(name, &tokens[at..]);
                    at + 1
                }
                // The name of an argument, the key of a map.
                Some(Word::Sign("=" | ":")) => at + 1,
                _ => {
                    let (_, length, _) = self.path(tokens, at, false);
                    at + length
                }
            },
            _ => at + 1,
        }
    }

    /// Notes the words that a call of `trans` asks for.
    fn function(&mut self, name: &str, tokens: &[Token<'_>]) {
        if name != "trans" {
            return;
        }
        let words: Vec<Word<'_>> = tokens.iter().map(|token| token.word).collect();
        let key = words.windows(2).position(|pair| pair == [Word::Name("key"), Word::Sign("=")]);
        let next = |at: usize| words.get(at).copied();
        match key.map(|at| (at + 2, next(at + 2), next(at + 3))) {
            Some((at, Some(Word::Text(key)), Some(Word::Sign(")" | ",")))) => {
                self.names.words.push((key.to_string(), tokens[at].at.clone()));
            }
            _ => self.names.has_all_words = true,
        }
    }

    /// Follows the arguments of a component: `<name a="x" b={y} />`.
    fn call(&mut self, tokens: &[Token<'_>], from: usize) -> usize {
        let mut at = from + 1;
        while let Some(token) = tokens.get(at) {
            match token.word {
                Word::Sign(">") => return at + 1,
                Word::Sign("{") => {
                    let end = closing(tokens, at);
                    self.expression(&tokens[at + 1..end]);
                    at = end + 1;
                }
                _ => at += 1,
            }
        }
        at
    }

    /// Follows a variable and its fields; gives its form, how many words it has, and whether it is asked for first.
    fn path(&mut self, tokens: &[Token<'_>], from: usize, is_alias: bool) -> (Shape, usize, bool) {
        let Word::Name(root) = tokens[from].word else { return (Shape::Any, 1, false) };
        let (steps, end) = self.steps(tokens, from + 1);
        let is_guarded = is_guarded(tokens, end);
        let Some(mut shape) = self.look_up(root).cloned() else {
            let known = self.scopes.iter().flat_map(|scope| scope.names.keys().cloned()).collect();
            let (at, name) = (tokens[from].at.clone(), root.to_string());
            let unknown =
                Unknown { at, of: String::new(), name, known, is_guarded, is_option: false };
            self.names.unknown.push(unknown);
            return (Shape::Any, end - from, is_guarded);
        };
        let mut of = root.to_string();
        for (name, at) in steps {
            let Some(name) = name else {
                self.names.has_all_options |= matches!(shape, Shape::Options(_));
                shape = shape.item();
                of.push_str("[]");
                continue;
            };
            let is_option = matches!(shape, Shape::Options(_));
            if is_option {
                self.names.options.insert(name.to_string());
            }
            let Some(next) = shape.field(name) else {
                let known = shape.keys().into_iter().map(str::to_string).collect();
                let name = name.to_string();
                self.names.unknown.push(Unknown { at, of, name, known, is_guarded, is_option });
                return (Shape::Any, end - from, is_guarded);
            };
            shape = next;
            of.push_str(&format!(".{name}"));
        }
        self.names.has_all_options |= matches!(shape, Shape::Options(_)) && !is_alias;
        (shape, end - from, is_guarded)
    }

    /// Fields behind a variable: `.a`, `?.a`, `["a"]` are names, `[0]` and `[x]` are not.
    fn steps<'t>(&mut self, tokens: &[Token<'t>], from: usize) -> (Steps<'t>, usize) {
        let mut steps = Vec::new();
        let mut at = from;
        while let Some(token) = tokens.get(at) {
            let next = tokens.get(at + 1);
            match (token.word, next.map(|next| next.word)) {
                (Word::Sign("." | "?."), Some(Word::Name(name))) => {
                    steps.push((Some(name), tokens[at + 1].at.clone()));
                    at += 2;
                }
                (Word::Sign("." | "?."), Some(Word::Number)) => {
                    steps.push((None, tokens[at + 1].at.clone()));
                    at += 2;
                }
                (Word::Sign("[" | "?["), Some(inner)) => {
                    let end = closing(tokens, at);
                    let name = match inner {
                        Word::Text(name) if end == at + 2 => Some(name),
                        _ => None,
                    };
                    let has_colon =
                        tokens[at..end].iter().any(|token| token.word == Word::Sign(":"));
                    if name.is_none() {
                        self.expression(&tokens[at + 1..end]);
                    }
                    // A slice is a list of the same things.
                    if !has_colon {
                        steps.push((name, tokens[at + 1].at.clone()));
                    }
                    at = end + 1;
                }
                _ => break,
            }
        }
        (steps, at.min(tokens.len()))
    }
}

/// Fields with their places; those whose names are known only when a page is made have none.
type Steps<'t> = Vec<(Option<&'t str>, Range<usize>)>;

fn names<'t>(tokens: &[Token<'t>]) -> impl Iterator<Item = &'t str> {
    tokens.iter().filter_map(|token| match token.word {
        Word::Name(name) => Some(name),
        _ => None,
    })
}

/// Whether a value stands before a word, so that `<` there means "less than".
fn is_operand(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| tokens[at].word) else { return false };
    match before {
        Word::Name(name) => !KEYWORDS.contains(&name),
        Word::Text(_) | Word::Number => true,
        Word::Sign(sign) => matches!(sign, ")" | "]" | "}"),
    }
}

/// The place of the bracket that closes the one at `from`.
fn closing(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token.word {
            Word::Sign("(" | "[" | "?[" | "{") => depth += 1,
            Word::Sign(")" | "]" | "}") => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Whether a template says what to do when the value before `at` is not there.
fn is_guarded(tokens: &[Token<'_>], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map(|token| token.word);
    match word(at) {
        Some(Word::Name("or")) => true,
        Some(Word::Name("is")) => {
            let test =
                if word(at + 1) == Some(Word::Name("not")) { word(at + 2) } else { word(at + 1) };
            matches!(test, Some(Word::Name("defined" | "undefined")))
        }
        Some(Word::Sign("|")) => word(at + 1) == Some(Word::Name("default")),
        _ => false,
    }
}
