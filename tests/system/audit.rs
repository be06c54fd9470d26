//! The audit log as an auditor sees it: the program's own verification, over a log that was tampered with.

use seal::audit::{self, Entry};
use store::{Built, Store};

use crate::place::Place;

#[tokio::test]
async fn a_changed_or_removed_entry_is_found_by_the_command() {
    for place in Place::all().await {
        let empty = place.run(&["audit", "verify"]).fine(place.name).stdout;
        assert!(empty.contains("共 0 条"), "{empty}");
        let store = Store::open(&place.url).await.expect("the database opens");
        for at in 0..5 {
            let mut tx = store.db.begin().await.expect("begun");
            let entry = Entry::new(store.clock.now(), "login", format!("account-{at}"));
            audit::append(&mut tx, &entry).await.expect("appended");
            tx.commit().await.expect("written");
        }
        let sound = place.run(&["audit", "verify"]).fine(place.name).stdout;
        let anchor = sound.lines().find_map(|it| it.strip_prefix("锚点：")).expect("an anchor").to_owned();
        assert!(anchor.starts_with("5-"), "{sound}");
        assert_eq!(place.run(&["audit", "anchor"]).fine(place.name).stdout.trim(), anchor);
        place.run(&["audit", "verify", "--anchor", &anchor]).fine(place.name);
        assert_eq!(place.run(&["audit", "verify", "--anchor", "soon"]).code, Some(2), "{}", place.name);

        // Whoever owns the tables can drop what guards them; the chain still tells.
        let (off, wanted) = if place.name == "sqlite" {
            ("drop trigger audit_log_update", "第 3 条")
        } else {
            ("alter table audit_log disable trigger user", "第 3 条")
        };
        let mut tx = store.db.begin().await.expect("begun");
        for sql in [off, "update audit_log set object_type = 'account-x' where seq = 3"] {
            let mut statement = Built::default();
            statement.text(sql);
            tx.run(statement).await.expect("done");
        }
        tx.commit().await.expect("written");
        let broken = place.run(&["audit", "verify"]);
        assert_eq!(broken.code, Some(1), "{}: {broken:?}", place.name);
        assert!(broken.stdout.contains(wanted) && broken.stderr.contains("审计日志不完整"), "{broken:?}");
        let json = place.run(&["audit", "verify", "--json"]).stdout;
        let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(report["findings"][0], serde_json::json!({ "kind": "altered", "seq": 3 }), "{}", place.name);
        let before = place.run(&["audit", "verify", "--to", "2"]);
        assert_eq!(before.code, Some(0), "what lies before is sound: {before:?}");
    }
}
