use super::date::Date;

fn parse(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

#[test]
fn every_form_of_real_archives_is_read() {
    for (text, iso) in [
        ("2015-07-17", "2015-07-17"),
        ("2015-7-3", "2015-07-03"),
        ("2015/07/03", "2015-07-03"),
        ("2015.07.03", "2015-07-03"),
        (" 2015-07-03 ", "2015-07-03"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("2016-02-29", "2016-02-29"),
        ("2013-12-03 9:23:00 -0400", "2013-12-03T09:23:00-04:00"),
        ("2013-12-03 09:23", "2013-12-03T09:23:00Z"),
        ("2013-12-03T09:23:00", "2013-12-03T09:23:00Z"),
        ("2013-12-03T09:23:00Z", "2013-12-03T09:23:00Z"),
        ("2013-12-03t09:23:00z", "2013-12-03T09:23:00Z"),
        ("2013-12-03 09:23:00 UTC", "2013-12-03T09:23:00Z"),
        ("2013-12-03 09:23:00 +02", "2013-12-03T09:23:00+02:00"),
        ("2013-12-03T09:23:00+05:30", "2013-12-03T09:23:00+05:30"),
        ("2013-12-03T09:23:00.123456+05:30", "2013-12-03T09:23:00+05:30"),
        ("2013-12-03 09:23:00.5", "2013-12-03T09:23:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("Tue, 07 Jul 2015 10:00:00 +0200", "2015-07-07T10:00:00+02:00"),
        ("7 Jul 2015 10:00:00 GMT, ", ""),
    ] {
        match Date::parse(text) {
            Ok(date) => assert_eq!(date.iso(), iso, "{text}"),
            Err(_) => assert_eq!(iso, "", "{text}"),
        }
    }
}

#[test]
fn what_is_no_date_says_why() {
    for (text, message, hint) in [
        (
            "2015-02-30",
            "impossible date: there is no day `2015-02-30`",
            "2015-02 has the days 1 to 28",
        ),
        (
            "2015-31-12",
            "impossible date: there is no day `2015-31-12`",
            "the month stands before the day: `2015-12-31`",
        ),
        ("2015-00-12", "impossible date: there is no day `2015-00-12`", "months run from 1 to 12"),
        (
            "0000-01-01",
            "impossible date: there is no day `0000-01-01`",
            "years run from 0001 to 9999",
        ),
        (
            "2015-01-01 25:00",
            "impossible time in `2015-01-01 25:00`",
            "hours run from 0 to 23, minutes and seconds from 0 to 59",
        ),
        (
            "next week",
            "expected a date, found `next week`",
            "write it like `2015-07-17` or `2015-07-17 09:30 +06:00`",
        ),
        (
            "10000-01-01",
            "expected a date, found `10000-01-01`",
            "write it like `2015-07-17` or `2015-07-17 09:30 +06:00`",
        ),
        (
            "17.07.2015",
            "expected a date, found `17.07.2015`",
            "write it like `2015-07-17` or `2015-07-17 09:30 +06:00`",
        ),
    ] {
        let problem = Date::parse(text).expect_err(text);
        assert_eq!((problem.message.as_str(), problem.hint.as_str()), (message, hint));
    }
    for text in [
        "2015-01-01 10:00 EST",
        "2015-01-01T",
        "2015-01-01 10",
        "2015-01-01x",
        "2015-01-01 10:00 +1",
        "2015-01-01 10:00:00.",
        "2015-01-01 10:00 +25:00",
        "2015-01-011",
        "2015-01/01",
        "",
        "-",
        "2015",
    ] {
        assert!(Date::parse(text).is_err(), "{text}");
    }
}

#[test]
fn feeds_get_their_form() {
    assert_eq!(parse("2015-07-17").rfc2822(), "Fri, 17 Jul 2015 00:00:00 +0000");
    assert_eq!(parse("2013-12-03 9:23:00 -0430").rfc2822(), "Tue, 03 Dec 2013 09:23:00 -0430");
    assert_eq!(parse("2000-02-29").rfc3339(), "2000-02-29T00:00:00Z");
}

#[test]
fn a_day_is_its_midnight_in_utc_and_order_is_by_instant() {
    let dates = [
        "2015-07-16T23:30:00-02:00",
        "2015-07-17T00:00:00Z",
        "2015-07-17",
        "2015-07-17T01:00:00+02:00",
    ];
    let mut sorted: Vec<Date> = dates.iter().map(|text| parse(text)).collect();
    sorted.sort();
    let shown: Vec<String> = sorted.iter().map(Date::iso).collect();
    assert_eq!(
        shown,
        [
            "2015-07-17T01:00:00+02:00",
            "2015-07-17",
            "2015-07-17T00:00:00Z",
            "2015-07-16T23:30:00-02:00"
        ]
    );
    let late = parse("2015-07-16T23:30:00-02:00");
    assert_eq!((late.year(), late.month(), late.day_of_month()), (2015, 7, 16));
}

#[test]
fn patterns_have_the_names_of_the_language() {
    let date = parse("2015-05-07");
    for (pattern, language, expected) in [
        ("%-d %B %Y", "en", "7 May 2015"),
        ("%A, %e. %b", "en", "Thursday,  7. May"),
        ("%A %-d %B %Y", "fr", "jeudi 7 mai 2015"),
        ("%-d. %B %Y", "de-CH", "7. Mai 2015"),
        ("%-d %B %Y", "ru", "7 мая 2015"),
        ("%-d de %B de %Y", "pt-BR", "7 de maio de 2015"),
        ("%Y年%-m月%-d日 %A", "ja", "2015年5月7日 木曜日"),
        ("%-d %B", "xx-klingon", "7 May"),
        ("%^B %% %j", "en", "MAY % 127"),
        ("%H:%M %:z", "en", "00:00 +00:00"),
    ] {
        assert_eq!(date.format(pattern, language).as_deref(), Ok(expected), "{pattern} {language}");
    }
    for pattern in ["%", "%é", "%Q%", "%-"] {
        let _ = date.format(pattern, "fr");
    }
    assert!(date.format("%é", "en").is_err());
}

#[test]
fn every_language_of_europe_and_asia_has_names_of_its_own() {
    let date = parse("2015-02-07");
    for language in [
        "ar",
        "az",
        "be",
        "bg",
        "bn",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "ga",
        "gl",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "is",
        "it",
        "ja",
        "ka",
        "kk",
        "km",
        "ko",
        "ky",
        "lt",
        "lv",
        "mk",
        "mn",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "ps",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "ta",
        "tg",
        "th",
        "tk",
        "tr",
        "uk",
        "ur",
        "uz",
        "vi",
        "zh",
        "zh-TW",
        "zh-Hans-CN",
    ] {
        let shown = date.format("%A %B", language).expect(language);
        assert_ne!(shown, "Saturday February", "{language}");
    }
}

#[test]
fn years_at_the_ends_and_foreign_numbers_do_not_panic() {
    for timestamp in [i64::MIN, -62_135_596_801, 0, 253_402_300_800, i64::MAX] {
        for offset in [i32::MIN, -86_400, 0, 86_399, i32::MAX] {
            let date = Date { timestamp, offset, has_time: true };
            assert!((1..=9999).contains(&date.year()), "{timestamp}");
            let _ = (date.iso(), date.rfc2822(), date.format("%c %x %X %s %Z %A %B", "fr"));
        }
    }
    assert_eq!(Date::at(i64::MAX).year(), 9999);
    assert_eq!(parse("0001-01-01T00:00:00+14:00").iso(), "0001-01-01T00:00:00+14:00");
}

#[test]
fn days_agree_with_jiff() {
    for days in (-719_162..2_932_896).step_by(997) {
        let date = Date::at(days * 86_400);
        let expected = jiff::Timestamp::from_second(days * 86_400).ok();
        let expected = expected.map(|t| jiff::tz::Offset::UTC.to_datetime(t).date().to_string());
        let iso = date.iso();
        assert_eq!(expected.as_deref().or(iso.get(..10)), iso.get(..10));
        assert_eq!(parse(&iso[..10]).timestamp, days * 86_400);
    }
}
