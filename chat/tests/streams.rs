//! Streams that are cut, resumed, stopped, shared by two processes, orphaned.

use std::{sync::atomic::Ordering, time::Duration};

use chat::{
    Chat, Error, Question, conversation,
    event::{Event, Numbered},
    turn::Status,
};
use futures::StreamExt as _;
use rand::{RngExt as _, SeedableRng as _};
use store::testing;

use crate::script::{Script, caller, chat};

const SENTENCES: [&str; 12] = [
    "预备期为一年。[1]",
    "从支部大会通过之日算起。",
    "\n\n**依据**\n",
    "> 第一条\n",
    "期满应当及时讨论。",
    "可以延长一次。[2]",
    "延长不少于半年，",
    "最长不超过一年。",
    "🎉",
    "“引用”",
    "\n- 项\n",
    "完。",
];

fn command(text: &str, id: &str) -> Question {
    Question { text: text.into(), command_id: Some(id.into()), ..Question::default() }
}

fn words(events: &[Numbered]) -> String {
    let deltas = events.iter().filter_map(|it| match &it.event {
        Event::Delta(delta) => Some(delta.text.as_str()),
        _ => None,
    });
    deltas.collect()
}

async fn begun(chat: &Chat) -> (chat::session::Caller, String) {
    let me = caller("v:me");
    let id = conversation::create(chat.store(), &me).await.expect("made").id;
    (me, id)
}

#[tokio::test]
async fn events_come_in_order_and_the_answer_is_kept_before_done() {
    for test in testing::stores().await {
        let script = Script::new(&SENTENCES, 100);
        let chat = chat(&test.store, &script).await;
        let (me, id) = begun(&chat).await;
        let mut feed = chat.ask(&me, "1", &id, command("问", "a")).await.expect("asked");
        let mut events = Vec::new();
        while let Some(it) = feed.next().await {
            if let Event::Done(done) = &it.event {
                let (_, turns) = chat.read(&me, &id).await.expect("read");
                let kept = turns[0].answer.as_ref().expect("kept before done");
                assert_eq!((&kept.text, turns[0].status), (&done.answer.text, Status::Done), "{}", test.name);
            }
            events.push(it);
        }
        let seqs: Vec<i64> = events.iter().map(|it| it.seq).collect();
        assert_eq!(seqs, (1..=events.len() as i64).collect::<Vec<_>>());
        assert!(matches!(events[0].event, Event::Accepted(_)));
        assert!(matches!(events[2].event, Event::Citation(_)));
        let Some(Event::Done(done)) = events.last().map(|it| &it.event) else { panic!("no end") };
        assert_eq!((words(&events), done.answer.text.as_str()), (SENTENCES.concat(), SENTENCES.concat().as_str()));
        let cited = events.iter().filter(|it| matches!(it.event, Event::Citation(_))).count();
        assert_eq!(cited, 2, "each once");
        // The same command again asks nothing and tells the same.
        let again: Vec<_> = chat.ask(&me, "1", &id, command("问", "a")).await.expect("known").collect().await;
        assert_eq!(again, events);
        assert_eq!(script.asked.lock().expect("sound").len(), 1);
        assert!(chat.events(&me, &id, events.len() as i64).await.expect("asked").is_none());
    }
}

/// 200 cuts at random moments, by listeners on the process that works and on another one.
#[tokio::test]
async fn two_hundred_cuts_leave_the_text_as_it_is_kept() {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_125);
    for test in testing::stores().await {
        let script = Script::new(&SENTENCES, 0);
        let here = chat(&test.store, &script).await;
        let there = chat(&test.store, &script).await;
        let (mut cuts, mut round) = (0, 0);
        while cuts < 200 {
            round += 1;
            assert!(round < 200, "only {cuts} cuts in {round} rounds");
            let (me, id) = begun(&here).await;
            let mut feed = here.ask(&me, "1", &id, command("问", "a")).await.expect("asked");
            let mut heard: Vec<Numbered> = Vec::new();
            let elsewhere = round % 2 == 1;
            let mut told = 0;
            loop {
                // A listener hears some events, while the script goes on, and is cut.
                for _ in 0..rng.random_range(0..3) {
                    if told < SENTENCES.len() {
                        script.go.add_permits(1);
                        told += 1;
                    }
                }
                let wanted = rng.random_range(1..4);
                for _ in 0..wanted {
                    let Ok(next) = tokio::time::timeout(Duration::from_millis(30), feed.next()).await else { break };
                    heard.extend(next);
                    if heard.last().is_some_and(|it| it.event.is_last()) {
                        break;
                    }
                }
                if heard.last().is_some_and(|it| it.event.is_last()) {
                    break;
                }
                drop(feed);
                cuts += 1;
                let after = heard.last().map_or(0, |it| it.seq);
                let from = if elsewhere { &there } else { &here };
                feed = from.events(&me, &id, after).await.expect("mine").expect("not over");
            }
            let seqs: Vec<i64> = heard.iter().map(|it| it.seq).collect();
            assert_eq!(
                seqs,
                (1..=heard.len() as i64).collect::<Vec<_>>(),
                "{}: nothing twice, nothing lost",
                test.name
            );
            let kept = here.read(&me, &id).await.expect("read").1.remove(0).answer.expect("kept");
            assert_eq!(words(&heard).into_bytes(), kept.text.into_bytes());
        }
        eprintln!("{}: {cuts} cuts in {round} rounds", test.name);
    }
}

#[tokio::test]
async fn stop_takes_effect_here_and_from_another_process() {
    for test in testing::stores().await {
        for elsewhere in [false, true] {
            let script = Script::new(&SENTENCES, 2);
            let here = chat(&test.store, &script).await;
            let there = chat(&test.store, &script).await;
            let (me, id) = begun(&here).await;
            let mut feed = here.ask(&me, "1", &id, command("问", "a")).await.expect("asked");
            let mut heard = Vec::new();
            while words(&heard) != SENTENCES[..2].concat() {
                heard.push(feed.next().await.expect("more"));
            }
            assert!(matches!(here.ask(&me, "1", &id, command("再问", "b")).await, Err(Error::Busy)));
            let started = std::time::Instant::now();
            let stopper = if elsewhere { &there } else { &here };
            assert!(stopper.stop(&me, &id).await.expect("mine"));
            heard.extend(feed.collect::<Vec<_>>().await);
            assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
            let Some(Event::Done(done)) = heard.last().map(|it| &it.event) else { panic!("{heard:?}") };
            assert!(done.stopped && done.answer.text == SENTENCES[..2].concat(), "{}: {done:?}", test.name);
            assert_eq!(script.dropped.load(Ordering::SeqCst), 1, "the model is not asked on");
            let turn = here.read(&me, &id).await.expect("read").1.remove(0);
            assert_eq!(turn.status, Status::Stopped);
            assert!(!here.stop(&me, &id).await.expect("mine"), "nothing left to stop");
        }
    }
}

#[tokio::test]
async fn a_single_question_stops_when_nobody_listens() {
    let test = testing::sqlite().await;
    let script = Script::new(&SENTENCES, 1);
    let chat = chat(&test.store, &script).await;
    let mut feed = chat.ask_once(&caller(""), "1", command("问", "a")).await.expect("asked");
    feed.next().await.expect("accepted");
    drop(feed);
    chat.close().await;
    assert_eq!(script.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_orphaned_turn_is_told_as_interrupted_and_the_conversation_goes_on() {
    for test in testing::stores().await {
        let script = Script::new(&SENTENCES, 1);
        let here = chat(&test.store, &script).await;
        let (me, id) = begun(&here).await;
        // As a process leaves it that is gone: running, and past its time.
        let mut tx = test.store.db.begin().await.expect("a transaction");
        let sql = "insert into turn (id, conversation_id, channel, owner, question, asked_at, status, lease_until, \
                   first_seq, last_seq) values ('lost', $1, 'web', 'v:me', '问', $2, 'running', $2, 1, 4)";
        tx.execute(sql, vec![id.as_str().into(), (test.store.clock.now() - chrono::Duration::seconds(60)).into()])
            .await
            .expect("kept");
        tx.execute("update conversation set last_seq = 4 where id = $1", vec![id.as_str().into()]).await.expect("kept");
        tx.commit().await.expect("kept");
        let told: Vec<_> = here.events(&me, &id, 3).await.expect("mine").expect("more").collect().await;
        let [Numbered { seq, event: Event::Error(failure) }] = told.as_slice() else { panic!("{told:?}") };
        assert!(*seq > 4 && failure.code == "CHAT-008", "{}", test.name);
        script.go.add_permits(100);
        let events: Vec<_> = here.ask(&me, "1", &id, command("再问", "b")).await.expect("asked").collect().await;
        assert!(events[0].seq > *seq && events.last().expect("events").event.is_last());
        let (_, turns) = here.read(&me, &id).await.expect("read");
        assert_eq!(turns.iter().map(|it| it.status).collect::<Vec<_>>(), [Status::Failed, Status::Done]);
    }
}

#[tokio::test]
async fn an_assistant_that_breaks_is_an_error_and_not_a_silence() {
    let test = testing::sqlite().await;
    let mut script = Script::new(&SENTENCES, 1);
    std::sync::Arc::get_mut(&mut script).expect("ours alone").panics = true;
    let chat = chat(&test.store, &script).await;
    let (me, id) = begun(&chat).await;
    let events: Vec<_> = chat.ask(&me, "1", &id, command("问", "a")).await.expect("asked").collect().await;
    assert!(matches!(&events.last().expect("events").event, Event::Error(it) if it.code == "COMMON-500"), "{events:?}");
    assert_eq!(chat.read(&me, &id).await.expect("read").1[0].status, Status::Failed);
}
