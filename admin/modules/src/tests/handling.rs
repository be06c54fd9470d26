//! The ends of a stay: return, transfer, termination.

use engine::save;
use serde_json::json;

use super::{boss, clerk, done, key, managed, outflow, places, refused, registered, seen};
use crate::{
    endorsement::ENDORSEMENT,
    mobile_flow::{MOBILE_FLOW, transfer_completed},
};

#[tokio::test]
async fn a_return_is_confirmed_with_an_endorsement_or_a_word_why_not() {
    for it in places().await {
        let (store, id) = (&it.store, managed(&it.store, 1).await);
        assert_eq!(refused(store, &clerk(6), &id, "apply_return", json!({ "back_on": "2026-11-02" })).await, "FLD-007");
        done(store, &clerk(6), &id, "apply_return", json!({ "back_on": "2026-10-31" })).await;
        assert_eq!(refused(store, &clerk(3), &id, "confirm_return", json!({})).await, "FLD-005");
        done(store, &clerk(3), &id, "confirm_return", json!({ "performance_note": "外出时间较短" })).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!(
            (&shown.values["ended_on"], &shown.values["end_reason"]),
            (&json!("2026-10-31"), &json!("returned"))
        );
        registered(store, 1).await;

        let id = managed(store, 2).await;
        let values = json!({
            "flow": id, "kind": "performance", "member_name": "测试甲", "issuer_org": "o6", "receiver_org": "o3",
            "content": "按时参加组织生活", "conclusion": "good", "period_from": "2026-10-01", "period_to": "2026-10-31",
        });
        let made = save::create(store, &ENDORSEMENT, &clerk(6), &super::object(values)).await.expect("made");
        for (actor, action) in [(clerk(6), "submit"), (boss(5), "countersign"), (boss(5), "issue")] {
            let request = engine::act::Request { action: action.into(), ..Default::default() };
            engine::act::act(store, &ENDORSEMENT, &actor, &made, &request).await.expect(action);
        }
        done(store, &clerk(3), &id, "apply_return", json!({ "back_on": "2026-10-31" })).await;
        done(store, &clerk(3), &id, "confirm_return", json!({})).await;
    }
}

#[tokio::test]
async fn a_completed_transfer_ends_the_stay_by_itself() {
    for it in places().await {
        let store = &it.store;
        let (id, pending) = (managed(store, 1).await, registered(store, 2).await);
        assert_eq!(refused(store, &clerk(3), &id, "transfer_completed", json!({})).await, "WF-403");
        let city = super::actor("c", domain::role::Role::CityOrgAdmin, "1.");
        assert_eq!(refused(store, &city, &id, "transfer_completed", json!({})).await, "WF-403", "nobody's by hand");
        for (member, ended) in [(1, Some(&id)), (2, Some(&pending)), (1, None), (9, None)] {
            let mut tx = store.db.begin().await.expect("begun");
            assert_eq!(transfer_completed(&mut tx, store, &key(member)).await.expect("asked").as_ref(), ended);
            tx.commit().await.expect("committed");
        }
        let shown = seen(store, &clerk(3), &id).await;
        assert_eq!((shown.status.as_str(), &shown.values["end_reason"]), ("ended_transferred", &json!("transferred")));
        let told = engine::history::history(store, &MOBILE_FLOW, &clerk(3), &id).await.expect("readable");
        let last = told.last().expect("an event");
        assert_eq!(
            (last.actor.as_str(), last.role.as_str(), last.action.as_str()),
            ("system", "", "transfer_completed")
        );
        let report = seal::audit::verify(store, None, None, &[]).await.expect("verified");
        assert!(report.is_sound(), "{}: {report:?}", it.name);

        // A return under way is finished by hand, and a transfer that fails takes the end back with it.
        let id = managed(store, 3).await;
        let mut tx = store.db.begin().await.expect("begun");
        assert!(transfer_completed(&mut tx, store, &key(3)).await.expect("asked").is_some());
        drop(tx);
        assert_eq!(seen(store, &clerk(3), &id).await.status, "managed");
        done(store, &clerk(3), &id, "apply_return", json!({ "back_on": "2026-10-31" })).await;
        let mut tx = store.db.begin().await.expect("begun");
        assert_eq!(transfer_completed(&mut tx, store, &key(3)).await.expect("asked"), None);
    }
}

#[tokio::test]
async fn a_stay_is_terminated_by_the_level_above_the_origin_for_a_reason() {
    for it in places().await {
        let (store, id) = (&it.store, managed(&it.store, 1).await);
        let dead = json!({ "end_reason": "deceased" });
        assert_eq!(refused(store, &clerk(3), &id, "terminate", dead.clone()).await, "WF-403");
        assert_eq!(refused(store, &boss(5), &id, "terminate", dead.clone()).await, "WF-403", "not the destination");
        assert_eq!(refused(store, &boss(2), &id, "terminate", json!({ "end_reason": "returned" })).await, "FLD-007");
        done(store, &boss(2), &id, "terminate", dead).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!((&shown.values["end_reason"], shown.status.as_str()), (&json!("deceased"), "ended_invalid"));
        assert!(shown.values.contains_key("ended_at"), "{}", it.name);
    }
}

#[tokio::test]
async fn numbers_are_given_once_to_many_at_a_time() {
    for it in places().await {
        let mut drafts = Vec::new();
        for member in 0..20 {
            drafts.push(save::create(&it.store, &MOBILE_FLOW, &clerk(3), &outflow(member)).await.expect("made"));
        }
        let tasks: Vec<_> = drafts
            .iter()
            .cloned()
            .map(|id| {
                let store = it.store.clone();
                tokio::spawn(async move { done(&store, &clerk(3), &id, "register_outflow", json!({})).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("registered");
        }
        let mut numbers = Vec::new();
        for id in &drafts {
            numbers.push(seen(&it.store, &clerk(3), id).await.values["flow_no"].as_str().expect("words").to_owned());
        }
        numbers.sort();
        let wanted: Vec<_> = (1..=20).map(|it| format!("LD20261101{it:06}")).collect();
        assert_eq!(numbers, wanted, "{}: without gap", it.name);
    }
}

#[tokio::test]
async fn of_two_drafts_for_one_member_at_a_time_one_is_made() {
    for it in places().await {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = it.store.clone();
                tokio::spawn(async move { save::create(&store, &MOBILE_FLOW, &clerk(3), &outflow(1)).await })
            })
            .collect();
        let mut made = 0;
        for task in tasks {
            match task.await.expect("ended") {
                Ok(_) => made += 1,
                Err(error) => assert!(["WF-409", "WF-422"].contains(&error.code()), "{}: {error}", it.name),
            }
        }
        assert_eq!(made, 1, "{}", it.name);
    }
}
