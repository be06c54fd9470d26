//! `check`: what is configured and what can be reached.

use std::time::Instant;

use anyhow::bail;
use knowledge::index::{embed::Role, library::Library};

use super::progress::Bar;
use crate::{app::PartState, config::Config, wiring};

/// Prints the configuration (secrets masked) and the state of every part; fails if nothing can be answered.
pub(super) async fn check(config: Config) -> anyhow::Result<()> {
    println!("配置：");
    for (key, value) in flat(&serde_json::to_value(&config)?, "") {
        println!("  {key} = {value}");
    }
    println!("组件：");
    let wired = wiring::open(&config, &wiring::FirstStart::default(), &Bar::default()).await?;
    let health = wired.core.health().await;
    for part in &health.parts {
        let state = match part.state {
            PartState::Ok => "正常",
            PartState::Degraded => "降级",
            PartState::Down => "不可用",
        };
        println!("  {}：{state} {}", part.name, part.reason.as_deref().unwrap_or_default());
    }
    println!(
        "知识库：{} 部法规，{} 条，{} 个问答对，索引 {}",
        health.regulations, health.articles, health.qa_pairs, health.generation
    );
    println!("  {}", embedding(&wired.library).await);
    for line in models(&config, &wired.store).await? {
        println!("  {line}");
    }
    let audit = wired.library.audit().await?;
    match (audit.missing, audit.surplus) {
        (0, 0) => println!("索引与数据库一致：{} 个片段", audit.chunks),
        (missing, surplus) => {
            println!("索引与数据库不一致：缺 {missing} 个，多 {surplus} 个；可运行 dangwutong reindex");
        }
    }
    if !health.can_answer {
        bail!("目前不能作答");
    }
    Ok(())
}

/// Whether the embedder answers, and how quickly. Asked here and not in the health of the server, where a
/// paid endpoint would be asked at every look.
async fn embedding(library: &Library) -> String {
    let embedder = library.live().generation.embedder.clone();
    let start = Instant::now();
    match embedder.embed(&["党员".to_owned()], Role::Query).await {
        Ok(_) => format!("向量 {}：应答 {} 毫秒", embedder.id(), start.elapsed().as_millis()),
        Err(error) => format!("向量 {}：{error}", embedder.id()),
    }
}

/// Whether the language models answer, and how quickly.
async fn models(config: &Config, store: &store::Store) -> anyhow::Result<Vec<String>> {
    let Some(models) = wiring::models(config, store)? else {
        return Ok(vec!["大模型：未配置，只列原文".to_owned()]);
    };
    let probes = models.probe().await.into_iter();
    let line = |it: llm::Probe| match it.error {
        None => format!("大模型 {}（{}）：应答 {} 毫秒", it.provider, it.model, it.latency_ms),
        Some(error) => format!("大模型 {}（{}）：{error}", it.provider, it.model),
    };
    Ok(probes.map(line).collect())
}

/// Every key with its dotted path, in order.
fn flat(value: &serde_json::Value, above: &str) -> Vec<(String, String)> {
    match value.as_object() {
        Some(table) => table
            .iter()
            .flat_map(|(name, below)| {
                flat(below, &if above.is_empty() { name.clone() } else { format!("{above}.{name}") })
            })
            .collect(),
        None => vec![(above.to_owned(), value.to_string())],
    }
}
