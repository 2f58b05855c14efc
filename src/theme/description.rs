//! What a theme says of itself, for those who check it: its options and the ways to set them, its further files.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::{OptionType, Parsed, ThemeFile};
use crate::config::Data;

impl Parsed {
    /// Names of the options.
    pub fn options(&self) -> BTreeSet<String> {
        self.raw.options.keys().cloned().collect()
    }

    /// Options that the description itself uses: for the colours of cards, and for whether a file is made.
    pub fn own_options(&self) -> BTreeSet<String> {
        let card = self.raw.card.iter().flat_map(|card| {
            [&card.background, &card.text, &card.accent, &card.muted].into_iter().flatten()
        });
        card.chain(self.raw.files.iter().filter_map(|file| file.when.as_ref())).cloned().collect()
    }

    /// Every file that the theme may make besides the pages.
    pub fn files(&self) -> &[ThemeFile] {
        &self.raw.files
    }

    /// Sets of options that together have each value of every choice, and every switch on and off: as many as the
    /// longest choice has values, and at least two. The first is that of the defaults.
    pub fn variants(&self) -> Vec<BTreeMap<String, Data>> {
        let longest = self.raw.options.values().map(|spec| spec.choices.len()).max().unwrap_or(0);
        let mut variants = vec![BTreeMap::new()];
        for turn in 1..longest.max(2) {
            let mut variant = BTreeMap::new();
            for (name, spec) in &self.raw.options {
                let value = match (spec.kind, spec.default.as_bool()) {
                    (OptionType::Boolean, Some(is_on)) => Data::from(is_on == (turn % 2 == 0)),
                    (OptionType::Choice, _) if !spec.choices.is_empty() => {
                        let first = spec.choices.iter().position(|value| *value == spec.default);
                        spec.choices[(first.unwrap_or(0) + turn) % spec.choices.len()].clone()
                    }
                    _ => continue,
                };
                variant.insert(name.clone(), value);
            }
            if !variant.is_empty() {
                variants.push(variant);
            }
        }
        variants
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::manifest::parse;

    #[test]
    fn variants_meet_every_choice_and_both_sides_of_a_switch() {
        let text = "name: a\nversion: 0.1.0\nbyline: \">=0.1\"\ncard: {accent: colour}\noptions:\n  wide: {type: boolean, default: true}\n  \
                    kind: {type: choice, choices: [a, b, c], default: b}\n  colour: {type: color, default: red}\n  unset: {type: string, default: \"\"}\n";
        let parsed = parse("theme.yaml", text).unwrap();
        let variants = parsed.variants();
        let kinds: Vec<_> =
            variants.iter().map(|v| v.get("kind").and_then(|k| k.as_str())).collect();
        assert_eq!(kinds, [None, Some("c"), Some("a")]);
        let wide: Vec<_> =
            variants.iter().map(|v| v.get("wide").and_then(|k| k.as_bool())).collect();
        assert_eq!(wide, [None, Some(false), Some(true)]);
        assert_eq!(parsed.own_options().into_iter().collect::<Vec<_>>(), ["colour"]);
        let none = parse("theme.yaml", "name: a\nversion: 0.1.0\nbyline: \">=0.1\"\n").unwrap();
        assert_eq!(none.variants().len(), 1);
    }
}
