import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensor } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { signatureOf } from '@tristore/common/features/signature.ts';
import t from 'tap';
import { freePort } from '../../../common/test/free-port.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { savedModel, writeAliases, writeVersion } from '../../../model/test/fixtures.ts';
import { Launched, ROOT } from '../launched.ts';

t.setTimeout(300_000);

const PAGE = readFileSync(join(ROOT, 'docs/feature-store.md'), 'utf8');
const blocks = [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
  language,
  code,
}));

/** The views that the page makes. */
const VIEWS = [...PAGE.matchAll(/PUT \/v1\/feature-views\/\S+ '(\{[\s\S]*?\n\})'/g)].map(
  ([, json = '']) => JSON.parse(json) as FeatureView,
);

/** By input, in signature order; the others count nothing. */
const WEIGHTS: Readonly<Record<string, number>> = {
  average_30d__missing: 0.5,
  chargeback_share: 20,
  amount_to_average: 0.5,
};

/** A model of the page's two views: the sigmoid of a weighted sum. */
async function writeFraudModel(registry: string): Promise<void> {
  const signature = signatureOf(VIEWS);
  const names = signature.map(({ name }) => name);
  const dense = layers.dense({ units: 1, inputShape: [names.length], activation: 'sigmoid' });
  const model = sequential({ layers: [dense] });
  const kernel = names.map((name) => [WEIGHTS[name] ?? 0]);
  dense.setWeights([tensor(kernel), tensor([-4])]);
  await writeVersion(registry, {
    model: 'fraud',
    features: names,
    files: await savedModel(model),
    edit(manifest) {
      manifest.feature_views = VIEWS;
      manifest.signature.features = signature;
      manifest.vocabularies = { country: ['DE', 'TW'] };
    },
  });
  await writeAliases(registry, '1', undefined, 'fraud');
}

/** An answer without what differs from call to call. */
function comparable(json: string): unknown {
  const { event_id: _, created_at: __, probability, ...rest } = JSON.parse(json);
  return { ...rest, probability: probability.toFixed(5) };
}

t.test('every command of the page works, and its answers are the real ones', async (t) => {
  const folder = testFolder(t);
  const dataDir = join(folder, 'data');
  t.equal(VIEWS.length, 2);
  await writeFraudModel(join(dataDir, 'model-artifacts'));
  const ports = { orchestrator: await freePort(), model: await freePort() };
  const launched = new Launched(t, dataDir, ports, undefined);
  await launched.ready();
  const here = (code: string) =>
    code
      .replaceAll('http://127.0.0.1:8000', launched.url)
      .replaceAll('.tristore', dataDir)
      .replaceAll('npm run features --', `npm run --silent features -- --data ${dataDir}`)
      .replaceAll(/\bclients\.(?=csv|parquet)/g, `${folder}/clients.`);
  // the key and the function `call`, which the page asks its reader to keep
  const preamble = here(blocks[0]?.code ?? '').replace(/^call GET.*$/gm, '');
  let answer = '';
  let commands = 0;
  for (const { language, code } of blocks) {
    if (language === 'json') t.same(comparable(answer), comparable(code));
    if (language !== 'sh') continue;
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-e', '-o', 'pipefail', '-c', preamble + here(code)],
      { cwd: ROOT, encoding: 'utf8' },
    );
    t.equal(status, 0, `${code.split('\n')[0]} … ${stdout.slice(-300)} ${stderr.slice(-300)}`);
    answer = stdout.trim().split('\n').at(-1) ?? '';
    commands++;
  }
  t.ok(commands >= 6, `${commands} blocks`);

  await t.test('a request that lacks an entity is told which', async (t) => {
    const answer = await fetch(`${launched.url}/v1/predictions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
      },
      body: JSON.stringify({
        model: { model_name: 'fraud' },
        client: { id: 'anna' },
        features: { amount: 90 },
      }),
    });
    const { error } = (await answer.json()) as {
      error: { code: string; details: { field: string }[] };
    };
    t.same(
      [answer.status, error.code, error.details[0]?.field],
      [400, 'invalid_request', 'entities.merchant'],
    );
  });
  t.equal(await launched.stop(), 0);

  await t.test('once it has stopped, the commands say so', async (t) => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', here('npm run features -- get 1 --view credit-default')],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    t.equal(status, 1);
    t.match(stderr, /no system runs on .*: npm start runs it/);
  });
});
