import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { seededRandom } from '@tristore/common/random.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { readManifest, readVerified } from '@tristore/common/registry/read-version.ts';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { probabilitiesOf } from '../src/architecture/graph.ts';
import { takeLabels, takeVectors } from '../src/dataset/dataset.ts';
import { stratifiedSplit } from '../src/dataset/split.ts';
import { readViewFile } from '../src/dataset/view-file.ts';
import { metricsOf } from '../src/evaluate/score.ts';
import { loadData } from '../src/load-data.ts';
import { train } from '../src/train-command.ts';
import { prepare } from './synthetic.ts';

t.test('a published version', async (t) => {
  const options = await prepare(testFolder(t));
  await train({ ...options, folds: 2 });
  const registry = new FolderRegistry(options.out);
  const manifest = await readManifest(registry, 'lateness', '1');

  await t.test('passes every check that serving makes', async (t) => {
    t.same(Object.keys(manifest.files).sort(), ['MODEL_CARD.md', 'model.json', 'weights.bin']);
    for (const file of Object.keys(manifest.files)) await readVerified(registry, manifest, file);
    t.equal((await registry.aliases('lateness'))?.state.champion, '1', 'the first one is the champion');
    t.same((await readdir(join(options.out, 'lateness'))).sort(), ['1', 'aliases'], 'nothing is left over');
  });

  await t.test('gives the reported figures when any TensorFlow.js loads its graph', async (t) => {
    const json = JSON.parse(Buffer.from(await registry.read('lateness', '1', 'model.json')).toString());
    const weights = await registry.read('lateness', '1', 'weights.bin');
    t.same(json.weightsManifest[0].paths, ['weights.bin']);
    const graph = await loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0].weights,
        weightData: new Uint8Array(weights).buffer,
      }),
    );
    t.same([graph.inputNames, graph.outputNames], [['features'], ['probability']]);
    const { dataset } = await loadData(options.data, await readViewFile(options.view), options);
    const { test } = stratifiedSplit(dataset.labels, seededRandom(options.seed).fork('split'));
    const probabilities = probabilitiesOf(graph, takeVectors(dataset, test), dataset.features.length);
    t.same(metricsOf(probabilities, takeLabels(dataset, test)), manifest.metrics.test);
  });

  await t.test('has a manifest that is whole', async (t) => {
    const names = manifest.signature.features.map(({ name }) => name);
    t.same(names, ['income', 'debt', 'gap', 'gap__missing', 'city', 'member', 'debt_to_income']);
    t.same(Object.keys(manifest.baseline.features), names);
    t.same(Object.keys(manifest.reasons), names);
    t.same(Object.keys(manifest.baseline.protected), ['sex']);
    t.same(Object.keys(manifest.metrics.fairness.sex ?? {}), ['1', '2']);
    t.equal(manifest.explanation.reference.length, names.length);
    t.match(manifest.reasons, { debt: { raises: 'Many debts' }, income: { raises: /yearly income/ } });
    t.same(Object.keys(manifest.vocabularies), ['city']);
    t.equal(manifest.metrics.cross_validation?.folds, 2);
    t.equal(manifest.metrics.cross_validation?.rows, 600);
    t.equal(manifest.data.split.train + manifest.data.split.validation + manifest.data.split.test, 600);
    for (const [name, bins] of Object.entries({
      ...manifest.baseline.features,
      ...manifest.baseline.protected,
      score: manifest.baseline.score,
    })) {
      const counted = bins.counts.reduce((sum, count) => sum + count, bins.missing + bins.out_of_range);
      t.equal(counted, manifest.baseline.rows, `every row of ${name} is counted once`);
      t.equal(bins.counts.length, bins.edges.length + 1);
    }
    t.ok((manifest.baseline.features['gap']?.missing ?? 0) > 0);
    t.ok((manifest.baseline.features['income']?.out_of_range ?? 0) > 0);
    t.same(manifest.baseline.features['gap__missing']?.edges, [0]);
    t.same(manifest.baseline.features['city']?.edges, [0, 1, 2], 'an unseen word has a bin of its own');
  });

  await t.test('has learned something', async (t) => {
    const { test, baselines } = manifest.metrics;
    t.ok(test.auc > 0.7, `AUC ${test.auc}`);
    t.ok(test.log_loss < baselines.base_rate.log_loss - 0.05);
    t.ok(baselines.logistic_regression.auc > 0.7);
  });

  await t.test('tells nothing of the machine', async (t) => {
    for (const file of ['manifest.json', 'MODEL_CARD.md', 'model.json']) {
      const text = await readFile(join(options.out, 'lateness', '1', file), 'utf8');
      t.notMatch(text, t.testdirName);
      t.notMatch(text, process.cwd());
    }
    t.equal(
      manifest.training.command,
      'npm run train -- --data people.csv --target late --id id --name lateness --view people.json --seed 3 --backend wasm --cv 2 --epochs 4',
    );
  });

  await t.test('is followed by version 2, which is not the champion', async (t) => {
    await train({ ...options, seed: 4, view: undefined, epochs: 1 });
    t.same(await registry.versions('lateness'), ['1', '2']);
    t.equal((await registry.aliases('lateness'))?.state.champion, '1');
    const second = await readManifest(registry, 'lateness', '2');
    t.match(
      second.signature.features.map(({ name }) => name),
      ['income', 'debt'],
      'all of it is inferred',
    );
    t.match(second.reasons['sex']?.lowers, /"late = 1" less likely/);
  });
});

t.test('--cv-only publishes nothing', async (t) => {
  const options = await prepare(testFolder(t));
  t.equal(await train({ ...options, folds: 2, cvOnly: true, epochs: 1 }), undefined);
  t.same(await new FolderRegistry(options.out).models(), []);
});
