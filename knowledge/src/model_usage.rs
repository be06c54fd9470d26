//! How much each model was used, by day: the budget of [`llm::Models`], in SQL.

use futures::future::BoxFuture;
use llm::Budget;
use store::Store;

use crate::error::Result;

const SPENT: &str = "select tokens from model_usage where day = $1 and provider = $2";
const ADD: &str = "insert into model_usage (day, provider, calls, tokens) values ($1, $2, 1, $3) \
     on conflict (day, provider) do update set calls = model_usage.calls + 1, \
     tokens = model_usage.tokens + excluded.tokens";
const READ: &str = "select provider, calls, tokens from model_usage where day = $1 order by provider";

/// One provider's use on one day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Usage {
    /// Name of the provider in the configuration.
    pub provider: String,
    /// Calls that were accepted.
    pub calls: i64,
    /// Tokens of prompts and answers, estimated where the provider does not count.
    pub tokens: i64,
}

/// The budget of the models. A day is a day in Shanghai.
#[derive(Clone)]
pub struct SqlBudget(Store);

impl SqlBudget {
    /// Kept in this database.
    pub const fn new(store: Store) -> Self {
        Self(store)
    }

    async fn read(&self, provider: &str) -> Result<u64> {
        let args = vec![self.0.clock.today().into(), provider.into()];
        let row: Option<(i64,)> = self.0.db.fetch_optional(SPENT, args).await?;
        Ok(row.map_or(0, |it| u64::try_from(it.0).unwrap_or(0)))
    }

    async fn write(&self, provider: &str, tokens: u64) -> Result<()> {
        let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
        let mut tx = self.0.db.begin().await?;
        tx.execute(ADD, vec![self.0.clock.today().into(), provider.into(), tokens.into()]).await?;
        Ok(tx.commit().await?)
    }
}

impl Budget for SqlBudget {
    fn spent<'a>(&'a self, provider: &'a str) -> BoxFuture<'a, Result<u64, String>> {
        Box::pin(async move { self.read(provider).await.map_err(|error| error.to_string()) })
    }

    fn add<'a>(&'a self, provider: &'a str, tokens: u64) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move { self.write(provider, tokens).await.map_err(|error| error.to_string()) })
    }
}

/// Every provider's use today.
pub async fn today(store: &Store) -> Result<Vec<Usage>> {
    Ok(store.db.fetch_all(READ, vec![store.clock.today().into()]).await?)
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[SPENT, ADD, READ];

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::future::join_all;
    use store::{FixedClock, testing};

    use super::*;

    #[tokio::test]
    async fn calls_and_tokens_add_up_for_one_day() {
        for test in testing::stores().await {
            let budget = SqlBudget::new(test.store.clone());
            assert_eq!(budget.spent("甲").await, Ok(0), "{}", test.name);
            // All at once: none may be lost.
            let added = join_all((1..=10).map(|tokens| budget.add("甲", tokens))).await;
            assert!(added.iter().all(Result::is_ok), "{}", test.name);
            budget.add("乙", 7).await.expect("added");
            // 1 + 2 + … + 10
            assert_eq!(budget.spent("甲").await, Ok(55), "{}", test.name);
            let both = today(&test.store).await.expect("read");
            assert_eq!(
                both.iter().map(|it| (it.calls, it.tokens)).collect::<std::collections::BTreeSet<_>>(),
                [(1, 7), (10, 55)].into()
            );

            let tomorrow = Arc::new(FixedClock(testing::noon() + chrono::Duration::days(1)));
            let later = SqlBudget::new(Store { clock: tomorrow, ..test.store.clone() });
            assert_eq!(later.spent("甲").await, Ok(0), "{}", test.name);
        }
    }
}
