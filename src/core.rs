//! The real core: `knowledge` behind [`crate::app::Core`].

use std::sync::Arc;

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    answer::{self, pieces::Pieces},
    answer_log,
    index::{library::Library, vector::qdrant::QdrantServer},
    regulation::{self, Address, DirectoryEntry, ListFilter, Listed, NodeKind, ProvisionRow, VersionRow},
    search::{Engine, Query, model::Retrieved},
    stats::stats,
};
use store::Store;

use crate::app::{
    Answered, ArticleHit, Ask, Core, CoreError, CoreResult, Health, Part, PartState, Provision, ReadingNode,
    RegulationFilter, RegulationItem, RegulationPage, RegulationView, VersionInfo,
};

/// Rows of the list read at once.
const PAGE: i64 = 200;
/// Articles shown under a regulation in the list.
const HITS: usize = 5;
/// Articles looked for when the list is searched by words.
const SEARCHED: usize = 60;
/// Characters of an article shown in the list.
const EXCERPT: usize = 80;

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
        let query = Query { question: &ask.question, scope: &ask.scope, as_of: ask.as_of };
        self.engine.retrieve(query, &settings).await.map_err(failed)
    }

    async fn reply(&self, ask: Ask) -> CoreResult<Answered> {
        let query = Query { question: &ask.question, scope: &ask.scope, as_of: ask.as_of };
        let (answer, retrieved) = answer::answer(&self.engine, None, query, &[], self.engine.settings(), &Pieces::unheard()).await.map_err(failed)?;
        let masked = crate::mask::personal(&ask.question);
        let id = answer_log::insert(&self.store, &ask.channel, &masked, &answer).await.map_err(failed)?;
        Ok(Answered { id, answer, retrieved })
    }

    async fn list(&self, filter: RegulationFilter) -> CoreResult<RegulationPage> {
        let today = self.store.clock.today();
        let day = filter.as_of.unwrap_or(today);
        let directory = regulation::directory(&self.store).await.map_err(failed)?;
        let mut items: Vec<RegulationItem> =
            self.rows(&filter, day, None).await?.iter().map(|row| item(row, &directory)).collect();
        if let Some(words) = &filter.q {
            let named = self.rows(&filter, day, Some(words.clone())).await?;
            let ask = Ask {
                question: words.clone(),
                scope: knowledge::search::model::Scope::default(),
                as_of: Some(day),
                channel: "reader".to_owned(),
                conversation_id: None,
            };
            let found = self.find(&ask, SEARCHED).await?;
            for item in &mut items {
                item.hits = hits(&found, &item.id, &item.version.label, words);
            }
            items.retain(|it| !it.hits.is_empty() || named.iter().any(|row| row.version.regulation_id == it.id));
        }
        let (page, per_page) = (filter.page.max(1), filter.per_page.clamp(1, 100));
        let total = items.len() as u64;
        let start = (page as usize - 1).saturating_mul(per_page as usize).min(items.len());
        let items = items.into_iter().skip(start).take(per_page as usize).collect();
        Ok(RegulationPage { items, total, page, per_page })
    }

    async fn rows(&self, filter: &RegulationFilter, day: NaiveDate, q: Option<String>) -> CoreResult<Vec<Listed>> {
        let mut wanted = ListFilter {
            q,
            doc_kind: filter.doc_kind,
            authority: filter.authority,
            issuer: filter.issuer.clone(),
            effect: filter.effect,
            year: filter.year,
            topic: filter.topic.clone(),
            limit: PAGE,
            ..ListFilter::on(day)
        };
        let mut rows = Vec::new();
        loop {
            let page = regulation::list(&self.store, &wanted).await.map_err(failed)?;
            rows.extend(page.rows);
            match page.next {
                Some(next) => wanted.after = Some(next),
                None => return Ok(rows),
            }
        }
    }

    async fn view(&self, id: String, version: Option<String>, as_of: Option<NaiveDate>) -> CoreResult<RegulationView> {
        let today = self.store.clock.today();
        let day = as_of.unwrap_or(today);
        let versions = regulation::versions(&self.store, &id).await.map_err(failed)?;
        if versions.is_empty() {
            return Err(CoreError::NoRegulation(id));
        }
        let shown = match version {
            Some(label) => versions.iter().find(|it| it.label == label).ok_or(CoreError::NoVersion(label))?.clone(),
            None => match (regulation::in_force(&self.store, &id, day).await.map_err(failed)?, as_of) {
                (Some(it), _) => it,
                (None, Some(day)) => return Err(CoreError::NoVersionOn(day)),
                (None, None) => versions.last().ok_or(CoreError::NoRegulation(id.clone()))?.clone(),
            },
        };
        let tree = regulation::tree(&self.store, &shown.id).await.map_err(failed)?;
        let directory = regulation::directory(&self.store).await.map_err(failed)?;
        let aliases = directory.into_iter().find(|it| it.regulation_id == id).map(|it| it.aliases).unwrap_or_default();
        Ok(RegulationView {
            aliases,
            versions: versions.iter().rev().map(|it| info(it, day)).collect(),
            shown: info(&shown, day),
            nodes: tree.into_iter().map(node).collect(),
            id,
        })
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

    fn answer(&self, ask: Ask) -> BoxFuture<'_, CoreResult<Answered>> {
        Box::pin(self.reply(ask))
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

fn item(row: &Listed, directory: &[DirectoryEntry]) -> RegulationItem {
    let entry = directory.iter().find(|it| it.regulation_id == row.version.regulation_id);
    RegulationItem {
        id: row.version.regulation_id.clone(),
        aliases: entry.map(|it| it.aliases.clone()).unwrap_or_default(),
        versions: entry.map_or(1, |it| it.versions.len() as u32),
        version: described(&row.version, row.effect),
        hits: Vec::new(),
    }
}

fn info(row: &VersionRow, day: NaiveDate) -> VersionInfo {
    described(row, regulation::effect(row, day))
}

fn described(row: &VersionRow, effect: knowledge::answer::model::Effect) -> VersionInfo {
    VersionInfo {
        label: row.label.clone(),
        title: row.title.clone(),
        doc_kind: row.doc_kind,
        authority: row.authority,
        issuer: row.issuer.clone(),
        issuer_level: row.issuer_level.clone(),
        doc_no: row.doc_no.clone(),
        approved_on: row.approved_on,
        published_on: row.published_on,
        effective_on: row.effective_on,
        abolished_on: row.valid_to,
        effect,
        superseded_by: row.superseded_by.clone().or_else(|| row.successor.as_ref().map(|it| format!("{it}版"))),
        trial: row.trial,
        sample: row.sample,
        topics: row.topics.clone(),
        source_url: row.source_url.clone(),
        articles: row.article_count as u32,
    }
}

fn node(row: ProvisionRow) -> ReadingNode {
    // Outside articles an address counts what the text numbers in its own way: its heading says it better.
    let own = matches!(row.kind, NodeKind::Part | NodeKind::Chapter | NodeKind::Section) && !row.heading.is_empty();
    ReadingNode {
        kind: row.kind,
        address: row.address.to_string(),
        parent: row.parent.map(|it| it.to_string()),
        label: if own { row.heading.clone() } else { row.label },
        heading: row.heading,
        text: row.own_text.trim().to_owned(),
    }
}

/// The articles of one version among those found that share words with what was asked.
fn hits(found: &Retrieved, id: &str, label: &str, words: &str) -> Vec<ArticleHit> {
    found
        .candidates
        .iter()
        .filter(|it| it.regulation_id.as_deref() == Some(id) && it.version.as_deref() == Some(label))
        .filter_map(|it| {
            let address = it.address.clone()?;
            let at = words.split_whitespace().find_map(|word| it.text.find(word))?;
            let label = it.address.as_ref()?.parse::<Address>().ok()?.label();
            Some(ArticleHit { address, label, excerpt: around(&it.text, at) })
        })
        .take(HITS)
        .collect()
}

fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(EXCERPT / 4).collect();
    let after: String = text[at..].chars().take(EXCERPT).collect();
    let before: String = before.chars().rev().collect();
    format!("{before}{after}").replace('\n', " ")
}
