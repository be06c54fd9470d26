//! Against llama.cpp's own server with a tiny random model, which `scripts/test-llama.sh` starts.

use std::{sync::Arc, time::Duration};

use llm::{Finish, Models, NoBudget, ProviderSettings, Rendered};

use crate::all;

/// The server's address, where `make test` has started it; without it the test is left out, which is said.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration; this says where their peer is")]
fn settings() -> Option<ProviderSettings> {
    let url = std::env::var("DANGWUTONG_TEST_LLAMA").ok().filter(|it| !it.is_empty());
    if url.is_none() {
        eprintln!("left out: DANGWUTONG_TEST_LLAMA is not set");
    }
    let url = url?;
    Some(ProviderSettings {
        max_tokens: 24,
        first_token_timeout: Duration::from_secs(30),
        ..ProviderSettings::new("llama.cpp", url, "tiny")
    })
}

fn prompt() -> Rendered {
    Rendered { system: "Answer briefly.".into(), user: "How long?".into(), ..Rendered::default() }
}

#[tokio::test]
async fn a_server_that_none_of_us_wrote_speaks_and_counts() {
    let Some(settings) = settings() else { return };
    let models = Models::new(vec![settings], Arc::new(NoBudget)).expect("usable");
    let (text, error, speech) = all(models.stream(&prompt()).await.expect("a speech")).await;
    assert!(error.is_none() && !text.is_empty(), "{error:?}");
    // A random model hardly ever stops by itself; both ends are proper ones.
    assert!(matches!(speech.finish(), Some(Finish::Length | Finish::Stop)));
    let tokens = speech.tokens().expect("counted");
    assert!((2..400).contains(&tokens), "{tokens}");
}

#[tokio::test]
async fn it_is_probed() {
    let Some(settings) = settings() else { return };
    let models = Models::new(vec![settings], Arc::new(NoBudget)).expect("usable");
    let probes = models.probe().await;
    assert!(probes[0].error.is_none(), "{:?}", probes[0]);
}

#[tokio::test]
async fn it_may_be_given_up_in_mid_sentence() {
    let Some(settings) = settings() else { return };
    // It has two seats, and so long a speech takes many seconds: a call that went on would keep the others from
    // their first word.
    let settings = ProviderSettings { max_tokens: 30_000, first_token_timeout: Duration::from_secs(5), ..settings };
    let models = Models::new(vec![settings], Arc::new(NoBudget)).expect("usable");
    for _ in 0..6 {
        let mut speech = models.stream(&prompt()).await.expect("a speech");
        speech.next().await.expect("words").expect("no error");
    }
}
