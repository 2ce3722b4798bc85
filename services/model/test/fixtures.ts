import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode, io } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { signatureOf } from '@tristore/common/features/signature.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';

// no advice to install another backend
enableProdMode();

export type Files = Record<string, Uint8Array>;
export interface VersionOptions {
  model?: string;
  version?: string;
  features?: readonly string[];
  /** The files of the graph; the summing model when absent. */
  files?: Files;
  /** Changes the manifest before it is written. */
  edit?: (manifest: Manifest) => void;
}

const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** model.json and weights.bin of a model, as TF.js saves them; frees the model. */
export async function savedModel(model: LayersModel): Promise<Files> {
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

/** The files of sigmoid(sum of the inputs). */
export const summingModel = (width: number, weight: 'ones' | 'zeros' = 'ones'): Promise<Files> =>
  savedModel(
    sequential({
      layers: [
        layers.dense({ units: 1, inputShape: [width], activation: 'sigmoid', kernelInitializer: weight }),
      ],
    }),
  );

/** The same as a graph-model, as the converter writes it from a SavedModel. */
export function summingGraph(width: number): Files {
  const float = { type: 'DT_FLOAT' };
  const shape = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: { shape: shape(-1, width) } } },
    {
      name: 'w',
      op: 'Const',
      attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shape(width, 1) } } },
    },
    {
      name: 'sum',
      op: 'MatMul',
      input: ['x', 'w'],
      attr: { transpose_a: { b: false }, transpose_b: { b: false }, T: float },
    },
    { name: 'y', op: 'Sigmoid', input: ['sum'], attr: { T: float } },
  ];
  const tensor = (name: string, size: number) => ({ name, dtype: 'DT_FLOAT', tensorShape: shape(-1, size) });
  return {
    'model.json': text({
      format: 'graph-model',
      modelTopology: { node, versions: { producer: 1 } },
      signature: {
        inputs: { features: tensor('x', width) },
        outputs: { probability: tensor('y', 1) },
      },
      weightsManifest: [
        { paths: ['weights.bin'], weights: [{ name: 'w', shape: [width, 1], dtype: 'float32' }] },
      ],
    }),
    'weights.bin': new Uint8Array(new Float32Array(width).fill(1).buffer),
  };
}

const metrics = { rows: 4, positive_share: 0.5, auc: 1, log_loss: 0.1, brier: 0.1, ece: 0.1 };
const histogram = { edges: [0], counts: [2, 2], missing: 0, out_of_range: 0 };

function manifestOf(options: Required<Pick<VersionOptions, 'model' | 'version' | 'features'>>): Manifest {
  const { model, version, features } = options;
  const view: FeatureView = {
    name: model,
    entity: 'client',
    columns: features.map((name) => ({ name, dtype: 'double', on_missing: 'required' })),
    derived: [],
  };
  const of = <T>(value: T) => Object.fromEntries(features.map((name) => [name, value]));
  return {
    format: 'tristore-manifest/1',
    model_name: model,
    model_version: version,
    description: 'The sigmoid of the sum of its inputs',
    created_at: '2026-01-01T00:00:00Z',
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, features.length] }],
      outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
      features: signatureOf([view]),
    },
    feature_views: [view],
    vocabularies: {},
    target: { name: 'y', positive: 'yes', negative: 'no' },
    threshold: 0.5,
    threshold_rule: 'fixed',
    calibration: { method: 'platt', slope: 1, intercept: 0, fitted_on: 'validation', reliability: [] },
    metrics: {
      validation: metrics,
      test: metrics,
      baselines: { base_rate: metrics, logistic_regression: metrics },
      fairness: {},
    },
    baseline: {
      reference: 'test',
      rows: 4,
      features: of(histogram),
      protected: {},
      score: histogram,
      decisions: { positive: 2, negative: 2 },
    },
    explanation: { method: 'integrated-gradients', reference: features.map(() => 0) },
    reasons: of({ raises: 'high', lowers: 'low' }),
    data: {
      file: 'sum.csv',
      sha256: '0'.repeat(64),
      rows: 4,
      id_column: 'id',
      split: { train: 2, validation: 1, test: 1 },
    },
    training: {
      program: 'fixtures.ts',
      command: 'none',
      seed: 1,
      backend: 'cpu',
      tfjs: '4.22.0',
      node: process.version,
      epochs: 0,
      parameters: {},
    },
    files: {},
  };
}

/** Writes one whole version into a registry's folder. */
export async function writeVersion(root: string, options: VersionOptions = {}): Promise<void> {
  const { model = 'adder', version = '1', features = ['a', 'b', 'c'], edit } = options;
  const files = options.files ?? (await summingModel(features.length));
  const manifest = manifestOf({ model, version, features });
  for (const [name, bytes] of Object.entries(files))
    manifest.files[name] = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
  edit?.(manifest);
  const folder = join(root, model, version);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, 'manifest.json'), text(manifest));
}

/** Appends an alias state. */
export async function writeAliases(
  root: string,
  champion: string,
  canary?: string,
  model = 'adder',
): Promise<void> {
  const registry = new FolderRegistry(root);
  const number = ((await registry.aliases(model))?.number ?? 0) + 1;
  await registry.append(model, number, {
    champion,
    ...(canary && { canary: { version: canary, percent: 10 } }),
    shadows: [],
    changed_at: '2026-01-01T00:00:00Z',
    changed_by: 'test',
    reason: 'test',
  });
}

/** What the summing model must answer. */
export const sigmoidOfSum = (...row: number[]): number => 1 / (1 + Math.exp(-row.reduce((a, b) => a + b, 0)));
