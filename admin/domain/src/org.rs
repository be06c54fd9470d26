//! Party organisations: what there is, where each may stand, what each may do, and what is wrong with one.
//!
//! Sources are named by their abbreviations: `R_BRANCH` 中国共产党支部工作条例（试行）, `R_ELECT` 中国共产党基层
//! 组织选举工作条例, `R_DEV` 中国共产党发展党员工作细则 (2026), `R_EDU` 中国共产党党员教育管理工作条例.

mod checks;

pub use checks::{
    BranchFacts, InUse, Tenure, TermNotice, check_branch, check_name, check_revocable, check_term, term_notice,
    term_years,
};

use crate::coded::coded;

coded! {
    /// Kinds of organisation (data dictionary, 1.1.2).
    OrgCategory {
        /// The municipal committee.
        MunicipalCommittee = "municipal_committee" "市委",
        /// A district's committee.
        DistrictCommittee = "district_committee" "区委",
        /// A working committee of the municipal committee for a line of work.
        SystemCommittee = "system_committee" "市委工作党委",
        /// A working committee of a street, a park or the new organisations: an agency, not elected.
        WorkCommittee = "work_committee" "党工委",
        /// The committee of a town or township.
        TownCommittee = "town_committee" "镇（乡）党委",
        /// A grassroots committee.
        GrassrootsCommittee = "grassroots_committee" "党委",
        /// A general branch.
        GeneralBranch = "general_branch" "党总支",
        /// A branch.
        Branch = "branch" "党支部",
        /// A branch of several units.
        JointBranch = "joint_branch" "联合党支部",
        /// A temporary committee.
        TempCommittee = "temp_committee" "临时党委",
        /// A temporary general branch.
        TempGeneralBranch = "temp_general_branch" "临时党总支",
        /// A temporary branch.
        TempBranch = "temp_branch" "临时党支部",
        /// A temporary branch of several units.
        TempJointBranch = "temp_joint_branch" "临时联合党支部",
        /// A group in a branch; not counted as an organisation.
        PartyGroup = "party_group" "党小组",
        /// A leading group in a body that isn't the Party's; no grassroots organisation.
        LeadingPartyGroup = "leading_party_group" "党组",
    }
}

coded! {
    /// Whether an organisation has members of its own.
    DirectMembers {
        /// It has none.
        No = "no" "不设直属党员",
        /// As a rule it has none.
        Rarely = "rarely" "一般不设直属党员",
        /// It may.
        May = "may" "可有直属党员",
        /// It has.
        Yes = "yes" "有直属党员",
        /// People take part, but belong to another branch.
        RelationStays = "relation_stays" "组织关系不转入",
    }
}

coded! {
    /// How an organisation was formed; every branch has one.
    FormationMode {
        /// By one unit.
        Independent = "independent" "单独组建",
        /// By several units.
        Joint = "joint" "联合组建",
        /// For an area: a building, a park, a block.
        Regional = "regional" "区域型",
        /// For a trade.
        Industry = "industry" "行业型",
        /// For a project; members' relations stay where they are.
        Functional = "functional" "功能型",
    }
}

use OrgCategory::{
    Branch, DistrictCommittee, GeneralBranch, GrassrootsCommittee, JointBranch, LeadingPartyGroup, MunicipalCommittee,
    PartyGroup, SystemCommittee, TempBranch, TempCommittee, TempGeneralBranch, TempJointBranch, TownCommittee,
    WorkCommittee,
};

/// 党委/工委 of the table: every committee below the municipal one that leads grassroots organisations.
const COMMITTEES: &[OrgCategory] =
    &[DistrictCommittee, SystemCommittee, WorkCommittee, TownCommittee, GrassrootsCommittee];
const COMMITTEES_AND_GENERAL_BRANCH: &[OrgCategory] =
    &[DistrictCommittee, SystemCommittee, WorkCommittee, TownCommittee, GrassrootsCommittee, GeneralBranch];

impl OrgCategory {
    /// The code of the Party's statistics; `None` where it hasn't been fixed. Groups are 641 here; some systems
    /// say 699.
    pub const fn std_code(self) -> Option<&'static str> {
        match self {
            GrassrootsCommittee => Some("611"),
            GeneralBranch => Some("621"),
            Branch => Some("631"),
            JointBranch => Some("632"),
            TempCommittee => Some("911"),
            TempGeneralBranch => Some("921"),
            TempBranch => Some("931"),
            TempJointBranch => Some("932"),
            PartyGroup => Some("641"),
            _ => None,
        }
    }

    /// Whether it has members of its own.
    pub const fn direct_members(self) -> DirectMembers {
        match self {
            MunicipalCommittee | DistrictCommittee | SystemCommittee | WorkCommittee | LeadingPartyGroup => {
                DirectMembers::No
            }
            TownCommittee => DirectMembers::May,
            GrassrootsCommittee | GeneralBranch => DirectMembers::Rarely,
            Branch | JointBranch | PartyGroup => DirectMembers::Yes,
            TempCommittee | TempGeneralBranch | TempBranch | TempJointBranch => DirectMembers::RelationStays,
        }
    }

    /// What may stand directly above it; empty for the municipal committee alone. 党委 of the table is read as
    /// every committee below the municipal one, since offices of a district have committees right under it.
    pub const fn parents(self) -> &'static [OrgCategory] {
        match self {
            MunicipalCommittee => &[],
            DistrictCommittee | SystemCommittee => &[MunicipalCommittee],
            WorkCommittee | TownCommittee => &[DistrictCommittee],
            GrassrootsCommittee | GeneralBranch | TempCommittee | TempGeneralBranch | TempBranch | TempJointBranch => {
                COMMITTEES
            }
            Branch | JointBranch => COMMITTEES_AND_GENERAL_BRANCH,
            PartyGroup => &[Branch, JointBranch],
            LeadingPartyGroup => &[MunicipalCommittee, DistrictCommittee, SystemCommittee],
        }
    }

    /// One of the four temporary kinds.
    pub const fn is_temporary(self) -> bool {
        matches!(self, TempCommittee | TempGeneralBranch | TempBranch | TempJointBranch)
    }

    /// A branch, joint or not, temporary or not.
    pub const fn is_branch(self) -> bool {
        matches!(self, Branch | JointBranch | TempBranch | TempJointBranch)
    }

    /// Whether it counts when organisations are counted: groups don't, nor do leading groups, which are no
    /// grassroots organisations.
    pub const fn is_counted(self) -> bool {
        !matches!(self, PartyGroup | LeadingPartyGroup)
    }
}

coded! {
    /// Where an organisation is in its life (1.1.4). That a term has expired is a mark beside it, not a status.
    OrgStatus {
        /// Being written.
        Draft = "draft" "草稿",
        /// Waiting for the superior's reply, 30 days at most (`R_BRANCH` 6).
        Applying = "applying" "申请成立",
        /// Refused. The table names it as a target only; it is an end here.
        Rejected = "rejected" "不予批准",
        /// Approved, its first election not yet entered.
        Approved = "approved" "已批复待选举",
        /// At work.
        Active = "active" "正常",
        /// Being moved, renamed, split or merged.
        Adjusting = "adjusting" "调整中",
        /// Being revoked.
        Revoking = "revoking" "撤销中",
        /// Revoked; its code is never used again.
        Revoked = "revoked" "已撤销",
    }
}

impl OrgStatus {
    /// Every allowed step.
    pub const STEPS: [(OrgStatus, OrgStatus); 9] = [
        (OrgStatus::Draft, OrgStatus::Applying),
        (OrgStatus::Applying, OrgStatus::Approved),
        (OrgStatus::Applying, OrgStatus::Rejected),
        (OrgStatus::Approved, OrgStatus::Active),
        (OrgStatus::Active, OrgStatus::Adjusting),
        (OrgStatus::Active, OrgStatus::Revoking),
        (OrgStatus::Adjusting, OrgStatus::Active),
        (OrgStatus::Revoking, OrgStatus::Revoked),
        (OrgStatus::Revoking, OrgStatus::Active),
    ];

    /// Whether the step is allowed. [`check_revocable`] guards the one to [`OrgStatus::Revoked`].
    pub fn may_become(self, next: OrgStatus) -> bool {
        Self::STEPS.contains(&(self, next))
    }
}

/// Days within which an application is answered (`R_BRANCH` 6: one month as a rule).
pub const REPLY_DAYS: u32 = 30;
/// Days after the reply when a missing election is reminded of; the administration may set it.
pub const ELECTION_REMINDER_DAYS: u32 = 60;

coded! {
    /// What a working committee works for.
    WorkCommitteeKind {
        /// A street.
        Subdistrict = "subdistrict" "街道党工委",
        /// A park.
        Park = "park" "园区党工委",
        /// New economic and social organisations, social work.
        EmergingField = "emerging_field" "两新、社会工作党工委",
    }
}

coded! {
    /// What an organisation of mobile members may do about new members (`R_DEV` 40).
    DevelopCapability {
        /// The whole way to membership.
        Full = "full" "可全流程发展党员",
        /// Teaching applicants and training activists, whose papers it hands on.
        EducateOnly = "educate_only" "只做教育培养并转交材料",
    }
}

/// What the abilities of an organisation follow from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrgFacts {
    /// Its kind.
    pub category: OrgCategory,
    /// The flag of the record; the four temporary kinds are temporary without it.
    pub is_temporary: bool,
    /// How it was formed.
    pub formation_mode: Option<FormationMode>,
    /// For working committees, what for.
    pub work_kind: Option<WorkCommitteeKind>,
    /// Whether the superior expressly gave it the right to approve; `None` until a person has entered it.
    pub approval_granted: Option<bool>,
    /// The organisation above it, with what that works for.
    pub parent: Option<(OrgCategory, Option<WorkCommitteeKind>)>,
    /// For organisations of mobile members, what they may do; `None` for all others.
    pub mobile_capability: Option<DevelopCapability>,
}

impl OrgFacts {
    fn temporary(self) -> bool {
        self.is_temporary || self.category.is_temporary()
    }

    fn functional(self) -> bool {
        self.formation_mode == Some(FormationMode::Functional)
    }

    /// Whether it may approve probationary members (`R_DEV` 21 and 22, `R_EDU` 25).
    ///
    /// Committees of districts, towns and the municipal lines may. Working committees of streets may; others
    /// only where it was granted, which differs from one founding document to the next. A grassroots
    /// committee may where it was granted, and never under a town or a street, whose committees only
    /// deliberate. General branches, branches, groups, leading groups, temporary and functional organisations
    /// never may. The municipal committee's special right (党章 5) isn't one of these approvals.
    pub fn can_approve_probationary(self) -> bool {
        if self.temporary() || self.functional() {
            return false;
        }
        let granted = self.approval_granted.unwrap_or(false);
        match self.category {
            TownCommittee | SystemCommittee | DistrictCommittee => true,
            WorkCommittee => self.approval_granted.unwrap_or(self.work_kind == Some(WorkCommitteeKind::Subdistrict)),
            GrassrootsCommittee => granted && !self.under_town_or_street(),
            _ => false,
        }
    }

    /// Whether it may issue and receive letters of introduction: who may approve may (`R_EDU` 25), and so may
    /// the organisation department of a county-level committee, which the caller knows of.
    pub fn can_transfer_relation(self, is_county_department: bool) -> bool {
        is_county_department || self.can_approve_probationary()
    }

    /// Whether a branch may take new members through all steps: neither temporary nor functional, and for
    /// mobile members' branches only with the full capability (`R_DEV` 40). Only branches develop members.
    pub fn can_develop_members(self) -> bool {
        self.category.is_branch()
            && !self.temporary()
            && !self.functional()
            && self.mobile_capability.is_none_or(|it| it == DevelopCapability::Full)
    }

    fn under_town_or_street(self) -> bool {
        matches!(self.parent, Some((TownCommittee, _) | (WorkCommittee, Some(WorkCommitteeKind::Subdistrict))))
    }
}

#[cfg(test)]
mod tests;
