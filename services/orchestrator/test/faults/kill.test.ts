import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@tristore/common/random.ts';
import t from 'tap';
import { assertKept } from './kept-records.ts';
import { Load } from './load.ts';
import { startSystem } from './system.ts';

/** `FAULT_ROUNDS=500` makes it a long one. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 25);

/** Milliseconds that a worker rests between two requests: while the next process starts beside the load, and at the kill. */
const REST_MS = { start: 200, kill: 2 };

t.setTimeout(120_000 + ROUNDS * 20_000);

t.test(`SIGKILL at random points under load, ${ROUNDS} times: what was acknowledged is kept`, async (t) => {
  const system = await startSystem(t);
  const random = seededRandom(11);
  // in turn: whoever comes next starts while this one works, and adopts what it leaves
  const start = (round: number) =>
    system.orchestrator({ EVALUATION_ACK: round % 3 === 2 ? 'firehose' : 'disk', LOG_LEVEL: 'info' });
  let current = await start(0);
  let target: string | undefined = current.url;
  const load = new Load({ target: () => target, workers: 16, restMs: REST_MS.start });
  let cutOff = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const next = start(round);
    await sleep(20 + random.next() * 300);
    const following = await next;
    load.restFor(REST_MS.kill);
    await sleep(20 + random.next() * 80);
    cutOff += load.underWay(current.url);
    target = following.url;
    await current.service.kill();
    load.restFor(REST_MS.start);
    current = following;
  }
  await sleep(300);
  await load.stop();
  t.equal(await current.service.stop(), 0, 'the last one ends in order');
  // what the last one that was killed left waits on disk for whoever comes next
  const heir = await start(0);
  t.equal(await heir.service.stop(), 0);
  t.ok(load.acknowledged.size > ROUNDS * 20, `${load.acknowledged.size} answers`);
  // those whose answer the kill cut off, as the workers saw them; the requests of the moment are no more
  t.ok(load.broken <= cutOff, `${load.broken} broken, ${cutOff} under way at the kills`);
  assertKept(t, load, await system.kept(), cutOff);
});
