//! Long work over the real crates: import, reindexing, evaluation.

use std::{collections::HashMap, io::BufReader, path::PathBuf, sync::Arc};

use futures::future::BoxFuture;
use ingest::MetaArgs;
use knowledge::{
    chunk::split::Sizes,
    document::{self, DocumentDraft},
    index::library::Library,
    qa::{self, QaPair},
    regulation::{self, Authority, DocKind, Outcome},
};
use store::Store;

use crate::{
    app::{
        CoreError, CoreResult, Progress, Workshop,
        work::{CorpusOutcome, FileOutcome, RegulationDefaults},
    },
    core::failed,
    gate::{Finding, Gate},
};

/// Refused lines listed at most; the rest is only counted.
const LISTED: usize = 50;

/// Import into one database, reindexing of one library.
pub struct KnowledgeWorkshop {
    store: Store,
    library: Arc<Library>,
    gate: Gate,
    sizes: Sizes,
}

impl KnowledgeWorkshop {
    /// Over an open database and its indexes, behind a gate; documents are cut by `sizes`.
    pub fn new(store: Store, library: Arc<Library>, gate: Gate, sizes: Sizes) -> Self {
        Self { store, library, gate, sizes }
    }

    async fn regulations(
        &self,
        paths: Vec<PathBuf>,
        defaults: RegulationDefaults,
        progress: &dyn Progress,
    ) -> CoreResult<Vec<FileOutcome>> {
        let outcomes = import(&self.store, &self.gate, paths, &defaults, progress).await?;
        self.catch_up(progress).await?;
        Ok(outcomes)
    }

    async fn corpus(&self, file: PathBuf, progress: &dyn Progress) -> CoreResult<CorpusOutcome> {
        let reader = BufReader::new(std::fs::File::open(&file).map_err(|it| unreadable(&file, &it))?);
        progress.stage("导入资料", None);
        let (mut refused, mut findings) = (Vec::new(), Vec::new());
        let mut refuse = |reason: String| {
            if refused.len() < LISTED {
                refused.push(reason);
            }
        };
        let lines = ingest::corpus::read(reader).filter_map(|line| match line {
            Ok(mut it) => {
                it.title = self.gate.title(it.title, &it.id);
                match self.gate.admit(&it.id, &mut [&mut it.title, &mut it.text], &mut findings) {
                    Ok(()) => Some(DocumentDraft {
                        id: it.id,
                        title: it.title,
                        text: it.text,
                        kind: "corpus".to_owned(),
                        authority: Authority::News,
                        doc_kind: DocKind::Article,
                        sizes: self.sizes,
                    }),
                    Err(reason) => {
                        refuse(format!("资料 {}：{reason}", it.id));
                        None
                    }
                }
            }
            Err(error) => {
                refuse(format!("第 {} 行：{}", error.line, error.reason));
                None
            }
        });
        let counts =
            document::save_many(&self.store, lines, |counts| progress.at(counts.read as u64)).await.map_err(failed)?;
        self.gate.audit(findings).await?;
        self.catch_up(progress).await?;
        Ok(CorpusOutcome { written: counts.written as u64, unchanged: counts.unchanged as u64, refused })
    }

    /// Brings the indexes up to date, unless a running server does.
    async fn catch_up(&self, progress: &dyn Progress) -> CoreResult<()> {
        progress.stage("更新索引", None);
        match self.library.catch_up().await {
            Err(knowledge::Error::Locked) => {
                progress.note("索引由正在运行的服务更新");
                Ok(())
            }
            other => other.map(|_| ()).map_err(failed),
        }
    }
}

impl Workshop for KnowledgeWorkshop {
    fn ingest_regulations<'a>(
        &'a self,
        paths: Vec<PathBuf>,
        defaults: RegulationDefaults,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, CoreResult<Vec<FileOutcome>>> {
        Box::pin(self.regulations(paths, defaults, progress))
    }

    fn ingest_corpus<'a>(
        &'a self,
        file: PathBuf,
        progress: &'a dyn Progress,
    ) -> BoxFuture<'a, CoreResult<CorpusOutcome>> {
        Box::pin(self.corpus(file, progress))
    }

    fn reindex<'a>(&'a self, progress: &'a dyn Progress) -> BoxFuture<'a, CoreResult<String>> {
        Box::pin(async move { self.library.reindex(&stages(progress)).await.map_err(failed) })
    }
}

/// A builder's progress as stages of a progress bar.
pub fn stages(progress: &dyn Progress) -> impl Fn(&str, u64, u64) + Send + Sync + '_ {
    let last = std::sync::Mutex::new(String::new());
    move |name: &str, done: u64, total: u64| {
        let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != name {
            progress.stage(name, Some(total));
            name.clone_into(&mut last);
        }
        progress.at(done);
    }
}

/// Reads regulations and saves them file by file: a broken one is refused whole, the rest goes on.
pub async fn import(
    store: &Store,
    gate: &Gate,
    paths: Vec<PathBuf>,
    defaults: &RegulationDefaults,
    progress: &dyn Progress,
) -> CoreResult<Vec<FileOutcome>> {
    let overrides = MetaArgs {
        title: defaults.title.clone(),
        label: defaults.label.clone(),
        effective_on: defaults.effective_on,
        published_on: defaults.published_on,
        issuer: defaults.issuer.clone(),
        ..MetaArgs::default()
    };
    let mut outcomes = Vec::new();
    for path in paths {
        progress.stage("读取法规", None);
        let read = tokio::task::spawn_blocking({
            let overrides = overrides.clone();
            move || ingest::read_path(&path, &overrides)
        });
        let read = read.await.map_err(|it| CoreError::Internal(it.to_string()))?;
        progress.stage("保存法规", Some(read.len() as u64));
        for (at, outcome) in read.into_iter().enumerate() {
            outcomes.push(save(store, gate, outcome).await?);
            progress.at(at as u64 + 1);
        }
    }
    Ok(outcomes)
}

async fn save(store: &Store, gate: &Gate, outcome: ingest::Outcome) -> CoreResult<FileOutcome> {
    let path = outcome.path;
    let refused =
        |reason: String| FileOutcome { path: path.clone(), outcome: "refused".to_owned(), reason, report: None };
    let draft = match outcome.result {
        Ok(draft) => draft,
        Err(error) => return Ok(refused(format!("{} {error}", error.code()))),
    };
    match regulation::save(store, &draft).await {
        Ok(saved) => {
            let unchanged = saved.outcome == Outcome::Unchanged;
            if !unchanged {
                gate.log(&saved.version_id, &draft).await?;
            }
            let outcome = if unchanged { "unchanged" } else { "imported" }.to_owned();
            let planted = gate.planted(&draft);
            let reason = match planted.as_slice() {
                [] => String::new(),
                all => format!("原文中有像是写给助手的指令，请核对：“{}”", all.join("”“")),
            };
            Ok(FileOutcome { path, outcome, reason, report: Some(draft.report) })
        }
        Err(error @ knowledge::Error::Store(_)) => Err(failed(error)),
        Err(error) => Ok(refused(format!("{} {error}", error.code()))),
    }
}

/// Loads the demonstration knowledge of `folder` (`regulations/`, `qa_pairs.jsonl`).
///
/// # Errors
/// A file is missing or does not parse: then nothing of the QA pairs is written.
pub async fn demonstration(
    store: &Store,
    gate: &Gate,
    folder: &std::path::Path,
    progress: &dyn Progress,
) -> CoreResult<()> {
    let outcomes =
        import(store, gate, vec![folder.join("regulations")], &RegulationDefaults::default(), progress).await?;
    for refused in outcomes.iter().filter(|it| it.outcome == "refused") {
        progress.note(&format!("{}：{}", refused.path.display(), refused.reason));
    }
    let file = folder.join("qa_pairs.jsonl");
    let text = std::fs::read_to_string(&file).map_err(|it| unreadable(&file, &it))?;
    let mut pairs: Vec<QaPair> = text
        .lines()
        .enumerate()
        .filter(|it| !it.1.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|it| CoreError::Internal(format!("{} 第 {} 行：{it}", file.display(), at + 1)))
        })
        .collect::<CoreResult<_>>()?;
    let mut findings = Vec::new();
    pairs.retain_mut(|pair| match admit(gate, pair, &mut findings) {
        Ok(()) => true,
        Err(reason) => {
            progress.note(&format!("{} 问答对 {}：{reason}", file.display(), pair.id));
            false
        }
    });
    qa::save_many(store, &pairs).await.map_err(failed)?;
    gate.audit(findings).await
}

/// Every text of a pair that a person may come to see.
fn admit(gate: &Gate, pair: &mut QaPair, findings: &mut Vec<Finding>) -> Result<(), String> {
    let QaPair { id, question, similar_questions, answer, .. } = pair;
    let mut parts = vec![question, answer];
    parts.extend(similar_questions);
    gate.admit(id, &mut parts, findings)
}

fn unreadable(path: &std::path::Path, error: &std::io::Error) -> CoreError {
    CoreError::Internal(format!("无法读取 {}：{error}", path.display()))
}

/// A corpus' documents by id: the chunks that were made of each.
pub async fn chunks_by_source(store: &Store) -> CoreResult<HashMap<String, Vec<String>>> {
    let (mut found, mut after) = (HashMap::<String, Vec<String>>::new(), None);
    loop {
        let page = knowledge::chunk::stream_all(store, after, 2_000).await.map_err(failed)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some(last.key);
        for chunk in &page {
            found.entry(chunk.source_id.clone()).or_default().push(knowledge::chunk::id_of(chunk.key));
        }
    }
}
