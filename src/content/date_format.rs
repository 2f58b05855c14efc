//! Dates by pattern: jiff writes the numbers, the names of months and days come from the language.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::Offset;
use pure_rust_locales::{Locale, locale_match};

/// Writes `time` by a `strftime` pattern. The names asked for by `%A`, `%a`, `%B`, `%b` and `%h` are
/// those of the language; `%^B` writes them in capitals, `%OB` a month as it is called without a day beside it.
pub(super) fn format(
    time: DateTime,
    offset: Offset,
    pattern: &str,
    language: &str,
) -> Result<String, String> {
    let mut broken = BrokenDownTime::from(time);
    broken.set_offset(Some(offset));
    let names = locale(language);
    let mut numbers = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        numbers.push_str(&rest[..at]);
        let directive = &rest[at..];
        let flags = directive[1..].find(|c: char| !"_-0^#123456789".contains(c)).unwrap_or(0);
        let is_upper = directive[1..1 + flags].contains('^');
        // `%OB`, as in POSIX: the name of a month that stands alone.
        let alone = usize::from(directive[1 + flags..].starts_with("OB"));
        let letter = directive[1 + flags + alone..].chars().next();
        let length = 1 + flags + alone + letter.map_or(0, char::len_utf8);
        let letter = if alone == 1 { Some('O') } else { letter };
        match letter.and_then(|letter| name(&time, letter, names)) {
            // A percent sign in a name must not be read as a directive.
            Some(name) if is_upper => numbers.push_str(&name.to_uppercase().replace('%', "%%")),
            Some(name) => numbers.push_str(&name.replace('%', "%%")),
            None => numbers.push_str(&directive[..length]),
        }
        rest = &directive[length..];
    }
    numbers.push_str(rest);
    broken
        .to_string(&numbers)
        .map_err(|error| format!("`{pattern}` is no pattern for dates: {error}"))
}

/// The glibc locale of a language tag: of its region if that is known, else of the language's home.
fn locale(language: &str) -> Option<Locale> {
    let mut parts = language.split(['-', '_']);
    let code = match parts.next().unwrap_or("").to_ascii_lowercase() {
        // glibc has the two written forms only.
        norwegian if norwegian == "no" => "nb".to_string(),
        code => code,
    };
    let region = parts.find(|part| part.len() == 2).map(str::to_ascii_uppercase);
    let try_name = |region: &str| Locale::try_from(format!("{code}_{region}").as_str()).ok();
    if code == "en" {
        return None;
    }
    region.and_then(|region| try_name(&region)).or_else(|| home(&code).and_then(try_name)).or_else(
        || {
            const REGIONS: [&str; 8] = ["IN", "ET", "ZA", "NG", "CH", "ES", "RU", "CA"];
            try_name(&code.to_ascii_uppercase())
                .or_else(|| REGIONS.iter().find_map(|r| try_name(r)))
        },
    )
}

/// The region whose locale stands for a language, where it is not the language's own letters.
fn home(code: &str) -> Option<&'static str> {
    const HOMES: &[(&str, &str)] = &[
        ("am", "ET"),
        ("ar", "EG"),
        ("be", "BY"),
        ("bn", "BD"),
        ("bs", "BA"),
        ("ca", "ES"),
        ("cs", "CZ"),
        ("cy", "GB"),
        ("da", "DK"),
        ("el", "GR"),
        ("eo", "US"),
        ("et", "EE"),
        ("eu", "ES"),
        ("fa", "IR"),
        ("ga", "IE"),
        ("gl", "ES"),
        ("gu", "IN"),
        ("he", "IL"),
        ("hi", "IN"),
        ("hy", "AM"),
        ("ja", "JP"),
        ("ka", "GE"),
        ("kk", "KZ"),
        ("km", "KH"),
        ("ko", "KR"),
        ("ky", "KG"),
        ("lo", "LA"),
        ("ms", "MY"),
        ("my", "MM"),
        ("nb", "NO"),
        ("ne", "NP"),
        ("nn", "NO"),
        ("pa", "IN"),
        ("ps", "AF"),
        ("si", "LK"),
        ("sl", "SI"),
        ("sq", "AL"),
        ("sr", "RS"),
        ("sv", "SE"),
        ("sw", "TZ"),
        ("ta", "IN"),
        ("te", "IN"),
        ("tg", "TJ"),
        ("tk", "TM"),
        ("uk", "UA"),
        ("ur", "PK"),
        ("uz", "UZ"),
        ("vi", "VN"),
        ("zh", "CN"),
    ];
    HOMES.iter().find(|(known, _)| *known == code).map(|(_, region)| *region)
}

/// The name that a directive asks for, if it asks for one.
fn name(time: &DateTime, letter: char, locale: Option<Locale>) -> Option<&'static str> {
    const DAYS: [&str; 7] =
        ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const SHORT_DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const SHORT_MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let names: &[&str] = match (letter, locale) {
        ('A', None) => &DAYS,
        ('a', None) => &SHORT_DAYS,
        ('B' | 'O', None) => &MONTHS,
        ('b' | 'h', None) => &SHORT_MONTHS,
        ('A', Some(locale)) => locale_match!(locale => LC_TIME::DAY),
        ('a', Some(locale)) => locale_match!(locale => LC_TIME::ABDAY),
        ('B', Some(locale)) => locale_match!(locale => LC_TIME::MON),
        ('O', Some(locale)) => match locale_match!(locale => LC_TIME::ALT_MON) {
            Some(names) => names,
            None => locale_match!(locale => LC_TIME::MON),
        },
        ('b' | 'h', Some(locale)) => locale_match!(locale => LC_TIME::ABMON),
        _ => return None,
    };
    let index = match letter {
        'A' | 'a' => time.weekday().to_sunday_zero_offset(),
        _ => time.month() - 1,
    };
    names.get(usize::from(index.unsigned_abs())).copied()
}
