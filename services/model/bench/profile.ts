import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyLoad } from './load.ts';
import { machine, table, writeResults } from './machine.ts';
import { pinGenerator } from './pinned-process.ts';
import { startServers } from './servers.ts';

const CONNECTIONS = 64;
const WARM_UP_SECONDS = 4;
const SECONDS = 8;
const LEAST_SHARE = 0.005;

/** What Node writes with --cpu-prof, as far as it is read here; times are in microseconds. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Whose code a frame is. */
function ownerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName.startsWith('(')) return functionName.slice(1, -1);
  if (url.startsWith('node:')) return "Node's HTTP, streams, events";
  if (url.startsWith('wasm:')) return 'WebAssembly: the kernels';
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency) return dependency;
  const own = /\/services\/([^/]+)\/src\/([^/]+)/.exec(url);
  if (own) return `ours: ${own[1]}/${own[2]}`;
  return url ? 'compiled validators' : 'system calls and built-ins';
}

/** Shares of the busy time by owner, of the last seconds of a profile. */
function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, seconds: number): [string, number][] {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const from = timeDeltas.reduce((sum, delta) => sum + delta, 0) - seconds * 1e6;
  const times = new Map<string, number>();
  let now = 0;
  for (const [i, sample] of samples.entries()) {
    const delta = timeDeltas[i] ?? 0;
    now += delta;
    const owner = owners.get(sample) ?? '';
    if (now > from && owner !== 'idle') times.set(owner, (times.get(owner) ?? 0) + delta);
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([owner, time]): [string, number] => [owner, time / total])
    .sort((a, b) => b[1] - a[1]);
}

/** Whose code the server spends its time in, on single rows of the plain network in JSON; writes a page. */
export async function profile(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tristore-profile-'));
  try {
    const { model, cases, stop } = await startServers(['--cpu-prof', `--cpu-prof-dir=${folder}`]);
    pinGenerator();
    const request = cases[0]?.request ?? Buffer.alloc(0);
    const load = { port: model.port, request, connections: CONNECTIONS };
    await applyLoad({ ...load, seconds: WARM_UP_SECONDS });
    await applyLoad({ ...load, seconds: SECONDS });
    await stop();
    // other threads, such as tsx' own, have profiles too; the main thread's is the largest
    const profiles = await Promise.all(
      (await readdir(folder)).map(async (file) => readFile(join(folder, file), 'utf8')),
    );
    const largest = profiles.reduce((a, b) => (a.length > b.length ? a : b));
    const shares = sharesOf(JSON.parse(largest) as CpuProfile, SECONDS);
    const rows = shares
      .filter(([, share]) => share >= LEAST_SHARE)
      .map(([owner, share]) => [owner, `${(share * 100).toFixed(1)} %`]);
    console.log(rows.map((row) => row.join('\t')).join('\n'));
    const text = `# Where the model server's time goes

Written by \`npm run bench -w services/model -- --profile\`: whose code runs while \`plain\` answers single rows by the Open
Inference Protocol in JSON, at ${CONNECTIONS} connections for ${SECONDS} seconds. Shares of the time that the thread is busy, by V8's
sampling profiler; what a frame calls is counted where it is.

Machine: ${machine()}

${table(['whose', 'share'], rows)}
`;
    await writeResults('model-server-profile.md', text, '## Notes');
  } finally {
    await rm(folder, { recursive: true });
  }
}
