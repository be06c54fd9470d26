//! Every statement of this crate is prepared on every database.

use store::testing;

use crate::{channel, conversation, limits, secret, turn};

#[tokio::test]
async fn both_databases_can_read_every_statement() {
    let mut statements = turn::sql();
    for more in [channel::SQL, conversation::SQL, limits::SQL, secret::SQL] {
        statements.extend(more);
    }
    for test in testing::stores().await {
        for statement in &statements {
            let prepared = test.store.db.prepare(statement).await;
            assert!(prepared.is_ok(), "{}: {statement}: {:?}", test.name, prepared.err());
        }
    }
}
