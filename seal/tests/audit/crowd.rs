//! Many writers at once.

use std::time::Instant;

use seal::audit::{append, verify};
use store::testing::stores;
use tokio::task::JoinSet;

use super::{entry, records};

const WRITERS: i64 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_make_one_unbroken_chain() {
    for test in stores().await {
        let began = Instant::now();
        let mut writers = JoinSet::new();
        for n in 0..WRITERS {
            let store = test.store.clone();
            writers.spawn(async move {
                let mut tx = store.db.begin().await.expect("begin");
                // Work of the caller's own in the same transaction.
                let sql = "insert into change_log (entity, entity_id, op) values ($1, $2, $3)";
                tx.execute(sql, vec!["chunk".into(), n.to_string().into(), "upsert".into()]).await.expect("work");
                let anchor = append(&mut tx, &entry(n)).await.expect("appended");
                // Every tenth gives up: its number goes to somebody else.
                if n % 10 == 0 {
                    return None;
                }
                tx.commit().await.expect("commit");
                Some(anchor)
            });
        }
        let mut anchors: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
        eprintln!("{}: {WRITERS} writers in {:?}", test.name, began.elapsed());
        anchors.sort_by_key(|it| it.seq);
        let numbers: Vec<i64> = anchors.iter().map(|it| it.seq).collect();
        assert_eq!(numbers, (1..=180).collect::<Vec<_>>(), "{}: dense, each given once", test.name);
        let report = verify(&test.store, None, None, &anchors).await.expect("a report");
        assert!(report.is_sound() && report.checked == 180, "{}: {report:?}", test.name);
        let mut reasons: Vec<_> = records(&test.store).await.into_iter().filter_map(|it| it.reason).collect();
        reasons.sort();
        reasons.dedup();
        assert_eq!(reasons.len(), 180, "{}: every entry once", test.name);
    }
}

/// A log that grows while it is read is sound at every moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn verification_can_go_on_beside_writers() {
    for test in stores().await {
        let mut writers = JoinSet::new();
        for writer in 0..4 {
            let store = test.store.clone();
            writers.spawn(async move { super::write(&store, (0..25).map(|n| entry(writer * 25 + n))).await });
        }
        let mut seen = Vec::new();
        while seen.last() != Some(&100) {
            let report = verify(&test.store, None, None, &[]).await.expect("a report");
            assert!(report.is_sound(), "{}: {report:?}", test.name);
            seen.push(report.checked);
        }
        assert!(seen.is_sorted(), "{}: {seen:?}", test.name);
        assert_eq!(writers.join_all().await.len(), 4);
    }
}
