import { sigmoid } from '@tristore/common/statistics/sigmoid.ts';

/** probability = sigmoid(x . weights + intercept) */
export interface LogisticModel {
  weights: Float64Array;
  intercept: number;
}

const MAX_STEPS = 50;

/** Solves A x = b for a symmetric positive definite A (n x n, row by row) by Cholesky; overwrites both. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const at = (i: number, j: number) => a[i * n + j] as number;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      if (i === j && !(sum > 0)) throw new RangeError('the matrix is not positive definite');
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / at(j, j);
    }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] = (b[i] as number) - at(i, k) * (b[k] as number);
    b[i] = (b[i] as number) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] = (b[i] as number) - at(k, i) * (b[k] as number);
    b[i] = (b[i] as number) / at(i, i);
  }
  return b;
}

/**
 * Logistic regression by Newton's method: minimises the sum of log-losses + |weights|^2 / (2 C), the intercept free,
 * as scikit-learn's LogisticRegression does.
 * @param x rows x width, row by row
 * @param targets in [0, 1]; a share counts as that much of a positive
 * @param c scikit-learn's C; Infinity for no penalty
 */
export function fitLogistic(
  x: ArrayLike<number>,
  width: number,
  targets: ArrayLike<number>,
  c = 1,
): LogisticModel {
  const n = width + 1;
  const beta = new Float64Array(n);
  const row = new Float64Array(n).fill(1);
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = new Float64Array(n);
    const hessian = new Float64Array(n * n);
    for (let i = 0; i < targets.length; i++) {
      let z = beta[width] as number;
      for (let j = 0; j < width; j++) {
        row[j] = x[i * width + j] as number;
        z += (row[j] as number) * (beta[j] as number);
      }
      const p = sigmoid(z);
      const error = p - (targets[i] as number);
      const weight = Math.max(p * (1 - p), 1e-12);
      for (let j = 0; j < n; j++) {
        const xj = row[j] as number;
        gradient[j] = (gradient[j] as number) + error * xj;
        for (let k = 0; k <= j; k++)
          hessian[j * n + k] = (hessian[j * n + k] as number) + weight * xj * (row[k] as number);
      }
    }
    for (let j = 0; j < width; j++) {
      gradient[j] = (gradient[j] as number) + (beta[j] as number) / c;
      hessian[j * n + j] = (hessian[j * n + j] as number) + 1 / c;
    }
    const change = solve(hessian, gradient);
    let largest = 0;
    change.forEach((delta, j) => {
      beta[j] = (beta[j] as number) - delta;
      largest = Math.max(largest, Math.abs(delta));
    });
    if (largest < 1e-10) break;
  }
  return { weights: beta.slice(0, width), intercept: beta[width] as number };
}

/** Probabilities of rows of x. */
export function predictLogistic(model: LogisticModel, x: ArrayLike<number>): Float64Array {
  const width = model.weights.length;
  return Float64Array.from({ length: x.length / width }, (_, i) => {
    let z = model.intercept;
    for (let j = 0; j < width; j++) z += (x[i * width + j] as number) * (model.weights[j] as number);
    return sigmoid(z);
  });
}
