import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  ModelMetadata,
  ModelReady,
  ProtocolError,
  ServerMetadata,
} from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import type { LoadedVersion } from '../../inference/load-version.ts';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';

const tags = ['Open Inference Protocol'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

/** Only a manifest knows the names of the columns; its model has one input. */
function inputsOf({ manifest, predictor }: LoadedVersion) {
  const names = manifest?.signature.features.map(({ name }) => name);
  return predictor.inputs.map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: [...shape],
    ...(names && { parameters: { feature_names: names } }),
  }));
}

/** `GET /v2`, `GET /v2/models/{model}[/versions/{version}][/ready]` */
export async function metadataRoutes(instance: FastifyInstance, serving: Serving): Promise<void> {
  const { catalogue, backend, isReady, version: release } = serving;
  const Params = paramsLike(examplesOf(catalogue));
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2',
    {
      config,
      schema: { tags, summary: 'The server and its backend', response: { 200: ServerMetadata, ...errors } },
    },
    async () => ({ name: 'tristore', version: release, extensions: ['binary_tensor_data'], backend }),
  );

  for (const [path, which] of [
    ['/v2/models/:model', 'the champion'],
    ['/v2/models/:model/versions/:version', 'one version'],
  ] as const) {
    app.get(
      path,
      {
        config,
        schema: {
          tags,
          summary: `What ${which} takes and gives`,
          params: Params,
          response: { 200: ModelMetadata, ...errors },
        },
      },
      async ({ params }) => {
        const version = catalogue.version(params.model, params.version);
        return {
          name: version.model,
          versions: [...catalogue.entry(params.model).versions.keys()],
          platform: `tensorflowjs_${version.format.replace('-', '_')}`,
          inputs: inputsOf(version),
          outputs: version.predictor.outputs.map(({ name, datatype, shape }) => ({
            name,
            datatype,
            shape: [...shape],
          })),
        };
      },
    );
    app.get(
      `${path}/ready`,
      {
        config,
        schema: {
          tags,
          summary: `Whether ${which} takes requests`,
          params: Params,
          response: { 200: ModelReady, 503: ModelReady, ...errors },
        },
      },
      async ({ params }, reply) => {
        catalogue.version(params.model, params.version);
        const ready = isReady();
        return reply.code(ready ? 200 : 503).send({ name: params.model, ready });
      },
    );
  }
}
