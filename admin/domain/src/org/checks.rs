//! What is wrong with an organisation: ORG-001 to ORG-007, the terms of office, the name.

use chrono::NaiveDate;
use serde::Serialize;

use super::{FormationMode, OrgCategory};
use crate::{
    Violation,
    dates::{add_months, months_before, passed},
};

/// Fewest full members of an independent branch (党章 30, `R_BRANCH` 4).
const FEWEST: u32 = 3;
/// Most units of a joint branch, as a rule (`R_BRANCH` 5).
const MOST_UNITS: u32 = 5;
/// Most members of a branch, as a rule (`R_BRANCH` 4).
const MOST_MEMBERS: u32 = 50;
/// From so many full members on, a branch elects a committee (`R_BRANCH` 20).
const WITH_COMMITTEE: u32 = 7;
/// Months below [`FEWEST`] after which a branch is to be looked at.
const FEW_MONTHS: u32 = 6;
/// Months by which an election may be put off (`R_ELECT` 3).
const MOST_DELAY: u32 = 12;

/// What the checks of a branch need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BranchFacts<'a> {
    /// Its kind.
    pub category: OrgCategory,
    /// How it was formed.
    pub formation_mode: FormationMode,
    /// Full members.
    pub full_members: u32,
    /// Full and probationary members.
    pub total_members: u32,
    /// Units that it covers.
    pub host_units: u32,
    /// Why it covers more units than usual; empty where nobody said.
    pub units_explanation: &'a str,
    /// Whether it has a committee.
    pub has_committee: bool,
    /// Since when it has had fewer than three full members; `None` where it has three.
    pub few_since: Option<NaiveDate>,
}

/// What is wrong with a branch on a day; nothing for other kinds of organisation.
///
/// `ORG-001` (error) independent with fewer than three full members, unless it had more before: then
/// `ORG-007` (warning) after six months. `ORG-002` (warning) joint over more than five units without an
/// explanation. `ORG-003` (warning) more than fifty members, probationary ones included. `ORG-005` (warning)
/// seven full members or more and no committee; a warning, since the election follows the seventh member.
/// Functional branches hold no relations, so the numbers of members aren't theirs.
pub fn check_branch(facts: &BranchFacts<'_>, on: NaiveDate) -> Vec<Violation> {
    let mut found = Vec::new();
    if !facts.category.is_branch() {
        return found;
    }
    let joint = facts.formation_mode == FormationMode::Joint;
    if joint && facts.host_units > MOST_UNITS && facts.units_explanation.trim().is_empty() {
        found.push(Violation::warning("ORG-002", "host_unit_ids", "联合党支部覆盖单位一般不超过5个，请填写说明"));
    }
    if facts.formation_mode == FormationMode::Functional || facts.category.is_temporary() {
        return found;
    }
    if facts.full_members < FEWEST {
        match facts.few_since {
            Some(since) if passed(since, on, FEW_MONTHS) => {
                let message = "正式党员持续少于3名满6个月，请研究调整或撤销";
                found.push(Violation::warning("ORG-007", "full_members", message));
            }
            None if facts.formation_mode == FormationMode::Independent => {
                found.push(Violation::error("ORG-001", "full_members", "单独组建党支部正式党员不得少于3名"));
            }
            _ => {}
        }
    }
    if facts.total_members > MOST_MEMBERS {
        found.push(Violation::warning("ORG-003", "total_members", "支部党员超过50名，建议分设或改设总支"));
    }
    if facts.full_members >= WITH_COMMITTEE && !facts.has_committee {
        found.push(Violation::warning("ORG-005", "has_committee", "正式党员7人以上应设支部委员会"));
    }
    found
}

/// What still hangs on an organisation that is to be revoked (1.1.4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InUse {
    /// Members on its books.
    pub members: u32,
    /// Transfers under way.
    pub transfers: u32,
    /// Mobile members managed or waiting.
    pub mobile_flows: u32,
    /// People being developed.
    pub developing: u32,
    /// Organisations below it.
    pub subordinates: u32,
}

/// `ORG-004` (error) unless nothing hangs on it any more.
pub fn check_revocable(in_use: &InUse) -> Result<(), Violation> {
    let pending = in_use.transfers + in_use.mobile_flows + in_use.developing;
    if in_use.members + pending + in_use.subordinates == 0 {
        return Ok(());
    }
    let below = match in_use.subordinates {
        0 => String::new(),
        count => format!("/{count}个下级组织"),
    };
    let message = format!("组织下仍有{}名党员/{pending}笔在途业务{below}，不能撤销", in_use.members);
    Err(Violation::error("ORG-004", "status", message))
}

/// Years of a term (党章 31): elected committees 5; general branches and branches 5 in villages and
/// communities, elsewhere 3. `None` for what isn't elected for a term: agencies, temporary organisations,
/// groups. Functional organisations have none either, which the caller knows of.
pub fn term_years(category: OrgCategory, village_or_community: bool) -> Option<u32> {
    match category {
        OrgCategory::MunicipalCommittee
        | OrgCategory::DistrictCommittee
        | OrgCategory::TownCommittee
        | OrgCategory::GrassrootsCommittee => Some(5),
        OrgCategory::GeneralBranch | OrgCategory::Branch | OrgCategory::JointBranch => {
            Some(if village_or_community { 5 } else { 3 })
        }
        _ => None,
    }
}

/// A committee's term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenure {
    /// Last day of the term.
    pub ends: NaiveDate,
    /// Last day of the delay that the superior approved.
    pub extended_until: Option<NaiveDate>,
}

/// What a clerk is told of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TermNotice {
    /// So many months (6, 3 or 1) or fewer are left.
    MonthsLeft(u32),
    /// The term ended this many days ago.
    Expired(i64),
}

/// The latest notice due on a day; `None` while more than six months are left.
pub fn term_notice(tenure: &Tenure, on: NaiveDate) -> Option<TermNotice> {
    if on > tenure.ends {
        return Some(TermNotice::Expired((on - tenure.ends).num_days()));
    }
    [1, 3, 6].into_iter().find(|it| months_before(tenure.ends, *it) <= on).map(TermNotice::MonthsLeft)
}

/// `ORG-006` (warning) where a term has ended and no approved delay of at most a year (`R_ELECT` 3) is running.
/// A warning, since an office whose term is over still keeps its record.
pub fn check_term(tenure: &Tenure, on: NaiveDate) -> Option<Violation> {
    let days = (on - tenure.ends).num_days();
    if days <= 0 {
        return None;
    }
    let last = add_months(tenure.ends, MOST_DELAY);
    if tenure.extended_until.is_some_and(|it| (on..=last).contains(&it)) {
        return None;
    }
    let message = format!("已届满{days}天未换届，延期须上级批准且一般不超过1年");
    Some(Violation::warning("ORG-006", "term_end", message))
}

/// `ORG-008` (warning) where a full name doesn't begin and end as names of organisations do (1.1.1).
pub fn check_name(full_name: &str) -> Option<Violation> {
    const ENDS: [&str; 6] = ["委员会", "支部", "党组", "小组", "党委", "总支"];
    let name = full_name.trim();
    let begins = name.starts_with("中国共产党") || name.starts_with("中共");
    if begins && ENDS.iter().any(|it| name.ends_with(it)) {
        return None;
    }
    let message = "组织全称一般以“中国共产党”或“中共”开头，以委员会、支部等结尾";
    Some(Violation::warning("ORG-008", "full_name", message))
}
