//! Working days, and deadlines counted in them.
//!
//! The administration keeps a table for each year, after the State Council's notice on holidays. A year
//! without a table has its weekends only, and whatever was counted through it is marked provisional (暂算).
//! The day on which something happens isn't counted; the first day counted is the next.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::{Violation, dates::day};

/// The holidays of one year, as the notice for that year lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearTable {
    /// The year that the notice is for. Its first days may lie in December of the year before.
    pub year: i32,
    /// Days off, weekends among them or not.
    pub holidays: Vec<NaiveDate>,
    /// Saturdays and Sundays on which people work.
    pub makeup_days: Vec<NaiveDate>,
}

/// A day, or a number of days, with its certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counted<T> {
    /// What was counted.
    pub value: T,
    /// Whether a year without a table had a part in it.
    pub provisional: bool,
}

/// The three marks of a time limit (rules of the workflow, 6.1): 50 % reminds, 100 % goes to the superior,
/// 200 % to supervision. Nothing is ever approved because time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// Half of the limit, rounded up: from this day on the handler is reminded.
    pub half: NaiveDate,
    /// The last day in time.
    pub due: NaiveDate,
    /// Twice the limit: after this day it is a matter for supervision.
    pub double: NaiveDate,
    /// Whether a year without a table had a part in it.
    pub provisional: bool,
}

/// Where a task stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the half mark.
    InTime,
    /// From the half mark to the last day in time.
    Reminded,
    /// After the last day in time.
    Escalated,
    /// After twice the limit.
    Supervised,
}

impl Deadline {
    /// Where an unfinished task stands on a day.
    pub fn stage(&self, on: NaiveDate) -> Stage {
        if on > self.double {
            Stage::Supervised
        } else if on > self.due {
            Stage::Escalated
        } else if on >= self.half {
            Stage::Reminded
        } else {
            Stage::InTime
        }
    }

    /// A limit in calendar days (receipts: 30). Holidays don't move its end.
    pub fn calendar_days(from: NaiveDate, days: u32) -> Self {
        let at = |days: u32| from.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        Self { half: at(days.div_ceil(2)), due: at(days), double: at(days.saturating_mul(2)), provisional: false }
    }
}

/// Which days are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeSet<i32>,
    holidays: BTreeSet<NaiveDate>,
    makeup_days: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// A calendar of these years. Refused: `CAL-001` two tables for one year; `CAL-002` a day that belongs
    /// neither to the year nor to December before it; `CAL-003` a make-up day from Monday to Friday;
    /// `CAL-004` a day that is both off and worked.
    pub fn new(tables: impl IntoIterator<Item = YearTable>) -> Result<Self, Violation> {
        let mut calendar = Self::default();
        for table in tables {
            let year = table.year;
            if !calendar.years.insert(year) {
                return Err(Violation::error("CAL-001", "year", format!("{year}年的放假安排重复")));
            }
            let belongs = |it: &NaiveDate| it.year() == year || (it.year() == year - 1 && it.month() == 12);
            if let Some(day) = table.holidays.iter().chain(&table.makeup_days).find(|it| !belongs(it)) {
                return Err(Violation::error("CAL-002", "holidays", format!("{day}不属于{year}年的放假安排")));
            }
            if let Some(day) = table.makeup_days.iter().find(|it| !is_weekend(**it)) {
                return Err(Violation::error("CAL-003", "makeup_days", format!("{day}不是周末，不能作为调休上班日")));
            }
            calendar.holidays.extend(table.holidays);
            calendar.makeup_days.extend(table.makeup_days);
        }
        if let Some(day) = calendar.holidays.intersection(&calendar.makeup_days).next() {
            return Err(Violation::error("CAL-004", "makeup_days", format!("{day}既是假日又是上班日")));
        }
        Ok(calendar)
    }

    /// The years whose notices were published when this was written.
    pub fn published() -> Self {
        let mut calendar = Self::default();
        for (year, spans, makeup_days) in PUBLISHED {
            calendar.years.insert(*year);
            for (first, last) in *spans {
                calendar.holidays.extend(first.iter_days().take_while(|it| it <= last));
            }
            calendar.makeup_days.extend(*makeup_days);
        }
        calendar
    }

    /// Whether the year of this day has a table.
    pub fn knows(&self, day: NaiveDate) -> bool {
        self.years.contains(&day.year())
    }

    /// Whether the day is worked; in a year without a table, whether it is no weekend.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.makeup_days.contains(&day) || (!is_weekend(day) && !self.holidays.contains(&day))
    }

    /// The last of `days` working days after `from`; `from` itself for 0.
    pub fn add_working_days(&self, from: NaiveDate, days: u32) -> Counted<NaiveDate> {
        let (mut value, mut left, mut provisional) = (from, days, false);
        while left > 0 {
            let Some(next) = value.succ_opt() else { break };
            value = next;
            provisional |= !self.knows(value);
            left -= u32::from(self.is_working_day(value));
        }
        Counted { value, provisional }
    }

    /// Working days after `from` up to and with `to`; 0 where `to` isn't later.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Counted<u32> {
        let mut counted = Counted { value: 0, provisional: false };
        for day in from.iter_days().skip(1).take_while(|it| *it <= to) {
            counted.value += u32::from(self.is_working_day(day));
            counted.provisional |= !self.knows(day);
        }
        counted
    }

    /// The marks of a limit of `days` working days that begins after `from`.
    pub fn deadline(&self, from: NaiveDate, days: u32) -> Deadline {
        let double = self.add_working_days(from, days.saturating_mul(2));
        Deadline {
            half: self.add_working_days(from, days.div_ceil(2)).value,
            due: self.add_working_days(from, days).value,
            double: double.value,
            // The latest mark was counted through all the days of the others.
            provisional: double.provisional,
        }
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// A year, its spans of days off with both ends, its make-up days.
type Published = (i32, &'static [(NaiveDate, NaiveDate)], &'static [NaiveDate]);

/// 国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号，2024年11月12日） and the notice for 2026
/// of 4 November 2025.
const PUBLISHED: &[Published] = &[
    (
        2025,
        &[
            (day(2025, 1, 1), day(2025, 1, 1)),
            (day(2025, 1, 28), day(2025, 2, 4)),
            (day(2025, 4, 4), day(2025, 4, 6)),
            (day(2025, 5, 1), day(2025, 5, 5)),
            (day(2025, 5, 31), day(2025, 6, 2)),
            (day(2025, 10, 1), day(2025, 10, 8)),
        ],
        &[day(2025, 1, 26), day(2025, 2, 8), day(2025, 4, 27), day(2025, 9, 28), day(2025, 10, 11)],
    ),
    (
        2026,
        &[
            (day(2026, 1, 1), day(2026, 1, 3)),
            (day(2026, 2, 15), day(2026, 2, 23)),
            (day(2026, 4, 4), day(2026, 4, 6)),
            (day(2026, 5, 1), day(2026, 5, 5)),
            (day(2026, 6, 19), day(2026, 6, 21)),
            (day(2026, 9, 25), day(2026, 9, 27)),
            (day(2026, 10, 1), day(2026, 10, 7)),
        ],
        &[day(2026, 1, 4), day(2026, 2, 14), day(2026, 2, 28), day(2026, 5, 9), day(2026, 9, 20), day(2026, 10, 10)],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn table(year: i32, holidays: &[NaiveDate], makeup_days: &[NaiveDate]) -> YearTable {
        YearTable { year, holidays: holidays.to_vec(), makeup_days: makeup_days.to_vec() }
    }

    fn added(from: NaiveDate, days: u32) -> (NaiveDate, bool) {
        let counted = Calendar::published().add_working_days(from, days);
        (counted.value, counted.provisional)
    }

    #[test]
    fn published_years_are_sound_and_have_the_days_of_the_notices() {
        // 2025: 1 + 8 + 3 + 5 + 3 + 8; 2026: 3 + 9 + 3 + 5 + 3 + 3 + 7.
        for (year, off, worked) in [(2025, 28, 5), (2026, 33, 6)] {
            let calendar = Calendar::published();
            let of_year = |days: &BTreeSet<NaiveDate>| days.iter().filter(|it| it.year() == year).count();
            assert_eq!((of_year(&calendar.holidays), of_year(&calendar.makeup_days)), (off, worked));
        }
        let published = Calendar::published();
        let tables = [2025, 2026].map(|year| YearTable {
            year,
            holidays: published.holidays.iter().copied().filter(|it| it.year() == year).collect(),
            makeup_days: published.makeup_days.iter().copied().filter(|it| it.year() == year).collect(),
        });
        assert_eq!(Calendar::new(tables), Ok(published), "the tables break none of the rules");
    }

    #[test]
    fn holidays_are_passed_over_and_make_up_days_counted() {
        // Friday 13 February 2026: Saturday 14 is worked, 15 to 23 are off, Tuesday 24 is worked.
        assert_eq!(added(day(2026, 2, 13), 1), (day(2026, 2, 14), false));
        assert_eq!(added(day(2026, 2, 13), 2), (day(2026, 2, 24), false));
        // 24, 25, 26, 27 and Saturday 28.
        assert_eq!(added(day(2026, 2, 14), 5), (day(2026, 2, 28), false));
        // 30 September 2026 is a Wednesday: 8, 9 and Saturday 10 October.
        assert_eq!(added(day(2026, 9, 30), 3), (day(2026, 10, 10), false));
        assert_eq!(added(day(2026, 10, 3), 0), (day(2026, 10, 3), false));
    }

    #[test]
    fn a_year_without_a_table_makes_the_count_provisional() {
        // 30 December 2026 is a Wednesday; Thursday 31 is the last day known.
        assert_eq!(added(day(2026, 12, 30), 1), (day(2026, 12, 31), false));
        // Friday 1 January 2027 counts as worked until the table says that it isn't.
        assert_eq!(added(day(2026, 12, 30), 2), (day(2027, 1, 1), true));
        assert_eq!(added(day(2026, 12, 30), 3), (day(2027, 1, 4), true));
    }

    #[test]
    fn counting_is_the_reverse_of_adding() {
        let calendar = Calendar::published();
        for from in day(2025, 12, 1).iter_days().take(300) {
            for days in [1, 5, 10] {
                let end = calendar.add_working_days(from, days);
                assert_eq!(calendar.working_days_between(from, end.value).value, days);
                assert!(calendar.is_working_day(end.value));
            }
        }
        // 8, 9 and 10 October.
        let counted = calendar.working_days_between(day(2026, 9, 30), day(2026, 10, 11));
        assert_eq!(counted, Counted { value: 3, provisional: false });
        assert_eq!(calendar.working_days_between(day(2026, 10, 11), day(2026, 9, 30)).value, 0);
    }

    #[test]
    fn a_deadline_has_three_marks() {
        // From Monday 2 November 2026: no holidays until the end of the year.
        let deadline = Calendar::published().deadline(day(2026, 11, 2), 5);
        let marks = (deadline.half, deadline.due, deadline.double, deadline.provisional);
        assert_eq!(marks, (day(2026, 11, 5), day(2026, 11, 9), day(2026, 11, 16), false));
        for (on, stage) in [(4, Stage::InTime), (5, Stage::Reminded), (9, Stage::Reminded), (10, Stage::Escalated)] {
            assert_eq!(deadline.stage(day(2026, 11, on)), stage);
        }
        assert_eq!(deadline.stage(day(2026, 11, 16)), Stage::Escalated);
        assert_eq!(deadline.stage(day(2026, 11, 17)), Stage::Supervised);
        let receipt = Deadline::calendar_days(day(2026, 9, 20), 30);
        assert_eq!(
            (receipt.half, receipt.due, receipt.double),
            (day(2026, 10, 5), day(2026, 10, 20), day(2026, 11, 19))
        );
    }

    #[test]
    fn wrong_tables_are_refused() {
        let code = |tables: Vec<YearTable>| Calendar::new(tables).unwrap_err().code;
        assert_eq!(code(vec![table(2026, &[], &[]), table(2026, &[], &[])]), "CAL-001");
        assert_eq!(code(vec![table(2026, &[day(2027, 1, 1)], &[])]), "CAL-002");
        assert_eq!(code(vec![table(2026, &[day(2025, 11, 30)], &[])]), "CAL-002");
        assert_eq!(code(vec![table(2026, &[], &[day(2026, 2, 13)])]), "CAL-003");
        assert_eq!(code(vec![table(2026, &[day(2026, 2, 14)], &[day(2026, 2, 14)])]), "CAL-004");
        // The notice for 2023 began on 31 December 2022.
        assert!(Calendar::new([table(2023, &[day(2022, 12, 31)], &[])]).is_ok());
    }
}
