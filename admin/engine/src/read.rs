//! A row as it is shown: values masked, references named, and what may be done with it.

use std::collections::HashMap;

use domain::{identity, phone};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use store::{ColumnKind, Store, Value};

use crate::{
    Actor, Result,
    actor::{sides_named, sides_of},
    declare::{Action, Entity, FieldDef, Kind, Mask},
    sql::{self, Row},
};

/// A row for a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The row's id.
    pub id: String,
    /// The code of its state.
    pub status: String,
    /// What pages call the state.
    pub status_title: &'static str,
    /// To be sent back with every change.
    pub version: i64,
    /// The fields by name; masked ones as words with asterisks, hidden ones not at all.
    pub values: Map<String, Json>,
    /// What the codes and ids among them are called.
    pub titles: Map<String, Json>,
    /// Names of fields that are shown masked, and could be asked for one by one.
    pub masked: Vec<&'static str>,
    /// Codes of the actions that this actor may do now.
    pub actions: Vec<&'static str>,
    /// Whether the form may be changed by this actor now.
    pub editable: bool,
}

/// The actions that an actor may do with a row as it is.
pub(crate) fn available(entity: &'static Entity, actor: &Actor, row: &Row) -> Vec<&'static Action> {
    entity.actions.iter().filter(|action| permitted(entity, actor, row, action)).collect()
}

/// Whether state, roles, side and authorship allow an action.
pub(crate) fn permitted(entity: &'static Entity, actor: &Actor, row: &Row, action: &'static Action) -> bool {
    action.from.iter().any(|it| it.code == row.record.status())
        && sides_of(entity, action).any(|side| actor.may(action, side, row.place(entity, side)))
        && !(action.approval && is_own(actor, row))
}

/// Whether the actor made or submitted the row.
pub(crate) fn is_own(actor: &Actor, row: &Row) -> bool {
    ["created_by", "submitted_by"].iter().any(|it| row.record.words(it) == actor.user)
}

/// Rows for a page: the names of everything they refer to are looked up at once, entity by entity.
pub(crate) async fn show(
    store: &Store,
    entities: &[&'static Entity],
    entity: &'static Entity,
    actor: &Actor,
    rows: Vec<Row>,
) -> Result<Vec<Shown>> {
    let names = names(store, entities, entity, &rows).await?;
    Ok(rows.into_iter().map(|row| shown(entity, actor, &row, &names)).collect())
}

/// Names by entity and id.
type Names = HashMap<(&'static str, String), String>;

async fn names(store: &Store, entities: &[&'static Entity], entity: &'static Entity, rows: &[Row]) -> Result<Names> {
    let mut wanted: HashMap<&'static str, Vec<&str>> = HashMap::new();
    for field in entity.fields() {
        let Kind::Ref(other) = field.kind else { continue };
        let ids = wanted.entry(other).or_default();
        for row in rows {
            let id = row.record.words(field.name);
            if !id.is_empty() && !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let mut names = Names::new();
    for (other, ids) in wanted {
        let Some(target) = entities.iter().find(|it| it.name == other) else { continue };
        if ids.is_empty() {
            continue;
        }
        let rows = store.db.rows(sql::labels(target, &ids), &[ColumnKind::Text, ColumnKind::Text]).await?;
        names.extend(rows.into_iter().filter_map(|cells| match <[Value; 2]>::try_from(cells) {
            Ok([Value::Text(Some(id)), Value::Text(Some(name))]) => Some(((other, id), name)),
            _ => None,
        }));
    }
    Ok(names)
}

fn shown(entity: &'static Entity, actor: &Actor, row: &Row, names: &Names) -> Shown {
    let record = &row.record;
    let (mut values, mut titles, mut masked) = (Map::new(), Map::new(), Vec::new());
    for field in entity.fields() {
        let Some(value) = record.raw(field.name).filter(|_| record.has(field.name)) else { continue };
        if field.mask != Mask::Open {
            masked.push(field.name);
        }
        if let Some(shown) = cover(field, value) {
            values.insert(field.name.to_owned(), shown);
        }
        let title = match field.kind {
            Kind::Code(set) => set.name(record.words(field.name)).map(str::to_owned),
            Kind::Ref(other) => names.get(&(other, record.words(field.name).to_owned())).cloned(),
            _ => None,
        };
        if let Some(title) = title {
            titles.insert(field.name.to_owned(), title.into());
        }
    }
    let state = entity.state(record.status());
    let actions = available(entity, actor, row);
    let makes =
        sides_named(entity, entity.makers.0).any(|it| actor.holds_over(entity.makers.1, it, row.place(entity, it)));
    Shown {
        id: record.id().to_owned(),
        status: record.status().to_owned(),
        status_title: state.map_or("", |it| it.title),
        version: record.version(),
        values,
        titles,
        masked,
        editable: state.is_some_and(|it| it.editable) && makes,
        actions: actions.into_iter().map(|it| it.code).collect(),
    }
}

/// A value as it may be shown to anybody who sees the row.
fn cover(field: &FieldDef, value: &Value) -> Option<Json> {
    let words = if let Value::Text(Some(words)) = value { words.as_str() } else { "" };
    Some(match field.mask {
        Mask::Open => json_of(value),
        Mask::Identity => identity::mask(words).into(),
        Mask::Phone => phone::mask(words).into(),
        Mask::Street => domain::address::mask(words).into(),
        Mask::Hidden => return None,
    })
}

/// A value as JSON: days as `2026-11-01`, moments in RFC 3339.
pub(crate) fn json_of(value: &Value) -> Json {
    match value {
        Value::Text(it) => json!(it),
        Value::Int(it) => json!(it),
        Value::Real(it) => json!(it),
        Value::Bool(it) => json!(it),
        Value::Date(it) => json!(it),
        Value::Time(it) => json!(it),
        Value::Json(it) => json!(it),
        Value::Bytes(_) => Json::Null,
    }
}
