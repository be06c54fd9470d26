//! Makes the stored passages of a source equal to the derived ones, and tells the change log.

use std::{collections::HashMap, sync::LazyLock};

use chrono::NaiveDate;
use store::{Keys, Rows, Tx, Value};

use super::{Chunk, id_of, read::ChunkRow};
use crate::{change_log, error::Result, regulation::Address};

const COLUMNS: usize = 13;
static UPSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into chunk (id, kind, source_id, address, seq, title, text, authority, doc_kind, audience, region, \
         valid_from, valid_to) values",
        COLUMNS,
        50,
        "on conflict (id) do update set kind = excluded.kind, source_id = excluded.source_id, \
         address = excluded.address, seq = excluded.seq, title = excluded.title, text = excluded.text, \
         authority = excluded.authority, doc_kind = excluded.doc_kind, audience = excluded.audience, \
         region = excluded.region, valid_from = excluded.valid_from, valid_to = excluded.valid_to",
    )
});
static OF_SOURCES: LazyLock<Keys> = LazyLock::new(|| {
    Keys::new(
        "select id, kind, source_id, address, seq, title, text, authority, doc_kind, audience, region, valid_from, \
         valid_to from chunk where source_id in",
        200,
        "",
    )
});
static DELETE: LazyLock<Keys> = LazyLock::new(|| Keys::new("delete from chunk where id in", 200, ""));
const CLOSE: &str = "update chunk set valid_to = $2 where source_id = $1 and valid_to is distinct from $2 returning id";

/// How many passages were written and taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub upserts: usize,
    pub deletes: usize,
}

/// Replaces the passages of `sources` by `derived`. Only what differs is written, and only what
/// differs in more than its place in the order is logged: the indexes don't hold the order.
/// The caller has taken [`Tx::lock_change_log`].
pub(crate) async fn replace(tx: &mut Tx, sources: &[String], derived: Vec<Chunk>) -> Result<Changes> {
    let mut stored: HashMap<_, Chunk> = HashMap::new();
    for args in OF_SOURCES.pages(sources) {
        for row in tx.fetch_all::<ChunkRow>(OF_SOURCES.sql(), args).await? {
            let chunk = row.into_chunk()?;
            stored.insert(chunk.key, chunk);
        }
    }
    let (mut changed, mut logged) = (Vec::new(), Vec::new());
    for chunk in derived {
        let old = stored.remove(&chunk.key);
        if old.as_ref() == Some(&chunk) {
            continue;
        }
        if old.is_none_or(|old| Chunk { seq: chunk.seq, ..old } != chunk) {
            logged.push(id_of(chunk.key));
        }
        changed.push(chunk);
    }
    let gone: Vec<String> = stored.into_keys().map(id_of).collect();
    for args in DELETE.pages(&gone) {
        tx.execute(DELETE.sql(), args).await?;
    }
    UPSERT.execute(tx, changed.into_iter().map(values).collect()).await?;
    change_log::append(tx, change_log::CHUNK, change_log::DELETE, &gone).await?;
    change_log::append(tx, change_log::CHUNK, change_log::UPSERT, &logged).await?;
    Ok(Changes { upserts: logged.len(), deletes: gone.len() })
}

/// Moves the end of validity of every passage of `source` to `valid_to`.
pub(crate) async fn close(tx: &mut Tx, source: &str, valid_to: Option<NaiveDate>) -> Result<()> {
    let rows: Vec<(String,)> = tx.fetch_all(CLOSE, vec![source.into(), valid_to.into()]).await?;
    let mut ids: Vec<String> = rows.into_iter().map(|(id,)| id).collect();
    ids.sort_unstable();
    change_log::append(tx, change_log::CHUNK, change_log::UPSERT, &ids).await
}

fn values(it: Chunk) -> Vec<Value> {
    vec![
        id_of(it.key).into(),
        it.kind.code().into(),
        it.source_id.into(),
        it.address.as_ref().map(Address::as_str).into(),
        it.seq.into(),
        it.title.into(),
        it.text.into(),
        it.authority.code().into(),
        it.doc_kind.code().into(),
        it.audience.into(),
        it.region.into(),
        it.valid_from.into(),
        it.valid_to.into(),
    ]
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    UPSERT.statements().into_iter().chain([OF_SOURCES.sql(), DELETE.sql(), CLOSE]).collect()
}
