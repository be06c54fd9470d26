//! What happened to a row: one event for every save and action, never changed. The audit log has the same
//! with who and from where; the history is for the people who work with the row.

use chrono::{DateTime, Utc};
use domain::role::Role;
use seal::audit;
use serde::Serialize;
use store::{Store, Tx, Value};

use crate::{Actor, Record, Result, declare::Entity, list, save};

const WRITE: &str = "insert into entity_event (id, entity, row_id, action, from_status, to_status, actor, role, org, \
                     comment, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const READ: &str = "select action, from_status, to_status, actor, role, org, comment, at from entity_event \
                    where entity = $1 and row_id = $2 order by id";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Happened {
    /// Code of the action; `create` and `update` for saves of the form.
    pub action: String,
    /// State before; empty for a new row.
    pub from_status: String,
    /// State after.
    pub to_status: String,
    /// The account.
    pub actor: String,
    /// The role under which it was done.
    pub role: String,
    /// The organisation of the post.
    pub org: String,
    /// What was said; may be empty.
    pub comment: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// An event to be written.
pub(crate) struct Event<'a> {
    entity: &'static Entity,
    row: &'a str,
    action: &'static str,
    from: &'a str,
    to: &'a str,
    comment: &'a str,
    changes: audit::Changes,
}

impl<'a> Event<'a> {
    pub fn new(entity: &'static Entity, row: &'a str, action: &'static str, from: &'a str, to: &'a str) -> Self {
        Self { entity, row, action, from, to, comment: "", changes: audit::Changes::none() }
    }

    pub fn with_changes(self, entity: &'static Entity, before: &Record, after: &Record) -> Self {
        Self { changes: save::audited(entity, before, after), ..self }
    }

    pub fn with_comment(self, comment: &'a str) -> Self {
        Self { comment, ..self }
    }
}

/// Writes an event and its audit entry. The entry comes last: it holds the head of the chain until commit.
pub(crate) async fn write(tx: &mut Tx, store: &Store, actor: &Actor, roles: &[Role], event: &Event<'_>) -> Result<()> {
    let (id, now) = (store.ids.next().simple().to_string(), store.clock.now());
    let role = actor.role_among(roles).map_or("", Role::code);
    let args: Vec<Value> = vec![
        id.into(),
        event.entity.name.into(),
        event.row.into(),
        event.action.into(),
        event.from.into(),
        event.to.into(),
        (&actor.user).into(),
        role.into(),
        (&actor.org).into(),
        event.comment.into(),
        now.into(),
    ];
    tx.execute(WRITE, args).await?;
    let filled = |it: &str| Some(it.to_owned()).filter(|it| !it.is_empty());
    let entry = audit::Entry {
        actor: audit::Actor { id: filled(&actor.user), role: filled(role), org: filled(&actor.org) },
        object_id: Some(event.row.to_owned()),
        changes: event.changes.clone(),
        reason: filled(event.comment),
        trace_id: filled(&actor.trace),
        ..audit::Entry::new(now, event.action, event.entity.name)
    };
    audit::append(tx, &entry).await?;
    Ok(())
}

/// The history of a row that the actor may see, oldest first.
///
/// # Errors
/// [`crate::Error::NotFound`] where the row isn't there or is out of scope.
pub async fn history(store: &Store, entity: &'static Entity, actor: &Actor, id: &str) -> Result<Vec<Happened>> {
    list::get(store, &[], entity, actor, id).await?;
    Ok(store.db.fetch_all(READ, vec![entity.name.into(), id.into()]).await?)
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[WRITE, READ];
