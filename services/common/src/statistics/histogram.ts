/** Bin of x among inner edges, ascending: bin i holds edges[i-1] < x <= edges[i]; the first and last are open. */
export function binOf(edges: ArrayLike<number>, x: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts per bin: edges.length + 1 of them. @throws RangeError at a value that is not a number */
export function countBins(edges: ArrayLike<number>, values: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number;
    if (Number.isNaN(x)) throw new RangeError(`value ${i} is not a number`);
    const bin = binOf(edges, x);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** A bin with a smaller share of the reference joins its neighbour: its PSI would be noise. */
const MIN_SHARE = 0.01;

/** Leaves out edges until every bin holds at least `least` of the sorted values. */
function mergeSmallBins(edges: readonly number[], sorted: Float64Array, least: number): number[] {
  const kept: number[] = [];
  let [from, to] = [0, 0];
  for (const edge of edges) {
    while (to < sorted.length && (sorted[to] as number) <= edge) to++;
    if (to - from < least) continue;
    kept.push(edge);
    from = to;
  }
  if (sorted.length - from < least) kept.pop();
  return kept;
}

/**
 * Inner edges for at most `bins` bins: the distinct values where they are few enough, else the quantiles i/bins
 * (Hyndman and Fan's type 1: values that occur), so that the counts are about equal. Bins of less than 1 % of the
 * values are merged with their neighbours; repeated edges count once.
 */
export function quantileEdges(values: ArrayLike<number>, bins = 10): number[] {
  const sorted = Float64Array.from(values).sort();
  const distinct = [...new Set(sorted)];
  const quantiles = () =>
    Array.from(
      { length: bins - 1 },
      (_, i) => sorted[Math.ceil(((i + 1) / bins) * sorted.length) - 1] as number,
    );
  const edges = distinct.length <= bins ? distinct.slice(0, -1) : [...new Set(quantiles())];
  return mergeSmallBins(edges, sorted, Math.max(MIN_SHARE * sorted.length, 1));
}
