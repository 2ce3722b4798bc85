import type { InferRequest } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { sizeOf, type TensorSpec } from '../../inference/tensor.ts';
import { widthOf } from '../tensors/binary-data.ts';
import { tensorFault } from '../tensors/fault.ts';

/**
 * The request that a body without any JSON stands for (binary extension, "Raw Binary Request"): it is the one input
 * of the model, its size tells the one variable axis, and every output is wanted in binary. Where an inner axis is
 * variable it is one row; a body of BYTES is one element, without a length before it.
 * @throws TristoreError where the model or the size does not allow that
 */
export function rawRequest(
  body: Uint8Array,
  specs: readonly TensorSpec[],
): { request: InferRequest; tail: Uint8Array } {
  const [spec] = specs;
  if (!spec || specs.length > 1)
    throw new TristoreError(
      'invalid_request',
      `a raw body is for models with one input; this has ${specs.length}`,
    );
  const { name, datatype } = spec;
  const input = `input "${name}"`;
  const shape = [...spec.shape];
  const inner = shape.indexOf(-1, 1);
  if (inner > 0 && shape[0] === -1) shape[0] = 1;
  const variable = shape.indexOf(-1);
  if (spec.anyRank || shape.indexOf(-1, variable + 1) > variable)
    throw tensorFault(input, `a raw body does not tell the shape, of which the model takes [${spec.shape}]`);
  const known = sizeOf(shape.filter((size) => size !== -1));
  const width = widthOf(datatype);
  const elements = width === undefined ? 1 : body.length / width;
  if (variable >= 0) shape[variable] = elements / known;
  if (sizeOf(shape) !== elements || !shape.every(Number.isInteger))
    throw tensorFault(input, `a raw body of ${body.length} bytes does not fit the shape [${spec.shape}]`);
  const tail = width === undefined ? prefixed(body) : body;
  return {
    request: {
      parameters: { binary_data_output: true },
      inputs: [{ name, datatype, shape, parameters: { binary_data_size: tail.length } }],
    },
    tail,
  };
}

function prefixed(body: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}
