//! The providers in their order.

use std::{
    collections::HashSet,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;

use crate::{Budget, Failure, LlmError, ProviderSettings, Rendered, Speech, provider::Provider};

/// Tokens that a probe lets a model write.
const PROBE_TOKENS: u32 = 8;

/// Every configured model, the first preferred.
pub struct Models {
    providers: Vec<Arc<Provider>>,
    budget: Arc<dyn Budget>,
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.providers.iter().map(|it| &it.settings)).finish()
    }
}

/// What came of asking a provider for a word.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Name of the provider in the configuration.
    pub provider: String,
    /// The model as the endpoint calls it.
    pub model: String,
    /// Milliseconds until the first word, or until it was clear that none comes.
    pub latency_ms: u64,
    /// Why it can't be used.
    pub error: Option<Failure>,
}

impl Models {
    /// Prepares every provider; nothing is sent yet.
    ///
    /// # Errors
    /// [`LlmError::Settings`] names the provider whose settings can't be used.
    pub fn new(settings: Vec<ProviderSettings>, budget: Arc<dyn Budget>) -> Result<Self, LlmError> {
        let mut names = HashSet::new();
        for it in &settings {
            if !names.insert(it.name.clone()) {
                return Err(LlmError::Settings { provider: it.name.clone(), reason: "名称重复".to_owned() });
            }
        }
        let providers: Result<Vec<_>, _> = settings.into_iter().map(|it| Provider::new(it).map(Arc::new)).collect();
        Ok(Self { providers: providers?, budget })
    }

    /// Whether no provider is configured.
    pub fn is_empty(&self) -> bool {
        self.providers.is_empty()
    }

    /// Asks the providers in their order until one gives its first words. One that failed a moment ago or has
    /// used up its day's tokens is passed over.
    ///
    /// # Errors
    /// [`LlmError::NoneAvailable`] with each provider's reason.
    pub async fn stream(&self, prompt: &Rendered) -> Result<Speech, LlmError> {
        let mut failures = Vec::new();
        for provider in &self.providers {
            match self.ask(provider, prompt).await {
                Ok(speech) => return Ok(speech),
                Err(failure) => {
                    let name = &provider.settings.name;
                    tracing::warn!(provider = %name, code = failure.code(), %failure, "a model gave nothing");
                    failures.push((name.clone(), failure));
                }
            }
        }
        Err(LlmError::NoneAvailable(failures))
    }

    /// Asks every provider for a word, all at once, also those that are left alone for now.
    pub async fn probe(&self) -> Vec<Probe> {
        join_all(self.providers.iter().map(|it| self.try_out(it))).await
    }

    async fn ask(&self, provider: &Arc<Provider>, prompt: &Rendered) -> Result<Speech, Failure> {
        let settings = &provider.settings;
        if let Some(limit) = settings.daily_tokens {
            let spent = self.budget.spent(&settings.name).await.map_err(Failure::BudgetUnknown)?;
            if spent >= limit {
                return Err(Failure::BudgetSpent);
            }
        }
        if !provider.breaker.admits(Instant::now(), settings.first_token_timeout) {
            return Err(Failure::CoolingDown);
        }
        let begun = Speech::begin(Arc::clone(provider), prompt, Arc::clone(&self.budget)).await;
        match &begun {
            Err(failure) if failure.is_lasting() => provider.breaker.failed(Instant::now(), failure.wait()),
            // It answers, even if not this.
            _ => provider.breaker.succeeded(),
        }
        begun
    }

    async fn try_out(&self, provider: &Arc<Provider>) -> Probe {
        let settings = ProviderSettings { max_tokens: PROBE_TOKENS, ..provider.settings.clone() };
        let (name, model) = (settings.name.clone(), settings.model.clone());
        let prompt = Rendered { user: "请只回答一个字：好".to_owned(), ..Rendered::default() };
        let started = Instant::now();
        let begun = match Provider::new(settings).map(Arc::new) {
            Ok(trial) => Speech::begin(trial, &prompt, Arc::clone(&self.budget)).await.map(drop),
            // The same settings were good when the provider was made.
            Err(_) => Err(Failure::Unreachable),
        };
        // A model that thinks uses up a probe's few tokens before its first word: it is there all the same.
        let error = begun.err().filter(|it| *it != Failure::Empty);
        if error.is_none() {
            provider.breaker.succeeded();
        }
        Probe { provider: name, model, latency_ms: millis(started.elapsed()), error }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
