import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import type { Test } from 'tap';
import { testFolder } from '../test-folder.ts';
import { keep, prediction } from './records.ts';

/** What every adapter of the port must do. @param open the evaluation store in a folder */
export function queryContract(t: Test, open: (t: Test, root: string) => Promise<EvaluationQuery>): void {
  t.test('rows are plain JSON values; NULL, an empty text and JSON are told apart', async (t) => {
    const root = testFolder(t);
    const store = await open(t, root);
    const kept = prediction({ reference: '', entities: { merchant: 'a=b, c={d}' }, reasons: ['x, "y"', ''] });
    await keep(root, 'prediction_records', [kept]);
    const rows = await store.query(`select event_id, reference, degraded, created_at, probability,
        cast(features as json) as features, cast(entities as json) as entities, cast(reasons as json) as reasons,
        cast(missing as json) as missing, probability > 0.5 as yes, count(*) over () as n, dt
      from predictions -- a comment; and no second statement`);
    t.strictSame(rows, [
      {
        event_id: 'e1',
        reference: '',
        degraded: null,
        created_at: '2026-03-24 06:30:00.123',
        probability: 0.625,
        features: { LIMIT_BAL: 20_000, PAY_0: 2 },
        entities: { merchant: 'a=b, c={d}' },
        reasons: ['x, "y"', ''],
        missing: [],
        yes: true,
        n: 1,
        dt: '2026-03-24',
      },
    ]);
  });

  t.test('no rows, many rows, and in the order asked for', async (t) => {
    const root = testFolder(t);
    const ids = Array.from({ length: 25 }, (_, i) => `e${String(i).padStart(2, '0')}`);
    await keep(
      root,
      'prediction_records',
      ids.map((event_id) => prediction({ event_id })),
    );
    const store = await open(t, root);
    t.strictSame(await store.query("select event_id from predictions where dt = '2020-01-01'"), []);
    const rows = await store.query(
      '/* newest first */ (select event_id from predictions order by event_id desc)',
    );
    t.strictSame(
      rows.map((row) => row['event_id']),
      ids.toReversed(),
    );
    const many = await Promise.all(
      ids.map((id) => store.query(`with one as (select '${id}' as id) select id from one`)),
    );
    t.strictSame(
      many.map(([row]) => row?.['id']),
      ids,
      'also many at once',
    );
  });

  t.test('SQL that fails, does not read or is none is a QueryError of one line', async (t) => {
    const store = await open(t, testFolder(t));
    for (const sql of [
      'select nope from predictions',
      'select',
      '',
      'drop view predictions',
      "insert into outcome_records (event_id) values ('e')",
      '-- select\n create table x as select 1 as a',
    ])
      await t.rejects(store.query(sql), { name: 'QueryError', message: /^[^\n]+$/ }, sql);
    t.equal((await store.query('select 1 as a')).length, 1, 'and it goes on');
  });

  t.test('a question that nobody waits for any more is not asked', async (t) => {
    const store = await open(t, testFolder(t));
    const signal = AbortSignal.abort(new Error('gone'));
    await t.rejects(store.query('select 1 as a', { signal }), { message: 'gone' });
  });
}
