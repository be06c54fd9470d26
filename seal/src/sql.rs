//! Every statement of this crate is prepared on every database.

use store::testing;

use crate::audit;

#[tokio::test]
async fn both_databases_can_read_every_statement() {
    let statements = audit::sql();
    assert!(statements.len() >= 12, "a module forgot its statements: {statements:?}");
    for test in testing::stores().await {
        for statement in &statements {
            let prepared = test.store.db.prepare(statement).await;
            assert!(prepared.is_ok(), "{}: {statement}: {:?}", test.name, prepared.err());
        }
    }
}
