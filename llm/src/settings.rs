//! One provider's settings.

use std::{fmt, time::Duration};

use crate::{LlmError, Quirks};

/// How to reach a model and what to ask of it.
#[derive(Clone, PartialEq)]
pub struct ProviderSettings {
    /// A name for people, e.g. 本地模型.
    pub name: String,
    /// Address up to the version, e.g. `http://models:8000/v1`.
    pub base_url: String,
    /// API key, if the endpoint wants one. Never shown.
    pub api_key: Option<String>,
    /// The model as the endpoint calls it.
    pub model: String,
    /// Longest time for the connection.
    pub connect_timeout: Duration,
    /// Longest time from the request to the first token, connection included.
    pub first_token_timeout: Duration,
    /// Longest pause between tokens.
    pub gap_timeout: Duration,
    /// Longest time for the whole.
    pub total_timeout: Duration,
    /// Tokens it may write at most.
    pub max_tokens: u32,
    /// 0 to 2; low is sober.
    pub temperature: f32,
    /// Tokens a day, prompts included; `None`: no limit.
    pub daily_tokens: Option<u64>,
    /// How the endpoint differs from the protocol.
    pub quirks: Quirks,
}

impl ProviderSettings {
    /// 3 seconds for the connection, 15 for the first token, 10 between tokens, 60 for all; 800 tokens at a
    /// temperature of 0.2; no key, no daily limit.
    pub fn new(name: impl Into<String>, base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            base_url: base_url.into(),
            api_key: None,
            model: model.into(),
            connect_timeout: Duration::from_secs(3),
            first_token_timeout: Duration::from_secs(15),
            gap_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_mins(1),
            max_tokens: 800,
            temperature: 0.2,
            daily_tokens: None,
            quirks: Quirks::default(),
        }
    }

    /// Refuses what the client would panic over, or what can't work.
    ///
    /// # Errors
    /// [`LlmError::Settings`] with the reason.
    pub(crate) fn check(&self) -> Result<(), LlmError> {
        let wrong = |reason: &str| Err(LlmError::Settings { provider: self.name.clone(), reason: reason.to_owned() });
        if self.name.trim().is_empty() {
            return wrong("缺少名称");
        }
        let address = reqwest::Url::parse(&self.base_url).ok();
        if !address.is_some_and(|it| matches!(it.scheme(), "http" | "https")) {
            return wrong("接口地址应以 http:// 或 https:// 开头");
        }
        if self.api_key.as_ref().is_some_and(|key| key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic())) {
            return wrong("接口密钥为空，或含有空白、非 ASCII 字符");
        }
        if self.model.trim().is_empty() {
            return wrong("缺少模型名称");
        }
        let times = [self.connect_timeout, self.first_token_timeout, self.gap_timeout, self.total_timeout];
        if times.iter().any(Duration::is_zero) {
            return wrong("各项时限应大于 0");
        }
        if self.max_tokens == 0 || !(0.0..=2.0).contains(&self.temperature) {
            return wrong("最大字数应大于 0，温度应在 0 至 2 之间");
        }
        Ok(())
    }
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("name", &self.name)
            .field("base_url", &self.base_url)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .field("model", &self.model)
            .field("max_tokens", &self.max_tokens)
            .field("temperature", &self.temperature)
            .field("daily_tokens", &self.daily_tokens)
            .field("quirks", &self.quirks)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_shown_and_bad_settings_are_named() {
        let good =
            ProviderSettings { api_key: Some("k-secret".into()), ..ProviderSettings::new("甲", "http://h/v1", "m") };
        good.check().expect("usable");
        assert!(!format!("{good:?}").contains("secret"));
        for (bad, word) in [
            (ProviderSettings { base_url: "ftp://h".into(), ..good.clone() }, "http://"),
            (ProviderSettings { api_key: Some("a b".into()), ..good.clone() }, "密钥"),
            (ProviderSettings { model: " ".into(), ..good.clone() }, "模型名称"),
            (ProviderSettings { gap_timeout: Duration::ZERO, ..good.clone() }, "时限"),
            (ProviderSettings { temperature: 3.0, ..good.clone() }, "温度"),
        ] {
            let error = bad.check().expect_err("refused");
            assert!(error.to_string().contains(word) && error.code() == "MODEL-001", "{error}");
        }
    }
}
