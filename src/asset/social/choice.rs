//! Which face a letter is taken from: the theme's own, then well-made families that are often installed, then any
//! that has the letter.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::face::Face;
use super::text::{Region, is_ignorable};

/// The kind of letters that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Style {
    pub serif: bool,
    pub bold: bool,
    pub region: Region,
}

impl Style {
    /// In the units of OpenType.
    pub fn weight(self) -> f32 {
        if self.bold { 700.0 } else { 400.0 }
    }
}

/// Families for longer reading, the best first; each system has one of them.
#[rustfmt::skip]
const SERIF: &[&str] = &[
    "Source Serif 4", "Source Serif Pro", "Noto Serif", "Charter", "Georgia", "Libertinus Serif", "Tinos",
    "Liberation Serif", "Times New Roman", "Nimbus Roman", "FreeSerif", "DejaVu Serif", "Times",
];
#[rustfmt::skip]
const SANS: &[&str] = &[
    "Inter", "Source Sans 3", "Source Sans Pro", "Noto Sans", "Helvetica Neue", "Segoe UI", "Roboto", "Arimo",
    "Liberation Sans", "Arial", "Nimbus Sans", "FreeSans", "DejaVu Sans", "Helvetica",
];

/// Parts of names of families with serifs, or what stands for them in other scripts.
const LIKE_SERIF: &[&str] =
    &["Serif", "Naskh", "Song", "Ming", "SimSun", "Mincho", "Batang", "Myungjo", "Times", "David"];
/// Parts of names of families for other uses than titles.
const FOR_OTHER_USES: &[&str] = &[
    "Mono",
    "Condensed",
    "Narrow",
    "Symbol",
    "Math",
    "Emoji",
    "Nastaliq",
    "Kufi",
    "Rashi",
    "Display",
    "Looped",
    "Unifont",
    "Fallback",
];

/// Parts of names of families that draw Chinese characters as a region does.
#[rustfmt::skip]
const REGIONS: &[(Region, &[&str])] = &[
    (Region::Simplified,  &[" SC", "SimSun", "SimHei", "YaHei", "Songti", "Heiti", "WenQuanYi"]),
    (Region::Traditional, &[" TC", "MingLiU", "JhengHei"]),
    (Region::HongKong,    &[" HK", "_HKSCS"]),
    (Region::Japan,       &[" JP", "Hiragino", "Yu Mincho", "Yu Gothic", "MS Mincho", "MS Gothic", "Meiryo", "IPA"]),
    (Region::Korea,       &[" KR", "Batang", "Malgun", "Nanum", "Apple SD", "AppleMyungjo", "Gulim"]),
];

/// Finds faces, and remembers what it found.
pub(super) struct Chooser<'a> {
    faces: &'a [Face],
    orders: FxHashMap<Style, Rc<[u32]>>,
    found: FxHashMap<(Style, char), Option<u32>>,
}

impl<'a> Chooser<'a> {
    pub fn new(faces: &'a [Face]) -> Chooser<'a> {
        Chooser { faces, orders: FxHashMap::default(), found: FxHashMap::default() }
    }

    /// The face for the characters of one letter; `before` is preferred for what belongs to no script.
    pub fn face(
        &mut self,
        style: Style,
        letter: &str,
        before: Option<u32>,
        is_common: bool,
    ) -> Option<u32> {
        let mut needed =
            letter.chars().filter(|&character| !is_ignorable(character) && character != ' ');
        let Some(first) = needed.next() else { return before.or_else(|| self.single(style, ' ')) };
        let has = |face: u32| {
            let face = &self.faces[face as usize];
            letter.chars().all(|character| is_ignorable(character) || face.has(character))
        };
        if let Some(before) = before.filter(|&before| is_common && has(before)) {
            return Some(before);
        }
        let single = self.single(style, first)?;
        if needed.next().is_none() || has(single) {
            return Some(single);
        }
        let order = self.order(style);
        order.iter().copied().find(|&face| has(face)).or(Some(single))
    }

    /// The best face with a letter for one character.
    fn single(&mut self, style: Style, character: char) -> Option<u32> {
        if let Some(&found) = self.found.get(&(style, character)) {
            return found;
        }
        let order = self.order(style);
        let found = order.iter().copied().find(|&face| self.faces[face as usize].has(character));
        self.found.insert((style, character), found);
        found
    }

    fn order(&mut self, style: Style) -> Rc<[u32]> {
        let faces = self.faces;
        let make = || {
            let mut order: Vec<u32> = (0..u32::try_from(faces.len()).unwrap_or(u32::MAX)).collect();
            order.sort_by_cached_key(|&i| {
                let face = &faces[i as usize];
                (rank(face, style), face.distance(style.weight()), face.family.clone(), i)
            });
            order.into()
        };
        self.orders.entry(style).or_insert_with(make).clone()
    }
}

/// Lower is better. The families of one rank are told apart by weight, then by name.
fn rank(face: &Face, style: Style) -> u32 {
    if face.is_theme {
        return 0;
    }
    let family = &*face.family;
    let (wanted, other) = if style.serif { (SERIF, SANS) } else { (SANS, SERIF) };
    let place = |list: &[&str]| list.iter().position(|name| *name == family);
    if let Some(place) = place(wanted) {
        return 1 + place as u32;
    }
    let any = |parts: &[&str]| parts.iter().any(|part| family.contains(part));
    let is_alike = any(LIKE_SERIF) == style.serif;
    let base = match place(other) {
        Some(place) => 400 + place as u32,
        None if is_alike && family.starts_with("Noto ") => 100,
        None if is_alike => 200,
        None if family.starts_with("Noto ") => 300,
        None => 350,
    };
    let region = REGIONS.iter().find(|(_, parts)| any(parts));
    let is_foreign = region.is_some_and(|(region, _)| *region != style.region);
    base + if is_foreign { 20 } else { 0 } + if any(FOR_OTHER_USES) { 1000 } else { 0 }
}
