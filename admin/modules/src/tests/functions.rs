//! What each function is accepted by.

use engine::{list, save};
use serde_json::{Value as Json, json};

use super::{
    act, boss, branch, clerk, done, listed, managed, object, outflow, places, refused, registered, report, seen,
};
use super::{sent_back, verified};
use crate::{
    endorsement::ENDORSEMENT,
    mobile_flow::{MOBILE_FLOW, changes},
    registry::ENTITIES,
};

/// F26: somebody who is away already isn't registered again, and only organisations that take members are a
/// destination. A transfer under way (MOB-002) can't be tried until there are transfers.
#[tokio::test]
async fn f26_an_outflow_is_registered_once_and_to_an_organisation_that_takes_members() {
    for it in places().await {
        let store = &it.store;
        let id = registered(store, 1).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!(shown.values["flow_no"], "LD20261101000001", "{}", it.name);
        let again = save::create(store, &MOBILE_FLOW, &clerk(3), &outflow(1)).await.expect_err("refused");
        let engine::Error::Invalid(wrong) = again else { panic!("{again:?}") };
        assert_eq!(wrong[0].code, "MOB-001");
        assert!(wrong[0].message.contains("LD20261101000001，已流出登记·待流入地接收"), "{}", wrong[0].message);

        let close = "update party_org set status = 'revoking' where id = 'o7'";
        let mut tx = store.db.begin().await.expect("begun");
        tx.execute(close, vec![]).await.expect("closed");
        tx.commit().await.expect("committed");
        for (member, changed, wanted) in [
            (2, json!({ "destination_org": "o7", "destination_kind": "mobile_org" }), "MOB-007"),
            (
                3,
                json!({ "destination_org": null, "destination_division": "310101", "destination_kind": "mobile_org" }),
                "MOB-006",
            ),
            (4, json!({ "party_status": "suspended" }), "MOB-003"),
            (5, json!({ "outflow_on": "2026-12-02" }), "MOB-005"),
            (6, json!({ "flow_reason": null }), "FLD-005"),
            (7, json!({ "destination_scope": "overseas" }), "FLD-007"),
        ] {
            let mut values = outflow(member);
            values.extend(object(changed));
            let id = save::create(store, &MOBILE_FLOW, &clerk(3), &values).await.expect("a draft may be wrong");
            assert_eq!(refused(store, &clerk(3), &id, "register_outflow", json!({})).await, wanted, "{member}");
            assert_eq!(seen(store, &clerk(3), &id).await.status, "draft");
        }
        // Too short an absence is a warning: it is for the form to show and keeps nobody.
        let mut values = outflow(8);
        values.insert("expected_return_on".to_owned(), json!("2026-12-01"));
        let id = save::create(store, &MOBILE_FLOW, &clerk(3), &values).await.expect("made");
        let request = engine::act::Request { action: "register_outflow".into(), ..Default::default() };
        let told = engine::act::warnings(store, &MOBILE_FLOW, &clerk(3), &id, &request).await.expect("told");
        assert_eq!(told.iter().map(|it| it.code).collect::<Vec<_>>(), ["MOB-008"]);
        let longer = object(json!({ "expected_return_on": "2028-12-01" }));
        let request = engine::act::Request { values: longer, ..request };
        let told = engine::act::warnings(store, &MOBILE_FLOW, &clerk(3), &id, &request).await.expect("told");
        assert_eq!(told, []);
        done(store, &clerk(3), &id, "register_outflow", json!({})).await;
        assert_eq!(
            seen(store, &clerk(3), &id).await.values["flow_no"],
            "LD20261101000002",
            "refused ones take no number"
        );
    }
}

/// F26: a draft holds the member's place until it is taken away; what was registered isn't.
#[tokio::test]
async fn f26_a_draft_that_is_taken_away_leaves_the_member_free() {
    for it in places().await {
        let store = &it.store;
        let id = save::create(store, &MOBILE_FLOW, &clerk(3), &outflow(1)).await.expect("made");
        let stranger = save::discard(store, &MOBILE_FLOW, &clerk(4), &id, 1).await.expect_err("refused");
        assert_eq!(stranger.code(), "WF-404");
        let reader = super::actor("r", domain::role::Role::Organizer, "1.2.3.");
        let reader = save::discard(store, &MOBILE_FLOW, &reader, &id, 1).await.expect_err("refused");
        assert_eq!(reader.code(), "WF-403");
        let stale = save::discard(store, &MOBILE_FLOW, &clerk(3), &id, 2).await.expect_err("refused");
        assert_eq!(stale.code(), "WF-409");
        save::discard(store, &MOBILE_FLOW, &clerk(3), &id, 1).await.expect("taken away");
        let gone = list::get(store, ENTITIES, &MOBILE_FLOW, &clerk(3), &id).await.expect_err("gone");
        assert_eq!(gone.code(), "WF-404", "{}", it.name);
        let id = registered(store, 1).await;
        let kept = save::discard(store, &MOBILE_FLOW, &clerk(3), &id, 2).await.expect_err("refused");
        assert_eq!(kept.code(), "WF-411");
        let report = seal::audit::verify(store, None, None, &[]).await.expect("verified");
        assert!(report.is_sound() && report.checked == 4, "{report:?}");
    }
}

/// F26: what actions keep isn't set by the form.
#[tokio::test]
async fn f26_the_form_sets_nothing_that_actions_keep() {
    for it in places().await {
        for field in ["flow_no", "managing_branch", "ended_at", "return_count", "provisional", "accepted_at"] {
            let mut values = outflow(1);
            values.insert(field.to_owned(), json!("1"));
            let error = save::create(&it.store, &MOBILE_FLOW, &clerk(3), &values).await.expect_err("refused");
            let engine::Error::Invalid(wrong) = error else { panic!("{error:?}") };
            assert_eq!((wrong[0].code, wrong[0].field), ("FLD-002", field));
        }
    }
}

/// F27: the list of the origin has whom to call; two returns call the levels above.
#[tokio::test]
async fn f27_a_return_is_listed_with_whom_to_call_and_escalates_the_second_time() {
    for it in places().await {
        let (store, id) = (&it.store, registered(&it.store, 1).await);
        done(store, &clerk(6), &id, "return", sent_back("unreachable")).await;
        let query = list::Query { preset: "returned".into(), ..list::Query::default() };
        let page = list::list(store, ENTITIES, &MOBILE_FLOW, &clerk(3), &query).await.expect("listed");
        let row = &page.rows[0].values;
        assert_eq!((&row["return_contact"], &row["return_phone"]), (&json!("测试乙"), &json!("021-62345678")));
        assert_eq!((&row["return_count"], &row["escalated"]), (&json!(1), &json!(false)), "{}", it.name);
        assert_eq!(page.rows[0].titles["returned_by_org"], "第6党组织");
        let columns = MOBILE_FLOW.presets.iter().find(|it| it.code == "returned").expect("declared").columns;
        assert!(
            ["return_contact", "return_phone", "return_reason", "return_count"]
                .iter()
                .all(|name| columns.iter().any(|it| it.name == *name))
        );
        assert_eq!(listed(store, &clerk(6), "returned").await, Vec::<String>::new(), "the origin's list");
        assert_eq!(listed(store, &clerk(6), "sent_back").await, [id.as_str()], "and the destination's (F34)");

        assert_eq!(refused(store, &clerk(3), &id, "resubmit", json!({})).await, "FLD-007", "nothing was changed");
        done(store, &clerk(3), &id, "resubmit", json!({ "contact": "13900000000" })).await;
        assert_eq!(changes(store, &clerk(3), &id).await.expect("readable"), [], "the destination is the same");
        done(store, &clerk(6), &id, "return", sent_back("gone")).await;
        assert_eq!(seen(store, &boss(2), &id).await.values["escalated"], true);
        let query = list::Query { filters: vec![("escalated".into(), "true".into())], ..list::Query::default() };
        let page = list::list(store, ENTITIES, &MOBILE_FLOW, &boss(5), &query).await.expect("listed");
        assert_eq!(page.rows.len(), 1);
        done(store, &clerk(3), &id, "withdraw", json!({})).await;
        assert_eq!(listed(store, &clerk(3), "returned").await, [id]);
        registered(store, 1).await;
    }
}

/// F28: a report is confirmed by the origin; then the destination has the member, and the origin vouches.
#[tokio::test]
async fn f28_a_confirmed_report_is_accepted_and_endorsed() {
    for it in places().await {
        let store = &it.store;
        let id = save::create(store, &MOBILE_FLOW, &clerk(6), &report(1)).await.expect("made");
        assert_eq!(refused(store, &clerk(3), &id, "register_outflow", json!({})).await, "FLD-007");
        done(store, &clerk(6), &id, "self_report_submit", json!({})).await;
        assert_eq!(listed(store, &clerk(3), "to_confirm").await, [id.as_str()], "{}", it.name);
        assert_eq!(refused(store, &clerk(6), &id, "origin_confirm", json!({})).await, "WF-403");
        done(store, &clerk(3), &id, "origin_confirm", json!({ "outflow_on": "2026-09-15" })).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!((shown.status.as_str(), &shown.values["outflow_on"]), ("accepted", &json!("2026-09-15")));

        let query = list::Query { filters: vec![("flow".into(), id.clone())], ..list::Query::default() };
        let page = list::list(store, ENTITIES, &ENDORSEMENT, &clerk(3), &query).await.expect("listed");
        let (row, values) = (&page.rows[0], &page.rows[0].values);
        assert_eq!((page.rows.len(), row.status.as_str(), &values["kind"]), (1, "draft", &json!("identity")));
        let step = |action: &str| engine::act::Request { action: action.into(), ..engine::act::Request::default() };
        for (actor, action) in [(clerk(3), "submit"), (boss(2), "countersign"), (boss(2), "issue")] {
            engine::act::act(store, &ENDORSEMENT, &actor, &row.id, &step(action)).await.expect(action);
        }
        let page = list::list(store, ENTITIES, &ENDORSEMENT, &clerk(6), &query).await.expect("listed");
        assert_eq!(
            (page.rows[0].status.as_str(), &page.rows[0].values["issued_on"]),
            ("effective", &json!("2026-11-01"))
        );
    }
}

/// F28: a report may be denied, which ends it; and another province that is silent is waited for.
#[tokio::test]
async fn f28_a_denied_report_ends_and_a_silent_origin_is_waited_for() {
    for it in places().await {
        let store = &it.store;
        let id = save::create(store, &MOBILE_FLOW, &clerk(6), &report(1)).await.expect("made");
        done(store, &clerk(6), &id, "self_report_submit", json!({})).await;
        assert_eq!(refused(store, &clerk(3), &id, "origin_reject", json!({})).await, "FLD-005");
        done(store, &clerk(3), &id, "origin_reject", json!({ "reject_reason": "查无此人" })).await;
        let shown = seen(store, &clerk(3), &id).await;
        assert_eq!(
            (shown.status.as_str(), &shown.values["end_reason"]),
            ("origin_rejected", &json!("origin_rejected"))
        );

        let mut values = report(2);
        values.extend(object(
            json!({ "origin_scope": "out_of_city", "origin_org": null, "origin_org_name": "某镇党委" }),
        ));
        let id = save::create(store, &MOBILE_FLOW, &clerk(6), &values).await.expect("made");
        done(store, &clerk(6), &id, "self_report_submit", json!({})).await;
        let mut papers = branch("o6");
        papers["materials_complete"] = json!(true);
        assert_eq!(refused(store, &clerk(6), &id, "provisional_manage", papers.clone()).await, "WF-403");
        assert_eq!(refused(store, &boss(5), &id, "provisional_manage", papers.clone()).await, "FLD-007", "too early");
        let mut tx = store.db.begin().await.expect("begun");
        let day: chrono::NaiveDate = "2026-10-02".parse().expect("a day");
        tx.execute("update mobile_flow set status_since = $1 where id = $2", vec![day.into(), (&id).into()])
            .await
            .expect("a month passes");
        tx.commit().await.expect("committed");
        done(store, &boss(5), &id, "provisional_manage", papers).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!((shown.status.as_str(), &shown.values["provisional"]), ("managed", &json!(true)), "{}", it.name);
    }
}

/// F29: without a branch somebody is accepted, not managed; and who they are isn't changed.
#[tokio::test]
async fn f29_accepting_is_not_managing_and_names_stay() {
    for it in places().await {
        let (store, id) = (&it.store, registered(&it.store, 1).await);
        assert_eq!(listed(store, &clerk(6), "to_accept").await, [id.as_str()]);
        assert_eq!(refused(store, &clerk(6), &id, "accept", json!({})).await, "FLD-005");
        done(store, &clerk(6), &id, "accept", verified()).await;
        assert_eq!(seen(store, &clerk(6), &id).await.status, "accepted", "{}", it.name);
        assert_eq!(listed(store, &clerk(6), "to_manage").await, [id.as_str()]);
        for (values, wanted) in [
            (json!({ "talk_on": "2026-11-01" }), "MOB-020"),
            (json!({ "talk_on": "2026-11-01", "managing_branch": "o6" }), "MOB-020"),
            (branch("o7"), "MOB-020"),
            (json!({ "managing_branch": "o6", "managing_contact": "测试丙" }), "FLD-005"),
        ] {
            assert_eq!(refused(store, &clerk(6), &id, "assign_branch", values).await, wanted);
        }
        done(store, &clerk(6), &id, "assign_branch", branch("o6")).await;
        for name in ["member_name", "member_key", "joined_on", "converted_on", "origin_org"] {
            let values = Json::Object([(name.to_owned(), json!("测试丁"))].into_iter().collect());
            assert_eq!(refused(store, &clerk(6), &id, "update_info", values).await, "FLD-002", "{name}");
        }
        let direct = save::update(store, &MOBILE_FLOW, &clerk(6), &id, 4, &object(json!({ "contact": "1" }))).await;
        assert_eq!(direct.expect_err("closed").code(), "WF-411");
        done(store, &clerk(6), &id, "update_info", json!({ "contact": "13900000000" })).await;
        let shown = seen(store, &clerk(3), &id).await;
        assert_eq!(
            (&shown.values["contact"], &shown.values["info_updated_on"]),
            (&json!("139****0000"), &json!("2026-11-01"))
        );
        assert_eq!((shown.status.as_str(), &shown.values["managed_on"]), ("managed", &json!("2026-11-01")));
    }
}

/// F29: a committee accepts for a branch of its own, and then the branch acts.
#[tokio::test]
async fn f29_a_committee_accepts_and_its_branch_manages() {
    for it in places().await {
        let store = &it.store;
        let mut values = outflow(1);
        values.insert("destination_org".to_owned(), json!("o5"));
        let id = save::create(store, &MOBILE_FLOW, &clerk(3), &values).await.expect("made");
        done(store, &clerk(3), &id, "register_outflow", json!({})).await;
        assert!(act(store, &clerk(7), &id, "accept", verified()).await.is_err(), "a branch isn't the committee");
        done(store, &boss(5), &id, "accept", verified()).await;
        assert_eq!(refused(store, &boss(5), &id, "assign_branch", branch("o9")).await, "MOB-020");
        done(store, &boss(5), &id, "assign_branch", branch("o7")).await;
        assert_eq!(listed(store, &clerk(7), "managed").await, [id.as_str()], "{}", it.name);
        done(store, &clerk(7), &id, "update_info", json!({ "talent": "摄影" })).await;
    }
}

/// F30: a return says whom to call and why; somebody who is managed is for the level above.
#[tokio::test]
async fn f30_a_return_is_complete_and_other_is_for_the_level_above() {
    for it in places().await {
        let (store, id) = (&it.store, registered(&it.store, 1).await);
        for (change, wanted) in [
            (("return_phone", json!(null)), "MOB-004"),
            (("return_contact", json!("")), "MOB-004"),
            (("return_phone", json!("12")), "MOB-004"),
            (("return_note", json!("打不通")), "FLD-007"),
            (("return_note", json!("本支部人手紧张，不愿接收该同志")), "MOB-031"),
            (("return_reason", json!(null)), "FLD-005"),
            (("return_reason", json!("other")), "MOB-031"),
        ] {
            let mut values = sent_back("gone");
            values[change.0] = change.1.clone();
            assert_eq!(refused(store, &clerk(6), &id, "return", values).await, wanted, "{}: {change:?}", it.name);
        }
        done(store, &boss(5), &id, "return", sent_back("other")).await;

        let id = managed(store, 2).await;
        let mut values = sent_back("gone");
        assert_eq!(refused(store, &boss(5), &id, "return", values.clone()).await, "FLD-005");
        values["return_proof"] = json!("居委会证明");
        values["last_contact_on"] = json!("2026-10-20");
        assert_eq!(refused(store, &clerk(6), &id, "return", values.clone()).await, "WF-403");
        done(store, &boss(5), &id, "return", values).await;
        let shown = seen(store, &clerk(3), &id).await;
        assert!(!shown.values.contains_key("managing_branch") && !shown.values.contains_key("managed_on"));
    }
}

/// F31: a handover that is refused leaves the member where they are.
#[tokio::test]
async fn f31_a_refused_handover_changes_nothing() {
    for it in places().await {
        let (store, id) = (&it.store, managed(&it.store, 1).await);
        let to = json!({ "target_org": "o9", "handover_reason": "搬家" });
        assert_eq!(
            refused(store, &clerk(6), &id, "handover", json!({ "target_org": "o6", "handover_reason": "搬家" })).await,
            "FLD-007"
        );
        done(store, &clerk(6), &id, "handover", to.clone()).await;
        assert_eq!(listed(store, &clerk(9), "to_take_over").await, [id.as_str()]);
        done(store, &clerk(9), &id, "handover_reject", json!({})).await;
        let shown = seen(store, &clerk(6), &id).await;
        assert_eq!((shown.status.as_str(), &shown.values["destination_org"]), ("managed", &json!("o6")), "{}", it.name);
        assert!(changes(store, &clerk(6), &id).await.expect("readable").is_empty());
        let lost = list::get(store, ENTITIES, &MOBILE_FLOW, &clerk(9), &id).await;
        assert_eq!(lost.expect_err("theirs no longer").code(), "WF-404");

        done(store, &clerk(6), &id, "handover", to).await;
        assert_eq!(refused(store, &clerk(9), &id, "handover_accept", branch("o6")).await, "MOB-020");
        done(store, &clerk(9), &id, "handover_accept", branch("o9")).await;
        let shown = seen(store, &clerk(3), &id).await;
        assert_eq!((&shown.values["destination_org"], shown.status.as_str()), (&json!("o9"), "managed"));
        let told = changes(store, &clerk(9), &id).await.expect("readable");
        assert_eq!((told[0].from_org.as_deref(), told[0].to_org.as_deref()), (Some("o6"), Some("o9")));
        assert_eq!((told.len(), told[0].side.as_str()), (1, "target"));
    }
}

/// F32: changes of destination are only added, and four within a year are often.
#[tokio::test]
async fn f32_changes_are_only_added_and_four_in_a_year_are_marked() {
    for it in places().await {
        let (store, id) = (&it.store, managed(&it.store, 1).await);
        let same = json!({ "change_reason": "换工作", "destination_org": "o6" });
        assert_eq!(refused(store, &clerk(3), &id, "change_destination", same).await, "FLD-007");
        for (at, (from, to)) in [(6, 9), (9, 6), (6, 9), (9, 6)].into_iter().enumerate() {
            assert_eq!(seen(store, &clerk(3), &id).await.values.get("frequent"), (at > 0).then_some(&json!(false)));
            let values = json!({ "change_reason": "换工作", "destination_org": format!("o{to}") });
            // The first is asked for by the destination, the others by the origin.
            let asks = if at == 0 { clerk(from) } else { clerk(3) };
            done(store, &asks, &id, "change_destination", values).await;
            assert!(!seen(store, &clerk(to), &id).await.values.contains_key("managing_branch"));
            done(store, &clerk(to), &id, "accept", verified()).await;
            done(store, &clerk(to), &id, "assign_branch", branch(&format!("o{to}"))).await;
        }
        assert_eq!(seen(store, &clerk(3), &id).await.values["frequent"], true, "{}", it.name);
        let told = changes(store, &clerk(3), &id).await.expect("readable");
        let sides: Vec<_> = told.iter().map(|it| (it.seq, it.side.as_str())).collect();
        assert_eq!(sides, [(1, "destination"), (2, "origin"), (3, "origin"), (4, "origin")]);
        for sql in ["update destination_change set seq = 9 where seq = 1", "delete from destination_change"] {
            let mut tx = store.db.begin().await.expect("begun");
            let error = tx.execute(sql, vec![]).await.expect_err("only added").to_string();
            assert!(error.contains("append-only"), "{}: {error}", it.name);
        }
        assert_eq!(changes(store, &clerk(10), &id).await.expect_err("hidden").code(), "WF-404");
    }
}
