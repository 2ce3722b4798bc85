import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Graph } from './graph.ts';
import type { NamedTensor, TensorSpec } from './tensor.ts';
import { fromTensor, toTensor } from './tensors.ts';

/** The data plane: tensors in, tensors out; knows no protocol. */
export interface Predictor {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * One execution.
   * @param inputs one for each of `inputs`, in that order, of a shape that its spec allows
   * @param outputs names of those wanted, in the wanted order; all where it is left out
   * @returns for finite inputs too extreme for the graph they may hold NaN
   * @throws whatever TF.js throws where the graph cannot run on these shapes, which a spec with variable axes cannot
   *   always tell
   */
  predict(inputs: readonly NamedTensor[], outputs?: readonly string[]): Promise<NamedTensor[]>;
}

/**
 * Runs the graph once for all rows of a call. Execution blocks the thread, so calls at the same time queue behind
 * one another.
 */
export function graphPredictor(graph: Graph): Predictor {
  const { inputs, outputs, runAsync } = graph;
  const at = new Map(outputs.map((spec, i) => [spec.name, { spec, i }]));
  const everything = outputs.map(({ name }) => name);
  const read = (answers: readonly Tensor[], names: readonly string[] = everything): NamedTensor[] =>
    names.map((name) => {
      const wanted = at.get(name);
      const answer = wanted && answers[wanted.i];
      if (!answer) throw new Error(`the graph gives no output "${name}"`);
      return fromTensor(answer, wanted.spec);
    });
  if (!runAsync)
    return {
      inputs,
      outputs,
      predict: async (given, names) => {
        let answers: NamedTensor[] = [];
        tidy(() => {
          answers = read(graph.run(given.map(toTensor)), names);
        });
        return answers;
      },
    };
  return {
    inputs,
    outputs,
    predict: async (given, names) => {
      const tensors = given.map(toTensor);
      try {
        const answers = await runAsync(tensors);
        // an answer that is an input or a weight is freed with the others of its kind
        const owned = answers.filter((answer) => !answer.kept && !tensors.includes(answer));
        try {
          return read(answers, names);
        } finally {
          dispose(owned);
        }
      } finally {
        dispose(tensors);
      }
    },
  };
}
