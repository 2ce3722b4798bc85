import type { InferRequest } from '@tristore/common/contracts/open-inference.ts';
import { Type } from 'typebox';
import type { Catalogue } from '../inference/catalogue.ts';
import type { PredictRequest } from './tfs/contract.ts';

/** What the documentation fills in, so that "Try it out" works on this server's own models. */
export interface Examples {
  model: string[];
  version: string[];
  infer: InferRequest[];
  predict: PredictRequest[];
}

/** Of the first model with a champion; the row is the reference of its explanations. No model, no example. */
export function examplesOf(catalogue: Catalogue): Examples {
  for (const { name, labels, versions } of catalogue.entries) {
    const manifest = versions.get(labels.champion ?? '')?.manifest;
    const input = manifest?.signature.inputs[0];
    if (!manifest || !input) continue;
    const row = manifest.explanation.reference;
    return {
      model: [name],
      version: [manifest.model_version],
      infer: [{ inputs: [{ name: input.name, shape: [1, row.length], datatype: 'FP32', data: row }] }],
      predict: [{ instances: [row] }],
    };
  }
  return { model: [], version: [], infer: [], predict: [] };
}

/** Parameters of a model's paths; each path has some of them. */
export const paramsLike = ({ model, version }: Examples) =>
  Type.Object({
    model: Type.String({ description: 'name of the model', examples: model }),
    version: Type.Optional(Type.String({ description: 'number of the version', examples: version })),
    label: Type.Optional(Type.String({ description: '`champion` or `canary`', examples: ['champion'] })),
  });
