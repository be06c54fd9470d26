//! The best `k` documents that a filter admits, with tantivy's block-max pruning left in force.
//!
//! tantivy's own filtering collector switches the pruning off; here the filter sits inside the
//! pruning callback: a document that is not admitted simply doesn't raise the bar.

use std::{cmp::Reverse, collections::BinaryHeap};

use tantivy::{DocId, Score, Searcher, query::Weight};

use super::{
    lexical::{Hit, class_of, unpack},
    vector::Filter,
};
use crate::chunk::Key;

/// A score that sorts; ties by the smaller key first.
#[derive(PartialEq)]
struct Ranked(Score, Reverse<Key>, u64);

impl Eq for Ranked {}
impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then_with(|| self.1.cmp(&other.1))
    }
}

/// The `k` best documents for `weight`, in no order.
pub fn top(searcher: &Searcher, weight: &dyn Weight, filter: Filter, k: usize) -> tantivy::Result<Vec<Hit>> {
    let mut heap: BinaryHeap<Reverse<Ranked>> = BinaryHeap::with_capacity(k + 1);
    for reader in searcher.segment_readers() {
        let fast = reader.fast_fields();
        let (keys, validity, class) = (fast.u64("key")?, fast.u64("validity")?, fast.u64("class")?);
        let alive = reader.alive_bitset();
        let bar = |heap: &BinaryHeap<Reverse<Ranked>>| {
            if heap.len() < k { Score::MIN } else { heap.peek().map_or(Score::MIN, |it| it.0.0.next_down()) }
        };
        let start = bar(&heap);
        weight.for_each_pruning(start, reader, &mut |doc: DocId, score: Score| {
            let class = class.first(doc).unwrap_or(0);
            let admitted = alive.is_none_or(|it| it.is_alive(doc))
                && filter.admits(&unpack(validity.first(doc).unwrap_or(0), class));
            if admitted {
                heap.push(Reverse(Ranked(score, Reverse(keys.first(doc).unwrap_or(0)), class)));
                if heap.len() > k {
                    heap.pop();
                }
            }
            bar(&heap)
        })?;
    }
    let hit = |Reverse(Ranked(score, Reverse(key), class))| Hit { key, score, class: class_of(class) };
    Ok(heap.into_iter().map(hit).collect())
}
