import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { Predictor } from './predict.ts';

/** One row, as a lone request, and a batch: both shapes are compiled before the first caller comes. */
const BATCHES = [1, 32];

/**
 * Runs the graph on the manifest's reference vector and, as a batch, on its mixture with zeros.
 * @returns what is wrong with the answers: each must be finite, and the first output a probability
 */
export async function warmUp(predictor: Predictor, manifest: Manifest): Promise<string | undefined> {
  const { features, outputs } = manifest.signature;
  const { reference } = manifest.explanation;
  if (reference.length !== features.length)
    return `the reference vector has ${reference.length} numbers, the signature ${features.length} features`;
  for (const count of BATCHES) {
    const rows = new Float32Array(count * features.length);
    for (let row = 0; row < count; row += 2) rows.set(reference, row * features.length);
    try {
      for (const [i, { name, shape, data }] of (await predictor.predict(rows)).entries()) {
        const promised = [count, ...(outputs[i]?.shape.slice(1) ?? [])];
        if (shape.join() !== promised.join())
          return `warm-up: output "${name}" has the shape [${shape}], not [${promised}]`;
        if (!data.every(Number.isFinite)) return `warm-up: output "${name}" is not finite`;
        if (i === 0 && !data.every((x) => x >= 0 && x <= 1))
          return `warm-up: output "${name}" is not a probability`;
      }
    } catch (error) {
      return `warm-up: ${(error as Error).message}`;
    }
  }
  return undefined;
}
