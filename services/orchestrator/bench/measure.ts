import { applyLoad } from '../../model/bench/load.ts';
import type { PinnedProcess } from '../../model/bench/pinned-process.ts';
import { type Summary, summarise } from '../../model/bench/statistics.ts';

/** What is put under load, and whose CPU counts. */
export interface Subject {
  name: string;
  port: number;
  processes: readonly PinnedProcess[];
  requests: readonly Buffer[];
}

export interface Sample {
  /** Microseconds of CPU an answer, of all processes together, and of each. */
  cpu: number;
  cpuOfEach: number[];
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  generatorShare: number;
}

export interface Summed {
  name: string;
  cpu: Summary;
  cpuOfEach: Summary[];
  perSecond: Summary;
  p50: Summary;
  p99: Summary;
  generatorShare: number;
}

export async function sample(subject: Subject, connections: number, seconds: number): Promise<Sample> {
  const { port, processes, requests } = subject;
  const before = processes.map((each) => each.cpuSeconds());
  const measured = await applyLoad({ port, request: requests, connections, seconds });
  if (measured.refused)
    throw new Error(`${subject.name}: ${measured.refused} refused: ${measured.firstRefusal}`);
  const cpuOfEach = processes.map(
    (each, i) => ((each.cpuSeconds() - (before[i] ?? 0)) / measured.answers) * 1e6,
  );
  return {
    cpu: cpuOfEach.reduce((sum, each) => sum + each, 0),
    cpuOfEach,
    perSecond: measured.answers / measured.seconds,
    p50: measured.p50,
    p99: measured.p99,
    generatorShare: measured.generatorShare,
  };
}

/** Loads until the compilers have seen the path. */
export async function warmUp(subject: Subject, answers: number): Promise<void> {
  const { port, requests } = subject;
  const load = { port, request: requests, connections: 64, seconds: 0.5, leastAnswers: answers };
  const { refused, firstRefusal } = await applyLoad(load);
  if (refused) throw new Error(`${subject.name}: ${refused} refused: ${firstRefusal}`);
}

/** All subjects in turn, round after round, so that whatever else the machine does falls on each. */
export async function inRounds(
  subjects: readonly Subject[],
  options: { connections: number; rounds: number; seconds: number },
): Promise<Summed[]> {
  const samples = subjects.map((): Sample[] => []);
  for (let round = 0; round < options.rounds; round++)
    for (const [i, subject] of subjects.entries())
      samples[i]?.push(await sample(subject, options.connections, options.seconds));
  return subjects.map(({ name, processes }, i) => {
    const own = samples[i] ?? [];
    const of = (value: (each: Sample) => number) => summarise(own.map(value));
    return {
      name,
      cpu: of(({ cpu }) => cpu),
      cpuOfEach: processes.map((_, j) => of(({ cpuOfEach }) => cpuOfEach[j] ?? Number.NaN)),
      perSecond: of(({ perSecond }) => perSecond),
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
      generatorShare: Math.max(...own.map(({ generatorShare }) => generatorShare)),
    };
  });
}
