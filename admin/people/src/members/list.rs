//! Reading members: one, by a number, lists, counts. All that comes out is masked.

use std::sync::LazyLock;

use domain::{
    identity::Identity,
    member::{MembershipStatus, PersonCategory},
    phone,
    role::Node,
};
use seal::{KeyRing, Kind};
use serde::Serialize;
use store::{Built, ColumnKind, Keys, Store, Tx, Value};

use super::record::{Member, columns};
use crate::{Desk, Error, Result, scope};

/// Rows on a page at most.
pub const MOST: usize = 100;

static BY_IDS: LazyLock<Keys> = LazyLock::new(|| {
    Keys::new(concat!("select ", columns!(), " from party_member where id in"), MOST, "order by id desc")
});
static BY_ID: LazyLock<Keys> =
    LazyLock::new(|| Keys::new(concat!("select ", columns!(), " from party_member where id in"), 1, ""));

/// Every statement of this module whose text is fixed.
#[cfg(test)]
pub(super) fn sql() -> Vec<&'static str> {
    vec![BY_IDS.sql(), BY_ID.sql()]
}

/// What is wanted of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The name begins so.
    pub name: String,
    /// Only this status.
    pub status: Option<MembershipStatus>,
    /// Only this category.
    pub category: Option<PersonCategory>,
    /// The last id of the page before.
    pub after: Option<String>,
    /// Rows wanted, at most [`MOST`]; 0: twenty.
    pub limit: usize,
}

/// A page of members, newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Member>,
    /// To be given as `after` for the next page; absent on the last.
    pub next: Option<String>,
}

/// How many members of one category have one status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Code of the category.
    pub category: String,
    /// Code of the status.
    pub status: String,
    /// Members.
    pub members: i64,
}

/// A page of the members of a scope.
///
/// The whole city is walked from its newest id. A part of it is collected from the index of its scope first and
/// sorted then: walking would pass everybody else on the way to a part whose members were all entered long ago, and
/// planners believe that walk to be short. So a page costs by the size of the part.
pub async fn list(store: &Store, keys: &KeyRing, scope: &[Node], query: &Query) -> Result<Page> {
    let is_whole = scope.contains(&Node::City);
    let mut built = Built::default();
    built.text(if is_whole { "" } else { "with part as materialized (" });
    built.text("select id from party_member where ");
    scope::members(&mut built, scope);
    let name = query.name.trim();
    if !name.is_empty() {
        built.text(" and ");
        scope::range(&mut built, "name", scope::prefix(name));
    }
    if let Some(status) = query.status {
        built.text(" and membership_status = ").arg(status.code());
    }
    if let Some(category) = query.category {
        built.text(" and person_category = ").arg(category.code());
    }
    if let Some(after) = &query.after {
        built.text(" and id < ").arg(after);
    }
    let limit = if query.limit == 0 { 20 } else { query.limit.min(MOST) };
    built.text(if is_whole { "" } else { ") select id from part" });
    built.text(" order by id desc limit ").arg(limit as i64 + 1);
    let mut ids = ids(store, built).await?;
    let more = ids.len() > limit;
    ids.truncate(limit);
    let next = ids.last().filter(|_| more).cloned();
    Ok(Page { rows: by_ids(store, keys, &ids).await?, next })
}

async fn ids(store: &Store, built: Built) -> Result<Vec<String>> {
    let rows = store.db.rows(built, &[ColumnKind::Text]).await?;
    let first = |row: Vec<Value>| if let Some(Value::Text(id)) = row.into_iter().next() { id } else { None };
    Ok(rows.into_iter().filter_map(first).collect())
}

/// These rows, newest first, masked.
async fn by_ids(store: &Store, keys: &KeyRing, ids: &[String]) -> Result<Vec<Member>> {
    let mut found = Vec::with_capacity(ids.len());
    for page in BY_IDS.pages(ids) {
        for member in store.db.fetch_all::<Member>(BY_IDS.sql(), page).await? {
            found.push(member.masked(keys)?);
        }
    }
    Ok(found)
}

/// One member of a scope.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or none in the scope: the two read the same.
pub async fn by_id(store: &Store, keys: &KeyRing, scope: &[Node], id: &str) -> Result<Member> {
    let mut built = Built::default();
    built.text("select id from party_member where id = ").arg(id).text(" and ");
    scope::members(&mut built, scope);
    let ids = ids(store, built).await?;
    by_ids(store, keys, &ids).await?.pop().ok_or(Error::NotFound)
}

/// The records of a scope with this identity number: the one on the books, and earlier ones. Newest first.
///
/// # Errors
/// [`Error::Invalid`] with `ID-001` to `ID-004` where it is no number.
pub async fn by_identity(desk: &Desk<'_>, scope: &[Node], number: &str) -> Result<Vec<Member>> {
    let identity = Identity::parse(number, desk.divisions, desk.today()).map_err(|it| Error::Invalid(vec![it]))?;
    by_look_up(desk, scope, "id_card_look_up", Kind::IdNumber, identity.in_full()).await
}

/// The members of a scope with this mobile number, newest first.
///
/// # Errors
/// [`Error::Invalid`] with `PER-002` where it is no number.
pub async fn by_mobile(desk: &Desk<'_>, scope: &[Node], number: &str) -> Result<Vec<Member>> {
    let number = phone::parse_mobile(number).map_err(|it| Error::Invalid(vec![it]))?;
    by_look_up(desk, scope, "mobile_look_up", Kind::Mobile, &number).await
}

async fn by_look_up(desk: &Desk<'_>, scope: &[Node], column: &str, kind: Kind, value: &str) -> Result<Vec<Member>> {
    let mut built = Built::default();
    built.text("select id from party_member where ").text(column).text(" in (");
    for (at, look_up) in desk.keys.look_ups(kind, value).into_iter().enumerate() {
        built.text(if at > 0 { ", " } else { "" }).arg(look_up.hash);
    }
    built.text(") and ");
    scope::members(&mut built, scope);
    built.text(" order by id desc limit ").arg(MOST as i64);
    let ids = ids(desk.store, built).await?;
    by_ids(desk.store, desk.keys, &ids).await
}

/// How many members a scope has, by category and status.
pub async fn counts(store: &Store, scope: &[Node]) -> Result<Vec<Count>> {
    let mut built = Built::default();
    built.text("select person_category, membership_status, count(*) from party_member where ");
    scope::members(&mut built, scope);
    built.text(" group by person_category, membership_status order by person_category, membership_status");
    let rows = store.db.rows(built, &[ColumnKind::Text, ColumnKind::Text, ColumnKind::Int]).await?;
    let count = |row: Vec<Value>| match <[Value; 3]>::try_from(row) {
        Ok([Value::Text(Some(category)), Value::Text(Some(status)), Value::Int(Some(members))]) => {
            Some(Count { category, status, members })
        }
        _ => None,
    };
    Ok(rows.into_iter().filter_map(count).collect())
}

/// A member of a scope inside a transaction, as the row stands: with cells, not masked.
///
/// # Errors
/// [`Error::NotFound`], as [`by_id`].
pub(super) async fn read(tx: &mut Tx, scope: &[Node], id: &str) -> Result<Member> {
    let mut built = Built::default();
    built.text("select id from party_member where id = ").arg(id).text(" and ");
    scope::members(&mut built, scope);
    if tx.rows(built, &[ColumnKind::Text]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    tx.fetch_optional(BY_ID.sql(), vec![id.into()]).await?.ok_or(Error::NotFound)
}
