//! What we add to a model: asked directly and through the server, in turn, with the same client.
//!
//! `scripts/bench-chat.sh` starts the server with this program's model configured and runs it. The words come
//! in tokens that are whole sentences (`--token sentence`), so that holding a sentence until it is checked
//! costs what checking costs; or in tokens of two letters (`--token letters`), where the first words through
//! the server are compared with the first *whole sentence* of the model.

use std::{
    process::exit,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use futures::StreamExt as _;
use scripted_model::{Reply, Server, Step, cut};
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Claims nothing, so that every check lets it pass whatever the texts say.
const SENTENCE: &str = "现有条文没有直接回答这个问题。";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Token {
    /// Whole sentences.
    Sentence,
    /// Two letters.
    Letters,
}

/// Measures first words, gaps, cancelling and memory.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Options {
    /// Where the model listens; the server must have it configured.
    #[arg(long, default_value = "127.0.0.1:8099")]
    model: String,
    /// The server.
    #[arg(long)]
    server: String,
    /// A key of one of its channels.
    #[arg(long)]
    key: String,
    /// A question that the texts answer and no QA pair does.
    #[arg(long)]
    question: String,
    /// How many requests.
    #[arg(long, default_value_t = 100)]
    requests: usize,
    /// How many at once.
    #[arg(long, default_value_t = 1)]
    at_once: usize,
    /// What a token is.
    #[arg(long, value_enum, default_value_t = Token::Sentence)]
    token: Token,
    /// Sentences of an answer.
    #[arg(long, default_value_t = 20)]
    sentences: usize,
    /// Process whose memory is watched.
    #[arg(long)]
    pid: Option<u32>,
}

/// One answer: when each piece came, and what it was.
type Heard = Vec<(Duration, String)>;

#[tokio::main]
async fn main() {
    // TLS is never used; the client wants to know who would do it all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let options = Arc::new(Options::parse());
    let model = Server::listen(&options.model, Reply::Speak(script(&options))).await.expect("the port is free");
    let before = options.pid.map(memory);
    let direct = run(&options, model.url(), "scripted").await;
    let through = run(&options, format!("{}/v1", options.server), "dangwutong").await;
    let (cancelled, slowest) = cancel(&options, &model).await;

    let first = |ran: &Ran| ran.heard.iter().filter_map(first_sentence).collect::<Vec<f64>>();
    let (d, t) = (first(&direct), first(&through));
    // Behind the model's words comes the quoted basis, all at once: no gap of the model's.
    let direct_gaps = gaps(&direct.heard, usize::MAX);
    let through_gaps = gaps(&through.heard, options.sentences);
    println!("{} 次，同时 {} 个，每答 {} 句", options.requests, options.at_once, options.sentences);
    for (name, share) in [("p50", 0.5), ("p95", 0.95)] {
        let (a, b) = (at(&d, share), at(&t, share));
        println!("首句 {name}：直接 {a:.1} 毫秒，经服务 {b:.1}，增加 {:.1}", b - a);
    }
    println!("间隔 p99：直接 {:.1} 毫秒，经服务 {:.1}", at(&direct_gaps, 0.99), at(&through_gaps, 0.99));
    println!("错误：直接 {}，经服务 {}", direct.errors, through.errors);
    println!("取消：{cancelled} 次都传到模型，最慢 {slowest:.0} 毫秒");
    if let (Some(pid), Some(before)) = (options.pid, before) {
        println!("内存：之前 {before:.0} MB，最多 {:.0}，之后 {:.0}", through.memory, memory(pid));
    }
    if through.errors > 0 || through.heard.is_empty() {
        exit(1);
    }
}

/// The first token after 200 ms, then one every 20 ms.
fn script(options: &Options) -> Vec<Step> {
    let tokens = match options.token {
        Token::Sentence => vec![SENTENCE.to_owned(); options.sentences],
        Token::Letters => cut(&SENTENCE.repeat(options.sentences), 2),
    };
    let mut steps = Vec::new();
    for (at, token) in tokens.into_iter().enumerate() {
        steps.push(Step::Wait(Duration::from_millis(if at == 0 { 200 } else { 20 })));
        steps.push(Step::Say(token));
    }
    steps.push(Step::Finish("stop"));
    steps
}

/// What came of many requests.
struct Ran {
    heard: Vec<Heard>,
    errors: usize,
    /// The most that the watched process held, MB.
    memory: f64,
}

/// Asks as often as wanted, so many at once.
async fn run(options: &Arc<Options>, base: String, model: &'static str) -> Ran {
    let (next, errors) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut workers = Vec::new();
    for _ in 0..options.at_once {
        let (options, base) = (options.clone(), base.clone());
        let (next, heard, errors) = (next.clone(), heard.clone(), errors.clone());
        workers.push(tokio::spawn(async move {
            let client = client();
            while next.fetch_add(1, Ordering::Relaxed) < options.requests {
                match ask(&client, &base, model, &options).await {
                    Some(one) => heard.lock().await.push(one),
                    None => {
                        errors.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        }));
    }
    let mut most = 0.0_f64;
    while workers.iter().any(|it| !it.is_finished()) {
        most = most.max(options.pid.map_or(0.0, memory));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let heard = std::mem::take(&mut *heard.lock().await);
    Ran { heard, errors: errors.load(Ordering::Relaxed), memory: most }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn request(client: &reqwest::Client, base: &str, model: &str, options: &Options) -> reqwest::RequestBuilder {
    let messages = json!([{ "role": "user", "content": options.question }]);
    let body = json!({ "model": model, "stream": true, "messages": messages });
    let request = client.post(format!("{base}/chat/completions")).bearer_auth(&options.key);
    request.header("content-type", "application/json").body(body.to_string())
}

/// One answer, piece by piece; `None` where it did not come to its end.
async fn ask(client: &reqwest::Client, base: &str, model: &str, options: &Options) -> Option<Heard> {
    let began = Instant::now();
    let response = request(client, base, model, options).send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let (mut heard, mut rest, mut ended) = (Vec::new(), Vec::new(), false);
    let mut body = response.bytes_stream();
    while let Some(bytes) = body.next().await {
        rest.extend_from_slice(&bytes.ok()?);
        while let Some(end) = rest.windows(2).position(|it| it == b"\n\n") {
            let event: Vec<u8> = rest.drain(..end + 2).collect();
            let event = String::from_utf8_lossy(&event);
            let Some(data) = event.trim().strip_prefix("data: ") else { continue };
            if data == "[DONE]" {
                ended = true;
                continue;
            }
            let chunk: Value = serde_json::from_str(data).ok()?;
            if chunk.get("error").is_some() {
                return None;
            }
            let words = chunk["choices"][0]["delta"]["content"].as_str().unwrap_or_default();
            if !words.is_empty() {
                heard.push((began.elapsed(), words.to_owned()));
            }
        }
    }
    // Other words would mean that the server fell back to the texts: not what is measured here.
    (ended && heard.first().is_some_and(|it| SENTENCE.starts_with(it.1.trim()))).then_some(heard)
}

/// Milliseconds until the first whole sentence is there.
fn first_sentence(heard: &Heard) -> Option<f64> {
    let mut text = String::new();
    let found = heard.iter().find(|(_, words)| {
        text.push_str(words);
        text.contains('。')
    });
    found.map(|(when, _)| when.as_secs_f64() * 1_000.0)
}

/// Milliseconds between one piece and the next, of the first `limit` pieces of each answer.
fn gaps(heard: &[Heard], limit: usize) -> Vec<f64> {
    let mut found = Vec::new();
    for one in heard {
        let times: Vec<Duration> = one.iter().take(limit).map(|it| it.0).collect();
        found.extend(times.windows(2).map(|it| it[1].saturating_sub(it[0]).as_secs_f64() * 1_000.0));
    }
    found
}

/// Leaves twenty answers half-way; gives how many and the longest time until the model knew, milliseconds.
async fn cancel(options: &Options, model: &Server) -> (usize, f64) {
    let (mut slowest, client, base) = (0.0_f64, client(), format!("{}/v1", options.server));
    for round in 0..20 {
        let left = model.asked().iter().filter(|it| it.left).count();
        let response = request(&client, &base, "dangwutong", options).send().await.expect("the server answers");
        let mut body = response.bytes_stream();
        let mut text = String::new();
        while !text.contains(SENTENCE) {
            let bytes = body.next().await.expect("more").expect("readable");
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
        drop(body);
        let began = Instant::now();
        let seen = model.until(Duration::from_secs(5), |all| all.iter().filter(|it| it.left).count() > left).await;
        assert!(seen, "round {round}: the model was asked on");
        slowest = slowest.max(began.elapsed().as_secs_f64() * 1_000.0);
    }
    (20, slowest)
}

/// What a process holds in memory, MB (Linux).
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|it| it.parse::<f64>().ok()).unwrap_or_default() / 1_024.0
}

/// The value at a share of the sorted values.
fn at(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
