//! Fits the ranker: Newton's method on the conditional logit with a ridge.
//!
//! A question whose evidence is known, is asked as if it were not known (its own entry is hidden, and
//! taken out of the prior); the passages found are its example, those that are its evidence the choice.

use std::collections::HashMap;

use nalgebra::{SMatrix, SVector};

use super::{COUNT, FEATURES, FORMAT, Prior, RankerFile, best_question, row, weight_of};
use crate::{chunk::Key, search::fuse::Fused};

/// Passages of one question that are looked at, of the fused order: more teach nothing new.
const LOOKED_AT: usize = 300;
/// Strength of the ridge, on standardised features.
const RIDGE: f64 = 10.0;
/// Newton's steps at most; ten are enough in practice.
const STEPS: usize = 50;
/// A step that gains less is the last.
const ENOUGH: f64 = 1e-9;

type Vector = SVector<f64, COUNT>;
type Matrix = SMatrix<f64, COUNT, COUNT>;

/// One question with its passages, before the prior is known.
#[derive(Debug, Clone)]
pub struct Example {
    rows: Vec<Row>,
    /// Instruments that its evidence stands in, once each.
    sources: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    features: super::Features,
    source: u32,
    best: f32,
    right: bool,
}

impl Example {
    /// The example of a question whose fused passages (best first, the question itself hidden) are
    /// `fused` and whose evidence are `evidence`, in the instruments `sources`.
    pub fn new(fused: &[Fused], evidence: &[Key], mut sources: Vec<u32>) -> Self {
        let best = best_question(fused);
        let rows = fused.iter().take(LOOKED_AT).map(|it| Row {
            features: it.features,
            source: it.class.source,
            best,
            right: evidence.contains(&it.key),
        });
        sources.sort_unstable();
        sources.dedup();
        Self { rows: rows.collect(), sources }
    }

    /// Whether something can be learnt from it: evidence was found, and something else too.
    pub fn teaches(&self) -> bool {
        self.rows.iter().any(|it| it.right) && self.rows.iter().any(|it| !it.right)
    }
}

/// What a ranker is trained for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// The index generation.
    pub generation: String,
    /// Its embedder.
    pub embedder: String,
    /// How many passages each channel brings.
    pub depth: usize,
}

/// Learns from `examples`; `None` where none of them teaches anything.
pub fn train(examples: &[Example], home: Home) -> Option<RankerFile> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for source in examples.iter().flat_map(|it| &it.sources) {
        *counts.entry(*source).or_default() += 1;
    }
    let groups: Vec<Group> = examples.iter().filter(|it| it.teaches()).map(|it| Group::of(it, &counts)).collect();
    if groups.is_empty() {
        return None;
    }
    let mut prior: Vec<Prior> = counts.into_iter().map(|(source, questions)| Prior { source, questions }).collect();
    prior.sort_unstable_by_key(|it| it.source);
    Some(RankerFile {
        format: FORMAT,
        generation: home.generation,
        embedder: home.embedder,
        depth: home.depth,
        questions: groups.len(),
        features: FEATURES.map(String::from).to_vec(),
        weights: fit(groups).iter().copied().collect(),
        prior,
    })
}

/// The rows of one question and which are right.
struct Group {
    rows: Vec<Vector>,
    right: Vec<bool>,
}

impl Group {
    fn of(example: &Example, counts: &HashMap<u32, u32>) -> Self {
        let vector = |it: &Row| {
            // What the question itself says of its instruments must not help to find them.
            let own = u32::from(example.sources.contains(&it.source));
            let others = counts.get(&it.source).copied().unwrap_or(0).saturating_sub(own);
            Vector::from_fn(|i, _| f64::from(row(&it.features, weight_of(others), it.best)[i]))
        };
        Self {
            rows: example.rows.iter().map(vector).collect(),
            right: example.rows.iter().map(|it| it.right).collect(),
        }
    }

    /// The softmax of the rows under `weights`, and its logarithm's mean over the right ones.
    fn chances(&self, weights: &Vector) -> (Vec<f64>, f64) {
        let scores: Vec<f64> = self.rows.iter().map(|it| it.dot(weights)).collect();
        let highest = scores.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = scores.iter().map(|it| (it - highest).exp()).sum();
        let log = |score: f64| score - highest - sum.ln();
        let right = scores.iter().zip(&self.right).filter(|it| *it.1).map(|it| log(*it.0));
        let likelihood = right.sum::<f64>() / self.count();
        (scores.into_iter().map(|it| log(it).exp()).collect(), likelihood)
    }

    fn count(&self) -> f64 {
        self.right.iter().filter(|it| **it).count() as f64
    }
}

/// The weights of the raw features.
fn fit(mut groups: Vec<Group>) -> Vector {
    // A shift of a feature is the same for all passages of a question and falls out of the softmax: only
    // the deviations are needed to come back to the raw features.
    let deviation = standardise(&mut groups);
    let mut weights = Vector::zeros();
    let mut loss = loss_of(&groups, &weights);
    for _ in 0..STEPS {
        let (gradient, curvature) = slopes(&groups, &weights);
        // The ridge keeps the curvature positive definite.
        let Some(step) = curvature.cholesky().map(|it| it.solve(&gradient)) else { break };
        let mut length = 1.0;
        let mut next = weights - step;
        let mut reached = loss_of(&groups, &next);
        while reached > loss && length > 1e-6 {
            length /= 2.0;
            next = weights - step * length;
            reached = loss_of(&groups, &next);
        }
        let gain = loss - reached;
        if gain <= 0.0 {
            break;
        }
        (weights, loss) = (next, reached);
        if gain < ENOUGH {
            break;
        }
    }
    weights.component_div(&deviation)
}

/// Brings every feature to mean 0 and deviation 1, so that one ridge is fair to all; gives the deviations.
fn standardise(groups: &mut [Group]) -> Vector {
    let all = || groups.iter().flat_map(|it| &it.rows);
    let count = all().count() as f64;
    let mean = all().sum::<Vector>() / count;
    let squares: Vector = all().map(|it| (it - mean).component_mul(&(it - mean))).sum();
    let deviation = (squares / count).map(|it| if it > 1e-12 { it.sqrt() } else { 1.0 });
    for row in groups.iter_mut().flat_map(|it| &mut it.rows) {
        *row = (*row - mean).component_div(&deviation);
    }
    deviation
}

fn loss_of(groups: &[Group], weights: &Vector) -> f64 {
    let likelihood: f64 = groups.iter().map(|it| it.chances(weights).1).sum();
    RIDGE / 2.0 * weights.norm_squared() - likelihood
}

/// First and second derivative of the loss.
fn slopes(groups: &[Group], weights: &Vector) -> (Vector, Matrix) {
    let mut gradient = *weights * RIDGE;
    let mut curvature = Matrix::identity() * RIDGE;
    for group in groups {
        let (chances, _) = group.chances(weights);
        let mut mean = Vector::zeros();
        for ((row, chance), right) in group.rows.iter().zip(&chances).zip(&group.right) {
            mean += row * *chance;
            curvature += row * row.transpose() * *chance;
            if *right {
                gradient -= row / group.count();
            }
        }
        gradient += mean;
        curvature -= mean * mean.transpose();
    }
    (gradient, curvature)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        index::lexical::Class,
        search::{
            model::Channels,
            ranker::{Features, Ranker},
        },
    };

    fn passage(key: Key, gram: f32, vector: f32, source: u32) -> Fused {
        let features = Features { gram, vector, ..Features::default() };
        Fused { key, score: gram, channels: Channels::default(), class: Class { source, authority: 0 }, features }
    }

    #[test]
    fn it_learns_which_channel_to_trust() {
        // The grams point at the wrong passage, the vectors at the right one; every source is asked once.
        let examples: Vec<Example> =
            (0..60).map(|n| Example::new(&[passage(1, 0.9, 0.1, 1), passage(2, 0.2, 0.8, n)], &[2], vec![n])).collect();
        let file = train(&examples, Home::default()).expect("trained");
        assert_eq!((file.questions, file.prior.len()), (60, 60));
        let ranker = Ranker::of(&file).expect("fit for use");
        let order = ranker.order(&[passage(1, 0.9, 0.1, 500), passage(2, 0.2, 0.8, 501)], 2);
        assert_eq!(order.iter().map(|it| it.key).collect::<Vec<_>>(), [2, 1]);
        assert!(file.weights[2] > 0.0 && file.weights[0] < 0.0, "{:?}", file.weights);
    }

    #[test]
    fn the_slope_is_that_of_the_loss() {
        let groups: Vec<Group> = (0..5_u8)
            .map(|n| {
                let n = f64::from(n);
                let rows =
                    (0..4).map(|r| Vector::from_fn(|i, _| ((n + 1.0) * (f64::from(r) + 2.0) * (i as f64 + 3.0)).sin()));
                Group { rows: rows.collect(), right: vec![false, true, n > 2.0, false] }
            })
            .collect();
        let weights = Vector::from_fn(|i, _| 0.1 * i as f64 - 0.3);
        let (gradient, curvature) = slopes(&groups, &weights);
        for at in 0..COUNT {
            let mut step = Vector::zeros();
            step[at] = 1e-5;
            let measured = (loss_of(&groups, &(weights + step)) - loss_of(&groups, &(weights - step))) / 2e-5;
            assert!((measured - gradient[at]).abs() < 1e-5, "{at}: {measured} {}", gradient[at]);
            let bent = (slopes(&groups, &(weights + step)).0 - slopes(&groups, &(weights - step)).0) / 2e-5;
            assert!((bent - curvature.column(at)).norm() < 1e-5, "{at}");
        }
    }

    #[test]
    fn nothing_is_learnt_from_nothing() {
        let blind = Example::new(&[passage(1, 0.5, 0.5, 1)], &[9], vec![1]);
        assert!(!blind.teaches());
        assert_eq!(train(&[blind], Home::default()), None);
        assert_eq!(train(&[], Home::default()), None);
    }

    #[test]
    fn a_question_does_not_speak_for_itself() {
        // One question alone on its instrument: with itself counted the prior would look like knowledge.
        let lone = |n: u32| Example::new(&[passage(1, 0.5, 0.5, 1_000 + n), passage(2, 0.5, 0.5, n)], &[2], vec![n]);
        let file = train(&(0..40).map(lone).collect::<Vec<_>>(), Home::default()).expect("trained");
        assert!(file.weights[4].abs() < 1e-9, "{:?}", file.weights);
        assert!(file.prior.iter().all(|it| it.questions == 1));
    }
}
