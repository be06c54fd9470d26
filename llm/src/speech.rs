//! What a model says, while it says it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::StreamExt as _;
use tokio::time::timeout_at;

use crate::{
    Budget, Failure, LlmError, Rendered,
    budget::estimate,
    provider::{Events, Provider},
    quirks::{self, Visible},
};

/// How long the count of tokens may come after the last word.
const AFTERWORD: Duration = Duration::from_secs(1);

/// How a model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It had said all.
    Stop,
    /// It ran into its limit: the last sentence may be cut.
    Length,
}

/// A model that has begun to speak. Dropping it closes the connection at once.
pub struct Speech {
    provider: Arc<Provider>,
    events: Events,
    visible: Visible,
    /// Words that were read and not yet given.
    ready: Option<String>,
    started: Instant,
    /// When the last token came, thinking included; `None`: none yet.
    heard: Option<Instant>,
    first_token: Duration,
    finish: Option<Finish>,
    over: bool,
    meter: Meter,
}

impl fmt::Debug for Speech {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Speech").field("provider", &self.provider.settings.name).finish_non_exhaustive()
    }
}

impl Speech {
    /// Asks `provider` and waits for the first words that may be seen.
    pub(crate) async fn begin(
        provider: Arc<Provider>,
        prompt: &Rendered,
        budget: Arc<dyn Budget>,
    ) -> Result<Self, Failure> {
        let settings = &provider.settings;
        let started = Instant::now();
        let limit = settings.first_token_timeout.min(settings.total_timeout);
        let opened = timeout_at((started + limit).into(), provider.open(quirks::request(settings, prompt))).await;
        let events = opened.map_err(|_| Failure::SlowStart(limit))??;
        let meter = Meter {
            budget,
            provider: settings.name.clone(),
            estimated: estimate(&prompt.system) + estimate(&prompt.user),
            counted: None,
        };
        let visible = Visible::new(&settings.quirks);
        let mut speech = Self {
            provider,
            events,
            visible,
            ready: None,
            started,
            heard: None,
            first_token: Duration::ZERO,
            finish: None,
            over: false,
            meter,
        };
        speech.ready = Some(speech.read().await?.ok_or(Failure::Empty)?);
        speech.first_token = started.elapsed();
        Ok(speech)
    }

    /// The next words; `None` when all is said. After an error nothing more comes.
    pub async fn next(&mut self) -> Option<Result<String, LlmError>> {
        if let Some(words) = self.ready.take() {
            return Some(Ok(words));
        }
        if self.over {
            return None;
        }
        match self.read().await {
            Ok(words) => words.map(Ok),
            Err(failure) => {
                self.over = true;
                if failure.is_lasting() {
                    self.provider.breaker.failed(Instant::now(), failure.wait());
                }
                Some(Err(LlmError::Broken { provider: self.provider.settings.name.clone(), failure }))
            }
        }
    }

    /// Name of the provider in the configuration.
    pub fn provider(&self) -> &str {
        &self.provider.settings.name
    }

    /// The model as the endpoint calls it.
    pub fn model(&self) -> &str {
        &self.provider.settings.model
    }

    /// Time from the request to the first words.
    pub const fn first_token(&self) -> Duration {
        self.first_token
    }

    /// How it ended; `None` as long as it hasn't.
    pub const fn finish(&self) -> Option<Finish> {
        self.finish
    }

    /// Tokens of prompt and answer as the provider counts them; `None` where it does not say.
    pub const fn tokens(&self) -> Option<u64> {
        self.meter.counted
    }

    /// Reads on to the next words that may be seen.
    async fn read(&mut self) -> Result<Option<String>, Failure> {
        while !self.over {
            let event = match timeout_at(self.deadline().into(), self.events.next()).await {
                Ok(Some(Ok(event))) => event,
                // What goes wrong behind the last word takes nothing from the words.
                _ if self.finish.is_some() => return Ok(self.end()),
                Ok(Some(Err(failure))) => return Err(failure),
                Ok(None) => return Err(Failure::CutOff),
                Err(_) => return Err(self.late()),
            };
            if let Some(message) = event.refusal() {
                let message = self.provider.discreet(&message);
                return Err(Failure::Refused { status: 200, message, wait: None });
            }
            if let Some(tokens) = event.tokens() {
                self.meter.counted = Some(tokens);
            }
            let words = event.words();
            if words.is_some() || event.thinks() {
                self.heard = Some(Instant::now());
            }
            match event.finish() {
                Some("content_filter") => return Err(Failure::Withheld),
                Some("length") => self.finish = Some(Finish::Length),
                Some(_) => self.finish = Some(Finish::Stop),
                None => {}
            }
            let Some(words) = words else { continue };
            self.meter.estimated += estimate(words);
            let shown = self.visible.push(words);
            if !shown.is_empty() {
                return Ok(Some(shown));
            }
        }
        Ok(None)
    }

    /// All is said: gives what was held back.
    fn end(&mut self) -> Option<String> {
        self.over = true;
        Some(self.visible.finish()).filter(|it| !it.is_empty())
    }

    fn deadline(&self) -> Instant {
        let settings = &self.provider.settings;
        let next = match self.heard {
            None => self.started + settings.first_token_timeout,
            Some(heard) if self.finish.is_some() => heard + AFTERWORD.min(settings.gap_timeout),
            Some(heard) => heard + settings.gap_timeout,
        };
        next.min(self.started + settings.total_timeout)
    }

    /// Which of the limits was reached.
    fn late(&self) -> Failure {
        let settings = &self.provider.settings;
        if self.started.elapsed() >= settings.total_timeout {
            Failure::TooLong(settings.total_timeout)
        } else if self.heard.is_none() {
            Failure::SlowStart(settings.first_token_timeout)
        } else {
            Failure::Stalled(settings.gap_timeout)
        }
    }
}

/// Adds to the budget what a speech used, however it ended.
struct Meter {
    budget: Arc<dyn Budget>,
    provider: String,
    estimated: u64,
    counted: Option<u64>,
}

impl Drop for Meter {
    fn drop(&mut self) {
        // Without a runtime the process is about to end.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (budget, provider) = (Arc::clone(&self.budget), std::mem::take(&mut self.provider));
        let tokens = self.counted.unwrap_or(self.estimated);
        runtime.spawn(async move {
            if let Err(error) = budget.add(&provider, tokens).await {
                tracing::warn!(provider, tokens, error, "model usage was not recorded");
            }
        });
    }
}
