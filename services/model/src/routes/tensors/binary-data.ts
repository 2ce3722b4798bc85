import { endianness } from 'node:os';
import { getFloat16, setFloat16 } from '@petamoriken/float16';
import type { Datatype, TensorData } from '../../inference/tensor.ts';
import { tensorFault } from './fault.ts';
import { INTEGERS } from './integers.ts';

/** One fixed-width datatype in little-endian binary. */
interface Width {
  bytes: number;
  read: (view: DataView, at: number) => number;
  write: (view: DataView, at: number, x: number) => void;
}

/** All but BYTES, whose elements are as long as they say themselves. */
const WIDTHS: Record<Exclude<Datatype, 'BYTES'>, Width> = {
  BOOL: { bytes: 1, read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  UINT8: { bytes: 1, read: (v, at) => v.getUint8(at), write: (v, at, x) => v.setUint8(at, x) },
  UINT16: { bytes: 2, read: (v, at) => v.getUint16(at, true), write: (v, at, x) => v.setUint16(at, x, true) },
  UINT32: { bytes: 4, read: (v, at) => v.getUint32(at, true), write: (v, at, x) => v.setUint32(at, x, true) },
  UINT64: {
    bytes: 8,
    read: (v, at) => Number(v.getBigUint64(at, true)),
    write: (v, at, x) => v.setBigUint64(at, BigInt(x), true),
  },
  INT8: { bytes: 1, read: (v, at) => v.getInt8(at), write: (v, at, x) => v.setInt8(at, x) },
  INT16: { bytes: 2, read: (v, at) => v.getInt16(at, true), write: (v, at, x) => v.setInt16(at, x, true) },
  INT32: { bytes: 4, read: (v, at) => v.getInt32(at, true), write: (v, at, x) => v.setInt32(at, x, true) },
  INT64: {
    bytes: 8,
    read: (v, at) => Number(v.getBigInt64(at, true)),
    write: (v, at, x) => v.setBigInt64(at, BigInt(x), true),
  },
  FP16: {
    bytes: 2,
    read: (v, at) => getFloat16(v, at, true),
    write: (v, at, x) => setFloat16(v, at, x, true),
  },
  FP32: { bytes: 4, read: (v, at) => v.getFloat32(at, true), write: (v, at, x) => v.setFloat32(at, x, true) },
  FP64: { bytes: 8, read: (v, at) => v.getFloat64(at, true), write: (v, at, x) => v.setFloat64(at, x, true) },
};

/** Bytes of one element; undefined for BYTES. */
export const widthOf = (datatype: Datatype): number | undefined =>
  datatype === 'BYTES' ? undefined : WIDTHS[datatype].bytes;

const LITTLE = endianness() === 'LE';
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Elements that say their length in four bytes. */
function lengthPrefixed(bytes: Uint8Array, size: number, name: string): Uint8Array[] {
  const view = viewOf(bytes);
  const strings: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && strings.length < size) {
    const left = bytes.length - at - 4;
    const length = left < 0 ? 0 : view.getUint32(at, true);
    if (length > left)
      throw tensorFault(
        name,
        `data[${strings.length}] has ${left < 0 ? 'no length of four bytes' : `the length ${length}, but ${left} bytes are left`}`,
      );
    strings.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (strings.length !== size || at !== bytes.length)
    throw tensorFault(
      name,
      `the shape needs ${size} elements, but ${bytes.length} bytes do not hold just these`,
    );
  return strings;
}

/**
 * Reads little-endian elements, row-major. Floats that are not finite are taken as they are.
 * @throws TristoreError where the bytes are not what the shape promises, or no value of the datatype
 */
export function decodeBinary(bytes: Uint8Array, datatype: Datatype, size: number, name: string): TensorData {
  if (datatype === 'BYTES') return lengthPrefixed(bytes, size, name);
  const { bytes: width, read } = WIDTHS[datatype];
  if (bytes.length !== size * width)
    throw tensorFault(name, `binary_data_size is ${bytes.length}, but the shape needs ${size * width} bytes`);
  if (LITTLE && (datatype === 'FP32' || datatype === 'INT32')) {
    // a copy, since the body may lie anywhere and a float32 only at multiples of four
    const { buffer } = Uint8Array.prototype.slice.call(bytes);
    return datatype === 'FP32' ? new Float32Array(buffer) : new Int32Array(buffer);
  }
  const limits = datatype === 'BOOL' ? { min: 0, max: 1 } : INTEGERS[datatype];
  const data =
    datatype === 'BOOL' ? new Uint8Array(size) : limits ? new Int32Array(size) : new Float32Array(size);
  const view = viewOf(bytes);
  for (let i = 0; i < size; i++) {
    const x = read(view, i * width);
    if (limits && (x < limits.min || x > limits.max))
      throw tensorFault(
        name,
        `data[${i}] is ${x}, not between ${limits.min} and ${limits.max}, which ${datatype} can be here`,
      );
    if (!limits && Number.isFinite(x) && !Number.isFinite(Math.fround(x)))
      throw tensorFault(name, `data[${i}] is ${x}, not finite in float32`);
    data[i] = x;
  }
  return data;
}

/** Writes elements little-endian, row-major. */
export function encodeBinary(datatype: Datatype, data: TensorData): Uint8Array {
  if (datatype === 'BYTES')
    return Buffer.concat(
      (data as Uint8Array[]).flatMap((string) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(string.length);
        return [length, string];
      }),
    );
  const numbers = data as Float32Array;
  if (LITTLE && (datatype === 'FP32' || datatype === 'INT32'))
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const { bytes: width, write } = WIDTHS[datatype];
  const bytes = new Uint8Array(numbers.length * width);
  const view = viewOf(bytes);
  for (let i = 0; i < numbers.length; i++) write(view, i * width, numbers[i] as number);
  return bytes;
}
