//! Whoever answers: understanding, routing, retrieval, writing, put together.

use std::sync::Arc;

use futures::future::BoxFuture;
use knowledge::{
    answer::{
        self,
        assistant::{Asked, Assistant, Reply},
        pieces::{Piece, Pieces},
    },
    search::{Engine, Query},
};

/// The assistant over the knowledge base.
pub struct KnowledgeAssistant {
    engine: Arc<Engine>,
}

impl KnowledgeAssistant {
    /// Over an engine that is ready.
    pub const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    async fn reply(&self, asked: Asked, pieces: Pieces) -> knowledge::Result<Reply> {
        let query = Query { question: &asked.question, scope: &asked.scope, as_of: asked.as_of };
        let (answer, retrieved) = answer::answer(&self.engine, query, self.engine.settings()).await?;
        pieces.send(Piece::Retrieved(Box::new(retrieved.clone())));
        Ok(Reply { answer, retrieved: Some(retrieved), condensed: None, category: None, urgent: false })
    }
}

impl Assistant for KnowledgeAssistant {
    fn answer(&self, asked: Asked, pieces: Pieces) -> BoxFuture<'_, knowledge::Result<Reply>> {
        Box::pin(self.reply(asked, pieces))
    }
}
