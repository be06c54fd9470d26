//! `eval retrieval`: figures of a public set.

use anyhow::Context as _;

use super::{
    WrongInput,
    eval::changes,
    eval_args::{EvalRetrieval, Half},
    progress::Bar,
};
use crate::{
    config::Config,
    evaluation::{RetrievalPlan, retrieval},
};

/// Measures retrieval and prints the figures as a table; all of them as JSON to a file if asked. It
/// touches neither the database nor the indexes that are configured.
pub(super) async fn measure(config: Config, args: EvalRetrieval) -> anyhow::Result<()> {
    let set = args.set.files().map_err(WrongInput)?;
    let known = args.known;
    let plan = RetrievalPlan {
        set: set.ok_or_else(|| {
            WrongInput("没有指定数据集：写 --corpus、--queries、--qrels，或 --beir、--squad".to_owned())
        })?,
        channels: args.channels,
        known: known.known_queries.zip(known.known_qrels),
        folds: known.folds.map_or(0, |it| it as usize),
        half: args.half.map_or("", Half::name),
        limit: args.limit,
        trec_in: args.trec_in,
        trec_out: args.trec_out,
        sizes: config.chunk,
    };
    let settings = evals::settings::apply(config.retrieval, &changes(&args.changes)?)
        .map_err(|reason| WrongInput(format!("--set：{reason}")))?;
    let bar = Bar::default();
    let report = retrieval(&plan, settings, &bar).await?;
    bar.done();
    println!("{}", report.table());
    if let Some(path) = args.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(&path, text).with_context(|| format!("无法写入 {}", path.display()))?;
    }
    Ok(())
}
