//! A throw-away knowledge base over a public set, and the same `retrieve` that answers questions over it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use evals::run::{self, Found, Search};
use futures::future::BoxFuture;
use knowledge::{
    chunk::split::Sizes,
    document::{self, DocumentDraft},
    index::{
        generation::{EmbedderChoice, Parts},
        library::Library,
    },
    known::{self, Evidence, KnownQuestion},
    regulation::{Authority, DocKind},
    search::{Engine, EngineParts, Query, learn, model::Scope, settings::Settings},
    text::glossary::Glossary,
};
use measure::data::{self, Judgements, Set, trec::Scored};
use store::Store;
use tempfile::TempDir;

use crate::{
    app::{CoreError, CoreResult, Progress},
    core::failed,
    workshop::{chunks_by_source, stages},
};

/// A public set in a database and indexes of its own, which go when it goes.
pub struct PublicBase {
    engine: Arc<Engine>,
    /// Ids of the set's own questions that are known: what folds are made of.
    own: Vec<String>,
    /// Seconds that writing and indexing took.
    pub index_seconds: f64,
    _folder: TempDir,
}

/// Questions that are known from the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known<'a> {
    /// None.
    Nothing,
    /// These, with their evidence; nothing is learnt from them.
    Others(&'a [data::Query], &'a Judgements),
    /// The set's own, each fold without itself, and a ranker learnt from the other folds.
    Folds,
}

impl PublicBase {
    /// Takes in the corpus of `set`, cut by `sizes`, and what is known.
    ///
    /// # Errors
    /// A database or index that can't be made; [`CoreError::Internal`], in Chinese.
    pub async fn build(set: &Set, known: Known<'_>, sizes: Sizes, progress: &dyn Progress) -> CoreResult<Self> {
        let folder = tempfile::tempdir().map_err(|it| CoreError::Internal(it.to_string()))?;
        let url = format!("sqlite:{}", folder.path().join("eval.sqlite").display());
        let store = Store::open(&url).await.map_err(|it| failed(it.into()))?;

        let start = Instant::now();
        progress.stage("写入语料", Some(set.corpus.len() as u64));
        let drafts: Vec<DocumentDraft> = set.corpus.iter().map(|it| draft(it, sizes)).collect();
        document::save_many(&store, drafts.into_iter(), |counts| progress.at(counts.read as u64))
            .await
            .map_err(failed)?;
        let (questions, evidence) = match known {
            Known::Nothing => (&[][..], &Judgements::new()),
            Known::Others(questions, evidence) => (questions, evidence),
            Known::Folds => (&set.queries[..], &set.judgements),
        };
        let known_questions = known_questions(&store, questions, evidence).await?;
        known::save_many(&store, &known_questions).await.map_err(failed)?;

        let glossary = Arc::new(Glossary::built_in());
        let parts = Parts {
            folder: folder.path().join("index"),
            embedder: EmbedderChoice::Builtin,
            qdrant: None,
            jieba: glossary.jieba(),
        };
        let library = Library::open(store.clone(), parts, &stages(progress)).await.map_err(failed)?;
        let index_seconds = start.elapsed().as_secs_f64();
        let settings = Settings::default();
        let parts = EngineParts { store, library: Arc::new(library), glossary, reranker: None, settings };
        let engine = Arc::new(Engine::new(parts).await.map_err(failed)?);
        let own = known_questions.into_iter().map(|it| it.id).collect();
        Ok(Self { engine, own, index_seconds, _folder: folder })
    }

    /// Asks `queries` under `settings`, `parallel` at once; in `folds` where that is more than 0.
    ///
    /// # Errors
    /// A search that fails; a fold from which nothing can be learnt.
    pub async fn ask(
        &self,
        queries: &[data::Query],
        settings: Settings,
        folds: usize,
        parallel: usize,
        progress: &dyn Progress,
    ) -> CoreResult<Vec<Found>> {
        let settings = Settings { candidates: run::DEPTH, ..settings };
        progress.stage("提问", Some(queries.len() as u64));
        let mut found = Vec::with_capacity(queries.len());
        for fold in 0..folds.max(1) {
            let mine: Vec<data::Query> =
                queries.iter().filter(|it| folds == 0 || fold_of(&it.id, folds) == fold).cloned().collect();
            let hidden = Arc::new(self.hidden(fold, folds));
            if folds > 0 && settings.ranker {
                self.learn(&hidden, settings).await?;
            }
            let search = UnderTest { engine: self.engine.clone(), settings, hidden };
            let before = found.len();
            let done = |done: usize| progress.at((before + done) as u64);
            found.extend(run::ask(&mine, &search, parallel, &done).await.map_err(unreadable)?);
        }
        Ok(found)
    }

    /// The set's own questions that `fold` may not know.
    fn hidden(&self, fold: usize, folds: usize) -> BTreeSet<String> {
        let of_fold = self.own.iter().filter(|id| folds > 0 && fold_of(id, folds) == fold);
        of_fold.map(|id| known::log_id(id)).collect()
    }

    /// Puts a ranker into use that was learnt from everything but `hidden`.
    async fn learn(&self, hidden: &BTreeSet<String>, settings: Settings) -> CoreResult<()> {
        let learnt = learn::learn(&self.engine, &settings, hidden, &|_, _| ()).await.map_err(failed)?;
        let file = learnt.ok_or_else(|| CoreError::Internal("其余各折没有可以学习的问题".to_owned()))?;
        self.engine.library().live().generation.keep_ranker(&file).map_err(failed)
    }
}

fn draft(it: &data::Document, sizes: Sizes) -> DocumentDraft {
    DocumentDraft {
        id: it.id.clone(),
        title: it.title.clone(),
        text: it.text.clone(),
        kind: "corpus".to_owned(),
        authority: Authority::Normative,
        doc_kind: DocKind::Law,
        sizes,
    }
}

/// In which of `folds` a question is: the same wherever it stands in its file (FNV-1a over its id).
fn fold_of(id: &str, folds: usize) -> usize {
    let hash = id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // The low bits of FNV over short decimal ids are uneven; the high ones are not.
    ((hash >> 32) % folds as u64) as usize
}

/// The engine as a search over documents.
struct UnderTest {
    engine: Arc<Engine>,
    settings: Settings,
    hidden: Arc<BTreeSet<String>>,
}

impl Search for UnderTest {
    fn search<'a>(&'a self, query: &'a data::Query, k: usize) -> BoxFuture<'a, Result<Vec<Scored>, String>> {
        let (engine, settings, hidden) = (self.engine.clone(), self.settings, self.hidden.clone());
        let question = query.text.clone();
        // A task of its own: several work at once.
        let task = tokio::spawn(async move {
            let scope = Scope::default();
            let query = Query { hidden: Some(&hidden), ..Query::new(&question, &scope) };
            engine.retrieve(query, &settings).await.map_err(|it| it.to_string())
        });
        Box::pin(async move {
            let found = task.await.map_err(|it| it.to_string())??;
            let mut documents: Vec<Scored> = Vec::with_capacity(k);
            for (rank, candidate) in found.candidates.into_iter().enumerate() {
                if documents.len() < k && documents.iter().all(|it| it.id != candidate.source_id) {
                    // Scores of the two orders (fused, trained) don't compare; the rank says all.
                    documents.push(Scored { id: candidate.source_id, score: 1.0 / (rank + 1) as f64 });
                }
            }
            Ok(documents)
        })
    }
}

async fn known_questions(
    store: &Store,
    questions: &[data::Query],
    evidence: &Judgements,
) -> CoreResult<Vec<KnownQuestion>> {
    let chunks: HashMap<String, Vec<String>> =
        if questions.is_empty() { HashMap::new() } else { chunks_by_source(store).await? };
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

#[expect(clippy::needless_pass_by_value, reason = "it is a step of `map_err`, which passes by value")]
pub(super) fn unreadable(error: measure::Error) -> CoreError {
    CoreError::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_about_as_large_and_each_question_is_in_one() {
        let mut sizes = [0usize; 5];
        for id in 0..1_000 {
            sizes[fold_of(&id.to_string(), 5)] += 1;
        }
        assert_eq!(sizes.iter().sum::<usize>(), 1_000);
        assert!(sizes.iter().all(|it| (160..=240).contains(it)), "{sizes:?}");
    }
}
