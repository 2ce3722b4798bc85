import { StartupError } from '@tristore/common/errors.ts';
import type { Random } from '@tristore/common/random.ts';

export interface Split {
  train: Uint32Array;
  validation: Uint32Array;
  test: Uint32Array;
}

/** Deals the rows of each class in turn onto k hands of nearly equal size, each sorted. */
export function stratifiedFolds(labels: Float32Array, rows: Uint32Array, k: number, random: Random) {
  const folds = Array.from({ length: k }, () => [] as number[]);
  let next = 0;
  for (const wanted of [0, 1]) {
    const of = random.shuffle(rows.filter((row) => labels[row] === wanted));
    if (of.length < k)
      throw new StartupError(`the target is ${wanted} in ${of.length} rows only: too few to split ${k} ways`);
    for (const row of of) (folds[next++ % k] as number[]).push(row);
  }
  return folds.map((fold) => Uint32Array.from(fold).sort());
}

/** Twenty hands: fourteen to train on, three to validate, three to test. Every class has its share in each. */
export function stratifiedSplit(labels: Float32Array, random: Random): Split {
  const hands = stratifiedFolds(labels, allRows(labels.length), 20, random);
  return { train: join(hands.slice(6)), validation: join(hands.slice(0, 3)), test: join(hands.slice(3, 6)) };
}

/** Takes about one row in seven away for validation. */
export function holdOut(labels: Float32Array, rows: Uint32Array, random: Random) {
  const [validation = new Uint32Array(), ...rest] = stratifiedFolds(labels, rows, 7, random);
  return { train: join(rest), validation };
}

export const allRows = (rows: number): Uint32Array => Uint32Array.from({ length: rows }, (_, row) => row);

export const join = (parts: readonly Uint32Array[]): Uint32Array =>
  Uint32Array.from(parts.flatMap((part) => [...part])).sort();
