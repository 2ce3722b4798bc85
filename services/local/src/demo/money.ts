import { BILL, PAYMENT, STATUS } from './columns.ts';
import { limitBand } from './person.ts';

/** How one amount is told by a share with a known distribution: `amount = offset + unit * share`. */
export interface Told {
  /** Names of the distribution of the share, the most telling first: clients who were alike so far. */
  groups: string[];
  offset: number;
  unit: number;
}

type Values = Readonly<Record<string, number>>;
const at = (values: Values, columns: readonly string[], month: number): number =>
  values[columns[month] ?? ''] ?? 0;

const bandOf = (edges: readonly number[], x: number): number => edges.filter((edge) => x > edge).length;
/** Of last month's bill as a share of the limit: narrow where clients run into it. */
const UTILISATION = [-1e-9, 0, 0.005, 0.02, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.02];
/** Of a bill in NT dollars: 0, then steps of two fifths, since the least payment is a fixed part of the bill. */
const OWED = [0, ...Array.from({ length: 20 }, (_, i) => 500 * 1.4 ** i)];

/** The oldest month in the file, April. */
export const OLDEST = BILL.length - 1;

/** No consumption, paid in full, revolving, late; in the latest month alone 1 month of delay is common. */
const classOf = (values: Values, month: number): number =>
  Math.min(at(values, STATUS, month), month === 0 ? 2 : 1);

/** By the month's class and the next one's, which a missed payment brings about; then by ever less. */
function groupsOf(kind: string, values: Values, month: number, band: number): string[] {
  const [now, next] = [classOf(values, month), month === 0 ? 'end' : classOf(values, month - 1)];
  return [`${kind} ${now} ${next} ${band}`, `${kind} ${now} ${band}`, `${kind} ${band}`, kind];
}

/**
 * A payment by the bill of the month before: a share of it for who pays in full, else an amount; for April, whose
 * bill before is not known, an amount by its own bill.
 * @param month 0 is September, 5 is April; needs all statuses and the bill
 */
export function paymentTold(values: Values, month: number): Told {
  if (month === OLDEST) {
    const band = bandOf(OWED, at(values, BILL, month));
    return { groups: groupsOf('first payment', values, month, band), offset: 0, unit: 1 };
  }
  const owed = at(values, BILL, month + 1);
  const inFull = owed > 0 && classOf(values, month) < 0;
  const groups = groupsOf(inFull ? 'share paid' : 'payment', values, month, bandOf(OWED, owed));
  return { groups, offset: 0, unit: inFull ? owed : 1 };
}

/**
 * A bill by the month before: what was owed and not paid, and the spending since as a share of the limit; where all is
 * paid every month, and in April, the bill itself as a share of the limit.
 * @param month needs the limit, all statuses, and for all but April the bill before and the month's payment
 */
export function billTold(values: Values, month: number): Told {
  const limit = values['LIMIT_BAL'] ?? 0;
  if (month === OLDEST)
    return { groups: groupsOf('first bill', values, month, limitBand(values)), offset: 0, unit: limit };
  const owed = at(values, BILL, month + 1);
  const band = bandOf(UTILISATION, owed / limit);
  const carried = classOf(values, month) >= 0;
  return {
    groups: [
      `${carried ? 'spent' : 'bill'} ${classOf(values, month)} ${band} limit ${limitBand(values)}`,
      ...groupsOf(carried ? 'spent' : 'bill', values, month, band),
    ],
    offset: carried ? owed - at(values, PAYMENT, month) : 0,
    unit: limit,
  };
}
