import { TristoreError } from '@tristore/common/errors.ts';
import { dtypeOf, type NamedTensor, type TensorSpec } from '../../inference/tensor.ts';
import { checkRows } from '../tensors/check-shape.ts';
import { tensorFault } from '../tensors/fault.ts';
import { type PredictRequest, SIGNATURE } from './contract.ts';
import { denseTensor, isBase64, isObject } from './dense-tensor.ts';
import { withoutDecimals } from './json-parser.ts';

const isNamed = (value: unknown): value is Record<string, unknown> => isObject(value) && !isBase64(value);

/** Names come from the model: what is asked for them must not be found on Object's prototype. */
const has = (object: Record<string, unknown>, name: string) => Object.hasOwn(object, name);

/** Values under the names of the inputs, which must be the keys of every instance. */
function namedInstances(instances: readonly unknown[], specs: readonly TensorSpec[]): unknown[][] {
  const columns: unknown[][] = specs.map(() => []);
  for (const [i, instance] of instances.entries()) {
    const where = `instances[${i}]`;
    if (!isNamed(instance)) throw tensorFault(where, 'must be an object, as others are');
    for (const name of Object.keys(instance))
      if (!specs.some((spec) => spec.name === name))
        throw tensorFault(`${where} "${name}"`, 'the model has no such input');
    for (const [at, { name }] of specs.entries()) {
      if (!has(instance, name)) throw tensorFault(`${where} "${name}"`, 'is missing');
      columns[at]?.push(instance[name]);
    }
  }
  return columns;
}

const namesOf = (specs: readonly TensorSpec[]) => specs.map(({ name }) => `"${name}"`).join(', ');

function rows(instances: readonly unknown[], specs: readonly TensorSpec[]): unknown[] {
  if (instances.length === 0) throw tensorFault('instances', 'there are no rows');
  if (instances.some(isNamed)) return namedInstances(instances, specs);
  if (specs.length > 1) throw tensorFault('instances', `must be objects with the keys ${namesOf(specs)}`);
  return [instances];
}

/** Other keys are passed over. */
function columns(inputs: unknown, specs: readonly TensorSpec[]): unknown[] {
  if (isNamed(inputs))
    return specs.map(({ name }) => {
      if (!has(inputs, name)) throw tensorFault(`input "${name}"`, 'is missing');
      return inputs[name];
    });
  if (specs.length > 1) throw tensorFault('inputs', `must be an object with the keys ${namesOf(specs)}`);
  return [inputs];
}

/** There is one signature for each model. @throws TristoreError */
export function checkSignature(name: string | undefined): void {
  if (name && name !== SIGNATURE)
    throw new TristoreError('invalid_request', `signature_name: there is only "${SIGNATURE}", not "${name}"`);
}

/**
 * Reads the tensors of a predict request in the row or the column format.
 * @param decimals whether the numbers in it may be `Decimal`s
 * @returns one for each of `specs`, in that order
 * @throws TristoreError naming the input
 */
export function decodeInputs(
  body: PredictRequest,
  specs: readonly TensorSpec[],
  decimals = false,
): NamedTensor[] {
  checkSignature(body.signature_name);
  const { instances, inputs } = body;
  if ((instances === undefined) === (inputs === undefined))
    throw new TristoreError('invalid_request', 'the body must have either "instances" or "inputs"');
  const values = instances ? rows(instances, specs) : columns(inputs, specs);
  const tensors = specs.map((spec, i) =>
    denseTensor(
      dtypeOf(spec.datatype) === 'float32' && decimals ? withoutDecimals(values[i]) : values[i],
      spec,
    ),
  );
  checkRows(tensors, specs);
  return tensors;
}
