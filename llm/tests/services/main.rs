//! Providers against the scripted server, and against a server that none of us wrote.

mod failures;
mod llama;
mod speech;

use std::{sync::Arc, time::Duration};

use llm::{LlmError, Models, NoBudget, ProviderSettings, Rendered, Speech};
use scripted_model::Server;

/// Longer than anything here may take.
const LONG: Duration = Duration::from_secs(10);

/// A provider at `url` with short times.
fn provider(name: &str, url: &str) -> ProviderSettings {
    ProviderSettings {
        api_key: Some("k-310199".to_owned()),
        connect_timeout: Duration::from_millis(500),
        first_token_timeout: Duration::from_millis(300),
        gap_timeout: Duration::from_millis(200),
        total_timeout: Duration::from_secs(5),
        ..ProviderSettings::new(name, url, "scripted")
    }
}

fn at(server: &Server) -> ProviderSettings {
    provider("甲", &server.url())
}

fn models(providers: Vec<ProviderSettings>) -> Models {
    Models::new(providers, Arc::new(NoBudget)).expect("usable settings")
}

fn prompt() -> Rendered {
    Rendered { system: "规则".into(), user: "问题".into(), ..Rendered::default() }
}

/// Everything a speech says, and the error it ends with.
async fn all(mut speech: Speech) -> (String, Option<LlmError>, Speech) {
    let mut text = String::new();
    while let Some(words) = speech.next().await {
        match words {
            Ok(words) => text.push_str(&words),
            Err(error) => return (text, Some(error), speech),
        }
    }
    (text, None, speech)
}
