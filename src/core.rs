//! The real core: `knowledge` behind [`crate::app::Core`].

mod reader;

use std::sync::Arc;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    index::{library::Library, vector::qdrant::QdrantServer},
    regulation::{Address, FacetCounts},
    search::{Engine, Query, model::Retrieved},
    stats::stats,
};
use store::Store;

use crate::app::{
    Ask, Core, CoreError, CoreResult, Health, Part, PartState, Provision, RegulationComparison, RegulationFilter,
    RegulationPage, RegulationView,
};

/// Retrieval, answers and texts over one database.
pub struct KnowledgeCore {
    store: Store,
    library: Arc<Library>,
    engine: Arc<Engine>,
    qdrant: Option<Arc<QdrantServer>>,
}

impl KnowledgeCore {
    /// Over an engine that is ready.
    pub fn new(store: Store, library: Arc<Library>, engine: Arc<Engine>, qdrant: Option<Arc<QdrantServer>>) -> Self {
        Self { store, library, engine, qdrant }
    }

    async fn find(&self, ask: &Ask, candidates: usize) -> CoreResult<Retrieved> {
        let mut settings = *self.engine.settings();
        settings.candidates = candidates.max(1);
        let query = Query { as_of: ask.as_of, ..Query::new(&ask.question, &ask.scope) };
        self.engine.retrieve(query, &settings).await.map_err(failed)
    }

    async fn look(&self) -> Health {
        let counted = stats(&self.store).await;
        let live = self.library.live();
        let mut parts = vec![part("database", counted.as_ref().err().map(ToString::to_string), PartState::Down)];
        let lag = self.library.lag().await.unwrap_or(0);
        let behind = (lag > 0).then(|| format!("还有 {lag} 项变更未进入索引"));
        parts.push(part("index", behind, PartState::Degraded));
        parts.push(Part {
            reason: Some(live.generation.embedder.id().to_owned()),
            ..part("embedding", None, PartState::Ok)
        });
        if let Some(qdrant) = &self.qdrant {
            parts.push(part("qdrant", qdrant.probe().await.err().map(|it| it.to_string()), PartState::Degraded));
        }
        let can_answer = counted.is_ok();
        let counted = counted.unwrap_or_default();
        Health {
            can_answer,
            parts,
            regulations: counted.regulations as u64,
            articles: counted.articles as u64,
            qa_pairs: counted.qa_pairs as u64,
            generation: live.generation.name.clone(),
        }
    }
}

impl Core for KnowledgeCore {
    fn retrieve(&self, ask: Ask) -> BoxFuture<'_, CoreResult<Retrieved>> {
        Box::pin(async move { self.find(&ask, self.engine.settings().candidates).await })
    }

    fn list_regulations(&self, filter: RegulationFilter) -> BoxFuture<'_, CoreResult<RegulationPage>> {
        Box::pin(self.list(filter))
    }

    fn regulation(
        &self,
        id: String,
        version: Option<String>,
        as_of: Option<NaiveDate>,
    ) -> BoxFuture<'_, CoreResult<RegulationView>> {
        Box::pin(self.view(id, version, as_of))
    }

    fn facets(&self, as_of: Option<NaiveDate>) -> BoxFuture<'_, CoreResult<FacetCounts>> {
        Box::pin(self.counted(as_of))
    }

    fn compare(
        &self,
        id: String,
        from: Option<String>,
        to: Option<String>,
    ) -> BoxFuture<'_, CoreResult<RegulationComparison>> {
        Box::pin(self.compared(id, from, to))
    }

    fn provision(&self, id: String, version: String, address: Address) -> BoxFuture<'_, CoreResult<Provision>> {
        Box::pin(async move { self.view(id, Some(version), None).await?.provision(&address) })
    }

    fn health(&self) -> BoxFuture<'_, Health> {
        Box::pin(self.look())
    }
}

fn part(name: &str, trouble: Option<String>, state: PartState) -> Part {
    let state = if trouble.is_some() { state } else { PartState::Ok };
    Part { name: name.to_owned(), state, reason: trouble }
}

/// What a failure of the knowledge crate means to a caller.
#[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`, which passes by value")]
pub fn failed(error: knowledge::Error) -> CoreError {
    use knowledge::Error;
    let part = match &error {
        Error::Store(_) => "database",
        Error::Index(_) | Error::Locked => "index",
        Error::Vectors(_) | Error::Embedding(_) => "vector",
        _ => return CoreError::Internal(format!("{} {error}", error.code())),
    };
    CoreError::Unavailable { part: part.to_owned(), reason: error.to_string() }
}
