import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { seededRandom } from '@tristore/common/random.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { readManifest, readVerified } from '@tristore/common/registry/read-version.ts';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
import t from 'tap';
import { probabilitiesOf } from '../src/architecture/graph.ts';
import { takeLabels, takeVectors } from '../src/dataset/dataset.ts';
import { stratifiedSplit } from '../src/dataset/split.ts';
import { readViewFile } from '../src/dataset/view-file.ts';
import { crossValidate } from '../src/evaluate/cross-validate.ts';
import { metricsOf } from '../src/evaluate/score.ts';
import { loadData } from '../src/load-data.ts';
import { DEFAULTS } from '../src/train/parameters.ts';

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const CSV = process.env['CREDIT_DEFAULT_CSV'] ?? root('../shared/data/credit-default.csv');
const VIEW = root('services/trainer/views/credit-default.json');
const ROLES = { target: 'default.payment.next.month', id: 'ID', name: 'credit-default' };
const absent = existsSync(CSV) ? false : 'the data are not here: CREDIT_DEFAULT_CSV names the file';

async function loadCommitted() {
  const registry = new FolderRegistry(root('model-artifacts'));
  const manifest = await readManifest(registry, 'credit-default', '1');
  const json = JSON.parse(Buffer.from(await readVerified(registry, manifest, 'model.json')).toString());
  const weights = await readVerified(registry, manifest, 'weights.bin');
  await chooseBackend('wasm', 'training');
  const graph = await loadLayersModel(
    tf.io.fromMemory({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
  return { manifest, graph, registry };
}

t.test('the committed version: view, protected columns, champion, reasons', async (t) => {
  const { manifest, registry } = await loadCommitted();
  const [view] = manifest.feature_views;
  t.match(view, { name: 'credit-default', entity: 'client' });
  t.same(
    view?.columns.filter((column) => column.protected).map(({ name }) => name),
    ['SEX', 'MARRIAGE'],
  );
  t.equal(view?.columns.length, 23);
  t.equal(manifest.signature.features.filter(({ kind }) => kind === 'column').length, 21);
  t.equal((await registry.aliases('credit-default'))?.state.champion, '1');
  const { reasons } = await readViewFile(VIEW);
  for (const { name } of manifest.signature.features)
    t.same(manifest.reasons[name], reasons?.[name], `${name} has texts of its own`);
  const cv = manifest.metrics.cross_validation;
  t.ok(cv && cv.folds === 5 && cv.auc >= 0.775 && cv.log_loss <= 0.435, 'the figures of five folds');
});

t.test('the reported figures recompute from the data', { skip: absent }, async (t) => {
  const { manifest, graph } = await loadCommitted();
  const data = await loadData(CSV, await readViewFile(VIEW), ROLES);
  const { dataset } = data;
  t.equal(data.sha256, manifest.data.sha256);
  t.same(dataset.view, manifest.feature_views[0], 'the view follows from the view file');
  const split = stratifiedSplit(dataset.labels, seededRandom(manifest.training.seed).fork('split'));
  for (const part of ['validation', 'test'] as const) {
    const vectors = takeVectors(dataset, split[part]);
    const probabilities = probabilitiesOf(graph, vectors, dataset.features.length);
    const metrics = metricsOf(probabilities, takeLabels(dataset, split[part]));
    for (const [name, figure] of Object.entries(metrics)) {
      const reported = manifest.metrics[part][name as keyof typeof metrics];
      t.ok(Math.abs(figure - reported) < 1e-6, `${part} ${name}: ${figure} is ${reported}`);
    }
  }
});

/** Two minutes: asked for by CREDIT_DEFAULT_CV=1. */
const slow = process.env['CREDIT_DEFAULT_CV'] ? absent : 'CREDIT_DEFAULT_CV=1 runs it (two minutes)';
t.test('five folds reach the quality that was promised', { skip: slow, timeout: 600_000 }, async (t) => {
  await chooseBackend('wasm', 'training');
  const { dataset } = await loadData(CSV, await readViewFile(VIEW), ROLES);
  const { pooled } = await crossValidate(dataset, 5, {
    parameters: DEFAULTS,
    random: seededRandom(1),
    onFold: (fold, { auc }) => t.comment(`fold ${fold}: AUC ${auc.toFixed(4)}`),
  });
  t.ok(pooled.auc >= 0.775, `AUC ${pooled.auc}`);
  t.ok(pooled.log_loss <= 0.435, `log-loss ${pooled.log_loss}`);
});
