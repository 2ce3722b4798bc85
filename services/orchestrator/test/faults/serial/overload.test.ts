import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { assertKept } from '../kept-records.ts';
import { KEY, Load } from '../load.ts';
import { startSystem } from '../system.ts';

/** As many as each replica lets in at once: more callers bring no more answers. */
const PEAK = 128;
const TIMES = 5;
const MEASURE_MS = 1_500;
/** In which the callers get on, and those refused first come again. */
const SETTLE_MS = 2_000;
/** Of the peak's good answers, so many must be given under overload. */
const PROMISED = 0.9;
/** And so many for a second of CPU: what refusing costs must not hide where something else is what limits both. */
const WORTH = 0.75;
/** Rounds are measured two by two until they show it clearly, or to the last. */
const ROUNDS = 8;
const CLEARLY = 0.93;

t.setTimeout(240_000);

/** Seconds of CPU that a service has used, by its own metrics. */
async function cpuOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`, { headers: { 'x-api-key': KEY } })).text();
  const [, seconds] = /^process_cpu_seconds_total (\S+)$/m.exec(metrics) ?? [];
  return Number(seconds);
}

t.test(`${TIMES} x overload: as many good answers as at the peak, and the rest refused early`, async (t) => {
  const system = await startSystem(t);
  const start = () => system.orchestrator({ ...system.direct, MAX_IN_FLIGHT: String(PEAK) });
  const services = await Promise.all([start(), start()]);
  const loads: Load[] = [];
  /** Good answers and seconds of CPU a second with so many callers; the load is new, so that no queue is left. */
  const measure = async (url: string, workers: number) => {
    const load = new Load({ target: () => url, workers, heedsRetryAfter: true });
    loads.push(load);
    await sleep(SETTLE_MS);
    const before = await cpuOf(url);
    const from = performance.now();
    await sleep(MEASURE_MS);
    const spent = (await cpuOf(url)) - before;
    const to = performance.now();
    await load.stop();
    const answers = load.answers.filter(
      ({ at, milliseconds }) => at + milliseconds >= from && at + milliseconds < to,
    );
    // an overloaded service tells its metrics later
    const seconds = (to - from) / 1000;
    const good = answers.filter(({ status }) => status === 200).length / seconds;
    t.ok(
      answers.every(({ status }) => status === 200 || status === 503),
      `${workers} callers: ${good.toFixed(0)} good answers a second in ${seconds.toFixed(2)} s`,
    );
    return { good, cpu: spent / seconds };
  };
  // what is compiled for the first time is in none of the rounds
  await Promise.all(services.map(({ url }) => measure(url, PEAK / 4)));
  const total = { peak: { good: 0, cpu: 0 }, overload: { good: 0, cpu: 0 } };
  const share = () => total.overload.good / total.peak.good;
  const worth = () => share() / (total.overload.cpu / total.peak.cpu);
  // at the same time, and each service in both parts: a machine's speed comes and goes by a third
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0 && round % 2 === 0 && share() >= CLEARLY && worth() >= WORTH) break;
    const [one, other] = round % 2 ? services : services.toReversed();
    const found = await Promise.all([measure(one?.url ?? '', PEAK), measure(other?.url ?? '', PEAK * TIMES)]);
    for (const [part, { good, cpu }] of [
      ['peak', found[0]],
      ['overload', found[1]],
    ] as const) {
      total[part].good += good;
      total[part].cpu += cpu;
    }
  }
  t.ok(share() >= PROMISED, `goodput under overload is ${share().toFixed(2)} of the peak`);
  t.ok(worth() >= WORTH, `for a second of CPU, ${worth().toFixed(2)} of the peak`);
  const refused = loads.flatMap((load) => load.answers).filter(({ status }) => status === 503);
  t.ok(refused.length > 100, `${refused.length} refused in all`);
  for (const { service } of services) t.equal(await service.stop(), 0);
  const acknowledged = new Set(loads.flatMap((load) => [...load.acknowledged]));
  assertKept(t, { acknowledged }, await system.kept(), 0);
});
