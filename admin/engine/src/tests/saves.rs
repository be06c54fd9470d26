//! Forms.

use domain::role::Role;
use serde_json::{Value as Json, json};

use super::{ALL, LETTER, actor, clerk, letter, made, places};
use crate::{Error, history, list, save};

fn codes(error: &Error) -> Vec<&'static str> {
    match error {
        Error::Invalid(wrong) => wrong.iter().map(|it| it.code).collect(),
        other => vec![other.code()],
    }
}

#[tokio::test]
async fn what_was_saved_is_shown_masked_and_named() {
    for it in places().await {
        let id = made(&it.store).await;
        let shown = list::get(&it.store, ALL, &LETTER, &clerk(3), &id).await.expect("there");
        assert_eq!((shown.status.as_str(), shown.version, shown.editable), ("draft", 1, true));
        assert_eq!(shown.values["phone"], "138****0000", "{}", it.name);
        assert_eq!((&shown.values["due_on"], &shown.titles["to_org"]), (&json!("2026-11-20"), &json!("第6党支部")));
        assert_eq!((shown.masked, shown.actions), (vec!["phone"], vec!["send"]));
    }
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_nothing_is_written() {
    for it in places().await {
        let mut values = letter();
        for (name, value) in [
            ("subject", json!("一二三四五六七八九十一二三四五六七八九十一")),
            ("due_on", json!("2026-02-30")),
            ("to_org", json!("nowhere")),
            ("colour", json!("红")),
            ("urgent", json!("是")),
        ] {
            values.insert(name.to_owned(), value);
        }
        let error = save::create(&it.store, &LETTER, &clerk(3), &values).await.expect_err("refused");
        let mut found = codes(&error);
        found.sort_unstable();
        assert_eq!(found, ["FLD-001", "FLD-003", "FLD-003", "FLD-003", "FLD-004"], "{error:?}");
        values = letter();
        values.insert("to_org".to_owned(), json!("o3"));
        let error = save::create(&it.store, &LETTER, &clerk(3), &values).await.expect_err("refused");
        assert_eq!(codes(&error), ["LET-001"]);
        let query = list::Query { count: true, ..Default::default() };
        let page = list::list(&it.store, ALL, &LETTER, &clerk(3), &query).await.expect("listed");
        assert_eq!(page.total, Some(0), "{}", it.name);
    }
}

#[tokio::test]
async fn only_the_makers_of_the_organisation_named_make_one() {
    for it in places().await {
        for stranger in [clerk(4), clerk(6), actor("x", Role::CommitteeAdmin, "1.2.")] {
            let error = save::create(&it.store, &LETTER, &stranger, &letter()).await.expect_err("refused");
            assert_eq!(error.code(), "WF-403", "{stranger:?}");
        }
        let error = save::create(&it.store, &LETTER, &clerk(3), &serde_json::Map::new()).await.expect_err("refused");
        assert_eq!(error.code(), "WF-403", "a row without an organisation is nobody's");
    }
}

#[tokio::test]
async fn a_form_is_changed_by_whoever_saw_the_newest_version() {
    for it in places().await {
        let id = made(&it.store).await;
        let change = |name: &str, value: Json| serde_json::Map::from_iter([(name.to_owned(), value)]);
        let store = &it.store;
        save::update(store, &LETTER, &clerk(3), &id, 1, &change("to_org", json!("o7"))).await.expect("changed");
        let stale = save::update(store, &LETTER, &clerk(3), &id, 1, &change("subject", json!("旧"))).await;
        assert_eq!(stale.expect_err("stale").code(), "WF-409");
        let fixed = save::update(store, &LETTER, &clerk(3), &id, 2, &change("from_org", json!("o4"))).await;
        assert_eq!(codes(&fixed.expect_err("fixed")), ["FLD-002"]);
        let stranger = save::update(store, &LETTER, &clerk(4), &id, 2, &change("subject", json!("乙"))).await;
        assert_eq!(stranger.expect_err("out of scope").code(), "WF-404");
        let receiver = save::update(store, &LETTER, &clerk(7), &id, 2, &change("subject", json!("乙"))).await;
        assert_eq!(receiver.expect_err("sees it, may not write").code(), "WF-403");
        let shown = list::get(store, ALL, &LETTER, &clerk(7), &id).await.expect("the new receiver sees it");
        assert_eq!((shown.version, &shown.titles["to_org"]), (2, &json!("第7党支部")));
        assert!(list::get(store, ALL, &LETTER, &clerk(6), &id).await.is_err(), "the old one doesn't");
        let history = history::history(store, &LETTER, &clerk(3), &id).await.expect("readable");
        assert_eq!(history.iter().map(|it| it.action.as_str()).collect::<Vec<_>>(), ["create", "update"]);
    }
}
