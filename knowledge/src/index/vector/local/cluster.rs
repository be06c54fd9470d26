//! Sorting many vectors into lists: spherical k-means (Dhillon & Modha 2001) on a sample.

use rayon::prelude::*;

use super::{Point, base::quantize};
use crate::index::embed::builtin::to_unit;

/// Vectors a list learns from.
const SAMPLE_PER_LIST: usize = 40;
/// Rounds of assignment and averaging.
const ROUNDS: usize = 6;

/// Unit centroids, about √n of them, row after row.
pub fn centroids(points: &[Point], dims: usize) -> Vec<f32> {
    let lists = points.len().isqrt();
    let step = (points.len() / (lists * SAMPLE_PER_LIST)).max(1);
    let sample: Vec<&Point> = points.iter().step_by(step).collect();
    let apart = (sample.len() / lists).max(1);
    let mut centroids: Vec<f32> =
        sample.iter().step_by(apart).take(lists).flat_map(|it| it.vector.iter().copied()).collect();
    for _ in 0..ROUNDS {
        let nearest = assign(&sample, &centroids, dims);
        let mut sums = vec![0.0f32; centroids.len()];
        for (point, list) in sample.iter().zip(&nearest) {
            let sum = &mut sums[list * dims..][..dims];
            sum.iter_mut().zip(&point.vector).for_each(|(it, x)| *it += x);
        }
        for (sum, old) in sums.chunks_exact_mut(dims).zip(centroids.chunks_exact(dims)) {
            if sum.iter().all(|it| *it == 0.0) {
                sum.copy_from_slice(old);
            }
            to_unit(sum);
        }
        centroids = sums;
    }
    centroids
}

/// Sorts `points` by list (and key within); gives the first row of each list and the end.
pub fn group(points: &mut Vec<Point>, centroids: &[f32], dims: usize) -> Vec<i64> {
    let references: Vec<&Point> = points.iter().collect();
    let nearest = assign(&references, centroids, dims);
    let mut tagged: Vec<(usize, Point)> = nearest.into_iter().zip(std::mem::take(points)).collect();
    tagged.sort_unstable_by_key(|(list, point)| (*list, point.key));
    let lists = centroids.len() / dims;
    let starts = (0..=lists).map(|list| tagged.partition_point(|it| it.0 < list) as i64).collect();
    *points = tagged.into_iter().map(|it| it.1).collect();
    starts
}

/// The nearest centroid of each point, by int8 codes: the lists need no better.
fn assign(points: &[&Point], centroids: &[f32], dims: usize) -> Vec<usize> {
    let codes: Vec<(Vec<i8>, f32)> = centroids.chunks_exact(dims).map(quantize).collect();
    points
        .par_iter()
        .map(|point| {
            let (code, _) = quantize(&point.vector);
            let score = |it: &(Vec<i8>, f32)| {
                let product: Option<f64> = simsimd::SpatialSimilarity::dot(&code[..], &it.0[..]);
                product.unwrap_or(0.0) as f32 * it.1
            };
            let scores = codes.iter().map(score).enumerate();
            scores.fold((0, f32::MIN), |best, it| if it.1 > best.1 { it } else { best }).0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::vector::{Facets, local::dot};

    #[test]
    fn points_of_two_directions_land_in_two_lists() {
        let facets = Facets { valid_from: i32::MIN, valid_to: i32::MAX, authority: 0, doc_kind: 0, audience: 0 };
        let mut points: Vec<Point> = (0..200u64)
            .map(|key| {
                let mut vector = if key % 2 == 0 { vec![1.0, 0.01] } else { vec![0.01, 1.0] };
                vector[0] += key as f32 * 1e-5;
                to_unit(&mut vector);
                Point { key, vector, facets }
            })
            .collect();
        let centroids = [1.0, 0.0, 0.0, 1.0];
        assert_eq!(group(&mut points, &centroids, 2), [0, 100, 200]);
        assert!(points[..100].iter().all(|it| it.key % 2 == 0));
        assert!(dot(&points[0].vector, &[1.0, 0.0]) > 0.9);
    }
}
