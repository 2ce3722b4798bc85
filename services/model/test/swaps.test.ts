import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { memory } from '@tensorflow/tfjs-core';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import t from 'tap';
import { Agent, request } from 'undici';
import { buildApp } from '../src/app.ts';
import { type BackendName, chooseBackend } from '../src/inference/backend.ts';
import { loadCatalogue } from '../src/inference/catalogue.ts';
import { appendAliases } from './append-aliases.ts';
import { KEY } from './build.ts';
import { summingModel, writeVersion } from './fixtures.ts';

/** SWAPS=10000 makes it a soak. */
const SWAPS = Number(process.env['SWAPS'] ?? 1_000);
/** Swaps before memory is looked at: by then every buffer that grows has grown. */
const WARM_UP = Math.ceil(SWAPS / 5);
/** Requests under way at any time. */
const CALLERS = 8;
/** Resident memory may grow by this from one half to the other; a version that stays would cost more. */
const RSS_GROWTH = 32 * 1_048_576;

t.setTimeout(SWAPS * 600);

const MEGABYTE = 1_048_576;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

t.test(`${SWAPS} swaps under load: no failed request, no tensor left, memory flat`, async (t) => {
  const root = t.testdir({});
  const backend = await chooseBackend(
    (process.env['MODEL_BACKEND'] ?? 'auto') as 'auto' | BackendName,
    'serving',
  );
  const tensorsBefore = memory().numTensors;
  // a version tells its number: the bias is its logit
  const files = await summingModel(3);
  const publish = async (version: number) => {
    const weights = new Float32Array([1, 1, 1, version / 1000]);
    await writeVersion(root, {
      version: String(version),
      files: { ...files, 'weights.bin': new Uint8Array(weights.buffer) },
    });
  };
  await publish(1);
  await appendAliases(root, '1');
  const catalogue = await loadCatalogue(await openRegistry(root));
  const app = await buildApp({
    catalogue,
    backend,
    authenticators: [serviceKey(KEY, { name: 'test', scopes: ['predict', 'read'] })],
    logLevel: 'silent',
    pollMs: 20,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const dispatcher = new Agent({ connections: CALLERS });
  let champion = 1;
  let swapping = true;
  let answered = 0;
  const faults: string[] = [];

  const call = async (path: string, earliest: number): Promise<void> => {
    const answer = await request(`${address}${path}/infer`, {
      method: 'POST',
      dispatcher,
      headers: { 'x-api-key': KEY },
      body: '{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP32","data":[0,0,0]}]}',
    });
    const body = (await answer.body.json()) as { model_version: string; outputs?: { data: number[] }[] };
    const version = Number(body.model_version);
    const expected = 1 / (1 + Math.exp(-version / 1000));
    answered++;
    if (answer.statusCode !== 200) faults.push(`${path}: ${answer.statusCode} ${JSON.stringify(body)}`);
    else if (version < earliest) faults.push(`${path}: ${version} answered after ${earliest} took over`);
    else if (Math.abs((body.outputs?.[0]?.data[0] ?? 0) - expected) > 1e-6)
      faults.push(`${path}: not the answer of version ${version}`);
  };
  const callers = Array.from({ length: CALLERS }, async (_, i) => {
    while (swapping) {
      // every eighth names its version, as the orchestrator does with the one that it knows
      const known = champion;
      const path = i === 0 ? `/v2/models/adder/versions/${known}` : '/v2/models/adder';
      await call(path, known);
    }
  });

  const resident: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let version = 2; version <= SWAPS + 1; version++) {
    await publish(version);
    await appendAliases(root, String(version), { previous: String(version - 1) });
    while (catalogue.entry('adder').labels.champion !== String(version)) await wait(1);
    champion = version;
    if (version > 10) await rm(join(root, 'adder', String(version - 9)), { recursive: true });
    if (version > WARM_UP) resident.push(process.memoryUsage.rss());
  }
  delay.disable();
  swapping = false;
  await Promise.all(callers);
  t.strictSame(faults.slice(0, 5), [], `${answered} requests, and not one failed`);
  t.ok(answered > SWAPS, 'there was load');

  const half = resident.length >> 1;
  const growth = median(resident.slice(half)) - median(resident.slice(0, half));
  t.ok(growth < RSS_GROWTH, `memory grew by ${(growth / MEGABYTE).toFixed(1)} MiB`);
  t.ok(
    catalogue.entry('adder').versions.size <= 2 + 4,
    'the champion, the one before and four that were named',
  );
  t.comment(
    `event loop delay: median ${delay.percentile(50) / 1e6} ms, p99 ${delay.percentile(99) / 1e6} ms, max ${delay.max / 1e6} ms`,
  );
  await app.close();
  await dispatcher.close();
  t.equal(memory().numTensors, tensorsBefore, 'no tensor is left');
});
