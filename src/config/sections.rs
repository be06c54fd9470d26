//! The tables of the configuration file, with their defaults.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use knowledge::{chunk::split::Sizes, search::settings::Settings};
use serde::{Deserialize, Serialize};

use super::secret::{Secret, ServiceUrl};

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// Largest request body, bytes.
    pub max_body_bytes: usize,
    /// A request takes no longer than this, seconds.
    pub request_timeout_s: u64,
    /// Proxies of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How many retrievals run at once.
    pub max_concurrent_retrievals: usize,
    /// How many answers are listened to at once.
    pub max_open_answers: usize,
    /// How long a retrieval waits for its turn before the server says that it is busy, milliseconds.
    pub queue_wait_ms: u64,
    /// How long open requests may take to end after a stop signal, seconds.
    pub shutdown_grace_s: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            max_body_bytes: 64 * 1024,
            request_timeout_s: 30,
            trusted_proxies: Vec::new(),
            max_concurrent_retrievals: 32,
            max_open_answers: 512,
            queue_wait_ms: 2_000,
            shutdown_grace_s: 10,
        }
    }
}

impl Server {
    /// See [`Server::request_timeout_s`].
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_s)
    }

    /// See [`Server::queue_wait_ms`].
    pub const fn queue_wait(&self) -> Duration {
        Duration::from_millis(self.queue_wait_ms)
    }
}

/// `[chat]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chat {
    /// An answer takes no longer than this, seconds.
    pub answer_timeout_s: u64,
    /// Folder with a curator's copies of the dialogue rules; empty: the program's own.
    pub rules_dir: String,
    /// Folder with changed prompts; empty: the program's own.
    pub prompts_dir: String,
    /// Where office procedures are done, by the code of their card.
    pub cards: BTreeMap<String, String>,
}

impl Default for Chat {
    fn default() -> Self {
        Self { answer_timeout_s: 90, rules_dir: String::new(), prompts_dir: String::new(), cards: BTreeMap::new() }
    }
}

/// `[database]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: ServiceUrl,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: ServiceUrl::new("sqlite:data/dangwutong.sqlite") }
    }
}

/// `[index]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Index {
    /// Folder of the index generations; deleting it loses nothing.
    pub dir: PathBuf,
}

impl Default for Index {
    fn default() -> Self {
        Self { dir: PathBuf::from("data/index") }
    }
}

/// Where vectors come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbeddingKind {
    /// Trained from the corpus itself; needs no weights.
    #[default]
    Builtin,
    /// An ONNX model in a local folder.
    Local,
    /// An OpenAI-compatible endpoint.
    Openai,
}

/// `[embedding]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Embedding {
    /// Which embedder.
    pub kind: EmbeddingKind,
    /// Model folder of `local`.
    pub path: String,
    /// ONNX Runtime library of `local`; empty: the system's.
    pub onnxruntime: String,
    /// Base URL of `openai`, up to `/v1`.
    pub url: String,
    /// Model name of `openai`.
    pub model: String,
    /// Key of `openai`; may be empty.
    pub api_key: Secret,
    /// Length of the vectors of `openai`.
    pub dims: usize,
    /// Texts in one request or one run of the model.
    pub batch: usize,
    /// Time for one request of `openai`, seconds.
    pub timeout_s: u64,
}

impl Default for Embedding {
    fn default() -> Self {
        Self {
            kind: EmbeddingKind::Builtin,
            path: String::new(),
            onnxruntime: String::new(),
            url: String::new(),
            model: String::new(),
            api_key: Secret::default(),
            dims: 1024,
            batch: 32,
            timeout_s: 30,
        }
    }
}

/// Which reranker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RerankKind {
    /// The fused order stands.
    #[default]
    None,
    /// A cross-encoder in a local folder.
    Local,
}

/// `[rerank]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rerank {
    /// Which reranker.
    pub kind: RerankKind,
    /// Model folder of `local`.
    pub path: String,
    /// ONNX Runtime library of `local`; empty: the system's.
    pub onnxruntime: String,
}

impl Default for Rerank {
    fn default() -> Self {
        Self { kind: RerankKind::None, path: String::new(), onnxruntime: String::new() }
    }
}

/// `[qdrant]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Qdrant {
    /// gRPC URL, e.g. `http://127.0.0.1:6334`; empty: vectors stay in this process.
    pub url: ServiceUrl,
    /// Key; may be empty.
    pub api_key: Secret,
    /// Alias of the live collection.
    pub collection: String,
    /// Time for one request, milliseconds.
    pub timeout_ms: u64,
}

impl Default for Qdrant {
    fn default() -> Self {
        Self {
            url: ServiceUrl::default(),
            api_key: Secret::default(),
            collection: "dangwutong".to_owned(),
            timeout_ms: 2_000,
        }
    }
}

/// Form of the log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Form of the lines.
    pub format: LogFormat,
    /// Filter in the syntax of `tracing`, e.g. `info,knowledge=debug`.
    pub level: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

/// Ranges of `[retrieval]` and `[chunk]` that types can't say; gives the key at fault and why.
pub(super) fn check_retrieval(it: &Settings, sizes: Sizes) -> Result<(), (&'static str, String)> {
    for (key, value) in [
        ("retrieval.gate", it.gate),
        ("retrieval.qa", it.qa),
        ("retrieval.question_floor", it.question_floor),
        ("retrieval.passage", it.passage),
    ] {
        if !(0.0..=1.0).contains(&value) {
            return Err((key, format!("应在 0 到 1 之间，收到 {value}")));
        }
    }
    for (key, value) in [
        ("retrieval.weights.gram", it.weights.gram),
        ("retrieval.weights.word", it.weights.word),
        ("retrieval.weights.vector", it.weights.vector),
        ("retrieval.weights.question", it.weights.question),
        ("retrieval.weights.rerank", it.weights.rerank),
        ("retrieval.weights.source", it.weights.source),
        ("retrieval.weights.authority", it.weights.authority),
        ("retrieval.standard_weight", it.standard_weight),
        ("retrieval.expand_weight", it.expand_weight),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            return Err((key, format!("应为不小于 0 的数，收到 {value}")));
        }
    }
    if sizes.part > sizes.whole {
        return Err(("chunk.part", format!("不应大于 chunk.whole（{}），收到 {}", sizes.whole, sizes.part)));
    }
    Ok(())
}
