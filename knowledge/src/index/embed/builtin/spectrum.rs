//! The leading eigenvectors of a large sparse symmetric matrix, by randomised subspace iteration
//! (Halko, Martinsson & Tropp 2011).

use nalgebra::{DMatrix, SymmetricEigen};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::cooccurrence::Sparse;

/// Extra columns beyond the rank asked for; they buy accuracy.
const OVERSAMPLING: usize = 20;
/// Rounds of multiplication and orthogonalisation.
const ROUNDS: usize = 3;
/// A fixed seed: one corpus gives one model.
const SEED: u64 = 19_210_723;

/// Rows by `rank`, row after row: eigenvectors scaled by their eigenvalues' size to the power `power`.
/// A matrix of fewer rows than `rank` gets zeros in the columns it can't fill.
pub fn embed(matrix: &Sparse, rank: usize, power: f32) -> Vec<f32> {
    let rows = matrix.starts.len() - 1;
    let width = (rank + OVERSAMPLING).min(rows);
    if width == 0 {
        return Vec::new();
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut basis: Vec<f32> = (0..rows * width).map(|_| random.random::<f32>() - 0.5).collect();
    for _ in 0..ROUNDS {
        basis = orthonormal(multiply(matrix, &basis, width), width);
    }
    let image = multiply(matrix, &basis, width);
    let (basis, image) = (transposed(basis, width), transposed(image, width));
    let small = &basis * image.transpose();
    let eigen = SymmetricEigen::new((&small + small.transpose()) * 0.5);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].abs().total_cmp(&eigen.eigenvalues[a].abs()));
    order.truncate(rank);
    let mut turn = DMatrix::<f32>::zeros(rank, width);
    for (row, &i) in order.iter().enumerate() {
        let scale = eigen.eigenvalues[i].abs().powf(power);
        for column in 0..width {
            turn[(row, column)] = eigen.eigenvectors[(column, i)] * scale;
        }
    }
    // Column-major `rank` by `rows` is row-major `rows` by `rank`.
    (turn * basis).data.into()
}

/// Row-major `rows` by `width`, seen as the column-major transpose.
fn transposed(data: Vec<f32>, width: usize) -> DMatrix<f32> {
    let rows = data.len() / width;
    DMatrix::from_vec(width, rows, data)
}

fn multiply(matrix: &Sparse, dense: &[f32], width: usize) -> Vec<f32> {
    let mut result = vec![0.0; dense.len()];
    result.par_chunks_mut(width).enumerate().for_each(|(row, sum)| {
        for i in matrix.starts[row]..matrix.starts[row + 1] {
            let value = matrix.values[i];
            let other = &dense[matrix.columns[i] as usize * width..][..width];
            sum.iter_mut().zip(other).for_each(|(it, x)| *it += value * x);
        }
    });
    result
}

/// Orthonormal columns that span the same space: two rounds of Cholesky QR, the factor in `f64`.
fn orthonormal(data: Vec<f32>, width: usize) -> Vec<f32> {
    let mut columns = transposed(data, width);
    for _ in 0..2 {
        let gram = (&columns * columns.transpose()).map(f64::from);
        let ridge = gram.trace().max(1e-30) * 1e-9;
        let ridged = gram + DMatrix::<f64>::identity(width, width) * ridge;
        let Some(factor) = ridged.cholesky() else { return columns.data.into() };
        let Some(inverse) = factor.l().solve_lower_triangular(&DMatrix::<f64>::identity(width, width)) else {
            return columns.data.into();
        };
        columns = inverse.map(|it| it as f32) * columns;
    }
    columns.data.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_of_the_vectors_gives_the_matrix_back() {
        // A positive definite 3 by 3 matrix: full rank, so nothing is lost.
        let dense = [[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]];
        let matrix = Sparse {
            starts: vec![0, 3, 6, 9],
            columns: vec![0, 1, 2, 0, 1, 2, 0, 1, 2],
            values: dense.iter().flatten().copied().collect(),
        };
        let vectors = embed(&matrix, 3, 0.5);
        for (i, row) in dense.iter().enumerate() {
            for (j, expected) in row.iter().enumerate() {
                let product: f32 = (0..3).map(|k| vectors[i * 3 + k] * vectors[j * 3 + k]).sum();
                assert!((product - expected).abs() < 1e-3, "{i},{j}: {product} {expected}");
            }
        }
    }
}
