import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { Uses } from '../../src/inference/uses.ts';
import { deferred } from '../deferred.ts';

t.test('it has ended when every use has, those begun meanwhile too', async (t) => {
  const uses = new Uses();
  let ended = false;
  const first = deferred<string>();
  const second = deferred<string>();
  const one = uses.during(() => first.promise);
  const waiting = uses.ended().then(() => {
    ended = true;
  });
  const two = uses.during(() => second.promise);
  first.resolve('one');
  t.equal(await one, 'one');
  await wait(5);
  t.notOk(ended);
  second.reject(new Error('two'));
  await t.rejects(two, /two/);
  await waiting;
  t.ok(ended);
});

t.test('whoever was handed the version in this turn is waited for', async (t) => {
  const uses = new Uses();
  let ended = false;
  uses.ended().then(() => {
    ended = true;
  });
  await Promise.resolve();
  const use = uses.during(() => wait(20));
  await nextTurn();
  await nextTurn();
  t.notOk(ended);
  await use;
  await nextTurn();
  t.ok(ended);
});
