/** Where on the straight path from the reference (0) to the row (1) something is wanted. */
export interface Places {
  /** Where the function's value is wanted. */
  readonly values: readonly number[];
  /** Where its gradient is wanted. */
  readonly gradients: readonly number[];
}

/** What was wanted, in the order of the places; a gradient has one number for each input. */
export interface Answers {
  readonly values: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

export interface Accuracy {
  /** Of completeness, |sum of attributions - (F(row) - F(reference))|: absolute, and relative to that difference. */
  readonly tolerance: number;
  /** Gradients for one row at most; then the error stays what it is, and is told. */
  readonly limit: number;
}

/** A part of the path, with the gradient in its middle. */
interface Interval {
  from: number;
  to: number;
  fromValue: number;
  toValue: number;
  gradient: ArrayLike<number>;
  /** What the rule gives for this part less what it must give. */
  defect: number;
}

/** A power of two: then no middle falls on 1/2, 1/3, 1/4 …, where the corners of integer features lie. */
const FIRST = 32;
/** Errors of single intervals have either sign; their sum is held to this many tolerances. */
const SLACK = 10;
/** Below this difference of F the relative tolerance would ask for more than float32 can tell. */
const SMALL = 0.05;

const sum = (numbers: Iterable<number>) => {
  let total = 0;
  for (const x of numbers) total += x;
  return total;
};

/** Intervals in order, given their ends and F there, and the gradients in their middles. */
function intervalsOf(
  ends: readonly number[],
  values: readonly number[],
  gradients: readonly ArrayLike<number>[],
  way: ArrayLike<number>,
): Interval[] {
  return gradients.map((gradient, k) => {
    const [from, to] = [ends[k] as number, ends[k + 1] as number];
    const [fromValue, toValue] = [values[k] as number, values[k + 1] as number];
    let slope = 0;
    for (let i = 0; i < way.length; i++) slope += (gradient[i] as number) * (way[i] as number);
    return { from, to, fromValue, toValue, gradient, defect: slope * (to - from) - (toValue - fromValue) };
  });
}

/** The intervals that spoil the accuracy; none where it is reached, or a defect is not finite. */
function badOnes(intervals: readonly Interval[], wanted: number): Set<Interval> {
  const sizes = intervals.map(({ defect }) => Math.abs(defect));
  const all = sum(sizes);
  const error = Math.abs(sum(intervals.map(({ defect }) => defect)));
  if (error <= wanted && all <= SLACK * wanted) return new Set();
  const share = Math.min((SLACK * wanted) / intervals.length, Math.max(...sizes));
  return new Set(intervals.filter((_, k) => (sizes[k] as number) >= share));
}

/**
 * Integrated gradients (Sundararajan, Taly and Yan 2017, eq. 1) by the composite midpoint rule: every interval whose
 * middle disagrees with the difference of F over it is cut into three, of which the middle one keeps its gradient.
 * Networks are straight between corners, so steps go where the corners are; a fixed grid of the same accuracy needs
 * several times as many.
 *
 * A coroutine, so that many rows can share one execution: it asks for places and is resumed with the answers.
 * @param way row - reference
 * @param ends F at the reference and at the row
 * @returns attributions, one for each input; NaN where F is not finite
 */
export function* pathIntegral(
  way: ArrayLike<number>,
  ends: readonly [number, number],
  { tolerance, limit }: Accuracy,
): Generator<Places, Float64Array, Answers> {
  const difference = ends[1] - ends[0];
  if (!Number.isFinite(difference)) return new Float64Array(way.length).fill(Number.NaN);
  const wanted = tolerance * Math.min(Math.max(Math.abs(difference), SMALL), 1);

  const grid = Array.from({ length: FIRST + 1 }, (_, k) => k / FIRST);
  const first = yield { values: grid.slice(1, -1), gradients: grid.slice(1).map((to) => to - 0.5 / FIRST) };
  let intervals = intervalsOf(grid, [ends[0], ...Array.from(first.values), ends[1]], first.gradients, way);
  for (;;) {
    const bad = badOnes(intervals, wanted);
    if (bad.size === 0 || intervals.length + 2 * bad.size > limit) break;
    const cuts = [...bad].map(({ from, to }) => [from + (to - from) / 3, to - (to - from) / 3] as const);
    const { values, gradients } = yield {
      values: cuts.flat(),
      gradients: [...bad].flatMap(({ from, to }) => [from + (to - from) / 6, to - (to - from) / 6]),
    };
    let k = 0;
    intervals = intervals.flatMap((interval) => {
      if (!bad.has(interval)) return [interval];
      const { from, to, fromValue, toValue, gradient } = interval;
      const [left, right] = cuts[k / 2] as readonly [number, number];
      const [before, after] = [gradients[k], gradients[k + 1]] as [ArrayLike<number>, ArrayLike<number>];
      const inside = [values[k] as number, values[k + 1] as number];
      k += 2;
      return intervalsOf(
        [from, left, right, to],
        [fromValue, ...inside, toValue],
        [before, gradient, after],
        way,
      );
    });
  }
  return Float64Array.from(way, (distance, i) => {
    return distance * sum(intervals.map(({ from, to, gradient }) => (to - from) * (gradient[i] as number)));
  });
}
