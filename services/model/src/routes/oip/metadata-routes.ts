import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import {
  ModelMetadata,
  ModelReady,
  ProtocolError,
  ServerMetadata,
} from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';

const tags = ['Open Inference Protocol'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

const inputsOf = ({ inputs, features }: Manifest['signature']) =>
  inputs.map((input) => ({ ...input, parameters: { feature_names: features.map(({ name }) => name) } }));

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
        const { manifest, format } = catalogue.version(params.model, params.version);
        return {
          name: manifest.model_name,
          versions: [...catalogue.entry(params.model).versions.keys()],
          platform: `tensorflowjs_${format.replace('-', '_')}`,
          inputs: inputsOf(manifest.signature),
          outputs: manifest.signature.outputs,
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
