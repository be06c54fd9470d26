//! What is said when all goes well.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use llm::{Budget, Finish, Models, ProviderSettings, Quirks};
use scripted_model::{Reply, Server, Step, spoken};
use tokio::sync::mpsc;

use crate::{LONG, all, at, models, prompt};

#[tokio::test]
async fn words_come_as_they_are_said_with_their_tokens() {
    let server = Server::start([Reply::text("预备期为一年。")]).await.expect("a server");
    let speech = models(vec![at(&server)]).stream(&prompt()).await.expect("a speech");
    assert_eq!((speech.provider(), speech.model()), ("甲", "scripted"));
    let (text, error, speech) = all(speech).await;
    assert_eq!((text.as_str(), error.is_none()), ("预备期为一年。", true));
    // Seven characters are four tokens of two; ten for the prompt.
    assert_eq!((speech.finish(), speech.tokens()), (Some(Finish::Stop), Some(14)));
    let asked = server.asked();
    assert_eq!(asked[0].key.as_deref(), Some("Bearer k-310199"));
    assert_eq!(asked[0].body["messages"][1]["content"], "问题");
}

#[tokio::test]
async fn thinking_reaches_nobody() {
    let steps = vec![
        Step::Think("先想".into()),
        Step::Say("<thi".into()),
        Step::Say("nk>再想</think>答".into()),
        Step::Say("案。".into()),
        Step::Finish("length"),
    ];
    let server = Server::start([Reply::Speak(steps)]).await.expect("a server");
    let settings = ProviderSettings { quirks: Quirks { no_stream_options: true, ..Quirks::default() }, ..at(&server) };
    let (text, error, speech) = all(models(vec![settings]).stream(&prompt()).await.expect("a speech")).await;
    assert_eq!((text.as_str(), error.is_none()), ("答案。", true));
    assert_eq!((speech.finish(), speech.tokens()), (Some(Finish::Length), None));
}

#[tokio::test]
async fn dropping_a_speech_closes_the_line_at_once() {
    let slow = Reply::Speak(spoken(&"党".repeat(400), Duration::ZERO, Duration::from_millis(20)));
    let hanging = Reply::Speak(vec![Step::Say("甲".into()), Step::Hang]);
    for reply in [slow, hanging] {
        let server = Server::start([reply]).await.expect("a server");
        let speech = models(vec![at(&server)]).stream(&prompt()).await.expect("a speech");
        drop(speech);
        assert!(server.until(Duration::from_secs(1), |asked| asked[0].left).await);
    }
    // Also where the first word is still waited for.
    for reply in [Reply::Silence, Reply::Speak(vec![Step::Hang])] {
        let server = Server::start([reply]).await.expect("a server");
        let models = models(vec![ProviderSettings { first_token_timeout: LONG, ..at(&server) }]);
        let prompt = prompt();
        tokio::select! {
            _ = models.stream(&prompt) => panic!("nothing was said"),
            asked = server.until(LONG, |asked| asked.len() == 1) => assert!(asked),
        }
        assert!(server.until(Duration::from_secs(1), |asked| asked[0].left).await);
    }
}

#[tokio::test]
async fn a_probe_asks_every_provider_and_says_what_is_wrong() {
    let good = Server::start([]).await.expect("a server");
    let thinking =
        Server::start([Reply::Speak(vec![Step::Think("想".into()), Step::Finish("length")])]).await.expect("a server");
    let refusing = Server::start([Reply::refuse(401, "bad key k-310199")]).await.expect("a server");
    let settings = vec![
        at(&good),
        ProviderSettings { name: "乙".into(), ..at(&thinking) },
        ProviderSettings { name: "丙".into(), ..at(&refusing) },
        crate::provider("丁", &scripted_model::closed_port().await.expect("a port")),
    ];
    let probes = models(settings).probe().await;
    let codes: Vec<Option<&str>> = probes.iter().map(|it| it.error.as_ref().map(llm::Failure::code)).collect();
    assert_eq!(codes, [None, None, Some("MODEL-007"), Some("MODEL-003")]);
    let refused = probes[2].error.as_ref().expect("an error").to_string();
    assert!(refused.contains("401") && refused.contains('…') && !refused.contains("310199"), "{refused}");
}

/// Keeps its counts, and tells of each.
struct Counted {
    spent: Mutex<u64>,
    told: mpsc::UnboundedSender<(String, u64)>,
}

impl Budget for Counted {
    fn spent<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<u64, String>> {
        Box::pin(async { Ok(*self.spent.lock().expect("not poisoned")) })
    }

    fn add<'a>(&'a self, provider: &'a str, tokens: u64) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            *self.spent.lock().expect("not poisoned") += tokens;
            self.told.send((provider.to_owned(), tokens)).map_err(|error| error.to_string())
        })
    }
}

#[tokio::test]
async fn a_spent_budget_leads_to_the_next_provider() {
    let (told, mut heard) = mpsc::unbounded_channel();
    let budget = Arc::new(Counted { spent: Mutex::new(0), told });
    let (first, second) = (Server::start([]).await.expect("a server"), Server::start([]).await.expect("a server"));
    let settings = vec![
        ProviderSettings { daily_tokens: Some(11), ..at(&first) },
        ProviderSettings { name: "乙".into(), ..at(&second) },
    ];
    let models = Models::new(settings, budget).expect("usable");
    let (_, error, speech) = all(models.stream(&prompt()).await.expect("a speech")).await;
    assert!(error.is_none());
    drop(speech);
    // 好。 is one token, ten for the prompt: now the first has nothing left.
    assert_eq!(heard.recv().await, Some(("甲".to_owned(), 11)));
    let speech = models.stream(&prompt()).await.expect("a speech");
    assert_eq!(speech.provider(), "乙");
    // Given up before its end: what was said and asked is estimated, two characters and twice two.
    drop(speech);
    assert_eq!(heard.recv().await, Some(("乙".to_owned(), 6)));
}
