import type { Comparison } from './compare.ts';
import { machine, table, writeResults } from './machine.ts';
import type { Summary } from './statistics.ts';

/** Shares of the same echo, measured the same way at 64 connections on one core, in another run than this one. */
const OTHERS = [
  ['MLServer', '0.054', '0.040'],
  ["KServe's Python server", '0.035', ''],
  ['LitServe', '0.031', ''],
  ['BentoML', '0.019', ''],
  ['a hand-written FastAPI route', '0.05-0.10', ''],
];

/** Of the plain network at 64 connections. */
const TARGETS: readonly [name: string, what: string, least: number][] = [
  ['OIP JSON, one row', 'share of the echo', 0.55],
  ['OIP JSON, 100 rows', 'share of the echo', 0.06],
  ['OIP binary, 100 rows', 'share of the echo', 0.08],
];
const MAX_P99 = 3;

const ratio = ({ median, low, high }: Summary) =>
  `${median.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
const milliseconds = ({ median }: Summary) => median.toFixed(2);

function resultsOf(comparisons: readonly Comparison[]): string {
  return table(
    ['model', 'request', 'share of the echo', 'by CPU time', 'p99 / echo', 'p50 ms', 'p99 ms', 'answers/s'],
    comparisons.map((each) => [
      each.case.model,
      each.case.name,
      ratio(each.throughput),
      ratio(each.cpu),
      each.p99.median.toFixed(1),
      milliseconds(each.p50Ms),
      milliseconds(each.p99Ms),
      String(Math.round(each.answersPerSecond.median)),
    ]),
  );
}

function targetsOf(comparisons: readonly Comparison[]): string {
  const find = (name: string) =>
    comparisons.find(
      (each) => each.connections === 64 && each.case.model === 'plain' && each.case.name === name,
    );
  const rows = TARGETS.map(([name, what, least]) => {
    const found = find(name);
    const shares = [found?.throughput.median ?? Number.NaN, found?.cpu.median ?? Number.NaN];
    return [
      name,
      `${what} >= ${least}`,
      shares.map((share) => share.toFixed(3)).join(', by CPU time '),
      shares.every((share) => share >= least)
        ? 'met'
        : shares.some((share) => share >= least)
          ? 'met by one'
          : 'missed',
    ];
  });
  const p99 = find('OIP JSON, one row')?.p99.median ?? Number.NaN;
  rows.push([
    'OIP JSON, one row',
    `p99 <= ${MAX_P99} x the echo's`,
    p99.toFixed(2),
    p99 <= MAX_P99 ? 'met' : 'missed',
  ]);
  return table(['request', 'target', 'measured', ''], rows);
}

/** Writes docs/benchmarks/model-server.md. */
export async function writePage(
  comparisons: readonly Comparison[],
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<void> {
  const counts = [...new Set(comparisons.map(({ connections }) => connections))];
  const sections = counts.map((count) => {
    const own = comparisons.filter(({ connections }) => connections === count);
    const echo = Math.round(own[0]?.echoPerSecond.median ?? Number.NaN);
    return `## ${count} ${count === 1 ? 'connection' : 'connections'}\n\nThe echo gave ${echo} answers a second.\n\n${resultsOf(own)}`;
  });
  const generator = Math.max(...comparisons.map(({ generatorShare }) => generatorShare));
  const text = `# How fast the model server is

Written by \`npm run bench -w services/model\`. [model-server-profile.md](model-server-profile.md) has whose code the time goes to,
[backends.md](backends.md) what an execution costs, [model-server-soak.md](model-server-soak.md) what happens in ten minutes.

Every figure is a share of what a bare Fastify does that parses one row's JSON (about 250 bytes) and gives it back:
no keys, no log, no schema. The model server runs as it is deployed: service key, metrics, log at its default level.
Each case is measured right after the echo, ${seconds} s each, ${rounds} times; the tables show the median and, in brackets, the
quartiles. *Share of the echo*: answers a second over the echo's. *By CPU time*: the echo's CPU time an answer over the
case's, which other work on the machine disturbs less. The load comes from a closed loop on bare sockets, which used at
most ${generator.toFixed(2)} of its core. \`plain\` is a network of 23 inputs, 64 and 32 units made by the bench;
\`credit-default\` is the published champion (41 inputs, an embedding of 414 units).

Machine: ${machine()}

## Targets, on the plain network at 64 connections

${targetsOf(comparisons)}

For comparison, other servers' shares of the same echo at 64 connections on one core; they were measured the same way,
but not by this command:

${table(['server', 'one row', '100 rows'], OTHERS)}

${sections.join('\n\n')}
`;
  await writeResults('model-server.md', text, '## Notes');
}
