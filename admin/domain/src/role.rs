//! Roles of the back office and the nodes on which they are held (1.8).
//!
//! What somebody may see and do is the sum of their grants: a role on a node. A node is a part of one of the
//! three bases, which are never mixed: affiliation, territory, grid.

use serde::{Deserialize, Serialize};

use crate::coded::coded;

coded! {
    /// What somebody is there to do.
    Role {
        /// 市委组织部管理员.
        CityOrgAdmin = "city_org_admin" "市委组织部管理员",
        /// Looks at everything of the city, changes nothing.
        CityOrgViewer = "city_org_viewer" "市委组织部查看",
        /// 社会工作部: boards and supervision of the emerging fields.
        CitySocietyWork = "city_society_work" "市委社会工作部",
        /// 区委组织部.
        DistrictOrgAdmin = "district_org_admin" "区委组织部管理员",
        /// Organisation department of a municipal work committee.
        SystemOrgAdmin = "system_org_admin" "市委工作党委组织部门",
        /// 街镇党（工）委.
        StreetAdmin = "street_admin" "街镇党务管理员",
        /// 网格管理员.
        GridManager = "grid_manager" "网格管理员",
        /// Grass-roots committee.
        CommitteeAdmin = "committee_admin" "基层党委管理员",
        /// Branch secretary.
        BranchSecretary = "branch_secretary" "党支部书记",
        /// Branch staff.
        BranchStaff = "branch_staff" "党支部工作人员",
        /// Head of an organisation of mobile members.
        MobileOrgAdmin = "mobile_org_admin" "流动党员党组织负责人",
        /// 组织员.
        Organizer = "organizer" "组织员",
        /// 党代表.
        Delegate = "delegate" "党代表",
        /// A member about themselves.
        Member = "member" "党员",
        /// Answers tickets.
        QaAgent = "qa_agent" "人工答复员",
        /// Reviews answers.
        QaReviewer = "qa_reviewer" "答复审核员",
        /// Looks after the knowledge base.
        KnowledgeCurator = "knowledge_curator" "知识运营",
        /// Runs the system.
        SysAdmin = "sys_admin" "系统管理员",
        /// Grants and watches access.
        SecAdmin = "sec_admin" "安全管理员",
        /// Reads the audit log.
        AuditAdmin = "audit_admin" "审计管理员",
    }
}

impl Role {
    /// One of the three administrators that no person may combine, and none of whom sees business data.
    pub const fn is_separated(self) -> bool {
        matches!(self, Self::SysAdmin | Self::SecAdmin | Self::AuditAdmin)
    }
}

coded! {
    /// By what a record belongs to somebody (1.1): the three are never mixed, nor their sums added.
    Basis {
        /// By the organisation that it is affiliated to.
        Affiliation = "affiliation" "隶属",
        /// By the administrative division in which it lies.
        Territory = "territory" "属地",
        /// By the grid.
        Grid = "grid" "网格",
    }
}

/// Where a role is held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Node {
    /// The whole city.
    City,
    /// An organisation and everything below it by affiliation. `path` is made of the numbers of the
    /// organisations from the root down, each with a full stop: `1.12.305.`
    Subtree {
        /// The organisation's path.
        path: String,
    },
    /// An administrative division: all codes that begin so.
    Division {
        /// GB/T 2260, 6, 9 or 12 digits.
        code: String,
    },
    /// One grid.
    Grid {
        /// The grid's id.
        id: String,
    },
    /// Oneself.
    Own {
        /// The member's id.
        member: String,
    },
}

impl Node {
    /// Whether everything of `other` lies in this node, so that who holds the one may grant the other. Nodes
    /// of different bases never hold one another; the city holds all.
    pub fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::City, _) => true,
            (Self::Subtree { path }, Self::Subtree { path: below }) => {
                is_path(path) && below.starts_with(path.as_str())
            }
            (Self::Division { code }, Self::Division { code: below }) => {
                !code.is_empty() && below.starts_with(code.as_str())
            }
            (this, other) => this == other,
        }
    }
}

impl Node {
    /// Whether a record at `place` lies in this node: by affiliation a path, by territory a division's code, by
    /// grid its id. A node says nothing of a record on another basis; the city holds all.
    pub fn covers(&self, basis: Basis, place: &str) -> bool {
        match (self, basis) {
            (Self::City, _) => true,
            (Self::Subtree { path }, Basis::Affiliation) => is_path(path) && place.starts_with(path.as_str()),
            (Self::Division { code }, Basis::Territory) => is_division(code) && place.starts_with(code.as_str()),
            (Self::Grid { id }, Basis::Grid) => !id.is_empty() && place == id,
            _ => false,
        }
    }

    /// As [`Self::covers`], for a node that lies above the place and isn't the place itself.
    pub fn covers_from_above(&self, basis: Basis, place: &str) -> bool {
        let same = match self {
            Self::Subtree { path } => path == place,
            Self::Division { code } => code == place,
            Self::Grid { .. } => true,
            Self::City | Self::Own { .. } => false,
        };
        !same && self.covers(basis, place)
    }
}

/// Whether a text is a division's code, or the beginning of one: digits, at least two.
pub fn is_division(code: &str) -> bool {
    code.len() >= 2 && code.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a text is a path: numbers, each with a full stop. `1.1` isn't one: it would hold `1.12.`
pub fn is_path(path: &str) -> bool {
    path.ends_with('.') && path.split_terminator('.').all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
}

/// A role on a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grant {
    /// What for.
    pub role: Role,
    /// Where.
    pub node: Node,
}

/// Which roles a holder of `role` may grant to others, on nodes within their own: nobody grants what they
/// don't have, and business roles are granted by the line that answers for them.
pub const fn may_grant(role: Role, other: Role) -> bool {
    use Role::{
        BranchSecretary, BranchStaff, CityOrgAdmin, CityOrgViewer, CitySocietyWork, CommitteeAdmin, Delegate,
        DistrictOrgAdmin, GridManager, KnowledgeCurator, Member, MobileOrgAdmin, Organizer, QaAgent, QaReviewer,
        SecAdmin, StreetAdmin, SystemOrgAdmin,
    };
    match role {
        CityOrgAdmin => !other.is_separated(),
        DistrictOrgAdmin => {
            !matches!(
                other,
                CityOrgAdmin | CityOrgViewer | CitySocietyWork | SystemOrgAdmin | KnowledgeCurator | QaReviewer
            ) && !other.is_separated()
        }
        SystemOrgAdmin => matches!(
            other,
            SystemOrgAdmin | CommitteeAdmin | BranchSecretary | BranchStaff | Organizer | Delegate | Member | QaAgent
        ),
        StreetAdmin => matches!(
            other,
            StreetAdmin
                | GridManager
                | CommitteeAdmin
                | BranchSecretary
                | BranchStaff
                | MobileOrgAdmin
                | Organizer
                | Member
        ),
        CommitteeAdmin => matches!(other, CommitteeAdmin | BranchSecretary | BranchStaff | Organizer | Member),
        BranchSecretary => matches!(other, BranchStaff | Member),
        SecAdmin => other.is_separated(),
        _ => false,
    }
}

/// Whether somebody with these roles may be given `other` too: the three separated administrators combine
/// neither with one another nor with any business role.
pub fn may_combine(roles: &[Role], other: Role) -> bool {
    roles.iter().all(|it| *it == other || !(it.is_separated() || other.is_separated()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subtree(path: &str) -> Node {
        Node::Subtree { path: path.to_owned() }
    }

    #[test]
    fn a_node_holds_what_lies_in_it_and_nothing_of_another_basis() {
        assert!(subtree("1.12.").holds(&subtree("1.12.")) && subtree("1.12.").holds(&subtree("1.12.305.")));
        assert!(!subtree("1.1.").holds(&subtree("1.12.")) && !subtree("1.12.").holds(&subtree("1.")));
        assert!(!subtree("1.1").holds(&subtree("1.12.")), "a path ends with a full stop");
        assert!(!subtree("").holds(&subtree("1.")), "nothing holds nothing");
        let division = |code: &str| Node::Division { code: code.to_owned() };
        assert!(division("310101").holds(&division("310101015")) && !division("310101").holds(&division("310104")));
        assert!(!division("").holds(&division("310101")));
        assert!(Node::City.holds(&subtree("1.")) && !subtree("1.").holds(&Node::City));
        assert!(!subtree("1.").holds(&division("310101")) && !division("310101").holds(&subtree("1.")));
    }

    #[test]
    fn a_record_lies_in_nodes_of_its_own_basis() {
        let division = |code: &str| Node::Division { code: code.to_owned() };
        let grid = |id: &str| Node::Grid { id: id.to_owned() };
        for basis in Basis::ALL {
            assert!(Node::City.covers(*basis, "1.") && Node::City.covers_from_above(*basis, ""));
            assert_eq!(subtree("1.2.").covers(*basis, "1.2.3."), *basis == Basis::Affiliation);
            assert_eq!(division("310101").covers(*basis, "310101015"), *basis == Basis::Territory);
            assert_eq!(grid("g1").covers(*basis, "g1"), *basis == Basis::Grid);
        }
        assert!(
            !subtree("1.2.").covers(Basis::Affiliation, "1.20.") && !division("31010").covers(Basis::Territory, "")
        );
        assert!(
            !division("").covers(Basis::Territory, "310101") && !division("3101%").covers(Basis::Territory, "3101%1")
        );
        assert!(!grid("").covers(Basis::Grid, "") && !grid("g1").covers(Basis::Grid, "g11"));
        assert!(division("310101").covers_from_above(Basis::Territory, "310101015"));
        assert!(!division("310101").covers_from_above(Basis::Territory, "310101"));
        assert!(
            !grid("g1").covers_from_above(Basis::Grid, "g1")
                && !subtree("1.").covers_from_above(Basis::Affiliation, "1.")
        );
    }

    #[test]
    fn nobody_grants_more_than_their_own_line() {
        for role in Role::ALL {
            assert_eq!(may_grant(Role::SecAdmin, *role), role.is_separated(), "{role}");
            assert!(!may_grant(Role::Member, *role) && !may_grant(Role::AuditAdmin, *role));
            assert!(!may_grant(Role::StreetAdmin, *role) || may_grant(Role::CityOrgAdmin, *role), "{role}");
        }
        assert!(!may_grant(Role::StreetAdmin, Role::DistrictOrgAdmin));
        assert!(!may_grant(Role::DistrictOrgAdmin, Role::CityOrgAdmin));
    }

    #[test]
    fn the_three_administrators_never_combine() {
        assert!(may_combine(&[Role::BranchSecretary, Role::Delegate], Role::Member));
        assert!(
            !may_combine(&[Role::SysAdmin], Role::AuditAdmin) && !may_combine(&[Role::BranchStaff], Role::SecAdmin)
        );
        assert!(!may_combine(&[Role::SysAdmin], Role::Member) && may_combine(&[Role::SysAdmin], Role::SysAdmin));
        assert!(may_combine(&[], Role::SysAdmin));
    }

    #[test]
    fn grants_are_json_with_codes() {
        let grant = Grant { role: Role::StreetAdmin, node: subtree("1.2.") };
        let text = serde_json::to_string(&grant).unwrap();
        assert_eq!(text, r#"{"role":"street_admin","node":{"kind":"subtree","path":"1.2."}}"#);
        assert_eq!(serde_json::from_str::<Grant>(&text).unwrap(), grant);
    }
}
