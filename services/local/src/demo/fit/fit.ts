import { seededRandom } from '@tristore/common/random.ts';
import { BILL, componentsOf, FIXED, PAYMENT, STATUS } from '../columns.ts';
import { billTold, paymentTold, type Told } from '../money.ts';
import { CATEGORIES, type Category } from '../person.ts';
import type { Counts, Quantiles, Shape } from '../shape.ts';
import { contextsOf } from '../statuses.ts';
import { componentFrom } from './components.ts';
import { countsOf, FEWEST, groupBy, normalScores, quantilesOf } from './group.ts';
import type { RealClient } from './read-clients.ts';

const SOURCE = 'UCI "default of credit card clients" (CC BY 4.0), doi 10.24432/C55S3H: aggregates only';
/** A longer context needs this many clients to be believed over a shorter one. */
const CONTEXT = 40;
/** The same for a group of shares. */
const GROUP = 120;
/** The same for a component: its covariance has 105 numbers. */
const COMPONENT = 150;

type Values = RealClient['values'];
type Money = Record<string, Quantiles>;

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

function fitCategory(clients: readonly RealClient[], column: Category): Record<string, Counts> {
  const groups = groupBy(clients, ({ values, label }) => CATEGORIES[column](values, label));
  return Object.fromEntries(
    [...groups]
      .map(([name, group]): [string, Counts] => [
        name,
        countsOf(group.map(({ values }) => values[column] ?? 0)),
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

interface Share {
  groups: string[];
  share: number;
}

function shareOf(amount: number, { groups, offset, unit }: Told): Share {
  return { groups, share: (amount - offset) / (unit || 1) };
}

/** The shares of every group, of which one share has several; a plain loop, since there are a million. */
function sharesOf(all: readonly Share[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { groups: names, share } of all)
    for (const name of names) {
      const shares = groups.get(name);
      if (shares) shares.push(share);
      else groups.set(name, [share]);
    }
  return groups;
}

/** Normal scores of the shares of every month, each ranked over all months within the most telling large group. */
function rankWithin(months: readonly Share[][], ties: readonly number[], money: Money): number[][] {
  const all = months.flatMap((shares, month) => shares.map((share, i) => ({ ...share, month, i })));
  for (const [name, shares] of sharesOf(all)) if (shares.length >= GROUP) money[name] = quantilesOf(shares);

  const scores = months.map((shares) => new Array<number>(shares.length));
  for (const group of groupBy(all, ({ groups }) => groups.find((name) => name in money) ?? '').values()) {
    const ranked = normalScores(
      group.map(({ share }) => share),
      group.map(({ i }) => ties[i] ?? 0),
    );
    for (const [j, { month, i }] of group.entries()) (scores[month] as number[])[i] = ranked[j] ?? 0;
  }
  return scores;
}

/** Fits the shape: counts, quantiles and covariances of groups. The same clients give the same shape. */
export function fitShape(clients: readonly RealClient[]): Shape {
  const random = seededRandom(1).fork('ties');
  const ties = () => clients.map(() => random.next());
  const column = (name: string): number[] => clients.map(({ values }) => values[name] ?? 0);
  const fixed = FIXED.map(([name]) => normalScores(column(name), ties()));

  const money: Money = {};
  const rank = (columns: readonly string[], told: (values: Values, month: number) => Told) =>
    rankWithin(
      columns.map((name, month) =>
        clients.map(({ values }) => shareOf(values[name] ?? 0, told(values, month))),
      ),
      ties(),
      money,
    );
  const scores = [...fixed, ...rank(BILL, billTold), ...rank(PAYMENT, paymentTold)];

  const members = groupBy(
    clients.flatMap((client, i) => componentsOf(statusesOf(client), client.label).map((key) => ({ key, i }))),
    ({ key }) => key,
  );
  return {
    format: 'tristore-shape/1',
    source: SOURCE,
    rows: clients.length,
    label: countsOf(clients.map(({ label }) => label)),
    limit: countsOf(column('LIMIT_BAL')),
    age: countsOf(column('AGE')),
    categories: {
      SEX: fitCategory(clients, 'SEX'),
      EDUCATION: fitCategory(clients, 'EDUCATION'),
      MARRIAGE: fitCategory(clients, 'MARRIAGE'),
    },
    statuses: fitStatuses(clients),
    money,
    components: Object.fromEntries(
      [...members]
        .filter(([, group]) => group.length >= COMPONENT)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, group]) => [key, componentFrom(group.map(({ i }) => scores.map((of) => of[i] ?? 0)))]),
    ),
  };
}

/** The shape as it is kept. */
export const bytesOf = (shape: Shape): string => `${JSON.stringify(shape)}\n`;
