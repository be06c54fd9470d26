//! From the channels' lists to one order.
//!
//! Each channel's scores are scaled to 0–1 between its worst and its best hit, then added with a
//! weight (a convex sum: with a weak channel reciprocal ranks lose what scores keep). Passages of one
//! instrument then support one another: to each is added a share of the mean of the best few others of
//! its instrument, for a question rarely rests on one article of a law alone (measured on STARD:
//! Recall@100 up by 2–3 points). Last comes the authority of the source.
//!
//! Where a ranker was trained for the index generation, it puts the fused passages in its own order:
//! see [`super::ranker`].

use std::collections::HashMap;

use super::{
    model::Channels,
    ranker::{Features, Ranker},
    settings::Settings,
};
use crate::{
    chunk::Key,
    index::{
        lexical::{Class, Hit},
        vector,
    },
    regulation::Authority,
};

/// How many passages of one instrument speak for it.
const SUPPORTERS: usize = 3;

/// A passage on its way to being a candidate.
#[derive(Debug, Clone, Copy)]
pub struct Fused {
    /// The passage.
    pub key: Key,
    /// Its score.
    pub score: f32,
    /// What each channel said.
    pub channels: Channels,
    /// Where it stands.
    pub class: Class,
    /// The channels' scores scaled to 0–1, and the support of its instrument.
    pub features: Features,
}

/// Collects the channels.
#[derive(Default)]
pub struct Pool {
    found: HashMap<Key, Fused>,
}

impl Pool {
    /// A lexical channel; `kept` is where its score is kept, raw and scaled.
    pub fn add_lexical(
        &mut self,
        hits: &[Hit],
        weight: f32,
        kept: impl Fn(&mut Fused) -> (&mut Option<f32>, &mut f32),
    ) {
        let scale = Scale::of(hits.iter().map(|it| it.score));
        for hit in hits {
            let entry = self.entry(hit.key, hit.class);
            let scaled = scale.apply(hit.score);
            let (raw, feature) = kept(entry);
            (*raw, *feature) = (Some(hit.score), scaled);
            entry.score += weight * scaled;
        }
    }

    /// The vector channel; `classes` tells where each passage stands.
    pub fn add_vectors(&mut self, hits: &[vector::Hit], classes: &HashMap<Key, Class>, weight: f32) {
        let scale = Scale::of(hits.iter().map(|it| it.score));
        for hit in hits {
            // Not in the lexical index: deleted a moment ago.
            let Some(class) = self.found.get(&hit.key).map(|it| it.class).or_else(|| classes.get(&hit.key).copied())
            else {
                continue;
            };
            let entry = self.entry(hit.key, class);
            let scaled = scale.apply(hit.score);
            entry.channels.vector = Some(hit.score);
            entry.features.vector = scaled;
            entry.score += weight * scaled;
        }
    }

    /// Evidence of known questions, what they lend added up: similarities are comparable between
    /// questions, so they are not scaled.
    pub fn add_evidence(&mut self, evidence: &HashMap<Key, f32>, classes: &HashMap<Key, Class>, weight: f32) {
        for (key, similarity) in evidence {
            let Some(class) = self.found.get(key).map(|it| it.class).or_else(|| classes.get(key).copied()) else {
                continue;
            };
            let entry = self.entry(*key, class);
            entry.channels.question = Some(*similarity);
            entry.features.question = *similarity;
            entry.score += weight * similarity;
        }
    }

    /// Which of `keys` are not in the pool yet.
    pub fn missing(&self, keys: impl Iterator<Item = Key>) -> Vec<Key> {
        keys.filter(|key| !self.found.contains_key(key)).collect()
    }

    /// All of them, best first; ties in order of key.
    pub fn fused(self, settings: &Settings) -> Vec<Fused> {
        let mut all: Vec<Fused> = self.found.into_values().collect();
        let support = support(&all);
        let lowest = (Authority::ALL.len() - 1) as f32;
        for it in &mut all {
            let rank = 1.0 - f32::from(it.class.authority) / lowest;
            let others = support.get(&it.class.source).map_or(0.0, |row| mean_of_others(row, it.score));
            it.features.source = others;
            it.score += settings.weights.source * others + settings.weights.authority * rank;
        }
        all.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.key.cmp(&b.key)));
        all
    }

    /// The best `limit`, in the order of `ranker` where there is one.
    pub fn ranked(self, settings: &Settings, ranker: Option<&Ranker>, limit: usize) -> Vec<Fused> {
        let mut all = self.fused(settings);
        if let Some(ranker) = ranker {
            return ranker.order(&all, limit);
        }
        all.truncate(limit);
        all
    }

    fn entry(&mut self, key: Key, class: Class) -> &mut Fused {
        let fresh = Fused { key, score: 0.0, channels: Channels::default(), class, features: Features::default() };
        self.found.entry(key).or_insert(fresh)
    }
}

/// The best scores of each instrument, best first: one more than speak for a passage, for it may be
/// one of them itself.
fn support(all: &[Fused]) -> HashMap<u32, [f32; SUPPORTERS + 1]> {
    let mut best: HashMap<u32, [f32; SUPPORTERS + 1]> = HashMap::new();
    for it in all {
        let row = best.entry(it.class.source).or_default();
        let mut score = it.score;
        for place in row.iter_mut() {
            if score > *place {
                std::mem::swap(place, &mut score);
            }
        }
    }
    best
}

/// The mean of the best few without one that has the score `own`.
fn mean_of_others(row: &[f32; SUPPORTERS + 1], own: f32) -> f32 {
    let sum: f32 = row.iter().sum();
    let left_out = if own > row[SUPPORTERS] { own } else { row[SUPPORTERS] };
    (sum - left_out) / SUPPORTERS as f32
}

/// Min–max scaling of one channel.
struct Scale {
    lowest: f32,
    width: f32,
}

impl Scale {
    fn of(scores: impl Iterator<Item = f32>) -> Self {
        let (mut lowest, mut highest, mut count) = (f32::MAX, f32::MIN, 0);
        for score in scores {
            lowest = lowest.min(score);
            highest = highest.max(score);
            count += 1;
        }
        // One hit is the best and not the worst.
        let lowest = if count > 1 { lowest } else { 0.0 };
        Self { lowest, width: (highest - lowest).max(1e-9) }
    }

    fn apply(&self, score: f32) -> f32 {
        (score - self.lowest) / self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(key: Key, score: f32, source: u32) -> Hit {
        Hit { key, score, class: Class { source, authority: 5 } }
    }

    #[test]
    fn channels_add_up_and_ties_fall_in_order_of_key() {
        let mut pool = Pool::default();
        pool.add_lexical(&[hit(7, 9.0, 1), hit(3, 9.0, 2), hit(5, 1.0, 3)], 1.0, |it| {
            (&mut it.channels.gram, &mut it.features.gram)
        });
        let mut settings = Settings::default();
        settings.weights.source = 0.0;
        let keys: Vec<Key> = pool.ranked(&settings, None, 3).into_iter().map(|it| it.key).collect();
        assert_eq!(keys, [3, 7, 5]);
    }

    #[test]
    fn passages_of_one_instrument_support_one_another() {
        let mut pool = Pool::default();
        let hits = [hit(1, 10.0, 1), hit(2, 8.0, 2), hit(3, 7.9, 1), hit(4, 7.5, 1), hit(5, 0.0, 9)];
        pool.add_lexical(&hits, 1.0, |it| (&mut it.channels.gram, &mut it.features.gram));
        let keys: Vec<Key> = pool.ranked(&Settings::default(), None, 5).into_iter().map(|it| it.key).collect();
        assert_eq!(keys, [1, 3, 4, 2, 5]);
    }
}
