import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { Graph } from '../graph.ts';
import type { NamedTensor, TensorSpec } from '../tensor.ts';
import { type AttributionMethod, attributionMethod } from './attribution-method.ts';
import { explanationOf, explanationSpecs } from './explanation.ts';
import { reasonChooser } from './reasons.ts';
import { turns } from './turns.ts';

/** Rows of one request: a second or a few of this thread, in which others have their turn. */
const MAX_ROWS = { exact: 1000, quadrature: 100 };
/** Of so many times these rows at once; more are refused. */
const AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 1;

/** Explains the answers of one version: integrated gradients on the logit, and reasons in words. */
export interface Explainer {
  readonly method: AttributionMethod['name'];
  /** What an explained answer has beside the model's own outputs. */
  readonly outputs: readonly TensorSpec[];
  /** Of one request. */
  readonly maxRows: number;
  /**
   * Takes a place for the rows of a request.
   * @returns what gives the place back
   * @throws TristoreError invalid_request for too many rows; overloaded while too many are under way
   */
  admit(input: NamedTensor): () => void;
  /**
   * @param input the model's one input, FP32 [n, features]
   * @param probability the model's answer to it, FP32 [n, 1]
   * @param reasons for each row, at most
   * @returns tensors as `outputs` tells; NaN for a row that is too extreme for the graph. Other requests have their turn
   *   meanwhile.
   * @throws TristoreError deadline_exceeded
   */
  explain(
    input: NamedTensor,
    probability: NamedTensor,
    reasons: number,
    deadline?: number,
  ): Promise<NamedTensor[]>;
}

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
  const maxRows = MAX_ROWS[method.name];
  let underWay = 0;
  return {
    method: method.name,
    outputs,
    maxRows,
    admit: ({ name, shape: [rows = 0] }) => {
      if (rows > maxRows)
        throw new TristoreError(
          'invalid_request',
          `input "${name}": has ${rows} rows; one request can have ${maxRows} explained`,
        );
      if (underWay + rows > AT_ONCE * maxRows)
        throw new TristoreError('overloaded', `${underWay} rows are being explained already`, {
          retryAfter: RETRY_AFTER_SECONDS,
        });
      underWay += rows;
      return () => {
        underWay -= rows;
      };
    },
    explain: async ({ data }, probability, reasons, deadline) => {
      const vectors = data as Float32Array;
      const attributions = await method.attribute(vectors, turns(deadline));
      const isPositive = Array.from(probability.data as Float32Array, (p) => p >= manifest.threshold);
      return explanationOf(attributions, vectors, isPositive, choose, reasons);
    },
  };
}
