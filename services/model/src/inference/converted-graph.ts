import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import { io, type NamedTensorMap, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { blankInputs } from './blank-inputs.ts';
import { graphLogit } from './explain/graph-logit.ts';
import type { Graph } from './graph.ts';
import { type Datatype, datatypeOf, type TensorSpec } from './tensor.ts';
import { toTensor } from './tensors.ts';

/** A signature's entry, as the converter writes it from TensorFlow's TensorInfo. */
interface TensorInfo {
  dtype?: string;
  tensorShape?: { dim?: { size?: string | number }[]; unknownRank?: boolean };
  resourceId?: number;
}
type Infos = Record<string, TensorInfo> | undefined;

const DATATYPES: Readonly<Record<string, Datatype>> = {
  DT_BOOL: 'BOOL',
  DT_UINT8: 'UINT8',
  DT_UINT16: 'UINT16',
  DT_UINT32: 'UINT32',
  DT_UINT64: 'UINT64',
  DT_INT8: 'INT8',
  DT_INT16: 'INT16',
  DT_INT32: 'INT32',
  DT_INT64: 'INT64',
  DT_HALF: 'FP16',
  DT_FLOAT: 'FP32',
  DT_DOUBLE: 'FP64',
  DT_STRING: 'BYTES',
};

/** The signature says more than the graph's node (INT64, where TF.js holds int32), but it is optional. */
function specOf(
  name: string,
  info: TensorInfo | undefined,
  node: GraphModel['inputs'][number] | undefined,
): TensorSpec {
  const datatype = (info?.dtype && DATATYPES[info.dtype]) || datatypeOf(node?.dtype ?? 'float32');
  const shape = info?.tensorShape
    ? info.tensorShape.unknownRank
      ? undefined
      : (info.tensorShape.dim ?? []).map(({ size }) => Number(size ?? -1))
    : node?.shape;
  return shape ? { name, datatype, shape } : { name, datatype, shape: [-1], anyRank: true };
}

/** TF.js tells only by its message, before it runs anything; other faults are the warm-up's to tell. */
function isDynamic(run: () => Tensor[]): boolean {
  try {
    // what tidy is given back it would keep
    tidy(() => void run());
    return false;
  } catch (error) {
    return /executeAsync\(\)/.test((error as Error).message);
  }
}

/** A SavedModel, as the converter writes it; tensors have the names of its signature, else of its nodes. */
export async function convertedGraph(artifacts: io.ModelArtifacts): Promise<Graph> {
  const model = await loadGraphModel(io.fromMemory(artifacts));
  const signature = model.modelSignature as { inputs?: Infos; outputs?: Infos } | undefined;
  const shown = model.modelStructuredOutputKeys as string[] | undefined;
  const isResource = (name: string) => signature?.inputs?.[name]?.resourceId !== undefined;
  // hash tables are inputs too, which the model fills in itself
  const inputs = model.inputNodes
    .map((name, i) => specOf(name, signature?.inputs?.[name], model.inputs[i]))
    .filter(({ name }) => !isResource(name));
  const outputs = model.outputNodes.map((name, i) =>
    specOf(shown?.[i] ?? name, signature?.outputs?.[name], model.outputs[i]),
  );
  const named = (tensors: readonly Tensor[]): NamedTensorMap =>
    Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
  const run = (tensors: readonly Tensor[]) => [model.execute(named(tensors), model.outputNodes)].flat();
  const runAsync = async (tensors: readonly Tensor[]) =>
    [await model.executeAsync(named(tensors), model.outputNodes)].flat();
  const dynamic = isDynamic(() => run(blankInputs(inputs, 1).map(toTensor)));
  return {
    inputs,
    outputs,
    run,
    ...(dynamic && { runAsync }),
    logit: (output) =>
      dynamic
        ? 'TensorFlow.js runs it only asynchronously'
        : graphLogit(model, artifacts, String(inputs[0]?.name), output),
    dispose: () => model.dispose(),
  };
}
