//! What time it is, as a parameter.

use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Tells the present moment.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> DateTime<Utc>;

    /// Today's date in Shanghai (UTC+8, no summer time since 1991): the day on which a regulation
    /// is or isn't in force.
    fn today(&self) -> NaiveDate {
        (self.now() + Duration::hours(8)).date_naive()
    }
}

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the system's clock comes in")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still, for tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    #[test]
    fn today_is_shanghais_day() {
        let late = Utc.with_ymd_and_hms(2026, 5, 10, 16, 0, 0).single().expect("a valid moment");
        assert_eq!(FixedClock(late).today(), NaiveDate::from_ymd_opt(2026, 5, 11).expect("a valid day"));
    }
}
