//! The form: a new row, or changes to one that is still open.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Violation, role::Basis};
use seal::audit;
use serde_json::{Map, Value as Json};
use store::{ColumnKind, Store, Tx, Value};

use crate::{
    Actor, Error, Record, Result,
    act::Step,
    actor::{place_column, sides_named},
    declare::{Check, Entity, FieldDef, Kind, Side},
    history::{self, Event},
    record::empty,
    sql::{self, Columns, Row},
};

/// What the history calls the first and the later saves.
const CREATE: &str = "create";
const UPDATE: &str = "update";
/// What it calls the end of a row that never was handed in.
const DISCARD: &str = "discard";

/// Makes a row in the entity's first state and gives its id. Required fields may still be missing: they are
/// asked for by the first action.
///
/// # Errors
/// [`Error::Forbidden`] where the actor may not make one for the organisation named; [`Error::Invalid`] with
/// everything that is wrong.
pub async fn create(
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    values: &Map<String, Json>,
) -> Result<String> {
    let mut tx = store.db.begin().await?;
    let id = create_in(&mut tx, store, entity, actor, values).await?;
    tx.commit().await?;
    Ok(id)
}

/// As [`create`], in a transaction that is open already: for effects.
///
/// # Errors
/// As [`create`].
pub async fn create_in(
    tx: &mut Tx,
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    values: &Map<String, Json>,
) -> Result<String> {
    let mut record = Record::default();
    let mut wrong = Vec::new();
    read_values(entity, values, &mut record, &mut wrong, |field| !field.kept);
    let moved = moved(tx, entity, &record, &record, &mut wrong).await?;
    wrong.extend(broken(entity.checks, &record, store.clock.today()));
    refuse(wrong)?;
    let roles = entity.makers.1;
    let places = places(entity, &record, &moved, None);
    let mut row = Row { record, places };
    if !makes(entity, actor, &row) {
        return Err(Error::Forbidden("新建"));
    }
    if let Some(work) = entity.born {
        let (before, mut changes) = (Record::default(), Record::default());
        let step = Step::new(tx, store, actor, (&before, &row.record), "", &mut changes);
        work(step.over(entity, entity.makers.0, &row)).await?;
        row.record = merged(&row.record, &changes);
    }
    let Row { mut record, .. } = row;
    let (id, now) = (store.ids.next().simple().to_string(), store.clock.now());
    let first = entity.states[0].code;
    for (name, value) in [
        ("id", id.as_str().into()),
        ("status", first.into()),
        ("version", Value::from(1_i64)),
        ("created_by", actor.user.as_str().into()),
        ("created_at", now.into()),
        ("updated_at", now.into()),
    ] {
        record.set(name, value);
    }
    tx.run(sql::insert(entity, &record, &moved)).await.map_err(taken)?;
    let event = Event::new(entity, &id, CREATE, "", first);
    history::write(tx, store, actor, roles, &event.with_changes(entity, &Record::default(), &record)).await?;
    Ok(id)
}

/// Changes the form of a row whose state is open. `version` is the one that the actor saw.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Closed`], [`Error::Forbidden`], [`Error::Conflict`] where the row has changed
/// since, [`Error::Invalid`] with everything that is wrong.
pub async fn update(
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    id: &str,
    version: i64,
    values: &Map<String, Json>,
) -> Result<()> {
    let mut tx = store.db.begin().await?;
    let row = find(&mut tx, entity, actor, id).await?;
    let roles = entity.makers.1;
    if !makes(entity, actor, &row) {
        return Err(Error::Forbidden("修改"));
    }
    if let Some(state) = entity.state(row.record.status()).filter(|it| !it.editable) {
        return Err(Error::Closed(state.title));
    }
    if row.record.version() != version {
        return Err(Error::Conflict);
    }
    let (mut changes, mut wrong) = (Record::default(), Vec::new());
    read_values(entity, values, &mut changes, &mut wrong, |field| !field.fixed && !field.kept);
    let after = merged(&row.record, &changes);
    let moved = moved(&mut tx, entity, &after, &changes, &mut wrong).await?;
    wrong.extend(broken(entity.checks, &after, store.clock.today()));
    refuse(wrong)?;
    // Nobody moves a row out of their own hands.
    let places = places(entity, &after, &moved, Some(&row));
    if !makes(entity, actor, &Row { record: Record::default(), places }) {
        return Err(Error::Forbidden("修改"));
    }
    changes.set("updated_at", store.clock.now().into());
    if tx.run(sql::update(entity, &row.record, &changes, &moved)).await? == 0 {
        return Err(Error::Conflict);
    }
    let event = Event::new(entity, id, UPDATE, row.record.status(), row.record.status());
    history::write(&mut tx, store, actor, roles, &event.with_changes(entity, &row.record, &after)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes away a row that is in its first state and never was handed in; its history stays.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Closed`] where it was handed in once, [`Error::Forbidden`],
/// [`Error::Conflict`].
pub async fn discard(store: &Store, entity: &'static Entity, actor: &Actor, id: &str, version: i64) -> Result<()> {
    let mut tx = store.db.begin().await?;
    let row = find(&mut tx, entity, actor, id).await?;
    if !makes(entity, actor, &row) {
        return Err(Error::Forbidden("删除"));
    }
    let state = entity.state(row.record.status()).ok_or(Error::NotFound)?;
    if *state != entity.states[0] || row.record.has("submitted_by") {
        return Err(Error::Closed(state.title));
    }
    if row.record.version() != version {
        return Err(Error::Conflict);
    }
    let mut changes = Record::default();
    changes.set("deleted_at", store.clock.now().into());
    if tx.run(sql::update(entity, &row.record, &changes, &[])).await? == 0 {
        return Err(Error::Conflict);
    }
    let event = Event::new(entity, id, DISCARD, state.code, "");
    history::write(&mut tx, store, actor, entity.makers.1, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a row is the actor's to make and to change.
fn makes(entity: &'static Entity, actor: &Actor, row: &Row) -> bool {
    let (sides, roles) = entity.makers;
    sides_named(entity, sides).any(|it| actor.holds_over(roles, it, row.place(entity, it)))
}

/// Two rows that may not be there at once were made at the same moment: the later one is told to look again.
fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Sql(sqlx::Error::Database(it)) if it.is_unique_violation() => Error::Conflict,
        other => other.into(),
    }
}

/// The row, where the actor may see it.
pub(crate) async fn find(tx: &mut Tx, entity: &'static Entity, actor: &Actor, id: &str) -> Result<Row> {
    let columns = Columns::of(entity);
    let mut built = sql::select(entity, &columns, actor);
    sql::one(&mut built, id);
    let cells = tx.rows(built, columns.kinds()).await?.pop().ok_or(Error::NotFound)?;
    Ok(columns.record(cells))
}

/// `before` with `changes` over it.
pub(crate) fn merged(before: &Record, changes: &Record) -> Record {
    let mut after = before.clone();
    for (name, value) in changes.columns() {
        after.set(name, value.clone());
    }
    after
}

/// Reads the JSON values of fields that `may` be set; unknown and forbidden ones are violations.
pub(crate) fn read_values(
    entity: &'static Entity,
    values: &Map<String, Json>,
    into: &mut Record,
    wrong: &mut Vec<Violation>,
    may: impl Fn(&FieldDef) -> bool,
) {
    for (name, json) in values {
        let Some(field) = entity.field(name) else {
            wrong.push(Violation::error("FLD-001", "", format!("没有“{name}”这个字段")));
            continue;
        };
        if !may(field) {
            wrong.push(Violation::error("FLD-002", field.name, format!("{}不能修改", field.title)));
            continue;
        }
        match value_of(field, json) {
            Ok(value) => into.set(field.name, value),
            Err(message) => wrong.push(Violation::error("FLD-003", field.name, message)),
        }
    }
}

/// A JSON value as the field's type. The error is a Chinese sentence.
fn value_of(field: &FieldDef, json: &Json) -> Result<Value, String> {
    let title = field.title;
    if json.is_null() || json.as_str().is_some_and(|it| it.trim().is_empty()) {
        return Ok(empty(field));
    }
    let words = || json.as_str().map(str::trim).ok_or_else(|| format!("{title}应为文字"));
    Ok(match field.kind {
        Kind::Text(longest) => {
            let words = words()?;
            let length = words.chars().count();
            if length > usize::from(longest) {
                return Err(format!("{title}最多 {longest} 字，现有 {length} 字"));
            }
            if words.chars().any(|it| it.is_control() && it != '\n') {
                return Err(format!("{title}含有不可见的控制字符"));
            }
            words.into()
        }
        Kind::Code(set) => {
            let code = words()?;
            if set.name(code).is_none() {
                return Err(format!("{title}没有“{code}”这个选项"));
            }
            code.into()
        }
        Kind::Ref(_) => words()?.into(),
        Kind::Int | Kind::Amount => json.as_i64().ok_or_else(|| format!("{title}应为整数"))?.into(),
        Kind::Bool => json.as_bool().ok_or_else(|| format!("{title}应为是或否"))?.into(),
        Kind::Date => {
            let day: NaiveDate = words()?.parse().map_err(|_| format!("{title}应写成 YYYY-MM-DD，且是真实的日期"))?;
            day.into()
        }
        Kind::Time => {
            let moment: DateTime<Utc> = words()?.parse().map_err(|_| format!("{title}应为 RFC 3339 格式的时刻"))?;
            moment.into()
        }
    })
}

/// Where a row lies on its sides when `after` is saved: `moved` has the paths that are new, `row` the others.
fn places(entity: &'static Entity, after: &Record, moved: &[(String, String)], row: Option<&Row>) -> Vec<String> {
    let place = |side: &Side| match side.basis {
        Basis::Affiliation => {
            let column = place_column(side);
            let new = moved.iter().find(|it| it.0 == column).map(|it| it.1.as_str());
            new.or_else(|| row.map(|it| it.place(entity, side))).unwrap_or_default().to_owned()
        }
        Basis::Territory | Basis::Grid => after.words(side.field).to_owned(),
    };
    entity.sides.iter().map(place).collect()
}

/// Path columns of the sides whose organisation is among `changes`, with their new paths.
pub(crate) async fn moved(
    tx: &mut Tx,
    entity: &'static Entity,
    after: &Record,
    changes: &Record,
    wrong: &mut Vec<Violation>,
) -> Result<Vec<(String, String)>> {
    let mut moved = Vec::new();
    let affiliated = entity.sides.iter().filter(|it| it.basis == Basis::Affiliation);
    for side in affiliated.filter(|it| changes.raw(it.field).is_some()) {
        moved.push((place_column(side), path(tx, side, after, wrong).await?));
    }
    Ok(moved)
}

/// The path of the organisation on a side; empty where none is named.
async fn path(tx: &mut Tx, side: &Side, record: &Record, wrong: &mut Vec<Violation>) -> Result<String> {
    let org = record.words(side.field);
    if org.is_empty() {
        return Ok(String::new());
    }
    let found = tx.rows(sql::path_of(org), &[ColumnKind::Text]).await?;
    if let Some(Value::Text(Some(path))) = found.into_iter().flatten().next() {
        return Ok(path);
    }
    wrong.push(Violation::error("FLD-004", side.field, format!("没有这个{}组织", side.title)));
    Ok(String::new())
}

/// Required fields that are missing: asked for by every action.
pub(crate) fn missing(entity: &'static Entity, record: &Record) -> Vec<Violation> {
    let empty = entity.fields().filter(|it| it.required && !record.has(it.name));
    empty.map(|it| Violation::error("FLD-005", it.name, format!("请填写{}", it.title))).collect()
}

/// What the checks say, warnings left out: those are for the form to show.
pub(crate) fn broken(checks: &[Check], record: &Record, today: NaiveDate) -> Vec<Violation> {
    checks.iter().filter_map(|check| check(record, today).err()).filter(Violation::stops).collect()
}

/// An error with all of them, where there are any.
pub(crate) fn refuse(wrong: Vec<Violation>) -> Result<()> {
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// The audit entry's changes: what differs between two records; masked fields as hashes.
pub(crate) fn audited(entity: &'static Entity, before: &Record, after: &Record) -> audit::Changes {
    let mut changes = audit::Changes::none();
    for field in entity.fields() {
        let (old, new) = (before.raw(field.name), after.raw(field.name));
        let json = |it: Option<&Value>| it.map_or(Json::Null, crate::read::json_of);
        if json(old) != json(new) {
            changes = match field.mask {
                crate::declare::Mask::Open => changes.plain(field.name, json(old), json(new)),
                _ => changes.plain(field.name, "（已遮蔽）", "（已遮蔽）"),
            };
        }
    }
    changes
}
