//! Dates as authors write them, and as feeds, templates and addresses need them.

/// A day, or a moment with its offset from UTC. A date without a time is midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub timestamp: i64,
    /// Offset of the author's clock, seconds east of UTC.
    pub offset: i32,
    /// Whether a time of day was given.
    pub has_time: bool,
}

impl Date {
    /// `2015-07-17T00:00:00Z`, with the author's own offset (RFC 3339, section 5.6).
    pub fn rfc3339(&self) -> String {
        let c = self.civil();
        let (year, month, day) = (c.year(), c.month(), c.day());
        let (hour, minute, second) = (c.hour(), c.minute(), c.second());
        let zone = match self.offset {
            0 => "Z".to_string(),
            _ => self.zone(":"),
        };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    /// `Fri, 17 Jul 2015 00:00:00 +0000` (RFC 2822, section 3.3).
    pub fn rfc2822(&self) -> String {
        const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
        const DAYS: &[u8; 21] = b"MonTueWedThuFriSatSun";
        let name = |names: &[u8], i: usize| {
            String::from_utf8_lossy(names.get(3 * i..3 * i + 3).unwrap_or_default()).into_owned()
        };
        let c = self.civil();
        let month = name(MONTHS, usize::from(c.month().unsigned_abs()) - 1);
        let weekday = self.timestamp + i64::from(self.offset);
        let weekday = name(
            DAYS,
            usize::try_from((weekday.div_euclid(86_400) + 3).rem_euclid(7)).unwrap_or(0),
        );
        let (year, day, zone) = (c.year(), c.day(), self.zone(""));
        let (hour, minute, second) = (c.hour(), c.minute(), c.second());
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} {zone}")
    }

    fn zone(&self, colon: &str) -> String {
        let minutes = self.offset.abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn civil(&self) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::from_seconds(self.offset).unwrap_or(jiff::tz::Offset::UTC);
        let moment = jiff::Timestamp::from_second(self.timestamp).unwrap_or_default();
        offset.to_datetime(moment)
    }
}
