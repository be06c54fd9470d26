//! The one file that speaks to chat services.

use std::{pin::Pin, time::Duration};

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    middleware::{HttpRequestFactory, ReqwestService},
};
use futures::{Stream, StreamExt as _};
use reqwest::{Response, header};
use serde_json::Value;
use tower::{Service as _, service_fn};

use crate::{Failure, LlmError, ProviderSettings, breaker::Breaker, quirks::Event};

/// Longest part of a service's message that is passed on, in characters.
const MESSAGE_CHARS: usize = 200;
/// Longest part of a refusal that is read, in bytes.
const REFUSAL_BYTES: usize = 4096;

/// The events of one answer. Dropping it closes the connection.
pub type Events = Pin<Box<dyn Stream<Item = Result<Event, Failure>> + Send>>;

/// One endpoint, ready to be asked.
pub struct Provider {
    /// What was configured.
    pub settings: ProviderSettings,
    /// Whether it is left alone for now.
    pub breaker: Breaker,
    client: Client<OpenAIConfig>,
}

/// A refusal on its way through the client, which would otherwise log the whole body.
#[derive(Debug, thiserror::Error)]
#[error("refused")]
struct Refusal(Failure);

impl Provider {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`LlmError::Settings`] when a setting can't be used.
    pub fn new(settings: ProviderSettings) -> Result<Self, LlmError> {
        settings.check()?;
        // reqwest is built without a TLS provider of its own. Another part may have installed one already,
        // which is as good.
        rustls::crypto::ring::default_provider().install_default().ok();
        // No proxy from the environment, and no redirect: the key goes to the configured address only.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .tcp_nodelay(true)
            .connect_timeout(settings.connect_timeout)
            .build()
            .map_err(|error| LlmError::Settings { provider: settings.name.clone(), reason: error.to_string() })?;
        // Everything is set here: what is not would be taken from OPENAI_… variables.
        let config = OpenAIConfig::new()
            .with_api_base(settings.base_url.trim_end_matches('/'))
            .with_api_key(settings.api_key.as_deref().unwrap_or("none"))
            .with_org_id("")
            .with_project_id("");
        // The client's own service tries again by itself for up to a minute; a service of ours does not.
        let service = ReqwestService::new(http.clone());
        let client = Client::build(http, config).with_http_service(service_fn(move |request: HttpRequestFactory| {
            let mut service = service.clone();
            async move { accepted(service.call(request).await?).await }
        }));
        Ok(Self { settings, breaker: Breaker::default(), client })
    }

    /// Sends `body` and waits for the headers of a stream.
    pub async fn open(&self, body: Value) -> Result<Events, Failure> {
        let chat = self.client.chat();
        let stream = chat.create_stream_byot::<_, Event>(body).await.map_err(|error| self.failure(&error))?;
        Ok(Box::pin(stream.map(|event| event.map_err(|error| broken(&error)))))
    }

    /// Why there is no stream.
    fn failure(&self, error: &OpenAIError) -> Failure {
        match error {
            OpenAIError::Reqwest(error) if error.is_connect() || error.is_timeout() => Failure::Unreachable,
            OpenAIError::Reqwest(_) => Failure::CutOff,
            OpenAIError::Boxed(error) => match error.downcast_ref::<Refusal>() {
                Some(Refusal(Failure::Refused { status, message, wait })) => {
                    Failure::Refused { status: *status, message: self.discreet(message), wait: *wait }
                }
                Some(Refusal(other)) => other.clone(),
                None => Failure::CutOff,
            },
            _ => Failure::Unreadable,
        }
    }

    /// The first words of a message; services repeat keys in theirs.
    pub fn discreet(&self, message: &str) -> String {
        let message = match &self.settings.api_key {
            Some(key) => message.replace(key.as_str(), "…"),
            None => message.to_owned(),
        };
        message.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MESSAGE_CHARS).collect()
    }
}

/// The response, or why the service refused.
async fn accepted(mut response: Response) -> Result<Response, OpenAIError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
    let mut body = Vec::new();
    while let Ok(Some(part)) = response.chunk().await {
        body.extend_from_slice(&part);
        if body.len() > REFUSAL_BYTES {
            break;
        }
    }
    let refused =
        Failure::Refused { status: status.as_u16(), message: message(&body), wait: wait.map(Duration::from_secs) };
    Err(OpenAIError::Boxed(Box::new(Refusal(refused))))
}

/// The message in an error's body, or the body itself where it has another form.
fn message(body: &[u8]) -> String {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let error = parsed.as_ref().map(|it| it.get("error").unwrap_or(it));
    let text = error.and_then(|it| it.get("message").and_then(Value::as_str).or_else(|| it.as_str()));
    text.map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned)
}

/// Why a stream that had begun is at its end.
fn broken(error: &OpenAIError) -> Failure {
    match error {
        OpenAIError::JSONDeserialize(..) => Failure::Unreadable,
        _ => Failure::CutOff,
    }
}
