//! The search index through the real binary: what is in it, what a browser loads, and what an edit writes anew.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::{CONFIG, Site};

const PAGE: &str =
    "<form role=\"search\" action=\"{{ config.search }}\"><input name=\"q\"></form>{{ index }}";

fn article(title: &str, day: usize, front: &str, body: &str) -> String {
    let (year, month) = (2010 + day / 300, 1 + day / 28 % 12);
    format!(
        "---\ntitle: {title}\ndate: {year}-{month:02}-{:02}\n{front}---\n{body}\n",
        1 + day % 28
    )
}

/// A site with a page for searching.
fn searchable(config: &str) -> Site {
    let site = Site::tiny();
    site.file("byline.yaml", format!("{CONFIG}{config}"));
    site.file("templates/search.html", PAGE);
    site
}

/// Words that look like some; the smaller the number the more frequent.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mi", "ne", "ru", "sta", "ve", "bri", "do", "fu", "gre", "hal", "ju", "pon",
        "ter", "zi",
    ];
    let mut rest = number + 16;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word
}

fn text(seed: usize, words: usize) -> String {
    let mut state = seed as u64 * 0x9e37_79b9 + 1;
    let mut text = String::new();
    for _ in 0..words {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = (state >> 33) as f64 / (1u64 << 31) as f64;
        text += &word((share * share * share * 6000.0) as usize);
        text.push(' ');
    }
    text
}

/// The index of a language as a browser reads it.
struct Index {
    folder: String,
    files: BTreeMap<String, Vec<u8>>,
    json: Value,
}

/// A word of the index: its stem, whether only a part of its articles is there, and these with their levels.
type Entry = (String, bool, Vec<(usize, u8)>);

impl Index {
    fn of(site: &Site, folder: &str) -> Index {
        let files: BTreeMap<String, Vec<u8>> = site
            .public()
            .into_iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?.to_string(), bytes)))
            .filter(|(name, _)| !name.contains('/') && !name.ends_with(".html"))
            .collect();
        let json = serde_json::from_slice(&files["index.json"]).expect("JSON");
        Index { folder: folder.to_string(), files, json }
    }

    fn list<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.json[key].as_array().expect("a list").iter()
    }

    fn file(&self, name: &Value, ending: &str) -> &[u8] {
        let name = format!("{}.{ending}", name.as_str().expect("a name"));
        self.files.get(&name).unwrap_or_else(|| panic!("{}{name} is not there", self.folder))
    }

    /// Titles, paths and days.
    fn cards(&self) -> Vec<(String, String, Option<i64>)> {
        let read = |name| serde_json::from_slice::<Vec<_>>(self.file(name, "json")).expect("cards");
        self.list("cards").flat_map(read).collect()
    }

    fn words(&self) -> BTreeMap<String, Entry> {
        let mut all = BTreeMap::new();
        for pair in self.list("words") {
            let words = shard(self.file(&pair[1], "bin"));
            assert_eq!(words[0].0, pair[0].as_str().unwrap());
            all.extend(words);
        }
        all
    }

    /// Titles of the articles with a word.
    fn titles(&self, key: &str) -> Vec<String> {
        let cards = self.cards();
        let words = self.words();
        let Some((_, _, list)) = words.get(key) else { return Vec::new() };
        list.iter().map(|(article, _)| cards[*article].0.clone()).collect()
    }
}

fn number(bytes: &[u8], at: &mut usize) -> usize {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = bytes[*at];
        *at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            return number;
        }
    }
}

fn shard(bytes: &[u8]) -> Vec<(String, Entry)> {
    let length = u32::from_le_bytes(*bytes.first_chunk::<4>().unwrap()) as usize;
    let dictionary = std::str::from_utf8(&bytes[4..4 + length]).expect("a dictionary");
    let mut at = 4 + length;
    let mut before: Vec<u16> = Vec::new();
    let count = |c: char| c as usize - '0' as usize;
    let mut words = Vec::new();
    for line in dictionary.lines() {
        let (word, stem) =
            line.split_once(' ').map_or((line, None), |(word, stem)| (word, Some(stem)));
        let mut chars = word.chars();
        before.truncate(count(chars.next().expect("a number")));
        before.extend(chars.as_str().encode_utf16());
        let key = String::from_utf16(&before).expect("a word");
        let stem = stem.map_or_else(
            || key.clone(),
            |stem| {
                let mut chars = stem.chars();
                let cut = count(chars.next().expect("a number"));
                let kept = &before[..before.len() - cut];
                String::from_utf16(kept).expect("a stem") + chars.as_str()
            },
        );
        let length = number(bytes, &mut at);
        let end = at + length / 2;
        let (mut list, mut next) = (Vec::new(), 0);
        while at < end {
            let value = number(bytes, &mut at);
            next += value / 8;
            list.push((next, (value % 8) as u8));
            next += 1;
        }
        words.push((key, (stem, length % 2 == 1, list)));
    }
    assert_eq!(at, bytes.len());
    words
}

#[test]
fn words_lead_to_articles_in_each_language() {
    let site = searchable("language: en\nlanguages: {fr: {}, ru: {}, ja: {}}\n");
    for (path, title, front, body) in [
        ("a", "Oil sanctions", "tags: [Oil]\n", "The sanctioned tankers of 2015, the F-16."),
        ("b", "Gas", "tags: [Gas, Oil]\n", "A sanction. Don't ask O'Brien."),
        ("c.fr", "L’été", "", "Les élèves étudient l'économie."),
        ("d.ru", "Ёлка", "", "Российские санкции"),
        ("e.ja", "東京", "", "東京都のデータ"),
        ("draft", "Draft", "draft: true\n", "Zebra"),
        ("off", "Off", "search: false\n", "Zebra"),
        ("later", "Later", "expires: 2012-01-01\n", "Zebra"),
    ] {
        site.file(&format!("content/posts/{path}.md"), article(title, 700, front, body));
    }
    site.file("content/future.md", "---\ntitle: Future\ndate: 2030-01-01\n---\nZebra\n");
    site.file("content/about.md", "---\ntitle: About us\n---\nUndated words\n");
    site.build_well();
    let english = Index::of(&site, "search/");
    let titles: Vec<String> = english.cards().into_iter().map(|card| card.0).collect();
    assert_eq!(titles, ["About us", "Oil sanctions", "Gas"]);
    assert_eq!(english.cards()[1].1, "/posts/a/");
    assert_eq!(english.json["years"], serde_json::json!([[2012, 1]]));
    assert_eq!(english.titles("sanction"), ["Gas"]);
    assert_eq!(english.titles("16"), ["Oil sanctions"]);
    assert_eq!(english.titles("brien"), ["Gas"]);
    let words = english.words();
    assert!(!words.contains_key("zebra") && !words.contains_key("o"));
    for form in ["sanction", "sanctions", "sanctioned"] {
        assert_eq!(words[form].0, "sanction");
    }
    assert_eq!(words["oil"].2, [(1, 7), (2, 6)], "in the title, in a tag");
    let tags: Value =
        serde_json::from_slice(english.file(&english.json["tags"][0], "json")).unwrap();
    assert_eq!(tags, serde_json::json!({"Gas": [2], "Oil": [1, 0]}));
    assert_eq!(Index::of(&site, "fr/search/").titles("economie"), ["L’été"]);
    assert_eq!(Index::of(&site, "fr/search/").titles("ete"), ["L’été"]);
    assert_eq!(Index::of(&site, "ru/search/").titles("елка"), ["Ёлка"]);
    assert_eq!(Index::of(&site, "ja/search/").titles("京都"), ["東京"]);
    assert!(site.output("fr/search/index.html").contains("action=\"/fr/search/\""));
    // With drafts they are pages, and still not found.
    site.build_with(&["--drafts", "--future"]);
    assert!(!Index::of(&site, "search/").words()["zebra"].2.is_empty(), "the future one");
    assert_eq!(Index::of(&site, "search/").titles("zebra"), ["Future"]);
}

#[test]
fn without_a_page_or_when_switched_off_there_is_nothing() {
    let site = searchable("search: false\n");
    site.file("content/a.md", article("A", 1, "", "Words"));
    site.build_well();
    let has_index = || site.public().keys().any(|path| path.starts_with("search/"));
    assert!(!has_index());
    site.file("byline.yaml", CONFIG);
    site.build_well();
    assert!(has_index());
    std::fs::remove_file(site.path("templates/search.html")).unwrap();
    site.build_well();
    assert!(!has_index());
}

#[test]
fn a_page_of_the_author_at_the_same_address_is_told() {
    let site = searchable("");
    site.file("content/search.md", article("A", 1, "", "Words"));
    site.build().expect_error(&["site/address", "`/search/`", "search: false"]);
}

#[test]
fn files_stay_small_and_an_edit_changes_few() {
    let site = searchable("feeds: false\nrelated: {count: 0}\n");
    for number in 0..400 {
        let body = format!("everywhere {}", text(number, 600));
        let title = format!("Number {number} {}", word(number * 7));
        let front = format!("tags: [\"{}\"]\n", word(number % 9));
        site.file(&format!("content/p{number:03}.md"), article(&title, number * 3, &front, &body));
    }
    site.build_well();
    let first = Index::of(&site, "search/");
    let words = first.words();
    assert!(first.list("words").count() > 8, "{}", first.json["words"]);
    for (name, bytes) in &first.files {
        assert!(bytes.len() <= 17 * 1024, "{name}: {} bytes", bytes.len());
    }
    let (_, is_part, list) = &words["everywhere"];
    assert!(*is_part && list.is_empty(), "{list:?}");
    assert!(words.values().filter(|(_, is_part, _)| *is_part).count() < words.len() / 20);
    assert_eq!(first.cards().len(), 400);

    let changes = |before: &Index, now: &Index| -> BTreeSet<String> {
        let new = now.files.iter().filter(|(name, bytes)| before.files.get(*name) != Some(*bytes));
        new.map(|(name, _)| name.clone()).collect()
    };
    // Words in another order are the same words.
    let path = "content/p200.md";
    let old = std::fs::read_to_string(site.path(path)).unwrap();
    site.file(path, old.replacen("everywhere ", "", 1).trim_end().to_string() + " everywhere\n");
    site.build_well();
    let same = Index::of(&site, "search/");
    assert_eq!(changes(&first, &same), BTreeSet::new());
    // A new word: its file and the list of files.
    site.file(path, format!("{old}\nunheardof\n"));
    site.build_well();
    let one = Index::of(&site, "search/");
    let changed = changes(&first, &one);
    assert!(changed.len() <= 3 && changed.contains("index.json"), "{changed:?}");
    assert_eq!(one.titles("unheardof").len(), 1);
    // Another article has another number of its own only.
    site.file("content/new.md", article("New", 1900, "", "unheardof things"));
    site.build_well();
    let more = Index::of(&site, "search/");
    assert!(changes(&one, &more).len() <= 7, "{:?}", changes(&one, &more));
    // A title and a tag are in files of their own.
    let named = std::fs::read_to_string(site.path("content/p100.md")).unwrap();
    site.file("content/p100.md", named.replace("tags: [\"", "tags: [\"Kazakh\", \""));
    std::fs::remove_file(site.path("content/p050.md")).unwrap();
    site.build_well();
    let incremental = site.public();
    site.build_with(&["--fresh"]);
    assert_eq!(incremental, site.public());
    std::fs::remove_dir_all(site.path("public")).unwrap();
    assert_eq!(site.build_with(&["--no-cache"]).status, 0);
    let differs = |path: &&String| incremental.get(*path) != site.public().get(*path);
    assert_eq!(incremental.keys().find(differs), None);
}
