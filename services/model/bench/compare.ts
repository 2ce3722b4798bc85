import type { Case } from './cases.ts';
import { applyLoad, type Measured } from './load.ts';
import type { PinnedProcess } from './pinned-process.ts';
import { type Summary, summarise } from './statistics.ts';

/** One case at one number of connections against the echo, over all rounds. */
export interface Comparison {
  case: Case;
  connections: number;
  /** Answers a second over the echo's. */
  throughput: Summary;
  /** The echo's CPU time an answer over the case's: what the throughput would be had each core nothing else to do. */
  cpu: Summary;
  /** The case's p99 over the echo's. */
  p99: Summary;
  /** Milliseconds. */
  p50Ms: Summary;
  p99Ms: Summary;
  answersPerSecond: Summary;
  echoPerSecond: Summary;
  /** Highest share of a core that the generator used. */
  generatorShare: number;
}

export interface Subject {
  server: PinnedProcess;
  request: Buffer;
}

interface Sample extends Measured {
  perSecond: number;
  cpuPerAnswer: number;
}

async function sample({ server, request }: Subject, connections: number, seconds: number): Promise<Sample> {
  const before = server.cpuSeconds();
  const measured = await applyLoad({ port: server.port, request, connections, seconds });
  if (measured.refused) throw new Error(`${measured.refused} refused: ${measured.firstRefusal}`);
  return {
    ...measured,
    perSecond: measured.answers / measured.seconds,
    cpuPerAnswer: (server.cpuSeconds() - before) / measured.answers,
  };
}

/** Loads a server until the compilers have seen its path, however much of the machine others take. */
export async function warmUp({ server, request }: Subject, answers: number): Promise<void> {
  const load = { port: server.port, request, connections: 64, seconds: 0.5, leastAnswers: answers };
  const { refused, firstRefusal } = await applyLoad(load);
  if (refused) throw new Error(`${refused} refused: ${firstRefusal}`);
}

/**
 * Measures in rounds, the echo right before each case, so that whatever else the machine does falls on both.
 * @throws Error where an answer is not 200
 */
export async function compare(
  echo: Subject,
  server: PinnedProcess,
  cases: readonly Case[],
  options: { connections: number; rounds: number; seconds: number },
): Promise<Comparison[]> {
  const { connections, rounds, seconds } = options;
  const pairs = new Map<Case, [Sample, Sample][]>(cases.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++)
    for (const [each, samples] of pairs) {
      const base = await sample(echo, connections, seconds);
      samples.push([base, await sample({ server, request: each.request }, connections, seconds)]);
    }
  return [...pairs].map(([each, samples]) => {
    const over = (value: (base: Sample, own: Sample) => number) =>
      summarise(samples.map(([base, own]) => value(base, own)));
    return {
      case: each,
      connections,
      throughput: over((base, own) => own.perSecond / base.perSecond),
      cpu: over((base, own) => base.cpuPerAnswer / own.cpuPerAnswer),
      p99: over((base, own) => own.p99 / base.p99),
      p50Ms: over((_, own) => own.p50),
      p99Ms: over((_, own) => own.p99),
      answersPerSecond: over((_, own) => own.perSecond),
      echoPerSecond: over((base) => base.perSecond),
      generatorShare: Math.max(...samples.flat().map(({ generatorShare }) => generatorShare)),
    };
  });
}
