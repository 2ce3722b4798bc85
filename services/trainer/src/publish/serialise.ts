import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A graph in the layers-model format; the same weights give the same bytes (no date in them). */
export async function serialise(
  graph: LayersModel,
): Promise<{ 'model.json': Buffer; 'weights.bin': Buffer }> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await graph.save(
    tf.io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const data = artifacts?.weightData;
  if (!artifacts || !(data instanceof ArrayBuffer)) throw new Error('the graph was saved without weights');
  const { modelTopology, format, generatedBy, weightSpecs } = artifacts;
  const json = {
    format,
    generatedBy,
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
  };
  return { 'model.json': Buffer.from(`${JSON.stringify(json)}\n`), 'weights.bin': Buffer.from(data) };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
