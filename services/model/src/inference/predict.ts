import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { TristoreError } from '@tristore/common/errors.ts';
import type { Graph } from './graph.ts';
import { dtypeOf, type NamedTensor, type TensorSpec } from './tensor.ts';
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
   * @throws TristoreError invalid_request where the graph cannot run on values or shapes that its specs allow
   */
  predict(inputs: readonly NamedTensor[], outputs?: readonly string[]): Promise<NamedTensor[]>;
}

/** Whether the specs tell all that an input must be: not which words or numbers a look-up knows, or how large an image is. */
const tellsAll = ({ datatype, shape, anyRank }: TensorSpec): boolean =>
  dtypeOf(datatype) === 'float32' && !anyRank && !shape.includes(-1, 1);

type Read = (answers: readonly Tensor[]) => NamedTensor[];

function runNow(graph: Graph, given: readonly NamedTensor[], read: Read): NamedTensor[] {
  let answers: NamedTensor[] = [];
  tidy(() => {
    answers = read(graph.run(given.map(toTensor)));
  });
  return answers;
}

async function runLater(
  run: NonNullable<Graph['runAsync']>,
  given: readonly NamedTensor[],
  read: Read,
): Promise<NamedTensor[]> {
  const tensors = given.map(toTensor);
  let answers: Tensor[] = [];
  try {
    answers = await run(tensors);
    return read(answers);
  } finally {
    // a graph may give its own weight, which must stay
    dispose([...tensors, ...answers.filter((answer) => !answer.kept && !tensors.includes(answer))]);
  }
}

/**
 * Runs the graph once for all rows of a call. Execution blocks the thread, so calls at the same time queue behind
 * one another.
 */
export function graphPredictor(graph: Graph): Predictor {
  const { inputs, outputs, runAsync } = graph;
  const at = new Map(outputs.map((spec, i) => [spec.name, { spec, i }]));
  const everything = outputs.map(({ name }) => name);
  const specsSuffice = inputs.every(tellsAll);
  return {
    inputs,
    outputs,
    predict: async (given, names = everything) => {
      const read: Read = (answers) =>
        names.map((name) => {
          const wanted = at.get(name);
          const answer = wanted && answers[wanted.i];
          if (!answer) throw new RangeError(`the graph gives no output "${name}"`);
          return fromTensor(answer, wanted.spec);
        });
      try {
        return runAsync ? await runLater(runAsync, given, read) : runNow(graph, given, read);
      } catch (cause) {
        if (specsSuffice || cause instanceof RangeError) throw cause;
        const { message } = cause as Error;
        throw new TristoreError('invalid_request', `the model cannot run on these inputs: ${message}`, {
          cause,
        });
      }
    },
  };
}
