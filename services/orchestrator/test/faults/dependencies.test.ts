import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { halfRefusing } from './half-refusing-firehose.ts';
import { assertKept } from './kept-records.ts';
import { Load } from './load.ts';
import { type RunningModel, startModel, startSystem } from './system.ts';
import { throttling } from './throttling-dynamodb.ts';

/** `FAULT_SECONDS=180` keeps dependencies down for minutes. */
const DOWN_MS = Number(process.env['FAULT_SECONDS'] ?? 2) * 1000;
const DEADLINE_MS = 1_000;
/** Where every answer must be given, and no deadline is what is tested. */
const PATIENT = { REQUEST_DEADLINE_MS: '10000' };
/** Beyond the deadline: the load generator and four processes share the machine's cores. */
const SLACK_MS = 1_500;

t.setTimeout(300_000 + 20 * DOWN_MS);

async function underLoad(t: Test, environment: Record<string, string> = {}, model?: RunningModel) {
  const system = await startSystem(t, { model });
  const first = await system.orchestrator({ REQUEST_DEADLINE_MS: String(DEADLINE_MS), ...environment });
  const load = new Load({ target: () => first.url, workers: 8, restMs: 50 });
  await until(() => load.acknowledged.size > 50, 'it answers');
  /** What was answered to requests that began from now on, once it is asked for. */
  const watch = () => {
    const from = performance.now();
    return () => load.answers.filter(({ at }) => at >= from);
  };
  /** Ends the load and the service, and holds what was promised. */
  const finish = async () => {
    await load.stop();
    t.equal(await first.service.stop(), 0, 'ends in order');
    t.equal(load.broken, 0, 'no request broke');
    return system.kept();
  };
  return { ...system, first, load, watch, finish };
}

async function until(condition: () => boolean, what: string, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !condition(); await sleep(20))
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
}

const share = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length / Math.max(answers.length, 1);
const slowest = (answers: readonly { milliseconds: number }[]) =>
  Math.max(0, ...answers.map(({ milliseconds }) => milliseconds));

t.test('Firehose or DynamoDB fail', async (t) => {
  // it has no part in it: one serves all
  const model = await startModel(t);

  await t.test('Firehose is down: with `disk` nobody notices, and all is delivered afterwards', async (t) => {
    const { proxies, load, watch, finish } = await underLoad(
      t,
      { ...PATIENT, EVALUATION_ACK: 'disk' },
      model,
    );
    const during = watch();
    proxies.firehose.fail('refuse');
    await sleep(DOWN_MS);
    t.equal(share(during(), 200), 1, `${during().length} answers`);
    proxies.firehose.heal();
    assertKept(t, load, await finish(), 0);
  });

  await t.test(
    'Firehose is down: with `firehose` nothing is promised, and afterwards it is again',
    async (t) => {
      const { proxies, load, watch, finish } = await underLoad(t, { EVALUATION_ACK: 'firehose' }, model);
      proxies.firehose.fail('refuse');
      await sleep(100);
      const during = watch();
      await sleep(DOWN_MS);
      const answers = during();
      t.equal(share(answers, 503), 1, `${answers.length} answers`);
      t.ok(answers.every(({ code }) => code === 'evaluation_log_unavailable'));
      t.ok(slowest(answers) < DEADLINE_MS + SLACK_MS, `the slowest took ${slowest(answers)} ms`);
      proxies.firehose.heal();
      const before = load.acknowledged.size;
      await until(() => load.acknowledged.size > before + 50, 'it answers again');
      // records without an answer may be kept: those under way when it went down
      assertKept(t, load, await finish(), load.answers.filter(({ status }) => status === 503).length);
    },
  );

  for (const EVALUATION_ACK of ['disk', 'firehose'])
    await t.test(`Firehose refuses half: with \`${EVALUATION_ACK}\` each record is kept`, async (t) => {
      const system = await startSystem(t, { model });
      const half = await halfRefusing(t, system.endpoints.firehose);
      system.proxies.firehose.leadTo(half.url);
      const { service, url } = await system.orchestrator({ ...PATIENT, EVALUATION_ACK });
      const load = new Load({ target: () => url, workers: 8, restMs: 50 });
      await sleep(DOWN_MS);
      await until(() => half.refused > 50, 'records are refused');
      half.refusing = false;
      await load.stop();
      t.equal(await service.stop(), 0);
      t.ok(share(load.answers, 200) > 0.95, `${share(load.answers, 200)} answered`);
      const refused = load.answers.filter(({ status }) => status !== 200).length;
      assertKept(t, load, await system.kept(), refused);
    });

  await t.test('DynamoDB is slow: answers are, and all are given', async (t) => {
    const { proxies, load, watch, finish } = await underLoad(t, PATIENT, model);
    proxies.dynamodb.delayMs = 200;
    await sleep(250);
    const during = watch();
    await sleep(DOWN_MS);
    t.equal(share(during(), 200), 1);
    t.ok(slowest(during()) > 200);
    proxies.dynamodb.heal();
    assertKept(t, load, await finish(), 0);
  });

  await t.test('DynamoDB throttles every other call: answers are given all the same', async (t) => {
    const { proxies, endpoints, load, watch, finish } = await underLoad(t, PATIENT, model);
    const throttled = await throttling(t, endpoints.dynamodb);
    proxies.dynamodb.leadTo(throttled.url);
    const during = watch();
    await sleep(DOWN_MS);
    await until(() => throttled.refused > 10, 'calls are throttled');
    const answers = during();
    t.equal(share(answers, 200), 1, `${answers.length} answers`);
    assertKept(t, load, await finish(), 0);
  });

  await t.test('DynamoDB hangs: 503 within the deadline, then at once, and it comes back', async (t) => {
    const { proxies, load, watch, finish } = await underLoad(t, {}, model);
    proxies.dynamodb.fail('hang');
    await sleep(50);
    const during = watch();
    await sleep(Math.max(DOWN_MS, 6 * DEADLINE_MS));
    const answers = during();
    t.equal(share(answers, 503), 1);
    t.ok(slowest(answers) < DEADLINE_MS + SLACK_MS, `the slowest took ${slowest(answers)} ms`);
    const late = answers.slice(-50).map(({ milliseconds }) => milliseconds);
    t.ok(late.filter((ms) => ms < 100).length > 25, 'most are refused at once, without a call');
    proxies.dynamodb.heal();
    const before = load.acknowledged.size;
    await until(() => load.acknowledged.size > before + 50, 'it answers again');
    assertKept(t, load, await finish(), 0);
  });

  await t.test('DynamoDB is away: who brings all features has answers', async (t) => {
    const system = await startSystem(t, { model });
    const { service, url } = await system.orchestrator(PATIENT);
    const warm = new Load({ target: () => url, workers: 1 });
    await until(() => warm.acknowledged.size > 5, 'the key is known');
    await warm.stop();
    system.proxies.dynamodb.fail('refuse');
    const load = new Load({ target: () => url, workers: 4, restMs: 50, ownFeatures: true });
    await sleep(DOWN_MS);
    await until(() => load.answers.length > 20, 'there are answers');
    await load.stop();
    t.equal(share(load.answers, 200), 1);
    t.equal(await service.stop(), 0);
    const rows = await system.kept();
    t.equal(rows.filter(({ degraded }) => degraded === 'feature_store').length, load.acknowledged.size);
  });
});

t.test('the model server is killed and started again', async (t) => {
  const { proxies, model, startModel, load, watch, finish } = await underLoad(t);
  const next = startModel();
  await model.kill();
  const during = watch();
  await sleep(DOWN_MS / 2);
  const answers = during().filter(({ status }) => status !== 200);
  t.ok(answers.length > 0);
  t.ok(
    answers.every(({ code }) => code === 'model_unavailable'),
    [...new Set(answers.map(({ code }) => code))].join(),
  );
  t.ok(slowest(answers) < DEADLINE_MS + SLACK_MS, `the slowest took ${slowest(answers)} ms`);
  proxies.model.leadTo((await next).url);
  const before = load.acknowledged.size;
  const began = performance.now();
  await until(() => load.acknowledged.size > before, 'it answers again');
  t.ok(performance.now() - began < 3_000 + SLACK_MS, `after ${performance.now() - began} ms`);
  assertKept(t, load, await finish(), 0);
});
