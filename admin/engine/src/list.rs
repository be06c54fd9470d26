//! Lists: scope, preset, filters, search, key paging, and a count where it is asked for.

use chrono::NaiveDate;
use serde::Serialize;
use store::{Built, ColumnKind, Store, Value};

use crate::{
    Actor, Error, Result,
    actor::{sides_named, sides_of},
    declare::{Entity, FieldDef, Kind, Level, MINE},
    read::{self, Shown},
    sql::{self, Columns, Row},
};

/// Rows on a page at most.
pub const MOST: usize = 100;

/// What is wanted of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Code of a preset; empty: all. `mine` is what the actor may do something with.
    pub preset: String,
    /// Field and value: a code, an id, `true`, or for days and numbers `from..to` with either end left out.
    pub filters: Vec<(String, String)>,
    /// Words with which one of the searched fields begins.
    pub search: String,
    /// The last id of the page before.
    pub after: Option<String>,
    /// Rows wanted, at most [`MOST`]; 0: twenty.
    pub limit: usize,
    /// Whether the rows are to be counted.
    pub count: bool,
}

/// A page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Shown>,
    /// To be given as `after` for the next page; absent on the last.
    pub next: Option<String>,
    /// How many there are in all, where that was asked.
    pub total: Option<i64>,
}

/// A page of what the actor may see. `entities` are all that are registered: references are named by them.
///
/// # Errors
/// [`Error::Asked`] for a preset, filter or value that isn't there; [`Error::Forbidden`] for somebody who may
/// not look at this entity at all.
pub async fn list(
    store: &Store,
    entities: &[&'static Entity],
    entity: &'static Entity,
    actor: &Actor,
    query: &Query,
) -> Result<Page> {
    if !actor.holds(entity.readers) {
        return Err(Error::Forbidden(entity.title));
    }
    let total = if query.count { Some(count(store, entity, actor, query).await?) } else { None };
    let columns = Columns::of(entity);
    let mut built = sql::select(entity, &columns, actor);
    narrow(&mut built, entity, actor, query)?;
    if let Some(after) = &query.after {
        built.text(" and id < ").arg(after);
    }
    let limit = if query.limit == 0 { 20 } else { query.limit.min(MOST) };
    built.text(" order by id desc limit ").arg(limit as i64 + 1);
    let mut rows: Vec<Row> =
        store.db.rows(built, columns.kinds()).await?.into_iter().map(|it| columns.record(it)).collect();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|it| it.record.id().to_owned());
    Ok(Page { rows: read::show(store, entities, entity, actor, rows).await?, next, total })
}

async fn count(store: &Store, entity: &'static Entity, actor: &Actor, query: &Query) -> Result<i64> {
    let mut built = Built::default();
    built.text("select count(*) from ").text(entity.name).text(" where deleted_at is null and ");
    sql::scope(&mut built, actor, entity.readers, entity.sides, false);
    narrow(&mut built, entity, actor, query)?;
    let rows = store.db.rows(built, &[ColumnKind::Int]).await?;
    Ok(match rows.first().and_then(|it| it.first()) {
        Some(Value::Int(Some(count))) => *count,
        _ => 0,
    })
}

/// Preset, filters and search.
fn narrow(built: &mut Built, entity: &'static Entity, actor: &Actor, query: &Query) -> Result<()> {
    if query.preset == MINE {
        mine(built, entity, actor);
    } else if !query.preset.is_empty() {
        let preset = entity.presets.iter().find(|it| it.code == query.preset);
        let preset = preset.ok_or_else(|| Error::Asked(format!("没有“{}”这个视图", query.preset)))?;
        if !preset.states.is_empty() {
            built.text(" and status in (");
            for (at, state) in preset.states.iter().enumerate() {
                built.text(if at > 0 { ", " } else { "" }).arg(state.code);
            }
            built.text(")");
        }
        if !preset.sides.is_empty() {
            let sides: Vec<_> = sides_named(entity, preset.sides).copied().collect();
            built.text(" and ");
            sql::scope(built, actor, entity.readers, &sides, false);
        }
    }
    for (name, value) in &query.filters {
        if name == "status" {
            built.text(" and status = ").arg(value);
            continue;
        }
        let field = entity.filters.iter().find(|it| it.name == name);
        filter(built, field.ok_or_else(|| Error::Asked(format!("不能按“{name}”筛选")))?, value)?;
    }
    let words = query.search.trim();
    if !words.is_empty() && !entity.search.is_empty() {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        for (at, field) in entity.search.iter().enumerate() {
            built.text(if at > 0 { " or " } else { " and (" }).text(field.name).text(" like ");
            built.arg(format!("{escaped}%")).text(" escape '\\'");
        }
        built.text(")");
    }
    Ok(())
}

/// Rows with which the actor may do something now: the same rule as [`read::permitted`], in SQL.
fn mine(built: &mut Built, entity: &'static Entity, actor: &Actor) {
    let mut any = false;
    for action in entity.actions.iter().filter(|it| actor.holds(it.by)) {
        built.text(if any { " or (" } else { " and ((" }).text("status in (");
        for (at, state) in action.from.iter().enumerate() {
            built.text(if at > 0 { ", " } else { "" }).arg(state.code);
        }
        built.text(") and ");
        let sides: Vec<_> = sides_of(entity, action).copied().collect();
        sql::scope(built, actor, action.by, &sides, action.level == Level::Above);
        if action.approval {
            built.text(" and created_by <> ").arg(&actor.user);
            built.text(" and coalesce(submitted_by, '') <> ").arg(&actor.user);
        }
        built.text(")");
        any = true;
    }
    built.text(if any { ")" } else { " and 1 = 0" });
}

fn filter(built: &mut Built, field: &FieldDef, value: &str) -> Result<()> {
    let wrong = || Error::Asked(format!("“{}”的筛选值“{value}”不合要求", field.title));
    let column = field.name;
    match field.kind {
        Kind::Text(_) | Kind::Code(_) | Kind::Ref(_) => {
            built.text(" and ").text(column).text(" = ").arg(value);
        }
        Kind::Bool => {
            let wanted: bool = value.parse().map_err(|_| wrong())?;
            built.text(" and coalesce(").text(column).text(", ").arg(false).text(") = ").arg(wanted);
        }
        Kind::Int | Kind::Amount => range(built, column, value, |it| it.parse::<i64>().ok()).ok_or_else(wrong)?,
        Kind::Date => range(built, column, value, |it| it.parse::<NaiveDate>().ok()).ok_or_else(wrong)?,
        Kind::Time => return Err(Error::Asked(format!("不能按“{}”筛选", field.title))),
    }
    Ok(())
}

/// `from..to`, either end left out, or one value. `None` where an end can't be read or both are missing.
fn range<T: Into<Value>>(built: &mut Built, column: &str, value: &str, read: fn(&str) -> Option<T>) -> Option<()> {
    let Some((from, to)) = value.split_once("..") else {
        built.text(" and ").text(column).text(" = ").arg(read(value)?);
        return Some(());
    };
    if from.is_empty() && to.is_empty() {
        return None;
    }
    for (end, sign) in [(from, " >= "), (to, " <= ")] {
        if !end.is_empty() {
            built.text(" and ").text(column).text(sign).arg(read(end)?);
        }
    }
    Some(())
}

/// One row as the actor may see it.
///
/// # Errors
/// [`Error::NotFound`] where it isn't there or is out of scope: the two read the same.
pub async fn get(
    store: &Store,
    entities: &[&'static Entity],
    entity: &'static Entity,
    actor: &Actor,
    id: &str,
) -> Result<Shown> {
    let columns = Columns::of(entity);
    let mut built = sql::select(entity, &columns, actor);
    sql::one(&mut built, id);
    let cells = store.db.rows(built, columns.kinds()).await?.pop().ok_or(Error::NotFound)?;
    let shown = read::show(store, entities, entity, actor, vec![columns.record(cells)]).await?;
    shown.into_iter().next().ok_or(Error::NotFound)
}
