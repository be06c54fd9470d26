//! What a point of a sweep is measured on: our suites over the product, or a public set over its own base.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use evals::{
    run,
    runner::{self, Conditions, Filter, Nowhere, Plan},
    suite::Suite,
    sweep::{Changes, Trial},
};
use futures::future::BoxFuture;
use knowledge::{answer::answerer::Answerer, chunk::split::Sizes, search::settings::Settings};
use measure::{data::Set, summary::Summary};
use store::Store;
use tokio::sync::Mutex;

use super::{
    Workbench,
    base::{Known, PublicBase},
    retrieval::half_of,
};
use crate::{app::Progress, config::Config};

/// Names of settings that decide how documents are cut start so.
const CHUNK: &str = "chunk.";

/// The present settings with the changes of a point: of retrieval, and of how documents are cut.
///
/// # Errors
/// A setting that isn't there or whose value doesn't fit, in Chinese.
pub fn changed(config: &Config, changes: &Changes) -> Result<(Settings, Sizes), String> {
    let (cuts, others): (Changes, Changes) =
        changes.iter().map(|(name, value)| (name.clone(), value.clone())).partition(|it| it.0.starts_with(CHUNK));
    let settings = evals::settings::apply(config.retrieval, &others)?;
    let mut sizes = config.chunk;
    for (name, value) in cuts {
        let wrong = || format!("“{name}”应为大于 0 的整数");
        let length = value.as_u64().filter(|it| *it > 0).ok_or_else(wrong)? as usize;
        match name.as_str() {
            "chunk.whole" => sizes.whole = length,
            "chunk.part" => sizes.part = length,
            _ => return Err(format!("没有“{name}”这项设置")),
        }
    }
    Ok((settings, sizes))
}

/// Suites over the configured product.
pub struct SuitesTrial<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The database, for its clock.
    pub store: Store,
    /// The product.
    pub answerer: Arc<Answerer>,
    /// The suites.
    pub suites: Vec<Arc<Suite>>,
    /// Cases of each suite at most.
    pub limit: Option<usize>,
    /// How many cases are asked at once.
    pub parallel: usize,
    /// Told about planted bases.
    pub progress: &'a dyn Progress,
}

impl SuitesTrial<'_> {
    async fn measure(&self, changes: &Changes, half: &str) -> Result<BTreeMap<String, f64>, String> {
        let (settings, sizes) = changed(self.config, changes)?;
        if sizes != self.config.chunk {
            return Err("切分大小要在公开数据集上试（--corpus、--beir、--squad）：知识库里的片段已经切好".to_owned());
        }
        let filter = Filter { half: half.to_owned(), limit: self.limit, ..Filter::default() };
        let plan = Plan { suites: self.suites.clone(), filter, parallel: self.parallel };
        let bench = Workbench::new(self.config, self.answerer.clone(), settings, self.progress);
        let clock = self.store.clock.as_ref();
        let head = plan.head(String::new(), clock.now(), Conditions::default());
        let run = runner::run(&plan, &bench, head, Vec::new(), &Nowhere, clock, &|_| ()).await;
        let summary = Summary::of(&run.map_err(|it| it.to_string())?).map_err(|it| it.to_string())?;
        Ok(summary.all.figures.into_iter().map(|it| (it.metric, it.value)).collect())
    }
}

impl Trial for SuitesTrial<'_> {
    fn figures<'a>(
        &'a self,
        changes: &'a Changes,
        half: &'a str,
    ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, String>> {
        Box::pin(self.measure(changes, half))
    }
}

/// A public set, each way of cutting it over a base of its own.
pub struct SetTrial<'a> {
    config: &'a Config,
    set: Set,
    folds: usize,
    limit: Option<usize>,
    parallel: usize,
    progress: &'a dyn Progress,
    bases: Mutex<HashMap<Sizes, Arc<PublicBase>>>,
}

impl<'a> SetTrial<'a> {
    /// `folds` as in `eval retrieval`; at most `limit` questions of each half.
    pub fn new(
        config: &'a Config,
        set: Set,
        folds: usize,
        limit: Option<usize>,
        parallel: usize,
        progress: &'a dyn Progress,
    ) -> Self {
        Self { config, set, folds, limit, parallel, progress, bases: Mutex::default() }
    }

    async fn base(&self, sizes: Sizes) -> Result<Arc<PublicBase>, String> {
        let mut bases = self.bases.lock().await;
        if let Some(base) = bases.get(&sizes) {
            return Ok(base.clone());
        }
        let known = if self.folds > 0 { Known::Folds } else { Known::Nothing };
        let base = PublicBase::build(&self.set, known, sizes, self.progress).await.map_err(|it| it.to_string())?;
        let base = Arc::new(base);
        bases.insert(sizes, base.clone());
        Ok(base)
    }

    async fn measure(&self, changes: &Changes, half: &str) -> Result<BTreeMap<String, f64>, String> {
        let (settings, sizes) = changed(self.config, changes)?;
        let base = self.base(sizes).await?;
        let mut queries = half_of(&self.set.queries, half);
        queries.truncate(self.limit.unwrap_or(usize::MAX));
        let found = base.ask(&queries, settings, self.folds, self.parallel, self.progress).await;
        let found = found.map_err(|it| it.to_string())?;
        let report = run::report(&self.set, &found, run::About::default()).map_err(|it| it.to_string())?;
        let figures = [
            ("ndcg_10", report.ndcg_10),
            ("mrr_10", report.mrr_10),
            ("map_100", report.map_100),
            ("success_5", report.success_5),
            ("recall_10", report.recall_10),
            ("recall_100", report.recall_100),
        ];
        Ok(figures.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl Trial for SetTrial<'_> {
    fn figures<'a>(
        &'a self,
        changes: &'a Changes,
        half: &'a str,
    ) -> BoxFuture<'a, Result<BTreeMap<String, f64>, String>> {
        Box::pin(self.measure(changes, half))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_point_changes_retrieval_and_cutting_by_name() {
        let config = Config::default();
        let changes = Changes::from([("chunk.part".to_owned(), json!(300)), ("weights.word".to_owned(), json!(0.5))]);
        let (settings, sizes) = changed(&config, &changes).expect("changed");
        assert_eq!(sizes, Sizes { part: 300, ..config.chunk });
        assert!((settings.weights.word - 0.5).abs() < 1e-6);
        for (name, value) in [("chunk.part", json!(0)), ("chunk.size", json!(5)), ("weights.size", json!(5))] {
            let error = changed(&config, &Changes::from([(name.to_owned(), value)])).expect_err("refused");
            assert!(error.contains(name), "{error}");
        }
    }
}
