import type { Column, FeatureValue } from '@tristore/common/contracts/feature-view.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOTHING = /^(na|nan|null)?$/i;
const BOOLEAN: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

export const isNumber = (cell: string): boolean => NUMBER.test(cell);
export const isBoolean = (cell: string): boolean => /^(true|false)$/i.test(cell);

/** Whether a cell holds no value. The words NA, NaN and null count as values in a column of words. */
export const isEmpty = (cell: string, dtype?: Column['dtype']): boolean =>
  dtype === 'string' ? cell === '' : NOTHING.test(cell);

/** A cell as its column's type; null where empty; undefined where it is none of that type. */
export function parseCell(dtype: Column['dtype'], cell: string): FeatureValue | null | undefined {
  if (isEmpty(cell, dtype)) return null;
  if (dtype === 'string') return cell;
  if (dtype === 'boolean') return BOOLEAN[cell.toLowerCase()];
  return isNumber(cell) ? Number(cell) : undefined;
}
