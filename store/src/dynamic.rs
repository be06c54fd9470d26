//! Statements whose text and columns are known only at run time: for the engine of the back office, which
//! makes them from declarations. Everything else writes its SQL down.

use sqlx::{AssertSqlSafe, Row as _};

use crate::{Db, Result, Tx, Value};

/// What a column holds, so that its cells can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// `text`
    Text,
    /// `bigint`
    Int,
    /// `boolean`
    Bool,
    /// `date`
    Date,
    /// `timestamp with time zone`
    Time,
    /// `jsonb`, or JSON text on `SQLite`
    Json,
}

/// A statement put together from declarations. Values never stand in its text: they are arguments.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Built {
    text: String,
    args: Vec<Value>,
}

impl Built {
    /// Adds text: names from declarations and key words, never anything that a person typed.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds `$n` for `value`.
    pub fn arg(&mut self, value: impl Into<Value>) -> &mut Self {
        self.args.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.args.len().to_string());
        self
    }

    /// The text so far, for tests and logs: it holds no values.
    pub fn sql(&self) -> &str {
        &self.text
    }
}

macro_rules! read {
    ($rows:expr, $kinds:expr) => {
        $rows
            .iter()
            .map(|row| {
                let cell = |(at, kind): (usize, &ColumnKind)| {
                    Ok(match kind {
                        ColumnKind::Text => Value::Text(row.try_get(at)?),
                        ColumnKind::Int => Value::Int(row.try_get(at)?),
                        ColumnKind::Bool => Value::Bool(row.try_get(at)?),
                        ColumnKind::Date => Value::Date(row.try_get(at)?),
                        ColumnKind::Time => Value::Time(row.try_get(at)?),
                        ColumnKind::Json => Value::Json(row.try_get(at)?),
                    })
                };
                $kinds.iter().enumerate().map(cell).collect::<Result<Vec<Value>>>()
            })
            .collect()
    };
}

impl Db {
    /// All rows of `statement`, a cell for each of `kinds` in the order of its columns.
    pub async fn rows(&self, statement: Built, kinds: &[ColumnKind]) -> Result<Vec<Vec<Value>>> {
        let sql = AssertSqlSafe(statement.text);
        match self {
            Self::Sqlite { read, .. } => {
                read!(crate::db::bind!(sqlx::query(sql), statement.args).fetch_all(read).await?, kinds)
            }
            Self::Postgres(pool) => {
                read!(crate::db::bind!(sqlx::query(sql), statement.args).fetch_all(pool).await?, kinds)
            }
        }
    }
}

impl Tx {
    /// As [`Db::rows`].
    pub async fn rows(&mut self, statement: Built, kinds: &[ColumnKind]) -> Result<Vec<Vec<Value>>> {
        let sql = AssertSqlSafe(statement.text);
        match self {
            Self::Sqlite(tx) => {
                read!(crate::db::bind!(sqlx::query(sql), statement.args).fetch_all(&mut **tx).await?, kinds)
            }
            Self::Postgres(tx) => {
                read!(crate::db::bind!(sqlx::query(sql), statement.args).fetch_all(&mut **tx).await?, kinds)
            }
        }
    }

    /// Runs `statement`; gives the number of rows touched.
    pub async fn run(&mut self, statement: Built) -> Result<u64> {
        let sql = AssertSqlSafe(statement.text);
        Ok(match self {
            Self::Sqlite(tx) => {
                crate::db::bind!(sqlx::query(sql), statement.args).execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                crate::db::bind!(sqlx::query(sql), statement.args).execute(&mut **tx).await?.rows_affected()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn rows_come_back_as_they_went_in() {
        for it in testing::stores().await {
            let (db, day, now) = (&it.store.db, testing::noon().date_naive(), testing::noon());
            let mut tx = db.begin().await.expect("begun");
            let mut table = Built::default();
            table.text("create temporary table odd (a text, b bigint, c boolean, d date, e ");
            table.text(if it.name == "sqlite" { "text, f text)" } else { "timestamptz, f jsonb)" });
            tx.run(table).await.expect("made");
            let json = serde_json::json!({ "里": [1] });
            for full in [true, false] {
                let mut insert = Built::default();
                insert.text("insert into odd values (").arg(full.then_some("甲'; drop table odd"));
                insert.text(", ").arg(full.then_some(7_i64)).text(", ").arg(full.then_some(true));
                insert.text(", ").arg(full.then_some(day)).text(", ").arg(full.then_some(now));
                insert.text(", ").arg(full.then(|| json.clone())).text(")");
                assert_eq!(tx.run(insert).await.expect("inserted"), 1);
            }
            let kinds = [
                ColumnKind::Text,
                ColumnKind::Int,
                ColumnKind::Bool,
                ColumnKind::Date,
                ColumnKind::Time,
                ColumnKind::Json,
            ];
            let mut select = Built::default();
            select.text("select a, b, c, d, e, f from odd order by b nulls last");
            let rows = tx.rows(select, &kinds).await.expect("read");
            let full: Vec<Value> =
                vec!["甲'; drop table odd".into(), 7.into(), true.into(), day.into(), now.into(), json.into()];
            assert_eq!(rows[0], full, "{}", it.name);
            assert!(matches!(rows[1][..], [Value::Text(None), Value::Int(None), ..]), "{}: {rows:?}", it.name);
        }
    }
}
