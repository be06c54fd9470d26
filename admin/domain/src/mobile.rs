//! Mobile members: the states of one stay away and the steps T1 to T18 between them, as one table (3.0.1).
//!
//! One stay is one record from its registration to its end; a member has at most one that hasn't ended. The
//! table says what may follow what and whose act it is; conditions that look at other records (a transfer
//! under way, an active organisation) are the caller's.

use chrono::NaiveDate;

use crate::{Violation, coded::coded, dates::passed};

coded! {
    /// Where a stay is.
    FlowState {
        /// Being written.
        Draft = "draft" "草稿",
        /// Registered by the origin, waiting for the destination.
        PendingAccept = "pending_accept" "已流出登记·待流入地接收",
        /// Reported at the destination, waiting for the origin.
        PendingOriginConfirm = "pending_origin_confirm" "主动报到·待流出地确认",
        /// Accepted, without a branch yet.
        Accepted = "accepted" "已接收·待纳管",
        /// In a branch, with a contact.
        Managed = "managed" "已纳管",
        /// Being handed over within the city.
        HandoverPending = "handover_pending" "市内移交背书中",
        /// Sent back by the destination; not an end.
        ReturnedByDest = "returned_by_dest" "流入地退回",
        /// Withdrawn by the origin.
        Withdrawn = "withdrawn" "流出地撤回",
        /// Denied by the origin.
        OriginRejected = "origin_rejected" "流出地否认",
        /// Back, waiting for the origin's word; not an end.
        ReturnPending = "return_pending" "返回待确认",
        /// Ended: returned.
        EndedReturned = "ended_returned" "流动结束·返回",
        /// Ended: the formal relation moved.
        EndedTransferred = "ended_transferred" "流动结束·组织关系转接",
        /// Ended for other reasons: suspended, struck off, dead, wrong data.
        EndedInvalid = "ended_invalid" "流动终止",
    }
}

use FlowState::{
    Accepted, Draft, EndedInvalid, EndedReturned, EndedTransferred, HandoverPending, Managed, OriginRejected,
    PendingAccept, PendingOriginConfirm, ReturnPending, ReturnedByDest, Withdrawn,
};

impl FlowState {
    /// Whether the stay has ended, so that another may begin.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Withdrawn | OriginRejected | EndedReturned | EndedTransferred | EndedInvalid)
    }
}

coded! {
    /// What happens to a stay.
    FlowEvent {
        /// T1.
        RegisterOutflow = "register_outflow" "登记流出",
        /// T2.
        Accept = "accept" "接收",
        /// T3, T7.
        Return = "return" "退回",
        /// T4.
        Withdraw = "withdraw" "撤回",
        /// T5.
        Resubmit = "resubmit" "修改重报",
        /// T6.
        AssignBranch = "assign_branch" "纳管",
        /// T8.
        Handover = "handover" "移交",
        /// T9.
        HandoverAccept = "handover_accept" "接受移交",
        /// T9.
        HandoverReject = "handover_reject" "不接受移交",
        /// T10.
        ChangeDestination = "change_destination" "变更去向",
        /// T11.
        ApplyReturn = "apply_return" "申请返回",
        /// T12.
        ConfirmReturn = "confirm_return" "确认返回",
        /// T13.
        TransferCompleted = "transfer_completed" "组织关系已转接",
        /// T14.
        Terminate = "terminate" "终止",
        /// T15.
        SelfReportSubmit = "self_report_submit" "主动报到",
        /// T16.
        OriginConfirm = "origin_confirm" "流出地确认",
        /// T17.
        OriginReject = "origin_reject" "流出地否认",
        /// T18.
        ProvisionalManage = "provisional_manage" "暂行纳管",
    }
}

coded! {
    /// Whose act it is.
    Side {
        /// The branch with the formal relation.
        Origin = "origin" "流出地",
        /// The organisation where the member lives or works.
        Destination = "destination" "流入地",
        /// The organisation that is asked to take over.
        Target = "target" "移交目标组织",
        /// The member.
        Member = "member" "党员本人",
        /// Nobody: it follows from a transfer.
        System = "system" "系统",
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its number in the rules: T1 to T18.
    pub number: u8,
    /// Before.
    pub from: &'static [FlowState],
    /// What happens.
    pub event: FlowEvent,
    /// Who may do it; any one of them.
    pub sides: &'static [Side],
    /// After.
    pub to: FlowState,
}

const fn step(number: u8, from: &'static [FlowState], event: FlowEvent, sides: &'static [Side], to: FlowState) -> Step {
    Step { number, from, event, sides, to }
}

/// Every state that isn't an end (T14).
const OPEN: &[FlowState] =
    &[Draft, PendingAccept, PendingOriginConfirm, Accepted, Managed, HandoverPending, ReturnedByDest, ReturnPending];

/// The table; T9 has two lines. T10 and T11 may be asked for by the member or by either organisation, T15 is
/// entered by the destination or scanned by the member. T17 names nobody: it answers T15 as T16 does, so it
/// is the origin's.
pub const STEPS: [Step; 19] = [
    step(1, &[Draft], FlowEvent::RegisterOutflow, &[Side::Origin], PendingAccept),
    step(2, &[PendingAccept], FlowEvent::Accept, &[Side::Destination], Accepted),
    step(3, &[PendingAccept], FlowEvent::Return, &[Side::Destination], ReturnedByDest),
    step(4, &[PendingAccept, ReturnedByDest], FlowEvent::Withdraw, &[Side::Origin], Withdrawn),
    step(5, &[ReturnedByDest], FlowEvent::Resubmit, &[Side::Origin], PendingAccept),
    step(6, &[Accepted], FlowEvent::AssignBranch, &[Side::Destination], Managed),
    step(7, &[Accepted, Managed], FlowEvent::Return, &[Side::Destination], ReturnedByDest),
    step(8, &[Managed], FlowEvent::Handover, &[Side::Destination], HandoverPending),
    step(9, &[HandoverPending], FlowEvent::HandoverAccept, &[Side::Target], Managed),
    step(9, &[HandoverPending], FlowEvent::HandoverReject, &[Side::Target], Managed),
    step(10, &[Managed], FlowEvent::ChangeDestination, &[Side::Member, Side::Destination, Side::Origin], PendingAccept),
    step(
        11,
        &[Managed, Accepted],
        FlowEvent::ApplyReturn,
        &[Side::Member, Side::Destination, Side::Origin],
        ReturnPending,
    ),
    step(12, &[ReturnPending], FlowEvent::ConfirmReturn, &[Side::Origin], EndedReturned),
    step(13, &[Managed, Accepted, PendingAccept], FlowEvent::TransferCompleted, &[Side::System], EndedTransferred),
    step(14, OPEN, FlowEvent::Terminate, &[Side::Origin], EndedInvalid),
    step(15, &[Draft], FlowEvent::SelfReportSubmit, &[Side::Destination, Side::Member], PendingOriginConfirm),
    step(16, &[PendingOriginConfirm], FlowEvent::OriginConfirm, &[Side::Origin], Accepted),
    step(17, &[PendingOriginConfirm], FlowEvent::OriginReject, &[Side::Origin], OriginRejected),
    step(18, &[PendingOriginConfirm], FlowEvent::ProvisionalManage, &[Side::Destination], Managed),
];

/// The step that `event`, done by `side`, is in state `from`; `None` where it isn't allowed.
pub fn step_for(from: FlowState, event: FlowEvent, side: Side) -> Option<&'static Step> {
    STEPS.iter().find(|it| it.event == event && it.from.contains(&from) && it.sides.contains(&side))
}

coded! {
    /// Where a member goes, as seen from Shanghai.
    DestinationScope {
        /// Within the city.
        InCity = "in_city" "市内",
        /// Another province.
        OtherProvince = "other_province" "外省市",
        /// Abroad: kept as a member abroad, not as a mobile one.
        Overseas = "overseas" "境外",
        /// Not known yet.
        Unknown = "unknown" "不确定",
    }
}

/// Months away that make a mobile member.
const MONTHS: u32 = 6;
/// Days by which a departure may be entered ahead.
const AHEAD_DAYS: i64 = 30;

/// Whether somebody counts as a mobile member on a day (3.0): away for six months without a break, or for so
/// long as far as is planned, which may be registered ahead. Members abroad never are. Statistics take
/// those whose stay hasn't ended; the caller knows which.
pub fn is_statutory_mobile(
    outflow_on: NaiveDate,
    expected_return_on: Option<NaiveDate>,
    scope: DestinationScope,
    on: NaiveDate,
) -> bool {
    scope != DestinationScope::Overseas
        && (passed(outflow_on, on, MONTHS) || expected_return_on.is_some_and(|it| passed(outflow_on, it, MONTHS)))
}

/// What is wrong with the dates of a registration: `MOB-005` (error) a departure more than thirty days ahead,
/// `MOB-008` (warning) an absence neither past nor planned for six months.
pub fn check_dates(
    outflow_on: NaiveDate,
    expected_return_on: Option<NaiveDate>,
    scope: DestinationScope,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut found = Vec::new();
    if (outflow_on - today).num_days() > AHEAD_DAYS {
        found.push(Violation::error("MOB-005", "outflow_on", "外出日期不得晚于今天30天以上"));
    }
    let abroad = scope == DestinationScope::Overseas;
    if !abroad && !is_statutory_mobile(outflow_on, expected_return_on, scope, today) {
        let message = "外出不足6个月且预计不足6个月，可开具党员证明信，无须登记";
        found.push(Violation::warning("MOB-008", "expected_return_on", message));
    }
    found
}

/// `MOB-004` (error) where a return names nobody to speak to, or no number to call (T3, T7).
pub fn check_return_contact(name: &str, phone: &str) -> Result<(), Violation> {
    if name.trim().is_empty() || !crate::phone::is_contact(phone) {
        return Err(Violation::error("MOB-004", "return_contact", "退回须填写联系人及联系电话"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dates::day;

    /// The table of the rules, written down apart from the code: number, from, event, sides, to.
    const LISTED: &str = "\
T1 draft register_outflow origin pending_accept
T2 pending_accept accept destination accepted
T3 pending_accept return destination returned_by_dest
T4 pending_accept/returned_by_dest withdraw origin withdrawn
T5 returned_by_dest resubmit origin pending_accept
T6 accepted assign_branch destination managed
T7 accepted/managed return destination returned_by_dest
T8 managed handover destination handover_pending
T9 handover_pending handover_accept target managed
T9 handover_pending handover_reject target managed
T10 managed change_destination member/destination/origin pending_accept
T11 managed/accepted apply_return member/destination/origin return_pending
T12 return_pending confirm_return origin ended_returned
T13 managed/accepted/pending_accept transfer_completed system ended_transferred
T14 draft/pending_accept/pending_origin_confirm/accepted/managed/handover_pending/returned_by_dest/return_pending \
terminate origin ended_invalid
T15 draft self_report_submit destination/member pending_origin_confirm
T16 pending_origin_confirm origin_confirm origin accepted
T17 pending_origin_confirm origin_reject origin origin_rejected
T18 pending_origin_confirm provisional_manage destination managed";

    #[test]
    fn every_line_of_the_table_is_there_and_nothing_else_is_allowed() {
        let mut listed = BTreeSet::new();
        for line in LISTED.lines() {
            let [number, from, event, sides, to] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            for from in from.split('/') {
                for side in sides.split('/') {
                    listed.insert(format!("{number} {from} {event} {side} {to}"));
                }
            }
        }
        let mut allowed = BTreeSet::new();
        for from in FlowState::ALL {
            for event in FlowEvent::ALL {
                for side in Side::ALL {
                    if let Some(step) = step_for(*from, *event, *side) {
                        let (from, event, side, to) = (from.code(), event.code(), side.code(), step.to.code());
                        allowed.insert(format!("T{} {from} {event} {side} {to}", step.number));
                    }
                }
            }
        }
        assert_eq!(allowed, listed);
        let numbers: BTreeSet<_> = STEPS.iter().map(|it| it.number).collect();
        assert_eq!(numbers, (1..=18).collect());
    }

    #[test]
    fn no_two_steps_compete_and_ends_are_ends() {
        for state in FlowState::ALL {
            for event in FlowEvent::ALL {
                let count = STEPS.iter().filter(|it| it.event == *event && it.from.contains(state)).count();
                assert!(count <= 1, "{state} {event}");
                assert!(count == 0 || !state.is_terminal(), "{state} {event}");
            }
            assert_eq!(OPEN.contains(state), !state.is_terminal(), "{state}");
            let reached = *state == Draft || STEPS.iter().any(|it| it.to == *state);
            assert!(reached, "{state} can't be reached");
        }
        assert!(!ReturnedByDest.is_terminal() && !ReturnPending.is_terminal());
        assert_eq!(FlowState::ALL.iter().filter(|it| it.is_terminal()).count(), 5);
    }

    #[test]
    fn six_months_away_or_planned_make_a_mobile_member() {
        let on = day(2026, 11, 28);
        let is = |from, until| is_statutory_mobile(from, until, DestinationScope::OtherProvince, on);
        assert!(is(day(2026, 5, 28), None));
        assert!(!is(day(2026, 5, 29), None));
        assert!(!is(day(2026, 11, 1), Some(day(2027, 4, 30))));
        assert!(is(day(2026, 11, 1), Some(day(2027, 5, 1))));
        assert!(is(day(2026, 12, 10), Some(day(2027, 12, 10))), "registered ahead");
        let long = Some(day(2028, 1, 1));
        assert!(!is_statutory_mobile(day(2024, 1, 1), long, DestinationScope::Overseas, on));
    }

    #[test]
    fn a_registration_has_possible_dates() {
        let today = day(2026, 11, 28);
        let codes =
            |from, until, scope| check_dates(from, until, scope, today).iter().map(|it| it.code).collect::<Vec<_>>();
        let long = Some(day(2028, 1, 1));
        assert_eq!(codes(day(2026, 12, 28), long, DestinationScope::InCity), [""; 0]);
        assert_eq!(codes(day(2026, 12, 29), long, DestinationScope::InCity), ["MOB-005"]);
        assert_eq!(codes(day(2026, 11, 1), None, DestinationScope::Unknown), ["MOB-008"]);
        assert_eq!(codes(day(2026, 11, 1), None, DestinationScope::Overseas), [""; 0]);
    }

    #[test]
    fn a_return_says_whom_to_call() {
        assert_eq!(check_return_contact("张三", "021-62345678"), Ok(()));
        for (name, phone) in [("", "13812345678"), ("张三", ""), ("张三", "无")] {
            assert_eq!(check_return_contact(name, phone).unwrap_err().code, "MOB-004");
        }
    }
}
