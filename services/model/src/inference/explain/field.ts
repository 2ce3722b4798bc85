import { grad, sum, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Logit } from './logit.ts';

/** A scalar function of a vector, at many points in one execution: points are row-major. */
export interface Field {
  /** [n, width] to [n] */
  values(points: Float32Array): Float32Array;
  /** [n, width] to [n, width] */
  gradients(points: Float32Array): Float32Array;
}

/** The logit on the backend in use; leaves no tensor behind. */
export function logitField({ run }: Logit, width: number): Field {
  // the sum over rows has each row's own gradient
  const gradient = grad((rows: Tensor) => sum(run(rows as Tensor2D)));
  const over = (points: Float32Array, compute: (rows: Tensor2D) => Tensor) => {
    let answer = new Float32Array(0);
    tidy(() => {
      answer = compute(
        tensor2d(points, [points.length / width, width]),
      ).dataSync<'float32'>() as typeof answer;
    });
    return answer;
  };
  return {
    values: (points) => over(points, run),
    gradients: (points) => over(points, gradient),
  };
}
