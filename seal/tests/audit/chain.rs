//! What is written, and what the databases refuse.

use seal::{
    Kind,
    audit::{self, Actor, Anchor, Changes, Entry, Event, GENESIS, Outcome, append, append_all, verify},
};
use store::{
    Value,
    testing::{noon, stores},
};

use super::{entry, raw, records, write};
use crate::keys::{K1, ring};

/// Makes an entry bad.
type Spoil = fn(&mut Entry);

/// The text and its hash were computed outside of this program from the description of the form: logs
/// must stay verifiable for ever.
#[tokio::test]
async fn the_hashed_text_is_the_documented_one() {
    for test in stores().await {
        let mut entry = Entry::new(noon(), "mobile_flow.accept", "mobile_flow");
        entry.actor = Actor { id: Some("u1".into()), role: Some("clerk".into()), org: None };
        entry.ip = Some("10.0.0.1".into());
        entry.object_id = Some("m1".into());
        entry.changes = Changes::none().plain("f", (), "b");
        entry.reason = Some("补正材料齐全".into());
        write(&test.store, [entry]).await;
        let record = records(&test.store).await.remove(0);
        let expected = format!(
            "16:dangwutong-audit,1:1,1:1,27:2026-11-01T04:00:00.000000Z,2:u1,5:clerk,-,8:10.0.0.1,-,\
             18:mobile_flow.accept,11:mobile_flow,2:m1,41:[{{\"field\":\"f\",\"before\":null,\"after\":\"b\"}}],\
             18:补正材料齐全,7:success,-,64:{GENESIS},"
        );
        assert_eq!(record.canonical(), expected, "{}", test.name);
        assert_eq!(record.hash, "df614cd24d481a3fa9b5043ab6453201f07a0944a776ad31c26f4c30dd634297", "{}", test.name);
    }
}

#[tokio::test]
async fn a_chain_is_dense_linked_and_sound() {
    for test in stores().await {
        let empty = verify(&test.store, None, None, &[]).await.expect("a report");
        assert!(empty.is_sound() && empty.checked == 0, "{}: {empty:?}", test.name);
        let anchors = write(&test.store, (1..=20).map(entry)).await;
        let records = records(&test.store).await;
        assert_eq!(records.iter().map(|it| it.seq).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
        assert_eq!(records[0].prev_hash, GENESIS);
        assert!(records.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash));
        let report = verify(&test.store, None, None, &anchors).await.expect("a report");
        assert!(report.is_sound(), "{}: {report:?}", test.name);
        assert_eq!(report.checked, 20);
        assert_eq!(report.last.as_ref(), anchors.last());
        assert_eq!(audit::anchor(&test.store).await.expect("an anchor"), anchors[19]);
        let part = verify(&test.store, Some(5), Some(9), &anchors).await.expect("a report");
        assert!(part.is_sound() && part.checked == 5, "{}: {part:?}", test.name);
    }
}

#[tokio::test]
async fn times_finer_than_a_microsecond_still_verify() {
    for test in stores().await {
        let mut odd = entry(1);
        odd.at += chrono::TimeDelta::nanoseconds(123_456_789);
        write(&test.store, [odd.clone()]).await;
        // Nothing is kept that isn't hashed.
        let kept = records(&test.store).await.remove(0).at;
        assert_eq!(odd.at - kept, chrono::TimeDelta::nanoseconds(789), "{}", test.name);
        let report = verify(&test.store, None, None, &[]).await.expect("a report");
        assert!(report.is_sound(), "{}: {report:?}", test.name);
    }
}

#[tokio::test]
async fn what_is_rolled_back_leaves_no_gap() {
    for test in stores().await {
        write(&test.store, [entry(1)]).await;
        let mut tx = test.store.db.begin().await.expect("begin");
        append(&mut tx, &entry(2)).await.expect("appended");
        drop(tx);
        let anchors = write(&test.store, [entry(3)]).await;
        assert_eq!(anchors[0].seq, 2, "{}", test.name);
        assert!(verify(&test.store, None, None, &[]).await.expect("a report").is_sound());
    }
}

#[tokio::test]
async fn many_entries_of_one_transaction_stand_in_their_order() {
    for test in stores().await {
        let entries: Vec<Entry> = (1..=40).map(entry).collect();
        let mut tx = test.store.db.begin().await.expect("begin");
        let last = append_all(&mut tx, &entries).await.expect("appended");
        // A second turn in the same transaction goes on from there.
        append(&mut tx, &entry(41)).await.expect("appended");
        tx.commit().await.expect("commit");
        assert_eq!(last.seq, 40, "{}", test.name);
        let reasons: Vec<String> = records(&test.store).await.into_iter().filter_map(|it| it.reason).collect();
        assert_eq!(reasons, (1..=41).map(|n| format!("第 {n} 次办理")).collect::<Vec<_>>());
        assert!(verify(&test.store, None, None, &[last]).await.expect("a report").is_sound());
    }
}

#[tokio::test]
async fn both_databases_refuse_what_is_not_an_append() {
    for test in stores().await {
        write(&test.store, (1..=3).map(entry)).await;
        let before = records(&test.store).await;
        let (next, hash) = (Value::from(4), Value::from("f".repeat(64)));
        let insert = "insert into audit_log (seq, form, at, action, object_type, changes, result, prev_hash, hash) \
            values ($1, 1, $2, 'a', 'o', '[]', 'success', $3, 'h')";
        let refused: [(&'static str, Vec<Value>); 10] = [
            ("update audit_log set reason = 'x' where seq = 2", vec![]),
            ("update audit_log set hash = 'x' where seq = 3", vec![]),
            ("delete from audit_log where seq = 3", vec![]),
            ("delete from audit_log", vec![]),
            (insert, vec![next, noon().into(), hash.clone()]),
            (insert, vec![2.into(), noon().into(), before[1].prev_hash.as_str().into()]),
            ("update audit_head set seq = 2", vec![]),
            ("update audit_head set hash = $1", vec![hash]),
            ("delete from audit_head", vec![]),
            ("insert into audit_head (id, seq, hash) values (1, 0, '')", vec![]),
        ];
        for (sql, args) in refused {
            assert!(!raw(&test.store, sql, args).await, "{}: {sql}", test.name);
        }
        // Roads of one database alone.
        let more: &[&'static str] = match test.name {
            "sqlite" => &[
                "insert or replace into audit_log select seq, form, at, actor_id, actor_role, actor_org, ip, device, \
                 action, object_type, object_id, changes, 'x', result, trace_id, prev_hash, hash from audit_log where seq = 3",
                "insert or replace into audit_head (id, seq, hash) values (1, 0, '')",
                "update or replace audit_log set seq = 2 where seq = 3",
            ],
            _ => &["truncate audit_log", "truncate audit_head"],
        };
        for sql in more {
            assert!(!raw(&test.store, sql, vec![]).await, "{}: {sql}", test.name);
        }
        assert_eq!(records(&test.store).await, before, "{}", test.name);
        assert!(verify(&test.store, None, None, &[]).await.expect("a report").is_sound());
    }
}

#[tokio::test]
async fn sensitive_values_stand_in_the_log_as_hashes_only() {
    for test in stores().await {
        let ring = ring(K1);
        let mut entry = Entry::new(noon(), Event::PlaintextViewed, "person");
        entry.changes =
            Changes::none().sensitive(&ring, Kind::Mobile, "mobile", Some("13800001234"), Some("138 0000 1234"));
        write(&test.store, [entry]).await;
        let record = records(&test.store).await.remove(0);
        assert_eq!(record.action, "audit.plaintext_viewed");
        assert!(
            !record.canonical().contains("13800001234") && !record.changes.contains("1234\""),
            "{}",
            record.changes
        );
        let changes: serde_json::Value = serde_json::from_str(&record.changes).expect("JSON");
        assert_eq!(changes[0]["before"], changes[0]["after"], "the same number, written differently");
        assert_eq!(changes[0]["before"]["key"], "k1");
        let hash = changes[0]["before"]["hmac_sm3"].as_str().expect("a hash");
        assert_ne!(hash, ring.look_up(Kind::Mobile, "13800001234"), "not to be joined with look-up columns");
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_kept_is_refused_before_the_database_sees_it() {
    for test in stores().await {
        let cases: [(&str, Spoil); 4] = [
            ("action", |it| it.action.clear()),
            ("object_type", |it| it.object_type.clear()),
            ("NUL", |it| it.device = Some("a\0b".into())),
            ("64 KiB", |it| it.reason = Some("长".repeat(22_000))),
        ];
        for (name, spoil) in cases {
            let mut tx = test.store.db.begin().await.expect("begin");
            let mut bad = entry(1);
            spoil(&mut bad);
            let error = append_all(&mut tx, &[entry(0), bad]).await.expect_err(name);
            assert_eq!(error.code(), "SEAL-021");
            assert!(error.to_string().contains(name), "{error}");
            // The transaction is still good: the caller may write that it failed.
            let mut failed = entry(1);
            failed.outcome = Outcome::Failed;
            append(&mut tx, &failed).await.expect("appended");
            drop(tx);
        }
        assert!(records(&test.store).await.is_empty(), "{}", test.name);
    }
}

#[test]
fn anchors_are_read_back_from_paper() {
    let anchor = Anchor { seq: 42, hash: "0a".repeat(32) };
    assert_eq!(anchor.to_string().parse::<Anchor>().expect("an anchor"), anchor);
    assert_eq!(format!(" 42-{}\n", "0A".repeat(32)).parse::<Anchor>().expect("an anchor"), anchor);
    for bad in ["", "42", "-1-0a", "42-0a", "x-", &format!("42-{}", "0g".repeat(32))] {
        assert_eq!(bad.parse::<Anchor>().expect_err(bad).code(), "SEAL-023");
    }
}

#[test]
fn events_have_names_of_their_own() {
    let mut codes: Vec<&str> = Event::ALL.iter().map(|it| it.code()).collect();
    let mut labels: Vec<&str> = Event::ALL.iter().map(|it| it.label()).collect();
    for names in [&mut codes, &mut labels] {
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Event::ALL.len());
    }
}
