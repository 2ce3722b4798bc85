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

/**
 * Inner edges for `bins` bins of about equal count: every distinct value but the last where they are few enough, else
 * the quantiles i/bins (Hyndman and Fan's type 1: values that occur), repeated ones once.
 */
export function quantileEdges(values: ArrayLike<number>, bins = 10): number[] {
  const sorted = Float64Array.from(values).sort();
  const distinct = [...new Set(sorted)];
  if (distinct.length <= bins) return distinct.slice(0, -1);
  const edges = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.ceil(((i + 1) / bins) * sorted.length) - 1] as number,
  );
  // an edge at the largest value would leave the last bin empty
  return [...new Set(edges)].filter((edge) => edge < (sorted.at(-1) as number));
}
