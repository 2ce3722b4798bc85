import type { Datatype } from '../../inference/tensor.ts';

/** What TF.js holds of a datatype is int32; the limits are those of both. */
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** Limits of the integers of a datatype that a tensor can hold; undefined where it holds none. */
export const INTEGERS: Partial<Record<Datatype, { min: number; max: number }>> = {
  UINT8: { min: 0, max: 255 },
  UINT16: { min: 0, max: 65_535 },
  UINT32: { min: 0, max: INT32.max },
  UINT64: { min: 0, max: INT32.max },
  INT8: { min: -128, max: 127 },
  INT16: { min: -32_768, max: 32_767 },
  INT32,
  INT64: INT32,
};
