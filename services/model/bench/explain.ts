import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { type BackendName, chooseBackend } from '../src/inference/backend.ts';
import { type AttributionMethod, attributionMethod } from '../src/inference/explain/attribution-method.ts';
import type { Graph } from '../src/inference/graph.ts';
import { loadVersion } from '../src/inference/load-version.ts';
import { machine, table, writeResults } from './machine.ts';
import { type Network, writeNetworks } from './networks.ts';

const BACKENDS: readonly BackendName[] = ['wasm', 'cpu', 'tensorflow'];
const BATCH = 32;
const MEASURE_MS = 1000;
/** Rows of which the worst completeness is told. */
const ROWS = 32;

/** Rows from everywhere that the reference data reach: each number a random edge of its feature's histogram. */
function rowsOf({ signature, baseline }: Manifest): Float32Array {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const edges = signature.features.map(({ name }) => baseline.features[name]?.edges ?? []);
  return Float32Array.from({ length: ROWS * edges.length }, (_, k) => {
    const own = edges[k % edges.length] ?? [];
    return own[Math.floor(random() * own.length)] ?? 0;
  });
}

/** Microseconds of CPU, all threads, of one call. */
async function microseconds(work: () => Promise<unknown>): Promise<number> {
  await work();
  const cpu = process.cpuUsage();
  const end = performance.now() + MEASURE_MS;
  let runs = 0;
  for (; performance.now() < end || runs < 1; runs++) await work();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / runs;
}

async function accuracyOf(method: AttributionMethod, rows: Float32Array, width: number) {
  const pieces: number[] = [];
  let last = process.cpuUsage();
  const pause = async () => {
    const { user, system } = process.cpuUsage(last);
    pieces.push((user + system) / 1000);
    last = process.cpuUsage();
  };
  const { errors, logits, baselineLogit } = await method.attribute(rows.subarray(0, ROWS * width), pause);
  const relative = Array.from(errors, (error, i) => error / Math.abs((logits[i] ?? 0) - baselineLogit));
  return { worst: Math.max(...errors), relative: Math.max(...relative), longest: Math.max(...pieces) };
}

async function measure(backend: BackendName, folder: string, champion: Network): Promise<string[][]> {
  await chooseBackend(backend, 'serving');
  const version = await loadVersion(await openRegistry(folder), champion.model, champion.version);
  const { graph, manifest, predictor } = version;
  if (!manifest) throw new Error('the champion has no manifest');
  const rows = rowsOf(manifest);
  const { width } = champion;
  const predict = (count: number) => {
    const data = rows.slice(0, count * width);
    return microseconds(() =>
      predictor.predict([{ name: 'features', datatype: 'FP32', shape: [count, width], data }]),
    );
  };
  const plain = [await predict(1), (await predict(BATCH)) / BATCH];
  const logit = graph.logit(0);
  if (typeof logit === 'string') throw new Error(logit);
  const bent: Graph = { ...graph, logit: () => ({ run: logit.run }) };
  const table: string[][] = [];
  for (const which of [graph, bent]) {
    const method = attributionMethod(which, manifest.explanation.reference);
    if (typeof method === 'string') throw new Error(method);
    const nobody = async () => {};
    const explain = (count: number) =>
      microseconds(() => method.attribute(rows.subarray(0, count * width), nobody));
    const cost = [await explain(1), (await explain(BATCH)) / BATCH];
    const { worst, relative, longest } = await accuracyOf(method, rows, width);
    table.push([
      backend,
      method.name,
      ...plain.map((x) => x.toFixed(0)),
      ...cost.map((x) => x.toFixed(0)),
      worst.toExponential(0),
      relative.toExponential(0),
      longest.toFixed(0),
    ]);
    console.log(table.at(-1)?.join('  '));
  }
  version.dispose();
  return table;
}

/** Measures what an explanation costs on each backend that works here; writes docs/benchmarks/explanations.md. */
export async function measureExplanations(write: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tristore-bench-'));
  try {
    const champion = (await writeNetworks(folder)).at(-1) as Network;
    const lines: string[][] = [];
    for (const backend of BACKENDS)
      try {
        lines.push(...(await measure(backend, folder, champion)));
      } catch (error) {
        console.log(`not measured: ${backend} (${(error as Error).message})`);
      }
    const head = ['backend', 'method', 'predict 1', `predict ${BATCH}`, 'explain 1', `explain ${BATCH}`];
    const page = `# What an explanation costs

Written by \`npm run bench -w services/model -- --explain\`.

Microseconds of CPU a row, all threads, alone and in calls of ${BATCH} rows, of the published champion: its prediction, and
the attributions beside it. Completeness is |sum of attributions - (logit - baseline logit)|, the worst of ${ROWS} rows drawn
from the edges of the reference data's histograms; the last column is the longest piece of work that is not interrupted,
in milliseconds of CPU. \`exact\` is what serves it; \`quadrature\` is what would, were it not piecewise linear.

Machine: ${machine(false)}

${table([...head, 'error', 'relative error', 'longest piece'], lines)}
`;
    if (write) await writeResults('explanations.md', page, '## Notes');
  } finally {
    await rm(folder, { recursive: true });
  }
}
