use proptest::prelude::*;

use super::*;

fn terms(language: &str, body: &str) -> Terms {
    Analyzer::new().analyze(language, &Text { body, ..Text::default() })
}

/// The words that a text is found to be about, in alphabetical order.
fn names(language: &str, body: &str) -> Vec<String> {
    let terms = terms(language, body);
    let mut names: Vec<String> = terms.names.lines().map(str::to_owned).collect();
    names.sort();
    names
}

fn stems(language: &str, body: &str) -> Vec<u32> {
    terms(language, body).stems.into_vec()
}

#[test]
fn forms_of_a_word_are_one_term() {
    for (language, forms) in [
        ("en", "Pipelines pipeline PIPELINE pipeline's pipeline’s"),
        ("fr", "élection élections d’élection l'Élection"),
        ("de", "Kanals Kanal Kanale"),
        ("ru", "выборы выборов выборам"),
        ("pt-BR", "cidades cidade CIDADES"),
        ("tr", "IŞIK ışık"),
    ] {
        let all = stems(language, forms);
        let first = stems(language, forms.split(' ').next().unwrap());
        assert_eq!(all, first, "{language}: {:?}", names(language, forms));
        assert_eq!(all.len(), 1);
    }
}

#[test]
fn languages_without_rules_keep_their_words() {
    assert_eq!(names("tlh", "pipeline pipelines the"), ["pipeline", "pipelines", "the"]);
    assert_eq!(names("", "pipeline pipelines"), ["pipeline", "pipelines"]);
}

#[test]
fn regional_tags_mean_their_language() {
    for tag in ["en-GB", "en_US", "EN", "en-Latn-GB"] {
        assert_eq!(stems(tag, "the elections"), stems("en", "election"), "{tag}");
    }
    assert_eq!(stems("nb", "valgene"), stems("no", "valgene"));
}

#[test]
fn stop_words_short_words_and_numbers_are_no_terms() {
    assert_eq!(
        names("en", "It is not what they don’t say, or don't: 1990 1990s 20th an ox of 12,5"),
        [""; 0]
    );
    assert_eq!(names("fr", "Ce n'est pas qu’ils étaient avec nous"), [""; 0]);
    assert_eq!(names("en", "MH17 and F-16"), ["MH17"]);
}

#[test]
fn names_of_two_capitals_are_terms() {
    assert_eq!(names("en", "The EU says to us that the US and Ed go on"), ["EU", "US"]);
}

#[test]
fn words_are_counted_as_readers_count() {
    for (text, words) in [
        ("", 0),
        ("  – … !", 0),
        ("The state's 12 laws, e.g. this one.", 8),
        ("Self-determination isn't rock ’n’ roll", 6),
        ("naïve café Zürich e\u{301}te\u{301}", 4),
        ("天然气管道", 5),
        ("日本の選挙 2015", 6),
        ("선거 결과", 2),
        ("चुनाव परिणाम हिन्दी", 3),
    ] {
        assert_eq!(terms("xx", text).words, words, "{text:?}");
    }
    let text = Text {
        title: "Three more words",
        tags: &["tag"],
        description: "not counted",
        body: "just these",
    };
    assert_eq!(Analyzer::new().analyze("en", &text).words, 2);
}

#[test]
fn scripts_without_spaces_give_pairs() {
    assert_eq!(names("zh", "天然气"), ["天然", "然气"]);
    assert_eq!(stems("ja", "選挙と選挙は").len(), 4);
    assert_eq!(terms("th", "การเลือกตั้ง").words, 3);
}

#[test]
fn zones_weigh_more_than_the_body() {
    let text = Text { title: "canal", description: "silt", tags: &["Egypt"], body: "desert" };
    let terms = Analyzer::new().analyze("en", &text);
    let weight =
        |word: &str| terms.iter().find(|&(stem, _)| terms.name(stem) == Some(word)).unwrap().1;
    assert!(weight("canal") > weight("Egypt"));
    assert!(weight("Egypt") > weight("silt"));
    assert!(weight("silt") > weight("desert"));
    assert_eq!(weight("desert"), 8);
}

#[test]
fn the_shortest_form_in_small_letters_names_a_term() {
    assert_eq!(names("en", "Sanctions. SANCTION Sanction sanction sanctions"), ["sanction"]);
    assert_eq!(names("en", "Kyrgyzstan’s Kyrgyzstan's"), ["Kyrgyzstan"]);
    assert_eq!(names("fr", "l’Europe"), ["Europe"]);
}

#[test]
fn weights_are_eighths_of_a_logarithm() {
    for frequency in 1..70_000u32 {
        let exact = 8.0 * (1.0 + f64::from(frequency).log2());
        assert_eq!(u32::from(damped(frequency)), ((exact + 1e-9) as u32).min(127), "{frequency}");
    }
    assert_eq!(damped(0), 0);
    assert_eq!(damped(u32::MAX), 127);
}

#[test]
fn what_was_read_before_changes_nothing() {
    let mut analyzer = Analyzer::new();
    let texts: Vec<String> = (0..300)
        .map(|n| {
            (0..400).map(|m| format!("w{}x{} ", (b'a' + (m % 26) as u8) as char, n * m)).collect()
        })
        .collect();
    for body in &texts {
        let text = Text { body, ..Text::default() };
        assert_eq!(analyzer.analyze("en", &text), Analyzer::new().analyze("en", &text));
    }
    // An abandoned text leaves nothing behind.
    analyzer.read("en").add(Zone::Body, "canal canal");
    assert_eq!(analyzer.analyze("en", &Text::default()), Terms::default());
}

#[test]
fn only_the_strongest_terms_of_a_long_text_are_kept() {
    let mut body: String = (0..5000).map(|n| format!("word{n}x ")).collect();
    body.push_str("canal canal canal");
    let terms = terms("en", &body);
    assert_eq!(terms.stems.len(), 256);
    assert!(terms.stems.is_sorted());
    assert_eq!(terms.name(stem_hash("canal")), Some("canal"));
    assert_eq!(terms.named.len(), 40);
}

#[test]
fn stems_have_the_same_numbers_everywhere() {
    // They stand in caches: a change of these means a new version of the cache.
    assert_eq!(
        [stem_hash("canal"), stem_hash("pipelin"), stem_hash("kyrgyzstan")],
        [1_168_318_008, 350_518_099, 495_353_019]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Words are found sixteen bytes at a time, but for those at the end of a text.
    #[test]
    fn what_follows_a_word_changes_nothing(words in prop::collection::vec("[a-zA-Z0-9é'-]{1,22}", 1..9)) {
        let text = words.join(" ");
        let mut all = Analyzer::new().analyze("en", &Text { body: &(text.clone() + &" ".repeat(40)), ..Text::default() });
        let mut one_by_one = Analyzer::new();
        let mut reading = one_by_one.read("en");
        for word in &words {
            reading.add(Zone::Body, word);
        }
        prop_assert_eq!(&reading.finish(), &all);
        all.words += 1;
        prop_assert_eq!(terms("en", &(text + " " + "2024")), all);
    }

    #[test]
    fn any_text_in_any_language_is_read(text in "\\PC{0,200}", words in "[a-zéüğışсовал 'ا-ي அ-ஹα-ω’]{0,120}") {
        const ALL: [&str; 26] = ["ar", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt", "ro", "ru",
            "sv", "ta", "tr", "ja", "zh", "th", "hi", "ca", "ko", "xx", ""];
        for language in ALL {
            for body in [&text, &words] {
                let terms = terms(language, body);
                prop_assert!(terms.stems.is_sorted_by(|a, b| a < b));
                prop_assert_eq!(terms.stems.len(), terms.weights.len());
                prop_assert_eq!(terms.named.len(), terms.names.lines().count());
                prop_assert!(terms.weights.iter().all(|&weight| weight >= 8));
            }
        }
    }
}
