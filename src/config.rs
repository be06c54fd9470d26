//! Configuration: defaults, then one TOML file, then the environment (`DANGWUTONG_SERVER__LISTEN`).
//!
//! The only file of the server that reads the environment. Every key is documented in
//! `dangwutong.example.toml`, whose values are the defaults; a test holds both together. A wrong key
//! or value stops the start with a message that names the key and the place it stands in.

mod explain;
mod secret;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

pub use secret::{Secret, ServiceUrl};

/// Read when no `--config` is given, if it is there.
pub const DEFAULT_FILE: &str = "dangwutong.toml";

/// What every environment variable of ours starts with.
const PREFIX: &str = "DANGWUTONG_";

/// Everything that can be configured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how to serve.
    pub server: Server,
    /// Where the truth is kept.
    pub database: Database,
    /// Where the derived indexes are kept.
    pub index: Index,
    /// What turns text into vectors.
    pub embedding: Embedding,
    /// What reorders the first candidates.
    pub rerank: Rerank,
    /// A Qdrant server for the vectors.
    pub qdrant: Qdrant,
    /// Weights and thresholds of retrieval.
    pub retrieval: Retrieval,
    /// What is logged.
    pub log: Log,
}

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
    /// How many retrievals run at once.
    pub max_concurrent_retrievals: usize,
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
            max_concurrent_retrievals: 32,
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
    /// How many candidates are reranked.
    pub top: usize,
}

impl Default for Rerank {
    fn default() -> Self {
        Self { kind: RerankKind::None, path: String::new(), onnxruntime: String::new(), top: 20 }
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

/// `[retrieval]`: thresholds are 0–1, weights are relative and not negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retrieval {
    /// Below this confidence no answer is given.
    pub gate_threshold: f32,
    /// Similarity from which an approved QA pair answers.
    pub qa_threshold: f32,
    /// How many candidates are returned.
    pub limit: usize,
    /// Weight of BM25 over character unigrams and bigrams.
    pub weight_gram: f32,
    /// Weight of BM25 over words.
    pub weight_word: f32,
    /// Weight of the vectors.
    pub weight_vector: f32,
    /// Weight of known questions.
    pub weight_question: f32,
    /// How much the rank of a source counts.
    pub weight_authority: f32,
}

impl Default for Retrieval {
    fn default() -> Self {
        Self {
            gate_threshold: 0.35,
            qa_threshold: 0.92,
            limit: 20,
            weight_gram: 0.6,
            weight_word: 0.4,
            weight_vector: 0.2,
            weight_question: 1.0,
            weight_authority: 0.05,
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

/// Why the configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file given with `--config` is not there or can't be read.
    #[error("CFG-001 无法读取配置文件 {path}：{source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key is unknown or a value has the wrong form.
    #[error("CFG-002 配置项 {key} 有误（{place}）：{reason}")]
    Wrong {
        /// Dotted path of the key.
        key: String,
        /// File and line, or environment variable.
        place: String,
        /// What is wrong, in Chinese.
        reason: String,
    },
    /// The file is not TOML.
    #[error("CFG-003 配置文件 {path} 不是合法的 TOML：{reason}")]
    NotToml {
        /// The file.
        path: PathBuf,
        /// What the parser said, with line and column.
        reason: String,
    },
}

impl Config {
    /// Reads the configuration: `file` if given, else [`DEFAULT_FILE`] if it is there, then the environment.
    ///
    /// # Errors
    /// [`ConfigError`], in Chinese, with key and place.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        };
        Self::from_sources(path, &text, &Env::prefixed(PREFIX).ignore(&["config"]).split("__"))
    }

    /// The same from a text, for [`Config::load`] and tests.
    fn from_sources(path: &Path, text: &str, env: &Env) -> Result<Self, ConfigError> {
        let sources = explain::Sources { path, text, env };
        let figment = Figment::from(Serialized::defaults(Self::default())).merge(Toml::string(text)).merge(env.clone());
        let config: Self = figment.extract().map_err(|error| sources.explain(&error))?;
        config.check_values().map_err(|(key, reason)| sources.wrong(key, reason))?;
        Ok(config)
    }

    /// What types can't say: ranges, and keys that another key makes necessary.
    fn check_values(&self) -> Result<(), (&'static str, String)> {
        let positive = [
            ("server.max_body_bytes", self.server.max_body_bytes as u64),
            ("server.request_timeout_s", self.server.request_timeout_s),
            ("server.max_concurrent_retrievals", self.server.max_concurrent_retrievals as u64),
            ("embedding.batch", self.embedding.batch as u64),
            ("embedding.timeout_s", self.embedding.timeout_s),
            ("qdrant.timeout_ms", self.qdrant.timeout_ms),
            ("rerank.top", self.rerank.top as u64),
            ("retrieval.limit", self.retrieval.limit as u64),
        ];
        for (key, value) in positive {
            if value == 0 {
                return Err((key, "必须大于 0".to_owned()));
            }
        }
        self.retrieval.check()?;
        self.check_needed()
    }

    fn check_needed(&self) -> Result<(), (&'static str, String)> {
        let url = self.database.url.expose();
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(("database.url", "应以 sqlite: 或 postgres:// 开头".to_owned()));
        }
        let needed = [
            (
                "embedding.path",
                self.embedding.kind == EmbeddingKind::Local,
                &self.embedding.path,
                "embedding.kind 为 local",
            ),
            (
                "embedding.url",
                self.embedding.kind == EmbeddingKind::Openai,
                &self.embedding.url,
                "embedding.kind 为 openai",
            ),
            (
                "embedding.model",
                self.embedding.kind == EmbeddingKind::Openai,
                &self.embedding.model,
                "embedding.kind 为 openai",
            ),
            ("rerank.path", self.rerank.kind == RerankKind::Local, &self.rerank.path, "rerank.kind 为 local"),
        ];
        for (key, applies, value, why) in needed {
            if applies && value.is_empty() {
                return Err((key, format!("{why} 时必须填写")));
            }
        }
        Ok(())
    }
}

impl Retrieval {
    fn check(&self) -> Result<(), (&'static str, String)> {
        for (key, value) in
            [("retrieval.gate_threshold", self.gate_threshold), ("retrieval.qa_threshold", self.qa_threshold)]
        {
            if !(0.0..=1.0).contains(&value) {
                return Err((key, format!("应在 0 到 1 之间，收到 {value}")));
            }
        }
        for (key, value) in [
            ("retrieval.weight_gram", self.weight_gram),
            ("retrieval.weight_word", self.weight_word),
            ("retrieval.weight_vector", self.weight_vector),
            ("retrieval.weight_question", self.weight_question),
            ("retrieval.weight_authority", self.weight_authority),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return Err((key, format!("应为不小于 0 的数，收到 {value}")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
