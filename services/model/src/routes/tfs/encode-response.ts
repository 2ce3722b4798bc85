import type { NamedTensor } from '../../inference/tensor.ts';
import { shortestDecimal } from '../tensors/decimal.ts';
import { tensorFault } from '../tensors/fault.ts';
import { nestedText, type WriteElement, writerOf } from '../tensors/json-text.ts';

/** As `WriteDecimal` does it: NaN and the infinities are bare tokens, and a whole float keeps its point. */
export function decimalText(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const text = String(shortestDecimal(x));
  return text.includes('.') || text.includes('e') ? text : `${text}.0`;
}

const float: WriteElement = (data, place) => decimalText((data as Float32Array)[place] as number);
const base64: WriteElement = (data, place) =>
  `{"b64":"${Buffer.from(data[place] as Uint8Array).toString('base64')}"}`;

/** Strings of outputs whose name ends so are bytes, not text. */
const BYTES_SUFFIX = '_bytes';
const writer = (tensor: NamedTensor) =>
  writerOf(tensor, float, tensor.name.endsWith(BYTES_SUFFIX) ? base64 : undefined);

function columnText(outputs: readonly NamedTensor[]): string {
  const [only, second] = outputs;
  if (only && !second) return `{"outputs":${nestedText(only, writer(only))}}`;
  const entries = outputs.map(
    (tensor) => `${JSON.stringify(tensor.name)}:${nestedText(tensor, writer(tensor))}`,
  );
  return `{"outputs":{${entries.join(',')}}}`;
}

function rowText(outputs: readonly NamedTensor[]): string {
  const [first, second] = outputs;
  const rows = first?.shape[0];
  for (const { name, shape } of outputs)
    if (shape[0] === undefined || shape[0] !== rows)
      throw tensorFault(
        `output "${name}"`,
        `its shape [${shape}] is not of ${rows ?? 'any'} rows: use "inputs"`,
      );
  if (first && !second) return `{"predictions":${nestedText(first, writer(first))}}`;
  const writers = outputs.map((tensor) => ({
    key: JSON.stringify(tensor.name),
    tensor,
    write: writer(tensor),
    step: tensor.data.length / (rows || 1),
  }));
  const predictions = Array.from({ length: rows ?? 0 }, (_, row) => {
    const entries = writers.map(
      ({ key, tensor, write, step }) => `${key}:${nestedText(tensor, write, 1, row * step)}`,
    );
    return `{${entries.join(',')}}`;
  });
  return `{"predictions":[${predictions.join(',')}]}`;
}

/**
 * The answer's text: a single output drops its name.
 * @throws TristoreError where the row format has no rows to show
 */
export const encodeResponse = (outputs: readonly NamedTensor[], format: 'row' | 'column'): string =>
  format === 'column' ? columnText(outputs) : rowText(outputs);
