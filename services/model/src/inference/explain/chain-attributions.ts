import { addRow, affine, type ClampChain, type ClampLayer, clamp, rowProduct } from './clamp-chain.ts';

/** Corners of the path that lie closer than this count as one. */
const SAME = 1e-12;

/** Work space of one layer, used again for every piece of the path. */
interface Space {
  /** Before the activation at the start of the piece, and how fast it moves along the path. */
  level: Float64Array;
  slope: Float64Array;
  /** Integral over the piece of the logit's derivative by `level`. */
  integral: Float64Array;
}

/** A place on the path where a unit starts or stops to follow its level. */
interface Corner {
  at: number;
  unit: number;
  follows: boolean;
}

/** From where to where on the path a unit is inside its clamp. */
function stayOf({ lower, upper }: ClampLayer, level: number, speed: number, from: number): [number, number] {
  if (speed > 0) return [from + (lower - level) / speed, from + (upper - level) / speed];
  if (speed < 0) return [from + (upper - level) / speed, from + (lower - level) / speed];
  return level > lower && level < upper ? [-Infinity, Infinity] : [Infinity, -Infinity];
}

/** The last layer: its derivative by its own level is 1 inside the clamp. */
function integrateLast(layer: ClampLayer, { level, slope, integral }: Space, from: number, to: number): void {
  for (let unit = 0; unit < layer.units; unit++) {
    const [enter, leave] = stayOf(layer, level[unit] as number, slope[unit] as number, from);
    integral[unit] = Math.max(Math.min(leave, to) - Math.max(enter, from), 0);
  }
}

/**
 * Integrates the logit's derivative by the layer's level over a piece of the path on which that level is straight,
 * into the layer's `integral`. Between two corners the layer's output is straight too, so the next layer's turn comes.
 * A unit's integral is its kernel row times the next layer's integral over the pieces in which it follows its level:
 * the difference of that layer's running total between its two corners.
 */
function integrate(
  chain: ClampChain,
  spaces: readonly Space[],
  depth: number,
  from: number,
  to: number,
): void {
  const [layer, space] = [chain[depth] as ClampLayer, spaces[depth] as Space];
  const [next, inner] = [chain[depth + 1], spaces[depth + 1]];
  if (!next || !inner) {
    integrateLast(layer, space, from, to);
    return;
  }
  const { level, slope, integral } = space;
  integral.fill(0);
  inner.level.set(next.bias);
  inner.slope.fill(0);
  const corners: Corner[] = [];
  const last: number[] = [];
  for (let unit = 0; unit < layer.units; unit++) {
    addRow(inner.level, clamp(level[unit] as number, layer), next, unit);
    const speed = slope[unit] as number;
    const [enter, leave] = stayOf(layer, level[unit] as number, speed, from);
    if (Math.min(leave, to) - Math.max(enter, from) <= SAME) continue;
    if (enter <= from) addRow(inner.slope, speed, next, unit);
    else corners.push({ at: enter, unit, follows: true });
    if (leave >= to) last.push(unit);
    else corners.push({ at: leave, unit, follows: false });
  }
  corners.sort((a, b) => a.at - b.at);

  const total = new Float64Array(next.units);
  let start = from;
  const advance = (end: number) => {
    if (end - start <= SAME) return;
    integrate(chain, spaces, depth + 1, start, end);
    for (let o = 0; o < next.units; o++) {
      total[o] = (total[o] as number) + (inner.integral[o] as number);
      inner.level[o] = (inner.level[o] as number) + (end - start) * (inner.slope[o] as number);
    }
    start = end;
  };
  for (const { at, unit, follows } of corners) {
    advance(at);
    const sign = follows ? 1 : -1;
    addRow(inner.slope, sign * (slope[unit] as number), next, unit);
    integral[unit] = (integral[unit] as number) - sign * rowProduct(next, unit, total);
  }
  advance(to);
  for (const unit of last) integral[unit] = (integral[unit] as number) + rowProduct(next, unit, total);
}

/**
 * Makes the integrated gradients of a chain, without a step: on the straight path from the reference to the row every
 * unit is straight between corners, and there the gradient is constant, so the integral (Sundararajan, Taly and Yan
 * 2017, eq. 1) is a sum over the pieces. In float64; the cost grows with the corners that the path meets.
 * @param reference as many finite numbers as the first layer has inputs
 * @returns function of a row of as many finite numbers; it gives attributions on the logit, one for each input
 */
export function chainAttributions(
  chain: ClampChain,
  reference: ArrayLike<number>,
): (row: ArrayLike<number>) => Float64Array {
  const first = chain[0] as ClampLayer;
  const spaces = chain.map(
    ({ units }): Space => ({
      level: new Float64Array(units),
      slope: new Float64Array(units),
      integral: new Float64Array(units),
    }),
  );
  const outer = spaces[0] as Space;
  affine(outer.level, reference, first);
  return (row) => {
    const way = Float64Array.from(
      { length: first.inputs },
      (_, i) => (row[i] as number) - (reference[i] as number),
    );
    outer.slope.fill(0);
    for (let i = 0; i < way.length; i++) addRow(outer.slope, way[i] as number, first, i);
    integrate(chain, spaces, 0, 0, 1);
    return way.map((distance, i) => distance * rowProduct(first, i, outer.integral));
  };
}
