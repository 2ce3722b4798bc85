import type { Datatype } from '@tristore/common/contracts/open-inference.ts';

export type { Datatype };

/** Sizes of a tensor's axes, row-major; -1 is variable. */
export type Shape = readonly number[];

/** What a model takes or gives. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: Shape;
  /** The graph does not tell its rank; `shape` is then [-1]. */
  readonly anyRank?: boolean;
}

/**
 * Elements as TF.js holds them, row-major: float32 for FP16, FP32 and FP64; int32 for all integers; 0 and 1 for BOOL;
 * one string of bytes for each element of BYTES.
 */
export type TensorData = Float32Array | Int32Array | Uint8Array | Uint8Array[];

/** One tensor of a call; every axis has its size. */
export interface NamedTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** TF.js' own types, of which every datatype is held in one. */
export type Dtype = 'float32' | 'int32' | 'bool' | 'string';

const HELD_AS: Readonly<Record<Datatype, Dtype>> = {
  BOOL: 'bool',
  UINT8: 'int32',
  UINT16: 'int32',
  UINT32: 'int32',
  UINT64: 'int32',
  INT8: 'int32',
  INT16: 'int32',
  INT32: 'int32',
  INT64: 'int32',
  FP16: 'float32',
  FP32: 'float32',
  FP64: 'float32',
  BYTES: 'string',
};
const NATURAL = { float32: 'FP32', int32: 'INT32', bool: 'BOOL', string: 'BYTES' } as const;

/** The type in which TF.js holds a datatype. */
export const dtypeOf = (datatype: Datatype): Dtype => HELD_AS[datatype];

/** The datatype that says exactly what TF.js holds. @throws Error for complex64, which the protocols do not know */
export function datatypeOf(dtype: string): Datatype {
  const datatype = NATURAL[dtype as Dtype];
  if (!datatype) throw new Error(`tensors of the type ${dtype} cannot be served`);
  return datatype;
}

/** How many elements a shape without -1 has. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}
