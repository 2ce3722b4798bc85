import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { Graph } from '../graph.ts';
import type { NamedTensor, TensorSpec } from '../tensor.ts';
import { type AttributionMethod, attributionMethod } from './attribution-method.ts';
import { explanationOf, explanationSpecs } from './explanation.ts';
import { reasonChooser } from './reasons.ts';

/** Explains the answers of one version: integrated gradients on the logit, and reasons in words. */
export interface Explainer {
  readonly method: AttributionMethod['name'];
  /** What an explained answer has beside the model's own outputs. */
  readonly outputs: readonly TensorSpec[];
  /** More rows than these, in one request, would hold the thread for too long. */
  readonly maxRows: number;
  /**
   * @param input the model's one input, FP32 [n, features]
   * @param probability the model's answer to it, FP32 [n, 1]
   * @param reasons how many reasons a row has at most
   * @returns tensors as `outputs` tells; NaN for a row that is too extreme for the graph. Other requests have their turn
   *   meanwhile.
   */
  explain(input: NamedTensor, probability: NamedTensor, reasons: number): Promise<NamedTensor[]>;
}

/** A second or a few of this thread. */
const MAX_ROWS = { exact: 1000, quadrature: 100 };

/**
 * What explains a version, tried on the backend in use.
 * @returns a text that says why the version cannot be explained
 */
export function makeExplainer(graph: Graph, manifest: Manifest): Explainer | string {
  const outputs = explanationSpecs(manifest.signature.features.length);
  const taken = outputs.find(({ name }) => graph.outputs.some((output) => output.name === name));
  if (taken) return `its own output "${taken.name}" has the name of one of the explanation`;
  const method = attributionMethod(graph, manifest.explanation.reference);
  if (typeof method === 'string') return method;
  const choose = reasonChooser(manifest);
  return {
    method: method.name,
    outputs,
    maxRows: MAX_ROWS[method.name],
    explain: async ({ data }, probability, reasons) => {
      const vectors = data as Float32Array;
      const attributions = await method.attribute(vectors);
      const isPositive = Array.from(probability.data as Float32Array, (p) => p >= manifest.threshold);
      return explanationOf(attributions, vectors, isPositive, choose, reasons);
    },
  };
}
