//! What can be retrieved: one passage with its place, its weight and its validity.

pub mod derive;
pub(crate) mod read;
pub mod split;
pub(crate) mod write;

pub use read::{Loaded, Origin, by_address, count, load, load_for_index, siblings, stream_all};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::regulation::{
    Address, Authority, DocKind,
    model::{BadCode, read_code},
};

/// The numeric form of a chunk id, used inside the indexes: the first 64 bits of a SHA-256.
/// Among a million chunks two share one with a probability of 3 in 10⁸.
pub type Key = u64;

/// The form a chunk id takes in SQL and JSON: 16 hexadecimal digits.
pub fn id_of(key: Key) -> String {
    format!("{key:016x}")
}

/// Reads [`id_of`] back.
pub fn key_of(id: &str) -> Option<Key> {
    (id.len() == 16).then(|| u64::from_str_radix(id, 16).ok()).flatten()
}

/// The key of a passage: from its source and its text, never from its position, so that an
/// unchanged passage keeps it through re-import and re-chunking. `twin` counts equal passages
/// within one source (0 for the first).
pub fn derive_key(source_id: &str, text: &str, twin: usize) -> Key {
    let mut hash = Sha256::new();
    hash.update(source_id);
    hash.update([0]);
    hash.update(text);
    if twin > 0 {
        hash.update([0]);
        hash.update(twin.to_le_bytes());
    }
    let digest = hash.finalize();
    u64::from_be_bytes(std::array::from_fn(|i| digest[i]))
}

/// What a chunk was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChunkKind {
    /// A provision of a regulation: an article, or a part of a long one.
    Provision,
    /// A passage of any other document.
    Document,
}

impl ChunkKind {
    /// The code in SQL and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Document => "document",
        }
    }

    /// Reads [`ChunkKind::code`] back.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Provision, Self::Document].into_iter().find(|it| it.code() == code)
    }
}

read_code!(ChunkKind);

/// One retrievable passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// See [`derive_key`].
    pub key: Key,
    /// What it was made from.
    pub kind: ChunkKind,
    /// The regulation version or document.
    pub source_id: String,
    /// Where in a regulation.
    pub address: Option<Address>,
    /// Order within the source.
    pub seq: i64,
    /// What stands in front of the text in the index: instrument, chapter, article.
    pub title: String,
    /// The passage, word for word.
    pub text: String,
    /// Its weight against others.
    pub authority: Authority,
    /// What kind of document it stands in.
    pub doc_kind: DocKind,
    /// Who may see it; `public` is everybody.
    pub audience: String,
    /// The region it holds for; `None` is everywhere.
    pub region: Option<String>,
    /// First day on which it holds; `None` when unknown.
    pub valid_from: Option<NaiveDate>,
    /// First day on which it holds no more; `None` when no end is known.
    pub valid_to: Option<NaiveDate>,
}
