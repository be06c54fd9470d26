//! Sentence vectors behind one trait.

pub mod builtin;
pub mod fastembed;
pub mod openai;

use futures::future::BoxFuture;

/// Whether a text asks or answers: some models want a different prefix for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A question.
    Query,
    /// A passage to be found.
    Passage,
}

/// Why a text could not be turned into a vector.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model's files are missing or don't fit together.
    #[error("向量模型无法加载：{0}")]
    Load(String),
    /// The model is out of reach, too slow or answered nonsense.
    #[error("向量模型暂不可用：{0}")]
    Unavailable(String),
}

/// Turns texts into vectors of unit length.
pub trait Embedder: Send + Sync {
    /// Name and version; an index generation records it, and vectors of two names never mix.
    fn id(&self) -> &str;

    /// Length of the vectors.
    fn dims(&self) -> usize;

    /// One unit vector of [`Embedder::dims`] numbers for each text, in order. A text without a known
    /// word gets zeros.
    fn embed<'a>(&'a self, texts: &'a [String], role: Role) -> BoxFuture<'a, Result<Vec<Vec<f32>>, Error>>;
}
