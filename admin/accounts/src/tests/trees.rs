//! Random trees of grants: whatever is granted, revoked and left, nobody holds what the chain above them
//! doesn't.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use domain::role::{Grant, Node, Role, may_combine, may_grant};
use proptest::prelude::*;
use store::Clock as _;

use super::{Scene, scenes, subtree, wanted};
use crate::{By, Identity, Wanted, grants::node_of};

const PEOPLE: usize = 7;
const ROLES: [Role; 8] = [
    Role::CityOrgAdmin,
    Role::DistrictOrgAdmin,
    Role::StreetAdmin,
    Role::CommitteeAdmin,
    Role::BranchSecretary,
    Role::BranchStaff,
    Role::SecAdmin,
    Role::AuditAdmin,
];
const PATHS: [&str; 6] = ["1.", "1.2.", "1.2.3.", "1.2.4.", "1.5.", ""];

#[derive(Debug, Clone)]
enum Deed {
    Grant { by: usize, to: usize, role: usize, node: usize, from: Option<i64>, days: Option<i64> },
    Revoke { by: Option<usize>, which: usize },
    Leave { who: usize, days: i64 },
    Wait { hours: i64 },
}

fn deed() -> impl Strategy<Value = Deed> {
    let grant = (0..PEOPLE, 0..PEOPLE, 0..ROLES.len(), 0..PATHS.len(), option(0..4), option(0..20));
    prop_oneof![
        10 => grant.prop_map(|(by, to, role, node, from, days)| Deed::Grant { by, to, role, node, from, days }),
        2 => (prop::option::of(0..PEOPLE), 0..50_usize).prop_map(|(by, which)| Deed::Revoke { by, which }),
        1 => (0..PEOPLE, 0..5_i64).prop_map(|(who, days)| Deed::Leave { who, days }),
        1 => (1..40_i64).prop_map(|hours| Deed::Wait { hours }),
    ]
}

/// Mostly none, as people fill in the form.
fn option(range: std::ops::Range<i64>) -> impl Strategy<Value = Option<i64>> {
    prop::option::weighted(0.3, range)
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct Kept {
    id: String,
    post_id: String,
    role: String,
    node_kind: String,
    node_value: String,
    granted_by: Option<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    is_revoked: bool,
}

impl Kept {
    fn grant(&self) -> Grant {
        let node = node_of(&self.node_kind, &self.node_value).expect("a node");
        Grant { role: Role::from_code(&self.role).expect("a role"), node }
    }

    fn end(&self) -> NaiveDate {
        self.valid_to.unwrap_or(NaiveDate::MAX)
    }
}

async fn kept(scene: &Scene) -> BTreeMap<String, Kept> {
    let sql = "select id, post_id, role, node_kind, node_value, granted_by, valid_from, valid_to, \
               (revoked_at is not null) as is_revoked from role_grant";
    let rows = scene.test.store.db.fetch_all::<Kept>(sql, vec![]).await.expect("read");
    rows.into_iter().map(|it| (it.id.clone(), it)).collect()
}

/// The grant and everything below it that isn't revoked, counted without SQL.
fn below(all: &BTreeMap<String, Kept>, id: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([id.to_owned()]);
    loop {
        let more: Vec<String> = all
            .values()
            .filter(|it| it.granted_by.as_ref().is_some_and(|up| found.contains(up)) && !found.contains(&it.id))
            .map(|it| it.id.clone())
            .collect();
        if more.is_empty() {
            return found.into_iter().filter(|it| !all[it].is_revoked).collect();
        }
        found.extend(more);
    }
}

/// What has to hold after every deed.
fn check(all: &BTreeMap<String, Kept>, people: &[Identity], posts: &BTreeMap<String, Option<NaiveDate>>) {
    for it in all.values().filter(|it| !it.is_revoked) {
        assert!(it.end() <= posts[&it.post_id].unwrap_or(NaiveDate::MAX), "outlives its post: {it:?}");
        let mut seen = BTreeSet::new();
        let mut lower = it;
        while let Some(id) = &lower.granted_by {
            assert!(seen.insert(id), "a circle at {it:?}");
            let upper = all.get(id).expect("an orphan");
            let (mine, theirs) = (upper.grant(), lower.grant());
            assert!(!upper.is_revoked, "an orphan: {lower:?} under {upper:?}");
            assert!(may_grant(mine.role, theirs.role) && mine.node.holds(&theirs.node), "{lower:?} under {upper:?}");
            assert!(lower.end() <= upper.end(), "outlives {upper:?}: {lower:?}");
            lower = upper;
        }
    }
    for person in people {
        let of_person = |it: &&Kept| it.post_id == person.post && !it.is_revoked;
        let roles: Vec<(Role, &Kept)> = all.values().filter(of_person).map(|it| (it.grant().role, it)).collect();
        for (role, one) in &roles {
            for (other, two) in &roles {
                let overlap = one.valid_from <= two.end() && two.valid_from <= one.end();
                assert!(!overlap || may_combine(&[*role], *other), "{role} and {other}");
            }
        }
    }
}

/// Does a deed; gives whether it was allowed.
async fn done(scene: &Scene, people: &[Identity], deed: &Deed) -> bool {
    let today = scene.clock.today();
    match deed {
        Deed::Grant { by, to, role, node, from, days } => {
            let node = if PATHS[*node].is_empty() { Node::City } else { subtree(PATHS[*node]) };
            let start = from.map(|it| today + Duration::days(it));
            let end = days.map(|it| start.unwrap_or(today) + Duration::days(it));
            let wish = Wanted { valid_from: start, valid_to: end, ..wanted(&people[*to].post, ROLES[*role], node) };
            scene.accounts.grant(By::Person(&people[*by]), &wish).await.is_ok()
        }
        Deed::Revoke { by, which } => {
            let before = kept(scene).await;
            let Some(id) = before.keys().nth(which % before.len().max(1)).cloned() else { return false };
            let by = by.map_or(By::Installation, |it| By::Person(&people[it]));
            match scene.accounts.revoke(by, &id, "撤销").await {
                Ok(ended) => {
                    let gone = below(&before, &id);
                    assert_eq!(ended, gone.len() as u64, "counted by hand");
                    let after = kept(scene).await;
                    for it in before.values() {
                        let expected = it.is_revoked || gone.contains(&it.id);
                        assert_eq!(after[&it.id].is_revoked, expected, "{it:?}");
                    }
                    true
                }
                Err(_) => false,
            }
        }
        Deed::Leave { who, days } => {
            scene.accounts.leave_post(By::Installation, &people[*who].post, today + Duration::days(*days)).await.is_ok()
        }
        Deed::Wait { hours } => {
            scene.clock.by(Duration::hours(*hours));
            true
        }
    }
}

async fn grow(deeds: Vec<Deed>) -> usize {
    let mut granted = 0;
    for scene in scenes(false).await {
        let mut people = vec![
            scene.person("city", "o1", Role::CityOrgAdmin, Node::City).await,
            scene.person("sec", "", Role::SecAdmin, Node::City).await,
        ];
        for n in people.len()..PEOPLE {
            people.push(scene.newcomer(&format!("p{n:02}"), "o3").await);
        }
        for deed in &deeds {
            let allowed = done(&scene, &people, deed).await;
            granted += usize::from(allowed && matches!(deed, Deed::Grant { .. }));
            let sql = "select id, valid_to from post";
            let posts = scene.test.store.db.fetch_all::<(String, Option<NaiveDate>)>(sql, vec![]).await.expect("read");
            check(&kept(&scene).await, &people, &posts.into_iter().collect());
        }
    }
    granted
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_holds_what_the_chain_above_them_does_not(deeds in prop::collection::vec(deed(), 10..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(grow(deeds));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_given_while_the_one_above_is_revoked_is_no_orphan() {
    for scene in scenes(false).await {
        let above = scene.newcomer("above", "o2").await;
        let root = wanted(&above.post, Role::CommitteeAdmin, subtree("1.2."));
        let root = scene.accounts.grant(By::Installation, &root).await.expect("granted");
        let mut tasks = Vec::new();
        let mut people = Vec::new();
        for n in 0..12 {
            people.push(scene.newcomer(&format!("p{n:02}"), "o3").await);
            let (accounts, by) = (scene.accounts.clone(), above.clone());
            let (wish, root) = (wanted(&people[n].post, Role::BranchStaff, subtree("1.2.3.")), root.clone());
            tasks.push(tokio::spawn(async move {
                if n == 6 {
                    accounts.revoke(By::Installation, &root, "撤销").await.expect("revoked");
                } else {
                    // Allowed before, refused after: both are right.
                    accounts.grant(By::Person(&by), &wish).await.ok();
                }
            }));
        }
        for task in tasks {
            task.await.expect("no error but a refusal");
        }
        let all = kept(&scene).await;
        assert!(all.values().all(|it| it.is_revoked), "{}: {all:?}", scene.name);
    }
}

#[tokio::test]
async fn the_random_trees_do_grow() {
    // A chain of five by hand, so that the property isn't true of nothing: each grants the next, the third
    // is left, the second revoked.
    let next = |by, to, role| Deed::Grant { by, to, role, node: 2, from: None, days: None };
    let chain = vec![next(0, 2, 2), next(2, 3, 3), next(3, 4, 4), next(4, 5, 5)];
    let databases = scenes(false).await.len();
    let more = vec![Deed::Leave { who: 3, days: 0 }, Deed::Wait { hours: 24 }, Deed::Revoke { by: None, which: 2 }];
    assert_eq!(grow([chain, more].concat()).await, 4 * databases);
}
