import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ProtocolError } from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';
import { ModelMetadata, ModelStatus, PredictRequest, PredictResponse } from './contract.ts';
import { decodeInputs } from './decode-request.ts';
import { describeMetadata, describeStatus } from './describe.ts';
import { encodeResponse } from './encode-response.ts';

const tags = ['TensorFlow Serving'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

/** Without the patterns, `:predict` would become part of the name. */
const PATHS = [
  ['/models/:model([^/:]+)', 'the champion'],
  ['/models/:model([^/:]+)/versions/:version(\\d+)', 'one version'],
  ['/models/:model([^/:]+)/labels/:label([^/:]+)', 'the version that a label names'],
] as const;

/** `/v1/models/{model}[/versions/{version}|/labels/{label}]`, with `/metadata` and `:predict`; prefix `/v1`. */
export async function tfsRoutes(instance: FastifyInstance, { catalogue, infer }: Serving): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.setNotFoundHandler((request, reply) =>
    reply.code(400).send({ error: `Malformed request: ${request.method} ${request.url.split('?', 1)[0]}` }),
  );
  const find = ({ model, version, label }: { model: string; version?: string; label?: string }) =>
    label === undefined ? catalogue.version(model, version) : catalogue.labelled(model, label);

  const examples = examplesOf(catalogue);
  const params = paramsLike(examples);
  const PredictBody = Type.Unsafe<PredictRequest>({ ...PredictRequest, examples: examples.predict });
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
          return describeStatus(entry, [...entry.versions.keys(), ...entry.broken.keys()]);
        if (version !== undefined && entry.broken.has(version)) return describeStatus(entry, [version]);
        return describeStatus(entry, [find(params).version]);
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
      async ({ params }) => describeMetadata(find(params)),
    );
    app.post(
      `${path}::predict`,
      {
        config,
        schema: {
          tags,
          summary: `Predict with ${which}`,
          params,
          body: PredictBody,
          response: { 200: PredictResponse, ...errors },
        },
      },
      async ({ params, body }) => {
        const version = find(params);
        const outputs = await infer(version, decodeInputs(body, version.predictor.inputs));
        return encodeResponse(outputs, body.instances ? 'row' : 'column');
      },
    );
  }
}
