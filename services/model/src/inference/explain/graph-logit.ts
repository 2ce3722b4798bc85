import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import type { Logit } from './logit.ts';

/** A node of model.json's `modelTopology`, as far as it is read here. */
interface Node {
  name: string;
  op: string;
  input?: string[];
}
type Signature = { outputs?: Record<string, { name?: string }> } | undefined;

/** "node:0" and "node" are the same tensor. */
const plain = (name: string) => name.replace(/:0$/, '');

/**
 * Finds the node before the sigmoid of an output.
 * @param input the name by which the graph takes its input
 * @returns a text that says why there is none
 */
export function graphLogit(
  model: GraphModel,
  { modelTopology, signature }: io.ModelArtifacts,
  input: string,
  output: number,
): Logit | string {
  const { node: nodes = [] } = modelTopology as { node?: Node[] };
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const name = String(model.outputNodes[output]);
  let end = byName.get(plain((signature as Signature)?.outputs?.[name]?.name ?? name));
  while (end?.op === 'Identity') end = byName.get(plain(end.input?.[0] ?? ''));
  const before = end?.input?.[0];
  if (end?.op !== 'Sigmoid' || !before) return `its output "${name}" does not end in a Sigmoid`;
  return { run: (rows) => model.execute({ [input]: rows }, before) as Tensor };
}
