import { dtypeOf, type NamedTensor, sizeOf, type TensorData, type TensorSpec } from './tensor.ts';

const BLANK: Record<ReturnType<typeof dtypeOf>, (size: number) => TensorData> = {
  float32: (size) => new Float32Array(size),
  int32: (size) => new Int32Array(size),
  bool: (size) => new Uint8Array(size),
  string: (size) => new Array<Uint8Array>(size).fill(new Uint8Array(0)),
};

/** Zeros, false and empty strings of the shapes that a graph takes, with `rows` rows; other variable axes are 1. */
export function blankInputs(specs: readonly TensorSpec[], rows: number): NamedTensor[] {
  return specs.map(({ name, datatype, shape: axes }) => {
    const shape = axes.map((size, axis) => (size === -1 ? (axis === 0 ? rows : 1) : size));
    return { name, datatype, shape, data: BLANK[dtypeOf(datatype)](sizeOf(shape)) };
  });
}

/** Whether zeros of this shape are an input that every sound graph can run on; of texts and open axes that is not sure. */
export const isPlain = ({ datatype, shape, anyRank }: TensorSpec): boolean =>
  datatype !== 'BYTES' && !anyRank && !shape.includes(-1, 1);
