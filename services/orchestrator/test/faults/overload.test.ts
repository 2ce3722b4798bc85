import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { assertKept } from './kept-records.ts';
import { Load } from './load.ts';
import { startSystem } from './system.ts';

const WORKERS = 32;
const TIMES = 5;
const MEASURE_MS = 1_500;
const ROUNDS = 3;

t.setTimeout(240_000);

t.test(`${TIMES} x overload: as many good answers as at the peak, and the rest refused early`, async (t) => {
  const system = await startSystem(t);
  const { service, url } = await system.orchestrator({ MAX_WAITING: '64', REQUEST_DEADLINE_MS: '2000' });
  const loads: Load[] = [];
  /** Good answers a second with so many workers; the load is new, so that no queue is left of the last. */
  const goodput = async (workers: number) => {
    const load = new Load({ target: () => url, workers });
    loads.push(load);
    await sleep(300);
    const from = performance.now();
    await sleep(MEASURE_MS);
    const to = performance.now();
    await load.stop();
    const answers = load.answers.filter(
      ({ at, milliseconds }) => at + milliseconds >= from && at + milliseconds < to,
    );
    const good = answers.filter(({ status }) => status === 200);
    const others = answers.filter(({ status }) => status !== 200);
    t.ok(
      others.every(({ status }) => status === 503),
      `${others.length} refused`,
    );
    return good.length / ((to - from) / 1000);
  };
  await goodput(WORKERS);
  const ratios: number[] = [];
  // side by side, since other work on the machine comes and goes
  for (let round = 0; round < ROUNDS; round++) {
    const peak = await goodput(WORKERS);
    const overload = await goodput(WORKERS * TIMES);
    ratios.push(overload / peak);
    t.comment(`${peak.toFixed(0)}/s at the peak, ${overload.toFixed(0)}/s with ${TIMES} times the workers`);
  }
  const [, median = 0] = ratios.sort((a, b) => a - b);
  t.ok(median >= 0.9, `goodput under overload is ${median.toFixed(2)} of the peak`);
  t.equal(await service.stop(), 0);
  const acknowledged = new Set(loads.flatMap((load) => [...load.acknowledged]));
  assertKept(t, { acknowledged }, await system.kept(), 0);
});
