import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, model as makeModel, input as symbol } from '@tensorflow/tfjs-layers';
import type { Files } from './fixtures.ts';

const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Writes a version that is nothing but what TF.js saves: no manifest. */
export async function writeBareVersion(
  root: string,
  files: Files,
  { model = 'bare', version = '1' } = {},
): Promise<string> {
  const folder = join(root, model, version);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

/** A layers model, as TF.js saves it. */
export async function saved(model: LayersModel): Promise<Files> {
  const files: Files = {};
  await model.save(
    io.withSaveHandler(async ({ weightData, weightSpecs, ...json }) => {
      files['model.json'] = text({
        ...json,
        weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
      });
      files['weights.bin'] = new Uint8Array(weightData as ArrayBuffer);
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  return files;
}

/** Inputs `a` [-1,2] and `b` [-1,3]; outputs `sum` [-1,1] of all five, and `copy` [-1,3] of b. */
export function twoByTwo(): Promise<Files> {
  const a = symbol({ shape: [2], name: 'a' });
  const b = symbol({ shape: [3], name: 'b' });
  const all = layers.concatenate({ name: 'all' }).apply([a, b]) as typeof a;
  const sum = layers
    .dense({ units: 1, useBias: false, kernelInitializer: 'ones', name: 'sum' })
    .apply(all) as typeof a;
  const copy = layers.activation({ activation: 'linear', name: 'copy' }).apply(b) as typeof a;
  return saved(makeModel({ inputs: [a, b], outputs: [sum, copy] }));
}

export interface Node {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, unknown>;
}

const dims = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) });

export const placeholder = (name: string, dtype: string, shape: readonly number[]): Node => ({
  name,
  op: 'Placeholder',
  attr: { dtype: { type: dtype }, shape: { shape: dims(shape) } },
});

export const info = (name: string, dtype: string, shape: readonly number[]) => ({
  name,
  dtype,
  tensorShape: dims(shape),
});

/** A graph model, as the converter writes it, without weights. */
export function converted(node: readonly Node[], more: Record<string, unknown> = {}): Files {
  return {
    'model.json': text({
      format: 'graph-model',
      modelTopology: { node, versions: { producer: 1 } },
      weightsManifest: [],
      ...more,
    }),
  };
}

/** Gives back its one input `x` of any datatype of TensorFlow as `y`. */
export const echoing = (dtype: string, shape: readonly number[] = [-1, 2]): Files =>
  converted(
    [
      placeholder('x', dtype, shape),
      { name: 'y', op: 'Identity', input: ['x'], attr: { T: { type: dtype } } },
    ],
    { signature: { inputs: { x: info('x:0', dtype, shape) }, outputs: { y: info('y:0', dtype, shape) } } },
  );
