//! The one writer of XML: elements and escaped text into a byte buffer.
//!
//! Takes any text and gives well-formed XML 1.0: characters that XML cannot hold are dropped, all
//! others are escaped by the writer. It never takes ready-made markup.

use std::borrow::Cow;

pub(super) use quick_xml::escape::{escape, partial_escape};
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Writes an XML document, one element a line, at the end of a buffer.
pub(super) struct Writer<'a> {
    inner: quick_xml::Writer<&'a mut Vec<u8>>,
}

impl<'a> Writer<'a> {
    /// Begins a document with its XML declaration.
    pub(super) fn document(out: &'a mut Vec<u8>) -> Self {
        let mut writer = Writer { inner: quick_xml::Writer::new_with_indent(out, b' ', 1) };
        writer.put(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        writer
    }

    /// Bytes in the buffer so far.
    pub(super) fn length(&mut self) -> usize {
        self.inner.get_mut().len()
    }

    /// Takes back what was written after `length`: whole elements only.
    pub(super) fn take_back(&mut self, length: usize) {
        self.inner.get_mut().truncate(length);
    }

    /// Opens an element. Every one must be closed by [`Writer::close`].
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Start(tag(name, attributes)));
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(Event::Empty(tag(name, attributes)));
    }

    /// Writes an element with text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// Writes an element with attributes and text.
    pub(super) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.put(Event::Text(BytesText::from_escaped(partial_escape(legal(text)))));
        self.close(name);
    }

    /// Writes an element with text, if there is any.
    pub(super) fn text_if(&mut self, name: &str, text: &str) {
        if !text.trim().is_empty() {
            self.text(name, text);
        }
    }

    /// Writes an element whose text is a whole HTML body: as CDATA, which costs no escaping and is
    /// readable; `]]>` is split over two sections (XML 1.0, section 2.7).
    pub(super) fn html(&mut self, name: &str, attributes: &[(&str, &str)], html: &str) {
        self.open(name, attributes);
        for part in BytesCData::escaped(&legal(html)) {
            self.put(Event::CData(part));
        }
        self.close(name);
    }

    fn put(&mut self, event: Event<'_>) {
        // The buffer is a `Vec<u8>`: writing to it cannot fail.
        let _ = self.inner.write_event(event);
    }
}

fn tag<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        tag.push_attribute((*key, &*legal(value)));
    }
    tag
}

/// The text without the characters that have no place in XML or in HTML. Borrowed when there is none,
/// which is nearly always.
///
/// C0 controls other than tab, line feed and carriage return, U+FFFE and U+FFFF cannot be written at
/// all (XML 1.0, section 2.2, production `Char`); the other controls and noncharacters are advised
/// against there and forbidden in HTML (section "Preprocessing the input stream").
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    match has_illegal(text) {
        false => Cow::Borrowed(text),
        true => Cow::Owned(text.chars().filter(|c| !is_illegal(*c)).collect()),
    }
}

/// Whole articles pass through here once for each format: a look at a block's bytes, which the
/// compiler makes one of many bytes at a time, decides whether to look at its characters.
fn has_illegal(text: &str) -> bool {
    const BLOCK: usize = 64;
    let bytes = text.as_bytes();
    let is_illegal_at = |at: usize| text.get(at..).is_some_and(|rest| rest.starts_with(is_illegal));
    let mut start = 0;
    // Blocks of a fixed length, and a sum in the place of a condition: both for the compiler's sake.
    while let Some(block) = bytes[start..].first_chunk::<BLOCK>()
        && let Some(next) = bytes[start + 1..].first_chunk::<BLOCK>()
    {
        let pairs = block.iter().zip(next);
        let found = pairs.fold(0, |found, (byte, next)| found | may_be_illegal(*byte, *next));
        if found != 0 && (0..BLOCK).any(|i| is_illegal_at(start + i)) {
            return true;
        }
        start += BLOCK;
    }
    (start..bytes.len()).any(|at| !matches!(bytes[at], 0x20..=0x7e) && is_illegal_at(at))
}

fn is_illegal(c: char) -> bool {
    let is_white = matches!(c, '\t' | '\n' | '\r');
    let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    (c.is_control() && !is_white) || is_noncharacter
}

/// Not 0 if a character that begins with these bytes of UTF-8 may be illegal: ASCII controls, 0xC2 with
/// less than 0xA0 for the other controls, 0xEF and from 0xF0 on for noncharacters.
fn may_be_illegal(byte: u8, next: u8) -> u8 {
    let is = u8::from;
    let is_white = is(byte == b'\t') | is(byte == b'\n') | is(byte == b'\r');
    let is_control = (is(byte < 0x20) & (1 ^ is_white)) | is(byte == 0x7f);
    is_control | (is(byte == 0xc2) & is(next < 0xa0)) | is(byte >= 0xef)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_xml_cannot_hold_is_dropped_and_the_rest_kept() {
        assert_eq!(legal("a\u{0}b\u{b}\u{1f}\u{fffe}c\t\n\u{ffff}"), "abc\t\n");
        assert_eq!(legal("\u{7f}\u{85}\u{9f}\u{fdd0}\u{1ffff}\u{10fffe}\u{a0}\r"), "\u{a0}\r");
        assert!(matches!(legal("\u{fffd} \u{1f600} \u{202e}"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_illegal_character_is_missed_and_no_other_is_found() {
        let last_of_planes =
            (0..=0x10).flat_map(|plane| plane << 16 | 0xfff0..=plane << 16 | 0xffff);
        for c in (0..0x300).chain(0xfd00..0xfe00).chain(last_of_planes).filter_map(char::from_u32) {
            // The third place is at the end of a block.
            for before in ["", "a", &"«".repeat(31)] {
                assert_eq!(has_illegal(&format!("{before}{c}")), is_illegal(c), "{c:?}");
            }
        }
    }

    fn written(write: impl FnOnce(&mut Writer)) -> String {
        let mut out = Vec::new();
        write(&mut Writer::document(&mut out));
        let text = String::from_utf8(out).unwrap();
        text.split_once("?>\n").unwrap().1.to_string()
    }

    #[test]
    fn the_end_of_a_cdata_section_is_split() {
        let got = written(|xml| xml.html("c", &[], "a]]>b"));
        assert_eq!(got, "<c><![CDATA[a]]]]><![CDATA[>b]]></c>");
    }

    #[test]
    fn attributes_and_text_are_escaped() {
        let got = written(|xml| xml.text_with("a", &[("b", "\"<\n'&")], "<&>\""));
        assert_eq!(got, "<a b=\"&quot;&lt;&#10;&apos;&amp;\">&lt;&amp;&gt;\"</a>");
    }
}
