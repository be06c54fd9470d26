//! Configuration: defaults, then one TOML file, then the environment (`DANGWUTONG_SERVER__LISTEN`).
//!
//! The only file of the server that reads the environment. Every key is documented in
//! `dangwutong.example.toml`, whose values are the defaults; a test holds both together. A wrong key
//! or value stops the start with a message that names the key and the place it stands in.

mod explain;
mod models;
mod secret;
mod sections;

use std::path::{Path, PathBuf};

use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
};
use knowledge::{chunk::split::Sizes, search::settings::Settings};
use serde::{Deserialize, Serialize};

pub use models::Model;
pub use secret::{Secret, ServiceUrl};
pub use sections::{
    Chat, Database, Embedding, EmbeddingKind, Index, Log, LogFormat, Qdrant, Rerank, RerankKind, Server,
};

/// Read when no `--config` is given, if it is there.
pub const DEFAULT_FILE: &str = "dangwutong.toml";

/// Variables with our prefix that are not of the configuration: the file's own place, and what the tests
/// are told by `make test`.
const OTHERS: &[&str] = &["config", "test_postgres", "test_models", "test_ort", "test_llama", "test_ir_measures"];

/// What every environment variable of ours starts with.
const PREFIX: &str = "DANGWUTONG_";

/// Everything that can be configured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how to serve.
    pub server: Server,
    /// How questions are answered.
    pub chat: Chat,
    /// Language models, in the order in which they are tried.
    pub model: Vec<Model>,
    /// How often one may ask.
    pub limits: chat::limits::Limits,
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
    /// How long passages of documents are, characters.
    pub chunk: Sizes,
    /// Weights and thresholds of retrieval.
    pub retrieval: Settings,
    /// What is logged.
    pub log: Log,
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
        Self::from_sources(path, &text, &Env::prefixed(PREFIX).ignore(OTHERS).split("__"))
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
            ("server.max_open_answers", self.server.max_open_answers as u64),
            ("chat.answer_timeout_s", self.chat.answer_timeout_s),
            ("embedding.batch", self.embedding.batch as u64),
            ("embedding.timeout_s", self.embedding.timeout_s),
            ("qdrant.timeout_ms", self.qdrant.timeout_ms),
            ("chunk.whole", self.chunk.whole as u64),
            ("chunk.part", self.chunk.part as u64),
            ("retrieval.candidates", self.retrieval.candidates as u64),
            ("retrieval.depth", self.retrieval.depth as u64),
        ];
        for (key, value) in positive {
            if value == 0 {
                return Err((key, "必须大于 0".to_owned()));
            }
        }
        sections::check_retrieval(&self.retrieval, self.chunk)?;
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

#[cfg(test)]
mod tests;
