//! The change log: everything that the indexes are fed from, in the order of commits.

use std::sync::LazyLock;

use store::{Rows, Store, Tx, Value};

use crate::error::Result;

const AFTER: &str = "select seq, entity, entity_id, op from change_log where seq > $1 order by seq limit $2";
const LAST: &str = "select cast(coalesce(max(seq), 0) as bigint) from change_log";
static INSERT: LazyLock<Rows> =
    LazyLock::new(|| Rows::new("insert into change_log (entity, entity_id, op) values", 3, 100, ""));

/// The entity of a chunk's change; its id is the chunk's.
pub const CHUNK: &str = "chunk";
/// The entity of a question's change; its id is `qa:<id>` or `known:<id>`.
pub const QUESTION: &str = "question";
/// It is there, new or changed.
pub const UPSERT: &str = "upsert";
/// It is gone.
pub const DELETE: &str = "delete";

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Change {
    /// Its number; a reader who has seen it never later finds a smaller one.
    pub seq: i64,
    /// [`CHUNK`] or [`QUESTION`].
    pub entity: String,
    /// Which one.
    pub entity_id: String,
    /// [`UPSERT`] or [`DELETE`].
    pub op: String,
}

/// Up to `limit` changes after number `seq`, in order.
pub async fn after(store: &Store, seq: i64, limit: i64) -> Result<Vec<Change>> {
    Ok(store.db.fetch_all(AFTER, vec![seq.into(), limit.into()]).await?)
}

/// The number of the last change; 0 when there was none.
pub async fn last(store: &Store) -> Result<i64> {
    let (seq,): (i64,) = store.db.fetch_one(LAST, vec![]).await?;
    Ok(seq)
}

/// Writes one row for each of `ids`. The caller has taken [`Tx::lock_change_log`].
pub(crate) async fn append(tx: &mut Tx, entity: &str, op: &str, ids: &[String]) -> Result<()> {
    let rows = ids.iter().map(|id| vec![Value::from(entity), id.into(), op.into()]).collect();
    INSERT.execute(tx, rows).await?;
    Ok(())
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [AFTER, LAST].into_iter().chain(INSERT.statements()).collect()
}
