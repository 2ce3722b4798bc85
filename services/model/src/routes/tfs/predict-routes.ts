import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { ProtocolError } from '@tristore/common/contracts/open-inference.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { deadlineOf } from '../deadline.ts';
import { examplesOf, paramsLike } from '../examples.ts';
import type { Serving } from '../serving.ts';
import { ExamplesRequest, PredictRequest, PredictResponse, ResultsResponse } from './contract.ts';
import { decodeExamples } from './decode-examples.ts';
import { decodeInputs } from './decode-request.ts';
import { encodeResponse } from './encode-response.ts';
import { findVersion, PATHS } from './paths.ts';
import { exactBody } from './request-body.ts';
import { classifications, regressions } from './results.ts';

const tags = ['TensorFlow Serving'];
const config = { scope: 'predict' as const };
const errors = { '4xx': ProtocolError, '5xx': ProtocolError };

const ON_EXAMPLES = [
  { method: 'classify', verb: 'Classify', encode: classifications },
  { method: 'regress', verb: 'Regress', encode: regressions },
] as const;

/** Text, which the schema of the answer need not serialise. */
const send = (reply: unknown, json: string) => (reply as FastifyReply).type('application/json').send(json);

const deadline = (request: unknown, reply: unknown) =>
  deadlineOf(request as FastifyRequest, reply as FastifyReply);

/** `POST /v1/models/{model}[/versions/{version}|/labels/{label}]:predict`, `:classify`, `:regress`; prefix `/v1`. */
export async function predictRoutes(instance: FastifyInstance, { catalogue, infer }: Serving): Promise<void> {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const examples = examplesOf(catalogue);
  const params = paramsLike(examples);
  const PredictBody = Type.Unsafe<PredictRequest>({ ...PredictRequest, examples: examples.predict });
  const ExamplesBody = Type.Unsafe<ExamplesRequest>({ ...ExamplesRequest, examples: examples.examples });

  for (const [path, which] of PATHS) {
    const schema = { tags, params };
    app.post(
      `${path}::predict`,
      {
        config,
        schema: {
          ...schema,
          summary: `Predict with ${which}`,
          body: PredictBody,
          response: { 200: PredictResponse, ...errors },
        },
      },
      async (request, reply) => {
        const version = await findVersion(catalogue, request.params);
        const { inputs } = version.predictor;
        const body = exactBody(request, inputs);
        const outputs = await infer(version, {
          inputs: decodeInputs(body, inputs, body !== request.body),
          deadline: deadline(request, reply),
        });
        return send(reply, encodeResponse(outputs, body.instances ? 'row' : 'column'));
      },
    );
    for (const { method, verb, encode } of ON_EXAMPLES)
      app.post(
        `${path}::${method}`,
        {
          config,
          schema: {
            ...schema,
            summary: `${verb} examples with ${which}`,
            body: ExamplesBody,
            response: { 200: ResultsResponse, ...errors },
          },
        },
        async (request, reply) => {
          const { params, body } = request;
          const version = await findVersion(catalogue, params);
          const outputs = await infer(version, {
            inputs: decodeExamples(body, version),
            deadline: deadline(request, reply),
          });
          return send(reply, encode(outputs, body.examples.length, version));
        },
      );
  }
}
