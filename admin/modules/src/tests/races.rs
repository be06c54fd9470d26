//! Accept, return and withdraw at the same moment on the same stays; transfers and revocations beside them.
//!
//! `DANGWUTONG_TEST_RACES` says on how many stays for each database; a few by default, so that the suite stays
//! quick.

use domain::mobile::{FlowEvent, FlowState, STEPS};
use engine::{history, save};
use serde_json::json;

use super::{act, clerk, key, managed, outflow, places, registered, seen, sent_back, verified};
use crate::mobile_flow::{MOBILE_FLOW, transfer_completed};

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

/// A transfer ends a stay while somebody works on it: one of the two is first, and nothing is torn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_and_a_clerk_at_once_leave_one_whole_history() {
    for it in places().await {
        for member in 0..FEW / 3 {
            let (store, id) = (&it.store, managed(&it.store, member).await);
            let clerks = {
                let (store, id) = (store.clone(), id.clone());
                let values = json!({ "back_on": "2026-10-31" });
                tokio::spawn(async move {
                    act(&store, &clerk(6), &id, "apply_return", values).await.map_err(|it| it.code())
                })
            };
            let transfer = {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut tx = store.db.begin().await.expect("begun");
                    let ended = transfer_completed(&mut tx, &store, &key(member)).await.expect("never a conflict");
                    tx.commit().await.expect("committed");
                    ended
                })
            };
            let (clerks, ended) = (clerks.await.expect("ended"), transfer.await.expect("ended"));
            let status = seen(store, &clerk(3), &id).await.status;
            match (clerks, ended) {
                (Ok(_), None) => assert_eq!(status, "return_pending", "{}", it.name),
                (Err(code), Some(_)) => {
                    assert!(["WF-409", "WF-410"].contains(&code), "{}: {code}", it.name);
                    assert_eq!(status, "ended_transferred");
                }
                other => panic!("{}: {other:?}", it.name),
            }
        }
    }
}

/// An organisation that is being revoked counts its stays under the lock that registrations take (23): it never
/// ends up revoked with a member on the way to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_and_a_revocation_at_once_never_both_succeed() {
    for it in places().await {
        let store = &it.store;
        for member in 0..FEW / 3 {
            let id = save::create(store, &MOBILE_FLOW, &clerk(3), &outflow(member)).await.expect("made");
            let revoke = {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut tx = store.db.begin().await.expect("begun");
                    let lock = "update party_org set status = 'revoking' where id = 'o6'";
                    tx.execute(lock, vec![]).await.expect("locked");
                    let count = "select count(*) from mobile_flow where destination_org = 'o6' and status <> 'draft' \
                                 and ended_at is null";
                    let open = tx.fetch_optional::<(i64,)>(count, vec![]).await.expect("counted");
                    if open == Some((0,)) {
                        tx.commit().await.expect("committed");
                        return true;
                    }
                    false
                })
            };
            let registered = act(store, &clerk(3), &id, "register_outflow", json!({})).await.is_ok();
            assert_ne!(revoke.await.expect("ended"), registered, "{}: exactly one of them", it.name);
            // For the next round the organisation is there again, and the member isn't on the way.
            if registered {
                act(store, &clerk(3), &id, "withdraw", json!({})).await.expect("withdrawn");
            }
            let mut tx = store.db.begin().await.expect("begun");
            tx.execute("update party_org set status = 'active' where id = 'o6'", vec![]).await.expect("opened");
            tx.commit().await.expect("committed");
        }
    }
}
