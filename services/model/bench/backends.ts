import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendName } from '../src/inference/backend.ts';
import { machine, table, writeResults } from './machine.ts';
import { type Network, writeNetworks } from './networks.ts';
import { pinToServerCore } from './pinned-process.ts';
import { type Summary, summarise } from './statistics.ts';

const NAMES: readonly BackendName[] = ['wasm', 'cpu', 'tensorflow'];
const ROWS = [1, 32, 64, 1000];
const WORKER = fileURLToPath(new URL('./backend-worker.ts', import.meta.url));

interface Answer {
  seconds?: number;
  fault?: string;
}

async function ask(worker: ChildProcess, question: object): Promise<Answer> {
  const answer = once(worker, 'message');
  worker.send(question);
  return ((await answer) as [Answer])[0];
}

/** Microseconds of one execution by network, rows and backend. */
type Results = Map<string, Summary>;
const keyOf = (model: string, rows: number, backend: string) => `${model} ${rows} ${backend}`;

function pageOf(
  networks: readonly Network[],
  results: Results,
  faults: readonly string[],
  rounds: number,
): string {
  const rows = networks.flatMap(({ model }) =>
    ROWS.map((count) => [
      model,
      String(count),
      ...NAMES.map((name) => {
        const own = results.get(keyOf(model, count, name));
        const wasm = results.get(keyOf(model, count, 'wasm'));
        if (!own || !wasm) return '';
        return `${own.median.toFixed(0)} (${own.low.toFixed(0)}-${own.high.toFixed(0)}), x ${(own.median / wasm.median).toFixed(2)}`;
      }),
    ]),
  );
  return `# TensorFlow.js' backends side by side

Written by \`npm run bench -w services/model -- --backends\`.

Microseconds of CPU, all threads, that one execution takes on the way of a request (tensor made, graph run, answer
read), on one core: median and quartiles of ${rounds} rounds in which the backends take turns, and the ratio to wasm.
\`plain\` is a network of 23 inputs, 64 and 32 units; \`credit-default\` the published champion.

Machine: ${machine(false)}
${faults.map((fault) => `\nNot measured: ${fault}\n`).join('')}
${table(['network', 'rows', ...NAMES], rows)}
`;
}

/** Measures what one execution costs on each backend that works here; writes docs/benchmarks/backends.md. */
export async function compareBackends(rounds: number, write: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tristore-bench-'));
  const workers = new Map<BackendName, ChildProcess>();
  try {
    const networks = await writeNetworks(folder);
    const faults: string[] = [];
    for (const name of NAMES) {
      const worker = fork(WORKER, [name, folder, JSON.stringify(networks)]);
      pinToServerCore(worker.pid);
      const [{ fault }] = (await once(worker, 'message')) as [Answer];
      if (fault) faults.push(`${name} (${fault})`);
      else workers.set(name, worker);
    }
    const samples = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++)
      for (const { model } of networks)
        for (const rows of ROWS)
          for (const [name, worker] of workers) {
            const { seconds = Number.NaN } = await ask(worker, { model, rows });
            const key = keyOf(model, rows, name);
            samples.set(key, [...(samples.get(key) ?? []), seconds * 1e6]);
          }
    const results: Results = new Map([...samples].map(([key, values]) => [key, summarise(values)]));
    for (const [key, { median }] of results) console.log(key.padEnd(34), `${median.toFixed(0)} us`);
    for (const fault of faults) console.log(`not measured: ${fault}`);
    if (write) await writeResults('backends.md', pageOf(networks, results, faults, rounds), '## Notes');
  } finally {
    for (const worker of workers.values()) worker.disconnect();
    await rm(folder, { recursive: true });
  }
}
