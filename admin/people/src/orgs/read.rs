//! Reading organisations. The organisation above is read along, since abilities follow from it.

use std::sync::LazyLock;

use chrono::NaiveDate;
use domain::role::Node;
use store::{Built, ColumnKind, Keys, Store, Tx, Value};

use super::record::{Org, columns};
use crate::{Error, Result, scope};

/// `select … from party_org` with the kind of the parent, and what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select ",
            columns!(),
            ", (select p.org_category from party_org p where p.id = party_org.parent_id) as parent_category, \
             (select p.work_kind from party_org p where p.id = party_org.parent_id) as parent_work_kind \
             from party_org ",
            $rest
        )
    };
}

const BY_ID: &str = select!("where id = $1");
const BY_CODE: &str = select!("where org_code = $1");
const CHILDREN: &str = select!("where parent_id = $1 order by no");
const SUBTREE: &str = select!("where path >= $1 and path < $2 and path > $3 order by path limit $4");
/// Updates nothing: both databases lock the row for it until the transaction ends.
const LOCK: &str = "update party_org set version = version where id = $1";
const PATH_ON: &str = "select path from org_path_history \
     where org_id = $1 and valid_from <= $2 and (valid_to is null or $2 < valid_to)";
static BY_PATHS: LazyLock<Keys> = LazyLock::new(|| Keys::new(select!("where path in"), 8, "order by path"));
static BY_IDS: LazyLock<Keys> = LazyLock::new(|| Keys::new(select!("where id in"), 50, ""));

/// Every statement of this module.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    vec![BY_ID, BY_CODE, CHILDREN, SUBTREE, LOCK, PATH_ON, BY_PATHS.sql(), BY_IDS.sql()]
}

/// The organisation with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_id(store: &Store, id: &str) -> Result<Org> {
    store.db.fetch_optional(BY_ID, vec![id.into()]).await?.ok_or(Error::NotFound)
}

/// The organisation with this id, where it is in the scope.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or none in the scope: the two read the same.
pub async fn find(store: &Store, scope: &[Node], id: &str) -> Result<Org> {
    let mut built = Built::default();
    built.text("select id from party_org where id = ").arg(id).text(" and ");
    scope::orgs(&mut built, scope);
    if store.db.rows(built, &[ColumnKind::Text]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    by_id(store, id).await
}

/// The organisation with this national code.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_code(store: &Store, org_code: &str) -> Result<Org> {
    store.db.fetch_optional(BY_CODE, vec![org_code.trim().into()]).await?.ok_or(Error::NotFound)
}

/// What stands directly below an organisation, oldest first.
pub async fn children(store: &Store, id: &str) -> Result<Vec<Org>> {
    Ok(store.db.fetch_all(CHILDREN, vec![id.into()]).await?)
}

/// An organisation and everything below it, by path; at most `limit` rows behind the path `after` (empty: from
/// the beginning).
pub async fn subtree(store: &Store, path: &str, after: &str, limit: u32) -> Result<Vec<Org>> {
    let (from, to) = scope::below(path);
    Ok(store.db.fetch_all(SUBTREE, vec![from.into(), to.into(), after.into(), i64::from(limit).into()]).await?)
}

/// What stands above an organisation, from the root down, itself left out.
pub async fn ancestors(store: &Store, path: &str) -> Result<Vec<Org>> {
    let ends = path.match_indices('.').map(|(at, _)| path[..=at].to_owned());
    let above: Vec<String> = ends.filter(|it| it != path).collect();
    let mut found = Vec::with_capacity(above.len());
    for page in BY_PATHS.pages(&above) {
        found.extend(store.db.fetch_all::<Org>(BY_PATHS.sql(), page).await?);
    }
    Ok(found)
}

/// The path that an organisation had on a day; `None` where it didn't exist yet.
pub async fn path_on(store: &Store, id: &str, on: NaiveDate) -> Result<Option<String>> {
    let found: Option<(String,)> = store.db.fetch_optional(PATH_ON, vec![id.into(), on.into()]).await?;
    Ok(found.map(|it| it.0))
}

/// Organisations of a scope whose code, short name or full name begins with `words`; nearly every full name
/// begins with 中国共产党 or 中共, which may be left out. At most 50, by path.
pub async fn search(store: &Store, scope: &[Node], words: &str) -> Result<Vec<Org>> {
    const MOST: i64 = 50;
    let words = words.trim();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut built = Built::default();
    built.text("select id from party_org where (");
    let names = ["", "中国共产党", "中共"].map(|it| ("full_name", format!("{it}{words}")));
    let others = [("org_code", words.to_owned()), ("short_name", words.to_owned())];
    for (at, (column, begins)) in names.into_iter().chain(others).enumerate() {
        built.text(if at > 0 { " or (" } else { "(" });
        scope::range(&mut built, column, scope::prefix(&begins));
        built.text(")");
    }
    built.text(") and ");
    scope::orgs(&mut built, scope);
    built.text(" order by path limit ").arg(MOST);
    let ids: Vec<String> =
        store.db.rows(built, &[ColumnKind::Text]).await?.into_iter().filter_map(first_text).collect();
    let mut found: Vec<Org> = Vec::with_capacity(ids.len());
    for page in BY_IDS.pages(&ids) {
        found.extend(store.db.fetch_all::<Org>(BY_IDS.sql(), page).await?);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The first cell of a row, a text.
pub(crate) fn first_text(row: Vec<Value>) -> Option<String> {
    match row.into_iter().next() {
        Some(Value::Text(text)) => text,
        _ => None,
    }
}

/// Locks an organisation until the transaction ends, and reads it as it is then.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn lock(tx: &mut Tx, id: &str) -> Result<Org> {
    tx.execute(LOCK, vec![id.into()]).await?;
    read(tx, id).await
}

/// Reads an organisation inside a transaction.
pub(super) async fn read(tx: &mut Tx, id: &str) -> Result<Org> {
    tx.fetch_optional(BY_ID, vec![id.into()]).await?.ok_or(Error::NotFound)
}
