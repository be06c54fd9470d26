//! Members: who is one, how membership changes, and whether the dates of a record can be true.
//!
//! Sources: data dictionary 1.4 and 1.7; `R_EDU` 中国共产党党员教育管理工作条例, `R_DEV` 中国共产党发展党员工作细则 (2026).

use chrono::NaiveDate;

use crate::{
    Violation,
    coded::coded,
    dates::{add_months, day, passed},
    standing::era_of,
};

coded! {
    /// The five kinds of people on the way. Only the last two are members.
    PersonCategory {
        /// Has applied.
        Applicant = "applicant" "入党申请人",
        /// Is trained.
        Activist = "activist" "入党积极分子",
        /// Is to be admitted.
        DevTarget = "dev_target" "发展对象",
        /// Was admitted, on probation.
        Probationary = "probationary" "预备党员",
        /// Full member.
        Full = "full" "正式党员",
    }
}

impl PersonCategory {
    /// Whether such a person is a member of the Party.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Probationary | Self::Full)
    }
}

coded! {
    /// What became of a membership (1.7). Probation in the Party, suspended rights and 限期改正 are marks beside it.
    MembershipStatus {
        /// In force.
        Normal = "normal" "正常",
        /// Suspended, counted apart (`R_EDU` 24).
        Suspended = "suspended" "停止党籍",
        /// Left on advice.
        RemovedPersuaded = "removed_persuaded" "劝退",
        /// Struck off after refusing the advice.
        RemovedRefused = "removed_refused" "劝而不退除名",
        /// Struck off as having left of itself.
        RemovedAuto = "removed_auto" "自行脱党除名",
        /// Struck off after giving it up.
        RemovedQuit = "removed_quit" "退党除名",
        /// Struck off for other reasons.
        RemovedOther = "removed_other" "其他除名",
        /// Probation ended without membership.
        RevokedProbationary = "revoked_probationary" "取消预备党员资格",
        /// Expelled: a punishment, not a disposal.
        Expelled = "expelled" "开除党籍",
        /// Dead.
        Deceased = "deceased" "去世",
        /// Never was valid (`R_DEV` 34, 41).
        NotRecognized = "not_recognized" "不予承认",
    }
}

use MembershipStatus::{
    Deceased, Expelled, Normal, NotRecognized, RemovedAuto, RemovedOther, RemovedPersuaded, RemovedQuit,
    RemovedRefused, RevokedProbationary, Suspended,
};

/// Months without contact after which membership may be suspended, and months of suspension after which
/// somebody who still can't be found is struck off (`R_EDU` 24).
pub const LOST_MONTHS: u32 = 6;
/// See [`LOST_MONTHS`].
pub const SUSPENDED_MONTHS: u32 = 24;

impl MembershipStatus {
    /// Every allowed step. The table of 1.7 leads nowhere to `not_recognized`; since `R_DEV` 34 and 41 speak of
    /// people on the books, it is reached from `normal`. Who joins again gets a new record: no step leads
    /// back from the removals.
    pub const STEPS: [(Self, Self); 12] = [
        (Normal, Suspended),
        (Normal, RemovedPersuaded),
        (Normal, RemovedRefused),
        (Normal, RemovedAuto),
        (Normal, RemovedQuit),
        (Normal, RemovedOther),
        (Normal, Expelled),
        (Normal, Deceased),
        (Normal, RevokedProbationary),
        (Normal, NotRecognized),
        (Suspended, Normal),
        (Suspended, RemovedAuto),
    ];

    /// Whether the step is in the table; [`check_change`] has the conditions.
    pub fn may_become(self, next: Self) -> bool {
        Self::STEPS.contains(&(self, next))
    }

    /// Whether it counts in the number of members: `normal` alone.
    pub const fn counts(self) -> bool {
        matches!(self, Normal)
    }

    /// One of the five removals (`R_EDU` 31).
    pub const fn is_removal(self) -> bool {
        matches!(self, RemovedPersuaded | RemovedRefused | RemovedAuto | RemovedQuit | RemovedOther)
    }
}

/// A change of membership as it is handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusChange<'a> {
    /// Probationary or full.
    pub category: PersonCategory,
    /// The status before.
    pub from: MembershipStatus,
    /// The status after.
    pub to: MembershipStatus,
    /// The day on which it takes effect, which isn't the day on which it is entered.
    pub effective_on: NaiveDate,
    /// Since when the membership has been suspended, where it is.
    pub suspended_on: Option<NaiveDate>,
    /// Whether the resolution (or the certificate of death) is attached.
    pub document_attached: bool,
    /// Number of the approval; may be empty where none is needed.
    pub approval_doc_no: &'a str,
}

/// What is wrong with a change (all errors): `MEM-005` no such step; `MEM-006` nothing attached, or a removal,
/// expulsion, revocation or refusal without the number of its approval; `MEM-008` probation revoked of a full
/// member, or a probationary member expelled (whose probation is revoked instead); `MEM-009` struck off
/// after less than two years of suspension.
pub fn check_change(change: &StatusChange<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut refuse = |code, field, message: String| found.push(Violation::error(code, field, message));
    let (from, to) = (change.from, change.to);
    if !from.may_become(to) {
        refuse("MEM-005", "membership_status", format!("党籍状态不能由“{from}”变为“{to}”"));
    }
    let needs_approval = to.is_removal() || matches!(to, Expelled | RevokedProbationary | NotRecognized);
    if !change.document_attached || (needs_approval && change.approval_doc_no.trim().is_empty()) {
        refuse("MEM-006", "approval_doc_no", "变更党籍状态须附决议，并录入批准文号".to_owned());
    }
    let wrong_kind = match to {
        RevokedProbationary => change.category != PersonCategory::Probationary,
        Expelled => change.category != PersonCategory::Full,
        _ => false,
    };
    if wrong_kind {
        refuse("MEM-008", "person_category", format!("“{to}”不适用于{}", change.category));
    }
    let long_enough = change.suspended_on.is_some_and(|it| passed(it, change.effective_on, SUSPENDED_MONTHS));
    if from == Suspended && to == RemovedAuto && !long_enough {
        refuse("MEM-009", "effective_on", "停止党籍满2年仍失去联系的，方可按自行脱党予以除名".to_owned());
    }
    found
}

/// Whether a notice about suspension is due: six months or more without contact (`R_EDU` 24). The system only
/// points it out.
pub fn suspension_due(lost_contact_on: NaiveDate, on: NaiveDate) -> bool {
    passed(lost_contact_on, on, LOST_MONTHS)
}

/// Months of age at joining: eighteen years (党章 1).
const ADULT_MONTHS: u32 = 18 * 12;
/// Before this day younger people were admitted too; the record is kept with a warning (1.4).
const STRICT_SINCE: NaiveDate = day(1977, 1, 1);

/// The dates of a member's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// Probationary or full.
    pub category: PersonCategory,
    /// Day of birth.
    pub birth: NaiveDate,
    /// Day of joining.
    pub join: NaiveDate,
    /// Day of becoming a full member.
    pub conversion: Option<NaiveDate>,
}

/// What is wrong with them.
///
/// `MEM-001` joined in the future. `MEM-002` joined under eighteen: an error, before 1977 a warning. `MEM-003` a
/// full member without a day of conversion, in a period that had probation. `MEM-004` converted before the
/// shortest probation of the time of joining was over (now twelve months), or in the future. `MEM-007` a
/// probationary member with a day of conversion, or one of a period without probation.
pub fn check_dates(dates: &Dates, today: NaiveDate) -> Vec<Violation> {
    let mut found = Vec::new();
    if dates.join > today {
        found.push(Violation::error("MEM-001", "join_date", "入党时间不得晚于今天"));
    }
    if add_months(dates.birth, ADULT_MONTHS) > dates.join {
        let message = "入党时未满18周岁";
        found.push(if dates.join < STRICT_SINCE {
            Violation::warning("MEM-002", "join_date", message)
        } else {
            Violation::error("MEM-002", "join_date", message)
        });
    }
    let (shortest, longest) = era_of(dates.join).map_or((0, 0), |it| (it.shortest, it.longest));
    match (dates.category, dates.conversion) {
        (PersonCategory::Full, None) if longest > 0 => {
            found.push(Violation::error("MEM-003", "conversion_date", "正式党员须填写转正时间"));
        }
        (PersonCategory::Full, Some(on)) if on > today || on < add_months(dates.join, shortest) => {
            let message = format!("转正时间须在入党满{shortest}个月之后，且不得晚于今天");
            found.push(Violation::error("MEM-004", "conversion_date", message));
        }
        (PersonCategory::Full, _) => {}
        (_, conversion) => {
            if conversion.is_some() || longest == 0 {
                found.push(Violation::error("MEM-007", "person_category", "已转正或无预备期的，应为正式党员"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: NaiveDate = day(2026, 11, 28);

    #[test]
    fn only_two_of_five_kinds_are_members_and_one_status_counts() {
        assert_eq!(PersonCategory::ALL.iter().filter(|it| it.is_member()).count(), 2);
        let counted: Vec<_> = MembershipStatus::ALL.iter().filter(|it| it.counts()).collect();
        assert_eq!(counted, [&Normal]);
        assert_eq!(MembershipStatus::ALL.iter().filter(|it| it.is_removal()).count(), 5);
    }

    #[test]
    fn only_the_steps_of_the_table_are_allowed() {
        let from_normal = "suspended removed_persuaded removed_refused removed_auto removed_quit removed_other \
                           expelled deceased revoked_probationary not_recognized";
        for from in MembershipStatus::ALL {
            for to in MembershipStatus::ALL {
                let listed = match from {
                    Normal => from_normal.split(' ').any(|it| it == to.code()),
                    Suspended => matches!(to, Normal | RemovedAuto),
                    _ => false,
                };
                assert_eq!(from.may_become(*to), listed, "{from} {to}");
            }
        }
    }

    fn change(from: MembershipStatus, to: MembershipStatus) -> StatusChange<'static> {
        StatusChange {
            category: PersonCategory::Full,
            from,
            to,
            effective_on: TODAY,
            suspended_on: None,
            document_attached: true,
            approval_doc_no: "沪委组〔2026〕1号",
        }
    }

    fn codes(change: &StatusChange<'_>) -> Vec<&'static str> {
        check_change(change).iter().map(|it| it.code).collect()
    }

    #[test]
    fn a_change_needs_its_papers() {
        assert_eq!(codes(&change(Normal, RemovedQuit)), [""; 0]);
        for to in [RemovedQuit, Expelled, NotRecognized] {
            assert_eq!(codes(&StatusChange { approval_doc_no: " ", ..change(Normal, to) }), ["MEM-006"], "{to}");
        }
        assert_eq!(codes(&StatusChange { approval_doc_no: "", ..change(Normal, Deceased) }), [""; 0]);
        assert_eq!(codes(&StatusChange { document_attached: false, ..change(Normal, Deceased) }), ["MEM-006"]);
        assert_eq!(codes(&change(Expelled, Normal)), ["MEM-005"]);
    }

    #[test]
    fn probation_is_revoked_and_membership_expelled() {
        let probationary = |to| StatusChange { category: PersonCategory::Probationary, ..change(Normal, to) };
        assert_eq!(codes(&probationary(RevokedProbationary)), [""; 0]);
        assert_eq!(codes(&change(Normal, RevokedProbationary)), ["MEM-008"]);
        assert_eq!(codes(&probationary(Expelled)), ["MEM-008"]);
        assert_eq!(codes(&change(Normal, Expelled)), [""; 0]);
    }

    #[test]
    fn two_years_of_suspension_come_before_striking_off() {
        let since = |on| StatusChange { suspended_on: Some(on), ..change(Suspended, RemovedAuto) };
        assert_eq!(codes(&since(day(2024, 11, 28))), [""; 0]);
        assert_eq!(codes(&since(day(2024, 11, 29))), ["MEM-009"]);
        assert_eq!(codes(&change(Suspended, RemovedAuto)), ["MEM-009"], "since when is not known");
        assert_eq!(codes(&change(Suspended, Normal)), [""; 0]);
        assert!(suspension_due(day(2026, 5, 28), TODAY) && !suspension_due(day(2026, 5, 29), TODAY));
    }

    fn dates(join: NaiveDate, conversion: Option<NaiveDate>) -> Dates {
        Dates { category: PersonCategory::Full, birth: day(1950, 3, 1), join, conversion }
    }

    fn wrong(dates: &Dates) -> Vec<(&'static str, bool)> {
        check_dates(dates, TODAY).iter().map(|it| (it.code, it.stops())).collect()
    }

    #[test]
    fn members_are_eighteen() {
        assert_eq!(wrong(&dates(day(1975, 1, 1), None)), []);
        let born = |birth, join| Dates { birth, ..dates(join, Some(add_months(join, 12))) };
        assert_eq!(wrong(&born(day(2000, 7, 1), day(2018, 7, 1))), []);
        assert_eq!(wrong(&born(day(2000, 7, 2), day(2018, 7, 1))), [("MEM-002", true)]);
        let early = Dates { birth: day(1950, 1, 1), ..dates(day(1967, 1, 1), Some(day(1968, 1, 1))) };
        assert_eq!(wrong(&early), [("MEM-002", false)]);
    }

    #[test]
    fn conversion_follows_the_probation_of_the_time() {
        let joined = day(2020, 7, 1);
        assert_eq!(wrong(&dates(joined, Some(day(2021, 7, 1)))), []);
        assert_eq!(wrong(&dates(joined, Some(day(2021, 6, 30)))), [("MEM-004", true)]);
        assert_eq!(wrong(&dates(joined, Some(day(2026, 11, 29)))), [("MEM-004", true)]);
        assert_eq!(wrong(&dates(joined, None)), [("MEM-003", true)]);
        // From 1969 to 1977 there was no probation: the day may be missing, or that of joining.
        assert_eq!(wrong(&dates(day(1972, 1, 1), None)), []);
        assert_eq!(wrong(&dates(day(1972, 1, 1), Some(day(1972, 1, 1)))), []);
    }

    #[test]
    fn probationary_members_have_no_conversion() {
        let on_probation =
            |join, conversion| Dates { category: PersonCategory::Probationary, ..dates(join, conversion) };
        assert_eq!(wrong(&on_probation(day(2026, 3, 1), None)), []);
        assert_eq!(wrong(&on_probation(day(2024, 3, 1), Some(day(2025, 3, 1)))), [("MEM-007", true)]);
        assert_eq!(wrong(&on_probation(day(1972, 1, 1), None)), [("MEM-007", true)]);
        assert_eq!(wrong(&on_probation(day(2026, 11, 29), None)), [("MEM-001", true)]);
    }
}
