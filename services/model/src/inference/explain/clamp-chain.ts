/**
 * A dense layer whose activation is a clamp: units = min(max(inputs * kernel + bias, lower), upper). Linear layers
 * have infinite bounds, ReLU the lower bound 0, a ramp both.
 */
export interface ClampLayer {
  readonly inputs: number;
  readonly units: number;
  /** [inputs, units], row-major. */
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  readonly lower: number;
  readonly upper: number;
}

/** At least one layer, each fed by the one before; the last has one unit, the logit. */
export type ClampChain = readonly ClampLayer[];

/** What an activation leaves of a number. */
export const clamp = (x: number, { lower, upper }: Pick<ClampLayer, 'lower' | 'upper'>): number =>
  x < lower ? lower : x > upper ? upper : x;

/** target += factor * kernel[input, :] */
export function addRow(target: Float64Array, factor: number, layer: ClampLayer, input: number): void {
  if (factor === 0) return;
  const { kernel, units } = layer;
  const start = input * units;
  for (let o = 0; o < units; o++) target[o] = (target[o] as number) + factor * (kernel[start + o] as number);
}

/** @returns sum over o of kernel[input, o] * vector[o] */
export function rowProduct({ kernel, units }: ClampLayer, input: number, vector: Float64Array): number {
  const start = input * units;
  let sum = 0;
  for (let o = 0; o < units; o++) sum += (kernel[start + o] as number) * (vector[o] as number);
  return sum;
}

/** target = bias + vector * kernel */
export function affine(target: Float64Array, vector: ArrayLike<number>, layer: ClampLayer): void {
  target.set(layer.bias);
  for (let i = 0; i < layer.inputs; i++) addRow(target, vector[i] as number, layer, i);
}
