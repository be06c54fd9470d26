use chrono::NaiveDate;

use super::*;
use crate::dates::day;

const TODAY: NaiveDate = day(2026, 11, 28);

fn facts(category: OrgCategory) -> OrgFacts {
    OrgFacts {
        category,
        is_temporary: false,
        formation_mode: None,
        work_kind: None,
        approval_granted: None,
        parent: None,
        mobile_capability: None,
    }
}

fn branch() -> BranchFacts<'static> {
    BranchFacts {
        category: OrgCategory::Branch,
        formation_mode: FormationMode::Independent,
        full_members: 6,
        total_members: 8,
        host_units: 1,
        units_explanation: "",
        has_committee: false,
        few_since: None,
    }
}

fn codes(facts: &BranchFacts<'_>) -> Vec<&'static str> {
    check_branch(facts, TODAY).iter().map(|it| it.code).collect()
}

#[test]
fn the_table_of_kinds() {
    let listed = [
        (GrassrootsCommittee, "611"),
        (GeneralBranch, "621"),
        (Branch, "631"),
        (JointBranch, "632"),
        (TempCommittee, "911"),
        (TempGeneralBranch, "921"),
        (TempBranch, "931"),
        (TempJointBranch, "932"),
        (PartyGroup, "641"),
    ];
    for category in OrgCategory::ALL {
        let code = listed.iter().find(|it| it.0 == *category).map(|it| it.1);
        assert_eq!(category.std_code(), code, "{category}");
        assert_eq!(category.parents().is_empty(), *category == MunicipalCommittee, "{category}");
        // A temporary organisation has nothing below it but other people's members.
        assert!(!category.parents().iter().any(|it| it.is_temporary()), "{category}");
        let temporary = category.code().starts_with("temp_");
        assert_eq!(category.is_temporary(), temporary);
        assert_eq!(category.direct_members() == DirectMembers::RelationStays, temporary);
    }
    assert!(Branch.parents().contains(&GeneralBranch) && !GeneralBranch.parents().contains(&GeneralBranch));
    assert!(!WorkCommittee.parents().contains(&MunicipalCommittee));
    assert!(!PartyGroup.is_counted() && TempBranch.is_counted());
}

#[test]
fn only_the_steps_of_the_table_are_allowed() {
    let listed = "draft>applying applying>approved applying>rejected approved>active active>adjusting \
                  active>revoking adjusting>active revoking>revoked revoking>active";
    for from in OrgStatus::ALL {
        for to in OrgStatus::ALL {
            let step = format!("{}>{}", from.code(), to.code());
            assert_eq!(from.may_become(*to), listed.split(' ').any(|it| it == step), "{step}");
        }
    }
}

#[test]
fn who_may_approve_probationary_members() {
    for category in [DistrictCommittee, SystemCommittee, TownCommittee] {
        assert!(facts(category).can_approve_probationary(), "{category}");
    }
    let never = [GeneralBranch, Branch, JointBranch, PartyGroup, LeadingPartyGroup, TempCommittee, TempBranch];
    for category in never {
        let granted = OrgFacts { approval_granted: Some(true), ..facts(category) };
        assert!(!granted.can_approve_probationary(), "{category}");
    }
    assert!(!OrgFacts { is_temporary: true, ..facts(DistrictCommittee) }.can_approve_probationary());
    let functional = OrgFacts { formation_mode: Some(FormationMode::Functional), ..facts(TownCommittee) };
    assert!(!functional.can_approve_probationary());
}

#[test]
fn a_street_may_and_its_committees_may_not() {
    let work = |kind| OrgFacts { work_kind: Some(kind), ..facts(WorkCommittee) };
    assert!(work(WorkCommitteeKind::Subdistrict).can_approve_probationary());
    assert!(!work(WorkCommitteeKind::Park).can_approve_probationary());
    let granted = |it: OrgFacts| OrgFacts { approval_granted: Some(true), ..it };
    assert!(granted(work(WorkCommitteeKind::Park)).can_approve_probationary());

    let below = |parent| OrgFacts { parent: Some(parent), ..facts(GrassrootsCommittee) };
    let under_district = below((DistrictCommittee, None));
    assert!(!under_district.can_approve_probationary(), "not before it is granted");
    assert!(granted(under_district).can_approve_probationary());
    assert!(granted(below((WorkCommittee, Some(WorkCommitteeKind::Park)))).can_approve_probationary());
    for parent in [(TownCommittee, None), (WorkCommittee, Some(WorkCommitteeKind::Subdistrict))] {
        assert!(!granted(below(parent)).can_approve_probationary(), "it only deliberates");
    }
}

#[test]
fn who_may_transfer_and_who_may_develop() {
    assert!(facts(TownCommittee).can_transfer_relation(false));
    assert!(!facts(Branch).can_transfer_relation(false));
    assert!(facts(Branch).can_transfer_relation(true), "stands for the department of a county");

    assert!(facts(Branch).can_develop_members());
    assert!(!facts(TempBranch).can_develop_members());
    assert!(!facts(GrassrootsCommittee).can_develop_members());
    let formed = |mode| OrgFacts { formation_mode: Some(mode), ..facts(Branch) };
    assert!(formed(FormationMode::Regional).can_develop_members());
    assert!(!formed(FormationMode::Functional).can_develop_members());
    let mobile = |capability| OrgFacts { mobile_capability: Some(capability), ..facts(Branch) };
    assert!(mobile(DevelopCapability::Full).can_develop_members());
    assert!(!mobile(DevelopCapability::EducateOnly).can_develop_members());
}

#[test]
fn a_branch_has_the_right_number_of_members() {
    assert_eq!(codes(&branch()), [""; 0]);
    assert_eq!(codes(&BranchFacts { full_members: 2, ..branch() }), ["ORG-001"]);
    assert_eq!(codes(&BranchFacts { full_members: 3, ..branch() }), [""; 0]);
    assert_eq!(codes(&BranchFacts { full_members: 2, formation_mode: FormationMode::Joint, ..branch() }), [""; 0]);
    assert_eq!(codes(&BranchFacts { total_members: 50, ..branch() }), [""; 0]);
    assert_eq!(codes(&BranchFacts { total_members: 51, ..branch() }), ["ORG-003"]);
    assert_eq!(codes(&BranchFacts { full_members: 7, ..branch() }), ["ORG-005"]);
    assert_eq!(codes(&BranchFacts { full_members: 7, has_committee: true, ..branch() }), [""; 0]);
    let few = |since| BranchFacts { full_members: 2, few_since: Some(since), ..branch() };
    assert_eq!(codes(&few(day(2026, 5, 28))), ["ORG-007"], "six months to the day");
    assert_eq!(codes(&few(day(2026, 5, 29))), [""; 0]);
    // No relations are kept in these, and general branches are counted by their branches.
    let functional = BranchFacts { formation_mode: FormationMode::Functional, total_members: 60, ..branch() };
    assert_eq!(codes(&functional), [""; 0]);
    for category in [TempBranch, GeneralBranch] {
        assert_eq!(codes(&BranchFacts { category, full_members: 1, ..branch() }), [""; 0]);
    }
}

#[test]
fn a_joint_branch_over_many_units_is_explained() {
    let joint = |units, why| BranchFacts {
        category: JointBranch,
        formation_mode: FormationMode::Joint,
        host_units: units,
        units_explanation: why,
        ..branch()
    };
    assert_eq!(codes(&joint(5, "")), [""; 0]);
    assert_eq!(codes(&joint(6, " ")), ["ORG-002"]);
    assert_eq!(codes(&joint(6, "同一楼宇")), [""; 0]);
}

#[test]
fn an_organisation_in_use_is_not_revoked() {
    assert_eq!(check_revocable(&InUse::default()), Ok(()));
    let in_use = InUse { members: 2, transfers: 1, mobile_flows: 3, developing: 0, subordinates: 0 };
    assert_eq!(check_revocable(&in_use).unwrap_err().to_string(), "ORG-004 组织下仍有2名党员/4笔在途业务，不能撤销");
    let above = InUse { subordinates: 1, ..InUse::default() };
    assert!(check_revocable(&above).unwrap_err().message.contains("1个下级组织"));
}

#[test]
fn terms_and_their_notices() {
    assert_eq!(term_years(GrassrootsCommittee, false), Some(5));
    assert_eq!((term_years(Branch, true), term_years(Branch, false)), (Some(5), Some(3)));
    assert_eq!((term_years(WorkCommittee, false), term_years(TempBranch, true)), (None, None));

    let tenure = Tenure { ends: day(2026, 12, 31), extended_until: None };
    for (on, notice) in [
        (day(2026, 6, 29), None),
        (day(2026, 6, 30), Some(TermNotice::MonthsLeft(6))),
        (day(2026, 9, 29), Some(TermNotice::MonthsLeft(6))),
        (day(2026, 9, 30), Some(TermNotice::MonthsLeft(3))),
        (day(2026, 11, 30), Some(TermNotice::MonthsLeft(1))),
        (day(2026, 12, 31), Some(TermNotice::MonthsLeft(1))),
        (day(2027, 1, 10), Some(TermNotice::Expired(10))),
    ] {
        assert_eq!(term_notice(&tenure, on), notice, "{on}");
    }
}

#[test]
fn an_expired_term_is_excused_by_an_approved_delay_of_a_year_at_most() {
    let at = |extended_until, on| check_term(&Tenure { ends: day(2026, 6, 30), extended_until }, on);
    assert_eq!(at(None, day(2026, 6, 30)), None);
    let late = at(None, day(2026, 7, 10)).unwrap();
    assert_eq!((late.code, late.stops()), ("ORG-006", false));
    assert!(late.message.starts_with("已届满10天未换届"));
    assert_eq!(at(Some(day(2027, 6, 30)), day(2027, 6, 30)), None);
    assert!(at(Some(day(2027, 6, 30)), day(2027, 7, 1)).is_some());
    assert!(at(Some(day(2027, 7, 1)), day(2026, 7, 10)).is_some(), "longer than a year");
}

#[test]
fn names_begin_and_end_as_they_should() {
    for name in ["中国共产党某某公司支部委员会", "中共某某街道工作委员会", " 中共某某联合支部 "]
    {
        assert_eq!(check_name(name), None, "{name}");
    }
    for name in ["某某公司党支部", "中共某某公司", ""] {
        assert_eq!(check_name(name).map(|it| it.code), Some("ORG-008"), "{name}");
    }
}
