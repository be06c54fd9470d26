use domain::{org::OrgCategory, role::Node};
use store::testing;

use super::{CITY, desk, found, register, ring, tree as plant};
use crate::{
    Error,
    members::{self, Query},
    orgs,
};

fn subtree(path: &str) -> Vec<Node> {
    vec![Node::Subtree { path: path.to_owned() }]
}

#[tokio::test]
async fn a_scope_of_1_1_does_not_reach_1_12() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        // Organisations 8 and beyond, so that 1.1x stands beside 1.1 in every comparison by characters.
        let mut branches = Vec::new();
        for order in 0..4_u32 {
            let name = format!("支部{order}");
            branches.push(found(&desk, Some(&tree.committee), OrgCategory::Branch, &name).await);
            register(&desk, &branches[order as usize], order + 10).await;
        }
        register(&desk, &tree.branch, 1).await;
        let names = async |scope: &[Node]| -> Vec<String> {
            let page = members::list(store, &keys, scope, &Query::default()).await.unwrap();
            page.rows.into_iter().map(|it| it.branch_path).collect()
        };
        assert_eq!(names(&subtree("1.2.4.6.1.")).await, [""; 0], "{}: neither 10 nor 11", it.name);
        assert_eq!(names(&subtree("1.2.4.6.10.")).await, ["1.2.4.6.10."], "{}", it.name);
        assert_eq!(names(&subtree("1.2.4.6.1")).await, [""; 0], "{}: no path", it.name);
        assert_eq!(names(&subtree("1.2.")).await.len(), 5, "{}", it.name);
        assert_eq!(names(&subtree("1.3.")).await, [""; 0], "{}", it.name);
        assert_eq!(names(CITY).await.len(), 5, "{}", it.name);
        assert_eq!(names(&[]).await, [""; 0], "{}: nothing granted", it.name);
        let two = [subtree("1.2.4.6.7."), subtree("1.2.4.6.8.")].concat();
        assert_eq!(names(&two).await, ["1.2.4.6.7.", "1.2.4.6.8."], "{}: newest first", it.name);
    }
}

#[tokio::test]
async fn divisions_grids_and_oneself_are_scopes_too() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let mut new = super::new(Some(&tree.committee), OrgCategory::Branch, "徐汇支部");
        new.form.division_code = "310104002".into();
        new.form.grid_id = Some("g1".into());
        let branch = orgs::create(&desk, &new).await.unwrap().id;
        let here = register(&desk, &branch, 1).await.id;
        let there = register(&desk, &tree.branch, 2).await.id;
        let ids = async |node: Node| -> Vec<String> {
            let page = members::list(store, &keys, &[node], &Query::default()).await.unwrap();
            page.rows.into_iter().map(|it| it.id).collect()
        };
        let division = |code: &str| Node::Division { code: code.to_owned() };
        assert_eq!(ids(division("310104")).await, [here.as_str()], "{}", it.name);
        assert_eq!(ids(division("310101")).await, [there.as_str()], "{}", it.name);
        assert_eq!(ids(division("")).await, [""; 0], "{}", it.name);
        assert_eq!(ids(Node::Grid { id: "g1".into() }).await, [here.as_str()], "{}", it.name);
        assert_eq!(ids(Node::Own { member: there.clone() }).await, [there.as_str()], "{}", it.name);
        let outside = members::by_id(store, &keys, &[division("310104")], &there).await;
        assert!(matches!(outside, Err(Error::NotFound)), "{}", it.name);
        let own = subtree("1.2.4.6.");
        assert_eq!(orgs::find(store, &own, &branch).await.unwrap().id, branch, "{}", it.name);
        for outside in [subtree("1.3."), vec![Node::Grid { id: "g2".into() }], vec![]] {
            assert!(matches!(orgs::find(store, &outside, &branch).await, Err(Error::NotFound)), "{}", it.name);
        }
        assert!(orgs::search(store, &[division("310104")], "徐汇").await.unwrap().len() == 1, "{}", it.name);
    }
}

#[tokio::test]
async fn lists_go_page_by_page_newest_first() {
    for it in testing::stores().await {
        let (store, keys) = (&it.store, ring());
        let desk = desk(store, &keys);
        let tree = plant(&desk).await;
        let mut ids = Vec::new();
        for order in 0..7 {
            let mut new = super::registration(&tree.branch, order);
            new.form.name = if order % 2 == 0 { "张示例".into() } else { "李示例".into() };
            ids.push(members::register(&desk, &new).await.unwrap().id);
        }
        ids.reverse();
        let mut query = Query { limit: 3, ..Query::default() };
        let mut seen = Vec::new();
        loop {
            let page = members::list(store, &keys, &subtree("1.2."), &query).await.unwrap();
            assert!(page.rows.len() <= 3);
            seen.extend(page.rows.into_iter().map(|it| it.id));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids, "{}", it.name);
        let named = Query { name: "李".into(), ..Query::default() };
        assert_eq!(members::list(store, &keys, CITY, &named).await.unwrap().rows.len(), 3, "{}", it.name);
        let counts = members::counts(store, &subtree("1.2.4.")).await.unwrap();
        let seen: Vec<_> = counts.iter().map(|it| (it.category.as_str(), it.status.as_str(), it.members)).collect();
        assert_eq!(seen, [("full", "normal", 7)], "{}", it.name);
        assert_eq!(members::counts(store, &subtree("1.3.")).await.unwrap(), [], "{}", it.name);
    }
}
