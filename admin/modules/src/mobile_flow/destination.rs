//! Changes of destination (F32): rows that are only ever added, written by the steps that change it.

use chrono::{DateTime, Duration, NaiveTime, TimeZone as _, Utc};
use domain::dates::months_before;
use engine::{Record, Result, act::Step, list};
use serde::Serialize;
use store::{Store, Value};

use super::{MOBILE_FLOW, fields as f};
use crate::{registry::ENTITIES, who::LOCAL};

/// Of one stay only one writer is at work, since the stay is locked.
const WRITE: &str = "insert into destination_change (flow, seq, action, from_scope, from_division, from_org, to_scope, \
                     to_division, to_org, reason, side, changed_by, changed_at) \
                     values ($1, (select coalesce(max(seq), 0) + 1 from destination_change where flow = $1), \
                     $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const READ: &str = "select seq, action, from_scope, from_division, from_org, to_scope, to_division, to_org, reason, \
                    side, changed_by, changed_at from destination_change where flow = $1 order by seq";
const SINCE: &str = "select count(*) from destination_change c join mobile_flow f on f.id = c.flow \
                     where f.member_key = $1 and c.changed_at >= $2";

/// Changes within [`MONTHS`] that make somebody move often (32).
const OFTEN: i64 = 4;
/// See [`OFTEN`].
const MONTHS: u32 = 12;

/// One change of destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Change {
    /// From 1 within the stay.
    pub seq: i64,
    /// Code of the step that changed it.
    pub action: String,
    /// Scope before.
    pub from_scope: Option<String>,
    /// Division before.
    pub from_division: Option<String>,
    /// Organisation before.
    pub from_org: Option<String>,
    /// Scope after.
    pub to_scope: Option<String>,
    /// Division after.
    pub to_division: Option<String>,
    /// Organisation after.
    pub to_org: Option<String>,
    /// Why; may be empty.
    pub reason: String,
    /// For whom it was asked.
    pub side: String,
    /// The account.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// Whether two records of a stay lead to different places.
pub fn differs(before: &Record, after: &Record) -> bool {
    ["destination_scope", "destination_division", "destination_org"]
        .iter()
        .any(|it| before.words(it) != after.words(it))
}

/// Writes down that the destination changes to `org` by `action`, and marks who moves often.
///
/// # Errors
/// Those of the database.
pub async fn write(step: &mut Step<'_>, action: &str, org: Option<&str>, reason: &str) -> Result<()> {
    let (before, after, now) = (step.before, step.row, step.store.clock.now());
    let side = step.side(LOCAL);
    let args: Vec<Value> = vec![
        before.id().into(),
        action.into(),
        before.get(f::DESTINATION_SCOPE).into(),
        before.get(f::DESTINATION_DIVISION).into(),
        before.get(f::DESTINATION_ORG).into(),
        after.get(f::DESTINATION_SCOPE).into(),
        after.get(f::DESTINATION_DIVISION).into(),
        org.into(),
        reason.into(),
        side.into(),
        (&step.actor.user).into(),
        now.into(),
    ];
    step.tx.execute(WRITE, args).await?;
    let day = months_before(step.store.clock.today(), MONTHS).and_time(NaiveTime::MIN);
    let since = Utc.from_utc_datetime(&day) - Duration::hours(8);
    let key = before.get(f::MEMBER_KEY).unwrap_or_default();
    let count = step.tx.fetch_optional::<(i64,)>(SINCE, vec![key.into(), since.into()]).await?;
    step.set(f::FREQUENT, count.is_some_and(|it| it.0 >= OFTEN));
    Ok(())
}

/// The changes of a stay that the actor may see, oldest first.
///
/// # Errors
/// [`engine::Error::NotFound`] where the stay isn't there or is out of scope.
pub async fn changes(store: &Store, actor: &engine::Actor, flow: &str) -> Result<Vec<Change>> {
    list::get(store, ENTITIES, &MOBILE_FLOW, actor, flow).await?;
    Ok(store.db.fetch_all(READ, vec![flow.into()]).await?)
}

/// Every statement of this file.
#[cfg(test)]
pub const SQL: &[&str] = &[WRITE, READ, SINCE];
