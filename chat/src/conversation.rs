//! Conversations: lists, titles, favourites, deletion. Every statement names the owner: nobody else's
//! conversation can be read, and one that is not there reads the same as one that is another's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::{
    error::{Error, Result},
    session::Caller,
};

const INSERT: &str = "insert into conversation (id, channel, owner, title, favourite, last_seq, created_at, updated_at) \
     values ($1, $2, $3, $4, false, 0, $5, $5)";
const READ: &str = "select id, title, favourite, last_seq, created_at, updated_at, \
     (select count(*) from turn t where t.conversation_id = c.id) as turns, \
     exists (select 1 from turn t where t.conversation_id = c.id and t.status in ('running', 'stopping') \
     and t.lease_until > $3) as running \
     from conversation c where id = $1 and owner = $2 and deleted_at is null";
/// Newest first. `$5`, `$6`: the page key, moment and id of the last row before; `$3`: words in the title or a question.
const LIST: &str = "select id, title, favourite, last_seq, created_at, updated_at, \
     (select count(*) from turn t where t.conversation_id = c.id) as turns, \
     exists (select 1 from turn t where t.conversation_id = c.id and t.status in ('running', 'stopping') \
     and t.lease_until > $7) as running \
     from conversation c where owner = $1 and deleted_at is null and ($2 = false or favourite) \
     and ($3 = '' or title like $4 escape '\\' or exists (select 1 from turn t where t.conversation_id = c.id \
     and t.question like $4 escape '\\')) \
     and (updated_at < coalesce($5, updated_at) or (updated_at = coalesce($5, updated_at) and id < $6)) \
     and exists (select 1 from turn t where t.conversation_id = c.id) \
     order by updated_at desc, id desc limit $8";
const RENAME: &str = "update conversation set title = coalesce($3, title), favourite = coalesce($4, favourite) \
     where id = $1 and owner = $2 and deleted_at is null";
const DELETE: &str = "update conversation set deleted_at = $3 where id = $1 and owner = $2 and deleted_at is null";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[INSERT, READ, LIST, RENAME, DELETE];

/// Longest title, characters.
pub const MAX_TITLE: usize = 60;
/// Characters of the first question that become the title.
const TITLE_OF_QUESTION: usize = 24;
/// Rows of a page at most.
const MAX_PAGE: i64 = 100;

/// A conversation without its turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow, ToSchema)]
pub struct Conversation {
    /// Its id.
    pub id: String,
    /// From the first question, unless the owner chose another.
    pub title: String,
    /// Marked by the owner.
    pub favourite: bool,
    /// Number of the newest event.
    pub last_seq: i64,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When something was last asked or answered.
    pub updated_at: DateTime<Utc>,
    /// Questions so far.
    pub turns: i64,
    /// Whether an answer is on its way.
    pub running: bool,
}

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words in the title or in a question.
    pub q: Option<String>,
    /// Only favourites.
    pub favourite: bool,
    /// [`Page::next`] of the page before.
    pub after: Option<String>,
    /// Rows, 1–100; 0: 20.
    pub limit: i64,
}

/// A page of conversations, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page {
    /// The rows.
    pub items: Vec<Conversation>,
    /// Where the next page starts; absent on the last.
    pub next: Option<String>,
}

/// What can be changed.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// 标题，最多 60 字
    #[schema(max_length = 60)]
    #[serde(default)]
    pub title: Option<String>,
    /// 是否收藏
    #[serde(default)]
    pub favourite: Option<bool>,
}

/// Begins a conversation.
pub async fn create(store: &Store, caller: &Caller) -> Result<Conversation> {
    let (id, now) = (store.ids.next().to_string(), store.clock.now());
    let args = vec![
        id.as_str().into(),
        caller.channel.as_str().into(),
        caller.owner.as_str().into(),
        "新的咨询".into(),
        now.into(),
    ];
    let mut tx = store.db.begin().await?;
    tx.execute(INSERT, args).await?;
    tx.commit().await?;
    read(store, caller, &id).await
}

/// The caller's conversation with this id.
///
/// # Errors
/// [`Error::NoConversation`] where it is not there, deleted, or another's.
pub async fn read(store: &Store, caller: &Caller, id: &str) -> Result<Conversation> {
    let args = vec![id.into(), caller.owner.as_str().into(), store.clock.now().into()];
    let found = store.db.fetch_optional(READ, args).await?;
    found.ok_or_else(|| Error::NoConversation(id.chars().take(64).collect()))
}

/// A page of the caller's conversations; those in which nothing was asked yet are left out.
///
/// # Errors
/// [`Error::Bad`] for a page key that was not ours.
pub async fn list(store: &Store, caller: &Caller, filter: &Filter) -> Result<Page> {
    let limit = if filter.limit <= 0 { 20 } else { filter.limit.min(MAX_PAGE) };
    let (before, id) = match &filter.after {
        Some(key) => page_key(key).map(|(moment, id)| (Some(moment), id))?,
        // Behind every id.
        None => (None, "~".to_owned()),
    };
    let words = filter.q.as_deref().unwrap_or_default().trim().to_owned();
    let args = vec![
        caller.owner.as_str().into(),
        filter.favourite.into(),
        words.as_str().into(),
        store::like(&words).into(),
        before.into(),
        id.into(),
        store.clock.now().into(),
        (limit + 1).into(),
    ];
    let mut items: Vec<Conversation> = store.db.fetch_all(LIST, args).await?;
    let more = items.len() as i64 > limit;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|it| format!("{}~{}", it.updated_at.timestamp_micros(), it.id));
    Ok(Page { items, next })
}

fn page_key(key: &str) -> Result<(DateTime<Utc>, String)> {
    let bad = || Error::Bad { field: "after", reason: "分页位置无效，请从第一页重新查询".to_owned() };
    let (moment, id) = key.split_once('~').ok_or_else(bad)?;
    let moment = moment.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or_else(bad)?;
    Ok((moment, id.to_owned()))
}

/// Changes title or favourite; gives the conversation as it is then.
///
/// # Errors
/// [`Error::NoConversation`]; [`Error::Bad`] for a title that is blank or too long.
pub async fn change(store: &Store, caller: &Caller, id: &str, wanted: &Change) -> Result<Conversation> {
    let title = wanted.title.as_deref().map(str::trim);
    let length = title.map_or(1, |it| it.chars().count());
    if !(1..=MAX_TITLE).contains(&length) {
        return Err(Error::Bad { field: "title", reason: format!("标题应为 1 到 {MAX_TITLE} 字") });
    }
    let title = title.map(guard::personal::mask);
    let args = vec![id.into(), caller.owner.as_str().into(), title.into(), wanted.favourite.into()];
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(RENAME, args).await?;
    tx.commit().await?;
    if touched == 0 {
        return Err(Error::NoConversation(id.chars().take(64).collect()));
    }
    read(store, caller, id).await
}

/// Takes a conversation from its owner's sight. The rows stay until the retention time is over.
///
/// # Errors
/// [`Error::NoConversation`].
pub async fn delete(store: &Store, caller: &Caller, id: &str) -> Result<()> {
    let args = vec![id.into(), caller.owner.as_str().into(), store.clock.now().into()];
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(DELETE, args).await?;
    tx.commit().await?;
    if touched == 0 { Err(Error::NoConversation(id.chars().take(64).collect())) } else { Ok(()) }
}

/// The title that a first question gives.
pub(crate) fn title_of(question: &str) -> String {
    let line = question.lines().find(|it| !it.trim().is_empty()).unwrap_or_default().trim();
    let mut title: String = line.chars().take(TITLE_OF_QUESTION).collect();
    if line.chars().count() > TITLE_OF_QUESTION {
        title.push('…');
    }
    title
}
