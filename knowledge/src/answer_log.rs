//! What was asked and answered, masked: for statistics, feedback and the question channel.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::{
    answer::model::{Answer, State},
    error::{Result, json},
};

const INSERT: &str = "insert into answer_log (id, asked_at, channel, question, as_of, state, answer) \
     values ($1, $2, $3, $4, $5, $6, $7)";
const READ: &str =
    "select id, asked_at, channel, question, as_of, state, answer, feedback from answer_log where id = $1";
const FEEDBACK: &str = "update answer_log set feedback = $2 where id = $1";

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Entry {
    /// Its id, made by [`insert`].
    pub id: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Where it was asked, e.g. `widget`, `api`, `cli`.
    pub channel: String,
    /// The question, masked by the caller.
    pub question: String,
    /// The day whose law was applied.
    pub as_of: NaiveDate,
    /// `grounded`, `no_match`, `unavailable` or `needs_human`.
    pub state: String,
    /// The whole answer.
    #[sqlx(json)]
    pub answer: Answer,
    /// What the asker said of it: `useful` or `wrong`; `None`: nothing.
    pub feedback: Option<String>,
}

/// Keeps `answer` to the `masked` question; gives the entry's id.
pub async fn insert(store: &Store, channel: &str, masked: &str, answer: &Answer) -> Result<String> {
    let id = store.ids.next().to_string();
    let args = vec![
        id.as_str().into(),
        store.clock.now().into(),
        channel.into(),
        masked.into(),
        answer.as_of.into(),
        state_code(answer.state).into(),
        json(answer)?,
    ];
    let mut tx = store.db.begin().await?;
    tx.execute(INSERT, args).await?;
    tx.commit().await?;
    Ok(id)
}

/// The entry with this id.
pub async fn read(store: &Store, id: &str) -> Result<Option<Entry>> {
    Ok(store.db.fetch_optional(READ, vec![id.into()]).await?)
}

/// Keeps what the asker said of an answer; false for an unknown id.
pub async fn set_feedback(store: &Store, id: &str, feedback: &str) -> Result<bool> {
    let mut tx = store.db.begin().await?;
    let touched = tx.execute(FEEDBACK, vec![id.into(), feedback.into()]).await?;
    tx.commit().await?;
    Ok(touched == 1)
}

/// The code of a state in SQL, the same as in JSON.
const fn state_code(state: State) -> &'static str {
    match state {
        State::Grounded => "grounded",
        State::NoMatch => "no_match",
        State::Unavailable => "unavailable",
        State::NeedsHuman => "needs_human",
    }
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[INSERT, READ, FEEDBACK];

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;
    use crate::regulation::samples::day;

    #[tokio::test]
    async fn what_was_answered_can_be_read_again() {
        for test in testing::stores().await {
            let answer = Answer::plain(State::NoMatch, "未找到明确依据。", day("2026-05-11"));
            let id = insert(&test.store, "widget", "某某的电话是多少？", &answer).await.expect("insert");
            assert!(set_feedback(&test.store, &id, "useful").await.expect("feedback"));
            assert!(!set_feedback(&test.store, "none", "useful").await.expect("feedback"));
            let entry = read(&test.store, &id).await.expect("read").expect("an entry");
            assert_eq!(
                (entry.state.as_str(), entry.feedback.as_deref()),
                ("no_match", Some("useful")),
                "{}",
                test.name
            );
            assert_eq!((entry.answer, entry.asked_at), (answer, testing::noon()), "{}", test.name);
            assert_eq!(read(&test.store, "none").await.expect("read"), None);
        }
    }
}
