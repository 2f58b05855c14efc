//! Dates as authors write them, and as feeds, templates and addresses need them.
//!
//! A [`Date`] is a moment with the offset of the author's clock, or a whole day. A day counts as its
//! midnight in UTC, so that a site built in any time zone has the same order and the same text.
//! Years run from 1 to 9999; nothing here asks what time it is now.

use std::cmp::Ordering;

use jiff::civil;

const DAY: i64 = 86_400;

/// A day, or a moment with its offset from UTC. A date without a time is midnight UTC.
///
/// Sorted by instant; of two with one instant, by offset, and the day before the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub timestamp: i64,
    /// Offset of the author's clock, seconds east of UTC.
    pub offset: i32,
    /// Whether a time of day was given.
    pub has_time: bool,
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.timestamp, self.offset, self.has_time).cmp(&(
            other.timestamp,
            other.offset,
            other.has_time,
        ))
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Why a text is no date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateProblem {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl Date {
    /// Reads a date: `2015-07-17`, `2015/7/3`, `2013-12-03 9:23:00 -0400`, RFC 3339, RFC 2822.
    /// Without an offset, UTC is meant.
    pub fn parse(text: &str) -> Result<Date, DateProblem> {
        let text = text.trim();
        let is_mail_form =
            text.contains(',') || text.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_mail_form {
            return parse_mail_form(text).ok_or_else(|| not_a_date(text));
        }
        let mut scan = Scan { rest: text.as_bytes() };
        let day = scan.day().ok_or_else(|| not_a_date(text))?;
        let midnight = midnight(text, day)?;
        if scan.rest.is_empty() {
            return Ok(Date { timestamp: midnight, offset: 0, has_time: false });
        }
        let seconds = scan.time().ok_or_else(|| not_a_time(text))?.ok_or_else(|| DateProblem {
            message: format!("impossible time in `{text}`"),
            hint: "hours run from 0 to 23, minutes and seconds from 0 to 59".into(),
        })?;
        let offset = scan.offset().ok_or_else(|| not_a_time(text))?;
        let timestamp = midnight + seconds - i64::from(offset);
        Ok(Date { timestamp, offset, has_time: true })
    }

    /// The day that a year, month and day name, if there is such a day.
    pub fn day(year: i32, month: u32, day: u32) -> Option<Date> {
        let date = civil_date(i64::from(year), i64::from(month), i64::from(day))?;
        Some(Date { timestamp: days(date) * DAY, offset: 0, has_time: false })
    }

    /// A moment in UTC; moments outside of the years 1 to 9999 become the nearest inside.
    pub fn at(timestamp: i64) -> Date {
        let (first, last) = limits();
        Date { timestamp: timestamp.clamp(first, last), offset: 0, has_time: true }
    }

    /// Year on the author's clock.
    pub fn year(&self) -> i32 {
        i32::from(self.local().year())
    }

    /// Month on the author's clock, from 1.
    pub fn month(&self) -> u32 {
        self.local().month().unsigned_abs().into()
    }

    /// Day of the month on the author's clock, from 1.
    pub fn day_of_month(&self) -> u32 {
        self.local().day().unsigned_abs().into()
    }

    /// `2015-07-17` for a day, RFC 3339 with the offset for a moment: for `datetime` attributes.
    pub fn iso(&self) -> String {
        match self.has_time {
            true => self.rfc3339(),
            false => self.local().date().to_string(),
        }
    }

    /// `2015-07-17T09:30:00+06:00`; for Atom, sitemaps and structured data.
    pub fn rfc3339(&self) -> String {
        let zone = match self.minutes_east() {
            0 => "Z".to_string(),
            minutes => {
                let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        };
        let local = self.local();
        format!(
            "{}T{:02}:{:02}:{:02}{zone}",
            local.date(),
            local.hour(),
            local.minute(),
            local.second()
        )
    }

    /// `Fri, 17 Jul 2015 09:30:00 +0600`; for RSS.
    pub fn rfc2822(&self) -> String {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let local = self.local();
        let weekday = DAYS[local.weekday().to_monday_zero_offset().unsigned_abs() as usize % 7];
        let month = MONTHS[(self.month() as usize + 11) % 12];
        let (sign, minutes) = match self.minutes_east() {
            minutes if minutes < 0 => ('-', -minutes),
            minutes => ('+', minutes),
        };
        format!(
            "{weekday}, {:02} {month} {:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
            local.day(),
            local.year(),
            local.hour(),
            local.minute(),
            local.second(),
            minutes / 60,
            minutes % 60
        )
    }

    /// Writes the date by a pattern of `strftime` (`%-d %B %Y`) with the month and day names of a
    /// language; unknown languages have English names. Fails with a reason on an unknown pattern.
    pub fn format(&self, pattern: &str, language: &str) -> Result<String, String> {
        super::date_format::format(self.local(), self.jiff_offset(), pattern, language)
    }

    /// What the author's clock showed.
    pub(super) fn local(&self) -> civil::DateTime {
        let (first, last) = limits();
        let seconds = self.timestamp.saturating_add(i64::from(self.offset)).clamp(first, last);
        let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = from_days(day);
        let part = |n: i64| i8::try_from(n).unwrap_or(0);
        i16::try_from(year)
            .ok()
            .and_then(|year| civil::Date::new(year, part(month), part(day)).ok())
            .unwrap_or(civil::Date::constant(1970, 1, 1))
            .at(part(second / 3600), part(second / 60 % 60), part(second % 60), 0)
    }

    fn jiff_offset(&self) -> jiff::tz::Offset {
        jiff::tz::Offset::from_seconds(self.offset).unwrap_or(jiff::tz::Offset::UTC)
    }

    fn minutes_east(&self) -> i32 {
        self.offset / 60
    }
}

/// First second of year 1 and last second of year 9999, as seconds since 1970.
fn limits() -> (i64, i64) {
    (-62_135_596_800, 253_402_300_799)
}

fn civil_date(year: i64, month: i64, day: i64) -> Option<civil::Date> {
    let year = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Days since 1970-01-01.
fn days(date: civil::Date) -> i64 {
    let (year, month) = (i64::from(date.year()), i64::from(date.month()));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(date.day()) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The other way: year, month and day.
fn from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn midnight(text: &str, (year, month, day): (i64, i64, i64)) -> Result<i64, DateProblem> {
    if let Some(date) = civil_date(year, month, day) {
        return Ok(days(date) * DAY);
    }
    let problem = |hint: String| {
        Err(DateProblem { message: format!("impossible date: there is no day `{text}`"), hint })
    };
    if !(1..=9999).contains(&year) {
        return problem("years run from 0001 to 9999".into());
    }
    if (13..=31).contains(&month) && (1..=12).contains(&day) {
        return problem(format!(
            "the month stands before the day: `{year:04}-{day:02}-{month:02}`"
        ));
    }
    match civil_date(year, month, 1) {
        None => problem("months run from 1 to 12".into()),
        Some(first) => {
            let last = first.days_in_month();
            problem(format!("{year:04}-{month:02} has the days 1 to {last}"))
        }
    }
}

fn not_a_date(text: &str) -> DateProblem {
    let shown: String = text.chars().take(40).collect();
    DateProblem {
        message: format!("expected a date, found `{shown}`"),
        hint: "write it like `2015-07-17` or `2015-07-17 09:30 +06:00`".into(),
    }
}

fn not_a_time(text: &str) -> DateProblem {
    let shown: String = text.chars().take(40).collect();
    DateProblem {
        message: format!("expected a date with time and offset, found `{shown}`"),
        hint: "write it like `2015-07-17 09:30 +06:00`; time zones have no names here".into(),
    }
}

/// `Fri, 17 Jul 2015 09:30:00 +0600`
fn parse_mail_form(text: &str) -> Option<Date> {
    let (time, zone) = jiff::fmt::rfc2822::DateTimeParser::new()
        .relaxed_weekday(true)
        .parse_zoned_datetime(text)
        .ok()
        .map(|zoned| (zoned.timestamp().as_second(), zoned.offset().seconds()))?;
    let date = Date { timestamp: time, offset: zone, has_time: true };
    (1..=9999).contains(&date.year()).then_some(date)
}

/// What is left to read of a date.
struct Scan<'t> {
    rest: &'t [u8],
}

impl Scan<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let length = self.rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        let is_longer = self.rest.get(length).is_some_and(u8::is_ascii_digit);
        if length < least || (is_longer && most > 2) {
            return None;
        }
        let number = self.rest[..length].iter().fold(0, |n, b| n * 10 + i64::from(b - b'0'));
        self.rest = &self.rest[length..];
        Some(number)
    }

    fn take(&mut self, any_of: &[u8]) -> Option<u8> {
        let first = *self.rest.first().filter(|b| any_of.contains(b))?;
        self.rest = &self.rest[1..];
        Some(first)
    }

    fn spaces(&mut self) -> usize {
        let count = self.rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.rest = &self.rest[count..];
        count
    }

    /// Year, month and day, in this order, as numbers that need not be a day that exists.
    fn day(&mut self) -> Option<(i64, i64, i64)> {
        let year = self.number(4, 4)?;
        let separator = self.take(b"-/.")?;
        let month = self.number(1, 2)?;
        self.take(&[separator])?;
        let day = self.number(1, 2)?;
        (!self.rest.first().is_some_and(u8::is_ascii_digit)).then_some((year, month, day))
    }

    /// Seconds since midnight; `Some(None)` for a time that does not exist.
    fn time(&mut self) -> Option<Option<i64>> {
        if self.take(b"Tt").is_none() && self.spaces() == 0 {
            return None;
        }
        let hour = self.number(1, 2)?;
        self.take(b":")?;
        let minute = self.number(2, 2)?;
        let mut second = 0;
        if self.take(b":").is_some() {
            second = self.number(2, 2)?;
            if self.take(b".,").is_some() {
                let digits = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
                if digits == 0 {
                    return None;
                }
                self.rest = &self.rest[digits..];
            }
        }
        // A leap second counts as the second before it, as in POSIX time.
        let second = if second == 60 { 59 } else { second };
        let exists = hour <= 23 && minute <= 59 && second <= 59;
        Some(exists.then_some(hour * 3600 + minute * 60 + second))
    }

    /// Seconds east of UTC; nothing means UTC. `None` when something else stands there.
    fn offset(&mut self) -> Option<i32> {
        self.spaces();
        if self.rest.is_empty() {
            return Some(0);
        }
        for name in [b"Z".as_slice(), b"UTC", b"GMT"] {
            if self.rest.eq_ignore_ascii_case(name) {
                return Some(0);
            }
        }
        let sign = if self.take(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2, 2)?;
        let minutes = match self.rest.is_empty() {
            true => 0,
            false => {
                self.take(b":");
                self.number(2, 2)?
            }
        };
        let is_good = self.rest.is_empty() && hours <= 23 && minutes <= 59;
        is_good.then(|| sign * i32::try_from(hours * 3600 + minutes * 60).unwrap_or(0))
    }
}
