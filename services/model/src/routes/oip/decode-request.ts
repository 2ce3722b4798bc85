import type { InferRequest, RequestInput } from '@tristore/common/contracts/open-inference.ts';
import { type NamedTensor, sizeOf, type TensorSpec } from '../../inference/tensor.ts';
import { decodeBinary } from '../tensors/binary-data.ts';
import { checkRows, checkShape } from '../tensors/check-shape.ts';
import { tensorFault } from '../tensors/fault.ts';
import { flatData, nestedData } from '../tensors/json-data.ts';
import { elementsOf } from '../tensors/json-elements.ts';
import { cutTail } from './binary-tail.ts';

const NOTHING = new Uint8Array(0);

/** JSON has no NaN, and a string is its UTF-8. */
const elements = elementsOf({
  nonFinite: false,
  bytes: (value) => (typeof value === 'string' ? Buffer.from(value, 'utf8') : undefined),
});

function decodeInput(input: RequestInput, bytes: Uint8Array | undefined, spec: TensorSpec): NamedTensor {
  const name = `input "${spec.name}"`;
  const { datatype } = spec;
  const { shape, data, parameters } = input;
  if (parameters?.['shared_memory_region'] !== undefined)
    throw tensorFault(name, 'shared memory is not supported: send data, or binary_data_size');
  if (input.datatype !== datatype)
    throw tensorFault(name, `datatype is ${input.datatype}, the model takes ${datatype}`);
  checkShape(shape, spec, name);
  if (bytes)
    return { name: spec.name, datatype, shape, data: decodeBinary(bytes, datatype, sizeOf(shape), name) };
  if (!data) throw tensorFault(name, 'has neither data nor binary_data_size');
  const read = Array.isArray(data[0]) ? nestedData : flatData;
  return { name: spec.name, datatype, shape, data: read(data, shape, elements(datatype), name) };
}

function placeOf(name: string, specs: readonly TensorSpec[]): number {
  for (let place = 0; place < specs.length; place++) if (specs[place]?.name === name) return place;
  throw tensorFault(`input "${name}"`, 'the model has no such input');
}

function complete(found: readonly (NamedTensor | undefined)[], specs: readonly TensorSpec[]): NamedTensor[] {
  const tensors: NamedTensor[] = [];
  for (let place = 0; place < specs.length; place++) {
    const tensor = found[place];
    if (!tensor) throw tensorFault(`input "${specs[place]?.name}"`, 'is missing');
    tensors.push(tensor);
  }
  checkRows(tensors, specs);
  return tensors;
}

/**
 * Reads the tensors of an infer request, in JSON or binary.
 * @param tail the bytes behind the JSON
 * @returns one for each of `specs`, in that order
 * @throws TristoreError naming the input
 */
export function decodeInputs(
  { inputs }: InferRequest,
  tail: Uint8Array | null,
  specs: readonly TensorSpec[],
): NamedTensor[] {
  const tails = cutTail(inputs, tail ?? NOTHING);
  const found: (NamedTensor | undefined)[] = specs.map(() => undefined);
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i] as RequestInput;
    const place = placeOf(input.name, specs);
    if (found[place]) throw tensorFault(`input "${input.name}"`, 'is there twice');
    found[place] = decodeInput(input, tails[i], specs[place] as TensorSpec);
  }
  return complete(found, specs);
}
