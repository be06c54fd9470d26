//! A ranker learnt from confirmed evidence: it puts the fused passages in its own order.
//!
//! Nine features of a passage beside a question, each with a weight:
//!
//! | name | what |
//! |---|---|
//! | `gram`, `word`, `vector` | the channel's score, scaled to 0–1 within the question's list |
//! | `question` | what known questions lend it |
//! | `prior` | ln(1 + how many known questions rest on its instrument) |
//! | `source` | support by the other passages of its instrument, see [`super::fuse`] |
//! | `gram_squared` | the best lexical hit is more than twice as good as a middling one |
//! | `question_share` | `question` beside the best of the list |
//! | `question_gram` | `question` × `gram`: each says less where the other has spoken |
//!
//! The model is a conditional logit (McFadden, “Conditional logit analysis of qualitative choice
//! behavior”, 1974): the chance that a passage is the evidence is the softmax of Σ weight × feature over
//! the passages of one question. It is fitted in [`train`]. Boosted trees overfit on a thousand
//! questions; nine weights don't.
//!
//! The prior makes popular instruments more popular. So that it never hides a rare one, a passage may
//! fall to three times its fused rank at most: what fusion has at rank 3 stays within the first 9,
//! whatever the ranker says of it.

pub mod train;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fuse::Fused;

/// The name of the file in a generation's folder.
pub const FILE: &str = "ranker.json";
/// How many features there are.
pub const COUNT: usize = 9;
/// Their names, in the order of the weights.
pub const FEATURES: [&str; COUNT] =
    ["gram", "word", "vector", "question", "prior", "source", "gram_squared", "question_share", "question_gram"];
/// The layout of the file; another number means that it can't be used.
const FORMAT: u32 = 1;
/// How many times its fused rank a passage may fall to.
const FALL: usize = 3;

/// What the channels say of a passage, scaled: the part of the features that needs no training.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// Character grams, 0–1.
    pub gram: f32,
    /// Words, 0–1.
    pub word: f32,
    /// Vectors, 0–1.
    pub vector: f32,
    /// What known questions lend it; may be more than 1.
    pub question: f32,
    /// Mean fused score of the best other passages of its instrument.
    pub source: f32,
}

/// How often an instrument was the right source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Its number, see [`crate::index::source_of`].
    pub source: u32,
    /// Known questions that rest on it.
    pub questions: u32,
}

/// A trained ranker as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankerFile {
    /// Layout of this file.
    pub format: u32,
    /// The index generation on which it was trained.
    pub generation: String,
    /// That generation's embedder: another one's vectors mean something else.
    pub embedder: String,
    /// How many passages each channel brought.
    pub depth: usize,
    /// How many known questions it learnt from.
    pub questions: usize,
    /// Names of the features, [`FEATURES`].
    pub features: Vec<String>,
    /// A weight for each.
    pub weights: Vec<f64>,
    /// How often each instrument was the right source, in order of their numbers.
    pub prior: Vec<Prior>,
}

/// Why a ranker can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not JSON of this form.
    #[error("不是排序模型文件：{0}")]
    Form(String),
    /// Made by another version of the program.
    #[error("排序模型的格式或特征与本版本不符，需要重新训练")]
    Format,
    /// Trained with another embedder.
    #[error("排序模型是用另一种向量（{0}）训练的，需要重新训练")]
    Embedder(String),
    /// A weight that is no number.
    #[error("排序模型中有不是数值的权重")]
    Weight,
}

/// A ranker ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranker {
    weights: [f32; COUNT],
    prior: HashMap<u32, f32>,
    /// The depth it was trained at.
    pub depth: usize,
    /// Known questions that it learnt from.
    pub questions: usize,
}

impl Ranker {
    /// Reads a file's bytes for a generation with this embedder.
    pub fn read(bytes: &[u8], embedder: &str) -> Result<Self, Unfit> {
        let file: RankerFile = serde_json::from_slice(bytes).map_err(|error| Unfit::Form(error.to_string()))?;
        if file.embedder != embedder {
            return Err(Unfit::Embedder(file.embedder));
        }
        Self::of(&file)
    }

    /// Checks a file's content.
    pub fn of(file: &RankerFile) -> Result<Self, Unfit> {
        if file.format != FORMAT || file.features != FEATURES {
            return Err(Unfit::Format);
        }
        let weights: [f64; COUNT] = file.weights.as_slice().try_into().map_err(|_| Unfit::Format)?;
        if weights.iter().any(|it| !it.is_finite()) {
            return Err(Unfit::Weight);
        }
        Ok(Self {
            weights: weights.map(|it| it as f32),
            prior: file.prior.iter().map(|it| (it.source, weight_of(it.questions))).collect(),
            depth: file.depth,
            questions: file.questions,
        })
    }

    /// The best `limit` of `fused` (all of a question, best first) in the ranker's order.
    pub fn order(&self, fused: &[Fused], limit: usize) -> Vec<Fused> {
        let best = best_question(fused);
        let score = |it: &Fused| -> f32 {
            let prior = self.prior.get(&it.class.source).copied().unwrap_or(0.0);
            row(&it.features, prior, best).iter().zip(self.weights).map(|(value, weight)| value * weight).sum()
        };
        let mut order: Vec<(f32, usize)> = fused.iter().map(score).zip(0..).collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut placed = vec![false; fused.len()];
        let (mut ranked, mut ordered, mut due) = (Vec::with_capacity(limit), order.into_iter(), 0);
        let mut last = f32::MAX;
        while ranked.len() < limit.min(fused.len()) {
            while placed.get(due).is_some_and(|it| *it) {
                due += 1;
            }
            let (score, at) = if FALL * (due + 1) <= ranked.len() + 1 {
                (last.next_down(), due)
            } else {
                match ordered.find(|it| !placed[it.1]) {
                    Some(next) => next,
                    None => break,
                }
            };
            placed[at] = true;
            last = score.min(last);
            // Whoever sorts by score keeps this order.
            ranked.push(Fused { score: last, ..fused[at] });
        }
        ranked
    }
}

/// The most that known questions lend to one passage.
fn best_question(fused: &[Fused]) -> f32 {
    fused.iter().map(|it| it.features.question).fold(0.0, f32::max)
}

fn weight_of(questions: u32) -> f32 {
    (questions as f32).ln_1p()
}

/// The features of one passage; `prior` is ln(1 + questions), `best` the list's best `question`.
fn row(it: &Features, prior: f32, best: f32) -> [f32; COUNT] {
    let share = if best > 0.0 { it.question / best } else { 0.0 };
    [it.gram, it.word, it.vector, it.question, prior, it.source, it.gram * it.gram, share, it.question * it.gram]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{index::lexical::Class, search::model::Channels};

    fn fused(key: u64, gram: f32, source: u32) -> Fused {
        let features = Features { gram, ..Features::default() };
        Fused { key, score: gram, channels: Channels::default(), class: Class { source, authority: 0 }, features }
    }

    fn file(weights: [f64; COUNT]) -> RankerFile {
        RankerFile {
            format: FORMAT,
            generation: "g1".into(),
            embedder: "e".into(),
            depth: 200,
            questions: 9,
            features: FEATURES.map(String::from).to_vec(),
            weights: weights.to_vec(),
            prior: vec![Prior { source: 7, questions: 99 }],
        }
    }

    #[test]
    fn the_prior_lifts_but_never_hides() {
        // Ten passages of the popular instrument behind one of a rare one.
        let mut all = vec![fused(0, 1.0, 1)];
        all.extend((1..=10).map(|n| fused(n, 0.9 - n as f32 / 100.0, 7)));
        let ranker = Ranker::of(&file([1.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0])).expect("a ranker");
        let order = ranker.order(&all, 11);
        let keys: Vec<u64> = order.iter().map(|it| it.key).collect();
        assert_eq!(keys, [1, 2, 0, 3, 4, 5, 6, 7, 8, 9, 10], "rank 1 falls to rank 3 at most");
        assert!(order.windows(2).all(|it| it[0].score >= it[1].score), "scores go with the order");
        assert_eq!(ranker.order(&all, 2).len(), 2);
        assert!(ranker.order(&[], 5).is_empty());
    }

    #[test]
    fn a_row_by_hand() {
        let features = Features { gram: 0.5, word: 0.25, vector: 0.1, question: 0.6, source: 0.3 };
        let expected = [0.5, 0.25, 0.1, 0.6, 4.0_f32.ln(), 0.3, 0.25, 0.75, 0.3];
        let got = row(&features, weight_of(3), 0.8);
        assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{got:?}");
        assert_eq!(row(&features, 0.0, 0.0)[7].to_bits(), 0.0_f32.to_bits(), "no known question, no share");
    }

    #[test]
    fn a_file_that_does_not_fit_is_refused() {
        let good = serde_json::to_vec(&file([0.0; COUNT])).expect("JSON");
        assert!(Ranker::read(&good, "e").is_ok());
        assert_eq!(Ranker::read(&good, "f"), Err(Unfit::Embedder("e".into())));
        assert_eq!(Ranker::of(&RankerFile { format: 2, ..file([0.0; COUNT]) }), Err(Unfit::Format));
        assert_eq!(Ranker::of(&RankerFile { features: vec![], ..file([0.0; COUNT]) }), Err(Unfit::Format));
        assert_eq!(Ranker::of(&RankerFile { weights: vec![1.0], ..file([0.0; COUNT]) }), Err(Unfit::Format));
        let broken = file([f64::NAN, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(Ranker::of(&broken), Err(Unfit::Weight));
        assert!(matches!(Ranker::read(b"{}", "e"), Err(Unfit::Form(_))));
    }
}
