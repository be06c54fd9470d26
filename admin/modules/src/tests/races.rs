//! Accept, return and withdraw at the same moment on the same stays.
//!
//! `DANGWUTONG_TEST_RACES` says on how many stays for each database; a few by default, so that the suite stays
//! quick.

use domain::mobile::{FlowEvent, FlowState, STEPS};
use engine::history;
use serde_json::json;

use super::{act, clerk, places, registered, seen, sent_back, verified};
use crate::mobile_flow::MOBILE_FLOW;

const FEW: u32 = 60;

#[expect(clippy::disallowed_methods, reason = "how long a test runs is said from outside")]
fn how_many() -> u32 {
    std::env::var("DANGWUTONG_TEST_RACES").ok().and_then(|it| it.parse().ok()).unwrap_or(FEW)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accept_return_and_withdraw_at_once_never_break_the_table() {
    for it in places().await {
        let (mut done, mut ends) = (0, std::collections::BTreeMap::<String, usize>::new());
        for member in 0..how_many() {
            let store = &it.store;
            let id = registered(store, member).await;
            let mut returned = sent_back("gone");
            let mut tasks = Vec::new();
            // Whoever comes first differs from stay to stay.
            for at in 0..3 {
                let (actor, action, values) = match (at + member) % 3 {
                    0 => (clerk(6), "accept", verified()),
                    1 => (clerk(6), "return", returned.take()),
                    _ => (clerk(3), "withdraw", json!({})),
                };
                let (store, id) = (store.clone(), id.clone());
                tasks.push(tokio::spawn(async move {
                    (action, act(&store, &actor, &id, action, values).await.map_err(|it| it.code()))
                }));
            }
            let mut won = Vec::new();
            for task in tasks {
                match task.await.expect("ended") {
                    (action, Ok(_)) => won.push(action.to_owned()),
                    // The state has changed, or what is asked for from there is more (T7).
                    (action, Err(code)) => {
                        assert!(["WF-409", "WF-410", "WF-422"].contains(&code), "{}: {action}: {code}", it.name);
                    }
                }
            }
            done += won.len();
            let told = history::history(store, &MOBILE_FLOW, &clerk(3), &id).await.expect("readable");
            let mut raced: Vec<_> = told[2..].iter().map(|it| it.action.clone()).collect();
            let mut status = "pending_accept".to_owned();
            for event in &told[2..] {
                let (from, to) = (FlowState::from_code(&event.from_status), FlowState::from_code(&event.to_status));
                let (from, to) = (from.expect("a state"), to.expect("a state"));
                let what = FlowEvent::from_code(&event.action).expect("an event");
                assert_eq!(event.from_status, status, "{}: the chain is whole", it.name);
                let legal = STEPS.iter().any(|it| it.event == what && it.from.contains(&from) && it.to == to);
                assert!(legal, "{}: {from} {what} {to}", it.name);
                status.clone_from(&event.to_status);
            }
            raced.sort();
            won.sort();
            assert_eq!(raced, won, "{}: an event for each that was told it was done, and no other", it.name);
            assert!(!won.is_empty(), "somebody is first");
            let shown = seen(store, &clerk(3), &id).await;
            assert_eq!((&shown.status, shown.version), (&status, 2 + won.len() as i64), "{}", it.name);
            *ends.entry(status).or_default() += 1;
        }
        let report = seal::audit::verify(&it.store, None, None, &[]).await.expect("verified");
        assert!(report.is_sound(), "{}: {report:?}", it.name);
        assert_eq!(report.checked, u64::from(how_many()) * 2 + done as u64, "{}: no entry is lost", it.name);
        eprintln!("{}: {} stays, {done} acts, {ends:?}", it.name, how_many());
    }
}
