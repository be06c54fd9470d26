//! Questions whose evidence is known without an answer of ours: answered tickets, confirmed turns.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use store::{Keys, Rows, Store};

use crate::{
    change_log,
    error::{Error, Result, json},
    qa::Counts,
};

static UPSERT: LazyLock<Rows> = LazyLock::new(|| {
    Rows::new(
        "insert into known_question (id, question, evidence, updated_at) values",
        4,
        50,
        "on conflict (id) do update set question = excluded.question, evidence = excluded.evidence, \
         updated_at = excluded.updated_at",
    )
});
static LOAD: LazyLock<Keys> =
    LazyLock::new(|| Keys::new("select id, question, evidence from known_question where id in", 200, ""));
const STREAM: &str = "select id, question, evidence from known_question where id > $1 order by id limit $2";

/// A passage that answers a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Chunk id.
    pub chunk: String,
    /// How well it answers; 1 is fully.
    pub weight: f64,
}

/// A question with what answers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub struct KnownQuestion {
    /// Its id, the same at every import.
    pub id: String,
    /// The question.
    pub question: String,
    /// What answers it.
    #[sqlx(json)]
    pub evidence: Vec<Evidence>,
}

/// The id of a known question in the change log.
pub fn log_id(id: &str) -> String {
    format!("known:{id}")
}

/// Saves questions in one transaction: all or none. One that was saved before writes nothing. Of two
/// with one id the last one stays.
pub async fn save_many(store: &Store, questions: &[KnownQuestion]) -> Result<Counts> {
    if let Some(at) = questions.iter().position(|it| it.id.trim().is_empty()) {
        return Err(Error::NoId(at + 1));
    }
    let last: HashMap<&str, usize> = questions.iter().enumerate().map(|(at, it)| (it.id.as_str(), at)).collect();
    let ids: Vec<String> = questions.iter().map(|it| it.id.clone()).collect();
    let mut tx = store.db.begin().await?;
    tx.lock_change_log().await?;
    let mut stored: HashMap<String, KnownQuestion> = HashMap::new();
    for args in LOAD.pages(&ids) {
        let rows: Vec<KnownQuestion> = tx.fetch_all(LOAD.sql(), args).await?;
        stored.extend(rows.into_iter().map(|it| (it.id.clone(), it)));
    }
    let (mut rows, mut written) = (Vec::new(), Vec::new());
    for (at, question) in questions.iter().enumerate() {
        if last[question.id.as_str()] != at || stored.get(&question.id) == Some(question) {
            continue;
        }
        let (id, text) = (&question.id, &question.question);
        rows.push(vec![id.into(), text.into(), json(&question.evidence)?, store.clock.now().into()]);
        written.push(log_id(&question.id));
    }
    if !written.is_empty() {
        UPSERT.execute(&mut tx, rows).await?;
        change_log::append(&mut tx, change_log::QUESTION, change_log::UPSERT, &written).await?;
        tx.commit().await?;
    }
    Ok(Counts { written: written.len(), unchanged: questions.len() - written.len() })
}

/// The questions with these ids, in no particular order; ids that are gone are left out.
pub async fn load(store: &Store, ids: &[String]) -> Result<Vec<KnownQuestion>> {
    let mut questions = Vec::with_capacity(ids.len());
    for args in LOAD.pages(ids) {
        questions.extend(store.db.fetch_all(LOAD.sql(), args).await?);
    }
    Ok(questions)
}

/// Up to `limit` questions in the order of their ids, after `after` (empty: from the first).
pub async fn stream_all(store: &Store, after: &str, limit: i64) -> Result<Vec<KnownQuestion>> {
    Ok(store.db.fetch_all(STREAM, vec![after.into(), limit.into()]).await?)
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    UPSERT.statements().into_iter().chain([LOAD.sql(), STREAM]).collect()
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;

    fn question(n: usize, weight: f64) -> KnownQuestion {
        let evidence = vec![Evidence { chunk: format!("{n:016x}"), weight }];
        KnownQuestion { id: format!("k{n:04}"), question: format!("问题{n}"), evidence }
    }

    #[tokio::test]
    async fn only_what_changed_is_written() {
        for test in testing::stores().await {
            let mut questions: Vec<_> = (0..120).map(|n| question(n, 1.0)).collect();
            assert_eq!(save_many(&test.store, &questions).await.expect("save").written, 120, "{}", test.name);
            questions[7] = question(7, 0.3);
            let counts = save_many(&test.store, &questions).await.expect("save");
            assert_eq!(counts, Counts { written: 1, unchanged: 119 }, "{}", test.name);
            let log = change_log::after(&test.store, 120, 10).await.expect("log");
            assert_eq!(log.iter().map(|it| it.entity_id.as_str()).collect::<Vec<_>>(), ["known:k0007"]);
            assert_eq!(load(&test.store, &["k0007".into()]).await.expect("load"), [question(7, 0.3)]);
            assert_eq!(stream_all(&test.store, "k0117", 10).await.expect("stream").len(), 2, "{}", test.name);
        }
    }

    #[tokio::test]
    async fn the_last_of_two_with_one_id_stays() {
        for test in testing::stores().await {
            let counts = save_many(&test.store, &[question(1, 0.1), question(1, 0.9)]).await.expect("save");
            assert_eq!(counts.written, 1, "{}", test.name);
            assert_eq!(load(&test.store, &["k0001".into()]).await.expect("load"), [question(1, 0.9)]);
        }
    }
}
