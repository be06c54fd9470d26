//! What every [`VectorIndex`] promises, whoever keeps the vectors.

use knowledge::index::vector::{Facets, Filter, Hit, Point, VectorIndex};

/// Length of the vectors that the contract uses.
pub const DIMS: usize = 8;

/// Valid on days 0 to 99, seen by audience 0, of kind 1.
const PLAIN: Facets = Facets { valid_from: 0, valid_to: 100, authority: 2, doc_kind: 1, audience: 0 };

/// Admits [`PLAIN`].
const OPEN: Filter = Filter { day: 50, audiences: 0b1, doc_kinds: 0b10 };

/// Runs every promise against an empty index of [`DIMS`] dimensions.
pub async fn check_vector_index(index: &dyn VectorIndex) {
    finds_the_nearest_first(index).await;
    overwrites_and_deletes(index).await;
    filters_by_day_audience_and_kind(index).await;
    breaks_ties_by_key(index).await;
    keeps_extreme_keys_and_days(index).await;
}

async fn finds_the_nearest_first(index: &dyn VectorIndex) {
    assert_eq!(search(index, &axis(0), OPEN, 5).await, [], "an empty index finds nothing");
    let points = (0..6).map(|i| point(100 + i, between(i as f32 / 6.0), PLAIN)).collect();
    write(index, points, &[]).await;
    assert_eq!(index.count().await.expect("a count"), 6);
    let hits = search(index, &axis(0), OPEN, 4).await;
    assert_eq!(keys(&hits), [100, 101, 102, 103]);
    for (i, hit) in hits.iter().enumerate() {
        let cosine = between(i as f32 / 6.0)[0];
        assert!((hit.score - cosine).abs() < 1e-3, "{hit:?} should score {cosine}");
    }
    assert_eq!(search(index, &axis(0), OPEN, 0).await, [], "k = 0 asks for nothing");
    assert_eq!(search(index, &axis(0), OPEN, 50).await.len(), 6, "k may exceed what is there");
}

async fn overwrites_and_deletes(index: &dyn VectorIndex) {
    write(index, vec![point(100, axis(1), PLAIN)], &[]).await;
    assert_eq!(index.count().await.expect("a count"), 6, "an upsert replaces");
    assert_eq!(keys(&search(index, &axis(0), OPEN, 1).await), [101], "the old vector is gone");
    write(index, Vec::new(), &[100, 102, 999]).await;
    assert_eq!(index.count().await.expect("a count"), 4, "deleting what isn't there is no error");
    assert_eq!(keys(&search(index, &axis(0), OPEN, 9).await), [101, 103, 104, 105]);
    write(index, vec![point(101, axis(0), PLAIN)], &[103, 104, 105]).await;
    assert_eq!(keys(&search(index, &axis(0), OPEN, 9).await), [101], "one call may do both");
    write(index, Vec::new(), &[101]).await;
}

async fn filters_by_day_audience_and_kind(index: &dyn VectorIndex) {
    let facets = [
        PLAIN,
        Facets { valid_from: 51, ..PLAIN },
        Facets { valid_to: 50, ..PLAIN },
        Facets { valid_from: 50, valid_to: 51, ..PLAIN },
        Facets { audience: 3, ..PLAIN },
        Facets { doc_kind: 2, ..PLAIN },
        Facets { valid_from: i32::MIN, valid_to: i32::MAX, ..PLAIN },
    ];
    let points = facets.iter().zip(1..).map(|(facets, key)| point(key, axis(0), *facets)).collect();
    write(index, points, &[]).await;
    let filters = [
        OPEN,
        Filter { day: 51, ..OPEN },
        Filter { day: -1, ..OPEN },
        Filter { audiences: 0b1001, ..OPEN },
        Filter { audiences: 0b1000, ..OPEN },
        Filter { doc_kinds: 0b110, ..OPEN },
        Filter { doc_kinds: 0b1, ..OPEN },
        Filter { audiences: 0, ..OPEN },
        Filter { day: 20_000, audiences: u32::MAX, doc_kinds: u32::MAX },
    ];
    for filter in filters {
        let admitted: Vec<u64> =
            facets.iter().zip(1..).filter(|(it, _)| filter.admits(it)).map(|(_, key)| key).collect();
        assert_eq!(keys(&search(index, &axis(0), filter, 20).await), admitted, "{filter:?}");
    }
    write(index, Vec::new(), &[1, 2, 3, 4, 5, 6, 7]).await;
}

async fn breaks_ties_by_key(index: &dyn VectorIndex) {
    let tied = [90, 10, 70, 30, 50, 20, 80, 40, 60];
    write(index, tied.iter().map(|key| point(*key, axis(2), PLAIN)).collect(), &[]).await;
    write(index, vec![point(95, between(0.0), PLAIN)], &[]).await;
    assert_eq!(keys(&search(index, &axis(2), OPEN, 4).await), [10, 20, 30, 40]);
    write(index, Vec::new(), &tied).await;
    write(index, Vec::new(), &[95]).await;
    assert_eq!(index.count().await.expect("a count"), 0);
}

async fn keeps_extreme_keys_and_days(index: &dyn VectorIndex) {
    let keys_used = [0, 1 << 63, u64::MAX];
    write(index, keys_used.iter().map(|key| point(*key, axis(3), PLAIN)).collect(), &[]).await;
    assert_eq!(keys(&search(index, &axis(3), OPEN, 3).await), keys_used);
    write(index, Vec::new(), &keys_used).await;
}

async fn search(index: &dyn VectorIndex, query: &[f32], filter: Filter, k: usize) -> Vec<Hit> {
    index.search(query, filter, k).await.expect("an answer")
}

async fn write(index: &dyn VectorIndex, upserts: Vec<Point>, deletes: &[u64]) {
    index.apply(upserts, deletes).await.expect("a write");
    index.flush().await.expect("a flush");
}

fn point(key: u64, vector: Vec<f32>, facets: Facets) -> Point {
    Point { key, vector, facets }
}

fn keys(hits: &[Hit]) -> Vec<u64> {
    hits.iter().map(|hit| hit.key).collect()
}

/// The unit vector along one axis.
fn axis(which: usize) -> Vec<f32> {
    let mut vector = vec![0.0; DIMS];
    vector[which] = 1.0;
    vector
}

/// A unit vector between axis 0 (`share` = 0) and axis 7 (`share` = 1).
fn between(share: f32) -> Vec<f32> {
    let angle = share * std::f32::consts::FRAC_PI_2;
    let mut vector = vec![0.0; DIMS];
    vector[0] = angle.cos();
    vector[7] = angle.sin();
    vector
}
