import type { LoadedVersion } from '../../inference/load-version.ts';
import { dtypeOf, type NamedTensor } from '../../inference/tensor.ts';
import { tensorFault } from '../tensors/fault.ts';
import { decimalText } from './encode-response.ts';

/** The output that holds numbers; TensorFlow's own classifiers call it so. */
function scoresOf(outputs: readonly NamedTensor[]): NamedTensor {
  const found =
    outputs.find(({ name }) => name === 'scores') ??
    outputs.find(({ datatype }) => dtypeOf(datatype) === 'float32');
  if (!found) throw tensorFault('outputs', 'the model has none of numbers: use :predict');
  return found;
}

function perRow({ name, shape, data }: NamedTensor, rows: number): number {
  if (shape[0] !== rows || shape.length > 2)
    throw tensorFault(
      `output "${name}"`,
      `its shape [${shape}] is not a list for each example: use :predict`,
    );
  return data.length / rows;
}

/** Labels of the classes of one row, in the order of its scores. */
function labelsOf(outputs: readonly NamedTensor[], count: number): ((row: number) => string[]) | undefined {
  const classes = outputs.find(({ name, datatype }) => name === 'classes' && datatype === 'BYTES');
  if (!classes || classes.data.length % count !== 0) return undefined;
  return (row) =>
    Array.from({ length: count }, (_, i) =>
      Buffer.from(classes.data[row * count + i] as Uint8Array).toString('utf8'),
    );
}

/**
 * `[[label, score], …]` for each example. A manifest names the two classes of its one probability; a model with an
 * output `classes` names its own; else a label is the number of the class, and empty where there is one score.
 * @throws TristoreError where the model gives no list of scores
 */
export function classifications(
  outputs: readonly NamedTensor[],
  rows: number,
  { manifest }: LoadedVersion,
): string {
  const scores = scoresOf(outputs);
  const count = perRow(scores, rows);
  const labels = labelsOf(outputs, count);
  const score = (row: number, i: number) => (scores.data as Float32Array)[row * count + i] as number;
  const pair = (label: string, x: number) => `[${JSON.stringify(label)},${decimalText(x)}]`;
  const results = Array.from({ length: rows }, (_, row) => {
    if (manifest && count === 1) {
      const probability = score(row, 0);
      const { positive, negative } = manifest.target;
      return `[${pair(negative, Math.fround(1 - probability))},${pair(positive, probability)}]`;
    }
    const named = labels?.(row) ?? Array.from({ length: count }, (_, i) => (count === 1 ? '' : String(i)));
    return `[${named.map((label, i) => pair(label, score(row, i))).join(',')}]`;
  });
  return `{"results":[${results.join(',')}]}`;
}

/** One number for each example. @throws TristoreError where the model gives more */
export function regressions(outputs: readonly NamedTensor[], rows: number): string {
  const values = scoresOf(outputs);
  if (perRow(values, rows) !== 1)
    throw tensorFault(
      `output "${values.name}"`,
      `its shape [${values.shape}] is not one number for each example`,
    );
  return `{"results":[${Array.from(values.data as Float32Array, decimalText).join(',')}]}`;
}
