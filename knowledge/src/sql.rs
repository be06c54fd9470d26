//! Every statement of this crate is prepared on every database.

use store::testing;

use crate::{change_log, chunk, document, known, model_usage, qa, regulation, stats};

#[tokio::test]
async fn both_databases_can_read_every_statement() {
    let statements = [
        change_log::sql(),
        chunk::read::sql(),
        chunk::write::sql(),
        document::sql(),
        known::sql(),
        model_usage::SQL.to_vec(),
        qa::sql(),
        regulation::sql(),
        stats::SQL.to_vec(),
    ]
    .concat();
    for test in testing::stores().await {
        for statement in &statements {
            let prepared = test.store.db.prepare(statement).await;
            assert!(prepared.is_ok(), "{}: {statement}: {:?}", test.name, prepared.err());
        }
    }
}
