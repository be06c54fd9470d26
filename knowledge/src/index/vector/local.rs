//! The in-process vector index: int8 codes scanned after the filter, the best rescored in `f32`.
//!
//! Exact up to rounding while there are at most [`EXACT`] vectors: every code is looked at. Beyond,
//! vectors are sorted into lists around centroids (an inverted file: Jégou, Douze & Schmid 2011) and
//! only the nearest lists are scanned, so that the cost stays near that of [`SCAN`] vectors.
//!
//! The base is files that are written once and mapped; what came since is a tail in memory, written
//! whole at each flush and folded into a new base when it grows.

mod base;
mod cluster;

use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use self::base::{Base, write_base};
use super::{Error, Facets, Filter, Hit, Point, VectorIndex};
use crate::chunk::Key;

/// Up to this many vectors every one is looked at.
pub const EXACT: usize = 120_000;
/// Beyond, about this many.
pub const SCAN: usize = 24_000;
/// A tail longer than this share of the base is folded in.
const TAIL_SHARE: usize = 10;
/// A tail shorter than this is never folded in.
const TAIL_MINIMUM: usize = 4_096;

/// The file that names the present base; replaced whole.
#[derive(Serialize, Deserialize)]
struct Head {
    dims: usize,
    base: u64,
    tail: u64,
}

struct State {
    base: Arc<Base>,
    /// Rows of the base that were deleted or replaced.
    dead: HashSet<u32>,
    /// Vectors that came after the base.
    tail: HashMap<Key, (Vec<f32>, Facets)>,
    dirty: bool,
}

/// One generation of vectors in one folder.
pub struct LocalVectors {
    folder: PathBuf,
    dims: usize,
    state: RwLock<State>,
    /// One flush at a time.
    head: Mutex<Head>,
}

impl LocalVectors {
    /// Writes a whole generation into `folder` from `points`, then opens it.
    pub fn build(folder: &Path, dims: usize, points: Vec<Point>) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        write_base(folder, 0, dims, points)?;
        write_tail(folder, 0, &[], &HashMap::new())?;
        write_head(folder, &Head { dims, base: 0, tail: 0 })?;
        Self::open(folder)
    }

    /// Opens what [`LocalVectors::build`] or a flush left.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(folder.join("head.json"))?;
        let head: Head = serde_json::from_str(&text).map_err(|it| Error::Corrupt(it.to_string()))?;
        let base = Base::open(folder, head.base, head.dims)?;
        let (dead, tail) = read_tail(folder, head.tail)?;
        let dead = dead.iter().filter_map(|key| base.row(*key)).collect();
        let state = State { base: Arc::new(base), dead, tail, dirty: false };
        Ok(Self { folder: folder.to_owned(), dims: head.dims, state: RwLock::new(state), head: Mutex::new(head) })
    }

    /// See [`VectorIndex::search`]; this one does not wait for anything.
    pub fn nearest(&self, query: &[f32], filter: Filter, k: usize) -> Vec<Hit> {
        if k == 0 || query.len() != self.dims || query.iter().all(|it| *it == 0.0) {
            return Vec::new();
        }
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let mut hits = state.base.nearest(query, filter, k, &state.dead);
        for (key, (vector, facets)) in &state.tail {
            if filter.admits(facets) {
                hits.push(Hit { key: *key, score: dot(query, vector) });
            }
        }
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
        hits.truncate(k);
        hits
    }

    /// Every key, in no order: to hold the index against SQL.
    pub fn keys(&self) -> Vec<Key> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let rows = state.base.keys.iter().enumerate().filter(|(row, _)| !state.dead.contains(&(*row as u32)));
        rows.map(|(_, key)| *key).chain(state.tail.keys().copied()).collect()
    }

    fn change(&self, upserts: Vec<Point>, deletes: &[Key]) -> Result<(), Error> {
        if let Some(bad) = upserts.iter().find(|it| it.vector.len() != self.dims) {
            return Err(Error::Corrupt(format!("向量长度应为 {}，收到 {}", self.dims, bad.vector.len())));
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for key in deletes.iter().copied().chain(upserts.iter().map(|it| it.key)) {
            state.tail.remove(&key);
            if let Some(row) = state.base.row(key) {
                state.dead.insert(row);
            }
        }
        state.tail.extend(upserts.into_iter().map(|it| (it.key, (it.vector, it.facets))));
        state.dirty = true;
        Ok(())
    }

    fn save(&self) -> Result<(), Error> {
        let mut head = self.head.lock().unwrap_or_else(PoisonError::into_inner);
        let (dead, tail, base) = {
            let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
            if !state.dirty {
                return Ok(());
            }
            let dead: Vec<Key> = state.dead.iter().map(|row| state.base.keys[*row as usize]).collect();
            (dead, state.tail.clone(), state.base.clone())
        };
        let old = (head.base, head.tail);
        let changed = tail.len() + dead.len();
        let fold = changed > TAIL_MINIMUM && changed * TAIL_SHARE > base.keys.len();
        head.tail += 1;
        if fold {
            head.base += 1;
            let gone: HashSet<u32> = dead.iter().filter_map(|key| base.row(*key)).collect();
            let points = base.points(&gone).chain(tail.iter().map(|(key, (vector, facets))| Point {
                key: *key,
                vector: vector.clone(),
                facets: *facets,
            }));
            write_base(&self.folder, head.base, self.dims, points.collect())?;
            write_tail(&self.folder, head.tail, &[], &HashMap::new())?;
        } else {
            write_tail(&self.folder, head.tail, &dead, &tail)?;
        }
        write_head(&self.folder, &head)?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if fold {
            // What changed while the base was written is still in the tail: only equal entries leave it.
            let base = Base::open(&self.folder, head.base, self.dims)?;
            let later: HashSet<Key> =
                state.dead.iter().map(|row| state.base.keys[*row as usize]).filter(|key| !dead.contains(key)).collect();
            let removed: HashSet<Key> = tail.keys().filter(|key| !state.tail.contains_key(key)).copied().collect();
            state.tail.retain(|key, entry| tail.get(key) != Some(entry));
            state.dead =
                later.iter().chain(&removed).chain(state.tail.keys()).filter_map(|key| base.row(*key)).collect();
            state.dirty = !state.dead.is_empty() || !state.tail.is_empty();
            state.base = Arc::new(base);
            base::remove(&self.folder, old.0);
        } else {
            state.dirty = state.tail != tail || state.dead.len() != dead.len();
        }
        let _ = std::fs::remove_file(self.folder.join(tail_name(old.1)));
        Ok(())
    }
}

impl VectorIndex for LocalVectors {
    fn search<'a>(&'a self, query: &'a [f32], filter: Filter, k: usize) -> BoxFuture<'a, Result<Vec<Hit>, Error>> {
        Box::pin(std::future::ready(Ok(self.nearest(query, filter, k))))
    }

    fn apply<'a>(&'a self, upserts: Vec<Point>, deletes: &'a [Key]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(std::future::ready(self.change(upserts, deletes)))
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(std::future::ready(self.save()))
    }

    fn count(&self) -> BoxFuture<'_, Result<usize, Error>> {
        Box::pin(std::future::ready(Ok(self.keys().len())))
    }
}

/// Inner product of two vectors of one length.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    simsimd::SpatialSimilarity::dot(a, b).map_or(0.0, |it: f64| it as f32)
}

fn tail_name(number: u64) -> String {
    format!("tail-{number}.json")
}

#[derive(Serialize, Deserialize)]
struct TailEntry {
    key: Key,
    facets: [i64; 5],
    vector: Vec<f32>,
}

fn write_tail(folder: &Path, number: u64, dead: &[Key], tail: &HashMap<Key, (Vec<f32>, Facets)>) -> io::Result<()> {
    let entries: Vec<TailEntry> = tail
        .iter()
        .map(|(key, (vector, facets))| TailEntry { key: *key, facets: pack(facets), vector: vector.clone() })
        .collect();
    write_whole(&folder.join(tail_name(number)), &serde_json::to_vec(&(dead, entries)).map_err(io::Error::other)?)
}

type Tail = (Vec<Key>, HashMap<Key, (Vec<f32>, Facets)>);

fn read_tail(folder: &Path, number: u64) -> Result<Tail, Error> {
    let bytes = std::fs::read(folder.join(tail_name(number)))?;
    let (dead, entries): (Vec<Key>, Vec<TailEntry>) =
        serde_json::from_slice(&bytes).map_err(|it| Error::Corrupt(it.to_string()))?;
    Ok((dead, entries.into_iter().map(|it| (it.key, (it.vector, unpack(&it.facets)))).collect()))
}

fn write_head(folder: &Path, head: &Head) -> io::Result<()> {
    write_whole(&folder.join("head.json"), &serde_json::to_vec(head).map_err(io::Error::other)?)
}

/// Replaces `path` in one step: after a crash it holds the old bytes or the new ones.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let temporary = path.with_extension("new");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

fn pack(facets: &Facets) -> [i64; 5] {
    [
        facets.valid_from.into(),
        facets.valid_to.into(),
        facets.authority.into(),
        facets.doc_kind.into(),
        facets.audience.into(),
    ]
}

fn unpack(packed: &[i64; 5]) -> Facets {
    Facets {
        valid_from: packed[0] as i32,
        valid_to: packed[1] as i32,
        authority: packed[2] as u8,
        doc_kind: packed[3] as u8,
        audience: packed[4] as u8,
    }
}
