//! Actions.

use domain::role::Role;
use serde_json::{Map, json};
use store::Store;

use super::{ALL, LETTER, actor, clerk, made, places};
use crate::{
    Actor, Error,
    act::{Request, act, act_on_all},
    history, list,
};

fn request(action: &str) -> Request {
    Request { action: action.to_owned(), ..Request::default() }
}

async fn status(store: &Store, id: &str) -> (String, i64) {
    let shown = list::get(store, ALL, &LETTER, &clerk(3), id).await.expect("there");
    (shown.status, shown.version)
}

async fn refused(store: &Store, actor: &Actor, id: &str, request: &Request) -> &'static str {
    act(store, &LETTER, actor, id, request).await.expect_err("refused").code()
}

#[tokio::test]
async fn each_side_does_what_is_its_own_and_the_history_tells_it() {
    for it in places().await {
        let (store, id) = (&it.store, made(&it.store).await);
        assert_eq!(refused(store, &clerk(6), &id, &request("send")).await, "WF-403");
        assert_eq!(refused(store, &clerk(4), &id, &request("send")).await, "WF-404");
        assert_eq!(refused(store, &clerk(3), &id, &request("take")).await, "WF-410");
        assert_eq!(act(store, &LETTER, &clerk(3), &id, &request("send")).await.expect("sent"), "sent");

        let incomplete = act(store, &LETTER, &clerk(6), &id, &request("return")).await.expect_err("refused");
        let Error::Invalid(wrong) = incomplete else { panic!("{incomplete:?}") };
        assert_eq!(
            wrong.iter().map(|it| (it.code, it.field)).collect::<Vec<_>>(),
            [("FLD-006", "comment"), ("FLD-005", "reason")]
        );
        let values = Map::from_iter([("reason".to_owned(), json!("查无此人"))]);
        let back = Request { values, comment: "请核对".into(), ..request("return") };
        act(store, &LETTER, &clerk(6), &id, &back).await.expect("returned");
        act(store, &LETTER, &clerk(3), &id, &request("send")).await.expect("sent again");
        act(store, &LETTER, &clerk(6), &id, &request("take")).await.expect("taken");
        let shown = list::get(store, ALL, &LETTER, &clerk(6), &id).await.expect("there");
        assert!(!shown.values.contains_key("reason"), "the effect emptied it");

        let told = history::history(store, &LETTER, &clerk(6), &id).await.expect("readable");
        let told: Vec<(&str, &str, &str)> =
            told.iter().map(|it| (it.action.as_str(), it.to_status.as_str(), it.comment.as_str())).collect();
        assert_eq!(
            told,
            [
                ("create", "draft", ""),
                ("send", "sent", ""),
                ("return", "returned", "请核对"),
                ("send", "sent", ""),
                ("take", "taken", "")
            ]
        );
        assert!(history::history(store, &LETTER, &clerk(4), &id).await.is_err());
        let report = seal::audit::verify(store, None, None, &[]).await.expect("verified");
        assert!(report.is_sound() && report.checked == 5, "{report:?}");
    }
}

#[tokio::test]
async fn nobody_approves_their_own_work() {
    for it in places().await {
        let (store, id) = (&it.store, made(&it.store).await);
        act(store, &LETTER, &clerk(3), &id, &request("send")).await.expect("sent");
        act(store, &LETTER, &clerk(6), &id, &request("take")).await.expect("taken");
        assert_eq!(refused(store, &clerk(3), &id, &request("close")).await, "AUTH-003");
        let shown = list::get(store, ALL, &LETTER, &clerk(3), &id).await.expect("there");
        assert!(shown.actions.is_empty(), "what can't be done isn't offered");
        let mine = list::Query { preset: "mine".into(), count: true, ..list::Query::default() };
        for (actor, count) in [(clerk(3), 0), (actor("boss", Role::CommitteeAdmin, "1.2."), 1)] {
            let page = list::list(store, ALL, &LETTER, &actor, &mine).await.expect("listed");
            assert_eq!(page.total, Some(count), "{}: {actor:?}", it.name);
        }
        act(store, &LETTER, &actor("boss", Role::CommitteeAdmin, "1.2."), &id, &request("close"))
            .await
            .expect("closed");
    }
}

#[tokio::test]
async fn the_same_key_does_nothing_twice() {
    for it in places().await {
        let (store, id) = (&it.store, made(&it.store).await);
        let send = Request { key: Some("k1".into()), ..request("send") };
        assert_eq!(act(store, &LETTER, &clerk(3), &id, &send).await.expect("sent"), "sent");
        assert_eq!(act(store, &LETTER, &clerk(3), &id, &send).await.expect("again"), "sent");
        assert_eq!(status(store, &id).await, ("sent".to_owned(), 2));
        assert_eq!(history::history(store, &LETTER, &clerk(3), &id).await.expect("readable").len(), 2);
        let other = Request { comment: "另一件事".into(), ..send.clone() };
        assert_eq!(refused(store, &clerk(3), &id, &other).await, "WF-412");
        // A request that failed keeps no key: mended, it may come again.
        let mended = Request { key: Some("k2".into()), ..request("return") };
        assert_eq!(refused(store, &clerk(6), &id, &mended).await, "WF-422");
        let values = Map::from_iter([("reason".to_owned(), json!("无"))]);
        act(store, &LETTER, &clerk(6), &id, &Request { values, comment: "好".into(), ..mended })
            .await
            .expect("returned");
    }
}

#[tokio::test]
async fn of_many_at_once_exactly_one_wins() {
    for it in places().await {
        let (store, id) = (&it.store, made(&it.store).await);
        act(store, &LETTER, &clerk(3), &id, &request("send")).await.expect("sent");
        let tries = (0..20).map(|at| {
            let (store, id) = (store.clone(), id.clone());
            tokio::spawn(async move {
                let values = Map::from_iter([("reason".to_owned(), json!("忙"))]);
                let request = if at % 2 == 0 {
                    request("take")
                } else {
                    Request { values, comment: "忙".into(), ..request("return") }
                };
                act(&store, &LETTER, &clerk(6), &id, &request).await.map_err(|it| it.code())
            })
        });
        let mut won = 0;
        for task in tries.collect::<Vec<_>>() {
            match task.await.expect("ended") {
                Ok(_) => won += 1,
                Err(code) => assert!(["WF-409", "WF-410"].contains(&code), "{}: {code}", it.name),
            }
        }
        assert_eq!(won, 1, "{}", it.name);
        assert_eq!(status(store, &id).await.1, 3);
        assert_eq!(history::history(store, &LETTER, &clerk(3), &id).await.expect("readable").len(), 3);
    }
}

#[tokio::test]
async fn a_bulk_action_reports_each_row() {
    for it in places().await {
        let store = &it.store;
        let (sent, draft) = (made(store).await, made(store).await);
        act(store, &LETTER, &clerk(3), &sent, &request("send")).await.expect("sent");
        let ids = [sent.clone(), draft, "nowhere".to_owned()];
        let done = act_on_all(store, &LETTER, &clerk(6), &ids, &request("take")).await.expect("done");
        let outcomes: Vec<_> = done.iter().map(|it| it.outcome.as_ref().map_err(Error::code)).collect();
        assert_eq!(outcomes, [Ok(&"taken"), Err("WF-410"), Err("WF-404")], "{}", it.name);
        let error = act_on_all(store, &LETTER, &clerk(3), &ids, &request("send")).await.expect_err("one by one");
        assert_eq!(error.code(), "WF-400");
    }
}

#[tokio::test]
async fn a_guard_that_refuses_leaves_nothing_behind() {
    for it in places().await {
        let mut values = super::letter();
        values.insert("urgent".to_owned(), json!(true));
        let store = &it.store;
        let id = crate::save::create(store, &LETTER, &clerk(3), &values).await.expect("made");
        act(store, &LETTER, &clerk(3), &id, &request("send")).await.expect("sent");
        act(store, &LETTER, &clerk(6), &id, &request("take")).await.expect("taken");
        let boss = actor("boss", Role::CommitteeAdmin, "1.5.");
        assert_eq!(refused(store, &boss, &id, &request("close")).await, "WF-422");
        assert_eq!(status(store, &id).await, ("taken".to_owned(), 3));
        assert_eq!(history::history(store, &LETTER, &clerk(3), &id).await.expect("readable").len(), 3);
    }
}
