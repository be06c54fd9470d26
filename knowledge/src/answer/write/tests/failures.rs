//! A model that fails, at every moment at which it can.

use std::time::Instant;

use scripted_model::{Reply, Server, Step, closed_port};

use super::*;
use crate::qa::{QaCitation, QaPair};

const FIRST: &str = "支部委员会应当在收到申请后五个工作日内派人谈话[1]。";

#[tokio::test]
async fn a_model_that_gives_nothing_costs_only_its_lead() {
    let replies = [
        Reply::refuse(500, "down"),
        Reply::refuse(429, "slow down"),
        Reply::refuse(401, "no"),
        Reply::Silence,
        Reply::Speak(vec![Step::Hang]),
        Reply::Speak(vec![Step::Reset]),
        Reply::Speak(vec![Step::Close]),
        Reply::Speak(vec![Step::Finish("stop")]),
        Reply::Speak(vec![Step::Think("想".into()), Step::Finish("stop")]),
        Reply::Speak(vec![Step::Raw("{broken".into())]),
    ];
    for world in World::all().await {
        let (plain, _) = world.ask(None, QUESTION).await;
        assert_eq!(notices(&plain)[0], "NO_MODEL");
        for reply in &replies {
            let (answer, _) = world.ask_model(reply.clone(), QUESTION).await;
            assert_eq!(answer.text, plain.text, "{reply:?}");
            assert_eq!(notices(&answer)[0], "MODEL_FALLBACK", "{reply:?}");
            assert!(answer.written.is_none() && answer.notices[0].text.contains("暂时不可用"));
        }
        let nobody = world.writer(&[closed_port().await.expect("a port")]);
        assert_eq!(world.ask(Some(&nobody), QUESTION).await.0.text, plain.text);
    }
}

#[tokio::test]
async fn what_was_shown_stays_when_the_model_breaks_off() {
    let world = World::one().await;
    for end in [Step::Reset, Step::Close, Step::Hang, Step::Raw("{".into())] {
        let steps = vec![Step::Say(FIRST.into()), Step::Say("预备期为".into()), end.clone()];
        let (answer, _) = world.ask_model(Reply::Speak(steps), QUESTION).await;
        assert_eq!(lead(&answer), format!("{FIRST}\n\n您问的条文原文如下。"), "{end:?}");
        assert!(answer.notices[0].code == "MODEL_FALLBACK" && answer.notices[0].text.contains("没有说完"));
        assert!(answer.written.is_some());
    }
    // Half a sentence at the model's limit is left out, without a word: the rest is whole.
    let steps = vec![Step::Say(FIRST.into()), Step::Say("预备期为".into()), Step::Finish("length")];
    let (answer, _) = world.ask_model(Reply::Speak(steps), QUESTION).await;
    assert_eq!((lead(&answer), notices(&answer).contains(&"MODEL_FALLBACK")), (FIRST, false));
}

#[tokio::test]
async fn a_sentence_is_shown_before_the_next_is_said() {
    let world = World::one().await;
    let steps = vec![Step::Say(FIRST.into()), Step::Hang];
    let server = Server::start([Reply::Speak(steps)]).await.expect("a server");
    let writer = world.writer(&[server.url()]);
    let (pieces, mut heard) = Pieces::channel();
    let scope = Scope::default();
    let query = Query::new(QUESTION, &scope);
    let rules = dialogue::Rules::built_in();
    let answering = answer::answer(&world.engine, &rules, Some(&writer), query, &[], world.engine.settings(), &pieces);
    let listening = async {
        loop {
            if let Some(Piece::Text(text)) = heard.recv().await {
                return text;
            }
        }
    };
    // The model never goes on, and yet its first sentence is there; then the reader leaves.
    let text = tokio::select! {
        _ = answering => panic!("the model hangs"),
        text = listening => text,
    };
    assert_eq!(text, FIRST);
    let gone = Instant::now();
    assert!(server.until(Duration::from_secs(1), |asked| asked[0].left).await);
    assert!(gone.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn cancelling_before_the_first_word_ends_the_call() {
    let world = World::one().await;
    let server = Server::start([Reply::Silence]).await.expect("a server");
    let writer = world.writer(&[server.url()]);
    tokio::select! {
        _ = world.ask(Some(&writer), QUESTION) => panic!("nothing was said"),
        asked = server.until(LONG, |asked| asked.len() == 1) => assert!(asked),
    }
    assert!(server.until(Duration::from_secs(1), |asked| asked[0].left).await);
}

#[tokio::test]
async fn the_next_provider_writes_and_is_named() {
    let world = World::one().await;
    let good = Server::start([Reply::text(FIRST)]).await.expect("a server");
    let writer = world.writer(&[closed_port().await.expect("a port"), good.url()]);
    let (answer, _) = world.ask(Some(&writer), QUESTION).await;
    assert_eq!(lead(&answer), FIRST);
    let written = answer.written.expect("written");
    assert_eq!((written.provider.as_str(), written.model.as_str()), ("模型1", "scripted"));
    assert!(written.prompt.starts_with("answer@") && written.prompt_hash.len() == 64 && written.tokens > 10);
}

#[tokio::test]
async fn no_model_is_asked_where_none_is_needed() {
    for world in World::all().await {
        let pair = QaPair {
            id: "q1".into(),
            question: "预备期有多长时间".into(),
            similar_questions: vec![],
            negative_questions: vec![],
            answer: "预备期为一年[1]。".into(),
            citations: vec![QaCitation {
                title: "示例办法".into(),
                address: Some(crate::regulation::Address::article(3, 0)),
            }],
            category: "dev".into(),
            audience: "public".into(),
            region: None,
            valid_from: None,
            valid_to: None,
            reviewed_on: None,
            status: "published".into(),
            sample: true,
        };
        crate::qa::save_many(world.engine.store(), &[pair]).await.expect("saved");
        world.engine.library().catch_up().await.expect("indexed");
        let server = Server::start([]).await.expect("a server");
        let writer = world.writer(&[server.url()]);
        let (answer, _) = world.ask(Some(&writer), "预备期有多长时间").await;
        assert_eq!(lead(&answer), "预备期为一年[1]。", "{}", world.name);
        assert!(notices(&answer).contains(&"QA_REVIEWED") && answer.written.is_none());

        let (answer, _) = world.ask(Some(&writer), "量子计算机用什么编程语言？").await;
        assert_eq!(answer.state, State::NoMatch);
        let (answer, _) = world.ask(Some(&writer), ARTICLES[1]).await;
        assert!(answer.text.contains("您粘贴的文字出自"), "{}", answer.text);
        assert!(server.asked().is_empty(), "{}", world.name);
    }
}
