import t from 'tap';
import { build } from '../build.ts';

const observed_at = '2026-11-01T08:00:00+02:00';
const event_id = '0193E0B7-0000-7000-8000-000000000001';

t.test('one outcome, and many, are kept with times in UTC', async (t) => {
  const { call, records } = await build(t);
  const one = await call('POST', '/v1/outcomes', { event_id, outcome: 1, observed_at });
  t.equal(one.status, 202);
  t.match(one.body, { accepted: 1, received_at: /Z$/ });
  const many = {
    outcomes: [
      { reference: 'a', outcome: 0, observed_at },
      { reference: 'b', outcome: 1, observed_at, source: 'ledger' },
    ],
  };
  t.equal((await call('POST', '/v1/outcomes', many)).body.accepted, 2);
  const { outcomes } = await records();
  t.match(outcomes, [
    { event_id: event_id.toLowerCase(), outcome: 1, observed_at: '2026-11-01 06:00:00.000', source: 'api' },
    { reference: 'a', outcome: 0 },
    { reference: 'b', outcome: 1, source: 'ledger' },
  ]);
});

t.test('bad outcomes name their field, and none of them is kept', async (t) => {
  const { call, records } = await build(t);
  const cases: [object, string][] = [
    [{ outcome: 1, observed_at }, 'body'],
    [{ event_id, reference: 'a', outcome: 1, observed_at }, 'body'],
    [{ event_id: 'x', outcome: 1, observed_at }, 'event_id'],
    [{ event_id, observed_at }, 'outcome'],
    [{ event_id, outcome: 1, observed_at: 'yesterday' }, 'observed_at'],
    [
      {
        outcomes: [
          { reference: 'a', outcome: 1, observed_at },
          { reference: 'b', observed_at },
        ],
      },
      'outcomes.1.outcome',
    ],
    [{ outcomes: [{ outcome: 1, observed_at }] }, 'outcomes.0'],
  ];
  for (const [body, field] of cases) {
    const answer = await call('POST', '/v1/outcomes', body);
    t.equal(answer.status, 400, field);
    t.same(
      answer.body.error.details.map((detail: { field: string }) => detail.field),
      [field],
    );
  }
  t.same((await records()).outcomes, []);
});
