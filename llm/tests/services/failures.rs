//! Every way in which a provider can fail.

use std::time::{Duration, Instant};

use llm::{Failure, LlmError, ProviderSettings};
use scripted_model::{Reply, Server, Step, closed_port};

use crate::{LONG, all, at, models, prompt, provider};

/// What one provider that does `reply` is reported with.
async fn refused(reply: Reply) -> Failure {
    let server = Server::start([reply]).await.expect("a server");
    match models(vec![at(&server)]).stream(&prompt()).await {
        Err(LlmError::NoneAvailable(mut failures)) => failures.remove(0).1,
        other => panic!("{other:?}"),
    }
}

/// How a speech that began with 甲乙 ends.
async fn broken(steps: Vec<Step>) -> (String, Failure) {
    let steps = [vec![Step::Say("甲乙".into())], steps].concat();
    let server = Server::start([Reply::Speak(steps)]).await.expect("a server");
    let (text, error, mut speech) = all(models(vec![at(&server)]).stream(&prompt()).await.expect("a speech")).await;
    assert!(speech.next().await.is_none(), "nothing comes after an error");
    match error {
        Some(LlmError::Broken { failure, .. }) => (text, failure),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_provider_that_gives_no_word_is_told_by_its_reason() {
    for (status, body) in [(500, "down"), (429, "slow down"), (401, "no key"), (404, "no model")] {
        let failure = refused(Reply::refuse(status, body)).await;
        assert_eq!(failure, Failure::Refused { status, message: body.to_owned(), wait: None });
    }
    let page = Reply::Refuse { status: 502, body: serde_json::json!("<html>bad gateway"), retry_after: Some(7) };
    let Failure::Refused { status: 502, message, wait } = refused(page).await else { panic!("refused") };
    assert!(message.contains("bad gateway") && wait == Some(Duration::from_secs(7)), "{message}");

    for silent in [Reply::Silence, Reply::Speak(vec![Step::Hang])] {
        assert!(matches!(refused(silent).await, Failure::SlowStart(_)));
    }
    assert_eq!(refused(Reply::Speak(vec![Step::Finish("stop")])).await, Failure::Empty);
    assert_eq!(refused(Reply::Speak(vec![Step::Close])).await, Failure::CutOff);
    assert_eq!(refused(Reply::Speak(vec![Step::Reset])).await, Failure::CutOff);
    assert_eq!(refused(Reply::Speak(vec![Step::Raw("{broken".into())])).await, Failure::Unreadable);
    let inside = Step::Raw(r#"{"error":{"message":"overloaded"}}"#.into());
    assert!(matches!(refused(Reply::Speak(vec![inside])).await, Failure::Refused { status: 200, .. }));
    assert_eq!(refused(Reply::Speak(vec![Step::Finish("content_filter")])).await, Failure::Withheld);
}

#[tokio::test]
async fn a_speech_that_breaks_keeps_its_words_and_says_why() {
    assert_eq!(broken(vec![Step::Reset]).await, ("甲乙".to_owned(), Failure::CutOff));
    assert_eq!(broken(vec![Step::Close]).await.1, Failure::CutOff);
    assert_eq!(broken(vec![Step::Raw("{".into())]).await.1, Failure::Unreadable);
    assert!(matches!(broken(vec![Step::Hang]).await.1, Failure::Stalled(_)));
    assert_eq!(broken(vec![Step::Say("丙".into()), Step::Finish("content_filter")]).await.1, Failure::Withheld);
}

#[tokio::test]
async fn one_that_never_ends_is_stopped() {
    let token = vec![Step::Say("党".into()), Step::Wait(Duration::from_millis(50))];
    let endless = vec![token; 100].concat();
    let server = Server::start([Reply::Speak(endless)]).await.expect("a server");
    let settings = ProviderSettings { total_timeout: Duration::from_millis(400), ..at(&server) };
    let (_, error, _) = all(models(vec![settings]).stream(&prompt()).await.expect("a speech")).await;
    assert!(matches!(error, Some(LlmError::Broken { failure: Failure::TooLong(_), .. })), "{error:?}");
    assert!(server.until(LONG, |asked| asked[0].left).await);
}

#[tokio::test]
async fn an_end_without_done_costs_no_long_wait() {
    let finish = Step::Raw(r#"{"choices":[{"delta":{"content":"完。"},"finish_reason":"stop"}]}"#.into());
    let server = Server::start([Reply::Speak(vec![finish, Step::Hang])]).await.expect("a server");
    let (text, error, _) = all(models(vec![at(&server)]).stream(&prompt()).await.expect("a speech")).await;
    assert_eq!((text.as_str(), error.is_none()), ("完。", true));
}

#[tokio::test]
async fn the_next_provider_takes_over_and_a_dead_one_is_left_alone() {
    let failing = Server::start([Reply::refuse(503, "down"), Reply::text("又好了。")]).await.expect("a server");
    let good = Server::start([]).await.expect("a server");
    let settings = vec![
        ProviderSettings { first_token_timeout: LONG, ..at(&failing) },
        provider("乙", &closed_port().await.expect("a port")),
        ProviderSettings { name: "丙".into(), ..at(&good) },
    ];
    let models = models(settings);
    for _ in 0..3 {
        let started = Instant::now();
        let speech = models.stream(&prompt()).await.expect("a speech");
        assert_eq!(speech.provider(), "丙");
        // One try each, no pause: the client's own would try a 503 for a minute.
        assert!(started.elapsed() < Duration::from_secs(1));
    }
    assert_eq!((failing.asked().len(), good.asked().len()), (1, 3));
    // A probe that succeeds ends the pause.
    models.probe().await;
    assert_eq!(models.stream(&prompt()).await.expect("a speech").provider(), "甲");
}

#[tokio::test]
async fn with_every_provider_down_each_is_named() {
    let server = Server::start([Reply::refuse(401, "no")]).await.expect("a server");
    let models = models(vec![at(&server), provider("乙", &closed_port().await.expect("a port"))]);
    let error = models.stream(&prompt()).await.expect_err("none is there");
    assert_eq!(error.code(), "MODEL-002");
    let text = error.to_string();
    assert!(text.contains("甲（拒绝了请求（401）no）") && text.contains("乙（无法连接）"), "{text}");
    let again = models.stream(&prompt()).await.expect_err("still none").to_string();
    assert!(again.contains("暂停使用"), "{again}");
}
