import type { InferRequest } from '@tristore/common/contracts/open-inference.ts';
import type { TensorSpec } from '../../inference/tensor.ts';
import { tensorFault } from '../tensors/fault.ts';

/** Which outputs a request wants, in the order of the wish, and which of them in binary. */
export interface WantedOutputs {
  /** Undefined: all. */
  names: readonly string[] | undefined;
  binary: (place: number) => boolean;
}

const everyOutput = () => true;
const noOutput = () => false;

/** @throws TristoreError naming the field */
export function flag(value: unknown, field: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw tensorFault(field, 'must be true or false');
  return value;
}

/** @throws TristoreError naming the output that the model has not, or cannot be given as wanted */
export function wantedOutputs(
  { outputs, parameters }: InferRequest,
  specs: readonly TensorSpec[],
): WantedOutputs {
  const all = flag(parameters?.['binary_data_output'], 'parameters.binary_data_output', false);
  if (!outputs?.length) return { names: undefined, binary: all ? everyOutput : noOutput };
  const names = outputs.map(({ name }) => name);
  const binary = outputs.map(({ name, parameters }, i) => {
    const output = `output "${name}"`;
    if (!specs.some((spec) => spec.name === name)) throw tensorFault(output, 'the model has no such output');
    if (names.indexOf(name) !== i) throw tensorFault(output, 'is there twice');
    for (const extension of ['classification', 'shared_memory_region'])
      if (parameters?.[extension] !== undefined) throw tensorFault(output, `${extension} is not supported`);
    return flag(parameters?.['binary_data'], `${output}: binary_data`, all);
  });
  return { names, binary: (place) => binary[place] ?? all };
}
