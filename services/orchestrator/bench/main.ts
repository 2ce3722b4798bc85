import { parseArgs } from 'node:util';
import { pinGenerator } from '../../model/bench/pinned-process.ts';
import { atConstantRate, type Latencies } from './constant-rate.ts';
import { callCounts, itemsPerCall } from './items-per-call.ts';
import { inRounds, type Subject, type Summed, warmUp } from './measure.ts';
import { writePage } from './page.ts';
import { KEY, post, predictionRequests } from './requests.ts';
import { type Acknowledgement, MODELS, type ModelName, type Servers, startServers } from './servers.ts';

const USAGE = `npm run bench -w services/orchestrator -- [options]

  --rounds N         how often each is measured in turn           (5)
  --seconds S        of load, each time                           (2)
  --connections LIST                                              (256,64,16,1)
  --rates LIST       constant arrival rates, a second             (50,400,1000)
  --rate-seconds S   of each rate                                 (10)
  --model NAME       plain or credit-default alone
  --smoke            some seconds: whether every case is answered at all; writes no page
  --cpu-prof         the services write .cpuprofile files where you are
  --help             this text

Writes docs/benchmarks/orchestrator.md.
`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '256,64,16,1' },
    rates: { type: 'string', default: '50,400,1000' },
    'rate-seconds': { type: 'string', default: '10' },
    model: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    'cpu-prof': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** One number of connections, one model. */
export interface Closed {
  model: ModelName;
  connections: number;
  results: Summed[];
  /** Items a call, with acknowledgement `firehose`. */
  shared: string;
}

/** One subject at one rate. */
export interface Open {
  name: string;
  perSecond: number;
  latencies: Latencies;
}

export interface Results {
  closed: Closed[];
  open: Open[];
  /** Medians of the dependencies alone, asked for one row at 50/s: their sum is what a prediction must wait for. */
  dependencies: { read: number; score: number; write: number };
  rounds: number;
  seconds: number;
  rateSeconds: number;
}

function subjectsOf(servers: Servers, model: ModelName): Subject[] {
  const requests = predictionRequests(model);
  const ours = (acknowledgement: Acknowledgement): Subject => ({
    name: `ours, ${acknowledgement}`,
    port: servers.ours[acknowledgement].front.port,
    processes: servers.ours[acknowledgement].processes,
    requests,
  });
  const naive = servers.naive[model];
  return [
    {
      name: 'echo',
      port: servers.echo.port,
      processes: [servers.echo],
      // the answer's size
      requests: [post('/', { event_id: 'x'.repeat(36), text: 'y'.repeat(190) })],
    },
    { name: 'naive chain', port: naive.front.port, processes: naive.processes, requests },
    ours('disk'),
    ours('firehose'),
  ];
}

const aws = (target: string, body: object) =>
  post('/', body, { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' });

async function dependenciesOf({ dependencies: { aws: awsPort, model } }: Servers, seconds: number) {
  const median = async (port: number, request: Buffer) =>
    (await atConstantRate({ port, requests: [request], perSecond: 50, seconds })).p50;
  const data = Array.from({ length: 23 }, (_, i) => i + 1);
  return {
    read: await median(
      awsPort,
      aws('DynamoDB_20120810.GetItem', { TableName: 'features', Key: { pk: { S: 'plain#1' } } }),
    ),
    score: await median(
      model,
      post(
        '/v2/models/plain/infer',
        { inputs: [{ name: 'features', shape: [1, 23], datatype: 'FP32', data }] },
        { 'x-api-key': KEY },
      ),
    ),
    write: await median(awsPort, aws('Firehose_20150804.PutRecordBatch', { Records: [{}] })),
  };
}

async function run(): Promise<void> {
  const { smoke } = values;
  const rounds = smoke ? 1 : Number(values.rounds);
  const seconds = smoke ? 0.2 : Number(values.seconds);
  const rateSeconds = smoke ? 0.5 : Number(values['rate-seconds']);
  const servers = await startServers(values['cpu-prof'] ? ['--cpu-prof'] : []);
  pinGenerator();
  const results: Results = {
    closed: [],
    open: [],
    dependencies: { read: 0, score: 0, write: 0 },
    rounds,
    seconds,
    rateSeconds,
  };
  try {
    for (const model of MODELS.filter((name) => !values.model || name === values.model)) {
      const subjects = subjectsOf(servers, model);
      for (const subject of subjects) await warmUp(subject, smoke ? 50 : 3_000);
      for (const connections of smoke ? [64] : values.connections.split(',').map(Number)) {
        const { port } = servers.ours.firehose.front;
        const before = await callCounts(port);
        const found = await inRounds(subjects, { connections, rounds, seconds });
        const shared = itemsPerCall(before, await callCounts(port));
        results.closed.push({ model, connections, results: found, shared });
        console.log(`${model} ${connections} connections, firehose: items a call: ${shared}`);
        for (const { name, cpu, cpuOfEach, perSecond, p50, p99 } of found)
          console.log(
            `${model} ${String(connections).padStart(3)} connections  ${name.padEnd(14)}`,
            `CPU ${cpu.median.toFixed(0)} µs (${cpuOfEach.map(({ median }) => median.toFixed(0)).join(' + ')})`,
            ` ${perSecond.median.toFixed(0)}/s  p50 ${p50.median.toFixed(1)}  p99 ${p99.median.toFixed(1)} ms`,
          );
      }
    }
    results.dependencies = await dependenciesOf(servers, rateSeconds);
    const open = subjectsOf(servers, 'plain').slice(1);
    for (const perSecond of values.rates.split(',').map(Number))
      for (const { name, port, requests } of open) {
        // the naive chain is asked at the rate that it can answer
        if (name === 'naive chain' && perSecond > 50) continue;
        const latencies = await atConstantRate({ port, requests, perSecond, seconds: rateSeconds });
        results.open.push({ name, perSecond, latencies });
        console.log(
          `${perSecond}/s  ${name.padEnd(14)} p50 ${latencies.p50.toFixed(2)}  p99 ${latencies.p99.toFixed(2)} ms`,
          latencies.refused ? `  ${latencies.refused} refused` : '',
        );
      }
  } finally {
    await servers.stop();
  }
  if (!smoke && !values.model && !values['cpu-prof']) await writePage(results);
}

if (values.help) process.stdout.write(USAGE);
else await run();
