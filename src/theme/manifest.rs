//! `theme.yaml`: name, versions of Byline that the theme works with, options with types and defaults, words.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::plural;
use crate::config::{Config, Data};
use crate::diagnostic::{Diagnostic, Place, nearest};

/// A theme's description of itself, with the site's choices.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    /// Name of the theme whose files stand behind this one's.
    pub extends: Option<String>,
    /// Value of each option: the site's, else the default.
    pub options: BTreeMap<String, Data>,
    /// Words by language; forms of a word stand as `articles.one`.
    pub translations: BTreeMap<String, BTreeMap<String, String>>,
    /// How wide pictures are shown.
    pub images: ThemeImages,
    /// How drawn cards look.
    pub card: ThemeCard,
    /// Further files that templates make, as far as the site's options want them.
    pub files: Vec<ThemeFile>,
}

/// A file that a template makes besides the pages: `_headers`, a web app manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeFile {
    /// Where it stands in the output folder.
    pub path: String,
    pub template: String,
    /// Name of an option; without it, or with `false`, nothing or an empty text in it, there is no such file.
    #[serde(default)]
    pub when: Option<String>,
}

/// How wide a theme shows pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeImages {
    /// Widths of copies in pixels that suit the layout.
    #[serde(default)]
    pub widths: Vec<u32>,
    /// `sizes` (HTML, section 4.8.4.2.2) by the class of a figure; `text` is for those without one.
    #[serde(default)]
    pub sizes: BTreeMap<String, String>,
}

/// Colours and typeface of the cards that are drawn for articles without a lead picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeCard {
    pub background: Option<String>,
    pub text: Option<String>,
    pub accent: Option<String>,
    pub muted: Option<String>,
    #[serde(default)]
    pub font: CardFont,
    /// `false`: only the theme's own fonts are used, so that the cards are the same on every machine.
    pub system_fonts: Option<bool>,
}

/// Which kind of typeface a card is set in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardFont {
    #[default]
    Serif,
    Sans,
}

impl ThemeImages {
    /// How wide a figure with these classes is shown.
    pub fn sizes(&self, classes: &str) -> &str {
        let named = classes.split_ascii_whitespace().find_map(|class| self.sizes.get(class));
        named.or_else(|| self.sizes.get("text")).map_or("(min-width: 48rem) 42rem, 100vw", |s| s)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    name: String,
    version: String,
    byline: String,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "license")]
    _license: Option<String>,
    #[serde(default, rename = "authors")]
    _authors: Option<Data>,
    #[serde(default, rename = "homepage")]
    _homepage: Option<String>,
    #[serde(default)]
    extends: Option<String>,
    #[serde(default)]
    pub(super) options: BTreeMap<String, OptionSpec>,
    #[serde(default)]
    translations: BTreeMap<String, BTreeMap<String, Word>>,
    #[serde(default)]
    images: Option<ThemeImages>,
    #[serde(default)]
    pub(super) card: Option<ThemeCard>,
    #[serde(default)]
    pub(super) files: Vec<ThemeFile>,
}

/// A word, or its forms by plural category.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Forms(BTreeMap<String, String>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionSpec {
    #[serde(rename = "type")]
    pub(super) kind: OptionType,
    #[serde(default)]
    pub(super) default: Data,
    #[serde(default)]
    pub(super) choices: Vec<Data>,
    #[serde(default, rename = "description")]
    _description: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OptionType {
    String,
    Integer,
    Number,
    Boolean,
    Color,
    List,
    Map,
    Choice,
}

/// A theme's files before the site's options are known.
#[derive(Debug)]
pub struct Parsed {
    pub(super) raw: Raw,
    path: String,
    /// Words by language, those of `theme.yaml` and of `i18n/`; forms stand as `articles.one`.
    words: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads `theme.yaml`.
///
/// # Errors
/// When it is not YAML of the right form, or the theme does not work with this version of Byline.
pub fn parse(path: &str, text: &str) -> Result<Parsed, Diagnostic> {
    let raw: Raw = serde_yaml::from_str(text).map_err(|error| {
        invalid(path, text, &error, "this is no valid theme description")
            .hint("docs/themes.md shows what stands in `theme.yaml`")
    })?;
    let ours = env!("CARGO_PKG_VERSION");
    match accepts(&raw.byline, ours) {
        Some(true) => {
            let mut parsed = Parsed { words: BTreeMap::new(), path: path.to_string(), raw };
            for (lang, words) in std::mem::take(&mut parsed.raw.translations) {
                parsed.insert(&lang, words, path)?;
            }
            Ok(parsed)
        }
        Some(false) => Err(Diagnostic::error(
            "theme/version",
            format!("the theme works with Byline {}, this is Byline {ours}", raw.byline),
        )
        .at(Place::file(path))
        .hint("take a version of the theme for this Byline, or another Byline")),
        None => Err(Diagnostic::error(
            "theme/manifest",
            format!("`{}` is no range of versions", raw.byline),
        )
        .at(Place::file(path))
        .hint("write it like `>=0.1, <0.2`")),
    }
}

/// What is wrong with a YAML file of a theme, and where.
fn invalid(path: &str, text: &str, error: &serde_yaml::Error, what: &str) -> Diagnostic {
    let place = Place::named(path, text, error.location().map(|at| (at.line(), at.column())));
    // The place stands before the message already.
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    Diagnostic::error("theme/manifest", format!("{what}: {reason}")).at(place)
}

/// Whether a version lies in a range such as `>=0.1, <0.2`; `None` when the range is not understood.
fn accepts(range: &str, version: &str) -> Option<bool> {
    let number = |text: &str| -> Option<[u64; 3]> {
        let mut parts = text.trim().split('-').next()?.split('.');
        let mut next = || parts.next().map_or(Some(0), |part| part.parse().ok());
        let found = [next()?, next()?, next()?];
        Some(found)
    };
    let version = number(version)?;
    let mut all = true;
    for part in range.split(',').map(str::trim) {
        let at = part.find(|c: char| c.is_ascii_digit())?;
        let bound = number(&part[at..])?;
        all &= match part[..at].trim() {
            ">=" => version >= bound,
            ">" => version > bound,
            "<=" => version <= bound,
            "<" => version < bound,
            "=" | "==" => version == bound,
            _ => return None,
        };
    }
    Some(all)
}

impl Parsed {
    pub fn extends(&self) -> Option<&str> {
        self.raw.extends.as_deref()
    }

    /// Adds the words of `i18n/<lang>.yaml`; they win over those of `theme.yaml`.
    ///
    /// # Errors
    /// When the file is no YAML of words, or a word has a form that no language has.
    pub fn add_words(&mut self, lang: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        let words: Option<BTreeMap<String, Word>> =
            serde_yaml::from_str(text).map_err(|error| {
                invalid(path, text, &error, "this is no list of words").hint(
                    "write `key: word`, or `key: {one: ..., other: ...}` where a number decides",
                )
            })?;
        self.insert(lang, words.unwrap_or_default(), path)
    }

    fn insert(
        &mut self,
        lang: &str,
        words: BTreeMap<String, Word>,
        path: &str,
    ) -> Result<(), Diagnostic> {
        let all = self.words.entry(lang.to_string()).or_default();
        for (key, word) in words {
            match word {
                Word::Text(text) => {
                    all.insert(key, text);
                }
                Word::Forms(forms) => {
                    check_forms(&key, forms.keys().map(String::as_str))
                        .map_err(|problem| problem.at(Place::file(path)))?;
                    all.extend(
                        forms.into_iter().map(|(form, text)| (format!("{key}.{form}"), text)),
                    );
                }
            }
        }
        Ok(())
    }

    /// The manifest with the site's options over the defaults; `parent` gives what this one leaves out.
    pub fn with_options(
        self,
        parent: Option<Parsed>,
        config: &Config,
        config_file: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Manifest {
        let mut specs =
            parent.as_ref().map(|parent| parent.raw.options.clone()).unwrap_or_default();
        specs.extend(self.raw.options);
        let (mut images, mut card) = (self.raw.images, self.raw.card);
        let mut translations = BTreeMap::new();
        let mut files = self.raw.files;
        if let Some(parent) = parent {
            let mut below = parent.raw.files;
            below.retain(|file| files.iter().all(|own| own.path != file.path));
            files.append(&mut below);
            translations = parent.words;
            images = images.or(parent.raw.images);
            card = card.or(parent.raw.card);
        }
        for (lang, words) in self.words {
            translations.entry(lang).or_default().extend(words);
        }
        problems.extend(wrong_defaults(&specs, &self.path));
        let mut options: BTreeMap<String, Data> =
            specs.iter().map(|(name, spec)| (name.clone(), spec.default.clone())).collect();
        for (name, value) in &config.theme_options {
            let Some(spec) = specs.get(name) else {
                let problem = unknown_option(&self.raw.name, name, &specs);
                problems.push(problem.at(Place::file(config_file)));
                continue;
            };
            match check(spec, value) {
                Ok(()) => {
                    options.insert(name.clone(), value.clone());
                }
                Err(expected) => problems.push(
                    Diagnostic::error(
                        "theme/option",
                        format!("`theme_options.{name}`: expected {expected}, found `{value}`"),
                    )
                    .at(Place::file(config_file)),
                ),
            }
        }
        Manifest {
            name: self.raw.name,
            version: self.raw.version,
            extends: self.raw.extends,
            card: card.unwrap_or_default().resolved(&options),
            images: images.unwrap_or_default(),
            files: files.into_iter().filter(|file| file.is_wanted(&options)).collect(),
            options,
            translations,
        }
    }
}

impl Manifest {
    /// A word in a language: the site's own, then the theme's, then the default language's.
    pub fn word<'a>(&'a self, config: &'a Config, key: &str, lang: &str) -> Option<&'a str> {
        let base = lang.split(['-', '_']).next().unwrap_or(lang);
        [lang, base, &*config.language, "en"].into_iter().find_map(|lang| {
            let own = config.translations.get(lang).and_then(|words| words.get(key));
            let themes = || self.translations.get(lang).and_then(|words| words.get(key));
            own.or_else(themes).map(String::as_str)
        })
    }

    /// The form of a word that goes with a number, by the rules of the language that has the word; the word itself
    /// when it has no forms.
    pub fn counted<'a>(
        &'a self,
        config: &'a Config,
        key: &str,
        lang: &str,
        number: i64,
    ) -> Option<&'a str> {
        let base = lang.split(['-', '_']).next().unwrap_or(lang);
        [lang, base, &*config.language, "en"].into_iter().find_map(|lang| {
            let form = format!("{key}.{}", plural::category(lang, number));
            let keys = [&*form, &format!("{key}.other"), key];
            let find = |words: Option<&'a BTreeMap<String, String>>| {
                let words = words?;
                keys.iter().find_map(|key| words.get(*key)).map(String::as_str)
            };
            find(config.translations.get(lang)).or_else(|| find(self.translations.get(lang)))
        })
    }
}

/// Whether the forms of a word are plural categories, `other` among them.
fn check_forms<'a>(key: &str, forms: impl Iterator<Item = &'a str>) -> Result<(), Diagnostic> {
    let forms: Vec<&str> = forms.collect();
    let unknown = forms.iter().find(|form| !plural::CATEGORIES.contains(form));
    let message = match unknown {
        Some(form) => format!("`{key}`: there is no plural form `{form}`"),
        None if !forms.contains(&"other") => format!("`{key}`: the form `other` is missing"),
        None => return Ok(()),
    };
    let hint = format!(
        "the forms are {}; which of them a language has, Unicode CLDR says",
        plural::CATEGORIES.join(", ")
    );
    Err(Diagnostic::error("theme/manifest", message).hint(hint))
}

impl ThemeFile {
    fn is_wanted(&self, options: &BTreeMap<String, Data>) -> bool {
        let Some(when) = &self.when else { return true };
        options.get(when).is_some_and(|value| match value {
            Data::Null => false,
            Data::Bool(is_set) => *is_set,
            Data::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }
}

impl ThemeCard {
    /// With the values of options where their names stand.
    fn resolved(self, options: &BTreeMap<String, Data>) -> ThemeCard {
        let value = |color: Option<String>| {
            color.map(|name| match options.get(&name).and_then(Data::as_str) {
                Some(value) => value.to_string(),
                None => name,
            })
        };
        ThemeCard {
            background: value(self.background),
            text: value(self.text),
            accent: value(self.accent),
            muted: value(self.muted),
            font: self.font,
            system_fonts: self.system_fonts,
        }
    }
}

/// Defaults of options that are not of the type that the option has.
fn wrong_defaults<'a>(
    specs: &'a BTreeMap<String, OptionSpec>,
    path: &'a str,
) -> impl Iterator<Item = Diagnostic> + 'a {
    specs.iter().filter_map(move |(name, spec)| {
        let expected = check(spec, &spec.default).err()?;
        let message = format!("the default of option `{name}` is wrong: expected {expected}");
        Some(Diagnostic::error("theme/manifest", message).at(Place::file(path)))
    })
}

fn unknown_option(theme: &str, name: &str, specs: &BTreeMap<String, OptionSpec>) -> Diagnostic {
    let problem = Diagnostic::error(
        "theme/option",
        format!("`theme_options.{name}`: the theme `{theme}` has no such option"),
    );
    let known = || specs.keys().map(|key| &**key);
    problem.hint(match nearest(name, known()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its options are {}", known().collect::<Vec<_>>().join(", ")),
    })
}

/// Checks a value against an option; the error says what was expected.
fn check(spec: &OptionSpec, value: &Data) -> Result<(), String> {
    let (good, expected) = match spec.kind {
        OptionType::String => (value.is_string(), "a text"),
        OptionType::Integer => (value.is_i64() || value.is_u64(), "a whole number"),
        OptionType::Number => (value.is_number(), "a number"),
        OptionType::Boolean => (value.is_boolean(), "`true` or `false`"),
        OptionType::List => (value.is_array(), "a list"),
        OptionType::Map => (value.is_object(), "keys with values"),
        OptionType::Color => {
            (value.as_str().is_some_and(is_color), "a colour such as `#12507b` or `rebeccapurple`")
        }
        OptionType::Choice => {
            let names = spec.choices.iter().map(|choice| {
                format!("`{}`", choice.as_str().map_or_else(|| choice.to_string(), str::to_string))
            });
            return if spec.choices.contains(value) {
                Ok(())
            } else {
                Err(format!("one of {}", names.collect::<Vec<_>>().join(", ")))
            };
        }
    };
    if good { Ok(()) } else { Err(expected.to_string()) }
}

/// A hexadecimal colour, a plain colour name, or one colour function; nothing that could end a CSS declaration.
fn is_color(text: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b" .,%/-".contains(&b))
    };
    if let Some(hex) = text.strip_prefix('#') {
        return matches!(hex.len(), 3 | 4 | 6 | 8) && hex.bytes().all(|b| b.is_ascii_hexdigit());
    }
    match text.split_once('(') {
        Some((name, rest)) => {
            name.bytes().all(|b| b.is_ascii_lowercase())
                && rest.strip_suffix(')').is_some_and(plain)
        }
        None => !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_versions_are_understood() {
        assert_eq!(accepts(">=0.1, <0.2", "0.1.3"), Some(true));
        assert_eq!(accepts(">=0.1, <0.2", "0.2.0"), Some(false));
        assert_eq!(accepts("^0.1", "0.1.0"), None);
        assert_eq!(accepts("", "0.1.0"), None);
    }

    #[test]
    fn colours_cannot_carry_other_css() {
        assert!(is_color("#12507b") && is_color("rebeccapurple") && is_color("rgb(1 2 3 / 50%)"));
        assert!(!is_color("red;}body{") && !is_color("#12") && !is_color("url(javascript:x)"));
    }
}
