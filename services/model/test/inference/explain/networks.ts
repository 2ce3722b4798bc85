import type { ClampLayer } from '../../../src/inference/explain/clamp-chain.ts';

/** Numbers from -1 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** A dense layer of random numbers. */
export function randomLayer(
  random: () => number,
  inputs: number,
  units: number,
  [lower, upper]: [number, number] = [0, Number.POSITIVE_INFINITY],
): ClampLayer {
  return {
    inputs,
    units,
    kernel: Float64Array.from({ length: inputs * units }, random),
    bias: Float64Array.from({ length: units }, random),
    lower,
    upper,
  };
}

export const OPEN: [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** The network's value and gradient, unit by unit and backwards: written apart from what is tested. */
export function valueAndGradient(chain: readonly ClampLayer[], x: readonly number[]) {
  const inside: boolean[][] = [];
  let h = [...x];
  for (const { units, kernel, bias, lower, upper } of chain) {
    const z = [...bias];
    for (const [i, value] of h.entries())
      for (let o = 0; o < units; o++) z[o] = (z[o] ?? 0) + value * (kernel[i * units + o] ?? 0);
    inside.push(z.map((level) => level > lower && level < upper));
    h = z.map((level) => Math.min(upper, Math.max(lower, level)));
  }
  let gradient = [1];
  for (let k = chain.length - 1; k >= 0; k--) {
    const { units = 0, inputs = 0, kernel = [] } = chain[k] ?? {};
    const before = new Array<number>(inputs).fill(0);
    for (let o = 0; o < units; o++)
      if (inside[k]?.[o])
        for (let i = 0; i < inputs; i++)
          before[i] = (before[i] ?? 0) + (gradient[o] ?? 0) * (kernel[i * units + o] ?? 0);
    gradient = before;
  }
  return { value: h[0] ?? Number.NaN, gradient };
}

/** Integrated gradients as a plain Riemann sum of midpoints. */
export function riemann(
  gradientAt: (x: readonly number[]) => readonly number[],
  reference: readonly number[],
  row: readonly number[],
  steps: number,
): number[] {
  const sums = reference.map(() => 0);
  for (let k = 0; k < steps; k++) {
    const a = (k + 0.5) / steps;
    const g = gradientAt(reference.map((x, i) => x + a * ((row[i] ?? 0) - x)));
    for (const i of sums.keys()) sums[i] = (sums[i] ?? 0) + (g[i] ?? 0) / steps;
  }
  return sums.map((mean, i) => mean * ((row[i] ?? 0) - (reference[i] ?? 0)));
}

export const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] ?? Number.NaN))));
