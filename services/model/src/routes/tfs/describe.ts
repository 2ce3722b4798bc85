import type { CatalogueEntry } from '../../inference/catalogue.ts';
import type { LoadedVersion } from '../../inference/load-version.ts';
import type { Datatype, TensorSpec } from '../../inference/tensor.ts';
import { type ModelMetadata, type ModelStatus, SIGNATURE } from './contract.ts';

/** Of the others TensorFlow's name is `DT_` and the protocol's. */
const DTYPES: Partial<Record<Datatype, string>> = {
  FP16: 'DT_HALF',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
};

const tensorInfo = ({ name, datatype, shape, anyRank = false }: TensorSpec) => ({
  dtype: DTYPES[datatype] ?? `DT_${datatype}`,
  tensor_shape: {
    dim: anyRank ? [] : shape.map((size) => ({ size: String(size), name: '' })),
    unknown_rank: anyRank,
  },
  name,
});
const infos = (tensors: readonly TensorSpec[]) =>
  Object.fromEntries(tensors.map((tensor) => [tensor.name, tensorInfo(tensor)]));

/** The signature, as TensorFlow Serving shows a SavedModel's. */
export function describeMetadata({ model, version, predictor }: LoadedVersion): ModelMetadata {
  const definition = {
    inputs: infos(predictor.inputs),
    outputs: infos(predictor.outputs),
    method_name: 'tensorflow/serving/predict',
  };
  return {
    model_spec: { name: model, signature_name: '', version },
    metadata: { signature_def: { signature_def: { [SIGNATURE]: definition } } },
  };
}

/** The state of the versions named, newest first; a broken one has ended, with the reason. */
export function describeStatus(entry: CatalogueEntry, wanted: readonly string[]): ModelStatus {
  const newestFirst = [...wanted].sort((a, b) => Number(b) - Number(a));
  return {
    model_version_status: newestFirst.map((version) => {
      const fault = entry.broken.get(version);
      if (fault === undefined)
        return {
          version,
          state: entry.stateOf(version) ?? 'END',
          status: { error_code: 'OK', error_message: '' },
        };
      return { version, state: 'END', status: { error_code: 'DATA_LOSS', error_message: fault } };
    }),
  };
}
