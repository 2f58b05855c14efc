//! The types that documents are made of, field by field. Each list of fields is complete or does not
//! compile: what is added to a type is stored too.

use super::super::date::Date;
use super::super::places::Entry;
use super::super::terms::Terms;
use super::super::{Document, FrontMatter, Kind, LeadImage, Places, SeriesPart, SortBy};
use super::bytes::{Input, Stored, Writer, stored, stored_choice};
use crate::config::Data;
use crate::diagnostic::code::CODES;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::markdown::{
    Body, Call, CallBody, CaptionLink, Heading, Hole, HoleKind, Html, Image, Prose,
};

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// The facts of a document: without the HTML, and of the terms the count of words only.
impl Stored for Document {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        let Document { file, folder, kind, lang, slug, front, prose, terms } = self;
        file.put(out);
        folder.put(out);
        kind.put(out);
        lang.put(out);
        slug.put(out);
        front.put(out);
        prose.put(out);
        terms.words.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(Document {
            file: Stored::take(input)?,
            folder: Stored::take(input)?,
            kind: Stored::take(input)?,
            lang: Stored::take(input)?,
            slug: Stored::take(input)?,
            front: Stored::take(input)?,
            prose: Stored::take(input)?,
            terms: Terms { words: Stored::take(input)?, ..Terms::default() },
        })
    }
}

stored_choice!(Kind { Page = 0, Bundle = 1, Section = 2 });
stored_choice!(SortBy { Date = 0, Title = 1, Weight = 2, Slug = 3 });
stored_choice!(Severity { Error = 0, Warning = 1 });

stored!(FrontMatter {
    title: String,
    date: Option<Date>,
    updated: Option<Date>,
    expires: Option<Date>,
    description: Option<String>,
    authors: Vec<String>,
    taxonomies: BTreeMap<String, Vec<String>>,
    series: Option<SeriesPart>,
    image: Option<LeadImage>,
    aliases: Vec<(String, Range<usize>)>,
    draft: bool,
    slug: Option<String>,
    path: Option<String>,
    template: Option<String>,
    toc: Option<bool>,
    comments: Option<bool>,
    search: Option<bool>,
    id: Option<String>,
    canonical: Option<String>,
    robots: Option<String>,
    weight: Option<i64>,
    sort_by: SortBy,
    paginate_by: Option<usize>,
    feed: bool,
    page_template: Option<String>,
    extra: Data,
    span: Range<usize>,
    places: Places,
});

stored!(Date { timestamp: i64, offset: i32, has_time: bool });
stored!(SeriesPart { name: String, order: Option<i64> });
stored!(LeadImage {
    src: String,
    alt: Option<String>,
    caption: Option<String>,
    credit: Option<String>,
    license: Option<String>,
    source: Option<String>,
});
stored!(Entry { key: u8, start: u32, end: u32 } if Entry::is_known);

impl Stored for Places {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        let Places(entries) = self;
        out.list(entries);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Vec::take(input).map(|entries| Places(entries.into_boxed_slice()))
    }
}

stored!(Prose {
    holes: Vec<Hole>,
    summary: Option<Range<usize>>,
    lead: String,
    heading_ids: Box<str>,
    anchors: Box<str>,
    has_raw_html: bool,
    has_code: bool,
    body: Body,
});
stored!(Html {
    text: String,
    parts: Vec<String>,
    headings: Vec<Heading>,
    page_only: Vec<Range<u32>>,
});
stored!(Heading { level: u8, id: String, html: String, text: String });
stored!(Hole { at: u32, source: Range<u32>, kind: HoleKind });
stored!(Image {
    src: String,
    alt: Option<String>,
    caption_html: String,
    caption: String,
    caption_links: Vec<CaptionLink>,
    credit: Option<String>,
    license: Option<String>,
    source: Option<String>,
    class: Option<String>,
    id: Option<String>,
    link: Option<String>,
    width: Option<String>,
    height: Option<String>,
    number: u32,
} if has_sound_links);
stored!(CaptionLink { at: Range<u32>, target: Box<str> });
stored!(Call { name: String, arguments: Vec<(String, Data)>, body: Option<CallBody> });

/// Whether the links of a caption stand in it, one after the other.
fn has_sound_links(image: &Image) -> bool {
    let mut at = 0;
    image.caption_links.iter().all(|link| {
        let (start, end) = (link.at.start as usize, link.at.end as usize);
        let fits = start >= at && image.caption_html.get(start..end).is_some();
        at = end;
        fits
    })
}

impl Stored for HoleKind {
    const LEAST: usize = 2;

    fn put(&self, out: &mut Writer<'_>) {
        match self {
            HoleKind::Link { target } => {
                out.byte(0);
                target.put(out);
            }
            HoleKind::Image(image) => {
                out.byte(1);
                image.put(out);
            }
            HoleKind::Figure(image) => {
                out.byte(2);
                image.put(out);
            }
            HoleKind::Component(call) => {
                out.byte(3);
                call.put(out);
            }
        }
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(match input.byte()? {
            0 => HoleKind::Link { target: Stored::take(input)? },
            1 => HoleKind::Image(Stored::take(input)?),
            2 => HoleKind::Figure(Stored::take(input)?),
            3 => HoleKind::Component(Stored::take(input)?),
            _ => return None,
        })
    }
}

impl Stored for CallBody {
    const LEAST: usize = 2;

    fn put(&self, out: &mut Writer<'_>) {
        let CallBody { part, holes } = self;
        part.put(out);
        holes.put(out);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        input.deeper(|input| {
            Some(CallBody { part: Stored::take(input)?, holes: Stored::take(input)? })
        })
    }
}

impl Stored for Data {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        match self {
            Data::Null => out.byte(0),
            Data::Bool(value) => out.byte(1 + u8::from(*value)),
            Data::Number(number) => put_number(number, out),
            Data::String(text) => {
                out.byte(6);
                text.put(out);
            }
            Data::Array(values) => {
                out.byte(7);
                values.put(out);
            }
            Data::Object(entries) => {
                out.byte(8);
                entries.len().put(out);
                for (key, value) in entries {
                    key.put(out);
                    value.put(out);
                }
            }
        }
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        Some(match input.byte()? {
            0 => Data::Null,
            1 => Data::Bool(false),
            2 => Data::Bool(true),
            3 => Data::Number(u64::take(input)?.into()),
            4 => Data::Number(i64::take(input)?.into()),
            5 => {
                let bits = u64::from_le_bytes(input.bytes(8)?.try_into().ok()?);
                Data::Number(serde_json::Number::from_f64(f64::from_bits(bits))?)
            }
            6 => Data::String(Stored::take(input)?),
            7 => Data::Array(input.deeper(Stored::take)?),
            8 => Data::Object(input.deeper(|input| {
                let count = input.count(2)?;
                (0..count).map(|_| Stored::take(input)).collect()
            })?),
            _ => return None,
        })
    }
}

fn put_number(number: &serde_json::Number, out: &mut Writer<'_>) {
    if let Some(value) = number.as_u64() {
        out.byte(3);
        value.put(out);
    } else if let Some(value) = number.as_i64() {
        out.byte(4);
        value.put(out);
    } else {
        out.byte(5);
        out.bytes(number.as_f64().unwrap_or_default().to_bits().to_le_bytes());
    }
}

/// Stems are as good as random, so that they take four bytes each. The words of the index stand apart.
impl Stored for Terms {
    const LEAST: usize = 4;

    fn put(&self, out: &mut Writer<'_>) {
        let Terms { words, stems, weights, named, names, index: _ } = self;
        words.put(out);
        put_hashes(stems, out);
        weights.len().put(out);
        out.bytes(weights.iter().copied());
        put_hashes(named, out);
        out.text(names);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let words = Stored::take(input)?;
        let stems = take_hashes(input)?;
        let count = input.count(1)?;
        let weights: Box<[u8]> = input.bytes(count)?.into();
        let named = take_hashes(input)?;
        let names = Stored::take(input)?;
        let index = Box::default();
        let is_sound = weights.len() == stems.len();
        is_sound.then_some(Terms { words, stems, weights, named, names, index })
    }
}

fn put_hashes(hashes: &[u32], out: &mut Writer<'_>) {
    hashes.len().put(out);
    out.bytes(hashes.iter().flat_map(|hash| hash.to_le_bytes()));
}

fn take_hashes(input: &mut Input<'_>) -> Option<Box<[u32]>> {
    let count = input.count(4)?;
    let (hashes, _) = input.bytes(count * 4)?.as_chunks::<4>();
    Some(hashes.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
}

stored!(Place {
    file: Arc<str>,
    line: usize,
    column: usize,
    width: usize,
    text: String,
    bytes: Option<Range<usize>>,
});
stored!(Diagnostic {
    id: &'static str,
    severity: Severity,
    message: String,
    place: Option<Place>,
    hint: Option<String>,
    notes: Vec<(String, Place)>,
});

/// The id of a diagnostic; one that is not known any more cannot be read.
impl Stored for &'static str {
    const LEAST: usize = 1;

    fn put(&self, out: &mut Writer<'_>) {
        out.text(self);
    }

    fn take(input: &mut Input<'_>) -> Option<Self> {
        let id = input.text()?;
        CODES.binary_search_by(|(known, _)| (*known).cmp(id)).ok().map(|at| CODES[at].0)
    }
}
