import type { NamedTensor } from '../../inference/tensor.ts';
import { shortestDecimal } from '../json-tensor.ts';
import type { PredictResponse } from './contract.ts';

/** A flat list, cut into lists of lists by a shape. */
function nest(flat: readonly number[], [size, ...inner]: readonly number[]): unknown[] {
  if (inner.length === 0) return [...flat];
  const step = flat.length / (size ?? 1);
  return Array.from({ length: size ?? 0 }, (_, i) => nest(flat.slice(i * step, (i + 1) * step), inner));
}

/**
 * A single output drops its name.
 * @throws TristoreError where a number is not finite
 */
export function encodeResponse(outputs: readonly NamedTensor[], format: 'row' | 'column'): PredictResponse {
  const tensors = outputs.map(({ name, shape, data }) => ({
    name,
    rows: nest(
      Array.from(data as Float32Array, (x) => shortestDecimal(x, `output "${name}"`)),
      shape,
    ),
  }));
  const [first, second] = tensors;
  if (format === 'column') {
    if (first && !second) return { outputs: first.rows };
    return { outputs: Object.fromEntries(tensors.map(({ name, rows }) => [name, rows])) };
  }
  if (first && !second) return { predictions: first.rows };
  const predictions = (first?.rows ?? []).map((_, i) =>
    Object.fromEntries(tensors.map(({ name, rows }) => [name, rows[i]])),
  );
  return { predictions };
}
