import { endianness } from 'node:os';
import type {
  InferRequest,
  InferResponse,
  ResponseOutput,
} from '@tristore/common/contracts/open-inference.ts';
import type { NamedTensor } from '../../inference/tensor.ts';
import { shortestDecimal, tensorFault } from '../json-tensor.ts';

/** The answer's JSON and, where the client wants tensors in binary, the bytes that follow it. */
export interface Encoded {
  json: InferResponse;
  tail: Buffer | undefined;
}

function littleEndian(floats: Float32Array): Buffer {
  const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

/** The outputs wanted, in the order of the wish, and whether each goes in binary. */
function selection(request: InferRequest, outputs: readonly NamedTensor[]): [NamedTensor, boolean][] {
  const all = request.parameters?.['binary_data_output'] === true;
  if (!request.outputs?.length) return outputs.map((output) => [output, all]);
  return request.outputs.map(({ name, parameters }) => {
    const output = outputs.find((candidate) => candidate.name === name);
    if (!output) throw tensorFault(`output "${name}"`, 'the model has no such output');
    return [output, Boolean(parameters?.['binary_data'] ?? all)];
  });
}

/**
 * @throws TristoreError for an output that the model has not, and for a JSON answer that is not finite (in the
 * binary form NaN passes, so that one extreme row does not spoil its batch)
 */
export function encodeResponse(
  request: InferRequest,
  outputs: readonly NamedTensor[],
  model: { name: string; version: string },
): Encoded {
  const tails: Buffer[] = [];
  const encoded = selection(request, outputs).map(([{ name, shape, ...tensor }, binary]): ResponseOutput => {
    const data = tensor.data as Float32Array;
    const head = { name, shape: [...shape], datatype: 'FP32' };
    if (!binary) return { ...head, data: Array.from(data, (x) => shortestDecimal(x, `output "${name}"`)) };
    tails.push(littleEndian(data));
    return { ...head, parameters: { binary_data_size: data.byteLength } };
  });
  return {
    json: {
      model_name: model.name,
      model_version: model.version,
      ...(request.id !== undefined && { id: request.id }),
      outputs: encoded,
    },
    tail: tails.length ? Buffer.concat(tails) : undefined,
  };
}
