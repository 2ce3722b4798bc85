import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memory } from '@tensorflow/tfjs-core';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import t from 'tap';
import { Agent, request } from 'undici';
import { testFolder } from '../../common/test/test-folder.ts';
import { buildApp } from '../src/app.ts';
import { chooseBackend } from '../src/inference/backend.ts';
import { loadCatalogue } from '../src/inference/catalogue.ts';
import { appendAliases } from './append-aliases.ts';
import { KEY } from './build.ts';
import { summingModel, writeVersion } from './fixtures.ts';
import { BACKEND } from './forced-backend.ts';

/** SWAPS=20000 makes it a soak. */
const SWAPS = Number(process.env['SWAPS'] ?? 1_000);
/** Requests under way at any time; each caller rests for as long between two. */
const CALLERS = 8;
const REST_MS = 10;
/** Milliseconds of the same load without a swap, to compare with. */
const QUIET_MS = 3_000;
/** Latencies that are kept: in a soak they alone would be the growth that is looked for. */
const MAX_TIMES = 20_000;
/** Times that memory is looked at, the first fifth of them before it is compared: every buffer has grown by then. */
const LOOKS = 20;
/** Resident memory may grow by this from the first to the second half of the swaps: a kilobyte left by each is a megabyte. */
const RSS_GROWTH = 32 * 1_048_576;
const HEAP_GROWTH = 4 * 1_048_576;

t.setTimeout(120_000 + SWAPS * 300);

const MEGABYTE = 1_048_576;
const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * q)] ?? 0;
const median = (values: readonly number[]) => quantile(values, 0.5);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** How much more the second half of the values is than the first. */
const growth = (values: readonly number[]) => {
  const half = values.length >> 1;
  return median(values.slice(half)) - median(values.slice(0, half));
};

t.test(`${SWAPS} swaps under load: no failed request, no tensor left, memory flat`, async (t) => {
  const root = testFolder(t);
  const backend = await chooseBackend(BACKEND, 'serving');
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
    pollMs: 5,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const dispatcher = new Agent({ connections: CALLERS });
  let champion = 1;
  let swapping = true;
  let answered = 0;
  let milliseconds: number[] = [];
  const faults: string[] = [];

  const input = { name: 'features', shape: [1, 3], datatype: 'FP32', data: [0, 0, 0] };
  const call = async (path: string, earliest: number, explain: boolean): Promise<void> => {
    const start = performance.now();
    const answer = await request(`${address}${path}/infer`, {
      method: 'POST',
      dispatcher,
      headers: { 'x-api-key': KEY },
      body: JSON.stringify({ inputs: [input], ...(explain && { parameters: { explain } }) }),
    });
    const body = (await answer.body.json()) as { model_version: string; outputs?: { data: number[] }[] };
    const version = Number(body.model_version);
    const expected = 1 / (1 + Math.exp(-version / 1000));
    answered++;
    if (milliseconds.length < MAX_TIMES) milliseconds.push(performance.now() - start);
    if (answer.statusCode !== 200) faults.push(`${path}: ${answer.statusCode} ${JSON.stringify(body)}`);
    else if (version < earliest) faults.push(`${path}: ${version} answered after ${earliest} took over`);
    else if (Math.abs((body.outputs?.[0]?.data[0] ?? 0) - expected) > 1e-6)
      faults.push(`${path}: not the answer of version ${version}`);
  };
  const callers = Array.from({ length: CALLERS }, async (_, i) => {
    while (swapping) {
      // one names its version, as the orchestrator does with the one that it knows; one wants explanations
      const known = champion;
      const path = i === 0 ? `/v2/models/adder/versions/${known}` : '/v2/models/adder';
      await call(path, known, i === 1);
      await wait(REST_MS);
    }
  });

  await wait(QUIET_MS);
  const quiet = milliseconds;
  milliseconds = [];
  const resident: number[] = [];
  const heap: number[] = [];
  for (let version = 2; version <= SWAPS + 1; version++) {
    await publish(version);
    await appendAliases(root, String(version), { previous: String(version - 1) });
    while (catalogue.entry('adder').labels.champion !== String(version)) await wait(1);
    champion = version;
    if (version > 10) await rm(join(root, 'adder', String(version - 9)), { recursive: true });
    if (version % Math.ceil(SWAPS / LOOKS)) continue;
    collectGarbage();
    const { rss, heapUsed } = process.memoryUsage();
    resident.push(rss);
    heap.push(heapUsed);
  }
  swapping = false;
  await Promise.all(callers);
  t.strictSame(faults.slice(0, 5), [], `${answered} requests, and not one failed`);
  t.ok(answered > SWAPS, 'there was load');
  t.ok(
    catalogue.entry('adder').versions.size <= 2 + 4,
    'the champion, the one before and four that were named',
  );
  const compared = LOOKS / 5;
  for (const [what, values, limit] of [
    ['resident memory', resident.slice(compared), RSS_GROWTH],
    ['heap', heap.slice(compared), HEAP_GROWTH],
  ] as const) {
    const all = values.map((bytes) => (bytes / MEGABYTE).toFixed(0)).join(' ');
    t.ok(growth(values) < limit, `${what} is flat: ${all} MiB`);
  }
  for (const [when, values] of Object.entries({ quiet, swaps: milliseconds }))
    t.comment(
      `${when}: median ${median(values).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms, max ${quantile(values, 0.99999).toFixed(1)} ms`,
    );
  await app.close();
  await dispatcher.close();
  t.equal(memory().numTensors, tensorsBefore, 'no tensor is left');
});
