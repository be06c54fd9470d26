//! What is kept, and who may see it.

use chat::{
    Error, Question,
    conversation::{self, Change, Filter},
    event::Event,
    export::Format,
    turn::{Feedback, Reason, Status, Verdict},
};
use futures::StreamExt as _;
use store::testing;

use crate::script::{Script, caller, chat};

fn question(text: &str) -> Question {
    Question { text: text.into(), ..Question::default() }
}

#[tokio::test]
async fn f75_a_conversation_is_its_owners_alone() {
    for test in testing::stores().await {
        let script = Script::new(&["预备期为一年。[1]"], 100);
        let chat = chat(&test.store, &script).await;
        let (me, other) = (caller("v:me"), caller("v:other"));
        let id = conversation::create(&test.store, &me).await.expect("made").id;
        chat.ask(&me, "1", &id, question("预备期多长？")).await.expect("asked").collect::<Vec<_>>().await;

        let refused = |it: Error| assert!(matches!(it, Error::NoConversation(_)), "{}: {it}", test.name);
        refused(chat.read(&other, &id).await.expect_err("another's"));
        refused(chat.ask(&other, "1", &id, question("问")).await.err().expect("another's"));
        refused(chat.events(&other, &id, 0).await.err().expect("another's"));
        refused(chat.stop(&other, &id).await.expect_err("another's"));
        refused(chat.export(&other, &id, Format::Json).await.expect_err("another's"));
        refused(conversation::delete(&test.store, &other, &id).await.expect_err("another's"));
        refused(conversation::change(&test.store, &other, &id, &Change::default()).await.expect_err("another's"));
        let turn = chat.read(&me, &id).await.expect("mine").1.remove(0);
        let said = Feedback {
            verdict: Verdict::NotUseful,
            reasons: vec![Reason::Outdated],
            comment: Some(" 见13800138000 ".into()),
        };
        assert!(matches!(chat.feedback(&other, &turn.id, &said).await, Err(Error::NoTurn(_))));
        chat.feedback(&me, &turn.id, &said).await.expect("kept");
        let kept = chat.read(&me, &id).await.expect("mine").1.remove(0).feedback.expect("feedback");
        assert_eq!(kept.comment.as_deref(), Some("见138****8000"));
        assert!(conversation::list(&test.store, &other, &Filter::default()).await.expect("listed").items.is_empty());

        conversation::delete(&test.store, &me, &id).await.expect("deleted");
        refused(chat.read(&me, &id).await.expect_err("deleted"));
        assert!(conversation::list(&test.store, &me, &Filter::default()).await.expect("listed").items.is_empty());
    }
}

#[tokio::test]
async fn lists_are_paged_searched_and_starred() {
    for test in testing::stores().await {
        let script = Script::new(&["答。"], 1_000);
        let chat = chat(&test.store, &script).await;
        let me = caller("v:me");
        let mut ids = Vec::new();
        for text in ["党费怎么交，我的电话是13800138000", "100%出席算不算", "转正要几年"] {
            let id = conversation::create(&test.store, &me).await.expect("made").id;
            chat.ask(&me, "1", &id, question(text)).await.expect("asked").collect::<Vec<_>>().await;
            ids.push(id);
        }
        conversation::create(&test.store, &me).await.expect("one without a question");
        let titles = async |filter: Filter| {
            let page = conversation::list(&test.store, &me, &filter).await.expect("listed");
            (page.items.into_iter().map(|it| it.title).collect::<Vec<_>>(), page.next)
        };
        let (first, next) = titles(Filter { limit: 2, ..Filter::default() }).await;
        let (rest, end) = titles(Filter { limit: 2, after: next, ..Filter::default() }).await;
        assert_eq!((first.len(), rest.len(), end), (2, 1, None), "{}", test.name);
        assert!(first.iter().chain(&rest).any(|it| it == "党费怎么交，我的电话是138****8000"), "{first:?} {rest:?}");
        assert_eq!(titles(Filter { q: Some("100%".into()), ..Filter::default() }).await.0, ["100%出席算不算"]);
        assert_eq!(titles(Filter { q: Some("%".into()), ..Filter::default() }).await.0.len(), 1);
        let star = Change { favourite: Some(true), title: Some(" 交党费 ".into()) };
        let changed = conversation::change(&test.store, &me, &ids[0], &star).await.expect("changed");
        assert_eq!((changed.title.as_str(), changed.favourite, changed.turns), ("交党费", true, 1));
        assert_eq!(titles(Filter { favourite: true, ..Filter::default() }).await.0, ["交党费"]);
        let blank = Change { title: Some("  ".into()), favourite: None };
        assert!(matches!(conversation::change(&test.store, &me, &ids[0], &blank).await, Err(Error::Bad { .. })));
        let forged = Filter { after: Some("x".into()), ..Filter::default() };
        assert!(matches!(conversation::list(&test.store, &me, &forged).await, Err(Error::Bad { .. })));
    }
}

#[tokio::test]
async fn earlier_turns_are_handed_over_and_reports_are_not_kept() {
    for test in testing::stores().await {
        let script = Script::new(&["答。"], 1_000);
        let chat = chat(&test.store, &script).await;
        let me = caller("v:me");
        let id = conversation::create(&test.store, &me).await.expect("made").id;
        for text in ["我要举报某甲收礼", "转正要什么条件？", "那需要几年？", "我能不能转正", "转一下"]
        {
            chat.ask(&me, "1", &id, question(text)).await.expect("asked").collect::<Vec<_>>().await;
        }
        let asked = script.asked.lock().expect("sound").clone();
        assert_eq!(asked[0].question, "我要举报某甲收礼", "who answers must know it");
        assert_eq!(
            asked[2].earlier.iter().map(|it| it.question.as_str()).collect::<Vec<_>>(),
            ["（内容不留存）", "补全：转正要什么条件？"]
        );
        let last: Vec<&str> = asked[4].earlier.iter().map(|it| it.question.as_str()).collect();
        assert!(!last.iter().any(|it| it.contains("我能不能转正")), "a refusal is no context: {last:?}");
        assert_eq!(asked[2].earlier[1].titles, ["示例细则", "示例细则"]);
        for format in [Format::Markdown, Format::Html, Format::Json] {
            let file = chat.export(&me, &id, format).await.expect("exported");
            assert!(
                !file.contains("收礼")
                    && file.contains("AI 生成，仅供参考")
                    && file.contains("AIGC") | file.contains("aigc"),
                "{file}"
            );
            assert!(file.contains("那需要几年？") && file.contains("第1条"), "{file}");
        }
        let (_, turns) = chat.read(&me, &id).await.expect("read");
        assert!(turns.iter().all(|it| it.status == Status::Done));
        assert_eq!(turns[2].condensed.as_deref(), Some("补全：那需要几年？"));
    }
}

#[tokio::test]
async fn a_file_shows_text_and_never_runs_it() {
    let test = testing::sqlite().await;
    let script = Script::new(&["<img src=x onerror=alert(1)>。"], 10);
    let chat = chat(&test.store, &script).await;
    let me = caller("v:me");
    let id = conversation::create(&test.store, &me).await.expect("made").id;
    chat.ask(&me, "1", &id, question("<script>alert(1)</script>")).await.expect("asked").collect::<Vec<_>>().await;
    let file = chat.export(&me, &id, Format::Html).await.expect("exported");
    assert!(!file.contains("<script") && !file.contains("<img"), "{file}");
}

#[tokio::test]
async fn a_single_question_is_kept_without_a_conversation() {
    for test in testing::stores().await {
        let script = Script::new(&["答。"], 10);
        let chat = chat(&test.store, &script).await;
        let events: Vec<_> =
            chat.ask_once(&caller(""), "1", question("党费怎么交？")).await.expect("asked").collect().await;
        let Some(Event::Done(done)) = events.last().map(|it| &it.event) else { panic!("{events:?}") };
        assert_eq!(done.answer.text, "答。");
        let row: (String, String) = test
            .store
            .db
            .fetch_one("select status, state from turn where id = $1", vec![done.id.as_str().into()])
            .await
            .expect("kept");
        assert_eq!(row, ("done".to_owned(), "grounded".to_owned()), "{}", test.name);
    }
}
