//! From texts to a [`Model`].

use std::collections::HashMap;

use jieba_rs::Jieba;
use rayon::prelude::*;

use super::{DIMS, Model, SIF, cooccurrence::ppmi, spectrum, to_unit};
use crate::text::tokens;

/// Words kept at most, the most frequent.
const VOCABULARY: usize = 50_000;
/// A word seen less often says too little about its company.
const MINIMUM: u32 = 3;
/// Exponent of the eigenvalues: flattened, so that rare subjects count beside frequent ones (Levy,
/// Goldberg & Dagan 2015).
const POWER: f32 = 0.1;
/// Texts used to find the common direction.
const SAMPLE: usize = 5_000;

/// Texts cut into words, as they come: only word numbers are kept.
#[derive(Default)]
pub struct Corpus {
    ids: HashMap<String, u32>,
    counts: Vec<u32>,
    texts: Vec<Vec<u32>>,
}

impl Corpus {
    /// Cuts `texts` on all cores and adds them.
    pub fn add(&mut self, jieba: &Jieba, texts: &[String]) {
        let cut: Vec<Vec<String>> = texts
            .par_iter()
            .map(|text| {
                let mut words = Vec::new();
                tokens::plain_words(jieba, text, |word| words.push(word.to_owned()));
                words
            })
            .collect();
        for words in cut {
            let text = words.into_iter().map(|word| self.number(word)).collect();
            self.texts.push(text);
        }
    }

    fn number(&mut self, word: String) -> u32 {
        let next = self.counts.len() as u32;
        let id = *self.ids.entry(word).or_insert(next);
        if id == next {
            self.counts.push(0);
        }
        self.counts[id as usize] += 1;
        id
    }

    /// Keeps the frequent words, numbered by frequency; drops the others from the texts.
    fn pruned(self) -> (Vec<String>, Vec<u32>, Vec<Vec<u32>>) {
        let mut words: Vec<(String, u32)> =
            self.ids.into_iter().filter(|(_, id)| self.counts[*id as usize] >= MINIMUM).collect();
        words.sort_unstable_by(|a, b| {
            let count = |it: &(String, u32)| self.counts[it.1 as usize];
            count(b).cmp(&count(a)).then_with(|| a.0.cmp(&b.0))
        });
        words.truncate(VOCABULARY);
        let mut renumbered = vec![u32::MAX; self.counts.len()];
        for (new, (_, old)) in words.iter().enumerate() {
            renumbered[*old as usize] = new as u32;
        }
        let counts = words.iter().map(|it| self.counts[it.1 as usize]).collect();
        let texts = self
            .texts
            .into_par_iter()
            .map(|text| text.into_iter().map(|old| renumbered[old as usize]).filter(|new| *new != u32::MAX).collect())
            .collect();
        (words.into_iter().map(|it| it.0).collect(), counts, texts)
    }
}

/// Trains a model; an empty corpus gives an empty model.
pub fn train(corpus: Corpus) -> Model {
    let (words, counts, texts) = corpus.pruned();
    let minimum = if texts.len() > 10_000 { 2 } else { 1 };
    let vectors = spectrum::embed(&ppmi(&texts, words.len(), minimum), DIMS, POWER);
    let vectors = if vectors.is_empty() { vec![0.0; words.len() * DIMS] } else { vectors };
    let common = common_direction(&texts, &counts, &vectors);
    Model { words, counts, vectors, common }
}

/// The first principal direction of the texts' weighted means, by power iteration.
fn common_direction(texts: &[Vec<u32>], counts: &[u32], vectors: &[f32]) -> Vec<f32> {
    let total: f32 = counts.iter().map(|it| *it as f32).sum();
    let step = (texts.len() / SAMPLE).max(1);
    let means: Vec<Vec<f32>> = texts
        .iter()
        .step_by(step)
        .map(|text| {
            let mut mean = vec![0.0; DIMS];
            for &word in text {
                let weight = SIF / (SIF + counts[word as usize] as f32 / total);
                let row = &vectors[word as usize * DIMS..][..DIMS];
                mean.iter_mut().zip(row).for_each(|(it, x)| *it += weight * x);
            }
            to_unit(&mut mean);
            mean
        })
        .collect();
    let mut direction = vec![1.0; DIMS];
    to_unit(&mut direction);
    for _ in 0..20 {
        let mut next = vec![0.0; DIMS];
        for mean in &means {
            let along: f32 = mean.iter().zip(&direction).map(|(a, b)| a * b).sum();
            next.iter_mut().zip(mean).for_each(|(it, x)| *it += along * x);
        }
        to_unit(&mut next);
        if next.iter().all(|it| *it == 0.0) {
            return vec![0.0; DIMS];
        }
        direction = next;
    }
    direction
}
