import { type Static, Type } from 'typebox';

/** Messages of TensorFlow Serving's REST API (tensorflow/serving, http_rest_api_util.cc). */

export const PredictRequest = Type.Object(
  {
    signature_name: Type.Optional(Type.String()),
    instances: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'row format: rows, or objects {input: row}' }),
    ),
    inputs: Type.Optional(Type.Unknown({ description: 'column format: a tensor, or {input: tensor}' })),
  },
  { description: 'either `instances` or `inputs`' },
);
export type PredictRequest = Static<typeof PredictRequest>;

export const PredictResponse = Type.Object({
  predictions: Type.Optional(Type.Array(Type.Unknown())),
  outputs: Type.Optional(Type.Unknown()),
});
export type PredictResponse = Static<typeof PredictResponse>;

export const ExamplesRequest = Type.Object(
  {
    signature_name: Type.Optional(Type.String()),
    context: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'part of each example' }),
    ),
    examples: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
      minItems: 1,
      description: 'features by name; without a manifest, the inputs by name',
    }),
  },
  { description: 'for `:classify` and `:regress`' },
);
export type ExamplesRequest = Static<typeof ExamplesRequest>;

export const ResultsResponse = Type.Object({
  results: Type.Array(Type.Unknown(), {
    description: 'classify: `[[label, score], …]` for each example; regress: a number for each',
  }),
});

export const ModelStatus = Type.Object({
  model_version_status: Type.Array(
    Type.Object({
      version: Type.String(),
      state: Type.Enum(['START', 'LOADING', 'AVAILABLE', 'END']),
      status: Type.Object({ error_code: Type.String(), error_message: Type.String() }),
    }),
  ),
});
export type ModelStatus = Static<typeof ModelStatus>;

const TensorInfo = Type.Object({
  dtype: Type.String(),
  tensor_shape: Type.Object({
    dim: Type.Array(Type.Object({ size: Type.String(), name: Type.String() })),
    unknown_rank: Type.Boolean(),
  }),
  name: Type.String(),
});
const SignatureDef = Type.Object({
  inputs: Type.Record(Type.String(), TensorInfo),
  outputs: Type.Record(Type.String(), TensorInfo),
  method_name: Type.String(),
});

export const ModelMetadata = Type.Object({
  model_spec: Type.Object({ name: Type.String(), signature_name: Type.String(), version: Type.String() }),
  metadata: Type.Object({
    signature_def: Type.Object({ signature_def: Type.Record(Type.String(), SignatureDef) }),
  }),
});
export type ModelMetadata = Static<typeof ModelMetadata>;

/** The one signature of every model. */
export const SIGNATURE = 'serving_default';
