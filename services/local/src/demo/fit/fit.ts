import { seededRandom } from '@tristore/trainer/random.ts';
import { BILL, componentOf, FIXED, PAYMENT, STATUS, statusClass } from '../columns.ts';
import type { Counts, Month, Quantiles, Shape } from '../shape.ts';
import { contextsOf } from '../statuses.ts';
import { componentFrom } from './components.ts';
import { countsOf, FEWEST, groupBy, normalScores, quantilesOf } from './group.ts';
import type { RealClient } from './read-clients.ts';

const SOURCE = 'UCI "default of credit card clients" (CC BY 4.0), doi 10.24432/C55S3H: aggregates only';
/** A longer context needs this many clients to be believed over a shorter one. */
const CONTEXT = 40;

const statusesOf = ({ values }: RealClient): number[] => STATUS.map((column) => values[column] ?? 0);

function fitStatuses(clients: readonly RealClient[]): Record<string, Counts> {
  const next = clients.flatMap((client) => {
    const statuses = statusesOf(client);
    return statuses.flatMap((status, month) =>
      contextsOf(statuses.slice(0, month), client.label).map((context) => ({ context, status })),
    );
  });
  const groups = [...groupBy(next, ({ context }) => context)].filter(
    ([context, group]) => group.length >= (context.split('/').length > 2 ? CONTEXT : FEWEST),
  );
  return Object.fromEntries(
    groups
      .map(([context, group]): [string, Counts] => [context, countsOf(group.map(({ status }) => status))])
      .filter(([, counts]) => Object.keys(counts).length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** One number of every client, and the group within which it is ranked. */
interface Measure {
  kind: 'bill' | 'payment' | 'unbilled';
  status: string;
  share: number;
}

function billOf(client: RealClient, month: number): Measure {
  const { values } = client;
  const share = (values[BILL[month] ?? ''] ?? 0) / (values['LIMIT_BAL'] || 1);
  return { kind: 'bill', status: statusClass(statusesOf(client)[month] ?? 0), share };
}

function paymentOf(client: RealClient, month: number): Measure {
  const { values } = client;
  const owed = values[BILL[month + 1] ?? ''] ?? 0;
  const paid = values[PAYMENT[month] ?? ''] ?? 0;
  const status = statusClass(statusesOf(client)[month] ?? 0);
  if (owed > 0) return { kind: 'payment', status, share: paid / owed };
  return { kind: 'unbilled', status, share: paid / (values['LIMIT_BAL'] || 1) };
}

type Tables = Record<'bill' | 'payment' | 'unbilled', Record<string, Quantiles>>;

/** Ranks every measure within its group, and notes the group's quantiles. */
function rankWithin(measures: readonly Measure[], ties: readonly number[], tables: Tables): number[] {
  const scores = new Array<number>(measures.length);
  const indexed = measures.map((measure, i) => ({ ...measure, i }));
  for (const group of groupBy(indexed, ({ kind, status }) => `${kind}/${status}`).values()) {
    const shares = group.map(({ share }) => share);
    const ranked = normalScores(
      shares,
      group.map(({ i }) => ties[i] ?? 0),
    );
    for (const [j, { i, kind, status }] of group.entries()) {
      scores[i] = ranked[j] ?? 0;
      tables[kind][status] ??= quantilesOf(shares);
    }
  }
  return scores;
}

/** Fits the shape: counts, quantiles and covariances of groups. The same clients give the same shape. */
export function fitShape(clients: readonly RealClient[]): Shape {
  const random = seededRandom(1).fork('ties');
  const ties = () => clients.map(() => random.next());
  const column = (name: string): number[] => clients.map(({ values }) => values[name] ?? 0);
  const fixed = FIXED.map(([name]) => normalScores(column(name), ties()));

  const [billTies, paymentTies] = [ties(), ties()];
  const tables: Tables[] = BILL.map(() => ({ bill: {}, payment: {}, unbilled: {} }));
  const rank = (measure: (client: RealClient, month: number) => Measure, by: number[]) =>
    tables.map((table, month) =>
      rankWithin(
        clients.map((client) => measure(client, month)),
        by,
        table,
      ),
    );
  const scores = [...fixed, ...rank(billOf, billTies), ...rank(paymentOf, paymentTies)];

  const components = groupBy(
    clients.map(({ values, label }, i) => ({ key: componentOf(values['PAY_0'] ?? 0, label), i })),
    ({ key }) => key,
  );
  return {
    format: 'tristore-shape/1',
    source: SOURCE,
    rows: clients.length,
    label: countsOf(clients.map(({ label }) => label)),
    limit: countsOf(column('LIMIT_BAL')),
    age: countsOf(column('AGE')),
    sex: countsOf(column('SEX')),
    education: countsOf(column('EDUCATION')),
    marriage: countsOf(column('MARRIAGE')),
    statuses: fitStatuses(clients),
    months: tables satisfies Month[],
    components: Object.fromEntries(
      [...components]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, group]) => [key, componentFrom(group.map(({ i }) => scores.map((of) => of[i] ?? 0)))]),
    ),
  };
}
