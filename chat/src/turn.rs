//! Turns: one question with its answer, and the events of its stream.

use std::sync::LazyLock;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use knowledge::answer::{
    assistant::Exchange,
    model::{Answer, State},
};
use serde::{Deserialize, Serialize};
use store::{Rows, Store, Tx, Value};
use utoipa::ToSchema;

use crate::{
    conversation::title_of,
    error::{Error, Result},
    event::{Done, Event, Failure, Numbered},
    session::Caller,
};

/// A running turn whose process says nothing for so long has lost it.
pub(crate) const LEASE_SECONDS: i64 = 15;
/// A lost process may have told its listeners of so many events more than it wrote: their numbers are
/// not used again.
const LOST_EVENTS: i64 = 1_000;
/// Earlier turns that a question may refer to.
const EARLIER: i64 = 8;

/// The reply that is a question back.
const ASKED_BACK: &str = "CLARIFY";

const LOCK: &str = "update conversation set updated_at = $3 \
     where id = $1 and owner = $2 and deleted_at is null returning last_seq";
const BY_COMMAND: &str = "select id, first_seq from turn where conversation_id = $1 and command_id = $2";
const OPEN: &str = "select id, lease_until from turn where conversation_id = $1 and status in ('running', 'stopping')";
const INSERT: &str = "insert into turn (id, conversation_id, command_id, channel, owner, question, asked_at, as_of, \
     status, lease_until, first_seq, last_seq) values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $10)";
const TITLE: &str = "update conversation set title = $2 where id = $1 and last_seq = 0";
const EARLIER_SQL: &str = "select coalesce(condensed, question) as question, answer from turn \
     where conversation_id = $1 and status = 'done' and answer is not null order by first_seq desc limit $2";
const BEAT: &str = "update turn set lease_until = $2, last_seq = coalesce($3, last_seq) where id = $1 and status in ('running', 'stopping') \
     returning status";
const SEQ: &str = "update conversation set last_seq = $2, updated_at = $3 where id = $1";
const FINISH: &str = "update turn set status = $2, state = $3, answer = $4, condensed = $5, category = $6, \
     first_ms = $7, total_ms = $8, last_seq = $9, as_of = coalesce($10, as_of) \
     where id = $1 and status in ('running', 'stopping')";
const STOP: &str = "update turn set status = 'stopping' where conversation_id = $1 and status = 'running'";
const LIST: &str = "select id, question, condensed, category, asked_at, status, answer, feedback, first_seq, last_seq \
     from turn where conversation_id = $1 order by first_seq";
const EVENTS: &str = "select seq, event from turn_event where conversation_id = $1 and seq > $2 order by seq limit 500";
const NEWEST: &str = "select id, status, lease_until, answer, last_seq from turn where conversation_id = $1 \
     order by first_seq desc limit 1";
const FEEDBACK: &str = "update turn set feedback = $3 where id = $1 and owner = $2";
const SWEEP: &str = "delete from turn_event where at < $1";
static ADD_EVENTS: LazyLock<Rows> = LazyLock::new(|| {
    let head = "insert into turn_event (conversation_id, seq, turn_id, at, event) values";
    Rows::new(head, 5, 8, "on conflict (conversation_id, seq) do nothing")
});

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    let all = [
        LOCK,
        BY_COMMAND,
        OPEN,
        INSERT,
        TITLE,
        EARLIER_SQL,
        BEAT,
        SEQ,
        FINISH,
        STOP,
        LIST,
        EVENTS,
        NEWEST,
        FEEDBACK,
        SWEEP,
    ];
    all.into_iter().chain(ADD_EVENTS.statements()).collect()
}

/// Where a turn stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The answer is on its way.
    Running,
    /// It was asked to stop and will in a moment.
    Stopping,
    /// Answered.
    Done,
    /// Stopped by the asker.
    Stopped,
    /// Something broke.
    Failed,
}

impl Status {
    const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

impl TryFrom<String> for Status {
    type Error = Error;

    fn try_from(code: String) -> Result<Self> {
        let all = [Self::Running, Self::Stopping, Self::Done, Self::Stopped, Self::Failed];
        all.into_iter().find(|it| it.code() == code).ok_or(Error::Corrupt(code))
    }
}

/// What an asker says of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    /// 有用或没用
    pub verdict: Verdict,
    /// 没用的原因，可多选
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// 补充说明，最多 500 字
    #[schema(max_length = 500)]
    #[serde(default)]
    pub comment: Option<String>,
}

/// Whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 有用
    Useful,
    /// 没用
    NotUseful,
}

/// What was wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 不准确
    Inaccurate,
    /// 不完整
    Incomplete,
    /// 已过时
    Outdated,
    /// 引用错误
    WrongCitation,
    /// 其他
    Other,
}

/// A turn as its asker sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow, ToSchema)]
pub struct Turn {
    /// Its id.
    pub id: String,
    /// The question, masked.
    pub question: String,
    /// As understood, where that differs.
    pub condensed: Option<String>,
    /// What it is about, or why it was refused.
    pub category: Option<String>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// The answer, once there is one.
    #[sqlx(json(nullable))]
    pub answer: Option<Answer>,
    /// What the asker said of it.
    #[sqlx(json(nullable))]
    pub feedback: Option<Feedback>,
    /// Number of its first event.
    pub first_seq: i64,
    /// Number of its newest event.
    pub last_seq: i64,
}

/// A question to be kept before it is answered.
#[derive(Debug, Clone)]
pub(crate) struct NewTurn {
    pub conversation_id: Option<String>,
    pub command_id: Option<String>,
    /// Masked.
    pub question: String,
    pub as_of: Option<NaiveDate>,
}

/// What became of [`begin`].
#[derive(Debug)]
pub(crate) enum Begun {
    /// A new turn, with the number of its first event.
    New { id: String, first_seq: i64 },
    /// The same command was given before: that turn.
    Known { id: String, first_seq: i64 },
}

/// How a turn ended.
#[derive(Debug, Clone)]
pub(crate) struct Ending {
    pub status: Status,
    pub answer: Answer,
    pub condensed: Option<String>,
    pub category: Option<String>,
    pub first_ms: Option<i64>,
    pub total_ms: i64,
}

/// Keeps a question in its conversation.
pub(crate) async fn begin(store: &Store, caller: &Caller, new: &NewTurn) -> Result<Begun> {
    let now = store.clock.now();
    let id = store.ids.next().to_string();
    let mut tx = store.db.begin().await?;
    let mut first_seq = 1;
    if let Some(conversation) = &new.conversation_id {
        // Locks the row: two questions at once come one after the other.
        let args = vec![conversation.into(), caller.owner.as_str().into(), now.into()];
        let (last_seq,): (i64,) =
            tx.fetch_optional(LOCK, args).await?.ok_or_else(|| Error::NoConversation(conversation.clone()))?;
        if let Some(command) = &new.command_id {
            let args = vec![conversation.into(), command.into()];
            if let Some((id, first_seq)) = tx.fetch_optional::<(String, i64)>(BY_COMMAND, args).await? {
                return Ok(Begun::Known { id, first_seq });
            }
        }
        first_seq = last_seq + 1;
        let open: Vec<(String, DateTime<Utc>)> = tx.fetch_all(OPEN, vec![conversation.into()]).await?;
        for (lost, lease_until) in open {
            if lease_until > now {
                return Err(Error::Busy);
            }
            bury(&mut tx, conversation, &lost, last_seq + LOST_EVENTS, now).await?;
            first_seq = last_seq + LOST_EVENTS + 1;
        }
        tx.execute(TITLE, vec![conversation.into(), title_of(&new.question).into()]).await?;
    }
    let args = vec![
        id.as_str().into(),
        new.conversation_id.as_deref().into(),
        new.command_id.as_deref().into(),
        caller.channel.as_str().into(),
        caller.owner.as_str().into(),
        new.question.as_str().into(),
        now.into(),
        new.as_of.into(),
        (now + Duration::seconds(LEASE_SECONDS)).into(),
        first_seq.into(),
    ];
    tx.execute(INSERT, args).await?;
    tx.commit().await?;
    Ok(Begun::New { id, first_seq })
}

/// The first event of the turn that this command began, if it did before.
pub(crate) async fn known(store: &Store, conversation: &str, command: &str) -> Result<Option<i64>> {
    let found: Option<(String, i64)> =
        store.db.fetch_optional(BY_COMMAND, vec![conversation.into(), command.into()]).await?;
    Ok(found.map(|(_, first_seq)| first_seq))
}

/// What was asked and answered before, oldest first.
pub(crate) async fn earlier(store: &Store, conversation: &str) -> Result<Vec<Exchange>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        question: String,
        #[sqlx(json)]
        answer: Answer,
    }
    let rows: Vec<Row> = store.db.fetch_all(EARLIER_SQL, vec![conversation.into(), EARLIER.into()]).await?;
    let exchange = |it: Row| Exchange {
        question: it.question,
        titles: it.answer.citations.iter().map(|c| c.title.clone()).collect(),
        asked_back: it.answer.code.as_deref() == Some(ASKED_BACK),
        state: it.answer.state,
        answer: it.answer.text,
    };
    // A refusal and small talk are nothing that a later question could refer to.
    let counts = |it: &Row| it.answer.code.as_deref().is_none_or(|code| code == ASKED_BACK);
    Ok(rows.into_iter().rev().filter(counts).map(exchange).collect())
}

/// Writes events that came since the last time and says that the turn still lives; gives whether it
/// should stop.
pub(crate) async fn beat(store: &Store, conversation: &str, turn: &str, events: &[Numbered]) -> Result<bool> {
    let now = store.clock.now();
    let mut tx = store.db.begin().await?;
    let last = write(&mut tx, conversation, turn, events, now).await?;
    let lease = now + Duration::seconds(LEASE_SECONDS);
    let args = vec![turn.into(), lease.into(), last.into()];
    let status: Option<(String,)> = tx.fetch_optional(BEAT, args).await?;
    if let Some(last) = last {
        tx.execute(SEQ, vec![conversation.into(), last.into(), now.into()]).await?;
    }
    tx.commit().await?;
    Ok(status.is_none_or(|(code,)| code == Status::Stopping.code()))
}

/// Keeps the answer, and with it the last events: nothing says "done" before this.
pub(crate) async fn finish(
    store: &Store,
    conversation: Option<&str>,
    turn: &str,
    ending: &Ending,
    events: &[Numbered],
    last_seq: i64,
) -> Result<()> {
    let now = store.clock.now();
    let mut tx = store.db.begin().await?;
    let args = vec![
        turn.into(),
        ending.status.code().into(),
        state_code(ending.answer.state).into(),
        Value::Json(Some(serde_json::to_value(&ending.answer)?)),
        ending.condensed.as_deref().into(),
        ending.category.as_deref().into(),
        ending.first_ms.into(),
        ending.total_ms.into(),
        last_seq.into(),
        Some(ending.answer.as_of).into(),
    ];
    tx.execute(FINISH, args).await?;
    if let Some(conversation) = conversation {
        write(&mut tx, conversation, turn, events, now).await?;
        tx.execute(SEQ, vec![conversation.into(), last_seq.into(), now.into()]).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Writes events; gives the number of the newest.
async fn write(
    tx: &mut Tx,
    conversation: &str,
    turn: &str,
    events: &[Numbered],
    now: DateTime<Utc>,
) -> Result<Option<i64>> {
    let mut rows = Vec::with_capacity(events.len());
    for it in events {
        let event = Value::Json(Some(serde_json::to_value(&it.event)?));
        rows.push(vec![conversation.into(), it.seq.into(), turn.into(), now.into(), event]);
    }
    ADD_EVENTS.execute(tx, rows).await?;
    Ok(events.last().map(|it| it.seq))
}

/// Ends a turn whose process is gone.
async fn bury(tx: &mut Tx, conversation: &str, turn: &str, seq: i64, now: DateTime<Utc>) -> Result<()> {
    let failure = interrupted();
    let day = (now + Duration::hours(8)).date_naive();
    let answer = Answer::plain(State::Unavailable, failure.detail.clone(), day);
    let args = vec![
        turn.into(),
        Status::Failed.code().into(),
        state_code(State::Unavailable).into(),
        Value::Json(Some(serde_json::to_value(&answer)?)),
        None::<&str>.into(),
        None::<&str>.into(),
        None::<i64>.into(),
        None::<i64>.into(),
        seq.into(),
        None::<NaiveDate>.into(),
    ];
    tx.execute(FINISH, args).await?;
    let event = Numbered { seq, event: Event::Error(failure) };
    write(tx, conversation, turn, &[event], now).await?;
    tx.execute(SEQ, vec![conversation.into(), seq.into(), now.into()]).await?;
    Ok(())
}

fn interrupted() -> Failure {
    Failure { code: "CHAT-008".to_owned(), detail: "作答中断了，请重新提问".to_owned() }
}

/// Asks whichever process works on the conversation to stop; false where none does.
pub(crate) async fn ask_to_stop(store: &Store, conversation: &str) -> Result<bool> {
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(STOP, vec![conversation.into()]).await?;
    tx.commit().await?;
    Ok(touched > 0)
}

/// The turns of a conversation, in order.
pub(crate) async fn list(store: &Store, conversation: &str) -> Result<Vec<Turn>> {
    Ok(store.db.fetch_all(LIST, vec![conversation.into()]).await?)
}

/// What the database knows of a stream.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Events after the one asked for, at most 500.
    pub events: Vec<Numbered>,
    /// Whether more may come.
    pub open: bool,
}

/// Events after `after`, as far as they are written. A turn that lost its process is ended here.
pub(crate) async fn kept(store: &Store, conversation: &str, after: i64) -> Result<Kept> {
    #[derive(sqlx::FromRow)]
    struct Row {
        seq: i64,
        #[sqlx(json)]
        event: Event,
    }
    #[derive(sqlx::FromRow)]
    struct Newest {
        id: String,
        #[sqlx(try_from = "String")]
        status: Status,
        lease_until: DateTime<Utc>,
        #[sqlx(json(nullable))]
        answer: Option<Answer>,
        last_seq: i64,
    }
    // The turn first: what it wrote before it was done is then there to be read.
    let newest: Option<Newest> = store.db.fetch_optional(NEWEST, vec![conversation.into()]).await?;
    let rows: Vec<Row> = store.db.fetch_all(EVENTS, vec![conversation.into(), after.into()]).await?;
    let mut events: Vec<Numbered> = rows.into_iter().map(|it| Numbered { seq: it.seq, event: it.event }).collect();
    let Some(newest) = newest else { return Ok(Kept { events, open: false }) };
    let last = events.last().map_or(after, |it| it.seq);
    let full = events.len() == 500;
    if matches!(newest.status, Status::Running | Status::Stopping) {
        let now = store.clock.now();
        if newest.lease_until > now || full {
            return Ok(Kept { events, open: true });
        }
        let mut tx = store.db.begin().await?;
        let seq = last.max(newest.last_seq) + LOST_EVENTS;
        bury(&mut tx, conversation, &newest.id, seq, now).await?;
        tx.commit().await?;
        events.push(Numbered { seq, event: Event::Error(interrupted()) });
        return Ok(Kept { events, open: false });
    }
    // The events were swept: the answer itself is still there.
    if let Some(answer) = newest.answer.filter(|_| events.is_empty() && newest.last_seq > after) {
        let done = Done { id: newest.id, stopped: newest.status == Status::Stopped, answer };
        events.push(Numbered { seq: newest.last_seq, event: Event::Done(Box::new(done)) });
    }
    Ok(Kept { events, open: full })
}

/// Keeps what the asker says of an answer.
///
/// # Errors
/// [`Error::NoTurn`] for another's; [`Error::Bad`] for too long a comment.
pub(crate) async fn feedback(store: &Store, caller: &Caller, turn: &str, said: &Feedback) -> Result<()> {
    let comment = said.comment.as_deref().map(str::trim).filter(|it| !it.is_empty());
    if comment.is_some_and(|it| it.chars().count() > 500) {
        return Err(Error::Bad { field: "comment", reason: "补充说明最多 500 字".to_owned() });
    }
    let kept = Feedback { comment: comment.map(guard::personal::mask), ..said.clone() };
    let kept = Value::Json(Some(serde_json::to_value(&kept)?));
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(FEEDBACK, vec![turn.into(), caller.owner.as_str().into(), kept]).await?;
    tx.commit().await?;
    if touched == 0 { Err(Error::NoTurn(turn.chars().take(64).collect())) } else { Ok(()) }
}

/// Forgets the events of streams that ended more than a day ago; the answers stay.
pub(crate) async fn sweep(store: &Store) -> Result<()> {
    let mut tx = store.db.begin().await?;
    tx.execute(SWEEP, vec![(store.clock.now() - Duration::days(1)).into()]).await?;
    tx.commit().await?;
    Ok(())
}

/// The code of a state in SQL, the same as in JSON.
pub(crate) const fn state_code(state: State) -> &'static str {
    match state {
        State::Grounded => "grounded",
        State::NoMatch => "no_match",
        State::Unavailable => "unavailable",
        State::NeedsHuman => "needs_human",
    }
}
