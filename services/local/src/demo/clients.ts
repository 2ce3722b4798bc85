import { type Random, seededRandom } from '@tristore/trainer/random.ts';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { probit } from 'simple-statistics';
import {
  BILL,
  BILL_SCORE,
  componentsOf,
  FIXED,
  type Label,
  PAYMENT,
  PAYMENT_SCORE,
  SCORES,
  STATUS,
} from './columns.ts';
import { evenLevels } from './even-levels.ts';
import { drawCount, quantileAt, uniformOf } from './marginal.ts';
import { billTold, OLDEST, paymentTold, type Told } from './money.ts';
import { type Component, creditDefaultShape, type Shape } from './shape.ts';
import { drawStatuses } from './statuses.ts';

/** The latest repayment statuses tell the most of the score: these are drawn evenly, as are label and limit. */
const EVEN_STATUSES = 3;

/** A client who never was. */
export interface SyntheticClient {
  id: string;
  /** Every column of the view `credit-default`, protected ones too; integers. */
  values: Record<string, number>;
  /** Whether the client defaults next month. */
  label: Label;
}

type Levels = (components: readonly string[], first: number) => number[];

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

/** Draws levels in (0, 1), tied to one another as the component says; the first independent one is given. */
function levelsOf(shape: Shape, random: Random): Levels {
  const factors = new Map(Object.entries(shape.components).map(([key, c]) => [key, factorOf(c)]));
  return (components, first) => {
    const key = components.find((candidate) => factors.has(candidate)) ?? '';
    const factor = factors.get(key);
    const mean = shape.components[key]?.mean;
    if (!factor || !mean) throw new RangeError(`the shape has no component ${components.join(' or ')}`);
    const independent = Matrix.columnVector(
      Array.from({ length: SCORES }, (_, i) => (i === 0 ? probit(first) : normal(random))),
    );
    return factor
      .mmul(independent)
      .to1DArray()
      .map((score, i) => uniformOf(score + (mean[i] ?? 0)));
  };
}

function valuesOf(
  shape: Shape,
  statuses: readonly number[],
  levels: readonly number[],
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [i, [column, name]] of FIXED.entries()) values[column] = drawCount(shape[name], levels[i] ?? 0);
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
  const even = evenLevels(2 + EVEN_STATUSES, random);
  return Array.from({ length: count }, (_, i) => {
    const [forLabel = 0, forLimit = 0, ...forStatuses] = even();
    const label: Label = drawCount(shape.label, forLabel) === 1 ? 1 : 0;
    const statuses = drawStatuses(shape.statuses, label, (month) => forStatuses[month] ?? random.next());
    const values = valuesOf(shape, statuses, levels(componentsOf(statuses, label), forLimit));
    return { id: String(i + 1), values, label };
  });
}
