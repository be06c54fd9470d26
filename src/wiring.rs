//! The one place that puts the real crates behind [`crate::app::Core`] and [`crate::app::Workshop`].

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use dialogue::Rules;
use guard::Words;
use knowledge::{
    answer::{answerer::Answerer, assistant::Assistant, write::Writer},
    index::{
        embed::{
            fastembed::{LocalModel, LocalModelConfig},
            openai::{OpenAiConfig, OpenAiEmbedder},
        },
        generation::{EmbedderChoice, Parts},
        library::Library,
        onnx::LocalFolder,
        rerank::{LocalReranker, Reranker},
        vector::qdrant::{QdrantConfig, QdrantServer},
    },
    model_usage::SqlBudget,
    search::{Engine, EngineParts},
    text::glossary::Glossary,
};
use llm::{Models, Prompts};
use store::Store;

use crate::{
    app::{Core, Progress, Workshop},
    config::{Config, EmbeddingKind, RerankKind},
    core::KnowledgeCore,
    gate::Gate,
    http::sessions::Starter,
    workshop::{self, KnowledgeWorkshop},
};

/// How often the change log is looked at: a saved article is found well within a second.
pub const FOLLOW: Duration = Duration::from_millis(200);

/// Everything that the commands work with.
pub struct Wired {
    /// Questions and texts.
    pub core: Arc<dyn Core>,
    /// Whoever answers.
    pub assistant: Arc<dyn Assistant>,
    /// Questions to begin with.
    pub starters: Vec<Starter>,
    /// Import, reindexing, evaluation.
    pub workshop: Arc<dyn Workshop>,
    /// Database, clock and ids.
    pub store: Store,
    /// The indexes, for a server to keep up to date.
    pub library: Arc<Library>,
    /// The same as `assistant`, for measurements and training.
    pub answerer: Arc<Answerer>,
    /// What is let into the knowledge base.
    pub gate: Gate,
    /// The sensitive words, for a server to keep up to date.
    pub words: Words,
}

/// What a first start loads into an empty database.
#[derive(Debug, Clone, Default)]
pub struct FirstStart {
    /// Folder of the demonstration knowledge.
    pub demo: Option<PathBuf>,
    /// Folder of regulations: read at every start, for what is unchanged costs nothing.
    pub regulations: Option<PathBuf>,
}

/// Opens the database and the indexes and puts the parts together.
///
/// # Errors
/// In Chinese: what could not be opened, and why.
pub async fn open(config: &Config, first: &FirstStart, progress: &dyn Progress) -> anyhow::Result<Wired> {
    let store = Store::open(config.database.url.expose()).await.context("无法打开数据库")?;
    let words = Words::load(store.clone()).await.context("无法读取敏感词表")?;
    let rules = Arc::new(rules(&config.chat.rules_dir)?);
    let gate = Gate::new(store.clone(), words.clone(), rules.clone());
    load(&store, &gate, first, progress).await?;
    let glossary = Arc::new(Glossary::built_in());
    let qdrant = qdrant(config)?;
    let parts = Parts {
        folder: config.index.dir.clone(),
        embedder: embedder(config).context("无法加载向量模型")?,
        qdrant: qdrant.clone(),
        jieba: glossary.jieba(),
    };
    let library = Library::open(store.clone(), parts, &workshop::stages(progress)).await.context("无法打开索引")?;
    let library = Arc::new(library);
    let settings = config.retrieval;
    let engine = Engine::new(EngineParts {
        store: store.clone(),
        library: library.clone(),
        glossary,
        reranker: reranker(config).context("无法加载重排模型")?,
        settings,
    });
    let engine = Arc::new(engine.await.context("无法读取法规目录")?);
    let starters = rules.starters().into_iter().map(|it| Starter {
        category: it.category,
        label: it.label,
        questions: it.questions,
    });
    let starters = starters.collect();
    let writer = writer(config, &store, &rules)?;
    let answerer = Arc::new(Answerer::new(engine.clone(), rules, writer, config.chat.cards.clone()));
    let core = Arc::new(KnowledgeCore::new(store.clone(), library.clone(), engine, qdrant));
    let workshop = Arc::new(KnowledgeWorkshop::new(store.clone(), library.clone(), gate.clone(), config.chunk));
    Ok(Wired { core, assistant: answerer.clone(), answerer, starters, workshop, store, library, gate, words })
}

/// The demonstration knowledge goes into an empty database only; a folder of regulations always.
async fn load(store: &Store, gate: &Gate, first: &FirstStart, progress: &dyn Progress) -> anyhow::Result<()> {
    let before = knowledge::stats::stats(store).await.context("无法读取知识库")?;
    if let Some(folder) = first.demo.as_ref().filter(|_| before.regulations == 0 && before.qa_pairs == 0) {
        progress.note("首次启动：载入演示知识");
        workshop::demonstration(store, gate, folder, progress).await.context("无法载入演示知识")?;
    }
    if let Some(folder) = &first.regulations {
        let defaults = crate::app::work::RegulationDefaults::default();
        let outcomes = workshop::import(store, gate, vec![folder.clone()], &defaults, progress).await?;
        for it in outcomes.iter().filter(|it| it.outcome == "refused") {
            progress.note(&format!("未导入 {}：{}", it.path.display(), it.reason));
        }
        let done = outcomes.iter().filter(|it| it.outcome != "refused").count();
        progress.note(&format!("法规目录 {}：{done} 个文件在库", folder.display()));
    }
    Ok(())
}

/// The rules of the dialogue: those of the program, or a curator's copies.
fn rules(folder: &str) -> anyhow::Result<Rules> {
    if folder.is_empty() {
        return Ok(Rules::built_in());
    }
    Rules::from_folder(folder.as_ref())
        .with_context(|| format!("无法读取对话规则目录 {folder}（配置项 chat.rules_dir）"))
}

/// The models in their order, with the prompts; none where none is configured.
fn writer(config: &Config, store: &Store, rules: &Arc<Rules>) -> anyhow::Result<Option<Writer>> {
    let Some(models) = models(config, store)? else { return Ok(None) };
    let prompts = prompts(config)?;
    let rules = rules.clone();
    let writer = Writer::new(models, prompts, store.ids.clone());
    Ok(Some(writer.wary_of(Arc::new(move |text| rules.suspicious(text)))))
}

/// The prompts of the program, or a curator's copies.
///
/// # Errors
/// One that can't be read or filled in, in Chinese.
pub fn prompts(config: &Config) -> anyhow::Result<Prompts> {
    let folder = &config.chat.prompts_dir;
    let prompts = if folder.is_empty() { Prompts::built_in() } else { Prompts::from_folder(folder.as_ref()) };
    prompts.with_context(|| format!("无法读取提示词（配置项 chat.prompts_dir）{folder}"))
}

/// The configured models, for the writer and for `check`.
///
/// # Errors
/// A setting that can't be used, in Chinese.
pub fn models(config: &Config, store: &Store) -> anyhow::Result<Option<Models>> {
    if config.model.is_empty() {
        return Ok(None);
    }
    let settings = config.model.iter().map(crate::config::Model::settings).collect();
    let budget = Arc::new(SqlBudget::new(store.clone()));
    Ok(Some(Models::new(settings, budget).context("无法使用大模型（配置项 model）")?))
}

fn qdrant(config: &Config) -> anyhow::Result<Option<Arc<QdrantServer>>> {
    let it = &config.qdrant;
    if it.url.expose().is_empty() {
        return Ok(None);
    }
    let mut wanted = QdrantConfig::new(it.url.expose(), it.collection.clone());
    wanted.timeout = Duration::from_millis(it.timeout_ms);
    wanted.api_key = Some(it.api_key.expose().to_owned()).filter(|key| !key.is_empty());
    Ok(Some(Arc::new(QdrantServer::new(wanted).context("无法连接 Qdrant（配置项 qdrant.url）")?)))
}

fn embedder(config: &Config) -> anyhow::Result<EmbedderChoice> {
    let it = &config.embedding;
    Ok(match it.kind {
        EmbeddingKind::Builtin => EmbedderChoice::Builtin,
        EmbeddingKind::Local => {
            let folder = LocalFolder { batch: it.batch, ..LocalFolder::new(&it.path, &it.onnxruntime) };
            EmbedderChoice::Ready(Arc::new(LocalModel::load(LocalModelConfig::bge_zh(folder))?))
        }
        EmbeddingKind::Openai => {
            let mut wanted = OpenAiConfig::new(it.url.clone(), it.model.clone(), it.dims);
            wanted.api_key = Some(it.api_key.expose().to_owned()).filter(|key| !key.is_empty());
            wanted.batch = it.batch;
            wanted.timeout = Duration::from_secs(it.timeout_s);
            EmbedderChoice::Ready(Arc::new(OpenAiEmbedder::new(wanted)?))
        }
    })
}

fn reranker(config: &Config) -> anyhow::Result<Option<Arc<dyn Reranker>>> {
    let it = &config.rerank;
    Ok(match it.kind {
        RerankKind::None => None,
        RerankKind::Local => Some(Arc::new(LocalReranker::load(&LocalFolder::new(&it.path, &it.onnxruntime))?)),
    })
}
