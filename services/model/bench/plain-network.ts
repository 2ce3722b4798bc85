import { io } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { type Files, writeAliases, writeVersion } from '../test/fixtures.ts';

/** Inputs of the plain network. */
export const PLAIN_WIDTH = 23;
const HIDDEN = [64, 32];
const SEED = 7;

async function files(): Promise<Files> {
  const model = sequential();
  for (const [i, units] of [...HIDDEN, 1].entries())
    model.add(
      layers.dense({
        units,
        name: i < HIDDEN.length ? `hidden_${i + 1}` : 'probability',
        activation: i < HIDDEN.length ? 'relu' : 'sigmoid',
        kernelInitializer: initializers.glorotUniform({ seed: SEED + i }),
        ...(i === 0 && { inputShape: [PLAIN_WIDTH] }),
      }),
    );
  const written: Files = {};
  await model.save(
    io.withSaveHandler(async ({ weightData, weightSpecs, ...json }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      written['model.json'] = Buffer.from(JSON.stringify({ ...json, weightsManifest }));
      written['weights.bin'] = new Uint8Array(weightData as ArrayBuffer);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  return written;
}

/** Writes model `plain`, version 1, champion, into a registry's folder: 23 inputs, 64 and 32 units, one output. */
export async function writePlainNetwork(root: string): Promise<void> {
  const features = Array.from({ length: PLAIN_WIDTH }, (_, i) => `f${i}`);
  await writeVersion(root, { model: 'plain', features, files: await files() });
  await writeAliases(root, '1', undefined, 'plain');
}
