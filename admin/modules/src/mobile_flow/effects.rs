//! What each step writes down beside the state.

use std::future::ready;

use domain::mobile::FlowEvent as E;
use engine::{Result, act::Step, save};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};

use super::{destination, fields as f, number};
use crate::endorsement::ENDORSEMENT;

/// Returns after which the levels above look after a stay (27).
const ESCALATES: i64 = 2;

fn done<'a>() -> BoxFuture<'a, Result<()>> {
    Box::pin(ready(Ok(())))
}

/// Every step is a look at the member: the half-yearly update counts from it.
fn touch(step: &mut Step<'_>) {
    let today = step.store.clock.today();
    step.set(f::STATUS_SINCE, today);
    step.set(f::INFO_UPDATED_ON, today);
}

/// The stay is over: another one may begin.
fn end(step: &mut Step<'_>, reason: &'static str) {
    touch(step);
    let (today, now) = (step.store.clock.today(), step.store.clock.now());
    step.set(f::END_REASON, reason);
    step.set(f::ENDED_ON, today);
    step.set(f::ENDED_AT, now);
}

/// Nobody manages the member any more.
fn release(step: &mut Step<'_>) {
    step.clear(f::MANAGING_BRANCH);
    step.clear(f::MANAGING_CONTACT);
    step.clear(f::MANAGING_GROUP);
    step.clear(f::MANAGED_ON);
    step.clear(f::ACCEPTED_AT);
}

/// T1, T15: the stay gets its number.
pub fn registered(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        touch(&mut step);
        let number = number::next(step.tx, step.store.clock.today()).await?;
        step.set(f::FLOW_NO, &number);
        Ok(())
    })
}

/// T2.
pub fn accepted(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    let now = step.store.clock.now();
    step.set(f::ACCEPTED_AT, now);
    done()
}

/// T3, T7: who sent it back, how often, and from the second time on the levels above are told.
pub fn returned(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    release(&mut step);
    let (before, count) = (step.before, step.before.get(f::RETURN_COUNT).unwrap_or_default() + 1);
    step.set(f::RETURN_COUNT, count);
    step.set(f::ESCALATED, count >= ESCALATES);
    if let Some(org) = before.get(f::DESTINATION_ORG) {
        step.set(f::RETURNED_BY_ORG, org);
    }
    done()
}

/// T4.
pub fn withdrawn(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    end(&mut step, "withdrawn");
    done()
}

/// T5.
pub fn resubmitted(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        touch(&mut step);
        let (before, after, reason) = (step.before, step.row, step.comment);
        if destination::differs(before, after) {
            destination::write(&mut step, E::Resubmit.code(), after.get(f::DESTINATION_ORG), reason).await?;
        }
        Ok(())
    })
}

/// T6.
pub fn managed(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    let today = step.store.clock.today();
    step.set(f::MANAGED_ON, today);
    step.set(f::PROVISIONAL, false);
    done()
}

/// T8, T11: nothing but the days.
pub fn went_on(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    done()
}

/// T9, taken over: the target is the destination now; the stay is the same one.
pub fn taken_over(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        touch(&mut step);
        let (row, today) = (step.row, step.store.clock.today());
        let target = row.get(f::TARGET_ORG);
        let reason = row.get(f::HANDOVER_REASON).unwrap_or_default();
        destination::write(&mut step, E::HandoverAccept.code(), target, reason).await?;
        if let Some(target) = target {
            step.set(f::DESTINATION_ORG, target);
        }
        step.set(f::MANAGED_ON, today);
        step.clear(f::TARGET_ORG);
        Ok(())
    })
}

/// T9, refused: the organisation that wanted to hand over stays responsible.
pub fn not_taken_over(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    step.clear(f::TARGET_ORG);
    done()
}

/// T10.
pub fn went_elsewhere(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        touch(&mut step);
        let row = step.row;
        let reason = row.get(f::CHANGE_REASON).unwrap_or_default();
        destination::write(&mut step, E::ChangeDestination.code(), row.get(f::DESTINATION_ORG), reason).await?;
        release(&mut step);
        Ok(())
    })
}

/// T12.
pub fn came_back(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    end(&mut step, "returned");
    if let Some(back) = step.row.get(f::BACK_ON) {
        step.set(f::ENDED_ON, back);
    }
    done()
}

/// T13.
pub fn transferred(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    end(&mut step, "transferred");
    done()
}

/// T14: the reason was asked for.
pub fn terminated(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    let row = step.row;
    end(&mut step, "wrong_data");
    if let Some(reason) = row.get(f::END_REASON) {
        step.set(f::END_REASON, reason);
    }
    done()
}

/// T16: the destination has the member, and the origin begins to vouch for who it is (31).
pub fn confirmed(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        touch(&mut step);
        let now = step.store.clock.now();
        step.set(f::ACCEPTED_AT, now);
        let row = step.row;
        let values: Map<String, Json> = [
            ("flow", row.id()),
            ("kind", "identity"),
            ("member_name", row.get(f::MEMBER_NAME).unwrap_or_default()),
            ("issuer_org", row.get(f::ORIGIN_ORG).unwrap_or_default()),
            ("receiver_org", row.get(f::DESTINATION_ORG).unwrap_or_default()),
            ("content", "党员身份、党籍状态、入党和转正日期与本支部名册一致"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
        save::create_in(step.tx, step.store, &ENDORSEMENT, step.actor, &values).await?;
        Ok(())
    })
}

/// T17.
pub fn denied(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    end(&mut step, "origin_rejected");
    done()
}

/// T18: counted apart until the origin answers.
pub fn managed_provisionally(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    touch(&mut step);
    let (today, now) = (step.store.clock.today(), step.store.clock.now());
    step.set(f::MANAGED_ON, today);
    step.set(f::ACCEPTED_AT, now);
    step.set(f::PROVISIONAL, true);
    done()
}

/// Something was put right.
pub fn updated(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    let today = step.store.clock.today();
    step.set(f::INFO_UPDATED_ON, today);
    done()
}
