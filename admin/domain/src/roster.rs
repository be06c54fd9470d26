//! The roster of a branch: who may vote and be elected, and who is expected at a meeting (1.7).
//!
//! A mobile member stays on the roster of the branch that has the formal relation. Leaving somebody out of the
//! number expected needs a reason, the superior's consent and the branch's resolution; being away is none.

use crate::{
    Violation,
    coded::coded,
    member::{MembershipStatus, PersonCategory},
};

/// What the roster asks of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RosterMember {
    /// Probationary or full.
    pub category: PersonCategory,
    /// The membership.
    pub status: MembershipStatus,
    /// On probation in the Party (留党察看): no vote, no election, active or passive.
    pub on_probation_in_party: bool,
    /// Rights suspended while detained or arrested.
    pub rights_suspended: bool,
    /// Whether the formal relation is in this branch. Those managed as mobile members from elsewhere aren't.
    pub relation_here: bool,
}

impl RosterMember {
    /// Whether the member votes, elects and may be elected here.
    pub fn has_vote(&self) -> bool {
        self.category == PersonCategory::Full
            && self.status == MembershipStatus::Normal
            && !self.on_probation_in_party
            && !self.rights_suspended
            && self.relation_here
    }
}

coded! {
    /// Why somebody may be left out of the number expected. Being a mobile member is no reason.
    ExclusionReason {
        /// Can't express a will.
        MentalIllness = "mental_illness" "患精神疾病等不能表达意志",
        /// Abroad for half a year or longer.
        Abroad = "abroad" "出国（境）半年以上",
        /// Serving a sentence without a punishment of probation in the Party or worse.
        ServingSentence = "serving_sentence" "未受留党察看以上处分但正在服刑",
        /// Old, in bed for long, in need of care.
        Bedridden = "bedridden" "年老卧床长期不能自理",
        /// Away to study or work for half a year or longer; should have been transferred and wasn't.
        NotTransferred = "not_transferred" "外出学习工作半年以上应转关系而未转",
    }
}

/// Leaving one member out at one meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exclusion<'a> {
    /// Why.
    pub reason: ExclusionReason,
    /// Number of the superior's consent.
    pub upper_approval_doc: &'a str,
    /// The resolution of the branch meeting that agreed.
    pub branch_resolution: &'a str,
}

/// `QUO-001` (error) unless both papers are there.
pub fn check_exclusion(exclusion: &Exclusion<'_>) -> Result<(), Violation> {
    if exclusion.upper_approval_doc.trim().is_empty() {
        let message = "不计入应到会人数须经上级党组织同意，请录入批复";
        return Err(Violation::error("QUO-001", "upper_approval_doc", message));
    }
    if exclusion.branch_resolution.trim().is_empty() {
        let message = "不计入应到会人数须经支部党员大会通过，请录入决议";
        return Err(Violation::error("QUO-001", "branch_resolution", message));
    }
    Ok(())
}

/// How many members with a vote are expected at a meeting (应到会人数): all of them but those left out with both
/// papers. The first paper that is missing is the error.
pub fn expected<'a>(
    members: impl IntoIterator<Item = (RosterMember, Option<Exclusion<'a>>)>,
) -> Result<u32, Violation> {
    let mut count = 0;
    for (member, exclusion) in members {
        if !member.has_vote() {
            continue;
        }
        match exclusion {
            Some(exclusion) => check_exclusion(&exclusion)?,
            None => count += 1,
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: RosterMember = RosterMember {
        category: PersonCategory::Full,
        status: MembershipStatus::Normal,
        on_probation_in_party: false,
        rights_suspended: false,
        relation_here: true,
    };

    const BEDRIDDEN: Exclusion<'static> =
        Exclusion {
            reason: ExclusionReason::Bedridden, upper_approval_doc: "批复1号", branch_resolution: "决议1号"
        };

    #[test]
    fn a_vote_needs_all_five() {
        assert!(FULL.has_vote());
        for without in [
            RosterMember { category: PersonCategory::Probationary, ..FULL },
            RosterMember { status: MembershipStatus::Suspended, ..FULL },
            RosterMember { on_probation_in_party: true, ..FULL },
            RosterMember { rights_suspended: true, ..FULL },
            RosterMember { relation_here: false, ..FULL },
        ] {
            assert!(!without.has_vote(), "{without:?}");
        }
    }

    #[test]
    fn leaving_out_needs_both_papers() {
        assert_eq!(check_exclusion(&BEDRIDDEN), Ok(()));
        let field = |it: Exclusion<'_>| check_exclusion(&it).unwrap_err().field;
        assert_eq!(field(Exclusion { upper_approval_doc: " ", ..BEDRIDDEN }), "upper_approval_doc");
        assert_eq!(field(Exclusion { branch_resolution: "", ..BEDRIDDEN }), "branch_resolution");
        assert_eq!(check_exclusion(&Exclusion { branch_resolution: "", ..BEDRIDDEN }).unwrap_err().code, "QUO-001");
    }

    #[test]
    fn who_is_expected() {
        let probationary = RosterMember { category: PersonCategory::Probationary, ..FULL };
        assert_eq!(expected([(FULL, None), (FULL, Some(BEDRIDDEN)), (probationary, None), (FULL, None)]), Ok(2));
        let unproved = Exclusion { branch_resolution: "", ..BEDRIDDEN };
        assert_eq!(expected([(FULL, None), (FULL, Some(unproved))]).unwrap_err().code, "QUO-001");
        assert_eq!(expected([]), Ok(0));
    }
}
