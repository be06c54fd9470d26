//! From the features to a probability: a logistic regression.
//!
//! Fitted on the `tune` halves of statute, numbers, procedures, colloquial, followups (first turns), traps,
//! unanswerable and passages (257 questions, 78 of them unanswerable) over the demonstration's knowledge and
//! `party_regs_texts`:
//!
//! ```sh
//! dangwutong eval run statute numbers procedures colloquial followups traps unanswerable passages --half tune
//! dangwutong eval export last tune.jsonl      # explanation.retrieval.gate.features of each case
//! ```
//!
//! Features standardised, L2 penalty with C = 0.3 (scikit-learn's `LogisticRegression`), the weights given here are
//! for the raw features. What it is worth on the other half stands in docs/benchmarks.md.

use super::features::Features;

/// A weight for each of [`super::features::NAMES`]. Each sign is what a reader would expect; a feature that only
/// the way our suites are written explained (long questions, many unknown words: answerable) was left out, and so was
/// BM25 beside the best score possible, whose sign changed with the penalty.
const WEIGHTS: [f32; 5] = [3.44, -4.27, 1.73, -0.97, 1.62];
/// The intercept.
const BIAS: f32 = -1.06;

/// How probable it is that the candidates answer, 0–1.
pub fn probability(features: &Features) -> f32 {
    let sum: f32 = features.row().iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    1.0 / (1.0 + (-(BIAS + sum)).exp())
}
