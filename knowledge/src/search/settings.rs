//! The numbers that retrieval turns on. One setting serves every corpus; docs/benchmarks.md says how
//! they were chosen (on one half of the sets, reported on the other).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much each channel counts after its scores were scaled to 0–1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Character unigrams and bigrams.
    pub gram: f32,
    /// Jieba words.
    pub word: f32,
    /// Sentence vectors.
    pub vector: f32,
    /// Known questions.
    pub question: f32,
    /// The cross-encoder, where one is configured.
    pub rerank: f32,
    /// How much the other passages of an instrument speak for one of them.
    pub source: f32,
    /// What the highest authority gains over the lowest.
    pub authority: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { gram: 1.0, word: 0.3, vector: 0.15, question: 2.0, rerank: 1.0, source: 0.2, authority: 0.02 }
    }
}

/// Settings of one retrieval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How much each channel counts.
    pub weights: Weights,
    /// How many passages each channel brings.
    pub depth: usize,
    /// How many candidates are shown.
    pub candidates: usize,
    /// How many candidates the cross-encoder looks at.
    pub rerank_depth: usize,
    /// Weight, beside the question's own words, of a standard term that stands for a synonym.
    pub standard_weight: f32,
    /// Weight of the glossary's further words.
    pub expand_weight: f32,
    /// Confidence from which an answer is given, 0–1.
    pub gate: f32,
    /// Similarity from which an approved QA pair leads the answer, 0–1.
    pub qa: f32,
    /// Similarity below which a known question lends no evidence, 0–1.
    pub question_floor: f32,
    /// Share of a pasted passage that must be found in an article, 0–1.
    pub passage: f32,
    /// Whether the ranker trained for the index generation decides the order, where there is one.
    pub ranker: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            depth: 200,
            candidates: 10,
            rerank_depth: 30,
            standard_weight: 0.7,
            expand_weight: 0.3,
            gate: 0.68,
            qa: 0.62,
            question_floor: 0.1,
            passage: 0.8,
            ranker: true,
        }
    }
}
