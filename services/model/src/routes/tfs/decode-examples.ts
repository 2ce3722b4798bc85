import type { LoadedVersion } from '../../inference/load-version.ts';
import { type NamedTensor, sizeOf, type TensorSpec } from '../../inference/tensor.ts';
import { checkShape } from '../tensors/check-shape.ts';
import { tensorFault } from '../tensors/fault.ts';
import type { ExamplesRequest } from './contract.ts';
import { checkSignature } from './decode-request.ts';
import { elements } from './dense-tensor.ts';

type Example = Record<string, unknown>;

/** A feature of an example is a list; of one element its brackets may be left out. */
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The values of one example for one input, row-major. @throws TristoreError naming the example and the feature */
type ReadRow = (example: Example, where: string) => readonly unknown[];

function feature(example: Example, name: string, size: number, where: string): readonly unknown[] {
  if (!Object.hasOwn(example, name)) throw tensorFault(`${where} "${name}"`, 'is missing');
  const list = listOf(example[name]);
  if (list.length !== size)
    throw tensorFault(`${where} "${name}"`, `has ${list.length} elements, not ${size}`);
  return list;
}

/** A model of a manifest takes its features by name, or the whole vector under the input's name, as others do. */
function rowReader(spec: TensorSpec, { manifest }: LoadedVersion): ReadRow {
  const size = sizeOf(spec.shape.slice(1));
  const names = manifest?.signature.features.map(({ name }) => name);
  return (example, where) => {
    if (!names || Object.hasOwn(example, spec.name)) return feature(example, spec.name, size, where);
    return names.map((name) => feature(example, name, 1, where)[0]);
  };
}

function decodeInput(examples: readonly Example[], spec: TensorSpec, version: LoadedVersion): NamedTensor {
  const shape = [examples.length, ...spec.shape.slice(1)];
  if (spec.anyRank || spec.shape.length === 0 || shape.includes(-1))
    throw tensorFault(`input "${spec.name}"`, 'has no fixed size: use :predict');
  checkShape(shape, spec, 'examples');
  const read = rowReader(spec, version);
  const { make, fill, fault } = elements(spec.datatype);
  const data = make(sizeOf(shape));
  const step = data.length / examples.length;
  for (const [i, example] of examples.entries()) {
    const row = read(example, `examples[${i}]`);
    const bad = fill(row, data, i * step);
    if (bad < 0) continue;
    const names = version.manifest?.signature.features;
    const name = Object.hasOwn(example, spec.name) ? spec.name : (names?.[bad]?.name ?? spec.name);
    throw tensorFault(`examples[${i}] "${name}"`, fault(row[bad]));
  }
  return { name: spec.name, datatype: spec.datatype, shape, data };
}

/**
 * Reads the examples of a classify or regress request; what `context` holds is part of each, and other features than
 * the model's are passed over.
 * @returns one tensor for each input of the model, in that order
 * @throws TristoreError naming the example and the feature
 */
export function decodeExamples(body: ExamplesRequest, version: LoadedVersion): NamedTensor[] {
  checkSignature(body.signature_name);
  const context = body.context ?? {};
  const examples = body.examples.map((example) => ({ ...context, ...example }));
  return version.predictor.inputs.map((spec) => decodeInput(examples, spec, version));
}
