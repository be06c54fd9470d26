//! `channel`: who may use the assistant from where.

use anyhow::{Context as _, bail};
use chat::channel::{self, Wanted};
use store::Store;

use super::{Channel, SaveChannel};
use crate::config::Config;

/// Runs one of the commands.
pub(super) async fn channel(config: Config, what: Channel) -> anyhow::Result<()> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    match what {
        Channel::Save(args) => save(&store, args).await,
        Channel::List => list(&store).await,
        Channel::Key { channel, name } => {
            let (kept, key) = channel::add_key(&store, &channel, &name).await?;
            println!("渠道 {} 的密钥（编号 {}），只显示这一次：\n{key}", kept.channel, kept.id);
            Ok(())
        }
        Channel::Revoke { id } => {
            if !channel::revoke_key(&store, &id).await? {
                bail!("没有编号为“{id}”的有效密钥");
            }
            println!("已作废");
            Ok(())
        }
    }
}

async fn save(store: &Store, args: SaveChannel) -> anyhow::Result<()> {
    let is_new = channel::read(store, &args.code).await?.is_none();
    let wanted = Wanted {
        code: args.code,
        name: args.name,
        origins: args.origins,
        greeting: args.greeting,
        minute_limit: args.minute_limit,
        day_limit: args.day_limit,
        enabled: !args.disabled,
    };
    let saved = channel::save(store, wanted).await?;
    println!("渠道 {}：{}", saved.code, if saved.enabled { "已启用" } else { "已停用" });
    if saved.origins.is_empty() {
        println!("来源清单为空：没有网页可以使用");
    }
    for origin in &saved.origins {
        println!("来源 {origin}");
    }
    if is_new {
        // The host's server needs it to sign its users; it is for the administrator's eyes, once.
        println!("用户签名密钥（交给宿主系统的服务端保管，只显示这一次）：\n{}", saved.user_secret);
    }
    Ok(())
}

async fn list(store: &Store) -> anyhow::Result<()> {
    for it in channel::list(store).await? {
        let state = if it.enabled { "" } else { "（停用）" };
        println!("{}{state} {} {}", it.code, it.name, it.origins.join(" "));
        for key in channel::keys(store, &it.code).await? {
            let state = if key.revoked_at.is_some() { "（已作废）" } else { "" };
            println!("  {} {}…{state} {}", key.id, key.prefix, key.name);
        }
    }
    Ok(())
}
