//! Actions: one transaction from the look at the row to the event in its history.

use domain::{
    Violation,
    role::{Grant, Node, Role},
};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};
use store::{Store, Tx, Value};

use crate::{
    Actor, Error, Record, Result,
    actor::{sides_named, sides_of},
    declare::{Action, Entity, Field, Level, Side},
    history::{self, Event},
    read, record, save,
    sql::{self, Row},
};

const SEEN: &str = "select hash from request_key where actor = $1 and key = $2";
const KEEP: &str = "insert into request_key (actor, key, hash, at) values ($1, $2, $3, $4) on conflict do nothing";

/// The account under which the system acts.
pub const SYSTEM: &str = "system";

/// What somebody wants done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Code of the action.
    pub action: String,
    /// The version that the actor saw; `None`: whatever it is (bulk).
    pub version: Option<i64>,
    /// Values of the fields that the action asks for.
    pub values: Map<String, Json>,
    /// What is said; may be empty unless the action wants it.
    pub comment: String,
    /// A key of the client's own: the same request with the same key does nothing twice.
    pub key: Option<String>,
}

/// What guards and effects work with: the row as it will be, and the transaction.
pub struct Step<'a> {
    /// The open transaction.
    pub tx: &'a mut Tx,
    /// Clock and ids.
    pub store: &'a Store,
    /// Who acts.
    pub actor: &'a Actor,
    /// The row as it was.
    pub before: &'a Record,
    /// The row with what the action brings; the state is still the old one.
    pub row: &'a Record,
    /// What is said.
    pub comment: &'a str,
    changes: &'a mut Record,
    /// Whose act it may be: sides of the row as it was.
    over: Option<(&'static Entity, &'static [&'static str], &'a Row)>,
}

impl<'a> Step<'a> {
    /// `rows` are the row before and after.
    pub(crate) fn new(
        tx: &'a mut Tx,
        store: &'a Store,
        actor: &'a Actor,
        rows: (&'a Record, &'a Record),
        comment: &'a str,
        changes: &'a mut Record,
    ) -> Self {
        Self { tx, store, actor, before: rows.0, row: rows.1, comment, changes, over: None }
    }

    /// With the organisations of `sides`.
    pub(crate) fn over(mut self, entity: &'static Entity, sides: &'static [&str], row: &'a Row) -> Self {
        self.over = Some((entity, sides, row));
        self
    }

    /// The sides whose act it is, with the paths of their organisations.
    fn sides(&self) -> impl Iterator<Item = (&'static Side, &'a str)> {
        let named = |it: (&'static Entity, &'static [&'static str], &'a Row)| {
            sides_named(it.0, it.1).map(move |side| (side, it.2.place(it.0, side)))
        };
        self.over.into_iter().flat_map(named)
    }

    /// Whether the actor holds one of `roles` above an organisation whose act it is.
    pub fn holds_above(&self, roles: &[Role]) -> bool {
        self.sides().any(|it| self.actor.holds_above(roles, it.0, it.1))
    }

    /// The first side for which the actor, holding one of `roles`, acts; empty for none.
    pub fn side(&self, roles: &[Role]) -> &'static str {
        self.sides().find(|it| self.actor.holds_over(roles, it.0, it.1)).map_or("", |it| it.0.code)
    }

    /// Sets a field of the row beside what the action asked for.
    pub fn set<T: record::Read + ?Sized>(&mut self, field: Field<T>, value: T::Out<'_>) {
        self.changes.set(field.def.name, T::write(value));
    }

    /// Empties a field of the row.
    pub fn clear<T: ?Sized>(&mut self, field: Field<T>) {
        self.changes.set(field.def.name, record::empty(&field.def));
    }
}

/// Does an action with a row and gives the code of its new state.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::WrongState`] where it can't be done from here; [`Error::Forbidden`];
/// [`Error::OwnWork`]; [`Error::Conflict`] where somebody was faster; [`Error::Invalid`] with everything that
/// is wrong; [`Error::KeyReused`]. Nothing is written then.
pub async fn act(
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    id: &str,
    request: &Request,
) -> Result<&'static str> {
    let mut tx = store.db.begin().await?;
    let hash = hash(entity, id, request);
    if let Some(key) = &request.key
        && let Some((known,)) = tx.fetch_optional::<(String,)>(SEEN, vec![(&actor.user).into(), key.into()]).await?
    {
        return replayed(&mut tx, entity, actor, id, known == hash).await;
    }
    let row = save::find(&mut tx, entity, actor, id).await?;
    let action = allowed(entity, actor, &row, request)?;
    if let Some(key) = &request.key {
        let args: Vec<Value> = vec![(&actor.user).into(), key.into(), (&hash).into(), store.clock.now().into()];
        if tx.execute(KEEP, args).await? == 0 {
            // The same request is being done by another process at this moment.
            return Err(Error::Conflict);
        }
    }
    let state = perform(&mut tx, store, entity, actor, &row, action, request).await?;
    tx.commit().await?;
    Ok(state)
}

/// Does an action that follows from something else, in that one's transaction, and gives the new state.
/// Whoever writes to the audit log in the same transaction does so afterwards: its head is locked until commit.
///
/// # Errors
/// As [`act`]; [`Error::WrongState`] too where the action is somebody's.
pub async fn by_system(
    tx: &mut Tx,
    store: &Store,
    entity: &'static Entity,
    id: &str,
    request: &Request,
) -> Result<&'static str> {
    let sees = entity.readers.iter().map(|role| Grant { role: *role, node: Node::City }).collect();
    let actor = Actor { user: SYSTEM.to_owned(), org: String::new(), grants: sees, trace: String::new() };
    let row = save::find(tx, entity, &actor, id).await?;
    let action = entity.action(&request.action, row.record.status()).filter(|it| it.level == Level::System);
    let action = action.ok_or_else(|| wrong_state(entity, &row, request))?;
    perform(tx, store, entity, &actor, &row, action, request).await
}

/// What an action would be warned of, with the values that it would bring: for the form to show before it is
/// done. What stops it isn't told here.
///
/// # Errors
/// As [`act`] for the row and the right; nothing is written.
pub async fn warnings(
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    id: &str,
    request: &Request,
) -> Result<Vec<Violation>> {
    let mut tx = store.db.begin().await?;
    let row = save::find(&mut tx, entity, actor, id).await?;
    let action = allowed(entity, actor, &row, request)?;
    let (mut changes, mut wrong) = (Record::default(), Vec::new());
    save::read_values(entity, &request.values, &mut changes, &mut wrong, |_| true);
    let (after, today) = (save::merged(&row.record, &changes), store.clock.today());
    let checks = entity.checks.iter().chain(action.checks);
    Ok(checks.filter_map(|check| check(&after, today).err()).filter(|it| !it.stops()).collect())
}

/// The action itself: checks, guard, effect, update, event.
async fn perform(
    tx: &mut Tx,
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    row: &Row,
    action: &'static Action,
    request: &Request,
) -> Result<&'static str> {
    // From here on nobody else does anything with the row.
    if tx.run(sql::lock(entity, &row.record)).await? == 0 {
        return Err(Error::Conflict);
    }
    let (mut changes, mut wrong) = (Record::default(), Vec::new());
    let asked =
        |field: &crate::declare::FieldDef| action.form.iter().chain(action.offers).any(|it| it.name == field.name);
    save::read_values(entity, &request.values, &mut changes, &mut wrong, asked);
    if action.comment && request.comment.trim().is_empty() {
        wrong.push(Violation::error("FLD-006", "comment", format!("“{}”须填写意见", action.title)));
    }
    let after = save::merged(&row.record, &changes);
    wrong.extend(save::missing(entity, &after));
    let unanswered = action.form.iter().filter(|it| !after.has(it.name) && !it.required);
    wrong.extend(unanswered.map(|it| Violation::error("FLD-005", it.name, format!("请填写{}", it.title))));
    let today = store.clock.today();
    wrong.extend(save::broken(entity.checks, &after, today));
    wrong.extend(save::broken(action.checks, &after, today));
    save::refuse(wrong)?;

    for work in [action.guard, action.effect].into_iter().flatten() {
        let comment = request.comment.trim();
        let step = Step::new(tx, store, actor, (&row.record, &after), comment, &mut changes);
        work(step.over(entity, action.sides, row)).await?;
    }
    let mut wrong = Vec::new();
    let after = save::merged(&row.record, &changes);
    let moved = save::moved(tx, entity, &after, &changes, &mut wrong).await?;
    save::refuse(wrong)?;
    changes.set("status", action.to.code.into());
    changes.set("updated_at", store.clock.now().into());
    if entity.state(row.record.status()).is_some_and(|it| it.editable) {
        changes.set("submitted_by", (&actor.user).into());
    }
    if tx.run(sql::update(entity, &row.record, &changes, &moved)).await? == 0 {
        return Err(Error::Conflict);
    }
    let event = Event::new(entity, row.record.id(), action.code, row.record.status(), action.to.code);
    let event = event.with_comment(request.comment.trim()).with_changes(entity, &row.record, &after);
    history::write(tx, store, actor, action.by, &event).await?;
    Ok(action.to.code)
}

/// What a request that was done before gets: the state that the row is in.
async fn replayed(tx: &mut Tx, entity: &'static Entity, actor: &Actor, id: &str, same: bool) -> Result<&'static str> {
    if !same {
        return Err(Error::KeyReused);
    }
    let row = save::find(tx, entity, actor, id).await?;
    entity.state(row.record.status()).map(|it| it.code).ok_or(Error::NotFound)
}

/// The action, where state, roles, side and authorship allow it: the first of these that doesn't is told.
fn allowed(entity: &'static Entity, actor: &Actor, row: &Row, request: &Request) -> Result<&'static Action> {
    let status = row.record.status();
    let Some(action) = entity.action(&request.action, status) else {
        return Err(wrong_state(entity, row, request));
    };
    if !sides_of(entity, action).any(|side| actor.may(action, side, row.place(entity, side))) {
        return Err(Error::Forbidden(action.title));
    }
    if action.approval && read::is_own(actor, row) {
        return Err(Error::OwnWork);
    }
    if request.version.is_some_and(|it| it != row.record.version()) {
        return Err(Error::Conflict);
    }
    Ok(action)
}

fn wrong_state(entity: &'static Entity, row: &Row, request: &Request) -> Error {
    let known = entity.actions.iter().find(|it| it.code == request.action);
    Error::WrongState {
        action: known.map_or_else(|| request.action.clone(), |it| it.title.to_owned()),
        state: entity.state(row.record.status()).map_or("", |it| it.title).to_owned(),
    }
}

/// What one row of a bulk action came to.
#[derive(Debug)]
pub struct Done {
    /// The row.
    pub id: String,
    /// Its new state, or why nothing was done with it.
    pub outcome: Result<&'static str>,
}

/// Does an action with several rows, each in a transaction of its own: one that fails keeps nobody back.
///
/// # Errors
/// [`Error::Asked`] where the action isn't for several rows, or there are more than 50 (06 §6.1).
pub async fn act_on_all(
    store: &Store,
    entity: &'static Entity,
    actor: &Actor,
    ids: &[String],
    request: &Request,
) -> Result<Vec<Done>> {
    const MOST: usize = 50;
    if !entity.actions.iter().any(|it| it.code == request.action && it.bulk) {
        return Err(Error::Asked("这个操作不能批量办理".to_owned()));
    }
    if ids.len() > MOST {
        return Err(Error::Asked(format!("一次最多办理 {MOST} 条，选了 {} 条", ids.len())));
    }
    let mut done = Vec::with_capacity(ids.len());
    for id in ids {
        let key = request.key.as_ref().map(|key| format!("{key}:{id}"));
        let outcome = act(store, entity, actor, id, &Request { key, version: None, ..request.clone() }).await;
        done.push(Done { id: id.clone(), outcome });
    }
    Ok(done)
}

/// SHA-256 (hex) of everything that makes two requests the same.
fn hash(entity: &Entity, id: &str, request: &Request) -> String {
    let text = serde_json::json!([entity.name, id, request.action, request.version, request.values, request.comment]);
    hex::encode(Sha256::digest(text.to_string()))
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[SEEN, KEEP];
