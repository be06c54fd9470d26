//! The one place that puts the real crates behind [`crate::app::Core`] and [`crate::app::Workshop`].

use std::sync::Arc;

use anyhow::Context as _;
use store::Store;

use crate::{
    app::{Core, Workshop},
    config::Config,
};

/// Everything that the commands work with.
pub struct Wired {
    /// Questions and texts.
    pub core: Arc<dyn Core>,
    /// Import, reindexing, evaluation.
    pub workshop: Arc<dyn Workshop>,
    /// Database, clock and ids.
    pub store: Store,
}

/// Opens the database and puts the parts together.
///
/// # Errors
/// In Chinese: what could not be opened, and why.
pub async fn open(config: &Config) -> anyhow::Result<Wired> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    let (core, workshop) = parts(&store)?;
    Ok(Wired { core, workshop, store })
}

/// The parts over an open database.
fn parts(_store: &Store) -> anyhow::Result<(Arc<dyn Core>, Arc<dyn Workshop>)> {
    anyhow::bail!("本次构建没有接入检索核心")
}
