//! Adding to the chain.

use std::sync::LazyLock;

use chrono::{DateTime, SubsecRound as _, Utc};
use store::{Rows, Store, Tx, Value};

use super::{
    Changes,
    record::{Anchor, FORM, Record, hash_of},
};
use crate::{Error, Result};

/// Most bytes of text in one entry: verification holds pages of entries in memory. What is longer is kept
/// as a file, and its hash here.
const LONGEST: usize = 64 * 1024;
/// Rows that one statement writes.
const BATCH: usize = 16;

/// An update that changes nothing: both databases lock the row for it until the transaction ends.
const LOCK: &str = "update audit_head set seq = seq where id = 1 returning seq, hash";
const HEAD: &str = "select seq, hash from audit_head where id = 1";
static ADD: LazyLock<Rows> = LazyLock::new(|| {
    let head = "insert into audit_log (seq, form, at, actor_id, actor_role, actor_org, ip, device, action, \
         object_type, object_id, changes, reason, result, trace_id, prev_hash, hash) values";
    Rows::new(head, 17, BATCH, "")
});

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    [&[LOCK, HEAD][..], &ADD.statements()].concat()
}

/// Who did it: all empty for a visitor or a job of the system's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// The user's id.
    pub id: Option<String>,
    /// The post or role in which it was done.
    pub role: Option<String>,
    /// The organisation of that post.
    pub org: Option<String>,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outcome {
    /// It was done.
    #[default]
    Success,
    /// It was not allowed.
    Refused,
    /// It went wrong.
    Failed,
}

impl Outcome {
    /// The code in the column `result`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What is to be written. No sensitive value may stand in it but through [`Changes::sensitive`].
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When; kept to the microsecond.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// From which network address.
    pub ip: Option<String>,
    /// With which device.
    pub device: Option<String>,
    /// What: an [`super::Event`] or `entity.action`.
    pub action: String,
    /// To what kind of thing, such as a table's name.
    pub object_type: String,
    /// To which one; none for many at once.
    pub object_id: Option<String>,
    /// Before and after.
    pub changes: Changes,
    /// Why, in the actor's own words.
    pub reason: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The request it belongs to.
    pub trace_id: Option<String>,
}

impl Entry {
    /// A successful `action` on things of `object_type`, with everything else left empty.
    pub fn new(at: DateTime<Utc>, action: impl Into<String>, object_type: impl Into<String>) -> Self {
        Self {
            at,
            actor: Actor::default(),
            ip: None,
            device: None,
            action: action.into(),
            object_type: object_type.into(),
            object_id: None,
            changes: Changes::none(),
            reason: None,
            outcome: Outcome::Success,
            trace_id: None,
        }
    }

    /// The row after `prev`, refused where a database or a reader would stumble over it.
    fn follow(&self, prev: Anchor) -> Result<Record> {
        let mut record = Record {
            seq: prev.seq + 1,
            form: FORM,
            // PostgreSQL keeps no more than this, and what is hashed must be what comes back.
            at: self.at.trunc_subsecs(6),
            actor_id: self.actor.id.clone(),
            actor_role: self.actor.role.clone(),
            actor_org: self.actor.org.clone(),
            ip: self.ip.clone(),
            device: self.device.clone(),
            action: self.action.clone(),
            object_type: self.object_type.clone(),
            object_id: self.object_id.clone(),
            changes: self.changes.json(),
            reason: self.reason.clone(),
            result: self.outcome.code().to_owned(),
            trace_id: self.trace_id.clone(),
            prev_hash: prev.hash,
            hash: String::new(),
        };
        let bad = |field, reason| Err(Error::BadEntryField { field, reason });
        if record.action.is_empty() {
            return bad("action", "不能为空");
        }
        if record.object_type.is_empty() {
            return bad("object_type", "不能为空");
        }
        let text = record.canonical();
        if text.len() > LONGEST {
            return bad("changes", "整条记录超过 64 KiB，请把内容存为文件，在这里记它的哈希");
        }
        // PostgreSQL can't keep it in a text, and would break off the caller's whole transaction.
        if text.contains('\0') {
            return bad("reason", "文字中有不能保存的字符（NUL）");
        }
        record.hash = hash_of(&text);
        Ok(record)
    }
}

/// Adds `entry` to the chain inside the caller's transaction; gives its number and hash. To be called
/// last, right before the commit: until then nobody else can append.
///
/// # Errors
/// SEAL-021: the entry can't be written like that (nothing was). SEAL-022: the chain has no end.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<Anchor> {
    append_all(tx, std::slice::from_ref(entry)).await
}

/// Adds `entries` in their order, in one turn; gives number and hash of the last.
///
/// # Errors
/// Those of [`append`].
pub async fn append_all(tx: &mut Tx, entries: &[Entry]) -> Result<Anchor> {
    let mut last = tx.fetch_all::<Anchor>(LOCK, vec![]).await?.pop().ok_or(Error::NoHead)?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let record = entry.follow(last)?;
        last = Anchor { seq: record.seq, hash: record.hash.clone() };
        rows.push(values(record));
    }
    // The head moves along by itself: a trigger does it, and refuses what doesn't follow.
    ADD.execute(tx, rows).await?;
    Ok(last)
}

/// The end of the chain as it is now, to be kept where this database's masters have no hand.
///
/// # Errors
/// SEAL-022: the chain has no end.
pub async fn anchor(store: &Store) -> Result<Anchor> {
    head(store).await?.ok_or(Error::NoHead)
}

pub(super) async fn head(store: &Store) -> Result<Option<Anchor>> {
    Ok(store.db.fetch_optional(HEAD, vec![]).await?)
}

/// A value for each column of `ADD`.
fn values(it: Record) -> Vec<Value> {
    vec![
        it.seq.into(),
        it.form.into(),
        it.at.into(),
        it.actor_id.into(),
        it.actor_role.into(),
        it.actor_org.into(),
        it.ip.into(),
        it.device.into(),
        it.action.into(),
        it.object_type.into(),
        it.object_id.into(),
        it.changes.into(),
        it.reason.into(),
        it.result.into(),
        it.trace_id.into(),
        it.prev_hash.into(),
        it.hash.into(),
    ]
}
