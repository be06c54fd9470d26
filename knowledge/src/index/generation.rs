//! One generation of the indexes: built whole, opened, kept up to date, replaced.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use jieba_rs::Jieba;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::Store;
use tantivy::IndexWriter;

use super::{
    embed::{
        Embedder, Role,
        builtin::{self, Builtin, Corpus},
    },
    entry_of, facets_of,
    lexical::LexicalIndex,
    text_of,
    trained::Trained,
    vector::{
        Point, VectorIndex,
        local::{LocalVectors, write_whole},
        qdrant::QdrantServer,
    },
};
use crate::{
    change_log::{self, Change},
    chunk::{self, Chunk, Key, id_of, key_of},
    error::{Error, Result},
    search::ranker::{self, Ranker, RankerFile},
};

/// Chunks read from SQL at once while building.
const PAGE: i64 = 2_000;
/// Chunks that the built-in embedder learns from at most.
const LEARN_FROM: usize = 150_000;
/// The layout of a generation's folder; another number means: build anew.
const LAYOUT: u32 = 2;

/// Told how far a long piece of work is: what is being done, how much is done, how much there is.
pub type Progress<'a> = &'a (dyn Fn(&str, u64, u64) + Send + Sync);

/// Where vectors come from.
#[derive(Clone)]
pub enum EmbedderChoice {
    /// Trained from the corpus when a generation is built.
    Builtin,
    /// A model that is there already.
    Ready(Arc<dyn Embedder>),
}

/// What generations are made of.
#[derive(Clone)]
pub struct Parts {
    /// Where generations lie, each in a folder of its own.
    pub folder: PathBuf,
    /// Where vectors come from.
    pub embedder: EmbedderChoice,
    /// Where vectors go; `None`: into the generation's folder.
    pub qdrant: Option<Arc<QdrantServer>>,
    /// Cuts words; knows the glossary.
    pub jieba: Arc<Jieba>,
}

/// What a generation's folder says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    layout: u32,
    /// Which embedder made the vectors.
    pub embedder: String,
    /// Where the vectors are: `local` or `qdrant`.
    pub vectors: String,
    /// Everything in the change log up to here is in.
    pub watermark: i64,
}

/// One generation, open.
pub struct Generation {
    /// Its name; later ones sort after earlier ones.
    pub name: String,
    folder: PathBuf,
    /// The tantivy side.
    pub lexical: LexicalIndex,
    /// The vector side.
    pub vectors: Arc<dyn VectorIndex>,
    /// Turns questions into vectors.
    pub embedder: Arc<dyn Embedder>,
    manifest: Mutex<Manifest>,
    watermark: AtomicI64,
    trained: Trained,
}

impl Generation {
    /// Builds a generation from all of SQL under a working name, then gives it its own: a build that
    /// is cut off leaves only a folder that the next one removes.
    /// `ranker`: bytes of the former generation's ranker, which goes on with this one.
    pub async fn build(
        store: &Store,
        parts: &Parts,
        name: &str,
        ranker: Option<&[u8]>,
        progress: Progress<'_>,
    ) -> Result<Self> {
        let work = parts.folder.join(format!("{name}.building"));
        let _ = std::fs::remove_dir_all(&work);
        std::fs::create_dir_all(&work)?;
        let watermark = change_log::last(store).await?;
        let (corpus, total) = build_lexical(store, parts, &work, progress).await?;
        let embedder = embedder(parts, &work, Some(corpus))?;
        let vectors = build_vectors(store, parts, &work, name, embedder.as_ref(), total, progress).await?;
        let manifest = Manifest { layout: LAYOUT, embedder: embedder.id().to_owned(), vectors, watermark };
        write_manifest(&work, &manifest)?;
        if let Some(bytes) = ranker {
            write_whole(&work.join(ranker::FILE), bytes)?;
        }
        let folder = parts.folder.join(name);
        std::fs::rename(&work, &folder)?;
        Self::open(parts, name)
    }

    /// Opens the generation `name`.
    ///
    /// # Errors
    /// [`Error::Index`] when it is not there, not whole, or was made by another embedder than the one
    /// that is configured: then a new one must be built.
    pub fn open(parts: &Parts, name: &str) -> Result<Self> {
        let folder = parts.folder.join(name);
        let text = std::fs::read(folder.join("manifest.json"))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|it| Error::Index(it.to_string()))?;
        let embedder = embedder(parts, &folder, None)?;
        let home = if parts.qdrant.is_some() { "qdrant" } else { "local" };
        if manifest.layout != LAYOUT || manifest.embedder != embedder.id() || manifest.vectors != home {
            return Err(Error::Index(format!("索引 {name} 与当前配置不符，需要重建")));
        }
        let vectors: Arc<dyn VectorIndex> = match &parts.qdrant {
            Some(server) => Arc::new(server.generation(name, embedder.dims())?),
            None => Arc::new(LocalVectors::open(&folder.join("vectors"))?),
        };
        let lexical = LexicalIndex::open(&folder.join("lexical"), parts.jieba.clone())?;
        let watermark = AtomicI64::new(manifest.watermark);
        let trained = Trained::open(&folder, embedder.id());
        Ok(Self {
            name: name.to_owned(),
            folder,
            lexical,
            vectors,
            embedder,
            manifest: Mutex::new(manifest),
            watermark,
            trained,
        })
    }

    /// Everything in the change log up to here is in the indexes.
    pub fn watermark(&self) -> i64 {
        self.watermark.load(Ordering::Acquire)
    }

    /// The ranker trained for it, where there is one.
    pub fn ranker(&self) -> Option<Arc<Ranker>> {
        self.trained.ranker()
    }

    /// Takes over a ranker that was trained since, by this process or another.
    pub fn refresh_ranker(&self) {
        self.trained.refresh();
    }

    /// Puts a trained ranker beside the indexes, whole or not at all, and uses it.
    ///
    /// # Errors
    /// It was trained for something else, or the file can't be written.
    pub fn keep_ranker(&self, file: &RankerFile) -> Result<()> {
        self.trained.keep(file)
    }

    /// SHA-256 (hex) of everything about the indexes that an answer depends on beside the texts: layout,
    /// embedder, place of the vectors, trained ranker.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let home = self.manifest.lock().unwrap_or_else(PoisonError::into_inner).vectors.clone();
        hash.update(format!("{LAYOUT}\n{}\n{home}\n", self.embedder.id()));
        hash.update(self.trained.bytes());
        hex::encode(hash.finalize())
    }

    /// Applies `changes` (in order) and makes them permanent: first both indexes, then the watermark,
    /// so that a crash between repeats changes and never loses one.
    pub async fn apply(&self, store: &Store, writer: &mut IndexWriter, changes: &[Change]) -> Result<()> {
        let Some(last) = changes.last() else { return Ok(()) };
        let mut touched: HashMap<Key, &str> = HashMap::new();
        for change in changes.iter().filter(|it| it.entity == change_log::CHUNK) {
            touched.extend(key_of(&change.entity_id).map(|key| (key, change.op.as_str())));
        }
        if !touched.is_empty() {
            let wanted = touched.iter().filter(|it| *it.1 == change_log::UPSERT);
            let ids: Vec<String> = wanted.map(|it| id_of(*it.0)).collect();
            let chunks = chunk::load_for_index(store, &ids).await?;
            // What was changed and is gone by now is deleted too: its own row comes later in the log.
            for key in touched.keys() {
                self.lexical.delete(writer, *key);
            }
            for chunk in &chunks {
                self.lexical.add(writer, &entry_of(chunk))?;
            }
            writer.commit()?;
            let points = points(self.embedder.as_ref(), &chunks).await?;
            let alive: std::collections::HashSet<Key> = chunks.iter().map(|it| it.key).collect();
            let gone: Vec<Key> = touched.keys().filter(|key| !alive.contains(key)).copied().collect();
            self.vectors.apply(points, &gone).await?;
            self.vectors.flush().await?;
            self.lexical.reload()?;
        }
        let mut manifest = self.manifest.lock().unwrap_or_else(PoisonError::into_inner);
        manifest.watermark = last.seq;
        write_manifest(&self.folder, &manifest)?;
        self.watermark.store(last.seq, Ordering::Release);
        Ok(())
    }
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(manifest).map_err(|it| Error::Index(it.to_string()))?;
    Ok(write_whole(&folder.join("manifest.json"), &bytes)?)
}

/// The embedder of a generation: the configured model, or the one in its folder, trained first when
/// there is a corpus to learn from.
fn embedder(parts: &Parts, folder: &Path, corpus: Option<Corpus>) -> Result<Arc<dyn Embedder>> {
    match &parts.embedder {
        EmbedderChoice::Ready(embedder) => Ok(embedder.clone()),
        EmbedderChoice::Builtin => {
            if let Some(corpus) = corpus {
                builtin::train(corpus).save(folder)?;
            }
            Ok(Arc::new(Builtin::open(folder, parts.jieba.clone())?))
        }
    }
}

/// Writes the lexical index; gives what the built-in embedder learns from and the number of chunks.
async fn build_lexical(store: &Store, parts: &Parts, work: &Path, progress: Progress<'_>) -> Result<(Corpus, u64)> {
    let lexical = LexicalIndex::open(&work.join("lexical"), parts.jieba.clone())?;
    let writer = lexical.writer(2)?;
    let learns = matches!(parts.embedder, EmbedderChoice::Builtin);
    let total = chunk::count(store).await?;
    // A corpus larger than what is learnt from is learnt from evenly.
    let every = (total as usize).div_ceil(LEARN_FROM).max(1);
    let (mut corpus, mut after, mut done) = (Corpus::default(), None, 0u64);
    loop {
        let chunks = chunk::stream_all(store, after, PAGE).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.key);
        let added: tantivy::Result<()> = chunks.par_iter().try_for_each(|it| lexical.add(&writer, &entry_of(it)));
        added?;
        if learns {
            let texts: Vec<String> = chunks.iter().step_by(every).map(text_of).collect();
            corpus.add(&parts.jieba, &texts);
        }
        done += chunks.len() as u64;
        progress("分词索引", done, total);
    }
    let mut writer = writer;
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok((corpus, done))
}

/// Writes the vectors; gives where they are.
async fn build_vectors(
    store: &Store,
    parts: &Parts,
    work: &Path,
    name: &str,
    embedder: &dyn Embedder,
    total: u64,
    progress: Progress<'_>,
) -> Result<String> {
    let remote = match &parts.qdrant {
        Some(server) => Some(server.create_generation(name, embedder.dims()).await?),
        None => None,
    };
    let (mut all, mut after, mut done) = (Vec::new(), None, 0u64);
    loop {
        let chunks = chunk::stream_all(store, after, PAGE).await?;
        let Some(last) = chunks.last() else { break };
        after = Some(last.key);
        done += chunks.len() as u64;
        let points = points(embedder, &chunks).await?;
        match &remote {
            Some(index) => index.apply(points, &[]).await?,
            None => all.extend(points),
        }
        progress("向量", done, total);
    }
    if let (Some(server), Some(_)) = (&parts.qdrant, &remote) {
        server.publish(name).await?;
        return Ok("qdrant".to_owned());
    }
    LocalVectors::build(&work.join("vectors"), embedder.dims(), all)?;
    Ok("local".to_owned())
}

/// The vectors of `chunks`; on all cores where the embedder is ours.
async fn points(embedder: &dyn Embedder, chunks: &[Chunk]) -> Result<Vec<Point>> {
    let texts: Vec<String> = chunks.par_iter().map(text_of).collect();
    let vectors = embedder.embed(&texts, Role::Passage).await?;
    let point = |(chunk, vector): (&Chunk, Vec<f32>)| Point { key: chunk.key, vector, facets: facets_of(chunk) };
    Ok(chunks.iter().zip(vectors).map(point).collect())
}
