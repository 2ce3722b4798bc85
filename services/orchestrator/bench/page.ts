import { machine, table, writeResults } from '../../model/bench/machine.ts';
import type { Summary } from '../../model/bench/statistics.ts';
import type { Closed, Results } from './main.ts';
import type { Summed } from './measure.ts';

const AT = 256;
const number = (summary: Summary | undefined, digits = 0) => (summary?.median ?? Number.NaN).toFixed(digits);
const quartiles = ({ median, low, high }: Summary) =>
  `${median.toFixed(0)} (${low.toFixed(0)}-${high.toFixed(0)})`;

const find = (results: readonly Summed[], name: string) => results.find((each) => each.name === name);

function closedTable({ results }: Closed): string {
  const echo = find(results, 'echo')?.cpu.median ?? Number.NaN;
  const naive = find(results, 'naive chain')?.cpu.median ?? Number.NaN;
  return table(
    [
      '',
      'CPU µs a prediction',
      'of them orchestrator + model server',
      'x echo',
      'naive chain / it',
      'answers/s',
      'p50 ms',
      'p99 ms',
    ],
    results.map((each) => [
      each.name,
      quartiles(each.cpu),
      each.cpuOfEach.map((one) => number(one)).join(' + '),
      (each.cpu.median / echo).toFixed(1),
      (naive / each.cpu.median).toFixed(1),
      number(each.perSecond),
      number(each.p50, 1),
      number(each.p99, 1),
    ]),
  );
}

function targets({ closed, open, dependencies }: Results): string {
  const results =
    closed.find(({ model, connections }) => model === 'plain' && connections === AT)?.results ?? [];
  const cpu = (name: string) => find(results, name)?.cpu.median ?? Number.NaN;
  const latency = (name: string, perSecond: number) =>
    open.find((each) => each.name === name && each.perSecond === perSecond)?.latencies;
  const sum = dependencies.read + dependencies.score + dependencies.write;
  const line = (what: string, target: string, value: number, met: boolean, digits = 1) => [
    what,
    target,
    value.toFixed(digits),
    met ? 'met' : 'missed',
  ];
  const naiveAt50 = latency('naive chain', 50)?.p99 ?? Number.NaN;
  const p50 = latency('ours, firehose', 50)?.p50 ?? Number.NaN;
  const p99 = latency('ours, firehose', 1000)?.p99 ?? Number.NaN;
  return table(
    ['what', 'target', 'measured', ''],
    [
      ...['ours, disk', 'ours, firehose'].flatMap((name) => {
        const share = cpu('naive chain') / cpu(name);
        const echoes = cpu(name) / cpu('echo');
        return [
          line(`${name}: the naive chain's CPU over ours`, '>= 12 (aim 16)', share, share >= 12),
          line(`${name}: our CPU over the echo's`, '<= 4.5', echoes, echoes <= 4.5),
        ];
      }),
      line(
        'firehose: p50 at 50/s, ms',
        `<= ${(sum + 1).toFixed(2)} (dependencies + 1)`,
        p50,
        p50 <= sum + 1,
        2,
      ),
      line(
        'firehose: p99 at 1,000/s over the naive chain’s at 50/s',
        '<= 1.5',
        p99 / naiveAt50,
        p99 / naiveAt50 <= 1.5,
        2,
      ),
    ],
  );
}

/** Writes docs/benchmarks/orchestrator.md. */
export async function writePage(results: Results): Promise<void> {
  const { closed, open, dependencies, rounds, seconds, rateSeconds } = results;
  const generator = Math.max(
    ...closed.flatMap(({ results: all }) => all.map(({ generatorShare }) => generatorShare)),
  );
  const sections = closed.map(
    (each) =>
      `### \`${each.model}\`, ${each.connections} ${each.connections === 1 ? 'connection' : 'connections'}\n\n${closedTable(each)}\n\nItems a call with \`firehose\`: ${each.shared}.`,
  );
  const rates = table(
    ['arrivals/s', '', 'p50 ms', 'p99 ms', 'answers', 'refused'],
    open.map(({ name, perSecond, latencies: { p50, p99, answers, refused } }) => [
      String(perSecond),
      name,
      p50.toFixed(2),
      p99.toFixed(2),
      String(answers),
      String(refused),
    ]),
  );
  const text = `# What a prediction costs

Written by \`npm run bench -w services/orchestrator\`.

A prediction by client id: features from DynamoDB, the score from the model server, the record to Firehose. DynamoDB and
Firehose are a stand-in that answers every call after 4 ms, one in a hundred after 50 ms, so that no emulator is
measured; it runs with the load generator on the other cores. Echo, naive chain, orchestrator and model server share one
core. *Naive chain* is what is written first (\`services/orchestrator/bench/naive.ts\`): one GetItem, one call of the model
server in JSON and one PutRecord a request, without keys, checks and log. *Ours* is the orchestrator as it is deployed,
with API keys in the table, metrics and log at its default level, in two kinds of acknowledgement: \`disk\` and \`firehose\`.
No two clients of a batch are the same. CPU is all that the processes used over what they answered; each subject is
measured ${seconds} s in turn, ${rounds} times; the tables show the median, and the quartiles in brackets. The generator used at
most ${generator.toFixed(2)} of its core. \`plain\` is a network of 23 inputs, 64 and 32 units; \`credit-default\` the published
champion.

Machine: ${machine()}

## Targets, with the plain network; CPU at ${AT} connections

${targets(results)}

## Closed loop

${sections.join('\n\n')}

## Constant arrival rates, with the plain network

Each for ${rateSeconds} s in an open loop: a request's latency counts from the moment at which it was due (no coordinated omission).
At 50/s the dependencies alone take, in their medians: read ${dependencies.read.toFixed(2)} ms, score ${dependencies.score.toFixed(2)} ms, write ${dependencies.write.toFixed(2)} ms.

${rates}
`;
  await writeResults('orchestrator.md', text, '## Notes');
}
