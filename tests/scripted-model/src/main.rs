//! `scripted-model`: the scripted server on its own, for load tests.

use std::time::Duration;

use clap::Parser;
use scripted_model::{Reply, Server, spoken};

/// Says the same text to everyone, at a given pace.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8099")]
    listen: String,
    /// Milliseconds until the first token.
    #[arg(long, default_value_t = 200)]
    first_ms: u64,
    /// Milliseconds between tokens.
    #[arg(long, default_value_t = 20)]
    gap_ms: u64,
    /// What is said, in tokens of two characters.
    #[arg(long, default_value = "现有条文没有直接回答这个问题。")]
    text: String,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let pause = Duration::from_millis;
    let reply = Reply::Speak(spoken(&options.text, pause(options.first_ms), pause(options.gap_ms)));
    let server = Server::listen(&options.listen, reply).await?;
    println!("{}", server.url());
    server.forever().await;
    Ok(())
}
