//! One pass over the text of a drawing that notes what is to be cut out or replaced (XML 1.0; Namespaces 1.0).

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::escape::{escape, resolve_predefined_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, PrefixDeclaration, ResolveResult};
use quick_xml::{NsReader, Reader};

use super::element::Fate;
use super::{Removed, SVG, attribute, css, element};

/// Elements in elements: more than any program draws, fewer than would hurt those that show them.
const DEEPEST: usize = 500;

/// Whether the first element is `svg`.
pub(super) fn begins(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                return element.local_name().as_ref() == "svg";
            }
            Ok(Event::Text(text)) if !text.trim_start_matches('\u{feff}').trim().is_empty() => {
                return false;
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The cleaned text; `None` when nothing has to go.
pub(super) fn clean(text: &str, removed: &mut Removed) -> Result<Option<String>, String> {
    if let Some(at) = text.find(is_illegal) {
        return Err(ill_formed(text, at));
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut pass = Pass {
        text,
        edits: Vec::new(),
        removed,
        depth: 0,
        cut: None,
        style: None,
        has_root: false,
    };
    loop {
        let from = place(reader.buffer_position());
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(_) => return Err(ill_formed(text, place(reader.error_position()))),
        };
        let span = from..place(reader.buffer_position());
        if !pass.event(&reader, event, span)? {
            break;
        }
    }
    if pass.depth > 0 || !pass.has_root {
        return Err(ill_formed(text, text.len()));
    }
    Ok(pass.finish())
}

/// Characters that no XML text may hold (XML 1.0, section 2.2).
fn is_illegal(c: char) -> bool {
    let is_control = c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    is_control || matches!(c, '\u{fffe}' | '\u{ffff}')
}

fn place(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn ill_formed(text: &str, at: usize) -> String {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    format!("it is not well-formed XML (line {line})")
}

struct Pass<'a, 'r> {
    text: &'a str,
    /// Ranges and what comes in their place, in order.
    edits: Vec<(Range<usize>, String)>,
    removed: &'r mut Removed,
    depth: usize,
    /// Depth and begin of an element that is being cut out.
    cut: Option<(usize, usize)>,
    /// Depth, begin of the content, and text of a style sheet that is being read.
    style: Option<(usize, usize, String)>,
    has_root: bool,
}

impl Pass<'_, '_> {
    /// Looks at one event; whether there are more.
    fn event(
        &mut self,
        reader: &NsReader<&[u8]>,
        event: Event,
        span: Range<usize>,
    ) -> Result<bool, String> {
        match event {
            Event::Start(element) => {
                self.depth += 1;
                self.start(reader, &element, span, false)?;
            }
            Event::Empty(element) => {
                self.depth += 1;
                self.start(reader, &element, span, true)?;
                self.depth -= 1;
            }
            Event::End(_) => self.end(span)?,
            Event::Eof => return Ok(false),
            _ if self.cut.is_some() => {}
            Event::Text(text) => {
                let is_blank = text.trim_start_matches('\u{feff}').trim().is_empty();
                if (self.depth == 0 && !is_blank) || text.contains("]]>") {
                    return Err(ill_formed(self.text, span.start));
                }
                self.content(&text);
            }
            Event::CData(_) if self.depth == 0 => return Err(ill_formed(self.text, span.start)),
            Event::CData(text) => self.content(&text),
            Event::GeneralRef(name) => self.reference(&name, span.start)?,
            Event::Comment(_) => self.drop(span, "comments"),
            Event::PI(_) => self.drop(span, "processing instructions"),
            // One more than the entities know of, or one in a wrong place.
            Event::DocType(_) => return Err(ill_formed(self.text, span.start)),
            Event::Decl(_) => {
                if !self.text[..span.start].trim_start_matches('\u{feff}').is_empty() {
                    return Err(ill_formed(self.text, span.start));
                }
            }
        }
        Ok(true)
    }

    fn drop(&mut self, span: Range<usize>, what: &'static str) {
        self.removed.insert(what);
        self.edits.push((span, String::new()));
    }

    fn content(&mut self, part: &str) {
        if let Some((.., css)) = &mut self.style {
            css.push_str(part);
        }
    }

    fn reference(&mut self, name: &BytesRef, at: usize) -> Result<(), String> {
        let mut buffer = [0; 4];
        let text = match name.resolve_char_ref() {
            Ok(Some(letter)) => Some(&*letter.encode_utf8(&mut buffer)),
            Ok(None) => resolve_predefined_entity(name),
            Err(_) => None,
        };
        match text {
            Some(_) if self.depth == 0 => Err(ill_formed(self.text, at)),
            Some(text) => {
                self.content(text);
                Ok(())
            }
            None => Err(entity(name)),
        }
    }

    fn start(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart,
        span: Range<usize>,
        is_empty: bool,
    ) -> Result<(), String> {
        if self.depth > DEEPEST {
            return Err("its elements are nested too deeply".into());
        }
        let (namespace, name) = reader.resolver().resolve_element(tag.name());
        if self.depth == 1 {
            let is_svg =
                matches!(namespace, ResolveResult::Unbound | ResolveResult::Bound(Namespace(SVG)));
            if self.has_root || !is_svg || name.as_ref() != "svg" {
                return Err("it is no drawing".into());
            }
            self.has_root = true;
        }
        let attributes = attributes(tag).ok_or_else(|| ill_formed(self.text, span.start))??;
        if self.cut.is_some() {
            return Ok(());
        }
        if let ResolveResult::Unknown(_) = namespace {
            return Err(ill_formed(self.text, span.start));
        }
        let local: Vec<_> = attributes
            .iter()
            .map(|(key, _, value)| (local_name(key), Cow::Borrowed(&**value)))
            .collect();
        let fate = if self.style.is_some() {
            Fate::Silent
        } else {
            element::fate(&namespace, name.as_ref(), &local)
        };
        if let Fate::Told(what) = fate {
            self.removed.insert(what);
        }
        match (fate, is_empty) {
            (Fate::Stays, _) => {
                let is_style = name.as_ref().eq_ignore_ascii_case("style");
                self.tag(reader, tag, &attributes, &span, is_empty)?;
                if is_style && !is_empty {
                    self.style = Some((self.depth, span.end, String::new()));
                }
            }
            (_, true) => self.edits.push((span, String::new())),
            (_, false) => self.cut = Some((self.depth, span.start)),
        }
        Ok(())
    }

    /// Looks at the attributes of a tag that stays, and writes it anew when one of them does not.
    fn tag(
        &mut self,
        reader: &NsReader<&[u8]>,
        tag: &BytesStart,
        attributes: &[Attribute],
        span: &Range<usize>,
        is_empty: bool,
    ) -> Result<(), String> {
        let element = tag.local_name();
        let mut new = format!("<{}", tag.name().as_ref());
        let mut is_changed = false;
        for (key, raw, value) in attributes {
            let name = quick_xml::name::QName(key);
            let fate = match name.as_namespace_binding() {
                // Another prefix for nothing would be a fault.
                Some(PrefixDeclaration::Named(_) | PrefixDeclaration::Default) => {
                    attribute::declaration(value)
                }
                None => {
                    let (namespace, local) = reader.resolver().resolve_attribute(name);
                    if let ResolveResult::Unknown(_) = namespace {
                        return Err(ill_formed(self.text, span.start));
                    }
                    attribute::fate(
                        &namespace,
                        local.as_ref(),
                        value,
                        element.as_ref(),
                        self.removed,
                    )
                }
            };
            is_changed |= fate != attribute::Fate::Stays;
            match fate {
                attribute::Fate::Goes => {}
                attribute::Fate::Becomes(value) => {
                    new.extend([" ", *key, "=\"", &*escape(value), "\""])
                }
                attribute::Fate::Stays => {
                    let quote = if raw.contains('"') { "'" } else { "\"" };
                    new.extend([" ", *key, "=", quote, *raw, quote]);
                }
            }
        }
        if is_changed {
            new.push_str(if is_empty { "/>" } else { ">" });
            self.edits.push((span.clone(), new));
        }
        Ok(())
    }

    fn end(&mut self, span: Range<usize>) -> Result<(), String> {
        if let Some((_, from)) = self.cut.take_if(|(depth, _)| *depth == self.depth) {
            self.edits.push((from..span.end, String::new()));
        }
        if let Some((_, from, sheet)) = self.style.take_if(|(depth, ..)| *depth == self.depth)
            && let Some(clean) = css::clean(&sheet, self.removed)
        {
            self.edits.retain(|(edit, _)| edit.start < from);
            self.edits.push((from..span.start, escape(clean).into_owned()));
        }
        self.depth = self.depth.checked_sub(1).ok_or_else(|| ill_formed(self.text, span.start))?;
        Ok(())
    }

    fn finish(self) -> Option<String> {
        if self.edits.is_empty() {
            return None;
        }
        let (mut out, mut at) = (String::with_capacity(self.text.len()), 0);
        for (span, new) in self.edits {
            out.push_str(&self.text[at..span.start]);
            out.push_str(&new);
            at = span.end;
        }
        out.push_str(&self.text[at..]);
        Some(out)
    }
}

/// Name, text as it stands there, and value of an attribute.
type Attribute<'a> = (&'a str, &'a str, String);

/// All attributes of a tag; `None` when they are not well-formed, an error when they name an unknown entity.
fn attributes<'a>(tag: &'a BytesStart) -> Option<Result<Vec<Attribute<'a>>, String>> {
    let mut found = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let Cow::Borrowed(raw) = attribute.value else { return None };
        if raw.contains('<') {
            return None;
        }
        let value = match unescape(raw) {
            Ok(value) => value.into_owned(),
            Err(quick_xml::escape::EscapeError::UnrecognizedEntity(_, name)) => {
                return Some(Err(entity(&name)));
            }
            Err(_) => return None,
        };
        found.push((attribute.key.into_inner(), raw, value));
    }
    Some(Ok(found))
}

fn entity(name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
    format!("it uses the entity `{name}`, which is no short text of its own")
}

fn local_name(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, local)| local)
}
