import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ProtocolError } from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import { readAnyBody } from '../../plugins/any-body.ts';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';
import { ModelMetadata, ModelStatus } from './contract.ts';
import { describeMetadata, describeStatus } from './describe.ts';
import { findVersion, PATHS, versionNumber } from './paths.ts';
import { predictRoutes } from './predict-routes.ts';
import { parseBody } from './request-body.ts';

const tags = ['TensorFlow Serving'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

/** `/v1/models/{model}[/versions/{version}|/labels/{label}]`, with `/metadata` and the methods; prefix `/v1`. */
export async function tfsRoutes(instance: FastifyInstance, serving: Serving): Promise<void> {
  const { catalogue } = serving;
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  readAnyBody(instance, { limit: instance.initialConfig.bodyLimit ?? 0, tensors: false, parse: parseBody });
  app.setNotFoundHandler((request, reply) =>
    reply.code(400).send({ error: `Malformed request: ${request.method} ${request.url.split('?', 1)[0]}` }),
  );

  const params = paramsLike(examplesOf(catalogue));
  for (const [path, which] of PATHS) {
    app.get(
      path,
      {
        config,
        schema: {
          tags,
          summary: which === 'the champion' ? 'Status of all versions' : `Status of ${which}`,
          params,
          response: { 200: ModelStatus, ...errors },
        },
      },
      async ({ params }) => {
        const entry = catalogue.entry(params.model);
        const { version, label } = params;
        if (version === undefined && label === undefined)
          return describeStatus(entry, [...new Set([...entry.numbers, ...entry.broken.keys()])]);
        const number = version === undefined ? undefined : versionNumber(version);
        // a look at its state does not load it
        if (number !== undefined && entry.stateOf(number)) return describeStatus(entry, [number]);
        return describeStatus(entry, [(await findVersion(catalogue, params)).version]);
      },
    );
    app.get(
      `${path}/metadata`,
      {
        config,
        schema: {
          tags,
          summary: `The signature of ${which}`,
          params,
          response: { 200: ModelMetadata, ...errors },
        },
      },
      async ({ params }) => describeMetadata(await findVersion(catalogue, params)),
    );
  }
  await predictRoutes(instance, serving);
}
