//! Lists.

use domain::role::{Grant, Node, Role};
use serde_json::json;

use super::{ALL, LETTER, actor, clerk, letter, made, places};
use crate::{
    Actor,
    act::{Request, act},
    list::{Page, Query, get, list},
    save,
};

async fn page(store: &store::Store, actor: &Actor, query: Query) -> Page {
    list(store, ALL, &LETTER, actor, &query).await.expect("listed")
}

#[tokio::test]
async fn a_list_has_what_lies_in_scope_and_nothing_else() {
    for it in places().await {
        let id = made(&it.store).await;
        let city = Actor { grants: vec![Grant { role: Role::CityOrgAdmin, node: Node::City }], ..clerk(3) };
        let both = [
            clerk(3),
            clerk(6),
            actor("c", Role::CommitteeAdmin, "1.2."),
            actor("d", Role::CommitteeAdmin, "1.5."),
            city,
        ];
        for actor in &both {
            let found = page(&it.store, actor, Query { count: true, ..Query::default() }).await;
            assert_eq!((found.rows.len(), found.total), (1, Some(1)), "{}: {actor:?}", it.name);
            assert!(get(&it.store, ALL, &LETTER, actor, &id).await.is_ok());
        }
        // 1.2 is no path, and a grid or a division is another basis than affiliation.
        let odd =
            Actor { grants: vec![Grant { role: Role::BranchStaff, node: Node::Grid { id: "g".into() } }], ..clerk(3) };
        for actor in [
            clerk(4),
            clerk(7),
            actor("e", Role::BranchStaff, "1.2"),
            actor("f", Role::CommitteeAdmin, "1.2.3.4."),
            odd,
        ] {
            let found = page(&it.store, &actor, Query { count: true, ..Query::default() }).await;
            assert_eq!((found.rows.len(), found.total), (0, Some(0)), "{}: {actor:?}", it.name);
            assert_eq!(get(&it.store, ALL, &LETTER, &actor, &id).await.expect_err("hidden").code(), "WF-404");
        }
        let reader = list(&it.store, ALL, &LETTER, &actor("g", Role::GridManager, "1."), &Query::default()).await;
        assert_eq!(reader.expect_err("no reader").code(), "WF-403");
    }
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    for it in places().await {
        let mut made_ids = Vec::new();
        for _ in 0..7 {
            made_ids.push(made(&it.store).await);
        }
        made_ids.reverse();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = Query { limit: 3, after: after.take(), ..Query::default() };
            let found = page(&it.store, &clerk(3), query).await;
            seen.extend(found.rows.into_iter().map(|it| it.id));
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, made_ids, "{}", it.name);
    }
}

#[tokio::test]
async fn filters_search_and_presets_narrow() {
    for it in places().await {
        let store = &it.store;
        let sent = made(store).await;
        act(store, &LETTER, &clerk(3), &sent, &Request { action: "send".into(), ..Request::default() })
            .await
            .expect("sent");
        let mut values = letter();
        values.extend([
            ("subject".to_owned(), json!("100%_完成")),
            ("due_on".to_owned(), json!("2026-12-31")),
            ("urgent".to_owned(), json!(true)),
        ]);
        let draft = save::create(store, &LETTER, &clerk(3), &values).await.expect("made");
        let by =
            |name: &str, value: &str| Query { filters: vec![(name.to_owned(), value.to_owned())], ..Query::default() };
        for (query, wanted) in [
            (by("due_on", "2026-11-20"), vec![&sent]),
            (by("due_on", "2026-12-01.."), vec![&draft]),
            (by("due_on", "..2026-12-01"), vec![&sent]),
            (by("urgent", "true"), vec![&draft]),
            (by("urgent", "false"), vec![&sent]),
            (by("to_org", "o6"), vec![&draft, &sent]),
            (by("status", "sent"), vec![&sent]),
            (Query { search: "请协助".into(), ..Query::default() }, vec![&sent]),
            (Query { search: "100%_".into(), ..Query::default() }, vec![&draft]),
            (Query { search: "1%".into(), ..Query::default() }, vec![]),
            (Query { preset: "open".into(), ..Query::default() }, vec![&sent]),
            (Query { preset: "mine".into(), ..Query::default() }, vec![&draft]),
        ] {
            let found = page(store, &clerk(3), query.clone()).await;
            assert_eq!(found.rows.iter().map(|it| &it.id).collect::<Vec<_>>(), wanted, "{}: {query:?}", it.name);
        }
        let received = page(store, &clerk(6), Query { preset: "mine".into(), count: true, ..Query::default() }).await;
        assert_eq!((received.rows.len(), received.total), (1, Some(1)));
        assert_eq!(received.rows[0].actions, ["take", "return"]);
        for query in [
            by("phone", "1"),
            by("due_on", ".."),
            by("due_on", "soon"),
            by("urgent", "1"),
            Query { preset: "x".into(), ..Query::default() },
        ] {
            let error = list(store, ALL, &LETTER, &clerk(3), &query).await.expect_err("refused");
            assert_eq!(error.code(), "WF-400", "{query:?}");
        }
    }
}
