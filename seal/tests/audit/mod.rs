//! The audit log on both databases.

mod chain;
mod crowd;
mod query;
mod tamper;

use chrono::TimeDelta;
use seal::audit::{self, Actor, Anchor, Changes, Entry, Record};
use store::{
    Store, Value,
    testing::{TestStore, noon},
};

/// All columns, for tests that look at rows as they stand.
pub const RECORDS: &str = "select seq, form, at, actor_id, actor_role, actor_org, ip, device, action, object_type, \
    object_id, changes, reason, result, trace_id, prev_hash, hash from audit_log order by seq";

/// The entry number `n` of a made-up log: one a second, three actors, two kinds of things.
pub fn entry(n: i64) -> Entry {
    let mut entry = Entry::new(
        noon() + TimeDelta::seconds(n),
        if n % 2 == 0 { "mobile_flow.accept" } else { "mobile_flow.apply" },
        "mobile_flow",
    );
    entry.actor = Actor { id: Some(format!("u{}", n % 3)), role: Some("clerk".into()), org: Some("o1".into()) };
    entry.object_id = Some(format!("m{}", n % 5));
    entry.changes = Changes::none().plain("status", format!("s{n}"), format!("s{}", n + 1));
    entry.reason = Some(format!("第 {n} 次办理"));
    entry
}

/// Appends `entries`, each in a transaction of its own; gives the anchor after each.
pub async fn write(store: &Store, entries: impl IntoIterator<Item = Entry>) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    for entry in entries {
        let mut tx = store.db.begin().await.expect("begin");
        anchors.push(audit::append(&mut tx, &entry).await.expect("appended"));
        tx.commit().await.expect("commit");
    }
    anchors
}

/// Every row, in order.
pub async fn records(store: &Store) -> Vec<Record> {
    store.db.fetch_all(RECORDS, vec![]).await.expect("rows")
}

/// Runs `sql` as it is; true where the database took it.
pub async fn raw(store: &Store, sql: &'static str, args: Vec<Value>) -> bool {
    let mut tx = store.db.begin().await.expect("begin");
    let done = tx.execute(sql, args).await.is_ok();
    if done {
        tx.commit().await.expect("commit");
    }
    done
}

/// What somebody with full power over the database does first.
pub async fn without_triggers(test: &TestStore) {
    let statements: &[&'static str] = match test.name {
        "sqlite" => &[
            "drop trigger audit_log_update",
            "drop trigger audit_log_delete",
            "drop trigger audit_log_insert",
            "drop trigger audit_log_follow",
            "drop trigger audit_head_update",
            "drop trigger audit_head_delete",
        ],
        _ => &["alter table audit_log disable trigger all", "alter table audit_head disable trigger all"],
    };
    for statement in statements {
        assert!(raw(&test.store, statement, vec![]).await, "{statement}");
    }
}
