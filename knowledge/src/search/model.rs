//! What a retrieval takes and gives. The result explains itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    chunk::ChunkKind,
    regulation::{Authority, DocKind},
};

/// Who asks: what may be found at all. Scope is a filter, never a weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scope {
    /// Audiences whose texts may be seen; `public` always.
    pub audiences: Vec<String>,
    /// Only these kinds of document; empty: all.
    pub doc_kinds: Vec<DocKind>,
}

impl Default for Scope {
    fn default() -> Self {
        Self { audiences: vec!["public".to_owned()], doc_kinds: Vec::new() }
    }
}

/// One glossary rewriting: `from` was understood as `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rewrite {
    /// What the question says.
    pub from: String,
    /// What it was understood as.
    pub to: String,
}

/// Which way led to the candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The question names an article.
    Address,
    /// The question is a pasted passage.
    Passage,
    /// Everything else.
    Search,
}

/// What each channel said of a candidate: its raw score, and `None` where it did not find it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Channels {
    /// BM25 over character unigrams and bigrams.
    pub gram: Option<f32>,
    /// BM25 over jieba words.
    pub word: Option<f32>,
    /// Cosine of the sentence vectors.
    pub vector: Option<f32>,
    /// What known questions like this one lend it: the sum of their similarities, sharpened.
    pub question: Option<f32>,
    /// Share of the question's passage found in it, for pasted passages.
    pub passage: Option<f32>,
    /// Score of the cross-encoder.
    pub rerank: Option<f32>,
}

/// A regulation that the question names and that can't be answered from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Absent {
    /// Title without 《》.
    pub title: String,
    /// First day on which its last version held no more; `None`: its text is not in the knowledge base.
    pub ended_on: Option<NaiveDate>,
}

/// One passage that may answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// Chunk id.
    pub id: String,
    /// Provision or other document.
    pub kind: ChunkKind,
    /// Fused score; comparable within one result only.
    pub score: f32,
    /// What each channel said.
    pub channels: Channels,
    /// Regulation version or document id.
    pub source_id: String,
    /// Regulation id, for links.
    pub regulation_id: Option<String>,
    /// Version label, e.g. 2026.
    pub version: Option<String>,
    /// Short address, e.g. `a13.p1`.
    pub address: Option<String>,
    /// 《X》第十三条第一款, or the document's title.
    pub label: String,
    /// Title of the regulation or document.
    pub title: String,
    /// The passage, word for word.
    pub text: String,
    /// Rank of the source.
    pub authority: Authority,
    /// Kind of document.
    pub doc_kind: DocKind,
    /// First valid day; `None`: unknown.
    pub valid_from: Option<NaiveDate>,
    /// First day no longer valid.
    pub valid_to: Option<NaiveDate>,
    /// A model regulation written for demonstration.
    pub sample: bool,
}

/// A passage beside a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NeighbourPassage {
    /// Chunk id.
    pub id: String,
    /// Short address, e.g. `a14`.
    pub address: Option<String>,
    /// The passage, word for word.
    pub text: String,
}

/// An approved QA pair that matches the question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QaHit {
    /// QA pair id.
    pub id: String,
    /// Its question.
    pub question: String,
    /// Its answer, Markdown.
    pub answer: String,
    /// Similarity to the question asked, 0–1.
    pub similarity: f32,
    /// The day on which it was last reviewed.
    pub reviewed_on: Option<NaiveDate>,
    /// Candidates (by id) that it cites and that hold on the day asked about.
    pub evidence: Vec<String>,
    /// Citations that are not in the knowledge base, in words.
    pub missing: Vec<String>,
}

/// Whether the evidence is strong enough to answer from, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Gate {
    /// Open: answer. Closed: say that no basis was found.
    pub open: bool,
    /// How probable it is that the candidates answer, 0–1: what is compared with the threshold.
    pub confidence: f32,
    /// The threshold of the settings.
    pub threshold: f32,
    /// Why, in Chinese, for curators.
    pub reason: String,
    /// The content words of the question: what was looked for, and what was found.
    #[serde(default)]
    pub words: Vec<ContentWord>,
    /// What the confidence is made of, by name, each 0–1.
    #[serde(default)]
    pub features: BTreeMap<String, f32>,
}

/// A word that says what the question is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContentWord {
    /// The word.
    pub word: String,
    /// How rare it is, as inverse document frequency; the highest for one that no text has.
    pub weight: f32,
    /// Whether the passage that covers the question best has it.
    pub found: bool,
}

/// How much work each part took, microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timings {
    /// Normalising, glossary, routing.
    pub prepare: u64,
    /// Both BM25 channels.
    pub lexical: u64,
    /// Embedding and vectors.
    pub vector: u64,
    /// Known questions.
    pub question: u64,
    /// Fusion, authority, hydration.
    pub fuse: u64,
    /// All.
    pub total: u64,
}

/// Everything that a retrieval found and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Retrieved {
    /// The question as asked (normalised, cut to the limit).
    pub question: String,
    /// The question as searched, after the glossary.
    pub searched: String,
    /// What the glossary changed.
    pub rewrites: Vec<Rewrite>,
    /// The day whose law was asked about.
    pub as_of: NaiveDate,
    /// Regulations that the question names and whose text (on that day) is not in the knowledge base.
    pub absent: Vec<Absent>,
    /// Which way was taken.
    pub route: Route,
    /// How many of the first candidates the question names.
    pub named: usize,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// The passages before and after the best candidate in its regulation: context, not evidence.
    pub neighbours: Vec<NeighbourPassage>,
    /// The best matching QA pair, if it is near enough.
    pub qa: Option<QaHit>,
    /// Open or closed.
    pub gate: Gate,
    /// Parts that did not answer, e.g. `vector`: the result is poorer for it.
    pub degraded: Vec<String>,
    /// Which index generation answered.
    pub generation: String,
    /// How long it took.
    pub timings: Timings,
}
