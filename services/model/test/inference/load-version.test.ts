import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { chooseBackend } from '../../src/inference/backend.ts';
import { blankInputs } from '../../src/inference/blank-inputs.ts';
import { loadVersion } from '../../src/inference/load-version.ts';
import { type Files, summingGraph, summingModel, type VersionOptions, writeVersion } from '../fixtures.ts';
import { BACKEND } from '../forced-backend.ts';

t.before(async () => {
  await chooseBackend(BACKEND, 'serving');
});

async function write(t: Test, options?: VersionOptions) {
  const root = testFolder(t);
  await writeVersion(root, options);
  return {
    folder: join(root, 'adder', '1'),
    load: () => loadVersion(new FolderRegistry(root), 'adder', '1'),
  };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const parsed = (files: Files) => JSON.parse(Buffer.from(files['model.json'] ?? []).toString());

t.test('a sound version predicts, in one execution for many rows', async (t) => {
  const { load } = await write(t);
  const version = await load();
  t.teardown(() => version.dispose());
  t.strictSame(version.predictor.inputs, [{ name: 'features', datatype: 'FP32', shape: [-1, 3] }]);
  const [output] = await version.predictor.predict(blankInputs(version.predictor.inputs, 100));
  t.match(output, { name: 'probability', datatype: 'FP32', shape: [100, 1] });
  t.strictSame(output?.data, new Float32Array(100).fill(0.5));
});

t.test('a file that is not what was published', async (t) => {
  for (const file of ['weights.bin', 'model.json']) {
    const { folder, load } = await write(t);
    const bytes = await readFile(join(folder, file));
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(join(folder, file), bytes);
    await t.rejects(load(), { name: 'BrokenVersionError', message: `${file} does not match its checksum` });
  }
  const { folder, load } = await write(t);
  await rm(join(folder, 'weights.bin'));
  await t.rejects(load(), { name: 'BrokenVersionError', message: /weights\.bin cannot be read/ });
});

t.test('a manifest that breaks its contract', async (t) => {
  const cases: [(manifest: Manifest) => void, RegExp][] = [
    [
      (m) => m.signature.outputs.splice(0, 1, { name: 'probability', datatype: 'FP32', shape: [-1, 2] }),
      /outputs "probability": the graph's shape is \[-1,1\], the manifest's \[-1,2\]/,
    ],
    [
      (m) => m.signature.outputs.push({ name: 'more', datatype: 'FP32', shape: [-1, 1] }),
      /the graph has 1 outputs, the manifest 2/,
    ],
    [
      (m) => m.signature.inputs.push({ name: 'more', datatype: 'FP32', shape: [-1, 3] }),
      /the signature must have one input/,
    ],
    [(m) => m.explanation.reference.pop(), /the reference vector has 2 numbers, the signature 3 features/],
    [(m) => delete m.files['weights.bin'], /manifest\.json does not list weights\.bin/],
    [(m) => (m.model_version = '2'), /manifest\.json is of adder version 2/],
  ];
  for (const [edit, message] of cases) {
    const { load } = await write(t, { edit: (manifest) => void edit(manifest) });
    await t.rejects(load(), { name: 'BrokenVersionError', message });
  }
});

t.test('a graph that is another than the signature says', async (t) => {
  const { load } = await write(t, { files: await summingModel(4) });
  await t.rejects(load(), {
    message: /inputs "features": the graph's shape is \[-1,4\], the manifest's \[-1,3\]/,
  });
});

t.test('a graph whose answers are no probabilities', async (t) => {
  const files = await summingModel(3);
  const weights = new Float32Array([Number.NaN, 1, 1, 0]);
  const nan = await write(t, { files: { ...files, 'weights.bin': new Uint8Array(weights.buffer) } });
  await t.rejects(nan.load(), {
    name: 'BrokenVersionError',
    message: /warm-up: output "probability" is not finite/,
  });

  const graph = parsed(summingGraph(3));
  graph.modelTopology.node[3].op = 'Neg';
  const edit = (manifest: Manifest) => {
    manifest.explanation.reference = [1, 1, 1];
  };
  const negative = await write(t, { files: { ...summingGraph(3), 'model.json': json(graph) }, edit });
  await t.rejects(negative.load(), { message: /warm-up: output "probability" is not a probability/ });
});

t.test('a graph that TensorFlow.js cannot build or run', async (t) => {
  const files = await summingModel(3);
  const bad = async (model: unknown, message: RegExp) => {
    const bytes = typeof model === 'string' ? Buffer.from(model) : json(model);
    const { load } = await write(t, { files: { ...files, 'model.json': bytes } });
    await t.rejects(load(), { name: 'BrokenVersionError', message });
  };
  await bad('{', /model\.json is not JSON/);
  await bad({ modelTopology: {} }, /model\.json: weightsManifest is missing/);
  await bad({ ...parsed(files), format: 'onnx' }, /unknown format onnx/);
  await bad(
    { ...parsed(files), modelTopology: { class_name: 'None', config: {} } },
    /TensorFlow\.js cannot load it/,
  );
});
