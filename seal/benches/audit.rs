//! What the audit log costs: transactions a second with and without it for 1, 10 and 100 writers at once,
//! rows verified a second, and the time of a cell and a look-up.
//!
//! ```sh
//! cargo bench -p seal --bench audit
//! scripts/test-postgres.sh cargo bench -p seal --bench audit   # PostgreSQL too, without fsync
//! ```
//! For numbers with fsync, let `DANGWUTONG_TEST_POSTGRES` name a server that keeps its data.

use std::time::{Duration, Instant};

use seal::{
    KeyRing, Kind, Place,
    audit::{Actor, Changes, Entry, append, verify},
};
use store::{
    Store,
    testing::{noon, stores},
};
use tokio::task::JoinSet;

/// Transactions of one measurement, shared among its writers.
const TRANSACTIONS: i64 = 2_000;

/// Some 500 bytes, as a form that changes five fields gives.
fn entry(n: i64) -> Entry {
    let mut entry = Entry::new(noon(), "mobile_flow.accept", "mobile_flow");
    entry.actor = Actor { id: Some(format!("user-{n}")), role: Some("clerk".into()), org: Some("org-310199".into()) };
    entry.ip = Some("10.0.0.1".into());
    entry.object_id = Some(n.to_string());
    entry.changes = (0..5).fold(Changes::none(), |it, field| it.plain(&format!("field_{field}"), n, n + 1));
    entry.reason = Some("材料齐全，同意接收".into());
    entry
}

/// The caller's own work, and the entry where `is_audited`.
async fn transaction(store: &Store, n: i64, is_audited: bool) {
    let mut tx = store.db.begin().await.expect("begin");
    let sql = "insert into change_log (entity, entity_id, op) values ($1, $2, $3)";
    tx.execute(sql, vec!["chunk".into(), n.to_string().into(), "upsert".into()]).await.expect("work");
    if is_audited {
        append(&mut tx, &entry(n)).await.expect("appended");
    }
    tx.commit().await.expect("commit");
}

/// Runs all transactions with so many `writers` at once; prints the rate and how long one took.
async fn writers(store: &Store, name: &str, writers: i64, is_audited: bool) {
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        let store = store.clone();
        tasks.spawn(async move {
            let mut times = Vec::new();
            for n in 0..TRANSACTIONS / writers {
                let began = Instant::now();
                transaction(&store, writer * TRANSACTIONS + n, is_audited).await;
                times.push(began.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort();
    let (median, late) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    let kind = if is_audited { "with audit" } else { "without" };
    println!("{name:9} {writers:4} writers {kind:11} {rate:7.0} tx/s, median {median:8.1?}, 95 % within {late:8.1?}");
}

fn each(name: &str, count: u32, mut work: impl FnMut()) {
    let began = Instant::now();
    (0..count).for_each(|_| work());
    println!("{name:24} {:8.1?}", began.elapsed() / count);
}

fn cells() {
    let ring = KeyRing::parse(&KeyRing::generate("k1").expect("a key")).expect("a ring");
    let place = Place::new("person", "id_number", "0198f3c2-0000-7000-8000-000000000000");
    let value = "310199199003071234";
    let cell = ring.encrypt(&place, value).expect("a cell");
    each("encrypt 18 bytes", 2_000, || drop(ring.encrypt(&place, value)));
    each("decrypt 18 bytes", 2_000, || drop(ring.decrypt(&place, &cell)));
    each("look-up", 2_000, || drop(ring.look_up(Kind::IdNumber, value)));
}

#[tokio::main]
async fn main() {
    cells();
    for test in stores().await {
        for count in [1, 10, 100] {
            for is_audited in [false, true] {
                writers(&test.store, test.name, count, is_audited).await;
            }
        }
        let began = Instant::now();
        let report = verify(&test.store, None, None, &[]).await.expect("a report");
        assert!(report.is_sound(), "{report:?}");
        let rate = report.checked as f64 / began.elapsed().as_secs_f64();
        println!("{:9} verified {} rows, {rate:.0} a second", test.name, report.checked);
    }
}
