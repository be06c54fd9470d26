//! `serve`

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::{Serve, progress::Bar};
use crate::{
    config::Config,
    http::{self, Surface},
    wiring::{self, FirstStart},
};

/// Serves until told to stop.
pub(super) async fn serve(config: Config, args: Serve) -> anyhow::Result<()> {
    let address = config.server.listen;
    // First of all, so that a second server on the same port changes nothing before it fails.
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("无法监听 {address}（配置项 server.listen）"))?;
    let bar = Bar::default();
    let first = FirstStart { demo: args.demo, regulations: args.regulations };
    let wired = wiring::open(&config, &first, &bar).await?;
    bar.done();
    let library = wired.library.clone();
    tokio::spawn(async move { library.follow(wiring::FOLLOW).await });
    tokio::spawn(wired.words.follow());
    let grace = std::time::Duration::from_secs(config.server.shutdown_grace_s);
    let limit = std::time::Duration::from_secs(config.chat.answer_timeout_s);
    let chat = chat::Chat::open(wired.store, wired.assistant, config.limits, limit).await?;
    let tidying = chat.clone();
    tokio::spawn(async move { tidying.tidy().await });
    let surface = Surface::new(wired.core, chat.clone(), wired.starters, config.server);
    let bound = listener.local_addr()?;
    tracing::info!(address = %bound, "listening");
    eprintln!("党务通已启动：http://{bound}");
    http::serve::serve(listener, http::router(surface), grace).await.context("服务中断")?;
    // What is being answered is kept as far as it came.
    chat.close().await;
    Ok(())
}
