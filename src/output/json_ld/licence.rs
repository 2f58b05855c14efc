//! Names of Creative Commons licences -> their canonical addresses.

use std::borrow::Cow;

/// The licences by the words between `CC` and the version, with the path that stands for them, and
/// the versions that exist (<https://creativecommons.org/licenses/list.en>).
const LICENCES: &[(&str, &str, &[&str])] = &[
    ("by", "licenses/by", ALL),
    ("by-sa", "licenses/by-sa", ALL),
    ("by-nd", "licenses/by-nd", ALL),
    ("by-nc", "licenses/by-nc", ALL),
    ("by-nc-sa", "licenses/by-nc-sa", ALL),
    // Version 1.0 has its words in another order.
    ("by-nc-nd", "licenses/by-nc-nd", &["4.0", "3.0", "2.5", "2.0"]),
    ("by-nd-nc", "licenses/by-nd-nc", &["1.0"]),
    ("cc0", "publicdomain/zero", &["1.0"]),
    ("zero", "publicdomain/zero", &["1.0"]),
    ("pdm", "publicdomain/mark", &["1.0"]),
];
const ALL: &[&str] = &["4.0", "3.0", "2.5", "2.0", "1.0"];

/// The address of a licence: an address is its own, `CC BY-SA 3.0 DE` becomes
/// `https://creativecommons.org/licenses/by-sa/3.0/de/`; none for other words.
///
/// A name without a version is none, because nobody can say which one is meant; only CC0 has but one.
pub fn licence_url(licence: &str) -> Option<Cow<'_, str>> {
    let licence = licence.trim();
    if licence.starts_with("https://") || licence.starts_with("http://") {
        let is_plain = !licence.contains(|c: char| c.is_whitespace() || c.is_control());
        return is_plain.then_some(Cow::Borrowed(licence));
    }
    let lower = licence.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '/'))
        .filter(|w| !w.is_empty())
        .collect();
    let words = match words[..] {
        ["cc", ref rest @ ..] if !rest.is_empty() => rest,
        ["cc0", ..] => &words[..],
        _ => return None,
    };
    let number = words.iter().position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let (name, after) = words.split_at(number.unwrap_or(words.len()));
    let name = name.join("-");
    let (_, path, versions) = LICENCES.iter().find(|(known, ..)| *known == name)?;
    let (version, place) = match (after, versions) {
        ([], [only]) if *path == "publicdomain/zero" => (*only, ""),
        ([version], versions) if versions.contains(version) => (*version, ""),
        // Ports to a country's law exist below 4.0 only.
        ([version, place], versions) if versions.contains(version) => match *place {
            "international" | "unported" | "universal" | "generic" | "intl" => (*version, ""),
            place if *version != "4.0" && is_place(place) => (*version, place),
            _ => return None,
        },
        _ => return None,
    };
    let place = if place.is_empty() { String::new() } else { format!("{place}/") };
    Some(Cow::Owned(format!("https://creativecommons.org/{path}/{version}/{place}")))
}

/// A country's code, or the one for intergovernmental organisations.
fn is_place(word: &str) -> bool {
    word == "igo" || (word.len() == 2 && word.bytes().all(|b| b.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::licence_url;

    #[test]
    fn creative_commons_names_have_addresses_and_other_words_have_none() {
        for (name, want) in [
            ("CC BY 4.0", Some("licenses/by/4.0/")),
            ("cc-by-sa-4.0", Some("licenses/by-sa/4.0/")),
            ("CC BY-NC-ND 3.0", Some("licenses/by-nc-nd/3.0/")),
            ("CC BY-SA 3.0 DE", Some("licenses/by-sa/3.0/de/")),
            ("CC BY 3.0 IGO", Some("licenses/by/3.0/igo/")),
            ("CC BY-SA 4.0 International", Some("licenses/by-sa/4.0/")),
            ("CC0", Some("publicdomain/zero/1.0/")),
            ("CC0 1.0 Universal", Some("publicdomain/zero/1.0/")),
            ("CC PDM 1.0", Some("publicdomain/mark/1.0/")),
            ("CC BY-SA", None),
            ("CC BY 9.0", None),
            ("CC BY 4.0 DE", None),
            ("CC", None),
            ("all rights reserved", None),
            ("", None),
        ] {
            let want = want.map(|path| format!("https://creativecommons.org/{path}"));
            assert_eq!(licence_url(name).map(String::from), want, "{name}");
        }
    }

    #[test]
    fn an_address_is_its_own_and_nothing_else_passes_for_one() {
        assert_eq!(licence_url(" https://a.example/l ").as_deref(), Some("https://a.example/l"));
        assert_eq!(licence_url("https://a.example/ see there"), None);
        assert_eq!(licence_url("javascript:alert(1)"), None);
    }
}
