import { parseArgs } from 'node:util';
import { compareBackends } from './backends.ts';
import { echoRequest } from './cases.ts';
import { type Comparison, compare, warmUp } from './compare.ts';
import { measureExplanations } from './explain.ts';
import { writePage } from './page.ts';
import { PINNING, pinGenerator } from './pinned-process.ts';
import { profile } from './profile.ts';
import { KEY, startServers } from './servers.ts';
import { soak } from './soak.ts';

const USAGE = `npm run bench -w services/model -- [options]

  --rounds N     how often each case is compared with the echo      (7)
  --seconds S    of load on each, each time                         (1)
  --connections LIST                                                (64,8,1)
  --only TEXT    cases whose name or model has it
  --smoke        some seconds: whether every case is answered at all; writes no page
  --soak TIME    10m, 90s: all cases in turn at 64 connections for so long; memory, tensors and latencies over it
  --explain      what an explanation costs on each backend, next to a prediction
  --backends     what one execution costs on each backend of TensorFlow.js
  --profile      whose code the time goes to, on single rows
  --cpu-prof     the model server writes a .cpuprofile where you are
  --help         this text

Writes docs/benchmarks/model-server.md, or model-server-soak.md, model-server-profile.md, backends.md,
explanations.md.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '64,8,1' },
    only: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    soak: { type: 'string' },
    profile: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    backends: { type: 'boolean', default: false },
    'cpu-prof': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function compareAll(): Promise<void> {
  const { smoke, only } = values;
  const rounds = smoke ? 1 : Number(values.rounds);
  const seconds = smoke ? 0.2 : Number(values.seconds);
  const counts = smoke ? [64] : values.connections.split(',').map(Number);
  const servers = await startServers(values['cpu-prof'] ? ['--cpu-prof'] : []);
  pinGenerator();
  const comparisons: Comparison[] = [];
  try {
    const echo = { server: servers.echo, request: echoRequest(KEY) };
    const cases = servers.cases.filter(({ name, model }) => !only || `${model} ${name}`.includes(only));
    const warm = smoke ? 100 : 6000;
    await warmUp(echo, warm);
    for (const { request } of cases) await warmUp({ server: servers.model, request }, warm);
    for (const connections of counts) {
      const found = await compare(echo, servers.model, cases, { connections, rounds, seconds });
      comparisons.push(...found);
      for (const { case: of, throughput, cpu, p99, answersPerSecond } of found)
        console.log(
          `${String(connections).padStart(3)} connections  ${`${of.model}, ${of.name}`.padEnd(36)}`,
          `throughput ${throughput.median.toFixed(3)}  CPU ${cpu.median.toFixed(3)}  p99 x ${p99.median.toFixed(2)} `,
          `${Math.round(answersPerSecond.median)}/s`,
        );
    }
  } finally {
    await servers.stop();
  }
  if (!PINNING) console.log('no taskset or one core: nothing was pinned');
  if (!smoke && !only && !values['cpu-prof']) await writePage(comparisons, { rounds, seconds });
}

if (values.help) process.stdout.write(USAGE);
else if (values.backends) await compareBackends(Number(values.rounds), !values.smoke);
else if (values.explain) await measureExplanations(!values.smoke);
else if (values.profile) await profile();
else if (values.soak) await soak(values.soak);
else await compareAll();
