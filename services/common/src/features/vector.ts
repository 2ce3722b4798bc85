import type { Column, FeatureValue, FeatureValues, FeatureView } from '../contracts/feature-view.ts';
import { outOfRange } from './check-values.ts';
import { derive } from './derive.ts';

/** What becomes of the raw values of one case. */
export interface FeatureVector {
  /** In signature order: unscaled, float32, never NaN. Meaningless while `missingRequired` is not empty. */
  vector: Float32Array;
  /** Unprotected columns that had no value, required or not, in view order. */
  missing: string[];
  /** Those of `missing` that may not be. */
  missingRequired: string[];
  /** Columns with a value outside their range; the value was used as it is. */
  outOfRange: string[];
  /** Protected columns that had a value; numbers, categories by vocabulary index. */
  protected: Record<string, number>;
}

export type Vocabularies = Readonly<Record<string, readonly string[]>>;
export type Vectorizer = (values: Readonly<FeatureValues>) => FeatureVector;

/**
 * Makes the one function that training and serving share: raw values -> vector in the order of `signatureOf(views)`.
 * Values must have passed `checkValues`. Derived columns are computed in double precision from the values after
 * defaults, then everything is rounded to float32 once. A result that float32 cannot hold is clamped to its range.
 *
 * @param views in manifest order; column names are unique over all of them
 * @param vocabularies categorical column -> words; word i becomes i + 1, an unseen one 0
 */
export function makeVectorizer(views: readonly FeatureView[], vocabularies: Vocabularies): Vectorizer {
  const indices = new Map(
    Object.entries(vocabularies).map(([name, words]) => [
      name,
      new Map(words.map((word, i) => [word, i + 1])),
    ]),
  );
  const encode = (column: Column, value: FeatureValue): number => {
    if (typeof value === 'string') return indices.get(column.name)?.get(value) ?? 0;
    return Number(value);
  };
  const columns = views.flatMap((view) => view.columns);
  const inputs = columns.filter((column) => !column.protected);
  const protectedColumns = columns.filter((column) => column.protected);
  const derived = views.flatMap((view) => view.derived);
  const width = inputs.length + derived.length + inputs.filter((c) => c.on_missing === 'indicator').length;

  return (values) => {
    const vector = new Float32Array(width);
    const result: FeatureVector = { vector, missing: [], missingRequired: [], outOfRange: [], protected: {} };
    const numbers = new Map<string, number>();
    let next = 0;
    for (const column of inputs) {
      const given = values[column.name] ?? undefined;
      if (given === undefined) {
        result.missing.push(column.name);
        if (column.on_missing === 'required') result.missingRequired.push(column.name);
      } else if (outOfRange(column, given)) result.outOfRange.push(column.name);
      const used = given ?? column.default;
      const number = used === undefined ? 0 : encode(column, used);
      numbers.set(column.name, number);
      vector[next++] = number;
      if (column.on_missing === 'indicator') vector[next++] = given === undefined ? 1 : 0;
    }
    for (const column of derived) {
      const number = derive(column, (name) => numbers.get(name) ?? 0);
      numbers.set(column.name, number);
      vector[next++] = clamp(number);
    }
    for (const column of protectedColumns) {
      const given = values[column.name] ?? undefined;
      if (given === undefined) continue;
      if (outOfRange(column, given)) result.outOfRange.push(column.name);
      result.protected[column.name] = encode(column, given);
    }
    return result;
  };
}

const FLOAT32_MAX = 3.4028234663852886e38;
const clamp = (number: number): number => Math.min(Math.max(number, -FLOAT32_MAX), FLOAT32_MAX);
