import { type Random, seededRandom } from '@tristore/common/random.ts';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import {
  BILL,
  BILL_SCORE,
  COLUMNS,
  componentsOf,
  FIXED,
  type Label,
  PAYMENT,
  PAYMENT_SCORE,
  SCORES,
  STATUS,
} from './columns.ts';
import { drawCount, quantileAt, uniformOf } from './marginal.ts';
import { billTold, OLDEST, paymentTold, type Told } from './money.ts';
import { CATEGORIES, CATEGORY_NAMES } from './person.ts';
import { type Component, creditDefaultShape, type Shape } from './shape.ts';
import { drawStatuses } from './statuses.ts';

/** Multiples of it, modulo 1, fill [0, 1) evenly from the first one on: 500 clients have the shares of many. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** A client without any money moved has little that is its own, so might be somebody: it is drawn again. */
const isIdle = (values: Readonly<Record<string, number>>): boolean =>
  [...BILL, ...PAYMENT].every((column) => values[column] === 0);
const MOST_DRAWS = 50;

/** A client who never was. */
export interface SyntheticClient {
  id: string;
  /** Every column of the view `credit-default`, protected ones too; integers. */
  values: Record<string, number>;
  /** Whether the client defaults next month. */
  label: Label;
}

type Levels = (components: readonly string[]) => number[];

/** Standard normal (Box and Muller, 1958). */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

function factorOf({ covariance }: Component): Matrix {
  const at = (i: number, j: number): number => covariance[(i * (i + 1)) / 2 + j] ?? 0;
  const full = Array.from({ length: SCORES }, (_, i) =>
    Array.from({ length: SCORES }, (_, j) => at(Math.max(i, j), Math.min(i, j))),
  );
  return new CholeskyDecomposition(new Matrix(full)).lowerTriangularMatrix;
}

/** Draws levels in (0, 1), tied to one another as the component says. */
function levelsOf(shape: Shape, random: Random): Levels {
  const factors = new Map(Object.entries(shape.components).map(([key, c]) => [key, factorOf(c)]));
  return (components) => {
    const key = components.find((candidate) => factors.has(candidate)) ?? '';
    const factor = factors.get(key);
    const mean = shape.components[key]?.mean;
    if (!factor || !mean) throw new RangeError(`the shape has no component ${components.join(' or ')}`);
    const independent = Matrix.columnVector(Array.from({ length: SCORES }, () => normal(random)));
    return factor
      .mmul(independent)
      .to1DArray()
      .map((score, i) => uniformOf(score + (mean[i] ?? 0)));
  };
}

function valuesOf(
  shape: Shape,
  statuses: readonly number[],
  label: Label,
  levels: readonly number[],
  random: Random,
): Record<string, number> {
  // All columns in the file's order, whatever order they are drawn in
  const values: Record<string, number> = Object.fromEntries(COLUMNS.map((column) => [column, 0]));
  for (const [i, [column, name]] of FIXED.entries())
    [values[column]] = drawCount(shape[name], levels[i] ?? 0);
  for (const column of CATEGORY_NAMES) {
    const counts = shape.categories[column][CATEGORIES[column](values, label)] ?? {};
    [values[column]] = drawCount(counts, random.next());
  }
  for (const [i, column] of STATUS.entries()) values[column] = statuses[i] ?? 0;
  const draw = ({ groups, offset, unit }: Told, score: number): number => {
    const group = groups.find((candidate) => candidate in shape.money);
    const share = quantileAt(shape.money[group ?? ''] ?? [], levels[score] ?? 0);
    // Adding 0 makes a plain 0 of the -0 that rounding may give
    return Math.round(offset + unit * share) + 0;
  };
  const bill = (month: number) => draw(billTold(values, month), BILL_SCORE + month);
  values[BILL[OLDEST] ?? ''] = bill(OLDEST);
  for (let month = OLDEST; month >= 0; month--) {
    values[PAYMENT[month] ?? ''] = draw(paymentTold(values, month), PAYMENT_SCORE + month);
    if (month < OLDEST) values[BILL[month] ?? ''] = bill(month);
  }
  return values;
}

/**
 * Clients of the view `credit-default` with the joint shape of the real ones, drawn from groups' counts, quantiles and
 * covariances alone: label, then six repayment statuses, then all else by the Gaussian copula of the label and the
 * latest status (docs/synthetic-data.md).
 * @param count clients, with ids `1` to `count`
 * @param seed the same seed gives the same clients, and a larger count begins with those of a smaller one
 */
export function syntheticClients(count: number, seed: number): SyntheticClient[] {
  const shape = creditDefaultShape();
  const random = seededRandom(seed).fork('synthetic clients');
  const levels = levelsOf(shape, random);
  const first = random.next();
  return Array.from({ length: count }, (_, i) => {
    const [labelled, rest] = drawCount(shape.label, (first + i * GOLDEN_RATIO) % 1);
    const label: Label = labelled === 1 ? 1 : 0;
    const statuses = drawStatuses(shape.statuses, label, rest, random);
    const draw = () => valuesOf(shape, statuses, label, levels(componentsOf(statuses, label)), random);
    let values = draw();
    for (let again = 0; again < MOST_DRAWS && isIdle(values); again++) values = draw();
    return { id: String(i + 1), values, label };
  });
}
