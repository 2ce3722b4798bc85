import { memory } from '@tensorflow/tfjs-core';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { sigmoid } from '@tristore/common/statistics/sigmoid.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../../../common/test/test-folder.ts';
import { chooseBackend } from '../../../src/inference/backend.ts';
import type { Explainer } from '../../../src/inference/explain/explainer.ts';
import { logitField } from '../../../src/inference/explain/field.ts';
import type { Logit } from '../../../src/inference/explain/logit.ts';
import { type LoadedVersion, loadVersion } from '../../../src/inference/load-version.ts';
import type { NamedTensor } from '../../../src/inference/tensor.ts';
import { type Files, writeVersion } from '../../fixtures.ts';
import { usableBackends } from '../usable-backends.ts';
import { worst } from './networks.ts';
import { NETWORKS, UNEXPLAINED } from './networks-of-tfjs.ts';

const REFERENCE = [0.5, -0.5, 0.25];
const ROWS = Array.from({ length: 20 }, (_, i) => [2 * Math.sin(i), 3 * Math.cos(2 * i), i / 10 - 1]);
const STEPS = 20_000;

async function load(t: Test, files: Files, edit?: (manifest: Manifest) => void): Promise<LoadedVersion> {
  const root = testFolder(t);
  await writeVersion(root, {
    files,
    edit: (manifest) => {
      manifest.explanation.reference = REFERENCE;
      edit?.(manifest);
    },
  });
  const version = await loadVersion(new FolderRegistry(root), 'adder', '1');
  t.teardown(() => version.dispose());
  return version;
}

async function explain(version: LoadedVersion, rows: readonly number[][], reasons = 2) {
  const { predictor, explainer } = version;
  if (typeof explainer === 'string') throw new Error(explainer);
  const data = Float32Array.from(rows.flat());
  const given: NamedTensor = { name: 'features', datatype: 'FP32', shape: [rows.length, 3], data };
  const [probability] = (await predictor.predict([given])) as [NamedTensor];
  const tensors = await explainer.explain(given, probability, reasons);
  const of = (name: string) => tensors.find((tensor) => tensor.name === name)?.data;
  const numbers = (name: string) => [...(of(name) as Float32Array)];
  const texts = (name: string) => (of(name) as Uint8Array[]).map((text) => Buffer.from(text).toString());
  return { tensors, numbers, texts, probabilities: [...(probability.data as Float32Array)] };
}

/** Integrated gradients as a plain sum of gradients at 20,000 places. */
function riemann(version: LoadedVersion, row: readonly number[]): number[] {
  const points = Float32Array.from({ length: 3 * STEPS }, (_, k) => {
    const start = REFERENCE[k % 3] ?? 0;
    return start + ((Math.floor(k / 3) + 0.5) / STEPS) * ((row[k % 3] ?? 0) - start);
  });
  const gradients = logitField(version.graph.logit(0) as Logit, 3).gradients(points);
  const sums = [0, 0, 0];
  for (const [k, gradient] of gradients.entries()) sums[k % 3] = (sums[k % 3] ?? 0) + gradient / STEPS;
  return sums.map((mean, i) => mean * ((row[i] ?? 0) - (REFERENCE[i] ?? 0)));
}

t.test('integrated gradients on the logit, on every backend', async (t) => {
  const files = new Map<string, Files>();
  await chooseBackend('cpu', 'serving');
  for (const [name, network] of Object.entries(NETWORKS)) files.set(name, await network.files());
  for (const backend of await usableBackends())
    for (const [name, { method }] of Object.entries(NETWORKS))
      await t.test(`${backend}: ${name}`, async (t) => {
        await chooseBackend(backend, 'serving');
        const version = await load(t, files.get(name) ?? {});
        t.equal((version.explainer as Explainer).method, method);
        const before = memory().numTensors;
        const { numbers, probabilities } = await explain(version, ROWS);
        t.equal(memory().numTensors, before, 'no tensor is left');

        const attributions = numbers('attributions');
        const logits = numbers('logit');
        t.ok(worst(logits.map(sigmoid), probabilities) < 1e-5, 'the logit is that of the probability');
        for (const [i, error] of numbers('completeness_error').entries()) {
          const sum = attributions.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);
          const difference = (logits[i] ?? 0) - (numbers('baseline_logit')[i] ?? 0);
          t.ok(Math.abs(sum - difference) <= 1e-3 && error <= 1e-3, `complete: ${sum} is ${difference}`);
          t.ok(error <= 1e-3 * Math.max(Math.abs(difference), 0.05), 'also relative to the difference');
        }
        for (const i of [3, 8]) {
          const off = worst(attributions.slice(3 * i, 3 * i + 3), riemann(version, ROWS[i] ?? []));
          t.ok(off < 5e-3, `a sum of ${STEPS} gradients is the same but for ${off}`);
        }
      });
});

t.test('where the probability is 1 the logit still tells more', async (t) => {
  await chooseBackend('auto', 'serving');
  const version = await load(t, (await NETWORKS['a dense layer with a sigmoid']?.files()) ?? {});
  const { numbers, probabilities } = await explain(version, [[10, 20, 30]]);
  t.equal(probabilities[0], 1);
  t.equal(numbers('logit')[0], 60);
  t.ok(worst(numbers('attributions'), [9.5, 20.5, 29.75]) < 1e-5);
});

t.test('reasons are those for the decision: raised it, or lowered it', async (t) => {
  await chooseBackend('auto', 'serving');
  const files = (await NETWORKS['a dense layer with a sigmoid']?.files()) ?? {};
  const version = await load(t, files, (manifest) => {
    manifest.threshold = 0.9;
    for (const name of ['a', 'b', 'c'])
      manifest.reasons[name] = { raises: `${name} is hïgh`, lowers: `${name} is low` };
  });
  const rows = [
    [1, 5, -1],
    [1, 2, -3],
  ];
  const { texts, tensors } = await explain(version, rows, 3);
  t.strictSame(texts('reason_features'), ['b', 'a', '', 'c', '', ''], 'of 0.99, and of 0.5, which is no');
  t.strictSame(texts('reasons'), ['b is hïgh', 'a is hïgh', '', 'c is low', '', '']);
  for (const { name, shape } of tensors)
    t.equal(shape.join(), name.startsWith('reason') ? '2,3' : name === 'attributions' ? '2,3' : '2,1');
});

t.test('rows that are too extreme spoil neither the others nor the thread', async (t) => {
  for (const name of [
    'ramps, ReLU, dropout, calibration, sigmoid',
    'tanh, bent everywhere',
    'a graph-model',
  ]) {
    const version = await load(t, (await NETWORKS[name]?.files()) ?? {});
    const { numbers } = await explain(version, [[1, 2, 3], [3e38, 3e38, -3e38], REFERENCE]);
    const attributions = numbers('attributions');
    t.ok(attributions.slice(0, 3).every(Number.isFinite), name);
    t.strictSame(attributions.slice(6).map(Math.abs), [0, 0, 0], 'the reference itself');
  }
});

t.test('an explanation that nobody waits for any more ends', async (t) => {
  await chooseBackend('auto', 'serving');
  for (const name of ['a dense layer with a sigmoid', 'a graph-model']) {
    const { predictor, explainer } = await load(t, (await NETWORKS[name]?.files()) ?? {});
    const data = Float32Array.from(ROWS.flat());
    const given: NamedTensor = { name: 'features', datatype: 'FP32', shape: [ROWS.length, 3], data };
    const [probability] = (await predictor.predict([given])) as [NamedTensor];
    const late = (explainer as Explainer).explain(given, probability, 1, performance.now() - 1);
    await t.rejects(late, { code: 'deadline_exceeded' });
  }
});

t.test('what cannot be explained says why', async (t) => {
  for (const [message, files] of UNEXPLAINED)
    t.match(
      (
        await load(t, await files(), (manifest) => {
          if (/its own/.test(String(message)))
            manifest.signature.outputs.push({ name: 'logit', datatype: 'FP32', shape: [-1, 1] });
        })
      ).explainer,
      message,
    );
});

t.test('other requests have their turn while many rows are explained', async (t) => {
  const version = await load(t, (await NETWORKS['two branches of ReLU']?.files()) ?? {});
  let [longest, last, turns] = [0, performance.now(), 0];
  const clock = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    turns++;
  }, 1);
  const start = performance.now();
  await explain(
    version,
    Array.from({ length: 100 }, (_, i) => ROWS[i % ROWS.length] as number[]),
  );
  clearInterval(clock);
  const took = performance.now() - start;
  t.ok(turns >= took / 100, `${turns} turns in ${took} ms, the longest wait ${longest} ms`);
});
