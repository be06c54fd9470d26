//! The in-process vector index keeps the same contract as the server's, and survives a restart.

use knowledge::index::vector::{
    Facets, Filter, Point, VectorIndex as _,
    local::{EXACT, LocalVectors},
};

use crate::vector_contract::{DIMS, check_vector_index};

const FACETS: Facets = Facets { valid_from: 0, valid_to: 100, authority: 0, doc_kind: 0, audience: 0 };
const FILTER: Filter = Filter { day: 1, audiences: 1, doc_kinds: 1 };

/// A unit vector that depends on `seed` alone.
fn vector(seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut vector: Vec<f32> = (0..DIMS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / 16_777_216.0 - 0.5
        })
        .collect();
    let length = vector.iter().map(|it| it * it).sum::<f32>().sqrt();
    for it in &mut vector {
        *it /= length;
    }
    vector
}

#[tokio::test]
async fn the_local_index_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = LocalVectors::build(folder.path(), DIMS, vec![]).expect("an index");
    check_vector_index(&index).await;
}

#[tokio::test]
async fn what_was_flushed_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let points: Vec<Point> = (0..50).map(|key| Point { key, vector: vector(key), facets: FACETS }).collect();
    let index = LocalVectors::build(folder.path(), DIMS, points).expect("an index");
    // Enough changes to fold the tail into a new base, then a few more.
    for round in 0..3u64 {
        let start = 100 + round * 3_000;
        let more = (start..start + 3_000).map(|key| Point { key, vector: vector(key), facets: FACETS }).collect();
        index.apply(more, &[round, start + 1]).await.expect("a change");
        index.flush().await.expect("a flush");
    }
    let mut expected = index.keys();
    expected.sort_unstable();
    drop(index);
    let again = LocalVectors::open(folder.path()).expect("the index");
    let mut keys = again.keys();
    keys.sort_unstable();
    assert_eq!(keys, expected);
    assert!(!keys.contains(&0) && keys.contains(&101), "an upsert after the delete in one change stays");
    let hit = again.nearest(&vector(7_000), FILTER, 1)[0];
    assert_eq!(hit.key, 7_000);
    assert!(hit.score > 0.999);
}

#[test]
fn beyond_the_exact_size_the_nearest_is_still_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let count = EXACT as u64 + 1_000;
    let points: Vec<Point> = (0..count).map(|key| Point { key, vector: vector(key), facets: FACETS }).collect();
    let index = LocalVectors::build(folder.path(), DIMS, points).expect("an index");
    let found = (0..200u64).filter(|seed| index.nearest(&vector(seed * 500), FILTER, 1)[0].key == seed * 500);
    assert!(found.count() >= 195, "a vector's own list is among the nearest");
}
