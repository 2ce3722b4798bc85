import { type Static, Type } from 'typebox';

/**
 * Messages of the Open Inference Protocol v2 (kserve/open-inference-protocol, inference_rest.md) with the binary
 * tensor extension (Triton's extension_binary_data.md). Clients may add fields that we do not know.
 */

/** The length of the JSON part of a body that carries binary tensors behind it. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

/** Milliseconds that the caller still waits; a prediction that could only begin later is not made. */
export const TIMEOUT_HEADER = 'x-request-timeout-ms';

/** The datatypes of the protocol; BYTES are strings of any bytes. */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type Datatype = (typeof DATATYPES)[number];

export const Parameters = Type.Record(
  Type.String(),
  // one keyword, so that one fault is told once
  Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }),
);
export type Parameters = Static<typeof Parameters>;

export const RequestInput = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0 }), { description: 'of the whole batch: rows first' }),
  datatype: Type.String({ description: "as in the model's metadata, such as FP32" }),
  parameters: Type.Optional(Parameters),
  data: Type.Optional(
    Type.Array(Type.Unknown(), {
      description: 'row-major elements, flat or nested; absent in the binary form',
    }),
  ),
});
export type RequestInput = Static<typeof RequestInput>;

export const RequestOutput = Type.Object({
  name: Type.String(),
  parameters: Type.Optional(Parameters),
});

export const InferRequest = Type.Object({
  id: Type.Optional(Type.String({ description: 'echoed in the answer' })),
  parameters: Type.Optional(Parameters),
  inputs: Type.Array(RequestInput, { minItems: 1 }),
  outputs: Type.Optional(Type.Array(RequestOutput, { description: 'the outputs wanted; without it all' })),
});
export type InferRequest = Static<typeof InferRequest>;

export const ResponseOutput = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer()),
  datatype: Type.String(),
  parameters: Type.Optional(Parameters),
  data: Type.Optional(
    Type.Array(Type.Unknown(), { description: 'row-major, flat; absent in the binary form' }),
  ),
});
export type ResponseOutput = Static<typeof ResponseOutput>;

export const InferResponse = Type.Object({
  model_name: Type.String(),
  model_version: Type.String(),
  id: Type.Optional(Type.String()),
  outputs: Type.Array(ResponseOutput),
});
export type InferResponse = Static<typeof InferResponse>;

export const TensorMetadata = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer({ description: '-1 is variable' })),
  parameters: Type.Optional(
    Type.Object({ feature_names: Type.Array(Type.String({ description: 'in the order of the columns' })) }),
  ),
});

export const VersionStatus = Type.Object({
  version: Type.String(),
  state: Type.Enum(['AVAILABLE', 'LOADING', 'END', 'START'], {
    description: 'loaded; being loaded; broken; not loaded, but would be for whoever names it',
  }),
  labels: Type.Array(Type.String(), { description: 'under which it answers' }),
  reason: Type.Optional(Type.String({ description: 'why it is broken' })),
});

export const ExplanationMetadata = Type.Object(
  {
    method: Type.Optional(
      Type.String({
        description: 'of integrated gradients: exact, for piecewise linear networks; or quadrature',
      }),
    ),
    outputs: Type.Optional(Type.Array(TensorMetadata)),
    max_rows: Type.Optional(Type.Integer({ description: 'of one request' })),
    unavailable: Type.Optional(Type.String({ description: 'why the model cannot be explained' })),
  },
  { description: 'not in the protocol: what an answer has besides where `parameters.explain` is true' },
);

export const ModelMetadata = Type.Object({
  name: Type.String(),
  versions: Type.Array(Type.String()),
  platform: Type.String(),
  inputs: Type.Array(TensorMetadata),
  outputs: Type.Array(TensorMetadata),
  explanation: ExplanationMetadata,
  version_status: Type.Array(VersionStatus, {
    description: 'not in the protocol: every version, oldest first',
  }),
});
export type ModelMetadata = Static<typeof ModelMetadata>;

export const ServerMetadata = Type.Object({
  name: Type.String(),
  version: Type.String(),
  extensions: Type.Array(Type.String()),
  backend: Type.Object({
    name: Type.String(),
    why: Type.String(),
    others: Type.Record(Type.String(), Type.String(), { description: 'other backends and why not they' }),
  }),
  registry: Type.Object({
    reachable: Type.Boolean(),
    reason: Type.Optional(Type.String({ description: 'why it could not be read the last time' })),
  }),
});

export const ModelReady = Type.Object({ name: Type.String(), ready: Type.Boolean() });

/** Errors of the Open Inference Protocol and of TensorFlow Serving look the same. */
export const ProtocolError = Type.Object({ error: Type.String() });
