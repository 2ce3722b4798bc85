import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { TristoreError } from '@tristore/common/errors.ts';
import { blankInputs, isPlain } from './blank-inputs.ts';
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
   * @throws TristoreError invalid_request where the graph cannot run on values or shapes that its specs allow
   */
  predict(inputs: readonly NamedTensor[], outputs?: readonly string[]): Promise<NamedTensor[]>;
}

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
  const readerOf =
    (names: readonly string[]): Read =>
    (answers) =>
      names.map((name) => {
        const wanted = at.get(name);
        const answer = wanted && answers[wanted.i];
        if (!answer) throw new Error(`the graph gives no output "${name}"`);
        return fromTensor(answer, wanted.spec);
      });
  const run = async (given: readonly NamedTensor[], names: readonly string[]): Promise<NamedTensor[]> =>
    runAsync ? await runLater(runAsync, given, readerOf(names)) : runNow(graph, given, readerOf(names));
  return {
    inputs,
    outputs,
    predict: async (given, names = everything) => {
      try {
        return await run(given, names);
      } catch (cause) {
        // a word or number that a look-up does not know, an image too small, more rows than there is memory for
        if (inputs.every(isPlain) && !(await succeeds(run(blankInputs(inputs, 1), everything)))) throw cause;
        const { message } = cause as Error;
        throw new TristoreError('invalid_request', `the model cannot run on these inputs: ${message}`, {
          cause,
        });
      }
    },
  };
}

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );
