//! Nearest vectors behind one trait: in process by default, a Qdrant server where one is configured.

pub mod local;
pub mod qdrant;

use futures::future::BoxFuture;

use crate::chunk::Key;

/// What a search filters by, kept beside each vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facets {
    /// First valid day, days since 1970-01-01; `i32::MIN` when unknown.
    pub valid_from: i32,
    /// First day no longer valid; `i32::MAX` when none is known.
    pub valid_to: i32,
    /// [`crate::regulation::Authority`] by position in `Authority::ALL`, 0 the highest.
    pub authority: u8,
    /// [`crate::regulation::DocKind`] as a number.
    pub doc_kind: u8,
    /// 0: public; other audiences by the number the scope gives them.
    pub audience: u8,
}

/// Which vectors may be found: filters, not weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// The day asked about, days since 1970-01-01: `valid_from <= day < valid_to`.
    pub day: i32,
    /// Bit n set: audience n may be seen.
    pub audiences: u32,
    /// Bit n set: document kind n may be seen.
    pub doc_kinds: u32,
}

impl Filter {
    /// Whether something with these facets may be found.
    pub fn admits(&self, it: &Facets) -> bool {
        it.valid_from <= self.day
            && self.day < it.valid_to
            && self.audiences >> it.audience & 1 == 1
            && self.doc_kinds >> it.doc_kind & 1 == 1
    }
}

/// One vector to be found.
#[derive(Debug, Clone)]
pub struct Point {
    /// The chunk.
    pub key: Key,
    /// Unit length.
    pub vector: Vec<f32>,
    /// What it is filtered by.
    pub facets: Facets,
}

/// One vector found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The chunk.
    pub key: Key,
    /// Cosine, −1 to 1.
    pub score: f32,
}

/// Why vectors could not be searched or stored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder or file can't be read or written.
    #[error("向量索引文件出错：{0}")]
    File(#[from] std::io::Error),
    /// The file is not ours or not whole.
    #[error("向量索引已损坏：{0}")]
    Corrupt(String),
    /// The server is down, too slow, or refused.
    #[error("向量库暂不可用：{0}")]
    Unavailable(String),
}

/// One generation of vectors.
pub trait VectorIndex: Send + Sync {
    /// The `k` nearest to `query` (unit length) that `filter` admits, best first; equal scores in
    /// order of key.
    fn search<'a>(&'a self, query: &'a [f32], filter: Filter, k: usize) -> BoxFuture<'a, Result<Vec<Hit>, Error>>;

    /// Stores `upserts` over whatever had their keys and forgets `deletes`. Found by searches at
    /// once or after [`VectorIndex::flush`].
    fn apply<'a>(&'a self, upserts: Vec<Point>, deletes: &'a [Key]) -> BoxFuture<'a, Result<(), Error>>;

    /// Makes everything applied so far survive a crash.
    fn flush(&self) -> BoxFuture<'_, Result<(), Error>>;

    /// Number of vectors.
    fn count(&self) -> BoxFuture<'_, Result<usize, Error>>;
}
