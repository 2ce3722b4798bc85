import { TristoreError } from '@tristore/common/errors.ts';
import type { NamedTensor, TensorSpec } from '../../inference/tensor.ts';
import { nestedFloats, tensorFault } from '../json-tensor.ts';
import { type PredictRequest, SIGNATURE } from './contract.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value under the model's input name, where there are exactly the model's inputs. */
function only(named: Record<string, unknown>, input: string, where: string): unknown {
  for (const name of Object.keys(named))
    if (name !== input) throw tensorFault(`${where} "${name}"`, 'the model has no such input');
  if (!(input in named)) throw tensorFault(`${where} "${input}"`, 'is missing');
  return named[input];
}

function tensorOf(body: PredictRequest, input: string): unknown {
  const { instances, inputs } = body;
  if ((instances === undefined) === (inputs === undefined))
    throw new TristoreError('invalid_request', 'the body must have either "instances" or "inputs"');
  if (!instances) return isObject(inputs) ? only(inputs, input, 'input') : inputs;
  if (!instances.some(isObject)) return instances;
  return instances.map((instance, i) => {
    const where = `instances[${i}]`;
    if (!isObject(instance)) throw tensorFault(where, 'must be an object, as others are');
    return only(instance, input, where);
  });
}

/**
 * Reads the rows of a predict request in the row or the column format.
 * @throws TristoreError naming the input
 */
export function decodeInputs(body: PredictRequest, [promised]: readonly TensorSpec[]): NamedTensor[] {
  if (body.signature_name && body.signature_name !== SIGNATURE)
    throw new TristoreError('invalid_request', `signature_name: there is only "${SIGNATURE}"`);
  if (!promised) return [];
  const { name: input, shape } = promised;
  const tensor = tensorOf(body, input);
  const name = `input "${input}"`;
  if (!Array.isArray(tensor) || tensor.length === 0) throw tensorFault(name, 'must be a list of rows');
  const width = shape[1] ?? 0;
  const data = nestedFloats(tensor, tensor.length, width, name);
  return [{ ...promised, shape: [tensor.length, width], data }];
}
