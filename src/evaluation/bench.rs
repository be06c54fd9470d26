//! What a suite is asked of: the product under the suite's own settings, over the base that it asks for.

use std::{collections::HashMap, path::Path, sync::Arc};

use evals::{
    knowledge_subject::KnowledgeSubject,
    subject::{Bench, Subject},
    suite::{Base, Content, Suite},
};
use futures::future::BoxFuture;
use knowledge::{answer::answerer::Answerer, search::settings::Settings};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::{
    app::Progress,
    config::{Config, ServiceUrl},
    wiring::{self, FirstStart, Wired},
    workshop,
};

/// Gives each suite its subject; suites with the same base and settings share one.
pub struct Workbench<'a> {
    config: &'a Config,
    answerer: Arc<Answerer>,
    settings: Settings,
    progress: &'a dyn Progress,
    made: Mutex<Made>,
}

/// Subjects that are there already, and the folders of throw-away bases, which go when the bench goes.
#[derive(Default)]
struct Made {
    subjects: HashMap<String, Arc<dyn Subject>>,
    folders: Vec<TempDir>,
}

impl<'a> Workbench<'a> {
    /// Over the configured product with `settings` in the place of its own.
    pub fn new(config: &'a Config, answerer: Arc<Answerer>, settings: Settings, progress: &'a dyn Progress) -> Self {
        Self { config, answerer, settings, progress, made: Mutex::default() }
    }

    async fn make(&self, suite: &Suite) -> anyhow::Result<Arc<dyn Subject>> {
        let it = &suite.manifest;
        let settings = evals::settings::apply(self.settings, &it.settings).map_err(anyhow::Error::msg)?;
        let planted = if it.base == Base::Planted { it.name.as_str() } else { "" };
        let key = format!("{planted} {}", serde_json::to_string(&settings)?);
        let mut made = self.made.lock().await;
        if let Some(subject) = made.subjects.get(&key) {
            return Ok(subject.clone());
        }
        let answerer = match it.base {
            Base::Library => self.answerer.clone(),
            Base::Planted => {
                let folder = tempfile::tempdir()?;
                let answerer = self.plant(suite, folder.path()).await?;
                made.folders.push(folder);
                answerer
            }
        };
        // Retrieval and answers go through one engine with these settings: what is measured is what would answer.
        let engine = Arc::new(answerer.engine().with_settings(settings));
        let assistant = Arc::new(answerer.over(engine.clone()));
        let subject: Arc<dyn Subject> = Arc::new(KnowledgeSubject::new(engine, assistant, settings));
        made.subjects.insert(key, subject.clone());
        Ok(subject)
    }

    /// A base of nothing but the contents of a suite's cases, taken in the way every text is: through the
    /// gate, which may refuse some.
    async fn plant(&self, suite: &Suite, folder: &Path) -> anyhow::Result<Arc<Answerer>> {
        let mut config = self.config.clone();
        config.database.url = ServiceUrl::new(format!("sqlite:{}", folder.join("base.sqlite").display()));
        config.index.dir = folder.join("index");
        let first = FirstStart::default();
        let Wired { store, gate, workshop, library, answerer, .. } =
            wiring::open(&config, &first, self.progress).await?;
        let contents = suite.cases.iter().filter_map(|case| Some((case.id.as_str(), case.content.as_ref()?)));
        let (pairs, texts): (Vec<_>, Vec<_>) = contents.partition(|it| it.1.question.is_some());
        let corpus = folder.join("corpus.jsonl");
        std::fs::write(&corpus, lines(&texts, document))?;
        workshop.ingest_corpus(corpus, self.progress).await?;
        let demonstration = folder.join("pairs");
        std::fs::create_dir_all(demonstration.join("regulations"))?;
        std::fs::write(demonstration.join("qa_pairs.jsonl"), lines(&pairs, pair))?;
        workshop::demonstration(&store, &gate, &demonstration, self.progress).await?;
        library.catch_up().await?;
        Ok(answerer)
    }
}

impl Bench for Workbench<'_> {
    fn subject<'b>(&'b self, suite: &'b Suite) -> BoxFuture<'b, Result<Arc<dyn Subject>, String>> {
        Box::pin(async move { self.make(suite).await.map_err(|error| format!("{error:#}")) })
    }
}

fn lines(contents: &[(&str, &Content)], line: fn(&str, &Content) -> serde_json::Value) -> String {
    contents.iter().map(|(id, content)| line(id, content).to_string()).collect::<Vec<_>>().join("\n")
}

fn document(id: &str, it: &Content) -> serde_json::Value {
    json!({ "id": id, "title": it.title.as_ref().or(it.name.as_ref()), "text": it.body })
}

fn pair(id: &str, it: &Content) -> serde_json::Value {
    json!({
        "id": id, "question": it.question, "similar_questions": [], "negative_questions": [], "answer": it.answer,
        "citations": [], "category": "other", "audience": "public",
    })
}
