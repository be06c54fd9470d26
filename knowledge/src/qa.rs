//! Approved question-and-answer pairs.

use std::{collections::HashMap, sync::LazyLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{Keys, Store, Value};
use utoipa::ToSchema;

use crate::{
    change_log,
    error::{Error, Result, json},
    regulation::Address,
};

/// The columns of a pair, from `qa_pair`.
macro_rules! columns {
    () => {
        "select id, question, similar_questions, negative_questions, answer, citations, category, audience, region, \
         valid_from, valid_to, reviewed_on, status, sample from qa_pair where id "
    };
}

const UPSERT: &str = "insert into qa_pair (id, question, similar_questions, negative_questions, answer, citations, \
     category, audience, region, valid_from, valid_to, reviewed_on, status, sample, text_hash, updated_at) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
     on conflict (id) do update set question = excluded.question, similar_questions = excluded.similar_questions, \
     negative_questions = excluded.negative_questions, answer = excluded.answer, citations = excluded.citations, \
     category = excluded.category, audience = excluded.audience, region = excluded.region, \
     valid_from = excluded.valid_from, valid_to = excluded.valid_to, reviewed_on = excluded.reviewed_on, \
     status = excluded.status, sample = excluded.sample, text_hash = excluded.text_hash, \
     updated_at = excluded.updated_at";
const STREAM: &str = concat!(columns!(), "> $1 order by id limit $2");
static LOAD: LazyLock<Keys> = LazyLock::new(|| Keys::new(concat!(columns!(), "in"), 32, ""));
static HASHES: LazyLock<Keys> = LazyLock::new(|| Keys::new("select id, text_hash from qa_pair where id in", 500, ""));

/// What an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QaCitation {
    /// Title of the regulation, without 《》.
    pub title: String,
    /// Short address, e.g. `a5`; `None`: the whole regulation.
    #[schema(value_type = Option<String>)]
    pub address: Option<Address>,
}

/// A pair, also the form in which files bring it (one JSON object a line).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::FromRow)]
#[serde(deny_unknown_fields)]
pub struct QaPair {
    /// Its id, the same at every import.
    pub id: String,
    /// The question as people ask it.
    pub question: String,
    /// Other ways to ask it.
    #[serde(default)]
    #[sqlx(json)]
    pub similar_questions: Vec<String>,
    /// Questions that look like it and are others.
    #[serde(default)]
    #[sqlx(json)]
    pub negative_questions: Vec<String>,
    /// The answer, Markdown.
    pub answer: String,
    /// What it rests on.
    #[serde(default)]
    #[sqlx(json)]
    pub citations: Vec<QaCitation>,
    /// Category, a code of `domain/05` §5.0.
    pub category: String,
    /// Who may see it; `public` is everybody.
    #[serde(default = "public")]
    pub audience: String,
    /// The region it holds for; `None` is everywhere.
    #[serde(default)]
    pub region: Option<String>,
    /// First day on which it holds.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// First day on which it holds no more.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// The day on which it was last reviewed.
    #[serde(default)]
    pub reviewed_on: Option<NaiveDate>,
    /// `published` may be answered from; everything else may not.
    #[serde(default = "published")]
    pub status: String,
    /// Written for demonstration.
    #[serde(default)]
    pub sample: bool,
}

fn public() -> String {
    "public".to_owned()
}

fn published() -> String {
    "published".to_owned()
}

/// What a saving of questions did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    /// New or changed, written.
    pub written: usize,
    /// There already.
    pub unchanged: usize,
}

/// The id of a pair in the change log.
pub fn log_id(id: &str) -> String {
    format!("qa:{id}")
}

/// Saves pairs in one transaction: all or none. A pair that was saved before writes nothing. Of two
/// with one id the last one stays.
pub async fn save_many(store: &Store, pairs: &[QaPair]) -> Result<Counts> {
    if let Some(at) = pairs.iter().position(|it| it.id.trim().is_empty()) {
        return Err(Error::NoId(at + 1));
    }
    let ids: Vec<String> = pairs.iter().map(|it| it.id.clone()).collect();
    let mut tx = store.db.begin().await?;
    tx.lock_change_log().await?;
    let mut stored: HashMap<String, String> = HashMap::new();
    for args in HASHES.pages(&ids) {
        stored.extend(tx.fetch_all::<(String, String)>(HASHES.sql(), args).await?);
    }
    let mut written = Vec::new();
    for pair in pairs {
        let hash = text_hash(pair)?;
        if stored.get(&pair.id) != Some(&hash) {
            tx.execute(UPSERT, values(pair, &hash, store)?).await?;
            stored.insert(pair.id.clone(), hash);
            written.push(log_id(&pair.id));
        }
    }
    if !written.is_empty() {
        change_log::append(&mut tx, change_log::QUESTION, change_log::UPSERT, &written).await?;
        tx.commit().await?;
    }
    Ok(Counts { written: written.len(), unchanged: pairs.len() - written.len() })
}

/// The pairs with these ids, in no particular order; ids that are gone are left out.
pub async fn load(store: &Store, ids: &[String]) -> Result<Vec<QaPair>> {
    let mut pairs = Vec::with_capacity(ids.len());
    for args in LOAD.pages(ids) {
        pairs.extend(store.db.fetch_all(LOAD.sql(), args).await?);
    }
    Ok(pairs)
}

/// Up to `limit` pairs in the order of their ids, after `after` (empty: from the first).
pub async fn stream_all(store: &Store, after: &str, limit: i64) -> Result<Vec<QaPair>> {
    Ok(store.db.fetch_all(STREAM, vec![after.into(), limit.into()]).await?)
}

fn text_hash(pair: &QaPair) -> Result<String> {
    let text = serde_json::to_string(pair).map_err(|source| Error::Corrupt(source.to_string()))?;
    Ok(hex::encode(Sha256::digest(text)))
}

fn values(it: &QaPair, hash: &str, store: &Store) -> Result<Vec<Value>> {
    Ok(vec![
        (&it.id).into(),
        (&it.question).into(),
        json(&it.similar_questions)?,
        json(&it.negative_questions)?,
        (&it.answer).into(),
        json(&it.citations)?,
        (&it.category).into(),
        (&it.audience).into(),
        it.region.clone().into(),
        it.valid_from.into(),
        it.valid_to.into(),
        it.reviewed_on.into(),
        (&it.status).into(),
        it.sample.into(),
        hash.into(),
        store.clock.now().into(),
    ])
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) fn sql() -> Vec<&'static str> {
    vec![UPSERT, STREAM, LOAD.sql(), HASHES.sql()]
}

#[cfg(test)]
mod tests {
    use store::testing;

    use super::*;

    const LINE: &str = r#"{"id":"qa1","question":"入党要多久？","similar_questions":["多久能入党？"],
        "negative_questions":["转正要多久？"],"answer":"看程序。","citations":[{"title":"示例办法","address":"a5"},
        {"title":"示例规定","address":null}],"category":"dev","audience":"public","reviewed_on":"2026-10-01",
        "valid_from":null,"valid_to":null}"#;

    #[tokio::test]
    async fn saved_twice_logged_once() {
        for test in testing::stores().await {
            let pair: QaPair = serde_json::from_str(LINE).expect("a pair");
            let pairs = [pair.clone(), QaPair { id: "qa2".into(), ..pair.clone() }];
            let counts = save_many(&test.store, &pairs).await.expect("save");
            assert_eq!(counts, Counts { written: 2, unchanged: 0 }, "{}", test.name);
            let counts = save_many(&test.store, &pairs).await.expect("save");
            assert_eq!(counts, Counts { written: 0, unchanged: 2 }, "{}", test.name);
            let log = change_log::after(&test.store, 0, 10).await.expect("log");
            let seen: Vec<_> = log.iter().map(|it| (it.entity.as_str(), it.entity_id.as_str())).collect();
            assert_eq!(seen, [("question", "qa:qa1"), ("question", "qa:qa2")], "{}", test.name);
            assert_eq!(load(&test.store, &["qa1".into(), "none".into()]).await.expect("load"), [pair]);
            assert_eq!(stream_all(&test.store, "qa1", 10).await.expect("stream"), [pairs[1].clone()]);
        }
    }

    #[tokio::test]
    async fn one_without_an_id_stops_all() {
        for test in testing::stores().await {
            let pair: QaPair = serde_json::from_str(LINE).expect("a pair");
            let pairs = [pair.clone(), QaPair { id: String::new(), ..pair }];
            assert!(matches!(save_many(&test.store, &pairs).await, Err(Error::NoId(2))));
            assert_eq!(change_log::last(&test.store).await.expect("last"), 0);
        }
    }
}
