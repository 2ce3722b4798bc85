import { blankInputs, isPlain } from './blank-inputs.ts';
import { rowsOf } from './join-tensors.ts';
import type { Predictor } from './predict.ts';
import type { NamedTensor, TensorSpec } from './tensor.ts';

/** Between one execution and another; kernels add up in another order for another number of rows. */
const TOLERANCE = 1e-4;

const startsWithRows = ({ shape, anyRank }: TensorSpec): boolean => !anyRank && shape[0] === -1;

/** A row of zeros and a row of ones; undefined where they could not tell anything (texts, axes of any size). */
function twoRows({ inputs }: Predictor): NamedTensor[] | undefined {
  if (!inputs.every(isPlain)) return undefined;
  const rows = blankInputs(inputs, 2);
  for (const { data } of rows) (data as Float32Array).fill(1, data.length / 2);
  return rows;
}

function alike(one: NamedTensor, other: NamedTensor): boolean {
  if (one.shape.join() !== other.shape.join()) return false;
  return [...one.data].every((value, i) => {
    const [a, b] = [Number(value), Number(other.data[i])];
    return Object.is(a, b) || Math.abs(a - b) <= TOLERANCE * (1 + Math.abs(a));
  });
}

/**
 * Whether calls may share an execution: every tensor begins with an axis of any size, and a row's answer does not
 * depend on the other rows, as it would in a graph that takes a mean over them. The second is tried out where zeros
 * and ones are an input.
 */
export async function isBatchable(predictor: Predictor): Promise<boolean> {
  const { inputs, outputs } = predictor;
  if (inputs.length === 0 || ![...inputs, ...outputs].every(startsWithRows)) return false;
  const both = twoRows(predictor);
  if (!both) return true;
  try {
    const together = await predictor.predict(both);
    if (together.some(({ shape }) => shape[0] !== 2)) return false;
    for (const row of [0, 1]) {
      const alone = await predictor.predict(both.map((tensor) => rowsOf(tensor, row, 1)));
      if (!alone.every((answer, i) => alike(answer, rowsOf(together[i] as NamedTensor, row, 1))))
        return false;
    }
    return true;
  } catch {
    return false;
  }
}
