//! Cards drawn with whatever fonts this machine has. Without any, the tests of pictures say so and pass.

use std::ops::Range;
use std::path::Path;

use super::canvas::Canvas;
use super::lines::{Piece, cut, fill, fit};
use super::text::{Breaker, Region, clean};
use super::*;

const COLORS: CardColors = CardColors {
    background: [253, 251, 246],
    text: [28, 26, 23],
    accent: [166, 38, 28],
    muted: [110, 102, 92],
};

fn card(title: &str) -> Card {
    Card {
        title: title.to_string(),
        site: "The Steppe Review".to_string(),
        byline: "A Writer".to_string(),
        date: "17 July 2015".to_string(),
        lang: "en".to_string(),
        is_rtl: false,
        colors: COLORS,
        serif: true,
    }
}

/// The fonts of this machine that are few and known, if it has any with Latin letters.
fn fonts() -> Option<Fonts> {
    fn walk(folder: &Path, files: &mut Vec<FontFile>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_font = path.extension().is_some_and(|end| end == "ttf" || end == "otf");
            if path.is_dir() {
                walk(&path, files);
            } else if is_font && let Ok(data) = entry.metadata() {
                let path = path.to_string_lossy().into_owned();
                files.push(FontFile::System { path, size: data.len() });
            }
        }
    }
    let mut files = Vec::new();
    for folder in ["/usr/share/fonts", "/System/Library/Fonts", "C:\\Windows\\Fonts"] {
        walk(Path::new(folder), &mut files);
    }
    let fonts = Fonts::new(files, |path, range| {
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        std::fs::read(path).ok()?.get(range).map(<[u8]>::to_vec)
    });
    let has_letters = draw(&card("Test"), &fonts).is_ok();
    if !has_letters {
        eprintln!("no font with Latin letters on this machine: no card was drawn by this test");
    }
    has_letters.then_some(fonts)
}

/// Columns and rows with anything on them, and the columns within some rows.
fn ink(canvas: &Canvas, rows: Range<usize>) -> (Range<usize>, Range<usize>) {
    let width = SIZE.0 as usize;
    let lines =
        || canvas.pixels().chunks_exact(width).enumerate().skip(rows.start).take(rows.len());
    let set = |line: &[u8]| line.iter().any(|&pixel| pixel != 0);
    let ys: Vec<usize> = lines().filter(|(_, line)| set(line)).map(|(y, _)| y).collect();
    let left = lines().filter_map(|(_, line)| line.iter().position(|&p| p != 0)).min().unwrap();
    let right = lines().filter_map(|(_, line)| line.iter().rposition(|&p| p != 0)).max().unwrap();
    (left..right + 1, ys[0]..ys[ys.len() - 1] + 1)
}

/// One piece of width 1 for each letter, as the breaker cuts them.
fn pieces(text: &str) -> Vec<Piece> {
    let mut start = 0;
    let piece = |end| {
        let part = &text[start..end];
        start = end;
        let (width, last) = (part.chars().count(), part.trim_end().chars().count());
        Piece { end, width: width as f32, last: last as f32 }
    };
    Breaker::new().ends(text, Region::of(text, "en")).into_iter().map(piece).collect()
}

fn clusters(text: &str) -> Vec<Piece> {
    // A space takes no room at the end of a line.
    let last = |c| if c == ' ' { 0.0 } else { 1.0 };
    let piece = |(i, c): (usize, char)| Piece { end: i + c.len_utf8(), width: 1.0, last: last(c) };
    text.char_indices().map(piece).collect()
}

fn texts<'t>(text: &'t str, lines: &[Range<usize>]) -> Vec<&'t str> {
    lines.iter().map(|line| text[line.clone()].trim_end()).collect()
}

#[test]
fn a_card_is_a_png_of_1200_by_630_without_metadata() {
    let Some(fonts) = fonts() else { return };
    let bytes = draw(&card("What the Bishkek raid says about recruitment"), &fonts).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(&bytes));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((frame.width, frame.height), SIZE);
    let mut kinds = Vec::new();
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        kinds.push(String::from_utf8_lossy(&head[4..]).into_owned());
        at += 12 + u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
    }
    kinds.dedup();
    assert_eq!(kinds, ["IHDR", "PLTE", "IDAT", "IEND"]);
    assert!(bytes.len() < 40 << 10, "{}", bytes.len());
}

#[test]
fn the_same_card_has_the_same_bytes_on_every_thread_and_after_any_other_card() {
    let Some(fonts) = fonts() else { return };
    let cards: Vec<Card> =
        (0..20).map(|i| card(&format!("Title number {i} of a series"))).collect();
    let alone: Vec<Vec<u8>> = cards.iter().map(|card| draw(card, &fonts).unwrap()).collect();
    std::thread::scope(|scope| {
        for turn in [1, 3, 7] {
            let (cards, alone, fonts) = (&cards, &alone, &fonts);
            scope.spawn(move || {
                let mut drawer = Drawer::new(fonts);
                for i in (0..cards.len()).map(|i| i * turn % cards.len()) {
                    assert!(drawer.draw(&cards[i]).unwrap() == alone[i], "card {i}");
                }
            });
        }
    });
    assert_ne!(alone[0], alone[1]);
}

#[test]
fn all_text_stays_within_the_margins() {
    let Some(fonts) = fonts() else { return };
    let mut drawer = Drawer::new(&fonts);
    let long = "Security cooperation in Central Asia, ".repeat(20);
    for title in ["I", "Raid in Bishkek", &long, &"Donaudampfschiff".repeat(9), &"W ".repeat(90)] {
        for is_rtl in [false, true] {
            let all = Card { byline: long.clone(), site: long.clone(), is_rtl, ..card(title) };
            let (columns, rows) = ink(drawer.paint(&all).unwrap(), 0..630);
            assert!(columns.start >= 76 && columns.end <= 1124, "{columns:?} {title}");
            assert!(rows.start >= 70 && rows.end <= 562, "{rows:?} {title}");
        }
    }
}

#[test]
fn a_card_from_right_to_left_stands_at_the_right() {
    let Some(fonts) = fonts() else { return };
    let mut drawer = Drawer::new(&fonts);
    for (is_rtl, side) in [(false, 70..600), (true, 600..1130)] {
        let (columns, _) = ink(drawer.paint(&Card { is_rtl, ..card("Raid") }).unwrap(), 0..500);
        assert!(side.start <= columns.start && columns.end <= side.end, "{columns:?}");
    }
}

#[test]
fn what_no_font_has_is_told_by_its_script_and_emoji_are_left_out() {
    let Some(fonts) = fonts() else { return };
    // No font is made for private use characters; U+1F9FF may be there, and then it is drawn.
    assert!(draw(&card("News \u{1f9ff} from the steppe"), &fonts).is_ok());
    let error = draw(&card("\u{12000}\u{12001}"), &fonts);
    assert!(error.as_ref().map_or_else(|error| error.contains("`Xsux`"), |_| true), "{error:?}");
    assert_eq!(draw(&card(" \n "), &fonts).unwrap_err(), "the title has no letters to draw");
}

#[test]
fn without_fonts_there_is_a_reason_and_no_card() {
    let broken =
        FontFile::Theme { name: "a.ttf".to_string(), bytes: b"\0\x01\0\0\xff\xff".to_vec() };
    for files in [vec![], vec![broken]] {
        let fonts = Fonts::new(files, |_, _| None);
        assert_eq!(draw(&card("Raid"), &fonts).unwrap_err(), "no usable font was found");
    }
}

#[test]
fn every_cut_of_a_font_file_is_an_error_or_a_card() {
    let Some(fonts) = fonts() else { return };
    let whole = std::fs::read(fonts.first_file().unwrap()).unwrap();
    for i in 0..40 {
        let mut bytes = whole.clone();
        if i < 20 {
            bytes.truncate(whole.len() * i / 20);
        } else {
            // Some bytes of the tables at its start turn over.
            for at in (i..whole.len().min(4000)).step_by(97) {
                bytes[at] ^= 0xff;
            }
        }
        let file = FontFile::Theme { name: "broken.ttf".to_string(), bytes };
        let _ = draw(&card("Raid in Bishkek (2015)…"), &Fonts::new(vec![file], |_, _| None));
    }
}

#[test]
fn the_hash_of_a_card_tells_apart_all_that_shows_and_the_fonts() {
    let file = |size| FontFile::System { path: "/fonts/a.ttf".to_string(), size };
    let fonts = Fonts::new(vec![file(1)], |_, _| None);
    let first = card("Raid");
    let moved = FontFile::System { path: "/other/a.ttf".to_string(), size: 1 };
    assert_eq!(first.hash(&fonts), first.hash(&Fonts::new(vec![moved], |_, _| None)));
    assert_ne!(first.hash(&fonts), first.hash(&Fonts::new(vec![file(2)], |_, _| None)));
    let name = |text: &str| text.to_string();
    for other in [
        Card { title: name("RaidT"), site: name("he Steppe Review"), ..first.clone() },
        Card { site: name(""), ..first.clone() },
        Card { byline: name(""), ..first.clone() },
        Card { date: name(""), ..first.clone() },
        Card { lang: name("fr"), ..first.clone() },
        Card { is_rtl: true, ..first.clone() },
        Card { serif: false, ..first.clone() },
        Card { colors: CardColors { muted: [0; 3], ..COLORS }, ..first.clone() },
    ] {
        assert_ne!(first.hash(&fonts), other.hash(&fonts), "{other:?}");
    }
}

#[test]
fn lines_end_between_words_and_are_about_equally_long() {
    let text = "What the Bishkek raid says about recruitment in it";
    let pieces = pieces(text);
    assert_eq!(
        texts(text, &fit(&pieces, 48.0, 3).unwrap().lines),
        ["What the Bishkek raid says", "about recruitment in it"]
    );
    for max in 11..60 {
        let lines = fit(&pieces, max as f32, 99).unwrap().lines;
        let words: Vec<&str> =
            lines.iter().flat_map(|line| text[line.clone()].split(' ')).collect();
        assert_eq!(words.iter().filter(|word| !word.is_empty()).count(), 9, "{lines:?}");
        assert!(lines.len() == fill(&pieces, max as f32).len());
        assert!(texts(text, &lines).iter().all(|line| line.len() <= max), "{lines:?}");
    }
    assert_eq!(fit(&pieces, 10.0, 99), None, "`recruitment` has 11 letters");
    assert_eq!(fit(&pieces, 20.0, 2), None);
}

#[test]
fn a_title_that_is_too_long_ends_after_a_whole_word() {
    let text = "What the Bishkek raid says about recruitment in it";
    let lines = cut(&pieces(text), &clusters(text), 17.0, 2, 1.0, false);
    assert!(lines.is_cut);
    assert_eq!(texts(text, &lines.lines), ["What the Bishkek", "raid says about"]);
    // The next word would leave no room for the ellipsis.
    let lines = cut(&pieces(text), &clusters(text), 16.0, 1, 1.0, false);
    assert_eq!(texts(text, &lines.lines), ["What the"]);
}

#[test]
fn a_word_longer_than_a_line_is_broken_at_last_and_no_other_is() {
    let text = "The Donaudampfschiff sinks";
    let lines = cut(&pieces(text), &clusters(text), 10.0, 5, 1.0, false);
    assert_eq!(texts(text, &lines.lines), ["The Donaud", "ampfschiff", "sinks"]);
    assert!(!lines.is_cut);
}

#[test]
fn chinese_breaks_between_characters_and_thai_between_words() {
    let ends = |text: &str, lang| Breaker::new().ends(text, Region::of(text, lang));
    assert_eq!(ends("比什凯克，说", "zh"), [3, 6, 9, 15, 18]);
    let thai = "การทหารและความมั่นคง";
    let words: Vec<&str> = ends(thai, "th").windows(2).map(|w| &thai[w[0]..w[1]]).collect();
    assert!(words.contains(&"และ"), "{words:?}");
    assert_eq!(ends("비슈케크 급습이", "ko").len(), 2, "Korean breaks at spaces");
}

#[test]
fn control_characters_and_endless_texts_are_harmless() {
    assert_eq!(clean(" a\u{0}\n\t b \u{2029}").0, "a b");
    let (text, is_cut) = clean(&"\u{301}".repeat(100_000));
    assert!(is_cut && text.chars().count() == 1000);
    let Some(fonts) = fonts() else { return };
    for title in [
        "\u{202e}abc",
        "a\u{200d}\u{200d}b",
        "\u{ad}\u{ad}a\u{ad}",
        "()))((a",
        &"a\u{301}".repeat(5000),
    ] {
        draw(&card(title), &fonts).unwrap();
    }
}
