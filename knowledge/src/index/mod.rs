//! The derived indexes: fed by the change log alone, rebuildable from SQL at any time.
//!
//! ```text
//! SQL ── change log ──► Library (one indexer) ──► Generation: lexical (tantivy) + vectors
//!                          │ reindex: a new generation beside the live one, swapped in one step
//!                          └ Questions (in memory, from SQL)
//! ```

pub mod bm25;
pub mod embed;
pub mod generation;
pub mod lexical;
pub mod library;
pub mod mapped;
pub mod onnx;
pub mod questions;
pub mod rerank;
mod trained;
pub mod vector;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use self::{lexical::Entry, vector::Facets};
use crate::{
    chunk::Chunk,
    regulation::{Authority, DocKind},
};

/// Facets that every filter admits.
pub const EVERYWHERE: Facets =
    Facets { valid_from: i32::MIN, valid_to: i32::MAX, authority: 0, doc_kind: 0, audience: 0 };

/// Days since 1970-01-01.
pub fn day_number(day: NaiveDate) -> i32 {
    day.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// The number of a document kind in facets and filters.
pub const fn kind_number(kind: DocKind) -> u8 {
    match kind {
        DocKind::Regulation => 0,
        DocKind::NormativeDoc => 1,
        DocKind::Law => 2,
        DocKind::Interpretation => 3,
        DocKind::Article => 4,
    }
}

/// The number of an audience in facets and filters: 0 for `public`, 1–31 for others by their name.
pub fn audience_number(audience: &str) -> u8 {
    if audience == "public" { 0 } else { 1 + Sha256::digest(audience)[0] % 31 }
}

/// What a passage is filtered by.
pub fn facets_of(chunk: &Chunk) -> Facets {
    Facets {
        valid_from: chunk.valid_from.map_or(i32::MIN, day_number),
        valid_to: chunk.valid_to.map_or(i32::MAX, day_number),
        authority: Authority::ALL.iter().position(|it| *it == chunk.authority).unwrap_or(0) as u8,
        doc_kind: kind_number(chunk.doc_kind),
        audience: audience_number(&chunk.audience),
    }
}

/// Which instrument a passage stands in, as a number: its title without the article. Passages of one
/// instrument support one another (see [`crate::search::fuse`]).
pub fn source_of(title: &str) -> u32 {
    let bare = title.trim();
    let instrument = match bare.rfind('第') {
        Some(at) if at > 0 && bare[at..].contains('条') => bare[..at].trim_end(),
        _ => bare,
    };
    let digest = Sha256::digest(instrument);
    u32::from_be_bytes(std::array::from_fn(|i| digest[i]))
}

/// What the indexes hold of a passage.
pub fn entry_of(chunk: &Chunk) -> Entry {
    Entry { key: chunk.key, text: text_of(chunk), facets: facets_of(chunk), source: source_of(&chunk.title) }
}

/// What is searched of a passage: its title and its text.
pub fn text_of(chunk: &Chunk) -> String {
    format!("{}\n{}", chunk.title, chunk.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_of_one_instrument_have_one_source() {
        assert_eq!(source_of("个体工商户条例第二条"), source_of("个体工商户条例第二十条之一"));
        assert_eq!(source_of("中国共产党章程 第九条"), source_of("中国共产党章程 第十条"));
        assert_ne!(source_of("中国共产党章程 第九条"), source_of("民法典第九条"));
        assert_ne!(source_of("第一次国共合作"), source_of("第二次国共合作"));
    }
}
