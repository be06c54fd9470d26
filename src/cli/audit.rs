//! `audit`: whether the audit log is what was written. Only the database is opened, so it works beside a
//! running server.

use anyhow::{Context as _, bail};
use seal::audit::{self, Anchor};
use store::Store;

use super::{AuditVerify, WrongInput};
use crate::config::Config;

/// Checks the chain and the anchors given; an error, hence exit code 1, where something was changed, removed
/// or inserted. The last line is an anchor for the next time.
pub(super) async fn verify(config: Config, args: AuditVerify) -> anyhow::Result<()> {
    let anchors: Result<Vec<Anchor>, _> = args.anchors.iter().map(|it| it.parse()).collect();
    let anchors = anchors.map_err(WrongInput::of)?;
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    let report = audit::verify(&store, args.from, args.to, &anchors).await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("核对第 {} 至 {} 条，共 {} 条", report.from, report.to, report.checked);
        for finding in &report.findings {
            println!("{finding}");
        }
        if report.more > 0 {
            println!("另有 {} 处没有列出", report.more);
        }
        if let Some(last) = report.last.as_ref().filter(|_| report.is_sound()) {
            println!("锚点：{last}");
        }
    }
    if !report.is_sound() {
        bail!("审计日志不完整：{} 处", report.findings.len() as u64 + report.more);
    }
    Ok(())
}

/// Prints the end of the chain, to be kept outside the database.
pub(super) async fn anchor(config: Config) -> anyhow::Result<()> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    println!("{}", audit::anchor(&store).await?);
    Ok(())
}
