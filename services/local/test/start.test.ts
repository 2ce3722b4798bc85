import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { KEY, launch, query } from './launched.ts';

t.setTimeout(300_000);

const EVENT = { model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } };
const kept = (dataDir: string, id: string) =>
  query(dataDir, `select * from predictions where event_id = '${id}'`);

t.test('from one command to a kept, queryable record', async (t) => {
  const dataDir = testFolder(t);
  const first = await launch(t, dataDir);
  t.match(first.output, new RegExp(`${first.url}/docs`));
  t.match(first.output, new RegExp(`${first.modelUrl}/v2/docs`));
  t.match(first.output, /loaded 500 synthetic clients/);
  const curl = /^ {2}(curl .*)$/m.exec(first.output)?.[1] ?? '';
  const answer = JSON.parse(execFileSync('bash', ['-c', curl], { encoding: 'utf8' }));
  t.match(answer, {
    model_name: 'credit-default',
    model_version: '1',
    missing_features: [],
    out_of_range: [],
  });
  t.equal((await first.predict(EVENT, 'wrong')).status, 401);
  t.equal((await first.predict({ ...EVENT, client: { id: 501 } })).status, 404);

  t.equal(await first.stop(), 0, 'Ctrl-C ends it in order');
  t.match(
    kept(dataDir, answer.event_id),
    [{ entity_id: '1', probability: answer.probability, route: 'pinned' }],
    'found at once after Ctrl-C',
  );
  t.equal(query(dataDir, 'select count(*) as n from predictions')[0]?.['n'], 2, 'the self-test and the curl');

  // the same folder again: nothing is loaded twice, and a SIGKILL of every process loses nothing
  const second = await launch(t, dataDir);
  t.notMatch(second.output, /loaded/);
  const again = await second.predict(EVENT);
  await second.kill();
  t.equal(again.body.probability, answer.probability, 'the same client, the same answer');
  const third = await launch(t, dataDir);
  t.equal(kept(dataDir, again.body.event_id).length, 1, 'the record is there once when it is ready again');

  // while it runs, a record is there when Firehose's buffer time is over
  const live = await third.predict(EVENT);
  const answered = Date.now();
  const audit = async () => {
    const sent = await fetch(`${third.url}/v1/predictions/${live.body.event_id}`, {
      // the loop below blocks this process for so long that a kept connection ends unseen
      headers: { 'x-api-key': KEY, connection: 'close' },
    });
    return { status: sent.status, body: (await sent.json()) as Record<string, unknown> };
  };
  t.match(await audit(), { status: 404, body: { error: { code: 'prediction_not_yet_kept' } } });
  while (kept(dataDir, live.body.event_id).length === 0 && Date.now() - answered < 70_000) await sleep(8_000);
  t.equal(kept(dataDir, live.body.event_id).length, 1, 'found by a query within 70 s');
  t.match(await audit(), {
    status: 200,
    body: { event_id: live.body.event_id, probability: live.body.probability, entity_id: '1' },
  });

  // an outcome joins the prediction
  const outcome = { event_id: answer.event_id, outcome: 1, observed_at: '2026-11-01T00:00:00Z' };
  const sent = await fetch(`${third.url}/v1/outcomes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY },
    body: JSON.stringify(outcome),
  });
  t.equal(sent.status, 202);
  t.equal(await third.stop(), 0);
  t.match(
    query(dataDir, `select outcome from predictions_with_outcomes where event_id = '${answer.event_id}'`),
    [{ outcome: 1 }],
  );
  // at least once: what Firehose took just before the kill may be there again, and the views remove it
  t.equal(query(dataDir, 'select event_id from predictions group by 1 having count(*) > 1').length, 0);
});
