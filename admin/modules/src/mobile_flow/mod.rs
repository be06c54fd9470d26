//! Mobile members: one stay away is one row, from its registration to its end (3.0, T1 to T18).
//!
//! ```text
//! codes, fields   the form
//! checks          rules over one row: MOB-003 to 006, 008, 020, 031
//! guards          rules over other rows: MOB-001, 002, 007, 031
//! effects         what each step writes down beside the state
//! destination     changes of destination, only ever added (F32)
//! number          LDyyyymmdd and six digits
//! path            the way a member went, over all stays (F37)
//! ```
//!
//! The steps are those of [`domain::mobile::STEPS`]; a test holds the two against one another. Two sides see
//! a stay, origin and destination; beside them the branch that manages the member and, while it is asked to
//! take over, the target of a handover. What the member does themselves comes through their own end.

pub mod checks;
pub mod codes;
mod destination;
mod effects;
pub mod fields;
mod guards;
mod number;
pub mod path;

use domain::mobile::{FlowEvent as E, FlowState};
use engine::{
    Entity, Result,
    act::{self, Request},
    declare::{Action, FieldDef, Preset, State, action, open_state, preset, side, state},
};
use fields as f;
use store::{Store, Tx};

use crate::who::{ABOVE, BRANCH, LOCAL, LOCAL_AND_ABOVE, READERS};

pub use destination::{Change, changes};

/// The organisation with the formal relation.
const ORIGIN: &[&str] = &["origin"];
/// The organisation where the member lives or works, and the branch that manages them.
const DESTINATION: &[&str] = &["destination", "manager"];
/// Either.
const EITHER: &[&str] = &["origin", "destination", "manager"];
/// Who is asked to take over.
const TARGET: &[&str] = &["target"];

const fn closed(it: FlowState) -> State {
    state(it.code(), it.title())
}

const DRAFT: State = open_state(FlowState::Draft.code(), FlowState::Draft.title());
const PENDING_ACCEPT: State = closed(FlowState::PendingAccept);
const PENDING_ORIGIN_CONFIRM: State = closed(FlowState::PendingOriginConfirm);
const ACCEPTED: State = closed(FlowState::Accepted);
const MANAGED: State = closed(FlowState::Managed);
const HANDOVER_PENDING: State = closed(FlowState::HandoverPending);
const RETURNED_BY_DEST: State = closed(FlowState::ReturnedByDest);
const WITHDRAWN: State = closed(FlowState::Withdrawn);
const ORIGIN_REJECTED: State = closed(FlowState::OriginRejected);
const RETURN_PENDING: State = closed(FlowState::ReturnPending);
const ENDED_RETURNED: State = closed(FlowState::EndedReturned);
const ENDED_TRANSFERRED: State = closed(FlowState::EndedTransferred);
const ENDED_INVALID: State = closed(FlowState::EndedInvalid);

const fn step(event: E, from: &'static [State], to: State) -> Action {
    action(event.code(), event.title(), from, to)
}

/// One stay away.
pub const MOBILE_FLOW: Entity = Entity::new("mobile_flow", "流动党员", f::MEMBER_NAME.def)
    .sides(&[
        side("origin", "流出地", "origin_org"),
        side("destination", "流入地", "destination_org"),
        side("manager", "纳管支部", "managing_branch"),
        side("target", "移交目标", "target_org"),
    ])
    .readers(READERS)
    .makers(&["origin", "destination"], LOCAL)
    .form(f::FORM)
    .list(LIST, FILTERS, &[f::MEMBER_NAME.def, f::FLOW_NO.def])
    .presets(PRESETS)
    .states(&[
        DRAFT,
        PENDING_ACCEPT,
        PENDING_ORIGIN_CONFIRM,
        ACCEPTED,
        MANAGED,
        HANDOVER_PENDING,
        RETURNED_BY_DEST,
        WITHDRAWN,
        ORIGIN_REJECTED,
        RETURN_PENDING,
        ENDED_RETURNED,
        ENDED_TRANSFERRED,
        ENDED_INVALID,
    ])
    .born(guards::born)
    .actions(ACTIONS)
    .verified();

const LIST: &[FieldDef] = &[
    f::FLOW_NO.def,
    f::MEMBER_NAME.def,
    f::ORIGIN_ORG.def,
    f::DESTINATION_ORG.def,
    f::FLOW_REASON.def,
    f::OUTFLOW_ON.def,
    f::STATUS_SINCE.def,
];

const FILTERS: &[FieldDef] = &[
    f::ENTRY_CHANNEL.def,
    f::ORIGIN_SCOPE.def,
    f::ORIGIN_ORG.def,
    f::ORIGIN_UNIT_NATURE.def,
    f::DESTINATION_SCOPE.def,
    f::DESTINATION_KIND.def,
    f::DESTINATION_ORG.def,
    f::DESTINATION_DIVISION.def,
    f::FLOW_REASON.def,
    f::FLOW_TYPE.def,
    f::OUTFLOW_ON.def,
    f::STATUS_SINCE.def,
    f::RETURN_REASON.def,
    f::RETURN_COUNT.def,
    f::ESCALATED.def,
    f::PROVISIONAL.def,
    f::FREQUENT.def,
    f::MANAGING_BRANCH.def,
    f::INFO_UPDATED_ON.def,
];

/// Tabs: F27, F28, F29 and F34, each from the side whose work it is.
const PRESETS: &[Preset] = &[
    preset("returned", "流出退回/撤回", &[RETURNED_BY_DEST, WITHDRAWN, ORIGIN_REJECTED]).of(ORIGIN).columns(&[
        f::FLOW_NO.def,
        f::MEMBER_NAME.def,
        f::RETURNED_BY_ORG.def,
        f::RETURN_CONTACT.def,
        f::RETURN_PHONE.def,
        f::RETURN_REASON.def,
        f::RETURN_COUNT.def,
        f::STATUS_SINCE.def,
    ]),
    preset("to_confirm", "主动报到待确认", &[PENDING_ORIGIN_CONFIRM]).of(ORIGIN),
    preset("to_accept", "待接收", &[PENDING_ACCEPT]).of(DESTINATION),
    preset("to_manage", "待纳管", &[ACCEPTED]).of(DESTINATION),
    preset("managed", "已纳管", &[MANAGED, HANDOVER_PENDING]).of(DESTINATION).columns(&[
        f::FLOW_NO.def,
        f::MEMBER_NAME.def,
        f::ORIGIN_ORG.def,
        f::MANAGING_BRANCH.def,
        f::MANAGING_CONTACT.def,
        f::MANAGED_ON.def,
        f::PROVISIONAL.def,
        f::INFO_UPDATED_ON.def,
    ]),
    preset("to_take_over", "待接手", &[HANDOVER_PENDING]).of(TARGET),
    preset("sent_back", "流入退回/撤回", &[RETURNED_BY_DEST, WITHDRAWN]).of(DESTINATION),
    preset("returning", "返回待确认", &[RETURN_PENDING]).of(ORIGIN),
];

/// What says where to: asked again whenever it changes.
const WHERE_TO: &[FieldDef] = &[
    f::DESTINATION_SCOPE.def,
    f::DESTINATION_DIVISION.def,
    f::DESTINATION_KIND.def,
    f::DESTINATION_ORG.def,
    f::DESTINATION_ADDRESS.def,
    f::FLOW_TYPE.def,
];
/// What a branch writes down when it takes somebody over. Branch and contact are asked for by `MOB-020`.
const TAKES_OVER: &[FieldDef] = &[
    f::MANAGING_BRANCH.def,
    f::MANAGING_CONTACT.def,
    f::MANAGING_GROUP.def,
    f::DUES_NOTE.def,
    f::TALENT.def,
    f::VOLUNTEER_WISH.def,
];
/// What may be put right in a stay that goes on (29): contact and whereabouts, never who the member is.
const PUT_RIGHT: &[FieldDef] = &[
    f::CONTACT.def,
    f::DESTINATION_ADDRESS.def,
    f::DESTINATION_DIVISION.def,
    f::FLOW_REASON.def,
    f::EXPECTED_RETURN_ON.def,
    f::HAS_ACTIVITY_CERT.def,
    f::MANAGING_CONTACT.def,
    f::MANAGING_GROUP.def,
    f::DUES_NOTE.def,
    f::TALENT.def,
    f::VOLUNTEER_WISH.def,
];
/// Who to speak to after a return: `MOB-004` asks for them.
const WHOM_TO_CALL: &[FieldDef] = &[f::RETURN_CONTACT.def, f::RETURN_PHONE.def];

const ACTIONS: &[Action] = &[
    // T1
    step(E::RegisterOutflow, &[DRAFT], PENDING_ACCEPT)
        .by(ORIGIN, BRANCH)
        .check(&[
            checks::outward,
            checks::in_good_standing,
            checks::destination_is_named,
            checks::left_in_time,
            checks::long_enough,
            checks::not_abroad,
        ])
        .guard(guards::may_begin)
        .then(effects::registered),
    // T2
    step(E::Accept, &[PENDING_ACCEPT], ACCEPTED)
        .by(DESTINATION, LOCAL)
        .asks(&[f::VERIFY_METHOD.def, f::VERIFIED_BY.def, f::VERIFIED_ON.def])
        .check(&[checks::verified_by_today])
        .then(effects::accepted),
    // T3; for “other” the level above
    step(E::Return, &[PENDING_ACCEPT], RETURNED_BY_DEST)
        .by(DESTINATION, LOCAL_AND_ABOVE)
        .asks(&[f::RETURN_REASON.def, f::RETURN_NOTE.def])
        .offers(WHOM_TO_CALL)
        .check(&[checks::return_says_whom_to_call, checks::return_is_explained])
        .guard(guards::other_is_for_the_level_above)
        .then(effects::returned),
    // T4
    step(E::Withdraw, &[PENDING_ACCEPT, RETURNED_BY_DEST], WITHDRAWN)
        .by(ORIGIN, BRANCH)
        .comment()
        .then(effects::withdrawn),
    // T5
    step(E::Resubmit, &[RETURNED_BY_DEST], PENDING_ACCEPT)
        .by(ORIGIN, BRANCH)
        .offers(&[
            f::MEMBER_NAME.def,
            f::CONTACT.def,
            f::ORIGIN_CONTACT.def,
            f::ORIGIN_PHONE.def,
            f::DESTINATION_SCOPE.def,
            f::DESTINATION_DIVISION.def,
            f::DESTINATION_KIND.def,
            f::DESTINATION_ORG.def,
            f::DESTINATION_ADDRESS.def,
            f::FLOW_TYPE.def,
            f::FLOW_REASON.def,
            f::OUTFLOW_ON.def,
            f::EXPECTED_RETURN_ON.def,
        ])
        .check(&[checks::destination_is_named, checks::left_in_time, checks::not_abroad])
        .guard(guards::something_is_new)
        .then(effects::resubmitted),
    // T6
    step(E::AssignBranch, &[ACCEPTED], MANAGED)
        .by(DESTINATION, LOCAL)
        .asks(&[f::TALK_ON.def])
        .offers(TAKES_OVER)
        .check(&[checks::branch_and_contact])
        .guard(guards::branch_is_of_the_destination)
        .then(effects::managed),
    // T7
    step(E::Return, &[ACCEPTED], RETURNED_BY_DEST)
        .by(DESTINATION, LOCAL_AND_ABOVE)
        .asks(&[f::RETURN_REASON.def, f::RETURN_NOTE.def, f::RETURN_PROOF.def])
        .offers(WHOM_TO_CALL)
        .check(&[checks::return_says_whom_to_call, checks::return_is_explained])
        .guard(guards::other_is_for_the_level_above)
        .then(effects::returned),
    // T7, somebody who is managed already: the level above decides
    step(E::Return, &[MANAGED], RETURNED_BY_DEST)
        .by(DESTINATION, ABOVE)
        .above()
        .approval()
        .asks(&[f::RETURN_REASON.def, f::RETURN_NOTE.def, f::RETURN_PROOF.def, f::LAST_CONTACT_ON.def])
        .offers(WHOM_TO_CALL)
        .check(&[checks::return_says_whom_to_call, checks::return_is_explained])
        .then(effects::returned),
    // T8
    step(E::Handover, &[MANAGED], HANDOVER_PENDING)
        .by(DESTINATION, LOCAL)
        .asks(&[f::TARGET_ORG.def, f::HANDOVER_REASON.def])
        .guard(guards::target_takes_members)
        .then(effects::went_on),
    // T9
    step(E::HandoverAccept, &[HANDOVER_PENDING], MANAGED)
        .by(TARGET, LOCAL)
        .asks(&[f::TALK_ON.def])
        .offers(TAKES_OVER)
        .check(&[checks::branch_and_contact])
        .guard(guards::branch_is_of_the_target)
        .then(effects::taken_over),
    step(E::HandoverReject, &[HANDOVER_PENDING], MANAGED).by(TARGET, LOCAL).comment().then(effects::not_taken_over),
    // T10
    step(E::ChangeDestination, &[MANAGED], PENDING_ACCEPT)
        .by(EITHER, LOCAL)
        .asks(&[f::CHANGE_REASON.def])
        .offers(WHERE_TO)
        .check(&[checks::destination_is_named, checks::not_abroad])
        .guard(guards::destination_is_new)
        .then(effects::went_elsewhere),
    // T11
    step(E::ApplyReturn, &[MANAGED, ACCEPTED], RETURN_PENDING)
        .by(EITHER, LOCAL)
        .asks(&[f::BACK_ON.def])
        .check(&[checks::back_by_today])
        .then(effects::went_on),
    // T12
    step(E::ConfirmReturn, &[RETURN_PENDING], ENDED_RETURNED)
        .by(ORIGIN, BRANCH)
        .offers(&[f::BACK_ON.def, f::PERFORMANCE_NOTE.def])
        .check(&[checks::back_by_today])
        .guard(guards::performance_is_known)
        .then(effects::came_back),
    // T13
    step(E::TransferCompleted, &[MANAGED, ACCEPTED, PENDING_ACCEPT], ENDED_TRANSFERRED)
        .by_system()
        .then(effects::transferred),
    // T14
    step(
        E::Terminate,
        &[
            DRAFT,
            PENDING_ACCEPT,
            PENDING_ORIGIN_CONFIRM,
            ACCEPTED,
            MANAGED,
            HANDOVER_PENDING,
            RETURNED_BY_DEST,
            RETURN_PENDING,
        ],
        ENDED_INVALID,
    )
    .by(ORIGIN, ABOVE)
    .above()
    .approval()
    .asks(&[f::END_REASON.def])
    .check(&[checks::invalid_for_a_reason])
    .comment()
    .then(effects::terminated),
    // T15
    step(E::SelfReportSubmit, &[DRAFT], PENDING_ORIGIN_CONFIRM)
        .by(DESTINATION, LOCAL)
        .check(&[
            checks::inward,
            checks::in_good_standing,
            checks::origin_is_named,
            checks::destination_is_named,
            checks::left_in_time,
            checks::long_enough,
        ])
        .guard(guards::may_begin)
        .then(effects::registered),
    // T16
    step(E::OriginConfirm, &[PENDING_ORIGIN_CONFIRM], ACCEPTED)
        .by(ORIGIN, BRANCH)
        .offers(&[
            f::OUTFLOW_ON.def,
            f::EXPECTED_RETURN_ON.def,
            f::FLOW_REASON.def,
            f::ORIGIN_CONTACT.def,
            f::ORIGIN_PHONE.def,
            f::ORIGIN_UNIT_NATURE.def,
        ])
        .check(&[checks::left_in_time])
        .then(effects::confirmed),
    // T17
    step(E::OriginReject, &[PENDING_ORIGIN_CONFIRM], ORIGIN_REJECTED)
        .by(ORIGIN, BRANCH)
        .asks(&[f::REJECT_REASON.def])
        .then(effects::denied),
    // T18
    step(E::ProvisionalManage, &[PENDING_ORIGIN_CONFIRM], MANAGED)
        .by(DESTINATION, ABOVE)
        .above()
        .approval()
        .asks(&[f::TALK_ON.def])
        .offers(&[
            f::MATERIALS_COMPLETE.def,
            f::MANAGING_BRANCH.def,
            f::MANAGING_CONTACT.def,
            f::MANAGING_GROUP.def,
            f::DUES_NOTE.def,
        ])
        .check(&[checks::branch_and_contact, checks::origin_was_silent])
        .guard(guards::branch_is_of_the_destination)
        .then(effects::managed_provisionally),
    // Not steps: what is put right while the stay goes on (29).
    action(UPDATE_INFO, "更新信息", &[ACCEPTED], ACCEPTED)
        .by(DESTINATION, LOCAL)
        .offers(PUT_RIGHT)
        .then(effects::updated),
    action(UPDATE_INFO, "更新信息", &[MANAGED], MANAGED)
        .by(DESTINATION, LOCAL)
        .offers(PUT_RIGHT)
        .then(effects::updated),
];

/// The act that changes no state.
pub const UPDATE_INFO: &str = "update_info";

/// T13: the member's formal relation has moved, so the stay ends by itself. Gives the id of the stay that
/// ended; `None` where the member isn't away, or where the stay is at a point from which the table leads
/// nowhere (a return or a handover under way): that one ends by hand.
///
/// Called in the transaction of the transfer, before that one writes to the audit log.
///
/// # Errors
/// Those of the database; [`engine::Error::Conflict`] never, since the row is locked first.
pub async fn transfer_completed(tx: &mut Tx, store: &Store, member_key: &str) -> Result<Option<String>> {
    let Some((id, status)) = guards::open_flow(tx, member_key).await? else { return Ok(None) };
    let event = E::TransferCompleted.code();
    if MOBILE_FLOW.action(event, &status).is_none() {
        return Ok(None);
    }
    let request = Request { action: event.to_owned(), ..Request::default() };
    act::by_system(tx, store, &MOBILE_FLOW, &id, &request).await?;
    Ok(Some(id))
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&[&str]] = &[destination::SQL, guards::SQL, number::SQL, path::SQL];
