//! Grids (01 §1.3): the basis on which emerging fields are looked after.
//!
//! A grid ends by being merged, split or retired; what became of it stands in `grid_lineage`. Visits and figures of
//! the past stay with the old grid, and what is in it now must have gone elsewhere first (GRID-002). Boundaries are
//! kept as they come (`GeoJSON`, GCJ-02); whether two overlap is for whoever draws them.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Violation, division, org::OrgCategory};
use seal::audit::{self, Changes, Event};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use store::{Store, Tx, Value};

use crate::{Desk, Error, Result, Saved, codes, error::refuse, orgs};

macro_rules! columns {
    () => {
        "id, grid_code, name, grid_type, level, parent_grid_id, street_org_id, division_code, boundary, \
         grid_lead_user_id, grid_party_org_id, main_position_id, status, valid_from, valid_to, version, created_at, \
         updated_at"
    };
}
const INSERT: &str = concat!(
    "insert into grid (",
    columns!(),
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'active', $13, null, 1, $14, $14) \
     on conflict (grid_code) do nothing"
);
const BY_ID: &str = concat!("select ", columns!(), " from grid where id = $1");
/// Of a street, as they stood on a day.
const OF_STREET: &str = concat!(
    "select ",
    columns!(),
    " from grid where street_org_id = $1 and valid_from <= $2 and (valid_to is null or $2 < valid_to) order by grid_code"
);
const UPDATE: &str = "update grid set name = $3, boundary = $4, grid_lead_user_id = $5, grid_party_org_id = $6, \
     main_position_id = $7, updated_at = $8, version = version + 1 where id = $1 and version = $2 and status = 'active'";
const LOCK: &str = "update grid set version = version where id = $1";
/// Organisations and micro grids that still belong to a grid.
const CONTENTS: &str = "select (select count(*) from party_org where grid_id = $1) \
     + (select count(*) from grid where parent_grid_id = $1 and status = 'active')";
const MOVE_ORGS: &str = "update party_org set grid_id = $2, updated_at = $3, version = version + 1 where grid_id = $1";
const MOVE_GRIDS: &str = "update grid set parent_grid_id = $2, updated_at = $3, version = version + 1 \
     where parent_grid_id = $1 and status = 'active'";
const CLOSE: &str = "update grid set status = $3, valid_to = $4, updated_at = $5, version = version + 1 \
     where id = $1 and version = $2 and status = 'active'";
const LINEAGE: &str = "insert into grid_lineage (from_grid_id, to_grid_id, kind, on_day) values ($1, $2, $3, $4)";
const SUCCESSORS: &str =
    "select to_grid_id, kind, on_day from grid_lineage where from_grid_id = $1 order by to_grid_id";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] =
    &[INSERT, BY_ID, OF_STREET, UPDATE, LOCK, CONTENTS, MOVE_ORGS, MOVE_GRIDS, CLOSE, LINEAGE, SUCCESSORS];

/// A grid.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns are those of New and of the migration, where each is explained")]
pub struct Grid {
    pub id: String,
    pub grid_code: String,
    pub name: String,
    pub grid_type: String,
    pub level: i64,
    pub parent_grid_id: Option<String>,
    pub street_org_id: String,
    pub division_code: String,
    pub boundary: Option<Json<serde_json::Value>>,
    pub grid_lead_user_id: Option<String>,
    pub grid_party_org_id: Option<String>,
    pub main_position_id: Option<String>,
    pub status: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A grid to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct New {
    /// Its code: unique, never used again. Advised: division of the street, two digits of kind, three in order.
    pub grid_code: String,
    /// Code of [`codes::GRID_TYPE`].
    pub grid_type: String,
    /// The grid that a micro grid is part of; none for a grid.
    pub parent_grid_id: Option<String>,
    /// The street's or town's committee.
    pub street_org_id: String,
    /// Division of the street.
    pub division_code: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// What may be changed later.
    pub form: Form,
}

/// What may be changed of a grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Its name.
    pub name: String,
    /// `GeoJSON`, GCJ-02.
    pub boundary: Option<serde_json::Value>,
    /// Who leads it.
    pub grid_lead_user_id: Option<String>,
    /// Its Party organisation.
    pub grid_party_org_id: Option<String>,
    /// Its main service position.
    pub main_position_id: Option<String>,
}

/// How a grid ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Its area is another grid's now.
    Merged(String),
    /// Its area is that of several grids now.
    Split(Vec<String>),
    /// It has no successor.
    Retired,
}

impl Ending {
    /// The status afterwards.
    const fn status(&self) -> &'static str {
        match self {
            Self::Merged(_) => "merged",
            Self::Split(_) => "split",
            Self::Retired => "retired",
        }
    }

    /// The successors and what the lineage calls it.
    fn successors(&self) -> (Vec<&str>, &'static str) {
        match self {
            Self::Merged(into) => (vec![into], "merge"),
            Self::Split(parts) => (parts.iter().map(String::as_str).collect(), "split"),
            Self::Retired => (Vec::new(), ""),
        }
    }
}

/// One step of a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Successor {
    /// The later grid.
    pub to_grid_id: String,
    /// `merge` or `split`.
    pub kind: String,
    /// The day.
    pub on_day: NaiveDate,
}

/// Draws a grid.
///
/// # Errors
/// [`Error::Invalid`]: `GRID-003` code or name, `GRID-004` the street, `GRID-005` the grid above, `GRID-006` the code
/// is taken, `ORG-013`, `PPL-010`.
pub async fn create(desk: &Desk<'_>, new: &New) -> Result<Saved> {
    let id = desk.id();
    let mut tx = desk.store.db.begin().await?;
    let mut found = Vec::new();
    if new.grid_code.trim().is_empty() || new.form.name.trim().is_empty() {
        found.push(Violation::error("GRID-003", "grid_code", "请填写网格编码和名称"));
    }
    codes::check(&codes::GRID_TYPE, "grid_type", &new.grid_type, &mut found);
    if division::resolve(&new.division_code, desk.today()).is_none() {
        found.push(Violation::error("ORG-013", "division_code", "所属行政区划不存在"));
    }
    // Grids are locked before organisations, here as in every other function.
    let level = i64::from(new.parent_grid_id.is_some()) + 1;
    if let Some(parent) = &new.parent_grid_id {
        let above = lock(&mut tx, parent).await.ok().filter(|it| it.level == 1 && it.status == "active");
        if above.is_none_or(|it| it.street_org_id != new.street_org_id) {
            found.push(Violation::error("GRID-005", "parent_grid_id", "微网格须属于同一街镇的网格"));
        }
    }
    match orgs::lock(&mut tx, &new.street_org_id).await {
        Ok(street) if matches!(street.category()?, OrgCategory::WorkCommittee | OrgCategory::TownCommittee) => {}
        Ok(_) | Err(Error::NotFound) => {
            found.push(Violation::error("GRID-004", "street_org_id", "网格须属于街道党工委或镇党委"));
        }
        Err(other) => return Err(other),
    }
    let warnings = refuse(found)?;
    let args: Vec<Value> = vec![
        id.as_str().into(),
        new.grid_code.trim().into(),
        new.form.name.trim().into(),
        new.grid_type.as_str().into(),
        level.into(),
        new.parent_grid_id.clone().into(),
        new.street_org_id.as_str().into(),
        new.division_code.as_str().into(),
        new.form.boundary.clone().into(),
        new.form.grid_lead_user_id.clone().into(),
        new.form.grid_party_org_id.clone().into(),
        new.form.main_position_id.clone().into(),
        new.valid_from.into(),
        desk.store.clock.now().into(),
    ];
    if tx.execute(INSERT, args).await? == 0 {
        return Err(Error::rule("GRID-006", "grid_code", "该网格编码已被使用"));
    }
    let mut entry = desk.entry("grid.create", "grid", &id);
    entry.changes = Changes::none().plain("grid_code", (), new.grid_code.trim());
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Saved { id, version: 1, warnings })
}

/// Changes a grid at work.
///
/// # Errors
/// [`Error::Conflict`] where `version` isn't the one in the database, or the grid has ended; `GRID-003`.
pub async fn update(desk: &Desk<'_>, id: &str, version: i64, form: &Form) -> Result<Saved> {
    if form.name.trim().is_empty() {
        return Err(Error::rule("GRID-003", "name", "请填写网格名称"));
    }
    let mut tx = desk.store.db.begin().await?;
    let args: Vec<Value> = vec![
        id.into(),
        version.into(),
        form.name.trim().into(),
        form.boundary.clone().into(),
        form.grid_lead_user_id.clone().into(),
        form.grid_party_org_id.clone().into(),
        form.main_position_id.clone().into(),
        desk.store.clock.now().into(),
    ];
    if tx.execute(UPDATE, args).await? == 0 {
        return Err(Error::Conflict);
    }
    let mut entry = desk.entry("grid.update", "grid", id);
    entry.changes = Changes::none().plain("name", (), form.name.trim());
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Saved { id: id.to_owned(), version: version + 1, warnings: Vec::new() })
}

/// The grid with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn by_id(store: &Store, id: &str) -> Result<Grid> {
    store.db.fetch_optional(BY_ID, vec![id.into()]).await?.ok_or(Error::NotFound)
}

/// The grids of a street as they stood on a day, by code.
pub async fn of_street(store: &Store, street_org_id: &str, on: NaiveDate) -> Result<Vec<Grid>> {
    Ok(store.db.fetch_all(OF_STREET, vec![street_org_id.into(), on.into()]).await?)
}

/// What became of a grid.
pub async fn successors(store: &Store, id: &str) -> Result<Vec<Successor>> {
    Ok(store.db.fetch_all(SUCCESSORS, vec![id.into()]).await?)
}

/// Organisations and micro grids that still belong to a grid. Other modules count what is theirs.
pub async fn contents(store: &Store, id: &str) -> Result<i64> {
    Ok(store.db.fetch_one::<(i64,)>(CONTENTS, vec![id.into()]).await?.0)
}

/// Moves all organisations and micro grids of a grid to another one; gives how many they were.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] with `GRID-007` where the other one has ended, or is the same.
pub async fn move_contents(desk: &Desk<'_>, from: &str, to: &str) -> Result<u64> {
    let mut tx = desk.store.db.begin().await?;
    // Both locks in the order of ids: two moves in opposite directions can't wait for each other.
    let mut both = [from, to];
    both.sort_unstable();
    lock(&mut tx, both[0]).await?;
    lock(&mut tx, both[1]).await?;
    open(&mut tx, to, from).await?;
    let args = || -> Vec<Value> { vec![from.into(), to.into(), desk.store.clock.now().into()] };
    let moved = tx.execute(MOVE_ORGS, args()).await? + tx.execute(MOVE_GRIDS, args()).await?;
    let mut entry = desk.entry(Event::Bulk, "grid", from);
    entry.changes = Changes::none().plain("to_grid_id", from, to).plain("objects", (), moved);
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Ends a grid; `on` is the first day on which it is no longer valid. `others` are the objects of other modules that
/// still belong to it, which the caller has counted.
///
/// # Errors
/// [`Error::Conflict`]; [`Error::Invalid`]: `GRID-002` something still belongs to it, `GRID-007` a successor that has
/// ended, is the grid itself, or is missing, `GRID-008` a day before its first or in the future.
pub async fn close(
    desk: &Desk<'_>,
    id: &str,
    version: i64,
    ending: &Ending,
    on: NaiveDate,
    others: u32,
) -> Result<Saved> {
    let mut tx = desk.store.db.begin().await?;
    let grid = lock(&mut tx, id).await?;
    if grid.version != version || grid.status != "active" {
        return Err(Error::Conflict);
    }
    if on < grid.valid_from || on > desk.today() {
        return Err(Error::rule("GRID-008", "valid_to", "停用日不得早于启用日，也不得晚于今天"));
    }
    let inside: (i64,) = tx.fetch_optional(CONTENTS, vec![id.into()]).await?.unwrap_or_default();
    let left = inside.0 + i64::from(others);
    if left > 0 {
        return Err(Error::rule("GRID-002", "status", format!("尚有{left}个对象未转格")));
    }
    let (successors, kind) = ending.successors();
    if successors.is_empty() && *ending != Ending::Retired {
        return Err(Error::rule("GRID-007", "to_grid_id", "请选择承接的网格"));
    }
    for to in successors {
        open(&mut tx, to, id).await?;
        tx.execute(LINEAGE, vec![id.into(), to.into(), kind.into(), on.into()]).await?;
    }
    let now = desk.store.clock.now();
    let args: Vec<Value> = vec![id.into(), version.into(), ending.status().into(), on.into(), now.into()];
    if tx.execute(CLOSE, args).await? == 0 {
        return Err(Error::Conflict);
    }
    let mut entry = desk.entry(Event::Transition, "grid", id);
    entry.changes = Changes::none().plain("status", "active", ending.status());
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Saved { id: id.to_owned(), version: version + 1, warnings: Vec::new() })
}

async fn lock(tx: &mut Tx, id: &str) -> Result<Grid> {
    tx.execute(LOCK, vec![id.into()]).await?;
    tx.fetch_optional(BY_ID, vec![id.into()]).await?.ok_or(Error::NotFound)
}

/// `GRID-007` unless `id` is a grid at work other than `not`.
async fn open(tx: &mut Tx, id: &str, not: &str) -> Result<()> {
    let found: Option<Grid> = tx.fetch_optional(BY_ID, vec![id.into()]).await?;
    if id != not && found.is_some_and(|it| it.status == "active") {
        return Ok(());
    }
    Err(Error::rule("GRID-007", "to_grid_id", "承接的网格不存在、已停用或就是本网格"))
}
