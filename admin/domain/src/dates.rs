//! Months, as the regulations count them.
//!
//! Time limits of months run to the same day of a later month; where that month has no such day, to its last
//! (31 August and six months: 28 February).

use chrono::{Months, NaiveDate};

/// `day` and `months` months later. A day that chrono can't hold becomes its last one.
pub fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// `day` and `months` months earlier. A day that chrono can't hold becomes its first one.
pub fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// Whether `months` months or more have passed between `since` and `on`; the day on which they are full counts.
pub fn passed(since: NaiveDate, on: NaiveDate, months: u32) -> bool {
    add_months(since, months) <= on
}

/// A day for tables. An impossible date doesn't compile: the functions that use it are constants.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("no such day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_day_becomes_the_last_of_its_month() {
        assert_eq!(add_months(day(2025, 8, 31), 6), day(2026, 2, 28));
        assert_eq!(months_before(day(2026, 8, 31), 6), day(2026, 2, 28));
        assert_eq!(add_months(NaiveDate::MAX, 1), NaiveDate::MAX);
    }

    #[test]
    fn the_day_on_which_the_months_are_full_counts() {
        assert!(!passed(day(2026, 1, 15), day(2026, 7, 14), 6));
        assert!(passed(day(2026, 1, 15), day(2026, 7, 15), 6));
        assert!(!passed(day(2026, 7, 15), day(2026, 1, 15), 6), "the future has not passed");
    }
}
