//! Two databases behind one door.
//!
//! SQLite (the embedded default) and PostgreSQL (production) are reached through [`Db`]; the
//! connection string chooses, nothing else changes. SQL is written once, in lower case, with `$n`
//! placeholders, as a `&'static str`; what the dialects do differently stands in this crate only.
//!
//! ```text
//! Store ── db:    Db      (queries, transactions, migrations)
//!       ── dynamic: Built (statements made from declarations)
//!       ── clock: Clock   (what time it is: injected, so that tests can fix it)
//!       ── ids:   Ids     (new identifiers: injected, so that tests can count them)
//! ```

mod batch;
mod clock;
mod db;
mod dynamic;
mod ids;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

use std::sync::Arc;

pub use batch::{Keys, Rows};
pub use clock::{Clock, FixedClock, SystemClock};
pub use db::{Db, Dialect, Record, Tx};
pub use dynamic::{Built, ColumnKind};
pub use ids::{Ids, RandomIds, SequenceIds};
pub use value::{Value, like};

/// What can go wrong between us and a database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection string names neither `sqlite:` nor `postgres:`.
    #[error("数据库连接串应以 sqlite: 或 postgres: 开头，收到的是“{0}”")]
    UnknownScheme(String),
    /// The folder of an `SQLite` file can't be made.
    #[error("无法建立数据库目录 {path}：{source}")]
    Folder {
        /// The folder asked for.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database refused or is out of reach.
    #[error("数据库出错：{0}")]
    Sql(#[from] sqlx::Error),
    /// A migration could not be applied.
    #[error("数据库升级失败：{0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// This crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The database together with the two things that must not be global: time and identifiers.
#[derive(Clone)]
pub struct Store {
    /// Queries and transactions.
    pub db: Db,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn Ids>,
}

impl Store {
    /// Connects to `url` (`sqlite:PATH` or `postgres://…`), applies the migrations, and uses the
    /// system's clock and random identifiers.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Db::connect(url).await?;
        db.migrate().await?;
        Ok(Self { db, clock: Arc::new(SystemClock), ids: Arc::new(RandomIds) })
    }
}
