//! Party standing (党龄): from which day it counts, and the fifty years of the commemorative medal.
//!
//! Standing counts from the day on which a probationary member became a full one. What joining meant, and
//! whether there was probation, changed with the constitutions; the table holds the periods. Where the file
//! has no day of conversion it is worked out where the period had one length for everybody, and marked as
//! inferred; otherwise only the file can tell.
//!
//! A person who joined again has a new record with the dates of the new joining; the earlier years don't count.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use crate::{
    Violation,
    coded::coded,
    dates::{add_months, day},
    member::{MembershipStatus, PersonCategory},
};

/// A period between two constitutions, by the day of joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Era {
    /// First day.
    pub from: NaiveDate,
    /// What the day of joining is in this period.
    pub joining: &'static str,
    /// Shortest probation in months; 0 where some or all had none.
    pub shortest: u32,
    /// Longest probation in months; it was the same for everybody where it equals `shortest`.
    pub longest: u32,
}

/// The nine periods. Each ends where the next begins.
pub const ERAS: [Era; 9] = [
    era(day(1921, 7, 1), "上级党委批准", 0, 0),
    // Three months for workers, six for others.
    era(day(1923, 6, 10), "批准为候补党员", 3, 6),
    // None for workers and peasants, three months for intellectuals.
    era(day(1927, 4, 27), "批准", 0, 3),
    era(day(1928, 6, 18), "批准", 0, 0),
    // Six months for workers, the poor and soldiers; a year for middle peasants, employees and intellectuals;
    // two years for others.
    era(day(1945, 4, 23), "批准", 6, 24),
    era(day(1956, 9, 15), "支部大会接收（须批准）", 12, 12),
    era(day(1969, 4, 1), "上级党委批准", 0, 0),
    era(day(1977, 8, 12), "批准为预备党员", 12, 12),
    era(day(1982, 9, 6), "支部大会接收为预备党员", 12, 12),
];

/// The Ninth Congress, which ended probation: whoever was on it is looked at by hand.
const NINTH: NaiveDate = day(1969, 4, 1);

const fn era(from: NaiveDate, joining: &'static str, shortest: u32, longest: u32) -> Era {
    Era { from, joining, shortest, longest }
}

/// The period in which somebody joined; `None` before 1 July 1921.
pub fn era_of(join: NaiveDate) -> Option<&'static Era> {
    ERAS.iter().rev().find(|it| it.from <= join)
}

coded! {
    /// How the first day is known.
    Basis {
        /// From the file.
        Archive = "archive" "档案",
        /// From the day of joining and the rules of the time.
        Inferred = "inferred" "推定",
    }
}

/// What a member's record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// Day of joining, in the sense of its time.
    pub join: NaiveDate,
    /// Day of becoming a full member; `None` where the file has none. With an extended probation this is the
    /// real day.
    pub conversion: Option<NaiveDate>,
    /// Spans of suspended membership that ended in its restoration: first day, and first day restored.
    pub suspended: &'a [(NaiveDate, NaiveDate)],
    /// Whether those spans are left out (`standing.exclude_suspended`, true unless the administration says
    /// otherwise).
    pub exclude_suspended: bool,
}

/// From when standing counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The day itself.
    pub start: NaiveDate,
    /// The day moved later by the days of suspension that don't count. Years are counted from it.
    pub counted_from: NaiveDate,
    /// How it is known.
    pub basis: Basis,
    /// Whether a person must look: probation on 1 April 1969, or a day of conversion in a period that had
    /// no probation.
    pub review: bool,
}

/// Works out the standing.
///
/// Errors, each with the field to mend: `STD-001` joined before the Party was founded; `STD-002` conversion
/// before joining; `STD-003` no day of conversion, and none can be inferred: probation then differed from
/// person to person, or reached into 1 April 1969.
pub fn standing(record: &Record<'_>) -> Result<Standing, Violation> {
    let Some(era) = era_of(record.join) else {
        return Err(Violation::error("STD-001", "join_date", "入党时间不得早于1921年7月1日"));
    };
    let end = add_months(record.join, era.longest);
    let across_1969 = record.join < NINTH && end > NINTH;
    let (start, basis, review) = match record.conversion {
        Some(conversion) if conversion < record.join => {
            return Err(Violation::error("STD-002", "conversion_date", "转正时间不得早于入党时间"));
        }
        Some(conversion) => {
            (conversion, Basis::Archive, across_1969 || (era.longest == 0 && conversion != record.join))
        }
        None if era.shortest == era.longest && !across_1969 => (end, Basis::Inferred, false),
        None => {
            let message = "该时期预备期因人而异或跨1969年4月1日，须按档案填写转正时间";
            return Err(Violation::error("STD-003", "conversion_date", message));
        }
    };
    let days = if record.exclude_suspended { suspended_days(record.suspended, start) } else { 0 };
    let counted_from = start.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    Ok(Standing { start, counted_from, basis, review })
}

impl Standing {
    /// Full years of standing on a day; 0 before it begins.
    pub fn years(&self, on: NaiveDate) -> u32 {
        on.years_since(self.counted_from).unwrap_or(0)
    }

    /// Whether fifty years are full on 1 July of a year, the day itself included.
    pub fn reaches_fifty(&self, year: i32) -> bool {
        day_of_cutoff(year - 50).is_some_and(|cutoff| self.counted_from <= cutoff)
    }

    /// The year in which fifty years are first full on 1 July. The medal was first given in 2021
    /// ([`FIRST_MEDALS`]), to all who had reached them before.
    pub fn fifty_year(&self) -> i32 {
        let year = self.counted_from.year();
        year + if self.reaches_fifty(year + 50) { 50 } else { 51 }
    }

    /// The year of the medal: that of the fifty years, but not before 2021.
    pub fn medal_year(&self) -> i32 {
        self.fifty_year().max(FIRST_MEDALS)
    }
}

coded! {
    /// What becomes of a candidate for the medal.
    MedalResult {
        /// To be given.
        Eligible = "eligible" "应颁",
        /// Held back until a person decides.
        Hold = "hold" "缓颁",
        /// Not this year.
        Ineligible = "ineligible" "不符合",
        /// Died before 1 July.
        Deceased = "deceased" "去世",
    }
}

/// What decides about the medal besides the standing. Punishments of the past are shown to those who decide and
/// settle nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Probationary or full.
    pub category: PersonCategory,
    /// The membership; for the dead that of the day before.
    pub status: MembershipStatus,
    /// Day of death.
    pub died_on: Option<NaiveDate>,
    /// On probation in the Party (留党察看).
    pub on_probation_in_party: bool,
    /// Under investigation.
    pub under_review: bool,
    /// Whether the medal was given before; everybody gets one.
    pub awarded: bool,
}

/// What becomes of a candidate in a year. Whether somebody behaved well all along is for the branch and those
/// above it to say, on top of this.
pub fn medal(standing: &Standing, candidate: &Candidate, year: i32) -> MedalResult {
    let cutoff = day_of_cutoff(year).unwrap_or(NaiveDate::MAX);
    if candidate.died_on.is_some_and(|it| it < cutoff) {
        return MedalResult::Deceased;
    }
    let member = matches!(candidate.status, MembershipStatus::Normal | MembershipStatus::Suspended);
    if candidate.awarded || !member || candidate.category != PersonCategory::Full || !standing.reaches_fifty(year) {
        return MedalResult::Ineligible;
    }
    let suspended = candidate.status == MembershipStatus::Suspended;
    if suspended || candidate.on_probation_in_party || candidate.under_review || standing.review {
        return MedalResult::Hold;
    }
    MedalResult::Eligible
}

/// The year of the first medals (光荣在党50年).
pub const FIRST_MEDALS: i32 = 2021;

fn day_of_cutoff(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 7, 1)
}

/// Days suspended since the standing began. Spans may touch, but are taken not to overlap.
fn suspended_days(spans: &[(NaiveDate, NaiveDate)], start: NaiveDate) -> u64 {
    let days = |&(from, to): &(NaiveDate, NaiveDate)| (to - from.max(start)).num_days().max(0).unsigned_abs();
    spans.iter().map(days).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(join: NaiveDate, conversion: Option<NaiveDate>) -> Record<'static> {
        Record { join, conversion, suspended: &[], exclude_suspended: true }
    }

    fn of(join: NaiveDate, conversion: Option<NaiveDate>) -> Standing {
        standing(&record(join, conversion)).expect("known")
    }

    fn refused(join: NaiveDate, conversion: Option<NaiveDate>) -> &'static str {
        standing(&record(join, conversion)).unwrap_err().code
    }

    #[test]
    fn the_vectors_of_the_medal() {
        for (join, conversion, start, fifty, medal) in [
            (day(1976, 6, 20), None, day(1976, 6, 20), 2026, 2026),
            (day(1976, 7, 1), None, day(1976, 7, 1), 2026, 2026),
            (day(1976, 7, 2), None, day(1976, 7, 2), 2027, 2027),
            (day(1977, 8, 11), None, day(1977, 8, 11), 2028, 2028),
            (day(1977, 8, 12), Some(day(1978, 8, 12)), day(1978, 8, 12), 2029, 2029),
            (day(1965, 3, 1), Some(day(1966, 3, 1)), day(1966, 3, 1), 2016, 2021),
        ] {
            let standing = of(join, conversion);
            assert_eq!((standing.start, standing.fifty_year(), standing.medal_year()), (start, fifty, medal), "{join}");
            assert!(standing.reaches_fifty(fifty) && !standing.reaches_fifty(fifty - 1));
            assert!(!standing.review);
        }
    }

    #[test]
    fn what_the_file_lacks_is_inferred_where_everybody_had_the_same_probation() {
        for (join, start) in [
            (day(1921, 7, 1), day(1921, 7, 1)),
            (day(1923, 6, 9), day(1923, 6, 9)),
            (day(1928, 6, 18), day(1928, 6, 18)),
            (day(1945, 4, 22), day(1945, 4, 22)),
            (day(1956, 9, 15), day(1957, 9, 15)),
            (day(1968, 4, 1), day(1969, 4, 1)),
            (day(1969, 4, 1), day(1969, 4, 1)),
            (day(1977, 8, 12), day(1978, 8, 12)),
            (day(2024, 2, 29), day(2025, 2, 28)),
        ] {
            let standing = of(join, None);
            assert_eq!((standing.start, standing.basis), (start, Basis::Inferred), "{join}");
        }
        assert_eq!(of(day(1982, 9, 6), Some(day(1984, 3, 6))).basis, Basis::Archive);
    }

    #[test]
    fn what_only_the_file_can_tell_is_asked_for() {
        let by_class = [day(1923, 6, 10), day(1927, 4, 26), day(1927, 4, 27), day(1945, 4, 23), day(1956, 9, 14)];
        for join in by_class {
            assert_eq!(refused(join, None), "STD-003", "{join}");
        }
        assert_eq!(refused(day(1968, 4, 2), None), "STD-003", "on probation on 1 April 1969");
        assert!(of(day(1968, 4, 2), Some(day(1969, 4, 2))).review);
        assert!(of(day(1976, 1, 1), Some(day(1977, 1, 1))).review, "there was no probation");
        assert!(!of(day(1976, 1, 1), Some(day(1976, 1, 1))).review);
    }

    #[test]
    fn impossible_dates_are_refused() {
        assert_eq!(refused(day(1921, 6, 30), None), "STD-001");
        assert_eq!(refused(day(1990, 7, 1), Some(day(1990, 6, 30))), "STD-002");
    }

    #[test]
    fn suspended_days_move_the_beginning_unless_they_count() {
        let mut record = record(day(1976, 6, 1), None);
        // 2000 has a 29 February: 366 days; the second span is before the beginning and counts for nothing.
        let spans = [
            (day(2000, 1, 1), day(2001, 1, 1)),
            (day(1970, 1, 1), day(1971, 1, 1)),
            (day(2010, 5, 1), day(2010, 5, 3)),
        ];
        record.suspended = &spans;
        let moved = standing(&record).unwrap();
        assert_eq!((moved.start, moved.counted_from), (day(1976, 6, 1), day(1977, 6, 4)));
        assert_eq!((moved.fifty_year(), moved.years(day(2026, 6, 3)), moved.years(day(2026, 6, 4))), (2027, 48, 49));
        record.exclude_suspended = false;
        assert_eq!(standing(&record).unwrap().fifty_year(), 2026);
    }

    #[test]
    fn who_gets_the_medal() {
        let standing = of(day(1976, 6, 20), None);
        let good = Candidate {
            category: PersonCategory::Full,
            status: MembershipStatus::Normal,
            died_on: None,
            on_probation_in_party: false,
            under_review: false,
            awarded: false,
        };
        let died = |on| Candidate { died_on: Some(on), ..good };
        for (candidate, result) in [
            (good, MedalResult::Eligible),
            (died(day(2026, 6, 30)), MedalResult::Deceased),
            (died(day(2026, 7, 1)), MedalResult::Eligible),
            (Candidate { status: MembershipStatus::Suspended, ..good }, MedalResult::Hold),
            (Candidate { on_probation_in_party: true, ..good }, MedalResult::Hold),
            (Candidate { under_review: true, ..good }, MedalResult::Hold),
            (Candidate { status: MembershipStatus::Expelled, ..good }, MedalResult::Ineligible),
            (Candidate { category: PersonCategory::Probationary, ..good }, MedalResult::Ineligible),
            (Candidate { awarded: true, ..good }, MedalResult::Ineligible),
        ] {
            assert_eq!(medal(&standing, &candidate, 2026), result, "{candidate:?}");
        }
        assert_eq!(medal(&standing, &good, 2025), MedalResult::Ineligible);
        let looked_at = of(day(1968, 4, 2), Some(day(1969, 4, 2)));
        assert_eq!(medal(&looked_at, &good, 2026), MedalResult::Hold);
    }

    #[test]
    fn periods_follow_each_other() {
        assert!(ERAS.windows(2).all(|it| it[0].from < it[1].from));
        assert_eq!(era_of(day(1956, 9, 14)).map(|it| it.longest), Some(24));
        assert_eq!(era_of(day(1956, 9, 15)).map(|it| it.longest), Some(12));
        assert_eq!(era_of(day(1921, 6, 30)), None);
        assert_eq!(of(day(2000, 1, 1), None).years(day(2000, 6, 1)), 0);
    }
}
