//! Credit in XMP packets (ISO 16684-1) and in the RDF of drawings, and the one packet that we write.

use quick_xml::NsReader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::{Embedded, Rights, text};

/// Begins the XMP block of a JPEG (XMP specification part 3, 1.1.3).
pub(super) const MARK: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// Longest packet that is read, in bytes.
pub(super) const LONGEST: usize = 1_000_000;
/// Longest text of one property that is gathered, in bytes.
const LONGEST_TEXT: usize = 16_000;

const DC: &str = "http://purl.org/dc/elements/1.1/";
const PHOTOSHOP: &str = "http://ns.adobe.com/photoshop/1.0/";
const RIGHTS: &str = "http://ns.adobe.com/xap/1.0/rights/";
const CC: &str = "http://creativecommons.org/ns#";
const OLD_CC: &str = "http://web.resource.org/cc/";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Creator,
    Credit,
    Rights,
    WebStatement,
    License,
    Source,
    DcSource,
}

/// All texts of one property: language, if one is given, and text.
type Texts = Vec<(Option<String>, String)>;

/// Reads the properties wherever they stand, as elements or attributes. What follows the first mistake, or the
/// first million bytes, is not read.
pub(super) fn read(packet: &[u8]) -> Embedded {
    let packet = String::from_utf8_lossy(&packet[..packet.len().min(LONGEST)]);
    let mut reader = NsReader::from_str(packet.trim_start_matches(['\u{feff}', '\0']));
    let mut found = Found::default();
    // A property that is open, with the depth of its element.
    let mut open: Option<(Property, usize)> = None;
    let mut depth = 0usize;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => {
                depth += 1;
                found.attributes(&reader, &element, open.map(|(property, _)| property));
                match open {
                    None => {
                        if let Some(property) =
                            property(reader.resolver().resolve_element(element.name()))
                        {
                            open = Some((property, depth));
                            found.begin(property, language(&element));
                        }
                    }
                    Some((property, _)) => found.begin(property, language(&element)),
                }
            }
            Event::Empty(element) => {
                let own = property(reader.resolver().resolve_element(element.name()));
                found.attributes(&reader, &element, open.map(|(property, _)| property).or(own));
            }
            Event::End(_) => {
                if open.is_some_and(|(_, at)| at == depth) {
                    open = None;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(part) => found.add(open, &part.xml10_content()),
            Event::CData(part) => found.add(open, &part.xml10_content()),
            Event::GeneralRef(name) => {
                let mut letter = [0; 4];
                match name.resolve_char_ref() {
                    Ok(Some(c)) => found.add(open, c.encode_utf8(&mut letter)),
                    _ => found.add(open, resolve_predefined_entity(&name).unwrap_or_default()),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found.into_embedded()
}

#[derive(Debug, Default)]
struct Found {
    texts: Vec<(Property, Texts)>,
}

impl Found {
    fn of(&mut self, property: Property) -> &mut Texts {
        let place = self.texts.iter().position(|(known, _)| *known == property);
        let place = place.unwrap_or_else(|| {
            self.texts.push((property, Vec::new()));
            self.texts.len() - 1
        });
        &mut self.texts[place].1
    }

    /// Another text begins: of the property itself, or of one member of it.
    fn begin(&mut self, property: Property, language: Option<String>) {
        let texts = self.of(property);
        if texts.len() < 1_000 {
            texts.push((language, String::new()));
        }
    }

    fn add(&mut self, open: Option<(Property, usize)>, part: &str) {
        let Some((property, _)) = open else { return };
        if let Some((_, text)) = self.of(property).last_mut()
            && text.len() + part.len() <= LONGEST_TEXT
        {
            text.push_str(part);
        }
    }

    /// Properties that are written as attributes, and the address in `rdf:resource`.
    fn attributes(
        &mut self,
        reader: &NsReader<&[u8]>,
        element: &BytesStart,
        open: Option<Property>,
    ) {
        let own = property(reader.resolver().resolve_element(element.name()));
        for attribute in element.attributes().flatten() {
            let named = match open.or(own) {
                Some(open) if attribute.key.as_ref() == "rdf:resource" => Some(open),
                _ => property(reader.resolver().resolve_attribute(attribute.key)),
            };
            if let (Some(property), Ok(value)) =
                (named, attribute.normalized_value(Default::default()))
            {
                self.begin(property, None);
                self.add(Some((property, 0)), &value);
            }
        }
    }

    fn into_embedded(self) -> Embedded {
        let all = |property| {
            let found = self.texts.iter().find(|(known, _)| *known == property);
            found.map(|(_, texts)| texts.as_slice()).unwrap_or_default()
        };
        let one = |property| {
            let default = all(property)
                .iter()
                .filter(|(language, _)| language.as_deref() == Some("x-default"));
            default.chain(all(property)).find_map(|(_, found)| text::tidy(found))
        };
        Embedded {
            creator: text::join(all(Property::Creator).iter().map(|(_, text)| text.clone())),
            credit: one(Property::Credit),
            copyright: one(Property::Rights),
            web_statement: one(Property::WebStatement).or_else(|| one(Property::License)),
            source: one(Property::Source).or_else(|| one(Property::DcSource)),
            orientation: 0,
        }
    }
}

fn property(
    (namespace, name): (ResolveResult<'_>, quick_xml::name::LocalName<'_>),
) -> Option<Property> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return None };
    Some(match (namespace, name.as_ref()) {
        (DC, "creator") => Property::Creator,
        (DC, "rights") => Property::Rights,
        (DC, "source") => Property::DcSource,
        (PHOTOSHOP, "Credit") => Property::Credit,
        (PHOTOSHOP, "Source") => Property::Source,
        (RIGHTS, "WebStatement") => Property::WebStatement,
        (CC | OLD_CC, "license") => Property::License,
        _ => return None,
    })
}

fn language(element: &BytesStart) -> Option<String> {
    let found =
        element.attributes().flatten().find(|attribute| attribute.key == QName("xml:lang"))?;
    Some(found.value.into_owned())
}

/// A packet with these fields and nothing else; `None` when all are empty.
pub(super) fn packet(rights: &Rights) -> Option<Vec<u8>> {
    let field = |text: &Option<String>| {
        let text = text::tidy(text.as_deref()?)?;
        // XML 1.0 knows no other characters that are left out of it.
        Some(escape(text.replace(['\u{fffe}', '\u{ffff}'], "")).into_owned())
    };
    let Rights { creator, credit, copyright, web_statement } = rights;
    let fields = [
        (field(creator), "<dc:creator><rdf:Seq><rdf:li>", "</rdf:li></rdf:Seq></dc:creator>"),
        (
            field(copyright),
            "<dc:rights><rdf:Alt><rdf:li xml:lang=\"x-default\">",
            "</rdf:li></rdf:Alt></dc:rights>",
        ),
        (field(credit), "<photoshop:Credit>", "</photoshop:Credit>"),
        (field(web_statement), "<xmpRights:WebStatement>", "</xmpRights:WebStatement>"),
    ];
    let mut out = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"{DC}\" xmlns:photoshop=\"{PHOTOSHOP}\" xmlns:xmpRights=\"{RIGHTS}\">"
    );
    let mut is_empty = true;
    for (text, before, after) in fields {
        if let Some(text) = text {
            is_empty = false;
            out.extend([before, &*text, after]);
        }
    }
    out.push_str("</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>");
    (!is_empty).then(|| out.into_bytes())
}
