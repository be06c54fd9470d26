//! How much the knowledge base holds.

use store::Store;

use crate::error::Result;

const COUNT: &str = "select (select count(*) from regulation) as regulations, \
     (select cast(coalesce(sum(article_count), 0) as bigint) from regulation_version) as articles, \
     (select count(*) from document) as documents, \
     (select count(*) from qa_pair where status = 'published') as qa_pairs";

/// Counts for the home page and for `check`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Stats {
    /// Regulations, not versions.
    pub regulations: i64,
    /// Articles (条) of all versions.
    pub articles: i64,
    /// Other documents.
    pub documents: i64,
    /// Published QA pairs.
    pub qa_pairs: i64,
}

/// Counts everything.
pub async fn stats(store: &Store) -> Result<Stats> {
    Ok(store.db.fetch_one(COUNT, vec![]).await?)
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[COUNT];
