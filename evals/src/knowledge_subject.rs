//! The product itself under test: the engine that retrieves and the assistant that answers.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use futures::future::BoxFuture;
use knowledge::{
    answer::{
        assistant::{Asked, Assistant, Reply},
        pieces::Pieces,
    },
    regulation::{self, DirectoryEntry, DirectoryVersion},
    search::{
        Engine, Query,
        model::{Retrieved, Scope},
        names,
        settings::Settings,
    },
};
use sha2::{Digest as _, Sha256};
use store::Store;
use text::normalize;

use crate::{
    Result,
    runner::Conditions,
    settings,
    subject::{Located, Subject},
    suite::Evidence,
};

const DOCUMENTS: &str = "select body from document where title = $1";
const CHUNKS: &str = "select id, source_id, valid_from, valid_to, audience from chunk";
const PAIRS: &str = "select id, text_hash from qa_pair";
const KNOWN: &str = "select id, question from known_question";

/// Engine and assistant under test.
pub struct KnowledgeSubject {
    engine: Arc<Engine>,
    assistant: Arc<dyn Assistant>,
    settings: Settings,
    scope: Scope,
}

impl KnowledgeSubject {
    /// `settings` are those of the retrieval alone; the assistant answers with its engine's own. To
    /// measure both alike, give the settings with which `engine` was made.
    pub fn new(engine: Arc<Engine>, assistant: Arc<dyn Assistant>, settings: Settings) -> Self {
        Self { engine, assistant, settings, scope: Scope::default() }
    }

    /// The same for readers of other audiences or kinds of document.
    #[must_use]
    pub fn with_scope(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    async fn find(&self, question: &str, as_of: Option<NaiveDate>, candidates: usize) -> Result<Retrieved, String> {
        let settings = Settings { candidates, depth: self.settings.depth.max(candidates), ..self.settings };
        let query = Query { as_of, ..Query::new(question, &self.scope) };
        self.engine.retrieve(query, &settings).await.map_err(|error| error.to_string())
    }

    async fn is_loaded(&self, title: &str) -> Result<bool, String> {
        if self.entry(title).await?.is_some() {
            return Ok(true);
        }
        Ok(!self.documents(title).await?.is_empty())
    }

    async fn place(&self, evidence: &Evidence, day: NaiveDate) -> Result<Located, String> {
        let Some(entry) = self.entry(&evidence.title).await? else {
            return self.document(evidence).await;
        };
        let Some(version) = version_of(&entry, evidence, day) else {
            let which = evidence.version.as_ref().map_or_else(|| format!("{day} 有效的版本"), |it| format!("{it} 版"));
            return Ok(Located::Gone(format!("《{}》没有 {which}", evidence.title)));
        };
        let Some(address) = &evidence.address else {
            let nodes = regulation::tree(self.engine.store(), &version.version_id).await;
            let words: String = nodes.map_err(|error| error.to_string())?.into_iter().map(|it| it.own_text).collect();
            return Ok(holds(evidence, &words));
        };
        let found = regulation::provision(self.engine.store(), &version.version_id, address).await;
        let gone = || Located::Gone(format!("{}不在 {} 版里", evidence.label(), version.label));
        let provision = found.map_err(|error| error.to_string())?;
        Ok(provision.map_or_else(gone, |it| holds(evidence, &it.full_text)))
    }

    /// A text that is no regulation.
    async fn document(&self, evidence: &Evidence) -> Result<Located, String> {
        let bodies = self.documents(&evidence.title).await?;
        if bodies.is_empty() {
            return Ok(Located::NotLoaded);
        }
        let here = bodies.iter().map(|body| holds(evidence, body)).find(|it| *it == Located::Here);
        Ok(here.unwrap_or_else(|| holds(evidence, &bodies[0])))
    }

    async fn documents(&self, title: &str) -> Result<Vec<String>, String> {
        let rows: Vec<(String,)> =
            self.engine.store().db.fetch_all(DOCUMENTS, vec![title.into()]).await.map_err(|error| error.to_string())?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The regulation of exactly this title; a short name is not one, for candidates bear the title.
    async fn entry(&self, title: &str) -> Result<Option<DirectoryEntry>, String> {
        let names = self.engine.names().await.map_err(|error| error.to_string())?;
        let wanted = normalize(title);
        let entry = names.1.loaded(title).filter(|entry| {
            normalize(&entry.title) == wanted || entry.versions.iter().any(|it| normalize(&it.title) == wanted)
        });
        Ok(entry.cloned())
    }
}

impl Subject for KnowledgeSubject {
    fn retrieve<'a>(
        &'a self,
        question: &'a str,
        as_of: Option<NaiveDate>,
        candidates: usize,
    ) -> BoxFuture<'a, Result<Retrieved, String>> {
        Box::pin(self.find(question, as_of, candidates))
    }

    fn answer(&self, asked: Asked) -> BoxFuture<'_, Result<Reply, String>> {
        let asked = Asked { scope: self.scope.clone(), ..asked };
        Box::pin(
            async move { self.assistant.answer(asked, Pieces::unheard()).await.map_err(|error| error.to_string()) },
        )
    }

    fn locate<'a>(&'a self, evidence: &'a Evidence, day: NaiveDate) -> BoxFuture<'a, Result<Located, String>> {
        Box::pin(self.place(evidence, day))
    }

    fn loaded<'a>(&'a self, title: &'a str) -> BoxFuture<'a, Result<bool, String>> {
        Box::pin(self.is_loaded(title))
    }
}

/// The version that the evidence names, else the one in force on `day`.
fn version_of<'e>(entry: &'e DirectoryEntry, evidence: &Evidence, day: NaiveDate) -> Option<&'e DirectoryVersion> {
    match &evidence.version {
        Some(label) => entry.versions.iter().find(|it| it.label == *label),
        None => names::in_force(entry, day),
    }
}

fn holds(evidence: &Evidence, words: &str) -> Located {
    match &evidence.span {
        Some(span) if !normalize(words).contains(&normalize(span)) => {
            Located::Gone(format!("{}已没有“{span}”这几个字", evidence.label()))
        }
        _ => Located::Here,
    }
}

/// Under what the engine is measured: every setting, and fingerprints of texts and index. `code` is the
/// version of the program, `prompts` the SHA-256 of each prompt by id (empty without a model).
///
/// Rule files and the glossary count as code: they are in the program, whose hash `code` should have.
pub async fn conditions(
    engine: &Engine,
    settings: &Settings,
    prompts: BTreeMap<String, String>,
    code: String,
) -> Result<Conditions> {
    let index = engine.library().live().generation.fingerprint();
    Ok(Conditions { settings: settings::flat(settings), prompts, corpus: corpus(engine.store()).await?, index, code })
}

/// SHA-256 (hex) over every passage with its validity, every QA pair and every known question: equal on
/// both databases, whatever order things were imported in.
pub async fn corpus(store: &Store) -> Result<String> {
    type Chunk = (String, String, Option<NaiveDate>, Option<NaiveDate>, String);
    let day = |it: Option<NaiveDate>| it.map_or_else(String::new, |it| it.to_string());
    let chunks: Vec<Chunk> = store.db.fetch_all(CHUNKS, vec![]).await?;
    let pairs: Vec<(String, String)> = store.db.fetch_all(PAIRS, vec![]).await?;
    let known: Vec<(String, String)> = store.db.fetch_all(KNOWN, vec![]).await?;
    let mut rows: Vec<String> = chunks
        .into_iter()
        .map(|(id, source, from, to, audience)| format!("c|{id}|{source}|{}|{}|{audience}", day(from), day(to)))
        .chain(pairs.into_iter().map(|(id, hash)| format!("q|{id}|{hash}")))
        .chain(known.into_iter().map(|(id, question)| format!("k|{id}|{question}")))
        .collect();
    rows.sort_unstable();
    let mut hash = Sha256::new();
    for row in rows {
        hash.update(row);
        hash.update(b"\n");
    }
    Ok(hex::encode(hash.finalize()))
}

/// Every statement of this module.
#[cfg(test)]
pub(crate) const SQL: &[&str] = &[DOCUMENTS, CHUNKS, PAIRS, KNOWN];
