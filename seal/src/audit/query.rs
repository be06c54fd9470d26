//! Reading the log: newest first, page by page along a key.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::{Store, Value};

use super::{record::Record, verify::columns};
use crate::Result;

/// Most rows on a page.
const MOST: i64 = 200;

// The same parameters in each: what leads to an index comes first, the rest filters along the way.
macro_rules! newest_first {
    ($lead:literal) => {
        concat!(
            columns!(),
            "where ",
            $lead,
            " and (cast($1 as text) is null or object_type = $1) \
             and (cast($2 as text) is null or object_id = $2) \
             and (cast($3 as text) is null or actor_id = $3) \
             and (cast($4 as text) is null or action = $4) \
             and at >= $5 and (at, seq) < ($6, $7) order by at desc, seq desc limit $8"
        )
    };
}
const BY_OBJECT: &str = newest_first!("object_type = $1 and object_id = $2");
const BY_ACTOR: &str = newest_first!("actor_id = $3");
const BY_ACTION: &str = newest_first!("action = $4");
const BY_TIME: &str = newest_first!("at <= $6");

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[BY_OBJECT, BY_ACTOR, BY_ACTION, BY_TIME];

/// What to look for; what is empty doesn't matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Kind of thing.
    pub object_type: Option<String>,
    /// Which one.
    pub object_id: Option<String>,
    /// Who.
    pub actor_id: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// Not before this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// Where the next page goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// The time of the last row.
    pub at: DateTime<Utc>,
    /// The number of the last row.
    pub seq: i64,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The rows, newest first.
    pub records: Vec<Record>,
    /// Where the next page goes on; none on the last.
    pub next: Option<After>,
}

/// The newest rows that `filter` asks for, `limit` of them (1 to 200), after the last one of the page
/// before.
///
/// # Errors
/// Those of the database.
pub async fn query(store: &Store, filter: &Filter, after: Option<After>, limit: i64) -> Result<Page> {
    let limit = limit.clamp(1, MOST);
    let until = filter.until.unwrap_or_else(far_future);
    // With the smallest number, "before (until, number)" means "before until".
    let after = after.filter(|it| it.at < until).unwrap_or(After { at: until, seq: i64::MIN });
    let args: Vec<Value> = vec![
        filter.object_type.clone().into(),
        filter.object_id.clone().into(),
        filter.actor_id.clone().into(),
        filter.action.clone().into(),
        filter.from.unwrap_or_default().into(),
        after.at.into(),
        after.seq.into(),
        (limit + 1).into(),
    ];
    let sql = match filter {
        Filter { object_type: Some(_), object_id: Some(_), .. } => BY_OBJECT,
        Filter { actor_id: Some(_), .. } => BY_ACTOR,
        Filter { action: Some(_), .. } => BY_ACTION,
        _ => BY_TIME,
    };
    let mut records = store.db.fetch_all::<Record>(sql, args).await?;
    // One row more than asked for tells whether there is a next page.
    let is_more = records.len() as i64 > limit;
    records.truncate(limit as usize);
    let next = records.last().filter(|_| is_more).map(|it| After { at: it.at, seq: it.seq });
    Ok(Page { records, next })
}

/// The end of the year 9998: later than any row, and still four digits, as text sorts in `SQLite`.
fn far_future() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
