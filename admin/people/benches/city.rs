//! What a made-up city costs: rows written a second, and how long lists, counts and look-ups of members take in
//! scopes of every size. The first argument is the number of members (20,000 otherwise).
//!
//! ```sh
//! cargo bench -p people --bench city -- 100000
//! scripts/test-postgres.sh cargo bench -p people --bench city -- 100000   # PostgreSQL too
//! ```

use std::time::{Duration, Instant};

use domain::{division::Divisions, org::OrgCategory, role::Node};
use people::{
    Desk, demo,
    members::{self, Query},
    orgs,
};
use seal::{KeyRing, audit::Actor};
use store::testing::stores;

/// Each is measured so often; the median is shown.
const ROUNDS: usize = 9;

async fn median<F: Future<Output = ()>>(name: &str, work: impl Fn() -> F) {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        work().await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let median: Duration = times[ROUNDS / 2];
    println!("  {name:<44} {:>9.2} ms", median.as_secs_f64() * 1000.0);
}

#[tokio::main]
async fn main() {
    let members = std::env::args().find_map(|it| it.parse().ok()).unwrap_or(20_000);
    let keys = KeyRing::parse(&KeyRing::generate("k1").expect("a key")).expect("a ring");
    for it in stores().await {
        let store = &it.store;
        let desk = Desk { divisions: Divisions::DEMONSTRATION, ..Desk::new(store, &keys, Actor::default()) };
        let began = Instant::now();
        let city = demo::City::new(7, members, store.clock.today());
        let made: usize = city.streets().flat_map(|it| it.orgs).map(|it| city.people(&it).len()).sum();
        println!("{}: {made} members made in {:.1} s", it.name, began.elapsed().as_secs_f64());
        let began = Instant::now();
        let report = demo::fill(&desk, 7, members, |_| ()).await.expect("filled");
        let seconds = began.elapsed().as_secs_f64();
        println!("{}: {report:?} in {seconds:.1} s, {:.0} members a second", it.name, members as f64 / seconds);

        let all = orgs::subtree(store, "1.", "", u32::MAX).await.expect("the tree");
        let first = |wanted: OrgCategory| all.iter().find(|it| it.org_category == wanted.code()).expect("one");
        let mut scopes = vec![("city".to_owned(), vec![Node::City])];
        for category in [
            OrgCategory::DistrictCommittee,
            OrgCategory::WorkCommittee,
            OrgCategory::GrassrootsCommittee,
            OrgCategory::Branch,
        ] {
            let path = first(category).path.clone();
            scopes.push((category.code().to_owned(), vec![Node::Subtree { path }]));
        }
        scopes.push(("division".to_owned(), vec![Node::Division { code: "310101".to_owned() }]));
        for (name, scope) in &scopes {
            let page = Query::default();
            median(&format!("{name}: first page"), async || {
                members::list(store, &keys, scope, &page).await.expect("a page");
            })
            .await;
            let named = Query { name: "欧阳".to_owned(), ..Query::default() };
            median(&format!("{name}: name begins with 欧阳"), async || {
                members::list(store, &keys, scope, &named).await.expect("a page");
            })
            .await;
            median(&format!("{name}: counts by status"), async || {
                members::counts(store, scope).await.expect("counts");
            })
            .await;
        }
        median("look-up by mobile number", async || {
            members::by_mobile(&desk, &[Node::City], "14000000100").await.expect("found");
        })
        .await;
    }
}
