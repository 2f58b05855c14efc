//! Text -> letters of fonts at their places: faces, directions, joined and stacked forms.
//!
//! Directions: Unicode Standard Annex 9. Forms: OpenType layout, as HarfBuzz reads it. All lengths are in em.

use std::ops::Range;

use harfrust::{
    Buffer, Direction, Font, Language, Script, ShapeOptions, ShapePlan, ShaperFont, shape, unicode,
};
use rustc_hash::FxHashMap;
use unicode_bidi::{BidiClass, Level, ParagraphBidiInfo, bidi_class};
use unicode_segmentation::UnicodeSegmentation;

use super::choice::{Chooser, Style};
use super::fonts::Fonts;
use super::glyph::reach;
use super::lines::Piece;
use super::text::SOFT_HYPHEN;

/// What a reader takes for one letter, with all its marks.
#[derive(Debug, Clone)]
struct Cluster {
    /// Where it ends in the text, in bytes.
    end: usize,
    face: u32,
    script: Script,
    width: f32,
}

/// A letter of a font at its place on a line, from the line's left end and the baseline (y up).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    /// Tells the font apart: see [`Shaper::font`].
    pub font: u32,
    pub glyph: u32,
    pub x: f32,
    pub y: f32,
}

/// One paragraph, measured.
pub(super) struct Paragraph {
    pub text: String,
    clusters: Vec<Cluster>,
    style: Style,
    lang: String,
    pub is_rtl: bool,
    /// How far its letters reach above and below the baseline.
    pub reach: (f32, f32),
}

impl Paragraph {
    /// The pieces between places where a line may end; `hyphen` is the width of one.
    pub fn pieces(&self, ends: &[usize], hyphen: f32) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(ends.len());
        let mut clusters = self.clusters.iter().scan(0, |start, cluster| {
            let range = *start..cluster.end;
            *start = cluster.end;
            Some((range, cluster.width))
        });
        for &end in ends {
            let (mut width, mut last, mut reached) = (0.0, 0.0, None);
            while reached < Some(end)
                && let Some((range, advance)) = clusters.next()
            {
                reached = Some(range.end);
                let text = &self.text[range];
                width += advance;
                if !text.trim().is_empty() {
                    last = width + if text.ends_with(SOFT_HYPHEN) { hyphen } else { 0.0 };
                }
            }
            // A break within a letter is no break: then the piece is as long as the letter.
            pieces.extend(reached.map(|end| Piece { end, width, last }));
        }
        pieces
    }

    /// The ends of all letters.
    pub fn ends(&self) -> Vec<usize> {
        self.clusters.iter().map(|cluster| cluster.end).collect()
    }
}

/// Shapes text, and keeps what the next text can use.
pub(super) struct Shaper<'a> {
    fonts: &'a Fonts,
    chooser: Chooser<'a>,
    /// By face and weight.
    opened: FxHashMap<u32, Option<Font>>,
    plans: FxHashMap<(u32, Script, bool), (String, ShapePlan)>,
    reaches: FxHashMap<(u32, u32), (f32, f32)>,
    buffer: Buffer,
}

impl<'a> Shaper<'a> {
    pub fn new(fonts: &'a Fonts) -> Shaper<'a> {
        Shaper {
            fonts,
            chooser: Chooser::new(fonts.faces()),
            opened: FxHashMap::default(),
            plans: FxHashMap::default(),
            reaches: FxHashMap::default(),
            buffer: Buffer::new(),
        }
    }

    /// Fails when there is no font at all.
    pub fn check(&self) -> Result<(), String> {
        match self.fonts.faces() {
            [] => Err("no usable font was found".to_string()),
            _ => Ok(()),
        }
    }

    /// The font of a placed letter, at its weight.
    pub fn font(&mut self, id: u32) -> Option<Font> {
        let fonts = self.fonts;
        let open = || {
            let face = id as usize / 2;
            let font = fonts.open(face)?;
            let (light, heavy) = fonts.faces().get(face)?.weight;
            if light == heavy {
                return Some(font);
            }
            let wanted: f32 = if id % 2 == 1 { 700.0 } else { 400.0 };
            let weight = wanted.clamp(light, heavy);
            Some(font.instance_builder().variations([("wght", weight)]).build())
        };
        self.opened.entry(id).or_insert_with(open).clone()
    }

    /// Measures a cleaned text. Signs that no font has and that belong to no script (emoji) are left out.
    ///
    /// # Errors
    /// No font has letters for a script of the text; in words.
    pub fn paragraph(
        &mut self,
        text: &str,
        style: Style,
        lang: &str,
        is_rtl: bool,
    ) -> Result<Paragraph, String> {
        let (text, clusters) = self.clusters(text, style)?;
        let lang = lang.to_string();
        let is_rtl = is_rtl_text(&text, is_rtl);
        let mut paragraph = Paragraph { text, clusters, style, lang, is_rtl, reach: (0.0, 0.0) };
        let levels = ParagraphBidiInfo::new(&paragraph.text, Some(base(is_rtl))).levels;
        let mut at = 0;
        for run in runs(&paragraph.clusters, 0..paragraph.text.len(), &levels) {
            self.shape(&paragraph, run.clone(), levels[run.start])?;
            let font = font_id(&paragraph, run.start);
            let Some(opened) = self.font(font) else { continue };
            let em = f32::from(opened.units_per_em().max(1));
            // Letters of right-to-left text come from the left, as they are read on the card.
            let letters = self.buffer.glyph_infos().iter().zip(self.buffer.glyph_positions());
            let mut widths: Vec<(usize, f32)> = Vec::with_capacity(run.len());
            for (info, position) in letters {
                widths.push((run.start + info.cluster as usize, position.x_advance as f32 / em));
                let key = (font, info.glyph_id);
                let reach =
                    self.reaches.entry(key).or_insert_with(|| reach(&opened, info.glyph_id));
                let lift = position.y_offset as f32 / em;
                paragraph.reach.0 = paragraph.reach.0.max(reach.0 + lift);
                paragraph.reach.1 = paragraph.reach.1.max(reach.1 - lift);
            }
            widths.sort_by_key(|&(start, _)| start);
            for (start, width) in widths {
                while paragraph.clusters[at].end <= start {
                    at += 1;
                }
                paragraph.clusters[at].width += width;
            }
        }
        Ok(paragraph)
    }

    /// The letters of a line from left to right, and the line's width.
    ///
    /// # Errors
    /// As for `paragraph`.
    pub fn line(
        &mut self,
        paragraph: &Paragraph,
        line: Range<usize>,
    ) -> Result<(Vec<Placed>, f32), String> {
        let end = line.start + paragraph.text[line.clone()].trim_end().len();
        let mut letters = Vec::new();
        let mut x = 0.0;
        if end == line.start {
            return Ok((letters, x));
        }
        let info = ParagraphBidiInfo::new(&paragraph.text, Some(base(paragraph.is_rtl)));
        let (levels, parts) = info.visual_runs(line.start..end);
        for part in parts {
            let level = levels[part.start];
            let mut runs = runs(&paragraph.clusters, part, &levels);
            if level.is_rtl() {
                runs.reverse();
            }
            for run in runs {
                self.shape(paragraph, run.clone(), level)?;
                let font = font_id(paragraph, run.start);
                let em = self.font(font).map_or(1.0, |font| f32::from(font.units_per_em().max(1)));
                let shaped = self.buffer.glyph_infos().iter().zip(self.buffer.glyph_positions());
                for (info, position) in shaped {
                    let (right, up) =
                        (position.x_offset as f32 / em, position.y_offset as f32 / em);
                    letters.push(Placed { font, glyph: info.glyph_id, x: x + right, y: up });
                    x += position.x_advance as f32 / em;
                }
            }
        }
        Ok((letters, x))
    }

    /// Fills the buffer with the letters of one run.
    fn shape(
        &mut self,
        paragraph: &Paragraph,
        run: Range<usize>,
        level: Level,
    ) -> Result<(), String> {
        let id = font_id(paragraph, run.start);
        let font = self.font(id).ok_or("a font file cannot be read")?;
        let script = cluster_at(&paragraph.clusters, run.start).script;
        let direction =
            if level.is_rtl() { Direction::RightToLeft } else { Direction::LeftToRight };
        let language = Language::new(&paragraph.lang);
        let plan = || ShapePlan::new(&font, direction, Some(script), language.as_ref(), &[]);
        let key = (id, script, level.is_rtl());
        let (lang, kept) =
            self.plans.entry(key).or_insert_with(|| (paragraph.lang.clone(), plan()));
        if *lang != paragraph.lang {
            (*lang, *kept) = (paragraph.lang.clone(), plan());
        }
        let buffer = &mut self.buffer;
        buffer.reset();
        buffer.push_str(&paragraph.text[run.clone()]);
        buffer.set_pre_context(&paragraph.text[..run.start]);
        buffer.set_post_context(&paragraph.text[run.end..]);
        buffer.set_direction(direction);
        buffer.set_script(Some(script));
        buffer.set_language(language);
        let options = ShapeOptions::new().plan(Some(kept));
        shape(&ShaperFont::new(&font), buffer, options)
            .map_err(|error| format!("the text cannot be set ({error})"))
    }

    /// The text without what cannot be drawn, and its letters with their faces.
    fn clusters(&mut self, text: &str, style: Style) -> Result<(String, Vec<Cluster>), String> {
        let mut kept = String::with_capacity(text.len());
        let mut clusters: Vec<Cluster> = Vec::new();
        // What belongs to no script (digits, signs) goes with the letter before, at the start with the first one.
        let own = |letter: &str| {
            letter.chars().map(|c| unicode::script(c as u32)).find(|s| !is_common(*s))
        };
        let first = text.graphemes(true).find_map(|letter| Some((letter, own(letter)?)));
        let mut script = first.map_or(Script::LATIN, |(_, script)| script);
        let mut before =
            first.and_then(|(letter, _)| self.chooser.face(style, letter, None, false));
        let mut open = Vec::new();
        for letter in text.graphemes(true) {
            if letter == " " && (kept.is_empty() || kept.ends_with(' ')) {
                continue;
            }
            let own = own(letter);
            script = own.unwrap_or(script);
            // A bracket closes as it was opened.
            if letter == ")"
                && let Some(opened) = open.pop()
            {
                (before, script) = opened;
            }
            match self.chooser.face(style, letter, before, own.is_none()) {
                Some(face) => {
                    kept.push_str(letter);
                    clusters.push(Cluster { end: kept.len(), face, script, width: 0.0 });
                    before = Some(face);
                }
                None if own.is_none() => {}
                None => return Err(no_letter(letter, script)),
            }
            if letter == "(" {
                open.push((before, script));
            }
        }
        Ok((kept, clusters))
    }
}

fn no_letter(letter: &str, script: Script) -> String {
    let tag = script.tag();
    format!("no font here has the letter `{letter}` (script `{tag}`)")
}

fn is_common(script: Script) -> bool {
    matches!(script, Script::COMMON | Script::INHERITED | Script::UNKNOWN)
}

/// The direction of the page, unless no letter runs that way: a Latin name or date on an Arabic card.
fn is_rtl_text(text: &str, is_rtl: bool) -> bool {
    let has = |right: bool| {
        text.chars().any(|c| match bidi_class(c) {
            BidiClass::L => !right,
            BidiClass::R | BidiClass::AL => right,
            _ => false,
        })
    };
    if has(is_rtl) || !has(!is_rtl) { is_rtl } else { !is_rtl }
}

fn base(is_rtl: bool) -> Level {
    if is_rtl { Level::rtl() } else { Level::ltr() }
}

fn cluster_at(clusters: &[Cluster], start: usize) -> &Cluster {
    let at = clusters.partition_point(|cluster| cluster.end <= start);
    &clusters[at.min(clusters.len() - 1)]
}

/// Face and weight in one number.
fn font_id(paragraph: &Paragraph, start: usize) -> u32 {
    cluster_at(&paragraph.clusters, start).face * 2 + u32::from(paragraph.style.bold)
}

/// Stretches of one face, script and direction within a range, in the order of the text.
fn runs(clusters: &[Cluster], range: Range<usize>, levels: &[Level]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let first = clusters.partition_point(|cluster| cluster.end <= range.start);
    let mut start = range.start;
    let mut last: Option<(u32, Script, Level)> = None;
    for cluster in &clusters[first..] {
        if start >= range.end {
            break;
        }
        let end = cluster.end.min(range.end);
        let kind = (cluster.face, cluster.script, levels[start]);
        match runs.last_mut() {
            Some(run) if last == Some(kind) => run.end = end,
            _ => runs.push(start..end),
        }
        (start, last) = (end, Some(kind));
    }
    runs
}
