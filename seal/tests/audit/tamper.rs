//! What somebody with full power over the database does to the log, and that it shows.
//!
//! Each test writes twelve entries, switches the triggers off and changes something; expected findings
//! are worked out by hand from what was changed.

use seal::audit::{Anchor, Finding, Record, verify};
use store::testing::{TestStore, stores};

use super::{entry, raw, records, without_triggers, write};

const ADD: &str = "insert into audit_log (seq, form, at, actor_id, actor_role, actor_org, ip, device, action, \
    object_type, object_id, changes, reason, result, trace_id, prev_hash, hash) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const HEAD: &str = "update audit_head set seq = $1, hash = $2";

/// A log of twelve entries whose triggers are gone, and the anchor after each entry.
async fn open_log(test: &TestStore) -> Vec<Anchor> {
    let anchors = write(&test.store, (1..=12).map(entry)).await;
    without_triggers(test).await;
    anchors
}

async fn findings(test: &TestStore, anchors: &[Anchor]) -> Vec<Finding> {
    let report = verify(&test.store, None, None, anchors).await.expect("a report");
    assert_eq!(report.is_sound(), report.findings.is_empty());
    report.findings
}

async fn add(test: &TestStore, it: Record) {
    let args = vec![
        it.seq.into(),
        it.form.into(),
        it.at.into(),
        it.actor_id.into(),
        it.actor_role.into(),
        it.actor_org.into(),
        it.ip.into(),
        it.device.into(),
        it.action.into(),
        it.object_type.into(),
        it.object_id.into(),
        it.changes.into(),
        it.reason.into(),
        it.result.into(),
        it.trace_id.into(),
        it.prev_hash.into(),
        it.hash.into(),
    ];
    assert!(raw(&test.store, ADD, args).await, "{}", test.name);
}

/// Rewrites the rows from `seq` on so that the chain fits again: what a careful forger does.
async fn rewrite_from(test: &TestStore, seq: i64, mut change: impl FnMut(&mut Record)) {
    let mut rows = records(&test.store).await;
    assert!(raw(&test.store, "delete from audit_log where seq >= $1", vec![seq.into()]).await);
    let mut before = rows.iter().rfind(|it| it.seq < seq).expect("a row before").hash.clone();
    for row in rows.iter_mut().filter(|it| it.seq >= seq) {
        change(row);
        row.prev_hash = before;
        row.hash = row.digest().expect("form 1");
        before = row.hash.clone();
        add(test, row.clone()).await;
    }
}

#[tokio::test]
async fn a_changed_row_is_named_whatever_was_changed() {
    for test in stores().await {
        open_log(&test).await;
        let changes: [&'static str; 12] = [
            "update audit_log set reason = 'x' where seq = 1",
            "update audit_log set reason = null where seq = 2",
            "update audit_log set actor_id = 'u9' where seq = 3",
            "update audit_log set device = '' where seq = 4",
            "update audit_log set result = 'failed' where seq = 5",
            "update audit_log set changes = '[]' where seq = 6",
            "update audit_log set form = 2 where seq = 7",
            "update audit_log set actor_role = actor_org, actor_org = actor_role where seq = 8",
            "update audit_log set prev_hash = hash where seq = 9",
            "update audit_log set at = (select a.at from audit_log a where a.seq = 1) where seq = 10",
            "update audit_log set trace_id = 't' where seq = 11",
            "update audit_log set object_id = 'm9' where seq = 12",
        ];
        for change in changes {
            assert!(raw(&test.store, change, vec![]).await, "{change}");
        }
        let expected: Vec<Finding> = (1..=12).map(|seq| Finding::Altered { seq }).collect();
        assert_eq!(findings(&test, &[]).await, expected, "{}", test.name);
        let part = verify(&test.store, Some(4), Some(5), &[]).await.expect("a report");
        assert_eq!(part.findings, [Finding::Altered { seq: 4 }, Finding::Altered { seq: 5 }], "{}", test.name);
    }
}

/// SQLite keeps whatever it is given; a row of the wrong type must not end the verification.
#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let test = store::testing::sqlite().await;
    open_log(&test).await;
    assert!(raw(&test.store, "update audit_log set at = 'yesterday' where seq = 4", vec![]).await);
    assert_eq!(findings(&test, &[]).await, [Finding::Altered { seq: 4 }]);
}

#[tokio::test]
async fn a_changed_hash_is_named() {
    for test in stores().await {
        open_log(&test).await;
        assert!(raw(&test.store, "update audit_log set hash = prev_hash where seq = 5", vec![]).await);
        assert_eq!(findings(&test, &[]).await, [Finding::Altered { seq: 5 }], "{}", test.name);
        // The last row's hash stands in the head too.
        assert!(raw(&test.store, "update audit_log set hash = prev_hash where seq = 12", vec![]).await);
        let expected = [Finding::Altered { seq: 5 }, Finding::Altered { seq: 12 }, Finding::HeadDiffers { seq: 12 }];
        assert_eq!(findings(&test, &[]).await, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn removed_rows_are_named() {
    for test in stores().await {
        let anchors = open_log(&test).await;
        assert!(raw(&test.store, "delete from audit_log where seq in (1, 5, 6, 9)", vec![]).await);
        let missing = |from, to| Finding::Missing { from, to };
        let expected = [missing(1, 1), missing(5, 6), missing(9, 9)];
        assert_eq!(findings(&test, &[]).await, expected, "{}", test.name);
        // The row before the part looked at is needed for its hash.
        let part = verify(&test.store, Some(7), Some(8), &[]).await.expect("a report");
        assert_eq!(part.findings, [missing(6, 6)], "{}", test.name);
        let gone = [Finding::AnchorMissing { seq: 5 }];
        assert_eq!(findings(&test, &anchors[4..5]).await, [&expected[..], &gone[..]].concat(), "{}", test.name);
    }
}

#[tokio::test]
async fn a_cut_end_is_named_by_the_head() {
    for test in stores().await {
        open_log(&test).await;
        assert!(raw(&test.store, "delete from audit_log where seq > 9", vec![]).await);
        assert_eq!(findings(&test, &[]).await, [Finding::Missing { from: 10, to: 12 }], "{}", test.name);
    }
}

#[tokio::test]
async fn a_cut_end_with_its_head_put_back_is_named_by_an_anchor() {
    for test in stores().await {
        let anchors = open_log(&test).await;
        assert!(raw(&test.store, "delete from audit_log where seq > 9", vec![]).await);
        assert!(raw(&test.store, HEAD, vec![9.into(), anchors[8].hash.as_str().into()]).await);
        // That is why anchors are needed: without one, nothing is left of the end.
        assert_eq!(findings(&test, &anchors[..9]).await, [], "{}", test.name);
        let expected = [Finding::AnchorMissing { seq: 12 }];
        assert_eq!(findings(&test, &anchors[11..]).await, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn an_emptied_log_is_named() {
    for test in stores().await {
        let anchors = open_log(&test).await;
        assert!(raw(&test.store, "delete from audit_log", vec![]).await);
        assert_eq!(findings(&test, &[]).await, [Finding::Missing { from: 1, to: 12 }], "{}", test.name);
        assert!(raw(&test.store, "delete from audit_head", vec![]).await);
        let expected = [Finding::NoHead, Finding::AnchorMissing { seq: 3 }];
        assert_eq!(findings(&test, &anchors[2..3]).await, expected, "{}", test.name);
        let mut tx = test.store.db.begin().await.expect("begin");
        let error = seal::audit::append(&mut tx, &entry(1)).await.expect_err("no head");
        assert_eq!(error.code(), "SEAL-022");
    }
}

#[tokio::test]
async fn swapped_rows_are_named() {
    for test in stores().await {
        open_log(&test).await;
        for sql in [
            "update audit_log set seq = 100 where seq = 4",
            "update audit_log set seq = 4 where seq = 7",
            "update audit_log set seq = 7 where seq = 100",
        ] {
            assert!(raw(&test.store, sql, vec![]).await, "{sql}");
        }
        let found = findings(&test, &[]).await;
        // Rows 5 and 8 name hashes that no longer stand before them.
        let expected = [
            Finding::Altered { seq: 4 },
            Finding::Unlinked { seq: 5 },
            Finding::Altered { seq: 7 },
            Finding::Unlinked { seq: 8 },
        ];
        assert_eq!(found, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn inserted_rows_are_named() {
    for test in stores().await {
        open_log(&test).await;
        let rows = records(&test.store).await;
        // Into the middle: everything behind is moved up to make room, and the head with it.
        assert!(raw(&test.store, "update audit_log set seq = seq + 100 where seq > 6", vec![]).await);
        assert!(raw(&test.store, "update audit_log set seq = seq - 99 where seq > 100", vec![]).await);
        assert!(raw(&test.store, HEAD, vec![13.into(), rows[11].hash.as_str().into()]).await);
        let mut inserted = Record { seq: 7, prev_hash: rows[5].hash.clone(), ..rows[2].clone() };
        inserted.hash = inserted.digest().expect("form 1");
        add(&test, inserted.clone()).await;
        let found = findings(&test, &[]).await;
        // The forger's row is sound by itself; from the next on no number fits its text.
        let expected: Vec<Finding> = (8..=13).map(|seq| Finding::Altered { seq }).collect();
        assert_eq!(found, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn rows_outside_of_the_chain_are_named() {
    for test in stores().await {
        open_log(&test).await;
        let rows = records(&test.store).await;
        for seq in [-3, 0, 13, 14] {
            let mut row = Record { seq, ..rows[2].clone() };
            row.hash = row.digest().expect("form 1");
            add(&test, row).await;
        }
        let stray = |from, to| Finding::Stray { from, to };
        assert_eq!(findings(&test, &[]).await, [stray(-3, -3), stray(0, 0), stray(13, 14)], "{}", test.name);
    }
}

#[tokio::test]
async fn a_row_rewritten_with_its_hash_does_not_fit_the_next_one() {
    for test in stores().await {
        open_log(&test).await;
        let mut row = records(&test.store).await.remove(5);
        row.reason = Some("x".into());
        row.hash = row.digest().expect("form 1");
        assert!(raw(&test.store, "delete from audit_log where seq = 6", vec![]).await);
        add(&test, row).await;
        assert_eq!(findings(&test, &[]).await, [Finding::Unlinked { seq: 7 }], "{}", test.name);
        // Also where the part that is looked at begins right behind it.
        let part = verify(&test.store, Some(7), None, &[]).await.expect("a report");
        assert_eq!(part.findings, [Finding::Unlinked { seq: 7 }], "{}", test.name);
    }
}

#[tokio::test]
async fn a_rewritten_end_is_named_by_the_head_and_by_anchors() {
    for test in stores().await {
        let anchors = open_log(&test).await;
        rewrite_from(&test, 8, |row| row.actor_id = Some("u9".into())).await;
        assert_eq!(findings(&test, &anchors[..7]).await, [Finding::HeadDiffers { seq: 12 }], "{}", test.name);
        let last = records(&test.store).await.pop().expect("a row");
        assert!(raw(&test.store, HEAD, vec![12.into(), last.hash.into()]).await);
        // Now the chain is perfect, and only what was filed elsewhere contradicts it.
        assert_eq!(findings(&test, &anchors[..7]).await, [], "{}", test.name);
        let expected = [Finding::AnchorDiffers { seq: 8 }, Finding::AnchorDiffers { seq: 11 }];
        let known = [anchors[3].clone(), anchors[7].clone(), anchors[10].clone()];
        assert_eq!(findings(&test, &known).await, expected, "{}", test.name);
    }
}

#[tokio::test]
async fn more_findings_than_can_be_read_are_counted() {
    for test in stores().await {
        let entries: Vec<_> = (1..=1_100).map(entry).collect();
        let mut tx = test.store.db.begin().await.expect("begin");
        seal::audit::append_all(&mut tx, &entries).await.expect("appended");
        tx.commit().await.expect("commit");
        let sound = verify(&test.store, None, None, &[]).await.expect("a report");
        assert!(sound.is_sound() && sound.checked == 1_100, "three pages: {sound:?}");
        without_triggers(&test).await;
        assert!(raw(&test.store, "update audit_log set reason = 'x' where seq > 500", vec![]).await);
        let report = verify(&test.store, None, None, &[]).await.expect("a report");
        assert_eq!((report.findings.len(), report.more), (100, 500), "{}", test.name);
        assert_eq!(report.findings[0].to_string(), "第 501 条的内容或哈希被改动");
    }
}
