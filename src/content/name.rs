//! What a file's path says: folder, slug, date, language and kind of page.

use super::Kind;
use super::date::Date;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};

/// What the path of a Markdown file says about its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Folder below `content/`, without slashes at the ends; of a bundle the folder that it is in.
    pub folder: String,
    /// Last part of the address as the author wrote it; empty for sections.
    pub slug: String,
    /// Date at the beginning of the name.
    pub date: Option<Date>,
    /// Language of the suffix, as configured; else the default one.
    pub lang: String,
    /// Kind of page.
    pub kind: Kind,
}

/// Takes the path of a file (`content/posts/2016-05-03-slug.fr.md`) apart. A suffix that looks like
/// a language which the configuration does not have gives a warning and stays part of the slug.
pub fn name(path: &str, config: &Config) -> (Name, Option<Diagnostic>) {
    let inside = path.strip_prefix("content/").unwrap_or(path).trim_matches('/');
    let (folder, file) = inside.rsplit_once('/').unwrap_or(("", inside));
    let stem = without_extension(file);
    let (stem, lang, problem) = language(path, stem, config);
    let lang = lang.to_string();
    // A file `index.md` at the very top is the home page, like `_index.md`.
    if stem == "_index" || (stem == "index" && folder.is_empty()) {
        let folder = folder.to_string();
        let name = Name { folder, slug: String::new(), date: None, lang, kind: Kind::Section };
        return (name, problem);
    }
    let (folder, stem, kind) = match stem {
        "index" => {
            let (parent, own) = folder.rsplit_once('/').unwrap_or(("", folder));
            (parent, own, Kind::Bundle)
        }
        _ => (folder, stem, Kind::Page),
    };
    let (date, slug) = date(stem);
    let name = Name { folder: folder.to_string(), slug: slug.to_string(), date, lang, kind };
    (name, problem)
}

fn without_extension(file: &str) -> &str {
    let is_markdown = |extension: &str| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    };
    match file.rsplit_once('.') {
        Some((stem, extension)) if is_markdown(extension) => stem,
        _ => file,
    }
}

/// Splits `slug.fr` when the site has the language.
fn language<'s, 'c>(
    path: &str,
    stem: &'s str,
    config: &'c Config,
) -> (&'s str, &'c str, Option<Diagnostic>) {
    let default = config.language.as_str();
    let Some((slug, suffix)) = stem.rsplit_once('.') else { return (stem, default, None) };
    if slug.is_empty() {
        return (stem, default, None);
    }
    if let Some(code) = config.language_code(suffix) {
        return (slug, code, None);
    }
    let problem = looks_like_language(suffix).then(|| {
        let message = format!("`{suffix}` in the file name is no language of this site");
        Diagnostic::warning("content/unknown-language", message)
            .at(Place::file(path))
            .hint(format!("add `languages: {{{suffix}: {{}}}}` to byline.yaml, or rename the file"))
    });
    (stem, default, problem)
}

/// Whether a suffix is an ISO 639-1 code, perhaps with a region, and not a common file extension or
/// the end of a domain name.
fn looks_like_language(suffix: &str) -> bool {
    const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch \
        cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gl gn gu gv \
        ha he hi ho hr ht hu hy hz ia id ie ig ii ik is it iu ja jv ka kg ki kj kk kl km kn \
        ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mn mr ms mt my na nb nd ne \
        ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sd se sg si \
        sk sl sm sn sq sr ss su sv sw ta te tg th ti tk tl tn tr tt tw ty ug uk ur uz ve vi \
        vo wa wo xh yi yo za zh zu";
    let (code, region) = suffix.split_once('-').map_or((suffix, None), |(c, r)| (c, Some(r)));
    let is_region = region.is_none_or(|region| {
        matches!(region.len(), 2 | 4) && region.bytes().all(|b| b.is_ascii_alphabetic())
    });
    is_region && code.len() == 2 && CODES.split_ascii_whitespace().any(|known| known == code)
}

/// Splits `2016-05-03-slug` and `2016-05-03_slug`. A name that is nothing but a day is its slug too.
fn date(stem: &str) -> (Option<Date>, &str) {
    let none = (None, stem);
    let bytes = stem.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return none;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = stem.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return none;
    };
    let date = i32::try_from(year).ok().and_then(|year| Date::day(year, month, day));
    match (date, bytes.get(10), stem.get(11..)) {
        (Some(date), None, _) => (Some(date), stem),
        (Some(date), Some(b'-' | b'_'), Some(slug)) if !slug.is_empty() => (Some(date), slug),
        _ => none,
    }
}
