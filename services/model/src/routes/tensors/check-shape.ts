import type { NamedTensor, Shape, TensorSpec } from '../../inference/tensor.ts';
import { tensorFault } from './fault.ts';

/** TF.js has operations for tensors of up to six axes. */
const MAX_RANK = 6;

const fits = (shape: Shape, promised: Shape): boolean => {
  if (shape.length !== promised.length) return false;
  for (let axis = 0; axis < promised.length; axis++)
    if (promised[axis] !== -1 && promised[axis] !== shape[axis]) return false;
  return true;
};

/** @throws TristoreError where the model does not take tensors of this shape */
export function checkShape(shape: Shape, spec: TensorSpec, name: string): void {
  if (spec.anyRank ? shape.length > MAX_RANK : !fits(shape, spec.shape)) {
    const takes = spec.anyRank ? `up to ${MAX_RANK} axes` : `[${spec.shape}]`;
    throw tensorFault(name, `shape is [${shape.slice(0, 16)}], the model takes ${takes}`);
  }
  if (shape.includes(0))
    throw tensorFault(name, `shape is [${shape}]: there are no ${shape[0] ? 'elements' : 'rows'}`);
}

/**
 * Where the first axis of every input is variable it is the row, and all have as many.
 * @throws TristoreError naming the first input that has not
 */
export function checkRows(tensors: readonly NamedTensor[], specs: readonly TensorSpec[]): void {
  const [first] = tensors;
  if (!first || specs.length < 2 || specs.some(({ shape }) => shape[0] !== -1)) return;
  for (const { name, shape } of tensors)
    if (shape[0] !== first.shape[0])
      throw tensorFault(`input "${name}"`, `has ${shape[0]} rows, but "${first.name}" has ${first.shape[0]}`);
}
