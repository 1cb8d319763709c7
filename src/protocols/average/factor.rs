//! Eigenvalues of small symmetric matrices, by Jacobi's rotations: sums, products and square roots only,
//! so that they are the same everywhere.

/// So many sweeps over all pairs are plenty for a hundred rows.
const SWEEPS_MAX: u32 = 60;
/// What is smaller is nothing.
const NOTHING: f64 = 1e-13;

/// All eigenvalues of a symmetric matrix, the least first.
fn eigenvalues(matrix: &[Vec<f64>]) -> Vec<f64> {
    let mut a = matrix.to_vec();
    let size = a.len();
    for _ in 0..SWEEPS_MAX {
        let off: f64 =
            (0..size).flat_map(|p| (p + 1..size).map(move |q| (p, q))).map(|(p, q)| a[p][q].abs()).sum();
        if off < NOTHING {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut a, p, q);
            }
        }
    }
    let mut values: Vec<f64> = (0..size).map(|place| a[place][place]).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Turns the plane of two axes so that their entry becomes nothing.
fn rotate(a: &mut [Vec<f64>], p: usize, q: usize) {
    if a[p][q].abs() < NOTHING * NOTHING {
        return;
    }
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = 1.0 / (theta.abs() + (theta * theta + 1.0).sqrt()) * if theta < 0.0 { -1.0 } else { 1.0 };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut() {
        let (x, y) = (row[p], row[q]);
        (row[p], row[q]) = (c * x - s * y, s * x + c * y);
    }
    // p comes before q.
    let (above, below) = a.split_at_mut(q);
    for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// The greatest eigenvalue by size but one, which is 1 in a matrix of shares.
pub(super) fn factor_of(matrix: &[Vec<f64>]) -> f64 {
    let values = eigenvalues(matrix);
    let Some((_, rest)) = values.split_last() else { return 0.0 };
    rest.iter().fold(0.0, |most: f64, value| most.max(value.abs()))
}

/// The least eigenvalue but one, and the greatest.
pub(super) fn spread_of(matrix: &[Vec<f64>]) -> (f64, f64) {
    let values = eigenvalues(matrix);
    (values.get(1).copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0))
}
