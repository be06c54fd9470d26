//! `[[model]]`: language models behind OpenAI-compatible endpoints.

use std::time::Duration;

use llm::{ProviderSettings, Quirks};
use serde::{Deserialize, Serialize};

use super::secret::Secret;

/// A key that begins so names the environment variable that holds it.
const FROM_ENVIRONMENT: &str = "env:";

/// `[[model]]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    /// For people.
    pub name: String,
    /// Address up to the version.
    pub base_url: String,
    /// The model as the endpoint calls it.
    pub model: String,
    /// Key; empty: none; `env:NAME`: from that variable.
    pub api_key: Secret,
    /// Longest time for the connection, seconds.
    pub connect_timeout_s: f32,
    /// Longest time until the first token, seconds.
    pub first_token_timeout_s: f32,
    /// Longest pause between tokens, seconds.
    pub gap_timeout_s: f32,
    /// Longest time for the whole, seconds.
    pub total_timeout_s: f32,
    /// Tokens it may write at most.
    pub max_tokens: u32,
    /// 0 to 2.
    pub temperature: f32,
    /// Tokens a day; 0: no limit.
    pub daily_tokens: u64,
    /// How the endpoint differs from the protocol.
    pub quirks: Quirks,
}

impl Default for Model {
    fn default() -> Self {
        let it = ProviderSettings::new("", "", "");
        Self {
            name: it.name,
            base_url: it.base_url,
            model: it.model,
            api_key: Secret::default(),
            connect_timeout_s: it.connect_timeout.as_secs_f32(),
            first_token_timeout_s: it.first_token_timeout.as_secs_f32(),
            gap_timeout_s: it.gap_timeout.as_secs_f32(),
            total_timeout_s: it.total_timeout.as_secs_f32(),
            max_tokens: it.max_tokens,
            temperature: it.temperature,
            daily_tokens: 0,
            quirks: it.quirks,
        }
    }
}

impl Model {
    /// As the models' crate takes them.
    pub fn settings(&self) -> ProviderSettings {
        // What can't be a time becomes none, which the models' crate refuses with the provider's name.
        let time = |seconds: f32| Duration::try_from_secs_f32(seconds).unwrap_or_default();
        ProviderSettings {
            api_key: self.key(),
            connect_timeout: time(self.connect_timeout_s),
            first_token_timeout: time(self.first_token_timeout_s),
            gap_timeout: time(self.gap_timeout_s),
            total_timeout: time(self.total_timeout_s),
            max_tokens: self.max_tokens,
            temperature: self.temperature,
            daily_tokens: (self.daily_tokens > 0).then_some(self.daily_tokens),
            quirks: self.quirks.clone(),
            ..ProviderSettings::new(&self.name, &self.base_url, &self.model)
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the configuration is where the environment is read")]
    fn key(&self) -> Option<String> {
        let written = self.api_key.expose();
        let key = match written.strip_prefix(FROM_ENVIRONMENT) {
            Some(name) => std::env::var(name).unwrap_or_default(),
            None => written.to_owned(),
        };
        Some(key).filter(|it| !it.is_empty())
    }
}
