import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { Graph } from './graph.ts';
import type { Shape, TensorSpec } from './tensor.ts';

const text = (shape: Shape) => `[${shape.join(',')}]`;

/** @returns what in the graph is not as the manifest promises */
function faultOf(side: 'inputs' | 'outputs', actual: readonly TensorSpec[], promised: readonly TensorSpec[]) {
  if (actual.length !== promised.length)
    return `the graph has ${actual.length} ${side}, the manifest ${promised.length}`;
  for (const [i, { name, shape, datatype }] of promised.entries()) {
    const known = actual[i];
    if (!known || known.anyRank) continue;
    if (text(known.shape) !== text(shape))
      return `${side} "${name}": the graph's shape is ${text(known.shape)}, the manifest's ${text(shape)}`;
    if (side === 'inputs' && known.datatype !== datatype)
      return `${side} "${name}": the graph's datatype is ${known.datatype}, the manifest's ${datatype}`;
  }
  return undefined;
}

/**
 * The graph under the names of the manifest's signature: its outputs are found by name where the graph has these
 * names, else by their place.
 * @returns a text that says what does not fit
 */
export function signedGraph(graph: Graph, { signature }: Manifest): Graph | string {
  const { inputs, outputs } = signature;
  const [{ shape } = { shape: [] as number[] }] = inputs;
  if (inputs.length !== 1) return 'the signature must have one input';
  const places = outputs.map(({ name }) => graph.outputs.findIndex((output) => output.name === name));
  const named = !places.includes(-1) && places.length === graph.outputs.length;
  const order = named ? places : graph.outputs.map((_, i) => i);
  const inOrder = <T>(list: readonly T[]) => order.map((i) => list[i] as T);
  const fault =
    faultOf('inputs', graph.inputs, inputs) ?? faultOf('outputs', inOrder(graph.outputs), outputs);
  if (fault) return fault;
  if (shape.length !== 2 || shape[0] !== -1) return `the input's shape must be [-1,n], not ${text(shape)}`;
  const { run, runAsync } = graph;
  return {
    inputs,
    outputs,
    run: (tensors) => inOrder(run(tensors)),
    ...(runAsync && { runAsync: async (tensors) => inOrder(await runAsync(tensors)) }),
    logit: (output) => graph.logit(order[output] as number),
    dispose: () => graph.dispose(),
  };
}
