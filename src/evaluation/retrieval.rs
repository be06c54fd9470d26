//! `eval retrieval`: a public set, a throw-away index, the same `retrieve` that answers questions.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use evals::run::{Plan, Search};
use futures::future::BoxFuture;
use knowledge::{
    document::{self, DocumentDraft},
    index::{
        generation::{EmbedderChoice, Parts},
        library::Library,
    },
    known::{self, Evidence, KnownQuestion},
    regulation::{Authority, DocKind},
    search::{Engine, EngineParts, Query, model::Scope, settings::Settings},
    text::glossary::Glossary,
};
use measure::data;
use store::Store;

use crate::{
    app::{CoreError, CoreResult, Progress, work::EvalPlan},
    core::failed,
    workshop::{chunks_by_source, stages},
};

/// Runs the plan; gives the report as JSON, with its Chinese table under `table`.
pub async fn retrieval(plan: EvalPlan, settings: Settings, progress: &dyn Progress) -> CoreResult<serde_json::Value> {
    let corpus = data::corpus(&plan.corpus).map_err(unreadable)?;
    let queries = data::queries(&plan.queries).map_err(unreadable)?;
    let judgements = data::judgements(&plan.qrels).map_err(unreadable)?;
    let folder = tempfile::tempdir().map_err(|it| CoreError::Internal(it.to_string()))?;
    let url = format!("sqlite:{}", folder.path().join("eval.sqlite").display());
    let store = Store::open(&url).await.map_err(|it| failed(it.into()))?;
    let judged_outside_corpus = data::judged_outside(&judgements, &corpus);

    let start = Instant::now();
    progress.stage("写入语料", Some(corpus.len() as u64));
    let drafts = corpus.into_iter().map(|it| DocumentDraft {
        id: it.id,
        title: it.title,
        text: it.text,
        kind: "corpus".to_owned(),
        authority: Authority::Normative,
        doc_kind: DocKind::Law,
    });
    document::save_many(&store, drafts, |counts| progress.at(counts.read as u64)).await.map_err(failed)?;
    if let Some((questions, evidence)) = &plan.known {
        let questions = data::queries(questions).map_err(unreadable)?;
        let evidence = data::judgements(evidence).map_err(unreadable)?;
        known::save_many(&store, &known_questions(&store, &questions, &evidence).await?).await.map_err(failed)?;
    }
    let glossary = Arc::new(Glossary::built_in());
    let parts = Parts {
        folder: folder.path().join("index"),
        embedder: EmbedderChoice::Builtin,
        qdrant: None,
        jieba: glossary.jieba(),
    };
    let library = Library::open(store.clone(), parts, &stages(progress)).await.map_err(failed)?;
    let index_seconds = start.elapsed().as_secs_f64();

    let settings = Settings { candidates: evals::run::DEPTH, ..of_channels(settings, &plan.channels) };
    let engine =
        Engine::new(EngineParts { store, library: Arc::new(library), glossary, reranker: None, settings }).await;
    let search = UnderTest { engine: engine.map_err(failed)?, settings, scope: Scope::default() };
    progress.stage("提问", Some(plan.limit.unwrap_or(queries.len()).min(queries.len()) as u64));
    let report = evals::run::run(
        &queries,
        &judgements,
        &search,
        Plan { limit: plan.limit, settings: described(&plan, &settings), index_seconds, judged_outside_corpus },
        &|done, _| progress.at(done as u64),
    )
    .await
    .map_err(unreadable)?;
    let mut value = serde_json::to_value(&report).map_err(|it| CoreError::Internal(it.to_string()))?;
    value["table"] = report.table().into();
    Ok(value)
}

struct UnderTest {
    engine: Engine,
    settings: Settings,
    scope: Scope,
}

impl Search for UnderTest {
    fn search<'a>(&'a self, question: &'a str, k: usize) -> BoxFuture<'a, Result<Vec<String>, String>> {
        Box::pin(async move {
            let query = Query::new(question, &self.scope);
            let found = self.engine.retrieve(query, &self.settings).await.map_err(|it| it.to_string())?;
            let mut documents: Vec<String> = Vec::with_capacity(k);
            for candidate in found.candidates {
                if documents.len() < k && !documents.contains(&candidate.source_id) {
                    documents.push(candidate.source_id);
                }
            }
            Ok(documents)
        })
    }
}

async fn known_questions(
    store: &Store,
    questions: &[data::Query],
    evidence: &data::Judgements,
) -> CoreResult<Vec<KnownQuestion>> {
    let chunks = chunks_by_source(store).await?;
    let best = evidence.values().flat_map(|it| it.values()).copied().fold(1.0, f64::max);
    let known = questions.iter().filter_map(|question| {
        let grades = evidence.get(&question.id)?;
        let evidence: Vec<Evidence> = grades
            .iter()
            .filter(|it| *it.1 > 0.0)
            .flat_map(|(document, grade)| {
                let of_document = chunks.get(document).into_iter().flatten();
                of_document.map(move |chunk| Evidence { chunk: chunk.clone(), weight: grade / best })
            })
            .collect();
        (!evidence.is_empty()).then(|| KnownQuestion {
            id: question.id.clone(),
            question: question.text.clone(),
            evidence,
        })
    });
    Ok(known.collect())
}

/// The settings with the weights of channels that are not under test put to nothing.
fn of_channels(mut settings: Settings, channels: &str) -> Settings {
    let weights = &mut settings.weights;
    match channels {
        "lexical" => weights.vector = 0.0,
        "vector" => {
            (weights.gram, weights.word) = (0.0, 0.0);
            weights.vector = weights.vector.max(1.0);
        }
        _ => {}
    }
    settings
}

fn described(plan: &EvalPlan, settings: &Settings) -> BTreeMap<String, String> {
    let weights = serde_json::to_value(settings.weights).unwrap_or_default();
    let mut described: BTreeMap<String, String> =
        weights.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string())).collect();
    described.insert("channels".to_owned(), plan.channels.clone());
    described.insert("known".to_owned(), plan.known.is_some().to_string());
    described
}

#[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`, which passes by value")]
fn unreadable(error: measure::Error) -> CoreError {
    CoreError::Internal(error.to_string())
}
