//! What letters don't use: acts of the level above, of several sides and of nobody; fields that actions keep or
//! may be given besides; rows that look around when they are made.

use domain::role::Role;
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};

use super::{DUE_ON, FROM_ORG, SUBJECT, TO_ORG, actor, clerk, places};
use crate::{
    Actor, Error, Result,
    act::{self, Request, Step, act, by_system},
    declare::{Entity, Field, State, action, date, open_state, preset, section, side, state, text},
    history, list, save,
};

const NOTE: Field<str> = text("reason", "说明", 50).kept();
const CLOSED_ON: Field<chrono::NaiveDate> = date("due_on", "办结日期").kept();

const OPEN: State = open_state("open", "在办");
const CLOSED: State = state("closed", "已办结");
const GONE: State = state("gone", "已归档");

/// A request in the table of letters.
const REQUEST: Entity = Entity::new("letter", "请示", SUBJECT.def)
    .sides(&[side("from", "来文", "from_org"), side("to", "收文", "to_org")])
    .readers(&[Role::BranchStaff, Role::CommitteeAdmin, Role::CityOrgAdmin])
    .makers(&["from", "to"], &[Role::BranchStaff])
    .form(&[section("", &[SUBJECT.def, NOTE.def, CLOSED_ON.def, FROM_ORG.def, TO_ORG.def])])
    .presets(&[preset("received", "收到的", &[OPEN]).of(&["to"]).columns(&[SUBJECT.def])])
    .states(&[OPEN, CLOSED, GONE])
    .born(once)
    .actions(&[
        action("close", "办结", &[OPEN], CLOSED)
            .by(&["to"], &[Role::CommitteeAdmin, Role::CityOrgAdmin])
            .above()
            .offers(&[NOTE.def])
            .then(closed),
        action("note", "补充", &[OPEN], OPEN).by(&["from", "to"], &[Role::BranchStaff]).asks(&[NOTE.def]),
        action("file", "归档", &[CLOSED], GONE).by_system(),
    ])
    .verified();

/// Nothing is asked for twice, and a row knows the day on which it was made.
fn once(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        let subject = step.row.get(SUBJECT).unwrap_or_default();
        let sql = "select id from letter where subject = $1";
        if step.tx.fetch_optional::<(String,)>(sql, vec![subject.into()]).await?.is_some() {
            return Err(Error::violation("REQ-001", "subject", "已经请示过"));
        }
        let today = step.store.clock.today();
        step.set(DUE_ON, today);
        Ok(())
    })
}

fn closed(mut step: Step<'_>) -> BoxFuture<'_, Result<()>> {
    let told = format!("{}，原状态 {}", step.side(&[Role::CommitteeAdmin]), step.before.status());
    if !step.row.has("reason") {
        step.set(NOTE, &told);
    }
    Box::pin(std::future::ready(Ok(())))
}

fn values(extra: &Json) -> Map<String, Json> {
    let mut all = json!({ "subject": "经费", "from_org": "o3", "to_org": "o6" });
    all.as_object_mut().expect("an object").extend(extra.as_object().expect("an object").clone());
    all.as_object().expect("an object").clone()
}

fn step(action: &str, values: &Json) -> Request {
    let values = values.as_object().expect("an object").clone();
    Request { action: action.to_owned(), values, ..Request::default() }
}

const ALL: &[&Entity] = &[&REQUEST];

async fn offered(store: &store::Store, actor: &Actor, id: &str) -> Vec<&'static str> {
    list::get(store, ALL, &REQUEST, actor, id).await.expect("there").actions
}

#[tokio::test]
async fn the_level_above_acts_and_the_organisation_itself_does_not() {
    for it in places().await {
        let store = &it.store;
        // Made by the receiver: either side may.
        let id = save::create(store, &REQUEST, &clerk(6), &values(&json!({}))).await.expect("made");
        let itself = actor("i", Role::CommitteeAdmin, "1.5.6.");
        let above = actor("a", Role::CommitteeAdmin, "1.5.");
        let other = actor("o", Role::CommitteeAdmin, "1.2.");
        for (who, may) in [(&itself, false), (&above, true), (&other, false)] {
            assert_eq!(offered(store, who, &id).await.contains(&"close"), may, "{}: {who:?}", it.name);
            let mine = list::Query { preset: "mine".into(), count: true, ..list::Query::default() };
            let page = list::list(store, ALL, &REQUEST, who, &mine).await.expect("listed");
            assert_eq!(page.total, Some(i64::from(may)), "the list says the same: {who:?}");
        }
        let error = act(store, &REQUEST, &itself, &id, &step("close", &json!({}))).await.expect_err("refused");
        assert_eq!(error.code(), "WF-403");
        act(store, &REQUEST, &above, &id, &step("close", &json!({}))).await.expect("closed");
        let shown = list::get(store, ALL, &REQUEST, &above, &id).await.expect("there");
        assert_eq!(shown.values["reason"], "to，原状态 open", "what is offered needn't be given");
    }
}

#[tokio::test]
async fn both_sides_act_and_presets_know_sides() {
    for it in places().await {
        let store = &it.store;
        let id = save::create(store, &REQUEST, &clerk(3), &values(&json!({}))).await.expect("made");
        for branch in [3, 6] {
            act(store, &REQUEST, &clerk(branch), &id, &step("note", &json!({ "reason": "急" }))).await.expect("noted");
            let received = list::Query { preset: "received".into(), ..list::Query::default() };
            let page = list::list(store, ALL, &REQUEST, &clerk(branch), &received).await.expect("listed");
            assert_eq!(page.rows.len(), usize::from(branch == 6), "{}: {branch}", it.name);
        }
        let moved = values(&json!({ "to_org": "o7" }));
        let moved = Map::from_iter([("to_org".to_owned(), moved["to_org"].clone())]);
        save::update(store, &REQUEST, &clerk(3), &id, 3, &moved).await.expect("still the sender's");
        let away =
            save::update(store, &REQUEST, &clerk(7), &id, 4, &Map::from_iter([("to_org".into(), json!("o6"))])).await;
        assert_eq!(away.expect_err("out of one's own hands").code(), "WF-403");
    }
}

#[tokio::test]
async fn what_actions_keep_is_not_in_the_form_and_rows_look_around_when_made() {
    for it in places().await {
        let store = &it.store;
        let kept = save::create(store, &REQUEST, &clerk(3), &values(&json!({ "reason": "无" }))).await;
        assert!(matches!(&kept, Err(Error::Invalid(wrong)) if wrong[0].code == "FLD-002"), "{kept:?}");
        let id = save::create(store, &REQUEST, &clerk(3), &values(&json!({}))).await.expect("made");
        let shown = list::get(store, ALL, &REQUEST, &clerk(3), &id).await.expect("there");
        assert_eq!(shown.values["due_on"], "2026-11-01", "{}", it.name);
        let kept =
            save::update(store, &REQUEST, &clerk(3), &id, 1, &Map::from_iter([("reason".into(), json!("无"))])).await;
        assert_eq!(kept.expect_err("kept").code(), "WF-422");
        let again = save::create(store, &REQUEST, &clerk(3), &values(&json!({}))).await.expect_err("refused");
        assert!(matches!(&again, Error::Invalid(wrong) if wrong[0].code == "REQ-001"), "{again:?}");
    }
}

#[tokio::test]
async fn the_system_acts_in_a_transaction_of_somebody_elses_and_nobody_in_its_place() {
    for it in places().await {
        let store = &it.store;
        let id = save::create(store, &REQUEST, &clerk(3), &values(&json!({}))).await.expect("made");
        let file = step("file", &json!({}));
        let mut tx = store.db.begin().await.expect("begun");
        let early = by_system(&mut tx, store, &REQUEST, &id, &file).await.expect_err("not closed yet");
        assert_eq!(early.code(), "WF-410");
        drop(tx);
        let above = actor("a", Role::CommitteeAdmin, "1.5.");
        act(store, &REQUEST, &above, &id, &step("close", &json!({ "reason": "同意" }))).await.expect("closed");
        let by_hand = act(store, &REQUEST, &above, &id, &file).await.expect_err("nobody's");
        assert_eq!(by_hand.code(), "WF-403");
        for commit in [false, true] {
            let mut tx = store.db.begin().await.expect("begun");
            assert_eq!(by_system(&mut tx, store, &REQUEST, &id, &file).await.expect("filed"), "gone");
            if commit {
                tx.commit().await.expect("committed");
            }
        }
        let told = history::history(store, &REQUEST, &clerk(3), &id).await.expect("readable");
        let last = told.last().expect("an event");
        assert_eq!((told.len(), last.actor.as_str(), last.action.as_str()), (3, act::SYSTEM, "file"), "{}", it.name);
    }
}
