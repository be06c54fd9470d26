//! Rules over a stay that look at other rows, inside the action's transaction and after the stay is locked.

use domain::mobile::FlowState;
use engine::{Error, Result, act::Step};
use futures::future::BoxFuture;
use store::{Store, Tx};

use super::{codes, destination, fields as f};
use crate::who::ABOVE;

/// One that hasn't ended is all that the unique index leaves (MOB-001).
const OPEN: &str = "select coalesce(flow_no, ''), status from mobile_flow \
                    where member_key = $1 and ended_at is null and deleted_at is null";
/// Locks the open stay of a member: an update that changes nothing does it on both databases.
const LOCK: &str = "update mobile_flow set version = version \
                    where member_key = $1 and ended_at is null and deleted_at is null";
const LOCKED: &str = "select id, status from mobile_flow \
                      where member_key = $1 and ended_at is null and deleted_at is null";
/// Locks an organisation that takes members. Revoking it counts stays under the same lock, so that of a
/// registration and a revocation at the same moment one sees the other.
const TAKES_MEMBERS: &str = "update party_org set version = version where id = $1 and status = 'active'";
const IS_BELOW: &str = "select below.id from party_org below join party_org above \
                        on substr(below.path, 1, length(above.path)) = above.path \
                        where below.id = $1 and above.id = $2 and below.status = 'active'";
const VOUCHED: &str = "select id from endorsement where flow = $1 and kind = 'performance' and status = 'effective' \
                       and deleted_at is null limit 1";

/// A member is away once at a time (`MOB-001`). Sets the days from which a draft counts.
pub fn born(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let key = step.row.get(f::MEMBER_KEY).unwrap_or_default();
        if key.is_empty() {
            return Err(Error::violation("FLD-005", "member_key", "请先选择党员"));
        }
        if let Some((number, status)) = step.tx.fetch_optional::<(String, String)>(OPEN, vec![key.into()]).await? {
            let state = FlowState::from_code(&status).map_or("", FlowState::title);
            let message = format!("该党员存在未终结的流动记录（{number}，{state}）");
            return Err(Error::violation("MOB-001", "member_key", message));
        }
        let today = step.store.clock.today();
        step.set(f::STATUS_SINCE, today);
        step.set(f::INFO_UPDATED_ON, today);
        Ok(())
    })
}

/// T1 and T15: no transfer is under way, and the destination takes members.
pub fn may_begin(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let key = step.row.get(f::MEMBER_KEY).unwrap_or_default();
        if transfer_under_way(step.tx, step.store, key).await? {
            return Err(Error::violation("MOB-002", "member_key", "组织关系转接在途，不能登记流出"));
        }
        takes_members(step.tx, step.row.get(f::DESTINATION_ORG), "destination_org").await
    })
}

/// Whether the member's formal relation is being transferred.
///
/// Transfers are a module of their own that isn't there yet: there is no table `relation_transfer`, so nothing
/// is ever under way. This is the one place to fill in.
#[expect(clippy::unused_async, reason = "it will ask the database")]
async fn transfer_under_way(_tx: &mut Tx, _store: &Store, _member_key: &str) -> Result<bool> {
    Ok(false)
}

/// `MOB-007` where an organisation is named that takes no members.
async fn takes_members(tx: &mut Tx, org: Option<&str>, field: &'static str) -> Result<()> {
    let Some(org) = org.filter(|it| !it.is_empty()) else { return Ok(()) };
    if tx.execute(TAKES_MEMBERS, vec![org.into()]).await? == 0 {
        return Err(Error::violation("MOB-007", field, "目标组织已撤销或不接收流动党员"));
    }
    Ok(())
}

/// T3 and T7: nobody is refused for reasons of one's own; “other” is for the level above (`MOB-031`).
pub fn other_is_for_the_level_above(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if step.row.get(f::RETURN_REASON) == Some(codes::OTHER) && !step.holds_above(ABOVE) {
            let message = "党组织不得无故拒接：原因为“其他”的，由上级党组织办理";
            return Err(Error::violation("MOB-031", "return_reason", message));
        }
        Ok(())
    })
}

/// T5: something was put right, and the destination takes members.
pub fn something_is_new(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if step.before == step.row {
            return Err(Error::violation("FLD-007", "destination_org", "去向和资料都没有变更，请修改后重报"));
        }
        takes_members(step.tx, step.row.get(f::DESTINATION_ORG), "destination_org").await
    })
}

/// T10: it is another destination, and it takes members.
pub fn destination_is_new(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if !destination::differs(step.before, step.row) {
            return Err(Error::violation("FLD-007", "destination_org", "新去向与原去向相同"));
        }
        takes_members(step.tx, step.row.get(f::DESTINATION_ORG), "destination_org").await
    })
}

/// T8: another organisation, which takes members.
pub fn target_takes_members(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let target = step.row.get(f::TARGET_ORG);
        if target == step.row.get(f::DESTINATION_ORG) || target == step.row.get(f::MANAGING_BRANCH) {
            return Err(Error::violation("FLD-007", "target_org", "不能移交给原组织"));
        }
        takes_members(step.tx, target, "target_org").await
    })
}

/// T6 and T18: the branch is the destination or lies below it.
pub fn branch_is_of_the_destination(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move { is_below(step.tx, step.row.get(f::MANAGING_BRANCH), step.row.get(f::DESTINATION_ORG)).await })
}

/// T9: the branch is the target or lies below it, and isn't the one that hands over.
pub fn branch_is_of_the_target(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move { is_below(step.tx, step.row.get(f::MANAGING_BRANCH), step.row.get(f::TARGET_ORG)).await })
}

async fn is_below(tx: &mut Tx, branch: Option<&str>, org: Option<&str>) -> Result<()> {
    let args = vec![branch.unwrap_or_default().into(), org.unwrap_or_default().into()];
    if tx.fetch_optional::<(String,)>(IS_BELOW, args).await?.is_none() {
        return Err(Error::violation("MOB-020", "managing_branch", "纳管党支部须是接收组织或者它的下级，且未撤销"));
    }
    Ok(())
}

/// T12: the destination has vouched for the time away, or it is said why not.
pub fn performance_is_known(step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let vouched = step.tx.fetch_optional::<(String,)>(VOUCHED, vec![step.before.id().into()]).await?.is_some();
        if !vouched && !step.row.has("performance_note") {
            let message = "流入地尚未出具表现背书，请说明";
            return Err(Error::violation("FLD-005", "performance_note", message));
        }
        Ok(())
    })
}

/// The stay of a member that hasn't ended, with its state, locked until commit.
pub async fn open_flow(tx: &mut Tx, member_key: &str) -> Result<Option<(String, String)>> {
    tx.execute(LOCK, vec![member_key.into()]).await?;
    Ok(tx.fetch_optional(LOCKED, vec![member_key.into()]).await?)
}

/// Every statement of this file.
#[cfg(test)]
pub const SQL: &[&str] = &[OPEN, LOCK, LOCKED, TAKES_MEMBERS, IS_BELOW, VOUCHED];
