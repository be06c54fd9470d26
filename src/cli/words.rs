//! `words`: the list of sensitive words. Only the database is opened, so it works beside a running
//! server, which takes a change over within two seconds.

use std::path::PathBuf;

use anyhow::Context as _;
use guard::{list, sheet};
use store::Store;

use crate::config::Config;

/// Puts the words of a CSV file on the list: all of them, or none where a line is wrong.
pub(super) async fn import(config: Config, file: PathBuf) -> anyhow::Result<()> {
    let bytes = std::fs::read(&file).with_context(|| format!("无法读取 {}", file.display()))?;
    let entries = sheet::read(&bytes).map_err(|it| with_code(it, &file.display().to_string()))?;
    let counts = list::save(&open(&config).await?, &entries).await.map_err(|it| with_code(it, "敏感词表"))?;
    println!("新增 {} 条，更新 {} 条，无变化 {} 条", counts.added, counts.changed, counts.unchanged);
    Ok(())
}

/// Prints the list for people.
pub(super) async fn list(config: Config) -> anyhow::Result<()> {
    let entries = list::all(&open(&config).await?).await.map_err(|it| with_code(it, "敏感词表"))?;
    for it in &entries {
        let places: Vec<&str> = it.places.iter().map(|it| it.name()).collect();
        let off = if it.enabled { "" } else { "　已停用" };
        println!("{}　{}　{}　{}{off}", it.level.name(), it.word, places.join("、"), it.category);
    }
    println!("共 {} 条", entries.len());
    Ok(())
}

/// Writes the list as CSV, to a file or to the screen.
pub(super) async fn export(config: Config, file: Option<PathBuf>) -> anyhow::Result<()> {
    let entries = list::all(&open(&config).await?).await.map_err(|it| with_code(it, "敏感词表"))?;
    let text = sheet::write(&entries).map_err(|it| with_code(it, "敏感词表"))?;
    if let Some(path) = file {
        std::fs::write(&path, text).with_context(|| format!("无法写入 {}", path.display()))?;
    } else {
        print!("{text}");
    }
    Ok(())
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    Store::open(config.database.url.expose()).await.context("无法打开数据库")
}

#[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`, which passes by value")]
fn with_code(error: guard::Error, what: &str) -> anyhow::Error {
    anyhow::anyhow!("{} {what}：{error}", error.code())
}
