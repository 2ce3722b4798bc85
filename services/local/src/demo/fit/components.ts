import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Component } from '../shape.ts';

const DECIMALS = 2;
/** Keeps the rounded covariance positive definite. */
const SMALLEST_EIGENVALUE = 0.05;

const round = (number: number): number => +number.toFixed(DECIMALS) + 0;

/** Mean and covariance of normal scores; eigenvalues below 0.05 are lifted to it. */
export function componentFrom(scores: readonly number[][]): Component {
  const matrix = new Matrix(scores.map((row) => [...row]));
  const mean = matrix.mean('column');
  const centred = matrix.subRowVector(mean);
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(Math.max(scores.length - 1, 1));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const lifted = realEigenvalues.map((value) => Math.max(value, SMALLEST_EIGENVALUE));
  const definite = eigenvectorMatrix.mmul(Matrix.diag(lifted)).mmul(eigenvectorMatrix.transpose());
  return {
    mean: mean.map(round),
    covariance: definite.to2DArray().flatMap((row, i) => row.slice(0, i + 1).map(round)),
  };
}
