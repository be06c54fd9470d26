//! The only file that knows there are two databases.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    FromRow, PgPool, SqlitePool,
    postgres::{PgPoolOptions, PgRow},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use crate::{Error, Result, Value};

/// A row type that both databases can fill: `#[derive(sqlx::FromRow)]` is enough.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}
impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> {}

/// Which database is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded default.
    Sqlite,
    /// Production.
    Postgres,
}

/// Connections to one database.
#[derive(Clone)]
pub enum Db {
    /// WAL mode: many readers beside one writer, so the writer has a pool of its own of size one.
    Sqlite {
        /// Readers.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// A plain pool.
    Postgres(PgPool),
}

/// An open transaction; dropped without [`Tx::commit`] it rolls back.
pub enum Tx {
    /// See [`Db::Sqlite`].
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// See [`Db::Postgres`].
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Binds arguments of any kind to a query.
macro_rules! bind {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::Text(it) => query.bind(it),
                Value::Int(it) => query.bind(it),
                Value::Real(it) => query.bind(it),
                Value::Bool(it) => query.bind(it),
                Value::Date(it) => query.bind(it),
                Value::Time(it) => query.bind(it),
                Value::Json(it) => query.bind(it),
                Value::Bytes(it) => query.bind(it),
            };
        }
        query
    }};
}

pub(crate) use bind;

impl Db {
    /// Connects to `sqlite:PATH` (made if missing, its folder too) or `postgres://…`.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(10));
            Ok(Self::Postgres(options.connect(url).await?))
        } else {
            Err(Error::UnknownScheme(url.split(':').next().unwrap_or_default().to_owned()))
        }
    }

    /// The pragmas are mandatory: without WAL and `synchronous = normal` writes are ten times slower.
    async fn connect_sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true);
        if let Some(folder) = options.get_filename().parent().filter(|it| !it.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|source| Error::Folder { path: folder.display().to_string(), source })?;
        }
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Brings the schema up to this build.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await?,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Starts a writing transaction. On `SQLite` it takes the write lock at once, so that it can't
    /// fail half-way for want of it.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// All rows of `sql`.
    pub async fn fetch_all<T: Record>(&self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>> {
        Ok(match self {
            Self::Sqlite { read, .. } => bind!(sqlx::query_as(sql), args).fetch_all(read).await?,
            Self::Postgres(pool) => bind!(sqlx::query_as(sql), args).fetch_all(pool).await?,
        })
    }

    /// The first row of `sql`, if there is one.
    pub async fn fetch_optional<T: Record>(&self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        Ok(match self {
            Self::Sqlite { read, .. } => bind!(sqlx::query_as(sql), args).fetch_optional(read).await?,
            Self::Postgres(pool) => bind!(sqlx::query_as(sql), args).fetch_optional(pool).await?,
        })
    }

    /// The one row of `sql`; none is an error.
    pub async fn fetch_one<T: Record>(&self, sql: &'static str, args: Vec<Value>) -> Result<T> {
        Ok(match self {
            Self::Sqlite { read, .. } => bind!(sqlx::query_as(sql), args).fetch_one(read).await?,
            Self::Postgres(pool) => bind!(sqlx::query_as(sql), args).fetch_one(pool).await?,
        })
    }

    /// Asks for nothing, to learn whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.fetch_one::<(i64,)>("select cast(1 as bigint)", vec![]).await.map(|_| ())
    }

    /// Prepares `sql` without running it: a statement that one of the databases can't read is found
    /// by a test, not by a user.
    pub async fn prepare(&self, sql: &'static str) -> Result<()> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match self {
            Self::Sqlite { read, .. } => drop(read.prepare(sql.into_sql_str()).await?),
            Self::Postgres(pool) => drop(pool.prepare(sql.into_sql_str()).await?),
        }
        Ok(())
    }
}

impl Tx {
    /// Runs `sql`; gives the number of rows touched.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bind!(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// All rows of `sql`.
    pub async fn fetch_all<T: Record>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sqlx::query_as(sql), args).fetch_all(&mut **tx).await?,
            Self::Postgres(tx) => bind!(sqlx::query_as(sql), args).fetch_all(&mut **tx).await?,
        })
    }

    /// The first row of `sql`, if there is one.
    pub async fn fetch_optional<T: Record>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        Ok(match self {
            Self::Sqlite(tx) => bind!(sqlx::query_as(sql), args).fetch_optional(&mut **tx).await?,
            Self::Postgres(tx) => bind!(sqlx::query_as(sql), args).fetch_optional(&mut **tx).await?,
        })
    }

    /// Makes writers of the change log wait for one another until commit.
    ///
    /// A reader that has seen number n must never later find a smaller one. PostgreSQL hands out
    /// sequence numbers before commit, so two open transactions could commit in the other order;
    /// this lock forbids it. `SQLite` has one writer and needs nothing.
    pub async fn lock_change_log(&mut self) -> Result<()> {
        const CHANGE_LOG_LOCK: i64 = 0x6368_616e_6765;
        if let Self::Postgres(tx) = self {
            sqlx::query("select pg_advisory_xact_lock($1)").bind(CHANGE_LOG_LOCK).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Makes everything done so far permanent.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
