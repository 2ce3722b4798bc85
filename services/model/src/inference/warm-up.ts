import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { blankInputs, isPlain } from './blank-inputs.ts';
import type { Predictor } from './predict.ts';
import type { NamedTensor } from './tensor.ts';

/** One row, as a lone request, and a batch: both shapes are compiled before the first caller comes. */
const BATCHES = [1, 32];

/** A batch of the manifest's reference vector, mixed with zeros. */
function referenceInputs(predictor: Predictor, reference: readonly number[], rows: number): NamedTensor[] {
  const inputs = blankInputs(predictor.inputs, rows);
  const data = inputs[0]?.data as Float32Array;
  for (let row = 0; row < rows; row += 2) data.set(reference, row * reference.length);
  return inputs;
}

function faultOf(answers: readonly NamedTensor[], predictor: Predictor, rows: number): string | undefined {
  for (const [i, { name, shape, data }] of answers.entries()) {
    const promised = [rows, ...(predictor.outputs[i]?.shape.slice(1) ?? [])];
    if (shape.join() !== promised.join())
      return `warm-up: output "${name}" has the shape [${shape}], not [${promised}]`;
    if (!(data as Float32Array).every(Number.isFinite)) return `warm-up: output "${name}" is not finite`;
    if (i === 0 && !(data as Float32Array).every((x) => x >= 0 && x <= 1))
      return `warm-up: output "${name}" is not a probability`;
  }
  return undefined;
}

/**
 * Runs the graph on the manifest's reference vector and, as a batch, on its mixture with zeros.
 * @returns what is wrong with the answers: each must be finite, and the first output a probability
 */
export async function warmUp(predictor: Predictor, manifest: Manifest): Promise<string | undefined> {
  const { features } = manifest.signature;
  const { reference } = manifest.explanation;
  if (reference.length !== features.length)
    return `the reference vector has ${reference.length} numbers, the signature ${features.length} features`;
  for (const rows of BATCHES) {
    try {
      const answers = await predictor.predict(referenceInputs(predictor, reference, rows));
      const fault = faultOf(answers, predictor, rows);
      if (fault) return fault;
    } catch (error) {
      return `warm-up: ${(error as Error).message}`;
    }
  }
  return undefined;
}

/**
 * Runs a graph of which nothing but its signature is known, on zeros. Where zeros say nothing (texts, images of any
 * size) it does not run.
 * @returns what is wrong
 */
export async function warmUpBlank(predictor: Predictor): Promise<string | undefined> {
  if (!predictor.inputs.every(isPlain)) return undefined;
  for (const rows of BATCHES) {
    try {
      await predictor.predict(blankInputs(predictor.inputs, rows));
    } catch (error) {
      return `warm-up: ${(error as Error).message}`;
    }
  }
  return undefined;
}
