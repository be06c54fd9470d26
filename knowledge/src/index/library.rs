//! The live generation, and the one indexer that feeds it.

use std::{collections::HashSet, path::PathBuf, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use store::Store;
use tantivy::IndexWriter;
use tokio::sync::Mutex;

use super::{
    generation::{Generation, Parts, Progress},
    questions::Questions,
    vector::local::write_whole,
};
use crate::{
    change_log,
    chunk::{self, Key},
    error::{Error, Result},
    search::ranker::{self, Ranker},
};

/// Changes applied in one step.
const BATCH: i64 = 2_000;

/// A generation with the questions that belong to its embedder.
pub struct Shelf {
    /// The indexes.
    pub generation: Generation,
    /// The question channel.
    pub questions: Questions,
}

impl Shelf {
    /// The trained ranker, where there is one and it has known questions to speak from.
    pub fn ranker(&self) -> Option<Arc<Ranker>> {
        self.generation.ranker()
    }
}

/// What [`Library::audit`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// Passages in SQL.
    pub chunks: usize,
    /// In SQL and not in an index.
    pub missing: usize,
    /// In an index and not in SQL.
    pub surplus: usize,
}

/// Everything that is searched.
pub struct Library {
    store: Store,
    parts: Parts,
    live: ArcSwap<Shelf>,
    /// Held by whoever applies changes; kept open between steps, for opening it costs.
    writer: Mutex<Option<IndexWriter>>,
}

impl Library {
    /// Opens the live generation. Where there is none, or it doesn't fit the configuration, one is
    /// built from SQL first. What the change log holds beyond it is applied before this returns.
    pub async fn open(store: Store, parts: Parts, progress: Progress<'_>) -> Result<Self> {
        std::fs::create_dir_all(&parts.folder)?;
        let generation = match current(&parts).and_then(|name| Generation::open(&parts, &name)) {
            Ok(generation) => generation,
            Err(reason) => {
                tracing::info!(%reason, "building the indexes");
                build(&store, &parts, progress).await?
            }
        };
        let shelf = put_up(&store, &parts, generation).await?;
        let library = Self { store, parts, live: ArcSwap::from_pointee(shelf), writer: Mutex::new(None) };
        match library.catch_up().await {
            // Another process is the indexer: it applies what is missing, this one reads.
            Err(Error::Locked) => tracing::info!("another process writes the indexes"),
            other => drop(other?),
        }
        Ok(library)
    }

    /// What is searched now. Held while a query runs; a swap does not disturb it.
    pub fn live(&self) -> arc_swap::Guard<Arc<Shelf>> {
        self.live.load()
    }

    /// Applies everything that the change log holds beyond the watermark; gives how many changes.
    /// Takes over a generation that another process built meanwhile.
    pub async fn catch_up(&self) -> Result<usize> {
        let mut writer = self.writer.lock().await;
        self.adopt(&mut writer).await?;
        let live = self.live.load_full();
        live.generation.refresh_ranker();
        let (mut applied, mut questions) = (0, false);
        loop {
            let changes = change_log::after(&self.store, live.generation.watermark(), BATCH).await?;
            if changes.is_empty() {
                break;
            }
            if writer.is_none() {
                *writer = Some(live.generation.lexical.writer(1)?);
            }
            let Some(open) = writer.as_mut() else { break };
            if let Err(error) = live.generation.apply(&self.store, open, &changes).await {
                // What was added and not committed must not slip into a later commit.
                *writer = None;
                return Err(error);
            }
            questions = true;
            applied += changes.len();
        }
        if questions {
            live.questions.refresh(&self.store, live.generation.embedder.as_ref()).await?;
        }
        Ok(applied)
    }

    /// Builds a new generation beside the live one and swaps; queries go on throughout.
    pub async fn reindex(&self, progress: Progress<'_>) -> Result<String> {
        let generation = build(&self.store, &self.parts, progress).await?;
        let name = generation.name.clone();
        let fresh = put_up(&self.store, &self.parts, generation).await?;
        {
            let mut writer = self.writer.lock().await;
            *writer = None;
            self.live.store(Arc::new(fresh));
        }
        match self.catch_up().await {
            // A running server adopted the generation first: it applies what came meanwhile.
            Err(Error::Locked) => {}
            other => drop(other?),
        }
        Ok(name)
    }

    /// Follows the change log for ever: looks every `pause` and says what went wrong, then goes on.
    pub async fn follow(&self, pause: Duration) {
        let mut failing = false;
        loop {
            match self.catch_up().await {
                Ok(_) => failing = false,
                Err(Error::Locked) => {}
                Err(error) => {
                    if !failing {
                        tracing::error!(%error, "the indexes can't be brought up to date");
                    }
                    failing = true;
                }
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Holds the indexes against SQL: how many passages are in one and not in the other. Both are
    /// nought when every change is applied. Vectors on a server are compared by their number.
    pub async fn audit(&self) -> Result<Audit> {
        let live = self.live.load_full();
        let mut truth = HashSet::new();
        let mut after = None;
        loop {
            let page = chunk::stream_all(&self.store, after, BATCH).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.key);
            truth.extend(page.iter().map(|it| it.key));
        }
        let lexical: HashSet<Key> = live.generation.lexical.keys()?.into_iter().collect();
        let vectors = live.generation.vectors.count().await?;
        Ok(Audit {
            chunks: truth.len(),
            missing: truth.difference(&lexical).count() + truth.len().saturating_sub(vectors),
            surplus: lexical.difference(&truth).count() + vectors.saturating_sub(truth.len()),
        })
    }

    /// How many changes wait to be applied.
    pub async fn lag(&self) -> Result<i64> {
        let watermark = self.live.load().generation.watermark();
        Ok((change_log::last(&self.store).await? - watermark).max(0))
    }

    async fn adopt(&self, writer: &mut Option<IndexWriter>) -> Result<()> {
        let name = current(&self.parts)?;
        if name == self.live.load().generation.name {
            return Ok(());
        }
        let generation = Generation::open(&self.parts, &name)?;
        let fresh = put_up(&self.store, &self.parts, generation).await?;
        *writer = None;
        self.live.store(Arc::new(fresh));
        tracing::info!(generation = name, "a new generation answers");
        Ok(())
    }
}

async fn put_up(store: &Store, parts: &Parts, generation: Generation) -> Result<Shelf> {
    let questions = Questions::load(store, parts.jieba.clone(), generation.embedder.as_ref()).await?;
    Ok(Shelf { generation, questions })
}

async fn build(store: &Store, parts: &Parts, progress: Progress<'_>) -> Result<Generation> {
    let name = format!("g{}", store.ids.next().simple());
    // A ranker goes on to the next generation: its features are scaled, and where it does not fit any
    // more (another embedder) the generation leaves it aside and says so.
    let ranker = current(parts).ok().and_then(|old| std::fs::read(parts.folder.join(old).join(ranker::FILE)).ok());
    let generation = Generation::build(store, parts, &name, ranker.as_deref(), progress).await?;
    write_whole(&pointer(parts), name.as_bytes())?;
    remove_others(parts, &name);
    if let Some(server) = &parts.qdrant {
        server.drop_old(1).await?;
    }
    Ok(generation)
}

/// Folders of older generations and of builds that were cut off. A process that still has one open
/// keeps its files until it lets go of them.
fn remove_others(parts: &Parts, name: &str) {
    let Ok(entries) = std::fs::read_dir(&parts.folder) else { return };
    for path in entries.filter_map(|it| it.ok().map(|it| it.path())).filter(|it| it.is_dir()) {
        let other = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        if other.starts_with('g') && other.trim_end_matches(".building") < name {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

fn pointer(parts: &Parts) -> PathBuf {
    parts.folder.join("current")
}

fn current(parts: &Parts) -> Result<String> {
    Ok(std::fs::read_to_string(pointer(parts))?.trim().to_owned())
}
