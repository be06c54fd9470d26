//! Moving an organisation under another, with everything below it.
//!
//! The day of the move is the day from which statistics see the new path; it may lie in the past, but not before
//! the last change of any path concerned.

use chrono::NaiveDate;
use seal::audit::{self, Changes, Entry};
use serde::Serialize;
use store::{Tx, Value};

use super::{check, read::lock};
use crate::{Desk, Error, Result, Saved, error::refuse, scope};

/// Moves wait for one another here, so that no two of them together make a circle.
const LOCK_ROOT: &str = "update party_org set version = version where parent_id is null";
const LATER: &str = "select count(*) from org_path_history h where h.valid_to > $3 and exists (select 1 from \
     org_path_history o where o.org_id = h.org_id and o.valid_to is null and o.path >= $1 and o.path < $2)";
/// `$3` the new beginning, `$4` where the rest begins (characters from 1).
const PATHS: &str = "update party_org set path = $3 || substr(path, cast($4 as integer)), updated_at = $5, \
     version = version + 1 where path >= $1 and path < $2";
const PARENT: &str = "update party_org set parent_id = $2 where id = $1 and version = $3";
const MEMBERS: &str = "update party_member set branch_path = $3 || substr(branch_path, cast($4 as integer)) \
     where branch_path >= $1 and branch_path < $2";
const CLOSE_SPANS: &str = "update org_path_history set valid_to = $3 \
     where valid_to is null and valid_from < $3 and path >= $1 and path < $2";
/// What began on that day or later never stood under the old path.
const REWRITE_SPANS: &str = "update org_path_history set path = $3 || substr(path, cast($4 as integer)) \
     where valid_to is null and path >= $1 and path < $2";
const OPEN_SPANS: &str = "insert into org_path_history (org_id, path, valid_from) \
     select o.id, o.path, $3 from party_org o where o.path >= $1 and o.path < $2 \
     and not exists (select 1 from org_path_history h where h.org_id = o.id and h.valid_to is null)";
const SPANS: &str = "select path, valid_from, valid_to from org_path_history where org_id = $1 order by valid_from";

/// Every statement of this module.
#[cfg(test)]
pub(super) const SQL: &[&str] =
    &[LOCK_ROOT, LATER, PATHS, PARENT, MEMBERS, CLOSE_SPANS, REWRITE_SPANS, OPEN_SPANS, SPANS];

/// What a move did. Whoever else keeps copies of paths changes them in the same transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The organisation.
    pub saved: Saved,
    /// Its path before.
    pub from: String,
    /// Its path after.
    pub to: String,
    /// Organisations whose path changed, itself included.
    pub orgs: u64,
    /// Members whose copy of a path changed.
    pub members: u64,
}

/// A path and when it was valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct PathSpan {
    /// The path.
    pub path: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` where it still is.
    pub valid_to: Option<NaiveDate>,
}

/// Every path that an organisation ever had, oldest first.
pub async fn paths_of(store: &store::Store, id: &str) -> Result<Vec<PathSpan>> {
    Ok(store.db.fetch_all(SPANS, vec![id.into()]).await?)
}

/// Moves an organisation under `parent` from the day `on` on; it has to be 调整中, or not at work yet.
///
/// # Errors
/// [`Error::Conflict`] where `version` isn't the one in the database. [`Error::Invalid`]: `ORG-011` it may not
/// stand there, `ORG-016` its state, `ORG-023` under itself, `ORG-024` the day.
pub async fn move_under(desk: &Desk<'_>, id: &str, version: i64, parent: &str, on: NaiveDate) -> Result<Moved> {
    let mut tx = desk.store.db.begin().await?;
    let (moved, entry) = move_under_in(&mut tx, desk, id, version, parent, on).await?;
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(moved)
}

/// As [`move_under`], inside the caller's transaction.
///
/// # Errors
/// Those of [`move_under`].
pub async fn move_under_in(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &str,
    version: i64,
    parent: &str,
    on: NaiveDate,
) -> Result<(Moved, Entry)> {
    tx.execute(LOCK_ROOT, vec![]).await?;
    let above = lock(tx, parent).await?;
    let org = lock(tx, id).await?;
    if org.version != version {
        return Err(Error::Conflict);
    }
    let mut found: Vec<_> = check::adjustable(org.status()?).into_iter().collect();
    check::parent(org.category()?, Some(&above), &mut found)?;
    refuse(found)?;
    if above.path.starts_with(&org.path) {
        return Err(Error::rule("ORG-023", "parent_id", "不能改隶到自身或自己的下级组织"));
    }
    let (from, to) = scope::below(&org.path);
    let ends = |day: NaiveDate| -> Vec<Value> { vec![from.as_str().into(), to.as_str().into(), day.into()] };
    if on > desk.today() {
        return Err(Error::rule("ORG-024", "effective_on", "改隶生效日不得晚于今天"));
    }
    let later: (i64,) = tx.fetch_optional(LATER, ends(on)).await?.unwrap_or_default();
    if later.0 > 0 {
        let message = "该组织或其下级组织在此日之后已有隶属变更，请改用之后的日期";
        return Err(Error::rule("ORG-024", "effective_on", message));
    }

    let path = format!("{}{}.", above.path, org.no);
    // What is kept of a path begins behind the old beginning; paths are ASCII.
    let rest = org.path.len() as i64 + 1;
    let change = || -> Vec<Value> { vec![from.as_str().into(), to.as_str().into(), path.as_str().into(), rest.into()] };
    tx.execute(PARENT, vec![id.into(), parent.into(), version.into()]).await?;
    tx.execute(CLOSE_SPANS, ends(on)).await?;
    tx.execute(REWRITE_SPANS, change()).await?;
    let mut paths = change();
    paths.push(desk.store.clock.now().into());
    let orgs = tx.execute(PATHS, paths).await?;
    let (new_from, new_to) = scope::below(&path);
    tx.execute(OPEN_SPANS, vec![new_from.into(), new_to.into(), on.into()]).await?;
    let members = tx.execute(MEMBERS, change()).await?;

    let mut entry = desk.entry("party_org.move", "party_org", id);
    entry.changes = Changes::none()
        .plain("path", org.path.as_str(), path.as_str())
        .plain("effective_on", (), on.to_string())
        .plain("members", (), members);
    let saved = Saved { id: id.to_owned(), version: version + 1, warnings: Vec::new() };
    Ok((Moved { saved, from: org.path, to: path, orgs, members }, entry))
}
