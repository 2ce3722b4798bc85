import type { NamedTensor, TensorSpec } from '../tensor.ts';
import type { Attributions } from './attribution-method.ts';
import type { ChooseReasons } from './reasons.ts';

/** What an explained answer has beside the model's own outputs. */
export function explanationSpecs(features: number): TensorSpec[] {
  return [
    { name: 'attributions', datatype: 'FP32', shape: [-1, features] },
    { name: 'logit', datatype: 'FP32', shape: [-1, 1] },
    { name: 'baseline_logit', datatype: 'FP32', shape: [-1, 1] },
    { name: 'completeness_error', datatype: 'FP32', shape: [-1, 1] },
    { name: 'reasons', datatype: 'BYTES', shape: [-1, -1] },
    { name: 'reason_features', datatype: 'BYTES', shape: [-1, -1] },
  ];
}

const floats = (name: string, shape: number[], data: Float32Array): NamedTensor => ({
  name,
  datatype: 'FP32',
  shape,
  data,
});

/**
 * The tensors of an explanation.
 * @param vectors [n, features]
 * @param isPositive of each row, whether the decision is the positive one: then its reasons are what raised the
 *   probability, else what lowered it
 * @param count reasons for each row; a row that has fewer is filled up with empty texts
 */
export function explanationOf(
  { rows, logits, baselineLogit, errors }: Attributions,
  vectors: Float32Array,
  isPositive: readonly boolean[],
  choose: ChooseReasons,
  count: number,
): NamedTensor[] {
  const n = rows.length;
  const width = vectors.length / n;
  const attributions = new Float32Array(vectors.length);
  const encoder = new TextEncoder();
  const texts: Uint8Array[] = [];
  const features: Uint8Array[] = [];
  for (const [i, row] of rows.entries()) {
    attributions.set(row, i * width);
    const vector = vectors.subarray(i * width, (i + 1) * width);
    const reasons = choose(row, vector, isPositive[i] ? 'raises' : 'lowers', count);
    for (let k = 0; k < count; k++) {
      texts.push(encoder.encode(reasons[k]?.text));
      features.push(encoder.encode(reasons[k]?.feature));
    }
  }
  return [
    floats('attributions', [n, width], attributions),
    floats('logit', [n, 1], logits),
    floats('baseline_logit', [n, 1], new Float32Array(n).fill(baselineLogit)),
    floats('completeness_error', [n, 1], Float32Array.from(errors)),
    { name: 'reasons', datatype: 'BYTES', shape: [n, count], data: texts },
    { name: 'reason_features', datatype: 'BYTES', shape: [n, count], data: features },
  ];
}
