//! `ingest`, `reindex` and `eval`: long work, with progress.

use std::{fmt::Write as _, path::PathBuf};

use anyhow::bail;

use super::{IngestRegulations, progress::Bar};
use crate::{
    app::work::{FileOutcome, RegulationDefaults},
    config::Config,
    wiring,
};

/// Imports regulations and prints what became of each file.
pub(super) async fn regulations(config: Config, args: IngestRegulations) -> anyhow::Result<()> {
    if args.paths.len() > 1 && (args.title.is_some() || args.label.is_some()) {
        bail!("--title 和 --label 只能用于单个文件");
    }
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let defaults = RegulationDefaults {
        title: args.title,
        label: args.label,
        effective_on: args.effective_on,
        published_on: args.published_on,
        issuer: args.issuer,
    };
    let bar = Bar::default();
    let outcomes = wired.workshop.ingest_regulations(args.paths, defaults, &bar).await?;
    bar.done();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&outcomes)?);
    } else {
        for outcome in &outcomes {
            println!("{}", in_words(outcome));
        }
    }
    let refused = outcomes.iter().filter(|outcome| outcome.outcome == "refused").count();
    if refused > 0 {
        bail!("{refused} 个文件未导入，其余已完成");
    }
    Ok(())
}

fn in_words(outcome: &FileOutcome) -> String {
    let path = outcome.path.display();
    let Some(report) = &outcome.report else { return format!("未导入 {path}：{}", outcome.reason) };
    let done = if outcome.outcome == "unchanged" { "无变化" } else { "已导入" };
    let mut line = format!("{done} {path}：{} 条，{} 字", report.articles, report.characters);
    for (what, list) in [("缺条", &report.gaps), ("未知项", &report.unknown), ("提示", &report.notes)] {
        if !list.is_empty() {
            // Writing to a string can't fail.
            let _ = write!(line, "；{what}：{}", list.join("、"));
        }
    }
    line
}

/// Imports a JSONL corpus.
pub(super) async fn corpus(config: Config, file: PathBuf) -> anyhow::Result<()> {
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let bar = Bar::default();
    let outcome = wired.workshop.ingest_corpus(file, &bar).await?;
    bar.done();
    println!("写入 {} 篇，无变化 {} 篇", outcome.written, outcome.unchanged);
    for line in &outcome.refused {
        println!("未导入：{line}");
    }
    if !outcome.refused.is_empty() {
        bail!("{} 行未导入，其余已完成", outcome.refused.len());
    }
    Ok(())
}

/// Builds a new index generation.
pub(super) async fn reindex(config: Config) -> anyhow::Result<()> {
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let bar = Bar::default();
    let generation = wired.workshop.reindex(&bar).await?;
    bar.done();
    println!("索引已重建：{generation}");
    Ok(())
}
