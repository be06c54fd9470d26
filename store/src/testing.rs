//! Databases for tests: every test that touches data runs on each of them.
//!
//! PostgreSQL is used where `DANGWUTONG_TEST_POSTGRES` holds the connection string of a server on
//! which databases may be made (`make test` sets it); without it a test says that it was left out.

#![expect(clippy::missing_panics_doc, reason = "a test without its database can only panic")]
#![expect(clippy::disallowed_methods, reason = "the harness names its databases and reads where the server is")]

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::Connection as _;

use crate::{Db, FixedClock, Result, SequenceIds, Store};

/// The variable that names the PostgreSQL server for tests.
pub const POSTGRES: &str = "DANGWUTONG_TEST_POSTGRES";

/// A fresh, migrated database with a fixed clock and counted ids. Dropping it removes the files.
pub struct TestStore {
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// The connection string, for a server started by the test.
    pub url: String,
    /// The store itself.
    pub store: Store,
    folder: tempfile::TempDir,
}

impl TestStore {
    /// A folder of this test's own: for indexes and files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// The moment at which the clock of a [`TestStore`] stands still: 2026-11-01 12:00 in Shanghai.
pub fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_793_505_600, 0).expect("a valid moment")
}

/// One fresh database of each kind that is there.
pub async fn stores() -> Vec<TestStore> {
    let mut stores = vec![sqlite().await];
    match std::env::var(POSTGRES) {
        Ok(server) => stores.push(postgres(&server).await.expect("a fresh PostgreSQL database")),
        Err(_) => eprintln!("PostgreSQL is left out: {POSTGRES} is not set"),
    }
    stores
}

/// A fresh `SQLite` database.
pub async fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    let store = open(&url).await.expect("a fresh SQLite database");
    TestStore { name: "sqlite", url, store, folder }
}

/// A fresh database on the PostgreSQL `server`.
async fn postgres(server: &str) -> Result<TestStore> {
    let name = format!("t{}", uuid::Uuid::now_v7().simple());
    let mut admin = sqlx::PgConnection::connect(server).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await?;
    let (base, _) = server.rsplit_once('/').unwrap_or((server, ""));
    let url = format!("{base}/{name}");
    let store = open(&url).await?;
    Ok(TestStore { name: "postgres", url, store, folder: tempfile::tempdir().expect("a temporary folder") })
}

async fn open(url: &str) -> Result<Store> {
    let db = Db::connect(url).await?;
    db.migrate().await?;
    Ok(Store { db, clock: Arc::new(FixedClock(noon())), ids: Arc::new(SequenceIds::default()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[derive(Debug, PartialEq, sqlx::FromRow)]
    struct Row {
        id: String,
        title: String,
        aliases: sqlx::types::Json<Vec<String>>,
        created_at: DateTime<Utc>,
    }

    #[tokio::test]
    async fn types_survive_the_round_trip_on_both() {
        for test in stores().await {
            let mut tx = test.store.db.begin().await.expect("begin");
            let args = vec![
                Value::from("r1"),
                Value::from("示例"),
                Value::Json(Some(serde_json::json!(["甲"]))),
                Value::from(noon()),
            ];
            let insert = "insert into regulation (id, title, aliases, created_at) values ($1, $2, $3, $4)";
            assert_eq!(tx.execute(insert, args).await.expect("insert"), 1, "{}", test.name);
            tx.commit().await.expect("commit");
            let row: Row = test
                .store
                .db
                .fetch_one("select id, title, aliases, created_at from regulation where id = $1", vec!["r1".into()])
                .await
                .expect("select");
            let expected = Row {
                id: "r1".into(),
                title: "示例".into(),
                aliases: sqlx::types::Json(vec!["甲".into()]),
                created_at: noon(),
            };
            assert_eq!(row, expected, "{}", test.name);
        }
    }

    #[tokio::test]
    async fn a_dropped_transaction_leaves_nothing() {
        for test in stores().await {
            let mut tx = test.store.db.begin().await.expect("begin");
            let insert = "insert into change_log (entity, entity_id, op) values ($1, $2, $3)";
            tx.execute(insert, vec!["chunk".into(), "c1".into(), "upsert".into()]).await.expect("insert");
            drop(tx);
            let (n,): (i64,) = test.store.db.fetch_one("select count(*) from change_log", vec![]).await.expect("count");
            assert_eq!(n, 0, "{}", test.name);
        }
    }

    #[tokio::test]
    async fn an_unknown_scheme_is_named() {
        let error = Db::connect("mysql://x").await.err().expect("refused").to_string();
        assert!(error.contains("mysql"), "{error}");
    }
}
