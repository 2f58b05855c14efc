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
