import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { assertKept } from '../kept-records.ts';
import { Load } from '../load.ts';
import { startSystem } from '../system.ts';

/** The peak is looked for among these. */
const WORKERS = [128, 256];
const TIMES = 5;
const MEASURE_MS = 1_500;
/** In which the callers get on, and under overload those refused first come again. */
const SETTLE_MS = { peak: 1_000, overload: 2_000 };
/** Measured so long while the peak is looked for. */
const GLANCE_MS = 1_000;
/** Of the peak's good answers, so many must be given under overload. */
const PROMISED = 0.9;
/** Rounds are measured two by two until they show it clearly, or to the last. */
const ROUNDS = 12;
const CLEARLY = 0.91;

t.setTimeout(240_000);

t.test(`${TIMES} x overload: as many good answers as at the peak, and the rest refused early`, async (t) => {
  const system = await startSystem(t);
  const { service, url } = await system.orchestrator({ ...system.direct, MAX_IN_FLIGHT: '256' });
  const loads: Load[] = [];
  /** Good answers a second with so many workers; the load is new, so that no queue is left of the last. */
  const goodput = async (workers: number, settleMs: number, measureMs: number) => {
    const load = new Load({ target: () => url, workers, heedsRetryAfter: true });
    loads.push(load);
    await sleep(settleMs);
    const from = performance.now();
    await sleep(measureMs);
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
  const glance = (workers: number) => goodput(workers, SETTLE_MS.peak, GLANCE_MS);
  // what is compiled for the first time is none of them
  await glance(64);
  const tried = new Map<number, number>();
  for (const workers of WORKERS) tried.set(workers, await glance(workers));
  const best = Math.max(...tried.values());
  const atPeak = WORKERS.find((workers) => tried.get(workers) === best) ?? 0;
  const total = { peak: 0, overload: 0 };
  const measure = {
    peak: () => goodput(atPeak, SETTLE_MS.peak, MEASURE_MS),
    overload: () => goodput(atPeak * TIMES, SETTLE_MS.overload, MEASURE_MS),
  };
  const share = () => total.overload / total.peak;
  // side by side, each first in turn: the machine, and the log that delivers meanwhile, come and go by a tenth
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0 && round % 2 === 0 && share() >= CLEARLY) break;
    for (const what of round % 2 ? (['overload', 'peak'] as const) : (['peak', 'overload'] as const)) {
      const rate = await measure[what]();
      total[what] += rate;
      t.comment(`${what}, ${atPeak * (what === 'peak' ? 1 : TIMES)} workers: ${rate.toFixed(0)}/s`);
    }
  }
  t.ok(share() >= PROMISED, `goodput under overload is ${share().toFixed(2)} of the peak`);
  const refused = loads.flatMap((load) => load.answers).filter(({ status }) => status === 503);
  t.ok(refused.length > 100, `${refused.length} refused in all`);
  t.equal(await service.stop(), 0);
  const acknowledged = new Set(loads.flatMap((load) => [...load.acknowledged]));
  assertKept(t, { acknowledged }, await system.kept(), 0);
});
