import type { InferRequest, RequestInput } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { NamedTensor, TensorSpec } from '../../inference/tensor.ts';
import { flatFloats, nestedFloats, tensorFault } from '../json-tensor.ts';

const NOTHING = new Uint8Array(0);

/** Little-endian FP32. @throws TristoreError where the bytes are not what the shape promises, or not finite */
function binaryFloats(bytes: Uint8Array, size: number, name: string): Float32Array {
  if (bytes.length !== size * 4)
    throw tensorFault(name, `binary_data_size is ${bytes.length}, but the shape needs ${size * 4} bytes`);
  const floats = new Float32Array(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < size; i++) {
    const float = view.getFloat32(i * 4, true);
    if (!Number.isFinite(float)) throw tensorFault(name, `data[${i}] is not a finite number`);
    floats[i] = float;
  }
  return floats;
}

/** Cuts the bytes behind the JSON into tensors, in the order of the inputs. */
function tailsOf(inputs: readonly RequestInput[], tail: Uint8Array): Map<RequestInput, Uint8Array> {
  const tails = new Map<RequestInput, Uint8Array>();
  let offset = 0;
  for (const input of inputs) {
    const size = input.parameters?.['binary_data_size'];
    if (size === undefined) continue;
    const name = `input "${input.name}"`;
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
      throw tensorFault(name, 'binary_data_size must be a whole number of bytes');
    if (input.data) throw tensorFault(name, 'has both data and binary_data_size');
    if (offset + size > tail.length)
      throw tensorFault(name, `binary_data_size is ${size}, but ${tail.length - offset} bytes are left`);
    tails.set(input, tail.subarray(offset, offset + size));
    offset += size;
  }
  if (offset !== tail.length)
    throw new TristoreError('invalid_request', `${tail.length - offset} bytes behind the last binary tensor`);
  return tails;
}

/**
 * Reads the rows of an infer request, JSON or binary.
 * @param tail the bytes behind the JSON
 * @throws TristoreError naming the input
 */
export function decodeInputs(
  { inputs }: InferRequest,
  tail: Uint8Array | null,
  [promised]: readonly TensorSpec[],
): NamedTensor[] {
  const tails = tailsOf(inputs, tail ?? NOTHING);
  for (const { name } of inputs)
    if (name !== promised?.name) throw tensorFault(`input "${name}"`, 'the model has no such input');
  const [input, twin] = inputs;
  if (!input || !promised) throw new TristoreError('invalid_request', 'inputs: there is none');
  const name = `input "${input.name}"`;
  if (twin) throw tensorFault(name, 'is there twice');
  if (input.datatype !== promised.datatype)
    throw tensorFault(name, `datatype is ${input.datatype}, the model takes ${promised.datatype}`);
  const [rows = 0, width = 0] = input.shape;
  if (input.shape.length !== 2 || width !== promised.shape[1])
    throw tensorFault(name, `shape is [${input.shape}], the model takes [${promised.shape}]`);
  if (rows === 0) throw tensorFault(name, 'there are no rows');
  const binary = tails.get(input);
  const tensor = (data: Float32Array) => [{ ...promised, shape: [rows, width], data }];
  if (binary) return tensor(binaryFloats(binary, rows * width, name));
  if (!input.data) throw tensorFault(name, 'has neither data nor binary_data_size');
  return tensor(
    Array.isArray(input.data[0])
      ? nestedFloats(input.data, rows, width, name)
      : flatFloats(input.data, rows * width, name),
  );
}
