import type { InferRequest } from '@tristore/common/contracts/open-inference.ts';
import { Type } from 'typebox';
import { blankInputs } from '../inference/blank-inputs.ts';
import type { Catalogue } from '../inference/catalogue.ts';
import type { LoadedVersion } from '../inference/load-version.ts';
import type { NamedTensor } from '../inference/tensor.ts';
import { shortestDecimal } from './tensors/decimal.ts';
import { flatText, nestedText, writerOf } from './tensors/json-text.ts';
import type { ExamplesRequest, PredictRequest } from './tfs/contract.ts';

/** What the documentation fills in, so that "Try it out" works on this server's own models. */
export interface Examples {
  model: string[];
  version: string[];
  infer: InferRequest[];
  predict: PredictRequest[];
  examples: ExamplesRequest[];
}

/** One row: the reference of a manifest's explanations, else zeros. */
function rowOf({ manifest, predictor }: LoadedVersion): NamedTensor[] {
  const inputs = blankInputs(predictor.inputs, 1);
  if (manifest) (inputs[0]?.data as Float32Array | undefined)?.set(manifest.explanation.reference);
  return inputs;
}

const write = (tensor: NamedTensor) =>
  writerOf(tensor, (data, i) => String(shortestDecimal((data as Float32Array)[i] as number)));
const flat = (tensor: NamedTensor): unknown[] => JSON.parse(flatText(tensor, write(tensor)));
const nested = (tensor: NamedTensor): unknown => JSON.parse(nestedText(tensor, write(tensor)));

function predictOf(inputs: readonly NamedTensor[]): PredictRequest {
  const [only, second] = inputs;
  if (only && !second) return { instances: nested(only) as unknown[] };
  return { inputs: Object.fromEntries(inputs.map((tensor) => [tensor.name, nested(tensor)])) };
}

function exampleOf(inputs: readonly NamedTensor[], { manifest }: LoadedVersion): Record<string, unknown> {
  const [vector] = inputs;
  if (!manifest || !vector) return Object.fromEntries(inputs.map((tensor) => [tensor.name, flat(tensor)]));
  const values = flat(vector);
  return Object.fromEntries(manifest.signature.features.map(({ name }, i) => [name, values[i]]));
}

/** Of the first model with a champion. No model, no example. */
export function examplesOf(catalogue: Catalogue): Examples {
  for (const { name, labels, versions } of catalogue.entries) {
    const loaded = versions.get(labels.champion ?? '');
    if (!loaded) continue;
    const inputs = rowOf(loaded);
    return {
      model: [name],
      version: [loaded.version],
      infer: [
        {
          inputs: inputs.map((tensor) => ({
            name: tensor.name,
            shape: [...tensor.shape],
            datatype: tensor.datatype,
            data: flat(tensor),
          })),
        },
      ],
      predict: [predictOf(inputs)],
      examples: [{ examples: [exampleOf(inputs, loaded)] }],
    };
  }
  return { model: [], version: [], infer: [], predict: [], examples: [] };
}

/** Parameters of a model's paths; each path has some of them. */
export const paramsLike = ({ model, version }: Examples) =>
  Type.Object({
    model: Type.String({ description: 'name of the model', examples: model }),
    version: Type.Optional(Type.String({ description: 'number of the version', examples: version })),
    label: Type.Optional(Type.String({ description: '`champion` or `canary`', examples: ['champion'] })),
  });
